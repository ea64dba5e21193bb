"""Review rules: what an assessment must satisfy before anyone relies on it.

A rule works on columns: ``check(columns)`` returns a mask that is true where the rule is broken.
One case is a column of length one, so the same registry reviews one case and a million. The
columns are the facts of ``handprint.analysis.facts``. Identifiers, severities and sources follow
the consolidated rule set of the project's methodology; the marks say how well a source is
established: V read in the primary text, S a third party's summary, M from memory, D derived here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from handprint.core.errors import Severity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]

Columns = Mapping[str, "NDArray[Any]"]

__all__ = ["RULES", "Columns", "Rule", "broken"]

UNSTABLE_VEI = 100.0
SMALL_FOOTPRINT = 0.01
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


@dataclass(frozen=True, slots=True)
class Rule:
    """One checkable rule, or one variant of it.

    Parameters
    ----------
    id, variant : str
        Texts stand in the catalogue under ``id`` or ``id.variant``.
    place : tuple
        Key path of the case to which the finding points.
    params : tuple of str
        Columns whose values the finding's texts quote.
    """

    id: str
    variant: str
    severity: Severity
    clause: str
    mark: str
    place: tuple[str, ...]
    params: tuple[str, ...]
    check: "Callable[[Columns], Mask]"


RULES: list[Rule] = []


def broken(columns: Columns) -> "list[tuple[Rule, Mask]]":
    """Return every rule with its mask over the cases."""
    return [(rule, np.asarray(rule.check(columns), dtype=bool)) for rule in RULES]


def _rule(
    rule_id: str,
    severity: Severity,
    *,
    clause: str,
    mark: str,
    place: tuple[str, ...],
    variant: str = "",
    params: tuple[str, ...] = (),
) -> "Callable[[Callable[[Columns], Mask]], Callable[[Columns], Mask]]":
    def register(check: "Callable[[Columns], Mask]") -> "Callable[[Columns], Mask]":
        RULES.append(Rule(rule_id, variant, severity, clause, mark, place, params, check))
        return check

    return register


def _is(columns: Columns, name: str, value: object) -> "Mask":
    return np.asarray(columns[name] == value)


def _given(columns: Columns, name: str) -> "Mask":
    return np.asarray(columns[name] != "")


@_rule(
    "R01",
    Severity.BLOCK,
    clause="EGDC; Carbon Handprint Guide",
    mark="V",
    place=("functional_unit", "solution"),
    params=("quantity", "quantity_solution"),
)
def functional_units_equal(c: Columns) -> "Mask":
    """Both scenarios deliver the same quantity, or the solution is normalised to it."""
    gap = np.abs(c["quantity_solution"] - c["quantity"])
    return np.asarray((gap > 1e-9 * np.abs(c["quantity"])) & ~c["normalised"].astype(bool))


@_rule(
    "R01",
    Severity.BLOCK,
    clause="EGDC; Carbon Handprint Guide",
    mark="V",
    variant="zero",
    place=("functional_unit", "quantity"),
)
def functional_unit_is_delivered(c: Columns) -> "Mask":
    """The functional unit's quantity is above zero."""
    return np.asarray(c["quantity"] <= 0)


@_rule(
    "R02",
    Severity.BLOCK,
    clause="EGDC; Carbon Handprint Guide",
    mark="V",
    place=("solution",),
    params=("boundary_differs",),
)
def boundaries_equal(c: Columns) -> "Mask":
    """Boundary, geography and period of both scenarios are the same."""
    return _given(c, "boundary_differs")


@_rule("R03", Severity.BLOCK, clause="L.1480; L.1410", mark="V/M", variant="zero", place=("ict",))
def footprint_present(c: Columns) -> "Mask":
    """Every ICT solution has a footprint of its own."""
    return np.asarray(c["F"] <= 0)


@_rule(
    "R03",
    Severity.BLOCK,
    clause="L.1480; L.1410",
    mark="V/M",
    variant="stages",
    place=("ict",),
    params=("stages_missing",),
)
def stages_covered(c: Columns) -> "Mask":
    """Each life-cycle stage of the ICT system is included, or excluded with a reason."""
    return _given(c, "stages_missing")


@_rule(
    "R04",
    Severity.BLOCK,
    clause="L.1480",
    mark="S",
    variant="rationale",
    place=("reference", "rationale"),
)
def reference_has_reason(c: Columns) -> "Mask":
    """The selected reference says why it is the most probable."""
    return np.asarray(~c["has_rationale"].astype(bool))


@_rule(
    "R04",
    Severity.BLOCK,
    clause="L.1480",
    mark="S/D",
    variant="candidates",
    place=("reference", "candidates"),
)
def tier_one_has_candidates(c: Columns) -> "Mask":
    """Tier 1 weighs at least two candidates."""
    return np.asarray(_is(c, "tier", 1) & (c["candidates"] < 2))


@_rule(
    "R05",
    Severity.BLOCK,
    clause="Riverse, baseline by context",
    mark="V",
    place=("reference", "kind"),
    params=("reference_kind", "demand_context", "fitting"),
)
def reference_fits_context(c: Columns) -> "Mask":
    """The kind of reference fits the declared market context."""
    pairs = zip(c["demand_context"], c["reference_kind"], strict=True)
    fits = [
        str(kind) in FITTING_REFERENCES.get(str(context), {str(kind)}) for context, kind in pairs
    ]
    return ~np.array(fits, dtype=bool)


