"""Charts of a result: waterfall, contributions, years; the same for PDF and HTML."""

from collections.abc import Mapping, Sequence
from typing import Any

from handprint.core.i18n import Language, pick, text
from handprint.core.numbers import (
    digits_to_tell_apart,
    format_number,
    format_percent,
    format_signed,
)
from handprint.page.marks import (
    ACCENT,
    HARM,
    INK,
    QUIET,
    TOTAL,
    WIDTH,
    Row,
    Spec,
    box,
    chart,
    rule,
    words,
)
from handprint.page.words import columns, shortened

__all__ = ["bar_row", "contributions", "waterfall", "yearly", "zoom"]

Document = Mapping[str, Any]
LEFT, RIGHT = 172, 500  # px, where bars begin and end; labels stand left, values right
LABEL = 28  # columns of text that fit left of the bars
MOST_LINES = 10  # bars in the chart of contributions; the rest is one bar
ROW = 25  # px, height of a row
BAR = 14  # px, height of a bar
ZOOM_BELOW = 0.2  # effects smaller than this share of E_ref get a scale of their own


# --- the three charts -----------------------------------------------------------------------


def waterfall(document: Document, lang: Language) -> Spec:
    """Return the way from the reference emissions to the net reduction, in t CO2e.

    The two scenarios share one scale; the effects have their own when they are small, and the
    first of them says how much larger that is.
    """
    effects = document["effects"]
    steps = _steps(document)
    largest = max(effects["E_ref"], effects["E_sol"], 0.0) or 1.0
    magnified = zoom(document)
    zero, pixels = _layout([0.0, *(v for step in steps for v in step[1:3])], largest, magnified)
    digits = digits_to_tell_apart(effects["E_ref"], effects["E_sol"])
    rows: list[Row] = []
    for position, key in enumerate(("E_ref", "E_sol")):
        value = effects[key]
        end = zero + value * pixels / magnified
        shown = f"{format_number(value, lang, digits=digits)} t"
        label = text(f"report.effect.{key}", lang)
        rows += bar_row(position, label, (zero, end), colour=TOTAL, shown=shown)
    for position, (key, start, stop, size) in enumerate(steps, start=2):
        shown = _step_text(document, key, size, lang)
        if position == 2 and magnified > 1:
            shown += text(
                "report.figure.zoomed", lang, factor=format_number(magnified, lang, digits=2)
            )
        ends = (zero + start * pixels, zero + stop * pixels)
        label = text(f"report.effect.{key}", lang)
        rows += bar_row(position, label, ends, colour=_colour(size), shown=shown)
    count = 2 + len(steps)
    rows += _whisker(document, count - 1, zero, pixels)
    rows.append(rule(zero, 0, zero, count * ROW))
    return chart(rows, count * ROW)


def contributions(document: Document, lang: Language) -> Spec:
    """Return what each line adds to the net reduction before rebound, in t CO2e, largest first."""
    changes = _changes(document, lang)
    shown, rest = changes, []
    if len(changes) > MOST_LINES:
        shown, rest = changes[: MOST_LINES - 1], changes[MOST_LINES - 1 :]
        label = text("report.figure.other_lines", lang, count=len(rest))
        shown = [*shown, (label, sum(value for _, value in rest))]
    zero, pixels = _layout([value for _, value in shown], 0.0, 1.0)
    rows: list[Row] = []
    for position, (label, value) in enumerate(shown):
        number = f"{format_signed(value, lang)} t" if abs(value) >= 0.001 else "< 0.001 t"
        end = zero + value * pixels
        rows += bar_row(position, label, (zero, end), colour=_colour(value), shown=number)
    rows.append(rule(zero, 0, zero, len(shown) * ROW))
    return chart(rows, len(shown) * ROW)


