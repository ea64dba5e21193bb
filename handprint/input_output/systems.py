"""Multi-regional systems (EXIOBASE, OECD, or saved by pymrio) as one large input-output table."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from handprint.core.arrays import Array
from handprint.core.errors import Finding, Findings, Param, Severity
from handprint.input_output.stressors import EmissionChoice, EmissionRow, emissions_of
from handprint.input_output.tables import IoTable, money_unit

__all__ = ["SYSTEMS", "from_pymrio", "read_system"]

SYSTEMS = ("pymrio", "exiobase1", "exiobase2", "exiobase3", "oecd")
CO2_ROWS = EmissionChoice()
INSTALL = "pip install 'carbon-handprint[io]'"


def read_system(
    path: Path,
    kind: str,
    findings: Findings,
    *,
    choice: EmissionChoice | None = CO2_ROWS,
    money: str = "",
    year: int | None = None,
) -> IoTable | None:
    """Read a system with pymrio; None after an error.

    Parameters
    ----------
    kind : str
        One of `SYSTEMS`; "pymrio" is a folder that pymrio saved.
    choice : EmissionChoice or None
        Rows of the extensions to add up; None where emissions come from somewhere else.
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
    table = from_pymrio(system, findings, choice=choice, money=money, file=path.name)
    return table if year is None or table is None else replace(table, year=year)


def from_pymrio(
    system: Any,
    findings: Findings,
    *,
    choice: EmissionChoice | None = CO2_ROWS,
    money: str = "",
    file: str = "pymrio",
) -> IoTable | None:
    """Return a system of pymrio as one table whose sectors are "region:sector"."""
    if system.Y is None:
        params: dict[str, Param] = {"system": "pymrio", "reason": "no Y"}
        findings.add(Finding("HP-M45", Severity.ERROR, file, params))
        return None
    own = Findings()
    final = np.asarray(system.Y, dtype=np.float64).sum(axis=1)
    flows = _flows(system, final)
    output = flows.sum(axis=1) + final
    labels = list((system.Z if system.Z is not None else system.A).index)
    _check_numbers(labels, flows, final, file, own)
    unit = money_unit(money or _money(system, file, own), file, own)
    emissions: Array | None = None
    gas, rows = "CO2", tuple[EmissionRow, ...]()
    if choice is not None and not own.has(Severity.ERROR):
        emissions, gas, rows = emissions_of(system, output, choice, file, own)
    for finding in own:
        findings.add(finding)
    if own.has(Severity.ERROR):
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
        output=output,
        value_added=None,
        total_input=None,
        money=unit,
        emissions=emissions,
        gas=gas,
        rows=rows,
    )


def _flows(system: Any, final: "Array") -> "Array":
    if system.Z is not None:
        return np.asarray(system.Z, dtype=np.float64)
    a = np.asarray(system.A, dtype=np.float64)
    return np.asarray(a * np.linalg.solve(np.eye(len(a)) - a, final))


def _check_numbers(
    labels: Sequence[object], flows: "Array", final: "Array", file: str, findings: Findings
) -> None:
    """Refuse a system with cells that hold no number: they would spread over all results."""
    holes = ~np.isfinite(flows).all(axis=1) | ~np.isfinite(final)
    if holes.any():
        params: dict[str, Param] = {"count": int(holes.sum()),
                                    "label": str(labels[int(np.argmax(holes))])}  # fmt: skip
        findings.add(Finding("HP-M45", Severity.ERROR, file, params, "numbers"))


def _money(system: Any, file: str, findings: Findings) -> str:
    """Return the unit of all sectors, "" where none is stated; several are a finding."""
    try:
        written = sorted({str(unit) for unit in np.asarray(system.unit).ravel()})
    except (AttributeError, TypeError):
        return ""
    if not written:
        return ""
    if len(written) > 1:
        params: dict[str, Param] = {"units": ", ".join(written[:5])}
        findings.add(Finding("HP-M44", Severity.ERROR, file, params, "mixed"))
    return written[0]
