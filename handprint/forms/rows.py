"""The rows of a form to the tree of a case, wherever they were filled in: a workbook or a page.

A row belongs to a section of the scenario's form (`forms.layout`) and has its values by column.
"""

import dataclasses
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from handprint.case.reader import KeyPath, RawCase, read_value
from handprint.case.template import Template
from handprint.core.errors import Findings, Severity
from handprint.core.i18n import Language
from handprint.forms.grid import KeyedSheet, Row
from handprint.forms.inputs import check_input, read_input, read_text
from handprint.forms.layout import (
    MORE,
    SEPARATOR,
    Field,
    Fields,
    Inputs,
    Section,
    Table,
    columns,
    layout,
    twin,
)
from handprint.forms.tree import FormTree
from handprint.tables.cell import Cell, Value

__all__ = ["FormEntry", "FormSection", "case_of", "fill", "read_rows"]

PATHS: KeyPath = ("factor_paths",)


@dataclass(frozen=True, slots=True)
class FormEntry:
    """One value of a filled form.

    Parameters
    ----------
    section, key, column : str
        As the layout of the form names them: ``inputs`` holds the inputs of all sheets, and the
        rows of a list have any keys, in their order.
    value : str, number, bool, date or None
        As entered: ``13500``, ``90 万吨/年``, ``12 %``, a word to choose in either language.
    place : str
        Where findings say that it stands; ``section!key.column`` where none is given.
    """

    section: str
    key: str
    column: str
    value: Value
    place: str = ""


@dataclass(frozen=True, slots=True)
class FormSection:
    """A section of a form, the sheet that it stands on and its rows."""

    section: Section
    sheet: KeyedSheet
    rows: list[Row] = dataclasses.field(default_factory=list)


class _Entered(Cell):
    """A cell that stands on no sheet; ``sheet`` holds its place."""

    __slots__ = ()

    @property
    def place(self) -> str:
        """Where it stands."""
        return self.sheet


def read_rows(
    entries: Iterable[FormEntry],
    scenario: Template,
    findings: Findings,
    *,
    file: str = "form",
    lang: Language = "zh",
) -> RawCase:
    """Return the case that the rows of a scenario's form make, every value with its place.

    What the entries mean is checked later, where it is for every case.

    Parameters
    ----------
    findings : Findings
        Takes what is wrong with entries: HP-X11 and HP-X13 to HP-X18, or a unit.
    file : str
        What findings call the form.
    lang : Language
        Of a text in the first of its two columns.

    Raises
    ------
    ValueError
        The form has no such section or column, or an entry stands twice: a defect of the caller.
    """
    form = FormTree(file, Findings(), lang)
    for key, value in _head(scenario).items():
        form.put((key,), value, key)
    fill(form, _sections(entries, scenario), scenario)
    findings.extend(map(form.located, form.findings))
    return case_of(form)


def fill(form: FormTree, sections: Sequence[FormSection], scenario: Template) -> None:
    """Put the rows of a form's sections into a tree."""
    for found in sections:
        if isinstance(found.section, Fields):
            _fields(form, found.section, found.rows)
        elif isinstance(found.section, Table) and found.section is not MORE:
            _table(form, found.section, found.rows, found.sheet)
    inputs = [row for found in sections if isinstance(found.section, Inputs) for row in found.rows]
    for row in inputs:
        read_input(form, row, scenario)
    # what has no cell of its own completes what the cells say, so it comes after them
    for row in (row for found in sections if found.section is MORE for row in found.rows):
        _further(form, row)
    _mark_paths(form, sections)
    for row in inputs:
        check_input(form, row)


def case_of(form: FormTree, original: bytes = b"") -> RawCase:
    """Return a filled tree as a case, its source a transcript."""
    transcript = json.dumps(form.tree, ensure_ascii=False, indent=1).encode()
    faulty = form.findings.has(Severity.ERROR)
    return RawCase(form.file, transcript, form.tree, form.positions, faulty, original)


