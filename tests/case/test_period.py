"""The assessment period: calendar years and their fractions (design: a year is 365 days)."""

import datetime as dt
from typing import Any

import pytest

from handprint.case.period import Calendar, calendar
from handprint.case.schema import Period
from handprint.core.errors import CodedError


def of(start: object, **length: Any) -> Calendar:
    return calendar(Period(start=start, **length))  # type: ignore[arg-type]


def test_one_calendar_year() -> None:
    found = of(2022, years=1)
    assert (found.years, found.fractions) == ((2022,), (1.0,))
    assert (found.start, found.end) == (dt.date(2022, 1, 1), dt.date(2022, 12, 31))


def test_42_months_from_july() -> None:
    """184 days of 2022, two whole years, and the rest: exactly 3.5 years."""
    found = of("2022-07-01", duration="42 month")
    assert found.years == (2022, 2023, 2024, 2025)
    assert found.fractions[0] == pytest.approx(184 / 365, rel=1e-15)
    assert found.fractions[1:3] == (1.0, 1.0)
    assert found.fractions[3] == pytest.approx(3.5 - 2 - 184 / 365, rel=1e-12)
    assert found.length == pytest.approx(3.5, rel=1e-15)
    assert found.end == dt.date(2025, 12, 31)


@pytest.mark.parametrize(
    ("start", "length", "years", "fractions"),
    [
        ("2022-07-01", {"years": 1}, (2022, 2023), (184 / 365, 181 / 365)),
        ("2022-12-31", {"years": 1}, (2022, 2023), (1 / 365, 364 / 365)),
        ("2022-07-01", {"duration": "3 month"}, (2022,), (0.25,)),
        ("2022-07-01", {"duration": "90 d"}, (2022,), (90 / 365,)),
        (2022, {"duration": "10 年"}, tuple(range(2022, 2032)), (1.0,) * 10),
        (2022, {"years": 0.5}, (2022,), (0.5,)),
        (2022, {"years": 2.25}, (2022, 2023, 2024), (1.0, 1.0, 0.25)),
        # a leap year is one year, not 366/365
        (2024, {"years": 2}, (2024, 2025), (1.0, 1.0)),
        ("2024-01-02", {"years": 1}, (2024,), (1.0,)),
        ("2024-02-29", {"years": 1}, (2024, 2025), (307 / 365, 58 / 365)),
        (2022, {"duration": "8760 h"}, (2022,), (1.0,)),
    ],
)
def test_fractions(
    start: object, length: dict[str, Any], years: tuple[int, ...], fractions: tuple[float, ...]
) -> None:
    found = of(start, **length)
    assert found.years == years
    assert found.fractions == pytest.approx(fractions, rel=1e-12)


def test_no_sliver_of_a_year_remains() -> None:
    """Thirds of a year add up: 12 x 4 months never touch a fifth year."""
    assert of(2022, duration="48 month").years == (2022, 2023, 2024, 2025)
    assert of("2022-05-01", duration="44 month").length == pytest.approx(44 / 12, rel=1e-14)


@pytest.mark.parametrize(
    ("start", "length", "key"),
    [
        (2022, {}, "HP-P01.neither"),
        (2022, {"years": 1, "duration": "1 year"}, "HP-P01.both"),
        ("2022-02-30", {"years": 1}, "HP-P02."),
        ("2022-13-01", {"years": 1}, "HP-P02."),
        ("0000", {"years": 1}, "HP-P02."),
        (9999, {"years": 1}, "HP-P02.range"),
        (1989, {"years": 1}, "HP-P02.range"),
        (2022, {"duration": "0 month"}, "HP-P03."),
        (2022, {"duration": "-1 year"}, "HP-P03."),
        (2022, {"duration": "61 year"}, "HP-P03."),
        (2022, {"duration": "5 km"}, "HP-P03."),
        (2022, {"duration": "5"}, "HP-P03."),
        (2022, {"duration": "soon"}, "HP-U01.number"),
    ],
)
def test_refused(start: object, length: dict[str, Any], key: str) -> None:
    with pytest.raises(CodedError) as caught:
        of(start, **length)
    assert f"{caught.value.code}.{caught.value.variant}" == key
