"""What must hold whatever the case: order, units, seeds, prefixes, monotonicity."""

import copy
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handprint.assess.document import document
from handprint.core.files import to_json

Tree = dict[str, Any]
Compute = Callable[..., Any]
FIELDS = ("E_ref", "E_sol", "G0", "rebound", "H", "G", "F", "Q")
FEWER = settings(max_examples=40)  # each binds and evaluates a case
# From nothing on; what lies between nothing and 1e-100 is no amount, and is refused.
AMOUNTS = st.floats(0, 400).map(lambda number: round(number, 9))
GRID = {"value": 0.55, "gsd": 1.1, "unit": "kg CO2/kWh", "source": "made up", "year": 2022}


@pytest.fixture
def meters(small_case: Tree) -> Tree:
    """An uncertain case with sites, a rebound and two energy inputs."""
    small_case["inputs"] = {
        "use": {"value": 900, "sd": 9, "unit": "kWh/t"},
        "saving": {"low": 50, "mode": 80, "high": 120, "unit": "kWh/t"},
        "servers": {"value": 20, "unit": "device"},
    }
    small_case["sites"] = [
        {"id": name, "inputs": {"output": {"value": value, "gsd": 1.05, "unit": "t/year"}}}
        for name, value in (("north", 1000), ("south", 3000), ("east", 500))
    ]
    small_case["functional_unit"] = {"quantity": "output", "unit": "t"}
    small_case["reference"]["lines"] = [
        {"id": "power", "quantity": "output * use", "factor": GRID},
        {
            "id": "steam",
            "quantity": "output * 2 GJ/t",
            "factor": {"value": 60, "unit": "kg CO2/GJ"},
        },
    ]
    small_case["solution"]["lines"] = [
        {"id": "power", "quantity": "output * (use - saving)", "factor": GRID},
        {
            "id": "steam",
            "quantity": "output * 1.9 GJ/t",
            "factor": {"value": 60, "unit": "kg CO2/GJ"},
        },
    ]
    small_case["ict"]["lines"] = [
        {"id": "run", "stage": "use", "quantity": "servers * 400 W/device", "factor": GRID},
        {"id": "made", "stage": "manufacture", "quantity": "servers", "lifetime": "5 year",
         "factor": {"value": 1200, "gsd": 1.5, "unit": "kg CO2e/device"}},
    ]  # fmt: skip
    small_case["higher_order"]["rebound"]["share"] = {"low": 0, "mode": 0.1, "high": 0.3}
    return small_case


def same(first: Any, second: Any, *, rel: float) -> None:
    for name in FIELDS:
        a, b = getattr(first.effects, name), getattr(second.effects, name)
        np.testing.assert_allclose(a, b, rtol=rel, atol=1e-9, err_msg=name)


def test_order_of_everything_does_not_matter(meters: Tree, compute: Compute) -> None:
    """Inputs, sites and lines reversed: the same draws, the same results."""
    turned = copy.deepcopy(meters)
    turned["inputs"] = dict(reversed(turned["inputs"].items()))
    turned["sites"].reverse()
    for scenario in ("reference", "solution", "ict"):
        turned[scenario]["lines"].reverse()
    same(compute(meters, draws=500), compute(turned, draws=500), rel=1e-12)


def test_other_cases_do_not_matter(meters: Tree, assessed: Callable[..., Any]) -> None:
    """A case has the same bytes alone and after another case."""
    alone = to_json(document(assessed(meters, 500), "en"))
    assessed({**meters, "id": "other"}, 700)
    assert to_json(document(assessed(meters, 500), "en")) == alone


def test_unrelated_inputs_do_not_move_the_draws(meters: Tree, compute: Compute) -> None:
    more = copy.deepcopy(meters)
    more["inputs"] = {"another": {"value": 1, "sd": 0.5, "unit": "kWh"}, **more["inputs"]}
    same(compute(meters, draws=500), compute(more, draws=500), rel=0)


@pytest.mark.parametrize(
    ("unit", "scale"), [("MWh/t", 1e-3), ("Wh/kg", 1.0), ("万千瓦时/吨", 1e-4), ("GJ/t", 0.0036)]
)
def test_units_do_not_matter(meters: Tree, compute: Compute, unit: str, scale: float) -> None:
    """The same quantity in other units gives the same draws to 1e-12."""
    other = copy.deepcopy(meters)
    for spec in (other["inputs"]["use"], other["inputs"]["saving"]):
        for name in {"value", "sd", "low", "mode", "high"} & spec.keys():
            spec[name] *= scale
        spec["unit"] = unit
    same(compute(meters, draws=500), compute(other, draws=500), rel=1e-12)


@pytest.mark.parametrize(
    ("unit", "scale"), [("t CO2/MWh", 1.0), ("g CO2/kWh", 1e3), ("t CO2/GWh", 1e3)]
)
def test_units_of_factors_do_not_matter(
    meters: Tree, compute: Compute, unit: str, scale: float
) -> None:
    """Central values: the content of an inline factor is its identity, so draws may differ."""
    text = json.dumps(meters)
    old = json.dumps(GRID)
    new = json.dumps({**GRID, "value": GRID["value"] * scale, "unit": unit})
    assert text.count(old) == 3
    same(compute(meters), compute(json.loads(text.replace(old, new))), rel=1e-12)


def test_same_seed_same_bytes(meters: Tree, assessed: Callable[..., Any]) -> None:
    first, second = (to_json(document(assessed(meters, 500, 3), "zh")) for _ in range(2))
    assert first == second
    assert to_json(document(assessed(meters, 500, 4), "zh")) != first


