"""The input-output model's result as a workbook."""

from collections.abc import Iterator, Mapping
from typing import Any

from handprint.core.i18n import Language, pick, text, texts
from handprint.page.parts import finding_table
from handprint.page.workbook import SheetSpec, write_sheets

__all__ = ["io_workbook"]

Document = Mapping[str, Any]
KINDS = ("formula", "wording")
FACTORS = ("intensity", "structure", "demand")
PARTS = ("direct", "power", "upstream", "total", "final_demand")


def io_workbook(document: Document, lang: Language) -> bytes:
    """Return the workbook, one table per sheet; numbers as they are, without rounding."""
    return write_sheets(text("io.title", lang), lang, _sheets(document, lang))


def _sheets(document: Document, lang: Language) -> Iterator[SheetSpec]:
    label = texts("io", lang)
    for year in document["years"]:
        yield _sectors(year, label, lang)
    if document["change"] is not None:
        for kind in KINDS:
            yield _change(document["change"], kind, label, lang)
    if document["years"][-1]["footprint"] is not None:
        yield _footprint(document, label)
    for year in document["years"]:
        if year["fuels"]:
            yield _fuels(year, label)
        if year["emission_rows"]:
            yield _emission_rows(year, label)
    yield SheetSpec(
        label("sheet.notes"), [label("sheet.notes")], [[note[lang]] for note in document["notes"]]
    )
    if document["findings"]:
        yield SheetSpec(label("sheet.findings"), table=finding_table(document["findings"], lang))


def _sectors(year: Mapping[str, Any], label: Any, lang: Language) -> SheetSpec:
    money = year["money"]
    headings = ["#", label("column.sector"), label("column.output", money=money),
                label("column.demand", money=money), label("column.output_multiplier")]  # fmt: skip
    if year["linkage"] is not None:
        headings += [f"t {year['gas']}", label("column.intensity", money=money),
                     label("column.multiplier", money=money), label("column.formula_per"),
                     label("column.formula"), label("column.wording_per"),
                     label("column.wording")]  # fmt: skip
    rows = [_sector(row, lang, linked=year["linkage"] is not None) for row in year["sectors"]]
    name = label("sheet.sectors", year=year["year"] or "")
    return SheetSpec(name.strip(), headings, rows, "#,##0.######")


def _sector(row: Mapping[str, Any], lang: Language, *, linked: bool) -> list[object]:
    values = [row["code"], pick(row["name"], lang), row["output"], row["final_demand"],
              row["output_multiplier"]]  # fmt: skip
    if not linked:
        return values
    pairs = [row[kind][key] for kind in KINDS for key in ("intensity", "total")]
    return [*values, row["emissions"], row["intensity"], row["multiplier"], *pairs]


def _change(change: Mapping[str, Any], kind: str, label: Any, lang: Language) -> SheetSpec:
    headings = [
        label("column.sector"), str(change["from"] or "t0"), str(change["to"] or "t1"),
        label("column.change"), label("column.growth_per"),
        *(label(f"factor.{name}") for name in FACTORS), label("column.annex"),
    ]  # fmt: skip
    rows = [
        [
            pick(row["name"], lang), row["before"], row["after"], row["growth"],
            row["intensity_growth"], *(row["parts"][name] for name in FACTORS),
            row["published_growth"],
        ]
        for row in change[kind]["sectors"]
    ]  # fmt: skip
    name = label("sheet.change", kind=label(f"kind.short.{kind}"))
    return SheetSpec(name, headings, rows, "#,##0.0000", (label(f"kind.{kind}"),))


def _footprint(document: Document, label: Any) -> SheetSpec:
    found = document["years"][-1]["footprint"]
    gas = document["years"][-1]["gas"]
    rows: list[list[object]] = [[label(f"part.{part}"), found[part]] for part in PARTS]
    if document["vei"] is not None and document["vei"]["value"] is not None:
        rows.append([document["vei"]["definition"], document["vei"]["value"]])
    headings = [label("column.part"), f"t {gas}"]
    return SheetSpec(label("sheet.footprint"), headings, rows, "#,##0.000")


def _fuels(year: Mapping[str, Any], label: Any) -> SheetSpec:
    headings = [label("column.fuel"), label("column.quantity"), "", label("column.factor"), "",
                f"t {year['gas']}"]  # fmt: skip
    rows = [
        [fuel[key] for key in ("name", "quantity", "unit", "factor", "factor_unit", "emissions")]
        for fuel in year["fuels"]
    ]
    name = label("sheet.energy", year=year["year"] or "")
    return SheetSpec(name.strip(), headings, rows, "#,##0.######")


def _emission_rows(year: Mapping[str, Any], label: Any) -> SheetSpec:
    columns = ("extension", "row", "unit", "gas", "amount", "gwp")
    keys = ("extension", "label", "unit", "gas", "amount", "gwp")
    headings = [*(label(f"column.{name}") for name in columns), f"t {year['gas']}"]
    rows = [
        [*(row[key] for key in keys), row["emissions"] if row["counted"] else label("apart")]
        for row in year["emission_rows"]
    ]
    name = label("sheet.rows", year=year["year"] or "")
    return SheetSpec(name.strip(), headings, rows, "#,##0.######")
