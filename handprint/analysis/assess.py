"""One case in, one assessment out: bind, evaluate, review."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from handprint.analysis.energy import EnergySaving, energy_saved
from handprint.analysis.facts import Evaluated, Fact, facts, nature_of, one_case
from handprint.analysis.rules import Rule, broken
from handprint.analysis.uncertainty import Driver, Summary, Verdict, drivers, summarise, verdict
from handprint.analysis.value_checks import check_draws, check_effects, check_ledger
from handprint.case.intake import load_case
from handprint.case.reader import RawCase
from handprint.case.schema import Case
from handprint.core.errors import Finding, Findings, Param, Severity
from handprint.data.factors import load_library
from handprint.model.bind import bind
from handprint.model.columns import draw_columns
from handprint.model.effects import EFFECTS, Effects, effects
from handprint.model.evaluate import Ledger, evaluate, ratio_total, totals
from handprint.model.metrics import DEFAULTS, DEFINITIONS, Definition, MetricName
from handprint.model.structure import Model

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from handprint.data.factors import Library

    Array = NDArray[np.float64]

__all__ = ["Assessment", "MetricResult", "Options", "assess", "assess_file", "review"]

REBOUND_GRID = (0.0, 0.1, 0.3, 0.5)  # stress rows, never a default (methodology 3.3)


@dataclass(frozen=True, slots=True)
class Options:
    """How to compute.

    Parameters
    ----------
    draws : int
        Number of draws; 0 gives central values only.
    seed : int
        Seed of all draws.
    """

    draws: int = 10_000
    seed: int = 1


@dataclass(frozen=True, slots=True)
class MetricResult:
    """The value of one metric definition, with its unit, percentiles and status."""

    definition: Definition
    unit: str
    value: float | None
    summary: Summary | None
    status: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything that is known about one assessed case. Immutable; documents are made from it."""

    case: Case
    raw: RawCase
    model: Model
    library: "Library"
    options: Options
    effects: Effects
    ledger: Ledger
    intervals: Mapping[str, Summary] | None
    metrics: Mapping[MetricName, MetricResult]
    variants: Sequence[MetricResult]
    probability: float | None
    verdict: Verdict
    nature: str
    break_even_rebound: float | None
    reduction_rate: float | None
    payback_years: float | None
    rebound_summary: Summary | None
    rebound_grid: Sequence[tuple[float, float]]
    biogenic: float
    drivers: Sequence[Driver]
    energy: Sequence[EnergySaving]
    findings: Findings


def assess_file(
    path: Path,
    *,
    options: Options = Options(),
    library: "Library | None" = None,
    findings: Findings | None = None,
) -> Assessment | None:
    """Assess one case file; None, with findings, when it cannot be assessed."""
    found = Findings() if findings is None else findings
    loaded = load_case(path, found)
    if loaded is None:
        return None
    return assess(*loaded, library or load_library(findings=found), options, found)


def assess(
    case: Case, raw: RawCase, library: "Library", options: Options, findings: Findings
) -> Assessment | None:
    """Assess a validated case.

    Parameters
    ----------
    findings : Findings
        Takes what is found, beside what the assessment itself carries.

    Returns
    -------
    Assessment or None
        None when a finding of severity error forbids a score.
    """
    local = Findings()
    model = bind(case, raw, library, local)
    result = None if model is None else _compute(case, raw, model, library, options, local)
    findings.extend(local)
    return result


def _compute(
    case: Case, raw: RawCase, model: Model, library: "Library", options: Options, found: Findings
) -> Assessment | None:
    columns = draw_columns(model.columns, options.seed, 0)
    ledger = list(evaluate(model, columns))
    check_ledger(ledger, columns, found)
    sums = totals(model, columns, ledger)
    central = effects(model, columns, sums)
    places = raw.place(("reference",)), raw.place(("functional_unit",))
    check_effects(central, _delivered(model, columns), *places, found)
    drawn_columns, drawn = _drawn(model, options, found)
    if found.has(Severity.ERROR):
        return None
    results = {d.id: _metric(d, case, central, drawn, options) for d in DEFINITIONS.values()}
    metrics = {name: results[definition] for name, definition in DEFAULTS.items()}
    values = {str(n): np.nan if m.value is None else m.value for n, m in metrics.items()}
    ranked = drivers(model.columns, drawn_columns, drawn.ner) if drawn is not None else ()
    ner = drawn.ner[0] if drawn is not None and np.ptp(drawn.ner) > 0 else None
    evaluated = Evaluated(case, model, columns, central, ledger, values, ranked)
    known = facts(evaluated)
    found.extend(review(known, raw))
    g0, e_ref = float(central.G0[0, 0]), float(central.E_ref[0, 0])
    f, h = float(central.F[0, 0]), float(central.H[0, 0])
    return Assessment(
        case=case,
        raw=raw,
        model=model,
        library=library,
        options=options,
        effects=central,
        ledger=ledger,
        intervals=_intervals(drawn) if drawn is not None else None,
        metrics=metrics,
        variants=[r for d, r in results.items() if d not in DEFAULTS.values() and r.status],
        probability=float(np.mean(ner > 0)) if ner is not None else None,
        verdict=verdict(ner),
        nature=nature_of(case, model, central),
        break_even_rebound=1 - (f - h) / g0 if g0 > 0 else None,
        reduction_rate=g0 / e_ref if e_ref > 0 else None,
        payback_years=_payback(model, columns, central, ledger),
        rebound_summary=summarise(drawn.share) if drawn is not None else None,
        rebound_grid=[(r, g0 - r * max(0.0, g0) + h - f) for r in REBOUND_GRID],
        biogenic=float(sums.biogenic.sum()) / 1000.0,
        drivers=ranked,
        energy=energy_saved(ledger, library, model.calendar.years[0]),
        findings=found,
    )


