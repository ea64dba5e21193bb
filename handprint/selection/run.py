"""From scored cases to a selection: gates, points, places, robustness, in this order."""

import difflib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from handprint.case.template import CATEGORIES
from handprint.core.arrays import Array, Codes, Mask
from handprint.core.errors import CodedError, Finding, Findings, Param, Severity
from handprint.core.files import unreadable
from handprint.factors.library import shipped_library
from handprint.selection.choices import LIMITED
from handprint.selection.criteria import Criteria, read_criteria
from handprint.selection.eligibility import reasons
from handprint.selection.experts import Opinion, read_experts
from handprint.selection.front import pareto_front
from handprint.selection.joint_draws import CaseFinder, joint_ner
from handprint.selection.methods import score_cases
from handprint.selection.ner_draws import NerDraws, gather_draws
from handprint.selection.overlaps import Pair, overlapping_claims, similar_submissions
from handprint.selection.places import Contest, competition_ranks, fill_places, score_keys
from handprint.selection.points import Points, drawn_points, score_points
from handprint.selection.robustness import (
    Acceptability,
    Change,
    WeightFlip,
    other_methods,
    rank_acceptability,
    weight_flips,
)
from handprint.selection.submissions import Scores, Submission, read_scores

if TYPE_CHECKING:
    from handprint.factors.factor import Library


__all__ = ["Selection", "SelectionOptions", "run_selection"]

MOST_JOINT = 1_000  # cases evaluated again: some 20 ms each
MOST_REASONS = 3  # named where nobody is eligible
MOST_PAIRS = 50  # findings about pairs; all of them stand in the results


