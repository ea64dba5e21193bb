"""An intake form as a workbook: blank, or filled from a case; read back by `forms.reader`."""

from collections.abc import Mapping
from typing import IO, Any

from handprint.case.reader import KeyPath
from handprint.case.template import Template
from handprint.core.i18n import Language, pick
from handprint.forms.book import FormBook, height
from handprint.forms.content import Content, content
from handprint.forms.grid import HEADING, SECTION, SHEET
from handprint.forms.input_grid import LABEL, RANGE, TYPICAL, InputGrid
from handprint.forms.layout import (
    INPUT_COLUMNS,
    PEDIGREE,
    Field,
    Fields,
    Inputs,
    Section,
    SheetLayout,
    Table,
    columns,
    layout,
    twin,
)
from handprint.forms.pages import cover, guide
from handprint.forms.words import choice_label
from handprint.page.workbook import open_workbook

__all__ = ["form_content", "write_form"]

# Where things stand: the first and last physical column of every keyed column. Column A is hidden.
FIRST_INPUT = 4
TURNED_BELOW, TURNED_HEIGHT = 6.0, 74.0  # titles of narrow columns stand upright
PRINTED = FIRST_INPUT + len(INPUT_COLUMNS) - 1
BLOCKS = ("activity", "reference", "solution", "ict", "higher_order")  # sheets with inputs
WIDE = (2, 40, 16, 18, 13, 15, 9, 9, 9, 9, 9, 12, 4, 4, 4, 4, 4, 9, 26, 24, 22, 26, 24, 22)
PLAIN = (2, 30, 46, 62, 46, 40, 40, 40, 40)
TREE = (2, 18, 18, 34, 13, 13, 13, 13, 18, 40, 34, 40)
MORE_WIDTHS = (2, 46, 110)
WIDE_SPANS = {"help": (2, 3), "value": (4, 10), twin("value"): (11, 18)}
PLAIN_SPANS = {"help": (2, 2), "value": (3, 3), twin("value"): (4, 4)}
TABLE_SPANS: dict[str, tuple[tuple[int, int], ...]] = {
    "reference.candidates": ((1, 1), (2, 2), (3, 3), (4, 5), (6, 10), (11, 18), (19, 19), (20, 20)),
    "solution.also_acting": ((1, 1), (2, 3), (4, 10), (11, 18)),
}


def form_content(template: Template, tree: Mapping[str, Any] | None = None) -> Content:
    """Return what a form shows: a case, and the scenario's own tree where the case has none."""
    shown = {"consequences": template.case.get("consequences", []), **(tree or {})}
    return content(shown, layout(template))


def write_form(template: Template, lang: Language, filling: Content, stream: IO[bytes]) -> None:
    """Write the form of a scenario to ``stream`` as XLSX."""
    with open_workbook(stream, pick(template.title, lang)) as book:
        form = FormBook(book, template, lang)
        front = form.sheet("cover", wide=False)
        guide(form)
        for sheet in layout(template):
            _Page(form, sheet, filling).write()
        cover(form, front)
        form.finish()


