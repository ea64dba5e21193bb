"""The result document as a workbook: numbers as numbers, every text as text, ready to print."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import IO, Any

from handprint.core.i18n import Language, pick, text
from handprint.core.numbers import pretty_unit
from handprint.page.words import columns as columns_wide
from handprint.page.words import term
from handprint.report.sheets import GENERAL, GROUPED, PERCENT, TEXT, Column, tables
from handprint.report.view import status_text, view

__all__ = ["write_workbook"]

Document = Mapping[str, Any]
Entry = Mapping[str, Any]

LONGEST_TEXT = 32_767  # a cell of the file format holds no more
CREATED = datetime(2000, 1, 1)
FORMATS: dict[str, dict[str, object]] = {
    GENERAL: {"num_format": "General"},
    PERCENT: {"num_format": "0.0 %"},
    GROUPED: {"num_format": "#,##0.####"},
    TEXT: {"num_format": "@", "text_wrap": True, "align": "left", "indent": 1},
}


def write_workbook(
    document: Document, lang: Language, findings: Sequence[Entry], stream: IO[bytes]
) -> None:
    """Write the document to ``stream`` as XLSX, one sheet per part."""
    import xlsxwriter

    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"title": pick(document["case"]["title"], lang), "created": CREATED})
        sheets = _Sheets(book, document, lang)
        sheets.summary(findings)
        for name, columns, rows in tables(document, lang, findings):
            sheets.table(name, columns, rows)
        sheets.manifest()


# --- writing --------------------------------------------------------------------------------


class _Sheets:
    """The sheets of one workbook, with its formats."""

    def __init__(self, book: Any, document: Document, lang: Language) -> None:
        self.book = book
        self.document = document
        self.lang: Language = lang
        base = {"font_name": "Noto Sans CJK SC", "font_size": 10, "valign": "top"}
        thin = {"bottom": 1, "bottom_color": "#DFE4E6"}
        self.formats = {
            kind: book.add_format({**base, **thin, **given}) for kind, given in FORMATS.items()
        }
        self.plain = book.add_format({**base, "text_wrap": True})
        self.title = book.add_format({**base, "font_name": "Noto Serif CJK SC", "font_size": 18})
        self.strong = book.add_format({**base, "bold": True, "text_wrap": True})
        head = {**base, "bold": True, "bottom": 2, "text_wrap": True, "font_color": "#084C48"}
        self.heading = book.add_format({**head, "valign": "bottom", "align": "left", "indent": 1})
        self.number_heading = book.add_format({**head, "valign": "bottom", "align": "right"})

    def table(self, name: str, columns: Sequence[Column], rows: Iterable[Entry]) -> None:
        """Write one sheet with a frozen heading, a filter and one row per entry."""
        sheet = self._sheet(name, landscape=True)
        for index, column in enumerate(columns):
            form = self.heading if column.kind == TEXT else self.number_heading
            sheet.write_string(0, index, self._column_name(column.heading), form)
            sheet.set_column(index, index, column.width)
        sheet.set_row(0, HEADING_HEIGHT)
        last = 0
        for last, row in enumerate(rows, start=1):
            lines = 1
            for index, column in enumerate(columns):
                value = column.value(row)
                self._cell(sheet, last, index, value, column.kind)
                lines = max(lines, _lines(value, column.width))
            sheet.set_row(last, min(lines * LINE_HEIGHT, TALLEST_ROW))
        sheet.freeze_panes(1, 2)
        sheet.repeat_rows(0)
        sheet.autofilter(0, 0, last, len(columns) - 1)

    def summary(self, findings: Sequence[Entry]) -> None:
        """Write the first sheet: verdict, metrics, effects, years, energy."""
        document, lang = self.document, self.lang
        shown = view(document, lang, findings)
        sheet = self._sheet("summary", landscape=False)
        sheet.set_column(0, 0, 44)
        sheet.set_column(1, 5, 15)
        sheet.set_column(6, 7, 30)
        for row, words in enumerate((shown["title"], shown["facts"])):
            sheet.write_string(row, 0, words[:LONGEST_TEXT], self.title if not row else self.plain)
        sheet.set_row(0, 28)
        sheet.set_row(1, 30)
        sheet.merge_range(1, 0, 1, 7, shown["facts"], self.plain)
        verdict = shown["verdict"]
        sheet.write_string(2, 0, verdict.title, self.strong)
        sheet.merge_range(2, 1, 2, 7, verdict.sentence, self.plain)
        sheet.set_row(2, 48)
        row = self._block(sheet, 4, METRIC_HEADINGS, _metric_rows(document, lang))
        row = self._block(sheet, row, EFFECT_HEADINGS, _effect_rows(document, lang))
        row = self._block(sheet, row, RATE_HEADINGS, _rate_rows(document, lang))
        if len(document["years"]) > 1:
            row = self._block(sheet, row, YEAR_HEADINGS, _year_rows(document))
        if document["energy"]:
            self._block(sheet, row, ENERGY_HEADINGS, _energy_rows(document, lang))

    def manifest(self) -> None:
        """Write what the run was made with, and the case file line by line."""
        sheet = self._sheet("manifest", landscape=False)
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, 90)
        for index, heading in enumerate(("entry", "value")):
            sheet.write_string(0, index, self._column_name(heading), self.heading)
        manifest = dict(self.document["manifest"])
        source = str(manifest.pop("case_source", "") or "")
        rows = [*_flat(manifest), *(("case_source", line) for line in source.splitlines())]
        for number, (name, value) in enumerate(rows, start=1):
            self._cell(sheet, number, 0, name, TEXT)
            self._cell(sheet, number, 1, "" if value is None else str(value), TEXT)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)

    def _sheet(self, name: str, *, landscape: bool) -> Any:
        sheet = self.book.add_worksheet(text(f"workbook.sheet.{name}", self.lang))
        if landscape:
            sheet.set_landscape()
        sheet.set_paper(8 if landscape else 9)  # A3 for the wide tables, else A4
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        running = str(self.document["case"]["id"]).replace("&", "&&")[:80]
        sheet.set_footer(f"&L{running}&C&A&R&P / &N")
        sheet.hide_gridlines(2)
        return sheet

    def _heading(self, sheet: Any, row: int, names: Sequence[str]) -> None:
        for index, name in enumerate(names):
            form = self.heading if not index or name in WORDS else self.number_heading
            sheet.write_string(row, index, self._column_name(name), form)
        sheet.set_row(row, HEADING_HEIGHT)

    def _column_name(self, heading: str) -> str:
        return text(f"workbook.column.{heading}", self.lang)

    def _block(
        self, sheet: Any, row: int, names: Sequence[str], rows: Iterable[Sequence[object]]
    ) -> int:
        """Write a small table at ``row``; return the row where the next one begins."""
        self._heading(sheet, row, names)
        for values in rows:
            row += 1
            for index, value in enumerate(values):
                kind = TEXT if value is None or isinstance(value, str) else GROUPED
                self._cell(sheet, row, index, value, kind)
        return row + 2

    def _cell(self, sheet: Any, row: int, index: int, value: object, kind: str) -> None:
        """Write a number as a number and anything else as text: nothing is ever a formula."""
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if kind != TEXT and number:
            sheet.write_number(row, index, value, self.formats[kind])
        elif value is None or value == "":
            sheet.write_blank(row, index, None, self.formats[TEXT])
        else:
            sheet.write_string(row, index, _fitting(str(value)), self.formats[TEXT])


HEADING_HEIGHT = 30  # points
LINE_HEIGHT = 15  # points
TALLEST_ROW = 400  # points; the file format ends at 409
WORDS = ("unit", "definition", "state")  # columns of the summary that hold words
METRIC_HEADINGS = ("metric", "value", "unit", "p5", "p50", "p95", "definition", "state")
EFFECT_HEADINGS = ("effect", "value", "unit", "p5", "p50", "p95")
RATE_HEADINGS = ("entry", "value")
YEAR_HEADINGS = ("year", "E_ref", "E_sol", "G0", "H", "F", "NER")
ENERGY_HEADINGS = ("carrier", "saved", "unit", "equivalent", "primary")


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


def _lines(value: object, width: float) -> int:
    """Return how many lines a text takes; a reader other than Excel does not work it out."""
    return -(-columns_wide(value) // max(int(width) - 3, 1)) if isinstance(value, str) else 1


def _fitting(words: str) -> str:
    return words if len(words) <= LONGEST_TEXT else words[: LONGEST_TEXT - 1] + "…"
