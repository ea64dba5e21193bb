"""What a person finds in a form: protection, drop-downs, warnings, progress, and no formulas."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from handprint.case.reader import read_case
from handprint.case.template import Template, template, template_files
from handprint.core.errors import Findings
from handprint.core.i18n import LANGUAGES, Language, messages
from handprint.forms.layout import columns, layout
from handprint.forms.words import choice_label, choice_of
from handprint.forms.writer import form_content, write_form

NAME = "potline-control"
PEOPLE_SEE = 13  # cover, guide and eleven sheets to fill in


def written(lang: Language, tree: dict[str, Any] | None = None, name: str = NAME) -> Workbook:
    stream = BytesIO()
    write_form(template(name), lang, form_content(template(name), tree), stream)
    return load_workbook(BytesIO(stream.getvalue()))


@pytest.fixture(scope="module", params=LANGUAGES)
def blank(request: pytest.FixtureRequest) -> Workbook:
    return written(request.param)


def rows(book: Workbook) -> dict[str, Any]:
    """Return the first entry cell of every keyed row."""
    found: dict[str, Any] = {}
    for sheet in book.worksheets:
        column = 0
        for row in sheet.iter_rows():
            key = str(row[0].value or "")
            if key.startswith("@section:"):
                column = next((c.column for c in row if c.value == "value"), 0)
            elif column and key and not key.startswith(("@", "#")):
                found[key] = sheet.cell(row[0].row, column)
    return found


def rule_of(found: Any) -> Any:
    """Return the validation of a cell."""
    rules = found.parent.data_validations.dataValidation
    return next(rule for rule in rules if found.coordinate in rule.sqref)


def test_sheets_are_protected_without_a_password(blank: Workbook) -> None:
    for sheet in blank.worksheets:
        assert sheet.protection.sheet
        assert sheet.protection.password is None


def test_hidden_sheets_and_names_tell_which_form_it_is(blank: Workbook) -> None:
    shown = [sheet for sheet in blank.worksheets if sheet.sheet_state == "visible"]
    assert len(shown) == PEOPLE_SEE
    assert {sheet.sheet_state for sheet in blank.worksheets[PEOPLE_SEE:]} == {"veryHidden"}
    marks = {name: blank.defined_names[name].attr_text for name in blank.defined_names}
    values = {}
    for name, place in marks.items():
        sheet, _, cell = place.partition("!")
        values[name] = blank[sheet.strip("'")][cell.replace("$", "")].value
    assert values["handprint_template"] == NAME
    assert values["handprint_template_version"] == template(NAME).version
    assert values["handprint_form"] == 1


def test_entries_are_open_and_all_else_is_locked(blank: Workbook) -> None:
    entries = rows(blank)
    assert entries.keys() >= {"id", "title", "inputs.output", "disclosure.overlap.ets"}
    for found in entries.values():
        assert not found.protection.locked, found
        assert found.parent.cell(found.row, 1).protection.locked
        assert found.parent.cell(found.row, 2).protection.locked


def test_keys_are_hidden(blank: Workbook) -> None:
    for sheet in blank.worksheets[2:PEOPLE_SEE]:
        assert sheet.column_dimensions["A"].hidden
        for row in sheet.iter_rows(max_col=1):
            if str(row[0].value).startswith("@section:"):
                assert sheet.row_dimensions[row[0].row].hidden


def test_units_come_from_the_scenario_and_others_are_accepted(blank: Workbook) -> None:
    found = rows(blank)["inputs.output"]
    unit = found.offset(0, 1)
    assert unit.value == "t/year"
    rule = rule_of(unit)
    assert (rule.type, rule.errorStyle) == ("list", "warning")
    first, last = rule.formula1.partition("!")[2].replace("$", "").split(":")
    listed = [row[0].value for row in blank["_lists"][f"{first}:{last}"]]
    assert listed == template(NAME).inputs["output"].units


def test_range_is_asked_about_in_the_unit_of_the_row(blank: Workbook) -> None:
    """1,000 to 5,000,000 t/year is 0.1 to 500 万吨/年; a number outside may stay."""
    rule = rule_of(rows(blank)["inputs.output"])
    assert (rule.type, rule.errorStyle) == ("custom", "warning")
    assert len(rule.formula1) <= 255
    first, last = re.findall(r"\$A\$(\d+)", rule.formula1)[:2]
    rows_of_units = blank["_lists"][f"A{first}:C{last}"]
    units = {name.value: (low.value, high.value) for name, low, high in rows_of_units}
    assert units["t/year"] == (1000, 5_000_000)
    assert units["万吨/年"] == pytest.approx((0.1, 500))


def test_scores_are_explained_in_the_cell(blank: Workbook) -> None:
    found = rows(blank)["inputs.output"]
    rule = rule_of(found.offset(0, 8))
    assert rule.type == "list"
    assert all(f"{score} " in rule.prompt for score in range(1, 6))


def test_choices_are_in_the_language_of_the_form() -> None:
    for lang in LANGUAGES:
        book = written(lang)
        rule = rule_of(rows(book)["claim"])
        first, last = rule.formula1.partition("!")[2].replace("$", "").split(":")
        listed = [row[0].value for row in book["_lists"][f"{first}:{last}"]]
        expected = [choice_label("claim", v, lang) for v in ("potential", "planned", "realised")]
        assert listed == expected


def test_cover_counts_what_is_still_to_do() -> None:
    """The formulas count in a spreadsheet; their stored results are right without one."""
    raw = read_case(template_files()[NAME].with_suffix(".example.yaml"), Findings())
    assert raw is not None
    for tree, complete in ((None, False), (raw.tree, True)):
        stream = BytesIO()
        write_form(template(NAME), "en", form_content(template(NAME), tree), stream)
        cover = load_workbook(BytesIO(stream.getvalue()), data_only=True)["Cover"]
        counts = [
            (row[2].value, row[3].value)
            for row in cover.iter_rows()
            if isinstance(row[2].value, int)
        ]
        assert len(counts) == 7
        assert all((done == needed) is complete for needed, done in counts)


def test_nothing_that_a_stranger_wrote_becomes_a_formula() -> None:
    tree = {"id": "=1+1", "title": "=HYPERLINK(1)", "inputs": {"output": "@SUM(A1)"}, "x": "+1"}
    book = written("en", tree)
    formulas = [
        (sheet.title, cell.value)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert formulas
    assert {title for title, _ in formulas} == {"Cover"}
    found = rows(book)
    assert found["id"].value == "=1+1"
    assert found["inputs.output"].value == "@SUM(A1)"


def test_same_form_same_bytes() -> None:
    streams = [BytesIO(), BytesIO()]
    for stream in streams:
        write_form(template(NAME), "zh", form_content(template(NAME)), stream)
    assert streams[0].getvalue() == streams[1].getvalue()


def test_every_label_is_there_and_every_choice_is_told_apart() -> None:
    scenario: Template = template(NAME)
    for sheet in layout(scenario):
        assert {f"form.sheet.{sheet.key}", f"form.intro.{sheet.key}"} <= messages().keys()
        for section in sheet.sections:
            keys = columns(section)
            assert len(set(keys)) == len(keys)
            for field in getattr(section, "fields", ()):
                labels = [
                    choice_label(field.group, v, lang) for v in field.values for lang in LANGUAGES
                ]
                assert [choice_of(field.group, field.values, label) for label in labels] == [
                    value for value in field.values for _ in LANGUAGES
                ]


def test_hints_fit_into_the_file_format(every: Callable[..., None]) -> None:
    """Titles of at most 32 and messages of at most 255 characters, lists by reference."""

    def check(name: str) -> None:
        for lang in LANGUAGES:
            for sheet in written(lang, name=name).worksheets:
                for rule in sheet.data_validations.dataValidation:
                    assert len(rule.promptTitle or "") <= 32
                    assert len(rule.prompt or "") <= 255
                    assert len(rule.errorTitle or "") <= 32
                    assert len(rule.formula1 or "") <= 255

    every(template_files(), check)
