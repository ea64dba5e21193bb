"""How robust a selection is: over the draws of the cases, over weights, over methods."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from handprint.core.arrays import Array
from handprint.core.errors import CodedError
from handprint.selection.methods import score_cases
from handprint.selection.places import Contest, competition_ranks, fill_places, score_keys

__all__ = [
    "Acceptability",
    "Change",
    "WeightFlip",
    "other_methods",
    "rank_acceptability",
    "weight_flips",
]

GRID = 200  # steps of a weight between 0 and 1
HALVINGS = 20
MORE_RANKS = 5  # shown beyond the largest quota
COMPARED = ("weighted_sum", "topsis")


@dataclass(frozen=True, slots=True)
class Acceptability:
    """What the draws say about ranks within the categories.

    Parameters
    ----------
    ranks : array, shape (case, rank)
        Probability of every rank from 1 on.
    low, high : arrays, shape (case,)
        5th and 95th percentile of the rank.
    selected : array, shape (case,)
        Probability of a place.
    """

    ranks: Array
    low: Array
    high: Array
    selected: Array


@dataclass(frozen=True, slots=True)
class Change:
    """A selection that differs: which cases leave and which come in."""

    share: float
    leaves: tuple[int, ...]
    enters: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WeightFlip:
    """The nearest weights of one criterion, as shares of all weights, that change a place."""

    criterion: int
    share: float
    lower: Change | None
    upper: Change | None


Choose = Callable[["Array"], list[int]]


def rank_acceptability(
    method: str,
    table: "Array",
    weights: "Array",
    varying: "Mapping[int, Array]",
    contest: Contest,
) -> Acceptability:
    """Score, rank and select anew in every draw.

    Parameters
    ----------
    varying : mapping of criterion to array, shape (case, draw)
        Points of the criteria that vary; all other points are those of ``table``.
    """
    cases, draws = len(table), next(iter(varying.values())).shape[1]
    groups = [
        np.flatnonzero(np.array(contest.categories) == name) for name in set(contest.categories)
    ]
    ranks = np.zeros((cases, draws), dtype=np.int32)
    selected = np.zeros(cases)
    for draw, scores in enumerate(_drawn_scores(method, table, weights, varying)):
        keys = score_keys(scores)
        for group in groups:
            ranks[group, draw] = competition_ranks(keys[group])
        selected[fill_places(contest, keys)] += 1
    shown = min(max([*contest.quotas.values(), 0]) + MORE_RANKS, max(map(len, groups)))
    probabilities = np.stack([(ranks == r).mean(axis=1) for r in range(1, shown + 1)], axis=1)
    low, high = np.percentile(ranks, [5, 95], axis=1, method="nearest")
    return Acceptability(probabilities, low, high, selected / draws)


def _drawn_scores(
    method: str, table: Array, weights: Array, varying: Mapping[int, Array]
) -> Iterator[Array]:
    """Yield the scores of every draw."""
    rows = {column: np.ascontiguousarray(values.T) for column, values in varying.items()}
    draws = len(next(iter(rows.values())))
    if method == "weighted_sum":  # only the varying criteria move: no need to sum the others anew
        shares = weights / weights.sum()
        fixed = [j for j in range(len(shares)) if j not in rows]
        base = table[:, fixed] @ shares[fixed]
        for draw in range(draws):
            yield base + sum(shares[column] * values[draw] for column, values in rows.items())
        return
    own = table.copy()
    for draw in range(draws):
        for column, values in rows.items():
            own[:, column] = values[draw]
        yield score_cases(method, own, weights)


def weight_flips(
    method: str, table: Array, weights: Array, contest: Contest
) -> Iterator[WeightFlip]:
    """Yield for every criterion how far its weight can move before the selection changes.

    The other weights keep their proportions. Searched in steps of 0.5 points of 100, then halved.
    """
    shares = weights / weights.sum()

    def choose(own: Array) -> list[int]:
        return fill_places(contest, score_keys(score_cases(method, table, own)))

    chosen = choose(shares)
    for column, share in enumerate(shares):
        if share >= 1.0:
            yield WeightFlip(column, 1.0, None, None)
            continue
        changes = [_nearest(choose, shares, column, chosen, end) for end in (0.0, 1.0)]
        yield WeightFlip(column, float(share), *changes)


def _nearest(
    choose: Choose, shares: Array, column: int, chosen: Sequence[int], end: float
) -> Change | None:
    """Return the first change on the way of one share to ``end``, None where there is none."""
    start, now = float(shares[column]), set(chosen)
    steps = max(int(abs(end - start) * GRID), 1)
    try:
        last = start
        for step in range(1, steps + 1):
            share = start + (end - start) * step / steps
            if set(choose(_moved(shares, column, share))) != now:
                return _change(choose, shares, column, now, (last, share))
            last = share
    except CodedError:  # the method has no answer at this weight
        return None
    return None


def _change(
    choose: Choose, shares: Array, column: int, now: set[int], between: tuple[float, float]
) -> Change:
    same, other = between
    for _ in range(HALVINGS):
        middle = (same + other) / 2
        if set(choose(_moved(shares, column, middle))) == now:
            same = middle
        else:
            other = middle
    then = set(choose(_moved(shares, column, other)))
    return Change(other, tuple(sorted(now - then)), tuple(sorted(then - now)))


def _moved(shares: Array, column: int, share: float) -> Array:
    """Return the shares with one set and the others in proportion."""
    moved: Array = shares * ((1 - share) / (1 - shares[column]))
    moved[column] = share
    return moved


def other_methods(
    method: str, table: Array, weights: Array, contest: Contest, chosen: Sequence[int]
) -> Iterator[tuple[str, Change]]:
    """Yield what the selection would be by other methods than the one used."""
    for name in COMPARED:
        if name == method:
            continue
        then = set(fill_places(contest, score_keys(score_cases(name, table, weights))))
        now = set(chosen)
        yield name, Change(1.0, tuple(sorted(now - then)), tuple(sorted(then - now)))
