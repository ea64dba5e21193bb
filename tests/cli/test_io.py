"""`handprint io` from the command line: files, contract of the JSON, findings, no traceback."""

import json
from collections.abc import Callable
from pathlib import Path

import pymrio
import pytest
from click.testing import CliRunner, Result

from handprint.cli.io import io

DATA = Path(__file__).parents[1] / "data" / "io"
TWO = (str(DATA / "two_sectors.csv"), "--energy", str(DATA / "two_sectors_energy.csv"))
CN = (
    str(DATA / "cn_2012.csv"), str(DATA / "cn_2017.csv"),
    "--energy", str(DATA / "cn_2012_energy.csv"), "--energy", str(DATA / "cn_2017_energy.csv"),
    "--concordance", str(DATA / "cn_groups.csv"), "--deflator", str(DATA / "cn_deflator.csv"),
)  # fmt: skip


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(io, arguments, catch_exceptions=False)


def written(folder: str = "out") -> dict:  # type: ignore[type-arg]
    return json.loads(Path(folder, "io.json").read_text("utf-8"))


def test_contract_of_the_json(run: Callable[..., Result]) -> None:
    assert run(*TWO, "-o", "out", "--format", "json", "--enabled", "35.5 kt CO2e").exit_code == 0
    document = written()
    (year,) = document["years"]
    assert year["linkage"]["formula"]["total"] == pytest.approx(1330.0)
    assert year["linkage"]["wording"]["total"] == pytest.approx(3390.462, abs=1e-3)
    ict = year["sectors"][1]
    assert ict["formula"]["intensity"] == pytest.approx(0.7462046, abs=1e-7)
    assert year["footprint"]["total"] == pytest.approx(1330 + 3.782 * 500 / 0.85)
    assert document["vei"]["value"] == pytest.approx(35500 / (1330 + 3.782 * 500 / 0.85))
    assert document["notes"][0]["code"] == "io.note.linkage"
    assert "NER" in document["notes"][0]["en"]


def test_two_years_with_the_annex_beside_them(run: Callable[..., Result]) -> None:
    assert run(*CN, "-o", "out", "--format", "json,xlsx").exit_code == 0
    change = written()["change"]
    assert (change["from"], change["to"], change["price_year"]) == (2012, 2017, 2012)
    for kind in ("formula", "wording"):
        total = change[kind]["total"]
        assert sum(total["parts"].values()) == pytest.approx(total["after"] - total["before"])
        rows = {row["code"]: row for row in change[kind]["sectors"]}
        assert rows["services"]["published_growth"] == 1.0
        assert rows["agriculture"]["published_growth"] is None


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_reports_in_both_languages(run: Callable[..., Result], lang: str) -> None:
    from io import BytesIO

    from pypdf import PdfReader

    assert run(*CN, "-o", "out", "--format", "pdf,html,xlsx", "--lang", lang).exit_code == 0
    reader = PdfReader(BytesIO(Path("out/io.pdf").read_bytes()))
    words = "".join("".join(page.extract_text() for page in reader.pages).split())
    for shown in {
        "zh": ("关联排放，不是减排量", "按公式（行）", "按文字（列）", "投入产出表检查"),
        "en": ("Alinkage,notareduction", "Bytheformula(row)", "Bythewording(column)"),
    }[lang]:
        assert shown in words
    assert "705tCO" in words.replace("\u2082", "")
    assert json.loads(reader.attachments["io.json"][0])["kind"] == "io"


def test_only_the_inverse_without_emissions(run: Callable[..., Result]) -> None:
    result = run(TWO[0], "-o", "out", "--format", "json,html")
    assert result.exit_code == 0
    year = written()["years"][0]
    assert year["linkage"] is None
    # column sums of the Leontief inverse: 1.2541 + 0.2640 and 0.3300 + 1.1221
    multipliers = [row["output_multiplier"] for row in year["sectors"]]
    assert multipliers == pytest.approx([1.51815, 1.45215], abs=1e-5)


def test_a_system_of_pymrio(run: Callable[..., Result]) -> None:
    pymrio.load_test().calc_all().save_all("saved")
    arguments = ("saved", "--system", "pymrio", "--stressor", "emission_type1", "--ict", "trade")
    assert run(*arguments, "--power", "reg1:electricity", "-o", "out", "--format", "json,pdf",
               "--year", "2011").exit_code == 0  # fmt: skip
    (year,) = written()["years"]
    assert year["ict"] == [f"reg{i}:trade" for i in range(1, 7)]
    assert year["linkage"]["formula"]["total"] == pytest.approx(year["footprint"]["direct"])


def test_an_unbalanced_table_is_refused(run: Callable[..., Result]) -> None:
    text = Path(TWO[0]).read_text("utf-8").replace("350,1000", "350,1100")
    Path("table.csv").write_text(text, "utf-8")
    result = run("table.csv", *TWO[1:], "-o", "out", "--lang", "zh")
    assert result.exit_code == 1
    assert "HP-M51" in result.output
    assert not Path("out/io.json").exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("missing.csv",), 1),
        (("--help",), 0),
        ((TWO[0], "--tolerance", "much"), 2),
        ((TWO[0], "--system", "wiod"), 2),
        ((TWO[0], "--system", "pymrio"), 1),
        ((TWO[0], "--unit", "kWh"), 1),
        ((), 2),
    ],
)
def test_wrong_calls(run: Callable[..., Result], arguments: tuple[str, ...], code: int) -> None:
    assert run(*arguments).exit_code == code


def test_percentages_for_the_tolerance(run: Callable[..., Result]) -> None:
    text = Path(TWO[0]).read_text("utf-8").replace("350,1000", "352,1000")
    Path("table.csv").write_text(text, "utf-8")
    assert run("table.csv", *TWO[1:], "--format", "json").exit_code == 1
    assert run("table.csv", *TWO[1:], "--format", "json", "--tolerance", "1 %").exit_code == 0


def test_nothing_read_is_no_success(run: Callable[..., Result]) -> None:
    import openpyxl

    openpyxl.Workbook().save("empty.xlsx")
    result = run("empty.xlsx", "--format", "json")
    assert result.exit_code == 1
    assert "HP-M41" in result.output
    result = run(TWO[0], "--energy", "empty.xlsx", "--format", "json")
    assert result.exit_code == 1
    assert "HP-M02" in result.output


def test_rows_of_a_system_in_every_format(run: Callable[..., Result]) -> None:
    """A note names the row that is kept apart; gases are added with warming potentials only."""
    from io import BytesIO

    from pypdf import PdfReader

    biogenic = str(Path(__file__).parents[1] / "field" / "k2_io_biogenic")
    options = ("--system", "pymrio", "--ict", "*ict", "--gwp", "AR6", "--extension", "air")
    assert run(biogenic, *options, "-o", "out", "--format", "json,pdf").exit_code == 0
    (year,) = written()["years"]
    assert year["totals"]["emissions"] == 1.0
    assert [row["counted"] for row in year["emission_rows"]] == [True, False]
    reader = PdfReader(BytesIO(Path("out/io.pdf").read_bytes()))
    words = "".join("".join(page.extract_text() for page in reader.pages).split())
    assert "CO2-waste-biogenic-air" in words
    assert run(biogenic, "--system", "pymrio", "--region", "AA").exit_code == 1
