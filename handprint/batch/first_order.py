"""Intervals of rows to first order; rows for which that is not to be trusted are drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from handprint.assess.propagation import NORMAL_90, Propagation, propagate
from handprint.batch.drawing import QUANTILES, TILE, Intervals, draw_rows
from handprint.batch.rejections import Rejections
from handprint.batch.scoring import Evaluation, evaluate_rows
from handprint.batch.sums import Spread
from handprint.batch.varying import varying_columns
from handprint.core import distributions
from handprint.core.arrays import Array, Codes, Mask
from handprint.model.columns import Column, Identity
from handprint.model.effects import effects
from handprint.model.evaluate import evaluate, totals
from handprint.review.value_checks import Divisor, divisors

__all__ = ["first_order_rows"]

FAR = 0.0005  # a quantile that a thousand draws reach; more draws reach farther


class _Moments:
    """Takes mean and standard deviation."""

    def certain(self, values: "Array") -> "Array":
        """Return values that do not vary, shape (row, year, 2)."""
        return np.concatenate([values, np.zeros_like(values)], axis=2)

    def shared(self, column: Column, name: str, rows: "Codes") -> "Array":
        """Return the moments of a column that rows share, shape (1, year, 2)."""
        if not column.uncertain:
            return self.certain(column.central())
        return _stacked(column.kind, column.parameters)[None, :, :]

    def own(
        self,
        key: str,
        kind: str,
        parameters: "Mapping[str, Array]",
        identity: Identity,
        rows: "Codes",
    ) -> "Array":
        """Return the moments of each row's quantity, shape (row or 1, year, 2)."""
        found = _stacked(kind, parameters)
        return found if found.ndim == 3 else found[None, :, :]


def _stacked(kind: str, parameters: "Mapping[str, Array]") -> "Array":
    return np.stack(np.broadcast_arrays(*distributions.moments(kind, parameters)), axis=-1)


@dataclass(frozen=True, slots=True)
class _Quantiles:
    """Takes quantiles of some columns, and the central value of the others.

    Parameters
    ----------
    uniforms : mapping of column to array, shape (row, m) or (1, m)
    start : int
        Number of the first of these rows.
    """

    uniforms: "Mapping[str, Array]"
    start: int

    def certain(self, values: "Array") -> "Array":
        """Return what does not vary."""
        return values

    def shared(self, column: Column, name: str, rows: "Codes") -> "Array":
        """Return a column that rows share, shape (row or 1, year, m)."""
        if not column.uncertain or column.key not in self.uniforms:
            return column.central()
        return self._at(column.key, column.kind, column.parameters, rows)

    def own(
        self,
        key: str,
        kind: str,
        parameters: "Mapping[str, Array]",
        identity: Identity,
        rows: "Codes",
    ) -> "Array":
        """Return each row's quantity, shape (row or 1, year, m)."""
        if key not in self.uniforms:
            central = distributions.central(kind, parameters)[..., None]
            return central if central.ndim == 3 else central[None, :, :]
        return self._at(key, kind, parameters, rows)

    def _at(self, key: str, kind: str, parameters: "Mapping[str, Array]", rows: "Codes") -> "Array":
        uniform = self.uniforms[key]
        own = uniform if len(uniform) == 1 else uniform[rows - self.start]
        return distributions.quantile(kind, parameters, own[:, None, :])


@dataclass(frozen=True)
class _Tile:
    """Some rows, as propagation sees them."""

    found: Evaluation
    part: slice

    @cached_property
    def moments(self) -> "dict[str, tuple[Array, Array]]":
        """Mean and standard deviation of every column, shape (row, year) each."""
        both = varying_columns(self.found, self.part, _Moments())
        return {key: (values[:, :, 0], values[:, :, 1]) for key, values in both.items()}

    @property
    def count(self) -> int:
        return int(self.part.stop - self.part.start)

    def outcome(self, columns: "Mapping[str, Array]") -> "tuple[Array, Array]":
        """Return NER and G0, shape (row, m) [t CO2e]; without rebound there is no kink."""
        model = self.found.model.model
        found = effects(model, columns, totals(model, columns, evaluate(model, columns)))
        return found.ner, np.where(found.share == 0, 1.0, found.G0)

    def quantiles(self, uniforms: "Mapping[str, Array]") -> "dict[str, Array]":
        """Return all columns with some at the quantiles of uniforms, shape (row, m)."""
        return varying_columns(self.found, self.part, _Quantiles(uniforms, self.part.start))

    def correlated(self, keys: Sequence[str], spreads: "Sequence[Array]") -> "list[Array]":
        """Return for each column the spreads of all columns of its identity together."""
        result = list(spreads)
        for region, rows in self.regions.items():
            for together in _together(keys, self.columns(region)):
                total = sum(spreads[i][rows] for i in together)
                for i in together:
                    if result[i] is spreads[i]:
                        result[i] = spreads[i].copy()
                    result[i][rows] = total
        return result

    @cached_property
    def regions(self) -> "dict[str, Codes]":
        """Rows of every region, counted within the tile."""
        return self.found.rows.by_region(np.arange(self.part.start, self.part.stop))

    def columns(self, region: str) -> dict[str, Column]:
        """Return the columns of the prototype in a region."""
        own = self.found.model.region(region).columns
        return {**self.found.model.model.columns, **own}

    def given(self, key: str) -> "Mask":
        """Return which rows give an input themselves, shape (row,)."""
        found = self.found.given.get(key)
        return np.zeros(self.count, dtype=bool) if found is None else found.present[self.part]


