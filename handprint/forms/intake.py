"""A submission from file to validated case: read, lay over its template, validate."""

from pathlib import Path

from handprint.case.reader import RawCase, read_case, read_case_bytes
from handprint.case.schema import Case
from handprint.case.template import expand
from handprint.case.validate import validate
from handprint.core.errors import Findings, Severity
from handprint.forms.reader import FORM_SUFFIXES, read_form

__all__ = ["SUFFIXES", "load_case", "load_case_bytes", "read_submission"]

SUFFIXES = (".yaml", ".yml", ".json", *FORM_SUFFIXES)


def read_submission(path: Path, findings: Findings) -> RawCase | None:
    """Read a case file or a filled form as it stands; None, with findings, else."""
    read = read_form if path.suffix.lower() in FORM_SUFFIXES else read_case
    return read(path, findings)


def load_case(path: Path, findings: Findings) -> tuple[Case, RawCase] | None:
    """Return a submission as a validated case and what was read; None, with findings, else."""
    raw = read_submission(path, findings)
    return None if raw is None else _validated(raw, findings)


def load_case_bytes(name: str, content: bytes, findings: Findings) -> tuple[Case, RawCase] | None:
    """Return the same for content that is no file, such as that carried by a report."""
    raw = read_case_bytes(name, content, findings)
    return None if raw is None else _validated(raw, findings)


def _validated(raw: RawCase, findings: Findings) -> tuple[Case, RawCase] | None:
    local = Findings()
    known = {finding.place for finding in findings}
    raw = expand(raw, local)
    case = validate(raw, local)
    # an entry that cannot be read is told once, not again as missing
    findings.extend(f for f in local if not (raw.faulty and f.place in known))
    return None if case is None or local.has(Severity.ERROR) else (case, raw)
