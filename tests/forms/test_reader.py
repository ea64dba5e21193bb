"""What people and their programs do to forms: each is one finding at its sheet and cell."""

import struct
import tracemalloc
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest
from openpyxl import load_workbook

from handprint.case.reader import RawCase, read_case
from handprint.case.template import template, template_files
from handprint.core.errors import Finding, Findings, Severity
from handprint.forms.intake import load_case
from handprint.forms.reader import read_form_bytes
from handprint.forms.writer import form_content, write_form

from .form_editing import Edit, cell, edited, place_of, raw_cell, repacked, set_value, table_cell

NAME = "potline-control"


@pytest.fixture(scope="module")
def filled() -> bytes:
    """The form of a scenario, filled from its example, in English."""
    raw = read_case(template_files()[NAME].with_suffix(".example.yaml"), Findings())
    assert raw is not None
    stream = BytesIO()
    write_form(template(NAME), "en", form_content(template(NAME), raw.tree), stream)
    return stream.getvalue()


def read(source: bytes, file: str = "f.xlsx") -> tuple[RawCase | None, list[Finding]]:
    findings = Findings()
    raw = read_form_bytes(file, source, findings)
    return raw, list(findings)


def faults(source: bytes) -> list[tuple[str, str]]:
    return [(finding.key, finding.place) for finding in read(source)[1]]


def where(source: bytes, key: str, column: str = "value") -> str:
    return "f.xlsx!" + place_of(cell(load_workbook(BytesIO(source)), key, column))


def entry(source: bytes, *path: str) -> Any:
    raw, found = read(source)
    assert raw is not None
    assert found == []
    node: Any = raw.tree
    for key in path:
        node = node[key]
    return node


# --- entries that are understood ---------------------------------------------------------------


def change(key: str, **values: object) -> Edit:
    def edit(book: Any) -> None:
        for column, value in values.items():
            cell(book, key, column).value = value

    return edit


@pytest.mark.parametrize(
    ("written", "value", "unit"),
    [
        (900000, 900000, "t/year"),
        ("90 万吨/年", 90, "万吨/年"),
        ("９０　万吨／年", 90, "万吨/年"),
        ("９０００００", 900000, "t/year"),
        ("900,000", 900000, "t/year"),
        ("  900000  ", 900000, "t/year"),
        ("9e5", 900000, "t/year"),
        ("900 kt/year ", 900, "kt/year"),
    ],
)
def test_numbers_as_people_write_them(
    filled: bytes, written: object, value: float, unit: str
) -> None:
    """The unit beside the number wins over the one that the form proposed."""
    source = edited(filled, change("inputs.output", value=written, unit="t/year"))
    assert entry(source, "inputs", "output", "value") == value
    assert entry(source, "inputs", "output", "unit") == unit


def test_typing_per_cent_into_a_spreadsheet_gives_a_fraction(filled: bytes) -> None:
    """The cell holds 0.12 and shows 12 %: under the unit % it is 12, under the unit 1 0.12."""

    def edit(book: Any) -> None:
        found = cell(book, "inputs.anode_effect_reduction")
        found.value, found.number_format = 0.12, "0%"
        cell(book, "inputs.anode_effect_reduction", "unit").value = "%"

    source = edited(filled, edit)
    assert faults(source) == []
    assert entry(source, "inputs", "anode_effect_reduction")["value"] == 12
    assert entry(source, "inputs", "anode_effect_reduction")["unit"] == "%"

    def proposed(book: Any) -> None:
        edit(book)
        cell(book, "inputs.anode_effect_reduction", "unit").value = "1"

    source = edited(filled, proposed)
    assert entry(source, "inputs", "anode_effect_reduction")["value"] == 0.12


@pytest.mark.parametrize("words", ["planned", "PLANNED effect", "计划中的效果", " planned  effect"])
def test_words_of_a_list_in_either_language(filled: bytes, words: str) -> None:
    words = words.replace("  ", " ")
    assert entry(edited(filled, set_value("claim", words)), "claim") == "planned"


