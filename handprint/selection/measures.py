"""The sheet of measures: the points behind every criterion, one row per case.

The score sheet refers to these cells, so this is also where it learns their addresses.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handprint.core.i18n import Language, pick
from handprint.page.workbook import Book, Cell, Column, Formula, at
from handprint.selection.words import case_name, measure_name, say

__all__ = ["Measures", "lay_out", "write_measures"]

Document = Mapping[str, Any]
Entry = Mapping[str, Any]

FIRST = 3  # row of the first case
FACTS = 2  # columns before the measures
# measures that are a formula over a number of the case
RAW = {"quality_score": "100*(5-{cell})/4", "probability": "100*{cell}"}


@dataclass(frozen=True, slots=True)
class _Slot:
    """One column of the sheet: a raw number, points of a measure, or the experts' mean."""

    criterion: str
    kind: str
    position: int
    heading: str
    measure: str = ""
    raw: int | None = None


@dataclass(frozen=True, slots=True)
class Measures:
    """The columns of the sheet, and how a criterion is made of them."""

    sheet: str
    slots: tuple[_Slot, ...]
    share: float

    def formula(self, criterion: str, index: int, *, judged: bool) -> str:
        """Return the formula of a criterion's points for the case at ``index``."""
        own = [self._cell(i, index) for i in self._columns(criterion, "points")]
        mean = f"({'+'.join(f'N({cell})' for cell in own)})/{len(own)}" if own else ""
        experts = self._columns(criterion, "experts")
        if not judged or not experts:
            return f"={mean or 0}"
        cell = self._cell(experts[0], index)
        return f"={1 - self.share:g}*{mean}+{self.share:g}*{cell}" if mean else f"={cell}"

    def _columns(self, criterion: str, kind: str) -> list[int]:
        return [i for i, s in enumerate(self.slots) if s.criterion == criterion and s.kind == kind]

    def _cell(self, slot: int, index: int) -> str:
        return at(FIRST + index, FACTS + slot, sheet=self.sheet)


def lay_out(document: Document, lang: Language) -> Measures:
    """Return where the measures of a selection stand."""
    slots: list[_Slot] = []
    for criterion in document["criteria"]:
        if not criterion["counts"]:
            continue
        name = pick(criterion["name"], lang)
        for position, measure in enumerate(criterion["measures"]):
            if not criterion["measured"][position]:
                continue
            raw = None
            if measure["measure"] in RAW:
                raw = len(slots)
                label = say(lang, f"column.{measure['measure']}")
                slots.append(_Slot(criterion["id"], measure["measure"], position, label))
            heading = f"{name}{say(lang, 'colon')}{measure_name(measure, lang)}"
            slots.append(
                _Slot(criterion["id"], "points", position, heading, measure["measure"], raw)
            )
        if criterion["judged"]:
            heading = f"{name}{say(lang, 'colon')}{say(lang, 'column.experts')}"
            slots.append(_Slot(criterion["id"], "experts", 0, heading))
    return Measures(say(lang, "sheet.measures"), tuple(slots), document["expert_scale"]["share"])


def write_measures(book: Book, measures: Measures, entries: Sequence[Entry]) -> None:
    """Write the sheet."""
    lang = book.lang
    sheet = book.sheet(measures.sheet)
    sheet.write_string(0, 0, say(lang, "sheet.measure_note"))
    columns = [
        Column(say(lang, "column.id"), width=34),
        Column(say(lang, "column.title"), width=34),
        *(Column(s.heading, "point" if s.kind in ("points", "experts") else "fine", 20)
          for s in measures.slots),
    ]  # fmt: skip
    rows = (
        ([e["id"], case_name(e, lang), *_cells(measures, e, FIRST + i)], e["selected"])
        for i, e in enumerate(entries)
    )
    book.table(sheet, columns, rows, top=FIRST - 1, frozen=2, lines=5)


def _cells(measures: Measures, entry: Entry, row: int) -> Iterable[Cell]:
    for slot in measures.slots:
        if slot.kind == "experts":
            opinion = entry["experts"].get(slot.criterion)
            yield None if opinion is None else opinion["mean"]
        elif slot.kind != "points":
            yield entry[slot.kind]
        else:
            value = entry["measured"][slot.criterion][slot.position]
            yield value if slot.raw is None or value is None else _scaled(slot, value, row)


def _scaled(slot: _Slot, value: float, row: int) -> Formula:
    """Return the points as a formula over the number of the case beside them."""
    assert slot.raw is not None  # noqa: S101 (for the type checker)
    cell = at(row, FACTS + slot.raw)
    return Formula(f"={RAW[slot.measure].format(cell=cell)}", value)
