"""All facts of cases: what is constant over the cases of a model, and what was computed."""

from collections.abc import Mapping

import numpy as np

from handprint.case.schema import Case
from handprint.core.arrays import AnyArray
from handprint.model.structure import Model
from handprint.review.facts.declared import bound_facts, declared_facts
from handprint.review.facts.evaluated import Evaluated
from handprint.review.facts.inputs import input_facts
from handprint.review.facts.results import regional_facts, result_facts
from handprint.review.facts.wording import wording_facts

__all__ = ["Facts", "computed_facts", "constant_facts", "facts_of_region", "stated_facts"]

Facts = Mapping[str, AnyArray]


def constant_facts(case: Case, model: Model, *, publishing: bool = False) -> Facts:
    """Return what all cases of a model have in common."""
    return {
        **stated_facts(case, publishing=publishing),
        **_common(bound_facts(case, model)),
        **facts_of_region(case, model),
    }


def stated_facts(case: Case, *, publishing: bool = False) -> Facts:
    """Return what a case states: known where no model can be made of it, too."""
    return _common({**declared_facts(case), **wording_facts(case), "publishing": publishing})


def facts_of_region(case: Case, model: Model) -> Facts:
    """Return what the cases of one region have in common, through its factors."""
    return _common(regional_facts(case, model))


def computed_facts(found: Evaluated, constant: Facts) -> Facts:
    """Return what depends on the numbers of each case.

    Parameters
    ----------
    constant : mapping
        What the cases have in common, or what their regions have.
    """
    return {**result_facts(found), **input_facts(found, constant)}


def _common(values: Mapping[str, object]) -> Facts:
    """Return what holds for all cases, as columns of length one."""
    return {name: np.array([value]) for name, value in values.items()}
