"""Names of units: the closed list, gases, currencies, and what one written word stands for.

The list is ``units.txt``; gases and currencies stand here, each a dimension of its own. A
word is looked up as it stands, after a Chinese multiplier (万千瓦时) and as a mass with its gas
(吨CO2). A word that people use for two things is never guessed at but asked back.
"""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from handprint.core.errors import CodedError
from handprint.units.official import HINTS

if TYPE_CHECKING:  # importing pint takes 0.1 s; it is put off until the first unit is read
    import pint

__all__ = [
    "AMBIGUOUS",
    "CURRENCIES",
    "GASES",
    "MULTIPLIERS",
    "UnitError",
    "canonical_name",
    "gas_token",
    "kind_of",
    "names",
    "nearest",
    "own_dimension",
    "printed_name",
    "registry",
    "split_word",
]

GASES: tuple[str, ...] = (
    *("CO2e", "CO2", "CO2_biogenic", "CH4", "N2O", "SF6", "NF3", "SO2F2"),
    *("CF4", "C2F6", "C3F8", "c-C4F8", "C4F10", "C5F12", "C6F14"),
    *("HFC-23", "HFC-32", "HFC-41", "HFC-125", "HFC-134", "HFC-134a", "HFC-143", "HFC-143a"),
    *("HFC-152a", "HFC-227ea", "HFC-236fa", "HFC-245fa", "HFC-365mfc", "HFC-43-10mee"),
    *("HCFC-22", "HCFC-123", "HCFC-124", "HCFC-141b", "HCFC-142b", "CFC-11", "CFC-12"),
    *("HFO-1234yf", "HFO-1234ze", "R404A", "R407A", "R407C", "R407F", "R410A", "R448A"),
    *("R449A", "R452A", "R452B", "R454B", "R507A", "R513A"),
)
CURRENCIES = ("CNY", "USD", "EUR", "GBP", "JPY", "HKD", "INR", "KRW", "SGD", "AUD", "CAD", "CHF")

MULTIPLIERS = {
    **{"百万": 1e6, "千万": 1e7, "十亿": 1e9, "百亿": 1e10, "千亿": 1e11, "万亿": 1e12},
    **{"十万": 1e5, "万": 1e4, "亿": 1e8, "千": 1e3, "百": 1e2, "十": 10.0},
    **{"thousand": 1e3, "million": 1e6, "billion": 1e9},
    **{"dimensionless": 1.0, "无量纲": 1.0},
}
# Names that people use for different things, with what they may have meant.
AMBIGUOUS = {
    **dict.fromkeys(("ton", "tons"), "t (1000 kg), ton_US (907 kg), ton_UK (1016 kg)"),
    **dict.fromkeys(("mt", "MT"), "t (1000 kg), Mt (1,000,000 t), kt (1000 t)"),
    **dict.fromkeys(("mmt", "MMT"), "Mt (1,000,000 t)"),
    **dict.fromkeys(("T", "Ton"), "t (1000 kg)"),
    **dict.fromkeys(
        ("gal", "gals", "gallon", "gallons", "加仑"), "gal_US (3.785 L), gal_UK (4.546 L)"
    ),
    **dict.fromkeys(("mwh", "mWh"), "MWh (1000 kWh)"),
    **dict.fromkeys(("mw", "mW", "Mw"), "MW (1000 kW)"),
    **dict.fromkeys(("mj", "mJ", "Mj"), "MJ (0.2778 kWh)"),
    **dict.fromkeys(("cal", "Cal", "卡"), "kcal (4186.8 J)"),
    **dict.fromkeys(("mtoe", "MTOE"), "Mtoe (1,000,000 toe)"),
    **dict.fromkeys(("mtce", "MTCE"), "Mtce (1,000,000 tce)"),
    **dict.fromkeys(("标准煤", "标煤"), "吨标准煤 (tce), 千克标准煤 (kgce)"),
    **dict.fromkeys(("C", "°C", "F", "°F", "摄氏度"), "K (temperature difference / 温差)"),
    **dict.fromkeys(("Kb", "kb"), "kB, kbit"),
    **dict.fromkeys(("Mb", "mb"), "MB, Mbit"),
    **dict.fromkeys(("Gb", "gb", "G"), "GB, Gbit"),
    **dict.fromkeys(("Tb", "tb"), "TB, Tbit"),
    **dict.fromkeys(("$", "dollar", "dollars"), "USD, HKD, SGD, AUD, CAD"),
    **dict.fromkeys(("¥", "yuan"), "CNY, JPY"),
    **dict.fromkeys(("M2", "平"), "m2 (平方米)"),
    **dict.fromkeys(("吨煤", "t煤"), "t (原煤 / raw coal), tce (吨标准煤)"),
    **dict.fromkeys(("pct", "百分之"), "%"),
    "Mg": "t (1000 kg), mg (0.001 g)",
    "M3": "m3 (立方米), Mm3 (1,000,000 m3)",
    "M": "m (米), 百万",
    "里": "公里 (1000 m), km",
    "车": "辆, 车次, 车公里",
}

# Other spellings of gases and currencies; those of refrigerants are made in `_spellings`.
SPELLINGS = {
    "CO2e": "co2e CO2E Co2e CO2eq co2eq CO2EQ CO2_eq CO2_e CO2当量 二氧化碳当量",
    "CO2": "co2 Co2 二氧化碳",
    "CO2_biogenic": "biogenic_CO2 生物源CO2 生物源二氧化碳",
    "CH4": "ch4 甲烷",
    "N2O": "n2o 氧化亚氮",
    "SF6": "sf6 六氟化硫",
    "NF3": "nf3 三氟化氮",
    "CF4": "PFC_14 四氟化碳",
    "C2F6": "PFC_116 六氟乙烷",
    "c_C4F8": "cC4F8",
    "CNY": "RMB 人民币 人民币元 元",
    "USD": "美元",
    "EUR": "欧元",
    "GBP": "英镑",
    "JPY": "日元",
    "HKD": "港元 港币",
    "INR": "印度卢比",
}