@_rule(
    "R05",
    Severity.BLOCK,
    clause="Riverse, baseline by context",
    mark="V/D",
    variant="early",
    place=("reference", "expected_end_of_life"),
    params=("end_of_life",),
)
def early_replacement_ends(c: Columns) -> "Mask":
    """The previous equipment counts until its expected end of life only."""
    early = _is(c, "demand_context", "early_replacement")
    return np.asarray(early & (c["end_of_life"] <= c["last_year"]) & ~c["staged"].astype(bool))


@_rule(
    "R05",
    Severity.WARNING,
    clause="Riverse, baseline by context",
    mark="V",
    variant="undeclared",
    place=("reference",),
)
def context_declared(c: Columns) -> "Mask":
    """The market context is declared, so that the reference can be checked against it."""
    return ~_given(c, "demand_context")


@_rule("R10", Severity.BLOCK, clause="L.1480, Tier 3", mark="S", place=("assessment", "public"))
def tier_three_stays_internal(c: Columns) -> "Mask":
    """A Tier 3 assessment is never used for public communication."""
    return np.asarray(_is(c, "tier", 3) & c["public"].astype(bool))


@_rule(
    "R13",
    Severity.BLOCK,
    clause="L.1480; Net Zero Initiative",
    mark="V",
    place=("reference", "historical"),
)
def nature_known(c: Columns) -> "Mask":
    """It can be told whether this is an actual reduction or a lesser increase."""
    return _is(c, "nature", "undetermined")


@_rule(
    "R24",
    Severity.BLOCK,
    clause="project rule; GHG Protocol Scope 3, appendix B",
    mark="D",
    place=("reference", "lines"),
    params=("factors_unsourced",),
)
def factors_have_sources(c: Columns) -> "Mask":
    """Every factor has a source and a year."""
    return _given(c, "factors_unsourced")


@_rule(
    "R24",
    Severity.WARNING,
    clause="project rule; GHG Protocol Scope 3, appendix B",
    mark="D",
    variant="gwp",
    place=("assessment",),
    params=("factors_other_gwp", "gwp"),
)
def one_gwp_set(c: Columns) -> "Mask":
    """Factors in CO2e rest on the GWP set of the assessment."""
    return _given(c, "factors_other_gwp")


@_rule(
    "R34",
    Severity.BLOCK,
    clause="project rule",
    mark="D",
    place=("solution", "lines"),
    params=("accounting_reference", "accounting_solution"),
)
def same_electricity_accounting(c: Columns) -> "Mask":
    """E_ref and E_sol book electricity the same way."""
    both = _given(c, "accounting_reference") & _given(c, "accounting_solution")
    return np.asarray(both & (c["accounting_reference"] != c["accounting_solution"]))


@_rule(
    "R36",
    Severity.WARNING,
    clause="CAICT 2021, annex 2",
    mark="V/D",
    place=("solution",),
    params=("reduction_percent", "sector", "bound_percent"),
)
def reduction_is_plausible(c: Columns) -> "Mask":
    """An optimisation claims no more than the upper bound published for its sector."""
    bound = np.array([SECTOR_BOUND.get(str(s), OTHER_BOUND) for s in c["sector"]])
    return np.asarray(_is(c, "mechanism", "optimise") & (c["reduction_rate"] > bound))


@_rule(
    "R37",
    Severity.BLOCK,
    clause="L.1480; break-even: project rule",
    mark="V/D",
    variant="undeclared",
    place=("higher_order", "rebound"),
    params=("break_even_percent",),
)
def rebound_declared(c: Columns) -> "Mask":
    """The rebound is quantified, embedded in a measurement, or declared as not quantified."""
    return ~_given(c, "rebound_status")


@_rule(
    "R37",
    Severity.BLOCK,
    clause="L.1480; break-even: project rule",
    mark="V/D",
    variant="unsourced",
    place=("higher_order", "rebound"),
)
def rebound_has_source(c: Columns) -> "Mask":
    """A quantified rebound has a share and a source."""
    return np.asarray(_is(c, "rebound_status", "quantified") & ~c["rebound_sourced"].astype(bool))


@_rule(
    "R37",
    Severity.WARNING,
    clause="L.1480; break-even: project rule",
    mark="V/D",
    variant="not_quantified",
    place=("higher_order", "rebound"),
    params=("break_even_percent",),
)
def rebound_not_quantified(c: Columns) -> "Mask":
    """A rebound that is not quantified is shown with the break-even rebound."""
    return _is(c, "rebound_status", "not_quantified")


@_rule("R38", Severity.BLOCK, clause="project rule", mark="D", place=())
def definitions_named(c: Columns) -> "Mask":
    """NER, EI and VEI name the definition they were computed with."""
    return ~_given(c, "definitions")


@_rule(
    "RF12",
    Severity.WARNING,
    clause="project rule",
    mark="D",
    place=("ict",),
    params=("VEI", "footprint_percent"),
)
def ratio_not_inflated(c: Columns) -> "Mask":
    """A very large VEI over a very small footprint is unstable and ranks nothing."""
    return np.asarray((c["VEI"] > UNSTABLE_VEI) & (c["F"] < SMALL_FOOTPRINT * c["E_ref"]))
