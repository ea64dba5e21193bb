"""Results of one case from its effects: metrics, intervals, payback, attribution."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from handprint.assess.uncertainty import Summary, summarise
from handprint.case.schema import Case
from handprint.core.arrays import Array
from handprint.model.effects import EFFECTS, Effects
from handprint.model.evaluate import Ledger
from handprint.model.metrics import DEFINITIONS, Definition
from handprint.model.structure import Model

__all__ = [
    "MetricResult",
    "ProviderResult",
    "intervals",
    "metric_results",
    "metric_unit",
    "payback",
    "providers",
    "quotient",
]


@dataclass(frozen=True, slots=True)
class MetricResult:
    """The value of one metric definition, with its unit, percentiles and status."""

    definition: Definition
    unit: str
    value: float | None
    summary: Summary | None
    status: str

    @property
    def p5(self) -> float | None:
        """5th percentile over the draws [``unit``], None without draws."""
        return None if self.summary is None else self.summary.p5

    @property
    def p50(self) -> float | None:
        """Median over the draws [``unit``], None without draws."""
        return None if self.summary is None else self.summary.p50

    @property
    def p95(self) -> float | None:
        """95th percentile over the draws [``unit``], None without draws."""
        return None if self.summary is None else self.summary.p95


@dataclass(frozen=True, slots=True)
class ProviderResult:
    """The part of the system result that one contributor may state [t CO2e]."""

    id: str
    name: Mapping[Literal["zh", "en"], str]
    share: float
    ner: float
    summary: Summary | None


def metric_results(
    case: Case, central: Effects, drawn: Effects | None, *, asked: bool
) -> dict[str, MetricResult]:
    """Return the result of every metric definition that applies to the case.

    Parameters
    ----------
    asked : bool
        Whether draws were asked for: tells "nothing is uncertain" from "point value wanted".
    """
    return {
        d.id: _metric(d, case, central, drawn, asked=asked)
        for d in DEFINITIONS.values()
        if d.applies(central)
    }


def _metric(
    definition: Definition, case: Case, central: Effects, drawn: Effects | None, *, asked: bool
) -> MetricResult:
    unit = metric_unit(definition, case)
    value = float(definition.function(central)[0, 0])
    if not np.isfinite(value):
        return MetricResult(definition, unit, None, None, definition.why_none(central))
    if drawn is None:
        return MetricResult(
            definition, unit, value, None, "no_uncertainty" if asked else "no_draws"
        )
    draws = definition.function(drawn)
    if draws.shape[1] == 1:
        return MetricResult(definition, unit, value, None, "no_uncertainty")
    if not np.all(np.isfinite(draws)):
        return MetricResult(definition, unit, value, None, "undefined_in_some_draws")
    return MetricResult(definition, unit, value, summarise(draws), "ok")


def metric_unit(definition: Definition, case: Case) -> str:
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


def intervals(drawn: Effects) -> dict[str, Summary]:
    """Return the percentiles of all effects; one that does not vary has its value in each."""
    found = {}
    for name in EFFECTS:
        draws = getattr(drawn, name)
        found[name] = summarise(draws) or Summary(*[float(draws[0, 0])] * 5)
    return found


def payback(
    model: Model, columns: Mapping[str, Array], central: Effects, ledger: Ledger
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
    years = embodied / yearly if yearly > 0 and embodied > 0 else np.inf
    return float(years) if np.isfinite(years) else None


def quotient(amount: float, whole: float) -> float | None:
    """Return a share of a positive whole; None without one, or where it is no number."""
    share = amount / whole if whole > 0 else np.inf
    return float(share) if np.isfinite(share) else None


def providers(case: Case, central: Effects, drawn: Effects | None) -> Sequence[ProviderResult]:
    """Return each contributor's part of NER: share times the system result (methodology 3.5)."""
    if case.attribution is None:
        return ()
    ner = float(central.ner[0, 0])
    return [
        ProviderResult(
            id=contributor.id,
            name=dict(contributor.name or {}),
            share=contributor.share,
            ner=contributor.share * ner,
            summary=summarise(contributor.share * drawn.ner) if drawn is not None else None,
        )
        for contributor in case.attribution.contributors
    ]
