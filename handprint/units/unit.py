"""Units: from the text people write to a scale and a dimension, and back to text for messages.

The list of units is closed (``units.txt``). pint answers what a product of known units is; it
neither reads what a user wrote (see `unit_reader`) nor runs in a calculation.

A gas is a dimension of its own beside mass, so ``kg CO2`` cannot be added to ``kg CO2e``; so is a
currency, and a currency of a year (``CNY_2022``). Canonical units are kg, m, s, K, B, person, ...
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING, Any, cast

from handprint.units.names import CURRENCIES, GASES, UnitError, gas_token
from handprint.units.reader import (
    MAX_LENGTH,
    check_length,
    fold,
    is_unit_word,
    multiply_out,
)

if TYPE_CHECKING:  # importing pint takes 0.1 s; it is put off until the first unit is read
    from pint.util import UnitsContainer as Dimension

    MASS: Dimension
    ENERGY: Dimension
    TIME: Dimension
    POWER: Dimension
    DIMENSIONLESS: Dimension

__all__ = [
    "CURRENCIES",
    "DIMENSIONLESS",
    "ENERGY",
    "GASES",
    "MASS",
    "POWER",
    "TIME",
    "Dimension",
    "Unit",
    "UnitError",
    "convert",
    "describe",
    "describe_per_year",
    "gas_of",
    "is_unit",
    "parse_unit",
    "without",
]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as read.

    Parameters
    ----------
    text : str
        Tidied text for printing; reading it again gives the same unit ("t CO2e/MWh", "万吨/年").
    scale : float
        A number in this unit times ``scale`` is the number in canonical units (kg, m, s, ...).
    dimension : Dimension
        Exponent per base dimension, ``{'[mass]': 1, '[CO2e]': 1}``.
    """

    text: str
    scale: float
    dimension: "Dimension"


def parse_unit(text: str) -> Unit:
    """Read a unit.

    Raises
    ------
    UnitError
        HP-U01 if it is not in the closed list or badly written, HP-U02 if it has two meanings.

    Examples
    --------
    >>> parse_unit("万千瓦时").scale  # joules
    36000000000.0
    >>> parse_unit("kgCO2 / kwh").text
    'kg CO2/kWh'
    """
    check_length(text)
    result = _parse_cached(text)
    if isinstance(result, UnitError):
        raise UnitError(result.code, result.variant, **result.params)
    return result


def is_unit(name: str) -> bool:
    """Whether a single word is read as a unit, or asked back as one ("ton")."""
    if len(name) > MAX_LENGTH:
        return False
    try:
        return is_unit_word(fold(name))
    except UnitError:
        return False


def convert(value: float, source: Unit, target: Unit) -> float:
    """Return ``value`` in ``source`` as a number in ``target``.

    Raises
    ------
    UnitError
        HP-U03 if the dimensions differ.

    Examples
    --------
    >>> convert(1.0, parse_unit("tce"), parse_unit("GJ"))
    29.3076
    """
    if source.dimension == target.dimension:
        return value * (source.scale / target.scale)
    variant = _mismatch(source.dimension, target.dimension)
    example = describe(target.dimension)
    raise UnitError("HP-U03", variant, source=source.text, target=target.text, example=example)


_TOKENS = {gas_token(gas): gas for gas in GASES}


def gas_of(dimension: "Dimension") -> str | None:
    """Return the only gas with exponent 1 in the dimension; None if there is none or several."""
    gases = [_TOKENS[t] for t, power in dimension.items() if power == 1 and t in _TOKENS]
    return gases[0] if len(gases) == 1 else None


def without(dimension: "Dimension", gas: str) -> "Dimension":
    """Return the dimension without the token of ``gas``."""
    token = gas_token(gas)
    return dimension.remove([token]) if token in dimension else dimension


# ---- constants, made when first asked for because they need pint

