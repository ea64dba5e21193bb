"""What the sheets of the workbook hold: their columns, and the rows they are filled with."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handprint.core.i18n import Language, pick, text
from handprint.core.numbers import pretty_unit
from handprint.page.words import term
from handprint.report.review_view import rule_titles
from handprint.report.sensitivity_view import choice_in_words

__all__ = ["GENERAL", "GROUPED", "PERCENT", "TEXT", "Column", "tables"]

Document = Mapping[str, Any]
Entry = Mapping[str, Any]

GENERAL, PERCENT, GROUPED, TEXT = "general", "percent", "grouped", "text"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet: where its heading stands, how wide it is, what it holds."""

    heading: str
    width: float
    value: Callable[[Entry], object]
    kind: str = TEXT


def _key(name: str) -> Callable[[Entry], object]:
    return lambda row: row.get(name)


def tables(
    document: Document, lang: Language, findings: Sequence[Entry]
) -> Iterable[tuple[str, Sequence[Column], Sequence[Entry]]]:
    """Return name, columns and rows of every sheet that is one table."""
    yield "lines", _line_columns(document, lang), document["lines"]
    yield "inputs", _input_columns(lang), document["inputs"]
    yield "factors", _factor_columns(lang), list(_factor_rows(document["factors"]))
    yield "ledger", _ledger_columns(lang), document["ledger"]
    if document.get("sensitivity"):
        yield "drivers", _driver_columns(lang), list(_driver_rows(document))
        yield "choices", _choice_columns(lang), document["sensitivity"]["scenarios"]
    yield "findings", _finding_columns(lang), findings
    if document.get("checklist"):
        yield "checklist", _checklist_columns(lang, findings), document["checklist"]
    yield "definitions", _definition_columns(lang), document["definitions"]


def _line_columns(document: Document, lang: Language) -> list[Column]:
    factors = {factor["key"]: factor for factor in document["factors"]}

    def factor_name(row: Entry) -> str:
        factor = factors.get(row["factor"])
        return "" if factor is None else f"{pick(factor['name'], lang)} [{factor['id']}]"

    return [
        Column("scenario", 22, lambda row: term(lang, "scenario", row["scenario"])),
        Column("id", 18, _key("id")),
        Column("name", 28, lambda row: pick(row["label"], lang)),
        Column("stage", 14, lambda row: term(lang, "stage", row["stage"] or "none")),
        Column("site", 12, _key("site")),
        Column("region", 10, _key("region")),
        Column("expression", 36, _key("expression")),
        Column("quantity", 16, _key("quantity"), GROUPED),
        Column("unit", 12, lambda row: pretty_unit(row["quantity_unit"], lang)),
        Column("factor", 32, factor_name),
        Column("lifetime", 12, _key("lifetime_years"), GENERAL),
        Column("share_key", 12, _key("share_key")),
        Column("allocated", 10, _key("share"), PERCENT),
        Column("gas", 10, _key("gas")),
        Column("emissions", 18, _key("emissions"), GROUPED),
        Column("share", 10, _key("share_of_scenario"), PERCENT),
    ]


def _input_columns(lang: Language) -> list[Column]:
    def by_year(row: Entry) -> str:
        values = row["by_year"] or {}
        return "; ".join(f"{year}: {value:g}" for year, value in values.items())

    return [
        Column("id", 18, _key("name")),
        Column("name", 32, lambda row: pick(row["label"], lang)),
        Column("site", 12, _key("site")),
        Column("value", 14, _key("value"), GENERAL),
        Column("unit", 14, lambda row: pretty_unit(row["unit"], lang)),
        Column("by_year", 28, by_year),
        Column("distribution", 14, lambda row: _term_or_blank(lang, row["distribution"])),
        Column("low", 12, _key("low"), GENERAL),
        Column("mode", 12, _key("mode"), GENERAL),
        Column("high", 12, _key("high"), GENERAL),
        Column("sd", 12, _key("sd"), GENERAL),
        Column("gsd", 12, _key("gsd"), GENERAL),
        Column("p5", 12, _key("p5"), GENERAL),
        Column("p95", 12, _key("p95"), GENERAL),
        Column("together", 16, _key("group")),
        Column("status", 10, lambda row: term(lang, "data", row["status"])),
        Column("evidence", 40, lambda row: pick(row["evidence"], lang)),
        Column("pedigree", 14, lambda row: " ".join(map(str, row["pedigree"] or ()))),
    ]


def _term_or_blank(lang: Language, distribution: str) -> str:
    return term(lang, "distribution", distribution) if distribution else ""


def _factor_rows(factors: Sequence[Entry]) -> Iterable[Entry]:
    """Return one row per factor and year."""
    for factor in factors:
        for entry in factor["values"]:
            yield {**factor, **entry}


