"""More files of the same kinds, made here: one trouble each, read like the plain row, or told."""

import csv
import decimal
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from click.testing import CliRunner, Result

from handprint.cli.main import cli

HEADER = [
    "id",
    "template",
    "region",
    "start",
    "years",
    "claim",
    "delivered [GWh/year]",
    "loss_rate [%]",
    "loss_reduction [%]",
    "terminals [device]",
    "servers [device]",
]
ROW: list[Any] = ["a-1", "grid-losses", "CN-JS", 2023, 1, "planned", 2000, 5.2, 6.0, 4000, 4]
RATE, START = 7, 3
Write = Callable[[xlsxwriter.Workbook, Any], object]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def scored(path: Path) -> tuple[dict[str, str], Result]:
    """Return NER by id."""
    out = path.parent / "out"
    result = run("batch", path, "-o", out, "--format", "csv")
    if not (out / "scores.csv").exists():
        return {}, result
    with (out / "scores.csv").open(encoding="utf-8-sig", newline="") as stream:
        return {row["id"]: row["NER"] for row in csv.DictReader(stream)}, result


def joined(rows: list[list[Any]], separator: str = ",") -> str:
    return "".join(separator.join(map(str, row)) + "\n" for row in rows)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("plain") / "plain.csv"
    path.write_text(joined([HEADER, ROW]), "utf-8")
    return scored(path)[0]["a-1"]


# --- workbooks ------------------------------------------------------------------------------------


def rate(form: str, value: float = 0.052) -> Write:
    return lambda book, sheet: sheet.write_number(
        1, RATE, value, book.add_format({"num_format": form})
    )


BOOKS: dict[str, tuple[Write, str]] = {
    "a colour in each section": (rate("[Color10]0.0%;[Red]-0.0%;0.0%"), "a-1"),
    "a colour and a condition": (rate("[Blue][<0.1]0.0%;[Red]0%"), "a-1"),
    "words behind the sign": (rate('0.0%" of input"'), "a-1"),
    "a sign that is text": (rate('0.0" %"', 5.2), "a-1"),
    "text with a sign": (lambda _, sheet: sheet.write_string(1, RATE, "5.2％"), "a-1"),
    "an id with zeros": (
        lambda book, sheet: sheet.write_number(1, 0, 1, book.add_format({"num_format": "000"})),
        "001",
    ),
    "a hidden column": (lambda _, sheet: sheet.set_column(2, 2, None, None, {"hidden": 1}), "a-1"),
    "a table object": (
        lambda _, sheet: sheet.add_table(0, 0, 1, 10, {"columns": [{"header": h} for h in HEADER]}),
        "a-1",
    ),
}


@pytest.mark.parametrize("name", BOOKS)
def test_workbooks(plain: str, tmp_path: Path, name: str) -> None:
    write, case = BOOKS[name]
    with xlsxwriter.Workbook(tmp_path / "cases.xlsx") as book:
        sheet = book.add_worksheet("cases")
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ROW)
        write(book, sheet)
    assert scored(tmp_path / "cases.xlsx")[0] == {case: plain}


@pytest.mark.parametrize("hidden", [None, 1999])
def test_a_year_merged_over_two_rows(plain: str, tmp_path: Path, hidden: int | None) -> None:
    """Also where the merged cell hides another year below: nobody sees that one."""
    with xlsxwriter.Workbook(tmp_path / "cases.xlsx") as book:
        sheet = book.add_worksheet("cases")
        sheet.write_row(0, 0, HEADER)
        for i in (1, 2):
            sheet.write_row(i, 0, [f"a-{i}", *ROW[1:START], None, *ROW[START + 1 :]])
        sheet.merge_range(1, START, 2, START, 2023)
        if hidden:
            sheet.write_number(2, START, hidden)
    assert scored(tmp_path / "cases.xlsx")[0] == {"a-1": plain, "a-2": plain}


# --- texts ----------------------------------------------------------------------------------------

