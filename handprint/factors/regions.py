"""Regions: codes, names and the chain of ever larger areas a factor may come from.

Codes are ISO 3166-1 (``NO`` is Norway), ISO 3166-2 for provinces and states (``CN-YN``), ``EU``,
``GLO`` for the world, and own codes for grid regions that have no ISO code
(``CN-GRID-SOUTH``, ``US-EGRID-CAMX``).
"""

import csv
from dataclasses import dataclass
from functools import cache

from handprint.core import resources
from handprint.core.errors import CodedError
from handprint.core.i18n import Language

__all__ = ["WORLD", "chain", "known", "name", "nearest"]

WORLD = "GLO"


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
    """Return up to three known codes or codes of similar names, joined for a message."""
    from difflib import get_close_matches

    by_label: dict[str, str] = {}
    for key, region in _regions().items():
        by_label |= {key.casefold(): key, region.name_en.casefold(): key, region.name_zh: key}
    wanted = code.casefold()
    if wanted in by_label:
        return by_label[wanted]
    near = get_close_matches(wanted, by_label, n=3, cutoff=0.6)
    return ", ".join(dict.fromkeys(by_label[label] for label in near)) or "CN, CN-BJ, GLO"


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
