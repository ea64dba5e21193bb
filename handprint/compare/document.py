"""A comparison as one plain dict, and as rows for the terminal and the workbook."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from handprint.compare.comparison import QUANTITIES, Compared, Comparison, Difference
from handprint.core.errors import Findings
from handprint.core.i18n import Language, document_findings, pick, text
from handprint.core.numbers import (
    MISSING,
    format_interval,
    format_number,
    format_percent,
    pretty_unit,
)
from handprint.page.workbook import SheetSpec, write_sheets
from handprint.tables.sheets import letter

__all__ = ["comparison_document", "comparison_tables", "comparison_workbook", "legend"]

PERCENTILES = ("p5", "p50", "p95")


def comparison_document(c: Comparison, findings: Findings, lang: Language) -> dict[str, Any]:
    """Return the document; effects in t CO2e, EI in the unit beside it."""
    return {
        "handprint": 1,
        "kind": "comparison",
        "draws": c.draws,
        "seed": c.seed,
        "cases": [_case(case) for case in c.cases],
        "differences": [
            {
                "first": c.cases[d.first].id,
                "second": c.cases[d.second].id,
                "quantity": d.quantity,
                "unit": _unit(d.quantity, c.cases[d.first]) if d.central is not None else None,
                "value": d.central,
                **(asdict(d.summary) if d.summary else dict.fromkeys(PERCENTILES)),
                "probability": d.probability,
            }
            for d in c.differences
        ],
        "findings": document_findings(findings, lang, c.files),
    }


def _case(case: Compared) -> dict[str, Any]:
    return {
        "id": case.id,
        "title": dict(case.title),
        "quantities": {
            name: {
                "value": case.central[name],
                "unit": _unit(name, case),
                **(asdict(s) if (s := case.summary[name]) else dict.fromkeys(PERCENTILES)),
            }
            for name in QUANTITIES
        },
    }


def _unit(quantity: str, case: Compared) -> str:
    if quantity == "EI":
        return case.ei_unit
    return "1" if quantity in ("VEI", "reduction_rate") else "t CO2e"


def comparison_tables(c: Comparison, lang: Language) -> Iterable[tuple[list[str], list[list[str]]]]:
    """Yield headings and rows for a terminal: the cases as A, B, C, then every pair."""
    letters = [letter(position) for position in range(len(c.cases))]
    yield (
        ["", *letters],
        [
            [_label(name, c, lang), *(_number(case.central[name], name, lang) for case in c.cases)]
            for name in QUANTITIES
        ],
    )
    for first, second in sorted({(d.first, d.second) for d in c.differences}):
        names = {"first": letters[first], "second": letters[second]}
        headings = [
            text("compare.column.difference", lang, **names),
            text("compare.column.value", lang),
            text("report.metric.interval", lang),
            text("compare.column.probability", lang, **names),
        ]
        pair = [d for d in c.differences if (d.first, d.second) == (first, second)]
        yield headings, [[_label(d.quantity, c, lang), *_shown(d, lang)] for d in pair]


def legend(c: Comparison, lang: Language) -> Iterable[str]:
    """Yield what the letters stand for."""
    for position, case in enumerate(c.cases):
        yield f"{letter(position)}  {case.id}  {pick(case.title, lang)}"


def _label(name: str, c: Comparison, lang: Language) -> str:
    label = text(f"compare.row.{name}", lang)
    units = {_unit(name, case) for case in c.cases}
    unit = pretty_unit(units.pop(), lang) if len(units) == 1 else ""
    return f"{label}, {unit}" if unit not in ("", "1") else label


def _shown(d: Difference, lang: Language) -> list[str]:
    interval = MISSING
    if d.summary is not None:
        if d.quantity == "reduction_rate":
            joiner = "–" if d.summary.p5 >= 0 else {"zh": " 至 ", "en": " to "}[lang]
            interval = joiner.join(format_percent(v, lang) for v in (d.summary.p5, d.summary.p95))
        else:
            interval = format_interval(d.summary.p5, d.summary.p95, lang, d.summary.p50)
    shown = _number(d.central, d.quantity, lang)
    return [shown, interval, format_percent(d.probability, lang)]


def _number(value: float | None, name: str, lang: Language) -> str:
    if name == "reduction_rate":
        return format_percent(value, lang, digits=3)
    return format_number(value, lang, digits=4)


def comparison_workbook(c: Comparison, lang: Language) -> bytes:
    """Return the comparison as a workbook: one sheet for the cases, one for the differences."""
    cases = SheetSpec(
        name=text("compare.sheet.cases", lang),
        headings=[
            text(f"compare.column.{h}", lang)
            for h in ("case", "quantity", "unit", "value", *PERCENTILES)
        ],
        rows=list(_case_rows(c, lang)),
        number_format="#,##0.0###",
    )
    differences = SheetSpec(
        name=text("compare.sheet.differences", lang),
        headings=[
            text(f"compare.column.{h}", lang)
            for h in ("first", "second", "quantity", "value", *PERCENTILES, "larger")
        ],
        rows=list(_difference_rows(c, lang)),
        number_format="#,##0.0###",
        above=(text("compare.note", lang, draws=c.draws),),
    )
    return write_sheets(text("compare.title", lang), lang, [cases, differences])


def _case_rows(c: Comparison, lang: Language) -> Iterable[list[object]]:
    for case in c.cases:
        for name in QUANTITIES:
            s = case.summary[name]
            bounds = [None] * 3 if s is None else [s.p5, s.p50, s.p95]
            unit = pretty_unit(_unit(name, case), lang)
            yield [case.id, text(f"compare.row.{name}", lang), unit, case.central[name], *bounds]


def _difference_rows(c: Comparison, lang: Language) -> Iterable[list[object]]:
    for d in c.differences:
        bounds = [None] * 3 if d.summary is None else [d.summary.p5, d.summary.p50, d.summary.p95]
        ids = [c.cases[d.first].id, c.cases[d.second].id]
        yield [*ids, text(f"compare.row.{d.quantity}", lang), d.central, *bounds, d.probability]
