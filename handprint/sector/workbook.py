"""The sector model's result as a workbook; its sheet "levers" can be edited and read again."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from handprint.core.i18n import Language, pick, text, texts
from handprint.page.model_words import sector_name
from handprint.page.parts import finding_table
from handprint.page.workbook import SheetSpec, write_sheets
from handprint.sector.lever import LeverTable
from handprint.units.amounts import plain_number

__all__ = ["sector_workbook"]

Document = Mapping[str, Any]
LEVERS = "levers"  # the name that the reader of lever tables finds
ENDS = ("low", "high")


def sector_workbook(document: Document, table: LeverTable, lang: Language) -> bytes:
    """Return the workbook: result sheets, and the lever table as it was read."""
    return write_sheets(pick(document["title"], lang), lang, _sheets(document, table, lang))


def _sheets(document: Document, table: LeverTable, lang: Language) -> Iterator[SheetSpec]:
    label = partial(texts("sector", lang), year=document["year"])
    name = partial(sector_name, lang=lang)
    results = dict(document["sectors"])
    if document["society"] is not None:
        results["society"] = document["society"]
    yield SheetSpec(
        label("sheet.results"),
        [label("column.sector"), *_pairs(label, "low_high"), *_pairs(label, "combined"),
         *_pairs(label, "published"), "P5", "P50", "P95", label("column.status"),
         label("column.emissions"), label("column.tonnes_low"), label("column.tonnes_high")],
        [_result(name(key), result, lang) for key, result in results.items()],
        number_format="#,##0.0",
        above=(pick(document["title"], lang), label("unit")),
    )  # fmt: skip
    yield SheetSpec(
        label("sheet.links"),
        [label("column.name"), label("column.link"), label("column.pool"),
         *_pairs(label, "share"), *_pairs(label, "saving"), *_pairs(label, "adoption"),
         *_pairs(label, "contribution"), label("column.calibrated"), label("column.source"),
         label("column.checked"), label("column.note")],
        [_link(name(key), link, lang) for key, result in document["sectors"].items()
         for link in result["links"]],
        above=(label("text.links"),),
    )  # fmt: skip
    yield SheetSpec(
        label("sheet.path"),
        [label("column.year"), *(f"{name(key)} {end}" for key in results for end in ENDS)],
        [[str(entry["year"]), *(entry[key][end] for key in results for end in ENDS)]
         for entry in document["path"]],
        above=(label("note.curve"),),
    )  # fmt: skip
    yield _tornado(document, label, name, lang)
    if document["cases"] is not None:
        yield _cases(document, label, name)
    yield SheetSpec(
        label("sheet.notes"), [label("sheet.notes")], [[note[lang]] for note in document["notes"]]
    )
    if document["findings"]:
        yield SheetSpec(label("sheet.findings"), table=finding_table(document["findings"], lang))
    yield SheetSpec(
        LEVERS,
        list(table.sheet.rows[table.sheet.header]),
        [[_typed(cell) for cell in row] for row in table.sheet.rows[table.sheet.header + 1 :]],
        number_format="General",
    )


def _pairs(label: Any, column: str) -> list[str]:
    return [f"{label(f'column.{column}')}, {label(end)}" for end in ENDS]


def _ends(value: Mapping[str, Any] | None) -> list[object]:
    return [None, None] if value is None else [value["low"], value["high"]]


def _result(name: str, result: Mapping[str, Any], lang: Language) -> list[object]:
    interval = result["interval"] or {}
    tonnes = result["tonnes"] or {}
    return [
        name,
        *_ends(result),
        result["combined_low"],
        result["combined_high"],
        *_ends(result["published"]),
        *(interval.get(key) for key in ("p5", "p50", "p95")),
        text(f"sector.status.{result['status']}", lang),
        *(tonnes.get(key) for key in ("emissions", "low", "high")),
    ]


def _link(sector: str, link: Mapping[str, Any], lang: Language) -> list[object]:
    adoption = link["adoption"].get(str(link["year"])) or list(link["adoption"].values())[-1]
    return [
        sector,
        pick(link["name"], lang),
        link["pool"],
        *_ends(link["share"]),
        *_ends(link["saving"]),
        *_ends(adoption),
        *_ends(link["contribution"]),
        " ".join(link["calibrated"]),
        link["source"],
        link["status"],
        link["note"],
    ]


def _tornado(document: Document, label: Any, name: Any, lang: Language) -> SheetSpec:
    rows = [
        [
            name(swing["sector"]),
            pick(swing["name"], lang) if swing["name"] else label("status.derived"),
            *_ends(swing["of_sector"]),
            *_ends(swing["of_society"]),
        ]
        for swing in document["tornado"]
    ]
    headings = [label("column.name"), label("column.link"), *_pairs(label, "of_sector"),
                *_pairs(label, "of_society")]  # fmt: skip
    caption = label("figure.tornado.caption")
    return SheetSpec(label("sheet.tornado"), headings, rows, "0.00", (caption,))


def _cases(document: Document, label: Any, name: Any) -> SheetSpec:
    columns = ("case_count", "adverse", "ner", "ner_plain", "ner_realised")
    rows: list[Sequence[object]] = []
    for sector, found in document["cases"]["sectors"].items():
        rows.append([
            name(sector), found["cases"], found["adverse"], found["NER"],
            found["NER_without_overlap_treatment"], found["NER_realised"],
            *_ends(found["potential"]), *_ends(found["of_potential"]),
            ", ".join(found["links_without_cases"]),
        ])  # fmt: skip
    headings = [
        label("column.name"),
        *(label(f"column.{column}") for column in columns),
        label("column.tonnes_low"),
        label("column.tonnes_high"),
        *(f"{label('column.of_potential')} %, {label(end)}" for end in ENDS),
        label("column.links_without"),
    ]
    return SheetSpec(label("sheet.cases"), headings, rows, "#,##0.0")


def _typed(cell: str) -> object:
    number = plain_number(cell)
    return cell if number is None else number
