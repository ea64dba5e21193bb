"""Workbooks as tables of texts: the visible sheet with the columns of a case."""

from array import array
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from handprint.batch.case_tables.text_tables import NEEDED, TextTable, named_columns
from handprint.batch.headers import column_name
from handprint.core.errors import Finding, Findings, Severity
from handprint.tables.sheets import HEADER_ROWS, Sheet, header_row, note_passed_over, read_bytes
from handprint.tables.workbook import SheetPart, Workbook, open_workbook

__all__ = ["read_xlsx_table"]

MAX_WORKBOOK = 100_000_000  # bytes; larger tables belong into CSV or Parquet
MAX_UNPACKED = 800_000_000
BESIDE = 20  # columns right of the header that are looked at
MAX_ROWS, MAX_COLUMNS = 1_048_576, 2_000

_Row = tuple[int, bool, list[str]]


def read_xlsx_table(path: Path, findings: Findings) -> TextTable | None:
    """Read the first visible sheet of a workbook with a column ``id``.

    Faults are findings: HP-B01 there is none; HP-B20 there are more of them; HP-M09 only hidden
    ones.

    Raises
    ------
    CodedError
        HP-M02, HP-X01, HP-X02 a workbook that is not opened.
    """
    book = open_workbook(read_bytes(path, MAX_WORKBOOK), MAX_UNPACKED, macros=True)
    fitting = [
        (part, head) for part in book.sheets if (head := _head(book, part, path)) is not None
    ]
    visible = [(part, head) for part, head in fitting if part.visible]
    if not visible:
        _none(path, [part.name for part, _ in fitting], findings)
        return None
    (part, head), *others = visible
    if others:
        params = {"sheet": part.name, "others": ", ".join(other.name for other, _ in others)}
        findings.add(Finding("HP-B20", Severity.WARNING, path.name, params))
    return _sheet_table(path.name, book, part, head, findings)


def _none(path: Path, hidden: Sequence[str], findings: Findings) -> None:
    if hidden:
        params = {"sheets": ", ".join(hidden)}
        findings.add(Finding("HP-M09", Severity.ERROR, path.name, params))
    else:
        findings.add(Finding("HP-B01", Severity.ERROR, path.name, {"column": "id"}))


def _head(book: Workbook, part: SheetPart, path: Path) -> Sheet | None:
    """Return the first rows of a sheet with its header, None without a column ``id``."""
    found = list(islice(_rows(book, part, MAX_ROWS, MAX_COLUMNS), HEADER_ROWS))
    rows = [texts for _, _, texts in found]
    lines = [line for line, _, _ in found]
    file = f"{path.name}!{part.name}"
    sheet = Sheet(file, rows, workbook=True, header=header_row(rows, NEEDED), lines=lines)
    return sheet if "id" in sheet.names else None


def _sheet_table(
    file: str, book: Workbook, part: SheetPart, head: Sheet, findings: Findings
) -> TextTable:
    """Return the rows below the header that have a text; cells beside it make a row broken."""
    import pyarrow as pa

    header = [column_name(name) for name in head.rows[head.header]]
    width, first = len(header), head.line(head.header)
    cells: list[list[str]] = [[] for _ in header]
    lines, broken, hidden = array("q"), [], 0
    for line, filtered, texts in _rows(book, part, MAX_ROWS, width + BESIDE):
        if line <= first:
            continue
        lines.append(line)
        hidden += filtered
        if len(texts) > width:
            broken.append((len(lines), len(texts)))
        for number, column in enumerate(cells):
            column.append(texts[number] if number < len(texts) <= width else "")
    table = pa.Table.from_arrays([pa.array(c, pa.string()) for c in cells], names=header)
    note_passed_over(_noted(head, first, hidden), findings)
    places = np.array(lines, dtype=np.int64)
    named = named_columns(table, f"{file}!{part.name}", findings)
    return TextTable(named, lambda: places, part.name, tuple(broken))


def _noted(head: Sheet, first: int, hidden: int) -> Sheet:
    """Return the head with every row above the header, those that are empty too."""
    above: list[Sequence[str]] = [[]] * (first - 1)
    for row in range(head.header):
        above[head.line(row) - 1] = head.rows[row]
    rows = [*above, head.rows[head.header]]
    return Sheet(head.file, rows, workbook=True, header=first - 1, hidden_rows=hidden)


def _rows(book: Workbook, part: SheetPart, rows: int, columns: int) -> Iterator[_Row]:
    """Yield line, whether a filter hides it, and texts of the rows that have any."""
    for number, hidden, cells in book.rows(part, rows=rows, columns=columns):
        texts = [cell.text for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            yield number + 1, hidden, texts
