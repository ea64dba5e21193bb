"""GWP100 against the library's rows and against the reports where packages differ."""

from collections.abc import Callable

import pytest

from handprint.core.errors import CodedError
from handprint.factors.factor import Factor
from handprint.factors.gwp import BLENDS, gwp100
from handprint.factors.library import shipped_library
from handprint.units.unit import GASES

TOKENS = {gas.replace("-", "").casefold(): gas for gas in GASES}
TOKENS |= {"ch4_fossil": "CH4_fossil", "ch4_nonfossil": "CH4_nonfossil"}
ROWS = [row for row in shipped_library().factors if row.id.startswith("gwp.")]


def test_every_row_of_the_library(every: Callable[..., None]) -> None:
    """Blends are rounded to whole numbers in some rows; everything else agrees to the digit."""

    def check(row: Factor) -> None:
        gas = TOKENS[row.id.removeprefix("gwp.")]
        assert gwp100(gas, row.gwp) == pytest.approx(row.value, abs=0.51 if gas in BLENDS else 1e-9)

    every(ROWS, check, lambda row: f"{row.id} {row.gwp}")


def test_the_rows_are_there() -> None:
    assert len(ROWS) == 91
    assert {row.gwp for row in ROWS} == {"AR4", "AR5", "AR6"}


@pytest.mark.parametrize(
    ("gas", "assessment", "value"),
    [
        ("CO2", "AR6", 1),
        ("CO2e", "AR4", 1),
        ("CO2_biogenic", "AR6", 0),
        ("CH4", "AR4", 25),
        ("CH4", "AR5", 28),
        ("CH4", "AR6", 27.9),
        ("CH4_fossil", "AR6", 29.8),
        ("CH4_nonfossil", "AR6", 27.0),
        ("N2O", "AR4", 298),
        ("N2O", "AR5", 265),
        ("N2O", "AR6", 273),
        ("SF6", "AR4", 22800),
        ("SF6", "AR5", 23500),
        ("SF6", "AR6", 24300),  # many packages: 25,200
        ("HFC-134a", "AR6", 1530),
        ("R410A", "AR5", 0.5 * 677 + 0.5 * 3170),
        ("R404A", "AR4", 0.44 * 3500 + 0.04 * 1430 + 0.52 * 4470),
    ],
)
def test_published_values(gas: str, assessment: str, value: float) -> None:
    """IPCC AR4 Table 2.14, AR5 Table 8.A.1, AR6 Tables 7.15 and 7.SM.7."""
    assert gwp100(gas, assessment) == pytest.approx(value)


def test_blends_are_complete() -> None:
    for name, parts in BLENDS.items():
        assert sum(parts.values()) == pytest.approx(1), name


@pytest.mark.parametrize(("gas", "assessment"), [("SF6", "AR7"), ("CO3", "AR6"), ("", "AR6")])
def test_unknown_gas_or_report(gas: str, assessment: str) -> None:
    with pytest.raises(CodedError, match="HP-F08"):
        gwp100(gas, assessment)
