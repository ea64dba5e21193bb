"""The review of one case: findings of the rules, and the checklist where no score is possible."""

import re

import numpy as np

from handprint.case.feeds import input_path
from handprint.case.reader import RawCase
from handprint.case.schema import Case
from handprint.core.errors import Finding, Param
from handprint.review.checklist import CheckedRule, checklist
from handprint.review.facts import Facts, stated_facts
from handprint.review.rules import RULES, Rule, broken

__all__ = ["partial_review", "review"]


def partial_review(case: Case, raw: RawCase) -> tuple[list[CheckedRule], list[Finding]]:
    """Return the checklist and the findings of a case that an error keeps from being computed.

    Rules that ask for what the case states are evaluated; those that ask for results are not.
    """
    known = stated_facts(case)
    found: list[Finding] = []
    unknown: set[str] = set()
    for rule in RULES:
        try:
            if np.asarray(rule.check(known)).flat[0]:
                found.append(_finding(rule, known, raw))
        except KeyError:  # it asks for a fact that only a model or a result gives
            unknown.add(rule.id)
    return checklist(found, unknown), found


def review(values: Facts, raw: RawCase) -> list[Finding]:
    """Return the findings of all review rules for one case."""
    return [_finding(rule, values, raw) for rule, mask in broken(values) if mask[0]]


def _finding(rule: Rule, values: Facts, raw: RawCase) -> Finding:
    params: dict[str, Param] = {name: values[name][0].item() for name in rule.params}
    named = [str(params[name]) for name in rule.params if name.startswith("inputs_")]
    paths = tuple(
        path
        for key in re.findall(r"[^\s,]+", " ".join(named))
        if (path := input_path(raw.tree, key)) is not None
    )
    return Finding(rule.id, rule.severity, raw.place(rule.place), params, rule.variant, paths)
