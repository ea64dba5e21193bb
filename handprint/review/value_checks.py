"""Numbers that cannot be: checks on evaluated values, over cases, each with the place of its cause.

A single case makes findings of the marks; rows of a table are rejected for the errors among them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from handprint.case.answers import told
from handprint.core.arrays import AnyArray, Array, Mask
from handprint.core.errors import Severity
from handprint.model.evaluate import Entry, Totals, evaluate
from handprint.model.structure import Model, ModelLine
from handprint.review.facts.evaluated import Evaluated
from handprint.review.marks import ALWAYS, NEVER, Mark, both, either, opposite
from handprint.units.formula import Formula

__all__ = [
    "Divisor",
    "DrawChecks",
    "check_central",
    "check_ledger",
    "check_spread",
    "divisors",
]

ONE_SIDED = 0.15  # of the width of the 90 % interval
IMPOSSIBLE_DRAWS = 0.001  # a normal distribution a little over three standard deviations from zero


def check_central(found: Evaluated, places: tuple[str, str]) -> list[Mark]:
    """Return where lines or results at central values are what no case can have.

    Parameters
    ----------
    places : tuple of str
        Of the reference and of the functional unit.
    """
    marks = [*check_ledger(found.ledger, found.columns), *_result_marks(found, *places)]
    wrong = NEVER
    for mark in marks:
        wrong = either(wrong, mark.mask if mark.severity is Severity.ERROR else NEVER)
    endless = both(~np.isfinite(found.found.ner[:, 0]), opposite(wrong))
    return [*marks, *_held(Mark("HP-V09", "", Severity.ERROR, endless, places[0]))]


def check_ledger(entries: Iterable[Entry], columns: Mapping[str, Array]) -> Iterator[Mark]:
    """Yield where lines are impossible at central values; of an entry's faults the first alone."""
    for entry in entries:
        seen = NEVER
        for mark in _faults(entry, columns):
            yield from _held(replace(mark, mask=both(mark.mask, opposite(seen))))
            seen = either(seen, mark.mask)


def _faults(entry: Entry, columns: Mapping[str, Array]) -> Iterator[Mark]:
    line, emissions = entry.line, entry.emissions
    if line.lifetime is not None:
        lifetime = line.lifetime.evaluate(_named(line, columns))
        yield _of_line("HP-V04", line, _any(lifetime <= 0))
    if line.share is not None:
        share = np.atleast_1d(line.share.evaluate(_named(line, columns)))
        first = share.reshape(share.shape[0], -1)[:, 0]
        yield _of_line("HP-V05", line, _any((share < 0) | (share > 1)), share=first)
    lowest = emissions[:, 0, 0] if emissions.shape[1] == 1 else emissions.min(axis=(1, 2))
    if not np.all(lowest >= 0) or not np.all(np.isfinite(emissions)):
        yield _of_line("HP-V01", line, _any(~np.isfinite(emissions)))
        if not line.credit:
            yield _of_line("HP-V02", line, np.asarray(lowest < 0), value=lowest / 1000.0)
    if line.credit and not told(line.reason):
        yield _of_line("HP-V07", line, ALWAYS, severity=Severity.BLOCK)


def _result_marks(found: Evaluated, place: str, unit_place: str) -> Iterator[Mark]:
    """Yield where the reference is not positive, or a functional unit is none."""
    model, error = found.model, Severity.ERROR
    e_ref, quantity = found.effects["E_ref"], found.quantity
    yield from _held(Mark("HP-V03", "", error, e_ref < 0, place, values={"value": e_ref}))
    yield from _held(Mark("HP-V08", "", Severity.WARNING, e_ref == 0, place))
    bad = ~(np.isfinite(quantity) & (quantity >= 0))
    yield from _held(Mark("HP-V06", "", error, bad, unit_place, values={"value": quantity}))
    if model.functional_unit_solution is not None and model.normalise:
        other = found.quantity_solution
        bad = ~(np.isfinite(other) & (other > 0))
        values = {"value": other}
        yield from _held(Mark("HP-V06", "solution", error, bad, unit_place, values=values))


@dataclass(frozen=True, slots=True)
class Divisor:
    """A formula that a line divides by: one that takes both signs makes no finite number."""

    line: ModelLine
    formula: Formula

    @property
    def of_lifetime(self) -> bool:
        """Whether it is the line's lifetime."""
        return self.formula is self.line.lifetime

    @property
    def keys(self) -> set[str]:
        """Columns that it reads."""
        return {self.line.names[n] for n in self.formula.names if n in self.line.names}

    def impossible(self, columns: Mapping[str, Array]) -> Mask:
        """Return where it takes both signs, or a lifetime is none."""
        values = np.atleast_3d(self.formula.evaluate(_named(self.line, columns)))
        if values.size == 0 or values.min() > 0:
            return NEVER
        low, high = values.min(axis=(1, 2)), values.max(axis=(1, 2))
        ends = low <= 0
        return np.asarray(ends if self.of_lifetime else ends & (high >= 0))


def divisors(line: ModelLine) -> Iterator[Divisor]:
    """Yield what a line divides by."""
    if line.lifetime is not None:
        yield Divisor(line, line.lifetime)
    for formula in line.formula.divisors():
        yield Divisor(line, formula)


