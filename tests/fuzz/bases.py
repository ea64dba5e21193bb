"""Sound files of every kind that a command reads, to be changed by the mutations."""

import csv
import json
from functools import cache
from io import BytesIO, StringIO
from pathlib import Path
from random import Random
from typing import Any

import yaml
from openpyxl import Workbook

from handprint.assess.assess import Options, assess
from handprint.assess.document import document, rendered_findings
from handprint.case.template import Template, template, template_files
from handprint.core import resources
from handprint.core.errors import Findings
from handprint.core.files import to_json
from handprint.factors.library import shipped_library
from handprint.forms.intake import load_case_bytes
from handprint.forms.writer import form_content, write_form
from handprint.report.report import render_pdf
from tests.fuzz.containers import as_xlsx
from tests.fuzz.mutations import Grid

__all__ = ["CRITERIA", "SOURCE", "case_texts", "criteria", "document_tree", "factor_book",
           "filled_form", "grid_of",
           "report", "rows_of_cases", "template_tree"]  # fmt: skip

TESTS = Path(__file__).parents[1]
CRITERIA = (
    "criteria:\n  - {id: quality, weight: 3, measures: [{measure: quality_score}]}\n"
    "  - {id: scale, weight: 1, measures: [{measure: column, column: scalability, "
    "low: 1, high: 5}]}\ntie_break: quality\n"
)
EXPERTS: Grid = [
    ["case", "expert", "conflict", "scale", "note"],
    ["a", "x", "no", 3, ""], ["a", "y", "", 4, ""], ["b", "x", "yes", 2, "own case"],
]  # fmt: skip
LINKS: Grid = [["case", "link", "activity"], ["a", "space_heating", 100], ["b", "cooling", 5]]
EMISSIONS: Grid = [["sector", "emissions", "unit"], ["industry", 4000, "Mt CO2e"],
                   ["buildings", 2000, "Mt CO2e"]]  # fmt: skip
FACTORS: Grid = [
    ["id", "value", "unit", "region", "year", "scope", "name_en", "reference", "gwp"],
    ["electricity.grid", 0.55, "kg CO2/kWh", "CN", 2022, "generation", "Own grid", "meter", ""],
    ["property.own_loss", "5.2", "%", "CN", "2023", "property", "Loss", "meter", ""],
    ["material.own", 1.9, "t CO2e/t", "GLO", 2021, "cradle_to_gate", "Stuff", "declaration", "AR6"],
]

SOURCE = {
    "title": "Own", "publisher": "Firm", "licence": "own", "url": "https://example.org",
    "retrieved": "2026-11", "gwp": "", "notes": "made up",
}  # fmt: skip


def factor_book(grid: Grid) -> bytes:
    """Return an own factor library as a workbook."""

    def rename(book: Workbook) -> None:
        book["Sheet1"].title = "factors"

    return as_xlsx(grid, rename, source=[[key, value] for key, value in SOURCE.items()])


@cache
def case_texts() -> tuple[str, ...]:
    """Return the shipped examples, cases of the contract, and an example of every scenario."""
    folders = (resources.folder("case_templates") / "examples", TESTS / "contract")
    files = [p for folder in folders for p in sorted(folder.glob("*.yaml"))]
    texts = [path.read_text("utf-8") for path in files]
    made = [yaml.safe_dump(template_tree(name), allow_unicode=True) for name in template_files()]
    return (*texts, *made)


def _central(spec: Any) -> float:
    """Return the middle of an input's typical value."""
    typical = spec.typical
    for value in (typical.mode, typical.value):
        if value is not None:
            return float(value)
    return float((typical.low + typical.high) / 2)


def template_tree(name: str, rng: Random | None = None) -> dict[str, Any]:
    """Return a case of a scenario with typical inputs, varied by ``rng``."""
    scenario = template(name)
    inputs: dict[str, Any] = {}
    for key, spec in scenario.inputs.items():
        if spec.required or (rng is not None and rng.random() < 0.3):
            inputs[key] = {"value": _varied(_central(spec), rng), "unit": spec.unit}
    tree: dict[str, Any] = {"handprint": 1, "template": name, "id": f"case-{name}"}
    return {**tree, "title": "A case of a scenario", "inputs": inputs}


