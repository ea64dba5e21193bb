"""What the sheets of the workbook hold: their columns, and the rows they are filled with."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handprint.core.i18n import Language, pick, text
from handprint.core.numbers import pretty_unit
from handprint.page.parts import finding_table
from handprint.page.words import term
from handprint.page.workbook import GENERAL, GROUPED, PERCENT, TEXT, Column, Row
from handprint.report.review_view import rule_titles
from handprint.report.sensitivity_view import choice_in_words

__all__ = ["tables"]

Document = Mapping[str, Any]
Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Part:
    """One column of a sheet: the key of its heading, how wide it is, what it holds."""

    heading: str
    width: float
    value: Callable[[Entry], Any]
    kind: str = TEXT


def _key(name: str) -> Callable[[Entry], Any]:
    return lambda row: row.get(name)


def tables(
    document: Document, lang: Language, findings: Sequence[Entry]
) -> Iterable[tuple[str, list[Column], Iterable[Row]]]:
    """Return name, columns and rows of every sheet that is one table."""
    for name, parts, entries in _tables(document, lang, findings):
        if name == "findings":
            yield name, *finding_table(findings, lang)
            continue
        columns = [
            Column(text(f"workbook.column.{part.heading}", lang), part.kind, part.width)
            for part in parts
        ]
        yield name, columns, _rows(parts, entries)


def _rows(parts: Sequence[_Part], entries: Sequence[Entry]) -> Iterable[Row]:
    for entry in entries:
        yield [part.value(entry) for part in parts], False


def _tables(
    document: Document, lang: Language, findings: Sequence[Entry]
) -> Iterable[tuple[str, Sequence[_Part], Sequence[Entry]]]:
    yield "lines", _line_columns(document, lang), document["lines"]
    yield "inputs", _input_columns(lang), document["inputs"]
    yield "factors", _factor_columns(lang), list(_factor_rows(document["factors"]))
    yield "ledger", _ledger_columns(lang), document["ledger"]
    if document.get("sensitivity"):
        yield "drivers", _driver_columns(lang), list(_driver_rows(document))
        yield "choices", _choice_columns(lang), document["sensitivity"]["scenarios"]
    yield "findings", (), ()
    if document.get("checklist"):
        yield "checklist", _checklist_columns(lang, findings), document["checklist"]
    yield "definitions", _definition_columns(lang), document["definitions"]


def _line_columns(document: Document, lang: Language) -> list[_Part]:
    factors = {factor["key"]: factor for factor in document["factors"]}

    def factor_name(row: Entry) -> str:
        factor = factors.get(row["factor"])
        return "" if factor is None else f"{pick(factor['name'], lang)} [{factor['id']}]"

    return [
        _Part("scenario", 22, lambda row: term(lang, "scenario", row["scenario"])),
        _Part("id", 18, _key("id")),
        _Part("name", 28, lambda row: pick(row["label"], lang)),
        _Part("stage", 14, lambda row: term(lang, "stage", row["stage"] or "none")),
        _Part("site", 12, _key("site")),
        _Part("region", 10, _key("region")),
        _Part("expression", 36, _key("expression")),
        _Part("quantity", 16, _key("quantity"), GROUPED),
        _Part("unit", 12, lambda row: pretty_unit(row["quantity_unit"], lang)),
        _Part("factor", 32, factor_name),
        _Part("lifetime", 12, _key("lifetime_years"), GENERAL),
        _Part("share_key", 12, _key("share_key")),
        _Part("allocated", 10, _key("share"), PERCENT),
        _Part("gas", 10, _key("gas")),
        _Part("emissions", 18, _key("emissions"), GROUPED),
        _Part("share", 10, _key("share_of_scenario"), PERCENT),
    ]


def _input_columns(lang: Language) -> list[_Part]:
    def by_year(row: Entry) -> str:
        values = row["by_year"] or {}
        return "; ".join(f"{year}: {value:g}" for year, value in values.items())

    return [
        _Part("id", 18, _key("name")),
        _Part("name", 32, lambda row: pick(row["label"], lang)),
        _Part("site", 12, _key("site")),
        _Part("value", 14, _key("value"), GENERAL),
        _Part("unit", 14, lambda row: pretty_unit(row["unit"], lang)),
        _Part("by_year", 28, by_year),
        _Part("distribution", 14, lambda row: _term_or_blank(lang, row["distribution"])),
        _Part("low", 12, _key("low"), GENERAL),
        _Part("mode", 12, _key("mode"), GENERAL),
        _Part("high", 12, _key("high"), GENERAL),
        _Part("sd", 12, _key("sd"), GENERAL),
        _Part("gsd", 12, _key("gsd"), GENERAL),
        _Part("p5", 12, _key("p5"), GENERAL),
        _Part("p95", 12, _key("p95"), GENERAL),
        _Part("together", 16, _key("group")),
        _Part("status", 10, lambda row: term(lang, "data", row["status"])),
        _Part("evidence", 40, lambda row: pick(row["evidence"], lang)),
        _Part("pedigree", 14, lambda row: " ".join(map(str, row["pedigree"] or ()))),
    ]


def _term_or_blank(lang: Language, distribution: str) -> str:
    return term(lang, "distribution", distribution) if distribution else ""


def _factor_rows(factors: Sequence[Entry]) -> Iterable[Entry]:
    """Return one row per factor and year."""
    for factor in factors:
        for entry in factor["values"]:
            yield {**factor, **entry}


def _factor_columns(lang: Language) -> list[_Part]:
    return [
        _Part("key", 6, _key("key")),
        _Part("id", 28, _key("id")),
        _Part("name", 28, lambda row: pick(row["name"], lang)),
        _Part("year", 8, _key("year"), GENERAL),
        _Part("value", 14, _key("value"), GENERAL),
        _Part("unit", 18, lambda row: pretty_unit(row["unit"], lang)),
        _Part("from_year", 10, _key("from_year"), GENERAL),
        _Part("gas", 8, _key("gas")),
        _Part("gwp", 8, _key("gwp")),
        _Part("region", 10, _key("region")),
        _Part("asked_region", 10, _key("asked_region")),
        _Part("fallback", 10, lambda row: text("workbook.yes", lang) if row["fallback"] else ""),
        _Part("scope", 14, _key("scope")),
        _Part("accounting", 16, _key("accounting")),
        _Part("status", 14, lambda row: term(lang, "factor_status", row["status"])),
        _Part("source", 44, lambda row: pick(row["source"], lang)),
        _Part("reference", 14, _key("reference")),
        _Part("licence", 18, _key("licence")),
        _Part("url", 40, _key("url")),
        _Part("uncertainty", 20, _key("uncertainty")),
    ]


def _ledger_columns(lang: Language) -> list[_Part]:
    return [
        _Part("scenario", 22, lambda row: term(lang, "scenario", row["scenario"])),
        _Part("effect", 10, _key("effect")),
        _Part("stage", 14, lambda row: term(lang, "stage", row["stage"] or "none")),
        _Part("id", 22, _key("line")),
        _Part("site", 12, _key("site")),
        _Part("region", 10, _key("region")),
        _Part("factor", 30, _key("factor")),
        _Part("gas", 10, _key("gas")),
        _Part("year", 8, _key("year"), GENERAL),
        _Part("emissions", 18, _key("t_co2e"), GROUPED),
    ]


def _driver_rows(document: Document) -> Iterable[Entry]:
    """Return everything known about how each input moves NER, one row per input."""
    found = document["sensitivity"]
    rows: dict[str, dict[str, Any]] = {}
    for part in (document["drivers"], found["sobol"], found["break_even"], found["tornado"]):
        for entry in part:
            row = rows.setdefault(entry["key"], {})
            row |= {key: value for key, value in entry.items() if value or key not in row}
    return rows.values()


def _driver_columns(lang: Language) -> list[_Part]:
    return [
        _Part("id", 24, _key("key")),
        _Part("name", 32, lambda row: pick(row["label"], lang)),
        _Part("unit", 16, lambda row: pretty_unit(row["unit"], lang)),
        _Part("value", 14, _key("value"), GENERAL),
        _Part("low", 20, _key("low"), GENERAL),
        _Part("high", 20, _key("high"), GENERAL),
        _Part("ner_low", 16, _key("ner_low"), GROUPED),
        _Part("ner_high", 16, _key("ner_high"), GROUPED),
        _Part("variance", 12, _key("share_of_variance"), PERCENT),
        _Part("first_order", 12, _key("first_order"), GENERAL),
        _Part("total", 12, _key("total"), GENERAL),
        _Part("break_even", 20, _key("break_even"), GENERAL),
    ]


def _choice_columns(lang: Language) -> list[_Part]:
    return [
        _Part("choice", 44, lambda row: choice_in_words(row, lang)),
        _Part("declared", 12, lambda row: text("workbook.yes", lang) if row["declared"] else ""),
        _Part("NER", 16, _key("ner"), GROUPED),
        _Part("p5", 16, _key("p5"), GROUPED),
        _Part("p50", 16, _key("p50"), GROUPED),
        _Part("p95", 16, _key("p95"), GROUPED),
        _Part("probability", 12, _key("probability"), PERCENT),
    ]


def _checklist_columns(lang: Language, findings: Sequence[Entry]) -> list[_Part]:
    titles = rule_titles(findings, lang)
    return [
        _Part("group", 30, lambda row: term(lang, "group", row["group"])),
        _Part("rule", 10, _key("rule")),
        _Part("title", 60, lambda row: titles.get(row["rule"], "")),
        _Part("outcome", 14, lambda row: term(lang, "outcome", row["outcome"])),
    ]


def _definition_columns(lang: Language) -> list[_Part]:
    return [
        _Part("metric", 10, _key("metric")),
        _Part("id", 32, _key("id")),
        _Part("version", 10, _key("version"), GENERAL),
        _Part("formula", 28, _key("formula")),
        _Part("meaning", 60, lambda row: pick(row["text"], lang)),
        _Part("chosen", 10, lambda row: text("workbook.yes", lang) if row["chosen"] else ""),
    ]
