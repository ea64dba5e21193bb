"""Words, charts, workbooks and pages of the sector and the input-output model."""

import copy
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from handprint.core.errors import Findings
from handprint.core.i18n import LANGUAGES, Language
from handprint.input_output import figures as io_figures
from handprint.input_output.document import io_document
from handprint.input_output.report import io_html
from handprint.input_output.run import IoOptions, run_io
from handprint.input_output.workbook import io_workbook
from handprint.page.marks import WIDTH
from handprint.page.model_words import one_decimal, percent_range, sector_name
from handprint.sector import figures as sector_figures
from handprint.sector.document import sector_document
from handprint.sector.report import sector_html
from handprint.sector.run import SectorOptions, SectorRun, run_sector
from handprint.sector.workbook import sector_workbook

DATA = Path(__file__).parents[1] / "data" / "io"


@pytest.fixture(scope="module")
def run() -> SectorRun:
    found = run_sector(SectorOptions(draws=500), Findings())
    assert found is not None
    return found


@pytest.fixture(scope="module")
def linked() -> dict[str, Any]:
    options = IoOptions(
        (DATA / "cn_2012.csv", DATA / "cn_2017.csv"),
        (DATA / "cn_2012_energy.csv", DATA / "cn_2017_energy.csv"),
        (DATA / "cn_groups.csv",),
        DATA / "cn_deflator.csv",
    )
    found = run_io(options, Findings())
    assert found is not None
    return io_document(found, Findings(), "en")


def marks(spec: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = spec["datasets"][kind]
    return rows


@pytest.mark.parametrize(
    ("value", "shown"),
    [(21.15, "21.2"), (13.15, "13.2"), (33.02535, "33.0"), (-0.00001, "0.0"), (-1.25, "−1.3"),
     (None, "—"), (1e300, "1e+300")],
)  # fmt: skip
def test_one_decimal(value: float | None, shown: str) -> None:
    assert one_decimal(value) == shown


def test_ranges_in_words() -> None:
    def shown(low: float, high: float, lang: Language = "en") -> str:
        return percent_range({"low": low, "high": high}, lang).replace("\u00a0", " ")

    assert shown(13.15, 22.0) == "13.2–22.0 %"
    assert shown(30.0, 30.0) == "30.0 %"
    assert shown(-2.0, 3.0) == "−2.0 to 3.0 %"
    assert shown(-2.0, 3.0, "zh") == "−2.0至3.0 %"
    assert shown(0.001, 0.002) == "< 0.1 %"
    assert percent_range(None, "en") == "—"


def test_sectors_of_a_users_own_stand_for_themselves() -> None:
    assert sector_name("industry", "zh") == "工业"
    assert sector_name("retail", "zh") == "retail"


def test_ranges_chart(run: SectorRun) -> None:
    """Five bars on one scale to 40 %; industry from 13.15 to 22 % of it; energy is grey."""
    document = sector_document(run, Findings(), "en")
    spec = sector_figures.ranges(document, "en")
    boxes = marks(spec, "box")
    assert len(boxes) == 5
    left, right = sector_figures.LEFT, sector_figures.RIGHT
    industry = boxes[list(document["sectors"]).index("industry")]
    assert industry["x"] == pytest.approx(left + (right - left) * 13.15 / 40, abs=0.1)
    assert industry["x2"] == pytest.approx(left + (right - left) * 22.0 / 40, abs=0.1)
    assert boxes[list(document["sectors"]).index("energy")]["colour"] == sector_figures.TOTAL


def test_no_mark_leaves_the_chart(run: SectorRun, linked: dict[str, Any]) -> None:
    for lang in LANGUAGES:
        document = sector_document(run, Findings(), lang)
        specs = [
            make(document, lang)
            for make in (
                sector_figures.ranges, sector_figures.tornado, sector_figures.path,
                sector_figures.studies,
            )
        ]  # fmt: skip
        specs += [io_figures.linkage(linked, kind, lang) for kind in ("formula", "wording")]
        specs += [io_figures.change(linked, kind, lang) for kind in ("formula", "wording")]
        for spec in specs:
            for kind, rows in spec["datasets"].items():
                for row in rows:
                    assert 0 <= row["x"] <= WIDTH, (kind, row)
                    assert -12 <= row["y"] <= spec["height"], (kind, row)


def test_hostile_names_are_text(run: SectorRun, linked: dict[str, Any]) -> None:
    document = copy.deepcopy(sector_document(run, Findings(), "en"))
    evil = "<script>alert(1)</script>"
    document["title"] = {"en": evil, "zh": evil}
    document["sectors"]["industry"]["links"][0]["name"] = {"en": evil, "zh": evil}
    page = sector_html(document, "en")
    assert evil not in page
    assert "&lt;script&gt;" in page
    other = copy.deepcopy(linked)
    other["years"][-1]["sectors"][0]["name"] = {"en": evil, "zh": evil}
    assert evil not in io_html(other, "en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sector_workbook_holds_numbers(run: SectorRun, lang: Language) -> None:
    document = sector_document(run, Findings(), lang)
    book = load_workbook(BytesIO(sector_workbook(document, run.potential.table, lang)))
    assert book.sheetnames[-1] == "levers"
    results = book.worksheets[0]
    values = {row[0].value: [cell.value for cell in row[1:5]] for row in results.iter_rows(4)}
    industry = {"zh": "工业", "en": "Industry"}[lang]
    assert values[industry] == pytest.approx([13.15, 22.0, 12.81, 21.15], abs=0.005)
    assert book["levers"].max_row == 78
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert not any(cell.data_type == "f" for cell in cells)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_io_workbook_holds_both_years_and_changes(
    linked: dict[str, Any], lang: Language
) -> None:
    book = load_workbook(BytesIO(io_workbook(linked, lang)))
    assert len(book.worksheets) == 8  # sectors, changes, footprint, energy twice, notes
    first = book.worksheets[0]
    assert first.max_row == 9
    assert [cell.value for cell in first[2]][2] == 900000


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pages_say_what_the_numbers_are_not(
    run: SectorRun, linked: dict[str, Any], lang: Language
) -> None:
    sector = sector_html(sector_document(run, Findings(), lang), lang)
    linkage = io_html(linked, lang)
    calibrated, never = {
        "zh": ("校准值而非实测值", "也不是 NER"),
        "en": ("Calibrated, not measured", "never a NER"),
    }[lang]
    assert calibrated in sector
    assert never in linkage
    for page in (sector, linkage):
        assert page.count("<img") == page.count('src="data:image/svg+xml;base64,')
