"""Score the rows of one group as arrays: the evaluator of single cases over (row, year, draw)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from handprint.analysis.batch.prototype import Prototype
from handprint.analysis.rules import broken
from handprint.core import distributions
from handprint.core.sampling import column_key, uniforms_of
from handprint.model.columns import Column
from handprint.model.effects import Effects, effects
from handprint.model.evaluate import Entry, evaluate, ratio_total, totals
from handprint.model.metrics import DEFAULTS, DEFINITIONS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Mask = NDArray[np.bool_]

__all__ = ["Rows", "Scores", "score"]

TILE = 40_000  # numbers per column evaluated together: larger tiles leave the cache
KIND_OF = (  # parameters that a row gives -> its distribution
    (("low", "mode", "high"), "triangular"),
    (("low", "high", "value"), "triangular"),
    (("low", "high"), "uniform"),
    (("value", "sd"), "normal"),
    (("value", "gsd"), "lognormal"),
)


@dataclass(frozen=True, slots=True)
class Rows:
    """The numbers of a group's rows.

    Parameters
    ----------
    ids : array of str, shape (row,)
    regions : array of int, shape (row,)
        Index into ``region_codes``.
    numbers : mapping of (input, parameter) to array, shape (row,)
        In canonical units; NaN where a row gives none.
    """

    ids: "NDArray[Any]"
    regions: "NDArray[np.int64]"
    region_codes: Sequence[str]
    numbers: "Mapping[tuple[str, str], Array]"

    def __len__(self) -> int:
        return len(self.regions)


@dataclass(slots=True)
class Scores:
    """Results per row, arrays of shape (row,); a rejected row has the code of the reason."""

    effects: "dict[str, Array]"
    metrics: "dict[str, Array]"
    quantiles: "dict[str, Array]"
    rejected: "NDArray[Any]"
    rules: "list[tuple[str, Mask]]"
    nature: "NDArray[Any]"


def score(rows: Rows, model: Prototype, *, draws: int, seed: int) -> Scores:
    """Evaluate, check and review the rows of one group."""
    rejected = np.full(len(rows), "", dtype="<U24")
    columns, given = _columns(rows, model, rejected)
    entries = list(evaluate(model.model, columns))
    _check(entries, columns, rejected)
    found = effects(model.model, columns, totals(model.model, columns, entries))
    _reject(rejected, _flat(found.E_ref, len(rows)) < 0, "HP-V03")
    _reject(rejected, ~(_flat(found.Q, len(rows)) >= 0), "HP-V06")
    metrics = _metrics(found, len(rows))
    nature = _nature(model, found, len(rows))
    rules = _rules(model, columns, found, metrics, nature, rows)
    rules += _ranges(model, rows)
    values = {f.name: _flat(getattr(found, f.name), len(rows)) for f in _plain_effects()}
    quantiles = _quantiles(rows, model, columns, given, draws=draws, seed=seed) if draws else {}
    return Scores(values, metrics, quantiles, rejected, rules, nature)


def _plain_effects() -> list[Any]:
    names = ("E_ref", "E_sol", "G0", "rebound", "H", "G", "F")
    return [f for f in fields(Effects) if f.name in names]


def _flat(values: "Array", rows: int) -> "Array":
    """Return the central values as one number per row."""
    return np.broadcast_to(values[:, 0], (rows,))


def _columns(
    rows: Rows, model: Prototype, rejected: "NDArray[Any]"
) -> "tuple[dict[str, Array], dict[str, dict[str, Array]]]":
    """Return the central columns, and per input the distribution parameters that rows give."""
    columns = {key: column.central() for key, column in model.model.columns.items()}
    given: dict[str, dict[str, Array]] = {}
    for name in model.template.inputs:
        own = {p: values for (n, p), values in rows.numbers.items() if n == name}
        if own:
            given[name] = own
        centre = _centre(own)
        missing = np.ones(len(rows), dtype=bool) if centre is None else np.isnan(centre)
        if model.required(name):
            _reject(rejected, missing, "HP-T03")
        if centre is None:
            continue
        _reject(rejected, np.isinf(centre), "HP-S06")
        default = float(columns[name].mean())
        columns[name] = np.where(missing, default, centre)[:, None, None]
    _factor_columns(rows, model, columns, rejected)
    return columns, given


def _centre(own: "Mapping[str, Array]") -> "Array | None":
    """Return mode, else value, else the middle of the range."""
    centre = own.get("mode")
    if "value" in own:
        value = own["value"]
        centre = value if centre is None else np.where(np.isnan(centre), value, centre)
    if "low" in own and "high" in own:
        middle = (own["low"] + own["high"]) / 2
        centre = middle if centre is None else np.where(np.isnan(centre), middle, centre)
    return centre


def _factor_columns(
    rows: Rows, model: Prototype, columns: "dict[str, Array]", rejected: "NDArray[Any]"
) -> None:
    """Replace the factor columns by those of each row's region."""
    tables: dict[str, list[Array]] = {}
    for index, code in enumerate(rows.region_codes):
        found = model.region(code)
        if found.error:
            _reject(rejected, rows.regions == index, found.error)
        for key, column in model.model.columns.items():
            if _is_factor(key):
                central = found.columns.get(key, column).central()[0, :, 0]
                tables.setdefault(key, []).append(central)
    for key, values in tables.items():
        width = max(len(v) for v in values)
        table = np.stack([np.broadcast_to(v, (width,)) for v in values])
        if np.all(table == table[0]):
            columns[key] = table[:1, :, None]
        else:
            columns[key] = table[rows.regions][:, :, None]


