"""The one writer of sheets: numbers as numbers, texts as texts, no formula but our own."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import IO, Any

from handprint.core.i18n import Language
from handprint.page.words import columns as columns_wide

__all__ = [
    "CREATED",
    "FONT",
    "GENERAL",
    "GROUPED",
    "LINE",
    "LONGEST_TEXT",
    "PERCENT",
    "TEAL",
    "TEXT",
    "Book",
    "Cell",
    "Column",
    "Formula",
    "Row",
    "SheetSpec",
    "at",
    "fitting",
    "open_workbook",
    "span",
    "workbook_bytes",
    "write_sheets",
]

CREATED = datetime(2000, 1, 1)  # fixed, or bytes would differ
LONGEST_TEXT = 32_767  # a cell of the file format holds no more
LONGEST_NAME = 31  # of a sheet
FONT, SERIF, TEAL = "Noto Sans CJK SC", "Noto Serif CJK SC", "#084C48"
LINE, TALLEST = 15, 400  # points; the file format ends at 409
WIDEST, NARROWEST, HEADING = 60, 9, 12  # characters
A3, A4 = 8, 9

TEXT, GENERAL, PERCENT, GROUPED = "text", "general", "percent", "grouped"
KINDS: dict[str, dict[str, object]] = {
    TEXT: {"num_format": "@", "text_wrap": True, "align": "left", "indent": 1},
    "mark": {"align": "center"},
    GENERAL: {"num_format": "General"},
    PERCENT: {"num_format": "0.0 %"},
    GROUPED: {"num_format": "#,##0.####"},
    "point": {"num_format": "0.0"},
    "score": {"num_format": "0.00"},
    "whole": {"num_format": "0"},
    "amount": {"num_format": "#,##0"},
    "fine": {"num_format": "#,##0.0##"},
}
WORDS = (TEXT, "mark")  # kinds that hold words
BASE = {"font_name": FONT, "font_size": 10, "valign": "top"}
THIN = {"bottom": 1, "bottom_color": "#DFE4E6"}
HEAD = {"bold": True, "bottom": 2, "text_wrap": True, "font_color": TEAL, "valign": "bottom"}
STRONG = {"bg_color": "#E9F3F2"}


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula of ours with the value it has now."""

    text: str
    value: float | str


