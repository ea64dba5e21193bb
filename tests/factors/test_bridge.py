"""Quantities of fuel meet factors through calorific values and densities of the library.

IPCC 2006: diesel 43.0 TJ/Gg, natural gas 48.0; UNSD: diesel 0.87 kg/L; China: diesel 42.652 GJ/t,
natural gas 38.931 MJ/Nm3; GB/T 2589: raw coal 0.7143 kgce/kg; 1 kgce = 29.3076 MJ.
"""

import pytest

from handprint.core.errors import CodedError
from handprint.factors.bridge import Bridge, bridge
from handprint.factors.library import shipped_library
from handprint.units.unit import ENERGY, MASS, parse_unit

VOLUME = parse_unit("m3").dimension
NORMAL = parse_unit("Nm3").dimension


def way(factor_id: str, have: object, want: object, region: str = "GLO") -> Bridge:
    return bridge(shipped_library(), factor_id, have, want, region=region)  # type: ignore[arg-type]


def test_same_dimension_needs_no_bridge() -> None:
    assert way("fuel.diesel.combustion", MASS, MASS).steps == ()
    assert way("fuel.diesel.combustion", MASS, MASS).multiplier == 1


def test_mass_to_energy() -> None:
    """43.0 TJ/Gg are 43 MJ/kg."""
    assert way("fuel.diesel.combustion", MASS, ENERGY).multiplier == pytest.approx(43.0e6)


def test_region_of_the_line_comes_first() -> None:
    """42.652 GJ/t in China."""
    found = way("fuel.diesel.combustion", MASS, ENERGY, "CN-YN")
    assert found.multiplier == pytest.approx(42.652e6)
    assert found.steps[0].factor.region == "CN"


def test_volume_to_energy_by_two_steps() -> None:
    """1 m3 = 1000 L x 0.87 kg/L x 43 MJ/kg = 37,410 MJ."""
    found = way("fuel.diesel.combustion", VOLUME, ENERGY)
    assert found.multiplier == pytest.approx(37.41e9)
    assert [step.factor.id for step in found.steps] == ["fuel.diesel.density", "fuel.diesel.ncv"]


def test_energy_to_volume_is_the_inverse() -> None:
    there = way("fuel.diesel.combustion", VOLUME, ENERGY).multiplier
    back = way("fuel.diesel.combustion", ENERGY, VOLUME).multiplier
    assert there * back == pytest.approx(1)


def test_standard_coal_meets_a_factor_per_tonne_of_raw_coal() -> None:
    """1 kgce of raw coal is 1/0.7143 kg: 29.3076 MJ x m = 1/0.7143."""
    found = way("fuel.raw_coal.combustion_national_database", ENERGY, MASS, "CN")
    assert found.multiplier * 29.3076e6 == pytest.approx(1 / 0.7143, rel=1e-9)


def test_natural_gas_by_normal_cubic_metre() -> None:
    found = way("fuel.natural_gas.combustion", NORMAL, ENERGY, "CN")
    assert found.multiplier == pytest.approx(38.931e6)


def test_normal_and_plain_cubic_metres_are_not_the_same() -> None:
    with pytest.raises(CodedError, match="HP-F06"):
        way("fuel.natural_gas.combustion", VOLUME, NORMAL, "CN")


def test_gross_and_net_are_never_mixed() -> None:
    with pytest.raises(CodedError, match="HP-F06") as caught:
        way("fuel.natural_gas.combustion_gross", MASS, ENERGY, "GB")
    assert caught.value.variant == "gross"


def test_no_way_says_what_there_is() -> None:
    with pytest.raises(CodedError, match="HP-F06") as caught:
        way("fuel.natural_gas.combustion", parse_unit("km").dimension, ENERGY)
    assert "fuel.natural_gas.ncv" in str(caught.value.params["exists"])


def test_factor_that_is_no_fuel() -> None:
    with pytest.raises(CodedError, match="HP-F06"):
        way("electricity.grid", MASS, ENERGY, "CN")


def test_steps_are_told() -> None:
    text = str(way("fuel.diesel.combustion", VOLUME, ENERGY))
    assert text == (
        "fuel.diesel.density (0.87 kg/L, GLO, literature) × "
        "fuel.diesel.ncv (43 TJ/Gg, GLO, ipcc_2006)"
    )