@dataclass(frozen=True, slots=True)
class SelectionOptions:
    """How to select; quotas, limits and method given here go before those of the criteria file.

    Parameters
    ----------
    find : callable, optional
        Yields the cases behind scored rows, for joint draws.
    given : Scores, optional
        The scores themselves where they stand in no file; ``scores`` names them then.
    """

    scores: Path
    criteria: Path | None = None
    experts: Path | None = None
    quotas: Mapping[str, int] | None = None
    limits: Mapping[str, int] | None = None
    method: str | None = None
    include_ineligible: bool = False
    draws: int = 2_000
    seed: int = 1
    find: CaseFinder | None = None
    factors: "Library | None" = None
    given: Scores | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """Scores, places and their robustness, over the cases that compete.

    Parameters
    ----------
    chosen : tuple of int
        Positions of the selected cases, in the order in which the places were given.
    acceptability : Acceptability or None
        None without draws.
    """

    scores: Array
    keys: Codes
    ranks: Codes
    contest: Contest
    chosen: tuple[int, ...]
    acceptability: Acceptability | None
    flips: tuple[WeightFlip, ...]
    alternatives: tuple[tuple[str, Change], ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """A finished selection.

    Parameters
    ----------
    submissions, barred : sequences over all cases
        The cases, and for each why it is not eligible.
    entries : array of int
        Positions in ``submissions`` of the cases that compete; points, draws, judgement and
        front are over these.
    similar, overlapping : sequences of Pair
        By position in ``submissions``.
    """

    options: SelectionOptions
    criteria: Criteria
    files: tuple[Path, ...]
    read: int
    submissions: tuple[Submission, ...]
    barred: Sequence[tuple[str, ...]]
    entries: Codes
    opinions: Mapping[tuple[str, str], Opinion]
    points: Points
    draws: NerDraws
    judged: Judgement
    front: Mask
    similar: Sequence[Pair]
    overlapping: Sequence[Pair]

    @property
    def competing(self) -> list[Submission]:
        """The cases that compete."""
        return [self.submissions[i] for i in self.entries]


def run_selection(options: SelectionOptions, findings: Findings) -> Selection | None:
    """Select cases; None, with findings, where the input does not allow it."""
    findings.extend(unreadable([options.scores, options.criteria, options.experts], below=False))
    if findings.has(Severity.ERROR):
        return None
    criteria = _criteria(options, findings)
    scores = options.given or read_scores(options.scores, findings)
    if criteria is None or not scores.submissions:
        return None
    cases = scores.submissions
    opinions = _opinions(options, criteria, cases, findings)
    barred = reasons(cases, criteria.gates, findings)
    entries = [i for i, why in enumerate(barred) if options.include_ineligible or not why]
    entries = [i for i in entries if np.isfinite(cases[i].number("NER"))]
    competing = [cases[i] for i in entries]
    if not competing:
        findings.add(_nobody(barred, options.scores))
        return None
    if opinions is None or not _quotas_fit(criteria, competing, options.scores, findings):
        return None
    draws = _draws(options, competing, findings)
    points = score_points(competing, criteria.criteria, opinions, criteria.experts, draws, findings)
    if not points.criteria or points.weights.sum() <= 0:
        findings.add(Finding("HP-K11", Severity.ERROR, str(options.scores), variant="nothing"))
        return None
    try:
        judged = _judge(criteria, competing, points, draws)
    except CodedError as problem:
        findings.add(problem.finding(str(options.scores)))
        return None
    similar, overlapping = similar_submissions(cases), overlapping_claims(cases)
    _report_pairs("HP-K14", similar, cases, findings)
    _report_pairs("HP-K15", overlapping, cases, findings)
    return Selection(
        options=options,
        criteria=criteria,
        files=scores.files,
        read=scores.read,
        submissions=cases,
        barred=barred,
        entries=np.array(entries, dtype=np.int64),
        opinions=opinions,
        points=points,
        draws=draws,
        front=pareto_front(np.array([_objectives(case) for case in competing])),
        similar=similar,
        overlapping=overlapping,
        judged=judged,
    )


# --- input ----------------------------------------------------------------------------------


def _criteria(options: SelectionOptions, findings: Findings) -> Criteria | None:
    criteria = read_criteria(options.criteria, findings)
    if criteria is None:
        return None
    asked = {"method": options.method, "quotas": options.quotas, "limits": options.limits}
    return criteria.model_copy(update={name: value for name, value in asked.items() if value})


def _opinions(
    options: SelectionOptions, criteria: Criteria, cases: Sequence[Submission], findings: Findings
) -> Mapping[tuple[str, str], Opinion] | None:
    if options.experts is None:
        return {}
    told = Findings()
    ids = [case.id for case in cases]
    names = [criterion.id for criterion in criteria.criteria]
    found = read_experts(options.experts, ids, names, criteria.experts, told)
    findings.extend(told)
    return None if told.has(Severity.ERROR) else found


def _quotas_fit(
    criteria: Criteria, competing: Sequence[Submission], scores: Path, findings: Findings
) -> bool:
    """Report quotas of unknown categories, quotas that cannot be filled, and no quota at all."""
    place, known = str(scores), True
    for category, quota in criteria.quotas.items():
        able = sum(case.category == category for case in competing)
        params: dict[str, Param] = {"category": category, "quota": quota, "able": able}
        if category not in CATEGORIES:
            near = difflib.get_close_matches(category, CATEGORIES, 1, 0.4) or CATEGORIES
            params["known"] = ", ".join(near)
            findings.add(Finding("HP-K10", Severity.ERROR, place, params, "category"))
            known = False
        elif quota > able:
            findings.add(Finding("HP-K10", Severity.WARNING, place, params))
    if not criteria.quotas:
        findings.add(Finding("HP-K10", Severity.NOTE, place, variant="none"))
    return known


def _nobody(barred: Sequence[tuple[str, ...]], scores: Path) -> Finding:
    """Return the finding that no case may compete, with the commonest reasons."""
    counts = Counter(reason for why in barred for reason in why)
    named = ", ".join(f"{reason} ({n})" for reason, n in counts.most_common(MOST_REASONS))
    params: dict[str, Param] = {"cases": len(barred), "reasons": named}
    return Finding("HP-K01", Severity.ERROR, str(scores), params, "none_eligible")


def _draws(
    options: SelectionOptions, competing: Sequence[Submission], findings: Findings
) -> NerDraws:
    """Return joint draws where the cases can be evaluated again, and say what they rest on."""
    joint: Mapping[str, Array] = {}
    finder = options.find
    carried = any(case.source is not None for case in competing)
    few = len(competing) <= MOST_JOINT
    if options.draws and few and (carried or finder is not None):
        library = options.factors or shipped_library()
        joint = joint_ner(competing, library, seed=options.seed, draws=options.draws, find=finder)
    draws = gather_draws(competing, joint, seed=options.seed, draws=options.draws)
    if draws.origin != "joint":
        rebuilt = sum(case.id not in joint for case in competing)
        params: dict[str, Param] = {"count": rebuilt, "cases": len(competing)}
        variant = "none" if draws.origin == "none" else "" if few else "many"
        place = str(options.scores)
        findings.add(Finding("HP-K12", Severity.NOTE, place, params, variant))
    return draws


def _objectives(case: Submission) -> tuple[float, ...]:
    quality = -case.number("quality_score")
    return (case.number("NER"), case.reduction_rate, case.number("VEI"), quality)


def _report_pairs(
    code: str, pairs: Sequence[Pair], cases: Sequence[Submission], findings: Findings
) -> None:
    for pair in pairs[:MOST_PAIRS]:
        first, second = cases[pair.first], cases[pair.second]
        params = {"first": first.id, "second": second.id, "place": first.place}
        variant = pair.why
        findings.add(Finding(code, Severity.WARNING, second.place, params, variant))


# --- judgement ------------------------------------------------------------------------------


def _judge(
    criteria: Criteria, competing: Sequence[Submission], points: Points, draws: NerDraws
) -> Judgement:
    method, table, weights = criteria.method, points.table, points.weights
    scores = score_cases(method, table, weights)
    keys = score_keys(scores)
    contest = _contest(criteria, competing, points)
    chosen = fill_places(contest, keys)
    varying = drawn_points(points, competing, criteria.experts, draws)
    return Judgement(
        scores=scores,
        keys=keys,
        ranks=competition_ranks(keys),
        contest=contest,
        chosen=tuple(chosen),
        acceptability=(
            rank_acceptability(method, table, weights, varying, contest) if varying else None
        ),
        flips=tuple(weight_flips(method, table, weights, contest)) if chosen else (),
        alternatives=tuple(other_methods(method, table, weights, contest, chosen)),
    )


def _contest(criteria: Criteria, competing: Sequence[Submission], points: Points) -> Contest:
    limited = {name: [getattr(case, name) for case in competing] for name in LIMITED}
    return Contest(
        categories=[case.category for case in competing],
        sectors=[case.sector for case in competing],
        regions=[case.region for case in competing],
        limited=limited,
        quotas=criteria.quotas,
        limits=criteria.limits,
        tie_order=_tie_order(criteria, competing, points),
    )


def _tie_order(criteria: Criteria, competing: Sequence[Submission], points: Points) -> Codes:
    """Return the place of every case in the order of the tie-break criterion, then of the ids."""
    ids = [criterion.id for criterion in points.criteria]
    counts = criteria.tie_break in ids
    column = points.table[:, ids.index(criteria.tie_break)] if counts else np.zeros(len(competing))
    order = sorted(range(len(competing)), key=lambda i: (-score_keys(column[i]), competing[i].id))
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(len(order))
    return places
