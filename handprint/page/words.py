"""What templates print with: labels, terms, numbers and units, all in one language."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from handprint.core.i18n import Language, messages, pick, text, texts
from handprint.core.numbers import (
    LOWERED,
    MISSING,
    RAISED,
    format_exact,
    format_interval,
    format_number,
    format_percent,
    merge_scales,
    plain_digits,
    pretty_unit,
)

if TYPE_CHECKING:
    import markupsafe

__all__ = [
    "attribute",
    "columns",
    "join_unit",
    "measured",
    "printers",
    "shortened",
    "term",
    "typeset",
    "with_code",
]

# CJK fonts have no subscript two and no superscript minus: raised and lowered digits are ordinary
# digits, set smaller, so that CO2e needs no second font
_SHIFTED = re.compile(f"([{''.join(LOWERED)}]+)|([{''.join(RAISED)}]+)")
_CODE = re.compile(r"`([^`<>]+)`")


def printers(lang: Language) -> dict[str, Callable[..., str]]:
    """Return the functions that templates call, bound to ``lang``."""
    return {
        "t": texts("report", lang),
        "term": partial(term, lang),
        "say": partial(_say, lang),
        "number": partial(_number, lang),
        "central": partial(_central, lang),
        "exact": partial(_exact, lang),
        "measured": partial(measured, lang),
        "amount": partial(_amount, lang),
        "percent": partial(_percent, lang),
        "interval": partial(_interval, lang),
        "unit": partial(_unit, lang),
    }


def term(lang: Language, group: str, value: object) -> str:
    """Return the word for a value of a closed vocabulary; free text stands for itself."""
    key = f"report.{group}.{value}"
    return text(key, lang) if key in messages() else str(value if value is not None else MISSING)


def measured(lang: Language, value: float | None, unit: str) -> str:
    """Return a stated number with its unit, no digit added or lost."""
    return join_unit(format_exact(value, lang), pretty_unit(unit, lang))


def typeset(value: object) -> object:
    """Return what a template prints: nothing for None, markup for raised and lowered digits."""
    from markupsafe import Markup, escape

    if value is None:
        return ""
    if not isinstance(value, str) or isinstance(value, Markup) or not _SHIFTED.search(value):
        return value
    return Markup(_SHIFTED.sub(_shifted, str(escape(value))))  # noqa: S704 (escaped just before)


def _shifted(found: re.Match[str]) -> str:
    tag = "sub" if found[1] else "sup"
    return f"<{tag}>{plain_digits(found[0])}</{tag}>"


def attribute(value: str) -> "markupsafe.Markup":
    """Return a text for an attribute or a title, where no markup can stand, escaped."""
    from markupsafe import escape

    return escape(plain_digits(value))


def with_code(value: str) -> "markupsafe.Markup":
    """Return a message with what stands between backticks set as code; all else is escaped."""
    from markupsafe import Markup

    shown = _CODE.sub(r"<code>\1</code>", str(Markup.escape(typeset(value))))
    return Markup(shown)  # noqa: S704 (escaped just before)


def columns(words: str) -> int:
    """Return the width of a text in columns; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in words)


def shortened(words: str, limit: int) -> str:
    """Return ``words`` on one line, cut to ``limit`` columns."""
    line = " ".join(words.split())
    if columns(line) <= limit:
        return line
    while columns(line) >= limit:
        line = line[: min(len(line) - 1, limit)]
    return line.rstrip(" ·") + "…"


def _say(lang: Language, texts: object) -> str:
    return pick(texts, lang)


def _number(lang: Language, value: float | None, digits: int | None = None) -> str:
    return format_number(value, lang, digits=digits)


def _central(
    lang: Language, value: float | None, bounds: Mapping[str, Any] | None, digits: int | None
) -> str:
    """Return a value with ``digits``, else with those that its interval supports."""
    known = bounds is not None and bounds["p5"] is not None
    interval = (bounds["p5"], bounds["p95"]) if bounds is not None and known else None
    return format_number(value, lang, digits=digits, interval=interval)


def join_unit(number: str, unit: str) -> str:
    """Put a unit behind a number; Chinese writes 万人公里 without a space between."""
    gap = "" if number[-1:] in "万亿" and unit[:1] > "\u2e7f" else " "
    return merge_scales(f"{number}{gap}{unit}".strip())


def _amount(lang: Language, value: float | None, unit: str) -> str:
    """Return a calculated quantity with its unit, rounded."""
    return join_unit(format_number(value, lang), pretty_unit(unit, lang))


def _exact(lang: Language, value: float | None) -> str:
    return format_exact(value, lang)


def _percent(lang: Language, value: float | None) -> str:
    return format_percent(value, lang)


def _unit(lang: Language, unit: str) -> str:
    return pretty_unit(unit, lang)


def _interval(lang: Language, bounds: Mapping[str, Any] | None) -> str:
    """Return the 90 % interval of a mapping with p5, p50 and p95."""
    if not bounds or bounds.get("p5") is None:
        return MISSING
    middle = bounds["p50"] if bounds.get("p50") is not None else bounds["p5"]
    return format_interval(bounds["p5"], bounds["p95"], lang, middle)
