"""Parts of the result document about uncertainty, sensitivity, rebound, energy, attribution."""

from typing import Any

import numpy as np

from handprint.assess.assess import Assessment
from handprint.assess.document_labels import column_label, number, summary_row
from handprint.assess.scenarios import ScenarioRow
from handprint.assess.uncertainty import Driver
from handprint.model.aggregate import combined_rate

__all__ = [
    "density",
    "driver_row",
    "energy_rows",
    "overlap_row",
    "provider_rows",
    "rebound_row",
    "sensitivity",
]

DENSITY_BINS = 60
MOST_BREAK_EVEN = 12


def driver_row(a: Assessment, driver: Driver) -> dict[str, Any]:
    """Return one driver with label, value and range in printed units."""
    key = driver.keys[0]
    label, unit, scale = column_label(a, key)
    value = float(a.model.columns[key].central().mean()) / scale
    return {
        "key": key,
        "label": label,
        "value": value,
        "unit": unit,
        "low": driver.p5 / scale,
        "high": driver.p95 / scale,
        "share_of_variance": driver.share,
    }


def rebound_row(a: Assessment) -> dict[str, Any]:
    """Return how the case declares its rebound."""
    rebound = a.case.higher_order.rebound
    share = None
    if a.model.rebound is not None:
        share = {"value": number(a.effects.share), **summary_row(a.rebound_summary)}
    return {
        "status": rebound.status or "undeclared",
        "share": share,
        "source": rebound.source or None,
    }


def energy_rows(a: Assessment) -> list[dict[str, Any]]:
    """Return the energy saved per carrier, with the standard-coal coefficients used."""
    found = []
    for saving in a.energy:
        coefficients = {
            name: {
                "value": factor.value,
                "unit": factor.unit.text,
                "source": dict(factor.source.title),
                "reference": factor.reference,
                "status": factor.status,
            }
            for name, factor in (("equivalent", saving.equivalent), ("primary", saving.primary))
            if factor is not None
        }
        found.append(
            {
                "carrier": saving.carrier,
                "saved": saving.saved,
                "unit": "kWh",
                "tce_equivalent": saving.tce(saving.equivalent),
                "tce_primary": saving.tce(saving.primary),
                "coefficients": coefficients,
            }
        )
    return found


def sensitivity(a: Assessment) -> dict[str, Any]:
    """Return tornado, Sobol indices, break-even values and the scenario table."""
    found = a.sensitivity
    return {
        "tornado": [
            {
                **_quantity(a, swing.keys[0]),
                "low": swing.low_value / _scale(a, swing.keys[0]),
                "high": swing.high_value / _scale(a, swing.keys[0]),
                "ner_low": swing.ner_low,
                "ner_high": swing.ner_high,
            }
            for swing in found.swings
        ],
        "sobol": [
            {**_quantity(a, i.keys[0]), "first_order": i.first_order, "total": i.total}
            for i in found.sobol
        ],
        "break_even": [
            {
                **_quantity(a, point.key),
                "value": point.central / _scale(a, point.key),
                "multiplier": point.multiplier,
                "break_even": (
                    None
                    if point.multiplier is None
                    else point.multiplier * point.central / _scale(a, point.key)
                ),
            }
            for point in found.break_even[:MOST_BREAK_EVEN]
        ],
        "scenarios": [_scenario(row) for row in found.scenarios],
    }


def _quantity(a: Assessment, key: str) -> dict[str, Any]:
    label, unit, _ = column_label(a, key)
    return {"key": key, "label": label, "unit": unit}


def _scale(a: Assessment, key: str) -> float:
    return column_label(a, key)[2]


def _scenario(row: ScenarioRow) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "choice": row.choice,
        "declared": row.declared,
        "ner": row.ner,
        **summary_row(row.summary),
        "probability": row.probability,
    }


def provider_rows(a: Assessment) -> list[dict[str, Any]]:
    """Return each contributor's part of the system result."""
    return [
        {
            "id": p.id,
            "name": dict(p.name),
            "share": p.share,
            "ner": p.ner,
            **summary_row(p.summary),
        }
        for p in a.providers
    ]


def overlap_row(a: Assessment) -> dict[str, Any] | None:
    """Return what this and other solutions on the same activity cut together (methodology 1.8)."""
    others = [o for o in a.case.solution.also_acting if o.rate is not None]
    if not others or a.reduction_rate is None:
        return None
    rates = [a.reduction_rate, *(o.rate or 0.0 for o in others)]
    return {
        "others": [{"id": o.id, "rate": o.rate} for o in others],
        "own_rate": a.reduction_rate,
        "added": sum(rates),
        "combined": float(combined_rate(rates)),
    }


def density(a: Assessment) -> dict[str, Any] | None:
    """Return a histogram of the drawn NER from P0.5 to P99.5, as counts over bin edges [t CO2e]."""
    if a.simulation is None or a.probability is None:
        return None
    ner = a.simulation.ner
    low, high = np.percentile(ner, [0.5, 99.5])
    counts, edges = np.histogram(ner, bins=DENSITY_BINS, range=(float(low), float(high)))
    return {"edges": edges.tolist(), "counts": counts.tolist(), "draws": int(ner.size)}
