"""Charts of the sector model: ranges per sector, tornado of the levers, path by year, studies."""

from collections.abc import Mapping, Sequence
from typing import Any

from handprint.core.i18n import Language, pick, text
from handprint.page.marks import (
    ACCENT,
    ACCENT_DARK,
    INK,
    QUIET,
    RULE,
    TOTAL,
    WIDTH,
    Row,
    Spec,
    box,
    chart,
    rule,
    words,
)
from handprint.page.model_words import one_decimal, percent_range, points, sector_name
from handprint.page.words import shortened

__all__ = ["path", "ranges", "studies", "tornado"]

Document = Mapping[str, Any]

LEFT, RIGHT = 190.0, 520.0  # px, where bars begin and end; labels stand left, values right
ROW, BAR = 30, 13  # px
LABEL = 28  # columns of text left of the bars
MOST_LEVERS = 12
TICK = 10.0  # per cent between the lines of the scale


def ranges(document: Document, lang: Language) -> Spec:
    """Return the enabled share of each sector: bar added up, line multiplied, ticks published."""
    results = dict(document["sectors"])
    if document["society"] is not None:
        results["society"] = document["society"]
    ends = [result["high"] for result in results.values()]
    ends += [r["published"]["high"] for r in results.values() if r["published"] is not None]
    top = max([TICK, *ends])
    rows = _scale(top, len(results))
    for position, (name, result) in enumerate(results.items()):
        colour = ACCENT_DARK if name == "society" else ACCENT
        if result["status"] == "derived":
            colour = TOTAL
        rows += _range_row(position, sector_name(name, lang), result, top, colour=colour, lang=lang)
        level = _middle(position) + BAR / 2 + 4
        low, high = (_x(result[f"combined_{end}"], top) for end in ("low", "high"))
        rows.append(rule(low, level, high, level, INK))
        for end in ("low", "high") if result["published"] is not None else ():
            mark = _x(result["published"][end], top)
            rows.append(rule(mark, _middle(position) - 11, mark, _middle(position) + 5, INK))
    return chart(rows, _height(len(results)))


def tornado(document: Document, lang: Language) -> Spec:
    """Return what each lever moves from its low to its high end, all others midway."""
    whole = document["society"] is not None
    key = "of_society" if whole else "of_sector"
    swings: Sequence[Mapping[str, Any]] = document["tornado"][:MOST_LEVERS]
    low = min(float(swing[key]["low"]) for swing in swings)
    high = max(float(swing[key]["high"]) for swing in swings)
    width = (high - low) or 1.0

    def at(value: float) -> float:
        return LEFT + (RIGHT - LEFT) * (value - low) / width

    rows: list[Row] = []
    for position, swing in enumerate(swings):
        name = text("sector.implied_sector", lang, sector=sector_name(swing["sector"], lang))
        if swing["name"] is not None:
            sector = sector_name(swing["sector"], lang)
            name = pick(swing["name"], lang)
            name = f"{shortened(name, LABEL - 8)} · {sector}" if lang == "zh" else name
        ends = [at(swing[key][end]) for end in ("low", "high")]
        ends[1] = max(ends[1], ends[0] + 1.2)
        middle = _middle(position)
        colour = TOTAL if swing["link"] is None else ACCENT
        rows.append(words(LEFT - 10, middle, shortened(name, LABEL), "right"))
        rows.append(box(ends[0], middle - BAR / 2, ends[1], middle + BAR / 2, colour))
        shown = text("sector.points", lang, value=points(swing[key]))
        rows.append(words(ends[1] + 7, middle, shown, "left"))
    centre = at(sum(swings[0][key].values()) / 2)
    rows.append(rule(centre, 0, centre, len(swings) * ROW, QUIET))
    return chart(rows, len(swings) * ROW)


def path(document: Document, lang: Language) -> Spec:
    """Return the range of society (or of the first sector) by year, as columns."""
    name = "society" if document["society"] is not None else next(iter(document["sectors"]))
    years = [(entry["year"], entry[name]) for entry in document["path"]]
    top = max(TICK, *(float(ends["high"]) for _, ends in years))
    bottom, above = 170.0, 26.0
    slot = (WIDTH - 80) / len(years)

    def level(value: float) -> float:
        return bottom - (bottom - above) * value / top

    rows = []
    for index in range(int(top // TICK) + 1):
        height = level(index * TICK)
        rows.append(rule(50, height, WIDTH - 20, height, RULE))
        rows.append(words(42, height, f"{index * TICK:.0f} %", "right", QUIET))
    for index, (year, ends) in enumerate(years):
        middle = 60 + slot * (index + 0.5)
        chosen = year == document["year"]
        colour = ACCENT_DARK if chosen else ACCENT
        low, high = level(ends["low"]), level(ends["high"])
        rows.append(box(middle - slot * 0.3, high, middle + slot * 0.3, low, colour))
        if year % 5 == 0 or chosen:
            rows.append(words(middle, bottom + 16, str(year), "center", QUIET))
            rows.append(words(middle, high - 9, one_decimal(ends["high"]), "center"))
            rows.append(words(middle, low + 9, one_decimal(ends["low"]), "center"))
    return chart(rows, int(bottom) + 28)


def studies(document: Document, lang: Language) -> Spec:
    """Return this result beside the totals of other studies, in per cent of their own base."""
    entries: list[tuple[str, Mapping[str, float], str]] = []
    if document["society"] is not None:
        year = document["year"]
        entries.append((text("sector.this_run", lang, year=year), document["society"], "emissions"))
    for study in document["side_by_side"]:
        if study["published"] is not None:
            name = pick(study["name"], lang).partition("：" if lang == "zh" else ":")[0]
            label = f"{name}, {study['year']}" if study["year"] not in name else name
            entries.append((label, study["published"], study["of"]))
    top = max(TICK, *(ends["high"] for _, ends, _ in entries))
    rows = _scale(top, len(entries))
    for position, (label, ends, base) in enumerate(entries):
        colour = ACCENT_DARK if not position else (TOTAL if base == "gap" else ACCENT)
        rows += _range_row(position, label, ends, top, colour=colour, lang=lang)
        if base == "gap":
            rows[-1]["text"] += f" {text('sector.of_gap', lang)}"
    return chart(rows, _height(len(entries)))


# --- layout ---------------------------------------------------------------------------------


def _x(value: float, top: float) -> float:
    return LEFT + (RIGHT - LEFT) * value / top


def _middle(position: int) -> float:
    return position * ROW + ROW / 2


def _height(count: int) -> int:
    return count * ROW + 22


def _scale(top: float, count: int) -> list[Row]:
    """Return the lines of a scale in steps of 10 per cent, labelled below."""
    rows: list[Row] = []
    for index in range(int(top // TICK) + 1):
        x = _x(index * TICK, top)
        rows.append(rule(x, 0, x, count * ROW, RULE))
        rows.append(words(x, count * ROW + 11, f"{index * TICK:.0f} %", "center", QUIET))
    return rows


def _range_row(
    position: int,
    label: str,
    ends: Mapping[str, Any],
    top: float,
    *,
    colour: str,
    lang: Language,
) -> list[Row]:
    """Return label, bar from low to high, and the range in words, of one row."""
    middle = _middle(position)
    left, right = _x(ends["low"], top), _x(ends["high"], top)
    right = max(right, left + 4.0)
    return [
        words(LEFT - 10, middle, shortened(label, LABEL), "right"),
        box(left, middle - BAR / 2, right, middle + BAR / 2, colour),
        words(max(right, RIGHT) + 8, middle, percent_range(ends, lang), "left"),
    ]