Cell = str | float | Formula | None
Row = tuple[Sequence[Cell], bool]  # cells, and whether they are highlighted


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Parameters
    ----------
    kind : str
        A name of `KINDS`, else a number format.
    width : float
        [characters]
    """

    heading: str
    kind: str = TEXT
    width: float = 12


@contextmanager
def open_workbook(target: IO[bytes] | str, title: str = "", *, rows: bool = False) -> Iterator[Any]:
    """Open a workbook of xlsxwriter; what is written as text stays text.

    Parameters
    ----------
    rows : bool
        Rows come one after the other and are not kept in memory.
    """
    import xlsxwriter

    options = {
        "constant_memory" if rows else "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(target, options) as writer:
        writer.set_properties({"created": CREATED, **({"title": title} if title else {})})
        yield writer


def workbook_bytes(title: str, lang: Language, write: "Callable[[Book], None]") -> bytes:
    """Return a workbook that ``write`` has filled."""
    stream = BytesIO()
    with open_workbook(stream, title) as writer:
        write(Book(writer, lang))
    return stream.getvalue()


def at(row: int, column: int, *, sheet: str = "", fixed: bool = False) -> str:
    """Return the address of a cell counted from 0.

    Examples
    --------
    >>> at(9, 2), at(9, 2, sheet="Measures"), at(9, 2, fixed=True)
    ('C10', "'Measures'!C10", '$C$10')
    """
    from xlsxwriter.utility import xl_rowcol_to_cell

    cell: str = xl_rowcol_to_cell(row, column, row_abs=fixed, col_abs=fixed)
    return f"'{sheet}'!{cell}" if sheet else cell


def span(first: tuple[int, int], last: tuple[int, int], *, fixed: bool = True) -> str:
    """Return the address of a range between two cells, row and column counted from 0."""
    return f"{at(*first, fixed=fixed)}:{at(*last, fixed=fixed)}"


class Book:
    """A workbook being written, with its formats."""

    def __init__(self, writer: Any, lang: Language) -> None:
        self.writer = writer
        self.lang: Language = lang
        self._forms: dict[tuple[str, bool], Any] = {}
        self.plain = self.format(text_wrap=True)
        self.title = self.format(font_name=SERIF, font_size=18)
        self._heads = {
            True: self.format(**HEAD, align="left", indent=1),
            False: self.format(**HEAD, align="right"),
        }

    def format(self, **given: object) -> Any:
        """Return a new format upon the common one."""
        return self.writer.add_format({**BASE, **given})

    def form(self, kind: str, *, strong: bool = False) -> Any:
        """Return the format of a kind of cells, as it is highlighted or not."""
        if (kind, strong) not in self._forms:
            given = KINDS.get(kind, {"num_format": kind})
            marked = STRONG if strong else {}
            self._forms[kind, strong] = self.format(**{**THIN, **given, **marked})
        return self._forms[kind, strong]

    def sheet(self, name: str, *, landscape: bool = True, running: str = "") -> Any:
        """Return a new sheet that prints one page wide, with page numbers and ``running`` below."""
        sheet = self.writer.add_worksheet(name[:LONGEST_NAME])
        if landscape:
            sheet.set_landscape()
        sheet.set_paper(A3 if landscape else A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        left = f"{running.replace('&', '&&')[:80]}&C&A" if running else "&A"
        sheet.set_footer(f"&L{left}&R&P / &N")
        sheet.hide_gridlines(2)
        return sheet

    def headings(
        self, sheet: Any, row: int, columns: Sequence[Column], *, first: int = 0, lines: int = 2
    ) -> None:
        """Write the headings of columns from the column ``first`` on, as high as some lines."""
        for index, column in enumerate(columns, start=first):
            sheet.write_string(row, index, column.heading, self._heads[column.kind in WORDS])
        sheet.set_row(row, lines * LINE)

    def table(
        self,
        sheet: Any,
        columns: Sequence[Column],
        rows: Iterable[Row],
        *,
        top: int = 0,
        frozen: int = 1,
        lines: int = 2,
    ) -> None:
        """Write headings at ``top`` and rows below, ready to filter and to print.

        Parameters
        ----------
        frozen : int
            Columns that stay in sight.
        lines : int
            Height of the headings.
        """
        self.headings(sheet, top, columns, lines=lines)
        for index, column in enumerate(columns):
            sheet.set_column(index, index, column.width)
        last = top
        for last, (cells, strong) in enumerate(rows, start=top + 1):
            for index, (column, cell) in enumerate(zip(columns, cells, strict=True)):
                self.cell(sheet, last, index, cell, column.kind, strong=strong)
            sheet.set_row(last, _height(cells, columns))
        sheet.freeze_panes(top + 1, frozen)
        sheet.repeat_rows(top)
        if columns:
            sheet.autofilter(top, 0, last, len(columns) - 1)

    def cell(
        self, sheet: Any, row: int, column: int, value: object, kind: str, *, strong: bool = False
    ) -> None:
        """Write one cell: a formula only where it is ours, a number as number, else text."""
        form = self.form(kind, strong=strong)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if isinstance(value, Formula):
            sheet.write_formula(row, column, value.text, form, value.value)
        elif value is None or value == "":
            sheet.write_blank(row, column, None, form)
        elif number and kind != TEXT:
            sheet.write_number(row, column, value, form)
        else:
            words = form if kind in WORDS else self.form(TEXT, strong=strong)
            sheet.write_string(row, column, fitting(str(value)), words)


def fitting(words: str) -> str:
    """Return a text that a cell can hold."""
    return words if len(words) <= LONGEST_TEXT else words[: LONGEST_TEXT - 1] + "…"


def _height(cells: Sequence[Cell], columns: Sequence[Column]) -> float:
    """Return the height of a row whose texts wrap; only Excel itself would work it out."""
    lines = [
        -(-columns_wide(cell) // max(int(column.width) - 3, 1))
        for cell, column in zip(cells, columns, strict=True)
        if isinstance(cell, str)
    ]
    return float(min(LINE * max([1, *lines]), TALLEST))


# --- tables whose columns follow from what stands in them ---------------------------------------


@dataclass(frozen=True, slots=True)
class SheetSpec:
    """One sheet: its name, headings and rows; widths follow from them.

    Parameters
    ----------
    number_format : str
        Of all numbers on the sheet but whole ones; "General" shows them as they are.
    above : tuple of str
        Lines of text above the table.
    table : tuple
        Columns and rows, where they are stated rather than follow.
    """

    name: str
    headings: Sequence[str] = ()
    rows: Sequence[Sequence[Any]] = ()
    number_format: str = "0.0"
    above: tuple[str, ...] = ()
    table: tuple[Sequence[Column], Sequence[Row]] | None = None


def write_sheets(title: str, lang: Language, sheets: Iterable[SheetSpec]) -> bytes:
    """Return a workbook with the sheets; nothing in it is a formula."""

    def write(book: Book) -> None:
        note = book.format()
        for spec in sheets:
            sheet = book.sheet(spec.name)
            for row, line in enumerate(spec.above):
                sheet.write_string(row, 0, line, note)
            columns, rows = spec.table or _fitted(spec)
            book.table(sheet, columns, rows, top=len(spec.above) + bool(spec.above))

    return workbook_bytes(title, lang, write)


def _fitted(spec: SheetSpec) -> tuple[list[Column], list[Row]]:
    wide = max([len(spec.headings), *(len(row) for row in spec.rows)])
    rows: list[Row] = [([*row, *[None] * (wide - len(row))], False) for row in spec.rows]
    return [_column(spec, index) for index in range(wide)], rows


def _column(spec: SheetSpec, index: int) -> Column:
    """Return a column that fits its heading and its cells, within limits."""
    heading = spec.headings[index] if index < len(spec.headings) else ""
    cells = [row[index] for row in spec.rows if index < len(row)]
    numbers = [cell for cell in cells if isinstance(cell, int | float)]
    words = any(isinstance(cell, str) and cell for cell in cells)
    kind = TEXT if words and not numbers else spec.number_format
    if numbers and all(isinstance(cell, int) for cell in numbers):
        kind = "amount"
    longest = max([columns_wide(cell) if isinstance(cell, str) else 8 for cell in cells], default=0)
    least = min(columns_wide(heading), HEADING) + 3  # a heading wraps
    return Column(heading, kind, float(min(max(longest + 3, least, NARROWEST), WIDEST)))
