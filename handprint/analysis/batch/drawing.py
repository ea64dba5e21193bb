"""Intervals of the rows of a group, in tiles that fit the cache.

Draws are those of single cases: factors and template defaults have one column of uniforms for all
rows, an input of a row has its own, keyed by the row's id.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from handprint.analysis.batch.given import Given
from handprint.analysis.batch.prototype import CASE_ID, Prototype
from handprint.analysis.batch.rejections import Reason, Rejections
from handprint.analysis.batch.scoring import Evaluation, Rows, is_factor, place_of
from handprint.core import distributions
from handprint.core.sampling import column_key, uniforms, uniforms_of
from handprint.model.columns import Column
from handprint.model.effects import effects
from handprint.model.evaluate import evaluate, totals
from handprint.model.structure import ModelLine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from handprint.core.formula import Formula

    Array = NDArray[np.float64]

__all__ = ["QUANTILES", "Drawn", "draw_rows"]

TILE = 40_000  # numbers per column evaluated together: larger tiles leave the cache
QUANTILES = ("p5", "p50", "p95", "probability")


@dataclass(frozen=True, slots=True)
class Drawn:
    """Intervals of a group.

    Parameters
    ----------
    quantiles : mapping of arrays, shape (row,)
        P5, P50, P95 of NER [t CO2e] and P(NER > 0); NaN where nothing varies.
    ner : array, shape (draw,)
        Sum of the rows' NER, draw by draw [t CO2e]; rejected rows are not in it.
    """

    quantiles: "Mapping[str, Array]"
    ner: "Array"


@dataclass(frozen=True)
class _Tile:
    """The rows drawn together."""

    found: Evaluation
    part: slice
    draws: int
    seed: int
    divisors: "Sequence[tuple[ModelLine, Formula]]"
    shared: "dict[str, Array]" = field(default_factory=dict)
    columns: "dict[str, Array]" = field(default_factory=dict)

    @property
    def rows(self) -> Rows:
        return self.found.rows

    @property
    def model(self) -> Prototype:
        return self.found.model

    @property
    def count(self) -> int:
        return int(self.part.stop - self.part.start)

    def uniform(self, identity: str) -> "Array":
        """Return the uniforms of a quantity that rows share, shape (draw,)."""
        if identity not in self.shared:
            self.shared[identity] = uniforms(column_key(self.seed, identity), self.draws)
        return self.shared[identity]

    def drawn(self, column: Column, region: str) -> "Array":
        """Return the draws of a column that rows share, shape (1, year, draw)."""
        name = f"{column.key}@{region}"
        if name not in self.columns:
            certain = not column.uncertain
            values = column.central() if certain else column.at(self.uniform(column.identity))
            self.columns[name] = values
        return self.columns[name]

    def own_uniforms(self, name: str, rows: "Sequence[int] | NDArray[np.int64]") -> "Array":
        """Return the uniforms of a quantity of each row, shape (row, 1, draw)."""
        ids = self.rows.ids
        keys = [column_key(self.seed, f"case:{ids[int(i)]}/{name}") for i in rows]
        return uniforms_of(keys, self.draws)[:, None, :]


def draw_rows(found: Evaluation, rejections: Rejections, *, draws: int, seed: int) -> Drawn:
    """Draw the rows that are not rejected; a row with impossible draws is rejected."""
    count = len(found.rows)
    quantiles = {name: np.full(count, np.nan) for name in QUANTILES}
    total = np.zeros(draws)
    shared: dict[str, Array] = {}
    columns: dict[str, Array] = {}
    divisors = list(_divisors(found.model.model.lines))
    step = max(1, TILE // draws)
    for start in range(0, count, step):
        tile = _Tile(
            found, slice(start, min(start + step, count)), draws, seed, divisors, shared, columns
        )
        ner = _ner(tile, rejections)
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
    return Drawn(quantiles, total)


def _ner(tile: _Tile, rejections: Rejections) -> "Array":
    """Return the drawn NER of a tile, shape (row, draw)."""
    model = tile.model.model
    columns = {key: _column(tile, key, column) for key, column in model.columns.items()}
    _check_divisors(tile, columns, rejections)
    ledger = evaluate(model, columns)
    ner = effects(model, columns, totals(model, columns, ledger)).ner
    if not np.all(np.isfinite(ner)):
        _find_endless(tile, columns, rejections)
        ner = np.where(np.isfinite(ner), ner, 0.0)
    return np.asarray(ner)


def _column(tile: _Tile, key: str, column: Column) -> "Array":
    """Return one drawn column, shape (row, year, draw) or broadcasting to it."""
    if is_factor(key):
        return _factor(tile, key, column)
    central = tile.found.columns[key]
    middle = central if len(central) == 1 else central[tile.part]
    given = tile.found.given.get(key)
    if given is None:
        return _default(tile, column, range(tile.part.start, tile.part.stop))
    return _input(tile, key, column, given, middle)


def _default(tile: _Tile, column: Column, rows: "Sequence[int] | NDArray[np.int64]") -> "Array":
    """Draw a column with the prototype's parameters: one draw for all rows, or one per row."""
    if not column.uncertain:
        return column.central()
    own = column.identity.removeprefix(f"case:{CASE_ID}/")
    if own == column.identity:
        return tile.drawn(column, "")
    return distributions.quantile(column.kind, column.parameters, tile.own_uniforms(own, rows))