@pytest.mark.parametrize(
    ("start", "read_as"),
    [(2023, "2023"), ("2022-07-01", "2022-07-01"), (datetime(2022, 7, 1), "2022-07-01")],
)
def test_dates(filled: bytes, start: object, read_as: str) -> None:
    source = edited(filled, set_value("period.start", start))
    assert entry(source, "period", "start") == read_as


def test_rebound_in_per_cent(filled: bytes) -> None:
    source = edited(filled, change("higher_order.rebound.share", low="５ %", mode=0.1, high="20%"))
    share = entry(source, "higher_order", "rebound", "share")
    assert [share[key] for key in ("low", "mode", "high")] == [0.05, 0.1, 0.2]


def test_several_words_of_a_list(filled: bytes) -> None:
    source = edited(filled, set_value("solution.technologies", "终端设备、AI，cloud"))
    assert entry(source, "solution", "technologies") == ["device", "ai", "cloud"]


def test_labels_sheet_names_and_columns_may_change(filled: bytes) -> None:
    """The reader goes by hidden keys: a translated or moved form is the same form."""

    def edit(book: Any) -> None:
        for sheet in book.worksheets:
            if not sheet.title.startswith("_"):
                sheet.title = f"neu {sheet.title}"
        sheet = cell(book, "inputs.output").parent
        for row in sheet.iter_rows():
            for found in row[1:2]:
                if found.value and not str(row[0].value).startswith("@"):
                    found.value = "?"
        sheet.insert_cols(2)
        sheet.insert_rows(1)

    before, _ = read(filled)
    assert before is not None

    # a row above the key of a sheet would hide it
    def without_row(book: Any) -> None:
        edit(book)
        cell(book, "inputs.output").parent.delete_rows(1)

    after, found = read(edited(filled, without_row))
    assert found == []
    assert after is not None
    assert after.tree == before.tree


def test_empty_rows_of_lists_do_not_count(filled: bytes) -> None:
    def edit(book: Any) -> None:
        table_cell(book, "attribution.contributors", 4, "id").value = "late"
        table_cell(book, "attribution.contributors", 4, "share").value = 0.01

    shown = entry(edited(filled, edit), "attribution", "contributors")
    before = entry(filled, "attribution", "contributors")
    assert shown == [*before, {"id": "late", "share": 0.01}]


def test_formula_with_its_result(filled: bytes) -> None:
    place = where(filled, "inputs.output").removeprefix("f.xlsx!")
    reference = place.partition("!")[2]
    source = raw_cell(filled, place, f'<c r="{reference}"><f>450000*2</f><v>900000</v></c>')
    assert entry(source, "inputs", "output", "value") == 900000


def test_an_empty_cell_is_where_a_missing_entry_is_told(filled: bytes, tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        cell(book, "id").value = None
        for column in ("value", "plus_minus", "evidence", "evidence/other"):
            cell(book, "inputs.output", column).value = None
        for name in ("reliability", "completeness", "time", "geography", "technology"):
            cell(book, "inputs.output", name).value = None

    path = tmp_path / "f.xlsx"
    source = edited(filled, edit)
    path.write_bytes(source)
    findings = Findings()
    assert load_case(path, findings) is None
    told = {f.key: f.place for f in findings if f.severity is Severity.ERROR}
    folder = str(tmp_path)
    assert told == {
        "HP-S02": f"{folder}/{where(source, 'id')}",
        "HP-T03": f"{folder}/{where(source, 'inputs.output')}",
    }


# --- cells that cannot be read -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "column", "written", "code"),
    [
        ("inputs.output", "value", "900 to 950", "HP-U04.interval"),
        ("inputs.output", "value", True, "HP-X11.number"),
        ("inputs.output", "value", datetime(2022, 3, 4), "HP-X11.date"),
        ("inputs.output", "value", "900,00", "HP-U02.comma"),
        ("inputs.output", "value", "1e999", "HP-X11.number"),
        ("inputs.output", "value", "90 furlong", "HP-U01"),
        ("inputs.output", "value", "#REF!", "HP-X10"),
        ("inputs.output", "value", "=1+1", "HP-X09"),
        ("inputs.output", "value", "=[1]Sheet1!A1", "HP-X04"),
        ("inputs.output", "evidence", "=[other.xlsx]Sheet1!A1", "HP-X04"),
        ("inputs.output", "low", "80 kt/year", "HP-X14"),
        ("inputs.output", "reliability", 6, "HP-X13"),
        ("inputs.output", "reliability", "good", "HP-X13"),
        ("inputs.output", "distribution", "Gauss", "HP-X13"),
        ("inputs.output", "note", "x" * 5_001, "HP-X18"),
        ("claim", "value", "certain", "HP-X13"),
        ("tier", "value", 4, "HP-X13"),
        ("period.years", "value", "2 kg", "HP-X11.unit"),
        ("reference.expected_end_of_life", "value", "soon", "HP-X11.whole"),
        ("submitter.commitment", "value", "maybe", "HP-X13"),
        ("higher_order.rebound.share", "low", "5 t", "HP-X11.unit"),
    ],
)
def test_cell_that_cannot_be_read(
    filled: bytes, key: str, column: str, written: object, code: str
) -> None:
    source = edited(filled, set_value(key, written, column))
    assert faults(source) == [(code, where(filled, key, column))]


