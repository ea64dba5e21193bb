"""The sector model's formulas against hand-worked numbers.

Transport at the high end, CAICT 2021 annex 2: vehicles cut 18 % and the road network 12 % of the
road's 86.8 %, mode shift cuts 0.774 x 0.25 = 19.35 % of the 36.1 % that are private cars.
Added up: 0.15624 + 0.10416 + 0.0698535 = 0.3302535. Multiplied: the road keeps
0.82 x 0.88 x (1 - 0.0698535 / 0.868) = 0.663529, so it loses 0.868 x 0.336471 = 0.292057.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handprint.model.aggregate import combined_rate
from handprint.sector.links import (
    Link,
    added,
    adoption_between,
    combined,
    implied_band,
    implied_share,
    logistic,
    weighted,
)

TRANSPORT = [
    Link("road", 0.868, 0.18),
    Link("road/private", 0.361, 0.774 * 0.25),
    Link("road", 0.868, 0.12),
]
OTHERS_LOW = {"industry": (0.36, 0.13), "transport": (0.09, 0.10), "buildings": (0.08, 0.23)}
OTHERS_HIGH = {"industry": (0.36, 0.22), "transport": (0.09, 0.33), "buildings": (0.08, 0.40)}
shares = st.floats(0.0, 1.0)


def test_transport_added_and_combined() -> None:
    assert added(TRANSPORT) == pytest.approx(0.3302535, abs=1e-12)
    assert float(combined(TRANSPORT)) == pytest.approx(0.2920575, abs=1e-7)


def test_industry_three_processes_under_one_management() -> None:
    """0.95 x (1 - 0.09 - 0.05 - 0.03) = 0.7885 remain, so 21.15 % are cut; added up 22 %."""
    links = [
        Link("plant/equipment", 0.3, 0.3),
        Link("plant/process", 0.5, 0.1),
        Link("plant/material", 0.2, 0.15),
        Link("plant", 1.0, 0.05),
    ]
    assert added(links) == pytest.approx(0.22)
    assert float(combined(links)) == pytest.approx(0.2115)


def test_one_pool_of_the_whole_sector_is_the_rule_of_overlaps() -> None:
    """10, 15 and 20 % on the same emissions give 38.8 %, not 45 % (methodology 1.8)."""
    links = [Link("all", 1.0, rate) for rate in (0.10, 0.15, 0.20)]
    assert float(combined(links)) == pytest.approx(0.388)
    assert float(combined(links)) == pytest.approx(float(combined_rate([0.10, 0.15, 0.20])))


def test_pools_side_by_side_add_up() -> None:
    links = [Link("heating", 0.4, 0.5), Link("lighting", 0.3, 0.2)]
    assert float(combined(links)) == pytest.approx(added(links)) == pytest.approx(0.26)


@given(st.lists(st.tuples(shares, shares), min_size=1, max_size=6))
def test_combined_is_bounded(pairs: list[tuple[float, float]]) -> None:
    """Never more than the sum of the levers, nor than the emissions there are."""
    links = [Link("pool", share, cut) for share, cut in pairs]
    assert float(combined(links)) <= float(added(links)) + 1e-12
    assert 0.0 <= float(combined(links)) <= max(share for share, _ in pairs) + 1e-12


def test_arrays_are_draws() -> None:
    links = [Link("road", np.array([0.5, 1.0]), np.array([0.2, 0.4])), Link("road", 0.5, 0.1)]
    assert added(links) == pytest.approx([0.15, 0.45])
    # second draw: a pool of 1.0 keeps 0.6 x 0.95
    assert combined(links) == pytest.approx([0.5 * (1 - 0.8 * 0.9), 1 - 0.6 * 0.95])


def test_energy_is_implied_by_the_published_ranges() -> None:
    """(12 - 7.42) / 47 = 9.745 % and (22 - 14.09) / 47 = 16.830 %."""
    assert implied_share(0.12, OTHERS_LOW, 0.47) == pytest.approx(0.0974468, abs=1e-7)
    assert implied_share(0.22, OTHERS_HIGH, 0.47) == pytest.approx(0.1682979, abs=1e-7)


def test_band_of_the_implied_share() -> None:
    """Low end: (11.5 - 0.365 x 13.5 - 0.095 x 10.5 - 0.085 x 23.5) / 0.475 = 7.53 %."""
    low, high = implied_band(0.12, OTHERS_LOW, 0.47, half=0.005)
    assert low == pytest.approx(0.0753158, abs=1e-7)
    assert high == pytest.approx(0.1197312, abs=1e-7)


def test_society_is_the_weighted_sum() -> None:
    sizes = {"energy": 0.47, "industry": 0.36, "transport": 0.09, "buildings": 0.08}
    enabled = {"energy": 0.168, "industry": 0.22, "transport": 0.33, "buildings": 0.40}
    assert weighted(sizes, enabled) == pytest.approx(0.21986)


def test_adoption_keeps_the_known_years_and_grows_between_them() -> None:
    known = {2020: 0.1, 2030: 0.6}
    path = [adoption_between(year, known, 2026, 0.4) for year in range(2018, 2041)]
    assert adoption_between(2020, known, 2026, 0.4) == pytest.approx(0.1)
    assert adoption_between(2030, known, 2026, 0.4) == pytest.approx(0.6)
    assert np.all(np.diff(np.asarray(path, dtype=float)) >= 0)
    assert max(map(float, path)) <= 1.0


def test_adoption_after_the_last_year_keeps_the_ratio_of_the_curve() -> None:
    expected = 0.6 * logistic(2035, 2026, 0.4) / logistic(2030, 2026, 0.4)
    assert adoption_between(2035, {2030: 0.6}, 2026, 0.4) == pytest.approx(expected)
    assert adoption_between(2035, {2030: 0.99}, 2026, 0.4) == 1.0


def test_logistic_is_one_half_at_its_midpoint() -> None:
    assert logistic(2026, 2026, 0.4) == 0.5
