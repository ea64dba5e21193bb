"""The sector model on a lever table: ranges, intervals, what drives them, and the way to 2035."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from handprint.core.arrays import Array
from handprint.core.errors import Finding, Findings, Severity
from handprint.core.sampling import column_key, uniforms
from handprint.sector.lever import Lever, LeverTable, Range
from handprint.sector.links import (
    Link,
    added,
    adoption_between,
    combined,
    implied_band,
    implied_share,
    weighted,
)

__all__ = [
    "Correlation",
    "Evaluation",
    "Implied",
    "Interval",
    "Potential",
    "SectorPotential",
    "Swing",
    "potential",
]

Number = float | Array
Levels = Callable[[str], Number]

Correlation = Literal["low-high", "independent"]
CORRELATIONS: tuple[Correlation, ...] = ("low-high", "independent")
SOCIETY = "society"
DERIVED = "energy"  # the sector whose range the others imply
PERCENTILES = (5.0, 50.0, 95.0)
HALF_PERCENT = 0.005  # published ranges and shares are whole per cent
MIDDLE = 0.5


@dataclass(frozen=True, slots=True)
class Interval:
    """Percentiles of an enabled share over the draws [1]."""

    p5: float
    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class Implied:
    """An enabled share that follows from published totals, with the band of their rounding [1]."""

    low: float
    high: float
    low_band: tuple[float, float]
    high_band: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Enabled shares of all sectors and of society at one set of levels [1]."""

    added: "Mapping[str, Number]"
    combined: "Mapping[str, Number]"


@dataclass(frozen=True, slots=True)
class Swing:
    """What one lever moves between its low and its high end, all others midway [1]."""

    lever: Lever | None  # None: the implied sector
    sector: str
    sector_low: float
    sector_high: float
    society_low: float | None
    society_high: float | None


