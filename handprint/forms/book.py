"""The workbook of a form: its formats, its hidden sheets, and how entries get into cells."""

import math
from collections.abc import Sequence
from typing import Any

from handprint.case.template import Template
from handprint.core.i18n import Language, text
from handprint.forms.content import split_texts
from handprint.forms.grid import BOOK
from handprint.forms.layout import FORM_VERSION, Field
from handprint.forms.words import choice_label
from handprint.page.words import columns as width_of
from handprint.page.workbook import FONT, TEAL, at
from handprint.units.unit import convert, parse_unit

__all__ = ["LISTS", "FormBook", "height"]

LISTS = "_lists"
LINE = 14.0  # points
TALLEST = 200.0
LONGEST_HINT, LONGEST_TITLE = 255, 32  # what the file format holds
INK, GREY, RULE = "#1F2D30", "#6B7A80", "#C3CED1"
BASE = {"font_name": FONT, "font_size": 10, "valign": "vcenter", "font_color": INK}
BOXED = {"border": 1, "border_color": RULE, "text_wrap": True}
FORMATS: dict[str, dict[str, object]] = {
    "plain": {"text_wrap": True, "valign": "top"},
    "title": {"font_size": 20, "bold": True, "font_color": TEAL},
    "intro": {"font_color": GREY},
    "link": {"font_color": TEAL, "underline": 1, "font_size": 9},
    "sheet_link": {**BOXED, "font_color": TEAL, "underline": 1, "indent": 1},
    "band": {"bold": True, "font_size": 12, "font_color": "#FFFFFF", "bg_color": TEAL, "indent": 1},
    "group": {
        **BOXED,
        "bold": True,
        "font_color": TEAL,
        "bg_color": "#D3E4E1",
        "align": "center",
    },
    "header": {**BOXED, "bold": True, "bg_color": "#E8F1EF", "align": "center", "font_size": 9},
    "label": {**BOXED, "indent": 1},
    "name": {"bold": True},
    "grey": {"font_color": GREY, "font_size": 9},
    "example": {
        **BOXED,
        "font_color": GREY,
        "font_size": 9,
        "italic": True,
        "bg_color": "#F5F7F7",
        "align": "center",
    },
    "help": {**BOXED, "font_color": GREY, "font_size": 9, "bg_color": "#F5F7F7", "indent": 1},
    "number": {**BOXED, "locked": False, "align": "right"},
    "text": {**BOXED, "locked": False, "num_format": "@", "align": "left", "indent": 1},
    "choice": {**BOXED, "locked": False, "align": "center"},
    "entry": {**BOXED, "locked": False, "align": "left", "indent": 1},
    "turned": {**BOXED, "bold": True, "bg_color": "#E8F1EF", "font_size": 9, "rotation": 90},
    "idle": {**BOXED, "pattern": 14, "fg_color": "#DDE3E4", "bg_color": "#F2F4F4"},
    "needed": {"bg_color": "#FFF3B8"},
    "swatch": {**BOXED, "bg_color": "#FFF3B8"},
    "score": {**BOXED, "align": "center", "bold": True},
}


