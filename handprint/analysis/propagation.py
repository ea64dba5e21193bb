"""First-order propagation: the interval of NER without draws, for batches too large to draw.

Mean and variance are those of the tangent at the means of all quantities, covariance included
(JCGM 100:2008, 5.1.2 and 5.2.2; IPCC 2006 volume 1, 3.2.3.1, approach 1), and NER is taken as
normal. Whether that holds is tested where it matters, at the ends of the interval: there all
quantities are moved together along the tangent, with their own distributions, and NER is computed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Mask = NDArray[np.bool_]

__all__ = ["NORMAL_90", "Propagation", "Uncertain", "propagate"]

NORMAL_90 = 1.6448536269514722  # half-width of a 90 % interval in standard deviations
STEP = 0.1  # of a standard deviation, to either side: the tangent
TOLERANCE = 0.1  # how far an end may be off, of the interval's width


class Uncertain(Protocol):
    """Some cases of one model, as propagation sees them; a first axis may be 1 for all cases."""

    @property
    def moments(self) -> "Mapping[str, tuple[Array, Array]]":
        """Mean and standard deviation of every column, shape (case, year) each."""
        ...

    def ner(self, columns: "Mapping[str, Array]") -> "Array":
        """Return NER of columns of shape (case, year, m), shape (case, m) [t CO2e]."""
        ...

    def quantiles(self, uniforms: "Mapping[str, Array]") -> "Mapping[str, Array]":
        """Return all columns with some at the quantiles of uniforms, shape (case, m)."""
        ...

    def correlated(self, keys: Sequence[str], spreads: "Sequence[Array]") -> "list[Array]":
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
        more than a tenth of its width.
    spreads, covariances : mapping of column to array
        Derivative times standard deviation of each uncertain column, and its covariance with NER
        over its own standard deviation [t CO2e]; the products add up to the variance.
    """

    mean: "Array"
    sd: "Array"
    trusted: "Mask"
    spreads: "Mapping[str, Array]"
    covariances: "Mapping[str, Array]"


def propagate(cases: Uncertain, count: int) -> Propagation:
    """Return the mean and spread of NER of ``count`` cases."""
    keys = [key for key, (_, sd) in cases.moments.items() if np.any(sd > 0)]
    mean, spreads, bend = _tangent(cases, keys, count)
    covariances = cases.correlated(keys, spreads)
    variance = np.zeros(count)
    # one after the other: a sum over an axis would depend on what else is in it
    for spread, covariance in zip(spreads, covariances, strict=True):
        variance += spread * covariance
    sd = np.sqrt(np.maximum(variance, 0.0))
    allowed = TOLERANCE * 2 * NORMAL_90 * sd
    trusted = bend <= allowed
    if keys:
        ends = _ends(cases, keys, covariances, sd)
        line = mean[:, None] + NORMAL_90 * sd[:, None] * np.array([-1.0, 1.0])
        trusted &= (np.abs(ends - line) <= allowed[:, None]).all(axis=1)
    named = dict(zip(keys, spreads, strict=True)), dict(zip(keys, covariances, strict=True))
    return Propagation(mean, sd, trusted, *named)


def _tangent(
    cases: Uncertain, keys: Sequence[str], count: int
) -> "tuple[Array, list[Array], Array]":
    """Return NER at the means, its spread by each column, and how far curvature moves its mean."""
    width = 2 * len(keys) + 1
    columns = {key: mean[:, :, None] for key, (mean, _) in cases.moments.items()}
    for i, key in enumerate(keys):
        steps = np.zeros(width)
        steps[2 * i : 2 * i + 2] = -STEP, STEP
        columns[key] = columns[key] + cases.moments[key][1][:, :, None] * steps
    ner = np.broadcast_to(cases.ner(columns), (count, width))
    mean = ner[:, -1].copy()
    spreads, bend = [], np.zeros(count)
    with np.errstate(invalid="ignore"):  # what is not finite is not trusted
        for i in range(len(keys)):
            below, above = ner[:, 2 * i] - mean, ner[:, 2 * i + 1] - mean
            spreads.append((above - below) / (2 * STEP))
            bend += np.abs(above + below) / (2 * STEP**2)
    return mean, spreads, bend


def _ends(
    cases: Uncertain, keys: Sequence[str], covariances: "Sequence[Array]", sd: "Array"
) -> "Array":
    """Return NER at the two ends of the 90 % interval, shape (case, 2)."""
    from scipy.special import ndtr

    with np.errstate(all="ignore"):
        scores = [np.where(sd > 0, covariance / sd, 0.0) for covariance in covariances]
    steps = np.array([-NORMAL_90, NORMAL_90])
    uniforms = {k: ndtr(s[:, None] * steps) for k, s in zip(keys, scores, strict=True)}
    return np.broadcast_to(cases.ner(cases.quantiles(uniforms)), (len(sd), 2))
