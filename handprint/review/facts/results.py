"""Facts that follow from the bound model and its result."""

from collections.abc import Mapping

import numpy as np

from handprint.case.answers import told
from handprint.case.schema import Block, Case
from handprint.core.arrays import AnyArray, Array, Mask
from handprint.model.structure import Model, ModelLine
from handprint.review.facts.evaluated import Evaluated
from handprint.review.marks import ALWAYS

__all__ = ["Fact", "natures", "regional_facts", "result_facts"]

Fact = str | float | bool


EQUAL = 1e-12  # relative: the solution changes nothing


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
        "factors_third_party": any(f.source.status in ("library", "own") for f in model.factors),
        **_factor_facts(model),
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


def _factor_facts(model: Model) -> dict[str, Fact]:
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


def result_facts(found: Evaluated) -> dict[str, AnyArray]:
    """Return what follows from the results: rates, nature, metrics."""
    e = found.effects
    e_ref, g0 = e["E_ref"], e["G0"]
    with np.errstate(all="ignore"):
        rate = np.where(e_ref > 0, g0 / e_ref, np.nan)
        margin = np.where(g0 > 0, 1 - (e["F"] - e["H"]) / g0, np.nan)
        footprint = np.where(e_ref > 0, 100 * e["F"] / e_ref, np.nan)
        percent = {"reduction_percent": 100 * rate, "break_even_percent": 100 * margin}
    return {
        **{name: e[name] for name in ("E_ref", "F", "G0")},
        **found.metrics,
        "reduction_rate": rate,
        **{name: np.round(values, 1) for name, values in percent.items()},
        "footprint_percent": footprint,
        "nature": natures(found.case, found.model, e_ref, e["E_sol"]),
        "quantity": found.quantity,
        "quantity_solution": found.quantity_solution,
        "reference_constant": _reference_constant(found),
    }


def _reference_constant(found: Evaluated) -> Mask:
    """Return whether the reference emissions are the same in every year."""
    calendar = found.model.calendar
    if len(calendar.years) == 1:
        return ALWAYS
    total: Array = np.zeros((1, len(calendar.years)))
    for entry in found.ledger:
        if entry.line.scenario == "reference" and not entry.line.memo:
            total = total + entry.emissions[:, :, 0]
    rates = total / np.asarray(calendar.fractions)
    largest = np.maximum(np.abs(rates).max(axis=1), 1e-300)
    return np.asarray(np.ptp(rates, axis=1) <= 1e-9 * largest)


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
