"""The rows of a form make the same case wherever they were filled in."""

from io import BytesIO

import pytest

from handprint.case.reader import RawCase, read_case
from handprint.case.template import template, template_files
from handprint.core.errors import Findings
from handprint.forms import FormEntry, read_rows
from handprint.forms.grid import keyed, read_book
from handprint.forms.layout import layout
from handprint.forms.reader import read_form_bytes
from handprint.forms.writer import form_content, write_form

NAME = "potline-control"


def workbook(name: str) -> bytes:
    raw = read_case(template_files()[name].with_suffix(".example.yaml"), Findings())
    assert raw is not None
    stream = BytesIO()
    write_form(template(name), "zh", form_content(template(name), raw.tree), stream)
    return stream.getvalue()


def entries(name: str, source: bytes) -> list[FormEntry]:
    book = read_book(source)
    return [
        FormEntry(section.key, row.key or str(index), column, cell.value)
        for sheet in layout(template(name))
        for rows in [keyed("f", book.sheets[sheet.key], sheet, Findings()).rows]
        for section in sheet.sections
        for index, row in enumerate(rows[section.key])
        for column, cell in row.cells.items()
    ]


def made(*given: FormEntry) -> tuple[RawCase, Findings]:
    findings = Findings()
    return read_rows(given, template(NAME), findings), findings


@pytest.mark.parametrize("name", [NAME, "custom-bus", "smart-street-lighting"])
def test_rows_make_the_case_of_the_workbook(name: str) -> None:
    source, findings = workbook(name), Findings()
    book = read_form_bytes("f.xlsx", source, findings)
    raw = read_rows(entries(name, source), template(name), findings)
    assert book is not None
    assert (raw.tree, raw.source, list(findings)) == (book.tree, book.source, [])
    assert not raw.faulty


def test_entries_as_people_write_them() -> None:
    raw, findings = made(
        FormEntry("inputs", "inputs.output", "value", "90 万吨/年"),
        FormEntry("inputs", "inputs.output", "evidence", "ledger"),
    )
    assert raw.tree["inputs"]["output"] == {"value": 90, "unit": "万吨/年", "evidence": "ledger"}
    assert list(findings) == []
    assert raw.place(("inputs", "output", "value")) == "form!inputs!inputs.output.value"


def test_a_fault_is_told_at_its_entry() -> None:
    raw, findings = made(FormEntry("inputs", "inputs.output", "value", "many", "page!output"))
    assert raw.faulty
    (finding,) = findings
    assert finding.place == "form!page!output"
    assert finding.paths[0][:2] == ("inputs", "output")


@pytest.mark.parametrize(
    "given",
    [
        [FormEntry("nowhere", "inputs.output", "value", 1)],
        [FormEntry("inputs", "inputs.output", "colour", 1)],
        [FormEntry("inputs", "inputs.output", "value", 1)] * 2,
    ],
)
def test_what_no_form_has_is_a_defect(given: list[FormEntry]) -> None:
    with pytest.raises(ValueError, match=r"no column|twice"):
        made(*given)
