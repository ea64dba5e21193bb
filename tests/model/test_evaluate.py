"""The ledger on hand-worked lines: rates, amounts, stocks, years, sites, gases."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from handprint.factors.factor import Library
from handprint.factors.resolve import resolve
from handprint.model.columns import central_columns
from handprint.model.evaluate import evaluate

Tree = dict[str, Any]
Compute = Callable[..., Any]
PER_TONNE = {"value": 1, "unit": "t CO2e/t", "source": "made up", "year": 2022}


@pytest.fixture
def years(small_case: Tree) -> Tree:
    """The small case over 42 months from July 2022: 184/365, 1, 1 and the rest of 2025."""
    small_case["period"] = {"start": "2022-07-01", "duration": "42 month"}
    return small_case


FRACTIONS = [184 / 365, 1, 1, 3.5 - 2 - 184 / 365]


def yearly(computed: Any, line: str, scenario: str = "ict") -> list[float]:
    """Return the emissions of a line per year, summed over gases and sites [t]."""
    count = len(computed.model.calendar.years)
    entries = [e for e in computed.ledger if (e.line.id, e.line.scenario) == (line, scenario)]
    parts = [np.broadcast_to(e.emissions, (1, count, 1))[0, :, 0] for e in entries if not e.memo]
    return [float(x) / 1000 for x in np.sum(parts, axis=0)]


def with_line(tree: Tree, **line: Any) -> Tree:
    tree["ict"]["lines"] = [{"id": "x", "stage": "use", "factor": PER_TONNE, **line}]
    return tree


def test_rate_is_integrated_over_the_period(years: Tree, compute: Compute) -> None:
    found = yearly(compute(with_line(years, quantity="100 t/year")), "x")
    assert found == pytest.approx([100 * f for f in FRACTIONS])
    assert sum(found) == pytest.approx(350)


def test_rate_per_day_and_power(years: Tree, compute: Compute) -> None:
    """A day is 1/365 year; 1 kW over 3.5 years is 30,660 kWh."""
    found = compute(with_line(years, quantity="1 t/d"))
    assert sum(yearly(found, "x")) == pytest.approx(3.5 * 365)
    power = with_line(years, quantity="1 kW", factor={"value": 1, "unit": "kg CO2e/kWh"})
    assert sum(yearly(compute(power), "x")) == pytest.approx(3.5 * 8760 / 1000)


def test_amount_counts_once_in_the_first_year(years: Tree, compute: Compute) -> None:
    assert yearly(compute(with_line(years, quantity="100 t")), "x") == pytest.approx([100, 0, 0, 0])


def test_amount_in_a_named_year_takes_that_years_factor(years: Tree, compute: Compute) -> None:
    found = yearly(compute(with_line(years, quantity="100 t", year=2024)), "x")
    assert found == pytest.approx([0, 0, 100, 0])
    years["period"] = {"start": 2021, "years": 2}
    line = {"quantity": "1 GWh", "factor": "electricity.grid"}
    first = sum(yearly(compute(with_line(years, **line)), "x"))
    second = sum(yearly(compute(with_line(years, **line, year=2022)), "x"))
    assert (first, second) == pytest.approx((556.8, 536.6))  # China 2021 and 2022, t per GWh


def test_stock_is_amortised(years: Tree, compute: Compute) -> None:
    """300 t over a life of 5 years: 60 t a year in use, 210 t over 3.5 years."""
    found = yearly(compute(with_line(years, quantity="300 t", lifetime="5 year")), "x")
    assert found == pytest.approx([60 * f for f in FRACTIONS])
    assert sum(found) == pytest.approx(210)


def test_stock_longer_than_its_life_is_made_again(years: Tree, compute: Compute) -> None:
    found = compute(with_line(years, quantity="300 t", lifetime="1 year"))
    assert sum(yearly(found, "x")) == pytest.approx(300 * 3.5)


def test_stock_keeps_the_factor_of_its_first_year(small_case: Tree, compute: Compute) -> None:
    """Made in 2021 with the grid of 2021 (0.5568), also for its use in 2022 (0.5366)."""
    small_case["period"] = {"start": 2021, "years": 2}
    line = {"quantity": "1 GWh", "lifetime": "2 year", "factor": "electricity.grid"}
    assert yearly(compute(with_line(small_case, **line)), "x") == pytest.approx([278.4, 278.4])
    running = with_line(small_case, quantity="1 GWh/year", factor="electricity.grid")
    assert yearly(compute(running), "x") == pytest.approx([556.8, 536.6])


def test_stock_bought_later_takes_the_factor_of_that_year(
    small_case: Tree, compute: Compute
) -> None:
    """1 GWh made in 2022 (0.5366 kg/kWh) over two years: 268.3 t in 2022 and in 2023 (0.5306)."""
    small_case["period"] = {"start": 2021, "years": 3}
    line = {"quantity": "1 GWh", "lifetime": "2 year", "factor": "electricity.grid", "from": 2022}
    found = yearly(compute(with_line(small_case, **line)), "x")
    assert found == pytest.approx([0, 268.3, 268.3])


def test_stock_and_a_factor_of_every_year(small_case: Tree, compute: Compute) -> None:
    """300 t over 5 years, in use from the second year: that year's factor, 2 of 1, 2, 4, stays."""
    small_case["period"] = {"start": 2022, "years": 3}
    line = {"quantity": "300 t", "lifetime": "5 year", "from": 2023}
    model = compute(with_line(small_case, **line)).model
    (stock,) = [line for line in model.lines if line.id == "x"]
    changing = {stock.factor.components[0].column: np.array([1.0, 2.0, 4.0])[None, :, None]}
    ledger = evaluate(model, {**central_columns(model.columns), **changing})
    (found,) = [entry.emissions[0, :, 0] / 1000 for entry in ledger if entry.line.id == "x"]
    assert found.tolist() == pytest.approx([0, 120, 120])