def test_two_units_in_a_row(filled: bytes) -> None:
    source = edited(filled, change("inputs.output", value="90 万吨/年", unit="kt/year"))
    assert faults(source) == [("HP-X14", where(filled, "inputs.output"))]
    source = edited(filled, change("inputs.output", value="90 万吨/年", low="800 kt/year"))
    assert faults(source) == [("HP-X14", where(filled, "inputs.output"))]
    same = edited(filled, change("inputs.output", value="90 万吨/年", unit="10 kt/年"))
    assert [key for key, _ in faults(same)] == ["HP-X14"]


def test_numbers_with_and_without_a_unit(filled: bytes) -> None:
    source = edited(filled, change("inputs.output", unit="t/year", high="900 kt/year"))
    assert faults(source) == [("HP-X14.mixed", where(filled, "inputs.output", "high"))]


def test_everything_but_the_number(filled: bytes) -> None:
    source = edited(filled, change("inputs.pue", value=None, evidence="energy report"))
    assert faults(source) == [("HP-X15", where(filled, "inputs.pue"))]


def test_a_cell_s_finding_names_its_entry(filled: bytes) -> None:
    source = edited(filled, change("inputs.output", value="many"))
    (finding,) = [f for f in read(source)[1] if f.rule.startswith(("HP-X", "HP-U"))]
    assert finding.paths[0][:2] == ("inputs", "output")


def test_some_scores(filled: bytes) -> None:
    source = edited(filled, change("inputs.output", time=None))
    assert faults(source) == [("HP-X15.scores", where(filled, "inputs.output", "time"))]


def test_merged_cells(filled: bytes) -> None:
    def edit(book: Any) -> None:
        low, high = (cell(book, "inputs.output", name) for name in ("low", "high"))
        low.parent.merge_cells(f"{low.coordinate}:{high.coordinate}")

    assert faults(edited(filled, edit)) == [("HP-X12", where(filled, "inputs.output", "mode"))]


def further(index: int, key: object, value: object) -> Edit:
    def edit(book: Any) -> None:
        table_cell(book, "more", index, "key").value = key
        table_cell(book, "more", index, "value").value = value

    return edit


FREE = 8  # a row of the sheet "more" that the example leaves empty


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("sites", None, "HP-X16.half"),
        (None, "1", "HP-X16.half"),
        ("claim", "planned", "HP-X16"),
        ("inputs > output > value > x", "1", "HP-X16"),
        ("reference > candidates > 9 > kind", "x", "HP-X16"),
        (" > ", "1", "HP-X16"),
        ("sites", "{a: &x 1}", None),
        ("sites", "[{id: a", "HP-Y05"),
        ("sites", "*x", "HP-Y07"),
        ("sites", "[" * 60, "HP-Y08"),
        ("sites", "{a: 1, a: 2}", "HP-Y11"),
    ],
)
def test_further_entries(filled: bytes, key: object, value: object, code: str | None) -> None:
    found = faults(edited(filled, further(FREE, key, value)))
    assert [name for name, _ in found] == ([code] if code else [])
    assert all(place.startswith("f.xlsx!More!") for _, place in found)


