"""Sums over cases, against closed forms.

NER = output x saving - F with output 100 +- 2 and saving 2 +- 0.05: to first order the variance is
(2 x 2)^2 + (100 x 0.05)^2 = 16 + 25 = 41.
"""

import math
from collections.abc import Callable

import numpy as np
import pytest

from handprint.analysis.portfolio import portfolio
from handprint.analysis.simulation import simulate
from tests.conftest import PER_TONNE, Computed, Tree


def product(small_case: Tree, *, saving: dict[str, object], case_id: str = "small") -> Tree:
    small_case["id"] = case_id
    small_case["inputs"] = {
        "output": {"value": 100, "unit": "t/year", "sd": 2},
        "saving": {"unit": "1", **saving},
    }
    small_case["reference"]["lines"] = [
        {"id": "activity", "quantity": "output * 5", "factor": PER_TONNE}
    ]
    small_case["solution"]["lines"] = [
        {"id": "activity", "quantity": "output * (5 - saving)", "factor": PER_TONNE}
    ]
    small_case["higher_order"]["rebound"] = {"status": "embedded_in_measurement"}
    return small_case


def test_sum_of_cases_keeps_their_common_factor(
    small_case: Tree, compute: Callable[..., Computed]
) -> None:
    """Two cases on one library factor: their intervals add up; drawn apart they would not."""
    for name, quantity in (("reference", "1000 MWh/year"), ("solution", "850 MWh/year")):
        small_case[name]["lines"] = [
            {"id": "power", "quantity": quantity, "factor": "electricity.grid"}
        ]
    first = compute({**small_case, "id": "a"})
    second = compute({**small_case, "id": "b"})
    drawn = [simulate(c.model, seed=1, draws=4000) for c in (first, second)]
    assert drawn[0] is not None
    assert drawn[1] is not None
    total = portfolio([first.effects, second.effects], [d.effects for d in drawn if d])
    assert total.ner is not None
    single = np.percentile(drawn[0].ner, [5, 95])
    assert (total.ner.p5, total.ner.p95) == pytest.approx(tuple(2 * single))
    assert total.vei == pytest.approx(float(first.effects.G[0, 0] / first.effects.F[0, 0]))


def test_sum_of_independent_cases_is_narrower(
    small_case: Tree, compute: Callable[..., Computed]
) -> None:
    """Own inputs are drawn apart: the standard deviation grows with the root of two."""
    saving = {"value": 2.0, "sd": 0.05}
    first = compute(product(dict(small_case), saving=saving, case_id="a"))
    second = compute(product(dict(small_case), saving=saving, case_id="b"))
    drawn = [simulate(c.model, seed=1, draws=20_000) for c in (first, second)]
    parts = [d.effects for d in drawn if d]
    joint = parts[0].ner + parts[1].ner
    assert float(np.std(joint)) == pytest.approx(math.sqrt(2 * 41), rel=0.03)
