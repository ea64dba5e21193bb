"""Labels, units and percentiles as the result document writes them."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from handprint.assess.assess import Assessment
from handprint.assess.uncertainty import Summary
from handprint.core.i18n import LANGUAGES, both, pick, text
from handprint.model.structure import BoundFactor, Model
from handprint.units.unit import parse_unit

__all__ = ["column_label", "number", "own_factor_name", "summary_row"]


def summary_row(summary: Summary | None) -> dict[str, float | None]:
    """Return percentiles by name, None where there are none."""
    if summary is None:
        return dict.fromkeys(("p2_5", "p5", "p50", "p95", "p97_5"))
    return asdict(summary)


def number(values: "np.ndarray[Any, Any]") -> float:
    """Return the first value of an array as a float without a negative zero."""
    return float(np.asarray(values).flat[0]) + 0.0  # + 0.0: no negative zero


def column_label(a: Assessment, key: str) -> tuple[Mapping[str, str], str, float]:
    """Return the label, unit and canonical scale of a column for printing."""
    column = a.model.columns[key]
    if column.role == "rebound":
        return both("label.rebound_share"), "1", 1.0
    for factor in a.model.factors:
        for component in factor.components:
            if component.column == key:
                label = factor.source.name or own_factor_name(a.model, factor)
                central = float(column.central().flat[0])
                scale = central / component.value if component.value else 1.0
                return _named(label, factor.source.id), component.unit, scale
    spec = _spec(a, column.site, column.name)
    unit = parse_unit(spec.unit)
    label = _named(spec.name, column.name)
    return (
        {lang: f"{t} ({column.site})" if column.site else t for lang, t in label.items()},
        unit.text,
        unit.scale,
    )


def own_factor_name(model: Model, factor: BoundFactor) -> dict[str, str]:
    """Return the name of a factor that a case writes out without one: that of its line."""
    line = next(line for line in model.lines if line.factor and line.factor.key == factor.key)
    return {
        lang: text("label.own_factor", lang, line=pick(line.label, lang) or line.id)
        for lang in LANGUAGES
    }


def _spec(a: Assessment, site: str, name: str) -> Any:
    if not site:
        return a.case.inputs[name]
    return next(s for s in a.case.sites if s.id == site).inputs[name]


def _named(texts: object, fallback: str) -> dict[str, str]:
    given = dict(texts) if isinstance(texts, Mapping) else {}
    return {lang: str(given.get(lang) or fallback) for lang in LANGUAGES}
