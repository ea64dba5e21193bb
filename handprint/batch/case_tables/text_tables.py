"""CSV files and workbooks as tables of texts, with the line of every row."""

import codecs
import datetime as dt
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from handprint.core.arrays import Codes
from handprint.core.errors import CodedError, Finding, Findings, Severity
from handprint.tables.workbook_file import check_archive

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["TextTable", "read_csv_table", "read_xlsx_table"]

BLOCK = 1 << 24
MAX_WORKBOOK = 100_000_000  # bytes; larger tables belong into CSV or Parquet
MAX_UNPACKED = 800_000_000
BESIDE = 20  # columns right of the header that are looked at
MAX_ROWS, MAX_COLUMNS = 1_048_576, 2_000


@dataclass(frozen=True)
class TextTable:
    """A table whose cells are texts.

    Parameters
    ----------
    broken : tuple of (row, cells)
        Rows with another number of cells than the header, and how many they have; they stand
        in the table as empty rows.
    lines : callable
        Returns the line of every row; a file of text is read again for it.
    """

    table: "pa.Table"
    lines: Callable[[], Codes]
    sheet: str = ""
    broken: tuple[tuple[int, int], ...] = ()

    @cached_property
    def _lines(self) -> Codes:
        return self.lines()

    def line(self, row: int) -> int:
        """Return the line of a row, as an editor or a spreadsheet counts."""
        return int(self._lines[row - 1])


def read_csv_table(path: Path, findings: Findings) -> TextTable | None:
    """Read a CSV file in UTF-8 (with or without a mark) or GB 18030; None with a finding else."""
    import pyarrow as pa
    from pyarrow import csv

    encoding = _encoding(path)
    if encoding is None:
        findings.add(Finding("HP-B09", Severity.ERROR, path.name))
        return None
    broken: list[tuple[int, int]] = []

    def note(row: Any) -> str:
        broken.append((row.number - 1, row.actual_columns))
        return "skip"

    separator = "\t" if path.suffix.lower() == ".tsv" else ","
    parse = csv.ParseOptions(
        delimiter=separator,
        newlines_in_values=True,
        invalid_row_handler=note,
        ignore_empty_lines=True,
    )
    try:
        names = _csv_header(path, encoding, separator)
        read = csv.ReadOptions(use_threads=False, block_size=BLOCK, encoding=encoding)
        kinds = dict.fromkeys(names, pa.string())
        convert = csv.ConvertOptions(column_types=kinds, strings_can_be_null=False)
        table = csv.read_csv(path, read, parse, convert)
    except (pa.ArrowException, UnicodeError, ValueError) as problem:
        params = {"reason": " ".join(str(problem).split())[:160]}
        findings.add(Finding("HP-B05", Severity.ERROR, path.name, params))
        return None
    table = table.rename_columns([name.strip().lstrip("\ufeff") for name in table.column_names])
    whole = _with_gaps(table, broken)
    filled = _filled(whole, {row for row, _ in broken})
    places = {row: place for place, row in enumerate((filled + 1).tolist(), start=1)}
    return TextTable(
        whole if len(filled) == whole.num_rows else whole.take(filled),
        partial(_csv_lines, path, encoding, separator, filled),
        broken=tuple((places[row], cells) for row, cells in broken),
    )


def _filled(table: "pa.Table", kept: set[int]) -> Codes:
    """Return the rows with a text in any cell, counted from 0, and those to be kept anyway."""
    import pyarrow.compute as pc

    maybe = np.ones(table.num_rows, dtype=bool)  # empty so far
    for column in table.columns:
        rows = np.flatnonzero(maybe)
        if not rows.size:
            break
        texts = pc.utf8_trim_whitespace(column.take(rows))
        maybe[rows] = pc.equal(texts, "").to_numpy()
    maybe[[row - 1 for row in kept]] = False
    return np.flatnonzero(~maybe)


def _csv_lines(path: Path, encoding: str, separator: str, rows: Codes) -> Codes:
    """Return the line in which each of some rows begins; empty lines are no rows."""
    import csv

    found, start = array("q"), 1
    with path.open(encoding=encoding, newline="") as stream:
        reader = csv.reader(stream, delimiter=separator)
        for cells in reader:
            if cells:
                found.append(start)
            start = reader.line_num + 1
    return np.array(found, dtype=np.int64)[1:][rows]


