"""The consequence tree and what belongs into it."""

import numpy as np

from handprint.core.errors import Severity
from handprint.review.rules.registry import Columns, Mask, given, is_true, rule, same


@rule("R07", Severity.BLOCK, clause="L.1480", mark="S", place=("consequences",), params=("tier",))
def tree_required(c: Columns) -> Mask:
    """Tier 1 and Tier 2 show a consequence tree."""
    return np.asarray((c["tier"] <= 2) & (c["nodes"] == 0))


@rule(
    "R08",
    Severity.BLOCK,
    clause="L.1480; GHG Protocol Scope 3, box 9.4",
    mark="V/S",
    place=("consequences",),
)
def adverse_effect_considered(c: Columns) -> Mask:
    """The tree has an adverse effect, or says why there is none."""
    return np.asarray((c["nodes"] > 0) & (c["adverse"] == 0) & ~is_true(c, "no_adverse_reason"))


@rule(
    "R09",
    Severity.BLOCK,
    clause="L.1480",
    mark="V",
    place=("consequences",),
    params=("nodes_untreated",),
)
def higher_order_treated(c: Columns) -> Mask:
    """Each higher-order node is quantified, qualitative, or excluded with a reason."""
    return given(c, "nodes_untreated")


@rule(
    "R15",
    Severity.WARNING,
    clause="L.1480",
    mark="V",
    place=("consequences",),
    params=("nodes_without_horizon",),
)
def horizons_told(c: Columns) -> Mask:
    """Immediate and later effects are told apart."""
    return given(c, "nodes_without_horizon")


@rule(
    "RF01",
    Severity.WARNING,
    clause="GHG Protocol Scope 3, box 9.4",
    mark="V",
    place=("consequences",),
)
def no_cherry_picking(c: Columns) -> Mask:
    """A tree without any adverse effect suggests cherry-picking."""
    return np.asarray((c["nodes"] > 0) & (c["adverse"] == 0))


@rule(
    "RF07",
    Severity.WARNING,
    clause="idoddle.org, 104 pooled estimates",
    mark="V",
    place=("higher_order",),
)
def boundary_not_narrow(c: Columns) -> Mask:
    """Indirect effects, rebound or induction are considered."""
    return np.asarray(
        (c["higher_nodes"] == 0)
        & (c["higher_lines"] == 0)
        & ~same(c, "rebound_status", "quantified")
        & ~same(c, "rebound_status", "embedded_in_measurement")
    )
