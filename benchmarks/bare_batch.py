"""The arithmetic and the input and output of a point-value batch, in numpy and pyarrow alone.

What a script for one known library would do: the formulas of each template as numpy expressions
with all constants worked in, factors as one table per region, NER, EI and VEI; no findings, no
rules, no sums, no manifest, nothing durable.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.make_library import REGIONS, TEMPLATES
from handprint.batch.prototype import Prototype, prototype
from handprint.batch.row_case import GroupKey
from handprint.case.template import template, template_files
from handprint.core.errors import Findings
from handprint.factors.library import shipped_library
from handprint.model.structure import Model, ModelLine
from handprint.units.formula import Constant, Formula, Name, Operation, Power
from handprint.units.unit import parse_unit

__all__ = ["Script", "run", "script"]

SCENARIOS = ("reference", "solution", "ict", "higher_order")
Compute = Callable[[Mapping[str, Any]], tuple[Any, ...]]


@dataclass(frozen=True)
class Script:
    """The kernels of all templates and years, and how to scale each column."""

    kernels: Mapping[tuple[str, int], Compute]
    scales: Mapping[str, tuple[str, float]]
    templates: tuple[str, ...]


def script() -> Script:
    """Return what a programmer would have written for the benchmark's library."""
    ids = tuple(template_files())[:TEMPLATES]
    kernels, scales = {}, {}
    for name in ids:
        for key, spec in template(name).inputs.items():
            scales[f"{key} [{spec.unit}]"] = (key, parse_unit(spec.unit).scale)
        for year in (2022, 2023):
            key = GroupKey(name, str(year), "1", ())
            made = prototype(key, "CN", shipped_library(), Findings())
            assert made is not None
            kernels[name, year] = _kernel(made)
    return Script(kernels, scales, ids)


def _kernel(made: Prototype) -> Compute:
    """Return a function from numbers and region codes to the effects and metrics."""
    model = made.model
    constants: dict[str, Any] = {
        key.replace(".", "_"): float(column.central().mean())
        for key, column in model.columns.items()
    }
    for key in [k for k in model.columns if "." in k and not k.startswith("rebound.")]:
        values = [made.region(r).columns.get(key, model.columns[key]) for r in REGIONS]
        table = np.array([float(v.central().mean()) for v in values])
        constants[key.replace(".", "_")] = table if np.ptp(table) else table[0]
    sums = {
        scenario: " + ".join(_terms(line) for line in model.lines if line.scenario == scenario)
        for scenario in SCENARIOS
    }
    code = compile(
        "("
        + ", ".join(f"({sums[s] or '0.0'}) / 1000" for s in SCENARIOS)
        + f", {_quantity(model)})",
        "<kernel>",
        "eval",
    )
    share = constants.get("rebound_share", 0.0)
    tables = {k: v for k, v in constants.items() if isinstance(v, np.ndarray)}

    def compute(numbers: Mapping[str, Any]) -> tuple[Any, ...]:
        region = numbers["region"]
        local = {k: v[region] for k, v in tables.items()}
        e_ref, e_sol, f, higher, q = eval(code, {}, {**constants, **numbers, **local})  # noqa: S307
        g0 = e_ref - e_sol
        rebound = share * np.maximum(0.0, g0)
        g = g0 - rebound - higher
        ner = g - f
        return e_ref, e_sol, g0, rebound, -higher, g, f, ner, 1000 * ner / q, g / f

    return compute


def _terms(line: ModelLine) -> str:
    activity = f"{_source(line.formula)} * {float(line.weights.sum())!r}"
    if line.lifetime is not None:
        activity = f"{activity} / {_source(line.lifetime)}"
    if line.share is not None:
        activity = f"{activity} * {_source(line.share)}"
    parts = line.factor.components if line.factor is not None else (line.direct,)
    factors = [
        f"{part.column.replace('.', '_') or '1.0'} * {part.gwp or 1.0!r}"
        for part in parts
        if part is not None and part.gas != "CO2_biogenic"
    ]
    return f"({activity}) * ({' + '.join(factors)})" if not line.memo and factors else "0.0"


def _quantity(model: Model) -> str:
    unit = model.functional_unit
    terms = [f"{_source(formula)} * {float(w.sum())!r}" for formula, _, w in unit.terms]
    return f"({' + '.join(terms)}) / {unit.scale!r}"


def _source(formula: Formula) -> str:
    def of(node: Any) -> str:
        if isinstance(node, Constant):
            return repr(float(node.value))
        if isinstance(node, Name):
            return node.name
        if isinstance(node, Power):
            return f"({of(node.base)} ** {node.exponent})"
        assert isinstance(node, Operation)
        return f"({of(node.left)} {node.op} {of(node.right)})"

    return of(formula.root)


def run(library: Path, out: Path, ready: Script) -> int:
    """Score a library block by block and return the number of rows."""
    count = 0
    with pq.ParquetFile(library) as opened:
        for group in range(opened.num_row_groups):
            scored = _block(opened.read_row_group(group), ready)
            pq.write_table(scored, out / f"bare-{group}.parquet", use_dictionary=["template"])
            count += scored.num_rows
    return count


def _block(table: pa.Table, ready: Script) -> pa.Table:
    columns = {
        name: table.column(header).to_numpy() * scale
        for header, (name, scale) in ready.scales.items()
        if header in table.column_names
    }
    which = table.column("template").combine_chunks().dictionary_encode()
    regions = table.column("region").combine_chunks().dictionary_encode()
    order = np.array([REGIONS.index(r) for r in regions.dictionary.to_pylist()])
    region = order[regions.indices.to_numpy()]
    years = table.column("start").to_numpy()
    results = np.empty((10, table.num_rows))
    for code, name in enumerate(which.dictionary.to_pylist()):
        for year in (2022, 2023):
            index = np.flatnonzero((which.indices.to_numpy() == code) & (years == year))
            inputs = template(name).inputs
            mine = {k: v[index] for k, v in columns.items() if k in inputs and inputs[k].required}
            found = ready.kernels[name, year]({**mine, "region": region[index]})
            for target, values in zip(results, found, strict=True):
                target[index] = values
    names = ("E_ref", "E_sol", "G0", "rebound", "H", "G", "F", "NER", "EI", "VEI")
    texts = {name: table.column(name) for name in ("id", "template", "region")}
    return pa.table({**texts, **dict(zip(names, results, strict=True))})
