"""The ten scenarios that serve production, against hand calculations and published figures."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from handprint.assess.assess import Assessment
from handprint.case.template import template_files
from handprint.units.unit import convert, parse_unit

Assess = Callable[..., tuple[Assessment, list[Any]]]
Example = Callable[..., dict[str, Any]]

HERE = Path(__file__).parent
# t CO2e by hand, central values; the arithmetic stands at the top of each example.
BY_HAND: dict[str, dict[str, float]] = {
    "grid-losses": {"E_ref": 306_680, "G0": 18_110, "H": 0, "F": 1_024, "NER": 16_180},
    "virtual-power-plant": {"E_ref": 72_000, "G0": 13_637, "H": 0, "F": 236.4, "NER": 12_718},
    "steel-energy": {"E_ref": 12_391_000, "G0": 163_440, "H": 0, "F": 2_044, "NER": 153_230},
    "petrochemical-control": {
        **{"E_ref": 1_553_800, "G0": 20_500, "H": 0, "F": 91.88, "NER": 18_358},
    },
    "cement-kiln": {"E_ref": 1_364_200, "G0": 5_483.7, "H": 0, "F": 47.81, "NER": 5_161.7},
    "potline-control": {"E_ref": 885_150, "G0": 6_529, "H": 0, "F": 51.42, "NER": 6_347},
    "mining-haulage": {"E_ref": 40_253, "G0": 2_415.2, "H": 0, "F": 511.4, "NER": 1_783.0},
    "factory-energy": {"E_ref": 24_862, "G0": 835.4, "H": 0, "F": 16.62, "NER": 735.3},
    "freight-matching": {
        **{"E_ref": 357_130, "G0": 10_271, "H": -2_774.9, "F": 1_165.2, "NER": 6_125.2},
    },
    "precision-farming": {"E_ref": 52_102, "G0": 3_505.8, "H": 0, "F": 64.86, "NER": 3_090.4},
}
DIGITS = 1e-3  # the table gives four to five digits
PUBLISHED = {
    name: yaml.safe_load(path.read_text("utf-8"))
    for name in BY_HAND
    if (path := HERE / f"published_{name}.yaml").exists()
}


def effects(result: Assessment) -> dict[str, float]:
    """Return the effects and NER at central values [t CO2e]."""
    names = ("E_ref", "E_sol", "G0", "H", "F")
    found = {name: float(getattr(result.effects, name)[0, 0]) for name in names}
    value = result.metrics["NER"].value
    assert value is not None
    return {**found, "NER": value}


def emitted(result: Assessment, scenario: str, line: str) -> float:
    """Return the emissions of a line [t CO2e]."""
    entries = [e for e in result.ledger if (e.line.scenario, e.line.id) == (scenario, line)]
    assert entries, line
    return sum(float(entry.emissions.sum()) for entry in entries) / 1000


def test_every_scenario_has_a_hand_calculation() -> None:
    folder = {name for name, path in template_files().items() if path.parent.name == "production"}
    assert set(BY_HAND) == folder


def test_published_figures_are_all_there() -> None:
    """Only for the control of petrochemical plants no published figure with inputs was found."""
    assert set(BY_HAND) - set(PUBLISHED) == {"petrochemical-control"}


@pytest.mark.parametrize("name", BY_HAND)
def test_example_meets_its_hand_calculation(
    name: str, assess_case: Assess, example: Example
) -> None:
    result, _ = assess_case(example(name))
    found = effects(result)
    for key, by_hand in BY_HAND[name].items():
        assert found[key] == pytest.approx(by_hand, rel=DIGITS), key


CHECKS = [(name, check) for name, sheet in PUBLISHED.items() for check in sheet["checks"]]


@pytest.mark.parametrize(("name", "check"), CHECKS, ids=[c["row"] for _, c in CHECKS])
def test_template_reproduces_the_published_figure(
    name: str, check: Mapping[str, Any], assess_case: Assess
) -> None:
    """The published result from the published inputs; what the source lacks is at its example's."""
    case = dict(PUBLISHED[name]["case"])
    case["inputs"] = {**case["inputs"], **check.get("inputs", {})}
    result, _ = assess_case(case)
    value, unit = measure(result, check["measure"])
    found = convert(value, parse_unit(unit), parse_unit(str(check["unit"])))
    assert found == pytest.approx(check["by_hand"], rel=DIGITS)
    deviation = abs(check["by_hand"] / check["published"] - 1)
    assert deviation <= float(check["within"].removesuffix("%")) / 100


