"""The charts of a report with number, caption and alternative text, in the order they appear."""

from collections.abc import Mapping
from typing import Any

from handprint.core.i18n import Language, text
from handprint.core.numbers import format_exact, format_number
from handprint.page.parts import Figure, numbered_figures
from handprint.report import figures
from handprint.report.uncertainty_figures import density, swings_shown, tornado

__all__ = ["case_figures"]

Document = Mapping[str, Any]


def case_figures(document: Document, lang: Language) -> dict[str, Figure]:
    """Return the numbered charts in their order of appearance."""
    specs = {"waterfall": figures.waterfall(document, lang)}
    if document.get("density"):
        specs["density"] = density(document, lang)
    if document["lines"]:
        specs["contributions"] = figures.contributions(document, lang)
    if len(document["years"]) > 1:
        specs["yearly"] = figures.yearly(document, lang)
    if swings_shown(document):
        specs["tornado"] = tornado(document, lang)

    def words(name: str, part: str) -> str:
        return (_caption if part == "caption" else _alt)(document, name, lang)

    return numbered_figures(specs, words)


def _caption(document: Document, name: str, lang: Language) -> str:
    if name == "density":
        draws = format_exact(document["density"]["draws"], lang)
        return text("report.figure.density.caption", lang, draws=draws)
    caption = text(f"report.figure.{name}.caption", lang)
    if name != "waterfall":
        return caption
    magnified = figures.zoom(document)
    if magnified > 1:
        factor = format_number(magnified, lang, digits=2)
        caption += text("report.figure.waterfall.zoom", lang, factor=factor)
    if document["metrics"]["NER"]["p5"] is not None:
        caption += text("report.figure.waterfall.whisker", lang)
    return caption


def _alt(document: Document, name: str, lang: Language) -> str:
    if name == "density":
        ner = document["metrics"]["NER"]
        ends = {key: format_number(ner[key], lang) for key in ("p5", "p50", "p95")}
        return text("report.figure.density.alt", lang, **ends)
    if name != "waterfall":
        return text(f"report.figure.{name}.alt", lang)
    shown = {key: format_number(value, lang) for key, value in document["effects"].items()}
    shown["NER"] = format_number(document["metrics"]["NER"]["value"], lang)
    return text("report.figure.waterfall.alt", lang, **shown)