@dataclass(frozen=True, slots=True)
class DrawChecks:
    """The checks of a model's draws, made once for all of its draws.

    Parameters
    ----------
    divisors : tuple
        What each line divides by.
    """

    model: Model
    divisors: tuple[tuple[Divisor, ...], ...]

    @classmethod
    def of(cls, model: Model) -> "DrawChecks":
        """Return the checks of a model."""
        return cls(model, tuple(tuple(divisors(line)) for line in model.lines))

    def marks(self, columns: Mapping[str, Array], sums: Totals, ner: Array) -> Iterator[Mark]:
        """Yield where draws make a line divide by zero, are not finite, or a share is none.

        Parameters
        ----------
        sums, ner
            What the columns give: where these are finite, so is every line.
        """
        endless = _endless(self.model, columns, sums, ner)
        for line, divided_by in zip(self.model.lines, self.divisors, strict=True):
            own = endless.get(id(line), NEVER)
            if divided_by or own is not NEVER or line.share is not None:
                yield from _drawn(line, divided_by, columns, own)


def _drawn(
    line: ModelLine, divided_by: Sequence[Divisor], columns: Mapping[str, Array], endless: Mask
) -> Iterator[Mark]:
    """Yield what is wrong with the draws of a line; a lifetime of zero explains all the rest."""
    ended = next((d.impossible(columns) for d in divided_by if d.of_lifetime), NEVER)
    infinite = both(endless, opposite(ended))
    sound = opposite(either(ended, infinite))
    yield from _held(_of_line("HP-V04", line, ended, variant="draws"))
    yield from _held(_of_line("HP-V01", line, infinite, variant="draws"))
    for divisor in divided_by:
        if not divisor.of_lifetime:
            params = {"line": line.id, "divisor": divisor.formula.text}
            mask = both(divisor.impossible(columns), sound)
            yield from _held(Mark("HP-N10", "", Severity.ERROR, mask, line.place, params))
    outside, warning = both(_often_outside(line, columns), sound), Severity.WARNING
    yield from _held(_of_line("HP-V05", line, outside, variant="draws", severity=warning))


def _endless(
    model: Model, columns: Mapping[str, Array], sums: Totals, ner: Array
) -> dict[int, Mask]:
    """Return, by line, where some draws are not finite."""
    found: dict[int, Mask] = {}
    if np.all(np.isfinite(ner)) and np.all(np.isfinite(sums.biogenic)):
        return found
    for entry in evaluate(model, columns):
        mask, key = _any(~np.isfinite(entry.emissions)), id(entry.line)
        found[key] = either(found.get(key, NEVER), mask)
    return found


def _often_outside(line: ModelLine, columns: Mapping[str, Array]) -> Mask:
    """Return where draws of a line's share lie outside 0..1 more than once in a while."""
    if line.share is None:
        return NEVER
    share = np.atleast_3d(line.share.evaluate(_named(line, columns)))
    outside = np.asarray((share < 0) | (share > 1))
    if not outside.any():
        return NEVER
    return np.asarray(outside.mean(axis=(1, 2)) > IMPOSSIBLE_DRAWS)


def check_spread(
    ner: Array, quantiles: Sequence[Array], negative: Array, places: tuple[str, str]
) -> Iterator[Mark]:
    """Yield where draws reach what cannot be, or lie beside the result at typical inputs.

    Parameters
    ----------
    ner : array, shape (case,)
        At central values [t CO2e].
    quantiles : sequence of arrays, shape (case,)
        P5, P50 and P95 of NER [t CO2e].
    negative : array, shape (case,)
        Share of the draws in which the reference is negative.
    places : tuple of str
        Of the reference and of the inputs.
    """
    often = negative > IMPOSSIBLE_DRAWS
    yield from _held(
        Mark("HP-V03", "draws", Severity.WARNING, often, places[0],
             values={"share": 100 * negative}, shown=lambda v: round(float(v), 1))
    )  # fmt: skip
    low, middle, high = quantiles
    with np.errstate(all="ignore"):
        off = np.where(high > low, (ner - middle) / (high - low), 0.0)
    values = {"value": ner, "p50": middle, "share": 100 * np.abs(off)}
    for variant, mask in (("above", off > ONE_SIDED), ("below", off < -ONE_SIDED)):
        yield from _held(
            Mark("HP-V10", variant, Severity.NOTE, mask, places[1], values=values,
                 shown=lambda v: float(f"{v:.3g}"))
        )  # fmt: skip


def _of_line(
    code: str,
    line: ModelLine,
    mask: Mask,
    *,
    variant: str = "",
    severity: Severity = Severity.ERROR,
    **values: Array,
) -> Mark:
    return Mark(code, variant, severity, mask, line.place, {"line": line.id}, values)


def _held(mark: Mark) -> tuple[Mark, ...]:
    """Return a mark that holds for some case, else nothing."""
    return (mark,) if mark.mask.any() else ()


def _named(line: ModelLine, columns: Mapping[str, Array]) -> dict[str, Array]:
    return {name: columns[key] for name, key in line.names.items() if key in columns}


def _any(mask: AnyArray) -> Mask:
    """Return for every case whether a mask holds in some year and draw."""
    flags = np.atleast_1d(np.asarray(mask))
    return np.asarray(flags.reshape(flags.shape[0], -1).any(axis=1))
