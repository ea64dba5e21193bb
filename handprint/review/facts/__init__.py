"""Facts of assessed cases: what the review rules ask about, as columns over the cases of a model.

What a case declares is taken from it; what follows is taken from the result. A column has one
value per case, or a single one that holds for all; a single case has columns of length one. A
missing text is "", a missing number NaN, so that columns have one type each.
"""

from handprint.review.facts.collect import (
    Facts,
    computed_facts,
    constant_facts,
    facts_of_region,
    stated_facts,
)
from handprint.review.facts.evaluated import Evaluated, OwnInput, evaluated

__all__ = [
    "Evaluated",
    "Facts",
    "OwnInput",
    "computed_facts",
    "constant_facts",
    "evaluated",
    "facts_of_region",
    "stated_facts",
]
