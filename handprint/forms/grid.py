"""A workbook as keyed sheets: which row and column means what, whatever the labels say.

Column A names the row, a hidden row above every section names its columns. Both may move; what
is lost or stands twice is a finding.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from handprint.core.errors import Finding, Findings, Severity
from handprint.forms.layout import Fields, Inputs, Section, SheetLayout, columns
from handprint.tables.cell import Cell
from handprint.tables.workbook import Area, SheetPart, Workbook, open_workbook

__all__ = ["BOOK", "HEADING", "SECTION", "SHEET", "Book", "KeyedSheet", "Row", "keyed", "read_book"]

BOOK = "_handprint"  # the sheet that says which form this is
SHEET = "@sheet:"  # cell A1 of every sheet
SECTION = "@section:"
HEADING = "#"  # column A of a row that holds labels only
MAX_ROWS = 2_000
MAX_COLUMNS = 60


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
    book = open_workbook(source)
    marks: dict[str, Cell] = {}
    sheets: dict[str, Grid] = {}
    for sheet in book.sheets:
        grid = _grid(book, sheet)
        if sheet.name == BOOK:
            marks = {str(row[0].value): row[1] for row in grid.rows if len(row) > 1}
        for row in grid.rows[:1]:
            key = row[0].value if row else None
            if isinstance(key, str) and key.startswith(SHEET):
                sheets.setdefault(key.removeprefix(SHEET), grid)
    return Book(marks, sheets)


def _grid(book: Workbook, sheet: SheetPart) -> Grid:
    """Return the cells of a sheet, every row as long as the longest."""
    read = book.rows(sheet, rows=MAX_ROWS, columns=MAX_COLUMNS, fill=False)
    found = {number: cells for number, _, cells in read}
    width = max(map(len, found.values()), default=0)
    rows = [
        [*cells, *(Cell(sheet.name, number, column) for column in range(len(cells), width))]
        for number in range(max(found, default=-1) + 1)
        for cells in (found.get(number, []),)
    ]
    return Grid(sheet.name, rows, frozenset(_covered(book.merged(sheet, MAX_ROWS))))


def _covered(areas: Sequence[Area]) -> Iterator[tuple[int, int]]:
    """Yield row and column of the cells that merging makes disappear."""
    for top, left, bottom, right in areas:
        for row in range(top, min(bottom + 1, MAX_ROWS)):
            for column in range(left, min(right + 1, MAX_COLUMNS)):
                if (row, column) != (top, left):
                    yield row, column


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
