"""What an assessment is after: the metric definitions it chooses, the levels it compares with."""

from handprint.case.period import SECONDS_PER_YEAR
from handprint.case.reader import KeyPath, RawCase
from handprint.case.schema import Case, Historical
from handprint.core.errors import CodedError, Findings
from handprint.factors.gwp import gwp100
from handprint.model.metrics import DEFAULTS, DEFINITIONS, chosen
from handprint.units.unit import MASS, TIME, describe, gas_of, parse_unit, without

__all__ = ["emission_level", "metric_definitions"]


def metric_definitions(case: Case, raw: RawCase, findings: Findings) -> dict[str, str]:
    """Return the metric definitions that the case chooses; one that cannot apply is a finding."""
    try:
        definitions = chosen(case.assessment.metrics)
        for metric, definition_id in definitions.items():
            absent = _absent(case, definition_id)
            if absent:
                raise CodedError("HP-S11", metric=metric, found=definition_id, missing=absent)
    except CodedError as problem:
        findings.add(problem.finding(raw.place(("assessment", "metrics"))))
        definitions = DEFAULTS
    return {str(metric): key for metric, key in definitions.items()}


def _absent(case: Case, definition_id: str) -> str:
    """Return which denominators of a definition the case does not give."""
    needs = DEFINITIONS[definition_id].needs
    given = {
        "activity": case.ict.activity,
        "spend": case.ict.spend,
        "sector": case.assessment.sector_emissions,
    }
    return ", ".join(n for n, value in given.items() if f"{{{n}}}" in needs and value is None)


def emission_level(
    level: Historical | None, path: KeyPath, case: Case, raw: RawCase, findings: Findings
) -> float | None:
    """Return an emission level in kg CO2e per year; an amount is read as one year's."""
    if level is None:
        return None
    try:
        unit = parse_unit(level.unit)
        gas = gas_of(unit.dimension)
        plain = without(unit.dimension, gas) if gas else unit.dimension
        if gas is None or plain not in (MASS, MASS / TIME):
            raise CodedError("HP-L09", found=describe(unit.dimension))
        scale = unit.scale * gwp100(gas, case.assessment.gwp)
    except CodedError as problem:
        findings.add(problem.finding(raw.place((*path, "unit"))))
        return None
    return level.value * scale * (SECONDS_PER_YEAR if plain != MASS else 1.0)
