"""Files as they come in, one trouble each: what is read, or the finding that is told.

All values are invented. The same rows in a plain file give the numbers to compare with, in the
same run; no number stands here.
"""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from handprint.cli.main import cli

Run = Callable[..., Result]
FIELD = Path(__file__).parent
PLAIN = (
    "id,template,region,start,years,claim,delivered [GWh/year],loss_rate [%],loss_reduction [%],"
    "terminals [device],servers [device]\n"
    "a-1,grid-losses,CN-JS,2023,1,planned,2000,5.2,6.0,4000,4\n"
)
LEVERS = (
    "row_type,sector,link,name_en,pool,share_low,share_high,saving_low,saving_high,"
    "adoption_2030_low,adoption_2030_high\n"
)

# File of cases, the ids that are scored like the plain row, and findings besides.
BATCH = [
    ("k1_batch_percent_cells.xlsx", ["a-1", "a-2"], []),
    ("k3_batch_hidden_sheet.xlsx", ["a-1", "a-2"], []),
    ("k4_batch_two_sheets.xlsx", ["a-1", "a-2"], ["HP-B20"]),
    ("k5_batch_merged_region.xlsx", ["a-1", "a-2"], []),
    ("k6_batch_cp1252.csv", ["a-1"], ["HP-M03"]),
    ("k8_batch_semicolon.csv", ["a-1"], []),
    ("k8_batch_sep_line.csv", ["a-1"], []),
    ("k8_batch_title_line.csv", ["a-1"], ["HP-M07"]),
    ("k9_batch_backslash_parts.xlsx", ["a-1", "a-2"], []),
    ("k9_batch_strict_ooxml.xlsx", ["a-1", "a-2"], []),
    ("k10_batch_text_numbers.csv", ["a-1", "a-2", "a-3", "a-4"], []),
    ("k11_binary_text.parquet", ["a-1", "a-2"], []),
    ("k11_hive_partition", ["a-1", "a-2"], []),
    ("k11_pandas_index.csv", ["a-1", "a-2"], ["HP-M10"]),
    ("k11_pandas_index.parquet", ["a-1", "a-2"], ["HP-M10"]),
    ("k11_string_view.parquet", ["a-1", "a-2"], []),
    ("k11_timestamp_tz.parquet", ["a-1", "a-2"], []),
]
# File, what it is read as, and the finding that stops it.
REFUSED = [
    ("k4_batch_unclosed_quote.csv", "batch", "HP-M02", "k4_batch_unclosed_quote.csv:4"),
    ("k8_factors_semicolon", "factors", "HP-U02", "factors.csv:2 value"),
    ("k12_factor_units", "factors", "HP-U01", "k12_factor_units/factors.csv:4 unit"),
    ("k12_factor_units", "factors", "HP-U01", "k12_factor_units/factors.csv:6 unit"),
    ("k14_case_minus_sign.yaml", "case", "HP-V02", "reference.lines.0.quantity"),
]
LEVER_FILES = [
    "k3_levers_hidden_sheet.xlsx",
    "k7_levers_error_on_other_sheet.xlsx",
    "k8_levers_semicolon.csv",
    "k9_levers_strict_ooxml.xlsx",
]
IO_FILES = ["k7_io_error_on_other_sheet.xlsx", "k7_io_notes_below.xlsx", "k8_io_semicolon.csv"]


@pytest.fixture(scope="module")
def run() -> Run:
    """Run the command line."""
    return lambda *arguments: CliRunner().invoke(cli, [str(argument) for argument in arguments])


def scores(run: Run, path: Path, out: Path) -> tuple[dict[str, dict[str, str]], Result]:
    result = run("batch", path, "-o", out, "--format", "csv")
    with (out / "scores.csv").open(encoding="utf-8-sig", newline="") as stream:
        return {row["id"]: row for row in csv.DictReader(stream)}, result


def told(result: Result) -> list[str]:
    """Return the codes of findings about the file, not about the values."""
    lines = [line.split() for line in result.output.splitlines()]
    codes = [line[1] for line in lines if len(line) > 1 and line[1].startswith(("HP-M", "HP-B"))]
    return sorted(set(codes))


@pytest.fixture(scope="module")
def plain(run: Run, tmp_path_factory: pytest.TempPathFactory) -> str:
    """NER of the row that most files hold."""
    folder = tmp_path_factory.mktemp("plain")
    (folder / "plain.csv").write_text(PLAIN, "utf-8")
    return scores(run, folder / "plain.csv", folder / "out")[0]["a-1"]["NER"]


