"""The sector model's report: a result document as a page of HTML or as a PDF/A."""

from collections.abc import Mapping
from typing import Any

from handprint.core.i18n import Language, pick, text, texts
from handprint.page.model_words import model_printers, percent_range, sector_name
from handprint.page.parts import (
    Figure,
    Section,
    grouped_findings,
    numbered_figures,
    numbered_sections,
)
from handprint.page.pdf import pdf_of
from handprint.page.shell import page_of, stylesheet
from handprint.sector import figures

__all__ = ["sector_html", "sector_pdf"]

Document = Mapping[str, Any]
NAME = "sector.json"  # the document inside the PDF


def sector_html(document: Document, lang: Language) -> str:
    """Return the report as one HTML file that needs nothing else."""
    html: str = _page(document, lang, stylesheet()).html
    return html


def sector_pdf(document: Document, lang: Language) -> bytes:
    """Return the report as PDF/A-3a with the document attached as JSON.

    Raises
    ------
    MissingGlyphs
        No installed font covers a character.
    """
    return pdf_of(_page(document, lang, ""), document, NAME, lang)


def _page(document: Document, lang: Language, style: str) -> Any:
    context = {
        **model_printers("sector", lang),
        "lang": lang,
        "doc": document,
        "title": pick(document["title"], lang),
        "headline": _headline(document, lang),
        "sections": _sections(document),
        "grouped_findings": grouped_findings(document["findings"]),
        "results": _results(document),
        "sector_range": _sector_range(document, lang),
        "link_names": {
            name: {link["id"]: pick(link["name"], lang) for link in result["links"]}
            for name, result in document["sectors"].items()
        },
        "attachment": NAME,
        "style": style,
    }
    return page_of("sector.html", lang, _figures(document, lang), context)


def _sections(document: Document) -> list[Section]:
    """Return the sections that have something to say."""
    wanted = {
        "links": True,
        "conventions": True,
        "uncertainty": True,
        "path": True,
        "tonnes": any(result["tonnes"] for result in _results(document).values()),
        "cases": document["cases"] is not None,
        "studies": document["side_by_side"],
        "evidence": document["evidence"],
        "findings": document["findings"],
        "manifest": True,
    }
    return numbered_sections(wanted)


def _results(document: Document) -> dict[str, Any]:
    society = {} if document["society"] is None else {"society": document["society"]}
    return {**document["sectors"], **society}


def _figures(document: Document, lang: Language) -> dict[str, Figure]:
    specs = {"ranges": figures.ranges(document, lang)}
    if document["tornado"]:
        specs["tornado"] = figures.tornado(document, lang)
    specs["path"] = figures.path(document, lang)
    if document["side_by_side"]:
        specs["studies"] = figures.studies(document, lang)
    say = texts("sector.figure", lang)
    return numbered_figures(specs, lambda name, part: say(f"{name}.{part}", year=document["year"]))


def _headline(document: Document, lang: Language) -> str:
    society = document["society"]
    if society is None:
        return text("sector.headline.sectors", lang, year=document["year"])
    combined = {"low": society["combined_low"], "high": society["combined_high"]}
    return text(
        "sector.headline.society",
        lang,
        year=document["year"],
        added=percent_range(society, lang),
        multiplied=percent_range(combined, lang),
    )


def _sector_range(document: Document, lang: Language) -> str:
    """Return the sectors with their ranges as one line."""
    parts = [
        f"{sector_name(name, lang)} {percent_range(result, lang)}"
        for name, result in document["sectors"].items()
    ]
    return ("；" if lang == "zh" else "; ").join(parts)