def _head(scenario: Template) -> dict[str, str | int]:
    """Return what a form says of itself."""
    return {"handprint": 1, "template": scenario.id, "template_version": scenario.version}


def _sections(entries: Iterable[FormEntry], scenario: Template) -> list[FormSection]:
    """Return the sections of a scenario's form with the rows of some entries."""
    places = {MORE.key: MORE.key}
    found = {
        section.key: FormSection(section, KeyedSheet(sheet.key, places=places))
        for sheet in layout(scenario)
        for section in sheet.sections
    }
    cells: dict[tuple[str, str], dict[str, Cell]] = {}
    for entry in entries:
        if entry.section not in found or entry.column not in columns(found[entry.section].section):
            raise ValueError(f"no column {entry.column!r} in section {entry.section!r}")
        row = cells.setdefault((entry.section, entry.key), {})
        if entry.column in row:
            raise ValueError(f"{entry.key!r}: {entry.column!r} stands twice")
        place = entry.place or f"{entry.section}!{entry.key}.{entry.column}"
        row[entry.column] = _Entered(place, 0, 0, entry.value)
    for (section, key), row in cells.items():
        found[section].rows.append(Row(key, next(iter(row.values())).place, row))
    return list(found.values())


def _fields(form: FormTree, section: Fields, rows: list[Row]) -> None:
    fields = {field.key: field for field in section.fields}
    for row in rows:
        if row.key in fields:
            _entry(form, tuple(row.key.split(".")), fields[row.key], row, "value")


def _entry(form: FormTree, path: KeyPath, field: Field, row: Row, column: str) -> None:
    """Read one entry that is no number with a unit."""
    cell = row.cells.get(column)
    if cell is None:
        return
    form.mark(path, cell.place)
    if field.kind == "text":
        read_text(form, path, field, (cell, row.cells.get(twin(column))))
        return
    value = form.value(field, cell)
    if value is not None:
        form.put(path, value, cell.place)


def _table(form: FormTree, table: Table, rows: list[Row], sheet: KeyedSheet) -> None:
    """Read a list; rows without any entry do not count."""
    path = tuple(table.key.split("."))
    if table.key in sheet.places:
        form.mark(path, sheet.places[table.key])
    filled = [row for row in rows if any(not cell.empty for cell in row.cells.values())]
    for index, row in enumerate(filled):
        form.put((*path, index), {}, row.place)
        for field in table.fields:
            _entry(form, (*path, index, *field.key.split(".")), field, row, field.key)


def _further(form: FormTree, row: Row) -> None:
    """Read an entry that has no cell of its own: its path and its value (HP-X16)."""
    key, value = row.cells.get("key"), row.cells.get("value")
    if key is None or value is None or (key.empty and value.empty):
        return
    if key.empty or value.empty:
        form.fault("HP-X16", (key if key.empty else value).place, "half")
        return
    name, content = form.value(MORE.fields[0], key), form.value(MORE.fields[1], value)
    if name is None or content is None:
        return
    known = len(form.findings)
    read = read_value(content, f"{form.file}!{value.place}", form.findings)
    if len(form.findings) > known:
        return
    path = tuple(_step(part.strip()) for part in name.split(SEPARATOR.strip()))
    if not all(part != "" for part in path) or not form.put(path, read, value.place):
        form.fault("HP-X16", key.place, key=name)


def _mark_paths(form: FormTree, sections: Sequence[FormSection]) -> None:
    """Note where a factor's declared path goes that a form lacks: the first free row of "More"."""
    for found in sections:
        if found.section is MORE and PATHS not in form.positions:
            free = [r for r in found.rows if all(cell.empty for cell in r.cells.values())]
            sheet = found.sheet
            place = free[0].place if free else sheet.places.get(MORE.key, f"{sheet.name}!B1")
            form.positions[PATHS] = f"!{place}"


def _step(part: str) -> str | int:
    return int(part) if part.isdigit() and len(part) < 6 else part
