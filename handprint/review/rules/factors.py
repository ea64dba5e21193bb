"""Factors and how electricity is booked."""

import numpy as np

from handprint.core.errors import Severity
from handprint.review.rules.registry import Columns, Mask, given, rule


@rule(
    "R24",
    Severity.BLOCK,
    clause="project rule; GHG Protocol Scope 3, appendix B",
    mark="D",
    place=("reference", "lines"),
    params=("factors_unsourced",),
)
def factors_have_sources(c: Columns) -> Mask:
    """Every factor has a source and a year."""
    return given(c, "factors_unsourced")


@rule(
    "R24",
    Severity.WARNING,
    clause="project rule; GHG Protocol Scope 3, appendix B",
    mark="D",
    variant="gwp",
    place=("assessment",),
    params=("factors_other_gwp", "gwp"),
)
def one_gwp_set(c: Columns) -> Mask:
    """Factors in CO2e rest on the GWP set of the assessment."""
    return given(c, "factors_other_gwp")


@rule(
    "R34",
    Severity.BLOCK,
    clause="project rule",
    mark="D",
    place=("solution", "lines"),
    params=("accounting_reference", "accounting_solution"),
)
def same_electricity_accounting(c: Columns) -> Mask:
    """E_ref and E_sol book electricity the same way."""
    both = given(c, "accounting_reference") & given(c, "accounting_solution")
    return np.asarray(both & (c["accounting_reference"] != c["accounting_solution"]))


@rule(
    "R39",
    Severity.BLOCK,
    clause="project rule",
    mark="D",
    place=("solution", "lines"),
    params=("scopes_differ",),
)
def one_scope(c: Columns) -> Mask:
    """Like lines of both scenarios use factors of one scope."""
    return given(c, "scopes_differ")
