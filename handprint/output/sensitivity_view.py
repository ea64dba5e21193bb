"""How the report tells what the result hangs on: one input at a time, and other choices."""

from collections.abc import Mapping
from typing import Any

from handprint.core.i18n import Language, messages, pick, text
from handprint.core.numbers import (
    MISSING,
    format_interval,
    format_number,
    format_percent,
    pretty_unit,
)
from handprint.output.words import join_unit, term

__all__ = ["sensitivity_view"]

MOST_ROWS = 8  # inputs that move the result less than these move it little


def sensitivity_view(document: Mapping[str, Any], lang: Language) -> dict[str, Any]:
    """Return the rows of both tables; empty where the document holds no sensitivities."""
    found = document.get("sensitivity") or {}
    zeros = {row["key"]: row["break_even"] for row in found.get("break_even") or ()}
    swings = (found.get("tornado") or ())[:MOST_ROWS]
    return {
        "tornado": [_swing(row, zeros.get(row["key"]), lang) for row in swings],
        "choices": [(_choice(row, lang), row) for row in found.get("scenarios") or ()],
    }


def _swing(row: Mapping[str, Any], zero: float | None, lang: Language) -> dict[str, Any]:
    unit = pretty_unit(row["unit"], lang)
    middle = (row["low"] + row["high"]) / 2
    return {
        "label": pick(row["label"], lang) or row["key"],
        "range": join_unit(format_interval(row["low"], row["high"], lang, middle), unit),
        "ner_low": row["ner_low"],
        "ner_high": row["ner_high"],
        "break_even": MISSING if zero is None else join_unit(format_number(zero, lang), unit),
    }


def _choice(row: Mapping[str, Any], lang: Language) -> str:
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