def measure(result: Assessment, text: str) -> tuple[float, str]:
    """Return a figure with its unit: an effect, the rate, energy, or what one line saves."""
    if text == "reduction_rate":
        assert result.reduction_rate is not None
        return result.reduction_rate, "1"
    if text == "energy_saved":
        return sum(entry.saved for entry in result.energy), "kWh"
    if text in ("G0", "E_ref"):
        return effects(result)[text], "t CO2e"
    line, _, per = text.removeprefix("saved by ").partition(" per ")
    saved = emitted(result, "reference", line) - emitted(result, "solution", line)
    return (saved / float(result.effects.Q[0, 0]) if per else saved), "t CO2" + (
        "/t" if per else ""
    )


def test_shifting_without_a_difference_in_factors_is_a_burden(
    assess_case: Assess, example: Example
) -> None:
    """One factor for peak and trough, nothing curtailed: only the losses and batteries remain.

    80,000 MWh x 0.9 t/MWh x (1 - (0.6 / 0.86 + 0.4)) = -7,032.6 t; batteries 757.5 t; F 236.4 t.
    """
    same = {"value": 0.9, "unit": "t CO2/MWh"}
    changes = {
        "peak_factor": same,
        "offpeak_factor": same,
        "curtailed_share": {"value": 0, "unit": "1"},
    }
    result, _ = assess_case(example("virtual-power-plant", changes))
    assert effects(result)["NER"] == pytest.approx(-7_032.6 - 757.5 - 236.4, rel=DIGITS)


def test_dense_sensors_on_small_plots_are_a_burden(assess_case: Assess, example: Example) -> None:
    """20 ha with a server, two drones and 200 sensors: 3.5 t saved, less a tenth, against 5.5 t.

    G0 3,505.8 t x 20 / 20,000 = 3.51 t. F: made 20 x 63 / 8 + 200 x 8.1 / 8 + 2 x 70 x 24.87 / 3
    + 3,660 / 5 = 2,253 kg; used (20 x 3 + 200 x 0.2 + 596) W x 8,760 h + 40 kWh = 6.14 MWh
    x 0.5229 = 3.21 t; together 5.46 t.
    """
    devices = {"drones": 2, "terminals": 20, "sensors": 200, "servers": 1}
    changes = {key: {"value": value, "unit": "device"} for key, value in devices.items()}
    changes["area"] = {"value": 20, "unit": "ha"}
    result, _ = assess_case(example("precision-farming", changes))
    assert effects(result)["F"] == pytest.approx(5.46, rel=2e-3)
    assert effects(result)["NER"] == pytest.approx(0.9 * 3.5058 - 5.46, rel=1e-2)


def test_a_small_workshop_hardly_gains(assess_case: Assess, example: Example) -> None:
    """200 MWh a year, 60 meters, a gateway and a server: 3.2 t saved against 4.1 t emitted.

    G0 200 MWh x 0.4974 x 3.6 % = 3.58 t, less 10 %. F: 60 x 0.8 x 24.87 / 8 + 63 / 8 + 3,660 / 5
    = 889 kg; (120 + 10 + 596) W x 8,760 h = 6.36 MWh x 0.4974 = 3.16 t; together 4.05 t.
    """
    devices = {"meters": 60, "gateways": 1, "servers": 1}
    changes = {key: {"value": value, "unit": "device"} for key, value in devices.items()}
    changes["electricity"] = {"value": 200, "unit": "MWh/year"}
    changes["gas"] = {"value": 0, "unit": "Nm3/year"}
    changes["heat"] = {"value": 0, "unit": "GJ/year"}
    result, _ = assess_case(example("factory-energy", changes))
    assert effects(result)["NER"] == pytest.approx(0.9 * 3.581 - 4.05, rel=2e-2)


def test_driverless_haulage_with_one_per_cent_is_a_burden(
    assess_case: Assess, example: Example
) -> None:
    """40,253 t x 1 % x 0.95 = 382.4 t against a footprint of 511.4 t."""
    changes = {"saving": {"value": 0.01, "unit": "1"}}
    result, _ = assess_case(example("mining-haulage", changes))
    assert effects(result)["NER"] == pytest.approx(382.4 - 511.4, rel=2e-3)


