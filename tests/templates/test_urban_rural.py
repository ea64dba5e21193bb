"""The ten urban and rural scenarios: examples by hand, published figures, results below zero.

The arithmetic of every example stands at the top of its file, that of every published figure at
the top of ``published_<template>.yaml``.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from handprint.assess.assess import Assessment
from handprint.assess.document import document
from handprint.case.template import template_files

HERE = Path(__file__).parent

Tree = dict[str, Any]
Run = Callable[..., Tree]
Assess = Callable[..., tuple[Assessment, list[Any]]]

# t CO2e a year by hand, central values.
BY_HAND: dict[str, dict[str, float]] = {
    "adaptive-signals": {"E_ref": 273_980, "G0": 13_354, "H": -5_213, "F": 261, "NER": 7_881},
    "building-automation": {"E_ref": 1_220.9, "G0": 134.4, "H": 0, "F": 8.45, "NER": 115.2},
    "drone-inspection": {"E_ref": 76.5, "G0": 47.3, "H": -3.4, "F": 12.8, "NER": 30.2},
    "park-energy-management": {"E_ref": 21_961, "G0": 1_055.4, "H": 0, "F": 53.8, "NER": 948.9},
    "pedf-building": {"E_ref": 3_158.6, "G0": 194.1, "H": 0, "F": 11.2, "NER": 173.2},
    "smart-district-heating": {"E_ref": 72_629, "G0": 3_854, "H": 0, "F": 75.1, "NER": 3_085},
    "smart-street-lighting": {"E_ref": 4_909.4, "G0": 1_084.3, "H": 0, "F": 205.1, "NER": 825},
    "smart-waste-collection": {"E_ref": 683.0, "G0": 100.7, "H": 0, "F": 10.1, "NER": 85.6},
    "truck-eco-driving": {"E_ref": 64_205, "G0": 2_111, "H": 0, "F": 36.6, "NER": 1_716},
    "water-leak-control": {"E_ref": 19_649, "G0": 1_156, "H": 0, "F": 34.5, "NER": 1_064},
}


# A PEDF building without the other two effects.
ONLY_SHIFTING = dict.fromkeys(("dc_saving", "curtailed_reference", "curtailed_solution"), (0, "1"))


@pytest.fixture
def run(assess_case: Assess, example: Callable[..., Tree]) -> Run:
    """Assess the example of a template, with other inputs given as (value, unit)."""

    def assess_with(name: str, **inputs: tuple[float, str]) -> Tree:
        changes = {key: {"value": value, "unit": unit} for key, (value, unit) in inputs.items()}
        return document(assess_case(example(name, changes))[0], "en")

    return assess_with


@pytest.fixture
def published(assess_case: Assess) -> Run:
    """Assess a case that holds the inputs of a published figure."""

    def assess_published(name: str) -> Tree:
        tree = yaml.safe_load((HERE / f"published_{name}.yaml").read_text("utf-8"))
        return document(assess_case(tree)[0], "en")

    return assess_published


def ner(found: Tree) -> float:
    return float(found["metrics"]["NER"]["value"])


def saved(found: Tree) -> dict[str, float]:
    """Return the energy saved by carrier (kWh)."""
    return {entry["carrier"]: entry["saved"] for entry in found["energy"]}


def test_every_scenario_has_a_hand_calculation() -> None:
    files = template_files().items()
    assert {name for name, path in files if path.parent.name == "urban_rural"} == set(BY_HAND)


@pytest.mark.parametrize("name", BY_HAND)
def test_example_meets_its_hand_calculation(name: str, run: Run) -> None:
    """Within 1 % of the figures at the top of the example."""
    found = run(name)
    values = {**found["effects"], "NER": ner(found)}
    for key, by_hand in BY_HAND[name].items():
        assert values[key] == pytest.approx(by_hand, rel=0.01, abs=1e-9), key


@pytest.mark.parametrize("name", BY_HAND)
def test_nature_of_the_example(name: str, run: Run) -> None:
    """All work on what is there, but the PEDF building is new: its emissions rise by less."""
    nature = "lesser_increase" if name == "pedf-building" else "actual_reduction"
    assert run(name)["verdict"]["nature"] == nature


# Published figures


def test_en15232_office_saves_the_published_energy(published: Run) -> None:
    """288,960 kWh by hand; 291,200 printed, rounded on the way: 0.77 % apart."""
    total = sum(saved(published("building-automation-en15232")).values())
    assert total == pytest.approx(288_960, rel=1e-9)
    assert total == pytest.approx(291_200, rel=0.01)


def test_vendor_calculator_is_met_without_its_money_term(published: Run) -> None:
    """59,620.5 kWh by hand; 73,440 printed, 18.8 % more for tariff and power factor."""
    found = saved(published("building-automation-technoguru"))
    assert found["electricity"] == pytest.approx(59_620.538, rel=1e-6)
    assert found["electricity"] / 73_440 - 1 == pytest.approx(-0.1882, abs=1e-4)


def test_los_angeles_lamps_save_the_published_energy(published: Run) -> None:
    """110,000 x 85 W x 4,100 h = 38,335,000 kWh; x 0.703 kg/kWh = 26,949.5 t, printed 26,950."""
    found = published("smart-street-lighting")
    energy = saved(found)["electricity"]
    assert energy == pytest.approx(38_335_000, rel=1e-9)
    assert energy * 0.703 / 1000 == pytest.approx(26_950, rel=1e-4)
    # making 110,000 lamps is charged: 60 kg / 12 years each = 550 t a year
    (made,) = [line for line in found["lines"] if line["id"] == "lamps-made"]
    assert made["quantity"] == pytest.approx(110_000 * 60 / 1000, rel=1e-9)


def test_predictive_cruise_saves_the_published_share(published: Run) -> None:
    found = published("truck-eco-driving")
    assert found["reduction_rate"] == pytest.approx(0.04, rel=1e-9)
    assert 0.30 * found["reduction_rate"] == pytest.approx(0.012, rel=1e-9)  # of the cost


def test_green_light_saves_the_published_share_and_serves_the_published_traffic(
    published: Run,
) -> None:
    """10 % of the emissions; 30 million passages a month through half a kilometre each."""
    found = published("adaptive-signals")
    assert found["reduction_rate"] == pytest.approx(0.10, rel=1e-9)
    served = found["case"]["functional_unit"]["quantity"]
    assert served / 0.5 / 12 == pytest.approx(30e6, rel=1e-3)


def test_park_platform_gets_the_heat_but_not_the_panels(published: Run) -> None:
    """500 GJ of heat; of the panels' 363,167 kWh, 211 t at 0.581, the 2 % it recovers."""
    found = saved(published("park-energy-management"))
    assert found["other"] == pytest.approx(10_000 * 0.05 / 0.0036, rel=1e-9)
    panels = 340 * 1068.138
    assert panels * 0.581 / 1000 == pytest.approx(211, rel=1e-5)
    assert found["electricity"] == pytest.approx(0.02 * panels, rel=1e-6)


