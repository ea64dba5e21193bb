"""The shipped examples against the hand calculations at the top of their files."""

from typing import Any

import pytest

from handprint.assess.assess import Options, assess_file
from handprint.assess.document import document
from handprint.core.errors import Findings, Severity
from handprint.core.resources import folder

EXAMPLES = folder("case_templates") / "examples"

# t CO2e by hand, central values, rounded to the digits shown.
BY_HAND = {
    "potline": {"E_ref": 6_406_347, "G0": 73_919, "rebound": 0, "H": 0, "F": 276.7, "NER": 73_643},
    "commuter-bus": {
        "E_ref": 684.8,
        "G0": 576.7,
        "rebound": 0,
        "H": -34.2,
        "F": 20.5,
        "NER": 521.9,
    },
    "campus": {"E_ref": 2571.8, "G0": 199.7, "rebound": 10.0, "H": 0, "F": 12.5, "NER": 177.2},
    "truck-cruise": {"E_ref": 132_186, "G0": 3172, "rebound": 571, "H": 0, "F": 93.2, "NER": 2508},
}


def result(name: str, draws: int = 0) -> dict[str, Any]:
    findings = Findings()
    path = EXAMPLES / f"{name}.yaml"
    assessment = assess_file(path, options=Options(draws=draws), findings=findings)
    assert assessment is not None, [finding.key for finding in findings]
    return document(assessment, "en")


def test_every_example_is_checked() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.yaml")} == set(BY_HAND)


@pytest.mark.parametrize("name", BY_HAND)
def test_example_meets_its_hand_calculation(name: str) -> None:
    """Half of the last digit that the table above gives."""
    found = result(name)
    values = {**found["effects"], "NER": found["metrics"]["NER"]["value"]}
    for key, by_hand in BY_HAND[name].items():
        tolerance = 0.05 if isinstance(by_hand, float) else 0.5
        assert values[key] == pytest.approx(by_hand, abs=tolerance + 1e-9), key


@pytest.mark.parametrize("name", BY_HAND)
def test_example_can_be_shown(name: str) -> None:
    """No error, nothing that blocks, an interval, and a title and labels in both languages."""
    found = result(name, draws=1000)
    severities = {finding["severity"] for finding in found["findings"]}
    assert not severities & {Severity.ERROR, Severity.BLOCK}
    ner = found["metrics"]["NER"]
    assert 0 < ner["p5"] < ner["p50"] < ner["p95"]
    texts = [found["case"]["title"], *(line["label"] for line in found["lines"])]
    texts += [entry["label"] for entry in found["inputs"]]
    assert all(text.get("zh") and text.get("en") for text in texts)


@pytest.mark.parametrize("name", BY_HAND)
def test_chosen_values_say_why(name: str) -> None:
    """A value that the source does not give is marked, and its note or source explains it."""
    inputs = result(name)["inputs"]
    assert any(entry["status"] == "chosen" for entry in inputs)
    for entry in inputs:
        assert entry["note"] or entry["source"], entry["name"]


def test_potline_energy_is_the_printed_range_at_the_grid() -> None:
    """Box 5: 0.9 Mt x 100..200 kWh/t = 90..180 GWh of direct current; central 135 GWh / 0.98."""
    (saving,) = result("potline")["energy"]
    assert saving["saved"] == pytest.approx(900_000 * 150 / 0.98, rel=1e-9)


def test_bus_is_near_the_printed_saving_per_direction() -> None:
    """Box 6: 1.27 t one way; the chosen distance gives 1.15 t, within 15 %."""
    gross = result("commuter-bus")["effects"]["G0"]
    assert gross / 500 == pytest.approx(1.27, rel=0.15)


def test_campus_does_not_credit_the_platform_with_the_panels() -> None:
    """Box 7: 340 kWp x 1,150 h x 0.558 kg/kWh = 218 t are the panels'; the platform gets 4 t."""
    found = result("campus")
    panels = 340 * 1150 * 0.558 / 1000
    control_only = 5000 * 0.07 * 0.558
    assert found["effects"]["G0"] - control_only == pytest.approx(0.02 * panels, rel=1e-9)
