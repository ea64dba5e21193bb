"""Cells of the selection's workbook: kinds of columns, our own formulas, texts as texts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from handprint.core.i18n import Language
from handprint.page.words import columns as columns_wide

__all__ = ["Book", "Cell", "Column", "Formula", "at", "span"]

LONGEST_TEXT = 32_767  # a cell of the file format holds no more
LINE = 15  # points
TALLEST = 200  # points
FONT = "Noto Sans CJK SC"
FORMATS: dict[str, dict[str, object]] = {
    "text": {"num_format": "@", "text_wrap": True, "align": "left", "indent": 1},
    "mark": {"align": "center"},
    "point": {"num_format": "0.0"},
    "score": {"num_format": "0.00"},
    "whole": {"num_format": "0"},
    "percent": {"num_format": "0.0 %"},
    "amount": {"num_format": "#,##0"},
    "fine": {"num_format": "#,##0.0##"},
}


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula of ours with the value it has now."""

    text: str
    value: float | str


@dataclass(frozen=True, slots=True)
class Column:
    """A column: heading, width in characters, and what kind of cells it holds."""

    heading: str
    kind: str = "text"
    width: float = 12


Cell = str | float | Formula | None


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
        base = {"font_name": FONT, "font_size": 10, "valign": "top"}
        thin = {"bottom": 1, "bottom_color": "#DFE4E6"}
        self.formats = {
            (kind, strong): writer.add_format(
                {**base, **thin, **given, **({"bg_color": "#E9F3F2"} if strong else {})}
            )
            for kind, given in FORMATS.items()
            for strong in (False, True)
        }
        yellow = {"bg_color": "#FFF6CC", "border": 1, "border_color": "#C9D0D4"}
        self.entry = writer.add_format({**base, **yellow, "num_format": "0.##", "locked": False})
        self.plain = writer.add_format({**base, "text_wrap": True})
        self.bold = writer.add_format({**base, "bold": True, "align": "right"})
        self.title = writer.add_format({**base, "font_name": "Noto Serif CJK SC", "font_size": 18})
        head = {**base, "bold": True, "bottom": 2, "text_wrap": True, "font_color": "#084C48"}
        self.heads = {
            True: writer.add_format({**head, "valign": "bottom", "align": "left", "indent": 1}),
            False: writer.add_format({**head, "valign": "bottom", "align": "right"}),
        }

    def sheet(self, name: str) -> Any:
        """Return a new sheet that prints on A3, one page wide."""
        sheet = self.writer.add_worksheet(name[:31])
        sheet.set_landscape()
        sheet.set_paper(8)  # A3
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.set_footer("&L&A&R&P / &N")
        sheet.hide_gridlines(2)
        return sheet

    def table(
        self,
        sheet: Any,
        top: int,
        columns: Sequence[Column],
        rows: Iterable[tuple[Sequence[Cell], bool]],
        *,
        frozen: int = 1,
    ) -> None:
        """Write headings at ``top`` and rows below, each with whether it is highlighted."""
        for index, column in enumerate(columns):
            form = self.heads[column.kind in ("text", "mark")]
            sheet.write_string(top, index, column.heading, form)
            sheet.set_column(index, index, column.width)
        sheet.set_row(top, 3 * LINE)
        last = top
        for last, (cells, strong) in enumerate(rows, start=top + 1):
            for index, (column, cell) in enumerate(zip(columns, cells, strict=True)):
                self.cell(sheet, last, index, cell, self.formats[column.kind, strong])
            sheet.set_row(last, _height(cells, columns))
        sheet.freeze_panes(top + 1, frozen)
        sheet.repeat_rows(top)
        sheet.autofilter(top, 0, max(last, top + 1), len(columns) - 1)

    def cell(self, sheet: Any, row: int, column: int, value: Cell, form: Any) -> None:
        """Write one cell: a formula only where it is ours, a number as number, else text."""
        if isinstance(value, Formula):
            sheet.write_formula(row, column, value.text, form, value.value)
        elif value is None or value == "":
            sheet.write_blank(row, column, None, form)
        elif isinstance(value, str):
            sheet.write_string(row, column, value[:LONGEST_TEXT], form)
        else:
            sheet.write_number(row, column, value, form)


def _height(cells: Sequence[Cell], columns: Sequence[Column]) -> float:
    """Return the height of a row whose texts wrap; only Excel itself would work it out."""
    lines = [
        -(-columns_wide(cell) // max(int(column.width) - 2, 1))
        for cell, column in zip(cells, columns, strict=True)
        if isinstance(cell, str) and cell
    ]
    return float(min(LINE * max([1, *lines]) + 2, TALLEST))
