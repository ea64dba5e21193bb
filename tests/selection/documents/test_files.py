"""Workbook and minutes of a selection."""

import json
from io import BytesIO
from typing import Any

import openpyxl
import pypdf
import pytest

from handprint.selection.page import selection_page
from handprint.selection.report import selection_pdf
from handprint.selection.workbook import selection_workbook


@pytest.fixture(scope="module")
def workbook(made: Any) -> Any:
    return openpyxl.load_workbook(BytesIO(selection_workbook(made.document, "en")))


def test_every_formula_is_ours_and_hostile_texts_are_texts(workbook: Any) -> None:
    """Formulas stand on the score sheet and the sheet of measures only, and call six functions."""
    import re

    functions = set()
    for sheet in workbook:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert sheet.title in ("Score sheet", "Measures")
                    functions |= set(re.findall(r"[A-Z]+(?=\()", cell.value))
    assert functions == {"SUM", "ROUND", "SUMPRODUCT", "COUNTIF", "COUNTIFS", "SUMIF", "IF", "N"}
    titles = [cell.value for cell in workbook["Score sheet"]["B"]]
    assert "=1+1" in titles
    assert "+cmd" in titles


def test_formulas_carry_the_values_of_the_program(made: Any) -> None:
    """What a reader that does not calculate shows is what the program computed."""
    values = openpyxl.load_workbook(
        BytesIO(selection_workbook(made.document, "en")), data_only=True
    )["Score sheet"]
    found = {row[0].value: row for row in values.iter_rows(min_row=11)}
    for entry in made.document["entries"]:
        row = found[entry["id"]]
        points = [cell.value for cell in row[5:9]]
        assert points == pytest.approx(list(entry["points"].values()))
        assert row[9].value == pytest.approx(entry["score"], abs=1e-6)
        assert [row[10].value, row[11].value] == [entry["rank"], entry["category_rank"]]


def test_formulas_of_one_row_lead_from_measures_to_ranks(workbook: Any) -> None:
    """First case in row 11: points from its row of measures, weights in row 9, places above."""
    row = [cell.value for cell in workbook["Score sheet"][11]]
    assert row[5] == "=(N('Measures'!D4)+N('Measures'!E4))/2"
    assert row[9] == "=ROUND(SUMPRODUCT($F$9:$I$9,F11:I11)/SUM($F$9:$I$9),7)"
    assert row[10].startswith("=COUNTIF($J$11:$J$")
    assert workbook["Measures"]["D4"].value == "=100*(5-C4)/4"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_minutes_name_every_selected_case_and_carry_the_document(made: Any, lang: Any) -> None:
    pdf = selection_pdf(made.document, lang)
    reader = pypdf.PdfReader(BytesIO(pdf))
    words = "".join(page.extract_text() for page in reader.pages)
    chosen = [e["id"] for e in made.document["entries"] if e["selected"]]
    assert len(chosen) == 15
    assert [name for name in chosen if name not in words] == []
    carried = json.loads(reader.attachments["selection.json"][0])
    assert carried == json.loads(json.dumps(made.document))


def test_outputs_repeat_byte_for_byte(made: Any) -> None:
    for make in (selection_workbook, selection_pdf, selection_page):
        assert make(made.document, "zh") == make(made.document, "zh")


def test_document_counts(made: Any) -> None:
    """Three of sixty have a blocking finding; five places in each of three categories."""
    assert made.document["counts"] == {
        "read": 60, "cases": 60, "eligible": 57, "competing": 57, "selected": 15, "places": 15,
    }  # fmt: skip
    assert sum(e["p_selected"] for e in made.document["entries"]) == pytest.approx(15)


def test_selection_by_topsis_is_written_too(make: Any) -> None:
    made = make(12, method="topsis", quotas={"production": 2})
    assert made.document["method"] == "topsis"
    assert selection_workbook(made.document, "zh")[:2] == b"PK"
    assert "TOPSIS" in selection_page(made.document, "zh")
