"""A page as PDF/A, with the document it shows attached to it.

The renderer fetches nothing: everything that a page might point at is refused but for its own
charts. The same document gives the same bytes.
"""

import gc
import hashlib
import json
import logging
import re
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any

from handprint.core.errors import CodedError
from handprint.core.i18n import Language
from handprint.page.shell import Page, stylesheet

__all__ = ["MissingGlyphs", "RefusedFetch", "attachment_name", "pdf_of"]

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # dates of attachments: fixed, or bytes would differ
GLYPH_MESSAGE = ".notdef glyph"
SHOWN_CHARACTERS = 10


class MissingGlyphs(CodedError):  # noqa: N818 (says what is the matter)
    """No installed font covers some characters of the report (HP-O03)."""

    def __init__(self, characters: Sequence[str]) -> None:
        self.characters = tuple(characters)
        named = [f"{char} (U+{ord(char):04X})" for char in self.characters[:SHOWN_CHARACTERS]]
        if len(self.characters) > SHOWN_CHARACTERS:
            named.append(f"+{len(self.characters) - SHOWN_CHARACTERS}")
        super().__init__("HP-O03", characters=", ".join(named))


class RefusedFetch(RuntimeError):  # noqa: N818
    """Something in the page asked for a resource: a defect, since every text is escaped."""


def pdf_of(page: Page, document: Mapping[str, Any], name: str, lang: Language) -> bytes:
    """Return a page as PDF/A-3a with ``document`` attached as the JSON file ``name``.

    Raises
    ------
    MissingGlyphs
        No installed font covers a character.
    RefusedFetch
        The page asked for a resource that is not one of its own charts.
    """
    import weasyprint

    payload = (json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()
    attachment = weasyprint.Attachment(
        string=payload,
        name=name,
        description="carbon-handprint result",
        created=EPOCH,
        modified=EPOCH,
        relationship="Data",
    )
    fetcher = _own_charts_only(page.charts)
    with _missing_glyphs() as missing, _no_collection(), warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # WeasyPrint leaves its ICC file open
        pdf: bytes = weasyprint.HTML(string=page.html, url_fetcher=fetcher).write_pdf(
            stylesheets=[_parsed_stylesheet()],
            font_config=_font_configuration(),
            attachments=[attachment],
            pdf_variant="pdf/a-3a",
            pdf_identifier=hashlib.sha256(payload + lang.encode()).digest()[:16],
        )
    if fetcher.refused:
        raise RefusedFetch(f"refused to fetch {fetcher.refused[:5]}")
    if missing:
        raise MissingGlyphs(sorted(missing))
    return pdf


def attachment_name(document: Mapping[str, Any]) -> str:
    """Return the name of the JSON inside the PDF: the case id, harmless as a file name."""
    return re.sub(r"[^\w.-]", "_", str(document["case"]["id"]))[:80] + ".json"


# --- what WeasyPrint needs once per process -------------------------------------------------


@cache
def _font_configuration() -> Any:
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


@cache
def _parsed_stylesheet() -> Any:
    import weasyprint

    return weasyprint.CSS(string=stylesheet(), font_config=_font_configuration())


def _own_charts_only(charts: frozenset[str]) -> Any:
    """Return a fetcher that knows the page's own charts, and notes and refuses all else."""
    from weasyprint.urls import URLFetcher

    class OwnCharts(URLFetcher):  # type: ignore[misc]  # weasyprint has no types
        def __init__(self) -> None:
            super().__init__(allowed_protocols={"data"})
            self.refused: list[str] = []

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url not in charts:
                self.refused.append(url[:200])
                raise ValueError("the report fetches nothing")
            return super().fetch(url, headers)

    return OwnCharts()


@contextmanager
def _no_collection() -> Iterator[None]:
    """Rest the garbage collector: boxes live until the page is drawn, and looking costs 15 %."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def _missing_glyphs() -> Iterator[set[str]]:
    """Collect the characters that WeasyPrint finds no glyph for; only its log tells."""
    found: set[str] = set()
    thread = threading.get_ident()

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.thread == thread and str(record.msg).startswith(GLYPH_MESSAGE):
                found.add(str(record.args[0]) if isinstance(record.args, tuple) else "?")

    logger = logging.getLogger("weasyprint")
    collector = Collector()
    logger.addHandler(collector)
    try:
        yield found
    finally:
        logger.removeHandler(collector)
