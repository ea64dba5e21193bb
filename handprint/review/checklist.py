"""The reviewer's checklist: all rules in the order in which a reviewer asks (methodology 2.8)."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Literal

from handprint.core.errors import Finding, Severity
from handprint.review.rules import RULES

__all__ = ["GROUPS", "CheckedRule", "checklist"]

GROUPS: dict[str, tuple[str, ...]] = {
    "eligibility": ("R27", "R28", "R40"),
    "equality": ("R01", "R02", "R41"),
    "reference": ("R04", "R05", "R06", "R36", "RF03", "RF04", "RF08"),
    "first_order": ("R03", "R34", "R35", "RF05", "RF12"),
    "higher_order": ("R07", "R08", "R09", "R37", "RF01", "RF07"),
    "factors": ("R24", "R39"),
    "attribution": ("R16", "R17", "R18", "R19", "R42", "RF02", "RF11"),
    "data": ("R20", "R25", "R26", "R30", "R31", "RF06", "RF09", "RF10", "RF15"),
    "uncertainty": ("R21", "R22", "R23"),
    "claim": ("R13", "R14", "R15", "R38", "RF14"),
    "disclosure": ("R10", "R11", "R12", "R29", "R32", "R33", "R43", "RF13"),
}
Outcome = Literal["passed", "failed", "remark", "not_evaluated"]


@dataclass(frozen=True, slots=True)
class CheckedRule:
    """One line of the checklist."""

    group: str
    rule: str
    outcome: Outcome


def checklist(
    findings: Iterable[Finding], unknown: Container[str] = frozenset()
) -> list[CheckedRule]:
    """Return every rule with its outcome: failed where it blocks, remark where it warns.

    Parameters
    ----------
    unknown : container of str
        Rules of which a part could not be evaluated: not passed where nothing else was found.
    """
    worst: dict[str, Severity] = {}
    for finding in findings:
        known = worst.get(finding.rule)
        if known is None or finding.severity.rank < known.rank:
            worst[finding.rule] = finding.severity
    registered = {rule.id for rule in RULES}
    return [
        CheckedRule(group, rule, _outcome(worst.get(rule), known=rule not in unknown))
        for group, rules in GROUPS.items()
        for rule in rules
        if rule in registered
    ]


def _outcome(severity: Severity | None, *, known: bool) -> Outcome:
    if severity is None:
        return "passed" if known else "not_evaluated"
    return "failed" if severity.rank <= Severity.BLOCK.rank else "remark"
