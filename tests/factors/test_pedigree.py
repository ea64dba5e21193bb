"""Spread of a factor: what the source says, else the default of its category."""

import math
from dataclasses import replace

import pytest

from handprint.factors.factor import Factor
from handprint.factors.library import shipped_library
from handprint.factors.pedigree import gsd_of, pedigree_variance, spread, worsened


def row(factor_id: str, **wanted: object) -> Factor:
    return next(
        r
        for r in shipped_library().by_id[factor_id]
        if all(getattr(r, key) == value for key, value in wanted.items())
    )


def test_best_scores_add_nothing() -> None:
    assert pedigree_variance("11111") == 0


def test_scores_of_a_worked_example() -> None:
    """Scores (2,3,2,2,3): 0.0006 + 0.0006 + 0.0002 + 0.000025 + 0.008 = 0.009425; with the basic
    0.0006 the variance is 0.010025, sigma 0.1001, GSD squared 1.222."""
    variance = 0.0006 + pedigree_variance("23223")
    assert variance == pytest.approx(0.010025)
    assert gsd_of(variance) ** 2 == pytest.approx(1.222, abs=5e-4)


def test_worst_scores() -> None:
    """All 5: 0.04 + 0.008 + 0.04 + 0.002 + 0.12 = 0.21; with 0.0006 GSD squared is 2.50."""
    assert pedigree_variance("55555") == pytest.approx(0.21)
    assert gsd_of(0.2106) ** 2 == pytest.approx(2.50, abs=5e-3)


@pytest.mark.parametrize("scores", ["", "1111", "111111"])
def test_five_scores_are_needed(scores: str) -> None:
    with pytest.raises(ValueError, match="zip"):
        pedigree_variance(scores)


@pytest.mark.parametrize(
    ("years", "steps", "expected"),
    [(0, 0, "22112"), (2, 0, "22112"), (3, 0, "22212"), (9, 1, "22322"), (15, 9, "22552")],
)
def test_use_away_from_year_and_region_worsens_scores(
    years: int, steps: int, expected: str
) -> None:
    """Time limits 3, 6, 10, 15 years (pedigree criteria of ecoinvent)."""
    assert worsened("22112", years_off=years, region_steps=steps) == expected


def test_grid_default_is_small_and_marked() -> None:
    """0.0006 basic; official 2023 scores 12112 add 0 + 0.0001 + 0 + 0 + 0.0006."""
    found = spread(row("electricity.grid", region="CN", year=2023))
    assert found.default
    assert found.distribution == "lognormal"
    assert found.parameters["value"] == 0.5306
    assert found.parameters["gsd"] == pytest.approx(math.exp(math.sqrt(0.0013)))


def test_methane_of_combustion_is_less_certain_than_carbon_dioxide() -> None:
    gases = {r.gas: spread(r) for r in shipped_library().by_id["fuel.anthracite.combustion"]}
    assert gases["CH4"].parameters["gsd"] > 1.2
    assert gases["CO2"].parameters["gsd"] < 1.1


def test_interval_of_the_source_is_used() -> None:
    """IPCC gives diesel NCV 43.0 with 41.4 to 43.3 at 95 %: gsd = (43.3/41.4)^(1/3.92)."""
    found = spread(row("fuel.diesel.ncv", source=shipped_library().sources["ipcc_2006"]))
    assert not found.default
    assert found.parameters["gsd"] == pytest.approx((43.3 / 41.4) ** (1 / 3.92), rel=1e-4)


def test_equipment_is_uncertain_by_a_factor() -> None:
    """U = 3 for equipment: the 95 % interval spans about a third to three times the value."""
    found = spread(row("ict.server.manufacture"), scores="11111")
    assert found.parameters["gsd"] ** 1.96 == pytest.approx(3, rel=0.03)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (("normal", 2.0, None), {"value": 10.0, "sd": 2.0}),
        (("lognormal", 1.2, None), {"value": 10.0, "gsd": 1.2}),
        (("triangular", 8.0, 15.0), {"low": 8.0, "mode": 10.0, "high": 15.0}),
        (("uniform", 8.0, 15.0), {"low": 8.0, "high": 15.0}),
    ],
)
def test_stated_distributions(
    stated: tuple[str, float, float | None], expected: dict[str, float]
) -> None:
    kind, p1, p2 = stated
    base = replace(row("transport.bus"), value=10.0, distribution=kind, p1=p1, p2=p2)
    assert spread(base).parameters == expected


def test_every_shipped_factor_has_a_spread() -> None:
    for factor in shipped_library().factors:
        found = spread(factor)
        assert found.distribution
        assert all(math.isfinite(number) for number in found.parameters.values()), factor.id
