"""The first two sheets of a form: what it is for and what is missing, and how to fill it in."""

from typing import Any

from handprint.core.i18n import pick
from handprint.core.numbers import pretty_unit
from handprint.forms.book import FormBook, height
from handprint.forms.layout import FORM_VERSION, PEDIGREE

__all__ = ["cover", "guide"]

COVER_WIDTHS = (3, 26, 18, 18, 34)
GUIDE_WIDTHS = (3, 12, 26, 26, 26, 26, 26)


def cover(form: FormBook, sheet: Any) -> None:
    """Write the first sheet, once all others are there to be linked and counted."""
    template, lang, formats = form.template, form.lang, form.formats
    for column, width in enumerate(COVER_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.write_string(1, 1, form.say("cover.heading"), formats["intro"])
    sheet.write_string(2, 1, pick(template.title, lang), formats["title"])
    sheet.set_row(2, 36)
    unit = template.case.get("functional_unit", {})
    about = {
        "what": pick(template.description, lang),
        "function": pick(unit.get("name"), lang) or pretty_unit(str(unit.get("unit", "")), lang),
    }
    row = 4
    for key, words in about.items():
        form.write(sheet, row, 1, form.say(f"cover.{key}"), "label")
        form.span(sheet, row, (2, 4), words, "label")
        sheet.set_row(row, height((words, sum(COVER_WIDTHS[2:]))))
        row += 1
    row = _progress(form, sheet, row + 1)
    sheet.write_string(row + 1, 1, form.say("cover.next"), formats["intro"])
    sheet.write_string(row + 2, 1, "handprint check FILE.xlsx", formats["name"])
    note = form.say(
        "version_note", template=template.id, version=template.version, form=FORM_VERSION
    )
    sheet.write_string(row + 4, 1, note, formats["grey"])
    sheet.set_portrait()
    sheet.activate()


def _progress(form: FormBook, sheet: Any, row: int) -> int:
    """Write the sheets with links and how many of their required entries are filled in."""
    form.span(sheet, row, (1, 4), form.say("cover.progress"), "band")
    sheet.set_row(row, 22)
    row += 1
    for column, key in enumerate(("sheet", "required", "filled"), start=1):
        form.write(sheet, row, column, form.say(f"cover.{key}"), "header")
    form.write(sheet, row, 4, None, "header")
    for page in form.book.worksheets():
        name = page.get_name()
        if page is sheet:
            continue
        row += 1
        sheet.set_row(row, 19)
        sheet.write_url(row, 1, f"internal:'{name}'!A1", form.formats["sheet_link"], name)
        needed = form.needed.get(name, [])
        if not needed:
            form.span(sheet, row, (2, 4), form.say("cover.none"), "example")
            continue
        sheet.write_number(row, 2, len(needed), form.formats["score"])
        groups = (",".join(f"'{name}'!{cell}" for cell in cells) for cells in needed)
        count = "+".join(f"(COUNTA({cells})>0)" for cells in groups)
        sheet.write_formula(row, 3, f"=0+{count}", form.formats["score"], form.filled(name))
        done, open_ = form.say("cover.done"), form.say("cover.open")
        state = done if form.filled(name) == len(needed) else open_
        formula = f'=IF(D{row + 1}>=C{row + 1},"{done}","{open_}")'
        sheet.write_formula(row, 4, formula, form.formats["choice"], state)
        rule = {"type": "formula", "criteria": f"=$D${row + 1}<$C${row + 1}"}
        sheet.conditional_format(row, 3, row, 4, {**rule, "format": form.formats["needed"]})
    return row + 1


def guide(form: FormBook) -> None:
    """Write the sheet that explains the form and the scenario."""
    sheet = form.sheet("guide", wide=False)
    for column, width in enumerate(GUIDE_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 1, form.say("guide.heading"), form.formats["title"])
    sheet.set_row(0, 32)
    row = _texts(form, sheet, 2, "steps", [form.say(f"guide.step.{n}") for n in range(1, 7)])
    row = _colours(form, sheet, row)
    row = _scores(form, sheet, row)
    scenario, lang = form.template, form.lang
    row = _texts(form, sheet, row, "pitfalls", [pick(item, lang) for item in scenario.pitfalls])
    row = _texts(form, sheet, row, "rebound", [pick(scenario.rebound, lang)])
    sources = [
        " — ".join(filter(None, (pick(item.title, lang), item.url, pick(item.note, lang))))
        for item in scenario.sources
    ]
    _texts(form, sheet, row, "sources", sources)


def _band(form: FormBook, sheet: Any, row: int, key: str) -> int:
    form.span(sheet, row, (1, 6), form.say(f"guide.{key}"), "band")
    sheet.set_row(row, 22)
    return row + 1


def _texts(form: FormBook, sheet: Any, row: int, key: str, texts: list[str]) -> int:
    """Write numbered paragraphs under a title; return the row after them."""
    row = _band(form, sheet, row, key)
    for number, words in enumerate(texts, start=1):
        form.write(sheet, row, 1, number if len(texts) > 1 else None, "score")
        form.span(sheet, row, (2, 6), words, "label")
        sheet.set_row(row, height((words, sum(GUIDE_WIDTHS[2:]))))
        row += 1
    return row + 1


def _colours(form: FormBook, sheet: Any, row: int) -> int:
    row = _band(form, sheet, row, "colours")
    samples = {"required": "swatch", "entry": "text", "example": "example", "locked": "idle"}
    for key, style in samples.items():
        form.write(sheet, row, 1, None, style)
        form.span(sheet, row, (2, 6), form.say(f"guide.{key}"), "label")
        sheet.set_row(row, 19)
        row += 1
    return row + 1


def _scores(form: FormBook, sheet: Any, row: int) -> int:
    """Write what the data-quality scores mean."""
    row = _band(form, sheet, row, "pedigree")
    form.write(sheet, row, 1, form.say("guide.score"), "header")
    for column, name in enumerate(PEDIGREE, start=2):
        form.write(sheet, row, column, form.say(f"score.title.{name}"), "header")
    for score in range(1, 6):
        row += 1
        words = [form.say(f"score.{name}.{score}") for name in PEDIGREE]
        form.write(sheet, row, 1, score, "score")
        for column, shown in enumerate(words, start=2):
            form.write(sheet, row, column, shown, "label")
        sheet.set_row(row, height(*((shown, GUIDE_WIDTHS[2]) for shown in words)))
    return row + 2
