"""How far a number may be off: from its source, else a default by category and data quality.

Data-quality scores (pedigree) add variance to the logarithm; a basic uncertainty per category is
the start. Both follow the ecoinvent data quality guideline 3 (Weidema et al. 2013, tables 10.3 and
10.5). A default is marked as such wherever it is used.
"""

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache

from handprint.core import resources
from handprint.factors.factor import Factor

__all__ = ["Spread", "gsd_of", "pedigree_variance", "spread", "worsened"]

# Variance of ln(x) by score 1 to 5: reliability, completeness, time, geography, technology.
_VARIANCES = (
    (0.0, 0.0006, 0.002, 0.008, 0.04),
    (0.0, 0.0001, 0.0006, 0.002, 0.008),
    (0.0, 0.0002, 0.002, 0.008, 0.04),
    (0.0, 0.000025, 0.0001, 0.0006, 0.002),
    (0.0, 0.0006, 0.008, 0.04, 0.12),
)
_YEARS_OFF = (3, 6, 10, 15)  # limits of the time scores


@dataclass(frozen=True, slots=True)
class Spread:
    """Uncertainty of a factor, in the words of a case: ``distribution`` and its parameters."""

    distribution: str
    parameters: Mapping[str, float]
    default: bool
    basis: str  # "source", or what the default rests on


def pedigree_variance(scores: str) -> float:
    """Return the variance of ln(x) that five scores add.

    Parameters
    ----------
    scores : str
        Reliability, completeness, time, geography, technology; 1 is best, 5 worst: "23223".

    Examples
    --------
    >>> round(pedigree_variance("23223"), 6)
    0.009425
    """
    return sum(row[int(score) - 1] for row, score in zip(_VARIANCES, scores, strict=True))


def gsd_of(variance: float) -> float:
    """Return the geometric standard deviation of a lognormal with that variance of ln(x) [1].

    Examples
    --------
    >>> round(gsd_of(0.12), 3)
    1.414
    """
    return math.exp(math.sqrt(variance))


def worsened(scores: str, *, years_off: int = 0, region_steps: int = 0) -> str:
    """Return scores for a factor used away from its year and region.

    Parameters
    ----------
    years_off : int
        Distance between the year of the activity and that of the factor [year].
    region_steps : int
        How many areas up the chain the factor was found.

    Examples
    --------
    >>> worsened("22112", years_off=4, region_steps=1)
    '22222'
    """
    time = 1 + sum(years_off >= limit for limit in _YEARS_OFF)
    place = min(5, int(scores[3]) + region_steps)
    return f"{scores[:2]}{max(time, int(scores[2]))}{place}{scores[4]}"


def spread(factor: Factor, *, scores: str | None = None) -> Spread:
    """Return the uncertainty of a factor: the source's, else the default of its category.

    Parameters
    ----------
    scores : str, optional
        Pedigree scores in place of the row's own.
    """
    if factor.distribution:
        return Spread(factor.distribution, _stated(factor), default=False, basis="source")
    scores = scores or factor.dq or "55555"
    pattern, basic = _basic(factor)
    gsd = gsd_of(basic + pedigree_variance(scores))
    basis = f"{pattern}, pedigree {scores}"
    return Spread("lognormal", {"value": factor.value, "gsd": gsd}, default=True, basis=basis)


def _stated(factor: Factor) -> dict[str, float]:
    p1, p2 = factor.p1 or 0.0, factor.p2 or 0.0
    if factor.distribution == "normal":
        return {"value": factor.value, "sd": p1}
    if factor.distribution == "lognormal":
        return {"value": factor.value, "gsd": p1}
    if factor.distribution == "triangular":
        return {"low": p1, "mode": factor.value, "high": p2}
    return {"low": p1, "high": p2}


def _basic(factor: Factor) -> tuple[str, float]:
    for pattern, gases, variance in _defaults():
        if fnmatchcase(factor.id, pattern) and (not gases or factor.gas in gases):
            return pattern, variance
    raise LookupError(factor.id)  # the last row of the table is "*"


@cache
def _defaults() -> tuple[tuple[str, tuple[str, ...], float], ...]:
    path = resources.folder("factors") / "uncertainty.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            (row["subject"], tuple(row["gases"].split()), float(row["variance"]))
            for row in csv.DictReader(file)
        )
