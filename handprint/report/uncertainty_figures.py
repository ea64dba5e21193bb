"""Charts of how certain a result is: density of NER, and one input at a time."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from handprint.core.i18n import Language, pick, text
from handprint.core.numbers import format_number
from handprint.page.marks import (
    ACCENT,
    HARM,
    INK,
    PALE,
    PALE_HARM,
    QUIET,
    Row,
    Spec,
    box,
    chart,
    rule,
    words,
)
from handprint.page.words import columns, shortened

__all__ = ["MOST_SWINGS", "density", "swings_shown", "tornado"]

Document = Mapping[str, Any]

LEFT, RIGHT = 30.0, 610.0  # px, ends of the axis of the density
TOP, BOTTOM = 30.0, 128.0  # px, the highest bar and the axis
FAR = 2.0  # zero is drawn while it lies within so many widths of the density
EDGE = 74.0  # px from the end of the axis, where centred words would leave the page
COLUMN = 6.0  # px, width of a digit

SWING_LEFT, SWING_RIGHT = 250.0, 560.0  # px, where bars may begin and end; numbers stand outside
SWING_LABEL = 30  # columns of text left of the bars
SWING_ROW, SWING_BAR = 23, 12  # px
MOST_SWINGS = 8  # what moves the result less than these moves it little
NEGLIGIBLE = 0.002  # of the widest swing: no bar


# --- density --------------------------------------------------------------------------------


def density(document: Document, lang: Language) -> Spec:
    """Return the histogram of the drawn NER over t CO2e, with the zero line.

    Red stands left of zero; the paler parts lie outside the 90 % interval. Where zero is too far
    away to be drawn, an arrow says on which side it lies.
    """
    edges: Sequence[float] = document["density"]["edges"]
    counts: Sequence[int] = document["density"]["counts"]
    width = edges[-1] - edges[0]
    low, high = min(edges[0], 0.0), max(edges[-1], 0.0)
    zero_shown = high - low <= (1 + FAR) * width
    if not zero_shown:
        low, high = edges[0], edges[-1]
    pixels = (RIGHT - LEFT) / ((high - low) or 1.0)

    def place(value: float) -> float:
        return LEFT + (value - low) * pixels

    ner = document["metrics"]["NER"]
    scale = (BOTTOM - TOP) / max(*counts, 1)
    rows = [
        box(place(start), BOTTOM - count * scale, place(stop), BOTTOM, _shade(start, stop, ner))
        for start, stop, count in zip(edges, edges[1:], counts, strict=False)
        if count
    ]
    rows.append(rule(LEFT, BOTTOM, RIGHT, BOTTOM))
    rows += _percentiles(document, lang, place)
    if zero_shown:
        rows.append(rule(place(0.0), TOP - 8, place(0.0), BOTTOM + 5, INK))
        told = text("report.figure.density.zero.here", lang)
        rows.append(words(place(0.0), TOP - 18, told, _side(place(0.0))))
    else:
        side, x = ("left", LEFT) if edges[0] > 0 else ("right", RIGHT)
        told = text(f"report.figure.density.zero.{side}", lang)
        rows.append(words(x, TOP - 18, told, side))
    return chart(rows, int(BOTTOM) + 40)


def _side(x: float) -> str:
    """Return how words at ``x`` [px] are aligned so that they stay on the page."""
    return "left" if x < LEFT + EDGE else "right" if x > RIGHT - EDGE else "center"


def _shade(start: float, stop: float, ner: Mapping[str, Any]) -> str:
    middle = (start + stop) / 2
    inside = ner["p5"] is None or ner["p5"] <= middle <= ner["p95"]
    if middle < 0:
        return HARM if inside else PALE_HARM
    return ACCENT if inside else PALE


def _percentiles(document: Document, lang: Language, place: Callable[[float], float]) -> list[Row]:
    """Return P5, P50 and P95 under the axis; a number that finds no room is left out."""
    ner = document["metrics"]["NER"]
    if ner["p5"] is None:
        return []
    interval = (ner["p5"], ner["p95"])
    rows: list[Row] = []
    taken: list[tuple[float, float]] = []  # px, from where to where a number stands
    for key in ("p50", "p5", "p95"):
        middle = min(max(place(ner[key]), LEFT), RIGHT)
        rows.append(rule(middle, BOTTOM, middle, BOTTOM + 6, INK))
        shown = format_number(ner[key], lang, interval=interval)
        half = columns(shown) * COLUMN / 2 + 3
        if any(middle - half < stop and start < middle + half for start, stop in taken):
            continue
        taken.append((middle - half, middle + half))
        rows.append(words(middle, BOTTOM + 15, shown, "center"))
        rows.append(words(middle, BOTTOM + 31, key.upper(), "center", QUIET))
    return rows


# --- one input at a time --------------------------------------------------------------------


def swings_shown(document: Document) -> Sequence[Mapping[str, Any]]:
    """Return the swings worth drawing: the widest, without those that hardly move NER."""
    found = (document.get("sensitivity") or {}).get("tornado") or ()
    widest = max((_width(swing) for swing in found), default=0.0)
    return [s for s in found[:MOST_SWINGS] if _width(s) > NEGLIGIBLE * widest]


def tornado(document: Document, lang: Language) -> Spec:
    """Return NER with one input at the ends of its range, t CO2e; dark: the input is high."""
    swings = swings_shown(document)
    central = document["metrics"]["NER"]["value"]
    ends = [central, *(swing[key] for swing in swings for key in ("ner_low", "ner_high"))]
    low, high = min(ends), max(ends)
    pixels = (SWING_RIGHT - SWING_LEFT) / ((high - low) or 1.0)
    rows: list[Row] = []
    for position, swing in enumerate(swings):
        rows += _swing(swing, position, (low, pixels), central, lang)
    bottom = len(swings) * SWING_ROW
    middle = SWING_LEFT + (central - low) * pixels
    rows.append(rule(middle, 0, middle, bottom + 4, INK))
    rows.append(words(middle, bottom + 12, f"NER {format_number(central, lang)}", "center"))
    if low < 0 < high:
        zero = SWING_LEFT - low * pixels
        rows.append(rule(zero, 0, zero, bottom + 4, HARM))
        if abs(zero - middle) > EDGE:
            rows.append(words(zero, bottom + 12, "0", "center", HARM))
    return chart(rows, bottom + 22)


def _swing(
    swing: Mapping[str, Any],
    position: int,
    axis: tuple[float, float],
    central: float,
    lang: Language,
) -> list[Row]:
    """Return label, two bars and two numbers of one input."""
    low, pixels = axis
    level = position * SWING_ROW + SWING_ROW / 2
    middle = SWING_LEFT + (central - low) * pixels
    label = pick(swing["label"], lang) or swing["key"]
    rows = [words(SWING_LEFT - 62, level, shortened(label, SWING_LABEL), "right")]
    interval = (swing["ner_low"], swing["ner_high"])
    outer: dict[bool, tuple[float, float]] = {}
    for key, colour in (("ner_low", PALE), ("ner_high", ACCENT)):
        end = SWING_LEFT + (swing[key] - low) * pixels
        sides = sorted((middle, end))
        rows.append(box(sides[0], level - SWING_BAR / 2, sides[1], level + SWING_BAR / 2, colour))
        outer[end >= middle] = (end, swing[key])
    for right, (end, value) in outer.items():
        shown = format_number(value, lang, interval=interval)
        rows.append(words(end + (6 if right else -6), level, shown, "left" if right else "right"))
    return rows


def _width(swing: Mapping[str, Any]) -> float:
    return float(abs(swing["ner_high"] - swing["ner_low"]))
