"""Intervals of the rows of a group, in tiles that fit the cache.

Draws are those of single cases: factors and template defaults have one column of uniforms for all
rows, an input of a row has its own, keyed by the row's id.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from handprint.batch.rejections import Rejections, reject
from handprint.batch.scoring import Evaluation
from handprint.batch.sums import Spread
from handprint.batch.varying import varying_columns
from handprint.core import distributions
from handprint.core.arrays import Array, Codes, Mask
from handprint.core.sampling import column_key, uniforms, uniforms_of
from handprint.model.columns import Column, Identity
from handprint.model.effects import effects
from handprint.model.evaluate import evaluate, totals
from handprint.review.marks import Mark
from handprint.review.value_checks import DrawChecks

__all__ = ["QUANTILES", "Intervals", "draw_rows"]

TILE = 40_000  # numbers per column evaluated together: larger tiles leave the cache
QUANTILES = ("p5", "p50", "p95", "probability")


@dataclass(frozen=True, slots=True)
class Intervals:
    """Intervals of a group.

    Parameters
    ----------
    quantiles : mapping of arrays, shape (row,)
        P5, P50, P95 of NER [t CO2e] and P(NER > 0); NaN where nothing varies.
    ner : array, shape (draw,)
        Sum of the rows' NER, draw by draw [t CO2e]; rejected rows are not in it, and of rows to
        first order the means only.
    first_order : mask, shape (row,)
        Rows whose interval is to first order.
    spread : Spread
        That of the sum of these rows.
    negative : array, shape (row,) or (1,)
        Share of the draws in which the reference is negative.
    marks : sequence of Mark
        What the draws of some rows were found to be, short of an error.
    """

    quantiles: Mapping[str, Array]
    ner: Array
    first_order: Mask
    spread: Spread
    negative: Array = field(default_factory=lambda: np.zeros(1))
    marks: Sequence[Mark] = ()


@dataclass
class _Draws:
    """Takes draws; what rows share is drawn once for all of them."""

    ids: Sequence[str]
    draws: int
    seed: int
    columns: dict[str, Array] = field(default_factory=dict)

    def certain(self, values: Array) -> Array:
        """Return what does not vary."""
        return values

    def shared(self, column: Column, name: str, rows: Codes) -> Array:
        """Return the draws of a column that rows share, shape (1, year, draw)."""
        place = f"{column.key}@{name}"
        if place not in self.columns:
            if column.uncertain:
                drawn = uniforms(column_key(self.seed, str(column.identity)), self.draws)
                self.columns[place] = column.at(drawn)
            else:
                self.columns[place] = column.central()
        return self.columns[place]

    def own(
        self,
        key: str,
        kind: str,
        parameters: Mapping[str, Array],
        identity: Identity,
        rows: Codes,
    ) -> Array:
        """Return the draws of a quantity of each row, shape (row, year, draw)."""
        keys = [column_key(self.seed, str(identity.in_case(self.ids[int(i)]))) for i in rows]
        drawn = uniforms_of(keys, self.draws)[:, None, :]
        return distributions.quantile(kind, parameters, drawn)


@dataclass(frozen=True, slots=True)
class _Tile:
    """The rows drawn together, and what is found of them."""

    found: Evaluation
    part: slice
    rejections: Rejections
    checks: DrawChecks
    marks: dict[str, Mark]

    @property
    def count(self) -> int:
        return int(self.part.stop - self.part.start)

    def take(self, marks: Iterable[Mark]) -> None:
        """Reject the rows with errors and keep the other marks, over all rows of the group."""
        for mark in reject((self._whole(mark) for mark in marks), self.rejections):
            known = self.marks.get(mark.key)
            mask = mark.mask if known is None else mark.mask | known.mask
            self.marks[mark.key] = replace(mark, mask=mask)

    def _whole(self, mark: Mark) -> Mark:
        mask = np.zeros(len(self.rejections), dtype=bool)
        mask[self.part] = mark.mask
        return replace(mark, mask=mask)


def draw_rows(found: Evaluation, rejections: Rejections, *, draws: int, seed: int) -> Intervals:
    """Draw the rows that are not rejected; a row with impossible draws is rejected."""
    count = len(found.rows)
    quantiles = {name: np.full(count, np.nan) for name in QUANTILES}
    total, negative = np.zeros(draws), np.zeros(count)
    reading = _Draws(found.rows.ids, draws, seed)
    checks, marks = DrawChecks.of(found.model.model), dict[str, Mark]()
    step = max(1, TILE // draws)
    for start in range(0, count, step):
        part = slice(start, min(start + step, count))
        tile = _Tile(found, part, rejections, checks, marks)
        ner, below = _ner(tile, reading)
        negative[tile.part] = below
        kept = ~rejections.mask[tile.part]
        if ner.shape[1] == 1:
            total += np.broadcast_to(ner, (tile.count, 1))[kept].sum()
            continue
        total += np.broadcast_to(ner, (tile.count, draws))[kept].sum(axis=0)
        low, middle, high = np.percentile(ner, [5, 50, 95], axis=1)
        uncertain = np.ptp(ner, axis=1) > 0
        values = (low, middle, high, (ner > 0).mean(axis=1))
        for name, value in zip(QUANTILES, values, strict=True):
            quantiles[name][tile.part] = np.where(uncertain, value, np.nan)
    never = np.zeros(count, dtype=bool)
    return Intervals(quantiles, total, never, Spread(), negative, tuple(marks.values()))


def _ner(tile: _Tile, reading: _Draws) -> tuple[Array, Array]:
    """Return the drawn NER of a tile, shape (row, draw), and how often E_ref is negative."""
    model = tile.found.model.model
    columns = varying_columns(tile.found, tile.part, reading)
    sums = totals(model, columns, evaluate(model, columns))
    drawn = effects(model, columns, sums)
    ner, below = drawn.ner, drawn.E_ref < 0
    tile.take(tile.checks.marks(columns, sums, ner))
    if not np.all(np.isfinite(ner)):
        ner = np.where(np.isfinite(ner), ner, 0.0)
    return np.asarray(ner), np.asarray(below.mean(axis=1) if below.any() else np.zeros(1))
