"""Multi-regional systems (EXIOBASE, OECD, or saved by pymrio) as one large input-output table."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from handprint.core.arrays import Array
from handprint.core.errors import CodedError, Finding, Findings, Severity
from handprint.input_output.tables import IoTable, money_unit
from handprint.units.unit import parse_unit

__all__ = ["SYSTEMS", "from_pymrio", "read_system"]

SYSTEMS = ("pymrio", "exiobase1", "exiobase2", "exiobase3", "oecd")
INSTALL = "pip install 'carbon-handprint[io]'"
TONNE = 1000.0
# How the systems spell their money.
MONEY = {"m.eur": "million EUR", "mill usd": "million USD", "million usd": "million USD",
         "mio. eur": "million EUR", "m.usd": "million USD"}  # fmt: skip


def read_system(
    path: Path,
    kind: str,
    findings: Findings,
    *,
    stressors: Sequence[str] = ("CO2",),
    money: str = "",
    year: int | None = None,
) -> IoTable | None:
    """Read a system with pymrio; None after an error.

    Parameters
    ----------
    kind : str
        One of `SYSTEMS`; "pymrio" is a folder that pymrio saved.
    stressors : sequence of str
        Rows of the extensions to add up: every row whose name begins with one of them.
    """
    try:
        import pymrio
    except ImportError:
        params = {"install": INSTALL}
        findings.add(Finding("HP-M45", Severity.ERROR, path.name, params, "install"))
        return None
    readers: dict[str, Any] = {
        "pymrio": pymrio.load_all,
        "exiobase1": pymrio.parse_exiobase1,
        "exiobase2": pymrio.parse_exiobase2,
        "exiobase3": pymrio.parse_exiobase3,
        "oecd": lambda folder: pymrio.parse_oecd(folder, year=year),
    }
    try:
        system = readers[kind](path)
        if system.Z is None and system.A is None:
            raise ValueError("neither Z nor A")
    except Exception as problem:  # any failure of a foreign reader is about the file
        reason = str(problem).splitlines()[0][:200] if str(problem) else type(problem).__name__
        params = {"system": kind, "reason": reason}
        findings.add(Finding("HP-M45", Severity.ERROR, path.name, params))
        return None
    table = from_pymrio(system, findings, stressors=stressors, money=money, file=path.name)
    return table if year is None or table is None else _dated(table, year)


def from_pymrio(
    system: Any,
    findings: Findings,
    *,
    stressors: Sequence[str] = ("CO2",),
    money: str = "",
    file: str = "pymrio",
) -> IoTable | None:
    """Return a system of pymrio as one table whose sectors are "region:sector"."""
    final = np.asarray(system.Y, dtype=np.float64).sum(axis=1)
    flows = _flows(system, final)
    labels = list((system.Z if system.Z is not None else system.A).index)
    before = len(findings)
    unit = money_unit(money or _money(system), file, findings)
    emissions, gas = _emissions(system, stressors, file, findings)
    if len(findings) > before and findings.has(Severity.ERROR):
        return None
    zero = np.zeros(len(labels))
    return IoTable(
        file=file,
        year=None,
        codes=tuple(":".join(map(str, label)) for label in labels),
        names=tuple(str(label[-1]) for label in labels),
        flows=flows,
        demand=final,
        exports=zero,
        imports=zero,
        error=zero,
        output=flows.sum(axis=1) + final,
        value_added=None,
        total_input=None,
        money=unit,
        emissions=emissions,
        gas=gas,
    )


def _flows(system: Any, final: "Array") -> "Array":
    if system.Z is not None:
        return np.asarray(system.Z, dtype=np.float64)
    a = np.asarray(system.A, dtype=np.float64)
    return np.asarray(a * np.linalg.solve(np.eye(len(a)) - a, final))


def _money(system: Any) -> str:
    try:
        written = str(np.asarray(system.unit).ravel()[0])
    except (AttributeError, IndexError, TypeError):
        return ""
    return MONEY.get(written.lower(), written)


def _emissions(
    system: Any, stressors: Sequence[str], file: str, findings: Findings
) -> tuple["Array | None", str]:
    """Return the sum of the named rows of all extensions [t], and the gas they are taken as."""
    wanted = tuple(name.lower() for name in stressors)
    total: Array | None = None
    for extension in system.get_extensions(data=True):
        if getattr(extension, "F", None) is None:
            continue
        for label, row in extension.F.iterrows():
            parts = label if isinstance(label, tuple) else (label,)
            if not any(str(part).lower().startswith(wanted) for part in parts):
                continue
            try:
                unit = parse_unit(str(np.asarray(extension.unit.loc[label]).ravel()[0]))
            except CodedError as problem:
                findings.add(problem.finding(f"{file} {label}"))
                continue
            tonnes = np.asarray(row, dtype=np.float64) * unit.scale / TONNE
            total = tonnes if total is None else total + tonnes
    if total is None:
        params = {"stressors": ", ".join(stressors)}
        findings.add(Finding("HP-M45", Severity.WARNING, file, params, "stressor"))
    return total, "CO2e" if any("co2e" in name for name in wanted) else "CO2"


def _dated(table: IoTable, year: int) -> IoTable:
    from dataclasses import replace

    return replace(table, year=year)
