"""The inputs on a form: typical value and range beside the cells for value, unit and quality."""

from collections.abc import Mapping
from typing import Any

from handprint.case.template import TemplateInput
from handprint.core.i18n import Language, pick
from handprint.core.numbers import format_exact, pretty_unit
from handprint.forms.book import FormBook, height
from handprint.forms.content import Content
from handprint.forms.layout import INPUT_COLUMNS, MEASURES, PEDIGREE, REBOUND, Field, InputRow, twin
from handprint.page.workbook import at

__all__ = ["InputGrid", "range_text", "typical_text"]

LABEL, TYPICAL, RANGE = 1, 2, 3
UNAVAILABLE = ("unit", "status", "evidence", "source", "note")  # of the rebound share


class InputGrid:
    """The rows of inputs of one sheet while they are written.

    Parameters
    ----------
    places : mapping
        Physical column of every keyed column.
    widths : tuple of float
        Of the physical columns.
    """

    def __init__(
        self,
        form: FormBook,
        sheet: Any,
        filling: Content,
        places: Mapping[str, int],
        widths: tuple[float, ...],
    ) -> None:
        self.form = form
        self.sheet = sheet
        self.filling = filling
        self.places = places
        self.widths = widths

    def write(self, row: int, entry: InputRow) -> None:
        """Write one input into a row."""
        form, sheet, spec = self.form, self.sheet, entry.spec
        path = tuple(entry.key.split("."))
        name = pick(spec.name, form.lang) if spec else form.say(f"field.{REBOUND}")
        advice = pick(spec.help, form.lang) if spec else form.say(f"help.{REBOUND}")
        name += form.say("required_mark") if spec and spec.required else ""
        sheet.write_string(row, 0, entry.key)
        parts = [form.formats["name"], name, form.formats["grey"], f"\n{advice}"]
        sheet.write_rich_string(row, LABEL, *parts, form.formats["label"])
        form.write(sheet, row, TYPICAL, typical_text(spec, form.lang) if spec else "", "example")
        form.write(sheet, row, RANGE, range_text(spec, form.lang) if spec else "", "example")
        own = {key[-1]: value for key, value in self.filling.entries.items() if key[:-1] == path}
        lines = [(f"{name}\n{advice}", self.widths[LABEL])]
        for field in INPUT_COLUMNS:
            value = own.get(field.key)
            if field.key == "unit" and spec and not own:
                value = spec.unit
            shown = self.cell(row, entry, field, value)
            lines.append((shown if field.kind == "text" else "", self.width(field.key)))
        if spec and spec.required:
            columns = [self.places["value"], self.places["mode"]]
            form.require(sheet, row, columns, filled="value" in own or "mode" in own)
        sheet.set_row(row, height(*lines))

    def width(self, key: str) -> float:
        """Return the width of a keyed column."""
        return self.widths[self.places[key]]

    def cell(self, row: int, entry: InputRow, field: Field, value: Any) -> str:
        """Write one cell, and its twin in the other language; return the text shown."""
        form, sheet, column = self.form, self.sheet, self.places[field.key]
        other = self.places.get(twin(field.key))
        own, foreign = form.shown(field, value)
        idle = entry.spec is None and field.key in UNAVAILABLE
        style = {"text": "text", "measure": "number"}.get(field.kind, "choice")
        form.write(sheet, row, column, own, "idle" if idle else style)
        if other is not None:
            form.write(sheet, row, other, foreign, "idle" if idle else "text")
        if not idle:
            self.advise(row, entry.spec, field)
        return str(own or "")

    def advise(self, row: int, spec: TemplateInput | None, field: Field) -> None:
        """Set what a cell offers, accepts and explains."""
        form, sheet, column = self.form, self.sheet, self.places[field.key]
        title = form.say(f"column.{field.key}")
        if field.key in PEDIGREE:
            scores = [f"{n} {form.say(f'score.{field.key}.{n}')}" for n in range(1, 6)]
            hint = (form.say(f"score.title.{field.key}"), "\n".join(scores))
            form.choose(sheet, row, column, field, hint)
        elif field.values:
            form.choose(sheet, row, column, field, (title, form.say(f"hint.{field.key}")))
        elif field.key in ("plus_minus", "sd"):
            form.hint(sheet, row, column, title, form.say(f"hint.{field.key}"))
        elif spec is None:
            return
        elif field.key == "unit":
            form.propose(sheet, row, column, _units(spec), title)
        elif field.key in MEASURES:
            self.bound(row, spec, field)
        elif field.key == "evidence":
            expected = form.say("hint.evidence", evidence=pick(spec.evidence, form.lang))
            form.hint(sheet, row, column, title, expected)

    def bound(self, row: int, spec: TemplateInput, field: Field) -> None:
        """Ask back about a number outside the plausible range, in whatever unit the row has."""
        form, column = self.form, self.places[field.key]
        names, low, high = form.ranges(_units(spec), spec.unit, *spec.range)
        cell = at(row, column)
        same = f"EXACT({at(row, self.places['unit'])},{names})"
        rule = (
            f"=OR(NOT(ISNUMBER({cell})),SUMPRODUCT(--{same})=0,"
            f"AND({cell}>=SUMPRODUCT({same}*{low}),{cell}<=SUMPRODUCT({same}*{high})))"
        )
        advice = (
            pick(spec.help, form.lang) if field.key == "value" else form.say(f"hint.{field.key}")
        )
        warning = form.say("hint.range", range=range_text(spec, form.lang))
        form.question(
            self.sheet, row, column, rule, warning, (form.say(f"column.{field.key}"), advice)
        )


def typical_text(spec: TemplateInput, lang: Language) -> str:
    """Return the typical value as a person reads it: ``0.05 (0.03–0.09)``."""
    typical = spec.typical
    centre = typical.mode if typical.value is None else typical.value
    ends = [format_exact(end, lang) for end in (typical.low, typical.high) if end is not None]
    interval = "–".join(ends) if len(ends) == 2 else ""
    if centre is None:
        return interval
    shown = format_exact(centre, lang)
    return f"{shown} ({interval})" if interval else shown


def range_text(spec: TemplateInput, lang: Language) -> str:
    """Return the plausible range with its unit: ``0.1–1 GJ/(m2*year)``."""
    low, high = (format_exact(bound, lang) for bound in spec.range)
    unit = "" if spec.unit == "1" else pretty_unit(spec.unit, lang)
    return f"{low}–{high} {unit}".strip()


def _units(spec: TemplateInput) -> tuple[str, ...]:
    return tuple(dict.fromkeys((spec.unit, *spec.units)))
