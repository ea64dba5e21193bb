"""Intervals of the rows of a group, in tiles that fit the cache.

Draws are those of single cases: factors and template defaults have one column of uniforms for all
rows, an input of a row has its own, keyed by the row's id.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from handprint.batch.divisors import Divisor, divisors
from handprint.batch.rejections import Reason, Rejections
from handprint.batch.scoring import Evaluation, place_of
from handprint.batch.sums import Spread
from handprint.batch.varying import varying_columns
from handprint.core import distributions
from handprint.core.arrays import Array, Codes, Mask
from handprint.core.sampling import column_key, uniforms, uniforms_of
from handprint.model.columns import Column, Identity
from handprint.model.effects import effects
from handprint.model.evaluate import evaluate, totals

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
    """

    quantiles: "Mapping[str, Array]"
    ner: "Array"
    first_order: "Mask"
    spread: Spread


@dataclass
class _Draws:
    """Takes draws; what rows share is drawn once for all of them."""

    ids: Sequence[str]
    draws: int
    seed: int
    columns: "dict[str, Array]" = field(default_factory=dict)

    def certain(self, values: "Array") -> "Array":
        """Return what does not vary."""
        return values

    def shared(self, column: Column, name: str, rows: "Codes") -> "Array":
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
        parameters: "Mapping[str, Array]",
        identity: Identity,
        rows: "Codes",
    ) -> "Array":
        """Return the draws of a quantity of each row, shape (row, year, draw)."""
        keys = [column_key(self.seed, str(identity.in_case(self.ids[int(i)]))) for i in rows]
        drawn = uniforms_of(keys, self.draws)[:, None, :]
        return distributions.quantile(kind, parameters, drawn)


@dataclass(frozen=True, slots=True)
class _Tile:
    """The rows drawn together."""

    found: Evaluation
    part: slice
    divisors: Sequence[Divisor]

    @property
    def count(self) -> int:
        return int(self.part.stop - self.part.start)


def draw_rows(found: Evaluation, rejections: Rejections, *, draws: int, seed: int) -> Intervals:
    """Draw the rows that are not rejected; a row with impossible draws is rejected."""
    count = len(found.rows)
    quantiles = {name: np.full(count, np.nan) for name in QUANTILES}
    total = np.zeros(draws)
    reading = _Draws(found.rows.ids, draws, seed)
    divided_by = divisors(found.model.model.lines)
    step = max(1, TILE // draws)
    for start in range(0, count, step):
        tile = _Tile(found, slice(start, min(start + step, count)), divided_by)
        ner = _ner(tile, reading, rejections)
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
    return Intervals(quantiles, total, np.zeros(count, dtype=bool), Spread())


def _ner(tile: _Tile, reading: _Draws, rejections: Rejections) -> "Array":
    """Return the drawn NER of a tile, shape (row, draw)."""
    model = tile.found.model.model
    columns = varying_columns(tile.found, tile.part, reading)
    _check_divisors(tile, columns, rejections)
    ledger = evaluate(model, columns)
    ner = effects(model, columns, totals(model, columns, ledger)).ner
    if not np.all(np.isfinite(ner)):
        _find_endless(tile, columns, rejections)
        ner = np.where(np.isfinite(ner), ner, 0.0)
    return np.asarray(ner)


def _check_divisors(tile: _Tile, columns: "Mapping[str, Array]", rejections: Rejections) -> None:
    """Reject rows in which a line divides by something that takes both signs, or no lifetime."""
    for divisor in tile.divisors:
        broken = divisor.impossible(columns)
        if broken is not None:
            _reject(tile, broken, divisor.reason(), rejections)


def _find_endless(tile: _Tile, columns: "Mapping[str, Array]", rejections: Rejections) -> None:
    """Reject rows in which some draws of a line are not finite."""
    for entry in evaluate(tile.found.model.model, columns):
        endless = np.asarray(~np.isfinite(entry.emissions).all(axis=(1, 2)))
        params = {"line": entry.line.id}
        _reject(tile, endless, Reason("HP-V01", "draws", place_of(entry.line), params), rejections)


def _reject(tile: _Tile, broken: "Mask", reason: Reason, rejections: Rejections) -> None:
    mask = np.zeros(len(rejections), dtype=bool)
    mask[tile.part] = broken
    rejections.add(mask, reason)