def _is_factor(key: str) -> bool:
    """A dot marks the columns that are no inputs; the rebound share is none either."""
    return "." in key and not key.startswith("rebound.")


def _check(
    entries: Iterable[Entry], columns: "Mapping[str, Array]", rejected: "NDArray[Any]"
) -> None:
    """Reject rows whose lines are impossible: the checks of single cases, over rows."""
    for entry in entries:
        line = entry.line
        named = {name: columns[key] for name, key in line.names.items() if key in columns}
        if line.lifetime is not None:
            _reject(rejected, _any(line.lifetime.evaluate(named) <= 0), "HP-V04")
        if line.share is not None:
            share = line.share.evaluate(named)
            _reject(rejected, _any((share < 0) | (share > 1)), "HP-V05")
        lowest = entry.emissions.min(axis=(1, 2))
        _reject(rejected, ~np.isfinite(entry.emissions.sum(axis=(1, 2))), "HP-V01")
        if not line.credit:
            _reject(rejected, lowest < 0, "HP-V02")


def _any(mask: "NDArray[Any]") -> "Mask":
    flags = np.atleast_1d(np.asarray(mask))
    return np.asarray(flags.reshape(flags.shape[0], -1).any(axis=1))


def _reject(rejected: "NDArray[Any]", mask: "NDArray[Any]", code: str) -> None:
    """Mark rows; the first reason stays."""
    if np.any(mask):
        rejected[np.broadcast_to(mask, rejected.shape) & (rejected == "")] = code


def _metrics(found: Effects, rows: int) -> "dict[str, Array]":
    return {
        name: _flat(DEFINITIONS[definition].function(found), rows)
        for name, definition in DEFAULTS.items()
    }


def _nature(model: Prototype, found: Effects, rows: int) -> "NDArray[Any]":
    """Return actual reduction, lesser increase or increase per row, as for single cases."""
    e_ref, e_sol = _flat(found.E_ref, rows), _flat(found.E_sol, rows)
    if model.model.historical is not None:
        historical = np.full(rows, model.model.historical / 1000 * model.model.calendar.length)
    elif model.case.reference.kind == "previous_situation":
        historical = e_ref
    else:
        return np.array(["undetermined"])
    lesser = np.where(e_sol < e_ref, "lesser_increase", "increase")
    return np.where(e_sol < historical, "actual_reduction", lesser)


