"""Workbooks of any make: what a person sees in a cell, merged cells, broken and odd parts."""

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter

from handprint.core.errors import CodedError
from handprint.tables.cell import Cell, shows_date, shows_percent
from handprint.tables.workbook import open_workbook

Write = Callable[[xlsxwriter.Workbook, xlsxwriter.worksheet.Worksheet], None]


def written(write: Write) -> bytes:
    stream = BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        write(book, book.add_worksheet("data"))
    return stream.getvalue()


def edited(source: bytes, edit: Callable[[dict[str, bytes]], None]) -> bytes:
    with ZipFile(BytesIO(source)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    edit(parts)
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def cells(source: bytes, rows: int = 100) -> list[list[Cell]]:
    book = open_workbook(source)
    return [row for _, _, row in book.rows(book.sheets[0], rows=rows, columns=50)]


def texts(source: bytes) -> list[list[str]]:
    return [[cell.text for cell in row] for row in cells(source)]


def simple(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
    sheet.write_row(0, 0, ["id", "value"])
    sheet.write_row(1, 0, ["a", 5.2])


@pytest.mark.parametrize(
    ("form", "value", "percent"),
    [
        ("0%", 0.05, True),
        ("0.0%", 0.05, True),
        ("0.00 %", 0.05, True),
        ("[Red]0.0%;-0.0%", -0.05, True),
        ("[$-409]0.0%", 0.05, True),
        ("[>=1]0;0.0%", 0.05, True),
        ("[>=1]0;0.0%", 2.0, False),
        ("#,##0.0%_);(#,##0.0%)", 0.05, True),
        ('0.0"%"', 5.0, False),
        (r"0.0\%", 5.0, False),
        ("0_%", 5.0, False),
        ("General", 5.0, False),
        ("0%;0", -5.0, False),
    ],
)
def test_which_formats_show_per_cent(form: str, value: float, percent: bool) -> None:
    assert shows_percent(form, value) is percent


@pytest.mark.parametrize(
    ("form", "kind"),
    [("yyyy-mm-dd", "date"), ("[h]:mm", "elapsed"), ('0.0"day"', ""), ("General", ""),
     ("[Red]0.0", ""), ("[$-804]yyyy年m月", "date")],
)  # fmt: skip
def test_which_formats_show_dates(form: str, kind: str) -> None:
    assert shows_date(form) == kind


def test_a_cell_reads_as_a_person_sees_it() -> None:
    def write(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        per_cent = book.add_format({"num_format": "0.0%"})
        literal = book.add_format({"num_format": '0.0"%"'})
        date = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_number(0, 0, 0.052, per_cent)
        sheet.write_number(0, 1, 0.0523456789, per_cent)  # more digits than are shown
        sheet.write_number(0, 2, 5.2, literal)
        sheet.write_number(0, 3, 2023.0)
        sheet.write_boolean(0, 4, True)
        sheet.write_datetime(0, 5, dt.datetime(2023, 1, 31), date)
        sheet.write_formula(0, 6, "=A1+A1", per_cent, 0.104)
        sheet.write_rich_string(0, 7, "CO", book.add_format({"bold": True}), "2", "e")
        sheet.write_number(0, 8, 0.07, per_cent)

    assert texts(written(write)) == [
        ["5.2%", "5.23456789%", "5.2", "2023", "true", "2023-01-31", "10.4%", "CO2e", "7%"]
    ]


def test_dates_of_both_calendars() -> None:
    def write(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        date = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_datetime(0, 0, dt.datetime(2024, 2, 29), date)

    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"date_1904": True}) as book:
        write(book, book.add_worksheet("data"))
    assert texts(written(write)) == texts(stream.getvalue()) == [["2024-02-29"]]


def test_a_merged_cell_gives_its_value_to_each_of_its_rows() -> None:
    """Down, not across; a row of nothing else stays empty."""

    def write(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        sheet.merge_range(0, 0, 0, 2, "title")
        sheet.merge_range(1, 1, 3, 1, "CN-JS")
        sheet.write_string(1, 0, "a")
        sheet.write_string(2, 0, "b")

    read = cells(written(write))
    assert [[cell.text for cell in row] for row in read] == [
        ["title"], ["a", "CN-JS"], ["b", "CN-JS"]]  # fmt: skip
    assert read[2][1].place == "data!B3"


def test_error_values_and_formulas_without_a_result() -> None:
    def write(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        sheet.write_formula(0, 0, "=1/0", None, "#DIV/0!")
        sheet.write_formula(0, 1, "=A1", None, 5)
        sheet.write_formula(0, 2, "=1+1")

    def forget(parts: dict[str, bytes]) -> None:
        name = "xl/worksheets/sheet1.xml"
        parts[name] = parts[name].replace(b"<f>1+1</f><v>0</v>", b"<f>1+1</f>")

    (row,) = cells(edited(written(write), forget))
    assert [(cell.text, cell.faulty) for cell in row] == [
        ("#DIV/0!", True), ("5", False), ("=1+1", True)]  # fmt: skip


def test_strict_open_xml_differs_in_its_namespaces_only() -> None:
    def strict(parts: dict[str, bytes]) -> None:
        for name, content in parts.items():
            plain = content.replace(b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                                    b"http://purl.oclc.org/ooxml/spreadsheetml/main")  # fmt: skip
            parts[name] = plain.replace(
                b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                b"http://purl.oclc.org/ooxml/officeDocument/relationships",
            )

    assert texts(edited(written(simple), strict)) == [["id", "value"], ["a", "5.2"]]


def test_parts_named_with_backslashes() -> None:
    def backslashes(parts: dict[str, bytes]) -> None:
        for name in [name for name in parts if "/" in name]:
            parts[name.replace("/", "\\")] = parts.pop(name)

    assert texts(edited(written(simple), backslashes)) == [["id", "value"], ["a", "5.2"]]


def test_cells_without_references_follow_each_other() -> None:
    def bare(parts: dict[str, bytes]) -> None:
        name = "xl/worksheets/sheet1.xml"
        for reference in (b' r="A1"', b' r="B1"', b' r="A2"', b' r="B2"', b' r="1"', b' r="2"'):
            parts[name] = parts[name].replace(reference, b"")

    assert texts(edited(written(simple), bare)) == [["id", "value"], ["a", "5.2"]]


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'<row r="2"', b'<row r="+1"'),
        (b'<row r="2"', b'<row r="x"'),
        (b'r="B2"', b'r="+1"'),
        (b"<v>5.2</v>", b"<v>five</v>"),
        (b"</sheetData>", b""),
        (b't="s"><v>0', b't="s"><v>999'),
    ],
)
def test_a_broken_sheet_is_a_finding(old: bytes, new: bytes) -> None:
    def damage(parts: dict[str, bytes]) -> None:
        assert old in parts[SHEET]
        parts[SHEET] = parts[SHEET].replace(old, new)

    with pytest.raises(CodedError) as caught:
        cells(edited(written(simple), damage))
    assert (caught.value.code, caught.value.variant) == ("HP-X01", "broken")


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", SHEET])
def test_damaged_bytes_are_a_finding(part: str) -> None:
    """Bytes inside the packed part are turned over."""
    source = bytearray(written(simple))
    with ZipFile(BytesIO(bytes(source))) as archive:
        info = archive.getinfo(part)
    start = info.header_offset + 30 + len(part)
    for place in range(start + 10, start + min(info.compress_size, 60)):
        source[place] ^= 0x5A
    with pytest.raises(CodedError) as caught:
        cells(bytes(source))
    assert caught.value.code == "HP-X01"


def test_macros_are_passed_over_where_they_may_be() -> None:
    def macro(parts: dict[str, bytes]) -> None:
        parts["xl/vbaProject.bin"] = b"x"

    source = edited(written(simple), macro)
    assert len(open_workbook(source, macros=True).sheets) == 1
    with pytest.raises(CodedError, match="HP-X03"):
        open_workbook(source)


def test_a_far_cell_costs_nothing(tmp_path: Path) -> None:
    def write(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        simple(book, sheet)
        sheet.write_number(1_048_575, 16_383, 1)

    assert texts(written(write)) == [["id", "value"], ["a", "5.2"]]
