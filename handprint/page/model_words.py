"""What the reports of the sector and the input-output model print with."""

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import Any

from handprint.core.i18n import Language, messages, text, texts
from handprint.core.numbers import MINUS, MISSING

__all__ = ["model_printers", "one_decimal", "percent_range", "points", "sector_name"]

NO_BREAK = "\u00a0"
LARGE = 1e9  # beyond, one decimal says nothing


def one_decimal(value: float | None) -> str:
    """Return a number with one decimal, as somebody rounding by hand would.

    Examples
    --------
    >>> one_decimal(21.15), one_decimal(33.0)
    ('21.2', '33.0')
    """
    if value is None:
        return MISSING
    if abs(value) >= LARGE:
        return f"{value:.3g}".replace("-", MINUS)
    rounded = Decimal(repr(round(value, 9))).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return str(rounded if rounded else abs(rounded)).replace("-", MINUS)


def percent_range(ends: Mapping[str, Any] | None, lang: Language) -> str:
    """Return a range in per cent: 13.2–22.0 %; a single value where both ends print alike."""
    if ends is None:
        return MISSING
    if 0.0 < ends["low"] <= ends["high"] < 0.05:
        return f"<{NO_BREAK}0.1{NO_BREAK}%"
    low, high = one_decimal(ends["low"]), one_decimal(ends["high"])
    if low == high:
        return f"{low}{NO_BREAK}%"
    joiner = "–" if ends["low"] >= 0 else {"zh": "至", "en": " to "}[lang]
    return f"{low}{joiner}{high}{NO_BREAK}%"


def points(ends: Mapping[str, float] | None) -> str:
    """Return the width of a range in percentage points."""
    return MISSING if ends is None else one_decimal(ends["high"] - ends["low"])


def sector_name(name: str, lang: Language) -> str:
    """Return the name of a sector; one of a user's own stands for itself."""
    key = f"sector.name.{name}"
    return text(key, lang) if key in messages() else name


def model_printers(model: str, lang: Language) -> dict[str, Callable[..., str]]:
    """Return functions for templates: ``s`` gives the texts of one model ("sector", "io")."""
    return {
        "s": texts(model, lang),
        "sector_name": partial(sector_name, lang=lang),
        "range": partial(percent_range, lang=lang),
        "points": points,
        "decimal": one_decimal,
    }
