"""The evaluator: a bound model over arrays (case, year, draw) to a ledger.

One case with one draw, one case with 10,000 draws and a library of cases run the same code; only
the shapes of the columns differ. Emissions are kept in canonical units, kg CO2e.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from handprint.core.arrays import Array
from handprint.model.structure import BIOGENIC, Component, Model, ModelLine, Ratio

__all__ = ["Entry", "Ledger", "Totals", "evaluate", "normalisation", "ratio_total", "totals"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One array of the ledger: one line, one gas.

    Parameters
    ----------
    activity : array, shape (case, year, draw)
        The quantity in each year, before factor and share [canonical].
    emissions : array, shape (case, year, draw)
        [kg CO2e]; for biogenic CO2, a memo, [kg CO2].
    """

    line: ModelLine
    gas: str
    activity: Array
    emissions: Array

    @property
    def memo(self) -> bool:
        """Whether this is biogenic CO2: shown, but in no total. CH4 and N2O of wood do count."""
        declared = self.line.memo and self.gas in ("CO2", "CO2e")
        return declared or self.gas == BIOGENIC


Ledger = list[Entry]


@dataclass(frozen=True, slots=True)
class Totals:
    """Emissions per scenario, shape (case, year, draw) or (1, 1, 1) without lines [kg CO2e]."""

    reference: Array
    solution: Array
    ict: Array
    higher_order: Array
    biogenic: Array  # memo of all scenarios, solution minus reference [kg CO2]


def evaluate(model: Model, columns: Mapping[str, Array]) -> Iterator[Entry]:
    """Yield the ledger's entries one after the other, so that a caller need not keep them all."""
    with np.errstate(all="ignore"):  # what is not finite becomes a finding with its place
        for line in model.lines:
            yield from _entries(line, columns)


def _entries(line: ModelLine, columns: Mapping[str, Array]) -> Iterator[Entry]:
    named = {name: columns[key] for name, key in line.names.items() if key in columns}
    activity = line.formula.evaluate(named) * line.weights
    effective = activity
    if line.lifetime is not None:
        effective = effective / line.lifetime.evaluate(named)
    if line.share is not None:
        effective = effective * line.share.evaluate(named)
    for component in _components(line):
        factor = _first_year(columns[component.column], line) if component.column else 1.0
        gwp = component.gwp or 1.0  # that of biogenic CO2 is zero: its memo is in kg CO2
        yield Entry(line, component.gas, activity, np.asarray(effective * (factor * gwp)))


def _components(line: ModelLine) -> tuple[Component, ...]:
    if line.factor is not None:
        return line.factor.components
    return (line.direct,) if line.direct is not None else ()


def _first_year(values: Array, line: ModelLine) -> Array:
    """A stock was made once: its factor is that of the first year in which it is in use."""
    if line.kind != "stock" or values.shape[1] == 1:
        return values
    first = int(np.argmax(line.weights[0, :, 0] > 0))
    return values[:, first : first + 1, :]


def totals(model: Model, columns: Mapping[str, Array], entries: Iterable[Entry]) -> Totals:
    """Return the sums per scenario; the entries need not be kept."""
    sums: dict[str, Array] = {}
    empty = np.zeros((1, 1, 1))
    for entry in entries:
        key: str = entry.line.scenario
        emissions = entry.emissions
        if entry.memo:
            emissions = emissions * {"solution": 1.0, "reference": -1.0}.get(key, 0.0)
            key = "biogenic"
        with np.errstate(over="ignore", invalid="ignore"):  # becomes a finding
            sums[key] = sums.get(key, empty) + emissions
    return Totals(
        reference=sums.get("reference", empty),
        solution=sums.get("solution", empty) * normalisation(model, columns),
        ict=sums.get("ict", empty),
        higher_order=sums.get("higher_order", empty),
        biogenic=sums.get("biogenic", empty),
    )


def normalisation(model: Model, columns: Mapping[str, Array]) -> Array:
    """Return the factor that brings the solution to the function of the reference."""
    other = model.functional_unit_solution
    if not model.normalise or other is None:
        return np.ones((1, 1, 1))
    with np.errstate(all="ignore"):
        ratio = ratio_total(model.functional_unit, columns) / ratio_total(other, columns)
    return np.asarray(ratio[:, None, :])


def ratio_total(ratio: Ratio, columns: Mapping[str, Array]) -> Array:
    """Return a denominator over the period in its own unit, shape (case, draw)."""
    total: Array = np.zeros((1, 1))
    with np.errstate(all="ignore"):
        for formula, names, weights in ratio.terms:
            named = {name: columns[key] for name, key in names.items() if key in columns}
            total = total + (formula.evaluate(named) * weights).sum(axis=1)
    return np.asarray(total / ratio.scale)
