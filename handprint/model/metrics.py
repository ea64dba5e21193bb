"""Metric definitions: NER, EI and VEI, each a named, versioned formula.

The white paper that names the three metrics (CCSA, CAICT and others, December 2023) is not public,
so the definitions are this project's own. A result names the definition it was computed with, and
another definition is chosen by its id, never by editing a formula.

Every function takes the effects [t CO2e] and returns an array (case, draw) with NaN where the
metric is undefined; a metric is never clamped and never infinite.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from handprint.core.arrays import Array
from handprint.core.errors import CodedError
from handprint.model.effects import Effects

__all__ = ["DEFAULTS", "DEFINITIONS", "Definition", "MetricName", "chosen", "definitions_of"]

MetricName = Literal["NER", "EI", "VEI"]
KG = 1000.0


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition of a metric.

    Parameters
    ----------
    unit : str
        ``{fu}``, ``{activity}`` and ``{spend}`` stand for the case's own units.
    undefined : str
        Status code where the result is NaN.
    """

    metric: MetricName
    id: str
    version: int
    formula: str
    unit: str
    undefined: str
    ratio: Callable[[Effects], Array]

    def function(self, effects: Effects) -> Array:
        """Return the metric, NaN where it is undefined or larger than a number can be."""
        with np.errstate(all="ignore"):
            value = self.ratio(effects)
        return np.where(np.isfinite(value), value, np.nan)

    def why_none(self, effects: Effects) -> str:
        """Return the status of a central value that is not there."""
        with np.errstate(all="ignore"):
            return OVERFLOW if np.isinf(self.ratio(effects)).any() else self.undefined

    def applies(self, effects: Effects) -> bool:
        """Whether the case gives what the definition divides by."""
        needs = {"activity": effects.activity, "spend": effects.spend, "sector": effects.sector}
        return all(
            value is not None for name, value in needs.items() if f"{{{name}}}" in self.needs
        )

    @property
    def needs(self) -> str:
        """The placeholders of what must be given."""
        return self.unit + ("{sector}" if "E_sector" in self.formula else "")


DEFINITIONS: dict[str, Definition] = {}


def _define(
    metric: MetricName, definition_id: str, formula: str, unit: str, undefined: str = ""
) -> Callable[[Callable[[Effects], Array]], Callable[[Effects], Array]]:
    def register(function: Callable[[Effects], Array]) -> Callable[[Effects], Array]:
        DEFINITIONS[definition_id] = Definition(
            metric, definition_id, 1, formula, unit, undefined, function
        )
        return function

    return register


OVERFLOW = "UNDEFINED_OVERFLOW"  # a denominator so small that the ratio is no number
ZERO_FOOTPRINT = "UNDEFINED_ZERO_FOOTPRINT"
ZERO_QUANTITY = "UNDEFINED_ZERO_QUANTITY"
ZERO_REFERENCE = "UNDEFINED_ZERO_REFERENCE"


@_define("NER", "ner.g_minus_f", "NER = G - F", "t CO2e")
def ner_g_minus_f(e: Effects) -> Array:
    """Net enabling emission reduction [t CO2e]."""
    return e.ner


@_define("EI", "ei.functional_unit", "EI = NER / Q", "kg CO2e/{fu}", ZERO_QUANTITY)
def ei_functional_unit(e: Effects) -> Array:
    """NER per functional unit [kg CO2e per functional unit]."""
    return _divide(e.ner * KG, e.Q)


@_define("EI", "ei.baseline_rate", "EI = NER / E_ref", "%", ZERO_REFERENCE)
def ei_baseline_rate(e: Effects) -> Array:
    """NER as a share of the reference emissions [%]."""
    return 100.0 * _divide(e.ner, e.E_ref)


@_define("EI", "ei.ict_activity", "EI = NER / ICT activity", "kg CO2e/{activity}", ZERO_QUANTITY)
def ei_ict_activity(e: Effects) -> Array:
    """NER per unit of ICT activity: connection, TB, device-year [kg CO2e per unit]."""
    return _divide(e.ner * KG, _given(e.activity))


@_define("EI", "ei.ict_spend", "EI = NER / ICT spend", "t CO2e/{spend}", ZERO_QUANTITY)
def ei_ict_spend(e: Effects) -> Array:
    """NER per unit of ICT spending [t CO2e per unit of money] (CAICT 2021, annex 1)."""
    return _divide(e.ner, _given(e.spend))


@_define("VEI", "vei.footprint_ratio_gross", "VEI = G / F", "1", ZERO_FOOTPRINT)
def vei_footprint_ratio_gross(e: Effects) -> Array:
    """Enabled reduction after rebound per tonne of ICT footprint [1]."""
    return _divide(e.G, e.F)


@_define("VEI", "vei.footprint_ratio_prerebound", "VEI = G0 / F", "1", ZERO_FOOTPRINT)
def vei_footprint_ratio_prerebound(e: Effects) -> Array:
    """Gross effect before rebound per tonne of ICT footprint [1]."""
    return _divide(e.G0, e.F)


@_define("VEI", "vei.footprint_ratio_net", "VEI = NER / F", "1", ZERO_FOOTPRINT)
def vei_footprint_ratio_net(e: Effects) -> Array:
    """Net reduction per tonne of ICT footprint [1]."""
    return _divide(e.ner, e.F)


@_define("VEI", "vei.vertical_share", "VEI = NER / E_sector", "%", ZERO_REFERENCE)
def vei_vertical_share(e: Effects) -> Array:
    """Net reduction as a share of the sector's emissions [%]."""
    return 100.0 * _divide(e.ner, _given(e.sector))


@_define(
    "VEI",
    "vei.abatement_coefficient",
    "VEI = NER / ICT activity",
    "kg CO2e/{activity}",
    ZERO_QUANTITY,
)
def vei_abatement_coefficient(e: Effects) -> Array:
    """Net reduction per unit of ICT activity, as an emission factor would state it."""
    return ei_ict_activity(e)


DEFAULTS: dict[MetricName, str] = {
    "NER": "ner.g_minus_f",
    "EI": "ei.functional_unit",
    "VEI": "vei.footprint_ratio_gross",
}


def chosen(wanted: Mapping[MetricName, str]) -> dict[MetricName, str]:
    """Return the definition of every metric: the wanted one, else the default.

    Raises
    ------
    CodedError
        HP-S10: no such definition of this metric.
    """
    for metric, definition_id in wanted.items():
        known = DEFINITIONS.get(definition_id)
        if known is None or known.metric != metric:
            mine = ", ".join(d.id for d in definitions_of(metric))
            raise CodedError("HP-S10", metric=metric, found=definition_id, known=mine)
    return {metric: wanted.get(metric, default) for metric, default in DEFAULTS.items()}


def definitions_of(metric: MetricName) -> list[Definition]:
    """Return the definitions of a metric, the default first."""
    mine = [d for d in DEFINITIONS.values() if d.metric == metric]
    return sorted(mine, key=lambda d: d.id != DEFAULTS[metric])


def _given(denominator: Array | None) -> Array:
    return np.full((1, 1), np.nan) if denominator is None else denominator


def _divide(numerator: Array, denominator: Array) -> Array:
    """Return the ratio, NaN where the denominator is not positive."""
    safe = np.where(denominator > 0, denominator, np.nan)
    with np.errstate(all="ignore"):
        return np.asarray(numerator / safe)