@pytest.mark.parametrize(("name", "ids", "findings"), BATCH, ids=[row[0] for row in BATCH])
def test_cases_read_like_a_plain_file(
    run: Run, plain: str, tmp_path: Path, name: str, ids: list[str], findings: list[str]
) -> None:
    found, result = scores(run, FIELD / name, tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert {key: row["NER"] for key, row in found.items()} == dict.fromkeys(ids, plain)
    assert told(result) == findings


def test_folders_are_decoded_and_the_default_one_is_empty(run: Run, tmp_path: Path) -> None:
    found, _ = scores(run, FIELD / "k11_hive_partition", tmp_path / "out")
    assert [found[key]["applicant"] for key in ("a-1", "a-2")] == ["某公司 A", ""]


def test_a_decimal_comma_is_asked_back(run: Run, tmp_path: Path) -> None:
    result = run("batch", FIELD / "k8_batch_semicolon_comma.csv", "-o", tmp_path)
    assert result.exit_code == 1
    with (tmp_path / "rejects.csv").open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert (row["id"], row["column"], row["code"]) == ("a-1", "loss_rate [%]", "HP-U02")


@pytest.mark.parametrize(
    ("name", "kind", "code", "place"), REFUSED, ids=[f"{r[0]}-{r[3]}" for r in REFUSED]
)
def test_what_cannot_be_read_is_told_at_its_place(
    run: Run, tmp_path: Path, name: str, kind: str, code: str, place: str
) -> None:
    arguments = {
        "batch": ("batch", FIELD / name, "-o", tmp_path),
        "factors": ("factors", "check", FIELD / name),
        "case": ("check", FIELD / name),
    }
    result = run(*arguments[kind])
    assert result.exit_code == 1
    heads = [line for line in result.output.splitlines() if f" {code}  " in line]
    assert any(f"{place}]" in line for line in heads), result.output


@pytest.mark.parametrize("name", LEVER_FILES)
def test_levers_read_like_a_plain_file(run: Run, tmp_path: Path, name: str) -> None:
    """Hidden sheets, errors elsewhere, semicolons and the strict kind change nothing."""
    rows = (
        "MODEL,buildings,hvac,HVAC control,hvac,0.3,0.4,0.1,0.2,0.5,0.8\n"
        "MODEL,buildings,light,Lighting,light,0.1,0.2,0.2,0.4,0.5,0.9\n"
    )
    (tmp_path / "plain.csv").write_text(LEVERS + rows, "utf-8")
    ends = []
    for path in (tmp_path / "plain.csv", FIELD / name):
        result = run("sector", "--levers", path, "-o", tmp_path / path.stem, "--format", "json")
        assert result.exit_code == 0, result.output
        document = json.loads((tmp_path / path.stem / "sector.json").read_text("utf-8"))
        ends.append([document["sectors"]["buildings"][end] for end in ("low", "high")])
    assert ends[0] == ends[1]


@pytest.mark.parametrize("name", IO_FILES)
def test_input_output_tables_read_like_a_plain_file(run: Run, tmp_path: Path, name: str) -> None:
    found = []
    for path in (FIELD / "io_good.csv", FIELD / name):
        out = tmp_path / path.stem
        result = run("io", path, "--energy", FIELD / "io_energy.csv", "--ict", "ict",
                     "-o", out, "--format", "json")  # fmt: skip
        assert result.exit_code == 0, result.output
        document = json.loads((out / "io.json").read_text("utf-8"))
        found.append([{**year, "file": ""} for year in document["years"]])
    assert found[0] == found[1]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_text_that_is_a_number_is_none_that_lacks(run: Run, tmp_path: Path, suffix: str) -> None:
    """1,000 and 2,000 t of industry, however they are stored."""
    path = FIELD / f"k10_scores_text_numbers.{suffix}"
    result = run("sector", "--cases", path, "-o", tmp_path, "--format", "json")
    assert result.exit_code == 0, result.output
    cases = json.loads((tmp_path / "sector.json").read_text("utf-8"))["cases"]
    assert (cases["read"], cases["counted"], cases["without_ner"]) == (2, 2, 0)
    assert cases["sectors"]["industry"]["NER"] == 3000.0


@pytest.mark.parametrize("name", ["k14_case_fullwidth_point.yaml", "k14_case_thousands.yaml"])
def test_texts_for_quantities_are_read(run: Run, name: str) -> None:
    assert run("check", FIELD / name).exit_code == 0


def test_units_of_official_factor_files(run: Run) -> None:
    """Dots, 10^4Nm3, CO2 eq. and cubic metres are read; a remark in brackets and carbon not."""
    result = run("factors", "check", FIELD / "k12_factor_units")
    assert result.output.count("error HP-U01") == 2


def test_an_approximate_number_is_read_and_told(run: Run) -> None:
    result = run("check", FIELD / "k14_case_about.yaml")
    assert result.exit_code == 0
    assert "warning HP-U05  Approximate number  [" in result.output
    assert " inputs.loss_reduction]" in result.output


def test_a_factor_shown_in_per_cent(run: Run) -> None:
    """The cell stores 0.052, shows 5.2% and stands beside the unit %."""
    path = FIELD / "k1_factors_percent_cell.xlsx"
    assert run("factors", "check", path).exit_code == 0
    shown = run("factors", "show", "property.own_loss", "--factors", path).output
    assert "5.2" in shown
    assert "0.052" not in shown
