"""The contract of the command line: the example case, the JSON it writes, and worked arithmetic.

The cases stand in ``contract/``; what they must give is computed here from the printed numbers
of their files and of the factor library, without a line of the program.
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Tree = dict[str, Any]
Run = Callable[..., Result]

CASES = Path(__file__).parent / "contract"
GRID = {2021: 0.5568, 2022: 0.5366, 2023: 0.5306}  # China, kg CO2/kWh
YUNNAN, GUANGDONG = 0.1073, 0.4403  # 2022, kg CO2/kWh
SIMULATED = {"p5", "p50", "p95"}


@dataclass(frozen=True)
class Expected:
    """What a case must give by hand [t CO2e over the period; Q in functional units]."""

    e_ref: float
    e_sol: float
    f: float
    q: float
    h: float = 0.0
    rebound: float = 0.0

    @property
    def g0(self) -> float:
        return self.e_ref - self.e_sol

    @property
    def g(self) -> float:
        return self.g0 - self.rebound * max(0.0, self.g0) + self.h

    def results(self) -> dict[str, float | None]:
        return {
            "E_ref": self.e_ref,
            "E_sol": self.e_sol,
            "G0": self.g0,
            "rebound": self.rebound * max(0.0, self.g0),
            "H": self.h,
            "G": self.g,
            "F": self.f,
            "NER": self.g - self.f,
            "EI": 1000 * (self.g - self.f) / self.q,
            "VEI": self.g / self.f if self.f > 0 else None,
            "break_even_rebound": 1 - (self.f - self.h) / self.g0 if self.g0 > 0 else None,
            "reduction_rate": self.g0 / self.e_ref,
        }


def on_path(year: int) -> float:
    """Straight line from the newest value, 2023, to 0.35 kg/kWh in 2030, then constant."""
    return GRID[2023] + (0.35 - GRID[2023]) * min(1, (year - 2023) / 7)


PATH = sum(on_path(year) for year in (2028, 2029, 2030, 2031))
COAL = 29.3076 / 19.57 * 1.74175  # GJ/tce over GJ/t, times t CO2/t
WORKED = {
    # 1 GWh a year before; 900 and 800 MWh after; ten machines of 1,000 kWh a year
    "by-year": Expected(
        1000 * (GRID[2021] + GRID[2022]),
        900 * GRID[2021] + 800 * GRID[2022],
        10 * (GRID[2021] + GRID[2022]),
        q=10_000,
    ),
    # 20,000 m2 x 100 and 75 kWh; 100 devices of 1 t, four of five years
    "grid-path-2030": Expected(2000 * PATH, 1500 * PATH, 100 * 4 / 5, q=80_000),
    # 400 kt in Yunnan, 250 kt in Guangdong, 1,000 kWh/t, 5 % less; the server once, in China
    "two-provinces": Expected(
        400_000 * YUNNAN + 250_000 * GUANGDONG,
        0.95 * (400_000 * YUNNAN + 250_000 * GUANGDONG),
        2 * 8.76 * GRID[2022],
        q=650_000,
    ),
    # 100 and 80 GJ x 2 t for 3.5 years; 20 % of 50 x 0.3 t over seven years, and 1 t a year
    "42-months": Expected(700, 560, 0.2 * 15 * 3.5 / 7 + 3.5, q=1),
    "backfire": Expected(250, 200, 1, q=10_000, rebound=1.2),
    "no-footprint": Expected(100, 120, 0, q=1000),
    # 100,000 sheets x 1 kg; a device of 10 t, its credit of 2 t, 3 of 5 years; 5 t a year induced
    "full-substitution": Expected(300, 0, 6 - 1.2, q=300_000, h=-15, rebound=0.1),
    # 1,000 kWh until 2025, then the market's 700, against 500; 100 devices; 1 kg/kWh
    "early-replacement": Expected(340, 200, 100 * 0.02 * 4 / 8, q=400),
    # 3 亿度, 1000 万千瓦时 less; 50 万元 x 1 t; 200 万元 x 0.5 t induced
    "chinese-units": Expected(300_000 * GRID[2022], 290_000 * GRID[2022], 50, q=900_000, h=-100),
    # Ember 2024: 30.75 g/kWh
    "norway": Expected(30.75, 27.675, 0.876, q=1),
    "inline-factors": Expected(200, 160, 8.76 * 0.6, q=100),
    # 0.87 kg/L x 3.09591 t/t
    "diesel-litres": Expected(30 * 0.87 * 3.09591, 27 * 0.87 * 3.09591, 1, q=100_000),
    "coal-tce": Expected(10_000 * COAL, 9_000 * COAL, 1, q=100_000),
}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def result(path: str | Path) -> Tree:
    found: Tree = json.loads(Path(path).read_text("utf-8"))
    return found


def flat(document: Tree) -> dict[str, float | None]:
    metrics = {name: found["value"] for name, found in document["metrics"].items()}
    derived = {key: document[key] for key in ("break_even_rebound", "reduction_rate")}
    return {**document["effects"], **metrics, **derived}


@pytest.mark.parametrize("name", sorted(WORKED))
def test_worked_by_hand(handprint: Run, name: str) -> None:
    run = handprint("assess", str(CASES / f"{name}.yaml"), "-o", "out", "--format", "json")
    assert run.exit_code == 0, run.output
    found = flat(result(f"out/{name}.json"))
    for key, expected in WORKED[name].results().items():
        if expected is None:
            assert found[key] is None, key
        else:
            assert found[key] == pytest.approx(expected, rel=1e-9, abs=1e-9), key


@pytest.mark.parametrize(("gwp", "value"), [("AR4", 1430), ("AR5", 1300), ("AR6", 1530)])
def test_refrigerant_takes_the_chosen_gwp(handprint: Run, gwp: str, value: float) -> None:
    """50 and 20 kg of HFC-134a a year; IPCC's 100-year values; 0.5 t of electricity."""
    case = (CASES / "refrigerant.yaml").read_text("utf-8").replace("gwp: AR6", f"gwp: {gwp}")
    Path("case.yaml").write_text(case, "utf-8")
    assert handprint("assess", "case.yaml", "-o", "out", "--format", "json").exit_code == 0
    effects = result("out/refrigerant.json")["effects"]
    assert effects["E_ref"] == pytest.approx(0.05 * value, rel=1e-9)
    assert effects["G"] - effects["F"] == pytest.approx(0.03 * value - 0.5, rel=1e-9)


