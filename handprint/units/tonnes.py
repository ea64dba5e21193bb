"""Written quantities of CO2 or CO2e in tonnes."""

from handprint.core.errors import CodedError
from handprint.units.amounts import parse_quantity
from handprint.units.unit import gas_of, parse_unit, without

__all__ = ["tonnes"]

TONNE = 1000.0  # kg


def tonnes(text: str) -> float:
    """Return a quantity of CO2 or CO2e in tonnes.

    Raises
    ------
    CodedError
        HP-U..: not a quantity, not a unit, or not a mass of CO2 or CO2e.

    Examples
    --------
    >>> tonnes("12 Mt CO2e")
    12000000.0
    """
    value, unit = parse_quantity(text)
    if gas_of(unit.dimension) not in ("CO2", "CO2e") or without(
        unit.dimension, str(gas_of(unit.dimension))
    ) != without(parse_unit("t CO2").dimension, "CO2"):
        raise CodedError("HP-U03", source=unit.text or "1", target="t CO2e", example="t CO2e")
    return value * unit.scale / TONNE
