"""The shipped levers land on the published ranges (CAICT 2021, annex 2), within 0.5 point."""

from itertools import pairwise

import pytest

from handprint.core.errors import Findings
from handprint.sector.lever import LeverTable
from handprint.sector.levers import read_levers
from handprint.sector.potential import Potential, potential

PUBLISHED = {"industry": (13, 22), "buildings": (23, 40), "transport": (10, 33)}


@pytest.fixture(scope="module")
def table() -> LeverTable:
    found = read_levers(None, Findings())
    assert found is not None
    return found


def run(table: LeverTable, **options: object) -> Potential:
    findings = Findings()
    result = potential(table, findings, **{"year": 2030, "draws": 0} | options)  # type: ignore[arg-type]
    assert result is not None
    assert list(findings) == []
    return result


@pytest.mark.parametrize("sector", PUBLISHED)
def test_published_ranges_come_out(table: LeverTable, sector: str) -> None:
    found = run(table).sectors[sector]
    low, high = PUBLISHED[sector]
    assert 100 * found.low == pytest.approx(low, abs=0.5)
    assert 100 * found.high == pytest.approx(high, abs=0.5)


def test_society_and_the_implied_energy_sector(table: LeverTable) -> None:
    result = run(table)
    assert result.society is not None
    assert 100 * result.society.low == pytest.approx(12, abs=0.5)
    assert 100 * result.society.high == pytest.approx(22, abs=0.5)
    energy = result.sectors["energy"]
    assert energy.status == "derived"
    assert 100 * energy.low == pytest.approx(9.7, abs=0.05)
    assert 100 * energy.high == pytest.approx(16.8, abs=0.05)


def test_additive_and_multiplicative_convention_differ(table: LeverTable) -> None:
    """Transport 33.0 against 29.2, industry 22.0 against 21.15 (printed as 21.2); buildings have
    no overlap."""
    sectors = run(table).sectors
    assert 100 * sectors["transport"].high == pytest.approx(33.03, abs=0.01)
    assert 100 * sectors["transport"].combined_high == pytest.approx(29.21, abs=0.01)
    assert 100 * sectors["industry"].high == pytest.approx(22.00, abs=0.01)
    assert 100 * sectors["industry"].combined_high == pytest.approx(21.15, abs=0.01)
    assert sectors["buildings"].combined_high == pytest.approx(sectors["buildings"].high)


def test_ranges_together_and_each_on_its_own(table: LeverTable) -> None:
    """All together the interval spans 5 to 95 % of the way from low to high; drawn independently
    it is narrower and centred alike. A prefix of the draws stays the same."""
    result = run(table, draws=10_000)
    for found in result.sectors.values():
        together, apart = found.intervals["low-high"], found.intervals["independent"]
        assert together.p5 == pytest.approx(found.low + 0.05 * (found.high - found.low), rel=0.03)
        assert apart.p95 - apart.p5 <= together.p95 - together.p5
    industry = result.sectors["industry"].intervals["independent"]
    assert industry.p5 > result.sectors["industry"].low
    assert run(table, draws=10_000).sectors["industry"].intervals["independent"] == industry
    assert run(table, draws=10_000, seed=2).sectors["industry"].intervals["independent"] != industry


def test_the_tornado_by_hand(table: LeverTable) -> None:
    """Road network: share 0.868, saving 3.4 to 12 %: 8.6 % x 0.868 = 7.46 points of transport,
    x 9 % = 0.672 points of society. The implied energy sector swings most: 7.085 x 0.47 = 3.33."""
    swings = run(table).swings
    assert swings[0].sector == "energy"
    assert swings[0].lever is None
    assert swings[0].society_high is not None
    assert swings[0].society_low is not None
    assert swings[0].society_high - swings[0].society_low == pytest.approx(0.0333, abs=1e-4)
    road = next(s for s in swings if s.lever is not None and s.lever.link == "road_network")
    assert road.sector_high - road.sector_low == pytest.approx(0.868 * 0.086)
    assert road.society_high is not None
    assert road.society_low is not None
    assert road.society_high - road.society_low == pytest.approx(0.868 * 0.086 * 0.09)


def test_path_grows_and_holds_the_base_year(table: LeverTable) -> None:
    result = run(table)
    path = [result.path[year]["society"] for year in range(2020, 2036)]
    assert list(result.path) == list(range(2020, 2036))
    assert result.society is not None
    assert result.path[2030]["society"] == (result.society.low, result.society.high)
    assert all(a[0] <= b[0] and a[1] <= b[1] for a, b in pairwise(path))
    # the curve in 2020 is 1 / (1 + e^2.4) = 0.0832 against 1 / (1 + e^-1.6) = 0.8320 in 2030
    assert path[0][0] == pytest.approx(result.society.low * 0.0832 / 0.8320, rel=1e-3)


def test_year_beyond_the_curve(table: LeverTable) -> None:
    findings = Findings()
    assert potential(table, findings, year=2040) is None
    assert [f.rule for f in findings] == ["HP-M20"]


def test_a_result_of_another_year_has_its_own_low(table: LeverTable) -> None:
    later = run(table, year=2035)
    assert later.sectors["industry"].low > run(table).sectors["industry"].low
    assert later.sectors["buildings"].high == run(table).sectors["buildings"].high  # adoption is 1
