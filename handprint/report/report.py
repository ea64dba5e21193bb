"""The report of a case: its result document as a page of HTML or as a PDF/A."""

from collections.abc import Mapping, Sequence
from typing import Any

from handprint.core.i18n import Language
from handprint.page import marks
from handprint.page.pdf import attachment_name, pdf_of
from handprint.page.shell import Page, page_of, stylesheet
from handprint.report.view import status_text, view

__all__ = ["render_html", "render_pdf"]


def render_html(
    document: Mapping[str, Any], lang: Language, *, findings: Sequence[Mapping[str, Any]]
) -> str:
    """Return the report as one HTML file that needs nothing else: no script, no link, no font."""
    return _page(document, lang, findings, style=stylesheet()).html


def render_pdf(
    document: Mapping[str, Any], lang: Language, *, findings: Sequence[Mapping[str, Any]]
) -> bytes:
    """Return the report as PDF/A-3a with the document attached as JSON.

    Raises
    ------
    MissingGlyphs
        No installed font covers a character.
    RefusedFetch
        The page asked for a resource that is not one of its own charts.
    """
    marks.wake()
    import weasyprint  # noqa: F401 (takes as long as the waking, and both at once half of that)

    page = _page(document, lang, findings, style="")
    return pdf_of(page, document, attachment_name(document), lang)


def _page(
    document: Mapping[str, Any],
    lang: Language,
    findings: Sequence[Mapping[str, Any]],
    *,
    style: str,
) -> Page:
    shown = view(document, lang, findings)
    context = {
        **shown,
        "doc": document,
        "case": document["case"],
        "attachment": attachment_name(document),
        "status_text": lambda status: status_text(status, lang),
        "style": style,
    }
    return page_of("report.html", lang, shown["figures"], context)
