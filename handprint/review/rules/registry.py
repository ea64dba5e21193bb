"""The registry of review rules.

A rule works on columns: ``check(columns)`` returns a mask that is true where the rule is broken.
One case is a column of length one, so the same registry reviews one case and a million. The
columns are the facts of ``handprint.review.facts``. Identifiers, severities and sources follow
the consolidated rule set of the project's methodology; the marks say how well a source is
established: V read in the primary text, S a third party's summary, M from memory, D derived here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from handprint.core.arrays import AnyArray, Mask
from handprint.core.errors import Severity

Columns = Mapping[str, AnyArray]
Check = Callable[[Columns], Mask]

__all__ = [
    "RULES",
    "Check",
    "Columns",
    "Mask",
    "Rule",
    "broken",
    "given",
    "is_true",
    "rule",
    "same",
]


@dataclass(frozen=True, slots=True)
class Rule:
    """One checkable rule, or one variant of it.

    Parameters
    ----------
    id, variant : str
        Texts stand in the catalogue under ``id`` or ``id.variant``.
    clause, mark : str
        Where the rule comes from, and how well that is established.
    place : tuple
        Key path of the case to which the finding points.
    params : tuple of str
        Columns whose values the finding's texts quote.
    """

    id: str
    variant: str
    severity: Severity
    clause: str
    mark: str
    place: tuple[str, ...]
    params: tuple[str, ...]
    check: Check

    @property
    def key(self) -> str:
        """Key of its texts in the catalogue."""
        return f"{self.id}.{self.variant}" if self.variant else self.id


RULES: list[Rule] = []


def rule(
    rule_id: str,
    severity: Severity,
    *,
    clause: str,
    mark: str,
    place: tuple[str, ...],
    variant: str = "",
    params: tuple[str, ...] = (),
) -> Callable[[Check], Check]:
    """Register the decorated check as a rule."""

    def register(check: Check) -> Check:
        RULES.append(Rule(rule_id, variant, severity, clause, mark, place, params, check))
        return check

    return register


def broken(columns: Columns) -> list[tuple[Rule, Mask]]:
    """Return every rule with its mask over the cases."""
    return [(r, np.asarray(r.check(columns), dtype=bool)) for r in RULES]


def same(columns: Columns, name: str, value: object) -> Mask:
    """Where a column equals a value."""
    return np.asarray(columns[name] == value)


def given(columns: Columns, name: str) -> Mask:
    """Where a text column is not empty."""
    return np.asarray(columns[name] != "")


def is_true(columns: Columns, name: str) -> Mask:
    """A column of facts as a mask."""
    return np.asarray(columns[name].astype(bool))