class FormBook:
    """One workbook being written.

    Parameters
    ----------
    book : xlsxwriter.Workbook
    template : Template
    lang : Language
        Language of labels and hints, and of the first of two text cells.
    """

    def __init__(self, book: Any, template: Template, lang: Language) -> None:
        self.book = book
        self.template = template
        self.lang: Language = lang
        self.formats = {name: book.add_format({**BASE, **own}) for name, own in FORMATS.items()}
        # cells of which one at least has to be filled in, by sheet name
        self.needed: dict[str, list[tuple[str, ...]]] = {}
        self._filled: dict[str, int] = {}
        self._lists: dict[tuple[object, ...], str] = {}
        self._list_rows: list[Sequence[object]] = []

    def say(self, key: str, **params: object) -> str:
        """Return a text of the form in its language."""
        return text(f"form.{key}", self.lang, **params)

    def sheet(self, key: str, *, wide: bool) -> Any:
        """Return a new, protected sheet that prints on one page's width."""
        sheet = self.book.add_worksheet(self.say(f"sheet.{key}"))
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(8 if wide else 9)  # A3, A4
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        footer = self.template.id.replace("&", "&&")
        sheet.set_footer(f"&L{footer} v{self.template.version}&C&A&R&P / &N")
        sheet.protect("", {"format_columns": True, "format_rows": True, "format_cells": True})
        return sheet

    # --- cells -----------------------------------------------------------------------------

    def write(self, sheet: Any, row: int, column: int, value: object, style: str) -> None:
        """Write a number as a number and all else as text: nothing becomes a formula."""
        form = self.formats[style]
        if value is None or value == "":
            sheet.write_blank(row, column, None, form)
        elif isinstance(value, int | float) and not isinstance(value, bool) and _exact(value):
            sheet.write_number(row, column, value, form)
        else:
            sheet.write_string(row, column, str(value), form)

    def span(
        self, sheet: Any, row: int, columns: tuple[int, int], value: object, style: str
    ) -> None:
        """Write a value into a cell that may stretch over several columns."""
        first, last = columns
        if last > first:
            sheet.merge_range(row, first, row, last, "", self.formats[style])
        self.write(sheet, row, first, value, style)

    def require(self, sheet: Any, row: int, columns: Sequence[int], *, filled: bool) -> None:
        """Colour the first of some cells while all are empty, and count them on the cover."""
        cells = tuple(at(row, column, fixed=True) for column in columns)
        blank = "+".join(f"LEN(TRIM({cell}))" for cell in cells)
        rule = {"type": "formula", "criteria": f"={blank}=0", "format": self.formats["needed"]}
        sheet.conditional_format(row, columns[0], row, columns[0], rule)
        name = sheet.get_name()
        self.needed.setdefault(name, []).append(cells)
        self._filled[name] = self.filled(name) + filled

    def filled(self, name: str) -> int:
        """Return how many of a sheet's required entries are filled in."""
        return self._filled.get(name, 0)

    def hint(self, sheet: Any, row: int, column: int, title: str, message: str) -> None:
        """Show a message while the cell is selected."""
        sheet.data_validation(
            row, column, row, column, {"validate": "any", **_hint(title, message)}
        )

    def choose(
        self, sheet: Any, row: int, column: int, field: Field, hint: tuple[str, str]
    ) -> None:
        """Offer the words of a field; another word is a mistake."""
        words = [choice_label(field.group, value, self.lang) for value in field.values]
        options = {
            "validate": "list",
            "source": self.listed(tuple(words)),
            "error_title": self.say("hint.list_title")[:LONGEST_TITLE],
            "error_message": self.say("hint.list"),
            **_hint(*hint),
        }
        sheet.data_validation(row, column, row, column, options)

    def propose(
        self, sheet: Any, row: int, column: int, words: tuple[str, ...], title: str
    ) -> None:
        """Offer units; another one is accepted after a question."""
        options = {
            "validate": "list",
            "source": self.listed(words),
            "error_type": "warning",
            "error_title": title[:LONGEST_TITLE],
            "error_message": self.say("hint.unit_free"),
            **_hint(title, self.say("hint.unit")),
        }
        sheet.data_validation(row, column, row, column, options)

    def question(
        self, sheet: Any, row: int, column: int, rule: str, warning: str, hint: tuple[str, str]
    ) -> None:
        """Ask back about a number that breaks a rule; it may stay."""
        options = {
            "validate": "custom",
            "value": rule,
            "error_type": "warning",
            "error_title": self.say("hint.range_title")[:LONGEST_TITLE],
            "error_message": warning[:LONGEST_HINT],
            **_hint(*hint),
        }
        sheet.data_validation(row, column, row, column, options)

    def shown(self, field: Field, value: Any) -> tuple[Any, str]:
        """Return what the cell of a value shows, and what the other language's cell shows."""
        if value is None:
            return None, ""
        if field.kind == "text":
            return split_texts(value, self.lang)
        if isinstance(value, list):
            words = [choice_label(field.group, item, self.lang) for item in value]
            return ("、" if self.lang == "zh" else ", ").join(words), ""
        if isinstance(value, bool):
            value = "yes" if value else "no"
        if str(value) in field.values and field.group != "score":
            return choice_label(field.group, str(value), self.lang), ""
        return value, ""

    # --- hidden sheets ---------------------------------------------------------------------

    def listed(self, words: tuple[object, ...]) -> str:
        """Return the reference to a list of words on the hidden sheet of lists."""
        return self._block(tuple((word,) for word in words))

    def ranges(
        self, units: tuple[str, ...], unit: str, low: float, high: float
    ) -> tuple[str, str, str]:
        """Return the references to units, and to the lowest and highest plausible value in each."""
        source = parse_unit(unit)
        rows = tuple(
            (name, *(convert(bound, source, parse_unit(name)) for bound in (low, high)))
            for name in units
        )
        names = self._block(rows).removeprefix("=")
        return names, names.replace("$A", "$B"), names.replace("$A", "$C")

    def _block(self, rows: tuple[tuple[object, ...], ...]) -> str:
        if rows not in self._lists:
            first = len(self._list_rows) + 1
            self._list_rows.extend(rows)
            self._lists[rows] = f"={LISTS}!$A${first}:$A${len(self._list_rows)}"
        return self._lists[rows]

    def finish(self) -> None:
        """Write the hidden sheets: the lists, and what this form is."""
        lists = self.book.add_worksheet(LISTS)
        for row, values in enumerate(self._list_rows):
            for column, value in enumerate(values):
                self.write(lists, row, column, value, "plain")
        lists.very_hidden()
        marks = self.book.add_worksheet(BOOK)
        entries = {
            "form": FORM_VERSION,
            "template": self.template.id,
            "template_version": self.template.version,
            "language": self.lang,
        }
        for row, (name, value) in enumerate(entries.items()):
            marks.write_string(row, 0, name)
            self.write(marks, row, 1, value, "plain")
            self.book.define_name(f"handprint_{name}", f"={BOOK}!$B${row + 1}")
        marks.very_hidden()
        for sheet in (lists, marks):
            sheet.protect()


def height(*texts: tuple[str, float]) -> float:
    """Return the height of a row whose texts wrap in cells of these widths [points]."""
    most = 1
    for words, width in texts:
        fitting = max(1.0, width - 2.0)
        lines = sum(max(1, math.ceil(width_of(part) / fitting)) for part in words.split("\n"))
        most = max(most, lines)
    return min(TALLEST, most * LINE + 6.0)


def _hint(title: str, message: str) -> dict[str, str]:
    if not message:
        return {}
    cut = message if len(message) <= LONGEST_HINT else message[: LONGEST_HINT - 1] + "…"
    return {"input_title": title[:LONGEST_TITLE], "input_message": cut}


def _exact(value: float) -> bool:
    """Whether the file format, which keeps sixteen digits, gives the same number back."""
    return math.isfinite(value) and float(f"{value:.16G}") == value
