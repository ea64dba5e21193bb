"""Ids that stand more than once in a library, found by their hashes in bounded memory."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from handprint.core.arrays import Codes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Hashes = NDArray[np.uint64]

__all__ = ["Repeated", "repeated_ids"]

AT_ONCE = 2_000_000  # hashes looked at together


@dataclass(frozen=True)
class Repeated:
    """The rows whose id stands in an earlier row, in order, and that row; counted from 1."""

    rows: Codes
    first: Codes

    def within(self, first_row: int, count: int) -> dict[int, int]:
        """Return those of a partition."""
        start, stop = np.searchsorted(self.rows, [first_row, first_row + count])
        pairs = zip(self.rows[start:stop].tolist(), self.first[start:stop].tolist(), strict=True)
        return dict(pairs)


def repeated_ids(ids: "Callable[[], Iterable[Any]]", rows: int) -> Repeated:
    """Return the later rows of ids that stand more than once.

    Parameters
    ----------
    ids : callable
        Yields the id column, part by part, in order.
    rows : int
        Number of rows of the library; sixteen bytes of each go to temporary files where there
        are more than ``AT_ONCE``.
    """
    count = -(-rows // AT_ONCE) or 1
    if count == 1 and _all_differ(ids()):
        return Repeated(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    with ExitStack() as stack:
        buckets = [stack.enter_context(TemporaryFile()) for _ in range(count)]
        _sort_out(ids(), buckets)
        found = [_repeated_of(bucket) for bucket in buckets]
    later = np.concatenate([rows for rows, _ in found])
    first = np.concatenate([first for _, first in found])
    order = np.argsort(later, kind="stable")
    return Repeated(later[order], first[order])


def _all_differ(parts: Iterable[Any]) -> bool:
    """Whether no id stands twice; quicker than to look for where it does."""
    import pyarrow as pa
    import pyarrow.compute as pc

    chunks = [chunk for part in parts for chunk in _chunks(_texts(part))]
    every = pa.chunked_array(chunks, pa.string())
    return bool(pc.count_distinct(every).as_py() == len(every))


def _chunks(texts: Any) -> list[Any]:
    return list(getattr(texts, "chunks", [texts]))


def _texts(ids: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.fill_null(pc.utf8_trim_whitespace(ids.cast(pa.string())), "")


def _sort_out(parts: Iterable[Any], buckets: "Sequence[IO[bytes]]") -> None:
    """Write the hash and the row of every id to the bucket of its residue."""
    first_row = 1
    for part in parts:
        hashes = _hashes(part)
        pairs = np.stack([hashes, np.arange(first_row, first_row + len(hashes), dtype=np.uint64)])
        residues = hashes % np.uint64(len(buckets))
        for number, bucket in enumerate(buckets):
            mine = (residues == number) & (hashes != 0)
            bucket.write(pairs[:, mine].T.tobytes())
        first_row += len(hashes)


def _repeated_of(bucket: "IO[bytes]") -> tuple[Codes, Codes]:
    """Return the rows of a bucket whose hash an earlier row has, and the first such row."""
    bucket.seek(0)
    pairs = np.frombuffer(bucket.read(), dtype=np.uint64).reshape(-1, 2)
    order = np.argsort(pairs[:, 0], kind="stable")
    ordered = pairs[order, 0]
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = ordered[1:] != ordered[:-1]
    places = pairs[order, 1].astype(np.int64)
    leaders = np.flatnonzero(fresh)[np.cumsum(fresh) - 1]
    return places[~fresh], places[leaders][~fresh]


def _hashes(ids: Any) -> "Hashes":
    """Return a 64-bit hash per id, 0 for an empty one."""
    import pandas as pd

    values = np.asarray(_texts(ids).to_numpy(zero_copy_only=False), dtype=object)
    found = pd.util.hash_array(values, categorize=False)
    found[values == ""] = 0
    return np.asarray(found, dtype=np.uint64)
