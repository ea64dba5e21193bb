"""One case in, one assessment out: bind, evaluate, draw, vary, review."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from handprint.assess.energy import EnergySaving, energy_saved
from handprint.assess.results import (
    MetricResult,
    ProviderResult,
    intervals,
    metric_results,
    payback,
    providers,
    quotient,
)
from handprint.assess.reviewing import review
from handprint.assess.scenarios import ScenarioRow, scenario_table, unusable_references
from handprint.assess.sensitivity import (
    BreakEven,
    SobolIndex,
    Swing,
    break_even_values,
    sobol,
    tornado,
)
from handprint.assess.simulation import Simulation, simulate
from handprint.assess.uncertainty import (
    Convergence,
    Driver,
    Summary,
    Verdict,
    convergence,
    drivers,
    summarise,
    verdict,
)
from handprint.assess.work import Progress, Work
from handprint.case.reader import RawCase
from handprint.case.schema import Case
from handprint.core.errors import Finding, Findings, Severity
from handprint.factors.library import load_library
from handprint.forms.intake import load_case
from handprint.model.bind import bind
from handprint.model.columns import central_columns
from handprint.model.effects import Effects
from handprint.model.evaluate import Ledger, normalisation
from handprint.model.metrics import DEFAULTS, MetricName
from handprint.model.structure import Model
from handprint.review.facts import Facts, computed_facts, constant_facts, evaluated
from handprint.review.marks import findings_of
from handprint.review.value_checks import check_central, check_spread

if TYPE_CHECKING:
    from handprint.factors.factor import Library

__all__ = ["Assessment", "Options", "assess", "assess_file"]

MOST_DRAWS = 1_000_000  # that anybody may ask for
MOST_SEED = 2**63 - 1
MOST_DOUBLINGS = 3  # where the percentiles have not settled
LEAST_TO_SETTLE = 1_000  # who asks for fewer draws wants speed


@dataclass(frozen=True, slots=True)
class Options:
    """How to compute.

    Parameters
    ----------
    draws : int
        Number of draws; 0 gives central values only. Doubled, at most eightfold, where the
        percentiles have not settled; see ``settle``.
    seed : int
        Seed of all draws.
    vary : bool
        Whether to vary choices and inputs one at a time (scenario table, tornado, break-even).
    sobol : bool
        Whether to compute Sobol indices.
    publish : bool
        Whether the result is to be published: R22 and R23 then block.
    settle : bool
        Whether to draw more where the percentiles have not settled.
    """

    draws: int = 10_000
    seed: int = 1
    vary: bool = True
    sobol: bool = False
    publish: bool = False
    settle: bool = True


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What moves the result, one thing at a time."""

    swings: Sequence[Swing] = ()
    sobol: Sequence[SobolIndex] = ()
    break_even: Sequence[BreakEven] = ()
    scenarios: Sequence[ScenarioRow] = ()


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything that is known about one assessed case. Immutable; documents are made from it."""

    case: Case
    raw: RawCase
    model: Model
    library: "Library"
    options: Options
    effects: Effects
    simulation: Simulation | None
    ledger: Ledger
    intervals: Mapping[str, Summary] | None
    metrics: Mapping[MetricName, MetricResult]
    variants: Sequence[MetricResult]
    probability: float | None
    convergence: Convergence | None
    verdict: Verdict
    nature: str
    break_even_rebound: float | None
    reduction_rate: float | None
    payback_years: float | None
    rebound_summary: Summary | None
    biogenic: float
    drivers: Sequence[Driver]
    sensitivity: Sensitivity
    providers: Sequence[ProviderResult]
    energy: Sequence[EnergySaving]
    facts: Facts
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
    case: Case,
    raw: RawCase,
    library: "Library",
    options: Options,
    findings: Findings,
    progress: Progress | None = None,
) -> Assessment | None:
    """Assess a validated case.

    Parameters
    ----------
    findings : Findings
        Takes what is found, beside what the assessment itself carries: that, and what was found
        while the case was read.
    progress : callable, optional
        Is told draws done and draws to do: the total grows where more are drawn. An exception
        that it raises ends the work.

    Returns
    -------
    Assessment or None
        None when a finding of severity error forbids a score.
    """
    local = Findings(raw.found)
    model = bind(case, raw, library, local)
    told = {"seed": options.seed, "draws": options.draws}
    local.extend(unusable_references(case, raw, library, **told))
    sound = model is not None and not local.has(Severity.ERROR)
    result = None
    if model is not None and sound:
        work = Work(progress)
        result = _compute(case, raw, model, library, options, local, work)
    findings.extend(local)
    return result


def _compute(
    case: Case,
    raw: RawCase,
    model: Model,
    library: "Library",
    options: Options,
    found: Findings,
    work: Work,
) -> Assessment | None:
    columns = central_columns(model.columns)
    at = evaluated(case, model, columns)
    central, ledger = at.found, at.ledger
    reference = raw.place(("reference",), about=("reference", "lines"))
    places = reference, raw.place(("functional_unit",), about=("functional_unit", "quantity"))
    found.extend(findings_of(check_central(at, places)))
    if found.has(Severity.ERROR):
        return None
    simulation, settled = _draw(model, options, found, work)
    if found.has(Severity.ERROR):
        return None
    drawn = simulation.effects if simulation else None
    if drawn is not None:
        found.extend(_off_centre(central, drawn, (places[0], raw.place(("inputs",)))))
    ner = simulation.ner if simulation and np.ptp(simulation.ner) > 0 else None
    results = metric_results(case, central, drawn, asked=bool(options.draws))
    chosen = model.definitions
    metrics = {name: results[chosen[name]] for name in DEFAULTS}
    constant = constant_facts(case, model, publishing=options.publish)
    known = {**constant, **computed_facts(at, constant)}
    found.extend(review(known, raw))
    sensitivity = _vary(case, raw, model, library, options, work)
    declared = [row.low for row in sensitivity.scenarios if row.declared]
    g0, e_ref = float(central.G0[0, 0]), float(central.E_ref[0, 0])
    kept = quotient(float(central.F[0, 0]) - float(central.H[0, 0]), g0)
    return Assessment(
        case=case,
        raw=raw,
        model=model,
        library=library,
        options=options,
        effects=central,
        simulation=simulation,
        ledger=ledger,
        intervals=intervals(drawn) if drawn is not None else None,
        metrics=metrics,
        variants=[r for d, r in results.items() if d not in chosen.values()],
        probability=float(np.mean(ner > 0)) if ner is not None else None,
        convergence=settled,
        verdict=verdict(ner, declared),
        nature=str(known["nature"][0]),
        break_even_rebound=None if kept is None else 1 - kept,
        reduction_rate=quotient(g0, e_ref),
        payback_years=payback(model, columns, central, ledger),
        rebound_summary=summarise(drawn.share) if drawn is not None else None,
        biogenic=float(at.sums.biogenic.sum()) / 1000.0,
        drivers=drivers(simulation, model) if simulation and ner is not None else (),
        sensitivity=sensitivity,
        providers=providers(case, central, drawn),
        energy=energy_saved(
            ledger,
            library,
            model.calendar.years[0],
            normalisation=float(normalisation(model, columns).flat[0]),
        ),
        facts=known,
        findings=found,
    )


def _off_centre(central: Effects, drawn: Effects, places: tuple[str, str]) -> Iterator[Finding]:
    """Yield findings where draws reach what cannot be, or lie beside the central result."""
    quantiles = np.percentile(drawn.ner, [5, 50, 95], axis=1)
    negative = (drawn.E_ref < 0).mean(axis=1)
    return findings_of(check_spread(central.ner[:, 0], list(quantiles), negative, places))


def _draw(
    model: Model, options: Options, found: Findings, work: Work
) -> tuple[Simulation | None, Convergence | None]:
    """Draw the model, and draw more where the percentiles of NER have not settled."""
    draws = options.draws
    for _ in range(MOST_DOUBLINGS + 1):
        work.total += draws
        simulation = simulate(model, seed=options.seed, draws=draws, findings=found, work=work)
        if simulation is None or found.has(Severity.ERROR) or simulation.ner.size == 1:
            return simulation, None
        settled = convergence(simulation.ner)
        if settled.met or not options.settle or options.draws < LEAST_TO_SETTLE:
            break
        draws *= 2
    return simulation, settled


def _vary(
    case: Case, raw: RawCase, model: Model, library: "Library", options: Options, work: Work
) -> Sensitivity:
    if not options.vary:
        return Sensitivity()
    return Sensitivity(
        swings=tornado(model),
        sobol=sobol(model, seed=options.seed) if options.sobol else (),
        break_even=break_even_values(model),
        scenarios=scenario_table(
            case, raw, model, library, seed=options.seed, draws=options.draws, work=work
        ),
    )
