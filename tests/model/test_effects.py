"""Effects and metrics on hand-worked numbers: methodology 1.5 to 1.7."""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handprint.model.effects import Effects
from handprint.model.metrics import DEFAULTS, DEFINITIONS, definitions_of

Tree = dict[str, Any]
Compute = Callable[..., Any]
NAMES = ("E_ref", "E_sol", "G0", "rebound", "H", "G", "F")


def numbers(effects: Effects) -> dict[str, float]:
    return {name: float(getattr(effects, name)[0, 0]) for name in (*NAMES, "Q", "ner")}


def metric(definition: str, effects: Effects) -> float:
    return float(DEFINITIONS[definition].function(effects)[0, 0])


def test_worked_case(small_case: Tree, compute: Compute) -> None:
    """E_ref 10,000; E_sol 8,600; R 0.2; 300 t over 5 years; use 140 t; a million parcels."""
    found = compute(small_case).effects
    expected = {"E_ref": 10_000, "E_sol": 8600, "G0": 1400, "rebound": 280, "H": 0, "G": 1120}
    expected |= {"F": 200, "Q": 1e6, "ner": 920}
    assert numbers(found) == pytest.approx(expected, rel=1e-12)
    metrics = {
        "ner.g_minus_f": 920,
        "ei.functional_unit": 0.92,  # kg per parcel
        "ei.baseline_rate": 9.2,  # %
        "vei.footprint_ratio_gross": 5.6,
        "vei.footprint_ratio_prerebound": 7.0,
        "vei.footprint_ratio_net": 4.6,
    }
    for definition, value in metrics.items():
        assert metric(definition, found) == pytest.approx(value, rel=1e-12)


def test_worked_case_assessed(small_case: Tree, assessed: Callable[..., Any]) -> None:
    """R* = 1 - 200/1400; payback 300/(1120 - 140) years; reduction rate 14 %."""
    found = assessed(small_case)
    assert found.break_even_rebound == pytest.approx(1 - 200 / 1400, rel=1e-12)
    assert found.payback_years == pytest.approx(300 / 980, rel=1e-12)
    assert found.reduction_rate == pytest.approx(0.14, rel=1e-12)
    assert found.metrics["EI"].unit == "kg CO2e/parcel"
    assert found.metrics["NER"].value == pytest.approx(920, rel=1e-12)


def test_variants_need_their_denominators(small_case: Tree, assessed: Callable[..., Any]) -> None:
    """920 t over 4,600 connections, 200 万元 and a sector of 92,000 t a year."""
    given_variants = {r.definition.id for r in assessed(small_case).variants}
    assert "ei.ict_activity" not in given_variants
    small_case["ict"]["activity"] = {"quantity": "4600 device", "unit": "device"}
    small_case["ict"]["spend"] = {"quantity": "200 万元/year", "unit": "万元"}
    small_case["assessment"] = {"sector_emissions": {"value": 92_000, "unit": "t CO2e/year"}}
    found = {r.definition.id: (r.value, r.unit) for r in assessed(small_case).variants}
    assert found["ei.ict_activity"] == (pytest.approx(200), "kg CO2e/device")
    assert found["vei.abatement_coefficient"] == (pytest.approx(200), "kg CO2e/device")
    assert found["ei.ict_spend"] == (pytest.approx(4.6), "t CO2e/万元")
    assert found["vei.vertical_share"] == (pytest.approx(1.0), "%")
    assert set(found) | set(DEFAULTS.values()) == set(DEFINITIONS)


def test_share_of_a_sector_over_several_years(
    small_case: Tree, assessed: Callable[..., Any]
) -> None:
    """Three years: 3 x 920 t of a sector of 3 x 92,000 t are 1 %, as in one year."""
    small_case["period"]["years"] = 3
    small_case["assessment"] = {"sector_emissions": {"value": 92_000, "unit": "t CO2e/year"}}
    found = assessed(small_case)
    assert found.metrics["NER"].value == pytest.approx(2760)
    (share,) = [r for r in found.variants if r.definition.id == "vei.vertical_share"]
    assert (share.value, share.unit) == (pytest.approx(1.0), "%")


def test_every_definition_is_named_and_versioned() -> None:
    assert set(DEFAULTS.values()) <= set(DEFINITIONS)
    for key, definition in DEFINITIONS.items():
        assert definition.id == key
        assert definition.version >= 1
        assert definition.formula.startswith(definition.metric + " = ")
    assert definitions_of("VEI")[0].id == "vei.footprint_ratio_gross"


