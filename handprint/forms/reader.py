"""A filled form to a raw case, every value with its sheet and cell.

The workbook is looked at before it is opened (`tables.archive`), read as keyed rows
(`forms.grid`) and turned into the tree that a YAML case would have given (`forms.rows`); what the
entries mean is then checked where it is for every case.
"""

from collections.abc import Iterator
from pathlib import Path

from handprint.case.reader import RawCase, read_bytes
from handprint.case.template import Template, template
from handprint.core.errors import CodedError, Finding, Findings, Severity
from handprint.core.i18n import text
from handprint.forms.grid import Book, KeyedSheet, keyed, read_book
from handprint.forms.layout import FORM_VERSION, Inputs, Section, SheetLayout, Table, layout
from handprint.forms.rows import FormSection, case_of, fill
from handprint.forms.tree import FormTree

__all__ = ["FORM_SUFFIXES", "read_form", "read_form_bytes"]

# After these, everything that is gone would be told again as missing.
UNUSABLE = {f"HP-X{number:02}" for number in (1, 2, 3, 5, 6, 7, 8)} | {"HP-T01"}
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
    return case_of(form, source)


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
        FormSection(section, sheet, sheet.rows.get(section.key, []))
        for section, sheet in _sheets(form, book, layout(scenario))
    ]
    if current:
        for section in sections:
            _check_rows(form, section)
    fill(form, sections, scenario)


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


def _check_rows(form: FormTree, found: FormSection) -> None:
    """Note the rows that are gone (HP-X08); a form of an older version may lack some."""
    section, place = found.section, found.sheet.places.get(found.section.key)
    if isinstance(section, Table) or place is None:
        return
    known = {row.key for row in found.rows}
    for entry in section.rows if isinstance(section, Inputs) else section.fields:
        if entry.key not in known:
            form.fault("HP-X08", place, "row", key=entry.key)
