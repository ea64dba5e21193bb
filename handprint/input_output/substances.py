"""What the labels and units of emission rows say: which gas, biogenic or not, a total or a part."""

import re
from dataclasses import dataclass
from functools import cache

from handprint.units.unit import GASES

__all__ = ["Substance", "is_biogenic", "is_total", "spelled_unit", "substance"]

# Gases by their names; by their formulas they are those of the list of units.
NAMES = {
    "carbon dioxide": "CO2",
    "二氧化碳": "CO2",
    "methane": "CH4",
    "甲烷": "CH4",
    "nitrous oxide": "N2O",
    "氧化亚氮": "N2O",
    "sulphur hexafluoride": "SF6",
    "sulfur hexafluoride": "SF6",
    "六氟化硫": "SF6",
    "nitrogen trifluoride": "NF3",
    "三氟化氮": "NF3",
}
# Unit of a system -> how it is written in the list of units.
UNITS = {"gg": "kt", "tg": "Mt", "ths_t": "kt", "mio_t": "Mt", "kton": "kt", "1000 t": "kt",
         "tonne": "t", "tonnes": "t"}  # fmt: skip
_EQUIVALENT = re.compile(
    r"(?:CO2|carbon dioxide|二氧化碳)[\s_.-]*(?:eq|eqv|equiv[a-z]*|e|当量)(?![a-z])\.?",
    re.IGNORECASE,
)
_POTENTIAL = re.compile(r"\bGWP ?-?\d*\b", re.IGNORECASE)
# Sums over gases or families of gases: no single gas, so not one that could be guessed.
_FAMILIES = re.compile(r"GHG|greenhouse|温室气体|\b(?:HFC|PFC|CFC|HCFC|F-?gas)(?:s|es)?\b",
                       re.IGNORECASE)  # fmt: skip
_OTHERS = re.compile(
    r"(?<![A-Za-z0-9])(?:NO[x2]?|SO[x23]|NH3|CO|NMVOC|VOC|PM ?\d*(?:\.\d)?|TSP|BC|OC|Pb|Cd|Hg|As|Ni"
    r"|Cr|Cu|Zn|Se|PAH|PCBs?|HCB|PCDD\S*|B\(a\)P|Benzo\S*|Indeno|N|P|BOD|COD)(?![A-Za-z0-9])"
    r"|monoxide|ammonia|nitrogen|phosph|sulphur|sulfur|particulate|water|extraction"
    r"|水|一氧化碳|氮氧化物|二氧化硫|颗粒物",
    re.IGNORECASE,
)
_BIOGENIC = re.compile(r"biogenic|biomass|(?<![a-z])bio(?![a-z])|生物", re.IGNORECASE)
_NOT_BIOGENIC = re.compile(
    r"(?:non|excl\w*|without|w/o|no|not|except)[\s._-]*(?:of\s+|incl\w*\s+)?(?:biogenic|biomass|bio)\w*"
    r"|(?:非|不含|不包括|除)生物\S*",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"\btotal\b|\bsum\b|\ball\b|GHG|greenhouse|GWP|IPCC categories|温室气体|合计|总", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Substance:
    """What a label names.

    Parameters
    ----------
    gas : str
        A gas of the list of units, or "" where it names none, or more than one.
    other : bool
        Whether it names something else: another pollutant, water, a family of gases.
    emission : bool
        Whether it calls itself an emission.
    """

    gas: str
    other: bool
    emission: bool


def substance(label: str) -> Substance:
    """Return what a label names.

    Examples
    --------
    >>> substance("CH4 - combustion - air").gas, substance("NOx - air").other
    ('CH4', True)
    >>> substance("Methane (CH4) CO2EQ IPCC categories").gas
    'CO2e'
    """
    emission = "emission" in label.lower() or "排放" in label
    if _EQUIVALENT.search(label) or _POTENTIAL.search(label):
        return Substance("CO2e", other=False, emission=emission)
    text = label.lower()
    found = {gas for name, gas in NAMES.items() if name in text}
    found |= {gas for gas, pattern in _formulas() if pattern.search(label)}
    if len(found) == 1:
        return Substance(next(iter(found)), other=False, emission=emission)
    other = bool(found or _FAMILIES.search(label) or _OTHERS.search(label))
    # a family of gases is none of them, but what it is given in can be stated
    stated = bool(_FAMILIES.search(label)) and not found
    return Substance("", other=other and not stated, emission=emission and not other)


def is_biogenic(label: str) -> bool:
    """Whether a label says that its carbon is of biological origin."""
    return bool(_BIOGENIC.search(_NOT_BIOGENIC.sub("", label)))


def is_total(label: str) -> bool:
    """Whether a label calls its row a total, which holds what other rows hold."""
    return bool(_TOTAL.search(label))


def spelled_unit(text: str) -> str:
    """Return the unit of a system as the list of units writes it.

    Examples
    --------
    >>> spelled_unit("kg CO2 eq."), spelled_unit("Gg CO2-eq"), spelled_unit("kg")
    ('kg CO2e', 'kt CO2e', 'kg')
    """
    plain = _EQUIVALENT.sub("CO2e", text.strip())
    known = UNITS.get(plain.lower())
    if known is not None:
        return known
    mass, gap, gas = plain.partition("CO2")
    return UNITS.get(mass.strip().lower(), mass.strip()) + " " + gap + gas if gap else plain


@cache
def _formulas() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return each gas with a pattern for its formula as a word of a label."""
    edge, end = r"(?<![A-Za-z0-9])", r"(?![A-Za-z0-9])"
    listed = [gas for gas in GASES if gas not in ("CO2e", "CO2_biogenic")]
    return tuple((gas, re.compile(edge + re.escape(gas) + end, re.IGNORECASE)) for gas in listed)
