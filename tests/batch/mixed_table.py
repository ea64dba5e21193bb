"""Tables of mixed rows: all templates, regions of several factor sources, periods of one to three
years, certain and uncertain inputs, inputs left out, declarations and titles.
"""

from typing import Any

import numpy as np
import pyarrow as pa

from handprint.case.template import template, template_files

REGIONS = ["", "CN", "CN-YN", "CN-BJ", "CN-GD", "US", "DE", "GB", "FR", "GLO", "XX", "JP", "IN"]
WEIGHTS = np.array([4, 4, 2, 2, 2, 1, 1, 1, 1, 1, 0.5, 1, 1]) / 21.5
TITLES = ["", "A plain title", "Net-zero park 零碳园区", "Savings already achieved: 已减排"]


def spread(rng: np.random.Generator, centre: float) -> dict[str, float]:
    """Return a value or a distribution about a centre."""
    wide = abs(centre) * rng.uniform(0.01, 0.2)
    kind = rng.choice(["value", "mode", "triangular", "middle", "uniform", "normal", "lognormal"])
    bounds = {"low": centre - wide, "high": centre + wide}
    shapes: dict[str, dict[str, float]] = {
        "value": {"value": centre},
        "mode": {"mode": centre},
        "triangular": {**bounds, "mode": centre},
        "middle": {**bounds, "value": centre},
        "uniform": bounds,
        "normal": {"value": centre, "sd": wide / 2},
        "lognormal": {"value": centre, "gsd": 1.1},
    }
    return shapes[str(kind)]


def central(spec: Any) -> float:
    typical = spec.typical
    for value in (typical.mode, typical.value):
        if value is not None:
            return float(value)
    return (typical.low + typical.high) / 2


def mixed_rows(rows: int, seed: int) -> list[dict[str, Any]]:
    """Return rows as dicts; a few of them cannot be scored."""
    rng = np.random.default_rng(seed)
    ids = list(template_files())
    table = []
    for i in range(rows):
        name = ids[i % len(ids)]
        row: dict[str, Any] = {
            "id": f"case-{i}",
            "template": name,
            "region": str(rng.choice(REGIONS, p=WEIGHTS)),
            "title": str(rng.choice(TITLES)),
            "start": str(rng.choice(["", "", "2023", "2022", "2023-03-01"])),
            "years": str(rng.choice(["", "1", "0.5", "0.25", "2"], p=[0.4, 0.3, 0.15, 0.1, 0.05])),
            "claim": str(rng.choice(["", "planned", "realised"])),
            "tier": str(rng.choice(["", "1", "2", "3"])),
            "assessment.public": str(rng.choice(["", "true"])),
            "higher_order.rebound.status": str(rng.choice(["", "not_quantified", "quantified"])),
        }
        for key, spec in template(name).inputs.items():
            if spec.required or rng.random() < 0.3:
                if rng.random() < 0.01:
                    continue  # a required input forgotten
                factor = 20 if rng.random() < 0.02 else rng.uniform(0.7, 1.3)
                values = spread(rng, central(spec) * factor)
                for parameter, value in values.items():
                    suffix = "" if parameter == "value" else f".{parameter}"
                    unit = "1" if parameter == "gsd" else spec.unit
                    row[f"{key}{suffix} [{unit}]"] = value
        table.append(row)
    return table


def as_table(rows: list[dict[str, Any]]) -> pa.Table:
    headers = list(dict.fromkeys(key for row in rows for key in row))
    return pa.table({h: pa.array([row.get(h) for row in rows]) for h in headers})
