"""Score the rows of one group as arrays: the evaluator of single cases over (row, year, draw)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from handprint.batch.given import read_given
from handprint.batch.prototype import Prototype
from handprint.batch.rejections import Reason, Rejections, reject
from handprint.core.arrays import AnyArray, Array, Codes, Mask
from handprint.model.parameters import Given
from handprint.review.facts import Evaluated, OwnInput, evaluated
from handprint.review.marks import ALWAYS, NEVER, Mark
from handprint.review.value_checks import check_central

__all__ = ["Evaluation", "Rows", "evaluate_rows"]

PLACES = "", "functional_unit"  # columns: the reference is none, the quantity may be one


@dataclass(frozen=True, slots=True)
class Rows:
    """What a group's rows say.

    Parameters
    ----------
    ids : sequence of str
        Needed for draws only; may be empty without.
    regions : array of int, shape (row,)
        Index into ``region_codes``.
    numbers : mapping of (input, parameter) to array, shape (row,)
        In canonical units; NaN where a row gives none.
    rates : set of str
        Inputs given as a plain number or in per cent.
    titled : mask or None
        Which rows have a title of their own; None for none of them.
    words : mapping of fact to array of str
        What their titles say, as far as rules ask.
    unplaced : mask
        Which rows leave the region to their template.
    """

    ids: Sequence[str]
    regions: Codes
    region_codes: Sequence[str]
    numbers: Mapping[tuple[str, str], Array]
    rates: frozenset[str] = frozenset()
    titled: Mask | None = None
    words: Mapping[str, AnyArray] = field(default_factory=dict)
    unplaced: Mask = field(default_factory=lambda: NEVER)

    def __len__(self) -> int:
        return len(self.regions)

    def by_region(self, index: Codes) -> dict[str, Codes]:
        """Return for every region of some rows which of them lie there."""
        codes, inverse = np.unique(self.regions[index], return_inverse=True)
        return {
            self.region_codes[code]: np.flatnonzero(inverse == i) for i, code in enumerate(codes)
        }

    def take(self, index: Codes) -> "Rows":
        """Return some of the rows."""
        return Rows(
            ids=[self.ids[int(i)] for i in index] if self.ids else (),
            regions=self.regions[index],
            region_codes=self.region_codes,
            numbers={key: values[index] for key, values in self.numbers.items()},
            rates=self.rates,
            titled=None if self.titled is None else self.titled[index],
            words={name: values[index] for name, values in self.words.items()},
            unplaced=self.unplaced[index] if self.unplaced.size > 1 else self.unplaced,
        )


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The central results of a group's rows.

    Parameters
    ----------
    marks : sequence of Mark
        What the numbers of some rows were found to be, short of an error.
    """

    model: Prototype
    rows: Rows
    given: Mapping[str, Given]
    central: Evaluated
    marks: Sequence[Mark]


def evaluate_rows(rows: Rows, model: Prototype, rejections: Rejections) -> Evaluation:
    """Evaluate the rows of one group and reject those that cannot be."""
    columns: dict[str, Array] = {k: c.central() for k, c in model.model.columns.items()}
    given = _inputs(rows, model, columns, rejections)
    _factor_columns(rows, model, columns, rejections)
    own = {name: _own(rows, name, found) for name, found in given.items()}
    central = evaluated(model.case, model.model, columns, cases=len(rows), own=own)
    marks = reject(check_central(central, PLACES), rejections)
    return Evaluation(model, rows, given, central, marks)


def _own(rows: Rows, name: str, found: Given) -> OwnInput:
    """Return what the review asks of an input that rows give."""
    uncertain = NEVER
    if found.uncertain:
        uncertain = np.zeros(len(rows), dtype=bool)
        for part in found.uncertain:
            uncertain[part.rows] = True
    present = ALWAYS if found.present.all() else found.present
    return OwnInput(present, uncertain, _rate(rows, name) if name in rows.rates else None)


def _rate(rows: Rows, name: str) -> Array | None:
    """Return the values of an input, else its modes."""
    value, mode = (rows.numbers.get((name, parameter)) for parameter in ("value", "mode"))
    if value is None or mode is None:
        return mode if value is None else value
    return np.where(np.isnan(value), mode, value)


def _inputs(
    rows: Rows, model: Prototype, columns: dict[str, Array], rejections: Rejections
) -> dict[str, Given]:
    """Put the rows' numbers into the columns; an input a row leaves out keeps its typical value."""
    given: dict[str, Given] = {}
    for name, spec in model.template.inputs.items():
        own = {p: values for (n, p), values in rows.numbers.items() if n == name}
        found = read_given(name, own, rejections, model.scale(name)) if own else None
        if spec.required:
            label = spec.name.get("zh", name)
            params = {"name": name, "unit": spec.unit, "label": label}
            missing = True if found is None else ~found.present
            rejections.add(missing, Reason("HP-T03", "", f"{name} [{spec.unit}]", params))
        elif name in model.declared:
            missing = True if found is None else ~found.present
            rejections.add(missing, Reason("HP-S02", "unit", f"{name} [{spec.unit}]"))
        if found is not None:
            given[name] = found
            columns[name] = _merged(found, columns[name])
    return given


def _merged(found: Given, default: Array) -> Array:
    """Return the rows' values, and the default where a row gives none."""
    if found.present.all():
        return found.central[:, None, None]
    return np.where(found.present[:, None, None], found.central[:, None, None], default)


def _factor_columns(
    rows: Rows, model: Prototype, columns: dict[str, Array], rejections: Rejections
) -> None:
    """Replace the factor columns by those of each row's region."""
    tables: dict[str, list[Array]] = {}
    for index, code in enumerate(rows.region_codes):
        found = model.region(code)
        if found.error is not None:
            rejections.add(rows.regions == index, Reason.of_region(found.error))
        for key, column in model.model.columns.items():
            if column.role == "factor":
                central = found.columns.get(key, column).central()[0, :, 0]
                tables.setdefault(key, []).append(central)
    for key, values in tables.items():
        width = max(len(v) for v in values)
        table = np.stack([np.broadcast_to(v, (width,)) for v in values])
        same = np.all(table == table[0])
        columns[key] = table[:1, :, None] if same else table[rows.regions][:, :, None]
