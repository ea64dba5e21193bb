"""How the report tells how certain a result is, what moves it, and what other choices do to it."""

from collections.abc import Mapping
from typing import Any

from handprint.core.i18n import Language, messages, pick, text
from handprint.core.numbers import (
    MISSING,
    format_exact,
    format_interval,
    format_number,
    format_percent,
    pretty_unit,
)
from handprint.page.words import join_unit, term
from handprint.report.uncertainty_figures import MOST_SWINGS

__all__ = ["choice_in_words", "sensitivity_view"]

Document = Mapping[str, Any]
Row = Mapping[str, Any]

MOST_ROWS = 12
MOST_PERCENTILES = ("p2_5", "p5", "p50", "p95", "p97_5")


def sensitivity_view(document: Document, lang: Language) -> dict[str, Any]:
    """Return what the sections on uncertainty and sensitivity print; parts may be empty."""
    found = document.get("sensitivity") or {}
    ner = document["metrics"]["NER"]
    return {
        "influences": _influences(document, lang),
        "with_sobol": bool(found.get("sobol")),
        "choices": [(choice_in_words(row, lang), row) for row in found.get("scenarios") or ()],
        "percentiles": _percentiles(ner, lang),
        "here": _here(document, lang),
        "convergence": _convergence(document.get("convergence"), lang),
    }


# --- how certain ----------------------------------------------------------------------------


def _percentiles(ner: Row, lang: Language) -> list[tuple[str, str]]:
    """Return name and value of each percentile of NER [t CO2e]."""
    if ner.get("p5") is None:
        return []
    interval = (ner["p5"], ner["p95"])
    return [
        (key.upper().replace("_", "."), format_number(ner[key], lang, interval=interval))
        for key in MOST_PERCENTILES
        if ner.get(key) is not None
    ]


def _here(document: Document, lang: Language) -> str:
    """Return the numbers that the rule of the verdict looks at, and what it says of them."""
    ner, chance = document["metrics"]["NER"], document["probability_ner_positive"]
    if ner["p5"] is None or chance is None:
        return ""
    scenarios = (document.get("sensitivity") or {}).get("scenarios") or ()
    interval = (ner["p5"], ner["p95"])
    return text(
        "report.uncertainty.here_text",
        lang,
        p5=format_number(ner["p5"], lang, interval=interval),
        p95=format_number(ner["p95"], lang, interval=interval),
        probability=f"{chance:.2f}",
        declared=1 + sum(1 for row in scenarios if row["declared"]),
        verdict=text(f"report.verdict.{document['verdict']['code']}", lang),
    )


def _convergence(found: Row | None, lang: Language) -> str:
    if not found:
        return ""
    key = "report.uncertainty.met" if found["met"] else "report.uncertainty.not_met"
    error = format_percent(found["relative_error"], lang)
    return text(key, lang, draws=format_exact(found["draws"], lang), error=error)


# --- what the result hangs on ---------------------------------------------------------------


def _influences(document: Document, lang: Language) -> list[dict[str, Any]]:
    """Return one row per input that matters: by its swing, or by where NER becomes zero."""
    found = document.get("sensitivity") or {}
    swings = {row["key"]: row for row in (found.get("tornado") or ())[:MOST_SWINGS]}
    zeros = {row["key"]: row for row in found.get("break_even") or ()}
    known = [key for key, row in zeros.items() if row["break_even"] is not None]
    keys = list(dict.fromkeys([*swings, *known]))[:MOST_ROWS]
    shares = {row["key"]: row["share_of_variance"] for row in document["drivers"]}
    sobol = {row["key"]: row for row in found.get("sobol") or ()}
    return [
        {
            **_influence(swings.get(key), zeros.get(key), lang),
            "share": shares.get(key),
            "sobol": sobol.get(key),
        }
        for key in keys
    ]


def _influence(swing: Row | None, zero: Row | None, lang: Language) -> dict[str, Any]:
    """Return name, range, both ends of NER and the break-even value of one input."""
    about = swing or zero or {}
    unit = pretty_unit(about["unit"], lang)
    shown, break_even = MISSING, None
    if swing:
        low, high = swing["low"], swing["high"]
        shown = join_unit(format_interval(low, high, lang, (low + high) / 2), unit)
    elif zero:
        shown = join_unit(format_exact(zero["value"], lang), unit)
    if zero:
        break_even = zero["break_even"]
    labels = [pick(row["label"], lang) for row in (swing, zero) if row]
    return {
        "label": next(filter(None, labels), about["key"]),
        "range": shown,
        "ner_low": swing["ner_low"] if swing else None,
        "ner_high": swing["ner_high"] if swing else None,
        "break_even": MISSING
        if break_even is None
        else join_unit(format_number(break_even, lang), unit),
    }


# --- other choices --------------------------------------------------------------------------


def choice_in_words(row: Mapping[str, Any], lang: Language) -> str:
    """Return the choice in words; a kind that has none stands as it is."""
    kind, choice = row["kind"], str(row["choice"])
    key = f"report.varied.{kind}"
    if key not in messages():
        return f"{kind}: {choice}"
    if kind == "electricity":
        choice = term(lang, "accounting", choice)
    elif kind == "reference":
        choice = term(lang, "kind", choice)
    elif kind == "rebound":
        choice = format_percent(float(choice), lang)
    return text(key, lang, choice=choice)
