"""Read tables as people keep them, CSV or XLSX, as text with the place of every cell.

What the cells mean is decided by the readers of lever tables, input-output tables and score tables;
here a file becomes sheets of stripped texts, and what cannot be read becomes a finding.
"""

import csv
import io
import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handprint.core.errors import CodedError, Finding, Findings, Severity
from handprint.tables.workbook_file import ERROR_VALUES, open_workbook

__all__ = ["WORKBOOKS", "Record", "Sheet", "letter", "read_sheets", "records", "to_number"]

MAX_BYTES = 200_000_000  # an input-output table of some thousand sectors as text
UNPACKED_BYTES = 5 * MAX_BYTES
MAX_ROWS, MAX_COLUMNS = 20_000, 2_000  # of a workbook: beyond, somebody touched a far cell
WORKBOOKS = (".xlsx", ".xlsm")
_NUMBER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?)\s*(%?)", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of cells as text.

    Parameters
    ----------
    file : str
        Name of the file, with the sheet's name for a workbook: ``levers.xlsx!levers``.
    rows : sequence of sequences of str
        Stripped texts; rows may differ in length.
    workbook : bool
        Whether places are given as A1 (workbook) or as a line number (CSV).
    """

    file: str
    rows: Sequence[Sequence[str]]
    workbook: bool

    def cell(self, row: int, column: int) -> str:
        """Return the text at a position counted from 0; empty beyond the row's end."""
        cells = self.rows[row]
        return cells[column] if column < len(cells) else ""

    def place(self, row: int, column: int | None = None, label: str = "") -> str:
        """Return the place of a cell: ``a.xlsx!levers!D12`` or ``a.csv:12 saving_low``."""
        if self.workbook:
            return f"{self.file}!{'' if column is None else letter(column)}{row + 1}"
        named = label or ("" if column is None else f"column {letter(column)}")
        return f"{self.file}:{row + 1} {named}".rstrip()


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a sheet whose first row names the columns."""

    sheet: Sheet
    row: int
    columns: dict[str, int]

    def __getitem__(self, column: str) -> str:
        position = self.columns.get(column)
        return "" if position is None else self.sheet.cell(self.row, position)

    def place(self, column: str | None = None) -> str:
        """Return the place of the row, or of one of its cells."""
        if column is None:
            return self.sheet.place(self.row)
        return self.sheet.place(self.row, self.columns.get(column), column)

    def number(self, column: str, findings: Findings) -> float | None:
        """Return a number, None for an empty cell or, with a finding, for one that is none."""
        text = self[column]
        if not text:
            return None
        number = to_number(text)
        if number is None:
            params = {"text": text, "column": column}
            findings.add(Finding("HP-M05", Severity.ERROR, self.place(column), params))
        return number


def read_sheets(path: Path, findings: Findings) -> list[Sheet]:
    """Read a CSV file as one sheet, a workbook as its sheets; nothing after a finding."""
    if not path.is_file():
        findings.add(Finding("HP-M01", Severity.ERROR, str(path)))
        return []
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ValueError(f"> {MAX_BYTES // 1_000_000} MB")
        if path.suffix.lower() in WORKBOOKS:
            return list(_workbook(path, findings))
        return _text_file(path, findings)
    except CodedError as problem:
        findings.add(problem.finding(path.name))
        return []
    except (OSError, ValueError, csv.Error) as problem:
        params = {"reason": str(problem) or type(problem).__name__}
        findings.add(Finding("HP-M02", Severity.ERROR, path.name, params))
        return []


def records(sheet: Sheet) -> Iterator[Record]:
    """Yield the rows below the header that are not empty."""
    header = sheet.rows[0] if sheet.rows else ()
    columns = {name.strip().lower(): i for i, name in reversed(list(enumerate(header))) if name}
    for row in range(1, len(sheet.rows)):
        if any(sheet.rows[row]):
            yield Record(sheet, row, columns)


def to_number(text: str) -> float | None:
    """Return the number a cell holds: plain, with thousands separators, or in per cent.

    Examples
    --------
    >>> to_number("30 %"), to_number("1,234.5"), to_number("1,5")
    (0.3, 1234.5, None)
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    found = _NUMBER.fullmatch(plain)
    if found is None:
        return None
    number = float(found[1]) / (100.0 if found[2] else 1.0)
    return number if math.isfinite(number) else None


def letter(column: int) -> str:
    """Return the letters of a column counted from 0, as a spreadsheet names it."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _text_file(path: Path, findings: Findings) -> list[Sheet]:
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            findings.add(Finding("HP-M03", Severity.ERROR, path.name, variant="unknown"))
            return []
        findings.add(Finding("HP-M03", Severity.WARNING, path.name))
    rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), strict=True)]
    return [Sheet(path.name, rows, workbook=False)]


def _workbook(path: Path, findings: Findings) -> Iterator[Sheet]:
    shown, written = open_workbook(path.read_bytes(), unpacked=UNPACKED_BYTES)
    for values in shown.worksheets:
        file = f"{path.name}!{values.title}"
        area = {"max_row": MAX_ROWS, "max_col": MAX_COLUMNS}
        pairs = zip(values.iter_rows(**area), written[values.title].iter_rows(**area), strict=False)
        rows = [
            [
                _cell(cell, source, f"{file}!{letter(j)}{i}", findings)
                for j, (cell, source) in enumerate(zip(*pair, strict=False))
            ]
            for i, pair in enumerate(pairs, start=1)
        ]
        yield Sheet(file, rows, workbook=True)


def _cell(cell: Any, written: Any, place: str, findings: Findings) -> str:
    """Return a cell as text; an error value or a formula without a result becomes a finding."""
    value = cell.value
    lost = value is None and written.data_type == "f"
    if lost or cell.data_type == "e" or value in ERROR_VALUES:
        params = {"text": str(written.value)}
        findings.add(Finding("HP-M04", Severity.ERROR, place, params))
        return ""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
