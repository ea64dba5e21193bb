"""The first-order effect: the ICT system's own life cycle."""

import numpy as np

from handprint.core.errors import Severity
from handprint.review.rules.registry import Columns, Mask, given, is_true, rule, same

UNSTABLE_VEI = 100.0
SMALL_FOOTPRINT = 0.01


@rule("R03", Severity.BLOCK, clause="L.1480; L.1410", mark="V/M", variant="zero", place=("ict",))
def footprint_present(c: Columns) -> Mask:
    """Every ICT solution has a footprint of its own."""
    return np.asarray(c["F"] <= 0)


@rule(
    "R03",
    Severity.BLOCK,
    clause="L.1480; L.1410",
    mark="V/M",
    variant="stages",
    place=("ict",),
    params=("stages_missing",),
)
def stages_covered(c: Columns) -> Mask:
    """Each life-cycle stage of the ICT system is included, or excluded with a reason."""
    return given(c, "stages_missing")


@rule(
    "RF12",
    Severity.WARNING,
    clause="project rule",
    mark="D",
    place=("ict",),
    params=("VEI", "footprint_percent"),
)
def ratio_not_inflated(c: Columns) -> Mask:
    """A very large VEI over a very small footprint is unstable and ranks nothing."""
    return np.asarray((c["VEI"] > UNSTABLE_VEI) & (c["F"] < SMALL_FOOTPRINT * c["E_ref"]))


@rule("R35", Severity.BLOCK, clause="L.1801", mark="S", place=("ict",), params=("ai_missing",))
def ai_counted(c: Columns) -> Mask:
    """An AI solution counts training and inference in its footprint."""
    return np.asarray(is_true(c, "uses_ai") & given(c, "ai_missing"))


@rule(
    "R40",
    Severity.BLOCK,
    clause="project rule; Carbon Handprint Guide",
    mark="D",
    place=("solution",),
)
def acts_on_others(c: Columns) -> Mask:
    """Cutting the footprint of the ICT system itself is no handprint."""
    return is_true(c, "own_ict")


@rule("RF05", Severity.WARNING, clause="L.1480", mark="V", place=("ict", "lines"))
def more_than_use(c: Columns) -> Mask:
    """A footprint of the use phase alone is suspicious."""
    return same(c, "stages_included", "use")
