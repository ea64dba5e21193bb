"""Workbooks of the sector and the input-output model: one table per sheet, ready to print."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from handprint.page.words import columns

__all__ = ["SheetSpec", "write_sheets"]

CREATED = datetime(2000, 1, 1)  # fixed, or bytes would differ
WIDEST, NARROWEST, HEADING = 60, 9, 12  # characters
LINE, TALLEST = 15, 400  # points
LONGEST_TEXT = 32_767  # a cell of the file format holds no more
FONT = "Noto Sans CJK SC"


@dataclass(frozen=True, slots=True)
class SheetSpec:
    """One sheet: its name, headings and rows; numbers are written as numbers.

    Parameters
    ----------
    number_format : str
        Of all numbers on the sheet; "General" shows them as they are.
    above : tuple of str
        Lines of text above the table.
    """

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[object]]
    number_format: str = "0.0"
    above: tuple[str, ...] = ()


def write_sheets(title: str, sheets: Sequence[SheetSpec]) -> bytes:
    """Return a workbook with the sheets; nothing in it is a formula."""
    import xlsxwriter

    stream = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False}  # fmt: skip
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"title": title, "created": CREATED})
        for spec in sheets:
            _write(book, spec)
    return stream.getvalue()


def _write(book: Any, spec: SheetSpec) -> None:
    base = {"font_name": FONT, "font_size": 10, "valign": "top"}
    wrapped = book.add_format({**base, "text_wrap": True, "indent": 1})
    plain = book.add_format(base)
    formats = {
        str: wrapped,
        int: book.add_format({**base, "num_format": "#,##0"}),
        float: book.add_format({**base, "num_format": spec.number_format}),
    }
    widths = [_width(spec, index) for index in range(len(spec.headings))]
    heading = {**base, "bold": True, "bottom": 2, "text_wrap": True, "font_color": "#084C48"}
    head = book.add_format({**heading, "indent": 1})
    number_head = book.add_format({**heading, "align": "right"})
    sheet = book.add_worksheet(spec.name[:31])
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&R&P / &N")
    sheet.hide_gridlines(2)
    for row, line in enumerate(spec.above):
        sheet.write_string(row, 0, line, plain)
    top = len(spec.above) + bool(spec.above)
    for index, name in enumerate(spec.headings):
        numeric = any(isinstance(row[index], int | float) for row in spec.rows if index < len(row))
        sheet.write_string(top, index, name, number_head if numeric else head)
        sheet.set_column(index, index, widths[index])
    sheet.set_row(top, 2 * LINE)
    for row, values in enumerate(spec.rows, start=top + 1):
        for index, value in enumerate(values):
            _cell(sheet, row, index, value, formats)
        sheet.set_row(row, _height(values, widths))
    sheet.freeze_panes(top + 1, 1)
    sheet.repeat_rows(top)
    if spec.rows and spec.headings:
        sheet.autofilter(top, 0, top + len(spec.rows), len(spec.headings) - 1)


def _cell(sheet: Any, row: int, index: int, value: object, formats: Mapping[type, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, int | float) and not isinstance(value, bool):
        sheet.write_number(row, index, value, formats[type(value)])
    else:
        sheet.write_string(row, index, str(value)[:LONGEST_TEXT], formats[str])


def _height(values: Sequence[object], widths: Sequence[float]) -> float:
    """Return the height of a row whose texts wrap; only Excel itself would work it out."""
    lines = [
        -(-columns(value) // max(int(width) - 2, 1))
        for value, width in zip(values, widths, strict=False)
        if isinstance(value, str)
    ]
    return float(min(LINE * max([1, *lines]), TALLEST))


def _width(spec: SheetSpec, index: int) -> float:
    """Return a width that fits the heading and the texts of a column, within limits."""
    cells = [row[index] for row in spec.rows if index < len(row)]
    longest = max([columns(cell) if isinstance(cell, str) else 8 for cell in cells], default=0)
    heading = min(columns(spec.headings[index]), HEADING)  # a heading wraps
    return float(min(max(longest + 3, heading + 3, NARROWEST), WIDEST))
