"""Parquet files and partitioned datasets, row group by row group."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handprint.core.errors import Finding, Findings, Severity

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["RowGroups", "Schema", "dataset_files", "read_schema", "spans"]

MOST_NAMED = 5
BUFFER = 1 << 20


@dataclass(frozen=True, slots=True)
class RowGroups:
    """Rows of one file: some row groups, or a part of one.

    Parameters
    ----------
    file : str
    groups : tuple of int
    first_row : int
        In the library, counted from 1.
    skip, rows : int
        Rows of the groups to leave out, and how many to take.
    constants : tuple of (column, value)
        From the names of the folders, ``template=potline-control``.
    """

    file: str
    groups: tuple[int, ...]
    first_row: int
    skip: int
    rows: int
    constants: tuple[tuple[str, str], ...] = ()

    def read(self, columns: Sequence[str] | None = None) -> "pa.Table":
        """Return the rows."""
        import pyarrow as pa

        told = dict(self.constants)
        wanted = None if columns is None else tuple(c for c in columns if c not in told)
        table: pa.Table = _read_groups(self.file, self.groups, wanted)
        table = table.slice(self.skip, self.rows)
        for name, value in told.items():
            if columns is None or name in columns:
                table = table.append_column(name, pa.array([value] * self.rows, pa.string()))
        return table


@dataclass(frozen=True, slots=True)
class Schema:
    """The files of a dataset with their row groups, and the columns they share."""

    columns: tuple[str, ...]
    files: tuple[tuple[Path, tuple[int, ...], tuple[tuple[str, str], ...]], ...]


@lru_cache(maxsize=1)
def _read_groups(file: str, groups: tuple[int, ...], columns: tuple[str, ...] | None) -> Any:
    """Read row groups; the last ones stay, for partitions that are parts of a large one."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(file, buffer_size=BUFFER) as opened:
        return opened.read_row_groups(
            list(groups), columns=None if columns is None else list(columns)
        )


def dataset_files(path: Path) -> list[Path]:
    """Return the Parquet files of a dataset in the order of their names; hidden ones are not."""
    if path.is_file():
        return [path]
    found = (p for p in path.rglob("*.parquet") if p.is_file())
    return sorted(p for p in found if not any(s[0] in "._" for s in p.relative_to(path).parts))


def read_schema(files: Sequence[Path], root: Path, findings: Findings) -> Schema | None:
    """Read the footers of all files; a finding for one that is cut short or has other columns."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    known: tuple[str, ...] | None = None
    found = []
    for path in files:
        place = path.name if root.is_file() else str(path.relative_to(root))
        try:
            with pq.ParquetFile(path) as opened:
                names = tuple(opened.schema_arrow.names)
                findings.extend(_no_cells(opened.schema_arrow, place))
                counts = [
                    opened.metadata.row_group(i).num_rows for i in range(opened.num_row_groups)
                ]
        except (pa.ArrowException, OSError, ValueError) as problem:
            params = {"reason": " ".join(str(problem).split())[:160]}
            findings.add(Finding("HP-B06", Severity.ERROR, place, params))
            continue
        constants = () if root.is_file() else _constants(path.relative_to(root))
        own = (*names, *(name for name, _ in constants if name not in names))
        if known is None:
            known = own
        elif set(own) != set(known):
            findings.add(_other_columns(own, known, place, files[0].name))
        told = tuple(pair for pair in constants if pair[0] not in names)
        found.append((path, tuple(counts), told))
    if known is None or findings.has(Severity.ERROR):
        return None
    return Schema(known, tuple(found))


def _no_cells(schema: "pa.Schema", place: str) -> Iterator[Finding]:
    """Yield a finding for every column whose values are no texts, numbers, truths or dates."""
    import pyarrow as pa

    kinds = (
        pa.types.is_string,
        pa.types.is_large_string,
        pa.types.is_integer,
        pa.types.is_floating,
        pa.types.is_decimal,
        pa.types.is_boolean,
        pa.types.is_date,
        pa.types.is_timestamp,
        pa.types.is_null,
    )
    for field in schema:
        own = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        if not any(is_kind(own) for is_kind in kinds):
            params = {"column": field.name, "kind": str(field.type)}
            yield Finding("HP-B19", Severity.ERROR, f"{place}[{field.name}]", params)


def spans(schema: Schema, rows: int) -> Iterator[RowGroups]:
    """Yield partitions of at most ``rows`` rows: small row groups together, large ones cut."""
    first = 1
    for path, counts, constants in schema.files:
        group = 0
        while group < len(counts):
            groups, count = [group], counts[group]
            while group + 1 < len(counts) and count + counts[group + 1] <= rows:
                group += 1
                groups.append(group)
                count += counts[group]
            for skip in range(0, count, rows):
                taken = min(rows, count - skip)
                yield RowGroups(str(path), tuple(groups), first, skip, taken, constants)
                first += taken
            group += 1


def _constants(path: Path) -> tuple[tuple[str, str], ...]:
    pairs = (part.partition("=") for part in path.parts[:-1])
    return tuple((name, value) for name, equals, value in pairs if equals)


def _other_columns(own: Sequence[str], known: Sequence[str], place: str, first: str) -> Finding:
    missing, extra = [c for c in known if c not in own], [c for c in own if c not in known]
    params = {"missing": _named(missing), "extra": _named(extra), "first": first}
    return Finding("HP-B07", Severity.ERROR, place, params)


def _named(columns: Sequence[str]) -> str:
    more = len(columns) - MOST_NAMED
    return ", ".join(columns[:MOST_NAMED]) + (f" (+{more})" if more > 0 else "") or "-"
