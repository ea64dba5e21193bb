"""Facts that a case declares."""

from collections.abc import Mapping

from handprint.case.answers import answered, says_none, told, word
from handprint.case.schema import Candidate, Case, Consequence
from handprint.model.structure import Model
from handprint.review.facts.results import Fact
from handprint.review.rules.scenarios import FITTING_REFERENCES, OTHER_BOUND, SECTOR_BOUND

__all__ = ["bound_facts", "declared_facts", "names_source"]

STAGES = ("raw_material", "manufacture", "transport", "use", "end_of_life")
GATES = ("climate_action", "latest_science", "contribution")
INSTRUMENTS = ("ets", "ccer", "green_certificates", "carbon_inclusion")
FAR_FUTURE = 9999
HIGHER_ORDER = 3


def declared_facts(case: Case) -> dict[str, Fact]:
    """Return what the case says of itself; no model is needed."""
    purposes = {line.purpose for line in case.ict.lines}
    return {
        **_goal(case),
        **_reference(case),
        "uses_ai": "ai" in case.solution.technologies,
        "ai_missing": ", ".join(p for p in ("training", "inference") if p not in purposes),
        **_tree(case),
        **_attribution(case),
        **_statements(case),
    }


def _goal(case: Case) -> dict[str, Fact]:
    solution, rebound = case.solution, case.higher_order.rebound
    beyond = case.extrapolation
    return {
        "tier": case.tier,
        "claim": case.claim or "",
        "public": case.assessment.public,
        "assessment_type": case.assessment.type or "",
        "sector": case.sector,
        "bound_percent": 100 * SECTOR_BOUND.get(case.sector, OTHER_BOUND),
        "mechanism": solution.mechanism or ("" if solution.lines else "substitute_full"),
        "normalised": case.functional_unit.normalise,
        "normalisation_told": told(solution.normalisation),
        "also_acting": ", ".join(o.id for o in solution.also_acting if told(o.id)),
        "overlap": solution.overlap or "",
        "rebound_status": rebound.status or "",
        "rebound_share_given": rebound.share is not None,
        "rebound_sourced": rebound.share is not None and told(rebound.source),
        "gwp": case.assessment.gwp,
        "extrapolation_ratio": beyond.population / beyond.sample if beyond else 1.0,
        "representative": beyond is not None and told(beyond.representativeness),
        "measured_at_scale": beyond is not None and beyond.measured_at_scale,
        "evidence_technology": beyond.technology if beyond else "same",
        "monitoring_records": sum(told(r.meter) and told(r.period) for r in case.monitoring),
    }


def _reference(case: Case) -> dict[str, Fact]:
    reference = case.reference
    context = reference.demand_context or ""
    staged = any(line.until for line in reference.lines)
    others = [c for c in reference.candidates if c.kind != reference.kind and told(c.kind)]
    described = {
        "reference": told(reference.rationale) or told(reference.description),
        "solution": told(case.solution.description) or told(case.description),
    }
    return {
        "has_rationale": told(reference.rationale),
        "candidates": len({reference.kind, *(c.kind for c in others)}),
        "sensitivities_missing": "" if any(_quantified(c) for c in others) else "reference",
        "reference_kind": reference.kind,
        "demand_context": context,
        "fitting": ", ".join(sorted(FITTING_REFERENCES.get(context, ()))),
        "end_of_life": reference.expected_end_of_life or (FAR_FUTURE if staged else 0),
        "staged": staged,
        "undescribed": ", ".join(name for name, given in described.items() if not given),
    }


def _quantified(candidate: Candidate) -> bool:
    """Whether an alternative reference has numbers, so that the result can be varied with it."""
    return candidate.lines is not None or candidate.emissions is not None


