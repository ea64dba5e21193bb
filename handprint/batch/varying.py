"""The columns of some rows, with whatever is asked of their distributions on the last axis.

Draws, moments and single quantiles need the same columns: a reading says what is taken from a
distribution, and this module which distribution a row has, its own or the template's or a factor's.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from handprint.batch.prototype import CASE_ID
from handprint.batch.scoring import Evaluation
from handprint.core.arrays import Array, Codes
from handprint.model.columns import Column, Identity
from handprint.model.parameters import Given

__all__ = ["Reading", "given_identity", "varying_columns"]


class Reading(Protocol):
    """What is taken from the columns."""

    def certain(self, values: Array) -> Array:
        """Return values without a distribution, shape (row, year, 1) -> (row, year, m)."""
        ...

    def shared(self, column: Column, name: str, rows: Codes) -> Array:
        """Return a column that all rows share, shape (row or 1, year, m).

        Parameters
        ----------
        name : str
            Tells columns of one key apart: the region.
        """
        ...

    def own(
        self,
        key: str,
        kind: str,
        parameters: Mapping[str, Array],
        identity: Identity,
        rows: Codes,
    ) -> Array:
        """Return a quantity of each row by itself, shape (row, year, m).

        Parameters
        ----------
        parameters : mapping of arrays, shape (row or nothing, year)
        identity : Identity
            With the prototype's id in the place of the row's.
        """
        ...


def given_identity(column: Column) -> Identity:
    """Return the identity of an input that a row gives, with the prototype's id for the row's."""
    grouped = column.identity.owner == "group"
    return column.identity if grouped else Identity("case", CASE_ID, column.key)


def varying_columns(found: Evaluation, rows: slice, reading: Reading) -> dict[str, Array]:
    """Return the columns of some rows, shape (row, year, m) or broadcasting to it."""
    index = np.arange(rows.start, rows.stop)
    places = found.rows.by_region(index)
    return {
        key: _factor(found, index, column, reading, places)
        if column.role == "factor"
        else _case_input(found, index, column, reading)
        for key, column in found.model.model.columns.items()
    }


def _case_input(found: Evaluation, rows: Codes, column: Column, reading: Reading) -> Array:
    given = found.given.get(column.key)
    if given is None:
        return _default(column, rows, reading)
    return _input(found, rows, column, given, reading)


def _default(column: Column, rows: Codes, reading: Reading) -> Array:
    """Return a column with the prototype's parameters: one for all rows, or one per row."""
    if column.uncertain and column.identity.of_one_case:
        return reading.own(column.key, column.kind, column.parameters, column.identity, rows)
    return reading.shared(column, "", rows)


def _factor(
    found: Evaluation,
    rows: Codes,
    column: Column,
    reading: Reading,
    places: Mapping[str, Codes],
) -> Array:
    """Return a factor: that of each row's region."""
    regions = {name: found.model.region(name).columns for name in places}
    if not any(column.key in region for region in regions.values()):
        return _default(column, rows, reading)
    parts = [
        (there, reading.shared(regions[name].get(column.key, column), name, rows[there]))
        for name, there in places.items()
    ]
    return parts[0][1] if len(parts) == 1 else _scattered(len(rows), parts)


def _input(found: Evaluation, rows: Codes, column: Column, given: Given, reading: Reading) -> Array:
    """Return an input: each row's own distribution, the template's where a row leaves it out."""
    central = found.central.columns[column.key]
    parts: list[tuple[Codes, Array]] = []
    absent = np.flatnonzero(~given.present[rows])
    if absent.size and column.uncertain:
        parts.append((absent, _default(column, rows[absent], reading)))
    identity = given_identity(column)
    for part in given.uncertain:
        first, last = np.searchsorted(part.rows, [rows[0], rows[-1] + 1])
        there = part.rows[first:last]
        if there.size:
            own = {name: values[first:last, None] for name, values in part.parameters.items()}
            values = reading.own(column.key, part.kind, own, identity, there)
            parts.append((there - rows[0], values))
    if len(parts) == 1 and len(parts[0][0]) == len(rows):
        return parts[0][1]
    middle = reading.certain(central if len(central) == 1 else central[rows])
    if not parts:
        return middle
    return _scattered(len(rows), [(np.arange(len(rows)), middle), *parts])


def _scattered(rows: int, parts: Sequence[tuple[Codes, Array]]) -> Array:
    """Return values at their places; what comes later replaces what is there."""
    years, width = (max(values.shape[axis] for _, values in parts) for axis in (1, 2))
    result = np.full((rows, years, width), np.nan)
    for places, values in parts:
        result[places] = values
    return result
