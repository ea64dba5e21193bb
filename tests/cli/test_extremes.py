"""Numbers at the ends of what a double holds: refused with a finding, or null with a status."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from handprint.cli.main import cli
from handprint.core.files import all_finite

Tree = dict[str, Any]
IO = Path(__file__).parents[1] / "data" / "io"
TWO = ["io", str(IO / "two_sectors.csv"), "--format", "json"]
FUELS = ["--energy", str(IO / "two_sectors_energy.csv")]


def assess(tree: Tree, folder: Path, kind: str = "yaml") -> Result:
    path = folder / f"case.{kind}"
    path.write_text(json.dumps(tree))
    words = ["assess", str(path), "--format", "json", "--draws", "200", "-o", str(folder / "out")]
    return CliRunner().invoke(cli, words)


def grid_case(tree: Tree, **path: object) -> Tree:
    """The case with a line that takes a factor of the library, and a path for it."""
    tree["reference"]["lines"][0] = {
        "id": "activity", "quantity": "9000 MWh/year", "factor": "electricity.grid"
    }  # fmt: skip
    tree["factor_paths"] = {"electricity.grid": {"unit": "kg CO2/kWh", "source": "plan", **path}}
    return tree


@pytest.mark.parametrize("year", [{"a": 1}, [2030], None, True, "", 2030.5, "x" * 50])
def test_a_path_whose_year_is_no_year_is_a_finding(
    small_case: Tree, tmp_path: Path, year: object
) -> None:
    result = assess(grid_case(small_case, to=0.4, year=year), tmp_path)
    assert result.exit_code == 1, result.exc_info
    assert "HP-F05" in result.output
    assert "factor_paths.electricity.grid]" in result.output


@pytest.mark.parametrize("to", [1e308, 1e-308, -1, [1], {"a": 1}, None])
def test_a_path_whose_value_is_none_is_a_finding(
    small_case: Tree, tmp_path: Path, to: object
) -> None:
    result = assess(grid_case(small_case, to=to, year=2030), tmp_path)
    assert (result.exit_code, "HP-F05" in result.output) == (1, True), result.exc_info


def test_a_sound_path_is_still_read(small_case: Tree, tmp_path: Path) -> None:
    result = assess(grid_case(small_case, to=0.4, year=2030), tmp_path)
    assert "HP-F05" not in result.output


@pytest.mark.parametrize("kind", ["yaml", "json"])
@pytest.mark.parametrize("written", ["1.0e-308", "-1.0e-101", "1e-400"])
def test_a_number_next_to_zero_is_refused(
    small_case: Tree, tmp_path: Path, written: str, kind: str
) -> None:
    """As in a case file: 1e-400 is no zero, though a double cannot tell."""
    small_case["inputs"] = {"share": {"value": 123456789, "unit": "1"}}
    small_case["solution"]["lines"][0]["quantity"] = "8600 t/year * share"
    path = tmp_path / f"case.{kind}"
    text = json.dumps(small_case)  # YAML, too
    path.write_text(text.replace("123456789", written))
    result = CliRunner().invoke(cli, ["check", str(path)])
    assert (result.exit_code, "HP-S07" in result.output) == (1, True), result.output
    assert "inputs.share.value]" in result.output


@pytest.mark.parametrize("value", [0, 1e-99, -1e-99])
def test_zero_and_a_small_number_are_numbers(
    small_case: Tree, tmp_path: Path, value: float
) -> None:
    small_case["inputs"] = {"share": {"value": value, "unit": "1"}}
    small_case["solution"]["lines"][0]["quantity"] = "8600 t/year * (1 + share)"
    assert "HP-S07" not in assess(small_case, tmp_path).output


@pytest.mark.parametrize(
    "quantity", ["1e-99 * 1e-99 * 1e-99 * 1e-11 parcel", "tiny * tiny * tiny * 1e-9 parcel"]
)
def test_a_ratio_past_all_numbers_is_null_with_a_status(
    small_case: Tree, tmp_path: Path, quantity: str
) -> None:
    small_case["inputs"] = {"tiny": {"value": 1e-99, "unit": "1"}}
    small_case["functional_unit"]["quantity"] = quantity
    result = assess(small_case, tmp_path)
    assert result.exit_code == 0, (result.output, result.exc_info)
    document = json.loads((tmp_path / "out" / "small.json").read_text())
    assert document["metrics"]["EI"]["value"] is None
    assert document["metrics"]["EI"]["status"] == "UNDEFINED_OVERFLOW"
    assert document["metrics"]["NER"]["status"] in ("ok", "no_uncertainty")


def test_a_reference_next_to_zero_makes_no_infinity(small_case: Tree, tmp_path: Path) -> None:
    """NER / E_ref in per cent, the gross share and the break-even rebound all grow past numbers."""
    for scenario in ("reference", "solution"):
        small_case[scenario]["lines"][0]["quantity"] = "1e-99 * 1e-99 * 1e-99 * 1e-11 t/year"
    small_case["solution"]["lines"][0]["quantity"] += " * 0.5"
    result = assess(small_case, tmp_path)
    assert result.exit_code == 0, (result.output, result.exc_info)
    document = json.loads((tmp_path / "out" / "small.json").read_text())
    rate = next(v for v in document["variants"] if v["definition"] == "ei.baseline_rate")
    assert (rate["value"], rate["status"]) == (None, "UNDEFINED_OVERFLOW")
    assert document["break_even_rebound"] is None
    assert all_finite(document)


@pytest.mark.parametrize("value", ["1e308", "1e-308", "-1e101"])
def test_a_factor_out_of_range_is_refused_in_an_own_library(tmp_path: Path, value: str) -> None:
    source = (
        "id: own\ntitle: {en: Own, zh: 自有}\npublisher: me\nlicence: own\nurl: https://x.org\n"
    )
    (tmp_path / "source.yaml").write_text(source)
    rows = f"id,value,unit,region,year,scope\nown.x,{value},kg CO2e/t,CN,2022,combustion\n"
    (tmp_path / "own.csv").write_text(rows)
    result = CliRunner().invoke(cli, ["factors", "check", str(tmp_path)])
    assert (result.exit_code, "HP-F22" in result.output) == (1, True), result.output
    assert "own.csv:2 value" in result.output


# --- tables ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "amount", ["1e308 Mt CO2e", "1e101 t CO2e", "1e-400 t CO2e", "1e99 Mt CO2e"]
)
def test_an_enabled_amount_out_of_range_is_refused_at_its_option(
    tmp_path: Path, amount: str
) -> None:
    words = [*TWO, *FUELS, "-o", str(tmp_path / "out"), "--enabled", amount]
    result = CliRunner().invoke(cli, words)
    assert result.exit_code == 1, result.exc_info
    assert "[--enabled]" in result.output
    assert "HP-U01" in result.output or "HP-M05" in result.output


@pytest.mark.parametrize("number", ["1e308", "1e-308", "-1e200"])
@pytest.mark.parametrize("file", ["two_sectors.csv", "two_sectors_energy.csv"])
def test_a_cell_out_of_range_is_refused_at_its_place(
    tmp_path: Path, file: str, number: str
) -> None:
    for path in IO.glob("two_sectors*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    lines = (tmp_path / file).read_text().splitlines()
    cells = lines[-1].split(",")
    at = next(i for i in range(len(cells) - 1, -1, -1) if cells[i].replace(".", "").isdigit())
    cells[at] = number
    (tmp_path / file).write_text("\n".join([*lines[:-1], ",".join(cells)]))
    words = ["io", str(tmp_path / "two_sectors.csv"), "--format", "json", "-o", str(tmp_path / "o")]
    energy = ["--energy", str(tmp_path / "two_sectors_energy.csv")]
    result = CliRunner().invoke(cli, [*words, *energy])
    assert (result.exit_code, "HP-M05" in result.output) == (1, True), (result.output, lines)
    assert f"{file}:{len(lines)}" in result.output


def test_results_past_all_numbers_are_a_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the way: no document holds what JSON cannot."""
    monkeypatch.setattr("handprint.input_output.run.tonnes", lambda _text: 1e99)
    monkeypatch.setattr("handprint.core.files.all_finite", lambda _document: False)
    words = [*TWO, *FUELS, "-o", str(tmp_path / "out"), "--enabled", "1 t CO2e"]
    result = CliRunner().invoke(cli, words)
    assert (result.exit_code, "HP-M70" in result.output) == (1, True), result.output
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("number", [1e308, 1e-308, float("inf")])
@pytest.mark.parametrize("command", ["sector", "select"])
def test_scores_out_of_range_are_refused(tmp_path: Path, command: str, number: float) -> None:
    rows = {"id": ["a"], "NER": [number], "category": ["production"], "sector": ["industry"]}
    pq.write_table(pa.table(rows), tmp_path / "scores.parquet")
    scores = str(tmp_path / "scores.parquet")
    words = ["sector", "--cases", scores] if command == "sector" else ["select", scores]
    result = CliRunner().invoke(cli, [*words, "-o", str(tmp_path / "out")])
    assert result.exit_code == 1, (result.output, result.exc_info)
    assert "HP-M05" in result.output or number == float("inf")
    assert isinstance(result.exception, SystemExit)


def test_an_emission_out_of_range_is_refused(tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text("sector,emissions,unit\nindustry,1e308,t CO2\n")
    words = ["sector", "--emissions", str(tmp_path / "e.csv"), "-o", str(tmp_path / "out")]
    result = CliRunner().invoke(cli, words)
    assert (result.exit_code, "HP-M05" in result.output) == (1, True), result.exc_info


@pytest.mark.parametrize(
    ("content", "finite"),
    [({"a": [1, 2.0, None, "inf"]}, True), ({"a": [1, {"b": float("nan")}]}, False),
     ([float("-inf")], False), ((1.0,), True)],
)  # fmt: skip
def test_all_finite_looks_everywhere(content: object, finite: bool) -> None:
    assert all_finite(content) is finite
