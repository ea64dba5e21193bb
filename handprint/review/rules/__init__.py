"""Review rules: what an assessment must satisfy before anyone relies on it.

One module per subject; importing this package registers them all. The order in which a reviewer
asks is ``handprint.review.checklist``.
"""

from handprint.review.rules import (  # noqa: F401 (each registers its rules)
    attribution,
    claims,
    consequences,
    evidence,
    factors,
    footprint,
    scenarios,
)
from handprint.review.rules.registry import RULES, Columns, Rule, broken
from handprint.review.rules.scenarios import FITTING_REFERENCES, OTHER_BOUND, SECTOR_BOUND

__all__ = [
    "FITTING_REFERENCES",
    "OTHER_BOUND",
    "RULES",
    "SECTOR_BOUND",
    "Columns",
    "Rule",
    "broken",
]