def test_pedf_stays_far_below_a_claim_that_counts_the_panels(run: Run) -> None:
    """Box 7: 100,000 t from 3.5 to 4.0 million m2, 25 to 28.6 kg per m2; shifting gives 3.5.

    Even with the panels' whole output at the grid average, 525 MWh x 0.4419 / 50,000 m2 = 4.6.
    """
    found = run("pedf-building")
    per_area = found["metrics"]["EI"]["value"]
    assert per_area == pytest.approx(3.46, rel=0.01)
    assert per_area + 525_000 * 0.4419 / 50_000 < 100_000 / 4.0e6 * 1000 / 2


# Other carriers and declared choices


def test_gas_boilers_take_the_place_of_bought_heat(run: Run) -> None:
    """1,400 MWh / 0.91 / 38.931 MJ/Nm3 = 142,264 Nm3 x (2.162189 + 0.608) kg = 394.1 t."""
    found = run("building-automation", gas_share=(1, "1"))
    gas = 1_400_000 * 3.6 / 0.91 / 38.931
    power = (300_000 + 900_000) * 0.5554
    by_hand = (gas * (2.162189 + 0.608) + power) / 1000
    assert found["effects"]["E_ref"] == pytest.approx(by_hand, rel=1e-6)


def test_shifting_is_worth_the_gap_between_the_time_slices(run: Run) -> None:
    """Without curtailment and direct current only shifting is left.

    Gap 0.3273: 402 MWh x 0.8273 - (286.36 + 150) MWh x 0.5 - 6.67 t of battery = 107.7 t.
    """
    found = run("pedf-building", **ONLY_SHIFTING)
    by_hand = 402 * 0.8273 - (252 / 0.88 + 150) * 0.5 - 80 / 12
    assert found["effects"]["G0"] == pytest.approx(by_hand, rel=1e-6)


