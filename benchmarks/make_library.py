"""Libraries to try a batch with: tables of any size, and a folder of varied submissions.

`python -m benchmarks.make_library FILE.parquet --rows 1000000` or
`python -m benchmarks.make_library FOLDER --submissions 300`. The same seed gives the same library.
"""

import json
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import click
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from handprint.case.template import Template, TemplateInput, template, template_files

__all__ = ["REGIONS", "central", "submissions", "table", "write_submissions", "write_table"]

REGIONS = ("CN", "CN-BJ", "CN-GD", "CN-JS", "CN-ZJ", "CN-SD", "CN-HB", "CN-SC", "CN-YN", "CN-CQ")
BLOCK = 250_000  # rows made, and written as a row group, at a time
TEMPLATES = 12
SPREAD = 0.2
BROKEN = 0.05


def central(spec: TemplateInput) -> float:
    """Return the typical central value of an input."""
    typical = spec.typical
    for value in (typical.mode, typical.value):
        if value is not None:
            return float(value)
    assert typical.low is not None
    assert typical.high is not None
    return (typical.low + typical.high) / 2


def table(rows: int, *, seed: int = 1, first: int = 0, templates: Sequence[str] = ()) -> pa.Table:
    """Return rows with point values within 20 % of the typical ones."""
    rng = np.random.default_rng([seed, first])
    ids = list(templates) or list(template_files())[:TEMPLATES]
    which = rng.integers(0, len(ids), rows)
    columns: dict[str, Any] = {
        "id": pa.array([f"case-{first + i}" for i in range(rows)]),
        "template": pa.array(np.array(ids)[which]),
        "region": pa.array(np.array(REGIONS)[rng.integers(0, len(REGIONS), rows)]),
        "start": pa.array(np.where(rng.random(rows) < 0.5, 2022, 2023)),
        "years": pa.array(np.ones(rows)),
    }
    numbers: dict[str, np.ndarray] = {}
    for number, name in enumerate(ids):
        mine = which == number
        for key, spec in template(name).inputs.items():
            if spec.required:
                values = central(spec) * rng.uniform(1 - SPREAD, 1 + SPREAD, int(mine.sum()))
                column = numbers.setdefault(f"{key} [{spec.unit}]", np.full(rows, np.nan))
                column[mine] = values
    return pa.table({**columns, **{k: pa.array(v) for k, v in numbers.items()}})


def write_table(path: Path, rows: int, *, seed: int = 1) -> None:
    """Write a Parquet file, block by block."""
    writer: pq.ParquetWriter | None = None
    for first in range(0, rows, BLOCK):
        block = table(min(BLOCK, rows - first), seed=seed, first=first)
        writer = writer or pq.ParquetWriter(path, block.schema)
        writer.write_table(block, row_group_size=BLOCK)
    assert writer is not None
    writer.close()


def submissions(count: int, *, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Yield complete cases of all templates, varied in numbers, regions, quality and claims."""
    rng = np.random.default_rng(seed)
    ids = list(template_files())
    for number in range(count):
        yield _submission(number, template(ids[number % len(ids)]), rng)


def _submission(number: int, scenario: Template, rng: np.random.Generator) -> dict[str, Any]:
    """Vary the example of a scenario; one in six leaves out a statement and so is blocked."""
    path = template_files()[scenario.id]
    example = path.with_name(f"{scenario.id}.example.yaml").read_text("utf-8")
    tree: dict[str, Any] = yaml.safe_load(example)
    applicant = f"Applicant {int(rng.integers(1, 60)):02d}"
    tree |= {
        "id": f"{scenario.id}-{number:03d}",
        "title": {
            "zh": f"{scenario.title['zh']}（申报 {number}）",
            "en": f"{scenario.title['en']} (submission {number})",
        },
        "inputs": {key: _varied(entry, rng) for key, entry in tree["inputs"].items()},
    }
    tree.setdefault("submitter", {}).update(name=applicant, affiliation=applicant)
    if rng.random() < 0.4 and "sites" not in tree:
        tree["region"] = str(rng.choice(REGIONS))
    if rng.random() < 1 / 6:
        tree.pop(str(rng.choice(["eligibility", "consequences", "disclosure"])), None)
    return tree


def _varied(entry: Any, rng: np.random.Generator) -> Any:
    """Scale the numbers of an input by one factor; shares and by-year values stay as they are."""
    if not isinstance(entry, dict) or entry.get("unit") in (1, "1", "%") or "by_year" in entry:
        return entry
    factor = rng.uniform(0.8, 1.2)
    scaled = {
        key: float(f"{value * factor:.4g}")
        for key, value in entry.items()
        if key in ("value", "low", "mode", "high", "sd") and isinstance(value, int | float)
    }
    varied = {**entry, **scaled}
    if "pedigree" in entry:
        varied["pedigree"] = [int(score) for score in rng.integers(1, 5, 5)]
    return varied


def write_submissions(folder: Path, count: int, *, seed: int = 1) -> list[str]:
    """Write submissions as YAML, JSON and filled forms; return the names of the broken ones."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng([seed, 1])
    broken = set(rng.choice(count, round(BROKEN * count), replace=False).tolist())
    names = []
    for number, tree in enumerate(submissions(count, seed=seed)):
        suffix = (".yaml", ".json", ".xlsx")[number % 3]
        path = folder / f"{number:03d}-{tree['template']}{suffix}"
        fault = None
        if number in broken:
            fault = FAULTS[len(names) % len(FAULTS)]
            names.append(path.name)
        _write(path, tree, fault)
    return names


FAULTS = ("unit", "missing", "region", "cut", "text")


def _write(path: Path, tree: dict[str, Any], fault: str | None) -> None:
    name = next(iter(tree["inputs"]))
    if fault == "unit":
        tree["inputs"][name]["unit"] = "parsec"
    elif fault == "missing":
        del tree["inputs"][name]
    elif fault == "region":
        tree["region"] = "CN-QQ"
    elif fault == "text":
        tree["inputs"][name]["value"] = "about 100"
    content = _bytes(path, tree)
    path.write_bytes(content[: len(content) // 2] if fault == "cut" else content)


def _bytes(path: Path, tree: dict[str, Any]) -> bytes:
    if path.suffix == ".json":
        return json.dumps(tree, ensure_ascii=False, indent=1).encode()
    if path.suffix == ".yaml":
        return yaml.safe_dump(tree, allow_unicode=True, sort_keys=False).encode()
    from handprint.forms.writer import form_content, write_form

    scenario, stream = template(tree["template"]), BytesIO()
    write_form(scenario, "zh", form_content(scenario, tree), stream)
    return stream.getvalue()


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--rows", type=int, help="Rows of a table.")
@click.option("--submissions", "count", type=int, help="Number of submissions.")
@click.option("--seed", type=int, default=1)
def _main(target: Path, rows: int | None, count: int | None, seed: int) -> None:
    if rows:
        write_table(target, rows, seed=seed)
    if count:
        for name in write_submissions(target, count, seed=seed):
            print("broken:", name)


if __name__ == "__main__":
    _main()
