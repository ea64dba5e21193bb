"""Facts of an assessed case: what the review rules ask about, one value per column.

What a case declares is taken from it; what follows is taken from the result. A missing text is
"", a missing number NaN, so that columns of many cases have one type each.
"""

from handprint.review.facts.collect import Evaluated, Fact, facts, one_case
from handprint.review.facts.results import nature_of, regional_facts

__all__ = ["Evaluated", "Fact", "facts", "nature_of", "one_case", "regional_facts"]
