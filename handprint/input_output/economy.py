"""From a table and what stands beside it to an economy that can be calculated with."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Any

import numpy as np

from handprint.core.arrays import Array
from handprint.core.errors import Finding, Findings, Param, Severity
from handprint.input_output.layout import normal
from handprint.input_output.leontief import (
    aggregate,
    aggregate_rows,
    coefficients,
    domestic,
    intensities,
)
from handprint.input_output.side_files import Concordance, Deflators, FuelUse
from handprint.input_output.tables import Imports, IoTable, label_index

__all__ = ["Economy", "Imports", "Sources", "build"]

ICT, POWER = "ict", "power"  # groups of the concordance with a role of their own


@dataclass(frozen=True, slots=True)
class Sources:
    """What belongs to one table.

    Parameters
    ----------
    ict, power : sequence of str
        Codes or names, with * for any text; without any, the groups "ict" and "power".
    deflate_to : int or None
        Year whose prices the table is brought to.
    """

    fuel_use: FuelUse | None = None
    concordance: Concordance | None = None
    deflators: Deflators | None = None
    deflate_to: int | None = None
    ict: Sequence[str] = ()
    power: Sequence[str] = ()
    imports: Imports = "competitive"


@dataclass(frozen=True, slots=True)
class Economy:
    """An economy: A, y, x, S and which of its sectors are ICT.

    Parameters
    ----------
    a : matrix
        Technical coefficients [1].
    y, x : array
        Final demand and output [money of the table].
    emissions : array or None
        Direct emissions [t CO2]; s the same per unit of output.
    """

    table: IoTable
    names: tuple[Mapping[str, str], ...]
    a: Any
    y: Array
    x: Array
    emissions: Array | None
    gas: str
    ict: tuple[int, ...]
    power: tuple[int, ...]
    imports: Imports
    price_year: int | None

    @property
    def s(self) -> Array:
        """Direct intensities [t CO2 per unit of money]."""
        if self.emissions is None:
            raise ValueError("the economy has no emissions")
        return intensities(self.emissions, self.x)


def build(table: IoTable, sources: Sources, findings: Findings) -> Economy | None:
    """Deflate, aggregate and close a checked table; None after an error."""
    before = _errors(findings)
    groups = _groups(table, sources.concordance, findings)
    if groups is None:
        return None
    emissions = table.emissions
    if sources.fuel_use is not None:
        emissions = _emissions(table, groups, sources.fuel_use, findings)
    elif emissions is not None:
        emissions = groups.sums(emissions)
    else:
        findings.add(Finding("HP-M57", Severity.WARNING, table.file))
    deflated, prices = _deflated(table, groups, sources, findings)
    merged = groups.table(deflated)
    flows, y = merged.flows, merged.net_demand
    if sources.imports == "removed":
        flows, y = domestic(flows, merged.demand, merged.exports, merged.imports)
        y = y + merged.error
        if not merged.imports.any():
            findings.add(Finding("HP-M58", Severity.NOTE, table.file))
    ict = _members(merged, sources.ict or (ICT,), bool(sources.ict), "--ict", findings)
    power = _members(merged, sources.power or (POWER,), bool(sources.power), "--power", findings)
    if not ict:
        findings.add(Finding("HP-M59", Severity.WARNING, table.file))
    if _errors(findings) > before:
        return None
    gas = sources.fuel_use.gas if sources.fuel_use is not None else table.gas
    return Economy(
        merged, groups.names, coefficients(flows, merged.output), y, merged.output, emissions,
        gas, ict, power, sources.imports, prices,
    )  # fmt: skip


# --- aggregation ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Groups:
    """Where each sector of the table goes."""

    position: tuple[int, ...]
    codes: tuple[str, ...]
    names: tuple[Mapping[str, str], ...]
    identical: bool

    def sums(self, values: Array) -> Array:
        return values if self.identical else aggregate_rows(values, self.position, len(self.codes))

    def table(self, table: IoTable) -> IoTable:
        if self.identical:
            return table
        return replace(
            table,
            codes=self.codes,
            names=tuple(name["en"] for name in self.names),
            flows=aggregate(table.flows, self.position, len(self.codes)),
            demand=self.sums(table.demand),
            exports=self.sums(table.exports),
            imports=self.sums(table.imports),
            error=self.sums(table.error),
            output=self.sums(table.output),
            value_added=None,
            total_input=None,
        )


def _groups(table: IoTable, concordance: Concordance | None, findings: Findings) -> _Groups | None:
    """Return the groups of a concordance, or each sector as its own; None after a finding."""
    if concordance is None:
        names = tuple({"en": name, "zh": name} for name in table.names)
        return _Groups(tuple(range(len(table))), table.codes, names, identical=True)
    codes = [group.code for group in concordance.groups]
    position = np.full(len(table), -1)
    index = label_index(table)
    for label, code in concordance.group_of.items():
        members = index.get(normal(label), [])
        if not members:
            place = concordance.places[label]
            findings.add(_unknown(label, place, table, "concordance"))
        position[members] = codes.index(code)
    lacking = [table.codes[i] for i in np.flatnonzero(position < 0)]
    if lacking:
        params: dict[str, Param] = {"count": len(lacking), "list": ", ".join(lacking[:5])}
        findings.add(Finding("HP-M48", Severity.ERROR, concordance.file, params, "lacking"))
    if findings.has(Severity.ERROR):
        return None
    used = [i for i in range(len(codes)) if i in position]
    place_of = {old: new for new, old in enumerate(used)}
    return _Groups(
        tuple(place_of[int(i)] for i in position),
        tuple(codes[i] for i in used),
        tuple(concordance.groups[i].name for i in used),
        identical=False,
    )


# --- what is keyed by sector -------------------------------------------------------------------


def _emissions(
    table: IoTable, groups: _Groups, fuel_use: FuelUse, findings: Findings
) -> Array | None:
    """Return emissions per group; the fuel table may name sectors or groups, not a mixture."""
    places = dict(zip(fuel_use.labels, fuel_use.places, strict=True))
    found = _by_sector(table, groups, places, findings, "fuel", complete=True)
    if found is None:
        return None
    positions, grouped = found
    ambiguous = [label for label, members in positions.items() if len(members) > 1]
    if ambiguous:
        findings.add(_unknown(ambiguous[0], places[ambiguous[0]], table, "ambiguous"))
        return None
    values = np.zeros(len(groups.codes) if grouped else len(table))
    for label, amount in zip(fuel_use.labels, fuel_use.emissions, strict=True):
        values[positions[label][0]] += amount
    return values if grouped else groups.sums(values)


def _by_sector(
    table: IoTable,
    groups: _Groups,
    places: Mapping[str, str],
    findings: Findings,
    kind: str,
    *,
    complete: bool,
) -> tuple[dict[str, list[int]], bool] | None:
    """Return positions by label, and whether labels are groups; None after findings."""
    codes = {normal(code): [i] for i, code in enumerate(groups.codes)}
    for lang in ("en", "zh"):
        codes |= {normal(name[lang]): [i] for i, name in enumerate(groups.names)}
    index, grouped = label_index(table), False
    if not groups.identical and all(normal(label) in codes for label in places):
        index, grouped = codes, True
    unknown = [label for label in places if normal(label) not in index]
    for label in unknown[:5]:
        findings.add(_unknown(label, places[label], table, kind))
    named = {i for label in places for i in index.get(normal(label), ())}
    size = len(groups.codes) if grouped else len(table)
    lacking = [i for i in range(size) if i not in named]
    if complete and lacking:
        labels = groups.codes if grouped else table.codes
        listed = ", ".join(labels[i] for i in lacking[:5])
        params: dict[str, Param] = {"count": len(lacking), "list": listed}
        place = next(iter(places.values()), table.file).partition(":")[0]
        findings.add(Finding("HP-M50", Severity.ERROR, place, params, "lacking"))
    if unknown or (complete and lacking):
        return None
    return {label: index[normal(label)] for label in places}, grouped


def _deflated(
    table: IoTable, groups: _Groups, sources: Sources, findings: Findings
) -> tuple[IoTable, int | None]:
    """Return the table in prices of the year asked for; unchanged without deflators."""
    deflators, target = sources.deflators, sources.deflate_to
    if deflators is None or target is None or table.year is None or table.year == target:
        return table, table.year if deflators is not None else None
    years = (table.year, target)
    lacking = [year for year in years if year not in deflators.years]
    if lacking:
        params: dict[str, Param] = {
            "year": lacking[0],
            "years": ", ".join(map(str, deflators.years)),
        }
        findings.add(Finding("HP-M49", Severity.ERROR, deflators.file, params, "column"))
        return table, None
    own = {label: place for label, place in deflators.places.items() if label != "all"}
    rest = deflators.by_sector.get("all")
    found = _by_sector(table, groups, own, findings, "deflator", complete=rest is None)
    if found is None:
        return table, None
    positions, grouped = found
    ratio = np.full(len(groups.codes) if grouped else len(table), _ratio(rest, years))
    for label, members in positions.items():
        ratio[members] = _ratio(deflators.by_sector[label], years)
    factor = ratio[list(groups.position)] if grouped else ratio
    return _rescaled(table, factor), target


def _ratio(indices: Mapping[int, float] | None, years: tuple[int, int]) -> float:
    """Return what one unit of money of the table's year is worth in prices of the target year."""
    if indices is None or any(year not in indices for year in years):
        return 1.0
    return indices[years[1]] / indices[years[0]]


