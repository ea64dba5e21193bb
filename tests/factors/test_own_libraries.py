"""Own libraries: what is wrong is told with file and line, or sheet and cell, all in one pass."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from handprint.core.errors import Findings, Severity
from handprint.core.i18n import render_finding
from handprint.factors.factor import Library
from handprint.factors.library import load_library, open_library, shipped_library

SOURCE = "title: {en: Own, zh: 自有}\npublisher: us\nlicence: own\nurl: https://example.org\n"
HEADER = "id,name_zh,value,unit,region,year,scope,distribution,p1,p2\n"
GOOD = "own.press.power,压机,12,kg CO2e/t,CN,2023,cradle_to_gate,,,\n"


def write(folder: Path, rows: str | bytes, source: str = SOURCE) -> Path:
    (folder / "source.yaml").write_text(source, encoding="utf-8")
    data = rows if isinstance(rows, bytes) else rows.encode()
    (folder / "factors.csv").write_bytes(data)
    return folder


def load(path: Path) -> tuple[Library, list[tuple[str, str]]]:
    """Return the library and the findings as (key, place); all of them must render."""
    findings = Findings()
    library = load_library([path], findings=findings)
    for finding in findings:
        for lang in ("zh", "en"):
            assert "{" not in render_finding(finding, lang)["message"].replace("{{", "")  # type: ignore[arg-type]
    return library, [(finding.key, finding.place) for finding in findings]


def test_good_library_is_loaded(tmp_path: Path) -> None:
    library, found = load(write(tmp_path, HEADER + GOOD))
    assert found == []
    row = library.by_id["own.press.power"][0]
    assert (row.value, row.own, row.source.title["zh"], row.name["zh"]) == (
        12,
        True,
        "自有",
        "压机",
    )
    assert len(library.factors) == len(shipped_library().factors) + 1


BAD_LINES = {
    "two_faults": ("a.b,,x,kg CO2/kWhh,CN,2023,generation,,,", "HP-U01.suggest", "unit"),
    "not_a_number": ("a.b,,0.5o,kg CO2/kWh,CN,2023,generation,,,", "HP-F22", "value"),
    "decimal_comma": ('a.b,,"1,2",kg CO2/kWh,CN,2023,generation,,,', "HP-U02.comma", "value"),
    "no_value": ("a.b,,,kg CO2/kWh,CN,2023,generation,,,", "HP-F22", "value"),
    "infinite": ("a.b,,1e999,kg CO2/kWh,CN,2023,generation,,,", "HP-F22.range", "value"),
    "nan": ("a.b,,nan,kg CO2/kWh,CN,2023,generation,,,", "HP-F22", "value"),
    "year": ("a.b,,1,kg CO2/kWh,CN,23,generation,,,", "HP-F22.year", "year"),
    "no_year": ("a.b,,1,kg CO2/kWh,CN,,generation,,,", "HP-F22.year", "year"),
    "unit": ("a.b,,1,kg CO2/kWhh,CN,2023,generation,,,", "HP-U01.suggest", "unit"),
    "ton": ("a.b,,1,kg CO2/ton,CN,2023,generation,,,", "HP-U02", "unit"),
    "no_unit": ("a.b,,1,,CN,2023,generation,,,", "HP-F29.empty", "unit"),
    "no_gas": ("a.b,,1,kg/kWh,CN,2023,generation,,,", "HP-F24.no_gas", "unit"),
    "dimension": ("electricity.mine,,1,kg CO2/t,CN,2023,generation,,,", "HP-F24", "unit"),
    "region": ("a.b,,1,kg CO2/kWh,China,2023,generation,,,", "HP-F02", "region"),
    "scope": ("a.b,,1,kg CO2/kWh,CN,2023,everything,,,", "HP-F29", "scope"),
    "id": ("Grid,,1,kg CO2/kWh,CN,2023,generation,,,", "HP-F29.pattern", "id"),
    "order": ("a.b,,1,kg CO2/kWh,CN,2023,generation,uniform,3,2", "HP-F27.order", "p1"),
    "outside": ("a.b,,9,kg CO2/kWh,CN,2023,generation,triangular,1,2", "HP-F27.order", "p1"),
    "spread": ("a.b,,1,kg CO2/kWh,CN,2023,generation,lognormal,0.9,", "HP-F27.parameter", "p1"),
    "no_spread": ("a.b,,1,kg CO2/kWh,CN,2023,generation,normal,,", "HP-F27.parameter", "p1"),
    "p_alone": ("a.b,,1,kg CO2/kWh,CN,2023,generation,,0.1,", "HP-F27.parameter", "p1"),
}


@pytest.mark.parametrize("case", BAD_LINES)
def test_bad_line(case: str, tmp_path: Path) -> None:
    line, key, column = BAD_LINES[case]
    library, found = load(write(tmp_path, f"{HEADER}{GOOD}{line}\n"))
    assert (key, f"{tmp_path.name}/factors.csv:3 {column}") in found
    assert library.factors == shipped_library().factors  # nothing is half-loaded


def test_all_faults_in_one_pass(tmp_path: Path) -> None:
    lines = [line for line, _, _ in BAD_LINES.values()]
    _, found = load(write(tmp_path, HEADER + "\n".join(lines) + "\n"))
    places = {place.partition(":")[2].split()[0] for _, place in found}
    assert places == {str(number) for number in range(2, len(lines) + 2)}


def test_duplicate_key_names_both_lines(tmp_path: Path) -> None:
    findings = Findings()
    load_library([write(tmp_path, HEADER + GOOD + GOOD)], findings=findings)
    (finding,) = findings
    assert finding.key == "HP-F25"
    assert finding.place == f"{tmp_path.name}/factors.csv:3 id"
    assert finding.params["other"] == f"{tmp_path.name}/factors.csv:2"


def test_same_factor_in_two_kinds_of_unit_is_no_duplicate(tmp_path: Path) -> None:
    other = GOOD.replace("kg CO2e/t", "kg CO2e/m3")
    _, found = load(write(tmp_path, HEADER + GOOD + other))
    assert found == []


def test_implausible_value_is_a_warning(tmp_path: Path) -> None:
    line = "electricity.mine,,570.3,kg CO2/kWh,CN,2023,generation,,,\n"
    library, found = load(write(tmp_path, HEADER + line))
    assert found == [("HP-F30", f"{tmp_path.name}/factors.csv:2 value")]
    assert "electricity.mine" in library.by_id


@pytest.mark.parametrize("missing", ["title", "publisher", "licence", "url"])
def test_incomplete_source(missing: str, tmp_path: Path) -> None:
    lines = [line for line in SOURCE.splitlines() if not line.startswith(missing)]
    library, found = load(write(tmp_path, HEADER + GOOD, "\n".join(lines)))
    assert found == [("HP-F26", str(tmp_path / "source.yaml"))]
    assert library.factors == shipped_library().factors


def test_missing_source_file(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text(HEADER + GOOD, encoding="utf-8")
    _, found = load(tmp_path)
    assert found[0] == ("HP-F26.file", str(tmp_path / "source.yaml"))


@pytest.mark.parametrize(
    "source", ["title: [", "title: {", "- a\n- b", "[" * 100_000, "title: &a [*a]", "\x00"]
)
def test_broken_source_file(source: str, tmp_path: Path) -> None:
    library, found = load(write(tmp_path, HEADER + GOOD, source))
    assert found
    assert library.factors == shipped_library().factors


def test_byte_order_mark_is_a_note(tmp_path: Path) -> None:
    library, found = load(write(tmp_path, b"\xef\xbb\xbf" + (HEADER + GOOD).encode()))
    assert found == [("HP-F21.bom", f"{tmp_path.name}/factors.csv:1")]
    assert "own.press.power" in library.by_id


def test_gbk_is_read_with_a_warning(tmp_path: Path) -> None:
    library, found = load(write(tmp_path, (HEADER + GOOD).encode("gbk")))
    assert found == [("HP-M03", f"{tmp_path.name}/factors.csv:2")]
    assert library.by_id["own.press.power"][0].name["zh"] == "压机"


def test_neither_utf_8_nor_gbk(tmp_path: Path) -> None:
    _, found = load(write(tmp_path, HEADER.encode() + b"\xff\xff\xff\n"))
    assert found[0] == ("HP-M03.unlikely", f"{tmp_path.name}/factors.csv:2")


def test_full_width_digits_are_read_with_a_warning(tmp_path: Path) -> None:
    library, found = load(write(tmp_path, HEADER + GOOD.replace(",12,", ",１２．５,")))
    assert found == [("HP-F21.full_width", f"{tmp_path.name}/factors.csv:2 value")]
    assert library.by_id["own.press.power"][0].value == 12.5


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("id,value,unit,region,year\n", "HP-F23.missing"),
        ("id,value,unit,region,year,scope,vaule\n", "HP-F23.unknown"),
        ("id,value,unit,region,year,scope,scope\n", "HP-F23.twice"),
        ("", "HP-F23.missing"),
    ],
)
def test_bad_header(header: str, key: str, tmp_path: Path) -> None:
    _, found = load(write(tmp_path, header))
    assert (key, f"{tmp_path.name}/factors.csv:1") in found


def test_a_comma_too_many(tmp_path: Path) -> None:
    line = "own.press.power,压机,1,200,kg CO2e/t,CN,2023,cradle_to_gate,uniform,1,2\n"
    _, found = load(write(tmp_path, HEADER + line))
    assert ("HP-F23.cells", f"{tmp_path.name}/factors.csv:2") in found


def test_broken_quotation(tmp_path: Path) -> None:
    _, found = load(write(tmp_path, HEADER + 'own.press.power,"压机" x,12\n'))
    assert found[0] == ("HP-M02.quote", f"{tmp_path.name}/factors.csv:2")


def test_empty_folder_and_folder_of_folders(tmp_path: Path) -> None:
    _, found = load(tmp_path)
    assert found == [("HP-F20.empty", str(tmp_path))]
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write(tmp_path / name, HEADER + GOOD)
    library, found = load(tmp_path)
    assert found == []
    assert {row.source.id for row in library.by_id["own.press.power"]} == {"one", "two"}


def test_single_csv_file_beside_its_source(tmp_path: Path) -> None:
    write(tmp_path, HEADER + GOOD)
    library, found = load(tmp_path / "factors.csv")
    assert found == []
    assert "own.press.power" in library.by_id


def test_missing_path(tmp_path: Path) -> None:
    _, found = load(tmp_path / "nothing")
    assert found == [("HP-F20.empty", str(tmp_path / "nothing"))]


def test_precedence_of_a_missing_folder(tmp_path: Path) -> None:
    (tmp_path / "library.yaml").write_text("version: '1'\nprecedence: [gone]\n", encoding="utf-8")
    findings = Findings()
    open_library(tmp_path, findings=findings)
    assert [(f.key, f.severity) for f in findings] == [("HP-F20.missing", Severity.ERROR)]


# --- workbooks ---

COLUMNS = HEADER.strip().split(",")
ROW = ["own.press.power", "压机", 12, "kg CO2e/t", "CN", 2023, "cradle_to_gate", None, None, None]
KEYS = [("title_en", "Own"), ("title_zh", "自有"), ("publisher", "us"), ("licence", "own"),
        ("url", "https://example.org")]  # fmt: skip


def workbook(
    path: Path, *rows: list[object], sheets: tuple[str, str] = ("factors", "source")
) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = sheets[0]
    for line in (COLUMNS, *rows):
        sheet.append(line)
    source = book.create_sheet(sheets[1])
    for pair in KEYS:
        source.append(pair)
    book.save(path)
    return path


def test_workbook_says_the_same_as_csv(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    one, found = load(workbook(tmp_path / "own.xlsx", ROW))
    assert found == []
    two, _ = load(write(tmp_path / "own", HEADER + GOOD))
    assert one.by_id["own.press.power"][0].source.title == {"en": "Own", "zh": "自有"}
    assert one.sha256 == two.sha256  # the hash is of the content, not of the file


@pytest.mark.parametrize(
    ("column", "value", "key"),
    [
        ("C", "#DIV/0!", "HP-M04"),
        ("C", "=1+1", "HP-M04"),
        ("C", "twelve", "HP-F22"),
        ("C", "１２", "HP-F21.full_width"),
        ("D", "kg CO2e/kWhh", "HP-U01.suggest"),
        ("E", "Mars", "HP-F02"),
        ("F", 2023.5, "HP-F22.year"),
        ("G", "all", "HP-F29"),
        ("A", "Bad Id", "HP-F29.pattern"),
    ],
)
def test_workbook_findings_name_sheet_and_cell(
    column: str, value: object, key: str, tmp_path: Path
) -> None:
    row = list(ROW)
    row["ABCDEFGHIJ".index(column)] = value
    _, found = load(workbook(tmp_path / "own.xlsx", ROW, row))
    assert (key, f"own.xlsx!factors!{column}3") in found


def test_workbook_without_its_sheets(tmp_path: Path) -> None:
    _, found = load(workbook(tmp_path / "own.xlsx", ROW, sheets=("Tabelle1", "source")))
    assert found == [("HP-F20.sheet", "own.xlsx")]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no workbook", b"\xd0\xcf\x11\xe0"])
def test_file_that_is_no_workbook(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "own.xlsx"
    path.write_bytes(content)
    _, found = load(path)
    assert found == [("HP-X01", "own.xlsx")]


def test_a_name_that_no_folder_can_have_is_told(tmp_path: Path) -> None:
    (tmp_path / "library.yaml").write_text(f"precedence: [{'x' * 300}]\n")
    assert ("HP-F20.missing", str(tmp_path / "library.yaml")) in load(tmp_path)[1]


def test_a_source_without_an_id_is_called_like_its_file_or_its_folder(tmp_path: Path) -> None:
    """A single file lies in a folder of anything: its name is no name of a source."""
    folder = tmp_path / "mine"
    folder.mkdir()
    write(folder, HEADER + GOOD)
    for path, source_id in ((folder / "factors.csv", "factors"), (folder, "mine")):
        row = load(path)[0].by_id["own.press.power"][0]
        assert row.source.id == source_id