def _with_gaps(table: "pa.Table", broken: list[tuple[int, int]]) -> "pa.Table":
    """Put an empty row where one could not be read, so that rows keep their numbers."""
    import pyarrow as pa

    parts, start = [], 0
    gap = pa.table({name: [""] for name in table.column_names})
    for before, (row, _) in enumerate(broken):
        end = row - 1 - before
        parts += [table.slice(start, end - start), gap]
        start = end
    return pa.concat_tables([*parts, table.slice(start)]) if parts else table


def _csv_header(path: Path, encoding: str, separator: str) -> list[str]:
    import csv

    with path.open(encoding=encoding, newline="") as stream:
        return next(csv.reader(stream, delimiter=separator), [])


def _encoding(path: Path) -> str | None:
    """Return the encoding in which all of a file can be read."""
    with path.open("rb") as stream:
        if b"\x00" in stream.read(BLOCK):
            return None
    for name in ("utf-8", "gb18030"):
        decoder = codecs.getincrementaldecoder(name)()
        try:
            with path.open("rb") as stream:
                while block := stream.read(BLOCK):
                    decoder.decode(block)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return name
    return None


def read_xlsx_table(path: Path, findings: Findings) -> TextTable | None:
    """Read the first sheet of a workbook with a column ``id``; None, with findings, else."""
    try:
        sheets = _open_sheets(path)
        for name, values, written in sheets:
            header = next((texts for _, texts in _rows(values, written, 1, MAX_COLUMNS)), [])
            while header and not header[-1]:
                header.pop()
            if "id" in header:
                return _sheet_table(name, header, values, written)
    except CodedError as problem:
        findings.add(problem.finding(path.name))
        return None
    findings.add(Finding("HP-B01", Severity.ERROR, path.name, {"column": "id"}))
    return None


def _open_sheets(path: Path) -> Iterator[tuple[str, Any, Any]]:
    """Yield the sheets of a workbook, with their values and as written."""
    import warnings
    from io import BytesIO

    from openpyxl import load_workbook

    if path.stat().st_size > MAX_WORKBOOK:
        raise CodedError("HP-B10", limit=MAX_WORKBOOK // 1_000_000)
    source = path.read_bytes()
    check_archive(source, MAX_UNPACKED)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about parts that no reader here needs
            shown, written = (
                load_workbook(BytesIO(source), read_only=True, data_only=flag, keep_links=False)
                for flag in (True, False)
            )
        for sheet in shown.worksheets:
            yield sheet.title, sheet, written[sheet.title]
    except CodedError:
        raise
    except Exception:  # openpyxl lets errors of every kind escape from a broken part
        raise CodedError("HP-X01", "broken") from None


def _sheet_table(name: str, header: list[str], values: Any, written: Any) -> TextTable:
    """Return the rows below the header that have a text; cells beside it make a row broken."""
    import pyarrow as pa

    width = len(header)
    cells: list[list[str]] = [[] for _ in header]
    lines, broken = array("q"), []
    for line, texts in _rows(values, written, MAX_ROWS, width + BESIDE):
        if line == 1:
            continue
        lines.append(line)
        beside = max((i for i, text in enumerate(texts, start=1) if text), default=0)
        if beside > width:
            broken.append((len(lines), beside))
        for column, text in zip(cells, texts, strict=False):
            column.append("" if beside > width else text)
    table = pa.table([pa.array(column, pa.string()) for column in cells], names=header)
    places = np.array(lines, dtype=np.int64)
    return TextTable(table, lambda: places, name, tuple(broken))


def _rows(values: Any, written: Any, rows: int, columns: int) -> Iterator[tuple[int, list[str]]]:
    """Yield line and cells of the rows that have any; openpyxl yields one tuple for all others."""
    area = {"max_row": rows, "max_col": columns, "values_only": True}
    pairs = zip(values.iter_rows(**area), written.iter_rows(**area), strict=False)
    for line, (shown, source) in enumerate(pairs, start=1):
        if any(value is not None for value in source):
            texts = [_text(value, raw) for value, raw in zip(shown, source, strict=False)]
            if any(texts):
                yield line, texts


def _text(value: object, raw: object) -> str:
    """Return a cell as text; a formula that was never computed as the formula."""
    if value is None:
        return str(raw) if isinstance(raw, str) and raw.startswith("=") else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return str(value).strip()