def test_no_footprint(small_case: Tree, assessed: Callable[..., Any]) -> None:
    """F = 0: VEI is null with a status, never infinite; NER is the gross effect; R03 blocks."""
    small_case["ict"]["lines"] = []
    found = assessed(small_case)
    assert found.metrics["VEI"].value is None
    assert found.metrics["VEI"].status.lower() == "undefined_zero_footprint"
    assert found.metrics["NER"].value == pytest.approx(1120)
    assert found.payback_years is None
    assert "R03.zero" in {f.key for f in found.findings}


def test_no_function(small_case: Tree, assessed: Callable[..., Any]) -> None:
    small_case["functional_unit"]["quantity"] = "0 parcel"
    found = assessed(small_case)
    assert found.metrics["EI"].value is None
    assert found.metrics["EI"].status.lower() == "undefined_zero_quantity"
    assert found.metrics["NER"].value == pytest.approx(920)
    assert "R01.zero" in {f.key for f in found.findings}


def test_no_reference_emissions(small_case: Tree, assessed: Callable[..., Any]) -> None:
    """A new service: NER = -8600 - 200; rates are undefined; R is not applied to a loss."""
    small_case["reference"]["lines"] = []
    found = assessed(small_case)
    assert found.metrics["NER"].value == pytest.approx(-8800)
    assert found.reduction_rate is None
    assert found.break_even_rebound is None
    rate = next(r for r in found.variants if r.definition.id == "ei.baseline_rate")
    assert rate.value is None
    assert rate.status.lower() == "undefined_zero_reference"


def test_full_substitution(small_case: Tree, compute: Compute) -> None:
    small_case["solution"] = {"mechanism": "substitute_full", "lines": []}
    found = numbers(compute(small_case).effects)
    assert (found["E_sol"], found["G0"], found["rebound"]) == pytest.approx((0, 10_000, 2000))


def test_negative_effect_has_no_rebound(small_case: Tree, compute: Compute) -> None:
    """G0 = -1000: R max(0, G0) = 0, NER = -1200; nothing is clamped."""
    small_case["solution"]["lines"][0]["quantity"] = "11000 t/year"
    found = numbers(compute(small_case).effects)
    assert (found["G0"], found["rebound"], found["ner"]) == pytest.approx((-1000, 0, -1200))
    assert metric("vei.footprint_ratio_gross", compute(small_case).effects) == pytest.approx(-5)


def test_backfire(small_case: Tree, compute: Compute) -> None:
    """R = 1.5 takes back more than the gross effect: G = -700."""
    small_case["higher_order"]["rebound"]["share"] = 1.5
    found = numbers(compute(small_case).effects)
    assert (found["G"], found["ner"]) == pytest.approx((-700, -900))


def test_negative_rebound(small_case: Tree, compute: Compute) -> None:
    small_case["higher_order"]["rebound"]["share"] = -0.1
    assert numbers(compute(small_case).effects)["G"] == pytest.approx(1540)


def test_embedded_rebound_is_not_taken_twice(small_case: Tree, compute: Compute) -> None:
    small_case["higher_order"]["rebound"] = {"status": "embedded_in_measurement", "share": 0.2}
    assert numbers(compute(small_case).effects)["rebound"] == 0


def test_higher_order_lines_are_emissions(small_case: Tree, compute: Compute) -> None:
    """50 t induced: H = -50, NER = 870; a credit of 30 t raises it again."""
    line = {
        "id": "induced",
        "quantity": "50 t/year",
        "factor": small_case["ict"]["lines"][1]["factor"],
    }
    small_case["higher_order"]["lines"] = [line]
    assert numbers(compute(small_case).effects)["H"] == pytest.approx(-50)
    assert numbers(compute(small_case).effects)["ner"] == pytest.approx(870)
    credit = {**line, "id": "less", "quantity": "-30 t/year", "credit": True, "reason": "measured"}
    small_case["higher_order"]["lines"].append(credit)
    found = compute(small_case).effects
    assert numbers(found)["H"] == pytest.approx(-20)


def test_break_even_counts_higher_order(small_case: Tree, assessed: Callable[..., Any]) -> None:
    factor = small_case["ict"]["lines"][1]["factor"]
    line = {"id": "induced", "quantity": "50 t/year", "factor": factor}
    small_case["higher_order"]["lines"] = [line]
    found = assessed(small_case)
    assert found.break_even_rebound == pytest.approx(1 - 250 / 1400)
    small_case["higher_order"]["rebound"]["share"] = 1 - 250 / 1400
    assert assessed(small_case).metrics["NER"].value == pytest.approx(0, abs=1e-9)


