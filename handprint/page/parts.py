"""What pages are put together from: numbered figures, numbered sections, grouped findings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handprint.core.i18n import Language, text
from handprint.page.marks import Spec
from handprint.page.words import term
from handprint.page.workbook import Column, Row

__all__ = [
    "Figure",
    "Section",
    "finding_table",
    "grouped_findings",
    "numbered_figures",
    "numbered_sections",
]

Finding = Mapping[str, Any]
FINDING_WIDTHS = {
    "severity": 10,
    "rule": 10,
    "title": 30,
    "place": 32,
    "found": 40,
    "expected": 40,
    "fix": 40,
    "clause": 14,
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A numbered chart with caption and alternative text."""

    number: int
    spec: Spec
    caption: str
    alt: str


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered section; its template is named after it."""

    number: int
    name: str


def numbered_figures(
    specs: Mapping[str, Spec], words: Callable[[str, str], str]
) -> dict[str, Figure]:
    """Return charts with numbers in their order.

    Parameters
    ----------
    words : callable
        Gives the "caption" and the "alt" of a chart from its name.
    """
    return {
        name: Figure(number, spec, words(name, "caption"), words(name, "alt"))
        for number, (name, spec) in enumerate(specs.items(), start=1)
    }


def numbered_sections(wanted: Mapping[str, object]) -> list[Section]:
    """Return the sections that have something to say, in their order, numbered."""
    names = [name for name, there in wanted.items() if there]
    return [Section(number, name) for number, name in enumerate(names, start=1)]


def grouped_findings(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Return the findings, those that differ in nothing but their place as one, with its places."""
    groups: dict[tuple[str, ...], dict[str, Any]] = {}
    for entry in findings:
        key = tuple(entry[part] for part in ("rule", "title", "found", "expected", "fix"))
        group = groups.setdefault(key, {**entry, "places": []})
        group["places"].append(entry["place"])
    return list(groups.values())


def finding_table(findings: Sequence[Finding], lang: Language) -> tuple[list[Column], list[Row]]:
    """Return columns and rows of the sheet of findings."""
    names = [
        name for name in FINDING_WIDTHS if name != "clause" or any("clause" in f for f in findings)
    ]
    columns = [
        Column(text(f"workbook.column.{name}", lang), width=FINDING_WIDTHS[name]) for name in names
    ]
    shown = [{**f, "severity": term(lang, "severity", f["severity"])} for f in findings]
    return columns, [([entry.get(name) for name in names], False) for entry in shown]