# --- the example case and the shape of its result ---


@pytest.fixture
def example(handprint: Run) -> Tree:
    run = handprint(
        "assess", str(CASES / "potline-demo.yaml"), "-o", "a/b c/结果", "--format", "json"
    )
    assert run.exit_code == 0
    return result("a/b c/结果/potline-demo.json")


def test_example_case(example: Tree) -> None:
    """135 GWh x 0.5366; 20 servers x 400 W for 8,760 h; 20 x 3,660 kg over five years."""
    g0, f = 135_000 * 0.5366, 20 * 0.4 * 8.760 * 0.5366 + 20 * 3.66 / 5
    metrics = example["metrics"]
    assert metrics["NER"]["value"] == pytest.approx(g0 - f, rel=1e-9)
    assert metrics["EI"]["value"] == pytest.approx((g0 - f) / 900, rel=1e-9)
    assert metrics["VEI"]["value"] == pytest.approx(g0 / f, rel=1e-9)
    assert [metrics[name]["unit"] for name in ("NER", "EI", "VEI")] == [
        "t CO2e", "kg CO2e/t", "1",
    ]  # fmt: skip


def test_shape_of_the_result(example: Tree) -> None:
    assert (example["handprint"], example["case"]["id"]) == (1, "potline-demo")
    for found in example["metrics"].values():
        assert {"value", "unit", "definition", "status", *SIMULATED} <= found.keys()
        assert found["p5"] < found["p50"] < found["p95"]
        assert found["status"] == "ok"
    assert {"E_ref", "E_sol", "G0", "rebound", "H", "G", "F"} == example["effects"].keys()
    assert 0 <= example["probability_ner_positive"] <= 1
    assert isinstance(example["manifest"], dict)
    assert {"rule", "severity", "place", "message"} <= example["findings"][0].keys()


def test_ledger_adds_up_to_the_effects(example: Tree) -> None:
    for scenario, effect in (("reference", "E_ref"), ("solution", "E_sol"), ("ict", "F")):
        rows = [row["t_co2e"] for row in example["ledger"] if row["scenario"] == scenario]
        assert sum(rows) == pytest.approx(example["effects"][effect], rel=1e-12)


def test_functional_unit_of_one_has_no_denominator(handprint: Run) -> None:
    handprint("assess", str(CASES / "42-months.yaml"), "-o", "out", "--format", "json")
    assert result("out/42-months.json")["metrics"]["EI"]["unit"] == "kg CO2e"


# --- statuses, exit codes, bytes ---


def test_no_draws_gives_point_values(handprint: Run) -> None:
    case = str(CASES / "potline-demo.yaml")
    assert handprint("assess", case, "-o", "out", "--format", "json", "--draws", "0").exit_code == 0
    ner = result("out/potline-demo.json")["metrics"]["NER"]
    assert (ner["status"], *(ner[key] for key in sorted(SIMULATED))) == (
        "no_draws",
        None,
        None,
        None,
    )


