"""Parquet files and partitioned datasets, row group by row group."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handprint.batch.headers import column_name
from handprint.core.errors import CodedError, Finding, Findings, Severity
from handprint.tables.parquet import (
    as_cells,
    folder_values,
    index_columns,
    odd_columns,
    trouble_of,
)

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["RowGroups", "Schema", "read_schema", "spans"]

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
    renamed : tuple of (name, name in the file)
        Columns that are written otherwise in the file: ``ID`` for ``id``.
    """

    file: str
    groups: tuple[int, ...]
    first_row: int
    skip: int
    rows: int
    constants: tuple[tuple[str, str | None], ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()

    def read(self, columns: Sequence[str] | None = None) -> "pa.Table":
        """Return the rows."""
        import pyarrow as pa

        told, own = dict(self.constants), dict(self.renamed)
        wanted = None if columns is None else [own.get(c, c) for c in columns if c not in told]
        name = Path(self.file).name  # who reports the trouble knows no file
        try:
            read = _read_groups(self.file, self.groups, None if wanted is None else tuple(wanted))
            table: pa.Table = as_cells(read.slice(self.skip, self.rows))
        except CodedError as problem:
            reason = f"{name} {problem.params['reason']}"
            raise CodedError(problem.code, problem.variant, reason=reason) from None
        except (pa.ArrowException, OSError, ValueError) as problem:
            raise CodedError("HP-B06", reason=f"{name} {trouble_of(problem)}") from None
        table = table.drop_columns(index_columns(table.column_names))
        if own:
            known = {name: plain for plain, name in self.renamed}
            table = table.rename_columns([known.get(name, name) for name in table.column_names])
        for name, value in told.items():
            if columns is None or name in columns:
                table = table.append_column(name, pa.array([value] * self.rows, pa.string()))
        return table

    def texts(self, columns: Sequence[str]) -> list[str]:
        """Return those of some columns that the file keeps as texts."""
        import pyarrow.parquet as pq

        own, schema = dict(self.renamed), pq.read_schema(self.file)
        names = [name for name in columns if own.get(name, name) in schema.names]
        kinds = {name: str(schema.field(own.get(name, name)).type) for name in names}
        return [name for name, kind in kinds.items() if "string" in kind or "binary" in kind]


@dataclass(frozen=True, slots=True)
class Schema:
    """The files of a dataset with their row groups, and the columns they share."""

    columns: tuple[str, ...]
    files: tuple["_File", ...]


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    counts: tuple[int, ...]  # rows of its row groups
    constants: tuple[tuple[str, str | None], ...]
    renamed: tuple[tuple[str, str], ...]


@lru_cache(maxsize=1)
def _read_groups(file: str, groups: tuple[int, ...], columns: tuple[str, ...] | None) -> Any:
    """Read row groups; the last ones stay, for partitions that are parts of a large one."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(file, buffer_size=BUFFER) as opened:
        return opened.read_row_groups(
            list(groups), columns=None if columns is None else list(columns)
        )


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
                written = _columns_of(opened, place, findings)
                counts = [
                    opened.metadata.row_group(i).num_rows for i in range(opened.num_row_groups)
                ]
        except (pa.ArrowException, OSError, ValueError) as problem:
            params = {"reason": trouble_of(problem)}
            findings.add(Finding("HP-B06", Severity.ERROR, place, params))
            continue
        constants = () if root.is_file() else folder_values(path.relative_to(root))
        names = tuple(column_name(name) for name in written)
        renamed = tuple((n, w) for n, w in zip(names, written, strict=True) if n != w)
        own = (*names, *(name for name, _ in constants if name not in names))
        if known is None:
            known = own
        elif set(own) != set(known):
            findings.add(_other_columns(own, known, place, files[0].name))
        told = tuple(pair for pair in constants if pair[0] not in names)
        found.append(_File(path, tuple(counts), told, renamed))
    if known is None or findings.has(Severity.ERROR):
        return None
    return Schema(known, tuple(found))


def _columns_of(opened: Any, place: str, findings: Findings) -> tuple[str, ...]:
    """Return the columns of a file; what cannot be read as cells becomes a finding."""
    import pyarrow as pa

    schema = opened.schema_arrow
    findings.extend(odd_columns(schema, place))
    index = index_columns(schema.names)
    if index:
        params = {"column": ", ".join(index)}
        findings.add(Finding("HP-M10", Severity.NOTE, place, params))
    raw = [field.name for field in schema if str(field.type).endswith(("binary", "binary_view"))]
    for group in range(opened.num_row_groups) if raw else ():
        try:
            as_cells(opened.read_row_group(group, columns=raw))
        except CodedError as problem:
            findings.add(problem.finding(place))
            break
        except pa.ArrowException:
            break  # told when it is read
    return tuple(name for name in schema.names if name not in index)


def spans(schema: Schema, rows: int) -> Iterator[RowGroups]:
    """Yield partitions of at most ``rows`` rows: small row groups together, large ones cut."""
    first = 1
    for file in schema.files:
        group, counts = 0, file.counts
        while group < len(counts):
            groups, count = [group], counts[group]
            while group + 1 < len(counts) and count + counts[group + 1] <= rows:
                group += 1
                groups.append(group)
                count += counts[group]
            for skip in range(0, count, rows):
                taken = min(rows, count - skip)
                yield RowGroups(str(file.path), tuple(groups), first, skip, taken,
                                file.constants, file.renamed)  # fmt: skip
                first += taken
            group += 1


def _other_columns(own: Sequence[str], known: Sequence[str], place: str, first: str) -> Finding:
    missing, extra = [c for c in known if c not in own], [c for c in own if c not in known]
    params = {"missing": _named(missing), "extra": _named(extra), "first": first}
    return Finding("HP-B07", Severity.ERROR, place, params)


def _named(columns: Sequence[str]) -> str:
    more = len(columns) - MOST_NAMED
    return ", ".join(columns[:MOST_NAMED]) + (f" (+{more})" if more > 0 else "") or "-"