_GAS_BY_KEY = {gas.replace("-", "_"): gas for gas in GASES}
_MONEY_YEAR = re.compile(r"(.+)_((?:19|20)[0-9]{2})")


class UnitError(CodedError):
    """A unit or number is not known (HP-U01), ambiguous (-U02, -U04), or misplaced (-U03)."""


@cache
def registry() -> "pint.UnitRegistry[float]":
    """Return pint's registry of ``units.txt``; pint's own list is never loaded."""
    import pint

    listed = Path(__file__).with_name("units.txt").read_text("utf-8").splitlines()
    return pint.UnitRegistry(listed, on_redefinition="raise")


def _spellings(key: str) -> list[str]:
    """Return how a gas is written: HFC_134a, HFC134a, R134a, R_134a; R410A, R_410A."""
    written = [key, *SPELLINGS.get(key, "").split()]
    family, _, number = key.partition("_")
    if family in {"HFC", "HCFC", "CFC", "HFO"}:
        digits = number.replace("_", "")
        written += [family + digits, f"R{digits}", f"R_{number}"]
    elif re.fullmatch(r"R[0-9]+[A-Z]", key):
        written.append(f"R_{key[1:]}")
    return written


@cache
def _gases() -> Mapping[str, str]:
    return {written: key for key in _GAS_BY_KEY for written in _spellings(key)}


@cache
def _currencies() -> Mapping[str, str]:
    return {written: key for key in CURRENCIES for written in _spellings(key)}


@cache
def names() -> frozenset[str]:
    """Return every single word of the list, in all spellings ("-" written as "_")."""
    return frozenset(registry()) - {"normal_conditions"} | _gases().keys() | _currencies().keys()


def own_dimension(name: str) -> str | None:
    """Return the key of a gas, of a currency or of the money of a year, which need no registry."""
    if name in _gases():
        return _gases()[name]
    if name in _currencies():
        return _currencies()[name]
    dated = _MONEY_YEAR.fullmatch(name)
    return f"{_currencies()[dated[1]]}_{dated[2]}" if dated and dated[1] in _currencies() else None


def canonical_name(name: str) -> str:
    """Return the one name of a known word in all its spellings."""
    return own_dimension(name) or registry().get_name(name)


@lru_cache(maxsize=4096)
def kind_of(name: str) -> str:
    """Return "multiplier", "mass", "gas", "unit", "ambiguous", or "" for an unknown word."""
    if name in MULTIPLIERS:
        return "multiplier"
    if name in AMBIGUOUS:
        return "ambiguous"
    if own := own_dimension(name):
        return "gas" if own in _GAS_BY_KEY else "unit"
    if name not in names():
        return ""
    return "mass" if registry().get_name(name) in _masses() else "unit"


@cache
def _masses() -> frozenset[str]:
    from pint.util import UnitsContainer

    return frozenset(map(str, registry().get_compatible_units(UnitsContainer({"kg": 1}))))


def split_word(word: str) -> tuple[str, ...]:
    """Return the known names in one written word, ``("万", "吨", "CO2e")``, or an empty tuple.

    Raises
    ------
    UnitError
        HP-U02 if one of them has two meanings.
    """
    key = word.replace("-", "_")
    if parts := _split_simple(key):
        return parts
    for multiplier in MULTIPLIERS:
        rest = key.removeprefix(multiplier)
        if rest != key and (parts := _split_simple(rest)):
            return (multiplier, *parts)
    return ()


def _split_simple(key: str) -> tuple[str, ...]:
    # "Kwh" and "Year" are meant well, but one or two letters may be a prefix: "Mg" is not "mg"
    plain = key.lower() if len(key) > 2 and key.isalpha() and key.istitle() else key
    for name in (key, plain):
        if kind_of(name):
            return (_certain(name),)
    for end in range(1, len(key)):
        mass, gas = key[:end].removesuffix("_"), key[end:]  # kgCO2 and kg-CO2
        if kind_of(gas) == "gas" and kind_of(mass) in {"mass", "ambiguous"}:
            return (_certain(mass), gas)
    return ()


def _certain(name: str) -> str:
    if name in AMBIGUOUS:
        raise UnitError("HP-U02", word=name, choices=AMBIGUOUS[name])
    return name


def printed_name(name: str) -> str:
    """Return how a known name is printed: Chinese as written, Latin in its usual form."""
    if not name.isascii() or name in MULTIPLIERS:
        return name
    canonical = canonical_name(name)
    if own_dimension(canonical):
        return _GAS_BY_KEY.get(canonical, canonical)
    return str(registry().get_symbol(canonical))


def nearest(word: str) -> str:
    """Return the known name that looks most like ``word``, or an empty string."""
    if len(word) > 24:
        return ""
    key = word.replace("-", "_")
    if key in HINTS:
        return HINTS[key]
    alike = [name for name in _sorted_names() if name.lower() == key.lower()]
    if key.isascii():  # Chinese words that share a character are not alike: 吨煤, 吨标煤
        alike = alike or get_close_matches(key, _sorted_names(), n=1, cutoff=0.7)
    return printed_name(alike[0]) if alike else ""


@cache
def _sorted_names() -> tuple[str, ...]:
    return tuple(sorted(names()))


def gas_token(gas: str) -> str:
    """Return the dimension that counts a gas: ``[HFC_134a]`` for HFC-134a."""
    return f"[{gas.replace('-', '_')}]"