def _factor(tile: _Tile, key: str, column: Column) -> "Array":
    """Draw a factor: the quantiles of each region in the tile, at the shared uniforms."""
    rows = tile.rows
    codes, inverse = np.unique(rows.regions[tile.part], return_inverse=True)
    regions = [tile.model.region(rows.region_codes[code]).columns for code in codes]
    if not any(key in region for region in regions):
        return _default(tile, column, range(tile.part.start, tile.part.stop))
    own = [region.get(key, column) for region in regions]
    names = [rows.region_codes[code] for code in codes]
    drawn = [tile.drawn(c, name) for c, name in zip(own, names, strict=True)]
    if len(drawn) == 1:
        return drawn[0]
    shape = np.broadcast_shapes(*(d.shape for d in drawn))
    table = np.concatenate([np.broadcast_to(d, shape) for d in drawn])
    return np.asarray(table[inverse])


def _input(tile: _Tile, key: str, column: Column, given: Given, middle: "Array") -> "Array":
    """Draw an input: each row's own distribution, the template's where a row leaves it out."""
    start, stop = tile.part.start, tile.part.stop
    absent = start + np.flatnonzero(~given.present[tile.part])
    drawn: list[tuple[NDArray[np.int64], Array]] = []
    if absent.size and column.uncertain:
        drawn.append((absent, _default(tile, column, absent)))
    for part in given.uncertain:
        first, last = np.searchsorted(part.rows, [start, stop])
        rows = part.rows[first:last]
        if rows.size:
            own = {name: values[first:last, None] for name, values in part.parameters.items()}
            uniform = tile.own_uniforms(key, rows)
            drawn.append((rows, distributions.quantile(part.kind, own, uniform)))
    if not drawn:
        return middle
    if len(drawn) == 1 and drawn[0][0].size == tile.count:
        return drawn[0][1]
    years = max(middle.shape[1], *(values.shape[1] for _, values in drawn))
    result = np.broadcast_to(middle, (tile.count, years, tile.draws)).copy()
    for rows, values in drawn:
        result[rows - start] = values
    return result


def _check_divisors(tile: _Tile, columns: "Mapping[str, Array]", rejections: Rejections) -> None:
    """Reject rows in which a line divides by something that takes both signs, or no lifetime."""
    for line, divisor in tile.divisors:
        named = {name: columns[key] for name, key in line.names.items() if key in columns}
        values = divisor.evaluate(named)
        if values.size == 0 or values.min() > 0:
            continue
        low, high = values.min(axis=(1, 2)), values.max(axis=(1, 2))
        if divisor is line.lifetime:
            reason = Reason("HP-V04", "draws", place_of(line), {"line": line.id})
            _reject(tile, low <= 0, reason, rejections)
        else:
            params = {"line": line.id, "divisor": divisor.text}
            reason = Reason("HP-N10", "", place_of(line), params)
            _reject(tile, (low <= 0) & (high >= 0), reason, rejections)


def _divisors(lines: "Sequence[ModelLine]") -> "Iterator[tuple[ModelLine, Formula]]":
    for line in lines:
        if line.lifetime is not None:
            yield line, line.lifetime
        for divisor in line.formula.divisors():
            yield line, divisor


def _find_endless(tile: _Tile, columns: "Mapping[str, Array]", rejections: Rejections) -> None:
    """Reject rows in which some draws of a line are not finite."""
    for entry in evaluate(tile.model.model, columns):
        endless = np.asarray(~np.isfinite(entry.emissions).all(axis=(1, 2)))
        params = {"line": entry.line.id}
        _reject(tile, endless, Reason("HP-V01", "draws", place_of(entry.line), params), rejections)


def _reject(
    tile: _Tile, broken: "NDArray[np.bool_]", reason: Reason, rejections: Rejections
) -> None:
    mask = np.zeros(len(rejections), dtype=bool)
    mask[tile.part] = broken
    rejections.add(mask, reason)
