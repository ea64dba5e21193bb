"""A workbook as keyed sheets: which row and column means what, whatever the labels say.

Column A names the row, a hidden row above every section names its columns. Both may move; what
is lost or stands twice is a finding.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from handprint.core.errors import Finding, Findings, Severity
from handprint.forms.cells import Cell
from handprint.forms.layout import Fields, Inputs, Section, SheetLayout, columns
from handprint.tables.workbook_file import merged_ranges, open_workbook

__all__ = ["BOOK", "HEADING", "SECTION", "SHEET", "Book", "KeyedSheet", "Row", "keyed", "read_book"]

BOOK = "_handprint"  # the sheet that says which form this is
SHEET = "@sheet:"  # cell A1 of every sheet
SECTION = "@section:"
HEADING = "#"  # column A of a row that holds labels only
MAX_ROWS = 2_000
MAX_COLUMNS = 60
_RANGE = re.compile(r"([A-Z]+)(\d+):([A-Z]+)(\d+)")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a section: its key ("" in a list) and its cells by column key."""

    key: str
    place: str
    cells: Mapping[str, Cell]


@dataclass(slots=True)
class KeyedSheet:
    """A sheet of a form: its name and the rows of every section."""

    name: str
    rows: dict[str, list[Row]] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)  # of the sections


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook: what it says of itself, and its sheets by key, row by row."""

    marks: Mapping[str, Cell]
    sheets: Mapping[str, "Grid"]


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one sheet; ``covered`` are those that a merged range swallows."""

    name: str
    rows: Sequence[Sequence[Cell]]
    covered: frozenset[tuple[int, int]]


def read_book(source: bytes) -> Book:
    """Read the cells of a workbook.

    Raises
    ------
    CodedError
        The workbook cannot be opened, see `open_workbook`.
    """
    values, formulas = open_workbook(source)
    marks: dict[str, Cell] = {}
    sheets: dict[str, Grid] = {}
    for sheet in values.worksheets:
        grid = _grid(sheet, formulas[sheet.title])
        if sheet.title == BOOK:
            marks = {str(row[0].value): row[1] for row in grid.rows if len(row) > 1}
        for row in grid.rows[:1]:
            key = row[0].value if row else None
            if isinstance(key, str) and key.startswith(SHEET):
                sheets.setdefault(key.removeprefix(SHEET), grid)
    return Book(marks, sheets)


def _grid(values: Any, formulas: Any) -> Grid:
    bounds = {"max_row": MAX_ROWS, "max_col": MAX_COLUMNS}
    pairs = zip(values.iter_rows(**bounds), formulas.iter_rows(**bounds), strict=False)
    rows = [
        [
            _cell(shown, written, f"{values.title}!{_letters(column)}{number}")
            for column, (shown, written) in enumerate(zip(*pair, strict=False))
        ]
        for number, pair in enumerate(pairs, start=1)
    ]
    return Grid(values.title, rows, frozenset(_covered(merged_ranges(values))))


def _cell(shown: Any, written: Any, place: str) -> Cell:
    formula = written.value if getattr(written, "data_type", "") == "f" else ""
    percent = "%" in (getattr(shown, "number_format", "") or "")
    return Cell(place, shown.value, str(formula or ""), percent)


def _covered(ranges: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield row and column, from 0, of the cells that merging makes disappear."""
    for found in ranges:
        match = _RANGE.fullmatch(found)
        if match is None:
            continue
        left, right = _number(match[1]), min(_number(match[3]), MAX_COLUMNS)
        top, bottom = int(match[2]), min(int(match[4]), MAX_ROWS)
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                if (row, column) != (top, left):
                    yield row - 1, column - 1


def _number(letters: str) -> int:
    number = 0
    for char in letters:
        number = number * 26 + ord(char) - 64
    return number


def _letters(column: int) -> str:
    return chr(65 + column) if column < 26 else chr(64 + column // 26) + chr(65 + column % 26)


# --- from cells to keyed rows ------------------------------------------------------------------


@dataclass(slots=True)
class _Reading:
    """A sheet under way: the section that is being read and its columns."""

    file: str
    grid: Grid
    sections: Mapping[str, Section]
    findings: Findings
    sheet: KeyedSheet
    section: str = ""
    header: dict[str, int] = field(default_factory=dict)

    def add(self, code: str, place: str, variant: str = "", **params: str) -> None:
        found = Finding(code, Severity.ERROR, f"{self.file}!{place}", params, variant)
        self.findings.add(found)


def keyed(file: str, grid: Grid, layout: SheetLayout, findings: Findings) -> KeyedSheet:
    """Return the rows of a sheet by section.

    Faults are findings: HP-X08 a column, a section or a key is lost, or a row stands twice; HP-X12
    a merged range covers an entry.
    """
    sections = {section.key: section for section in layout.sections}
    reading = _Reading(file, grid, sections, findings, KeyedSheet(grid.name))
    for index, cells in enumerate(grid.rows):
        key = str(cells[0].value or "").strip() if cells else ""
        if key.startswith(SECTION):
            _begin(reading, key.removeprefix(SECTION), index)
        elif reading.section and not key.startswith((SHEET, HEADING)):
            _row(reading, key, index)
    for name in sections.keys() - reading.sheet.rows.keys():
        reading.add("HP-X08", f"{grid.name}!A1", "section", section=name)
    return reading.sheet


def _begin(reading: _Reading, key: str, index: int) -> None:
    """Read the hidden row that names the columns of a section."""
    section = reading.sections.get(key)
    reading.section = key if section is not None else ""
    if section is None:
        return
    cells = reading.grid.rows[index]
    reading.header = {
        str(cell.value).strip(): column
        for column, cell in enumerate(cells)
        if column and cell.value is not None
    }
    reading.sheet.rows.setdefault(key, [])
    reading.sheet.places[key] = cells[0].place.replace("!A", "!B")
    for column in columns(section):
        if column not in reading.header:
            reading.add("HP-X08", cells[0].place, "column", column=column)


def _row(reading: _Reading, key: str, index: int) -> None:
    section, cells = reading.sections[reading.section], reading.grid.rows[index]
    found = {
        name: cells[column]
        for name, column in reading.header.items()
        if column < len(cells) and name in columns(section)
    }
    place = cells[0].place.replace("!A", "!B")
    rows = reading.sheet.rows[reading.section]
    if isinstance(section, Fields | Inputs):
        if not key:
            if any(not cell.empty for cell in found.values()):
                first = next(cell for cell in found.values() if not cell.empty)
                reading.add("HP-X08", first.place)
            return
        if any(row.key == key for row in rows):
            reading.add("HP-X08", place, "twice", key=key)
            return
    covered = [name for name in found if (index, reading.header[name]) in reading.grid.covered]
    if covered:  # nobody can tell which of the entries the merged cell means
        reading.add("HP-X12", found[covered[0]].place)
        found = {}
    rows.append(Row(key, place, found))
