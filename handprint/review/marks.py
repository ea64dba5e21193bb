"""Marks: findings over the cases of one model, and masks that hold for all of them or for none.

A mask has one truth value per case, or a single one for all. The two constants are known by
identity, so that what holds for all or for none costs nothing however many cases there are.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from handprint.core.arrays import AnyArray, Mask
from handprint.core.errors import Finding, Param, Severity

__all__ = ["ALWAYS", "NEVER", "Mark", "both", "either", "findings_of", "opposite"]

NEVER: Mask = np.array([False])
ALWAYS: Mask = np.array([True])


def either(one: Mask, other: Mask) -> Mask:
    """Return where one of two masks holds."""
    if one is ALWAYS or other is NEVER:
        return one
    return other if other is ALWAYS or one is NEVER else np.asarray(one | other)


def both(one: Mask, other: Mask) -> Mask:
    """Return where two masks hold."""
    if one is NEVER or other is ALWAYS:
        return one
    return other if other is NEVER or one is ALWAYS else np.asarray(one & other)


def opposite(mask: Mask) -> Mask:
    """Return where a mask does not hold."""
    return ALWAYS if mask is NEVER else NEVER if mask is ALWAYS else np.asarray(~mask)


@dataclass(frozen=True, slots=True)
class Mark:
    """What some cases were found to be: the finding of each of them.

    Parameters
    ----------
    mask : mask
        The cases.
    place : str
        Where it stands in each of them.
    params : mapping
        Values for the placeholders of the texts, the same for all cases.
    values : mapping of arrays, shape (case,) or (1,)
        Those that differ by case.
    shown : function
        What the texts print of such a value.
    """

    code: str
    variant: str
    severity: Severity
    mask: Mask
    place: str = ""
    params: Mapping[str, Param] = field(default_factory=dict)
    values: Mapping[str, AnyArray] = field(default_factory=dict)
    shown: Callable[[float], Param] = float

    @property
    def key(self) -> str:
        """Key of its texts in the catalogue."""
        return f"{self.code}.{self.variant}" if self.variant else self.code

    def finding(self, case: int = 0) -> Finding:
        """Return the finding of one case."""
        own = {n: self.shown(v[case if v.size > 1 else 0]) for n, v in self.values.items()}
        params = {**self.params, **own}
        return Finding(self.code, self.severity, self.place, params, self.variant)


def findings_of(marks: Iterable[Mark]) -> Iterator[Finding]:
    """Yield the findings of a single case."""
    return (mark.finding() for mark in marks if mark.mask[0])
