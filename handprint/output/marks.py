"""Marks of a chart: boxes, rules and words at positions in pixels, and the drawing of them.

No chart has a scale or an axis of its own: nothing is measured while rendering, so the same marks
give the same bytes, and few marks keep a chart fast.
"""

import json
import threading
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Literal

from handprint.core.numbers import plain_digits

if TYPE_CHECKING:
    import altair as alt

__all__ = [
    "ACCENT",
    "ACCENT_DARK",
    "CAUTION",
    "HARM",
    "INK",
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
ACCENT, ACCENT_DARK, HARM, CAUTION = "#0b6e69", "#084c48", "#a3261f", "#c77700"
TOTAL, INK, QUIET, RULE = "#9aa5ab", "#1d2a30", "#5c6a71", "#c9d0d4"

ALIGNMENTS: tuple[Literal["left", "right", "center"], ...] = ("left", "right", "center")
MARKS = ("box", "rule", *ALIGNMENTS)


def box(x: float, y: float, x2: float, y2: float, colour: str) -> Row:
    """Return a filled box between two corners [px]."""
    return {"mark": "box", **_rounded(x=x, y=y, x2=x2, y2=y2), "colour": colour}


def rule(x: float, y: float, x2: float, y2: float, colour: str = QUIET) -> Row:
    """Return a thin line between two points [px]."""
    return {"mark": "rule", **_rounded(x=x, y=y, x2=x2, y2=y2), "colour": colour}


def words(x: float, y: float, shown: str, align: str, colour: str = INK) -> Row:
    """Return words at a point [px], aligned left, right or center to it."""
    return {"mark": align, **_rounded(x=x, y=y), "text": plain_digits(shown), "colour": colour}


def _rounded(**pixels: float) -> dict[str, float]:
    return {name: round(value, 1) for name, value in pixels.items()}


def chart(rows: Sequence[Row], height: int) -> Spec:
    """Return the specification of a chart: the common layers, filled with its marks."""
    marks = {kind: [row for row in rows if row["mark"] == kind] for kind in MARKS}
    return {**_layers(), "height": height, "datasets": marks}


@cache
def _layers() -> Spec:
    """Return the one specification behind all charts: a layer per kind of mark, without data."""
    import altair as alt

    place = {
        "x": alt.X("x:Q", scale=None, axis=None),
        "y": alt.Y("y:Q", scale=None, axis=None),
        "color": alt.Color("colour:N", scale=None, legend=None),
    }
    size = {"x2": alt.X2("x2:Q"), "y2": alt.Y2("y2:Q")}
    layers = [
        _marks("box").mark_rect(aria=False).encode(**place, **size),
        _marks("rule").mark_rule(aria=False, strokeWidth=1).encode(**place, **size),
    ]
    for align in ALIGNMENTS:
        texts = _marks(align).mark_text(
            align=align, baseline="middle", font=FONT, fontSize=11, aria=False
        )
        layers.append(texts.encode(**place, text=alt.Text("text:N")))
    together = alt.layer(*layers).properties(width=WIDTH, background="white", padding=0)
    spec: Spec = together.configure_view(stroke=None).to_dict()
    return spec


def _marks(kind: str) -> "alt.Chart":
    import altair as alt

    return alt.Chart(alt.NamedData(name=kind))


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
    """Return the SVG of a specification written as JSON."""
    import vl_convert

    found: str = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    return found
