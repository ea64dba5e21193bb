"""Gates before criteria: who may compete at all, and why not."""

import math
from collections.abc import Iterable, Sequence

from handprint.case.template import CATEGORIES
from handprint.core.errors import Finding, Findings, Severity
from handprint.selection.criteria import Gates
from handprint.selection.submissions import Submission

__all__ = ["reasons"]


def reasons(
    submissions: Sequence[Submission], gates: Gates, findings: Findings
) -> list[tuple[str, ...]]:
    """Return for every case why it is not eligible: codes of findings, or of the gate.

    Gates are ``verdict``, ``tier``, ``probability``, ``no_ner`` and ``no_category``. A gate that
    no case can be held to, because the scores lack its column, becomes a finding.
    """
    _check_gates(submissions, gates, findings)
    return [tuple(_reasons(submission, gates)) for submission in submissions]


def _reasons(case: Submission, gates: Gates) -> Iterable[str]:
    if not gates.blocking_findings:
        yield from case.blocking
    if math.isnan(case.number("NER")):
        yield "no_ner"
    if case.category not in CATEGORIES:
        yield "no_category"
    if case.verdict in gates.verdicts_excluded:
        yield "verdict"
    if gates.least_tier is not None and case.number("tier") < gates.least_tier:
        yield "tier"
    least = gates.least_probability
    if least is not None and case.number("probability") < least:
        yield "probability"


def _check_gates(submissions: Sequence[Submission], gates: Gates, findings: Findings) -> None:
    asked = {"tier": gates.least_tier, "probability": gates.least_probability}
    for column, limit in asked.items():
        known = any(column in submission.numbers for submission in submissions)
        if limit is not None and submissions and not known:
            place = submissions[0].place
            findings.add(Finding("HP-K13", Severity.WARNING, place, {"column": column}))