def bound_facts(case: Case, model: Model) -> dict[str, Fact]:
    """Return what the case says of itself once its period, metrics and lines are read."""
    lines = [line for line in model.lines if line.scenario == "ict"]
    included = {line.stage for line in lines if line.stage}
    covered = included | {item.stage for item in case.ict.excluded if told(item.reason)}
    reference = [line for line in model.lines if line.scenario == "reference" and line.factor]
    only_ict = bool(reference) and all(
        line.factor.source.id.startswith("ict.") for line in reference if line.factor
    )
    return {
        "stages_missing": ", ".join(stage for stage in STAGES if stage not in covered),
        "stages_included": ", ".join(stage for stage in STAGES if stage in included),
        "years": len(model.calendar.years),
        "last_year": model.calendar.years[-1],
        "definitions": ", ".join(model.definitions.values()),
        "own_ict": case.solution.acts_on == "own_ict" or only_ict,
    }


def _tree(case: Case) -> dict[str, Fact]:
    nodes = case.consequences
    higher = [node for node in nodes if node.order == HIGHER_ORDER]
    return {
        "nodes": len(nodes),
        "adverse": sum(node.sign == "adverse" for node in nodes),
        "higher_nodes": len(higher),
        "higher_lines": len(case.higher_order.lines),
        "no_adverse_reason": told((case.disclosure or {}).get("no_adverse_effects")),
        "nodes_untreated": ", ".join(node.id for node in nodes if _untreated(node, case)),
        "nodes_without_horizon": ", ".join(node.id for node in nodes if node.horizon is None),
    }


def _untreated(node: Consequence, case: Case) -> bool:
    """Whether a node is left out without a reason, or quantified without a line that does it."""
    if node.treatment == "excluded":
        return not told(node.reason)
    if node.treatment != "quantified" or node.line is None:
        return False
    blocks = (case.reference, case.solution, case.ict, case.higher_order)
    return all(line.id != node.line for block in blocks for line in block.lines)


def _attribution(case: Case) -> dict[str, Fact]:
    attribution = case.attribution
    shares = [c.share for c in attribution.contributors] if attribution else []
    return {
        "contributors": len(shares),
        "share_sum": round(sum(shares), 9),
        "share_max": max(shares, default=0.0),
        "share_outside": any(not 0 <= share <= 1 for share in shares),
        "share_key": (attribution.key or "") if attribution else "",
        "others_told": attribution is not None and answered(attribution.others),
    }


def _statements(case: Case) -> dict[str, Fact]:
    """Return eligibility, assurance, disclosure and submitter as far as rules ask for them."""
    eligibility, disclosure = case.eligibility or {}, case.disclosure or {}
    assurance, submitter = case.assurance or {}, case.submitter or {}
    overlap = disclosure.get("overlap")
    stated = {
        "data": told(disclosure.get("data")) or names_source(case),
        "boundary": told(disclosure.get("boundary")) or told(case.reference.boundary),
        "baseline": told(disclosure.get("baseline")) or told(case.reference.rationale),
        "completeness": told(disclosure.get("completeness")),
        "ownership": told(disclosure.get("ownership")),
    }  # method and period are in every result: metric definitions and the declared period
    return {
        "gates_open": ", ".join(g for g in GATES if not _answered(eligibility.get(g))),
        "fossil_link": word(eligibility.get("fossil_link")),
        "completeness_told": stated["completeness"],
        "disclosures_missing": ", ".join(name for name, given in stated.items() if not given),
        "overlap_missing": ", ".join(i for i in INSTRUMENTS if not _declared(overlap, i)),
        "review": word(assurance.get("review")) or "none",
        "interests_told": all(answered(submitter.get(i)) for i in ("affiliation", "funding")),
        "commitment": submitter.get("commitment") is True,
    }


def names_source(case: Case) -> bool:
    """Whether a case names a published source."""
    return any(told(source.title) for source in case.sources)


def _declared(overlap: object, instrument: str) -> bool:
    """Whether the overlap with an instrument is declared; "none" may stand for all of them."""
    if isinstance(overlap, Mapping):
        return answered(overlap.get(instrument))
    return says_none(overlap)


def _answered(gate: object) -> bool:
    """Whether an eligibility gate is answered with yes and names its evidence."""
    if not isinstance(gate, Mapping):
        return False
    return gate.get("answer") is True and told(gate.get("evidence"))
