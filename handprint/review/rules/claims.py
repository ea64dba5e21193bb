"""What is claimed, and how it may be used."""

import numpy as np

from handprint.core.errors import Severity
from handprint.review.rules.registry import Columns, Mask, given, is_true, rule, same


@rule("R10", Severity.BLOCK, clause="L.1480, Tier 3", mark="S", place=("assessment", "public"))
def tier_three_stays_internal(c: Columns) -> Mask:
    """A Tier 3 assessment is never used for public communication."""
    return np.asarray(same(c, "tier", 3) & is_true(c, "public"))


@rule(
    "R37",
    Severity.BLOCK,
    clause="L.1480; break-even: project rule",
    mark="V/D",
    variant="undeclared",
    place=("higher_order", "rebound"),
)
def rebound_declared(c: Columns) -> Mask:
    """The rebound is quantified, embedded in a measurement, or declared as not quantified."""
    return ~given(c, "rebound_status")


@rule(
    "R37",
    Severity.BLOCK,
    clause="L.1480; break-even: project rule",
    mark="V/D",
    variant="unsourced",
    place=("higher_order", "rebound"),
)
def rebound_has_source(c: Columns) -> Mask:
    """A quantified rebound has a share and a source."""
    return np.asarray(same(c, "rebound_status", "quantified") & ~is_true(c, "rebound_sourced"))


@rule(
    "R37",
    Severity.WARNING,
    clause="L.1480; break-even: project rule",
    mark="V/D",
    variant="not_quantified",
    place=("higher_order", "rebound"),
    params=("break_even_percent",),
)
def rebound_not_quantified(c: Columns) -> Mask:
    """A rebound that is not quantified is shown with the break-even rebound."""
    return np.asarray(same(c, "rebound_status", "not_quantified") & (c["break_even_percent"] > 0))


@rule(
    "R37",
    Severity.WARNING,
    clause="L.1480; break-even: project rule",
    mark="V/D",
    variant="no_margin",
    place=("higher_order", "rebound"),
)
def rebound_has_no_margin(c: Columns) -> Mask:
    """A rebound that is not quantified, where the result is not positive even without one."""
    return np.asarray(same(c, "rebound_status", "not_quantified") & ~(c["break_even_percent"] > 0))


@rule(
    "R37",
    Severity.BLOCK,
    clause="L.1480; break-even: project rule",
    mark="V/D",
    variant="contradiction",
    place=("higher_order", "rebound"),
    params=("rebound_status",),
)
def rebound_agrees_with_its_status(c: Columns) -> Mask:
    """A rebound share stands only beside the status quantified."""
    return np.asarray(
        is_true(c, "rebound_share_given")
        & given(c, "rebound_status")
        & ~same(c, "rebound_status", "quantified")
    )


@rule("R38", Severity.BLOCK, clause="project rule", mark="D", place=())
def definitions_named(c: Columns) -> Mask:
    """NER, EI and VEI name the definition they were computed with."""
    return ~given(c, "definitions")


@rule(
    "R11",
    Severity.BLOCK,
    clause="GHG Protocol Scope 3, 9.5; Net Zero Initiative",
    mark="V",
    place=("title",),
    params=("netting_words",),
)
def not_netted(c: Columns) -> Mask:
    """No text nets NER against Scope 1 to 3."""
    return given(c, "netting_words")


@rule(
    "R12",
    Severity.BLOCK,
    clause="WBCSD; Net Zero Initiative",
    mark="V/S",
    place=("title",),
    params=("neutral_words",),
)
def no_neutrality_claim(c: Columns) -> Mask:
    """No text derives carbon neutrality or an offset from NER."""
    return given(c, "neutral_words")


@rule("R14", Severity.BLOCK, clause="Project Frame", mark="V", place=("claim",))
def claim_has_class(c: Columns) -> Mask:
    """The claim is potential, planned or realised."""
    return ~given(c, "claim")


@rule(
    "R27",
    Severity.BLOCK,
    clause="WBCSD",
    mark="V/S",
    place=("eligibility",),
    params=("gates_open",),
)
def gates_answered(c: Columns) -> Mask:
    """The three eligibility gates are answered with evidence."""
    return given(c, "gates_open")


@rule(
    "R28",
    Severity.BLOCK,
    clause="Climate Dividends; WBCSD",
    mark="V/M",
    place=("eligibility", "fossil_link"),
    params=("fossil_link",),
)
def no_fossil_link(c: Columns) -> Mask:
    """The solution does not support fossil extraction or prolong fossil assets."""
    return np.asarray(given(c, "fossil_link") & ~same(c, "fossil_link", "none"))


@rule(
    "R29",
    Severity.BLOCK,
    clause="GHG Protocol Scope 3, box 9.4",
    mark="V",
    place=("disclosure",),
    params=("disclosures_missing",),
)
def disclosures_complete(c: Columns) -> Mask:
    """Method, data, boundary, period, baseline, completeness and ownership are disclosed."""
    return given(c, "disclosures_missing")


@rule("R43", Severity.BLOCK, clause="project rule", mark="D", place=("submitter", "commitment"))
def truth_committed(c: Columns) -> Mask:
    """The submitter commits to the truth of the submission."""
    return ~is_true(c, "commitment")


@rule(
    "RF13", Severity.WARNING, clause="WBCSD", mark="S", place=("title",), params=("glossy_words",)
)
def no_neutrality_wording(c: Columns) -> Mask:
    """Wording such as net zero or zero carbon is explained or removed."""
    return given(c, "glossy_words")


@rule(
    "RF14",
    Severity.WARNING,
    clause="Project Frame",
    mark="V",
    place=("claim",),
    params=("past_words",),
)
def potential_not_achieved(c: Columns) -> Mask:
    """A potential or planned effect is not told as achieved."""
    return np.asarray(
        (same(c, "claim", "potential") | same(c, "claim", "planned")) & given(c, "past_words")
    )