def test_first_draws_are_a_prefix(meters: Tree, compute: Compute) -> None:
    """10,000 draws are the first half of 20,000."""
    few, many = compute(meters, draws=10_000), compute(meters, draws=20_000)
    for name in FIELDS:
        a, b = getattr(few.effects, name), getattr(many.effects, name)
        np.testing.assert_array_equal(a, b[:, : a.shape[1]], err_msg=name)


def test_other_seeds_agree_within_the_sampling_error(meters: Tree, compute: Compute) -> None:
    medians = [np.median(compute(meters, 4000, seed).effects.ner) for seed in range(1, 6)]
    spread = np.std(compute(meters, 4000).effects.ner)
    assert np.ptp(medians) < 10 * 1.25 * spread / np.sqrt(4000)


@FEWER
@given(factor=st.floats(0.01, 100))
def test_everything_scales_with_the_output(meters: Tree, compute: Compute, factor: float) -> None:
    """Twice the output, twice the emissions of the activity; F stays; EI of G stays."""
    larger = copy.deepcopy(meters)
    for site in larger["sites"]:
        site["inputs"]["output"]["value"] *= factor
    a, b = compute(meters).effects, compute(larger).effects
    for name in ("E_ref", "E_sol", "G0", "rebound", "G", "Q"):
        np.testing.assert_allclose(getattr(b, name), factor * getattr(a, name), rtol=1e-9)
    np.testing.assert_allclose(b.F, a.F, rtol=1e-12)


@FEWER
@given(low=AMOUNTS, more=st.floats(0.1, 400))
def test_more_saving_is_never_worse(
    meters: Tree, compute: Compute, low: float, more: float
) -> None:
    results = []
    for saving in (low, low + more):
        meters["inputs"]["saving"] = {"value": saving, "unit": "kWh/t"}
        results.append(float(compute(meters).effects.ner[0, 0]))
    assert results[0] < results[1]


@FEWER
@given(servers=AMOUNTS, more=st.floats(1, 1e4))
def test_more_ict_is_never_better(
    meters: Tree, compute: Compute, servers: float, more: float
) -> None:
    results = []
    for count in (servers, servers + more):
        meters["inputs"]["servers"] = {"value": count, "unit": "device"}
        results.append(compute(meters).effects)
    assert results[0].F[0, 0] < results[1].F[0, 0]
    assert results[0].ner[0, 0] > results[1].ner[0, 0]
    assert results[0].G[0, 0] == results[1].G[0, 0]


@FEWER
@given(months=st.integers(1, 120), start_month=st.integers(1, 12))
def test_rates_integrate_to_the_length_of_the_period(
    meters: Tree, compute: Compute, months: int, start_month: int
) -> None:
    """However a period lies in the calendar, n months are n twelfths of a year."""
    tree = copy.deepcopy(meters)
    tree["period"] = {"start": f"2022-{start_month:02d}-01", "duration": f"{months} month"}
    one_year = float(compute(meters).effects.E_ref[0, 0])
    assert float(compute(tree).effects.E_ref[0, 0]) == pytest.approx(one_year * months / 12)


def test_the_document_adds_up(meters: Tree, assessed: Callable[..., Any]) -> None:
    """Ledger, lines, years and effects are one calculation seen four ways."""
    meters["period"] = {"start": "2022-07-01", "duration": "30 month"}
    meters["solution"]["lines"].append(
        {"id": "worse-later", "quantity": "9000 t", "year": 2024,
         "factor": {"value": 1, "unit": "t CO2e/t"}}
    )  # fmt: skip
    shown = document(assessed(meters, 200), "en")
    effects = shown["effects"]
    names = {"reference": "E_ref", "solution": "E_sol", "ict": "F"}
    for scenario, effect in names.items():
        for part, key in (("ledger", "t_co2e"), ("lines", "emissions")):
            total = sum(row[key] for row in shown[part] if row["scenario"] == scenario)
            assert total == pytest.approx(effects[effect], rel=1e-12)
    for effect in ("E_ref", "E_sol", "G0", "F", "H"):
        assert sum(row[effect] for row in shown["years"]) == pytest.approx(effects[effect])
    ner = shown["metrics"]["NER"]["value"]
    assert sum(row["NER"] for row in shown["years"]) == pytest.approx(ner)
    assert ner == pytest.approx(effects["G"] - effects["F"])
    assert sum(row["fraction"] for row in shown["years"]) == pytest.approx(2.5)
    assert sum(d["share_of_variance"] for d in shown["drivers"]) == pytest.approx(1)
    json.loads(to_json(shown))


def test_a_year_of_loss_does_not_break_the_sum(
    small_case: Tree, assessed: Callable[..., Any]
) -> None:
    """G0 is +2,800 in 2022 and -1,400 in 2023: the rebound of the whole is spread over both."""
    small_case["period"] = {"start": 2022, "years": 2}
    factor = small_case["reference"]["lines"][0]["factor"]
    small_case["solution"]["lines"] = [
        {"id": "early", "quantity": "7200 t/year", "until": 2022, "factor": factor},
        {"id": "late", "quantity": "11400 t/year", "from": 2023, "factor": factor},
    ]
    shown = document(assessed(small_case), "en")
    assert shown["effects"]["rebound"] == pytest.approx(0.2 * 1400)
    total = sum(row["NER"] for row in shown["years"])
    assert total == pytest.approx(shown["metrics"]["NER"]["value"])
