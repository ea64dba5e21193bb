"""Tables as people keep them: encodings, numbers, places, cells without a value."""

from pathlib import Path

import pytest
import xlsxwriter

from handprint.core.errors import Findings
from handprint.tables.sheets import letter, read_sheets, records, to_number


@pytest.mark.parametrize(
    ("text", "number"),
    [("0.3", 0.3), ("30 %", 0.3), ("1,234.5", 1234.5), ("－５", -5.0), ("1e3", 1000.0),
     ("1,5", None), ("about 3", None), ("", None), ("1e999", None), ("nan", None)],
)  # fmt: skip
def test_numbers(text: str, number: float | None) -> None:
    assert to_number(text) == number


@pytest.mark.parametrize(("column", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ")])
def test_letters(column: int, name: str) -> None:
    assert letter(column) == name


def test_gb18030_is_read_with_a_warning(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("部门,数值\n工业,1\n".encode("gb18030"))
    findings = Findings()
    (sheet,) = read_sheets(tmp_path / "a.csv", findings)
    assert sheet.rows[1] == ["工业", "1"]
    assert [f.key for f in findings] == ["HP-M03"]


def test_formula_without_value_and_error_cells(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet("data")
        sheet.write_row(0, 0, ["sector", "value"])
        sheet.write_string(1, 0, "industry")
        sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")
    findings = Findings()
    (read,) = read_sheets(tmp_path / "a.xlsx", findings)
    assert read.place(1, 1) == "a.xlsx!data!B2"
    assert [(f.rule, f.place) for f in findings] == [("HP-M04", "a.xlsx!data!B2")]


def test_records_know_their_place(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("sector,value\n\nindustry,x\n", "utf-8")
    findings = Findings()
    (record,) = records(read_sheets(tmp_path / "a.csv", findings)[0])
    assert record["sector"] == "industry"
    assert record.number("value", findings) is None
    assert [f.place for f in findings] == ["a.csv:3 value"]