# Below zero under plausible inputs


def test_storage_at_one_average_factor_only_loses(run: Run) -> None:
    """No gap: losses of 34.4 MWh x 0.5 and the battery, 6.7 t, leave -23.8 t before F."""
    found = run("pedf-building", **ONLY_SHIFTING, factor_high=(0.5, "kg CO2/kWh"))
    by_hand = -(252 / 0.88 - 252) * 0.5 - 80 / 12
    assert found["effects"]["G0"] == pytest.approx(by_hand, rel=1e-6)
    assert ner(found) < found["effects"]["G0"]


def test_induced_traffic_turns_green_waves_negative(run: Run) -> None:
    """3 % x 2 of 260,626 t = 15,637 t against 13,354 t saved: NER about -2,544 t."""
    assert ner(run("adaptive-signals", induced=(0.03, "1"))) == pytest.approx(-2_544, rel=0.01)


def test_small_lamps_that_dim_already_do_not_pay_for_stand_by(run: Run) -> None:
    """20,000 x 30 W x 4,100 h x 5 % = 123 MWh = 61.2 t, patrols 7.5 t, less 5 %: 65 t; F 205 t."""
    lamp = (30.0, "W/item")
    found = run(
        "smart-street-lighting", dimming=(0.05, "1"), reference_power=lamp, solution_power=lamp
    )
    assert ner(found) == pytest.approx(0.95 * 68.7 - 205.1, rel=0.01)


def test_docks_and_servers_outweigh_a_small_patrol_fleet(run: Run) -> None:
    """40 docks and three servers: F 10.9 t made and 35.9 t used against G of 43.0 t."""
    found = run("drone-inspection", docks=(40, "device"), servers=(3, "device"))
    assert found["effects"]["F"] == pytest.approx(46.7, rel=0.01)
    assert ner(found) == pytest.approx(-3.8, abs=0.2)


def test_loggers_on_a_village_network_do_not_pay(run: Run) -> None:
    """200,000 m3 a year: 2.6 t of power saved, 1.2 t of repairs, 4.3 t of footprint."""
    found = run(
        "water-leak-control",
        delivered=(200_000, "m3/year"),
        loggers=(200, "device"),
        meters=(10, "device"),
        servers=(1, "device"),
        repairs=(3, "1/year"),
        data=(50, "GB/year"),
    )
    assert found["effects"]["G0"] == pytest.approx(2.55 - 1.2, rel=0.02)
    assert ner(found) == pytest.approx(0.95 * 1.35 - 4.35, rel=0.03)


def test_sensors_in_few_bins_on_short_rounds_do_not_pay(run: Run) -> None:
    """20,000 km and 50,000 bins: 2,025 L = 6.4 t saved, less 5 %, against 10.1 t."""
    found = run(
        "smart-waste-collection",
        distance=(20_000, "vkm/year"),
        emptyings=(50_000, "1/year"),
        special_trips=(0, "vkm/year"),
    )
    litres = 20_000 * 0.15 * 0.475 + 50_000 * 0.20 * 0.06
    by_hand = 0.95 * litres * 0.84 * 3.74677 / 1000 - 10.08
    assert ner(found) == pytest.approx(by_hand, rel=0.01)
    assert by_hand < 0
