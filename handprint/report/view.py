"""The document as the templates read it: first page, sections, figures, in one language.

Nothing is calculated here. Sums per life-cycle stage and positions of bars are the only arithmetic.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handprint.core.i18n import Language, messages, pick, text
from handprint.core.numbers import (
    MISSING,
    digits_to_tell_apart,
    format_interval,
    format_number,
    format_percent,
    format_with_unit,
    pretty_unit,
)
from handprint.page.parts import Section, grouped_findings, numbered_sections
from handprint.page.words import columns, join_unit, shortened, term
from handprint.report.captions import case_figures
from handprint.report.review_view import review_view
from handprint.report.sensitivity_view import sensitivity_view

__all__ = ["Bar", "Card", "Verdict", "opening", "view"]

Document = Mapping[str, Any]
Entries = Sequence[Mapping[str, Any]]

FINDINGS_ON_PAGE_ONE = 6
DRIVERS_ON_PAGE_ONE = 5
# a rule that speaks about one metric is named where that metric stands
METRIC_OF_RULE = {"RF12": "VEI"}
TONES = {"robust": "good", "likely": "good", "net_burden": "harm"}
SCENARIOS = ("reference", "solution", "ict", "higher_order")


@dataclass(frozen=True, slots=True)
class Bar:
    """An interval bar: positions in per cent of its axis, and its ends as texts."""

    start: float
    stop: float
    middle: float
    zero: float | None
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class Card:
    """One headline metric."""

    name: str
    symbol: str
    number: str
    unit: str
    tone: str
    bar: Bar | None
    notes: tuple[str, ...]
    formula: str
    definition: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict, its sentence and its tone: good, caution or harm."""

    title: str
    sentence: str
    tone: str


def view(document: Document, lang: Language, findings: Entries) -> dict[str, Any]:
    """Return everything that the templates need beside the document itself."""
    sections = _sections(document)
    long_title = pick(document["case"]["title"], lang)
    effects = document["effects"]
    title, facts, verdict = opening(document, lang, findings)
    return {
        "lang": "zh-CN" if lang == "zh" else "en",
        "title": title,
        "long_title": columns(long_title) > 46,
        "running_title": shortened(long_title, 60),
        "facts": facts,
        "verdict": verdict,
        "cards": [_card(document, name, lang, findings) for name in ("NER", "EI", "VEI")],
        "figures": case_figures(document, lang),
        "drivers": _drivers(document, lang),
        "not_drawn": _not_drawn(document),
        "findings": findings,
        "grouped_findings": grouped_findings(findings),
        "first_findings": [
            {**entry, "title": shortened(entry["title"], 64)}
            for entry in findings[:FINDINGS_ON_PAGE_ONE]
        ],
        "sections": sections,
        "section_numbers": {section.name: section.number for section in sections},
        "digits": digits_to_tell_apart(effects["E_ref"], effects["E_sol"]),
        "scenarios": _scenarios(document),
        "stages": _stages(document),
        **sensitivity_view(document, lang),
        **review_view(document, lang, findings),
        "overlapping": _overlapping(document),
        "providers": {row["id"]: row for row in document.get("attribution") or ()},
        "statuses": _statuses(document),
        "factors": {factor["key"]: factor for factor in document["factors"]},
        "coefficients": _coefficients(document),
        "period": _period(document["case"]["period"], lang),
    }


def opening(document: Document, lang: Language, findings: Entries) -> tuple[str, str, Verdict]:
    """Return what every report begins with: title, the facts of the case, the verdict."""
    title = shortened(pick(document["case"]["title"], lang), 110)
    return title, _facts(document["case"], lang), _verdict(document, lang, findings)


# --- first page -----------------------------------------------------------------------------


def _overlapping(document: Mapping[str, Any]) -> str:
    """Return the names of the other solutions on the same activity."""
    overlap = document.get("overlap") or {}
    return ", ".join(other["id"] for other in overlap.get("others", ()))


def _facts(case: Mapping[str, Any], lang: Language) -> str:
    """Return the line under the title: sector, category, region, period, tier, claim."""
    parts = [
        term(lang, "sector", case["sector"]),
        term(lang, "category", case["category"]),
        pick(case["region_name"], lang) or case["region"],
        _period(case["period"], lang),
        text("report.tier", lang, tier=case["tier"]) if case["tier"] else MISSING,
        term(lang, "claim", case["claim"]),
    ]
    return text("report.separator", lang).join(part for part in parts if part != MISSING)