def yearly(document: Document, lang: Language) -> Spec:
    """Return the net reduction of every calendar year, in t CO2e, as columns."""
    years: Sequence[Mapping[str, Any]] = document["years"]
    values = [year["NER"] for year in years]
    low, high = min(0.0, *values), max(0.0, *values)
    top, bottom = 22.0, 150.0
    pixels = (bottom - top) / ((high - low) or 1.0)
    zero = bottom + low * pixels
    slot = min(140.0, (WIDTH - 40) / len(years))
    every = -(-len(years) // 14)
    rows: list[Row] = []
    for index, (year, value) in enumerate(zip(years, values, strict=True)):
        middle = 30 + slot * (index + 0.5)
        end = zero - value * pixels
        rows.append(box(middle - slot * 0.3, zero, middle + slot * 0.3, end, _colour(value)))
        if index % every == 0:
            number = format_signed(value, lang)
            rows.append(words(middle, end - 9 if value >= 0 else end + 10, number, "center"))
            rows.append(words(middle, bottom + 28, _year_text(year, lang), "center", QUIET))
    rows.append(rule(20, zero, 40 + slot * len(years), zero))
    return chart(rows, int(bottom) + 40)


def zoom(document: Document) -> float:
    """Return how many times larger the effects are drawn than the scenarios (1: not at all)."""
    largest = max(document["effects"]["E_ref"], document["effects"]["E_sol"], 0.0)
    reach = max(abs(v) for step in _steps(document) for v in step[1:3])
    if not reach or not largest or reach / largest >= ZOOM_BELOW:
        return 1.0
    return float(f"{0.9 * largest / reach:.1e}")


# --- what the charts show -------------------------------------------------------------------


def _steps(document: Document) -> list[tuple[str, float, float, float]]:
    """Return (effect, from, to, signed size) of every step from G0 to NER, in t CO2e."""
    effects = document["effects"]
    g0, rebound, higher, footprint = (effects[key] for key in ("G0", "rebound", "H", "F"))
    after_rebound = g0 - rebound
    net = effects["G"] - footprint
    return [
        ("G0", 0.0, g0, g0),
        ("rebound", g0, after_rebound, -rebound),
        ("H", after_rebound, after_rebound + higher, higher),
        ("F", effects["G"], net, -footprint),
        ("NER", 0.0, net, net),
    ]


def _step_text(document: Document, key: str, size: float, lang: Language) -> str:
    status = document["rebound"]["status"]
    if key == "rebound" and status != "quantified":
        threshold = document["break_even_rebound"]
        told = text(f"report.rebound.{status}", lang)
        return told if threshold is None else f"{told} (R* = {format_percent(threshold, lang)})"
    bounds = (document["effect_intervals"] or {}).get(key)
    if key == "NER":
        bounds = document["metrics"]["NER"]
    interval = (bounds["p5"], bounds["p95"]) if bounds and bounds["p5"] is not None else None
    return f"{format_signed(size, lang, interval=interval)} t"


def _changes(document: Document, lang: Language) -> list[tuple[str, float]]:
    """Return (label, reduction in t CO2e) per line, twins of both scenarios taken together."""
    totals: dict[tuple[str, str], float] = {}
    labels: dict[tuple[str, str], str] = {}
    for line in document["lines"]:
        if line.get("memo") or line["gas"] == "CO2_biogenic":
            continue
        key = (line["id"], line["site"])
        sign = 1.0 if line["scenario"] == "reference" else -1.0
        totals[key] = totals.get(key, 0.0) + sign * line["emissions"]
        site = f" · {shortened(line['site'], 10)}" if line["site"] else ""
        label = shortened(pick(line["label"], lang) or line["id"], LABEL - columns(site))
        labels.setdefault(key, label + site)
    order = sorted(totals, key=lambda key: (-abs(totals[key]), key))
    return [(labels[key], totals[key]) for key in order]


def _year_text(year: Mapping[str, Any], lang: Language) -> str:
    if year["fraction"] >= 1.0:
        return str(year["year"])
    return f"{year['year']} ({format_percent(year['fraction'], lang)})"


# --- layout ---------------------------------------------------------------------------------


def _layout(values: Sequence[float], largest: float, magnified: float) -> tuple[float, float]:
    """Return the pixel of zero and the pixels per tonne that fit all values between the margins."""
    low = min([0.0, *values])
    high = max([0.0, largest / magnified, *values])
    pixels = (RIGHT - LEFT) / ((high - low) or 1.0)
    return LEFT - low * pixels, pixels


def bar_row(
    position: int, label: str, ends: tuple[float, float], *, colour: str, shown: str
) -> list[Row]:
    """Return label, bar and value of one row; a bar is never thinner than a visible line."""
    middle = position * ROW + ROW / 2
    left, right = sorted(ends)
    right = max(right, left + 1.2)
    return [
        words(LEFT - 10, middle, shortened(label, LABEL), "right"),
        box(left, middle - BAR / 2, right, middle + BAR / 2, colour),
        words(right + 7, middle, shown, "left"),
    ]


def _whisker(document: Document, position: int, zero: float, pixels: float) -> list[Row]:
    """Return the 90 % interval of the net reduction as a thin line under its bar."""
    ner = document["metrics"]["NER"]
    low, high = ner["p5"], ner["p95"]
    if low is None or high is None:
        return []
    ends = [min(max(zero + value * pixels, 4.0), float(WIDTH - 4)) for value in (low, high)]
    level = position * ROW + ROW / 2 + BAR / 2 + 3
    return [rule(ends[0], level, ends[1], level, INK)]


def _colour(reduction: float) -> str:
    return HARM if reduction < 0 else ACCENT