def test_further_entry_completes_a_block(filled: bytes) -> None:
    source = edited(filled, further(FREE, "inputs > pue > group", "together"))
    assert entry(edited(source, set_value("inputs.pue", 1.4)), "inputs", "pue") == {
        "value": 1.4,
        "unit": "1",
        "group": "together",
    }


# --- a form that is not whole ------------------------------------------------------------------


def test_deleted_sheet(filled: bytes) -> None:
    def edit(book: Any) -> None:
        book.remove(cell(book, "attribution.key").parent)

    assert faults(edited(filled, edit)) == [("HP-X07", "f.xlsx!Attribution")]


def test_deleted_row(filled: bytes) -> None:
    def edit(book: Any) -> None:
        found = cell(book, "inputs.servers")
        found.parent.delete_rows(found.row)

    found = read(edited(filled, edit))[1]
    assert [(f.key, f.params) for f in found] == [("HP-X08.row", {"key": "inputs.servers"})]
    assert found[0].place.startswith("f.xlsx!ICT!B")


def test_deleted_column(filled: bytes) -> None:
    def edit(book: Any) -> None:
        found = cell(book, "inputs.output", "unit")
        found.parent.delete_cols(found.column)

    found = read(edited(filled, edit))[1]
    assert [(f.key, f.params) for f in found] == [("HP-X08.column", {"column": "unit"})]
    assert found[0].place.startswith("f.xlsx!Activity!A")


def test_copied_row(filled: bytes) -> None:
    def edit(book: Any) -> None:
        found = cell(book, "title")
        cell(book, "description").parent.cell(found.row + 1, 1).value = "title"

    assert sorted(key for key, _ in faults(edited(filled, edit))) == ["HP-X08.row", "HP-X08.twice"]


def test_inserted_row(filled: bytes) -> None:
    def edit(book: Any) -> None:
        found = cell(book, "title")
        row, column = found.row, found.column
        found.parent.insert_rows(row)
        found.parent.cell(row, column).value = "a remark"

    place = where(filled, "title")
    assert faults(edited(filled, edit)) == [("HP-X08", place)]


def test_lost_section(filled: bytes) -> None:
    def edit(book: Any) -> None:
        sheet = cell(book, "submitter.name").parent
        row = next(r[0] for r in sheet.iter_rows() if r[0].value == "@section:submitter")
        row.value = "@section:other"

    assert faults(edited(filled, edit)) == [("HP-X08.section", "f.xlsx!Identity!A1")]


def mark(name: str, value: object) -> Edit:
    def edit(book: Any) -> None:
        for row in book["_handprint"].iter_rows():
            if row[0].value == name:
                row[1].value = value

    return edit


def test_not_a_form(filled: bytes) -> None:
    assert faults(edited(filled, lambda book: book.remove(book["_handprint"]))) == [
        ("HP-X05", "f.xlsx")
    ]


@pytest.mark.parametrize("version", [0, 2, "x", None])
def test_form_of_another_version(filled: bytes, version: object) -> None:
    assert faults(edited(filled, mark("form", version))) == [("HP-X06", "f.xlsx")]


def test_form_of_an_unknown_scenario(filled: bytes) -> None:
    assert faults(edited(filled, mark("template", "no-such"))) == [("HP-T01", "f.xlsx")]


@pytest.fixture
def newer_scenario(monkeypatch: pytest.MonkeyPatch) -> None:
    """The scenario has moved on to version 2 since the form was made, and gained an input."""
    old = template(NAME)
    inputs = {**old.inputs, "gained": old.inputs["pue"]}
    newer = old.model_copy(update={"version": 2, "inputs": inputs})
    for module in ("forms.reader", "case.template"):
        monkeypatch.setattr(f"handprint.{module}.template", lambda _: newer)


def version_findings(path: Path) -> tuple[bool, list[tuple[Severity, str]]]:
    findings = Findings()
    loaded = load_case(path, findings)
    told = [(f.severity, f.place) for f in findings if f.rule == "HP-T02"]
    return loaded is not None, told


