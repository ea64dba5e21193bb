"""Several cases together (methodology 1.8): sums, ratios from sums, overlap."""

import numpy as np
import pytest

from handprint.model.aggregate import combined_rate, overlapping, sum_effects
from handprint.model.effects import Effects
from handprint.model.metrics import DEFINITIONS


def case(e_ref: float, rate: float, f: float, r: float = 0.0, h: float = 0.0) -> Effects:
    g0 = e_ref * rate
    values = {"E_ref": e_ref, "E_sol": e_ref - g0, "G0": g0, "rebound": r * max(g0, 0), "H": h}
    values |= {"G": g0 - r * max(g0, 0) + h, "F": f, "share": r, "Q": 1.0}
    return Effects(**{name: np.array([[value]]) for name, value in values.items()})


def test_overlap_of_10_15_and_20_per_cent() -> None:
    """1 - 0.9 x 0.85 x 0.8 = 38.8 %, not 45 %."""
    assert float(combined_rate([0.10, 0.15, 0.20])) == pytest.approx(0.388, rel=1e-12)
    found = overlapping([case(1000, rate, 10) for rate in (0.10, 0.15, 0.20)])
    assert float(found.G0[0, 0]) == pytest.approx(388)
    assert float(found.F[0, 0]) == 30  # only then the sum of F
    assert float(found.ner[0, 0]) == pytest.approx(358)


def test_overlap_scales_rebound_and_higher_order_effects() -> None:
    """Gross 450 becomes 388: a rebound of 10 % on each stays 10 % of the combined effect."""
    found = overlapping([case(1000, rate, 0, r=0.1) for rate in (0.10, 0.15, 0.20)])
    assert float(found.rebound[0, 0]) == pytest.approx(38.8)


def test_overlap_of_one_is_the_one() -> None:
    alone = case(1000, 0.2, 50, r=0.1, h=-5)
    found = overlapping([alone])
    for name in ("G0", "rebound", "H", "G", "F", "ner"):
        assert float(getattr(found, name)[0, 0]) == pytest.approx(float(getattr(alone, name)[0, 0]))


def test_overlap_never_exceeds_the_reference() -> None:
    assert float(combined_rate([0.9] * 10)) < 1
    assert float(combined_rate([1.0, 0.5])) == 1.0
    assert float(combined_rate([])) == 0.0
    assert float(combined_rate([-0.1, 0.1])) == pytest.approx(1 - 1.1 * 0.9)  # an increase counts


def test_ratios_come_from_sums() -> None:
    """VEI of 10 and 2 with F 10 and 90: (100 + 180)/100 = 2.8, not the mean 6."""
    total = sum_effects([case(1000, 0.1, 10), case(1000, 0.18, 90)])
    vei = DEFINITIONS["vei.footprint_ratio_gross"].function(total)
    assert float(vei[0, 0]) == pytest.approx(2.8)
    ei = DEFINITIONS["ei.functional_unit"].function(total)
    assert float(ei[0, 0]) == pytest.approx(1000 * (280 - 100) / 2)


def test_sums_keep_the_identities() -> None:
    cases = [case(1000, 0.1, 10, r=0.2), case(500, -0.1, 5, r=0.2), case(800, 0.3, 7, h=-20)]
    total = sum_effects(cases)
    assert float(total.ner[0, 0]) == pytest.approx(sum(float(c.ner[0, 0]) for c in cases))
    assert float((total.E_ref - total.E_sol)[0, 0]) == pytest.approx(float(total.G0[0, 0]))
    assert float((total.G0 - total.rebound + total.H)[0, 0]) == pytest.approx(float(total.G[0, 0]))


def test_draws_are_summed_draw_by_draw() -> None:
    draws = np.array([[1.0, 2.0, 3.0]])
    base = case(100, 0.1, 1)
    uncertain = Effects(**{n: getattr(base, n) * draws for n in base.__slots__[:9]})
    total = sum_effects([uncertain, base])
    assert total.ner.shape == (1, 3)
    assert total.ner[0] == pytest.approx(9 * draws[0] + 9)
