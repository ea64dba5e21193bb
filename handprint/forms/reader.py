"""A filled form to a raw case, every value with its sheet and cell.

The workbook is looked at before it is opened (`tables.archive`), read as keyed rows
(`forms.grid`) and turned into the tree that a YAML case would have given; what the entries mean
is then checked where it is for every case.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from handprint.case.reader import KeyPath, RawCase, read_bytes, read_value
from handprint.case.template import Template, template
from handprint.core.errors import CodedError, Finding, Findings, Severity
from handprint.core.i18n import text
from handprint.forms.grid import Book, KeyedSheet, Row, keyed, read_book
from handprint.forms.inputs import check_input, read_input, read_text
from handprint.forms.layout import (
    FORM_VERSION,
    MORE,
    SEPARATOR,
    Field,
    Fields,
    Inputs,
    Section,
    SheetLayout,
    Table,
    layout,
    twin,
)
from handprint.forms.tree import FormTree

__all__ = ["FORM_SUFFIXES", "read_form", "read_form_bytes"]

# After these, everything that is gone would be told again as missing.
UNUSABLE = {f"HP-X{number:02}" for number in (1, 2, 3, 5, 6, 7, 8)} | {"HP-T01"}
PATHS: KeyPath = ("factor_paths",)
FORM_SUFFIXES = (".xlsx", ".xlsm", ".xls")  # the last two are refused with the reason


def read_form(path: Path, findings: Findings) -> RawCase | None:
    """Read a filled form; None, with findings, when it cannot be used."""
    source = read_bytes(path, findings)
    return None if source is None else read_form_bytes(str(path), source, findings)


def read_form_bytes(file: str, source: bytes, findings: Findings) -> RawCase | None:
    """Read the content of a form; ``file`` names it in findings.

    Faults are findings: HP-X01..X03 not a safe workbook, HP-X05 no form, HP-X06 a form of another
    version, HP-X07 a sheet is gone, HP-X08 a row or column is gone, HP-X04 and HP-X09..X18 a cell
    that cannot be read.
    """
    local = Findings()
    form = FormTree(file, local)
    try:
        book = read_book(source)
        scenario = _begin(form, book)
        _read(form, book, scenario)
    except CodedError as problem:
        local.add(problem.finding(file))
    findings.extend(map(form.located, local))
    if any(finding.rule in UNUSABLE for finding in local):
        return None
    transcript = json.dumps(form.tree, ensure_ascii=False, indent=1).encode()
    return RawCase(file, transcript, form.tree, form.positions, local.has(Severity.ERROR), source)


def _begin(form: FormTree, book: Book) -> Template:
    """Return the scenario that the form was made for."""
    marks = book.marks
    if "template" not in marks or "form" not in marks:
        raise CodedError("HP-X05")
    version = marks["form"].value
    if version != FORM_VERSION:
        raise CodedError("HP-X06", given=str(version)[:20], current=FORM_VERSION)
    form.lang = "en" if "language" in marks and marks["language"].value == "en" else "zh"
    shown = f"{text('form.sheet.cover', form.lang)}!B3"  # nobody sees the sheet of the marks
    form.put(("handprint",), 1, shown)
    for key in ("template", "template_version"):
        if key in marks:
            form.put((key,), marks[key].value, shown)
    return template(str(marks["template"].value))


def _read(form: FormTree, book: Book, scenario: Template) -> None:
    current = form.tree.get("template_version") == scenario.version
    sections = [
        (section, sheet, sheet.rows.get(section.key, []))
        for section, sheet in _sheets(form, book, layout(scenario))
    ]
    for section, sheet, rows in sections:
        if current:
            _check_rows(form, section, rows, sheet)
        if isinstance(section, Fields):
            _fields(form, section, rows)
        elif isinstance(section, Table) and section is not MORE:
            _table(form, section, rows, sheet)
    inputs = [row for section, _, rows in sections if isinstance(section, Inputs) for row in rows]
    for row in inputs:
        read_input(form, row, scenario)
    # what has no cell of its own completes what the cells say, so it comes after them
    for row in (row for section, _, rows in sections if section is MORE for row in rows):
        _further(form, row)
    _mark_paths(form, sections)
    for row in inputs:
        check_input(form, row)


def _sheets(
    form: FormTree, book: Book, layouts: tuple[SheetLayout, ...]
) -> Iterator[tuple[Section, KeyedSheet]]:
    """Yield the sections of the sheets that are there; a sheet that is gone is HP-X07."""
    for sheet in layouts:
        if sheet.key not in book.sheets:
            name = text(f"form.sheet.{sheet.key}", form.lang)
            place = f"{form.file}!{name}"
            form.findings.add(Finding("HP-X07", Severity.ERROR, place, {"sheet": name}))
            continue
        rows = keyed(form.file, book.sheets[sheet.key], sheet, form.findings)
        for section in sheet.sections:
            yield section, rows


def _check_rows(form: FormTree, section: Section, rows: list[Row], sheet: KeyedSheet) -> None:
    """Note the rows that are gone (HP-X08); a form of an older version may lack some."""
    place = sheet.places.get(section.key)
    if isinstance(section, Table) or place is None:
        return
    known = {row.key for row in rows}
    for entry in section.rows if isinstance(section, Inputs) else section.fields:
        if entry.key not in known:
            form.fault("HP-X08", place, "row", key=entry.key)


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


def _mark_paths(form: FormTree, sections: list[tuple[Section, KeyedSheet, list[Row]]]) -> None:
    """Note where a factor's declared path goes that a form lacks: the first free row of "More"."""
    for section, sheet, rows in sections:
        if section is MORE and PATHS not in form.positions:
            free = [r for r in rows if all(cell.empty for cell in r.cells.values())]
            place = free[0].place if free else sheet.places.get(section.key, f"{sheet.name}!B1")
            form.positions[PATHS] = f"!{place}"


def _step(part: str) -> str | int:
    return int(part) if part.isdigit() and len(part) < 6 else part