_MECHANICAL = ("[mass]", "[length]", "[time]", "[normal_conditions]")
_CONSTANTS = {
    "MASS": (1, 0, 0),
    "ENERGY": (1, 2, -2),
    "TIME": (0, 0, 1),
    "POWER": (1, 2, -3),
    "DIMENSIONLESS": (0, 0, 0),
}


@cache
def _constant(name: str) -> "Dimension":
    from pint.util import UnitsContainer

    exponents = zip(_MECHANICAL, _CONSTANTS[name], strict=False)
    return UnitsContainer({base: exponent for base, exponent in exponents if exponent})


def __getattr__(name: str) -> Any:
    if name in _CONSTANTS:
        return _constant(name)
    if name == "Dimension":
        from pint.util import UnitsContainer

        return UnitsContainer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@lru_cache(maxsize=4096)
def _parse_cached(text: str) -> Unit | UnitError:
    """Return the unit or what is wrong with it: a case library repeats its mistakes, too."""
    try:
        return Unit(*multiply_out(text))
    except UnitError as error:
        return error


# ---- from a dimension to text

_COUNTED = {"[data]": "GB", "[temperature]": "K", **{gas_token(gas): gas for gas in GASES}}
_TYPICAL = {
    **{"kg": (1, 0, 0, 0), "kWh": (1, 2, -2, 0), "kW": (1, 2, -3, 0), "year": (0, 0, 1, 0)},
    **{"km": (0, 1, 0, 0), "m2": (0, 2, 0, 0), "m3": (0, 3, 0, 0), "Nm3": (0, 3, 0, 1)},
}


@lru_cache(maxsize=1024)
def describe(dimension: "Dimension") -> str:
    """Return a unit of this dimension for messages, such as ``kg CO2e/kWh``."""
    gas = gas_of(dimension)
    rest = cast("dict[str, int]", dict(without(dimension, gas) if gas else dimension))
    mechanical = [int(rest.pop(base, 0)) for base in _MECHANICAL]
    mechanical[0] -= gas is not None
    counted = [(_COUNTED.get(base, base[1:-1]), int(n)) for base, n in sorted(rest.items())]
    leading = [(f"kg {gas}", 1)] if gas else []
    return _quotient([*leading, *_mechanical_factors(tuple(mechanical)), *counted])


def describe_per_year(dimension: "Dimension") -> str:
    """Return the unit of a yearly rate for messages: ``kWh/year``, as consultants write, not kW."""
    shown = describe(dimension)
    return describe(dimension / _constant("TIME")) if "/" in shown else f"{shown}/year"


def _mechanical_factors(exponents: tuple[int, ...]) -> list[tuple[str, int]]:
    """Return the shortest product of typical units with these exponents."""
    signed = [(name, sign) for sign in (1, -1) for name in _TYPICAL]
    for size in range(4):
        for factors in combinations_with_replacement(signed, size):
            columns = [[sign * n for n in _TYPICAL[name]] for name, sign in factors]
            if tuple(map(sum, zip((0,) * 4, *columns, strict=True))) == exponents:
                return list(factors)
    bases = zip(("kg", "m", "s", "Nm3"), exponents, strict=True)
    return [(name, exponent) for name, exponent in bases if exponent]


def _quotient(factors: Iterable[tuple[str, int]]) -> str:
    above: list[str] = []
    below: list[str] = []
    for name, exponent in factors:
        power = "" if abs(exponent) == 1 else f"^{abs(exponent)}"
        (above if exponent > 0 else below).append(name + power)
    denominator = f"({'·'.join(below)})" if len(below) > 1 else "".join(below)
    return ("·".join(above) or "1") + (f"/{denominator}" if below else "")


def _mismatch(source: "Dimension", target: "Dimension") -> str:
    """Return what differs: the "gas", the "money", or "" for the kind of quantity."""
    if gas_of(source) and gas_of(target):
        alike = without(source, str(gas_of(source))) == without(target, str(gas_of(target)))
        return "gas" if alike else ""
    changed = {base[1:-1].split("_")[0] for base in source / target}
    return "money" if changed <= set(CURRENCIES) else ""
