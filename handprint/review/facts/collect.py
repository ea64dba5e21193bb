"""All facts of one case, gathered from what it declares and from what was computed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from handprint.case.schema import Case
from handprint.core.arrays import AnyArray, Array
from handprint.model.drivers import Driver
from handprint.model.effects import Effects
from handprint.model.evaluate import Ledger
from handprint.model.structure import Model
from handprint.review.facts.declared import declared_facts
from handprint.review.facts.inputs import input_facts
from handprint.review.facts.results import Fact, equality_facts, factor_facts, result_facts
from handprint.review.facts.wording import wording_facts

__all__ = ["Evaluated", "Fact", "facts", "one_case"]


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A case with its computed results, as far as facts need them.

    Parameters
    ----------
    columns, effects, ledger
        At central values.
    metrics : mapping
        Central values of NER, EI and VEI, NaN where undefined.
    drivers : sequence of Driver
        Empty where nothing is uncertain or no draws were asked for.
    """

    case: Case
    model: Model
    columns: Mapping[str, Array]
    effects: Effects
    ledger: Ledger
    metrics: Mapping[str, float]
    drivers: Sequence[Driver]
    publishing: bool = False


def facts(evaluated: Evaluated) -> dict[str, Fact]:
    """Return all facts of a case."""
    e = evaluated
    return {
        **declared_facts(e.case, e.model),
        **equality_facts(e.case, e.model, e.columns, e.effects),
        **factor_facts(e.model),
        **result_facts(e.case, e.model, e.effects, e.metrics, e.ledger),
        **input_facts(e.case, e.model, e.effects, e.ledger, e.drivers),
        **wording_facts(e.case),
        "publishing": e.publishing,
    }


def one_case(values: Mapping[str, Fact]) -> dict[str, AnyArray]:
    """Return the facts of one case as columns of length one."""
    return {name: np.array([value]) for name, value in values.items()}
