"""The words of a selection: names of cases, categories, criteria and measures in one language."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from typing import Any

from handprint.case.template import template, template_files
from handprint.core.i18n import Language, messages, pick, text
from handprint.factors import regions
from handprint.page.words import term

__all__ = [
    "case_name",
    "category_name",
    "listed",
    "measure_name",
    "region_name",
    "remarks",
    "say",
    "selection_facts",
    "selection_printers",
    "sector_name",
    "verdict_name",
    "why_not",
]

Entry = Mapping[str, Any]


def say(lang: Language, key: str, /, **params: object) -> str:
    """Return a text of the selection."""
    return text(f"selection.{key}", lang, **params)


def case_name(entry: Entry, lang: Language) -> str:
    """Return the title of a case, else that of its scenario, else its id."""
    return pick(entry["title"], lang) or _scenario(entry.get("template", ""), lang) or entry["id"]


@cache
def _scenario(template_id: str, lang: Language) -> str:
    return pick(template(template_id).title, lang) if template_id in template_files() else ""


def category_name(category: str, lang: Language) -> str:
    """Return the short name of a category; one that is not known stands for itself."""
    key = f"selection.category.{category or 'none'}"
    return text(key, lang) if key in messages() else category


def sector_name(sector: str, lang: Language) -> str:
    """Return the name of a sector."""
    return term(lang, "sector", sector)


def region_name(region: str, lang: Language) -> str:
    """Return the name of a region, its code where it is not known."""
    return regions.name(region, lang) if regions.known(region) else region


def measure_name(measure: Entry, lang: Language) -> str:
    """Return what a measure is."""
    params = dict(measure)
    if "groups" in params:
        params["groups"] = listed((say(lang, f"group.{g}") for g in measure["groups"]), lang)
    if "low" in params:
        params |= {name: f"{measure[name]:g}" for name in ("low", "high")}
    name = params.pop("measure")
    return say(lang, f"measure.{name}", **params)


def why_not(reasons: Iterable[str], lang: Language) -> str:
    """Return why a case is not eligible: words for gates, codes with titles for findings."""
    return listed((_reason(reason, lang) for reason in reasons), lang)


def _reason(reason: str, lang: Language) -> str:
    if f"selection.reason.{reason}" in messages():
        return say(lang, f"reason.{reason}")
    entry = messages().get(reason)
    if entry is None or "title" not in entry:
        return reason
    return f"{reason} {entry['title'][lang]}"


def selection_facts(document: Mapping[str, Any], lang: Language) -> str:
    """Return how many cases were read, competed and were selected."""
    shown = say(lang, "facts", scores=document["scores"], **document["counts"])
    return shown + (say(lang, "facts_ineligible") if document["include_ineligible"] else "")


def verdict_name(verdict: str, lang: Language) -> str:
    """Return the verdict in words; nothing where it is not known."""
    return term(lang, "verdict", verdict) if verdict else ""


def remarks(entry: Entry, lang: Language) -> str:
    """Return what a committee should know about a case beside its score."""
    parts = []
    if not entry["eligible"]:
        parts.append(f"{say(lang, 'ineligible')} ({why_not(entry['reasons'], lang)})")
    if entry["overlapping"]:
        parts.append(f"{say(lang, 'page.overlapping')} {listed(entry['overlapping'], lang)}")
    if entry["similar"]:
        parts.append(f"{say(lang, 'page.similar')} {listed(entry['similar'], lang)}")
    if entry["EI_rank"] is not None:
        parts.append(say(lang, "EI_rank", **entry["EI_rank"]))
    return "; ".join(parts) if lang == "en" else "；".join(parts)


def listed(words: Iterable[str], lang: Language) -> str:
    """Return words as an enumeration; "none" where there is no word."""
    return say(lang, "listed").join(words) or say(lang, "nobody")


def selection_printers(lang: Language) -> dict[str, Callable[..., str]]:
    """Return what templates call: ``s`` for texts, and the names bound to ``lang``."""
    return {
        "s": partial(say, lang),
        "case_name": partial(case_name, lang=lang),
        "category_name": partial(category_name, lang=lang),
        "sector_name": partial(sector_name, lang=lang),
        "region_name": partial(region_name, lang=lang),
        "measure_name": partial(measure_name, lang=lang),
        "verdict_name": partial(verdict_name, lang=lang),
        "remarks": partial(remarks, lang=lang),
        "why_not": partial(why_not, lang=lang),
        "listed": partial(listed, lang=lang),
    }
