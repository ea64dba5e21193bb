"""The result document: everything known about an assessed case as one plain dict.

The JSON file is this dict; PDF, HTML and workbook are made from it and from nothing else, so all
outputs say the same. Emissions are in t CO2e unless a unit stands beside the number.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from handprint.analysis.assess import Assessment, MetricResult
from handprint.analysis.uncertainty import Driver, Summary
from handprint.core.errors import Severity
from handprint.core.i18n import LANGUAGES, Language, render_finding, text
from handprint.core.units import parse_unit
from handprint.data import regions
from handprint.model.effects import EFFECTS
from handprint.model.evaluate import Entry
from handprint.model.inputs import REBOUND
from handprint.model.metrics import DEFAULTS, DEFINITIONS
from handprint.model.structure import SCENARIOS, BoundFactor, ModelLine
from handprint.output.manifest import manifest

__all__ = ["document", "rendered_findings"]

TONNE = 1000.0
EFFECT_ORDER = {
    "reference": "second",
    "solution": "second",
    "ict": "first",
    "higher_order": "higher",
}


def document(assessment: Assessment, lang: Language) -> dict[str, Any]:
    """Return the result document; ``lang`` is the language of the findings' texts."""
    a = assessment
    return {
        "handprint": 1,
        "case": _case(a),
        "verdict": _verdict(a),
        "metrics": {name: _metric(result) for name, result in a.metrics.items()},
        "variants": [{"metric": r.definition.metric, **_metric(r)} for r in a.variants if r.status],
        "effects": {name: _number(getattr(a.effects, name)) for name in EFFECTS},
        "effect_intervals": (
            {name: asdict(summary) for name, summary in a.intervals.items()}
            if a.intervals is not None
            else None
        ),
        "ner_without_higher_order": _number(a.effects.G0 - a.effects.F),
        "memo": {"CO2_biogenic": a.biogenic} if a.biogenic else {},
        "probability_ner_positive": a.probability,
        "break_even_rebound": a.break_even_rebound,
        "reduction_rate": a.reduction_rate,
        "payback_years": a.payback_years,
        "rebound": _rebound(a),
        "rebound_grid": [{"share": share, "ner": ner} for share, ner in a.rebound_grid],
        "drivers": [_driver(a, driver) for driver in a.drivers],
        "energy": _energy(a),
        "years": _years(a),
        "lines": list(_lines(a)),
        "inputs": list(_inputs(a)),
        "factors": [_factor(factor) for factor in a.model.factors],
        "findings": rendered_findings(a, lang),
        "definitions": _definitions(a),
        "manifest": manifest(a),
        "ledger": list(_ledger(a)),
    }


def rendered_findings(assessment: Assessment, lang: Language) -> list[dict[str, str]]:
    """Return the findings of an assessment as texts in one language, worst first."""
    return [render_finding(finding, lang) for finding in assessment.findings]


def _case(a: Assessment) -> dict[str, Any]:
    case, span = a.case, a.model.calendar
    unit, reference = case.functional_unit, case.reference
    historical = a.model.historical
    return {
        "id": case.id,
        "title": case.title,
        "description": case.description,
        "sector": case.sector,
        "category": case.category,
        "region": case.region,
        "region_name": {lang: regions.name(case.region, lang) for lang in LANGUAGES},
        "period": {
            "start": span.start.isoformat(),
            "end": span.end.isoformat(),
            "years": span.length,
            "calendar_years": list(span.years),
        },
        "tier": case.tier,
        "claim": case.claim,
        "mechanism": case.solution.mechanism,
        "assessment": {
            "type": case.assessment.type,
            "perspective": case.assessment.perspective,
            "public": case.assessment.public,
            "gwp": case.assessment.gwp,
        },
        "functional_unit": {
            "name": unit.name or {},
            "unit": unit.unit,
            "quantity": _number(a.effects.Q),
            "expression": unit.quantity,
            "normalised": unit.normalise,
            "equivalence": unit.equivalence or {},
        },
        "reference": {
            "kind": reference.kind,
            "description": reference.description or {},
            "rationale": reference.rationale or {},
            "demand_context": reference.demand_context,
            "candidates": [c.model_dump() for c in reference.candidates],
            "historical": {"value": historical / TONNE} if historical is not None else None,
        },
        "solution": {"description": case.solution.description or {}},
        "excluded_stages": [item.model_dump() for item in case.ict.excluded],
        "consequences": [node.model_dump() for node in case.consequences],
        "attribution": case.attribution.model_dump() if case.attribution else None,
        "disclosure": case.disclosure or {},
        "sources": [source.model_dump() for source in case.sources],
        "file": a.raw.file.replace("\\", "/").rpartition("/")[2],
        "template": case.template,
    }