def _delivered(model: Model, columns: "Mapping[str, Array]") -> float | None:
    """Return what the solution delivers where it is normalised to the reference."""
    other = model.functional_unit_solution
    if other is None or not model.normalise:
        return None
    return float(ratio_total(other, columns)[0, 0])


def _drawn(
    model: Model, options: Options, found: Findings
) -> "tuple[dict[str, Array], Effects | None]":
    """Return the drawn columns and effects; None where nothing is uncertain or asked for."""
    nothing = not options.draws or not any(c.uncertain for c in model.columns.values())
    if nothing or found.has(Severity.ERROR):
        return {}, None
    columns = draw_columns(model.columns, options.seed, options.draws)
    entries = check_draws(evaluate(model, columns), columns, found)
    drawn = effects(model, columns, totals(model, columns, entries))
    varies = drawn.ner.shape[1] > 1 or drawn.Q.shape[1] > 1
    return columns, drawn if varies else None


def _intervals(drawn: Effects) -> dict[str, Summary]:
    """Return the percentiles of all effects; one that does not vary has its value in each."""
    found = {}
    for name in EFFECTS:
        draws = getattr(drawn, name)
        found[name] = summarise(draws) or Summary(*[float(draws[0, 0])] * 5)
    return found


def _metric(
    definition: Definition, case: Case, central: Effects, drawn: Effects | None, options: Options
) -> MetricResult:
    if not definition.applies(central):
        return MetricResult(definition, "", None, None, "")
    unit = _unit(definition, case)
    value = float(definition.function(central)[0, 0])
    if not np.isfinite(value):
        return MetricResult(definition, unit, None, None, definition.undefined)
    if drawn is None:
        status = "no_uncertainty" if options.draws else "point_value"
        return MetricResult(definition, unit, value, None, status)
    draws = definition.function(drawn)
    if draws.shape[1] == 1:
        return MetricResult(definition, unit, value, None, "no_uncertainty")
    if not np.all(np.isfinite(draws)):
        return MetricResult(definition, unit, value, None, "undefined_in_some_draws")
    return MetricResult(definition, unit, value, summarise(draws), "ok")


def _unit(definition: Definition, case: Case) -> str:
    """Return the unit of a metric with the case's own units filled in."""
    spend, activity = case.ict.spend, case.ict.activity
    units = {
        "{fu}": case.functional_unit.unit,
        "{activity}": activity.unit if activity else "1",
        "{spend}": spend.unit if spend else "1",
    }
    text = definition.unit
    for placeholder, unit in units.items():
        below = f"({unit})" if any(sign in unit for sign in "*/·") else unit
        text = text.replace(f"/{placeholder}", "" if unit == "1" else f"/{below}")
    return text


def _payback(
    model: Model, columns: "Mapping[str, Array]", central: Effects, ledger: Ledger
) -> float | None:
    """Return the years in which the yearly net effect repays what making the ICT system emitted."""
    embodied = use = 0.0
    for entry in ledger:
        line = entry.line
        if line.scenario != "ict" or entry.memo:
            continue
        emitted = float(entry.emissions.sum()) / 1000.0
        if line.lifetime is not None:
            named = {name: columns[key] for name, key in line.names.items() if key in columns}
            lifetime = float(line.lifetime.evaluate(named).mean())
            embodied += emitted * lifetime / float(line.weights.sum())
        elif line.stage in ("use", ""):
            use += emitted
        else:
            embodied += emitted
    yearly = (float(central.G[0, 0]) - use) / model.calendar.length
    return embodied / yearly if yearly > 0 and embodied > 0 else None


def review(values: Mapping[str, Fact], raw: RawCase) -> list[Finding]:
    """Return the findings of all review rules for one case."""
    columns = one_case(values)
    return [_finding(rule, values, raw) for rule, mask in broken(columns) if mask[0]]


def _finding(rule: Rule, values: Mapping[str, Fact], raw: RawCase) -> Finding:
    params: dict[str, Param] = {name: values[name] for name in rule.params}
    return Finding(rule.id, rule.severity, raw.place(rule.place), params, rule.variant)
