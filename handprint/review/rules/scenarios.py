"""Reference and solution: one function, one boundary, a reference that fits."""

import numpy as np

from handprint.core.errors import Severity
from handprint.review.rules.registry import Columns, Mask, given, is_true, rule, same

SECTOR_BOUND = {"industry": 0.22, "buildings": 0.40, "transport": 0.33}
OTHER_BOUND = 0.40

# Which reference scenario fits which market context (methodology, table 2.5).
FITTING_REFERENCES: dict[str, frozenset[str]] = {
    "new": frozenset({"market_average", "average_market_alternative", "market"}),
    "improvement": frozenset({"previous_situation"}),
    "end_of_life": frozenset({"market_average", "average_market_alternative", "market"}),
    "early_replacement": frozenset({"previous_situation"}),
    "regulated": frozenset({"regulated_level", "regulated", "regulation"}),
}


@rule(
    "R01",
    Severity.BLOCK,
    clause="EGDC; Carbon Handprint Guide",
    mark="V",
    place=("functional_unit", "solution"),
    params=("quantity", "quantity_solution"),
)
def functional_units_equal(c: Columns) -> Mask:
    """Both scenarios deliver the same quantity, or the solution is normalised to it."""
    gap = np.abs(c["quantity_solution"] - c["quantity"])
    return np.asarray((gap > 1e-9 * np.abs(c["quantity"])) & ~is_true(c, "normalised"))


@rule(
    "R01",
    Severity.BLOCK,
    clause="EGDC; Carbon Handprint Guide",
    mark="V",
    variant="zero",
    place=("functional_unit", "quantity"),
)
def functional_unit_is_delivered(c: Columns) -> Mask:
    """The functional unit's quantity is above zero."""
    return np.asarray(c["quantity"] <= 0)


@rule(
    "R02",
    Severity.BLOCK,
    clause="EGDC; Carbon Handprint Guide",
    mark="V",
    place=("solution",),
    params=("boundary_differs",),
)
def boundaries_equal(c: Columns) -> Mask:
    """Boundary, geography and period of both scenarios are the same."""
    return given(c, "boundary_differs")


@rule(
    "R04",
    Severity.BLOCK,
    clause="L.1480",
    mark="S",
    variant="rationale",
    place=("reference", "rationale"),
)
def reference_has_reason(c: Columns) -> Mask:
    """The selected reference says why it is the most probable."""
    return np.asarray(~is_true(c, "has_rationale"))


@rule(
    "R04",
    Severity.BLOCK,
    clause="L.1480",
    mark="S/D",
    variant="candidates",
    place=("reference", "candidates"),
)
def tier_one_has_candidates(c: Columns) -> Mask:
    """Tier 1 weighs at least two candidates."""
    return np.asarray(same(c, "tier", 1) & (c["candidates"] < 2))


@rule(
    "R05",
    Severity.BLOCK,
    clause="Riverse, baseline by context",
    mark="V",
    place=("reference", "kind"),
    params=("reference_kind", "demand_context", "fitting"),
)
def reference_fits_context(c: Columns) -> Mask:
    """The kind of reference fits the declared market context."""
    misfit = np.zeros(1, dtype=bool)
    for context, kinds in FITTING_REFERENCES.items():
        fits = np.isin(c["reference_kind"], list(kinds))
        misfit = misfit | (same(c, "demand_context", context) & ~fits)
    return np.asarray(misfit)


@rule(
    "R05",
    Severity.BLOCK,
    clause="Riverse, baseline by context",
    mark="V/D",
    variant="early",
    place=("reference", "expected_end_of_life"),
    params=("end_of_life",),
)
def early_replacement_ends(c: Columns) -> Mask:
    """The previous equipment counts until its expected end of life only."""
    early = same(c, "demand_context", "early_replacement")
    return np.asarray(early & (c["end_of_life"] <= c["last_year"]) & ~is_true(c, "staged"))


@rule(
    "R05",
    Severity.WARNING,
    clause="Riverse, baseline by context",
    mark="V",
    variant="undeclared",
    place=("reference",),
)
def context_declared(c: Columns) -> Mask:
    """The market context is declared, so that the reference can be checked against it."""
    return ~given(c, "demand_context")


@rule(
    "R13",
    Severity.BLOCK,
    clause="L.1480; Net Zero Initiative",
    mark="V",
    place=("reference", "historical"),
)
def nature_known(c: Columns) -> Mask:
    """It can be told whether this is an actual reduction or a lesser increase."""
    return same(c, "nature", "undetermined")


@rule(
    "R36",
    Severity.WARNING,
    clause="CAICT 2021, annex 2",
    mark="V/D",
    place=("solution",),
    params=("reduction_percent", "sector", "bound_percent"),
)
def reduction_is_plausible(c: Columns) -> Mask:
    """An optimisation claims no more than the upper bound published for its sector."""
    return np.asarray(
        same(c, "mechanism", "optimise") & (100 * c["reduction_rate"] > c["bound_percent"])
    )


@rule("R06", Severity.WARNING, clause="L.1480", mark="S", place=("reference",), params=("years",))
def series_is_yearly(c: Columns) -> Mask:
    """An assessment over several years has a yearly reference series."""
    return np.asarray((c["years"] > 1) & ~is_true(c, "reference_yearly"))


@rule(
    "R41",
    Severity.BLOCK,
    clause="project rule; Carbon Handprint Guide",
    mark="D",
    place=("solution", "normalisation"),
)
def realised_is_normalised(c: Columns) -> Mask:
    """A realised claim is normalised for output, weather and occupancy, or says why not."""
    return np.asarray(same(c, "claim", "realised") & ~is_true(c, "normalisation_told"))


@rule("RF03", Severity.WARNING, clause="L.1480", mark="S", place=("reference",), params=("years",))
def baseline_not_static(c: Columns) -> Mask:
    """Reference emissions that stay constant over years suggest a static baseline."""
    return np.asarray((c["years"] > 1) & is_true(c, "reference_constant"))


@rule(
    "RF04",
    Severity.WARNING,
    clause="Riverse, baseline by context",
    mark="V",
    place=("reference", "kind"),
)
def no_legacy_baseline(c: Columns) -> Mask:
    """New demand is not compared with old equipment."""
    return np.asarray(
        same(c, "demand_context", "new") & same(c, "reference_kind", "previous_situation")
    )


@rule(
    "RF08",
    Severity.WARNING,
    clause="Rasoldier et al. 2022",
    mark="V",
    place=("reference",),
    params=("undescribed",),
)
def scenarios_described(c: Columns) -> Mask:
    """Reference and solution are described in words."""
    return given(c, "undescribed")
