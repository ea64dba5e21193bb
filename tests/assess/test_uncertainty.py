"""Intervals, verdicts and drivers; shared and independent factors (methodology 4.4)."""

import copy
from collections.abc import Callable
from math import exp
from typing import Any

import numpy as np
import pytest
from scipy import stats

from handprint.assess.uncertainty import Summary, convergence, summarise, verdict

Tree = dict[str, Any]
Assessed = Callable[..., Any]


@pytest.fixture
def two_meters(small_case: Tree) -> Tree:
    """1,000 MWh against 850 MWh, 5 % each; a factor of 0.6 t/MWh with 10 %; no footprint.

    All lognormal: sigma of ln x is 0.05 and 0.1.
    """
    small_case["inputs"] = {
        "before": {"value": 1000, "gsd": exp(0.05), "unit": "MWh/year"},
        "after": {"value": 850, "gsd": exp(0.05), "unit": "MWh/year"},
    }
    factor = {"value": 0.6, "gsd": exp(0.1), "unit": "t CO2/MWh", "source": "x", "year": 2022}
    for scenario, name in (("reference", "before"), ("solution", "after")):
        small_case[scenario]["lines"] = [{"id": "power", "quantity": name, "factor": factor}]
    small_case["ict"]["lines"] = []
    small_case["higher_order"]["rebound"] = {"status": "embedded_in_measurement"}
    return small_case


def test_shared_factor(two_meters: Tree, assessed: Assessed) -> None:
    """Median 90 t, 95 % interval 13 to 174 t, P(NER > 0) 0.99."""
    found = assessed(two_meters, draws=100_000)
    ner = found.metrics["NER"].summary
    assert ner.p50 == pytest.approx(90, abs=1.5)
    assert ner.p2_5 == pytest.approx(13, abs=2)
    assert ner.p97_5 == pytest.approx(174, abs=2)
    assert found.probability == pytest.approx(0.99, abs=0.005)
    assert found.verdict == "robust"  # P5 about 25 t


def test_independent_factors(two_meters: Tree, assessed: Assessed) -> None:
    """Drawn apart, -82 to 269 t, P 0.85: the sharing changes the verdict."""
    line = two_meters["solution"]["lines"][0]
    line["factor"] = {**line["factor"], "note": "another meter"}
    found = assessed(two_meters, draws=100_000)
    ner = found.metrics["NER"].summary
    assert ner.p50 == pytest.approx(90, abs=1.5)
    assert ner.p2_5 == pytest.approx(-82, abs=3)
    assert ner.p97_5 == pytest.approx(269, abs=3)
    assert found.probability == pytest.approx(0.85, abs=0.005)
    assert found.verdict == "inconclusive"


def test_correlated_meters_narrow_the_interval(two_meters: Tree, assessed: Assessed) -> None:
    """Both meters in one group: NER = 0.6 x 150 x (1 + 0.05 z): 95 % of the factor's spread."""
    for spec in two_meters["inputs"].values():
        spec["group"] = "meter"
    factor = two_meters["reference"]["lines"][0]["factor"]
    del factor["gsd"]
    two_meters["solution"]["lines"][0]["factor"] = factor
    found = assessed(two_meters, draws=50_000).metrics["NER"].summary
    assert found.p97_5 - found.p2_5 == pytest.approx(90 * 0.05 * 2 * 1.96, rel=0.03)


def test_percentiles_of_a_known_distribution(small_case: Tree, assessed: Assessed) -> None:
    """NER = 0.8 (E_ref - 8,600) - 200 with E_ref normal: percentiles are normal quantiles."""
    small_case["inputs"] = {"activity": {"value": 10_000, "sd": 100, "unit": "t/year"}}
    small_case["reference"]["lines"][0]["quantity"] = "activity"
    found = assessed(small_case, draws=200_000).metrics["NER"]
    expected = stats.norm(920, 80).ppf([0.025, 0.05, 0.5, 0.95, 0.975])
    shown = [getattr(found.summary, name) for name in Summary.__slots__]
    assert shown == pytest.approx(expected, abs=80 * 0.02)
    assert found.value == pytest.approx(920)


def test_nothing_uncertain(small_case: Tree, assessed: Assessed) -> None:
    found = assessed(small_case, draws=1000)
    assert found.verdict == "no_uncertainty"
    assert found.probability is None
    assert found.intervals is None
    assert {m.status for m in found.metrics.values()} == {"no_uncertainty"}
    assert all(m.summary is None for m in found.metrics.values())


