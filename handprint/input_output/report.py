"""The input-output model's report: a result document as a page of HTML or as a PDF/A."""

from collections.abc import Mapping
from typing import Any

from handprint.core.i18n import Language, text
from handprint.core.numbers import format_number, pretty_unit
from handprint.input_output import figures
from handprint.page.marks import Spec
from handprint.page.model_words import Figure, model_printers
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
    figures = _figures(document, lang)
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
        "figures": figures,
        "sectors": sectors[:SHOWN],
        "hidden": max(0, year["sectors_read"] - SHOWN),
        "sections": [
            {"number": number, "name": name}
            for number, name in enumerate(_sections(document), start=1)
        ],
        "kinds": KINDS,
        "attachment": NAME,
        "style": style,
    }
    return page_of("io.html", lang, {name: f.spec for name, f in figures.items()}, context)


def _sections(document: Document) -> list[str]:
    """Return the sections that have something to say."""
    year = document["years"][-1]
    names = ["sectors"]
    names += ["footprint"] if year["footprint"] is not None else []
    names += ["change"] if document["change"] is not None else []
    names += ["energy"] if year["fuels"] else []
    names += ["rows"] if year["emission_rows"] else []
    names.append("checks")
    names += ["findings"] if document["findings"] else []
    return [*names, "manifest"]


def _figures(document: Document, lang: Language) -> dict[str, Figure]:
    specs: dict[str, Spec] = {}
    if document["years"][-1]["linkage"] is not None:
        specs |= {kind: figures.linkage(document, kind, lang) for kind in KINDS}
    if document["change"] is not None:
        specs |= {f"change_{kind}": figures.change(document, kind, lang) for kind in KINDS}
    return {
        name: Figure(
            spec,
            number,
            text(f"io.figure.{name}.caption", lang),
            text(f"io.figure.{name}.alt", lang),
        )
        for number, (name, spec) in enumerate(specs.items(), start=1)
    }


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
