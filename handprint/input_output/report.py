"""The input-output model's report: a result document as a page of HTML or as a PDF/A."""

from collections.abc import Mapping
from typing import Any

from handprint.core.i18n import Language, text, texts
from handprint.core.numbers import format_number, pretty_unit
from handprint.input_output import figures
from handprint.page.marks import Spec
from handprint.page.model_words import model_printers
from handprint.page.parts import (
    Figure,
    Section,
    grouped_findings,
    numbered_figures,
    numbered_sections,
)
from handprint.page.pdf import pdf_of
from handprint.page.shell import page_of, stylesheet

__all__ = ["io_html", "io_pdf"]

Document = Mapping[str, Any]
NAME = "io.json"  # the document inside the PDF
KINDS = ("formula", "wording")
SHOWN = 30  # sectors in a table of the report; the JSON and the workbook hold more


def io_html(document: Document, lang: Language) -> str:
    """Return the report as one HTML file that needs nothing else."""
    html: str = _page(document, lang, stylesheet()).html
    return html


def io_pdf(document: Document, lang: Language) -> bytes:
    """Return the report as PDF/A-3a with the document attached as JSON.

    Raises
    ------
    MissingGlyphs
        No installed font covers a character.
    """
    return pdf_of(_page(document, lang, ""), document, NAME, lang)


def _page(document: Document, lang: Language, style: str) -> Any:
    year = document["years"][-1]
    sectors = sorted(year["sectors"], key=lambda row: -row["output"])
    if year["linkage"] is not None:
        sectors = sorted(year["sectors"], key=lambda row: -abs(row["wording"]["total"]))
    context = {
        **model_printers("io", lang),
        "lang": lang,
        "doc": document,
        "year": year,
        "title": text("io.title", lang),
        "facts": _facts(document, lang),
        "headline": _headline(document, lang),
        "sectors": sectors[:SHOWN],
        "hidden": max(0, year["sectors_read"] - SHOWN),
        "sections": _sections(document),
        "grouped_findings": grouped_findings(document["findings"]),
        "kinds": KINDS,
        "attachment": NAME,
        "style": style,
    }
    return page_of("io.html", lang, _figures(document, lang), context)


def _sections(document: Document) -> list[Section]:
    """Return the sections that have something to say."""
    year = document["years"][-1]
    wanted = {
        "sectors": True,
        "footprint": year["footprint"] is not None,
        "change": document["change"] is not None,
        "energy": year["fuels"],
        "rows": year["emission_rows"],
        "checks": True,
        "findings": document["findings"],
        "manifest": True,
    }
    return numbered_sections(wanted)


def _figures(document: Document, lang: Language) -> dict[str, Figure]:
    specs: dict[str, Spec] = {}
    if document["years"][-1]["linkage"] is not None:
        specs |= {kind: figures.linkage(document, kind, lang) for kind in KINDS}
    if document["change"] is not None:
        specs |= {f"change_{kind}": figures.change(document, kind, lang) for kind in KINDS}
    say = texts("io.figure", lang)
    return numbered_figures(specs, lambda name, part: say(f"{name}.{part}"))


def _facts(document: Document, lang: Language) -> str:
    parts = [
        text(
            "io.facts.table",
            lang,
            file=year["file"],
            year=year["year"] or "—",
            sectors=len(year["sectors"]),
            money=year["money"],
        )
        for year in document["years"]
    ]
    return text("report.separator", lang).join(parts)


def _headline(document: Document, lang: Language) -> str:
    linkage = document["years"][-1]["linkage"]
    if linkage is None:
        return text("io.headline.inverse", lang)
    gas = pretty_unit(document["years"][-1]["gas"], lang)
    totals = {kind: format_number(linkage[kind]["total"], lang) for kind in KINDS}
    return text("io.headline.linked", lang, gas=gas, **totals)