def test_from_and_until(years: Tree, compute: Compute) -> None:
    line = {"quantity": "100 t/year", "from": 2023, "until": 2024}
    assert yearly(compute(with_line(years, **line)), "x") == pytest.approx([0, 100, 100, 0])
    line = {"quantity": "100 t", "from": 2024}
    assert yearly(compute(with_line(years, **line)), "x") == pytest.approx([0, 0, 100, 0])


def test_staged_reference(years: Tree, compute: Compute) -> None:
    """The old equipment until 2023, the market from 2024 (early replacement)."""
    years["reference"]["lines"] = [
        {"id": "old", "quantity": "100 t/year", "until": 2023, "factor": PER_TONNE},
        {"id": "market", "quantity": "80 t/year", "from": 2024, "factor": PER_TONNE},
    ]
    expected = 100 * (FRACTIONS[0] + 1) + 80 * (1 + FRACTIONS[3])
    assert float(compute(years).effects.E_ref[0, 0]) == pytest.approx(expected)


def test_share(small_case: Tree, compute: Compute) -> None:
    assert yearly(compute(with_line(small_case, quantity="100 t/year", share="20 %")), "x") == (
        pytest.approx([20])
    )
    small_case["inputs"] = {"users": {"value": 3, "unit": "person"}}
    part = with_line(small_case, quantity="100 t", lifetime="4 year", share="users / 12 person")
    assert yearly(compute(part), "x") == pytest.approx([100 / 4 * 3 / 12])


def test_inputs_by_year(years: Tree, compute: Compute) -> None:
    by_year = {"2022": 10, "2023": {"value": 0.02, "unit": "kt/year"}, "2024": 30, "2025": 40}
    years["inputs"] = {"x": {"unit": "t/year", "by_year": by_year}}
    expected = [10 * FRACTIONS[0], 20, 30, 40 * FRACTIONS[3]]
    assert yearly(compute(with_line(years, quantity="x")), "x") == pytest.approx(expected)


def test_amount_of_one_year_of_a_yearly_input(years: Tree, compute: Compute) -> None:
    values = {"2022": 10, "2023": 20, "2024": 30, "2025": 40}
    years["inputs"] = {"x": {"unit": "t", "by_year": values}}
    found = yearly(compute(with_line(years, quantity="x", year=2024)), "x")
    assert found == pytest.approx([0, 0, 30, 0])


SITES = [
    {"id": "a", "region": "CN", "inputs": {"power": {"value": 1, "unit": "GWh/year"}}},
    {"id": "b", "region": "GB", "inputs": {"power": {"value": 2, "unit": "GWh/year"}}},
]


