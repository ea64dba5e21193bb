"""The workbook, read back with another library than the one that wrote it."""

import io
import json
from pathlib import Path

import openpyxl
import pytest

from handprint.core.i18n import messages
from handprint.page.workbook import LONGEST_TEXT
from handprint.report.workbook import case_workbook

DOCUMENTS = Path(__file__).parent / "documents"
SHEETS = (
    "summary",
    "lines",
    "inputs",
    "factors",
    "ledger",
    "drivers",
    "choices",
    "findings",
    "checklist",
    "definitions",
    "manifest",
)


def load(name):
    return json.loads((DOCUMENTS / f"{name}.json").read_text("utf-8"))


def written(document, lang="en"):
    return case_workbook(document, lang, document["findings"])


def opened(document, lang="en"):
    return openpyxl.load_workbook(io.BytesIO(written(document, lang)))


def columns(sheet):
    return {cell.value: cell.column_letter for cell in sheet[1]}


@pytest.mark.parametrize("name", ["potline-demo", "custom-bus", "paperless-office"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_part_has_its_sheet(name, lang):
    document = load(name)
    book = opened(document, lang)
    missing = set() if "sensitivity" in document else {"drivers", "choices", "checklist"}
    sheets = [sheet for sheet in SHEETS if sheet not in missing]
    assert book.sheetnames == [messages()[f"workbook.sheet.{sheet}"][lang] for sheet in sheets]


def test_numbers_are_numbers_with_all_their_digits():
    document = load("potline-demo")
    sheet = opened(document)["Lines"]
    letter = columns(sheet)["Emissions, t CO2e"]
    found = [sheet[f"{letter}{row}"].value for row in range(2, 6)]
    assert found == pytest.approx([line["emissions"] for line in document["lines"]], rel=1e-12)
    assert sheet.max_row == 1 + len(document["lines"])


def test_the_summary_holds_the_metrics_and_the_effects():
    document = load("custom-bus")
    rows = list(opened(document)["Summary"].values)
    metric = next(row for row in rows if row[0] == "Net enabling emission reduction NER")
    assert metric[1] == pytest.approx(document["metrics"]["NER"]["value"])
    assert metric[2:7] == ("t CO₂e", -401.0, pytest.approx(-348.0), -280.0, "ner.g_minus_f v1")
    assert sum(1 for row in rows if row[0] in {"2023", "2024", "2025"}) == 3


def test_the_ledger_is_complete():
    document = load("custom-bus")
    sheet = opened(document)["Ledger"]
    letter = columns(sheet)["Emissions, t CO2e"]
    total = sum(sheet[f"{letter}{row}"].value for row in range(2, sheet.max_row + 1))
    assert total == pytest.approx(sum(row["t_co2e"] for row in document["ledger"]))


def test_all_that_is_known_about_an_input_stands_in_one_row():
    sheet = opened(load("custom-bus"))["Sensitivity"]
    names = columns(sheet)
    row = next(cell.row for cell in sheet["A"] if cell.value == "shift_car")
    found = {name: sheet[f"{letter}{row}"].value for name, letter in names.items()}
    assert found["Name"] == "Share shifted from cars"
    assert (found["Value"], found["Low"], found["High"]) == (0.31, 0.24, 0.38)
    assert (found["NER at low end, t CO2e"], found["NER at high end, t CO2e"]) == (-396, -306)
    assert (found["Sobol, total"], found["NER is zero at"]) == (0.64, 0.859)


def test_choices_and_checklist_are_in_words():
    book = opened(load("custom-bus"), "zh")
    choices = [cell.value for cell in book["其他选择"]["A"]]
    assert "基准情景：维持原有状况" in choices
    checked = [[cell.value for cell in row] for row in book["评审核对表"].iter_rows(min_row=2)]
    assert ["准入资格", "R27", "准入条件未回答", "未通过"] in checked


@pytest.mark.parametrize("text", ["=1+1", "=HYPERLINK(A1)", "+1", "@x", "http://a.invalid/", "007"])
def test_text_is_never_a_formula_a_link_or_a_number(text):
    document = load("potline-demo")
    document["inputs"][0]["evidence"] = text
    document["case"]["title"] = {"en": text}
    book = opened(document)
    sheet = book["Inputs"]
    cell = sheet[f"{columns(sheet)['Evidence']}2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)
    assert book["Summary"]["A1"].data_type == "s"


def test_a_text_longer_than_a_cell_is_cut_and_says_so():
    document = load("potline-demo")
    document["inputs"][0]["evidence"] = "x" * 50_000
    sheet = opened(document)["Inputs"]
    value = sheet[f"{columns(sheet)['Evidence']}2"].value
    assert len(value) == LONGEST_TEXT
    assert value.endswith("…")


def test_the_case_file_stands_in_the_manifest_line_by_line():
    document = load("potline-demo")
    rows = [row[:2] for row in opened(document)["Manifest"].values]
    source = [value for name, value in rows if name == "case_source"]
    assert source == document["manifest"]["case_source"].splitlines()
    assert ("factor_library.sha256", document["manifest"]["factor_library"]["sha256"]) in rows


def test_sheets_are_ready_to_print():
    book = opened(load("custom-bus"))
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes is not None
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_the_same_document_gives_the_same_bytes(monkeypatch):
    document = load("custom-bus")
    first = written(document)
    monkeypatch.setattr("time.time", lambda: 4e9)
    assert written(document) == first
    assert opened(document).properties.created.year == 2000