def _rescaled(table: IoTable, factor: Array) -> IoTable:
    """Return the table with every row in other prices; columns do not balance any more."""
    return replace(
        table,
        flows=factor[:, None] * table.flows,
        demand=factor * table.demand,
        exports=factor * table.exports,
        imports=factor * table.imports,
        error=factor * table.error,
        output=factor * table.output,
        value_added=None,
        total_input=None,
    )


def _members(
    table: IoTable, patterns: Iterable[str], asked: bool, option: str, findings: Findings
) -> tuple[int, ...]:
    """Return the sectors that codes or names with * mean; asked for in vain is an error."""
    found: list[int] = []
    labels = [(normal_pattern(c), normal_pattern(n)) for c, n in zip(table.codes, table.names,
                                                                     strict=True)]  # fmt: skip
    for pattern in patterns:
        wanted = normal_pattern(pattern)
        members = [i for i, both in enumerate(labels) if any(fnmatchcase(t, wanted) for t in both)]
        if not members and asked:
            findings.add(_unknown(pattern, option, table, "option"))
        found.extend(members)
    return tuple(sorted(set(found)))


def normal_pattern(text: str) -> str:
    """Return a code, a name or a pattern for matching; a colon parts region and sector."""
    return ":".join(normal(part) for part in text.split(":"))


def _unknown(label: str, place: str, table: IoTable, variant: str) -> Finding:
    labels = [*table.codes, *table.names]
    near = ", ".join(get_close_matches(label, labels, n=3, cutoff=0.4)) or ", ".join(labels[:5])
    params = {"label": label, "near": near}
    return Finding("HP-M50", Severity.ERROR, place, params, variant)


def _errors(findings: Findings) -> int:
    return sum(finding.severity is Severity.ERROR for finding in findings)
