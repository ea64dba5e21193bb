"""A slip of a thousand is noticed; ordinary values are not."""

import pytest

from handprint.core.errors import Severity
from handprint.factors.plausible import implausible, ranges
from handprint.units.unit import parse_unit


@pytest.mark.parametrize(
    ("value", "unit", "subject"),
    [
        (0.5703, "t CO2/MWh", "input"),
        (0.5703, "kg CO2/kWh", "electricity.grid"),
        (570.3, "g CO2/kWh", "electricity.grid"),
        (2.57, "kg CO2e/L", "input"),
        (56100, "kg CO2/TJ", "fuel.natural_gas.combustion"),
        (0.104, "kg CO2e/pkm", "transport.bus"),
        (13500, "kWh/t", "input"),
        (3660, "kg CO2e/device", "ict.server.manufacture"),
        (1.3, "1", "ict.datacentre.pue"),
        (12.5, "person", "input"),
    ],
)
def test_ordinary_values_pass(value: float, unit: str, subject: str) -> None:
    assert implausible(value, parse_unit(unit), place="p", name="n", subject=subject) == []


@pytest.mark.parametrize(
    ("value", "unit", "subject"),
    [
        (0.5703, "t CO2/kWh", "input"),
        (570.3, "kg CO2/kWh", "electricity.grid"),
        (2570, "kg CO2e/L", "input"),
        (56100, "t CO2/TJ", "fuel.natural_gas.combustion"),
        (43.14, "kg CO2e/pkm", "transport.metro"),
        (13500, "MWh/t", "input"),
        (3660, "t CO2e/device", "ict.server.manufacture"),
        (13, "1", "ict.datacentre.pue"),
    ],
)
def test_a_thousandfold_slip_is_a_warning(value: float, unit: str, subject: str) -> None:
    found = implausible(value, parse_unit(unit), place="a:3", name="x", subject=subject)
    assert [(f.rule, f.severity, f.place) for f in found] == [("HP-F30", Severity.WARNING, "a:3")]


def test_bounds_are_ordered() -> None:
    assert all(usual.low < usual.high for usual in ranges())