@dataclass(frozen=True, slots=True)
class SectorPotential:
    """Result of one sector, or of society [1].

    Parameters
    ----------
    status : str
        "model": from levers; "given": from the society row; "derived": implied by the others.
    contributions : mapping of (low, high)
        What each link cuts of the sector, taken alone.
    """

    low: float
    high: float
    combined_low: float
    combined_high: float
    status: str
    intervals: Mapping[Correlation, Interval]
    contributions: Mapping[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Potential:
    """The sector model's result for one year."""

    table: LeverTable
    year: int
    seed: int
    draws: int
    correlation: Correlation
    sectors: Mapping[str, SectorPotential]
    society: SectorPotential | None
    implied: Implied | None
    path: Mapping[int, Mapping[str, tuple[float, float]]]
    swings: tuple[Swing, ...]


def potential(
    table: LeverTable,
    findings: Findings,
    *,
    year: int,
    seed: int = 1,
    draws: int = 10_000,
    correlation: Correlation = "low-high",
) -> Potential | None:
    """Return the enabled shares of a lever table; None where the year is beyond its curve."""
    first, last = table.curve.first_year, table.curve.last_year
    if not first <= year <= last:
        params = {"year": year, "first": first, "last": last}
        findings.add(Finding("HP-M20", Severity.ERROR, table.file, params))
        return None
    implied = _implied(table)
    _report_missing(table, implied, findings)
    low, high = (evaluate(table, year, implied, _at(level)) for level in (0.0, 1.0))
    drawn = {kind: _intervals(table, year, implied, seed, draws, kind) for kind in CORRELATIONS}
    results = {
        name: SectorPotential(
            low=float(low.added[name]),
            high=float(high.added[name]),
            combined_low=float(low.combined[name]),
            combined_high=float(high.combined[name]),
            status=_status(table, name),
            intervals={kind: found[name] for kind, found in drawn.items() if name in found},
            contributions=_contributions(table, name, year),
        )
        for name in low.added
    }
    return Potential(
        table, year, seed, draws, correlation,
        sectors={name: result for name, result in results.items() if name != SOCIETY},
        society=results.get(SOCIETY),
        implied=implied,
        path={y: _ends(table, y, implied) for y in range(first, last + 1)},
        swings=_swings(table, year, implied),
    )  # fmt: skip


def evaluate(table: LeverTable, year: int, implied: Implied | None, levels: Levels) -> Evaluation:
    """Return all enabled shares; ``levels`` tells per quantity where it is between low and high."""
    plain: dict[str, Number] = {}
    overlapped: dict[str, Number] = {}
    for sector in table.sectors:
        levers, row = table.of(sector), table.share_of(sector)
        if levers:
            links = [_link(lever, table, year, levels) for lever in levers]
            plain[sector], overlapped[sector] = added(links), combined(links)
        elif row is not None and row.saving is not None:
            plain[sector] = overlapped[sector] = _between(row.saving, levels(f"{row.id}.saving"))
        elif sector == DERIVED and implied is not None:
            range_ = Range(implied.low, implied.high)
            value = _between(range_, levels(f"{SOCIETY}.{sector}.implied"))
            plain[sector] = overlapped[sector] = value * _grown(table, year)
    if table.society and all(row.link in plain for row in table.society):
        shares = {r.link: _between(r.share, levels(f"{r.id}.share")) for r in table.society}
        plain[SOCIETY] = weighted(shares, plain)
        overlapped[SOCIETY] = weighted(shares, overlapped)
    return Evaluation(plain, overlapped)


def _link(lever: Lever, table: LeverTable, year: int, levels: Levels) -> Link:
    assert lever.saving is not None  # noqa: S101 (the reader refuses a lever without it)
    known = {
        y: _between(range_, levels(f"{lever.id}.adoption")) for y, range_ in lever.adoption.items()
    }
    adoption = adoption_between(year, known, table.curve.midpoint, table.curve.growth)
    saving = _between(lever.saving, levels(f"{lever.id}.saving"))
    share = _between(lever.share, levels(f"{lever.id}.share"))
    return Link(lever.pool, share, saving * adoption)


def _between(range_: Range, level: Number) -> Number:
    return range_.low + (range_.high - range_.low) * level


def _at(level: float) -> Levels:
    return lambda _identity: level


def _grown(table: LeverTable, year: int) -> Number:
    """Return how far the curve is in a year, against the base year, for what has no levers."""
    return adoption_between(year, {table.base_year: 1.0}, table.curve.midpoint, table.curve.growth)


def _status(table: LeverTable, sector: str) -> str:
    if sector == SOCIETY or table.of(sector):
        return "model"
    row = table.share_of(sector)
    return "given" if row is not None and row.saving is not None else "derived"


def _contributions(table: LeverTable, sector: str, year: int) -> dict[str, tuple[float, float]]:
    """Return low and high contribution of each link of a sector, or of society's sectors."""
    ends = [
        {
            lever.link: float(_link(lever, table, year, _at(level)).contribution)
            for lever in table.of(sector)
        }
        for level in (0.0, 1.0)
    ]
    return {link: (value, ends[1][link]) for link, value in ends[0].items()}


# --- the sector that the others imply ---------------------------------------------------------


def _implied(table: LeverTable) -> Implied | None:
    """Return the energy sector's range from the published ranges, None where they do not suffice.

    The published ranges are taken, not the model's results: otherwise society would always come
    out as published, whatever the levers say.
    """
    row = table.share_of(DERIVED)
    others = [r for r in table.society if r.link != DERIVED]
    names = [SOCIETY, *(r.link for r in others)]
    if row is None or row.saving is not None or any(n not in table.published for n in names):
        return None
    values: list[float] = []
    bands: list[tuple[float, float]] = []
    for end in ("low", "high"):
        total = getattr(table.published[SOCIETY], end) / 100.0
        known = {
            r.link: (getattr(r.share, end), getattr(table.published[r.link], end) / 100.0)
            for r in others
        }
        share = getattr(row.share, end)
        values.append(float(implied_share(total, known, share)))
        bands.append(implied_band(total, known, share, half=HALF_PERCENT))
    return Implied(values[0], values[1], bands[0], bands[1])


def _report_missing(table: LeverTable, implied: Implied | None, findings: Findings) -> None:
    """Report sectors of society that have neither levers nor a range, so society is not summed."""
    if not table.society:
        findings.add(Finding("HP-M21", Severity.WARNING, table.file, variant="none"))
    for row in table.society:
        known = table.of(row.link) or row.saving is not None
        if not known and not (row.link == DERIVED and implied is not None):
            params = {"sector": row.link}
            findings.add(Finding("HP-M21", Severity.WARNING, row.place, params))


# --- intervals, path, swings ------------------------------------------------------------------


def _intervals(
    table: LeverTable,
    year: int,
    implied: Implied | None,
    seed: int,
    draws: int,
    correlation: Correlation,
) -> dict[str, Interval]:
    """Return the intervals of the additive shares: each range is a uniform distribution.

    "low-high" moves all quantities together, from everything low to everything high, as the
    published ranges do; "independent" draws each on its own.
    """
    if not draws:
        return {}

    def levels(identity: str) -> Array:
        name = "levers" if correlation == "low-high" else f"lever|{identity}"
        return uniforms(column_key(seed, name), draws)

    drawn = evaluate(table, year, implied, levels)
    found = {}
    for name, values in drawn.added.items():
        p5, p50, p95 = np.percentile(np.broadcast_to(values, (draws,)), PERCENTILES)
        found[name] = Interval(float(p5), float(p50), float(p95))
    return found


def _ends(table: LeverTable, year: int, implied: Implied | None) -> dict[str, tuple[float, float]]:
    low, high = (evaluate(table, year, implied, _at(level)).added for level in (0.0, 1.0))
    return {name: (float(low[name]), float(high[name])) for name in low}


def _swings(table: LeverTable, year: int, implied: Implied | None) -> tuple[Swing, ...]:
    """Return one swing per lever, the one that moves society (or its sector) most first."""
    ids: list[tuple[Lever | None, str, str]] = [
        (lever, lever.sector, f"{lever.id}.") for lever in table.levers
    ]
    if implied is not None:
        ids.append((None, DERIVED, f"{SOCIETY}.{DERIVED}.implied"))
    swings = [_swing(table, year, implied, *entry) for entry in ids]
    return tuple(sorted(swings, key=lambda s: (-_reach(s, society=True), -_reach(s))))


def _swing(
    table: LeverTable, year: int, implied: Implied | None, lever: Lever | None, sector: str,
    prefix: str,
) -> Swing:  # fmt: skip
    def levels(end: float) -> Levels:
        return lambda identity: end if identity.startswith(prefix) else MIDDLE

    low, high = (evaluate(table, year, implied, levels(end)).added for end in (0.0, 1.0))
    society = [float(part[SOCIETY]) if SOCIETY in part else None for part in (low, high)]
    return Swing(lever, sector, float(low[sector]), float(high[sector]), society[0], society[1])


def _reach(swing: Swing, *, society: bool = False) -> float:
    if not society:
        return swing.sector_high - swing.sector_low
    if swing.society_low is None or swing.society_high is None:
        return 0.0
    return swing.society_high - swing.society_low