def test_lines_with_site_inputs_are_summed_over_sites(
    small_case: Tree, compute: Compute, library: Library
) -> None:
    """1 GWh on the grid of China (530.6 t in 2023) and 2 GWh on that of Britain."""
    small_case["period"]["start"] = 2023
    small_case["sites"] = SITES
    found = compute(with_line(small_case, quantity="power", factor="electricity.grid"))
    by_site = {
        (e.line.site, e.line.region): float(e.emissions.sum()) / 1000
        for e in found.ledger
        if e.line.id == "x" and e.gas in ("CO2", "CO2e")
    }
    british = resolve(library, "electricity.grid", region="GB", years=(2023,)).factors[0][0].value
    assert by_site["a", "CN"] == pytest.approx(530.6)
    assert by_site["b", "GB"] == pytest.approx(2000 * british)
    assert len(by_site) == 2


def test_site_input_goes_before_the_common_one(small_case: Tree, compute: Compute) -> None:
    small_case["sites"] = [
        {"id": "a", "inputs": {"heat": {"value": 5, "unit": "t/year"}}},
        {"id": "b"},
    ]
    small_case["inputs"] = {"heat": {"value": 7, "unit": "t/year"}}
    found = compute(with_line(small_case, quantity="heat"))
    assert yearly(found, "x") == pytest.approx([12])
    small_case["ict"]["lines"][0]["site"] = "b"
    assert yearly(compute(small_case), "x") == pytest.approx([7])


def test_share_and_lifetime_of_a_site(small_case: Tree, compute: Compute) -> None:
    """Where only the share differs between sites, the line is still summed over them."""
    small_case["sites"] = [
        {"id": "a", "inputs": {"part": {"value": 0.1, "unit": 1}}},
        {"id": "b", "inputs": {"part": {"value": 0.3, "unit": 1}}},
    ]
    found = compute(with_line(small_case, quantity="100 t/year", share="part"))
    assert yearly(found, "x") == pytest.approx([40])


def test_functional_unit_is_summed_over_sites(small_case: Tree, compute: Compute) -> None:
    small_case["sites"] = SITES
    small_case["functional_unit"] = {"quantity": "power", "unit": "MWh"}
    assert float(compute(small_case).effects.Q[0, 0]) == pytest.approx(3000)


@pytest.mark.parametrize(
    ("assessment", "gwp"),
    # IPCC: R410A is half HFC-32, half HFC-125
    [("AR4", (675 + 3500) / 2), ("AR5", (677 + 3170) / 2), ("AR6", (771 + 3740) / 2)],
)
def test_refrigerant_leak(small_case: Tree, compute: Compute, assessment: str, gwp: float) -> None:
    """100 kg of charge, 5 % leaking a year."""
    small_case["assessment"] = {"gwp": assessment}
    small_case["inputs"] = {
        "charge": {"value": 100, "unit": "kg"},
        "leak": {"value": 5, "unit": "%/year"},
    }
    line = {"quantity": "charge * leak", "gas": "R410A", "factor": None}
    assert yearly(compute(with_line(small_case, **line)), "x") == pytest.approx([5 * gwp / 1000])


@pytest.mark.parametrize(("assessment", "gwp"), [("AR4", 25), ("AR5", 28), ("AR6", 27.9)])
def test_methane(small_case: Tree, compute: Compute, assessment: str, gwp: float) -> None:
    """AR4 25, AR5 28, AR6 27.9 (IPCC, methane of unspecified origin), by quantity or by factor."""
    small_case["assessment"] = {"gwp": assessment}
    direct = with_line(small_case, quantity="2 t CH4/year", factor=None)
    assert yearly(compute(direct), "x") == pytest.approx([2 * gwp])
    factor = {"value": 2, "unit": "kg CH4/t"}
    by_factor = with_line(small_case, quantity="1000 t/year", factor=factor)
    assert yearly(compute(by_factor), "x") == pytest.approx([2 * gwp])


