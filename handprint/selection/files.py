"""The files of a selection: score sheet, minutes, page, document, and the criteria used."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from handprint.core.errors import Findings
from handprint.core.files import to_json, written
from handprint.core.i18n import Language, text
from handprint.selection.words import category_name

__all__ = ["print_selection", "write_selection"]

NAMES = ("selection.pdf", "selection.xlsx", "selection.html", "selection.json", "criteria.yaml")


def write_selection(
    document: Mapping[str, Any], criteria: str, folder: Path, lang: Language, findings: Findings
) -> Iterator[Path]:
    """Write all files and yield the paths written."""
    for name in NAMES:
        path = folder / name
        content = partial(_content, name, document, criteria, lang)
        if written(path, content, findings, place=str(document["scores"])):
            yield path


def _content(name: str, document: Mapping[str, Any], criteria: str, lang: Language) -> bytes:
    if name == "selection.json":
        return to_json(document)
    if name == "criteria.yaml":
        return criteria.encode()
    if name == "selection.xlsx":
        from handprint.selection.workbook import selection_workbook

        return selection_workbook(document, lang)
    if name == "selection.html":
        from handprint.selection.page import selection_page

        return selection_page(document, lang).encode()
    from handprint.selection.report import selection_pdf

    return selection_pdf(document, lang)


def print_selection(document: Mapping[str, Any], lang: Language) -> Iterator[str]:
    """Yield one line per category for the terminal."""
    for category in document["categories"]:
        if category["competing"] or category["quota"]:
            yield text(
                "selection.line",
                lang,
                category=category_name(category["id"], lang),
                selected=len(category["selected"]),
                quota=category["quota"],
                competing=category["competing"],
            )
