"""Sensitivity against analytic values and an independent library.

Ishigami (a = 7, b = 0.1): V = a^2/8 + b pi^4/5 + b^2 pi^8/18 + 1/2 = 13.8446; first order 0.3139,
0.4424, 0; total 0.5576, 0.4424, 0.2437 (Ishigami and Homma 1990).
Sobol-g with a = (0, 1, 4.5, 9): V_i = 1 / (3 (1 + a_i)^2), V = prod(1 + V_i) - 1 (Saltelli and
Sobol 1995).
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from handprint.assess.sensitivity import break_even_values, sobol, sobol_shares, tornado
from tests.conftest import PER_TONNE, Computed, Tree

POINTS = 4096


def test_sobol_indices_of_ishigami() -> None:
    a, b = 7.0, 0.1

    def ishigami(u: Any) -> Any:
        x = -math.pi + 2 * math.pi * u
        return np.sin(x[0]) + a * np.sin(x[1]) ** 2 + b * x[2] ** 4 * np.sin(x[0])

    first, total = sobol_shares(ishigami, 3, seed=1, points=POINTS)
    assert first == pytest.approx([0.3139, 0.4424, 0.0], abs=0.02)
    assert total == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.02)


def test_sobol_indices_of_the_g_function() -> None:
    a = np.array([0.0, 1.0, 4.5, 9.0])
    parts = 1 / (3 * (1 + a) ** 2)
    variance = np.prod(1 + parts) - 1
    others = np.array([np.prod(np.delete(1 + parts, i)) for i in range(4)])

    def g(u: Any) -> Any:
        return np.prod((np.abs(4 * u - 2) + a[:, None]) / (1 + a[:, None]), axis=0)

    first, total = sobol_shares(g, 4, seed=2, points=POINTS)
    assert first == pytest.approx(parts / variance, abs=0.02)
    assert total == pytest.approx(parts * others / variance, abs=0.02)


def test_sobol_indices_agree_with_salib() -> None:
    """A product of three uniforms on 1..2, judged by SALib's own sampling and analysis."""
    from SALib.analyze import sobol as salib_analysis
    from SALib.sample import sobol as salib_sample

    problem = {"num_vars": 3, "names": ["x", "y", "z"], "bounds": [[1, 2]] * 3}
    sample = salib_sample.sample(problem, POINTS, calc_second_order=False, seed=3)
    values = sample[:, 0] * sample[:, 1] ** 2 / sample[:, 2]
    referee = salib_analysis.analyze(problem, values, calc_second_order=False, seed=3)

    def product(u: Any) -> Any:
        x = 1 + u
        return x[0] * x[1] ** 2 / x[2]

    first, total = sobol_shares(product, 3, seed=1, points=POINTS)
    assert first == pytest.approx(referee["S1"], abs=0.03)
    assert total == pytest.approx(referee["ST"], abs=0.03)


@pytest.fixture
def product_case(small_case: Tree) -> Tree:
    """NER = output x saving - 10 t, with output 100 +- and saving 2 +- t per unit."""
    small_case["inputs"] = {
        "output": {"value": 100, "unit": "t/year", "sd": 10},
        "saving": {"low": 1.0, "high": 3.0, "unit": "1"},
    }
    small_case["reference"]["lines"] = [
        {"id": "activity", "quantity": "output * 5", "factor": PER_TONNE}
    ]
    small_case["solution"]["lines"] = [
        {"id": "activity", "quantity": "output * (5 - saving)", "factor": PER_TONNE}
    ]
    small_case["ict"]["lines"] = [
        {"id": "power", "stage": "use", "quantity": "10 t/year", "factor": PER_TONNE}
    ]
    small_case["higher_order"]["rebound"] = {"status": "embedded_in_measurement"}
    return small_case


def test_tornado_by_hand(product_case: Tree, compute: Callable[..., Computed]) -> None:
    """Saving: uniform 1..3, P5 = 1.1, P95 = 2.9: NER 100 x 1.1 - 10 = 100 and 280.

    Output: 100 -+ 1.645 x 10 = 83.55 and 116.45 at saving 2: NER 157.1 and 222.9.
    """
    widest, second = tornado(compute(product_case).model)
    assert widest.keys == ("saving",)
    assert (widest.ner_low, widest.ner_high) == pytest.approx((100.0, 280.0))
    assert second.keys == ("output",)
    assert (second.ner_low, second.ner_high) == pytest.approx((157.1, 222.9), abs=0.05)


def test_break_even_by_hand(product_case: Tree, compute: Callable[..., Computed]) -> None:
    """NER = 100 x saving - 10 is zero at saving 0.1; 2 x output - 10 at output 5 t."""
    found = {point.key: point for point in break_even_values(compute(product_case).model)}
    saving, output = found["saving"], found["output"]
    assert saving.multiplier is not None
    assert output.multiplier is not None
    assert saving.multiplier * saving.central == pytest.approx(0.1, rel=1e-4)
    assert output.multiplier == pytest.approx(0.05, rel=1e-4)


def test_indices_of_a_product_model(product_case: Tree, compute: Callable[..., Computed]) -> None:
    """Var(xy) = 100^2 (1/3) + 2^2 10^2 + 10^2 (1/3): first order 0.8824, 0.1059, the rest joint."""
    variance = 100**2 / 3 + 400 + 100 / 3
    indices = {i.keys[0]: i for i in sobol(compute(product_case).model, seed=1, points=POINTS)}
    assert indices["saving"].first_order == pytest.approx(100**2 / 3 / variance, abs=0.02)
    assert indices["output"].first_order == pytest.approx(400 / variance, abs=0.02)
    assert indices["saving"].total > indices["saving"].first_order - 0.005


def test_nothing_uncertain_gives_nothing(
    small_case: Tree, compute: Callable[..., Computed]
) -> None:
    model = compute(small_case).model
    assert tornado(model) == []
    assert sobol(model, seed=1) == []


def test_one_quantity_has_all_the_variance() -> None:
    first, total = sobol_shares(lambda u: 3 * u[0], 1, seed=1, points=64)
    assert (first.tolist(), total.tolist()) == ([1.0], [1.0])
    first, total = sobol_shares(lambda u: 0 * u[0], 1, seed=1, points=64)
    assert (first.tolist(), total.tolist()) == ([0.0], [0.0])


def test_no_break_even_where_nothing_is_left(
    product_case: Tree, compute: Callable[..., Computed]
) -> None:
    """All lines rest on one factor: with a factor of zero NER is zero, and changes no sign."""
    for block in ("reference", "solution", "ict"):
        for line in product_case[block]["lines"]:
            line["factor"] = {"value": 2.0, "sd": 0.1, "unit": "t CO2e/t", "source": "made up",
                              "year": 2022}  # fmt: skip
    points = break_even_values(compute(product_case).model)
    factor = next(point for point in points if "." in point.key)
    assert factor.multiplier is None


def test_a_share_above_one_is_no_break_even(
    product_case: Tree, compute: Callable[..., Computed]
) -> None:
    product_case["inputs"]["part"] = {"value": 0.5, "unit": "1"}
    line = product_case["ict"]["lines"][0]
    line["share"] = "part"
    found = {p.key: p for p in break_even_values(compute(product_case).model)}
    assert found["part"].multiplier is None
