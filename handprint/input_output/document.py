"""The input-output model's result as one plain dict: the JSON file, and what reports are made from.

Money is in the unit of the table, emissions in t CO2 (or t CO2e, as the factors say).
"""

from collections.abc import Mapping
from typing import Any

from handprint.core.errors import Findings
from handprint.core.i18n import Language, both, document_findings
from handprint.core.numbers import finite
from handprint.input_output.leontief import multipliers
from handprint.input_output.linkage import PUBLISHED, PUBLISHED_YEARS, Change, Footprint
from handprint.input_output.run import IoRun, Year
from handprint.page.run_manifest import run_manifest

__all__ = ["io_document"]

LARGE = 500  # sectors; of a larger system only those with the largest linkages are listed
LISTED = 200
KINDS = ("formula", "wording")


def io_document(run: IoRun, findings: Findings, lang: Language) -> dict[str, Any]:
    """Return the result document; ``lang`` is the language of the findings' texts."""
    last = run.years[-1]
    return {
        "handprint": 1,
        "kind": "io",
        "years": [_year(year) for year in run.years],
        "change": None if run.changes is None else _changes(run, run.changes),
        "vei": _vei(run, last.footprint),
        "notes": [{"code": code, **both(code)} for code in _notes(run)],
        "findings": document_findings(findings, lang, run.inputs),
        "manifest": run_manifest(
            run.inputs,
            imports=last.economy.imports,
            ict=[last.economy.table.codes[i] for i in last.economy.ict],
            power=[last.economy.table.codes[i] for i in last.economy.power],
        ),
    }


def _year(year: Year) -> dict[str, Any]:
    economy, table = year.economy, year.economy.table
    ict = [table.codes[i] for i in economy.ict]
    return {
        "file": year.table.file,
        "year": year.table.year,
        "price_year": economy.price_year or year.table.year,
        "money": table.money,
        "gas": economy.gas,
        "intensity_unit": f"t {economy.gas}/{table.money}",
        "imports": economy.imports,
        "sectors_read": len(year.table),
        "ict": ict,
        "checks": _checks(year),
        "totals": _totals(year),
        "fuels": _fuels(year),
        "emission_rows": _emission_rows(year),
        "sectors": _sectors(year),
        "linkage": _linkage(year),
        "footprint": None if year.footprint is None else _footprint(year.footprint),
    }


def _checks(year: Year) -> dict[str, Any]:
    checks = year.checks
    return {
        "row_imbalance": checks.rows,
        "column_imbalance": checks.columns,
        "spectral_radius": checks.radius,
        "spectral_radius_is_bound": not checks.full_columns,
        "negative_flows": checks.negative_flows,
        "negative_final_demands": checks.negative_demands,
        "sectors_without_output": list(checks.zero_output),
        "columns_at_or_above_one": list(checks.full_columns),
    }


def _totals(year: Year) -> dict[str, Any]:
    economy = year.economy
    emissions = None if economy.emissions is None else float(economy.emissions.sum())
    return {
        "output": float(economy.x.sum()),
        "final_demand": float(economy.y.sum()),
        "emissions": emissions,
    }


def _fuels(year: Year) -> list[dict[str, Any]]:
    if year.fuel_use is None:
        return []
    return [
        {
            "name": fuel.name,
            "quantity": fuel.quantity,
            "unit": fuel.unit,
            "factor": fuel.factor,
            "factor_unit": fuel.factor_unit,
            "emissions": fuel.emissions,
        }
        for fuel in year.fuel_use.fuels
    ]


def _emission_rows(year: Year) -> list[dict[str, Any]]:
    """Return the rows of a system that were added, and those that were kept apart."""
    if year.fuel_use is not None:
        return []
    return [
        {
            "extension": row.extension,
            "label": row.label,
            "unit": row.unit,
            "gas": row.gas,
            "counted": row.counted,
            "gwp": row.potential if row.counted else None,
            "gwp_set": row.assessment or None,
            "amount": row.amount,
            "emissions": row.amount * row.potential if row.counted else 0.0,
        }
        for row in year.table.rows
    ]


