"""Regions: codes, names and the chain of ever larger areas a factor may come from.

Codes are ISO 3166-1 (``NO`` is Norway), ISO 3166-2 for provinces and states (``CN-YN``), ``EU``,
``GLO`` for the world, and own codes for grid regions that have no ISO code
(``CN-GRID-SOUTH``, ``US-EGRID-CAMX``).
"""

import csv
import re
from dataclasses import dataclass
from functools import cache

from handprint.core import resources
from handprint.core.errors import CodedError
from handprint.core.i18n import Language

__all__ = ["WORLD", "chain", "known", "name", "nearest"]

WORLD = "GLO"
# What people write for a country beside the names of the list and ISO 3166-1 alpha-3.
_NAMES = {
    **dict.fromkeys(("prc", "p.r.c.", "p.r. china", "people's republic of china"), "CN"),
    **dict.fromkeys(("mainland china", "china mainland", "chinese mainland"), "CN"),
    **dict.fromkeys(("中国大陆", "中国内地", "大陆", "全国", "中华人民共和国"), "CN"),
    **dict.fromkeys(("great britain", "britain", "england", "u.k."), "GB"),
    **dict.fromkeys(("u.s.", "u.s.a.", "united states of america", "america"), "US"),
    **dict.fromkeys(("korea", "republic of korea", "rok"), "KR"),
    **dict.fromkeys(("world", "global", "worldwide", "row", "rest of the world", "全球"), "GLO"),
    **dict.fromkeys(("europe", "eu-27", "eu27", "eu28", "european union", "rer", "欧洲"), "EU"),
    **{"turkey": "TR", "holland": "NL", "vietnam": "VN", "czech republic": "CZ", "burma": "MM"},
    **{"russian federation": "RU", "hong kong": "HK", "macau": "MO", "taiwan": "TW"},
}
# Provinces by their number (GB/T 2260), which ISO 3166-2 wrote until 2017.
_PROVINCES = {
    pair[:2]: pair[2:]
    for line in (
        "11BJ 12TJ 13HE 14SX 15NM 21LN 22JL 23HL 31SH 32JS 33ZJ 34AH 35FJ 36JX 37SD 41HA 42HB",
        "43HN 44GD 45GX 46HI 50CQ 51SC 52GZ 53YN 54XZ 61SN 62GS 63QH 64NX 65XJ 71TW 81HK 82MO",
    )
    for pair in line.split()
}
_NUMBER = re.compile(r"(?:CN-?)?([1-8][0-9])(?:0000)?\Z", re.IGNORECASE)
_SUFFIX = re.compile(r"(?:壮族|回族|维吾尔)?(?:自治区|特别行政区|省|市)\Z")


@dataclass(frozen=True, slots=True)
class _Region:
    name_en: str
    name_zh: str
    parent: str


@cache
def _regions() -> dict[str, _Region]:
    path = resources.folder("factors") / "regions.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: _Region(row["name_en"], row["name_zh"], row["parent"])
            for row in csv.DictReader(file)
        }


def known(code: str) -> bool:
    """Whether ``code`` names a region of the list."""
    return code in _regions()


def nearest(code: str) -> str:
    """Return the known code that another code or name means, else up to three similar ones.

    Examples
    --------
    >>> nearest("UK"), nearest("CHN"), nearest("Mainland China"), nearest("CN-32")
    ('GB', 'CN', 'CN', 'CN-JS')
    """
    from difflib import get_close_matches

    wanted = " ".join(code.replace("_", "-").split()).casefold()
    by_label = _labels()
    meant = by_label.get(wanted) or by_label.get(_SUFFIX.sub("", wanted)) or _coded(wanted)
    if meant:
        return meant
    near = get_close_matches(wanted, by_label, n=3, cutoff=0.6)
    return ", ".join(dict.fromkeys(by_label[label] for label in near)) or "CN, CN-BJ, GLO"


@cache
def _labels() -> dict[str, str]:
    """Return the codes by their names, folded."""
    labels: dict[str, str] = dict(_NAMES)
    for key, region in _regions().items():
        labels |= {key.casefold(): key, region.name_en.casefold(): key, region.name_zh: key}
    return labels


def _coded(wanted: str) -> str:
    """Return the code of the list for one of another system: alpha-3, withdrawn, a number."""
    from babel.core import get_global

    numbered = _NUMBER.match(wanted)
    if numbered is not None and numbered[1] in _PROVINCES:
        return f"CN-{_PROVINCES[numbered[1]]}"
    found = next(iter(get_global("territory_aliases").get(wanted.upper(), [])), "")
    return found if known(found) else ""


@cache
def chain(code: str) -> tuple[str, ...]:
    """Return ``code`` and the areas that contain it, the smallest first, the world last.

    Raises
    ------
    CodedError
        HP-F02: the code is not in the list.

    Examples
    --------
    >>> chain("CN-CQ")
    ('CN-CQ', 'CN-GRID-SOUTHWEST', 'CN', 'GLO')
    """
    if not known(code):
        raise CodedError("HP-F02", region=code, near=nearest(code))
    links = [code]
    while parent := _regions()[links[-1]].parent:
        links.append(parent)
    return tuple(links)


def name(code: str, lang: Language) -> str:
    """Return the name of a region in ``lang``, or the code itself if it is unknown."""
    region = _regions().get(code)
    if region is None:
        return code
    return region.name_zh if lang == "zh" else region.name_en
