"""Facts that follow from the bound model and its result."""

from collections.abc import Mapping

import numpy as np

from handprint.case.answers import told
from handprint.case.schema import Block, Case
from handprint.core.arrays import AnyArray, Array
from handprint.model.effects import Effects
from handprint.model.evaluate import Ledger, ratio_total
from handprint.model.structure import Model, ModelLine
from handprint.review.rules.scenarios import OTHER_BOUND, SECTOR_BOUND

__all__ = ["Fact", "equality_facts", "factor_facts", "nature_of", "regional_facts", "result_facts"]

Fact = str | float | bool


EQUAL = 1e-12  # relative: the solution changes nothing


def nature_of(case: Case, model: Model, effects: Effects) -> str:
    """Return the nature of one case's effect at central values."""
    return str(natures(case, model, effects.E_ref[:, 0], effects.E_sol[:, 0])[0])


def natures(case: Case, model: Model, e_ref: Array, e_sol: Array) -> AnyArray:
    """Return whether each effect is an actual reduction or a lesser increase (L.1480).

    The historical level is what the case states; where the reference is the previous situation
    it is the reference itself. Without either the nature is undetermined.

    Parameters
    ----------
    e_ref, e_sol : array, shape (case,)
        [t CO2e over the period]
    """
    if model.historical is not None:
        historical = np.full(e_ref.shape, model.historical / 1000.0 * model.calendar.length)
    elif case.reference.kind == "previous_situation":
        historical = e_ref
    else:
        return np.array(["undetermined"])
    with np.errstate(invalid="ignore"):  # what is not finite is rejected elsewhere
        unchanged = np.abs(e_sol - e_ref) <= EQUAL * np.abs(e_ref)
    higher = np.where(e_sol < e_ref, "lesser_increase", "increase")
    nature = np.where(e_sol < historical, "actual_reduction", higher)
    return np.where(unchanged, "unchanged", nature)


def equality_facts(
    case: Case, model: Model, columns: Mapping[str, Array], effects: Effects
) -> dict[str, Fact]:
    """Return in what the two scenarios differ."""
    quantity = float(effects.Q[0, 0])
    other = model.functional_unit_solution
    return {
        "quantity": quantity,
        "quantity_solution": float(ratio_total(other, columns)[0, 0]) if other else quantity,
        "normalised": model.normalise,
        "boundary_differs": ", ".join(_differences(case, model)),
        "accounting_reference": _accounting(model, "reference"),
        "accounting_solution": _accounting(model, "solution"),
        "scopes_differ": _scopes_differ(model),
    }


def regional_facts(case: Case, model: Model) -> dict[str, Fact]:
    """Return what depends on the region alone, through its factors."""
    keys = {c.column for f in model.factors for c in f.components}
    reference = [line for line in model.lines if line.scenario == "reference"]
    return {
        "boundary_differs": ", ".join(_differences(case, model)),
        "accounting_reference": _accounting(model, "reference"),
        "accounting_solution": _accounting(model, "solution"),
        "scopes_differ": _scopes_differ(model),
        "reference_yearly": any(_varies(model, line) for line in reference),
        "factors_uncertain": any(model.columns[key].uncertain for key in keys),
        **factor_facts(model),
    }


def _differences(case: Case, model: Model) -> list[str]:
    """Return in what the two scenarios differ though they must not."""
    # what a scenario does not say of itself is what the case says
    common = {"boundary": None, "region": case.region, "period": case.period}
    found = [
        name
        for name, given in common.items()
        if _own(case.reference, name, given) != _own(case.solution, name, given)
    ]
    twins: dict[tuple[str, str], ModelLine] = {
        (line.id, line.site): line for line in model.lines if line.scenario == "reference"
    }
    for line in model.lines:
        twin = twins.get((line.id, line.site))
        if line.scenario == "solution" and twin is not None and twin.region != line.region:
            found.append(f"{line.id}: {twin.region} / {line.region}")
    return found


def _own(block: Block, name: str, common: object) -> object:
    """Return what a scenario says of itself, else what the case says."""
    value = getattr(block, name)
    return common if value is None or (isinstance(value, Mapping) and not told(value)) else value


