"""Ids that stand more than once in a library, found by their hashes in bounded memory."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Hashes = NDArray[np.uint64]

__all__ = ["Repeated", "repeated_ids"]

AT_ONCE = 2_000_000  # hashes looked at together


@dataclass(frozen=True)
class Repeated:
    """The rows whose id stands in an earlier row, in order, and that row; counted from 1."""

    rows: "NDArray[np.int64]"
    first: "NDArray[np.int64]"

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
        Yields the id column, part by part, in order; called once for every ``AT_ONCE`` rows, so
        that memory does not grow with the library.
    rows : int
        Number of rows of the library.
    """
    passes = -(-rows // AT_ONCE) or 1
    if passes == 1 and _all_differ(ids()):
        return Repeated(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    found = [_pass(ids(), number, passes) for number in range(passes)]
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


def _pass(
    parts: Iterable[Any], number: int, passes: int
) -> "tuple[NDArray[np.int64], NDArray[np.int64]]":
    """Return the repeated ids among the hashes of one residue class."""
    hashes, rows, first_row = [], [], 1
    for part in parts:
        own = _hashes(part)
        mine = np.flatnonzero((own % np.uint64(passes) == number) & (own != 0))
        hashes.append(own[mine])
        rows.append(mine + first_row)
        first_row += len(own)
    every = np.concatenate(hashes) if hashes else np.zeros(0, dtype=np.uint64)
    places = np.concatenate(rows) if rows else np.zeros(0, dtype=np.int64)
    order = np.argsort(every, kind="stable")
    ordered = every[order]
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = ordered[1:] != ordered[:-1]
    if fresh.all():
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    leaders = np.flatnonzero(fresh)[np.cumsum(fresh) - 1]
    return places[order][~fresh], places[order][leaders][~fresh]


def _hashes(ids: Any) -> "Hashes":
    """Return a 64-bit hash per id, 0 for an empty one."""
    import pandas as pd

    values = np.asarray(_texts(ids).to_numpy(zero_copy_only=False), dtype=object)
    found = pd.util.hash_array(values, categorize=False)
    found[values == ""] = 0
    return np.asarray(found, dtype=np.uint64)
