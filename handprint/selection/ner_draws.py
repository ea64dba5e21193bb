"""Draws of NER for all cases together, so that what cases share they share in every draw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from handprint.core.arrays import Array
from handprint.core.sampling import column_key, uniforms_of
from handprint.selection.submissions import Submission

__all__ = ["NerDraws", "Origin", "gather_draws", "kept_share"]

Origin = Literal["joint", "mixed", "quantiles", "none"]
MOST_NUMBERS = 20_000_000  # cases times draws: 160 MB
LEAST_DRAWS = 100
Z95 = 1.6448536269514722


@dataclass(frozen=True, slots=True)
class NerDraws:
    """Drawn NER of all cases.

    Parameters
    ----------
    ner : array, shape (case, draw)
        [t CO2e]; constant for a case without uncertainty, NaN where nothing is known.
    kept : array, shape (case,)
        Expected share of the median NER that is reached, NaN where nothing is known.
    origin : str
        ``joint``: cases evaluated together, shared factors drawn once. ``quantiles``: rebuilt
        from P5, P50 and P95, each case on its own. ``mixed``: some of each. ``none``: no draws.
    """

    ner: Array
    kept: Array
    origin: Origin

    @property
    def count(self) -> int:
        """Number of draws."""
        return self.ner.shape[1] if self.origin != "none" else 0


def gather_draws(
    submissions: Sequence[Submission], joint: Mapping[str, Array], *, seed: int, draws: int
) -> NerDraws:
    """Return the draws of all cases: joint ones where there are, else rebuilt from percentiles.

    Parameters
    ----------
    joint : mapping of case id to array, shape (draw,) or (1,)
    """
    if len(submissions) * draws > MOST_NUMBERS:
        draws = max(LEAST_DRAWS, MOST_NUMBERS // len(submissions))
    uncertain = [_has_percentiles(case) or len(joint.get(case.id, ())) > 1 for case in submissions]
    if not draws or not any(uncertain):
        nothing = np.full((len(submissions), 1), np.nan)
        return NerDraws(nothing, nothing[:, 0], "none")
    keys = [column_key(seed, f"selection:{case.id}") for case in submissions]
    ner = np.empty((len(submissions), draws))
    for index, case in enumerate(submissions):
        if case.id in joint:
            ner[index] = joint[case.id][:draws]
        elif _has_percentiles(case):
            ner[index] = _rebuilt(case, uniforms_of([keys[index]], draws)[0])
        else:
            ner[index] = np.nan
    return NerDraws(ner, kept_share(ner).mean(axis=1), _origin(submissions, joint))


def kept_share(ner: Array) -> Array:
    """Return for every draw how much of the case's median NER is reached, 0 to 1.

    Examples
    --------
    >>> kept_share(np.array([[50.0, 100.0, 150.0]]))
    array([[0.5, 1. , 1. ]])
    """
    median = np.median(ner, axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.clip(ner / median, 0.0, 1.0)
    return np.asarray(np.where(median > 0, share, np.where(np.isnan(median), np.nan, 0.0)))


def _has_percentiles(case: Submission) -> bool:
    return all(name in case.numbers for name in ("p5", "p50", "p95"))


def _rebuilt(case: Submission, uniform: Array) -> Array:
    """Return draws of two half-normals that meet at P50 and have the case's P5 and P95."""
    from scipy.special import ndtri

    score = ndtri(uniform)
    low, middle, high = (case.number(name) for name in ("p5", "p50", "p95"))
    width = np.where(score < 0, middle - low, high - middle) / Z95
    return np.asarray(middle + score * width)


def _origin(submissions: Sequence[Submission], joint: Mapping[str, Array]) -> Origin:
    known = [case.id in joint for case in submissions if case.id in joint or _has_percentiles(case)]
    if all(known):
        return "joint"
    return "mixed" if any(known) else "quantiles"
