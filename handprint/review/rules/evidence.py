"""Data, evidence, uncertainty, review."""

import numpy as np

from handprint.core.errors import Severity
from handprint.review.rules.registry import Columns, Mask, given, is_true, rule, same


@rule(
    "R20",
    Severity.WARNING,
    clause="Malmodin and Coroama 2016",
    mark="V/D",
    place=("extrapolation",),
    params=("extrapolation_ratio",),
)
def sample_is_representative(c: Columns) -> Mask:
    """An extrapolation argues that its sample is representative."""
    return np.asarray((c["extrapolation_ratio"] > 1) & ~is_true(c, "representative"))


@rule(
    "R20",
    Severity.BLOCK,
    clause="Malmodin and Coroama 2016",
    mark="V/D",
    variant="far",
    place=("extrapolation",),
    params=("extrapolation_ratio",),
)
def not_too_far(c: Columns) -> Mask:
    """A sample is not carried over to more than a thousand times its size."""
    return np.asarray((c["extrapolation_ratio"] > 1000) & ~is_true(c, "measured_at_scale"))


@rule(
    "R21",
    Severity.BLOCK,
    clause="GHG Protocol Scope 3, table 7.6",
    mark="V/D",
    variant="tier1",
    place=("inputs",),
    params=("inputs_unscored",),
)
def data_scored_tier_one(c: Columns) -> Mask:
    """Tier 1 scores the data quality of every input that matters."""
    return np.asarray(same(c, "tier", 1) & given(c, "inputs_unscored"))


@rule(
    "R21",
    Severity.WARNING,
    clause="GHG Protocol Scope 3, table 7.6",
    mark="V/D",
    place=("inputs",),
    params=("inputs_unscored",),
)
def data_scored(c: Columns) -> Mask:
    """Tier 2 should score the data quality of every input that matters."""
    return np.asarray(same(c, "tier", 2) & given(c, "inputs_unscored"))


@rule(
    "R22",
    Severity.BLOCK,
    clause="GHG Protocol Scope 3, appendix B",
    mark="V/D",
    place=("inputs",),
    params=("tier",),
)
def interval_given(c: Columns) -> Mask:
    """Tier 1 and Tier 2 give an interval and the probability of NER > 0."""
    return np.asarray((c["tier"] <= 2) & ~is_true(c, "uncertain"))


@rule(
    "R23",
    Severity.WARNING,
    clause="GHG Protocol Scope 3, appendix B",
    mark="V",
    place=("reference", "candidates"),
    params=("sensitivities_missing",),
)
def choices_varied(c: Columns) -> Mask:
    """Choices are varied: reference, rebound, factors, lifetime, allocation."""
    open_ = given(c, "sensitivities_missing") & ~is_true(c, "publishing")
    return np.asarray((c["tier"] <= 2) & open_)


@rule(
    "R23",
    Severity.BLOCK,
    clause="GHG Protocol Scope 3, appendix B",
    mark="V",
    variant="publish",
    place=("reference", "candidates"),
    params=("sensitivities_missing",),
)
def choices_varied_to_publish(c: Columns) -> Mask:
    """What is to be published shows the result under an alternative reference."""
    return np.asarray(
        (c["tier"] <= 2) & is_true(c, "publishing") & given(c, "sensitivities_missing")
    )


@rule(
    "R25",
    Severity.WARNING,
    clause="Carbon Handprint Guide",
    mark="V",
    place=("inputs",),
    params=("inputs_not_primary",),
)
def primary_data(c: Columns) -> Mask:
    """With a known customer the inputs that matter are primary data."""
    return np.asarray(is_true(c, "customer_known") & given(c, "inputs_not_primary"))


@rule(
    "R26",
    Severity.WARNING,
    clause="Carbon Handprint Guide",
    mark="V",
    place=("inputs",),
    params=("inputs_without_evidence",),
)
def data_are_real(c: Columns) -> Mask:
    """Inputs that matter describe an existing operation and name their evidence."""
    return given(c, "inputs_without_evidence")


@rule("R30", Severity.BLOCK, clause="ISO 14064-2", mark="V/D", place=("monitoring",))
def realised_is_monitored(c: Columns) -> Mask:
    """A realised claim has a monitoring record."""
    return np.asarray(same(c, "claim", "realised") & (c["monitoring_records"] == 0))


@rule(
    "R31",
    Severity.WARNING,
    clause="ISO 14064-2",
    mark="S",
    place=("inputs",),
    params=("inputs_chosen_unexplained",),
)
def choices_explained(c: Columns) -> Mask:
    """Where a value was chosen, the conservative one is taken or the reason given."""
    return given(c, "inputs_chosen_unexplained")


@rule(
    "R32",
    Severity.WARNING,
    clause="Climate Dividends; L.1480",
    mark="V/M",
    place=("assurance", "review"),
    params=("review",),
)
def reviewed_independently(c: Columns) -> Mask:
    """A public Tier 1 or Tier 2 result was reviewed independently."""
    return np.asarray((c["tier"] <= 2) & is_true(c, "public") & ~same(c, "review", "independent"))


@rule("R33", Severity.NOTE, clause="Coroama and Wilson", mark="V", place=("submitter",))
def interests_told(c: Columns) -> Mask:
    """Affiliation and funding of the authors are recorded."""
    return ~is_true(c, "interests_told")


@rule(
    "RF06",
    Severity.WARNING,
    clause="Ericsson 2016, smart metering",
    mark="V",
    place=("extrapolation",),
    params=("extrapolation_ratio",),
)
def no_pilot_extrapolated(c: Columns) -> Mask:
    """A pilot is not stretched to more than ten times its size."""
    return np.asarray(c["extrapolation_ratio"] > 10)


@rule("RF09", Severity.WARNING, clause="Joshi 2026", mark="S", place=("sources",))
def not_vendor_only(c: Columns) -> Mask:
    """Not all evidence comes from the submitter."""
    return ~is_true(c, "third_party_source")


@rule(
    "RF10", Severity.WARNING, clause="Joshi 2026", mark="S", place=("extrapolation", "technology")
)
def same_technology(c: Columns) -> Mask:
    """Evidence is from the same class of technology."""
    return same(c, "evidence_technology", "different")


@rule(
    "RF15",
    Severity.WARNING,
    clause="project rule",
    mark="D",
    place=("inputs",),
    params=("inputs_round",),
)
def no_round_rates(c: Columns) -> Mask:
    """A round rate names its evidence."""
    return given(c, "inputs_round")