def test_biogenic_co2_is_a_memo(small_case: Tree, compute: Compute) -> None:
    """Wood: its CO2 is shown and in no total; its CH4 and N2O count."""
    small_case["solution"]["lines"].append(
        {"id": "wood", "quantity": "10 TJ/year", "factor": "fuel.wood.combustion"}
    )
    found = compute(small_case)
    wood = {e.gas: e for e in found.ledger if e.line.id == "wood"}
    assert {gas for gas, e in wood.items() if e.memo} == {"CO2_biogenic"}
    assert float(wood["CO2_biogenic"].emissions.sum()) == pytest.approx(1_120_000)  # 112 t/TJ
    counted = sum(float(e.emissions.sum()) for e in wood.values() if not e.memo) / 1000
    # IPCC 2006: 30 kg CH4 and 4 kg N2O per TJ, AR6 27.9 and 273
    assert counted == pytest.approx((300 * 27.9 + 40 * 273) / 1000)
    assert float(found.effects.E_sol[0, 0]) == pytest.approx(8600 + counted)


def test_line_declared_biogenic(small_case: Tree, compute: Compute) -> None:
    factor = {"value": 1.5, "unit": "t CO2/t"}
    found = compute(with_line(small_case, quantity="10 t/year", gas="CO2_biogenic", factor=factor))
    assert float(found.effects.F[0, 0]) == 0
    (entry,) = [e for e in found.ledger if e.line.id == "x"]
    assert entry.memo
    assert float(entry.emissions.sum()) == pytest.approx(15_000)


@pytest.mark.parametrize(("gas", "counted"), [("CO2", 0), ("CO2e", 0), ("CH4", 15 * 27.9)])
def test_biogenic_carbon_by_the_gas_of_its_factor(
    small_case: Tree, compute: Compute, gas: str, counted: float
) -> None:
    """10 t at 1.5 t/t, declared biogenic: a memo of 15 t; only methane counts (AR6 27.9)."""
    factor = {"value": 1.5, "unit": f"t {gas}/t"}
    wood = {"id": "wood", "quantity": "10 t/year", "gas": "CO2_biogenic", "factor": factor}
    small_case["solution"]["lines"].append(wood)
    found = compute(small_case)
    assert float(found.effects.E_sol[0, 0]) == pytest.approx(8600 + counted)
    (entry,) = [e for e in found.ledger if e.line.id == "wood"]
    assert entry.memo is (counted == 0)
    assert float(entry.emissions.sum()) / 1000 == pytest.approx(counted or 15)


def test_memo_is_solution_minus_reference(small_case: Tree, assessed: Callable[..., Any]) -> None:
    wood = {"id": "wood", "factor": {"value": 1, "unit": "t CO2_biogenic/t"}}
    small_case["reference"]["lines"].append({**wood, "quantity": "10 t/year"})
    small_case["solution"]["lines"].append({**wood, "quantity": "4 t/year"})
    assert assessed(small_case).biogenic == pytest.approx(-6)


def test_credit(small_case: Tree, compute: Compute) -> None:
    small_case["solution"]["lines"].append(
        {
            "id": "heat",
            "quantity": "-100 t/year",
            "factor": PER_TONNE,
            "credit": True,
            "reason": "district heat replaced",
        }
    )
    assert float(compute(small_case).effects.E_sol[0, 0]) == pytest.approx(8500)


def test_shared_inputs_and_factors_are_one_column(small_case: Tree, compute: Compute) -> None:
    """The same uncertain inline factor in both scenarios is drawn once: G0 keeps its sign."""
    factor = {"value": 1, "gsd": 2.0, "unit": "t CO2e/t"}
    for scenario in ("reference", "solution"):
        small_case[scenario]["lines"][0]["factor"] = factor
    found = compute(small_case, draws=2000)
    assert len({e.line.factor.key for e in found.ledger if e.line.id == "activity"}) == 1
    ratio = found.effects.E_sol[0] / found.effects.E_ref[0]
    np.testing.assert_allclose(ratio, 0.86, rtol=1e-12)


def test_correlation_group(small_case: Tree, compute: Compute) -> None:
    spread = {"sd": 1, "unit": "t/year", "value": 100}
    small_case["inputs"] = {name: {**spread, "group": "meter"} for name in ("meter_a", "meter_b")}
    small_case["inputs"]["meter_c"] = spread
    columns = compute(small_case).model.columns
    identities = [columns[name].identity for name in ("meter_a", "meter_b", "meter_c")]
    assert identities[0] == identities[1] != identities[2]