def test_only_the_functional_unit_is_uncertain(small_case: Tree, assessed: Assessed) -> None:
    """EI has an interval though NER has none."""
    small_case["inputs"] = {"parcels": {"value": 1e6, "sd": 1e5, "unit": "parcel"}}
    small_case["functional_unit"]["quantity"] = "parcels"
    found = assessed(small_case, draws=1000)
    assert found.metrics["EI"].summary.p5 < 0.92 < found.metrics["EI"].summary.p95
    assert found.metrics["NER"].summary is None
    assert found.metrics["NER"].status == "no_uncertainty"
    assert found.verdict == "no_uncertainty"


def test_uncertain_input_that_cancels(small_case: Tree, assessed: Assessed) -> None:
    """An uncertain input times zero: NER does not vary, so nothing drives it."""
    small_case["inputs"] = {"idle": {"value": 10, "sd": 1, "unit": "t/year"}}
    small_case["ict"]["lines"][1]["quantity"] = "140 t/year + 0 * idle"
    found = assessed(small_case, draws=1000)
    assert found.metrics["NER"].value == pytest.approx(920)
    assert list(found.drivers) == []
    assert found.verdict == "no_uncertainty"


def test_ratio_undefined_in_some_draws(small_case: Tree, assessed: Assessed) -> None:
    """F reaches zero and below in some draws: VEI has a value, no percentiles, and says why."""
    small_case["inputs"] = {"own": {"values": [0, 140], "weights": [1, 3], "unit": "t/year"}}
    small_case["ict"]["lines"] = [{**small_case["ict"]["lines"][1], "quantity": "own"}]
    found = assessed(small_case, draws=1000)
    assert found.metrics["VEI"].value == pytest.approx(8)
    assert found.metrics["VEI"].summary is None
    assert found.metrics["VEI"].status == "undefined_in_some_draws"
    assert found.metrics["NER"].summary is not None


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1.0] * 100, "robust"),
        ([-1.0] * 6 + [1.0] * 94, "likely"),
        ([-1.0] * 4 + [1.0] * 96, "robust"),
        ([-1.0] * 10 + [1.0] * 90, "likely"),
        ([-1.0] * 11 + [1.0] * 89, "inconclusive"),
        ([-1.0] * 50 + [1.0] * 50, "inconclusive"),
        ([-1.0] * 94 + [1.0] * 6, "inconclusive"),
        ([-1.0] * 96 + [1.0] * 4, "net_burden"),
        ([0.0] * 100, "inconclusive"),
        (None, "no_uncertainty"),
    ],
)
def test_verdicts(values: list[float] | None, expected: str) -> None:
    """robust P5 > 0; likely P >= 0.9; net burden P95 < 0; else inconclusive."""
    assert verdict(None if values is None else np.array(values)) == expected


def test_robust_in_every_declared_scenario() -> None:
    ner = np.ones(100)
    assert verdict(ner, [1.0]) == "robust"
    assert verdict(ner, [1.0, -1.0]) == "likely"
    assert verdict(ner, [float("nan")]) == "likely"


def alternative(small_case: Tree, level: float) -> Tree:
    small_case["reference"]["candidates"] = [
        {"kind": "market_average", "rationale": "Others.",
         "emissions": {"value": level, "unit": "t CO2e/year"}}
    ]  # fmt: skip
    return small_case


def test_a_certain_reference_may_be_robust(small_case: Tree, assessed: Assessed) -> None:
    """What the solution emits is certain, so is a declared level: NER of both is above zero."""
    first, second = (
        line["quantity"] for line in (small_case[s]["lines"][0] for s in ("reference", "solution"))
    )
    small_case["inputs"] = {"wide": {"value": 0, "sd": 0.001, "unit": "t/year"}}
    small_case["reference"]["lines"][0]["quantity"] = f"{first} + wide"
    small_case["functional_unit"] = {"quantity": "1 t", "unit": "t"}
    small_case["solution"]["lines"][0]["quantity"] = second
    far, near = (
        assessed(alternative(copy.deepcopy(small_case), level), draws=500) for level in (1e9, 1e-9)
    )
    assert (far.verdict, near.verdict) == ("robust", "likely")


def test_no_share_is_varied_above_one(small_case: Tree, assessed: Assessed) -> None:
    """A share of 0.8 can grow to 1 at most: by a quarter; halved, it falls by a half."""
    small_case["ict"]["lines"][0]["share"] = "part"
    small_case["inputs"] = {**small_case.get("inputs", {}), "part": {"value": 0.8, "unit": "1"}}
    result = assessed(small_case, draws=0)
    rows = {r.choice: r.ner for r in result.sensitivity.scenarios if r.kind == "allocation"}
    ner = float(result.effects.ner[0, 0])
    assert ner - rows["2"] == pytest.approx((rows["0.5"] - ner) / 2)
    assert ner > rows["2"]
    small_case["inputs"]["part"]["value"] = 1.0
    whole = assessed(small_case, draws=0).sensitivity.scenarios
    assert [row.choice for row in whole if row.kind == "allocation"] == ["0.5"]


