"""Cells that a row's template cannot use: they would be lost without a word."""

import difflib
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np

from handprint.batch.headers import InputColumn
from handprint.batch.rejections import Reason, Rejections
from handprint.case.template import Template, template, template_files
from handprint.core.arrays import Array, Codes, Mask
from handprint.units.unit import describe, parse_unit

__all__ = ["reject_foreign"]


def reject_foreign(
    columns: "Mapping[InputColumn, Array]",
    names: Sequence[str],
    codes: "Codes",
    rejections: Rejections,
) -> None:
    """Reject rows with a number for an input that the template lacks, or has in another kind.

    Parameters
    ----------
    columns : mapping to array, shape (row,)
        NaN where a cell is empty.
    names, codes : sequence of str, array of int
        Templates, and which of them each row names.
    """
    seen: dict[tuple[str, str], Mask] = {}
    shared = _in_several_columns(columns)
    for column, values in columns.items():
        filled = np.flatnonzero(~np.isnan(values))
        own = codes[filled]
        fits = np.array([_fits(column, name) for name in names])
        if not fits[own].all():
            for code in np.unique(own[~fits[own]]):
                reason = _reason(column, template(names[code]))
                rejections.add(_mask(filled[own == code], len(values)), reason)
        key = (column.name, column.parameter)
        if key in shared:
            rows = filled[fits[own]]
            before = seen.setdefault(key, np.zeros(len(values), dtype=bool))
            twice = Reason("HP-B04", "row", column.header, {"column": column.header})
            rejections.add(_mask(rows[before[rows]], len(values)), twice)
            before[rows] = True


def _in_several_columns(columns: Mapping[InputColumn, Array]) -> set[tuple[str, str]]:
    keys = [(column.name, column.parameter) for column in columns]
    return {key for key in keys if keys.count(key) > 1}


@lru_cache(maxsize=8192)
def _fits(column: InputColumn, name: str) -> bool:
    """Whether a template can use a column; what is wrong with an unknown one is told elsewhere."""
    if name not in template_files():
        return True
    spec = template(name).inputs.get(column.name)
    if spec is None:
        return False
    return column.parameter == "gsd" or parse_unit(spec.unit).dimension == column.unit.dimension


def _reason(column: InputColumn, scenario: Template) -> Reason:
    """Return why a template cannot use a column."""
    spec = scenario.inputs.get(column.name)
    if spec is None:
        near = difflib.get_close_matches(column.name, scenario.inputs, 3, 0.3)
        params = {"name": column.name, "known": ", ".join(near or scenario.inputs)}
        return Reason("HP-T04", "", column.header, params)
    unit = {"unit": column.unit.text, "dimension": describe(column.unit.dimension)}
    return Reason("HP-T08", "", column.header, {"name": column.name, "expected": spec.unit, **unit})


def _mask(rows: Codes, count: int) -> Mask:
    mask = np.zeros(count, dtype=bool)
    mask[rows] = True
    return mask
