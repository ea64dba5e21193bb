"""The minutes of a selection as PDF/A: what was asked, who is selected, how robust that is."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from handprint.core.i18n import Language, pick
from handprint.core.numbers import MINUS, format_interval, format_number, format_percent
from handprint.page.marks import ACCENT, INK, PALE, QUIET, Spec, box, chart, rule, words
from handprint.page.parts import (
    Figure,
    Section,
    grouped_findings,
    numbered_figures,
    numbered_sections,
)
from handprint.page.pdf import pdf_of
from handprint.page.shell import page_of
from handprint.page.words import shortened
from handprint.selection.sheets import measures_of
from handprint.selection.words import (
    case_name,
    category_name,
    listed,
    say,
    selection_facts,
    selection_printers,
)

__all__ = ["selection_pdf"]

Document = Mapping[str, Any]
Entry = Mapping[str, Any]

NAME = "selection.json"  # the document inside the PDF
MOST_LISTED = 20  # rows of a list in the minutes; the workbook has all
MOST_INPUTS = 3  # in the minutes
MOST_CARRIED = 3_000  # cases in the attachment; selection.json has all
MOST_BARS = 36
SURE = 0.9
ROW, BAR = 19, 11  # px
LEFT, RIGHT = 250, 540  # px


def selection_pdf(document: Document, lang: Language) -> bytes:
    """Return the minutes as PDF/A-3a with the document attached as JSON.

    Raises
    ------
    MissingGlyphs
        No installed font covers a character.
    """
    entries = {entry["id"]: entry for entry in document["entries"]}
    context = {
        **selection_printers(lang),
        "lang": lang,
        "doc": document,
        "entries": entries,
        "score_text": score_text,
        "facts": selection_facts(document, lang),
        "verdict": _verdict(document, lang),
        "criteria": [_criterion(c, document, lang) for c in document["criteria"]],
        "asked": _asked(document, lang),
        "flips": [_flip(flip, document, lang) for flip in document["flips"]],
        "methods": [_other(change, lang) for change in document["other_methods"]],
        "draws": say(
            lang, f"draws.{document['draws']['origin']}", count=document["draws"]["count"]
        ),
        "front": [e for e in document["entries"] if e["on_front"]],
        "pairs": list(_pairs(document, lang)),
        "barred": [case for case in document["cases"] if not case["eligible"]],
        "most": MOST_LISTED,
        "inputs_shown": MOST_INPUTS,
        "together": _together(document, lang),
        "sections": _sections(document),
        "grouped_findings": grouped_findings(document["findings"]),
        "attachment": NAME,
        "style": "",
    }
    carried = {**document, **{k: document[k][:MOST_CARRIED] for k in ("entries", "cases")}}
    page = page_of("selection.html", lang, _figures(document, lang), context)
    return pdf_of(page, carried, NAME, lang)


def _sections(document: Document) -> list[Section]:
    """Return the sections that have something to say."""
    placed = any(c["selected"] or c["reserve"] for c in document["categories"])
    wanted = {
        "criteria": True,
        "selected": placed,
        "robustness": placed,
        "front": True,
        "overlaps": document["similar"] or document["overlapping"],
        "ineligible": any(not case["eligible"] for case in document["cases"]),
        "findings": document["findings"],
        "manifest": True,
    }
    return numbered_sections(wanted)


# --- sentences ------------------------------------------------------------------------------


def _verdict(document: Document, lang: Language) -> dict[str, str]:
    counts = document["counts"]
    if not counts["places"]:
        return {"title": say(lang, "verdict.none"), "text": "", "tone": "caution"}
    open_places = counts["places"] - counts["selected"]
    title = (
        say(lang, "verdict.open", open=open_places) if open_places else say(lang, "verdict.full")
    )
    chosen = [e["p_selected"] for e in document["entries"] if e["selected"]]
    if not chosen or chosen[0] is None:
        return {"title": title, "text": say(lang, "verdict.no_draws"), "tone": "caution"}
    sure = sum(p >= SURE for p in chosen)
    shown = say(lang, "verdict.sure", sure=sure, selected=len(chosen))
    shown += say(lang, "verdict.contested", least=format_percent(min(chosen), lang))
    return {"title": title, "text": shown, "tone": "good" if not open_places else "caution"}


def _asked(document: Document, lang: Language) -> str:
    names = {c["id"]: pick(c["name"], lang) for c in document["criteria"]}
    tie = str(names.get(document["tie_break"], document["tie_break"]))
    if lang == "en":
        tie = f"{tie[:1].lower()}{tie[1:]}"
    parts = [say(lang, "asked", method=say(lang, f"method.{document['method']}"), tie=tie)]
    limits = [say(lang, f"limit.{k}", count=n) for k, n in document["limits"].items()]
    parts += [say(lang, "limits", list=listed(limits, lang))] if limits else []
    return ("" if lang == "zh" else " ").join(parts)


def _criterion(criterion: Entry, document: Document, lang: Language) -> dict[str, str]:
    share = format_percent(criterion["share"], lang)
    return {
        "name": pick(criterion["name"], lang),
        "weight": f"{criterion['weight']:g}",
        "share": share if criterion["counts"] else say(lang, "left_out"),
        "measures": ("；" if lang == "zh" else "; ").join(measures_of(criterion, document, lang)),
    }


def _flip(flip: Entry, document: Document, lang: Language) -> dict[str, str]:
    names = {c["id"]: pick(c["name"], lang) for c in document["criteria"]}
    return {
        "name": names[flip["criterion"]],
        "share": format_percent(flip["share"], lang),
        "lower": _side(flip["lower"], lang),
        "upper": _side(flip["upper"], lang),
    }


def _side(change: Entry | None, lang: Language) -> str:
    if change is None:
        return say(lang, "weight_free")
    return say(
        lang,
        "weight_at",
        share=format_percent(change["share"], lang, digits=3),
        enters=listed(change["enters"], lang),
        leaves=listed(change["leaves"], lang),
    )


def _other(change: Entry, lang: Language) -> str:
    method = say(lang, f"method.{change['method']}")
    if not change["enters"] and not change["leaves"]:
        return say(lang, "other_method.same", method=method)
    moved = {name: listed(change[name], lang) for name in ("enters", "leaves")}
    return say(lang, "other_method.differs", method=method, **moved)


def _pairs(document: Document, lang: Language) -> Iterable[str]:
    for name, key in (("overlapping", "overlap_text"), ("similar", "similar_text")):
        for pair in document[name]:
            yield say(lang, key, first=pair["first"], second=pair["second"])


def _together(document: Document, lang: Language) -> str:
    found = document["together"]
    if found is None:
        return ""
    if found["overlapping"]:
        pairs = listed((f"{p['first']} + {p['second']}" for p in found["overlapping"]), lang)
        return say(lang, "together_overlap", pairs=pairs)
    shown = say(lang, "together", ner=format_number(found["NER"], lang))
    if found["p5"] is not None:
        interval = format_interval(found["p5"], found["p95"], lang, found["p50"])
        shown += say(lang, "together_interval", interval=interval)
    return shown + say(lang, "together_end")


def score_text(score: float) -> str:
    """Return a score with four significant digits: 92.39 of 100, or 0.6571 of TOPSIS."""
    return f"{score:.4g}".replace("-", MINUS)


# --- the figure -----------------------------------------------------------------------------


def _figures(document: Document, lang: Language) -> dict[str, Figure]:
    entries = {entry["id"]: entry for entry in document["entries"]}
    groups = [
        (category["id"], [entries[i] for i in (*category["selected"], *category["reserve"])])
        for category in document["categories"]
    ]
    groups = [(name, members) for name, members in groups if members]
    drawn = document["draws"]["origin"] != "none"
    if not groups or not (drawn or document["method"] == "weighted_sum"):
        return {}
    name = "places" if drawn else "scores"
    specs = {"places": _places(groups, lang)}
    return numbered_figures(specs, lambda _, part: say(lang, f"figure.{name}.{part}"))


def _places(groups: Sequence[tuple[str, Sequence[Entry]]], lang: Language) -> Spec:
    """Return bars of the scores, category by category, with the probability of a place."""
    rows = []
    most = max(MOST_BARS // len(groups), 4)
    line = 0
    for category, members in groups:
        rows.append(words(0, (line + 0.5) * ROW, category_name(category, lang), "left", QUIET))
        line += 1
        for entry in members[:most] if len(members) > most else members:
            middle = (line + 0.5) * ROW
            chance = entry["p_selected"]
            share = entry["score"] / 100.0 if chance is None else chance
            end = LEFT + max((RIGHT - LEFT) * share, 1.2)
            colour = ACCENT if entry["selected"] else PALE
            label = shortened(case_name(entry, lang), 40)
            shown = score_text(entry["score"])
            if chance is not None:
                shown = f"{format_percent(chance, lang)}  ({shown})"
            rows += [
                words(LEFT - 8, middle, label, "right", INK),
                box(LEFT, middle - BAR / 2, end, middle + BAR / 2, colour),
                words(end + 7, middle, shown, "left"),
            ]
            line += 1
    rows.append(rule(LEFT, 0, LEFT, line * ROW))
    return chart(rows, line * ROW)