def test_trucks_that_are_electric_anyway_are_no_handprint(
    assess_case: Assess, example: Example
) -> None:
    """All trucks electric in both scenarios: 6 % of 60 GWh x 0.4878 kg/kWh, no diesel replaced."""
    all_electric = {"value": 1, "unit": "1"}
    changes = {"electric_share_reference": all_electric, "electric_share": all_electric}
    result, _ = assess_case(example("mining-haulage", changes))
    assert effects(result)["G0"] == pytest.approx(0.06 * 60_000 * 0.4878, rel=1e-9)


def test_green_charging_carries_the_published_mining_claim(assess_case: Assess) -> None:
    """Yimin: 25 Mt x 3 kWh/t = 75 GWh at Inner Mongolia's 0.6479 kg/kWh take back 48,593 t.

    Of 15,000 t x (3.09591 + 0.65086) t/t = 56,202 t on diesel 7,609 t remain, a sixth of the claim.
    """
    case = dict(PUBLISHED["mining-haulage"]["case"])
    charged = {"electricity_intensity": {"value": 3.0, "unit": "kWh/t"}}
    result, _ = assess_case({**case, "inputs": {**case["inputs"], **charged}})
    assert effects(result)["G0"] == pytest.approx(56_201.6 - 48_592.5, rel=DIGITS)


def test_induced_freight_can_outweigh_the_empty_running(
    assess_case: Assess, example: Example
) -> None:
    """3 % more freight on 346,859 t = 10,406 t, more than the 10,271 t that are saved."""
    changes = {"induced_share": {"value": 0.03, "unit": "1"}}
    result, _ = assess_case(example("freight-matching", changes))
    found = effects(result)
    assert found["H"] == pytest.approx(-0.03 * 346_859, rel=DIGITS)
    assert found["NER"] < 0


def test_the_same_potline_is_worth_more_on_coal(assess_case: Assess, example: Example) -> None:
    """Inner Mongolia 0.6479 against Yunnan 0.1333 kg/kWh: G0 grows by the ratio of the factors."""
    yunnan, _ = assess_case(example("potline-control"))
    mongolia, _ = assess_case(example("potline-control", region="CN-NM"))
    ratio = effects(mongolia)["G0"] / effects(yunnan)["G0"]
    assert ratio == pytest.approx(0.6479 / 0.1333, rel=1e-9)


def test_recovered_gas_counts_as_replaced_power_only(assess_case: Assess, example: Example) -> None:
    """100 MJ/t more at 38 % are 10.56 kWh/t: 8 Mt x 10.56 kWh x 0.6516 kg/kWh = 55,024 t."""
    results = [
        assess_case(example("steel-energy", {"gas_recovered": {"value": v, "unit": "MJ/t"}}))[0]
        for v in (0, 100)
    ]
    gain = effects(results[1])["G0"] - effects(results[0])["G0"]
    assert gain == pytest.approx(8e6 * 100 / 3.6 * 0.38 * 0.6516 / 1000, rel=1e-6)
    assert emitted(results[0], "solution", "fuel") == emitted(results[1], "solution", "fuel")


def test_anode_effects_count_only_with_records(assess_case: Assess, example: Example) -> None:
    """A fall by 20 %: 0.4 Mt x 0.01 kg x (7,380 + 0.1 x 12,400) = 34,480 t, far above the power."""
    base, _ = assess_case(example("potline-control"))
    changes = {"anode_effect_reduction": {"value": 0.2, "unit": "1"}}
    with_records, _ = assess_case(example("potline-control", changes))
    assert emitted(base, "reference", "cf4") == emitted(base, "solution", "cf4")
    gain = effects(with_records)["G0"] - effects(base)["G0"]
    assert gain == pytest.approx(34_480, rel=DIGITS)


def test_a_controller_that_is_off_saves_nothing(assess_case: Assess, example: Example) -> None:
    """Half the service factor, half the saving."""
    found = [
        effects(assess_case(example("petrochemical-control", {"uptime": share}))[0])["G0"]
        for share in ({"value": 0.9, "unit": "1"}, {"value": 45, "unit": "%"})
    ]
    assert found[1] == pytest.approx(found[0] / 2, rel=1e-9)
