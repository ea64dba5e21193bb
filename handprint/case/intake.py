"""A submission from file to validated case: read, lay over its template, validate."""

from pathlib import Path

from handprint.case.reader import RawCase, read_case
from handprint.case.schema import Case
from handprint.case.template import expand
from handprint.case.validate import validate
from handprint.core.errors import Findings, Severity

__all__ = ["load_case"]


def load_case(path: Path, findings: Findings) -> tuple[Case, RawCase] | None:
    """Return a case file as a validated case and what was read; None, with findings, else."""
    raw = read_case(path, findings)
    if raw is None:
        return None
    local = Findings()
    raw = expand(raw, local)
    case = validate(raw, local)
    findings.extend(local)
    return None if case is None or local.has(Severity.ERROR) else (case, raw)
