"""From measures to points: what every case gets in every criterion, 0 to 100."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from handprint.core.arrays import Array
from handprint.core.errors import Finding, Findings, Param, Severity
from handprint.review.checklist import GROUPS
from handprint.review.rules import RULES
from handprint.selection.criteria import Criterion, ExpertScale, Measure
from handprint.selection.experts import Opinion
from handprint.selection.ner_draws import NerDraws, kept_share
from handprint.selection.submissions import Submission
from handprint.units.amounts import plain_number
from handprint.units.records import value_number

__all__ = ["Points", "drawn_points", "score_points"]

FULL = 100.0
WORST_QUALITY = 5.0
REMARK = 0.5  # a rule that is broken without blocking counts half
VERDICT_POINTS = {"robust": 100.0, "likely": 75.0, "inconclusive": 25.0, "net_burden": 0.0}
MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Points:
    """Points of all cases in the criteria that could be scored.

    Parameters
    ----------
    criteria : tuple of Criterion
        Those that count; a criterion without a value for any case is left out.
    measured : sequence of arrays, shape (case, measure)
        Points per measure of each criterion, NaN where a case lacks it; measures that no case
        has are columns of NaN.
    opinions : array, shape (case, criterion)
        Mean points of the experts, NaN where nobody scored.
    table : array, shape (case, criterion)
        What counts; a measure that a case lacks and others have counts 0.
    """

    criteria: tuple[Criterion, ...]
    left_out: tuple[Criterion, ...]
    measured: Sequence[Array]
    opinions: Array
    table: Array

    @property
    def weights(self) -> Array:
        """Weights of the criteria that count."""
        return np.array([criterion.weight for criterion in self.criteria])


def score_points(
    submissions: Sequence[Submission],
    criteria: Sequence[Criterion],
    opinions: Mapping[tuple[str, str], Opinion],
    scale: ExpertScale,
    draws: NerDraws,
    findings: Findings,
) -> Points:
    """Return the points of all cases; what could not be scored becomes findings."""
    kept, left_out, measured, judged, columns = [], [], [], [], []
    for criterion in criteria:
        _report_texts(submissions, criterion, findings)
        own = _measured(submissions, criterion, draws)
        opinion = np.array(
            [_mean(opinions.get((case.id, criterion.id))) for case in submissions], dtype=float
        )
        if np.isnan(own).all() and np.isnan(opinion).all():
            left_out.append(criterion)
            continue
        _report_gaps(submissions, criterion, own, opinion, findings)
        kept.append(criterion)
        measured.append(own)
        judged.append(opinion)
        columns.append(combine(own, opinion, scale.share))
    for criterion in left_out if submissions else ():
        params: dict[str, Param] = {"criterion": criterion.id, "weight": criterion.weight}
        findings.add(Finding("HP-K07", Severity.WARNING, submissions[0].place, params))
    shape = (len(submissions), len(kept))
    return Points(
        tuple(kept),
        tuple(left_out),
        measured,
        np.array(judged).T.reshape(shape),
        np.array(columns).T.reshape(shape),
    )


def combine(measured: Array, opinions: Array, share: float) -> Array:
    """Return the points of one criterion: mean of its measures, and the experts' share.

    Parameters
    ----------
    measured : array, shape (case, measure) or (case, measure, draw)
    opinions : array, shape (case,)
    share : float
        Of the experts, where a case has both.
    """
    there = ~np.isnan(measured).all(axis=tuple(i for i in range(measured.ndim) if i != 1))
    shape = (-1,) + (1,) * (measured.ndim - 2)
    judged = opinions.reshape(shape)
    if not there.any():
        return np.asarray(np.nan_to_num(judged, nan=0.0))
    own = np.nan_to_num(measured[:, there], nan=0.0).mean(axis=1)
    if np.isnan(opinions).all():
        return np.asarray(own)
    return np.asarray(np.where(np.isnan(judged), own, (1 - share) * own + share * judged))


def drawn_points(
    points: Points, submissions: Sequence[Submission], scale: ExpertScale, draws: NerDraws
) -> dict[int, Array]:
    """Return the points of the criteria that vary with the draws, shape (case, draw), by column."""
    varying: dict[int, Array] = {}
    for index, criterion in enumerate(points.criteria):
        drawn = {
            position: _drawn(measure, draws)
            for position, measure in enumerate(criterion.measures)
            if measure.name in ("probability", "kept")
        }
        if not drawn or draws.count == 0:
            continue
        own = np.repeat(points.measured[index][:, :, None], draws.count, axis=2)
        for position, values in drawn.items():
            own[:, position] = values
        varying[index] = combine(own, points.opinions[:, index], scale.share)
    return varying


def _drawn(measure: Measure, draws: NerDraws) -> Array:
    if measure.name == "probability":
        return np.where(np.isnan(draws.ner), np.nan, FULL * (draws.ner > 0))
    return FULL * kept_share(draws.ner)


# --- measures -------------------------------------------------------------------------------


def _measured(submissions: Sequence[Submission], criterion: Criterion, draws: NerDraws) -> Array:
    columns = [_measure(submissions, measure, draws) for measure in criterion.measures]
    if not columns:
        return np.full((len(submissions), 1), np.nan)
    return np.array(columns, dtype=float).T.reshape(len(submissions), len(columns))


def _measure(
    submissions: Sequence[Submission], measure: Measure, draws: NerDraws
) -> Array | list[float]:
    if measure.name == "quality_score":
        span = WORST_QUALITY - 1.0
        return [FULL * (WORST_QUALITY - c.number("quality_score")) / span for c in submissions]
    if measure.name == "rules_passed":
        rules = _rules_of(measure.groups)
        return [FULL * _passed(case, rules) for case in submissions]
    if measure.name == "verdict":
        return [VERDICT_POINTS.get(case.verdict, math.nan) for case in submissions]
    if measure.name == "column":
        return [_from_column(case, measure) for case in submissions]
    if measure.name == "probability":
        return [FULL * case.number("probability") for case in submissions]
    return FULL * draws.kept


def _rules_of(groups: Sequence[str]) -> frozenset[str]:
    registered = {rule.id for rule in RULES}
    return frozenset(rule for group in groups for rule in GROUPS[group]) & registered


def _passed(case: Submission, rules: frozenset[str]) -> float:
    """Return the share of rules that a case passes."""
    remarks = {code.partition(".")[0] for code in case.findings}
    failed = {code.partition(".")[0] for code in case.blocking}
    lost = sum(1.0 if rule in failed else REMARK for rule in rules & (remarks | failed))
    return 1.0 - lost / len(rules)


def _from_column(case: Submission, measure: Measure) -> float:
    value = case.numbers.get(measure.column)
    if value is None:
        value = plain_number(case.extra.get(measure.column, ""))
    if value is None:
        return math.nan
    return min(max(FULL * (value - measure.low) / (measure.high - measure.low), 0.0), FULL)


def _report_texts(
    submissions: Sequence[Submission], criterion: Criterion, findings: Findings
) -> None:
    """Report texts for numbers in the columns that a criterion measures."""
    for measure in criterion.measures:
        for case in submissions:
            text = case.extra.get(measure.column, "") if measure.column else ""
            value_number(text, measure.column, f"{case.place} {measure.column}", findings)


def _mean(opinion: Opinion | None) -> float:
    return math.nan if opinion is None else opinion.mean


def _report_gaps(
    submissions: Sequence[Submission],
    criterion: Criterion,
    own: "Array",
    opinion: "Array",
    findings: Findings,
) -> None:
    """Report the cases that lack what others have."""
    gaps = {m.name: own[:, i] for i, m in enumerate(criterion.measures)} | {"experts": opinion}
    for name, values in gaps.items():
        lacking = np.flatnonzero(np.isnan(values))
        if 0 < len(lacking) < len(submissions):
            ids = [submissions[i].id for i in lacking[:MOST_NAMED]]
            more = f" (+{len(lacking) - MOST_NAMED})" if len(lacking) > MOST_NAMED else ""
            params: dict[str, Param] = {
                "criterion": criterion.id,
                "measure": name,
                "count": len(lacking),
                "ids": ", ".join(ids) + more,
            }
            variant = "experts" if name == "experts" else ""
            place = submissions[lacking[0]].place
            findings.add(Finding("HP-K08", Severity.WARNING, place, params, variant))