def _rules(
    model: Prototype,
    columns: "Mapping[str, Array]",
    found: Effects,
    metrics: "Mapping[str, Array]",
    nature: "NDArray[Any]",
    rows: Rows,
) -> "list[tuple[str, Mask]]":
    """Review the rows: facts that are constant stay columns of length one."""
    count = len(rows)
    values: dict[str, Any] = {name: np.array([value]) for name, value in model.constant.items()}
    e_ref, f, g0 = (_flat(v, count) for v in (found.E_ref, found.F, found.G0))
    other = model.model.functional_unit_solution
    quantity = _flat(found.Q, count)
    with np.errstate(all="ignore"):
        rate = np.where(e_ref > 0, g0 / e_ref, np.nan)
    values |= {
        "E_ref": e_ref,
        "F": f,
        "G0": g0,
        "reduction_rate": rate,
        "quantity": quantity,
        "quantity_solution": _flat(ratio_total(other, columns), count) if other else quantity,
        "nature": nature,
        **metrics,
    }
    with np.errstate(invalid="ignore"):
        marked = [(rule.key, mask) for rule, mask in broken(values) if mask.any()]
    return marked + _fallbacks(model, rows)


def _fallbacks(model: Prototype, rows: Rows) -> "list[tuple[str, Mask]]":
    """Return the factor fallbacks of each row's region."""
    notes: dict[str, list[int]] = {}
    for index, code in enumerate(rows.region_codes):
        for note in model.region(code).notes:
            notes.setdefault(note, []).append(index)
    return [(note, np.isin(rows.regions, indices)) for note, indices in notes.items()]


def _ranges(model: Prototype, rows: Rows) -> "list[tuple[str, Mask]]":
    """Return where inputs lie outside their plausible range (HP-T06)."""
    outside = np.zeros(len(rows), dtype=bool)
    for (name, parameter), values in rows.numbers.items():
        if name in model.template.inputs and parameter in ("value", "low", "mode", "high"):
            low, high = model.bounds(name)
            with np.errstate(invalid="ignore"):
                outside |= (values < low) | (values > high)
    return [("HP-T06", outside)] if outside.any() else []


