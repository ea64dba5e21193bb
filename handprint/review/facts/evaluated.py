"""Cases of one model with their central results: what facts and value checks are taken from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from handprint.case.schema import Case
from handprint.core.arrays import Array, Mask
from handprint.model.effects import EFFECTS, Effects, effects
from handprint.model.evaluate import Ledger, Totals, evaluate, ratio_total, totals
from handprint.model.metrics import DEFINITIONS
from handprint.model.structure import Model

__all__ = ["Evaluated", "OwnInput", "evaluated"]


@dataclass(frozen=True, slots=True)
class OwnInput:
    """What some cases give of an input in place of what the case of their model says.

    Parameters
    ----------
    present : mask
        The cases.
    uncertain : mask
        Those of them that give a distribution.
    rate : array, shape (case,), or None
        The value [1] where it is given as a plain number or in per cent, NaN where none is given.
    """

    present: Mask
    uncertain: Mask
    rate: Array | None = None


@dataclass(frozen=True, slots=True)
class Evaluated:
    """Cases that share a model; a single case is one of them.

    Parameters
    ----------
    case : Case
        What the cases have in common.
    columns : mapping of arrays, shape (case, year, 1) or broadcasting to it
    found : Effects
        Each of shape (case, 1) or (1, 1).
    effects, metrics : mappings of arrays, shape (case,)
        Effects and NER in t CO2e over the period; NaN where a metric is undefined.
    quantity, quantity_solution : array, shape (case,)
        Functional units of the two scenarios.
    own : mapping of OwnInput
        Inputs that cases give themselves; a single case has all of them in ``case``.
    """

    case: Case
    model: Model
    columns: Mapping[str, Array]
    ledger: Ledger
    sums: Totals
    found: Effects
    effects: Mapping[str, Array]
    metrics: Mapping[str, Array]
    quantity: Array
    quantity_solution: Array
    own: Mapping[str, OwnInput] = field(default_factory=dict)


def evaluated(
    case: Case,
    model: Model,
    columns: Mapping[str, Array],
    *,
    cases: int = 1,
    own: Mapping[str, OwnInput] | None = None,
) -> Evaluated:
    """Return the results of ``cases`` cases at central values."""
    ledger = list(evaluate(model, columns))
    sums = totals(model, columns, ledger)
    found = effects(model, columns, sums)

    def flat(values: Array) -> Array:
        return np.broadcast_to(values[:, 0], (cases,))

    other = model.functional_unit_solution
    quantity = flat(found.Q)
    with np.errstate(all="ignore"):  # what is not finite becomes a finding
        metrics = {n: flat(DEFINITIONS[d].function(found)) for n, d in model.definitions.items()}
    return Evaluated(
        case=case,
        model=model,
        columns=columns,
        ledger=ledger,
        sums=sums,
        found=found,
        effects={name: flat(getattr(found, name)) for name in EFFECTS},
        metrics=metrics,
        quantity=quantity,
        quantity_solution=quantity if other is None else flat(ratio_total(other, columns)),
        own=own or {},
    )
