"""The selection as one plain dict: the JSON file, and what page, workbook and minutes show.

Points and scores of the weighted sum run from 0 to 100; emissions are in t CO2e.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from handprint.case.template import CATEGORIES
from handprint.core.errors import Findings
from handprint.core.i18n import Language, document_findings
from handprint.core.numbers import finite
from handprint.page.run_manifest import run_manifest
from handprint.selection.criteria import Criterion, Measure
from handprint.selection.overlaps import Pair
from handprint.selection.places import best_first, competition_ranks, score_keys
from handprint.selection.robustness import Change
from handprint.selection.run import Selection
from handprint.selection.submissions import Submission

__all__ = ["selection_document"]

RESERVES = 3  # next in line, per category


def selection_document(s: Selection, findings: Findings, lang: Language) -> dict[str, Any]:
    """Return the document; ``lang`` is the language of the findings' texts."""
    entries = list(_entries(s))
    return {
        "handprint": 1,
        "kind": "selection",
        "scores": s.options.scores.name,
        "counts": {
            "read": s.read,
            "cases": len(s.submissions),
            "eligible": sum(not why for why in s.barred),
            "competing": len(s.entries),
            "selected": len(s.judged.chosen),
            "places": sum(s.criteria.quotas.values()),
        },
        "include_ineligible": s.options.include_ineligible,
        "method": s.criteria.method,
        "criteria": list(_criteria(s)),
        "expert_scale": {
            "low": s.criteria.experts.low,
            "high": s.criteria.experts.high,
            "share": s.criteria.experts.share,
        },
        "quotas": dict(s.criteria.quotas),
        "limits": dict(s.criteria.limits),
        "tie_break": s.criteria.tie_break,
        "categories": [_category(s, name) for name in CATEGORIES],
        "draws": {"origin": s.draws.origin, "count": s.draws.count, "seed": s.options.seed},
        "entries": entries,
        "cases": [_case(s, position) for position in range(len(s.submissions))],
        "flips": [
            {
                "criterion": s.points.criteria[flip.criterion].id,
                "share": flip.share,
                "lower": _change(s, flip.lower),
                "upper": _change(s, flip.upper),
            }
            for flip in s.judged.flips
        ],
        "other_methods": [
            {"method": name, **(_change(s, change) or {})} for name, change in s.judged.alternatives
        ],
        "similar": [_pair(s, pair) for pair in s.similar],
        "overlapping": [_pair(s, pair) for pair in s.overlapping],
        "together": _together(s),
        "findings": document_findings(findings, lang, [s.options.scores, *s.files, *_given(s)]),
        "manifest": run_manifest(
            [*s.files, *_given(s)],
            draws=s.draws.count,
            seed=s.options.seed,
            include_ineligible=s.options.include_ineligible,
        ),
    }


def _given(s: Selection) -> Iterable[Any]:
    return (path for path in (s.options.criteria, s.options.experts) if path is not None)


# --- criteria -------------------------------------------------------------------------------


def _criteria(s: Selection) -> Iterable[dict[str, Any]]:
    total = float(s.points.weights.sum())
    for index, criterion in enumerate(s.points.criteria):
        yield {
            **_criterion(criterion),
            "share": criterion.weight / total,
            "counts": True,
            "measured": [
                not bool(np.isnan(s.points.measured[index][:, i]).all())
                for i in range(len(criterion.measures))
            ],
            "judged": not bool(np.isnan(s.points.opinions[:, index]).all()),
        }
    for criterion in s.points.left_out:
        nothing = [False] * len(criterion.measures)
        yield {
            **_criterion(criterion),
            "share": 0.0,
            "counts": False,
            "measured": nothing,
            "judged": False,
        }


def _criterion(criterion: Criterion) -> dict[str, Any]:
    return {
        "id": criterion.id,
        "name": dict(criterion.name),
        "weight": criterion.weight,
        "measures": [_measure(measure) for measure in criterion.measures],
    }


def _measure(measure: Measure) -> dict[str, Any]:
    found: dict[str, Any] = {"measure": measure.name}
    if measure.name == "rules_passed":
        found["groups"] = list(measure.groups)
    if measure.name == "column":
        found |= {"column": measure.column, "low": measure.low, "high": measure.high}
    return found


def _category(s: Selection, name: str) -> dict[str, Any]:
    competing = s.competing
    members = [i for i, case in enumerate(competing) if case.category == name]
    own, chosen = set(members), set(s.judged.chosen)
    order = best_first(s.judged.contest, s.judged.keys).tolist()
    waiting = [i for i in order if i in own and i not in chosen]
    quota = s.criteria.quotas.get(name, 0)
    return {
        "id": name,
        "quota": quota,
        "competing": len(members),
        "selected": [competing[i].id for i in s.judged.chosen if i in own],
        "reserve": [competing[i].id for i in waiting[:RESERVES]] if quota else [],
    }


# --- cases ----------------------------------------------------------------------------------


