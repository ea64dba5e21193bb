"""The selection as one offline page: table, weights that re-rank live, scatter, case cards.

The page holds its data as JSON and puts every text of a submission into text nodes only; its
policy lets nothing run but its own script and nothing load at all.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from handprint.core import resources
from handprint.core.i18n import Language, pick
from handprint.core.numbers import pretty_unit
from handprint.page.shell import page_of
from handprint.selection.words import (
    case_name,
    category_name,
    listed,
    region_name,
    say,
    sector_name,
    selection_facts,
    selection_printers,
    verdict_name,
    why_not,
)

__all__ = ["selection_page"]

Document = Mapping[str, Any]
Entry = Mapping[str, Any]

LIVE = ("weighted_sum", "topsis")  # methods that the page computes itself
MOST_CASES = 3_000
COLUMNS = (
    *("selected", "rank", "title", "category", "category_rank", "score", "p_selected", "NER"),
    *("verdict", "EI", "EI_rank", "VEI", "reduction_rate", "probability", "quality_score"),
    *("on_front", "sector", "region", "applicant", "template", "year", "reasons"),
)
PAGE_TEXTS = (
    *("all", "changed", "unchanged", "zero", "shown", "ranks", "similar", "overlapping"),
    *("scatter", "scatter_x", "picked", "not_picked", "close"),
)
PLAIN = (
    *("id", "category", "sector", "region", "applicant", "tie_order", "selected", "eligible"),
    *("NER", "p5", "p95", "EI", "VEI", "reduction_rate", "probability", "quality_score"),
    *("on_front", "year", "p_selected", "similar", "overlapping", "rank_probabilities"),
)


def selection_page(document: Document, lang: Language) -> str:
    """Return the page."""
    folder = resources.folder("reports") / "page"
    style = (folder / "selection.css").read_text("utf-8")
    script = (folder / "selection.js").read_text("utf-8")
    ids = [c["id"] for c in document["criteria"] if c["counts"]]
    axis = "page.scatter_y" if "robustness" in ids else "page.scatter_y_none"
    method = document["method"]
    note = ""
    if method not in LIVE:
        note = say(lang, "page.fixed", method=say(lang, f"method.{method}"))
    context = {
        **selection_printers(lang),
        "lang": lang,
        "doc": document,
        "facts": selection_facts(document, lang),
        "fixed_note": note,
        "scatter_axis": say(lang, axis),
        "style": style,
        "script": script,
        "style_hash": _digest(style),
        "script_hash": _digest(script),
        "data": _embedded(_data(document, lang)),
    }
    html: str = page_of("selection_page.html", lang, {}, context).html
    return html


def _digest(content: str) -> str:
    from markupsafe import Markup

    digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
    return Markup(f"'sha256-{digest}'")  # noqa: S704 (letters, digits, + / = only)


def _embedded(data: object) -> str:
    """Return JSON that cannot end the element it stands in."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def _data(document: Document, lang: Language) -> dict[str, Any]:
    criteria = [c for c in document["criteria"] if c["counts"]]
    method = document["method"]
    return {
        "lang": "zh-CN" if lang == "zh" else "en",
        "live": [method, *(m for m in LIVE if m != method)] if method in LIVE else list(LIVE),
        "criteria": [
            {"id": c["id"], "name": pick(c["name"], lang), "weight": c["weight"]} for c in criteria
        ],
        "categories": [
            {"id": c["id"], "name": category_name(c["id"], lang), "quota": c["quota"]}
            for c in document["categories"]
        ],
        "limits": document["limits"],
        "texts": _texts(lang),
        "cases": list(_cases(document, [c["id"] for c in criteria], lang)),
    }


def _texts(lang: Language) -> dict[str, str]:
    return {
        **{f"column.{name}": say(lang, f"column.{name}") for name in COLUMNS},
        **{f"method.{name}": say(lang, f"method.{name}") for name in LIVE},
        **{name: say(lang, f"page.{name}") for name in PAGE_TEXTS},
        **{name: say(lang, name) for name in ("listed", "nobody", "yes", "no", "ineligible")},
        "findings": say(lang, "section.findings"),
    }


def _cases(document: Document, criteria: Iterable[str], lang: Language) -> Iterable[dict[str, Any]]:
    ids = list(criteria)
    for entry in document["entries"][:MOST_CASES]:
        name = case_name(entry, lang)
        rank = entry["EI_rank"]
        yield {
            **{key: entry[key] for key in PLAIN},
            "name": name,
            "points": [entry["points"][c] for c in ids],
            "expert_notes": [_experts(entry["experts"].get(c)) for c in ids],
            "category_name": category_name(entry["category"], lang),
            "sector_name": sector_name(entry["sector"], lang),
            "region_name": region_name(entry["region"], lang),
            "verdict_name": verdict_name(entry["verdict"], lang),
            "template": entry["template"],
            "EI_unit": pretty_unit(entry["EI_unit"], lang) if entry["EI_unit"] else "",
            "EI_rank": None if rank is None else f"{rank['rank']} / {rank['of']}",
            "reasons": "" if entry["eligible"] else why_not(entry["reasons"], lang),
            "findings": listed(entry["findings"], lang),
            "words": f"{entry['id']} {name} {entry['applicant']}".lower(),
        }


def _experts(opinion: Entry | None) -> str:
    """Return the range of experts' points, where there is more than one."""
    if opinion is None or opinion["count"] < 2:
        return ""
    return f" ({opinion['low']:.0f}–{opinion['high']:.0f}, n = {opinion['count']})"