def _verdict(a: Assessment) -> dict[str, Any]:
    blocking = [f.rule for f in a.findings if f.severity is Severity.BLOCK]
    return {
        "code": a.verdict,
        "publishable": not blocking,
        "blocking": list(dict.fromkeys(blocking)),
        "nature": a.nature,
    }


def _metric(result: MetricResult) -> dict[str, Any]:
    definition = result.definition
    return {
        "value": result.value,
        "unit": result.unit,
        **_summary(result.summary),
        "definition": definition.id,
        "version": definition.version,
        "formula": definition.formula,
        "status": result.status,
    }


def _summary(summary: Summary | None) -> dict[str, float | None]:
    if summary is None:
        return dict.fromkeys(("p2_5", "p5", "p50", "p95", "p97_5"))
    return asdict(summary)


def _number(values: "np.ndarray[Any, Any]") -> float:
    return float(np.asarray(values).flat[0]) + 0.0  # + 0.0: no negative zero


def _rebound(a: Assessment) -> dict[str, Any]:
    rebound = a.case.higher_order.rebound
    share = None
    if a.model.rebound is not None:
        share = {"value": _number(a.effects.share), **_summary(a.rebound_summary)}
    return {
        "status": rebound.status or "undeclared",
        "share": share,
        "source": rebound.source or None,
    }


def _driver(a: Assessment, driver: Driver) -> dict[str, Any]:
    key = driver.keys[0]
    label, unit, scale = _column_label(a, key)
    value = float(a.model.columns[key].central().mean()) / scale
    return {
        "key": key,
        "label": label,
        "value": value,
        "unit": unit,
        "low": driver.p5 / scale,
        "high": driver.p95 / scale,
        "share_of_variance": driver.share,
    }


def _column_label(a: Assessment, key: str) -> tuple[Mapping[str, str], str, float]:
    """Return the label, unit and canonical scale of a column for printing."""
    if key == REBOUND:
        return {lang: text("label.rebound_share", lang) for lang in LANGUAGES}, "1", 1.0
    site, _, name = key.rpartition("/")
    for factor in a.model.factors:
        if any(component.column == key for component in factor.components):
            label = factor.about.get("name") or factor.about.get("source") or {}

            return (
                _named(label, str(factor.about["id"])),
                factor.unit,
                parse_unit(factor.unit).scale,
            )
    spec = _spec(a, site, name)

    unit = parse_unit(spec.unit)
    label = _named(spec.name, name)
    return (
        {lang: f"{t} ({site})" if site else t for lang, t in label.items()},
        unit.text,
        unit.scale,
    )


def _spec(a: Assessment, site: str, name: str) -> Any:
    if not site:
        return a.case.inputs[name]
    return next(s for s in a.case.sites if s.id == site).inputs[name]


def _named(texts: object, fallback: str) -> dict[str, str]:
    given = dict(texts) if isinstance(texts, Mapping) else {}
    return {lang: str(given.get(lang) or fallback) for lang in LANGUAGES}


def _energy(a: Assessment) -> list[dict[str, Any]]:
    found = []
    for saving in a.energy:
        coefficients = {
            name: {
                "value": factor.value,
                "unit": factor.unit.text,
                "source": dict(factor.source.title),
                "reference": factor.reference,
                "status": factor.status,
            }
            for name, factor in (("equivalent", saving.equivalent), ("primary", saving.primary))
            if factor is not None
        }
        found.append(
            {
                "carrier": saving.carrier,
                "saved": saving.saved,
                "unit": "kWh",
                "tce_equivalent": saving.tce(saving.equivalent),
                "tce_primary": saving.tce(saving.primary),
                "coefficients": coefficients,
            }
        )
    return found


def _years(a: Assessment) -> list[dict[str, Any]]:
    """Return the effects per calendar year at central values; rebound by its share of each G0."""
    span = a.model.calendar
    sums = {scenario: np.zeros(len(span.years)) for scenario in SCENARIOS}
    for entry in a.ledger:
        if not entry.line.memo:
            yearly = entry.emissions[0, :, 0] / TONNE
            sums[entry.line.scenario] = sums[entry.line.scenario] + yearly
    share = _number(a.effects.share)
    scale = (
        _number(a.effects.E_sol) / max(sums["solution"].sum(), 1e-300) if a.model.normalise else 1.0
    )
    rows = []
    for i, (year, fraction) in enumerate(zip(span.years, span.fractions, strict=True)):
        e_ref, e_sol = sums["reference"][i], sums["solution"][i] * scale
        g0, h, f = e_ref - e_sol, -sums["higher_order"][i] + 0.0, sums["ict"][i]
        ner = g0 - share * max(0.0, g0) + h - f
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


