"""Marks of a chart: boxes, rules and words at positions in pixels, and the drawing of them.

No chart has a scale or an axis of its own: nothing is measured while rendering, so the same marks
give the same bytes, and few marks keep a chart fast.
"""

import json
import threading
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

from handprint.core.numbers import plain_digits

__all__ = [
    "ACCENT",
    "ACCENT_DARK",
    "CAUTION",
    "HARM",
    "INK",
    "PALE",
    "PALE_HARM",
    "QUIET",
    "RULE",
    "TOTAL",
    "WIDTH",
    "Row",
    "Spec",
    "box",
    "chart",
    "drawn",
    "rule",
    "svg",
    "wake",
    "words",
]

Row = dict[str, Any]
Spec = dict[str, Any]

WIDTH = 640  # px, the width of the text block
FONT = "Noto Sans CJK SC, Noto Sans, sans-serif"
FONT_SIZE = 11  # px
DROP = 4  # px, from the middle of a line of text to its baseline
ACCENT, ACCENT_DARK, HARM, CAUTION = "#0b6e69", "#084c48", "#a3261f", "#c77700"
PALE, PALE_HARM = "#9cc5c2", "#dba9a5"  # the same, where less weight lies
TOTAL, INK, QUIET, RULE = "#9aa5ab", "#1d2a30", "#5c6a71", "#c9d0d4"

ALIGNMENTS = ("left", "right", "center")
MARKS = ("box", "rule", *ALIGNMENTS)


def box(x: float, y: float, x2: float, y2: float, colour: str) -> Row:
    """Return a filled box between two corners [px]."""
    return {"mark": "box", **_rounded(x=x, y=y, x2=x2, y2=y2), "colour": colour}


def rule(x: float, y: float, x2: float, y2: float, colour: str = QUIET) -> Row:
    """Return a thin line between two points [px]."""
    return {"mark": "rule", **_rounded(x=x, y=y, x2=x2, y2=y2), "colour": colour}


def words(x: float, y: float, shown: str, align: str, colour: str = INK) -> Row:
    """Return words at a height [px] that begin at, end at or are centred on ``x`` [px]."""
    return {
        "mark": align,
        **_rounded(x=x, y=y + DROP),
        "text": plain_digits(shown),
        "colour": colour,
    }


def _rounded(**pixels: float) -> dict[str, float]:
    return {name: round(value, 1) for name, value in pixels.items()}


def chart(rows: Sequence[Row], height: int) -> Spec:
    """Return the specification of a chart: the common layers, filled with its marks."""
    marks = {kind: [row for row in rows if row["mark"] == kind] for kind in MARKS}
    return {**_layers(), "height": height, "datasets": marks}


@cache
def _layers() -> Spec:
    """Return the one specification behind all charts: a layer per kind of mark, without data.

    Written out as Altair writes it: importing Altair takes longer than drawing all charts of a
    report. A test builds it with Altair and compares.
    """
    place = {
        "x": {"field": "x", "type": "quantitative", "scale": None, "axis": None},
        "y": {"field": "y", "type": "quantitative", "scale": None, "axis": None},
        "color": {"field": "colour", "type": "nominal", "scale": None, "legend": None},
    }
    area = {**place, "x2": {"field": "x2"}, "y2": {"field": "y2"}}
    letters = {"type": "text", "baseline": "alphabetic", "font": FONT, "fontSize": FONT_SIZE}
    shown = {**place, "text": {"field": "text", "type": "nominal"}}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": WIDTH,
        "background": "white",
        "padding": 0,
        "autosize": "none",
        "config": {"view": {"stroke": None}},
        "layer": [
            _layer("box", {"type": "rect"}, area),
            _layer("rule", {"type": "rule", "strokeWidth": 1}, area),
            *(_layer(align, {**letters, "align": align}, shown) for align in ALIGNMENTS),
        ],
    }


def _layer(kind: str, mark: Spec, encoding: Spec) -> Spec:
    return {"data": {"name": kind}, "mark": {**mark, "aria": False}, "encoding": encoding}


def svg(spec: Spec) -> str:
    """Return the chart as SVG; it may load nothing from anywhere."""
    return drawn(json.dumps(spec, sort_keys=True, ensure_ascii=False))


@cache
def wake() -> threading.Thread:
    """Start the chart engine in the background, once: half a second that others can use."""
    empty = {"mark": "rect", "data": {"values": []}}
    waking = threading.Thread(target=lambda: svg(empty))
    waking.start()
    return waking


@lru_cache(maxsize=16)  # the HTML and the PDF of one case ask for the same charts
def drawn(spec: str) -> str:
    """Return the SVG of a specification written as JSON.

    The engine measures every text that has a size, 3 ms each. No position here depends on it, so
    the size is left out on the way in and put back on the way out.
    """
    import vl_convert

    unsized = spec.replace(f'"fontSize": {FONT_SIZE}', '"fontSize": 0')
    found: str = vl_convert.vegalite_to_svg(unsized, allowed_base_urls=[])
    return found.replace('font-size="0px"', f'font-size="{FONT_SIZE}px"')
