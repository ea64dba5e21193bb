"""Who may claim what, and what is counted twice."""

import numpy as np

from handprint.core.errors import Severity
from handprint.review.rules.registry import Columns, Mask, given, is_true, rule, same


@rule(
    "R16",
    Severity.BLOCK,
    clause="Climate Dividends, attribution key",
    mark="V",
    place=("attribution",),
    params=("share_sum",),
)
def shares_add_up(c: Columns) -> Mask:
    """Shares lie in 0..1, add up to at most 1, and name their key."""
    return np.asarray(
        (c["contributors"] > 0)
        & (is_true(c, "share_outside") | (c["share_sum"] > 1 + 1e-9) | ~given(c, "share_key"))
    )


@rule(
    "R17",
    Severity.WARNING,
    clause="GHG Protocol Scope 3, 9.6",
    mark="V",
    place=("attribution", "others"),
)
def other_claimants_told(c: Columns) -> Mask:
    """Other claimants are listed, or said to be unknown."""
    return ~is_true(c, "others_told")


@rule(
    "R18",
    Severity.BLOCK,
    clause="GHG Protocol Scope 3, box 9.4",
    mark="V",
    place=("disclosure", "completeness"),
)
def portfolio_is_complete(c: Columns) -> Mask:
    """A portfolio figure says what it covers, adverse solutions included."""
    return np.asarray(same(c, "assessment_type", "provider") & ~is_true(c, "completeness_told"))


@rule(
    "R19",
    Severity.BLOCK,
    clause="Bergmark et al. 2020; formula of this project",
    mark="V/D",
    place=("solution", "overlap"),
    params=("also_acting",),
)
def overlap_treated(c: Columns) -> Mask:
    """Several solutions on one reference activity say how their overlap is treated."""
    return np.asarray(given(c, "also_acting") & ~given(c, "overlap"))


@rule(
    "R42",
    Severity.BLOCK,
    clause="project rule",
    mark="D",
    place=("disclosure", "overlap"),
    params=("overlap_missing",),
)
def instruments_declared(c: Columns) -> Mask:
    """Overlap with ETS, CCER, green certificates and carbon-inclusion schemes is declared."""
    return given(c, "overlap_missing")


@rule(
    "RF02",
    Severity.WARNING,
    clause="Bergmark et al. 2020",
    mark="V",
    place=("solution", "overlap"),
    params=("also_acting",),
)
def not_added_up(c: Columns) -> Mask:
    """Solutions on one activity are not simply added."""
    return np.asarray(given(c, "also_acting") & same(c, "overlap", "additive"))


@rule(
    "RF11",
    Severity.WARNING,
    clause="Riverse; Climate Dividends",
    mark="V",
    place=("attribution", "contributors"),
)
def nobody_takes_all(c: Columns) -> Mask:
    """Nobody takes the whole credit where several contribute."""
    return np.asarray((c["contributors"] > 1) & (c["share_max"] >= 1))
