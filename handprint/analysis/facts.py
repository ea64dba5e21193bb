"""Facts of an assessed case: what the review rules ask about, one value per column.

What a case declares is taken from it; what follows is taken from the result. A missing text is
"", a missing number NaN, so that columns of many cases have one type each.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from handprint.analysis.rules import FITTING_REFERENCES, OTHER_BOUND, SECTOR_BOUND
from handprint.case.schema import Case
from handprint.model.effects import Effects
from handprint.model.evaluate import ratio_total
from handprint.model.metrics import DEFAULTS
from handprint.model.structure import Model, ModelLine

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["Fact", "facts", "nature_of", "one_case"]

Fact = str | float | bool
STAGES = ("raw_material", "manufacture", "transport", "use", "end_of_life")
FAR_FUTURE = 9999


def one_case(values: Mapping[str, Fact]) -> "dict[str, NDArray[np.generic]]":
    """Return the facts of one case as columns of length one."""
    return {name: np.array([value]) for name, value in values.items()}


def facts(
    case: Case,
    model: Model,
    columns: "Mapping[str, Array]",
    effects: Effects,
    metrics: Mapping[str, float],
) -> dict[str, Fact]:
    """Return all facts of a case.

    Parameters
    ----------
    effects : Effects
        At central values.
    metrics : mapping
        Central values of NER, EI and VEI, NaN where undefined.
    """
    return {
        **_declared(case, model),
        **_equality(case, model, columns, effects),
        **_factors(model),
        **_results(case, model, effects, metrics),
    }


def nature_of(case: Case, model: Model, effects: Effects) -> str:
    """Return whether this is an actual reduction, a lesser increase, or neither (L.1480).

    The historical level is what the case states; where the reference is the previous situation
    it is the reference itself.
    """
    e_ref, e_sol = float(effects.E_ref[0, 0]), float(effects.E_sol[0, 0])
    if model.historical is not None:
        historical = model.historical / 1000.0 * model.calendar.length
    elif case.reference.kind == "previous_situation":
        historical = e_ref
    else:
        return "undetermined"
    if e_sol < historical:
        return "actual_reduction"
    return "lesser_increase" if e_sol < e_ref else "increase"


def _declared(case: Case, model: Model) -> dict[str, Fact]:
    reference, rebound = case.reference, case.higher_order.rebound
    context = reference.demand_context or ""
    covered = {line.stage for line in model.lines if line.scenario == "ict"}
    covered |= {item.stage for item in case.ict.excluded}
    staged = any(line.until for line in reference.lines)
    return {
        "tier": case.tier,
        "public": case.assessment.public,
        "sector": case.sector,
        "mechanism": case.solution.mechanism or ("" if case.solution.lines else "substitute_full"),
        "has_rationale": any(text.strip() for text in (reference.rationale or {}).values()),
        "candidates": len({reference.kind, *(c.kind for c in reference.candidates)}),
        "reference_kind": reference.kind,
        "demand_context": context,
        "fitting": ", ".join(sorted(FITTING_REFERENCES.get(context, ()))),
        "end_of_life": reference.expected_end_of_life or (FAR_FUTURE if staged else 0),
        "last_year": model.calendar.years[-1],
        "staged": staged,
        "stages_missing": ", ".join(stage for stage in STAGES if stage not in covered),
        "rebound_status": rebound.status or "",
        "rebound_sourced": rebound.share is not None and bool(rebound.source),
        "gwp": model.gwp,
        "definitions": ", ".join(DEFAULTS.values()),
    }


def _equality(
    case: Case, model: Model, columns: "Mapping[str, Array]", effects: Effects
) -> dict[str, Fact]:
    quantity = float(effects.Q[0, 0])
    other = model.functional_unit_solution
    return {
        "quantity": quantity,
        "quantity_solution": float(ratio_total(other, columns)[0, 0]) if other else quantity,
        "normalised": model.normalise,
        "boundary_differs": ", ".join(_differences(case, model)),
        "accounting_reference": _accounting(model, "reference"),
        "accounting_solution": _accounting(model, "solution"),
    }


def _differences(case: Case, model: Model) -> list[str]:
    """Return in what the two scenarios differ though they must not."""
    reference, solution = case.reference, case.solution
    found = [
        name
        for name in ("boundary", "region", "period")
        if getattr(reference, name) != getattr(solution, name)
    ]
    twins: dict[tuple[str, str], ModelLine] = {
        (line.id, line.site): line for line in model.lines if line.scenario == "reference"
    }
    for line in model.lines:
        twin = twins.get((line.id, line.site))
        if line.scenario == "solution" and twin is not None and twin.region != line.region:
            found.append(f"{line.id}: {twin.region} / {line.region}")
    return found


def _accounting(model: Model, scenario: str) -> str:
    """Return how a scenario books electricity: the types of its electricity factors."""
    types = {
        str(line.factor.about.get("accounting") or line.texts.get("electricity") or "average")
        for line in model.lines
        if line.scenario == scenario
        and line.factor is not None
        and (
            str(line.factor.about["id"]).startswith("electricity.") or line.texts.get("electricity")
        )
    }
    return ", ".join(sorted(types))


def _factors(model: Model) -> dict[str, Fact]:
    unsourced = [
        line.id
        for line in model.lines
        if line.factor is not None and not line.factor.about.get("stated")
    ]
    other = {
        f"{f.about['id']} ({f.about['gwp']})"
        for f in model.factors
        if f.about.get("gas") == "CO2e" and f.about.get("gwp") and f.about["gwp"] != model.gwp
    }
    return {
        "factors_unsourced": ", ".join(dict.fromkeys(unsourced)),
        "factors_other_gwp": ", ".join(sorted(other)),
    }


def _results(
    case: Case, model: Model, effects: Effects, metrics: Mapping[str, float]
) -> dict[str, Fact]:
    e_ref, f = float(effects.E_ref[0, 0]), float(effects.F[0, 0])
    g0, h = float(effects.G0[0, 0]), float(effects.H[0, 0])
    rate = g0 / e_ref if e_ref > 0 else float("nan")
    return {
        "E_ref": e_ref,
        "F": f,
        "G0": g0,
        "reduction_rate": rate,
        "reduction_percent": round(100 * rate, 1) if e_ref > 0 else float("nan"),
        "bound_percent": 100 * SECTOR_BOUND.get(case.sector, OTHER_BOUND),
        "break_even_percent": round(100 * (1 - (f - h) / g0), 1) if g0 > 0 else float("nan"),
        "footprint_percent": 100 * f / e_ref if e_ref > 0 else float("nan"),
        "nature": nature_of(case, model, effects),
        **{name: metrics[name] for name in ("NER", "EI", "VEI")},
    }