def test_no_footprint_leaves_vei_undefined(handprint: Run) -> None:
    handprint("assess", str(CASES / "no-footprint.yaml"), "-o", "out", "--format", "json")
    vei = result("out/no-footprint.json")["metrics"]["VEI"]
    assert (vei["value"], vei["status"]) == (None, "UNDEFINED_ZERO_FOOTPRINT")


def test_good_cases_are_written_beside_a_broken_one(handprint: Run) -> None:
    Path("broken.yaml").write_text("handprint: 1\nid: broken\n", "utf-8")
    good = [str(CASES / f"{name}.yaml") for name in ("by-year", "norway")]
    run = handprint("assess", good[0], "broken.yaml", good[1], "-o", "out", "--format", "json")
    assert run.exit_code == 1
    assert sorted(file.name for file in Path("out").iterdir()) == ["by-year.json", "norway.json"]


@pytest.mark.parametrize(("severity", "code"), [("error", 0), ("block", 1), ("note", 1)])
def test_fail_on(handprint: Run, severity: str, code: int) -> None:
    case = str(CASES / "potline-demo.yaml")
    options = ("--draws", "0", "--format", "json", "--fail-on", severity)
    assert handprint("assess", case, "-o", "out", *options).exit_code == code
    assert Path("out/potline-demo.json").exists()


def test_bytes_repeat_and_the_seed_matters(handprint: Run) -> None:
    """The same case under a name with a blank and Chinese characters, into another folder."""
    shutil.copy(CASES / "by-year.yaml", "案例 一.yaml")
    for folder, seed in (("one", "1"), ("two", "1"), ("three", "2")):
        arguments = ("案例 一.yaml", "-o", folder, "--format", "pdf,json", "--seed", seed)
        assert handprint("assess", *arguments).exit_code == 0
    for name in ("by-year.json", "by-year.pdf"):
        assert Path("one", name).read_bytes() == Path("two", name).read_bytes()
        assert Path("one", name).read_bytes() != Path("three", name).read_bytes()


def test_order_of_cases_changes_nothing(handprint: Run) -> None:
    cases = [str(CASES / f"{name}.yaml") for name in ("by-year", "chinese-units", "potline-demo")]
    handprint("assess", *cases, "-o", "one", "--format", "json")
    handprint("assess", *reversed(cases), "-o", "two", "--format", "json")
    for file in Path("one").iterdir():
        assert file.read_bytes() == (Path("two") / file.name).read_bytes()


# --- what findings say ---


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("unit: kWh/t}", "unit: kWh}", "A quantity in kWh (an amount) or kWh/year (a rate)."),
        ("value: 900000", "value: -900000", "is negative (-6519690 t CO2e)"),
        (", unit: kWh/t}", "}", "a pure number or a share takes `unit: 1`"),
        ("sector: industry", "# no sector", "Add `sector`; docs/case-format.md"),
        ("13500, unit", "13500, sd: 20000, unit", "E_ref is below zero in 24."),
        ("output * (intensity", "900000 t * (intensity", "kind `rate` in the reference"),
        ("inputs:", "factor_paths: {electricity.grid: {to: 0.35}}\ninputs:", "The path reads"),
    ],
)
def test_findings_speak_the_language_of_the_case(
    handprint: Run, old: str, new: str, told: str
) -> None:
    """A normal of 13,500 +- 20,000 is negative in 25 % of the draws: z = 0.675."""
    case = (CASES / "potline-demo.yaml").read_text("utf-8")
    Path("case.yaml").write_text(case.replace(old, new, 1), "utf-8")
    assert told in handprint("assess", "case.yaml", "-o", "out", "--format", "json").output


@pytest.mark.parametrize(("start", "years"), [(2028, 4), (2023, 6)])
def test_a_path_without_a_source_is_told(handprint: Run, start: int, years: int) -> None:
    """Whether the path gives all years of the period or only the later ones."""
    case = (
        (CASES / "grid-path-2030.yaml").read_text("utf-8").replace("start: 2028", f"start: {start}")
    )
    case = case.replace("years: 4", f"years: {years}")
    for name, text in (("sourced", case), ("bare", case.replace(", source: made up}}", "}}"))):
        Path(f"{name}.yaml").write_text(text, "utf-8")
    assert "R24  Factor without source" not in handprint("check", "sourced.yaml").output
    assert "R24  Factor without source" in handprint("check", "bare.yaml").output


def test_an_unknown_region_is_told_once(handprint: Run) -> None:
    case = (CASES / "potline-demo.yaml").read_text("utf-8").replace("region: CN ", "region: XX ")
    Path("case.yaml").write_text(case, "utf-8")
    run = handprint("check", "case.yaml")
    assert (run.exit_code, run.output.count("HP-F02")) == (1, 1)
