"""Whether an input-output table can be calculated with: balances, signs, a meaningful inverse."""

from dataclasses import dataclass

import numpy as np

from handprint.core.arrays import Array
from handprint.core.errors import Finding, Findings, Param, Severity
from handprint.input_output.leontief import coefficients, spectral_radius
from handprint.input_output.tables import IoTable

__all__ = ["Checks", "check_table"]

SHOWN = 5
TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Checks:
    """What was checked of a table, as shares of output [1].

    Parameters
    ----------
    rows, columns : float
        Largest imbalance of a row and of a column; columns is None without value added.
    radius : float
        Spectral radius of A, or a bound below 1.
    """

    sectors: int
    rows: float
    columns: float | None
    radius: float
    negative_flows: int
    negative_demands: int
    zero_output: tuple[str, ...]
    full_columns: tuple[str, ...]


def check_table(table: IoTable, findings: Findings, tolerance: float) -> Checks:
    """Check a table as it was given; what forbids a calculation is an error.

    Parameters
    ----------
    tolerance : float
        Largest imbalance, as a share of the sector's output [1].
    """
    a = coefficients(table.flows, table.output)
    intermediate = np.asarray(table.flows.sum(axis=1)).ravel()
    rows = _imbalance(intermediate + table.net_demand - table.output, table)
    _report_balance(table, rows, "row", tolerance, findings)
    columns = _columns(table, tolerance, findings)
    negative = _negatives(table, findings)
    zero = _zero_output(table, findings)
    sums = np.asarray(a.sum(axis=0)).ravel()
    full = tuple(table.codes[i] for i in np.flatnonzero(sums >= 1.0))
    radius = spectral_radius(a)
    if radius >= 1.0:
        _add(findings, "HP-M56", Severity.ERROR, table, radius=radius)
    elif full:
        _add(findings, "HP-M55", Severity.WARNING, table, count=len(full), list=_listed(full))
    return Checks(
        sectors=len(table),
        rows=float(rows.max(initial=0.0)),
        columns=columns,
        radius=radius,
        negative_flows=negative[0],
        negative_demands=negative[1],
        zero_output=zero,
        full_columns=full,
    )


def _imbalance(difference: Array, table: IoTable) -> Array:
    """Return differences as shares of output; a sector without output is measured by the mean."""
    mean = float(np.mean(np.abs(table.output))) or 1.0
    base = np.where(np.abs(table.output) > TINY * mean, np.abs(table.output), mean)
    return np.asarray(np.abs(difference) / base)


def _report_balance(
    table: IoTable, shares: Array, kind: str, tolerance: float, findings: Findings
) -> None:
    broken = np.flatnonzero(shares > tolerance)
    if not len(broken):
        return
    worst = sorted(broken, key=lambda i: -shares[i])[:SHOWN]
    listed = ", ".join(f"{table.codes[i]} {100 * shares[i]:.3g} %" for i in worst)
    limit = f"{100 * tolerance:g} %"
    _add(findings, "HP-M51", Severity.ERROR, table, kind, count=len(broken), list=listed,
         tolerance=limit)  # fmt: skip


def _columns(table: IoTable, tolerance: float, findings: Findings) -> float | None:
    """Return the largest imbalance of a column: flows and value added against total input."""
    if table.value_added is None:
        return None
    inputs = np.asarray(table.flows.sum(axis=0)).ravel() + table.value_added
    shares = _imbalance(inputs - table.output, table)
    _report_balance(table, shares, "column", tolerance, findings)
    if table.total_input is not None:
        differing = _imbalance(table.total_input - table.output, table)
        _report_balance(table, differing, "input", tolerance, findings)
    return float(shares.max(initial=0.0))


def _negatives(table: IoTable, findings: Findings) -> tuple[int, int]:
    flows = int((table.flows < 0).sum())
    if flows:
        _add(findings, "HP-M52", Severity.WARNING, table, count=flows, list=_where(table))
    outputs = tuple(table.codes[i] for i in np.flatnonzero(table.output < 0))
    if outputs:
        listed = _listed(outputs)
        _add(findings, "HP-M53", Severity.ERROR, table, count=len(outputs), list=listed)
    negative = int((table.net_demand < 0).sum())
    if negative:
        codes = tuple(table.codes[i] for i in np.flatnonzero(table.net_demand < 0))
        listed = _listed(codes)
        _add(findings, "HP-M52", Severity.NOTE, table, "demand", count=negative, list=listed)
    return flows, negative


def _where(table: IoTable) -> str:
    rows, columns = (table.flows < 0).nonzero()
    pairs = [f"{table.codes[i]} → {table.codes[j]}" for i, j in zip(rows, columns, strict=True)]
    return _listed(tuple(pairs))


def _zero_output(table: IoTable, findings: Findings) -> tuple[str, ...]:
    """Return sectors without output; one that buys or sells all the same is an error."""
    zero = np.flatnonzero(table.output == 0)
    if not len(zero):
        return ()
    used = np.asarray(abs(table.flows).sum(axis=0)).ravel()[zero]
    active = tuple(table.codes[i] for i, amount in zip(zero, used, strict=True) if amount > 0)
    if active:
        listed = _listed(active)
        _add(findings, "HP-M54", Severity.ERROR, table, "active", count=len(active), list=listed)
    codes = tuple(table.codes[i] for i in zero)
    _add(findings, "HP-M54", Severity.NOTE, table, count=len(codes), list=_listed(codes))
    return codes


def _listed(codes: tuple[str, ...]) -> str:
    more = f" (+{len(codes) - SHOWN})" if len(codes) > SHOWN else ""
    return ", ".join(codes[:SHOWN]) + more


def _add(
    findings: Findings, code: str, severity: Severity, table: IoTable, variant: str = "",
    **params: Param,
) -> None:  # fmt: skip
    findings.add(Finding(code, severity, table.file, params, variant))
