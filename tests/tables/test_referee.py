"""The own reader of workbooks against openpyxl, on the same workbooks made by two writers.

Every cell, kind of sheet, hidden row and merged area is compared. Where the two differ, the
difference and its reason stand in a test of their own below.
"""

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from typing import Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
import xlsxwriter
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from handprint.tables.workbook import Workbook, open_workbook

ROWS, COLUMNS = 1_100_000, 20_000
DATE, MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"


class Put(NamedTuple):
    """A cell to write: place, value, number format, and the result of a formula."""

    row: int
    column: int
    value: Any
    form: str = "General"
    result: Any = None


class Book(NamedTuple):
    """A workbook to write."""

    cells: list[Put]
    calendar: int = 1900
    merged: tuple[str, ...] = ()
    hidden_rows: tuple[int, ...] = ()
    state: str = "visible"
    title: str = "data"


def listed(*values: Any, form: str = "General") -> Book:
    return Book([Put(i, 0, value, form) for i, value in enumerate(values)])


def shown(value: float, *forms: str) -> Book:
    return Book([Put(i, 0, value, form) for i, form in enumerate(forms)])


DAYS = (dt.datetime(2024, 2, 29), dt.datetime(1999, 12, 31), dt.datetime(2023, 1, 31, 13, 45, 30))
BOOKS: dict[str, Book] = {
    "numbers": listed(0, 5, -7, 0.1 + 0.2, 1e300, 1e-300, 2.0**53, -0.5, 123456789.123),
    "percent": shown(0.052, "0%", "0.0%", "0.00 %", "[Red]0.0%;-0.0%", "[$-409]0.0%", "0.0%_)"),
    "percent by sign": Book([Put(i, 0, v, "0%;0;0.0%") for i, v in enumerate((0.5, -5.0, 0.0))]),
    "percent by size": Book([Put(i, 0, v, "[>=1]0;0.0%") for i, v in enumerate((0.5, 1.0, 7.0))]),
    "literal signs": shown(5.2, '0.0"%"', r"0.0\%", '0.0" kWh/day"', "0_%", "#,##0.00", "@"),
    "currencies": shown(5.2, "[$¥-804]#,##0.00", "[$€-407] 0.0", '"CNY" 0.0', "0.00E+00", "# ?/?"),
    "dates": Book([Put(i, 0, day, MOMENT) for i, day in enumerate(DAYS)]),
    "dates of Chinese forms": Book([Put(0, 0, DAYS[0], 'yyyy"年"m"月"d"日"'),
                                    Put(1, 0, DAYS[1], "[$-804]yyyy/m/d;@"),
                                    Put(2, 0, DAYS[0], "d.m.yy")]),
    "dates of 1904": Book([Put(i, 0, day, DATE) for i, day in enumerate(DAYS)], calendar=1904),
    "times": Book([Put(0, 0, dt.time(6, 30), "hh:mm"), Put(1, 0, dt.time(23, 59, 59), "h:mm:ss")]),
    "durations": Book([Put(0, 0, dt.timedelta(hours=30, minutes=5), "[h]:mm:ss"),
                       Put(1, 0, dt.timedelta(minutes=90), "[mm]:ss")]),
    "truths": listed(True, False),
    "texts": listed(" stored spaces ", "two\nlines", "<&>\"'", "𠮷林", "é°²", "5.2", "TRUE"),
    "repeated texts": listed(*["same", "other"] * 4),
    "texts of codes": listed("001", "1e5", "2023-01-01", "=no formula", "-", "NA"),
    "formulas": Book([Put(0, 0, "=1+1", result=2), Put(1, 0, '="a"&"b"', result="ab"),
                      Put(2, 0, "=1=1", result=True), Put(3, 0, "=A1/4", "0%", result=0.5)]),
    "errors": Book([Put(i, 0, f"={e}", result=e)
                    for i, e in enumerate(("#DIV/0!", "#N/A", "#REF!", "#VALUE!", "#NAME?"))]),
    "merged": Book([Put(0, 0, "title"), Put(1, 0, "a"), Put(1, 1, "CN-JS"), Put(2, 0, "b"),
                    Put(3, 0, "c")], merged=("A1:C1", "B2:B4")),
    "hidden rows": Book([Put(i, 0, i) for i in range(5)], hidden_rows=(1, 3)),
    "hidden sheet": Book([Put(0, 0, "id")], state="hidden"),
    "very hidden sheet": Book([Put(0, 0, "id")], state="veryHidden"),
    "sheet of an odd name": Book([Put(0, 0, 1)], title="表 1 & 'all' <x>"),
    "far cells": Book([Put(0, 0, "id"), Put(99_999, 700, 1.5), Put(1_048_575, 16_383, "end")]),
    "gaps": Book([Put(3, 2, "id"), Put(3, 5, "n"), Put(9, 2, "a"), Put(9, 5, 7)]),
    "empty texts": listed("", "a", ""),
    "no cells": Book([]),
}  # fmt: skip