def test_normalised_to_the_reference(small_case: Tree, compute: Compute) -> None:
    """The solution delivers 1.2 million parcels with 8,600 t: per million, 7,166.7 t."""
    small_case["functional_unit"] |= {"solution": "1200000 parcel", "normalise": True}
    found = numbers(compute(small_case).effects)
    assert found["E_sol"] == pytest.approx(8600 / 1.2)
    assert found["Q"] == pytest.approx(1e6)
    small_case["functional_unit"]["normalise"] = False
    assert numbers(compute(small_case).effects)["E_sol"] == pytest.approx(8600)


def test_rate_as_functional_unit_is_integrated(small_case: Tree, compute: Compute) -> None:
    small_case["period"] = {"start": "2022-07-01", "duration": "42 month"}
    small_case["functional_unit"]["quantity"] = "1000 parcel/d"
    assert numbers(compute(small_case).effects)["Q"] == pytest.approx(3.5 * 365 * 1000)


# ---- identities (methodology 1.6), whatever the numbers

amounts = st.floats(0, 1e9, allow_nan=False)
shares = st.floats(-0.5, 2.0, allow_nan=False)


def made(e_ref: float, e_sol: float, f: float, h: float, r: float, q: float) -> Effects:
    """Effects by the definitions of the design, on plain numbers."""
    g0 = e_ref - e_sol
    taken = r * max(0.0, g0)
    values = {"E_ref": e_ref, "E_sol": e_sol, "G0": g0, "rebound": taken, "H": h}
    values |= {"G": g0 - taken + h, "F": f, "share": r, "Q": q}
    return Effects(**{name: np.array([[value]]) for name, value in values.items()})


@settings(max_examples=200)
@given(
    e_ref=st.floats(1, 1e9), e_sol=amounts, f=st.floats(1e-3, 1e8), h=st.floats(-1e6, 1e6),
    r=shares, q=st.floats(1e-3, 1e9),
)  # fmt: skip
def test_identities(e_ref: float, e_sol: float, f: float, h: float, r: float, q: float) -> None:
    e = made(e_ref, e_sol, f, h, r, q)
    ner, scale = metric("ner.g_minus_f", e), abs(e_ref) + e_sol + f + abs(h)
    vei, net = metric("vei.footprint_ratio_gross", e), metric("vei.footprint_ratio_net", e)
    assert ner == pytest.approx(f * (vei - 1), abs=1e-9 * scale, rel=1e-9)
    assert ner == pytest.approx(f * net, abs=1e-9 * scale, rel=1e-9)
    assert ner == pytest.approx(metric("ei.functional_unit", e) * q / 1000, abs=1e-9 * scale)
    assert ner == pytest.approx(metric("ei.baseline_rate", e) * e_ref / 100, abs=1e-9 * scale)
    assert np.sign(ner) == np.sign(vei - 1) or abs(ner) < 1e-9 * scale


@given(e_ref=st.floats(10, 1e6), rate=st.floats(0.01, 0.9), f=st.floats(0.1, 1e5))
def test_ner_is_positive_below_the_break_even_rebound(e_ref: float, rate: float, f: float) -> None:
    g0 = e_ref * rate
    star = 1 - f / g0
    below, above = (made(e_ref, e_ref - g0, f, 0, star + d, 1) for d in (-1e-6, 1e-6))
    assert below.ner[0, 0] > 0 > above.ner[0, 0]


def test_undefined_ratios_are_not_a_number_and_never_infinite() -> None:
    e = made(0, 0, 0, 0, 0, 0)
    undefined = {
        k for k, d in DEFINITIONS.items() if d.applies(e) and not np.isfinite(metric(k, e))
    }
    assert undefined == {
        "ei.functional_unit", "ei.baseline_rate", "vei.footprint_ratio_gross",
        "vei.footprint_ratio_prerebound", "vei.footprint_ratio_net",
    }  # fmt: skip
    assert all(np.isnan(metric(key, e)) for key in undefined)


def test_order_of_lines_does_not_matter(small_case: Tree, compute: Compute) -> None:
    reversed_case = copy.deepcopy(small_case)
    reversed_case["ict"]["lines"].reverse()
    first, second = (numbers(compute(tree).effects) for tree in (small_case, reversed_case))
    assert first == pytest.approx(second, rel=1e-15)
