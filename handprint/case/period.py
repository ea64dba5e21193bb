"""The assessment period: calendar years and the part of each that counts.

A year is 365 days, a month a twelfth of it. The period is consumed from its start: a partial
first calendar year counts by its days, whole years count as one, the rest falls into the last.
"""

import datetime as dt
from dataclasses import dataclass

from handprint.case.schema import Period
from handprint.core.errors import CodedError
from handprint.units.amounts import parse_quantity
from handprint.units.unit import TIME, describe

__all__ = ["DAYS_PER_YEAR", "SECONDS_PER_YEAR", "Calendar", "calendar"]

DAYS_PER_YEAR = 365
SECONDS_PER_YEAR = DAYS_PER_YEAR * 86_400.0
MAX_YEARS = 60
FIRST_YEAR, LAST_YEAR = 1990, 2100


@dataclass(frozen=True, slots=True)
class Calendar:
    """The years of a period.

    Parameters
    ----------
    start, end : date
        First and last day.
    years : tuple of int
        Calendar years touched.
    fractions : tuple of float
        Part of each year inside the period [year].
    """

    start: dt.date
    end: dt.date
    years: tuple[int, ...]
    fractions: tuple[float, ...]

    @property
    def length(self) -> float:
        """Length of the period [year]."""
        return sum(self.fractions)


def calendar(period: Period) -> Calendar:
    """Return the calendar years of a period.

    Raises
    ------
    CodedError
        HP-P01: neither or both of ``years`` and ``duration``; HP-P02: not a date between 1990
        and 2100; HP-P03: the duration is not a time between 0 and 60 years.
    """
    try:
        start = dt.date.fromisoformat(
            period.start if len(period.start) > 4 else f"{period.start}-01-01"
        )
    except ValueError:
        raise CodedError("HP-P02", found=period.start) from None
    if not FIRST_YEAR <= start.year <= LAST_YEAR:
        raise CodedError("HP-P02", "range", found=start.year, first=FIRST_YEAR, last=LAST_YEAR)
    length = _length(period)
    years, fractions = [start.year], [min(_rest_of_year(start), length)]
    remaining = length - fractions[0]
    while remaining > 1e-9:
        years.append(years[-1] + 1)
        fractions.append(min(1.0, remaining))
        remaining -= fractions[-1]
    return Calendar(start, _last_day(start, length), tuple(years), tuple(fractions))


def _length(period: Period) -> float:
    """Return the length of the period [year]."""
    if (period.years is None) == (period.duration is None):
        raise CodedError("HP-P01", "neither" if period.years is None else "both")
    if period.years is not None:
        return period.years
    value, unit = parse_quantity(str(period.duration))
    if unit.dimension != TIME:
        raise CodedError("HP-P03", found=describe(unit.dimension), limit=MAX_YEARS)
    length = value * unit.scale / SECONDS_PER_YEAR
    if not 0 < length <= MAX_YEARS:
        raise CodedError("HP-P03", found=str(period.duration), limit=MAX_YEARS)
    return length


def _rest_of_year(start: dt.date) -> float:
    return min(1.0, (dt.date(start.year + 1, 1, 1) - start).days / DAYS_PER_YEAR)


def _last_day(start: dt.date, length: float) -> dt.date:
    """Return the last calendar day: by months where the length is a whole number of them."""
    months = round(length * 12)
    if start.day == 1 and abs(months - length * 12) < 1e-6:
        index = start.year * 12 + start.month - 1 + months
        return dt.date(index // 12, index % 12 + 1, 1) - dt.timedelta(days=1)
    return start + dt.timedelta(days=max(0, round(length * DAYS_PER_YEAR) - 1))
