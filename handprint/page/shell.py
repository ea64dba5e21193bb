"""Pages: a template of the reports filled with charts, printers and a context.

Texts of a case are escaped, and charts are data URIs made here.
"""

import base64
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from handprint.core import resources
from handprint.core.i18n import Language
from handprint.page import marks
from handprint.page.parts import Figure
from handprint.page.words import attribute, printers, typeset, with_code

if TYPE_CHECKING:
    import jinja2

__all__ = ["Page", "page_of", "stylesheet"]


class Page(NamedTuple):
    """A page and the charts that it may show."""

    html: str
    charts: frozenset[str]  # the data URIs it was made with


def page_of(
    template: str,
    lang: Language,
    figures: Mapping[str, Figure],
    context: Mapping[str, Any],
) -> Page:
    """Return a template filled with charts, printers and context.

    Parameters
    ----------
    figures : mapping
        The template finds them as ``figures``, and the drawn charts as ``charts``.
    context : mapping
        ``style`` is the style sheet to put into the page, "" for none.
    """
    charts = {name: _data_uri(marks.svg(shown.spec)) for name, shown in figures.items()}
    shown = {**printers(lang), **context, "figures": figures, "charts": charts}
    html = _environment().get_template(template).render(shown)
    return Page(html, frozenset(charts.values()))


def _data_uri(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


@cache
def _environment() -> "jinja2.Environment":
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(resources.folder("reports") / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=typeset,
    )
    environment.filters["attribute"] = attribute
    environment.filters["with_code"] = with_code
    return environment


@cache
def stylesheet() -> str:
    """Return the style sheet of all reports."""
    return (resources.folder("reports") / "report.css").read_text("utf-8")