def by_xlsxwriter(book: Book, *, inline: bool = False) -> bytes:
    stream = BytesIO()
    options = {"date_1904": book.calendar == 1904, "constant_memory": inline}
    with xlsxwriter.Workbook(stream, options) as made:
        sheet = made.add_worksheet(book.title)
        other = made.add_worksheet("other")
        for row, column, value, form, result in sorted(book.cells, key=lambda put: put[:2]):
            style = made.add_format({"num_format": form})
            if row in book.hidden_rows:
                sheet.set_row(row, None, None, {"hidden": True})
            if result is not None:
                sheet.write_formula(row, column, value, style, result)
            elif isinstance(value, dt.datetime | dt.time | dt.timedelta):
                sheet.write_datetime(row, column, value, style)
            elif isinstance(value, str):
                sheet.write_string(row, column, value, style)
            else:
                sheet.write(row, column, value, style)
        values = {(put.row, put.column): put.value for put in book.cells}
        for area in book.merged:
            first = openpyxl.utils.cell.coordinate_to_tuple(area.partition(":")[0])
            sheet.merge_range(area, values[first[0] - 1, first[1] - 1])
        _hide(sheet, other, book.state)
    return stream.getvalue()


def _hide(sheet: Any, other: Any, state: str) -> None:
    if state != "visible":
        other.activate()
        other.set_first_sheet()
        (sheet.hide if state == "hidden" else sheet.very_hidden)()


def by_openpyxl(book: Book) -> bytes:
    made = openpyxl.Workbook()
    if book.calendar == 1904:
        made.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    sheet = made.active
    sheet.title = book.title
    made.create_sheet("other")
    for row, column, value, form, _ in book.cells:
        cell = sheet.cell(row + 1, column + 1)
        cell.value = value
        cell.number_format = form
        if isinstance(value, str) and value.startswith("=no"):
            cell.data_type = "s"
    for area in book.merged:
        sheet.merge_cells(area)
    for row in book.hidden_rows:
        sheet.row_dimensions[row + 1].hidden = True
    if book.state != "visible":
        sheet.sheet_state = book.state
        made.active = 1
    stream = BytesIO()
    made.save(stream)
    return stream.getvalue()


WRITERS: dict[str, Callable[[Book], bytes]] = {
    "xlsxwriter": by_xlsxwriter,
    "inline": lambda book: by_xlsxwriter(book, inline=True),
    "openpyxl": by_openpyxl,
}

Cells = dict[tuple[int, int], Any]


def own_cells(book: Workbook, number: int) -> tuple[Cells, set[tuple[int, int]], list[int]]:
    """Return values, places shown in per cent, and hidden rows of a sheet."""
    values: Cells = {}
    percent, hidden = set(), []
    part = book.sheets[number]
    for row, filtered, cells in book.rows(part, rows=ROWS, columns=COLUMNS, fill=False):
        hidden += [row] if filtered else []
        for cell in cells:
            if cell.value is not None:
                values[row, cell.column] = cell.value
            if cell.percent:
                percent.add((row, cell.column))
    return values, percent, hidden


def their_cells(sheet: Any) -> Cells:
    stored = sheet._cells.values()  # a far cell makes no million others
    return {(c.row - 1, c.column - 1): c.value for c in stored if c.value is not None}


def alike(own: Any, theirs: Any) -> bool:
    return type(own) is type(theirs) and own == theirs


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("name", BOOKS)
def test_both_readers_see_the_same(name: str, writer: str) -> None:
    source = WRITERS[writer](BOOKS[name])
    own, theirs = open_workbook(source), openpyxl.load_workbook(BytesIO(source), data_only=True)
    assert [s.name for s in own.sheets] == theirs.sheetnames
    assert [s.visible for s in own.sheets] == [s.sheet_state == "visible" for s in theirs]
    for number, sheet in enumerate(theirs.worksheets):
        values, percent, hidden = own_cells(own, number)
        expected = their_cells(sheet)
        assert {k: (values.get(k), v) for k, v in expected.items()
                if not alike(values.get(k), v)} == {}  # fmt: skip
        assert values.keys() == expected.keys()
        assert hidden == sorted(n - 1 for n, row in sheet.row_dimensions.items() if row.hidden)
        areas = {(a.min_row - 1, a.min_col - 1, a.max_row - 1, a.max_col - 1)
                 for a in sheet.merged_cells.ranges}  # fmt: skip
        assert set(own.merged(own.sheets[number], ROWS)) == areas
        signs = {key for key in expected if "%" in sheet.cell(key[0] + 1, key[1] + 1).number_format}
        assert percent <= signs  # of several sections or literal signs some show none