BODY = joined([HEADER, ROW])
TEXTS: dict[str, tuple[bytes, str]] = {
    "semicolons, and tabs in a cell": (
        joined([[*HEADER, "title"], [*ROW, "one\ttwo"]], ";").encode(), "a-1"),
    "pipes": (joined([HEADER, ROW], "|").encode(), "a-1"),
    "a mark, and ids with zeros": (
        ("\ufeff" + joined([HEADER, ["001", *ROW[1:]]])).encode(), "001"),
    "UTF-16": (BODY.encode("utf-16"), "a-1"),
    "UTF-16 with tabs, as Excel writes Unicode text": (
        joined([HEADER, ROW], "\t").encode("utf-16"), "a-1"),
    "two lines of title and an empty one": (
        f"Cases of 2023,,\nDepartment of grids,,\n\n{BODY}".encode(), "a-1"),
    "a blank that does not break behind Id": (
        joined([["Id\u00a0", *HEADER[1:]], ROW]).encode(), "a-1"),
    "blanks that do not break in numbers": (
        joined([HEADER, [*ROW[:6], "2000\u00a0", "5.2\u00a0%", *ROW[8:]]]).encode(), "a-1"),
    "empty columns at the end, Windows line ends": (
        joined([[*HEADER, "", ""], [*ROW, "", ""]], ";").replace("\n", "\r\n").encode(), "a-1"),
    "numbers in words": (
        joined([HEADER, [*ROW[:6], "二十亿 kWh/year", "百分之五点二", 6, "四千", 4]]).encode(),
        "a-1"),
    "Big5": (joined([[*HEADER, "title"], [*ROW, "電力網路損耗改善"]]).encode("big5"), "a-1"),
    "Western, one sign": (joined([[*HEADER, "title"], [*ROW, "coût"]]).encode("cp1252"), "a-1"),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_texts(plain: str, tmp_path: Path, name: str) -> None:
    content, case = TEXTS[name]
    (tmp_path / "cases.csv").write_bytes(content)
    found, result = scored(tmp_path / "cases.csv")
    assert {key: float(ner) for key, ner in found.items()} == {
        case: pytest.approx(float(plain), rel=1e-12)
    }, result.output


REFUSED: dict[str, tuple[bytes, str]] = {
    "a quote that opens in the last cell": (
        joined([[*HEADER, "title"], [*ROW, '"open']]).encode(), "HP-M02"),
    "JSON": (json.dumps([dict(zip(HEADER, ROW, strict=True))]).encode(), "HP-M02"),
    "JSON lines": (json.dumps(dict(zip(HEADER, ROW, strict=True))).encode(), "HP-M02"),
    "a web page": (b"<html><table><tr><td>id</td></tr></table></html>", "HP-M02"),
    "Cyrillic": (joined([[*HEADER, "title"], [*ROW, "Сеть и тепло"]]).encode("cp1251"), "HP-M03"),
    "UTF-16 without its mark": (BODY.encode("utf-16-le"), "HP-M03"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(tmp_path: Path, name: str) -> None:
    content, code = REFUSED[name]
    (tmp_path / "cases.csv").write_bytes(content)
    found, result = scored(tmp_path / "cases.csv")
    assert found == {}
    assert result.exit_code == 1
    assert f"error {code}  " in result.output


# --- Parquet --------------------------------------------------------------------------------------


def test_parquet_with_small_types_and_an_index_of_two_levels(plain: str, tmp_path: Path) -> None:
    kinds = [
        pa.string(),
        pa.dictionary(pa.int8(), pa.string()),
        pa.string(),
        pa.int16(),
        pa.int8(),
        pa.string(),
        pa.uint64(),
        pa.decimal128(10, 2),
        pa.float32(),
        pa.uint16(),
        pa.int8(),
    ]
    row = [*ROW[:RATE], decimal.Decimal("5.20"), *ROW[RATE + 1 :]]
    columns = [pa.array([value], kind) for value, kind in zip(row, kinds, strict=True)]
    pq.write_table(pa.table(dict(zip(HEADER, columns, strict=True))), tmp_path / "small.parquet")
    frame = pd.DataFrame([ROW], columns=HEADER)
    index = pd.MultiIndex.from_tuples([(1, "x")])
    frame.set_index(index).to_parquet(tmp_path / "levels.parquet")
    frame.set_index(["id", "template"]).to_parquet(tmp_path / "named.parquet")
    (tmp_path / "cases.csv").write_bytes((tmp_path / "small.parquet").read_bytes())
    for name in ("small.parquet", "levels.parquet", "named.parquet", "cases.csv"):
        assert scored(tmp_path / name)[0] == {"a-1": plain}, name


# --- factors and cases ----------------------------------------------------------------------------

FACTOR = ["freight.a", "a", 0.1, "kg CO2e/tonne.km", "GB", 2023, "combustion", "x"]


def factor_book(path: Path, row: list[Any], *, hidden: bool = False) -> Result:
    with xlsxwriter.Workbook(path) as book:
        source, sheet = book.add_worksheet("Source"), book.add_worksheet("Factors ")
        for i, key in enumerate(("title_en", "publisher", "licence", "url")):
            source.write_row(i, 0, [key, "x"])
        head = ["id", "name_en", "value", "unit", "region", "year", "scope", "reference"]
        sheet.write_row(0, 0, head)
        sheet.write_row(1, 0, row)
        if hidden:
            sheet.very_hidden()
    return run("factors", "check", path)


def test_a_very_hidden_sheet_of_factors_is_told(tmp_path: Path) -> None:
    assert factor_book(tmp_path / "own.xlsx", FACTOR).exit_code == 0
    result = factor_book(tmp_path / "own.xlsx", FACTOR, hidden=True)
    assert result.exit_code == 1
    assert "error HP-M09  Only a hidden sheet fits  [own.xlsx]" in result.output


@pytest.mark.parametrize(
    ("column", "written", "told"),
    [
        (2, "约 0.1", "warning HP-U05"),
        (2, "0.1-0.2", "error HP-U04"),
        (2, "0,1", "error HP-U02"),
        (3, "kg CO2e/kWh (Gross CV)", "error HP-U01"),
        (3, "tC/TJ", "error HP-U01"),
        (3, "kg CO2e/Sm3", "error HP-U01"),
        (4, "UK", "near: GB."),
        (4, "CHN", "near: CN."),
        (4, "Mainland China", "near: CN."),
    ],
)
def test_cells_of_factors(tmp_path: Path, column: int, written: str, told: str) -> None:
    row = [*FACTOR[:column], written, *FACTOR[column + 1 :]]
    assert told in " ".join(factor_book(tmp_path / "own.xlsx", row).output.split())


CASE = (Path(__file__).parent / "k14_case_thousands.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("2,000 GWh", "二十亿千瓦时", ""),
        ("2,000 GWh", "20亿 kWh", ""),
        ("4000 device", "四千台", ""),
        ("5.2 %", "“5.2 %”", ""),
        ("5.2 %", "百分之五点二", ""),
        ("5.2 %", "{value: ５．２, unit: '%'}", ""),
        ("5.2 %", "{value: 约5, unit: '%'}", "warning HP-U05"),
        ("2,000 GWh", "2-3 TWh", "error HP-U04"),
        ("2,000 GWh", "2000余 GWh", "error HP-U04"),
        ("5.2 %", "five", "error HP-U01"),
        ("region: CN-JS", "region: UK", "near: GB."),
        ("region: CN-JS", "region: PRC", "near: CN."),
        ("region: CN-JS", "region: 江苏省", "near: CN-JS."),
    ],
)
def test_texts_of_a_case(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in CASE
    (tmp_path / "case.yaml").write_text(CASE.replace(old, new), "utf-8")
    result = run("check", tmp_path / "case.yaml")
    assert result.exit_code == int(bool(told) and not told.startswith("warning")), result.output
    assert told in " ".join(result.output.split())
