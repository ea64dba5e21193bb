"""Charts of the input-output model: linkages by sector, and what changed them."""

from collections.abc import Mapping, Sequence
from typing import Any

from handprint.core.i18n import Language, pick, text
from handprint.core.numbers import format_number, format_signed
from handprint.page.marks import (
    ACCENT,
    ACCENT_DARK,
    HARM,
    QUIET,
    Row,
    Spec,
    box,
    chart,
    rule,
    words,
)
from handprint.page.words import shortened

__all__ = ["change", "linkage"]

Document = Mapping[str, Any]
LEFT, RIGHT = 190.0, 520.0  # px, where bars begin and end; labels stand left, values right
ROW, BAR = 21, 12  # px
LABEL = 28  # columns of text left of the bars
MOST_SECTORS = 10


def linkage(document: Document, kind: str, lang: Language) -> Spec:
    """Return one linkage by sector, t CO2, largest first; ICT itself is darker."""
    sectors = sorted(document["years"][-1]["sectors"], key=lambda s: -abs(s[kind]["total"]))
    shown = sectors[:MOST_SECTORS]
    values = [sector[kind]["total"] for sector in shown]
    rest = sum(sector[kind]["total"] for sector in sectors[MOST_SECTORS:])
    labels = [pick(sector["name"], lang) for sector in shown]
    colours = [ACCENT_DARK if sector["ict"] else ACCENT for sector in shown]
    if sectors[MOST_SECTORS:]:
        count = len(sectors) - MOST_SECTORS
        labels.append(text("io.other_sectors", lang, count=count))
        values.append(rest)
        colours.append(QUIET)
    return _bars(labels, values, colours, [f"{format_number(value, lang)} t" for value in values])


def change(document: Document, kind: str, lang: Language) -> Spec:
    """Return what intensity, structure and demand added to the total of one linkage, t CO2."""
    total = document["change"][kind]["total"]
    parts = {**total["parts"], "all": total["after"] - total["before"]}
    labels = [text(f"io.factor.{name}", lang) for name in parts]
    values = list(parts.values())
    colours = [HARM if value > 0 else ACCENT for value in values]
    return _bars(labels, values, colours, [f"{format_signed(value, lang)} t" for value in values])


def _bars(
    labels: Sequence[str], values: Sequence[float], colours: Sequence[str], shown: Sequence[str]
) -> Spec:
    low, high = min(0.0, *values), max(0.0, *values)
    pixels = (RIGHT - LEFT) / ((high - low) or 1.0)
    zero = LEFT - low * pixels
    rows: list[Row] = []
    for position, (label, value, colour, says) in enumerate(
        zip(labels, values, colours, shown, strict=True)
    ):
        middle = position * ROW + ROW / 2
        left, right = sorted((zero, zero + value * pixels))
        right = max(right, left + 1.2)
        rows.append(words(LEFT - 10, middle, shortened(label, LABEL), "right"))
        rows.append(box(left, middle - BAR / 2, right, middle + BAR / 2, colour))
        rows.append(words(right + 7, middle, says, "left"))
    rows.append(rule(zero, 0, zero, len(labels) * ROW))
    return chart(rows, len(labels) * ROW)
