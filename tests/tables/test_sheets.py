"""Tables as people keep them: encodings, separators, headers, places, cells without a value."""

import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from handprint.core.errors import Findings
from handprint.tables.sheets import (
    Sheet,
    Sizes,
    find_table,
    folded,
    letter,
    read_sheets,
    records,
)
from handprint.units.records import number_of


def read(path: Path) -> tuple[list[Sheet], list[tuple[str, str]]]:
    findings = Findings()
    sheets = read_sheets(path, findings)
    return sheets, [(f.key, f.place) for f in findings]


@pytest.mark.parametrize(("column", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ")])
def test_letters(column: int, name: str) -> None:
    assert letter(column) == name


def test_names_of_columns_are_folded() -> None:
    assert {folded(name) for name in ("id", "ID", " id ", "ｉｄ", "\ufeffId")} == {"id"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_declared_encoding_is_read_without_a_word(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.csv").write_bytes("部门,数值\n工业,1\n".encode(encoding))
    (sheet,), found = read(tmp_path / "a.csv")
    assert list(sheet.rows) == [["部门", "数值"], ["工业", "1"]]
    assert found == []


def test_gb18030_is_read_with_a_warning(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("sector,value\n工业,1\n".encode("gb18030"))
    findings = Findings()
    (sheet,) = read_sheets(tmp_path / "a.csv", findings)
    assert sheet.rows[1] == ["工业", "1"]
    (found,) = findings
    assert (found.key, found.place, found.params) == (
        "HP-M03", "a.csv:2", {"text": "工业", "encoding": "GB 18030"})  # fmt: skip


@pytest.mark.parametrize(
    ("text", "encoding", "name"),
    [("Réseau électrique", "cp1252", "Windows-1252"), ("Électricité", "cp1252", "Windows-1252"),
     ("電力網路損耗的改善", "big5", "Big5"), ("電力網の損失", "shift_jis", "Shift-JIS")],
)  # fmt: skip
def test_other_encodings_are_read_and_named(
    tmp_path: Path, text: str, encoding: str, name: str
) -> None:
    (tmp_path / "a.csv").write_bytes(f"id,title\na,{text}\n".encode(encoding))
    findings = Findings()
    (sheet,) = read_sheets(tmp_path / "a.csv", findings)
    assert sheet.rows[1] == ["a", text]
    assert [(f.key, f.params["encoding"]) for f in findings] == [("HP-M03", name)]


def test_what_is_hardly_meant_is_not_guessed(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("id,title\na,Электрическая сеть\n".encode("cp1251"))
    assert read(tmp_path / "a.csv") == ([], [("HP-M03.unlikely", "a.csv:2")])


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1Workbook", "HP-X01.old"),
        (b'{"a": 1}', "HP-M02.json"),
        (b"%PDF-1.7", "HP-M02.pdf"),
        (b"<html><table><tr><td>id</td></tr></table></html>", "HP-M02.markup"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "HP-M02.markup"),
        (b"\x89PNG\r\n", "HP-M02.picture"),
        (b"a,\x00\n", "HP-M03.unknown"),
        (b"a,\xff\xff\n", "HP-M03.unlikely"),
        (b"\x1f\x8bbroken", "HP-M02"),
    ],
)
def test_a_file_of_another_kind_is_told_by_its_first_bytes(
    tmp_path: Path, content: bytes, kind: str
) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    sheets, found = read(tmp_path / "a.csv")
    assert sheets == []
    assert [key for key, _ in found] == [kind]


def test_what_cannot_be_opened_is_a_finding(tmp_path: Path) -> None:
    assert read(tmp_path / "none.csv")[1] == [("HP-M01", str(tmp_path / "none.csv"))]
    assert [key for key, _ in read(tmp_path)[1]] == ["HP-M02"]  # a folder
    assert [key for key, _ in read(tmp_path / ("x" * 300 + ".csv"))[1]] == ["HP-M02"]
    (tmp_path / "~$a.xlsx").write_bytes(b"x")
    assert read(tmp_path / "~$a.xlsx")[1] == [("HP-M02.lock", "~$a.xlsx")]


@pytest.mark.parametrize("separator", [",", ";", "\t", "，", "|"])
@pytest.mark.parametrize("told", [False, True])
def test_separators(tmp_path: Path, separator: str, told: bool) -> None:
    rows = ["id|title|value", 'a|"x, y; z"|1', "b|z|2"]
    text = "\n".join([*([f"sep={separator}"] if told else []), *rows]).replace("|", separator)
    (tmp_path / "a.csv").write_text(text, "utf-8")
    (sheet,), found = read(tmp_path / "a.csv")
    assert list(sheet.rows) == [["id", "title", "value"], ["a", "x, y; z", "1"], ["b", "z", "2"]]
    assert sheet.line(1) == (3 if told else 2)
    assert found == []


def test_packed_text_and_parquet_are_tables_too(tmp_path: Path) -> None:
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"id,n\na,1.5\n"))
    pq.write_table(pa.table({"id": ["a"], "n": [1.5]}), tmp_path / "a.parq")
    packed, parquet = (read(tmp_path / name)[0][0] for name in ("a.csv.gz", "a.parq"))
    assert list(packed.rows) == list(parquet.rows) == [["id", "n"], ["a", "1.5"]]


def test_an_open_quotation_mark_is_told_where_it_opens(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('id,title\na,"two\nlines"\nb,"open\nc,x\nd,y\n', "utf-8")
    assert read(tmp_path / "a.csv") == ([], [("HP-M02.quote", "a.csv:4")])


def test_lines_are_those_of_an_editor(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('id,title\na,"two\nlines"\n\nb,x\n', "utf-8")
    (sheet,), _ = read(tmp_path / "a.csv")
    assert [record.place() for record in records(sheet)] == ["a.csv:2", "a.csv:5"]


def test_records_know_their_place(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Sector,VALUE\n\nindustry,x\n", "utf-8")
    findings = Findings()
    (record,) = records(read_sheets(tmp_path / "a.csv", findings)[0])
    assert record["sector"] == "industry"
    assert number_of(record, "value", findings) is None
    assert [f.place for f in findings] == ["a.csv:3 value"]


def test_a_title_above_the_header_is_passed_over_with_a_note(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet("data")
        sheet.write_string(1, 1, "Levers of 2023")
        sheet.write_row(3, 1, ["Sector", "value"])
        sheet.write_row(4, 1, ["industry", 1])
    findings = Findings()
    found = find_table(tmp_path / "a.xlsx", ("sector", "value"), findings)
    assert found is not None
    (record,) = records(found)
    assert (record["sector"], record["value"]) == ("industry", "1")
    assert record.place("value") == "a.xlsx!data!C5"
    assert [(f.key, f.params) for f in findings] == [
        ("HP-M07", {"line": 4, "text": "Levers of 2023"})
    ]


def test_a_cell_is_at_fault_where_it_is_read(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet("data")
        sheet.write_row(0, 0, ["sector", "value"])
        sheet.write_string(1, 0, "industry")
        sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")
        book.add_worksheet("checks").write_formula(0, 0, "=1/0", None, "#DIV/0!")
    findings = Findings()
    sheet, _ = read_sheets(tmp_path / "a.xlsx", findings)
    assert sheet.place(1, 1) == "a.xlsx!data!B2"
    assert len(findings) == 0
    (record,) = records(sheet, findings)
    assert record["sector"] == "industry"
    assert len(findings) == 0
    assert record["value"] == ""
    assert [(f.rule, f.place) for f in findings] == [("HP-M04", "a.xlsx!data!B2")]


def test_hidden_sheets_are_not_read_and_hidden_rows_are(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        old, seen = book.add_worksheet("old"), book.add_worksheet("seen")
        for sheet, value in ((old, 9), (seen, 1)):
            sheet.write_row(0, 0, ["sector", "value"])
            sheet.write_row(1, 0, ["industry", value])
        seen.write_row(2, 0, ["transport", 2])
        seen.set_row(2, None, None, {"hidden": True})
        old.very_hidden()
        seen.activate()
        seen.set_first_sheet()
    findings = Findings()
    found = find_table(tmp_path / "a.xlsx", ("sector", "value"), findings)
    assert found is not None
    assert [record["value"] for record in records(found)] == ["1", "2"]
    assert [(f.key, f.params) for f in findings] == [("HP-M08", {"count": 1})]


def test_a_hidden_sheet_that_alone_would_fit_is_told(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        book.add_worksheet("notes").write_string(0, 0, "see below")
        hidden = book.add_worksheet("data")
        hidden.write_row(0, 0, ["sector", "value"])
        hidden.write_row(1, 0, ["industry", 1])
        hidden.hide()
    findings = Findings()
    assert find_table(tmp_path / "a.xlsx", ("sector", "value"), findings) is None
    assert [(f.key, f.params) for f in findings] == [("HP-M09", {"sheets": "data"})]


@pytest.mark.parametrize(("rows", "columns", "told"), [(2, 9, 3), (9, 1, 1), (3, 2, 0), (9, 9, 0)])
def test_a_table_longer_than_what_is_read_is_told(
    tmp_path: Path, rows: int, columns: int, told: int
) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet("data")
        for number, row in enumerate((["id", "value"], ["a", 1], ["b", 2])):
            sheet.write_row(number, 0, row)
        sheet.write(900, 20, "touched by somebody")
    findings = Findings()
    (found,) = read_sheets(tmp_path / "a.xlsx", findings, Sizes(rows=rows, columns=columns))
    assert len(found.rows) == min(rows, 3)
    assert [(f.key, f.place) for f in findings] == (
        [("HP-M02.long", f"a.xlsx!data!{told}")] if told else []
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [("", "HP-M02.empty"), ("id,value\n", "HP-M02.rows"), ("Title\nid,value\n,\n", "HP-M02.rows")],
)
def test_a_table_without_a_row_is_told(tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / "a.csv").write_text(content, "utf-8")
    findings = Findings()
    assert find_table(tmp_path / "a.csv", ("id", "value"), findings) is None
    assert told in [finding.key for finding in findings]


def test_of_two_columns_of_one_name_neither_is_taken_silently(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,value,Value\na,1,1\nb,1,2\n", "utf-8")
    findings = Findings()
    sheet = find_table(tmp_path / "a.csv", ("id", "value"), findings)
    assert sheet is not None
    assert [number_of(row, "value", findings) for row in records(sheet, findings)] == [1.0, 1.0]
    assert [(f.key, f.place) for f in findings] == [("HP-M32", "a.csv:3 value")]