def _period(period: Mapping[str, Any], lang: Language) -> str:
    years = period["years"]
    start, end = str(period["start"]), str(period["end"])
    if years == 1 and start.endswith("-01-01"):
        return text("report.period.calendar", lang, year=start[:4])
    key = "report.period.one_year" if years == 1 else "report.period.years"
    return text(key, lang, start=start, end=end, years=f"{years:.4g}")


def _claims_reduction(document: Document) -> bool:
    """Whether there is a reduction whose nature can be told."""
    code, ner = document["verdict"]["code"], document["metrics"]["NER"]["value"]
    return code in {"robust", "likely"} or (code == "no_uncertainty" and ner > 0)


def _verdict(document: Document, lang: Language, findings: Entries) -> Verdict:
    code, blocking = document["verdict"]["code"], document["verdict"]["blocking"]
    title = text(f"report.verdict.{code}", lang)
    told = "no_draws" if _not_drawn(document) else code
    chance = document["probability_ner_positive"]
    probability = ""
    if chance is not None:
        probability = text("report.verdict.probability", lang, value=f"{chance:.2f}")
    key = f"report.verdict.text.{told}"
    # the sentence without a placeholder stays as it is
    sentence = messages()[key][lang].format(probability=probability)
    nature = f"report.nature.{document['verdict']['nature']}"
    if nature in messages() and _claims_reduction(document):
        sentence += text(nature, lang)
    tone = TONES.get(code, "caution")
    if document["verdict"]["publishable"]:
        return Verdict(title, sentence + text("report.verdict.publishable", lang), tone)
    names = text("report.listed", lang).join(_blockers(blocking, findings, lang))
    key = "report.verdict.blocking_one" if len(blocking) == 1 else "report.verdict.blocking"
    sentence += text(key, lang, count=len(blocking), list=names)
    title += text("report.verdict.blocked", lang)
    return Verdict(title, sentence, "harm" if tone == "harm" else "caution")


def _not_drawn(document: Document) -> bool:
    """Whether nothing was drawn because nobody asked for it."""
    return bool(document["metrics"]["NER"]["status"] == "no_draws")


def _blockers(blocking: Sequence[str], findings: Entries, lang: Language) -> list[str]:
    """Return the blocking rules with their titles; at most three, a count for the rest."""
    titles = {entry["rule"]: entry["title"] for entry in findings if entry["severity"] == "block"}
    shown = [
        text("report.with_rule", lang, title=shortened(titles.get(rule, rule), 56), rule=rule)
        for rule in blocking[:3]
    ]
    rest = len(blocking) - len(shown)
    return [*shown, text("report.blockers_more", lang, count=rest)] if rest else shown


def _card(document: Document, name: str, lang: Language, findings: Entries) -> Card:
    metric = document["metrics"][name]
    value, bounds = metric["value"], _bounds(metric)
    shown = value if metric["p50"] is None else metric["p50"]
    number, unit = format_with_unit(shown, metric["unit"], lang, bounds)
    if name == "VEI":
        unit = f"{unit} {text('report.metric.times', lang)}".strip()
    notes = _card_notes(document, name, lang, findings)
    good = shown is not None and shown >= (1.0 if name == "VEI" else 0.0)
    tone = "none" if shown is None else "good" if good else "harm"
    return Card(
        name=text(f"report.metric.{name}", lang),
        symbol=name,
        number=number,
        unit=unit if shown is not None else "",
        tone=tone,
        bar=_bar(metric["p5"], shown, metric["p95"], lang)
        if bounds and shown is not None
        else None,
        notes=tuple(notes),
        formula=metric["formula"],
        definition=text(
            "report.metric.definition", lang, id=metric["definition"], version=metric["version"]
        ),
    )


def _card_notes(document: Document, name: str, lang: Language, findings: Entries) -> list[str]:
    metric = document["metrics"][name]
    notes = []
    if metric["value"] is None:
        notes.append(status_text(metric["status"], lang))
    elif metric["p50"] is not None:
        central = format_number(metric["value"], lang, interval=_bounds(metric))
        parts = [text("report.metric.median", lang), text("report.metric.interval", lang)]
        parts.append(text("report.metric.central", lang, value=central))
        notes.append(text("report.listed", lang).join(parts))
    else:
        notes.append(status_text(metric["status"], lang))
    unit_name = pick(document["case"]["functional_unit"]["name"], lang)
    if name == "EI" and unit_name and metric["definition"].endswith("functional_unit"):
        notes.append(text("report.metric.per", lang, name=shortened(unit_name, 60)))
    notes += [
        text("report.with_rule", lang, title=shortened(entry["title"], 60), rule=entry["rule"])
        for entry in findings
        if METRIC_OF_RULE.get(entry["rule"]) == name
    ]
    return notes


