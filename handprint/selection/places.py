"""Who gets a place: the best scores within quotas and limits, equal scores by a stated rule.

Cases are taken from the best score down. Among equal scores the case goes first whose sector has
fewer places so far, then whose region has fewer, then the better one in the tie-break criterion,
then the smaller id. A case is passed over where its category has no place left, or a limit is
reached for its applicant, region or sector.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import numpy as np

from handprint.core.arrays import Array, Codes

__all__ = ["Contest", "best_first", "competition_ranks", "fill_places", "score_keys"]

STEP = 1e-7  # scores closer than this are equal: far below print, far above rounding noise


@dataclass(frozen=True, slots=True)
class Contest:
    """What decides about places beside the scores.

    Parameters
    ----------
    categories, sectors, regions : sequences of str, one per case
    limited : mapping of "applicant", "region" or "sector" to its names, one per case
    tie_order : array of int, shape (case,)
        Order among equal scores after spread: by the tie-break criterion, then by id.
    """

    categories: Sequence[str]
    sectors: Sequence[str]
    regions: Sequence[str]
    limited: Mapping[str, Sequence[str]]
    quotas: Mapping[str, int]
    limits: Mapping[str, int]
    tie_order: Codes


def score_keys(scores: Array) -> Codes:
    """Return scores as whole numbers, so that equal means equal on every machine."""
    return np.floor(scores / STEP + 0.5).astype(np.int64)


def competition_ranks(keys: Codes) -> Codes:
    """Return ranks from 1 where equal scores share a rank: 1, 2, 2, 4.

    Examples
    --------
    >>> competition_ranks(np.array([7, 9, 7, 3]))
    array([2, 1, 2, 4])
    """
    ordered = np.sort(keys)
    return np.asarray(len(keys) - np.searchsorted(ordered, keys, side="right") + 1)


def fill_places(contest: Contest, keys: Codes) -> list[int]:
    """Return the cases that get a place, in the order in which they get it."""
    order = best_first(contest, keys)
    room = _Room(contest)
    chosen: list[int] = []
    total = sum(contest.quotas.values())
    pairs = zip(keys[order].tolist(), order.tolist(), strict=True)
    for _, tied in groupby(pairs, key=itemgetter(0)):
        if len(chosen) == total:
            break
        waiting = [case for _, case in tied if room.has(case)]
        while waiting:
            case = waiting[0] if len(waiting) == 1 else min(waiting, key=room.spread)
            room.take(case)
            chosen.append(case)
            waiting = [other for other in waiting if other != case and room.has(other)]
    return chosen


def best_first(contest: Contest, keys: Codes) -> Codes:
    """Return the cases from the best score down, equal scores in the order of ties."""
    return np.asarray(np.argsort(contest.tie_order - keys * len(keys)))


class _Room:
    """Places that are left, and what has been given."""

    def __init__(self, contest: Contest) -> None:
        self.contest = contest
        self.left = Counter(dict(contest.quotas))
        self.sectors: Counter[str] = Counter()
        self.regions: Counter[str] = Counter()
        self.limited: dict[str, Counter[str]] = {name: Counter() for name in contest.limits}

    def has(self, case: int) -> bool:
        """Whether a case may still get a place; once it may not, it never may."""
        if self.left[self.contest.categories[case]] <= 0:
            return False
        return all(
            not (name := self.contest.limited[kind][case])
            or taken[name] < self.contest.limits[kind]
            for kind, taken in self.limited.items()
        )

    def spread(self, case: int) -> tuple[int, int, int]:
        """Return the order among equal scores."""
        return (
            self.sectors[self.contest.sectors[case]],
            self.regions[self.contest.regions[case]],
            int(self.contest.tie_order[case]),
        )

    def take(self, case: int) -> None:
        """Give a place."""
        self.left[self.contest.categories[case]] -= 1
        self.sectors[self.contest.sectors[case]] += 1
        self.regions[self.contest.regions[case]] += 1
        for kind, taken in self.limited.items():
            taken[self.contest.limited[kind][case]] += 1
