"""A bound model in another region: the same lines, their factors bound again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from handprint.case.schema import Case
from handprint.core.errors import Finding
from handprint.model.columns import Column
from handprint.model.factor_binding import FactorBook
from handprint.model.structure import BoundFactor, Model

if TYPE_CHECKING:
    from handprint.factors.factor import Library

__all__ = ["Relocated", "relocated"]


@dataclass(frozen=True, slots=True)
class Relocated:
    """A model in another region.

    Parameters
    ----------
    columns : mapping
        The factor columns that differ from those of the model it was made of, by the same keys.
    findings : sequence of Finding
        What is to be said of its factors.
    """

    model: Model
    columns: Mapping[str, Column]
    findings: Sequence[Finding]


def relocated(model: Model, case: Case, library: "Library", region: str) -> Relocated | None:
    """Return a model as it is bound in another region, None where it needs a binding of its own.

    That is where factors have other gases there, or where one factor serves lines of the case's
    region and lines of a region of their own.

    Raises
    ------
    CodedError
        A factor cannot be found there.
    """
    if region != case.region and _shared_with_fixed(model):
        return None
    book = FactorBook(case, library, model.calendar.years, {})
    columns: dict[str, Column] = {}
    bound: dict[str, BoundFactor] = {}
    for line in model.lines:
        if line.request is None or line.factor is None:
            continue
        own, found = line.factor, book.bind(line.request, region)
        if not line.request.local:  # the model has it; bound again for what is said of it
            continue
        if not _alike(own, found):
            return None
        bound[own.key] = found
        for mine, other in zip(own.components, found.components, strict=True):
            columns[mine.column] = replace(book.columns[other.column], key=mine.column)
    return Relocated(_moved(model, region, columns, bound), columns, book.findings)


def _shared_with_fixed(model: Model) -> bool:
    """Whether a factor serves lines of the case's region and of a region of their own."""
    keys: dict[bool, set[str]] = {True: set(), False: set()}
    for line in model.lines:
        if line.request is not None and line.factor is not None:
            keys[line.request.local].add(line.factor.key)
    return bool(keys[True] & keys[False])


def _alike(own: BoundFactor, other: BoundFactor) -> bool:
    mine = [(c.gas, c.gwp) for c in own.components]
    return own.dimension == other.dimension and mine == [(c.gas, c.gwp) for c in other.components]


def _moved(
    model: Model, region: str, columns: Mapping[str, Column], bound: Mapping[str, BoundFactor]
) -> Model:
    def there(factor: BoundFactor) -> BoundFactor:
        other = bound.get(factor.key)
        return factor if other is None else replace(other, components=factor.components)

    lines = tuple(
        line
        if line.request is None or not line.request.local or line.factor is None
        else replace(line, region=region, factor=there(line.factor))
        for line in model.lines
    )
    factors = tuple(there(factor) for factor in model.factors)
    return replace(model, columns={**model.columns, **columns}, lines=lines, factors=factors)
