"""The result document: everything known about an assessed case as one plain dict.

The JSON file is this dict; PDF, HTML and workbook are made from it and from nothing else, so all
outputs say the same. Emissions are in t CO2e unless a unit stands beside the number.
"""

from dataclasses import asdict
from typing import Any

from handprint.assess.assess import Assessment
from handprint.assess.document_labels import number, summary_row
from handprint.assess.document_results import (
    density,
    driver_row,
    energy_rows,
    overlap_row,
    provider_rows,
    rebound_row,
    sensitivity,
)
from handprint.assess.document_tables import (
    factor_rows,
    input_rows,
    ledger_rows,
    line_rows,
    year_rows,
)
from handprint.assess.manifest import manifest
from handprint.assess.results import MetricResult
from handprint.core.errors import Severity
from handprint.core.i18n import LANGUAGES, Language, both, document_findings
from handprint.factors import regions
from handprint.model.effects import EFFECTS
from handprint.model.metrics import DEFINITIONS
from handprint.review.checklist import checklist
from handprint.review.rules import RULES

__all__ = ["document", "rendered_findings"]

TONNE = 1000.0


def document(assessment: Assessment, lang: Language) -> dict[str, Any]:
    """Return the result document; ``lang`` is the language of the findings' texts."""
    a = assessment
    return {
        "handprint": 1,
        "case": _case(a),
        "verdict": _verdict(a),
        "metrics": {name: _metric(result) for name, result in a.metrics.items()},
        "variants": [{"metric": r.definition.metric, **_metric(r)} for r in a.variants if r.status],
        "effects": {name: number(getattr(a.effects, name)) for name in EFFECTS},
        "effect_intervals": (
            {name: asdict(summary) for name, summary in a.intervals.items()}
            if a.intervals is not None
            else None
        ),
        "ner_without_higher_order": number(a.effects.G0 - a.effects.F),
        "memo": {"CO2_biogenic": a.biogenic} if a.biogenic else {},
        "probability_ner_positive": a.probability,
        "break_even_rebound": a.break_even_rebound,
        "reduction_rate": a.reduction_rate,
        "payback_years": a.payback_years,
        "rebound": rebound_row(a),
        "rebound_grid": [
            {"share": float(row.choice), "ner": row.ner}
            for row in a.sensitivity.scenarios
            if row.kind == "rebound"
        ],
        "drivers": [driver_row(a, driver) for driver in a.drivers],
        "density": density(a),
        "convergence": asdict(a.convergence) if a.convergence else None,
        "sensitivity": sensitivity(a),
        "attribution": provider_rows(a),
        "overlap": overlap_row(a),
        "quality": {"score": float(a.facts["quality_score"][0])},
        "checklist": [asdict(line) for line in checklist(a.findings)],
        "energy": energy_rows(a),
        "years": year_rows(a),
        "lines": list(line_rows(a)),
        "inputs": list(input_rows(a)),
        "correlations": [spec.model_dump() for spec in a.case.correlations],
        "factors": list(factor_rows(a)),
        "findings": rendered_findings(a, lang),
        "definitions": _definitions(a),
        "manifest": manifest(a),
        "ledger": list(ledger_rows(a)),
    }


def rendered_findings(assessment: Assessment, lang: Language) -> list[dict[str, Any]]:
    """Return the findings of an assessment in one language, worst first, with their key paths."""
    clauses = {rule.key: f"{rule.clause} [{rule.mark}]" for rule in RULES}
    found, files = list(assessment.findings), [assessment.raw.file]
    return [
        {**shown, "clause": clauses.get(finding.key, "")}
        for finding, shown in zip(found, document_findings(found, lang, files), strict=True)
    ]


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
            "quantity": number(a.effects.Q),
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
        **summary_row(result.summary),
        "definition": definition.id,
        "version": definition.version,
        "formula": definition.formula,
        "status": result.status,
    }


def _definitions(a: Assessment) -> list[dict[str, Any]]:
    shown = {result.definition.id for result in (*a.metrics.values(), *a.variants)}
    return [
        {
            "metric": d.metric,
            "id": d.id,
            "version": d.version,
            "formula": d.formula,
            "text": both(f"definition.{d.id}"),
            "chosen": d.id in a.model.definitions.values(),
        }
        for d in DEFINITIONS.values()
        if d.id in shown
    ]
