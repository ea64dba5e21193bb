"""Submissions that look alike, and claims on one reference activity."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from handprint.selection.submissions import Submission

__all__ = ["Pair", "overlapping_claims", "similar_submissions"]

CLOSE = 0.005  # relative
NEIGHBOURS = 20  # in order of E_ref, with which a case is compared
COMPARED = ("E_ref", "E_sol", "F", "NER")
Why = Literal["numbers", "title", "claim_group", "activity"]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two cases, by position, and why they stand together."""

    first: int
    second: int
    why: Why


def similar_submissions(cases: Sequence[Submission]) -> list[Pair]:
    """Return pairs of one template whose numbers agree within 0.5 %, or whose titles are the same.

    Titles are compared without case, width, spaces and punctuation.
    """
    found = {(p.first, p.second): p for p in (*_by_title(cases), *_by_numbers(cases))}
    return [found[key] for key in sorted(found)]


def overlapping_claims(cases: Sequence[Submission]) -> list[Pair]:
    """Return pairs with one declared claim group, or with one applicant, template, region, year."""
    pairs = [*_same(cases, _activity, "activity"), *_same(cases, _claim_group, "claim_group")]
    found = {(p.first, p.second): p for p in pairs}
    return [found[key] for key in sorted(found)]


def _by_numbers(cases: Sequence[Submission]) -> Iterator[Pair]:
    known = [i for i, case in enumerate(cases) if case.number("E_ref") > 0]
    order = sorted(known, key=lambda i: (cases[i].template, cases[i].number("E_ref"), i))
    for position, i in enumerate(order):
        limit = cases[i].number("E_ref") * (1 + CLOSE)
        for j in order[position + 1 : position + 1 + NEIGHBOURS]:
            if cases[j].template != cases[i].template or cases[j].number("E_ref") > limit:
                break
            if _alike(cases[i], cases[j]):
                yield Pair(min(i, j), max(i, j), "numbers")


def _alike(one: Submission, other: Submission) -> bool:
    return all(
        abs(one.number(name) - other.number(name)) <= CLOSE * max(abs(one.number(name)), 1e-9)
        for name in COMPARED
    )


def _by_title(cases: Sequence[Submission]) -> Iterator[Pair]:
    return _same(cases, _title, "title")


def _same(
    cases: Sequence[Submission], key: Callable[[Submission], object], why: Why
) -> Iterator[Pair]:
    """Yield neighbours among the cases that share a key that is not empty."""
    last: dict[object, int] = {}
    for index, case in enumerate(cases):
        own = key(case)
        if not own:
            continue
        if own in last:
            yield Pair(last[own], index, why)
        last[own] = index


def _title(case: Submission) -> str:
    words = unicodedata.normalize("NFKC", case.title.get("zh") or case.title.get("en") or "")
    plain = re.sub(r"[\W_]+", "", words.casefold())
    return f"{case.template}|{plain}" if plain else ""


def _claim_group(case: Submission) -> str:
    return case.claim_group


def _activity(case: Submission) -> object:
    if not case.applicant or not case.template:
        return ""
    return (case.applicant, case.template, case.region, case.number("year"))
