"""Why rows cannot be scored: a code, the column it is about, and what its message needs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from handprint.core.arrays import AnyArray, Mask
from handprint.core.errors import CodedError, Finding, Param, Severity
from handprint.review.marks import Mark

__all__ = ["FILE", "Reason", "Rejections", "reject"]

FILE = "row"  # the file of a case that stands for rows


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a row has no score.

    Parameters
    ----------
    code, variant : str
        Of the finding.
    column : str
        Header of the column, or what the finding is about; "" for the row as a whole.
    params : mapping
        Values for the placeholders of the finding's texts.
    """

    code: str
    variant: str = ""
    column: str = ""
    params: Mapping[str, Param] = field(default_factory=dict)

    @classmethod
    def of(cls, problem: CodedError, column: str = "") -> "Reason":
        """Return the reason that an error stands for."""
        return cls(problem.code, problem.variant, column, problem.params)

    @classmethod
    def of_region(cls, problem: CodedError) -> "Reason":
        """Return why a region has no factors: the cell that mends it, as far as one does."""
        return cls.of(problem, "factor_paths" if problem.code == "HP-F04" else "region")

    @classmethod
    def of_mark(cls, mark: Mark) -> "Reason":
        """Return the reason that a mark stands for: its place without the name of a file."""
        column = mark.place.removeprefix(FILE).strip()
        return cls(mark.code, mark.variant, column, mark.params)

    def finding(self, place: str) -> Finding:
        """Return the finding for a row that stands at ``place``."""
        return Finding(self.code, Severity.ERROR, place, self.params, self.variant)


class Rejections:
    """The rows that cannot be scored; the first reason of a row stays."""

    def __init__(self, rows: int) -> None:
        self._of_row = np.zeros(rows, dtype=np.int32)  # 0: none
        self._reasons: list[tuple[Reason, dict[str, AnyArray]]] = []

    def __len__(self) -> int:
        return len(self._of_row)

    @property
    def mask(self) -> Mask:
        """Which rows are rejected."""
        return np.asarray(self._of_row > 0)

    def add(self, broken: object, reason: Reason, **values: AnyArray) -> None:
        """Reject rows.

        Parameters
        ----------
        broken : mask over the rows, or one truth value for all of them
        values : arrays over the rows
            Parameters of the message that differ by row.
        """
        mask = np.asarray(broken, dtype=bool)
        if not mask.any():
            return
        fresh = np.broadcast_to(mask, self._of_row.shape) & (self._of_row == 0)
        self._reasons.append((reason, values))
        self._of_row[fresh] = len(self._reasons)

    def take(self, index: AnyArray, other: "Rejections") -> None:
        """Add the rejections of a group whose rows stand at ``index``."""
        for local in np.flatnonzero(other.mask & (self._of_row[index] == 0)):
            self._reasons.append((other.reason(int(local)), {}))
            self._of_row[index[local]] = len(self._reasons)

    def reason(self, row: int) -> Reason:
        """Return why a rejected row is rejected."""
        reason, values = self._reasons[self._of_row[row] - 1]
        own = {
            name: _plain(np.broadcast_to(v, self._of_row.shape)[row]) for name, v in values.items()
        }
        return Reason(reason.code, reason.variant, reason.column, {**reason.params, **own})


def reject(marks: Iterable[Mark], rejections: Rejections) -> list[Mark]:
    """Reject the rows with errors and return the other marks."""
    kept = []
    for mark in marks:
        if mark.severity is Severity.ERROR:
            rejections.add(mark.mask, Reason.of_mark(mark), **mark.values)
        else:
            kept.append(mark)
    return kept


def _plain(value: Any) -> Param:
    return value.item() if isinstance(value, np.generic) else str(value)