class _Page:
    """One sheet of the form while it is written."""

    def __init__(self, form: FormBook, layout: SheetLayout, filling: Content) -> None:
        self.form = form
        self.layout = layout
        self.filling = filling
        self.wide = layout.key in BLOCKS
        self.sheet = form.sheet(layout.key, wide=self.wide)
        self.widths = {"consequences": TREE, "more": MORE_WIDTHS}.get(
            layout.key, WIDE if self.wide else PLAIN
        )
        self.last = max(map(self.extent, layout.sections))
        self.row = 0

    def extent(self, section: Section) -> int:
        """Return the last column of a section."""
        if isinstance(section, Inputs):
            return FIRST_INPUT + len(columns(section)) - 1 if section.rows else 0
        if isinstance(section, Table):
            spans = TABLE_SPANS.get(section.key, ())
            return max((last for _, last in spans), default=len(columns(section)))
        return (WIDE_SPANS if self.wide else PLAIN_SPANS)[twin("value")][1]

    def write(self) -> None:
        """Write title and sections."""
        form, sheet = self.form, self.sheet
        for column, width in enumerate(self.widths):
            sheet.set_column(column, column, width, None, {"hidden": column == 0})
        sheet.write_string(0, 0, SHEET + self.layout.key)
        sheet.write_string(0, LABEL, form.say(f"sheet.{self.layout.key}"), form.formats["title"])
        sheet.set_row(0, 32)
        link = f"internal:'{form.say('sheet.cover')}'!A1"
        sheet.write_url(2, LABEL, link, form.formats["link"], form.say("cover.back"))
        sheet.write_string(1, 0, HEADING)
        sheet.write_string(1, LABEL, form.say(f"intro.{self.layout.key}"), form.formats["intro"])
        sheet.write_string(2, 0, HEADING)
        self.row = 4
        for section in self.layout.sections:
            if isinstance(section, Inputs):
                if section.rows:
                    self.inputs(section)
                else:
                    self.keys(section.key, {})
            elif isinstance(section, Table):
                self.table(section)
            else:
                self.fields(section)
            self.row += 1
        sheet.freeze_panes(3, 2)
        # the columns of the other language are left out of print where there are many columns
        printed = PRINTED if self.wide else self.last
        if self.layout.key == "statements":
            sheet.fit_to_pages(1, 1)  # else its last part is torn off
        sheet.print_area(0, LABEL, self.row, min(printed, self.last))

    # --- sections --------------------------------------------------------------------------

    def keys(self, key: str, places: Mapping[str, int]) -> None:
        """Write the hidden row that opens a section and names its columns."""
        self.sheet.write_string(self.row, 0, SECTION + key)
        for name, column in places.items():
            self.sheet.write_string(self.row, column, name)
        self.sheet.set_row(self.row, None, None, {"hidden": True})
        self.row += 1

    def band(self, key: str) -> None:
        """Write the visible title of a section, as wide as the widest of the sheet."""
        title = self.form.say(f"section.{key}")
        printed = min(PRINTED, self.last) if self.wide else self.last
        self.form.span(self.sheet, self.row, (LABEL, printed), title, "band")
        for column in range(printed + 1, self.last + 1):
            self.form.write(self.sheet, self.row, column, None, "band")
        self.sheet.write_string(self.row, 0, HEADING)
        self.sheet.set_row(self.row, 22)
        self.row += 1

    def headings(self, names: Mapping[tuple[int, int], str]) -> None:
        """Write the row of column titles."""
        turned = self.form.lang == "en"  # two Chinese characters fit into a narrow column
        narrow = {span for span in names if turned and self.breadth(span) < TURNED_BELOW}
        for span, name in names.items():
            style = "turned" if span in narrow else "header"
            self.form.span(self.sheet, self.row, span, name, style)
        self.sheet.write_string(self.row, 0, HEADING)
        cells = [(name, self.breadth(span)) for span, name in names.items() if span not in narrow]
        self.sheet.set_row(self.row, TURNED_HEIGHT if narrow else height(*cells) + 4)
        self.row += 1

    def breadth(self, span: tuple[int, int]) -> float:
        """Return the width of a span of columns."""
        return float(sum(self.widths[span[0] : span[1] + 1]))

    def fields(self, section: Fields) -> None:
        """Write entries below each other: label, what to enter, the entry in two languages."""
        form = self.form
        spans = WIDE_SPANS if self.wide else PLAIN_SPANS
        self.band(section.key)
        self.keys(section.key, {name: spans[name][0] for name in columns(section)})
        entry = form.say("column.entry")
        self.headings(
            {
                (LABEL, LABEL): form.say("column.label"),
                spans["help"]: form.say("column.help"),
                spans["value"]: entry,
                spans[twin("value")]: form.say("column.other", column=entry),
            }
        )
        for field in section.fields:
            self.field(field, spans)

    def field(self, field: Field, spans: Mapping[str, tuple[int, int]]) -> None:
        """Write one entry."""
        form, row = self.form, self.row
        path = tuple(field.key.split("."))
        mark = form.say("required_mark") if field.required else ""
        label = form.say(f"field.{field.key}") + mark
        advice = " ".join(filter(None, (form.say(f"help.{field.key}"), self.proposed(field))))
        self.sheet.write_string(row, 0, field.key)
        form.write(self.sheet, row, LABEL, label, "label")
        form.span(self.sheet, row, spans["help"], advice, "help")
        own, foreign = self.entry(path, field, spans["value"])
        if field.kind == "text":
            form.span(self.sheet, row, spans[twin("value")], foreign, "text")
        else:
            form.span(self.sheet, row, spans[twin("value")], None, "idle")
        if field.required:
            form.require(self.sheet, row, [spans["value"][0]], filled=own != "")
        cells = ((label, self.breadth((LABEL, LABEL))), (advice, self.breadth(spans["help"])))
        texts = ((str(own), self.breadth(spans["value"])),)
        self.sheet.set_row(
            row, height(*cells, *texts, (foreign, self.breadth(spans[twin("value")])))
        )
        self.row += 1

    def proposed(self, field: Field) -> str:
        """Return what the scenario says where the case says nothing."""
        node: Any = self.form.template.case
        for part in field.key.split("."):
            node = node.get(part) if isinstance(node, Mapping) else None
        if not isinstance(node, str | int | float) or isinstance(node, bool):
            return ""
        value = choice_label(field.group, str(node), self.form.lang) if field.values else node
        return self.form.say("help.default", value=value)

    def entry(self, path: KeyPath, field: Field, span: tuple[int, int]) -> tuple[object, str]:
        """Write the cell of an entry with its drop-down; return the texts of both languages."""
        form = self.form
        value = self.filling.entries.get(path)
        own, foreign = form.shown(field, value)
        free = field.values or field.kind in ("number", "whole", "date")
        style = "entry" if free else "text"
        form.span(self.sheet, self.row, span, own, style)
        if field.values and field.kind != "choices":
            form.choose(self.sheet, self.row, span[0], field, ("", ""))
        return ("" if own is None else own), foreign

    def table(self, table: Table) -> None:
        """Write a list: one row per item, and empty rows below."""
        form, path = self.form, tuple(table.key.split("."))
        names = columns(table)
        spans = TABLE_SPANS.get(table.key, tuple((i, i) for i in range(1, len(names) + 1)))
        places = dict(zip(names, spans, strict=True))
        self.band(table.key)
        self.keys(table.key, {name: span[0] for name, span in places.items()})
        labels = {f.key: form.say(f"field.{table.key}.{f.key}") for f in table.fields}
        labels |= {twin(key): form.say("column.other", column=labels[key]) for key in labels}
        self.headings({span: labels[name] for name, span in places.items()})
        count = self.filling.lengths.get(path, 0)
        for index in range(max(table.rows, count + 3)):
            cells: list[tuple[str, float]] = []
            for field in table.fields:
                where: KeyPath = (*path, index, *field.key.split("."))
                own, foreign = self.entry(where, field, places[field.key])
                cells.append((str(own), self.breadth(places[field.key])))
                if field.kind == "text":
                    form.span(self.sheet, self.row, places[twin(field.key)], foreign, "text")
                    cells.append((foreign, self.breadth(places[twin(field.key)])))
            self.sheet.set_row(self.row, height(*cells))
            self.row += 1

    # --- inputs ----------------------------------------------------------------------------

    def inputs(self, section: Inputs) -> None:
        """Write the inputs of a block: typical value, entry, uncertainty, quality, origin."""
        form = self.form
        places = {name: FIRST_INPUT + i for i, name in enumerate(columns(section))}
        self.band(section.key)
        self.keys(section.key, places)
        groups = {
            (places["value"], places["unit"]): "value",
            (places["low"], places["distribution"]): "uncertainty",
            (places[PEDIGREE[0]], places[PEDIGREE[-1]]): "quality",
            (places["status"], places["note"]): "origin",
        }
        for span, name in groups.items():
            form.span(self.sheet, self.row, span, form.say(f"band.{name}"), "group")
        form.span(self.sheet, self.row, (LABEL, RANGE), form.say("band.input"), "group")
        form.span(self.sheet, self.row, (PRINTED + 1, self.last), form.say("band.other"), "group")
        self.sheet.write_string(self.row, 0, HEADING)
        self.sheet.set_row(self.row, 20)
        self.row += 1
        own = {f.key: form.say(f"column.{f.key}") for f in INPUT_COLUMNS}
        labels = own | {twin(k): form.say("column.other", column=own[k]) for k in own}
        heads = {LABEL: "label", TYPICAL: "typical", RANGE: "range"}
        names = {(column, column): form.say(f"column.{key}") for column, key in heads.items()}
        self.headings(names | {(column, column): labels[name] for name, column in places.items()})
        grid = InputGrid(form, self.sheet, self.filling, places, self.widths)
        for row in section.rows:
            grid.write(self.row, row)
            self.row += 1