def _together(keys: Sequence[str], columns: Mapping[str, Column]) -> list[list[int]]:
    """Return the columns of one identity, where there are several."""
    groups: dict[Identity, list[int]] = {}
    for i, key in enumerate(keys):
        groups.setdefault(columns[key].identity, []).append(i)
    return [group for group in groups.values() if len(group) > 1]


def first_order_rows(
    found: Evaluation, rejections: Rejections, *, draws: int, seed: int
) -> Intervals:
    """Return intervals to first order, and by draws where that is not to be trusted."""
    count = len(found.rows)
    quantiles = {name: np.full(count, np.nan) for name in QUANTILES}
    trusted = np.zeros(count, dtype=bool)
    total, spread = 0.0, Spread()
    divided_by = [d for line in found.model.model.lines for d in divisors(line)]
    width = 2 * sum(column.uncertain for column in found.model.model.columns.values()) + 1
    step = max(1, TILE // width)
    for start in range(0, count, step):
        tile = _Tile(found, slice(start, min(start + step, count)))
        result = propagate(tile, tile.count)
        good = result.trusted & ~_may_fail(tile, result, divided_by, min(FAR, 0.5 / draws))
        trusted[tile.part] = good
        for name, values in _quantiles(result).items():
            quantiles[name][tile.part] = np.where(good, values, np.nan)
        kept = good & ~rejections.mask[tile.part]
        total += float(result.mean[kept].sum())
        spread += _spread(tile, result, kept)
    ner = np.full(draws, total)
    rest = np.flatnonzero(~trusted & ~rejections.mask)
    if rest.size:
        ner += _draw_rest(found, rest, quantiles, rejections, draws=draws, seed=seed)
    return Intervals(quantiles, ner, trusted, spread)


def _quantiles(result: Propagation) -> "dict[str, Array]":
    """Return the quantiles of a normal NER; NaN where nothing varies."""
    from scipy.special import ndtr

    sd = np.where((result.sd > 0) & np.isfinite(result.sd), result.sd, np.nan)
    half = NORMAL_90 * sd
    values = (result.mean - half, result.mean + 0 * sd, result.mean + half, ndtr(result.mean / sd))
    return dict(zip(QUANTILES, values, strict=True))


def _may_fail(
    tile: _Tile, result: Propagation, divided_by: Sequence[Divisor], far: float
) -> "Mask":
    """Return the rows in which a line may divide by zero: far out in one of its quantities."""
    fails = np.zeros(tile.count, dtype=bool)
    keys = [key for key in result.spreads if any(key in divisor.keys for divisor in divided_by)]
    if not keys:
        return fails
    uniforms = {key: np.full((1, 2 * len(keys)), 0.5) for key in keys}
    for i, key in enumerate(keys):
        uniforms[key][0, 2 * i : 2 * i + 2] = far, 1 - far
    columns = tile.quantiles(uniforms)
    for divisor in divided_by:
        fails |= divisor.impossible(columns)
    return fails


def _spread(tile: _Tile, result: Propagation, kept: "Mask") -> Spread:
    """Return the spread of the sum of some rows: what they share adds up."""
    total = Spread()
    for region, rows in tile.regions.items():
        columns = tile.columns(region)
        chosen = rows[kept[rows]]
        for key, spreads in result.spreads.items():
            column = columns[key]
            alone = tile.given(key)[chosen] | column.identity.of_one_case
            variance = spreads[chosen] * result.covariances[key][chosen]
            total += Spread(own=float(variance[alone].sum()))
            common = float(spreads[chosen[~alone]].sum())
            if common:
                skew = float(distributions.skewness(column.kind, column.parameters).mean())
                total += Spread(
                    {str(column.identity): common}, {str(column.identity): common * skew}
                )
    return total


def _draw_rest(
    found: Evaluation,
    rest: "Codes",
    quantiles: "Mapping[str, Array]",
    rejections: Rejections,
    *,
    draws: int,
    seed: int,
) -> "Array":
    """Draw some rows, put their quantiles in place and return the draws of their sum."""
    local = Rejections(len(rest))
    again = evaluate_rows(found.rows.take(rest), found.model, local)
    drawn = draw_rows(again, local, draws=draws, seed=seed)
    rejections.take(rest, local)
    for name, values in drawn.quantiles.items():
        quantiles[name][rest] = values
    return drawn.ner