@pytest.mark.usefixtures("newer_scenario")
def test_older_form_is_read_with_a_warning(filled: bytes, tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    path.write_bytes(filled)
    assert version_findings(path) == (True, [(Severity.WARNING, f"{path}!Cover!B3")])


def test_form_of_a_newer_scenario_is_refused(filled: bytes, tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    path.write_bytes(edited(filled, mark("template_version", 2)))
    assert version_findings(path) == (False, [(Severity.ERROR, f"{path}!Cover!B3")])


# --- files that are not safe or no forms -------------------------------------------------------


def encrypted_zip(source: bytes) -> bytes:
    """Return the archive with the flag of encryption set in its directory."""
    data = bytearray(source)
    start = 0
    while (start := data.find(b"PK\x01\x02", start)) >= 0:
        flags = struct.unpack_from("<H", data, start + 8)[0]
        struct.pack_into("<H", data, start + 8, flags | 1)
        start += 4
    return bytes(data)


def packed(parts: dict[str, bytes], method: int = ZIP_DEFLATED) -> bytes:
    stream = BytesIO()
    with ZipFile(stream, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def added(name: str, content: bytes) -> Callable[[bytes], bytes]:
    return lambda source: repacked(source, lambda parts: parts.update({name: content}))


def broken_part(source: bytes) -> bytes:
    return repacked(source, lambda parts: parts.update({"xl/workbook.xml": b"<workbook"}))


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda _: b"", "HP-X01"),
        (lambda _: b"id: yaml\n", "HP-X01"),
        (lambda source: source[: len(source) // 2], "HP-X01"),
        (lambda _: OLE + "Workbook".encode("utf-16-le"), "HP-X01.old"),
        (lambda _: OLE + "EncryptedPackage".encode("utf-16-le"), "HP-X01.encrypted"),
        (encrypted_zip, "HP-X01.encrypted"),
        (lambda _: packed({"word/document.xml": b"<w/>"}), "HP-X01.other"),
        (broken_part, "HP-X01.broken"),
        (added("xl/vbaProject.bin", b"x"), "HP-X03"),
        (added("xl/media/bomb.bin", bytes(15_000_000)), "HP-X02"),
        (added("xl/media/huge.bin", bytes(25_000_000)), "HP-X02"),
        (lambda _: packed({str(n): b"" for n in range(1_500)}, ZIP_STORED), "HP-X02.parts"),
        (added("xl/x.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'), "HP-X02.entities"),
    ],
)
def test_file_that_is_not_opened(filled: bytes, make: Callable[[bytes], bytes], code: str) -> None:
    assert faults(make(filled)) == [(code, "f.xlsx")]


@pytest.mark.parametrize("suffix", [".xls", ".xlsm", ".XLSX"])
def test_every_suffix_of_a_workbook_is_told(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"old{suffix}"
    path.write_bytes(OLE)
    findings = Findings()
    assert load_case(path, findings) is None
    assert [(f.key, f.place) for f in findings] == [("HP-X01.old", str(path))]


def peak_of(work: Callable[[], object]) -> int:
    """Return the most memory [byte] that ``work`` holds at a time."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_far_cells_and_endless_merges_cost_nothing(
    filled: bytes, calls_of: Callable[[Callable[[], object]], int]
) -> None:
    """A cell at the end of the sheet, or a merge over all of it, must not fill the memory."""

    def edit(parts: dict[str, bytes]) -> None:
        name = "xl/worksheets/sheet3.xml"
        far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        text = parts[name].replace(b"</sheetData>", far)
        merge = b'<mergeCell ref="X3000:XFD1048576"/></mergeCells>'
        parts[name] = text.replace(b"</mergeCells>", merge)

    source = repacked(filled, edit)
    assert faults(source) == []
    # the sheet has 17 thousand million cells: looking at one in a thousand of them would show
    assert calls_of(lambda: read(source)) < 5_000_000  # of the form as it was: 0.6 million
    assert peak_of(lambda: read(source)) < 60_000_000
