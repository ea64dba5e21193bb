"""The selection as a workbook: a score sheet with live formulas, and what stands behind it.

Formulas are ours alone; whatever a submission says is written as text.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from handprint.core.i18n import Language, pick
from handprint.core.numbers import pretty_unit
from handprint.page.workbook import Book, Cell, Column, Formula, at, span, workbook_bytes
from handprint.selection.measures import Measures, lay_out, write_measures
from handprint.selection.sheets import write_plain_sheets, write_result
from handprint.selection.words import (
    case_name,
    category_name,
    region_name,
    remarks,
    say,
    sector_name,
    verdict_name,
)

__all__ = ["selection_workbook"]

Document = Mapping[str, Any]
Entry = Mapping[str, Any]

MOST_ROWS = 3_000  # ranks are formulas over all rows: their work grows with the square
PLACES = 4  # first row of the table of places
MARK = "●"
YELLOW = {"bg_color": "#FFF6CC", "border": 1, "border_color": "#C9D0D4"}


def selection_workbook(document: Document, lang: Language) -> bytes:
    """Return the workbook."""

    def write(book: Book) -> None:
        entries = document["entries"][:MOST_ROWS]
        measures = lay_out(document, lang)
        write_result(book, document)
        _ScoreSheet(book, document, measures).write(entries)
        write_measures(book, measures, entries)
        write_plain_sheets(book, document)

    return workbook_bytes(say(lang, "title"), lang, write)


class _ScoreSheet:
    """The score sheet: places and weights to change above, one case per row below."""

    def __init__(self, book: Book, document: Document, measures: Measures) -> None:
        self.book = book
        self.lang = book.lang
        self.document = document
        self.measures = measures
        self.criteria = [c for c in document["criteria"] if c["counts"]]
        self.categories = [c for c in document["categories"] if c["competing"] or c["quota"]]
        self.weights = PLACES + len(self.categories) + 1  # row
        self.head = self.weights + 1
        self.first = self.head + 1
        self.points = 5  # first column of points
        self.score = self.points + len(self.criteria)
        self.entry = book.format(**YELLOW, num_format="0.##", locked=False)

    def write(self, entries: list[Entry]) -> None:
        """Write the sheet."""
        sheet = self.book.sheet(say(self.lang, "sheet.scores"))
        sheet.write_string(0, 0, say(self.lang, "title"), self.book.title)
        sheet.set_row(0, 26)
        sheet.merge_range(1, 0, 1, self.score + 8, self._how(len(entries)), self.book.plain)
        sheet.set_row(1, 44)
        self.last = self.first + len(entries) - 1
        rows = (
            ([*self._facts(entry), *self._results(entry, index), *self._shown(entry)],
             entry["selected"])
            for index, entry in enumerate(entries)
        )  # fmt: skip
        columns = list(self._columns())
        self.book.table(sheet, columns, rows, top=self.head, frozen=2, lines=3)
        self._write_places(sheet)
        self._write_weights(sheet)

    def _how(self, shown: int) -> str:
        parts = [say(self.lang, "sheet.how"), say(self.lang, "sheet.how_rules")]
        method = self.document["method"]
        if method != "weighted_sum":
            name = say(self.lang, f"method.{method}")
            parts.append(say(self.lang, "sheet.how_method", method=name))
        if shown < len(self.document["entries"]):
            count = len(self.document["entries"])
            parts.append(say(self.lang, "sheet.cut", count=shown, all=count))
        return ("" if self.lang == "zh" else " ").join(parts)

    def _columns(self) -> Iterable[Column]:
        def named(name: str, kind: str = "text", width: float = 12) -> Column:
            return Column(say(self.lang, f"column.{name}"), kind, width)

        yield from (named("id", width=34), named("title", width=38), named("category", width=18))
        yield from (named("sector", width=14), named("region", width=16))
        yield from (Column(pick(c["name"], self.lang), "point", 14) for c in self.criteria)
        yield from (named("score", "score", 10), named("rank", "whole", 8))
        yield from (named("category_rank", "whole", 10), named("within", "mark", 14))
        yield from (named("selected", "mark", 12), named("p_selected", "percent", 12))
        yield from (named("rank_range", "mark", 11), named("NER", "amount", 14))
        yield from (named("p5", "amount", 12), named("p95", "amount", 12), named("EI", "fine", 11))
        yield from (named("EI_unit", width=26), named("VEI", "fine", 9))
        yield from (named("reduction_rate", "percent", 10), named("verdict", width=15))
        yield from (named("on_front", "mark", 9), named("remarks", width=44))

    def _write_places(self, sheet: Any) -> None:
        names = {"category": "text", "places": "whole", "competing": "whole"}
        headings = [Column(say(self.lang, f"column.{n}"), kind) for n, kind in names.items()]
        self.book.headings(sheet, PLACES - 1, headings, first=1, lines=1)
        for row, category in enumerate(self.categories, start=PLACES):
            name = category_name(category["id"], self.lang)
            self.book.cell(sheet, row, 1, name, "text")
            sheet.write_number(row, 2, category["quota"], self.entry)
            self.book.cell(sheet, row, 3, category["competing"], "whole")

    def _write_weights(self, sheet: Any) -> None:
        label = say(self.lang, "column.weight")
        sheet.write_string(
            self.weights, self.points - 1, label, self.book.format(bold=True, align="right")
        )
        for column, criterion in enumerate(self.criteria, start=self.points):
            sheet.write_number(self.weights, column, criterion["weight"], self.entry)
        total = Formula(f"=SUM({self._weight_cells()})", sum(c["weight"] for c in self.criteria))
        self.book.cell(sheet, self.weights, self.score, total, "point")

    def _weight_cells(self) -> str:
        return span((self.weights, self.points), (self.weights, self.score - 1))

    def _facts(self, entry: Entry) -> list[Cell]:
        return [
            entry["id"],
            case_name(entry, self.lang),
            category_name(entry["category"], self.lang),
            sector_name(entry["sector"], self.lang),
            region_name(entry["region"], self.lang),
        ]

    def _results(self, entry: Entry, index: int) -> Iterable[Cell]:
        """Yield points, score, ranks and whether the case is within the places: all formulas."""
        row = self.first + index
        for criterion in self.criteria:
            judged = criterion["id"] in entry["experts"]
            formula = self.measures.formula(criterion["id"], index, judged=judged)
            yield Formula(formula, entry["points"][criterion["id"]])
        weights = self._weight_cells()
        points = span((row, self.points), (row, self.score - 1), fixed=False)
        yield Formula(f"=ROUND(SUMPRODUCT({weights},{points})/SUM({weights}),7)", self._sum(entry))
        scores = span((self.first, self.score), (self.last, self.score))
        higher = f'{scores},">"&{at(row, self.score)}'
        categories, own = span((self.first, 2), (self.last, 2)), at(row, 2)
        yield Formula(f"=COUNTIF({higher})+1", entry["rank"])
        yield Formula(f"=COUNTIFS({categories},{own},{higher})+1", entry["category_rank"])
        last = PLACES + len(self.categories) - 1
        names, places = span((PLACES, 1), (last, 1)), span((PLACES, 2), (last, 2))
        looked_up = f"SUMIF({names},{own},{places})"
        inside = f'=IF({at(row, self.score + 2)}<={looked_up},"{MARK}","")'
        yield Formula(inside, MARK if self._within(entry) else "")

    def _sum(self, entry: Entry) -> float:
        total = sum(c["weight"] for c in self.criteria)
        points = sum(c["weight"] * entry["points"][c["id"]] for c in self.criteria)
        return round(float(points / total), 7)

    def _within(self, entry: Entry) -> bool:
        quotas = {c["id"]: c["quota"] for c in self.categories}
        return bool(entry["category_rank"] <= quotas.get(entry["category"], 0))

    def _shown(self, entry: Entry) -> list[Cell]:
        low, high = entry["rank_low"], entry["rank_high"]
        reserve = say(self.lang, "reserve") if entry["reserve"] else ""
        return [
            MARK if entry["selected"] else reserve,
            entry["p_selected"],
            "" if low is None else f"{low}–{high}",
            *(entry[n] for n in ("NER", "p5", "p95", "EI")),
            pretty_unit(entry["EI_unit"], self.lang) if entry["EI_unit"] else "",
            *(entry[n] for n in ("VEI", "reduction_rate")),
            verdict_name(entry["verdict"], self.lang),
            MARK if entry["on_front"] else "",
            remarks(entry, self.lang),
        ]