def _entries(s: Selection) -> Iterable[dict[str, Any]]:
    """Yield the cases that compete, best first."""
    within = _ranks_within(s)
    chosen = {position: place for place, position in enumerate(s.judged.chosen, start=1)}
    reserve = {case_id for name in CATEGORIES for case_id in _category(s, name)["reserve"]}
    units = _unit_ranks(s)
    equal = Counter(s.judged.keys.tolist())
    partners = {name: _partners(s, getattr(s, name)) for name in ("similar", "overlapping")}
    competing = s.competing
    for i in best_first(s.judged.contest, s.judged.keys).tolist():
        case = competing[i]
        yield {
            **_facts(case),
            "eligible": not s.barred[s.entries[i]],
            "reasons": list(s.barred[s.entries[i]]),
            "points": {c.id: float(s.points.table[i, j]) for j, c in enumerate(s.points.criteria)},
            "measured": {
                c.id: [finite(v) for v in s.points.measured[j][i]]
                for j, c in enumerate(s.points.criteria)
            },
            "experts": _opinions(s, case),
            "score": float(s.judged.scores[i]),
            "rank": int(s.judged.ranks[i]),
            "category_rank": int(within[i]),
            "tie_order": int(s.judged.contest.tie_order[i]),
            "tied": equal[int(s.judged.keys[i])] > 1,
            "selected": i in chosen,
            "place": chosen.get(i),
            "reserve": case.id in reserve,
            "kept": finite(s.draws.kept[i]),
            "on_front": bool(s.front[i]),
            "EI_rank": units.get(i),
            **_acceptability(s, i),
            **{name: found.get(int(s.entries[i]), []) for name, found in partners.items()},
        }


def _ranks_within(s: Selection) -> "np.ndarray[Any, np.dtype[np.int64]]":
    ranks = np.zeros(len(s.entries), dtype=np.int64)
    names = np.array([case.category for case in s.competing])
    for name in set(names.tolist()):
        members = np.flatnonzero(names == name)
        ranks[members] = competition_ranks(s.judged.keys[members])
    return ranks


def _unit_ranks(s: Selection) -> dict[int, dict[str, int]]:
    """Return the rank of EI among the cases with the same functional unit, where there are two."""
    groups: dict[str, list[int]] = {}
    cases = s.competing
    for i, case in enumerate(cases):
        if math.isfinite(case.number("EI")):
            groups.setdefault(case.function, []).append(i)
    found = {}
    for members in groups.values():
        if len(members) > 1:
            values = np.array([cases[i].number("EI") for i in members])
            for i, rank in zip(members, competition_ranks(score_keys(values)), strict=True):
                found[i] = {"rank": int(rank), "of": len(members)}
    return found


def _facts(case: Submission) -> dict[str, Any]:
    names = ("NER", "p5", "p50", "p95", "EI", "VEI", "E_ref", "G0", "F", "quality_score")
    year = case.number("year")
    return {
        "id": case.id,
        "title": dict(case.title),
        "template": case.template,
        "category": case.category,
        "sector": case.sector,
        "region": case.region,
        "year": int(year) if math.isfinite(year) else None,
        "applicant": case.applicant,
        "claim_group": case.claim_group,
        "verdict": case.verdict,
        "nature": case.nature,
        "findings": list(case.findings),
        "blocking": list(case.blocking),
        **{name: finite(case.number(name)) for name in names},
        "EI_unit": case.ei_unit,
        "reduction_rate": finite(case.reduction_rate),
        "probability": finite(case.number("probability")),
    }


def _case(s: Selection, position: int) -> dict[str, Any]:
    """Return why a case competes or not, for the list of all cases."""
    case = s.submissions[position]
    keys = ("id", "title", "category", "sector", "region", "applicant", "verdict", "NER")
    facts = _facts(case)
    return {
        **{name: facts[name] for name in keys},
        "eligible": not s.barred[position],
        "reasons": list(s.barred[position]),
    }


def _opinions(s: Selection, case: Submission) -> dict[str, Any]:
    found = {c.id: s.opinions.get((case.id, c.id)) for c in s.points.criteria}
    return {
        name: {"mean": o.mean, "low": o.low, "high": o.high, "count": o.count}
        for name, o in found.items()
        if o is not None
    }


def _acceptability(s: Selection, i: int) -> dict[str, Any]:
    found = s.judged.acceptability
    if found is None:
        return {"p_selected": None, "rank_low": None, "rank_high": None, "rank_probabilities": []}
    return {
        "p_selected": float(found.selected[i]),
        "rank_low": int(found.low[i]),
        "rank_high": int(found.high[i]),
        "rank_probabilities": [round(float(p), 6) for p in found.ranks[i]],
    }


def _partners(s: Selection, pairs: Iterable[Pair]) -> dict[int, list[str]]:
    """Return for every case of a pair the ids of the others."""
    found: dict[int, list[str]] = {}
    for pair in pairs:
        found.setdefault(pair.first, []).append(s.submissions[pair.second].id)
        found.setdefault(pair.second, []).append(s.submissions[pair.first].id)
    return found


def _pair(s: Selection, pair: Pair) -> dict[str, str]:
    first, second = s.submissions[pair.first], s.submissions[pair.second]
    return {"first": first.id, "second": second.id, "why": pair.why}


def _change(s: Selection, change: Change | None) -> dict[str, Any] | None:
    if change is None:
        return None
    return {
        "share": change.share,
        "leaves": [s.competing[i].id for i in change.leaves],
        "enters": [s.competing[i].id for i in change.enters],
    }


def _together(s: Selection) -> Mapping[str, Any] | None:
    """Return what the selected cases reach together; nothing where their claims overlap."""
    chosen = list(s.judged.chosen)
    if not chosen:
        return None
    names = {s.competing[i].id for i in chosen}
    pairs = [_pair(s, pair) for pair in s.overlapping]
    overlap = [p for p in pairs if p["first"] in names and p["second"] in names]
    if overlap:
        return {"overlapping": overlap, "NER": None, "p5": None, "p50": None, "p95": None}
    central = math.fsum(s.competing[i].number("NER") for i in chosen)
    found: dict[str, Any] = {"overlapping": [], "NER": central}
    drawn = s.draws.ner[chosen].sum(axis=0) if s.draws.origin == "joint" else np.array([np.nan])
    quantiles = np.percentile(drawn, [5, 50, 95]) if np.isfinite(drawn).all() else [math.nan] * 3
    return found | {
        name: finite(value) for name, value in zip(("p5", "p50", "p95"), quantiles, strict=True)
    }
