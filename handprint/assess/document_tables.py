"""Tables of the result document: years, lines, inputs, factors, and the long ledger."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from handprint.assess.assess import Assessment
from handprint.assess.document_labels import column_label, number, own_factor_name
from handprint.model.columns import Column
from handprint.model.evaluate import Entry
from handprint.model.structure import SCENARIOS, BoundFactor, FactorSource, ModelLine

__all__ = ["factor_rows", "input_rows", "ledger_rows", "line_rows", "year_rows"]

TONNE = 1000.0
EFFECT_ORDER = {
    "reference": "second",
    "solution": "second",
    "ict": "first",
    "higher_order": "higher",
}


def year_rows(a: Assessment) -> list[dict[str, Any]]:
    """Return the effects per calendar year at central values; rebound in proportion to G0."""
    span = a.model.calendar
    sums = {scenario: np.zeros(len(span.years)) for scenario in SCENARIOS}
    for entry in a.ledger:
        if not entry.memo:
            yearly = entry.emissions[0, :, 0] / TONNE
            sums[entry.line.scenario] = sums[entry.line.scenario] + yearly
    g0_total = number(a.effects.G0)
    share = number(a.effects.share) if g0_total > 0 else 0.0
    scale = (
        number(a.effects.E_sol) / max(sums["solution"].sum(), 1e-300) if a.model.normalise else 1.0
    )
    rows = []
    for i, (year, fraction) in enumerate(zip(span.years, span.fractions, strict=True)):
        e_ref, e_sol = sums["reference"][i], sums["solution"][i] * scale
        g0, h, f = e_ref - e_sol, -sums["higher_order"][i] + 0.0, sums["ict"][i]
        ner = g0 - share * g0 + h - f  # in proportion to G0, so that the years add up to NER
        values = {"E_ref": e_ref, "E_sol": e_sol, "G0": g0, "H": h, "F": f, "NER": ner}
        rows.append(
            {"year": year, "fraction": fraction, **{k: float(v) for k, v in values.items()}}
        )
    return rows


def _by_line(a: Assessment) -> Iterator[tuple[ModelLine, list[Entry]]]:
    """Yield each line with its ledger entries, one per gas."""
    entries: dict[int, list[Entry]] = {}
    for entry in a.ledger:
        entries.setdefault(id(entry.line), []).append(entry)
    for line in a.model.lines:
        yield line, entries.get(id(line), [])


def line_rows(a: Assessment) -> Iterator[dict[str, Any]]:
    """Yield every line with its activity over the period and its emissions."""
    scenario_totals: dict[str, float] = {}
    for entry in a.ledger:
        if not entry.memo:
            amount = float(entry.emissions.sum()) / TONNE
            key = entry.line.scenario
            scenario_totals[key] = scenario_totals.get(key, 0.0) + amount
    columns = {key: column.central() for key, column in a.model.columns.items()}
    for line, entries in _by_line(a):
        counted = [e for e in entries if not e.memo]
        memo = bool(entries) and not counted  # nothing but biogenic CO2
        emissions = sum(float(e.emissions.sum()) for e in counted or entries) / TONNE
        total = scenario_totals.get(line.scenario, 0.0)
        named = {name: columns[key] for name, key in line.names.items() if key in columns}
        activity = entries[0].activity if entries else np.zeros((1, 1, 1))
        quantity = activity.sum()
        if line.kind == "stock":
            quantity = line.formula.evaluate(named).flat[0]
        yield {
            "scenario": line.scenario,
            "id": line.id,
            "label": line.label,
            "note": line.note,
            "stage": line.stage,
            "site": line.site,
            "region": line.region,
            "expression": line.formula.text,
            "kind": line.kind,
            "quantity": float(quantity) / line.activity_scale,
            "quantity_unit": line.activity_unit,
            "factor": line.factor.key if line.factor else None,
            "lifetime_years": _optional(line, "lifetime", named, 31_536_000.0),
            "share": _optional(line, "share", named, 1.0),
            "share_key": line.share_key,
            "from": line.first_year,
            "until": line.last_year,
            "credit": line.credit,
            "reason": line.reason,
            "gas": ", ".join(e.gas for e in entries),
            "memo": memo,
            "emissions": emissions,
            "share_of_scenario": emissions / total if total and not memo else None,
        }


def _optional(
    line: ModelLine, part: str, named: "Mapping[str, np.ndarray[Any, Any]]", scale: float
) -> float | None:
    formula = getattr(line, part)
    return None if formula is None else float(formula.evaluate(named).flat[0]) / scale


def input_rows(a: Assessment) -> Iterator[dict[str, Any]]:
    """Yield every input with value, unit, distribution, status and evidence."""
    blocks: list[tuple[str, Mapping[str, Any]]] = [("", a.case.inputs)]
    blocks += [(site.id, site.inputs) for site in a.case.sites]
    for site, inputs in blocks:
        for name, spec in inputs.items():
            column = a.model.columns[f"{site}/{name}" if site else name]
            _, unit, scale = column_label(a, f"{site}/{name}" if site else name)
            central = column.central()[0, :, 0] / scale
            by_year = None
            if spec.by_year:
                by_year = {
                    str(year): float(value)
                    for year, value in zip(a.model.calendar.years, central, strict=False)
                }
            yield {
                "name": name,
                "label": spec.name or {},
                "site": site,
                "value": float(central[0]) if by_year is None else None,
                "unit": unit,
                "distribution": column.kind,
                "low": spec.low,
                "mode": spec.mode,
                "high": spec.high,
                "sd": spec.sd,
                "gsd": spec.gsd,
                "plus_minus": spec.plus_minus,
                "choices": spec.values,
                "weights": spec.weights,
                "basic_variance": spec.basic_variance,
                "group": spec.group,
                **_percentiles(column, scale),
                "by_year": by_year,
                "status": spec.status,
                "evidence": spec.evidence,
                "source": spec.source,
                "note": spec.note,
                "pedigree": spec.pedigree,
            }


def _percentiles(column: Column, scale: float) -> dict[str, Any]:
    """Return P5 and P95 as drawn, data quality included; of several years the mean."""
    if not column.uncertain:
        return {"p5": None, "p95": None}
    low, high = column.at(np.array([0.05, 0.95]))[0].mean(axis=0) / scale
    return {"p5": float(low), "p95": float(high)}


def factor_rows(a: Assessment) -> Iterator[dict[str, Any]]:
    """Yield the factors; one written into the case without a name is named after its line."""
    used = {line.factor.key for line in a.model.lines if line.factor is not None}
    for factor in a.model.factors:
        row = factor_row(factor)
        if not row["name"] and factor.key in used:
            row["name"] = own_factor_name(a.model, factor)
        yield row


def factor_row(factor: BoundFactor) -> dict[str, Any]:
    """Return one factor with its values, source and status."""
    return {
        "key": factor.key,
        **_stated(factor.source),
        "unit": factor.unit,
        "components": [
            {"gas": c.gas, "gwp": c.gwp, "value": c.value, "unit": c.unit}
            for c in factor.components
        ],
        "values": [
            {"year": year, "value": value, "from_year": own} for year, value, own in factor.values
        ],
    }


def _stated(source: FactorSource) -> dict[str, Any]:
    """Return a factor's source without what only other kinds of factors have."""
    told = asdict(source)
    return {k: v for k, v in told.items() if v is not None or k == "checked"}


def ledger_rows(a: Assessment) -> Iterator[dict[str, Any]]:
    """Yield the long table: one row per line, site, gas and year in which something is emitted."""
    years: Sequence[int] = a.model.calendar.years
    for entry in a.ledger:
        line = entry.line
        factor = line.factor.source.id if line.factor else ""
        yearly = np.broadcast_to(entry.emissions, (1, len(years), 1))[0, :, 0] / TONNE
        for year, amount in zip(years, yearly, strict=True):
            yield {
                "case": a.case.id,
                "scenario": line.scenario,
                "effect": "memo" if entry.memo else EFFECT_ORDER[line.scenario],
                "stage": line.stage,
                "line": line.id,
                "site": line.site,
                "region": line.region,
                "factor": factor,
                "gas": entry.gas,
                "year": year,
                "t_co2e": float(amount),
            }