def _varied(value: float, rng: Random | None) -> float:
    return value if rng is None else float(f"{value * rng.uniform(0.8, 1.2):.4g}")


def rows_of_cases(names: list[str], rng: Random | None = None) -> Grid:
    """Return a table with one row per scenario named, all inputs in their own columns."""
    trees = [template_tree(name, rng) for name in names]
    heads = list(dict.fromkeys(
        f"{key} [{entry['unit']}]" for tree in trees for key, entry in tree["inputs"].items()
    ))  # fmt: skip
    first = ["id", "template", "region", "start", "years", "title", "applicant"]
    grid: Grid = [[*first, *heads]]
    for number, (name, tree) in enumerate(zip(names, trees, strict=True)):
        given = {f"{key} [{e['unit']}]": e["value"] for key, e in tree["inputs"].items()}
        cells = [given.get(head, "") for head in heads]
        grid.append([f"row-{number}", name, "CN", "2023", "1", "A title", "Firm", *cells])
    return grid


@cache
def filled_form(name: str, lang: Any = "en") -> bytes:
    """Return the form of a scenario filled with its example."""
    scenario: Template = template(name)
    stream = BytesIO()
    write_form(scenario, lang, form_content(scenario, template_tree(name)), stream)
    return stream.getvalue()


@cache
def report(kind: str) -> bytes:
    """Return the result of an example as PDF or JSON, with a few draws."""
    path = resources.folder("case_templates") / "examples" / "potline.yaml"
    findings = Findings()
    loaded = load_case_bytes(path.name, path.read_bytes(), findings)
    assert loaded is not None
    result = assess(*loaded, shipped_library(), Options(200, 1), findings)
    assert result is not None
    made = document(result, "en")
    if kind == "json":
        return to_json(made)
    return render_pdf(made, "en", findings=rendered_findings(result, "en"))


def _score_grid() -> Grid:
    """Return two scored cases as `batch` writes them."""
    head = ["id", "title", "template", "category", "sector", "region", "year", "applicant", "NER",
            "E_ref", "E_sol", "G0", "F", "EI", "EI_unit", "VEI", "quality_score", "verdict",
            "findings", "blocking", "scalability"]  # fmt: skip
    row = ["potline-control", "production", "industry", "CN", 2023, "Firm", 100.0, 1000.0, 890.0,
           110.0, 10.0, 1.0, "kg CO2e/t", 11.0, 2.0, "robust", "", "", 3]  # fmt: skip
    second = [*row[:6], 200.0, 2000.0, 1780.0, 220.0, 20.0, *row[11:]]
    return [head, ["a", "First", *row], ["b", "Second", *second]]


@cache
def _cells(path: Path) -> tuple[tuple[str, ...], ...]:
    return tuple(map(tuple, csv.reader(StringIO(path.read_text("utf-8-sig")))))


def grid_of(name: str) -> Grid:
    """Return a table by what it is: levers, io, energy, deflator, groups, links, ..."""
    data = TESTS / "data" / "io"
    files = {
        "levers": resources.folder("factors") / "levers" / "levers.csv",
        "io": data / "two_sectors.csv",
        "energy": data / "two_sectors_energy.csv",
    }
    made: dict[str, Grid] = {
        "experts": EXPERTS,
        "links": LINKS,
        "emissions": EMISSIONS,
        "factors": FACTORS,
        "deflator": [["sector", "2012", "2017"], ["all", 100, 108], ["ict", 100, 96]],
        "groups": [["sector", "group", "group_en"], ["agriculture", "farm", "Farms"],
                   ["ict", "ict", "ICT"]],
        "scores": _score_grid(),
    }  # fmt: skip
    source = _cells(files[name]) if name in files else made[name]
    return [[_number(cell) for cell in row] for row in source]


def _number(cell: Any) -> Any:
    try:
        return float(cell) if isinstance(cell, str) and cell else cell
    except ValueError:
        return cell


def criteria() -> tuple[Any, Any]:
    """Return two sets of criteria: a small one, and the one that is shipped."""
    shipped = (resources.folder("reports") / "criteria.yaml").read_text("utf-8")
    return yaml.safe_load(CRITERIA), yaml.safe_load(shipped)


def document_tree() -> dict[str, Any]:
    """Return a result document."""
    made: dict[str, Any] = json.loads(report("json"))
    return made
