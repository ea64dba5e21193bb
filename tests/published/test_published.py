"""Figures from the literature, recomputed by the real engine.

``literature.csv`` records every figure with its source. ``cases/`` holds the figures that are an
assessment as case files, ``expected.yaml`` what the engine must give for them by hand and how that
stands to the published figure; figures that cannot be an assessment are formulas in
``formulas.yaml``. The arithmetic is written at the top of each case file.
"""

import csv
import json
import re
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from click.testing import CliRunner

from handprint.cli.main import cli
from handprint.units.amounts import parse_quantity
from handprint.units.formula import parse_formula
from handprint.units.unit import convert, parse_unit

HERE = Path(__file__).parent
CASES = sorted((HERE / "cases").glob("*.yaml"))
LITERATURE = {
    row["id"]: row
    for row in csv.DictReader((HERE / "literature.csv").read_text(encoding="utf-8").splitlines())
}
EXPECTED = yaml.safe_load((HERE / "expected.yaml").read_text(encoding="utf-8"))
FORMULAS = yaml.safe_load((HERE / "formulas.yaml").read_text(encoding="utf-8"))

HAND_WORKED = 1e-9  # relative: the engine and a calculation by hand may differ by rounding only
STATED = 0.01  # percentage points: a deviation is stated to two decimals
UNITS = {  # of the figures of a result document that name none themselves
    "effects": "t CO2e",
    "ner_without_higher_order": "t CO2e",
    "reduction_rate": "1",
    "break_even_rebound": "1",
    "payback_years": "year",
    "attribution": "t CO2e",
}


def name(entry: dict[str, Any]) -> str:
    return f"{entry.get('row', entry.get('case'))}:{entry.get('measure', 'formula')}"


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The result documents of all cases, from one run of the command."""
    out = tmp_path_factory.mktemp("published")
    arguments = ["assess", *map(str, CASES), "-o", str(out), "--format", "json", "--lang", "en"]
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 0, result.output
    return {path.stem: json.loads((out / f"{path.stem}.json").read_text()) for path in CASES}


@pytest.mark.parametrize("entry", EXPECTED, ids=name)
def test_engine_gives_the_hand_worked_value(
    entry: dict[str, Any], documents: dict[str, Any]
) -> None:
    """The engine agrees with the calculation written at the top of the case file, to 1e-9."""
    value, unit = measure(documents[entry["case"]], entry["measure"])
    target = str(entry.get("unit") or LITERATURE[entry["row"]]["unit"])
    found = convert(value, parse_unit(unit), parse_unit(target))
    assert found == pytest.approx(entry["expected"], rel=HAND_WORKED, abs=1e-12)


@pytest.mark.parametrize("entry", FORMULAS, ids=name)
def test_formula_gives_the_hand_worked_value(entry: dict[str, Any]) -> None:
    """The formula engine agrees with the calculation by hand, in value and in dimension."""
    inputs = {key: parse_quantity(str(text)) for key, text in entry["inputs"].items()}
    formula = parse_formula(entry["formula"], inputs)
    target = parse_unit(LITERATURE[entry["row"]]["unit"])
    dimension = formula.dimension({key: unit.dimension for key, (_, unit) in inputs.items()})
    columns = {key: np.asarray(number * unit.scale) for key, (number, unit) in inputs.items()}
    value = formula.evaluate(columns)
    assert dimension == target.dimension
    assert value / target.scale == pytest.approx(entry["expected"], rel=HAND_WORKED)


PRINTED = [
    entry for entry in EXPECTED + FORMULAS if LITERATURE.get(entry.get("row"), {}).get("published")
]


@pytest.mark.parametrize("entry", PRINTED, ids=name)
def test_published_figure(entry: dict[str, Any]) -> None:
    """The hand-worked value meets the published one, or misses it by what is explained.

    A rounding is half of the last printed digit; a wider tolerance and a disagreement need a
    reason of some length, and a disagreement must be the stated one.
    """
    expected, figure = float(entry["expected"]), float(LITERATURE[entry["row"]]["published"])
    deviation = 100 * (expected / figure - 1)
    if "rounding" in entry:
        assert abs(expected - figure) <= entry["rounding"] * (1 + HAND_WORKED)
    elif "within" in entry:
        assert abs(deviation) <= percent(entry["within"])
        assert len(entry["because"]) > 20
    else:
        assert deviation == pytest.approx(percent(entry["disagrees"]), abs=STATED)
        assert len(entry["because"]) > 20


def test_every_figure_is_accounted_for() -> None:
    """157 figures: a case, a formula, or no inputs in the source; FULL ones are never the last."""
    covered = {entry.get("row") for entry in EXPECTED} | {entry["row"] for entry in FORMULAS}
    rest = {key: row for key, row in LITERATURE.items() if key not in covered}
    assert len(LITERATURE) == 157
    assert all(row["note"] == "no inputs available" for row in rest.values())
    assert not any(row["class"] in ("FULL", "INCONSISTENT") for row in rest.values())
    assert {path.stem for path in CASES} == {entry["case"] for entry in EXPECTED}


@pytest.mark.parametrize("case", [path.stem for path in CASES])
def test_a_missing_footprint_is_never_passed_over(case: str, documents: dict[str, Any]) -> None:
    """Hardly a source charges the ICT system: R03 blocks, and VEI is null, never infinite."""
    document = documents[case]
    rules = {finding["rule"] for finding in document["findings"] if finding["severity"] == "block"}
    has_footprint = any(line["scenario"] == "ict" for line in document["lines"])
    assert ("R03" in rules) is not has_footprint
    assert (document["metrics"]["VEI"]["value"] is None) is not has_footprint


def measure(document: dict[str, Any], text: str) -> tuple[float, str]:
    """Return a figure of a result document with its unit.

    ``energy_saved`` is what the energy lines of the solution use less; ``quantity SCENARIO LINE per
    functional unit`` a line's quantity; everything else a path, ``[x]`` choosing from a list.
    """
    if text == "energy_saved":
        saved = energy(document, "reference") - energy(document, "solution")
        return saved, "kWh"
    if match := re.fullmatch(r"quantity (\w+) (\S+) per functional unit", text):
        (line,) = [x for x in lines(document, match[1]) if x["id"] == match[2]]
        served = document["case"]["functional_unit"]
        return line["quantity"] / served["quantity"], f"{line['quantity_unit']}/{served['unit']}"
    sign, path = (-1, text[1:]) if text.startswith("-") else (1, text)
    parts = re.findall(r"[\w]+|\[[^]]+\]", path)
    parent: Any = reduce(step, parts[:-1], document)
    unit = parent.get("unit") if parent is not document else None
    return sign * parent[parts[-1]], unit or UNITS[parts[0]]


def step(node: Any, part: str) -> Any:
    """Return the child of a node: a key, or the list item that has this id or definition."""
    if not part.startswith("["):
        return node[part]
    (found,) = [x for x in node if part[1:-1] in (x.get("id"), x.get("definition"))]
    return found


def lines(document: dict[str, Any], scenario: str) -> list[dict[str, Any]]:
    return [line for line in document["lines"] if line["scenario"] == scenario]


def energy(document: dict[str, Any], scenario: str) -> float:
    """Return the sum of the energy lines of a scenario (kWh)."""
    unit = parse_unit("kWh")
    total = 0.0
    for line in lines(document, scenario):
        own = parse_unit(line["quantity_unit"])
        if own.dimension == unit.dimension:
            total += convert(line["quantity"], own, unit)
    return total


def percent(text: str) -> float:
    return float(text.removesuffix("%"))
