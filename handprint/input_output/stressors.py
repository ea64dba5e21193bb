"""Which rows of a system's extensions are emissions, of which gas, and what they add up to.

The gas is what the unit and the label of a row say, never what the option was called. Rows of one
gas of one extension are added; whatever else was chosen together is refused with its reason.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from handprint.core.arrays import Array
from handprint.core.errors import CodedError, Finding, Findings, Param, Severity
from handprint.factors.gwp import Assessment, gwp100
from handprint.input_output.labels import normal
from handprint.input_output.substances import is_biogenic, is_total, spelled_unit, substance
from handprint.units.unit import ENERGY, MASS, gas_of, parse_unit, without

__all__ = ["EmissionChoice", "EmissionRow", "emissions_of"]

TONNE = 1000.0  # kg
SHOWN = 5  # findings and names of one kind
MAIN = ("CO2", "CO2e")  # what results are given in


@dataclass(frozen=True, slots=True)
class EmissionChoice:
    """Which emission rows of a system are added up.

    Parameters
    ----------
    names : sequence of str
        Beginnings of labels; with "=" before it, a whole label.
    extensions : sequence of str
        Beginnings of the names of the extensions that are looked at; all without any.
    gas : str
        What rows hold whose unit and label name no gas.
    gwp : str
        Assessment report whose warming potentials add up different gases; without one they are
        not added.
    """

    names: Sequence[str] = ("CO2",)
    extensions: Sequence[str] = ()
    gas: str = ""
    gwp: Assessment | None = None


@dataclass(frozen=True, slots=True)
class EmissionRow:
    """One chosen row of an extension.

    Parameters
    ----------
    potential : float
        [t of the sum's gas per t of the row's gas]; 1 where gases are not converted.
    assessment : str
        Report that the potential is from, where a gas is converted.
    amount : float
        Of all sectors [t of the row's gas].
    counted : bool
        False for a row that is kept apart: biogenic CO2.
    """

    extension: str
    label: str
    unit: str
    gas: str
    amount: float
    counted: bool = True
    potential: float = 1.0
    assessment: str = ""
    values: Array = field(repr=False, default_factory=lambda: np.zeros(0))  # t of the gas

    @property
    def place(self) -> str:
        """Return where the row stands: extension and label."""
        return f"{self.extension}: {self.label}"


def emissions_of(
    system: Any, output: Array, choice: EmissionChoice, file: str, findings: Findings
) -> tuple[Array | None, str, tuple[EmissionRow, ...]]:
    """Return emissions by sector [t], their gas and the rows; no emissions after a finding."""
    extensions = list(_extensions(system, output, choice, file, findings))
    read = [_read(row, choice, findings, file) for row in _chosen(extensions, choice)]
    if any(row is None for row in read) or findings.has(Severity.ERROR):
        return None, "CO2", ()
    rows = [row for row in read if row is not None]
    counted = [row for row in rows if row.counted]
    if not rows:
        params = {"stressors": ", ".join(choice.names)}
        findings.add(Finding("HP-M45", Severity.WARNING, file, params, "stressor"))
        return None, "CO2", ()
    _tell_biogenic(rows, file, findings)
    _refuse_doubles(counted, file, findings)
    gas = _common_gas(counted, choice, file, findings)
    if findings.has(Severity.ERROR):
        return None, "CO2", ()
    weighted = [_weighted(row, gas, choice, file, findings) for row in rows]
    total = np.zeros(len(output))
    for row in weighted:
        if row.counted:
            total = total + row.values * row.potential
    return total, gas, tuple(weighted)


# --- the rows -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    extension: str
    label: str
    unit: str
    values: Array


def _extensions(
    system: Any, output: Array, choice: EmissionChoice, file: str, findings: Findings
) -> Iterator[tuple[str, Any, Any]]:
    """Yield name, table by sector and units of each extension that was not left out."""
    known = [str(each.name) for each in system.get_extensions(data=True)]
    wanted = [normal(name) for name in choice.extensions]
    for name, key in zip(choice.extensions, wanted, strict=True):
        if not any(normal(each).startswith(key) for each in known):
            params = {"name": name, "list": ", ".join(known) or "-"}
            findings.add(Finding("HP-M67", Severity.ERROR, file, params, "unknown"))
    for extension in system.get_extensions(data=True):
        name = str(extension.name)
        if wanted and not normal(name).startswith(tuple(wanted)):
            continue
        table = getattr(extension, "F", None)
        if table is None and getattr(extension, "S", None) is not None:
            table = extension.S * output  # a system that is issued as coefficients
        if table is not None:
            yield name, table, getattr(extension, "unit", None)


def _chosen(extensions: Sequence[tuple[str, Any, Any]], choice: EmissionChoice) -> Iterator[_Found]:
    whole = {name[1:].strip().casefold() for name in choice.names if name.startswith("=")}
    begin = tuple(name.casefold() for name in choice.names if not name.startswith("="))
    for name, table, units in extensions:
        for position, label in enumerate(table.index):
            parts = [str(part) for part in (label if isinstance(label, tuple) else (label,))]
            spoken = {*map(str.casefold, parts), " | ".join(parts).casefold()}
            if spoken & whole or (begin and any(text.startswith(begin) for text in spoken)):
                values = np.asarray(table.iloc[position], dtype=np.float64)
                unit = _unit(units, table, position)
                yield _Found(name, " | ".join(parts), unit, values)


def _unit(units: Any, table: Any, position: int) -> str:
    """Return the unit that stands beside a row, "" if none does or several do."""
    if units is None or not len(units) or not len(getattr(units, "columns", ())):
        return ""
    if list(units.index) == list(table.index):
        return str(units.iloc[position, 0])
    label = table.index[position]
    if label not in units.index:
        return ""
    found = {str(unit) for unit in np.asarray(units.loc[label]).ravel()}
    return next(iter(found)) if len(found) == 1 else ""


def _read(row: _Found, choice: EmissionChoice, findings: Findings, file: str) -> EmissionRow | None:
    """Return a row in t of its gas; None after a finding."""
    place = f"{file} {row.extension}: {row.label}"
    try:
        unit = parse_unit(spelled_unit(row.unit))
    except CodedError as problem:
        findings.add(problem.finding(place))
        return None
    named = gas_of(unit.dimension)
    plain = unit.dimension if named is None else without(unit.dimension, named)
    params = {"unit": row.unit, "label": row.label}
    if plain != MASS:
        variant = "energy" if plain == ENERGY else ""
        findings.add(Finding("HP-M65", Severity.ERROR, place, params, variant))
        return None
    gas = _gas(row, named, choice, findings, place)
    if gas is None:
        return None
    if not np.isfinite(row.values).all():
        findings.add(Finding("HP-M65", Severity.ERROR, place, params, "empty"))
        return None
    tonnes = row.values * unit.scale / TONNE
    apart = gas == "CO2_biogenic" or (gas == "CO2" and is_biogenic(row.label))
    return EmissionRow(
        extension=row.extension,
        label=row.label,
        unit=row.unit,
        gas="CO2_biogenic" if apart else gas,
        amount=float(tonnes.sum()),
        counted=not apart,
        values=tonnes,
    )


def _gas(
    row: _Found, of_unit: str | None, choice: EmissionChoice, findings: Findings, place: str
) -> str | None:
    """Return the gas of a row by its unit and label; None after a finding."""
    of_label = substance(row.label)
    params = {"label": row.label, "unit": row.unit, "gas": of_unit or ""}
    if of_unit is not None:
        differs = of_label.gas not in ("", "CO2e", of_unit) and of_unit != "CO2e"
        if differs and not of_unit.startswith(of_label.gas):
            findings.add(Finding("HP-M65", Severity.ERROR, place, params, "differs"))
            return None
        return of_unit
    if of_label.gas:
        return of_label.gas
    if choice.gas and not of_label.other:
        return choice.gas
    if of_label.other or not of_label.emission:
        variant = "other" if of_label.other else "gas"
        findings.add(Finding("HP-M65", Severity.ERROR, place, params, variant))
        return None
    findings.add(Finding("HP-M65", Severity.WARNING, place, params, "taken"))
    return "CO2"


# --- what may be added --------------------------------------------------------------------------


def _tell_biogenic(rows: Sequence[EmissionRow], file: str, findings: Findings) -> None:
    apart = [row for row in rows if not row.counted]
    if not apart:
        return
    params: dict[str, Param] = {"count": len(apart), "list": _listed(apart)}
    if len(apart) == len(rows):
        findings.add(Finding("HP-M66", Severity.ERROR, file, params, "only"))
    else:
        findings.add(Finding("HP-M66", Severity.NOTE, file, params))


def _refuse_doubles(rows: Sequence[EmissionRow], file: str, findings: Findings) -> None:
    """Refuse rows that may hold the same emissions twice."""
    names = sorted({row.extension for row in rows})
    labels = [row.place for row in rows]
    overlapping = len({row.gas for row in rows}) < len(rows) or "CO2e" in {r.gas for r in rows}
    params = {"list": _listed(rows), "extensions": ", ".join(names)}
    if len(names) > 1 and _share_a_gas(rows):
        findings.add(Finding("HP-M67", Severity.ERROR, file, params))
    elif len(set(labels)) < len(labels):
        findings.add(Finding("HP-M67", Severity.ERROR, file, params, "twice"))
    elif len(rows) > 1 and overlapping and any(is_total(row.label) for row in rows):
        findings.add(Finding("HP-M67", Severity.ERROR, file, params, "total"))


def _share_a_gas(rows: Sequence[EmissionRow]) -> bool:
    """Whether two extensions hold one gas, or one of them a sum of gases."""
    gases: dict[str, set[str]] = {}
    for row in rows:
        gases.setdefault(row.extension, set()).add(row.gas)
    each = list(gases.values())
    shared = any(one & other for i, one in enumerate(each) for other in each[:i])
    return shared or any("CO2e" in gas for gas in each)


def _common_gas(
    rows: Sequence[EmissionRow], choice: EmissionChoice, file: str, findings: Findings
) -> str:
    """Return the gas that the sum is given in; gases that may not be added are a finding."""
    gases = sorted({row.gas for row in rows})
    if not gases or (gases[0] in MAIN and len(gases) == 1):
        return gases[0] if gases else "CO2"
    if choice.gwp is None:
        params = {"gases": ", ".join(gases), "list": _listed(rows)}
        variant = "" if len(gases) > 1 else "one"
        findings.add(Finding("HP-M68", Severity.ERROR, file, params, variant))
    return "CO2e"


def _weighted(
    row: EmissionRow, gas: str, choice: EmissionChoice, file: str, findings: Findings
) -> EmissionRow:
    if not row.counted or row.gas == gas or choice.gwp is None:
        return row
    try:
        return replace(row, potential=gwp100(row.gas, choice.gwp), assessment=choice.gwp)
    except CodedError as problem:
        findings.add(problem.finding(f"{file} {row.place}"))
        return row


def _listed(rows: Sequence[EmissionRow]) -> str:
    more = f" (+{len(rows) - SHOWN})" if len(rows) > SHOWN else ""
    return "; ".join(f"{row.place} [{row.unit}]" for row in rows[:SHOWN]) + more
