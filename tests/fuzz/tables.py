"""One table in many containers and ways of scoring: the same numbers, codes and rejects."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import yaml

from handprint.batch.engines import dask_engine, local_engine
from handprint.batch.partition import BatchOptions
from handprint.batch.run import plan_run, run_batch
from handprint.case.template import template_files
from handprint.core.errors import Findings
from handprint.factors.library import shipped_library
from tests.fuzz import bases
from tests.fuzz.commands import Fault
from tests.fuzz.containers import write_grid
from tests.fuzz.mutations import Grid
from tests.fuzz.relations import TOLERANCE

__all__ = ["Scored", "compared", "containers", "engines", "partitions", "scored"]

NUMBERS = ("NER", "E_ref", "E_sol", "G0", "G", "F", "H", "EI", "VEI", "p5", "p50", "p95")
REGIONS = ("CN", "CN-JS", "US", "DE", "")
# A table leaves its template's words to the template in every row; a submission tells it.
TOLD_APART = {"HP-T07"}


@dataclass(frozen=True, slots=True)
class Scored:
    """The scores of a run by case, and its rejected cases with their codes."""

    rows: dict[str, dict[str, str]]
    rejects: dict[str, set[str]]


def scored(
    path: Path,
    out: Path,
    options: BatchOptions | None = None,
    *,
    rows: int | None = None,
    workers: int = 1,
    dask: bool = False,
) -> Scored:
    """Score a library into a folder and read what came out."""
    findings = Findings()
    chosen = options or BatchOptions()
    plan = plan_run(path, shipped_library(), chosen, findings, rows=rows)
    if plan is None:
        return Scored({}, {"": {finding.key for finding in findings}})
    engine = dask_engine(None) if dask else local_engine(plan.rows, chosen, len(plan), workers)
    run_batch(plan, out, engine, form="csv")
    rejects: dict[str, set[str]] = {}
    for row in _lines(out / "rejects.csv"):
        rejects.setdefault(row["id"], set()).add(row["code"])
    return Scored({row["id"]: row for row in _lines(out / "scores.csv")}, rejects)


def _lines(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def compared(one: Scored, other: Scored, *, apart: set[str] = TOLD_APART) -> Iterator[str]:
    """Yield what differs between two runs of the same cases."""
    if one.rows.keys() != other.rows.keys():
        yield f"scored: {sorted(one.rows.keys() ^ other.rows.keys())[:5]}"
    if one.rejects.keys() != other.rejects.keys():
        yield f"rejected: {sorted(one.rejects.keys() ^ other.rejects.keys())[:5]}"
    for case in one.rows.keys() & other.rows.keys():
        left, right = one.rows[case], other.rows[case]
        largest = max(abs(float(left[name])) for name in ("E_ref", "E_sol", "F", "NER"))
        for name in NUMBERS:
            if not _alike(left.get(name, ""), right.get(name, ""), largest):
                yield f"{case} {name}: {left.get(name)} -> {right.get(name)}"
        codes = [set(side["findings"].split()) - apart for side in (left, right)]
        if codes[0] != codes[1]:
            yield f"{case} findings: {sorted(codes[0] ^ codes[1])}"


def _alike(one: str, other: str, largest: float) -> bool:
    if one == other:
        return True
    if not one or not other:
        return False
    size = max(largest, abs(float(one)))
    return abs(float(one) - float(other)) <= TOLERANCE * size


def random_rows(rng: Random, count: int) -> Grid:
    """Return a table of scenarios in several regions, two in a hundred without an input."""
    grid = bases.rows_of_cases(rng.choices(list(template_files()), k=count), rng)
    for row in grid[1:]:
        row[2] = rng.choice(REGIONS)
        row[4] = rng.choice(("1", "2", "0.5"))
        if rng.random() < 0.02:
            row[7:] = [""] * len(row[7:])
    return grid


def submissions(grid: Grid, folder: Path) -> Path:
    """Write the rows of a table as a folder of YAML cases."""
    folder.mkdir()
    heads = grid[0]
    for row in grid[1:]:
        cells = dict(zip(heads, row, strict=True))
        tree: dict[str, Any] = {"handprint": 1, "id": cells["id"], "template": cells["template"],
                                "title": cells["title"]}  # fmt: skip
        if cells["region"]:
            tree["region"] = cells["region"]
        tree["period"] = {"start": int(cells["start"]), "years": float(cells["years"])}
        tree["inputs"] = {
            head.partition(" [")[0]: {"value": cells[head], "unit": head.partition(" [")[2][:-1]}
            for head in heads[7:]
            if cells[head] != ""
        }
        text = yaml.safe_dump(tree, allow_unicode=True, sort_keys=False)
        (folder / f"{cells['id']}.yaml").write_text(text, "utf-8")
    return folder


def _told(kind: str, differences: Iterator[str]) -> list[Fault]:
    found = list(differences)
    return [Fault("silent difference", f"{kind}: {'; '.join(found[:5])}")] if found else []


def containers(rng: Random, folder: Path) -> list[Fault]:
    """CSV, TSV, XLSX, Parquet and a folder of YAML cases give the same."""
    grid = random_rows(rng, rng.choice((1, 3, 8)))
    plain = scored(write_grid(folder, "plain", grid, "csv"), folder / "out")
    kind = rng.choice(("tsv", "xlsx", "parquet", "yaml"))
    path = (
        submissions(grid, folder / "cases")
        if kind == "yaml"
        else write_grid(folder, "again", grid, kind)
    )
    return _told(kind, compared(plain, scored(path, folder / "again-out")))


def partitions(rng: Random, folder: Path) -> list[Fault]:
    """The size of partitions and the order of rows change nothing, with and without draws."""
    grid = random_rows(rng, rng.choice((10, 30)))
    options = BatchOptions(draws=rng.choice((0, 0, 40)), seed=rng.randrange(1000))
    path = write_grid(folder, "plain", grid, "parquet" if rng.random() < 0.5 else "csv")
    one = scored(path, folder / "out", options)
    rows = grid[1:]
    rng.shuffle(rows)
    again = write_grid(folder, "again", [grid[0], *rows], "csv")
    other = scored(again, folder / "again-out", options, rows=rng.choice((1, 4, 7)))
    return _told("partitions", compared(one, other, apart=set()))


def engines(rng: Random, folder: Path) -> list[Fault]:
    """One process, two, and a Dask cluster give the same."""
    path = write_grid(folder, "plain", random_rows(rng, 20), "csv")
    options = BatchOptions(draws=20)
    one = scored(path, folder / "out", options, rows=5)
    two = scored(path, folder / "two", options, rows=5, workers=2)
    cluster = scored(path, folder / "cluster", options, rows=5, dask=True)
    return _told("workers", compared(one, two, apart=set())) + _told(
        "dask", compared(one, cluster, apart=set())
    )
