"""Open a table of cases, whatever its format, as a sequence of partitions."""

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handprint.batch.case_tables.parquet_files import RowGroups, read_schema, spans
from handprint.batch.case_tables.sheet_tables import read_xlsx_table
from handprint.batch.case_tables.text_tables import TextTable, read_csv_table
from handprint.core.errors import CodedError, Finding, Findings, Severity
from handprint.tables.archive import kind_of
from handprint.tables.parquet import dataset_files
from handprint.tables.sheets import refuse_kind

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["ROWS", "TABLES", "Partition", "TableLibrary", "open_table"]

ROWS = 250_000  # of a partition
TABLES = (".parquet", ".parq", ".csv", ".tsv", ".csv.gz", ".tsv.gz", ".xlsx", ".xlsm")
WORKBOOKS = (".xlsx", ".xlsm")
HEAD = 1 << 20  # bytes of each end of a file that its fingerprint reads


@dataclass(frozen=True)
class Partition:
    """A range of rows.

    Parameters
    ----------
    number : int
        Counted from 0.
    first_row : int
        Number of its first row in the library, counted from 1.
    source : RowGroups or Table
        Where the rows stand, or the rows themselves.
    """

    number: int
    first_row: int
    rows: int
    source: "RowGroups | pa.Table"

    def table(self, columns: list[str] | None = None) -> "pa.Table":
        """Return the rows."""
        if isinstance(self.source, RowGroups):
            return self.source.read(columns)
        return self.source if columns is None else self.source.select(columns)


@dataclass(frozen=True)
class TableLibrary:
    """A table of cases.

    Parameters
    ----------
    place : str
        Name of the file or folder, for findings.
    files : tuple of Path
    columns : tuple of str
    sheet : str
        Name of the sheet, of a workbook.
    """

    place: str
    files: tuple[Path, ...]
    columns: tuple[str, ...]
    rows: int
    size: int
    sheet: str = ""
    row_groups: tuple[RowGroups, ...] = ()
    text: TextTable | None = None

    def __len__(self) -> int:
        """Return the number of partitions."""
        return len(self.row_groups) if self.text is None else -(-self.rows // self.size)

    def partition(self, number: int) -> Partition:
        """Return one partition."""
        if self.text is None:
            part = self.row_groups[number]
            return Partition(number, part.first_row, part.rows, part)
        start = number * self.size
        table = self.text.table.slice(start, self.size)
        return Partition(number, start + 1, table.num_rows, table)

    def partitions(self) -> Iterator[Partition]:
        """Yield all partitions."""
        return (self.partition(number) for number in range(len(self)))

    def broken(self, part: Partition) -> dict[int, int]:
        """Return the rows of a partition that have another number of cells than the header."""
        told = self.text.broken if self.text is not None else ()
        last = part.first_row + part.rows
        return {row: cells for row, cells in told if part.first_row <= row < last}

    def place_of(self, row: int) -> str:
        """Return where a row stands: file and line, workbook and sheet row, or row number."""
        if self.text is None:
            return f"{self.place} row {row}"
        line = self.text.line(row)
        return f"{self.place}!{self.sheet}!{line}" if self.sheet else f"{self.place}:{line}"

    def fingerprint(self) -> str:
        """Return a hash that changes when a file does: names, sizes, both ends of each file."""
        digest = hashlib.sha256(str(self.size).encode())
        for path in self.files:
            size = path.stat().st_size
            digest.update(f"{path.name}|{size}|{path.stat().st_mtime_ns}".encode())
            with path.open("rb") as stream:
                digest.update(stream.read(HEAD))
                stream.seek(max(0, size - HEAD))
                digest.update(stream.read(HEAD))
        return digest.hexdigest()


def open_table(path: Path, findings: Findings, *, rows: int = ROWS) -> TableLibrary | None:
    """Open a table of cases; None, with findings, where that is impossible.

    Parameters
    ----------
    rows : int
        Rows of a partition.
    """
    try:
        library = _open(path, findings, rows)
    except CodedError as problem:
        findings.add(problem.finding(path.name))
        return None
    except (OSError, EOFError, zlib.error) as problem:
        params = {"reason": getattr(problem, "strerror", None) or str(problem)}
        findings.add(Finding("HP-M02", Severity.ERROR, str(path), params))
        return None
    if library is not None:
        doubled = sorted({c for c in library.columns if library.columns.count(c) > 1})
        for column in doubled:
            params = {"column": column or "-"}
            findings.add(Finding("HP-B04", Severity.ERROR, library.place, params))
        if library.rows == 0:
            findings.add(Finding("HP-B08", Severity.ERROR, library.place))
    return None if findings.has(Severity.ERROR) else library


def _open(path: Path, findings: Findings, rows: int) -> TableLibrary | None:
    suffix = path.suffix.lower()
    kind = "parquet" if path.is_dir() else _kind(path)
    if kind == "parquet" or suffix in (".parquet", ".parq"):
        return _parquet(path, findings, rows)
    read = read_xlsx_table if kind == "workbook" or suffix in WORKBOOKS else read_csv_table
    text = read(path, findings)
    if text is None:
        return None
    table: Any = text.table
    names = tuple(table.column_names)
    return TableLibrary(path.name, (path,), names, table.num_rows, rows, text.sheet, text=text)


def _kind(path: Path) -> str:
    """Return what kind of file it is, refusing those that hold no table."""
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    kind = kind_of(head, path.name)
    refuse_kind(kind, head)
    return kind


def _parquet(path: Path, findings: Findings, rows: int) -> TableLibrary | None:
    files = dataset_files(path)
    schema = read_schema(files, path, findings)
    if schema is None:
        return None
    groups = tuple(spans(schema, rows))
    total = sum(group.rows for group in groups)
    return TableLibrary(path.name, tuple(files), schema.columns, total, rows, row_groups=groups)
