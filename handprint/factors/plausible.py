"""Ranges in which factors and inputs usually lie: a thousand-fold slip becomes a finding.

The ranges stand in ``factors/plausible.csv``. They are wide on purpose; a value outside is not
wrong, it wants a second look.
"""

import csv
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, lru_cache

from handprint.core import resources
from handprint.core.errors import Finding, Severity
from handprint.units.unit import Unit, gas_of, parse_unit, without

__all__ = ["Range", "implausible", "ranges", "usual_range"]


@dataclass(frozen=True, slots=True)
class Range:
    """A usual range.

    Parameters
    ----------
    subject : str
        Pattern of factor ids ("fuel.*.ncv"); ``input`` for quantities of a case.
    unit : Unit
        Unit of the bounds; its gas stands for any gas.
    low, high : float
        Bounds [``unit``].
    reason : str
        Where the bounds come from.
    """

    subject: str
    unit: Unit
    low: float
    high: float
    reason: str

    def speaks_of(self, subject: str) -> bool:
        """Whether this range is about ``subject``."""
        return fnmatchcase(subject, self.subject)

    def fits(self, subject: str, unit: Unit) -> bool:
        """Whether this range is about ``subject`` in that kind of unit."""
        return self.speaks_of(subject) and _kind(unit) == _kind(self.unit)

    def holds(self, value: float, unit: Unit) -> bool:
        """Whether ``value`` [``unit``] lies inside."""
        scaled = value * unit.scale / self.unit.scale
        return self.low <= scaled <= self.high


@cache
def ranges() -> tuple[Range, ...]:
    """Return all ranges of the shipped table."""
    path = resources.folder("factors") / "plausible.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            Range(
                row["subject"],
                parse_unit(row["unit"]),
                float(row["low"]),
                float(row["high"]),
                row["reason"],
            )
            for row in csv.DictReader(file)
        )


def implausible(
    value: float, unit: Unit, *, place: str, name: str, subject: str = "input"
) -> list[Finding]:
    """Return a finding (a warning) if ``value`` lies outside its usual range, else nothing.

    Parameters
    ----------
    value : float
        The number given [``unit``].
    name : str
        What the message calls it.
    subject : str
        Id of a factor, or ``input`` for a quantity of a case.
    """
    usual = usual_range(subject, unit)
    if usual is None or usual.holds(value, unit):
        return []
    params: dict[str, str | int | float] = {"name": name, "value": value, "unit": unit.text}
    params |= {"low": usual.low, "high": usual.high, "range_unit": usual.unit.text}
    return [Finding("HP-F30", Severity.WARNING, place, params)]


@lru_cache(maxsize=512)
def usual_range(subject: str, unit: Unit) -> Range | None:
    """Return the first range about ``subject`` in that kind of unit."""
    return next((usual for usual in ranges() if usual.fits(subject, unit)), None)


@lru_cache(maxsize=512)
def _kind(unit: Unit) -> tuple[object, bool]:
    """Dimension without regard to which gas, and whether there is a gas at all."""
    gas = gas_of(unit.dimension)
    return (without(unit.dimension, gas) if gas else unit.dimension, gas is not None)
