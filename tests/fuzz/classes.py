"""The classes of inputs: each makes one changed input from a seed and runs the commands on it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import yaml
from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell

from handprint.case.template import template_files
from tests.fuzz import bases
from tests.fuzz.commands import Fault, faults, run_command
from tests.fuzz.containers import damaged_workbook, storable, write_grid
from tests.fuzz.mutations import (
    Grid,
    changed_bytes,
    changed_grid,
    changed_text,
    changed_tree,
)

__all__ = ["CLASSES", "Trial"]

Trial = Callable[[Random, Path], list[Fault]]
KINDS = ("csv", "csv", "tsv", "xlsx", "xlsx", "parquet")


@dataclass(frozen=True, slots=True)
class _Changes:
    """Whether, and by what, the inputs of one trial are changed."""

    rng: Random

    def text(self, text: str) -> bytes:
        """Change a YAML or JSON text in one of four ways."""
        kind = self.rng.random()
        if kind < 0.2:
            return changed_text(text, self.rng).encode("utf-8", "surrogatepass")
        if kind < 0.26:
            return changed_bytes(text.encode(), self.rng)
        tree = changed_tree(yaml.safe_load(text), self.rng, values=kind > 0.54)
        return _dumped(tree)

    def table(self, folder: Path, stem: str, grid: Grid, *kinds: str) -> Path:
        """Write a changed table in a container of some kind."""
        kind = self.rng.choice(kinds or KINDS)
        return write_grid(folder, stem, changed_grid(grid, self.rng), kind, self.rng)


def _dumped(tree: Any) -> bytes:
    try:
        return yaml.safe_dump(tree, allow_unicode=True, sort_keys=False).encode()
    except (yaml.YAMLError, UnicodeEncodeError):
        return json.dumps(tree).encode()


def cases(rng: Random, folder: Path) -> list[Fault]:
    """A case as YAML: checked, one in five assessed with draws, too."""
    path = folder / "case.yaml"
    path.write_bytes(_Changes(rng).text(rng.choice(bases.case_texts())))
    found = faults(run_command("check", path))
    if rng.random() < 0.2:
        out = folder / "out"
        draws = rng.choice((0, 100))
        command = ("assess", path, "-o", out, "--format", "json", "--draws", draws)
        found += faults(run_command(*command), out)
    return found


def forms(rng: Random, folder: Path) -> list[Fault]:
    """A filled form with changed cells or damaged parts."""
    content = bases.filled_form(rng.choice(list(template_files())), rng.choice(("en", "zh")))
    if rng.random() < 0.5:
        book = load_workbook(BytesIO(content))
        for sheet in book.worksheets:
            grid = [[cell.value for cell in row] for row in sheet.iter_rows()]
            made = changed_grid(grid, rng) if rng.random() < 0.7 else grid
            _write_cells(sheet, made)
        stream = BytesIO()
        book.save(stream)
        content = stream.getvalue()
    if rng.random() < 0.5:
        content = damaged_workbook(content, rng)
    path = folder / "form.xlsx"
    path.write_bytes(content)
    return faults(run_command("check", path))


def _write_cells(sheet: Any, grid: Grid) -> None:
    """Lay changed cells over a sheet."""
    for i, row in enumerate(grid, 1):
        for j, value in enumerate(row, 1):
            cell = sheet.cell(i, j)
            if cell.value != value and not isinstance(cell, MergedCell):
                cell.value = storable(value)


def tables(rng: Random, folder: Path) -> list[Fault]:
    """A table of cases in any container, scored."""
    names = rng.sample(list(template_files()), rng.choice((1, 2, 4)))
    grid = bases.rows_of_cases(names * rng.choice((1, 2)), rng)
    path, out = _Changes(rng).table(folder, "cases", grid), folder / "out"
    more = ("--draws", 50) if rng.random() < 0.1 else ()
    form = rng.choice(("parquet", "csv", "xlsx"))
    return faults(run_command("batch", path, "-o", out, "--format", form, *more), out)


def scores(rng: Random, folder: Path) -> list[Fault]:
    """A table of scores, selected from or summed by sector."""
    path, out = _Changes(rng).table(folder, "scores", bases.grid_of("scores")), folder / "out"
    if rng.random() < 0.4:
        command = ("sector", "--cases", path, "-o", out, "--format", "json", "--draws", 50)
        return faults(run_command(*command), out)
    criteria_file = folder / "criteria.yaml"
    criteria_file.write_text(bases.CRITERIA, "utf-8")
    command = ("select", path, "-o", out, "--criteria", criteria_file, "--draws", 50)
    return faults(run_command(*command, *rng.choice(((), ("--include-ineligible",)))), out)


def results(rng: Random, folder: Path) -> list[Fault]:
    """A report or result, verified and compared."""
    if rng.random() < 0.5:
        path = folder / "result.json"
        changed = changed_tree(bases.document_tree(), rng)
        path.write_text(json.dumps(changed, ensure_ascii=rng.random() < 0.5), "utf-8",
                        errors="replace")  # fmt: skip
    else:
        path = folder / "result.pdf"
        path.write_bytes(_changed_pdf(bases.report("pdf"), rng))
    other = folder / "other.json"
    other.write_bytes(bases.report("json"))
    found = faults(run_command("diff", path, other))
    return found + (faults(run_command("verify", path)) if rng.random() < 0.5 else [])


def _changed_pdf(content: bytes, rng: Random) -> bytes:
    kind = rng.randrange(3)
    if kind == 0:
        return changed_bytes(content, rng)
    words = (
        b"/FlateDecode",
        b"endstream",
        b"/Length",
        b"obj",
        b"/Names",
        b"/EF",
        b"xref",
        b"/Kids",
    )
    word = rng.choice(words)
    places = [i for i in range(len(content)) if content.startswith(word, i)]
    made = bytearray(content)
    for at in rng.sample(places, min(len(places), rng.choice((1, 3)))):
        made[at + len(word) - 1] = rng.choice(b"x0 /9")
    return bytes(made)


def levers(rng: Random, folder: Path) -> list[Fault]:
    """A lever table, or the links and emissions that stand beside one."""
    out, changes = folder / "out", _Changes(rng)
    more: tuple[object, ...] = ()
    kind = rng.random()
    if kind < 0.6:
        more = ("--levers", changes.table(folder, "levers", bases.grid_of("levers"), *KINDS[:5]))
    elif kind < 0.8:
        grid = bases.grid_of("emissions")
        more = ("--emissions", changes.table(folder, "emissions", grid, *KINDS[:5]))
    else:
        cases_file = write_grid(folder, "scores", bases.grid_of("scores"), "csv")
        links = changes.table(folder, "links", bases.grid_of("links"), *KINDS[:5])
        more = ("--cases", cases_file, "--links", links)
    command = ("sector", "-o", out, "--format", "json", "--draws", 50)
    return faults(run_command(*command, *more), out)


def flows(rng: Random, folder: Path) -> list[Fault]:
    """An input-output table and what stands beside it, one of them changed."""
    out, changes = folder / "out", _Changes(rng)
    chosen = rng.choice(("io", "io", "energy", "groups", "deflator"))
    paths = {
        name: changes.table(folder, name, bases.grid_of(name), *KINDS[:5])
        if name == chosen
        else write_grid(folder, name, bases.grid_of(name), "csv")
        for name in ("io", "energy", "groups", "deflator")
    }
    more: tuple[object, ...] = ("--energy", paths["energy"])
    if chosen == "groups":
        more += ("--concordance", paths["groups"])
    command: tuple[object, ...] = ("io", paths["io"])
    if chosen == "deflator":
        again = write_grid(folder, "later", bases.grid_of("io"), "csv")
        command = ("io", paths["io"], again)
        more += ("--energy", paths["energy"], "--deflator", paths["deflator"],
                 "--year", 2012, "--year", 2017)  # fmt: skip
    if rng.random() < 0.3:
        enabled = rng.choice(("120 Mt CO2e", "1e308 Mt CO2e", "-1 t CO2e", "1e400 t", "x", "5 kWh"))
        more += ("--enabled", enabled)
    tail = ("--ict", "ict", "-o", out, "--format", "json")
    return faults(run_command(*command, *more, *tail), out)


def factors(rng: Random, folder: Path) -> list[Fault]:
    """An own factor library as a folder or workbook: checked, and used for a case."""
    own, changes = folder / "own", _Changes(rng)
    own.mkdir()
    if rng.random() < 0.3:
        content = bases.factor_book(changed_grid(bases.grid_of("factors"), rng))
        target = own / "factors.xlsx"
        damage = rng.random() < 0.2
        target.write_bytes(damaged_workbook(content, rng) if damage else content)
    else:
        text = yaml.safe_dump(bases.SOURCE)
        content = changes.text(text) if rng.random() < 0.4 else text.encode()
        (own / "source.yaml").write_bytes(content)
        path = changes.table(own, "factors", bases.grid_of("factors"), "csv")
        target = rng.choice((own, path))
    found = faults(run_command("factors", "check", target))
    if rng.random() < 0.2:
        case = folder / "case.yaml"
        case.write_text(bases.case_texts()[0], "utf-8")
        found += faults(run_command("check", case, "--factors", target))
    return found


def criteria(rng: Random, folder: Path) -> list[Fault]:
    """A criteria file."""
    path, out = folder / "criteria.yaml", folder / "out"
    tree = rng.choice(bases.criteria())
    path.write_bytes(_Changes(rng).text(yaml.safe_dump(tree, allow_unicode=True)))
    scored = write_grid(folder, "scores", bases.grid_of("scores"), "csv")
    command = ("select", scored, "-o", out, "--criteria", path, "--draws", 50)
    return faults(run_command(*command, "--include-ineligible"), out)


def experts(rng: Random, folder: Path) -> list[Fault]:
    """A table of experts' scores."""
    out, path = folder / "out", folder / "criteria.yaml"
    path.write_text(bases.CRITERIA, "utf-8")
    scored = write_grid(folder, "scores", bases.grid_of("scores"), "csv")
    opinions = _Changes(rng).table(folder, "experts", bases.grid_of("experts"), *KINDS[:5])
    command = ("select", scored, "-o", out, "--criteria", path, "--experts", opinions)
    return faults(run_command(*command, "--draws", 50, "--include-ineligible"), out)


# Class -> how often it is tried among a thousand inputs, and the trial.
CLASSES: dict[str, tuple[int, Trial]] = {
    "cases": (350, cases),
    "forms": (60, forms),
    "tables": (180, tables),
    "scores": (80, scores),
    "results": (30, results),
    "levers": (60, levers),
    "io": (70, flows),
    "factors": (70, factors),
    "criteria": (50, criteria),
    "experts": (50, experts),
}
