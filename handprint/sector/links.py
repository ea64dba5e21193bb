"""The bottom-up sector model: enabled shares from levers (CAICT 2021, annex 2).

A lever cuts ``share x saving x adoption`` of its sector's emissions. Published totals add the
levers up; levers that act on the same emissions cannot do that, so the combined result multiplies
what remains. Every function takes numbers or arrays whose last axis is the draw.

References
----------
CAICT, Digital carbon neutrality white paper (December 2021), annex 2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from handprint.core.arrays import Array
from handprint.sector.lever_checks import parent

__all__ = [
    "Link",
    "added",
    "adoption_between",
    "combined",
    "implied_band",
    "implied_share",
    "logistic",
    "weighted",
]

Number = float | Array


@dataclass(frozen=True, slots=True)
class Link:
    """One lever in numbers: its pool, its share of the sector, and its cut of that share [1]."""

    pool: str
    share: Number
    cut: Number  # saving x adoption

    @property
    def contribution(self) -> Number:
        """Cut of the sector's emissions, taken alone [1]."""
        return self.share * self.cut


def added(links: Sequence[Link]) -> Number:
    """Return the enabled share of a sector by the additive, published convention [1].

    Examples
    --------
    >>> round(added([Link("road", 0.868, 0.18), Link("road", 0.868, 0.12)]), 4)
    0.2604
    """
    return sum((link.contribution for link in links), start=0.0)


def combined(links: Sequence[Link]) -> Number:
    """Return the enabled share of a sector where levers on the same emissions overlap [1].

    Notes
    -----
    On a pool of size p, levers with cuts r_k = contribution_k / p leave p prod(1 - r_k). A pool
    inside another counts there as one more lever; pools side by side add up.

    Examples
    --------
    >>> round(float(combined([Link("road", 0.868, 0.18), Link("road", 0.868, 0.12)])), 4)
    0.2417
    """
    pools = {link.pool for link in links}
    for pool in list(pools):
        while pool := parent(pool):
            pools.add(pool)
    result: dict[str, tuple[Number, Number]] = {}  # pool -> (size, enabled share of the sector)
    for pool in sorted(pools, key=lambda name: (-name.count("/"), name)):
        inside = [value for name, value in result.items() if parent(name) == pool]
        result[pool] = _pool([link for link in links if link.pool == pool], inside)
    return sum((value[1] for pool, value in result.items() if not parent(pool)), start=0.0)


def _pool(
    links: Sequence[Link], inside: "Sequence[tuple[Number, Number]]"
) -> "tuple[Number, Number]":
    """Return size and enabled share of one pool from its links and the pools inside it."""
    size: Number = sum((part[0] for part in inside), start=0.0)
    for link in links:
        size = np.maximum(size, link.share)
    safe = np.where(np.asarray(size) > 0, size, 1.0)
    remaining: Number = 1.0 - sum((part[1] for part in inside), start=0.0) / safe
    for link in links:
        remaining = remaining * (1.0 - link.contribution / safe)
    return size, size * (1.0 - remaining)


def weighted(shares: "Mapping[str, Number]", enabled: "Mapping[str, Number]") -> Number:
    """Return society's enabled share: sum over sectors of share x enabled share [1]."""
    return sum((share * enabled[sector] for sector, share in shares.items()), start=0.0)


def implied_share(
    total: Number, known: "Mapping[str, tuple[Number, Number]]", share: Number
) -> Number:
    """Return the enabled share that one sector must have for the others to meet a total [1].

    Parameters
    ----------
    total : number
        Enabled share of society [1].
    known : mapping of (share of society, enabled share)
        The other sectors [1].
    share : number
        The sector's own share of society [1].

    Examples
    --------
    >>> others = {"industry": (0.36, 0.13), "transport": (0.09, 0.10), "buildings": (0.08, 0.23)}
    >>> round(implied_share(0.12, others, 0.47), 3)
    0.097
    """
    rest = total - sum((part * enabled for part, enabled in known.values()), start=0.0)
    return rest / share


def implied_band(
    total: float, known: Mapping[str, tuple[float, float]], share: float, *, half: float
) -> tuple[float, float]:
    """Return the band of `implied_share` if every figure was rounded to ``2 half`` [1].

    All figures move to the ends of their rounding at once, so the band is the widest possible.
    """
    worst = {name: (part + half, enabled + half) for name, (part, enabled) in known.items()}
    best = {name: (part - half, enabled - half) for name, (part, enabled) in known.items()}
    return (
        float(implied_share(total - half, worst, share + half)),
        float(implied_share(total + half, best, share - half)),
    )


def logistic(year: float, midpoint: float, growth: float) -> float:
    """Return the logistic curve, 1 / (1 + exp(-growth (year - midpoint))) [1]."""
    return float(1.0 / (1.0 + np.exp(-growth * (year - midpoint))))


def adoption_between(
    year: float, known: "Mapping[int, Number]", midpoint: float, growth: float
) -> Number:
    """Return the adoption in a year: an S-curve through the years that are known [1].

    Between two known years the curve runs from one value to the other; before the first and after
    the last it keeps the ratio of the logistic curve, and never exceeds 1.

    Parameters
    ----------
    year : float
        Calendar year.
    known : mapping
        Adoption by calendar year [1].
    midpoint, growth : float
        Of the logistic curve [year, 1/year].

    Examples
    --------
    >>> round(adoption_between(2030, {2030: 0.6}, 2026, 0.4), 3)
    0.6
    """
    years = sorted(known)
    here = logistic(year, midpoint, growth)
    if year <= years[0]:
        return known[years[0]] * (here / logistic(years[0], midpoint, growth))
    if year >= years[-1]:
        ratio = here / logistic(years[-1], midpoint, growth)
        return np.minimum(1.0, known[years[-1]] * ratio)
    before = max(y for y in years if y <= year)
    after = min(y for y in years if y > year)
    start, stop = (logistic(y, midpoint, growth) for y in (before, after))
    part = (here - start) / (stop - start)
    return known[before] + (known[after] - known[before]) * part
