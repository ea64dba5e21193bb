"""Numbers that cannot be: checks on evaluated values, each with the place of its cause."""

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from handprint.case.answers import told
from handprint.core.arrays import Array
from handprint.core.errors import Finding, Findings, Severity
from handprint.model.effects import Effects
from handprint.model.evaluate import Entry
from handprint.model.structure import ModelLine

__all__ = ["ONE_SIDED", "check_draws", "check_effects", "check_ledger", "check_spread"]

ONE_SIDED = 0.15  # of the width of the 90 % interval
IMPOSSIBLE_DRAWS = 0.001  # a normal distribution a little over three standard deviations from zero


def check_draws(
    entries: Iterable[Entry], columns: Mapping[str, Array], findings: Findings
) -> Iterator[Entry]:
    """Pass drawn entries on, and add findings for lines of which some draws are impossible."""
    for entry in entries:
        line = entry.line
        named = {name: columns[key] for name, key in line.names.items() if key in columns}
        if line.lifetime is not None and np.any(line.lifetime.evaluate(named) <= 0):
            _add(findings, "HP-V04", line, "draws")
        elif not np.all(np.isfinite(entry.emissions)):
            _add(findings, "HP-V01", line, "draws")
        else:
            _check_divisors(line, named, findings)
            _check_share(line, named, findings)
        yield entry


def _check_share(line: ModelLine, named: Mapping[str, Array], findings: Findings) -> None:
    """Add a finding where draws of a share lie outside 0..1."""
    if line.share is None:
        return
    values = line.share.evaluate(named)
    if np.mean((values < 0) | (values > 1)) > IMPOSSIBLE_DRAWS:
        params = {"line": line.id}
        findings.add(Finding("HP-V05", Severity.WARNING, line.place, params, "draws"))


def _check_divisors(line: ModelLine, named: Mapping[str, Array], findings: Findings) -> None:
    """Add a finding where a formula divides by something that takes both signs."""
    for divisor in line.formula.divisors():
        values = divisor.evaluate(named)
        if np.min(values) <= 0 <= np.max(values):
            params = {"line": line.id, "divisor": divisor.text}
            findings.add(Finding("HP-N10", Severity.ERROR, line.place, params))


def check_ledger(
    entries: Iterable[Entry], columns: Mapping[str, Array], findings: Findings
) -> None:
    """Add findings for lines whose central values are impossible."""
    for entry in entries:
        line = entry.line
        named = {name: columns[key] for name, key in line.names.items() if key in columns}
        if line.lifetime is not None and np.any(line.lifetime.evaluate(named) <= 0):
            _add(findings, "HP-V04", line)
            continue
        if line.share is not None:
            share = line.share.evaluate(named)
            if np.any((share < 0) | (share > 1)):
                _add(findings, "HP-V05", line, share=float(share.flat[0]))
                continue
        if not np.all(np.isfinite(entry.emissions)):
            _add(findings, "HP-V01", line)
        elif np.any(entry.emissions < 0) and not line.credit:
            worst = float(entry.emissions.min()) / 1000
            _add(findings, "HP-V02", line, value=worst)
        elif line.credit and not told(line.reason):
            _add(findings, "HP-V07", line)


def check_effects(
    effects: Effects, other: float | None, place: str, unit_place: str, findings: Findings
) -> None:
    """Add findings for results that no case can have.

    Parameters
    ----------
    other : float or None
        What the solution delivers, where it is normalised to the reference [functional unit].
    """
    e_ref, quantity = float(effects.E_ref[0, 0]), float(effects.Q[0, 0])
    if e_ref < 0:
        findings.add(Finding("HP-V03", Severity.ERROR, place, {"value": e_ref}))
    elif e_ref == 0:
        findings.add(Finding("HP-V08", Severity.WARNING, place))
    if not np.isfinite(quantity) or quantity < 0:
        findings.add(Finding("HP-V06", Severity.ERROR, unit_place, {"value": quantity}))
    if other is not None and not (np.isfinite(other) and other > 0):
        params = {"value": other}
        findings.add(Finding("HP-V06", Severity.ERROR, unit_place, params, "solution"))
    elif not findings.has(Severity.ERROR) and not np.all(np.isfinite(effects.ner)):
        findings.add(Finding("HP-V09", Severity.ERROR, place))


def check_spread(
    central: Effects, drawn: Effects, places: tuple[str, str], findings: Findings
) -> None:
    """Add findings where draws reach what cannot be, or lie beside the result at typical inputs.

    Parameters
    ----------
    places : tuple of str
        Of the reference and of the inputs.
    """
    share = float(np.mean(drawn.E_ref < 0))
    if share > IMPOSSIBLE_DRAWS:
        params = {"share": round(100 * share, 1)}
        findings.add(Finding("HP-V03", Severity.WARNING, places[0], params, "draws"))
    value = float(central.ner[0, 0])
    low, middle, high = (float(v) for v in np.percentile(drawn.ner[0], [5, 50, 95]))
    off = (value - middle) / (high - low) if high > low else 0.0
    if abs(off) > ONE_SIDED:
        shown = {"value": value, "p50": middle, "share": 100 * abs(off)}
        params = {name: float(f"{number:.3g}") for name, number in shown.items()}
        variant = "above" if off > 0 else "below"
        findings.add(Finding("HP-V10", Severity.NOTE, places[1], params, variant))


def _add(
    findings: Findings, code: str, line: ModelLine, variant: str = "", **params: float
) -> None:
    severity = Severity.BLOCK if code == "HP-V07" else Severity.ERROR
    findings.add(Finding(code, severity, line.place, {"line": line.id, **params}, variant))