def _lines(a: Assessment) -> Iterator[dict[str, Any]]:
    scenario_totals: dict[str, float] = {}
    for entry in a.ledger:
        if not entry.line.memo:
            amount = float(entry.emissions.sum()) / TONNE
            key = entry.line.scenario
            scenario_totals[key] = scenario_totals.get(key, 0.0) + amount
    columns = {key: column.central() for key, column in a.model.columns.items()}
    for line, entries in _by_line(a):
        emissions = sum(float(e.emissions.sum()) for e in entries) / TONNE
        total = scenario_totals.get(line.scenario, 0.0)
        named = {name: columns[key] for name, key in line.names.items() if key in columns}
        activity = entries[0].activity if entries else np.zeros((1, 1, 1))
        quantity = activity.sum()
        if line.kind == "stock":
            quantity = line.formula.evaluate(named).flat[0]
        yield {
            "scenario": line.scenario,
            "id": line.id,
            "label": line.texts["label"],
            "note": line.texts["note"],
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
            "share_key": line.texts["share_key"],
            "from": line.texts["from"],
            "until": line.texts["until"],
            "credit": line.credit,
            "reason": line.texts["reason"],
            "gas": ", ".join(e.gas for e in entries),
            "memo": line.memo,
            "emissions": emissions,
            "share_of_scenario": emissions / total if total and not line.memo else None,
        }


def _optional(
    line: ModelLine, part: str, named: "Mapping[str, np.ndarray[Any, Any]]", scale: float
) -> float | None:
    formula = getattr(line, part)
    return None if formula is None else float(formula.evaluate(named).flat[0]) / scale


def _inputs(a: Assessment) -> Iterator[dict[str, Any]]:
    blocks: list[tuple[str, Mapping[str, Any]]] = [("", a.case.inputs)]
    blocks += [(site.id, site.inputs) for site in a.case.sites]
    for site, inputs in blocks:
        for name, spec in inputs.items():
            column = a.model.columns[f"{site}/{name}" if site else name]
            _, unit, scale = _column_label(a, f"{site}/{name}" if site else name)
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
                "by_year": by_year,
                "status": spec.status,
                "evidence": spec.evidence,
                "source": spec.source,
                "note": spec.note,
                "pedigree": spec.pedigree,
            }


def _factor(factor: BoundFactor) -> dict[str, Any]:
    return {
        "key": factor.key,
        **factor.about,
        "unit": factor.unit,
        "components": [
            {"gas": component.gas, "gwp": component.gwp} for component in factor.components
        ],
        "values": [
            {"year": year, "value": value, "from_year": own} for year, value, own in factor.values
        ],
    }


def _definitions(a: Assessment) -> list[dict[str, Any]]:
    shown = {result.definition.id for result in (*a.metrics.values(), *a.variants)}
    return [
        {
            "metric": d.metric,
            "id": d.id,
            "version": d.version,
            "formula": d.formula,
            "text": {lang: text(f"definition.{d.id}", lang) for lang in LANGUAGES},
            "chosen": d.id in DEFAULTS.values(),
        }
        for d in DEFINITIONS.values()
        if d.id in shown
    ]


def _ledger(a: Assessment) -> Iterator[dict[str, Any]]:
    """Yield the long table: one row per line, site, gas and year in which something is emitted."""
    years: Sequence[int] = a.model.calendar.years
    for entry in a.ledger:
        line = entry.line
        factor = str(line.factor.about["id"]) if line.factor else ""
        yearly = np.broadcast_to(entry.emissions, (1, len(years), 1))[0, :, 0] / TONNE
        for year, amount in zip(years, yearly, strict=True):
            yield {
                "case": a.case.id,
                "scenario": line.scenario,
                "effect": "memo" if line.memo else EFFECT_ORDER[line.scenario],
                "stage": line.stage,
                "line": line.id,
                "site": line.site,
                "region": line.region,
                "factor": factor,
                "gas": entry.gas,
                "year": year,
                "t_co2e": float(amount),
            }
