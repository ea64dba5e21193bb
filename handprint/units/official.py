"""What official factor files write as a unit, and this list does not: read, or refused with advice.

A dot between letters multiplies (``tonne.km``), ``CO2 eq.`` is CO2e, ``cubic metres`` are m3. What
means something else than a unit is told as what it is: carbon instead of CO2, a cubic metre at
15 °C, a remark in brackets.
"""

import re

__all__ = ["HINTS", "REMARK", "advice", "plain"]

# Words of such files, and what to write for them.
HINTS = {
    **dict.fromkeys(("unit", "units", "Unit", "Units", "each", "ea", "pc"), "item"),
    **dict.fromkeys(("p", "pax", "pass", "pers", "passengers"), "person"),
    **dict.fromkeys(("pmile", "pmiles", "pmi", "passenger_mile", "passenger_miles"), "person*mile"),
    **dict.fromkeys(("vmile", "vmiles", "vehicle_mile", "vehicle_miles"), "vehicle*mile"),
    **dict.fromkeys(("tmile", "tmiles", "ton_mile", "tonne_mile"), "t*mile, ton_US*mile"),
    **dict.fromkeys(("room", "night", "guest_night", "Room"), "room_night"),
    **dict.fromkeys(("veh", "vehicles"), "vehicle"),
    **dict.fromkeys(("scf", "SCF", "cf", "ft3"), "m3, Nm3"),
}
_DOT = re.compile(r"(?:(?<=[A-Za-z])|(?<=[A-Za-z][23]))\.(?=[A-Za-z])")
_TRANSPORT = (  # one unit each, also behind a slash
    (re.compile(r"(?<![A-Za-z0-9_])(?:t|[Tt]onnes?)\.km(?![A-Za-z0-9_])"), "tkm"),
    (re.compile(r"(?<![A-Za-z0-9_])(?:p|pax|pass|[Pp]assengers?|[Pp]ersons?)\.km(?!\w)"), "pkm"),
    (re.compile(r"(?<![A-Za-z0-9_])(?:v|veh|[Vv]ehicles?)\.km(?!\w)"), "vkm"),
)
_EQUIVALENT = re.compile(
    r"(?:CO2|二氧化碳)(?: *- *| +|_)?(?:equivalents?|equiv|eq|Äq|äq|e|当量)(?:\.|(?![A-Za-z0-9_]))"
)
_VOLUMES = (
    (re.compile(r"\bcubic +(?:metre|meter)s?\b", re.IGNORECASE), "m3"),
    (re.compile(r"\bsquare +(?:metre|meter)s?\b", re.IGNORECASE), "m2"),
)
_CARBON = re.compile(
    r"(?<![A-Za-z0-9_])(?:[kMG]?[tg]|tonnes?|吨|千克|公斤)(?: *[-·*]? *C| *碳)(?![A-Za-z0-9_°-])"
)
_STANDARD = re.compile(r"(?<![A-Za-z0-9_])(?:Sm3|scm|SCM|Smc)(?![A-Za-z0-9_])")
REMARK = re.compile(r" *[(\[]([^()\[\]]*)[)\]] *")


def plain(text: str) -> str:
    """Return a folded text with what such files write differently in the words of the list.

    Examples
    --------
    >>> plain("kg CO2 eq./tonne.km"), plain("cubic metres")
    ('kg CO2e/tkm', 'm3')
    """
    found = _EQUIVALENT.sub("CO2e", text) if "2" in text or "碳" in text else text
    for words, unit in _VOLUMES:
        found = words.sub(unit, found) if "ic" in found or "qu" in found else found
    if "." not in found:
        return found
    for words, unit in _TRANSPORT:
        found = words.sub(unit, found)
    return _DOT.sub("·", found)


def advice(text: str) -> str:
    """Return the variant of the message about what is no unit of the list, "" for another.

    Examples
    --------
    >>> advice("tC/GJ"), advice("kg CO2/Sm3"), advice("kWh/t")
    ('carbon', 'standard', '')
    """
    if _CARBON.search(text):
        return "carbon"
    return "standard" if _STANDARD.search(text) else ""
