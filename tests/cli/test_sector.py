"""`handprint sector` from the command line: files, contract of the JSON, findings, no traceback."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from handprint.cli.sector import sector
from handprint.sector.levers import shipped_path

EMISSIONS = "sector,emissions,unit\nenergy,4700,Mt CO2\nindustry,3600,Mt CO2\n"
EMISSIONS += "transport,900,Mt CO2\nbuildings,800,Mt CO2\n"
SCORES = "id,sector,NER,E_ref,G0,G,F,years,claim,link,activity\n"
SCORES += "a,industry,90,1000,100,100,10,1,realised,process,plant\n"
SCORES += "b,industry,180,1000,200,200,20,1,planned,equipment,plant\n"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(sector, arguments, catch_exceptions=False)


def test_contract_of_the_json(run: Callable[..., Result]) -> None:
    result = run("-o", "out", "--format", "json")
    assert result.exit_code == 0
    document = json.loads(Path("out/sector.json").read_text("utf-8"))
    expected = {"industry": (13, 22), "buildings": (23, 40), "transport": (10, 33)}
    for name, (low, high) in expected.items():
        found = document["sectors"][name]
        assert found["low"] == pytest.approx(low, abs=0.5)
        assert found["high"] == pytest.approx(high, abs=0.5)
        assert found["combined_high"] <= found["high"]
    assert document["sectors"]["transport"]["combined_high"] == pytest.approx(29.2, abs=0.05)
    assert document["society"]["low"] == pytest.approx(12, abs=0.5)
    assert document["society"]["high"] == pytest.approx(22, abs=0.5)
    assert document["sectors"]["energy"]["status"] == "derived"
    assert document["implied"]["low_band"] == pytest.approx([7.53, 11.97], abs=0.01)
    notes = [note["code"] for note in document["notes"]]
    assert {"sector.note.calibrated", "sector.note.derived", "sector.note.booking"} <= set(notes)
    assert document["calibration"]["calibrated"] == 10
    assert len(document["side_by_side"]) == 9
    assert len(document["evidence"]) == 49


def test_the_same_run_gives_the_same_bytes(run: Callable[..., Result]) -> None:
    for folder in ("one", "two"):
        assert run("-o", folder, "--format", "json,xlsx", "--lang", "zh").exit_code == 0
    for name in ("sector.json", "sector.xlsx"):
        assert (Path("one") / name).read_bytes() == (Path("two") / name).read_bytes()


def test_the_workbook_is_edited_and_read_again(run: Callable[..., Result]) -> None:
    """Doubling the adoption of mode shift from 25 to 50 % adds 7 points to transport."""
    from openpyxl import load_workbook

    assert run("-o", "out", "--format", "xlsx,json").exit_code == 0
    book = load_workbook("out/sector.xlsx")
    sheet = book["levers"]
    header = [cell.value for cell in sheet[1]]
    row = next(r for r in sheet.iter_rows() if r[header.index("link")].value == "public_travel")
    row[header.index("adoption_2030_high")].value = 0.5
    book.save("mine.xlsx")
    assert run("-o", "mine", "--format", "json", "--levers", "mine.xlsx").exit_code == 0
    before, after = (
        json.loads(Path(folder, "sector.json").read_text("utf-8"))["sectors"]["transport"]["high"]
        for folder in ("out", "mine")
    )
    assert after - before == pytest.approx(36.1 * 0.774 * 0.25)


def test_tonnes_and_cases(run: Callable[..., Result]) -> None:
    Path("e.csv").write_text(EMISSIONS, "utf-8")
    Path("s.csv").write_text(SCORES, "utf-8")
    result = run("-o", "out", "--format", "json,html", "--emissions", "e.csv", "--cases", "s.csv")
    assert result.exit_code == 0, result.output
    document = json.loads(Path("out/sector.json").read_text("utf-8"))
    assert document["sectors"]["industry"]["tonnes"]["low"] == pytest.approx(473.4e6)
    cases = document["cases"]["sectors"]["industry"]
    assert cases["NER"] == pytest.approx(250.0)
    assert cases["links_without_cases"] == ["material", "energy_management"]
    assert cases["of_potential"]["high"] == pytest.approx(100 * 250 / 473.4e6)
    page = Path("out/sector.html").read_text("utf-8")
    assert "From cases up" in page
    assert "473" in page


def test_independent_draws_lead_when_asked_for(run: Callable[..., Result]) -> None:
    run("-o", "a", "--format", "json")
    run("-o", "b", "--format", "json", "--correlation", "independent")
    together, apart = (
        json.loads(Path(folder, "sector.json").read_text("utf-8"))["society"]["interval"]
        for folder in ("a", "b")
    )
    assert apart["p95"] - apart["p5"] < together["p95"] - together["p5"]
    assert run("-o", "c", "--format", "json", "--draws", "0").exit_code == 0
    document = json.loads(Path("c/sector.json").read_text("utf-8"))
    assert document["society"]["interval"] is None


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_reports_in_both_languages(run: Callable[..., Result], lang: str) -> None:
    from io import BytesIO

    from pypdf import PdfReader

    assert run("-o", "out", "--format", "pdf,html", "--lang", lang).exit_code == 0
    reader = PdfReader(BytesIO(Path("out/sector.pdf").read_bytes()))
    words = "".join("".join(page.extract_text() for page in reader.pages).split())
    for shown in ("13.2–22.0%", "9.7–29.2%", "23.1–39.5%", "12.1–22.0%", "9.7–16.8%"):
        assert shown in words
    calibrated = {"zh": "校准值，非实测", "en": "Calibrated,notmeasured"}[lang]
    assert calibrated in words
    assert {"zh": "推导", "en": "derived"}[lang] in words
    attached = json.loads(reader.attachments["sector.json"][0])
    assert attached["kind"] == "sector"


def test_bad_levers_stop_the_run_without_a_traceback(run: Callable[..., Result]) -> None:
    with shipped_path().open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    rows[0]["saving_high"] = "1.4"
    with Path("own.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    for lang, word in (("en", "Expected"), ("zh", "应为")):
        result = run("-o", "out", "--levers", "own.csv", "--lang", lang)
        assert result.exit_code == 1
        assert "own.csv:2 saving_high" in result.output
        assert word in result.output
    assert not Path("out/sector.json").exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--year", "2050"), 1),
        (("--levers", "missing.csv"), 1),
        (("--cases", "missing.parquet"), 1),
        (("--links", "l.csv"), 2),
        (("--format", "docx"), 2),
    ],
)
def test_wrong_calls(run: Callable[..., Result], arguments: tuple[str, ...], code: int) -> None:
    assert run("-o", "out", *arguments).exit_code == code