def _quantiles(
    rows: Rows,
    model: Prototype,
    central: "Mapping[str, Array]",
    given: "Mapping[str, Mapping[str, Array]]",
    *,
    draws: int,
    seed: int,
) -> "dict[str, Array]":
    """Return P5, P50, P95 of NER and P(NER > 0) per row, in tiles that fit the cache."""
    result = {name: np.full(len(rows), np.nan) for name in ("p5", "p50", "p95", "probability")}
    step = max(1, TILE // draws)
    shared = _shared_uniforms(model, draws, seed)
    for start in range(0, len(rows), step):
        part = slice(start, min(start + step, len(rows)))
        columns = _drawn(rows, part, model, central, given, shared, draws, seed)
        sums = totals(model.model, columns, evaluate(model.model, columns))
        ner = effects(model.model, columns, sums).ner
        if ner.shape[1] == 1:
            continue
        low, middle, high = np.percentile(ner, [5, 50, 95], axis=1)
        result["p5"][part], result["p50"][part], result["p95"][part] = low, middle, high
        result["probability"][part] = (ner > 0).mean(axis=1)
    return result


def _shared_uniforms(model: Prototype, draws: int, seed: int) -> "dict[str, Array]":
    """Return the uniforms of columns that all rows share: factors and template defaults."""
    return {
        key: uniforms_of([column_key(seed, column.identity)], draws)[0]
        for key, column in model.model.columns.items()
        if column.uncertain and not column.identity.startswith("case:")
    }


def _drawn(
    rows: Rows,
    part: slice,
    model: Prototype,
    central: "Mapping[str, Array]",
    given: "Mapping[str, Mapping[str, Array]]",
    shared: "Mapping[str, Array]",
    draws: int,
    seed: int,
) -> "dict[str, Array]":
    """Return the drawn columns of one tile, shape (row, year, draw) or broadcasting to it."""
    ids = rows.ids[part]
    columns: dict[str, Array] = {}
    for key, column in model.model.columns.items():
        middle = central[key]
        columns[key] = middle if len(middle) == 1 else middle[part]
        if _is_factor(key):
            columns[key] = _drawn_factor(rows, part, model, key, column, shared)
        elif key in given:
            drawn = _drawn_input(key, given[key], columns[key], part, ids, draws, seed)
            columns[key] = _with_defaults(drawn, key, column, given[key], part, shared, rows, seed)
        elif column.uncertain:
            columns[key] = _drawn_shared(key, column, shared, ids, draws, seed)
    return columns


def _drawn_shared(
    key: str,
    column: Column,
    shared: "Mapping[str, Array]",
    ids: Sequence[str],
    draws: int,
    seed: int,
) -> "Array":
    """Draw a column with the prototype's parameters: one draw for all rows, or one per row."""
    if key in shared:
        return column.at(shared[key])
    keys = [column_key(seed, f"case:{own}/{key}") for own in ids]
    uniform = uniforms_of(keys, draws)[:, None, :]
    return distributions.quantile(column.kind, column.parameters, uniform)


def _with_defaults(
    drawn: "Array",
    key: str,
    column: Column,
    given: "Mapping[str, Array]",
    part: slice,
    shared: "Mapping[str, Array]",
    rows: Rows,
    seed: int,
) -> "Array":
    """Draw the template's own distribution for the rows that leave an input out."""
    centre = _centre({name: values[part] for name, values in given.items()})
    missing = np.flatnonzero(np.isnan(centre)) if centre is not None else np.array([], dtype=int)
    if missing.size == 0 or not column.uncertain:
        return drawn
    draws = len(shared[key]) if key in shared else drawn.shape[2]
    result = np.broadcast_to(drawn, (drawn.shape[0], drawn.shape[1], draws)).copy()
    ids = [rows.ids[part][int(i)] for i in missing]
    result[missing] = _drawn_shared(key, column, shared, ids, draws, seed)
    return result


def _drawn_factor(
    rows: Rows,
    part: slice,
    model: Prototype,
    key: str,
    column: Column,
    shared: "Mapping[str, Array]",
) -> "Array":
    """Draw a factor: the quantiles of each region in the tile, at the shared uniforms."""
    codes, inverse = np.unique(rows.regions[part], return_inverse=True)
    own = [model.region(rows.region_codes[code]).columns.get(key, column) for code in codes]
    drawn = [c.at(shared[key]) if key in shared and c.uncertain else c.central() for c in own]
    if len(drawn) == 1:
        return drawn[0]
    shape = np.broadcast_shapes(*(d.shape for d in drawn))
    table = np.concatenate([np.broadcast_to(d, shape) for d in drawn])
    return np.asarray(table[inverse])


def _drawn_input(
    key: str,
    given: "Mapping[str, Array]",
    middle: "Array",
    part: slice,
    ids: Sequence[str],
    draws: int,
    seed: int,
) -> "Array":
    """Draw an input for the rows that give a distribution; the others are certain."""
    parameters = {name: values[part] for name, values in given.items()}
    result = np.broadcast_to(middle, (len(ids), 1, draws)).copy()
    left = np.ones(len(ids), dtype=bool)
    for names, kind in KIND_OF:
        if not all(name in parameters for name in names):
            continue
        there = left & np.all([np.isfinite(parameters[name]) for name in names], axis=0)
        if not there.any():
            continue
        left &= ~there
        own = {name: parameters[name][there][:, None] for name in names}
        if kind == "triangular" and "mode" not in own:
            own["mode"] = own.pop("value")
        keys = [column_key(seed, f"case:{ids[int(i)]}/{key}") for i in np.flatnonzero(there)]
        uniform = uniforms_of(keys, draws)[:, None, :]
        result[there] = distributions.quantile(kind, own, uniform)
    return result if not left.all() else middle