def test_drivers_of_choices_and_of_skewed_quantities(small_case: Tree, assessed: Assessed) -> None:
    """Shares are those of the variances, whatever the distributions: 100 to 16, and 13.4 to 4."""
    for inputs, share in (
        (
            {"one": {"values": [-10, 10], "weights": [1, 1]}, "two": {"value": 0, "sd": 4}},
            100 / 116,
        ),
        ({"one": {"value": 10, "gsd": 1.4}, "two": {"value": 0, "sd": 2}}, 0.7704),
    ):
        small_case["inputs"] = {name: {**v, "unit": "t/year"} for name, v in inputs.items()}
        small_case["reference"]["lines"][0]["quantity"] = "10000 t/year + one + two"
        small_case["functional_unit"] = {"quantity": "1 t", "unit": "t"}
        small_case["solution"]["lines"][0]["quantity"] = "1 t/year"
        ranked = assessed(small_case, draws=40_000).drivers
        found = {driver.keys[0]: driver.share for driver in ranked}
        assert found["one"] == pytest.approx(share, abs=0.02)


def test_summaries() -> None:
    """Percentiles of 0..1000, and nothing where a draw is undefined."""
    found = summarise(np.arange(1001.0)[None, :])
    assert found == Summary(25.0, 50.0, 500.0, 950.0, 975.0)
    assert summarise(np.array([[1.0, np.nan, 2.0]])) is None
    assert summarise(np.array([[1.0, np.inf, 2.0]])) is None
    assert summarise(np.array([[1.0]])) is None


def test_drivers_of_a_sum(small_case: Tree, assessed: Assessed) -> None:
    """Standard deviations 3 and 1 in a sum: 90 % and 10 % of the variance."""
    small_case["inputs"] = {
        "wide": {"value": 5000, "sd": 3, "unit": "t/year"},
        "narrow": {"value": 5000, "sd": 1, "unit": "t/year"},
        "certain": {"value": 0, "unit": "t/year"},
    }
    small_case["reference"]["lines"][0]["quantity"] = "wide + narrow + certain"
    first, second = assessed(small_case, draws=20_000).drivers
    assert (first.keys, second.keys) == (("wide",), ("narrow",))
    assert first.share == pytest.approx(0.9, abs=0.02)
    assert first.share + second.share == pytest.approx(1)
    assert (first.p5, first.p95) == pytest.approx(
        tuple(stats.norm(5000, 3).ppf([0.05, 0.95]) * 1000 / 31_536_000), rel=1e-4
    )


def test_quantities_that_share_their_draws_are_one_driver(
    two_meters: Tree, assessed: Assessed
) -> None:
    for spec in two_meters["inputs"].values():
        spec["group"] = "meter"
    found = assessed(two_meters, draws=2000).drivers
    assert {frozenset(driver.keys) for driver in found} >= {frozenset({"before", "after"})}
    assert len(found) == 2


def test_what_the_result_does_not_use_drives_nothing(small_case: Tree, assessed: Assessed) -> None:
    """The number of parcels is EI's alone; a spare input is nobody's."""
    small_case["inputs"] = {
        "activity": {"value": 10_000, "sd": 100, "unit": "t/year"},
        "parcels": {"value": 1e6, "sd": 1e5, "unit": "parcel"},
        "spare": {"value": 5, "sd": 1, "unit": "t/year"},
    }
    small_case["reference"]["lines"][0]["quantity"] = "activity"
    small_case["functional_unit"]["quantity"] = "parcels"
    (only,) = assessed(small_case, draws=500).drivers
    assert (only.keys, only.share) == (("activity",), 1.0)


@pytest.mark.parametrize(
    ("draws", "error", "met"), [(2500, 1 / 90, False), (10_000, 1 / 180, True)]
)
def test_draws_are_enough_below_one_per_cent(draws: int, error: float, met: bool) -> None:
    """Uniform on 0..1: the median's standard error is 0.5 / sqrt(n), the interval 0.9 wide."""
    found = convergence(np.linspace(0, 1, draws))
    assert found.relative_error == pytest.approx(error)
    assert (found.draws, found.met) == (draws, met)


def test_draws_that_do_not_vary_are_enough() -> None:
    assert convergence(np.full(100, 3.0)).met
