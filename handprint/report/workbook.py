"""The result document as a workbook: numbers as numbers, every text as text, ready to print."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from handprint.core.i18n import Language, pick, text
from handprint.core.numbers import pretty_unit
from handprint.page.words import term
from handprint.page.workbook import (
    GROUPED,
    LINE,
    TEXT,
    Book,
    Column,
    fitting,
    workbook_bytes,
)
from handprint.report.sheets import tables
from handprint.report.view import opening, status_text

__all__ = ["case_workbook"]

Document = Mapping[str, Any]
Entry = Mapping[str, Any]

WORDS = ("unit", "definition", "state")  # columns of the summary that hold words
METRIC_HEADINGS = ("metric", "value", "unit", "p5", "p50", "p95", "definition", "state")
EFFECT_HEADINGS = ("effect", "value", "unit", "p5", "p50", "p95")
RATE_HEADINGS = ("entry", "value")
YEAR_HEADINGS = ("year", "E_ref", "E_sol", "G0", "H", "F", "NER")
ENERGY_HEADINGS = ("carrier", "saved", "unit", "equivalent", "primary")


def case_workbook(document: Document, lang: Language, findings: Sequence[Entry]) -> bytes:
    """Return the document as XLSX, one sheet per part."""

    def write(book: Book) -> None:
        _summary(book, document, findings)
        for name, columns, rows in tables(document, lang, findings):
            book.table(_sheet(book, document, name), columns, rows, frozen=2)
        _manifest(book, document)

    return workbook_bytes(pick(document["case"]["title"], lang), lang, write)


def _sheet(book: Book, document: Document, name: str, *, landscape: bool = True) -> Any:
    title = text(f"workbook.sheet.{name}", book.lang)
    return book.sheet(title, landscape=landscape, running=str(document["case"]["id"]))


def _summary(book: Book, document: Document, findings: Sequence[Entry]) -> None:
    """Write the first sheet: verdict, metrics, effects, years, energy."""
    lang = book.lang
    sheet = _sheet(book, document, "summary", landscape=False)
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, 5, 15)
    sheet.set_column(6, 7, 30)
    title, facts, verdict = opening(document, lang, findings)
    sheet.write_string(0, 0, fitting(title), book.title)
    sheet.set_row(0, 28)
    sheet.merge_range(1, 0, 1, 7, facts, book.plain)
    sheet.set_row(1, 2 * LINE)
    sheet.write_string(2, 0, verdict.title, book.format(bold=True, text_wrap=True))
    sheet.merge_range(2, 1, 2, 7, verdict.sentence, book.plain)
    sheet.set_row(2, 48)
    row = _block(book, sheet, 4, METRIC_HEADINGS, _metric_rows(document, lang))
    row = _block(book, sheet, row, EFFECT_HEADINGS, _effect_rows(document, lang))
    row = _block(book, sheet, row, RATE_HEADINGS, _rate_rows(document, lang))
    if len(document["years"]) > 1:
        row = _block(book, sheet, row, YEAR_HEADINGS, _year_rows(document))
    if document["energy"]:
        _block(book, sheet, row, ENERGY_HEADINGS, _energy_rows(document, lang))


def _manifest(book: Book, document: Document) -> None:
    """Write what the run was made with, and the case file line by line."""
    sheet = _sheet(book, document, "manifest", landscape=False)
    manifest = dict(document["manifest"])
    source = str(manifest.pop("case_source", "") or "")
    rows = [*_flat(manifest), *(("case_source", line) for line in source.splitlines())]
    columns = [_heading(book.lang, "entry", 28), _heading(book.lang, "value", 90)]
    cells = (([name, "" if value is None else str(value)], False) for name, value in rows)
    book.table(sheet, columns, cells, frozen=0)


def _heading(lang: Language, name: str, width: float = 12, kind: str = TEXT) -> Column:
    return Column(text(f"workbook.column.{name}", lang), kind, width)


def _block(
    book: Book, sheet: Any, row: int, names: Sequence[str], rows: Iterable[Sequence[object]]
) -> int:
    """Write a small table at ``row``; return the row where the next one begins."""
    kinds = [TEXT if not i or name in WORDS else GROUPED for i, name in enumerate(names)]
    columns = [_heading(book.lang, n, kind=kind) for n, kind in zip(names, kinds, strict=True)]
    book.headings(sheet, row, columns)
    for values in rows:
        row += 1
        for index, (value, kind) in enumerate(zip(values, kinds, strict=False)):
            book.cell(sheet, row, index, value, kind)
    return row + 2


def _metric_rows(document: Document, lang: Language) -> Iterable[Sequence[object]]:
    chosen = [(name, metric) for name, metric in document["metrics"].items()]
    variants = [(metric["metric"], metric) for metric in document["variants"]]
    for name, metric in [*chosen, *variants]:
        label = f"{text(f'report.metric.{name}', lang)} {name}"
        unit = pretty_unit(metric["unit"], lang)
        bounds = [metric.get(key) for key in ("p5", "p50", "p95")]
        definition = f"{metric['definition']} v{metric['version']}"
        state = "" if metric["status"] == "ok" else status_text(metric["status"], lang)
        yield [label, metric["value"], unit, *bounds, definition, state]


def _effect_rows(document: Document, lang: Language) -> Iterable[Sequence[object]]:
    bounds = document["effect_intervals"] or {}
    unit = pretty_unit("t CO2e", lang)
    for key, value in document["effects"].items():
        known = bounds.get(key) or {}
        percentiles = [known.get(name) for name in ("p5", "p50", "p95")]
        yield [text(f"report.effect.long.{key}", lang), value, unit, *percentiles]
    without = text("report.effect.long.without_higher", lang)
    yield [without, document["ner_without_higher_order"], unit]
    for gas, tonnes in document["memo"].items():
        yield [text("report.effect.long.memo", lang, gas=gas), tonnes, unit]


def _rate_rows(document: Document, lang: Language) -> Iterable[Sequence[object]]:
    for label, key in (
        ("reduction_rate", "reduction_rate"),
        ("break_even", "break_even_rebound"),
        ("probability", "probability_ner_positive"),
    ):
        yield [text(f"report.results.{label}", lang), document[key]]
    payback = text("report.results.payback", lang)
    yield [f"{payback}, {pretty_unit('year', lang)}", document["payback_years"]]


def _year_rows(document: Document) -> Iterable[Sequence[object]]:
    for year in document["years"]:
        values = [year[key] for key in ("E_ref", "E_sol", "G0", "H", "F", "NER")]
        yield [str(year["year"]), *values]


def _energy_rows(document: Document, lang: Language) -> Iterable[Sequence[object]]:
    for row in document["energy"]:
        unit = pretty_unit(row["unit"], lang)
        carrier = term(lang, "carrier", row["carrier"])
        yield [carrier, row["saved"], unit, row["tce_equivalent"], row["tce_primary"]]


def _flat(value: object, name: str = "") -> Iterable[tuple[str, object]]:
    """Return the leaves of a nested mapping with dotted names."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for position, inner in enumerate(value, start=1):
            yield from _flat(inner, f"{name}.{position}")
    else:
        yield name, value