def _accounting(model: Model, scenario: str) -> str:
    """Return how a scenario books electricity: the types of its factors, else what lines declare.

    A line whose quantity already is an emission has no factor, but may declare its accounting.
    """
    types = set()
    for line in model.lines:
        if line.scenario != scenario:
            continue
        source = line.factor.source if line.factor else None
        if source is not None and source.id.startswith("electricity."):
            types.add(source.accounting or line.electricity or "average")
        elif line.electricity:
            types.add(line.electricity)
    return ", ".join(sorted(types))


def factor_facts(model: Model) -> dict[str, Fact]:
    """Return what the factors lack."""
    unsourced = [
        line.id for line in model.lines if line.factor is not None and not line.factor.source.stated
    ]
    other = {
        f"{f.source.id} ({f.source.gwp})"
        for f in model.factors
        if f.source.gas == "CO2e" and f.source.gwp not in ("", model.gwp)
    }
    return {
        "factors_unsourced": ", ".join(dict.fromkeys(unsourced)),
        "factors_other_gwp": ", ".join(sorted(other)),
    }


def result_facts(
    case: Case,
    model: Model,
    effects: Effects,
    metrics: Mapping[str, float],
    ledger: Ledger,
) -> dict[str, Fact]:
    """Return what follows from the result: rates, nature, metrics."""
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
        **_reference_series(model, ledger),
        **{name: metrics[name] for name in ("NER", "EI", "VEI")},
    }


def _reference_series(model: Model, ledger: Ledger) -> dict[str, Fact]:
    """Return whether the reference is described by year, and whether it stays constant."""
    lines = [line for line in model.lines if line.scenario == "reference"]
    yearly = any(_varies(model, line) for line in lines)
    total = np.zeros(len(model.calendar.years))
    for entry in ledger:
        if entry.line.scenario == "reference" and not entry.line.memo:
            total = total + entry.emissions[0, :, 0]
    rates = total / np.asarray(model.calendar.fractions)
    constant = bool(np.ptp(rates) <= 1e-9 * max(float(np.max(np.abs(rates))), 1e-300))
    return {"reference_yearly": yearly, "reference_constant": constant}


def _varies(model: Model, line: ModelLine) -> bool:
    """Whether a line has a series: an input or factor by year, or a beginning or end."""
    keys = [line.names[name] for name in line.formula.names]
    if line.factor is not None:
        keys += [component.column for component in line.factor.components]
    series = any(len(next(iter(model.columns[k].parameters.values()))) > 1 for k in keys)
    return series or line.first_year is not None or line.last_year is not None


# Scopes that count the same: what is emitted in operation, with or without its supply.
SCOPE_CLASSES = {
    "combustion": "operation",
    "generation": "operation",
    "consumption": "operation",
    "transmission": "operation",
    "operation": "operation",
    "use": "operation",
    "process": "operation",
    "well_to_tank": "supply",
    "well_to_wheel": "operation and supply",
    "life_cycle": "life cycle",
    "cradle_to_gate": "life cycle",
}


def _scopes_differ(model: Model) -> str:
    """Return the like lines whose factors have different scopes in the two scenarios (R39).

    Like lines are twins of one id; fuels are also compared as a whole, because combustion and
    its upstream part often stand in lines of their own.
    """
    scopes: dict[str, dict[str, set[str]]] = {"reference": {}, "solution": {}}
    for line in model.lines:
        if line.scenario not in scopes or line.factor is None:
            continue
        stated = line.factor.source.scope
        scope = SCOPE_CLASSES.get(stated, stated)
        if not scope:
            continue
        scopes[line.scenario].setdefault(line.id, set()).add(scope)
        if line.factor.source.id.startswith("fuel."):
            scopes[line.scenario].setdefault("fuel", set()).add(scope)
    shared = scopes["reference"].keys() & scopes["solution"].keys()
    differing = sorted(k for k in shared if scopes["reference"][k] != scopes["solution"][k])
    return ", ".join(differing)