def _sectors(year: Year) -> list[dict[str, Any]]:
    """Return one row per sector, of a large system only those with the largest linkages."""
    economy, linkage = year.economy, year.linkage
    size = len(economy.table)
    output = multipliers(economy.a, economy.x * 0 + 1.0)
    order = list(range(size))
    if size > LARGE and linkage is not None:
        weight = abs(linkage.formula) + abs(linkage.wording)
        order = sorted(sorted(order, key=lambda i: -weight[i])[:LISTED])
    rows = []
    for i in order:
        row: dict[str, Any] = {
            "code": economy.table.codes[i],
            "name": dict(economy.names[i]),
            "ict": i in economy.ict,
            "output": float(economy.x[i]),
            "final_demand": float(economy.y[i]),
            "output_multiplier": float(output[i]),
        }
        if economy.emissions is not None:
            row["emissions"] = float(economy.emissions[i])
            row["intensity"] = float(economy.s[i])
        if linkage is not None:
            row["multiplier"] = float(linkage.multipliers[i])
            row |= {
                "formula": {
                    "intensity": float(linkage.formula_intensity[i]),
                    "total": float(linkage.formula[i]),
                },
                "wording": {
                    "intensity": finite(linkage.wording_intensity[i]),
                    "total": float(linkage.wording[i]),
                },
            }
        rows.append(row)
    return rows


def _linkage(year: Year) -> dict[str, Any] | None:
    if year.linkage is None:
        return None
    return {
        "formula": {
            "name": both("io.kind.formula"),
            "definition": "IF_j = sum over ICT sectors i of t_ij; total = sum_j IF_j y_j",
            "total": float(year.linkage.formula.sum()),
        },
        "wording": {
            "name": both("io.kind.wording"),
            "definition": "for every sector i: sum over ICT sectors j of t_ij y_j",
            "total": float(year.linkage.wording.sum()),
        },
    }


def _footprint(found: Footprint) -> dict[str, Any]:
    return {
        "direct": found.direct,
        "power": found.power,
        "upstream": found.upstream,
        "total": found.total,
        "final_demand": found.final_demand,
        "direct_share_of_all": found.share_of_all,
    }


def _changes(run: IoRun, changes: Mapping[str, Change]) -> dict[str, Any]:
    first, last = run.years[0], run.years[-1]
    years = (first.table.year, last.table.year)
    published = PUBLISHED if years == PUBLISHED_YEARS else {}
    return {
        "from": years[0],
        "to": years[1],
        "price_year": last.economy.price_year,
        "constant_prices": last.economy.price_year is not None,
        **{kind: _change(last, changes[kind], published) for kind in KINDS},
    }


def _change(year: Year, change: Change, published: Mapping[str, float]) -> dict[str, Any]:
    codes, names = year.economy.table.codes, year.economy.names
    rows = [
        {
            "code": code,
            "name": dict(names[i]),
            "before": float(change.before[i]),
            "after": float(change.after[i]),
            "growth": finite(change.growth[i]),
            "intensity_growth": finite(change.intensity_growth[i]),
            "parts": {name: float(values[i]) for name, values in change.parts.items()},
            "published_growth": published.get(code),
        }
        for i, code in enumerate(codes)
    ]
    if len(rows) > LARGE:
        rows = sorted(rows, key=_size)[:LISTED]
    before, after = float(change.before.sum()), float(change.after.sum())
    return {
        "sectors": rows,
        "total": {
            "before": before,
            "after": after,
            "growth": after / before - 1.0 if before else None,
            "parts": {name: float(values.sum()) for name, values in change.parts.items()},
        },
    }


def _size(row: Mapping[str, Any]) -> float:
    return -abs(float(row["after"]) - float(row["before"]))


def _vei(run: IoRun, found: Footprint | None) -> dict[str, Any] | None:
    """Return VEI of the whole ICT sector: what it enables per tonne of scope 1, 2 and 3."""
    if found is None:
        return None
    defined = run.enabled is not None and found.total > 0
    return {
        "definition": "VEI_org = enabled reduction / (scope 1 + 2 + 3)",
        "enabled": run.enabled,
        "footprint": found.total,
        "value": run.enabled / found.total if run.enabled is not None and defined else None,
        "status": "ok" if defined else "no_enabled_reduction",
    }


def _notes(run: IoRun) -> list[str]:
    last = run.years[-1]
    notes = ["io.note.linkage"]
    if last.linkage is not None:
        notes += ["io.note.two_readings", f"io.note.imports.{last.economy.imports}"]
    if last.footprint is not None:
        notes.append("io.note.footprint")
    if run.changes is not None:
        notes.append("io.note.change")
    if run.enabled is not None:
        notes.append("io.note.vei")
    return notes