# --- where the two differ, and the rest that needs a hand ----------------------------------------


def both(source: bytes) -> tuple[list[Any], list[Any]]:
    """Return the values of the first column of the first sheet, by both readers."""
    values, _, _ = own_cells(open_workbook(source), 0)
    expected = their_cells(openpyxl.load_workbook(BytesIO(source), data_only=True).worksheets[0])
    return (
        [values.get((row, 0)) for row in range(4)],
        [expected.get((row, 0)) for row in range(4)],
    )


def written(write: Callable[[Any, Any], None]) -> bytes:
    stream = BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        write(book, book.add_worksheet("data"))
    return stream.getvalue()


def test_rich_texts_are_joined_by_both() -> None:
    def write(book: Any, sheet: Any) -> None:
        bold = book.add_format({"bold": True})
        sheet.write_rich_string(0, 0, "kg CO", bold, "2", "e/kWh")

    own, theirs = both(written(write))
    assert own == theirs == ["kg CO2e/kWh", None, None, None]
    made = openpyxl.Workbook()
    made.active["A1"] = CellRichText("kg CO", TextBlock(InlineFont(b=True), "2"), "e/kWh")
    stream = BytesIO()
    made.save(stream)
    assert both(stream.getvalue())[0] == own


def test_a_formula_without_a_result_is_told_from_an_empty_cell() -> None:
    """openpyxl gives None for both; here the cell keeps its formula and is at fault."""
    made = openpyxl.Workbook()
    made.active["A1"], made.active["A2"] = "=1+1", "x"
    stream = BytesIO()
    made.save(stream)
    own, theirs = both(stream.getvalue())
    assert own == theirs == [None, "x", None, None]
    book = open_workbook(stream.getvalue())
    ((_, _, (cell,)), _) = book.rows(book.sheets[0], rows=9, columns=9)
    assert (cell.formula, cell.faulty) == ("=1+1", True)


def test_formulas_of_a_block_are_named_by_the_first() -> None:
    """openpyxl moves the references of a shared formula; messages here show the first one."""
    source = written(lambda _, sheet: [sheet.write_formula(i, 0, "=B1+1", None, i) for i in (0, 1)])
    shared = source_with(
        source,
        (b"<f>B1+1</f><v>0</v>", b'<f t="shared" ref="A1:A2" si="0">B1+1</f><v>0</v>'),
        (b"<f>B1+1</f><v>1</v>", b'<f t="shared" si="0"/><v>1</v>'),
    )
    assert both(shared) == ([0, 1, None, None], [0, 1, None, None])
    book = open_workbook(shared)
    assert [cells[0].formula for _, _, cells in book.rows(book.sheets[0], rows=9, columns=9)] == [
        "=B1+1", "=B1+1"]  # fmt: skip
    sheet = openpyxl.load_workbook(BytesIO(shared)).active
    assert [sheet["A1"].value, sheet["A2"].value] == ["=B1+1", "=B2+1"]


def test_days_before_march_1900() -> None:
    """A spreadsheet counts 29 February 1900; both readers show the day that it shows."""
    source = written(
        lambda book, sheet: [
            sheet.write_number(i, 0, day, book.add_format({"num_format": DATE}))
            for i, day in enumerate((1, 59, 61))
        ]
    )
    own, theirs = both(source)
    days = [dt.datetime(1900, 1, 1), dt.datetime(1900, 2, 28), dt.datetime(1900, 3, 1)]
    assert own == theirs == [*days, None]


def test_a_date_beyond_the_calendar() -> None:
    """A spreadsheet shows hash signs: openpyxl makes it #VALUE! with a warning, here it is that."""
    source = written(
        lambda book, sheet: sheet.write_number(0, 0, 1e9, book.add_format({"num_format": DATE}))
    )
    with pytest.warns(UserWarning, match="marked as a date"):
        own, theirs = both(source)
    assert own == theirs == ["#VALUE!", None, None, None]


def test_signs_that_cannot_stand_in_xml() -> None:
    """A spreadsheet writes U+000B as _x000B_; openpyxl leaves the code, here it is the sign."""
    source = written(lambda _, sheet: sheet.write_string(0, 0, "a\x0bb"))
    own, theirs = both(source)
    assert (own[0], theirs[0]) == ("a\x0bb", "a_x000B_b")


def source_with(source: bytes, *changes: tuple[bytes, bytes]) -> bytes:
    """Return a workbook with changes to its first sheet."""
    stream = BytesIO()
    with ZipFile(BytesIO(source)) as archive, ZipFile(stream, "w", ZIP_DEFLATED) as changed:
        for name in archive.namelist():
            content = archive.read(name)
            if name == "xl/worksheets/sheet1.xml":
                for old, new in changes:
                    assert old in content
                    content = content.replace(old, new, 1)
            changed.writestr(name, content)
    return stream.getvalue()
