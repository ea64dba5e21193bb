"""First-order propagation: the interval of NER without draws, for batches too large to draw.

The variance is that of the tangent at the means of all quantities, covariance included
(JCGM 100:2008, 5.1.2 and 5.2.2; IPCC 2006 volume 1, 3.2.3.1, approach 1); the mean has
the curvature of each quantity in it, which is small in a case but adds up over cases. NER is taken
as normal. Whether that holds is tested where it matters, at the ends of the interval: there all
quantities are moved together along the tangent, with their own distributions, and NER is computed.
The one kink of the model, rebound of a G0 that may be negative, is looked at by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from handprint.core.arrays import Array, Mask

__all__ = ["NORMAL_90", "Propagation", "Uncertain", "propagate"]

NORMAL_90 = 1.6448536269514722  # half-width of a 90 % interval in standard deviations
STEP = 0.1  # of a standard deviation, to either side: the tangent
TOLERANCE = 0.1  # how far an end may be off, of the interval's width


class Uncertain(Protocol):
    """Some cases of one model, as propagation sees them; a first axis may be 1 for all cases."""

    @property
    def moments(self) -> Mapping[str, tuple[Array, Array]]:
        """Mean and standard deviation of every column, shape (case, year) each."""
        ...

    def outcome(self, columns: Mapping[str, Array]) -> tuple[Array, Array]:
        """Return NER, and what it has a kink at zero of, for columns of shape (case, year, m).

        Both have shape (case, m) [t CO2e]; the second is all ones where there is no kink.
        """
        ...

    def quantiles(self, uniforms: Mapping[str, Array]) -> Mapping[str, Array]:
        """Return all columns with some at the quantiles of uniforms, shape (case, m)."""
        ...

    def correlated(self, keys: Sequence[str], spreads: Sequence[Array]) -> list[Array]:
        """Return the correlation matrix of the columns times their spreads, shape (case,) each."""
        ...


@dataclass(frozen=True, slots=True)
class Propagation:
    """NER to first order, arrays of shape (case,).

    Parameters
    ----------
    mean, sd : array
        Of NER [t CO2e].
    trusted : mask
        False where NER bends so much, or is so skewed, that an end of the 90 % interval is off by
        more than a tenth of its width, or where the kink lies within reach.
    spreads, covariances : mapping of column to array
        Derivative times standard deviation of each uncertain column, and its covariance with NER
        over its own standard deviation [t CO2e]; the products add up to the variance.
    """

    mean: Array
    sd: Array
    trusted: Mask
    spreads: Mapping[str, Array]
    covariances: Mapping[str, Array]


def propagate(cases: Uncertain, count: int) -> Propagation:
    """Return the mean and spread of NER of ``count`` cases."""
    keys = [key for key, (_, sd) in cases.moments.items() if np.any(sd > 0)]
    ner, kink = _around(cases, keys, count)
    with np.errstate(all="ignore"):  # what is not finite is not trusted
        spreads, bends = _spreads(ner)
        covariances = cases.correlated(keys, spreads)
        sd = _standard_deviation(spreads, covariances)
        mean = _summed([ner[:, -1], *bends])
        allowed = TOLERANCE * 2 * NORMAL_90 * sd
        trusted = _summed([0.0 * mean, *map(np.abs, bends)]) <= allowed
        kink_spreads, _ = _spreads(kink)
        kink_sd = _standard_deviation(kink_spreads, cases.correlated(keys, kink_spreads))
        trusted &= np.abs(kink[:, -1]) >= NORMAL_90 * kink_sd
        if keys:
            ends = _ends(cases, keys, covariances, sd)
            line = mean[:, None] + NORMAL_90 * sd[:, None] * np.array([-1.0, 1.0])
            trusted &= (np.abs(ends - line) <= allowed[:, None]).all(axis=1)
    named = dict(zip(keys, spreads, strict=True)), dict(zip(keys, covariances, strict=True))
    return Propagation(mean, sd, trusted, *named)


def _standard_deviation(spreads: Sequence[Array], covariances: Sequence[Array]) -> Array:
    products = [s * c for s, c in zip(spreads, covariances, strict=True)]
    return np.sqrt(np.maximum(_summed([np.zeros(1), *products]), 0.0))


def _summed(parts: Sequence[Array]) -> Array:
    """Add one after the other: a sum over an axis would depend on what else is in it."""
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


def _around(cases: Uncertain, keys: Sequence[str], count: int) -> tuple[Array, Array]:
    """Return the outcomes with each column a step to either side, and last at the means."""
    width = 2 * len(keys) + 1
    columns = {key: mean[:, :, None] for key, (mean, _) in cases.moments.items()}
    for i, key in enumerate(keys):
        steps = np.zeros(width)
        steps[2 * i : 2 * i + 2] = -STEP, STEP
        with np.errstate(all="ignore"):
            columns[key] = columns[key] + cases.moments[key][1][:, :, None] * steps
    ner, kink = cases.outcome(columns)
    return np.broadcast_to(ner, (count, width)), np.broadcast_to(kink, (count, width))


def _spreads(outcome: Array) -> tuple[list[Array], list[Array]]:
    """Return by column derivative times standard deviation, and what curvature adds to the mean."""
    middle = outcome[:, -1]
    spreads, bends = [], []
    for i in range(0, outcome.shape[1] - 1, 2):
        below, above = outcome[:, i] - middle, outcome[:, i + 1] - middle
        spreads.append((above - below) / (2 * STEP))
        bends.append((above + below) / (2 * STEP**2))
    return spreads, bends


def _ends(cases: Uncertain, keys: Sequence[str], covariances: Sequence[Array], sd: Array) -> Array:
    """Return NER at the two ends of the 90 % interval, shape (case, 2)."""
    from scipy.special import ndtr

    scores = [np.where(sd > 0, covariance / sd, 0.0) for covariance in covariances]
    steps = np.array([-NORMAL_90, NORMAL_90])
    uniforms = {k: ndtr(s[:, None] * steps) for k, s in zip(keys, scores, strict=True)}
    ner, _ = cases.outcome(cases.quantiles(uniforms))
    return np.broadcast_to(ner, (len(sd), 2))