def _factor_columns(lang: Language) -> list[Column]:
    return [
        Column("key", 6, _key("key")),
        Column("id", 28, _key("id")),
        Column("name", 28, lambda row: pick(row["name"], lang)),
        Column("year", 8, _key("year"), GENERAL),
        Column("value", 14, _key("value"), GENERAL),
        Column("unit", 18, lambda row: pretty_unit(row["unit"], lang)),
        Column("from_year", 10, _key("from_year"), GENERAL),
        Column("gas", 8, _key("gas")),
        Column("gwp", 8, _key("gwp")),
        Column("region", 10, _key("region")),
        Column("asked_region", 10, _key("asked_region")),
        Column("fallback", 10, lambda row: text("workbook.yes", lang) if row["fallback"] else ""),
        Column("scope", 14, _key("scope")),
        Column("accounting", 16, _key("accounting")),
        Column("status", 14, lambda row: term(lang, "factor_status", row["status"])),
        Column("source", 44, lambda row: pick(row["source"], lang)),
        Column("reference", 14, _key("reference")),
        Column("licence", 18, _key("licence")),
        Column("url", 40, _key("url")),
        Column("uncertainty", 20, _key("uncertainty")),
    ]


def _ledger_columns(lang: Language) -> list[Column]:
    return [
        Column("scenario", 22, lambda row: term(lang, "scenario", row["scenario"])),
        Column("effect", 10, _key("effect")),
        Column("stage", 14, lambda row: term(lang, "stage", row["stage"] or "none")),
        Column("id", 22, _key("line")),
        Column("site", 12, _key("site")),
        Column("region", 10, _key("region")),
        Column("factor", 30, _key("factor")),
        Column("gas", 10, _key("gas")),
        Column("year", 8, _key("year"), GENERAL),
        Column("emissions", 18, _key("t_co2e"), GROUPED),
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


def _driver_columns(lang: Language) -> list[Column]:
    return [
        Column("id", 24, _key("key")),
        Column("name", 32, lambda row: pick(row["label"], lang)),
        Column("unit", 16, lambda row: pretty_unit(row["unit"], lang)),
        Column("value", 14, _key("value"), GENERAL),
        Column("low", 20, _key("low"), GENERAL),
        Column("high", 20, _key("high"), GENERAL),
        Column("ner_low", 16, _key("ner_low"), GROUPED),
        Column("ner_high", 16, _key("ner_high"), GROUPED),
        Column("variance", 12, _key("share_of_variance"), PERCENT),
        Column("first_order", 12, _key("first_order"), GENERAL),
        Column("total", 12, _key("total"), GENERAL),
        Column("break_even", 20, _key("break_even"), GENERAL),
    ]


def _choice_columns(lang: Language) -> list[Column]:
    return [
        Column("choice", 44, lambda row: choice_in_words(row, lang)),
        Column("declared", 12, lambda row: text("workbook.yes", lang) if row["declared"] else ""),
        Column("NER", 16, _key("ner"), GROUPED),
        Column("p5", 16, _key("p5"), GROUPED),
        Column("p50", 16, _key("p50"), GROUPED),
        Column("p95", 16, _key("p95"), GROUPED),
        Column("probability", 12, _key("probability"), PERCENT),
    ]


def _checklist_columns(lang: Language, findings: Sequence[Entry]) -> list[Column]:
    titles = rule_titles(findings, lang)
    return [
        Column("group", 30, lambda row: term(lang, "group", row["group"])),
        Column("rule", 10, _key("rule")),
        Column("title", 60, lambda row: titles.get(row["rule"], "")),
        Column("outcome", 14, lambda row: term(lang, "outcome", row["outcome"])),
    ]


def _finding_columns(lang: Language) -> list[Column]:
    return [
        Column("severity", 10, lambda row: term(lang, "severity", row["severity"])),
        Column("rule", 10, _key("rule")),
        Column("title", 30, _key("title")),
        Column("place", 32, _key("place")),
        Column("found", 40, _key("found")),
        Column("expected", 40, _key("expected")),
        Column("fix", 40, _key("fix")),
        Column("clause", 14, _key("clause")),
    ]


def _definition_columns(lang: Language) -> list[Column]:
    return [
        Column("metric", 10, _key("metric")),
        Column("id", 32, _key("id")),
        Column("version", 10, _key("version"), GENERAL),
        Column("formula", 28, _key("formula")),
        Column("meaning", 60, lambda row: pick(row["text"], lang)),
        Column("chosen", 10, lambda row: text("workbook.yes", lang) if row["chosen"] else ""),
    ]