def status_text(status: str, lang: Language) -> str:
    """Return why a metric has no value or no interval."""
    status = status.lower()
    key = f"report.status.{status}"
    if not status or status == "ok":
        return ""
    return (
        text(key, lang) if key in messages() else text("report.status.other", lang, status=status)
    )


def _bounds(metric: Mapping[str, Any]) -> tuple[float, float] | None:
    low, high = metric["p5"], metric["p95"]
    return None if low is None or high is None else (low, high)


def _bar(low: float, middle: float, high: float, lang: Language) -> Bar | None:
    """Return the bar of an interval with a quarter of its width free on either side."""
    width = high - low
    if width <= 0:
        return None
    begin, span = low - width / 4, width * 1.5
    zero = (0.0 - begin) / span * 100

    def position(value: float) -> float:
        return round((value - begin) / span * 100, 2)

    return Bar(
        start=position(low),
        stop=position(high),
        middle=position(middle),
        zero=round(zero, 2) if 0 < zero < 100 else None,
        low=format_number(low, lang, interval=(low, high)),
        high=format_number(high, lang, interval=(low, high)),
    )


def _drivers(document: Document, lang: Language) -> list[dict[str, Any]]:
    rows = []
    for driver in document["drivers"][:DRIVERS_ON_PAGE_ONE]:
        unit = pretty_unit(driver["unit"], lang)
        bounds = (driver["low"], driver["high"])
        if None in bounds:
            shown = format_number(driver["value"], lang)
        else:
            shown = format_interval(*bounds, lang, driver["value"])
        share = driver["share_of_variance"]
        rows.append(
            {
                "label": shortened(pick(driver["label"], lang) or driver["key"], 40),
                "range": join_unit(shown, unit),
                "share": format_percent(share, lang, digits=2 if share >= 0.1 else 1),
                "width": round(max(0.0, min(share, 1.0)) * 100, 1),
            }
        )
    return rows


# --- later pages ----------------------------------------------------------------------------


def _sections(document: Document) -> list[Section]:
    wanted = {
        "scope": True,
        "results": True,
        "uncertainty": bool(document.get("density")),
        "contributions": True,
        "years": len(document["years"]) > 1,
        "energy": bool(document["energy"]),
        "footprint": True,
        "rebound": True,
        "sensitivity": any((document.get("sensitivity") or {}).values()),
        "consequences": bool(document["case"].get("consequences")),
        "attribution": bool(document["case"].get("attribution")),
        "inputs": bool(document["inputs"]),
        "factors": bool(document["factors"]),
        "findings": True,
        "definitions": True,
        "manifest": True,
        "checklist": bool(document.get("checklist")),
    }
    return numbered_sections(wanted)


def _scenarios(document: Document) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """Return the lines of each scenario; the two scenarios are shown even when they are empty."""
    groups = [
        (name, [line for line in document["lines"] if line["scenario"] == name])
        for name in SCENARIOS
    ]
    return [(name, lines) for name, lines in groups if lines or name in SCENARIOS[:2]]


def _stages(document: Document) -> list[tuple[str, float, float]]:
    """Return (stage, t CO2e, share) of the first-order effect, largest first."""
    lines = [line for line in document["lines"] if line["scenario"] == "ict"]
    totals: dict[str, float] = {}
    for line in lines:
        stage = line["stage"] or "none"
        totals[stage] = totals.get(stage, 0.0) + line["emissions"]
    whole = sum(totals.values())
    order = sorted(totals, key=lambda stage: -totals[stage])
    return [(stage, totals[stage], totals[stage] / whole if whole else 0.0) for stage in order]


def _statuses(document: Document) -> dict[str, int]:
    counts = dict.fromkeys(("given", "default", "chosen", "derived"), 0)
    for entry in document["inputs"]:
        counts[entry["status"]] = counts.get(entry["status"], 0) + 1
    return counts


def _coefficients(document: Document) -> list[tuple[str, str, Mapping[str, Any]]]:
    """Return (carrier, kind, coefficient) of every standard-coal coefficient in use."""
    return [
        (row["carrier"], kind, row["coefficients"][kind])
        for row in document["energy"]
        for kind in ("equivalent", "primary")
        if row["coefficients"].get(kind)
    ]
