"""Intervals, verdicts and what drives a result, from the draws of a case."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np

from handprint.assess.simulation import Simulation
from handprint.core.arrays import AnyArray, Array
from handprint.model.columns import Identity
from handprint.model.structure import Model

__all__ = [
    "Convergence",
    "Driver",
    "Summary",
    "Verdict",
    "convergence",
    "drivers",
    "summarise",
    "verdict",
    "verdicts",
]

Verdict = Literal["robust", "likely", "inconclusive", "net_burden", "no_uncertainty"]
PERCENTILES = (2.5, 5.0, 50.0, 95.0, 97.5)
LIKELY = 0.9
ROUNDING = 1e-12
TOLERANCE = 0.01  # standard error of a percentile, of the interval's width


@dataclass(frozen=True, slots=True)
class Summary:
    """Percentiles of a result over its draws; ratios are never averaged."""

    p2_5: float
    p5: float
    p50: float
    p95: float
    p97_5: float


@dataclass(frozen=True, slots=True)
class Convergence:
    """Whether the draws were enough.

    Parameters
    ----------
    relative_error : float
        Largest standard error of P5, P50 and P95, over the width of the 90 % interval [1].
    """

    draws: int
    relative_error: float
    met: bool


@dataclass(frozen=True, slots=True)
class Driver:
    """One uncertain quantity and its contribution to the variance of NER.

    Parameters
    ----------
    keys : tuple of str
        Columns that share the quantity's draws.
    share : float
        Squared correlation with NER, normalised over all drivers [1].
    """

    keys: tuple[str, ...]
    share: float
    p5: float
    p95: float


def summarise(draws: Array) -> Summary | None:
    """Return the percentiles of drawn values, None where a draw is undefined or nothing varies.

    Parameters
    ----------
    draws : array, shape (case, draw)
        One case.
    """
    values = np.asarray(draws)[0]
    if values.size < 2 or not np.all(np.isfinite(values)):
        return None
    return Summary(*(float(p) for p in np.percentile(values, PERCENTILES)))


def verdicts(low: Array, high: Array, probability: Array, others: Sequence[Array] = ()) -> AnyArray:
    """Return what the draws of NER say of cases (design: verdict).

    robust: P5 > 0, in every other scenario, too; likely: P(NER > 0) >= 0.9; net burden: P95 < 0;
    otherwise inconclusive.

    Parameters
    ----------
    low, high, probability : array, shape (case,)
        P5 and P95 of NER and P(NER > 0); NaN where nothing varies.
    others : sequence of arrays, shape (case,)
        P5 of NER under other scenarios that the cases declare; NaN where it has none.
    """
    sure = np.logical_and.reduce([low > 0, *(other > 0 for other in others)])
    likely = np.where(probability >= LIKELY, "likely", "inconclusive")
    found = np.where(sure, "robust", np.where(high < 0, "net_burden", likely))
    return np.where(np.isnan(low), "no_uncertainty", found)


def verdict(ner: Array | None, others: Sequence[float] = ()) -> Verdict:
    """Return the verdict of one case from its drawn NER, shape (draw,); None without draws."""
    if ner is None:
        return "no_uncertainty"
    low, high = np.percentile(ner, [5, 95])[:, None]
    probability = np.array([np.mean(ner > 0)])
    found = verdicts(low, high, probability, [np.array([other]) for other in others])
    return cast(Verdict, str(found[0]))


def drivers(simulation: Simulation, model: Model) -> list[Driver]:
    """Return the uncertain quantities by their contribution to the variance of NER, largest first.

    Quantities that share their draws are one driver; what NER does not use is none. The measure is
    the squared correlation, normalised to one: exact for additive models of independent quantities,
    whatever their distributions, and the report says so.
    """
    groups: dict[Identity, list[str]] = {}
    used = model.used
    for key, column in model.columns.items():
        if column.uncertain and key in used:
            groups.setdefault(column.identity, []).append(key)
    found = []
    for keys in groups.values():
        values = simulation.columns[keys[0]]
        if not np.all(np.isfinite(values)) or np.ptp(values) <= ROUNDING * np.max(np.abs(values)):
            continue
        correlation = float(np.corrcoef(values, simulation.ner)[0, 1])
        low, high = np.percentile(values, [5, 95])
        found.append((tuple(keys), correlation**2, float(low), float(high)))
    total = sum(square for _, square, _, _ in found) or 1.0
    listed = [Driver(keys, square / total, low, high) for keys, square, low, high in found]
    return sorted(listed, key=lambda driver: -driver.share)


def convergence(ner: Array) -> Convergence:
    """Return how far the percentiles of NER may be off from their number of draws.

    The standard error of a percentile is sqrt(p (1 - p) / n) over the density there, the density
    taken from neighbouring percentiles; it is compared with the width of the 90 % interval.
    """
    levels = np.array([0.05, 0.5, 0.95])
    step = 0.01
    upper, lower = np.quantile(ner, levels + step), np.quantile(ner, levels - step)
    errors = np.sqrt(levels * (1 - levels) / ner.size) * (upper - lower) / (2 * step)
    low, high = np.quantile(ner, [0.05, 0.95])
    width = float(high - low)
    relative = float(np.max(errors)) / width if width > 0 else 0.0
    return Convergence(ner.size, relative, relative <= TOLERANCE)
