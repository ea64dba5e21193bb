"""Intervals, verdicts and what drives a result, from the draws of a case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from handprint.model.columns import Column

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["Driver", "Summary", "Verdict", "drivers", "summarise", "verdict"]

Verdict = Literal["robust", "likely", "inconclusive", "net_burden", "no_uncertainty"]
PERCENTILES = (2.5, 5.0, 50.0, 95.0, 97.5)
LIKELY = 0.9
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Summary:
    """Percentiles of a result over its draws; ratios are never averaged."""

    p2_5: float
    p5: float
    p50: float
    p95: float
    p97_5: float


@dataclass(frozen=True, slots=True)
class Driver:
    """One uncertain quantity and its contribution to the variance of NER.

    Parameters
    ----------
    keys : tuple of str
        Columns that share the quantity's draws.
    share : float
        Squared rank correlation with NER, normalised over all drivers [1].
    """

    keys: tuple[str, ...]
    share: float
    p5: float
    p95: float


def summarise(draws: "Array") -> Summary | None:
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


def verdict(ner: "Array | None") -> Verdict:
    """Return what the draws of NER say (design: verdict).

    robust: P5 > 0; likely: P(NER > 0) >= 0.9; net burden: P95 < 0; otherwise inconclusive.
    """
    if ner is None:
        return "no_uncertainty"
    low, high = np.percentile(ner, [5, 95])
    if low > 0:
        return "robust"
    if high < 0:
        return "net_burden"
    return "likely" if np.mean(ner > 0) >= LIKELY else "inconclusive"


def drivers(
    columns: Mapping[str, Column], drawn: "Mapping[str, Array]", ner: "Array"
) -> Sequence[Driver]:
    """Return the uncertain quantities by their contribution to the variance of NER, largest first.

    Quantities that share their draws are one driver. The measure is the squared Spearman
    correlation, normalised to one: exact for additive models of independent quantities, and the
    report says so.
    """
    groups: dict[str, list[str]] = {}
    for key, column in columns.items():
        if column.uncertain:
            groups.setdefault(column.identity, []).append(key)
    if np.ptp(ner) == 0:
        return ()
    ranked_ner = _ranks(ner[0])
    found = []
    for keys in groups.values():
        values = drawn[keys[0]][0].mean(axis=0)
        if np.ptp(values) <= ROUNDING * np.max(np.abs(values)):
            continue
        correlation = float(np.corrcoef(_ranks(values), ranked_ner)[0, 1])
        low, high = np.percentile(values, [5, 95])
        found.append((tuple(keys), correlation**2, float(low), float(high)))
    total = sum(square for _, square, _, _ in found) or 1.0
    listed = [Driver(keys, square / total, low, high) for keys, square, low, high in found]
    return sorted(listed, key=lambda driver: -driver.share)


def _ranks(values: "Array") -> "Array":
    ranks = np.empty(values.size)
    ranks[np.argsort(values, kind="stable")] = np.arange(values.size)
    return ranks
