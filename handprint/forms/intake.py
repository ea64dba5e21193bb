"""A submission from file to validated case: read, lay over its template, validate."""

from dataclasses import replace
from pathlib import Path

from handprint.case.reader import RawCase, read_case, read_case_bytes
from handprint.case.schema import Case
from handprint.case.template import expand
from handprint.case.validate import validate
from handprint.core.errors import Findings, Severity
from handprint.core.files import files_below
from handprint.forms.reader import FORM_SUFFIXES, read_form

__all__ = [
    "SUFFIXES",
    "case_files",
    "load_case",
    "load_case_bytes",
    "prepare",
    "read_submission",
]

SUFFIXES = (".yaml", ".yml", ".json", *FORM_SUFFIXES)


def case_files(folder: Path, *, below: bool = False) -> list[Path]:
    """Return the submissions of a folder in the order of their names.

    One that cannot be read is among them: who reads it tells why.

    Parameters
    ----------
    below : bool
        Those of the folders in it as well.
    """
    # "~$case.xlsx" is what a spreadsheet leaves beside a file that is open
    return [
        path
        for path in files_below(folder, below=below)
        if path.suffix.lower() in SUFFIXES
        and not any(part.startswith("~$") for part in path.relative_to(folder).parts)
    ]


def read_submission(path: Path, findings: Findings) -> RawCase | None:
    """Read a case file or a filled form as it stands; None, with findings, else."""
    read = read_form if path.suffix.lower() in FORM_SUFFIXES else read_case
    return read(path, findings)


def load_case(path: Path, findings: Findings) -> tuple[Case, RawCase] | None:
    """Return a submission as a validated case and what was read; None, with findings, else."""
    local = Findings()
    return prepare(read_submission(path, local), local, findings)


def load_case_bytes(name: str, content: bytes, findings: Findings) -> tuple[Case, RawCase] | None:
    """Return the same for content that is no file, such as that carried by a report."""
    local = Findings()
    return prepare(read_case_bytes(name, content, local), local, findings)


def prepare(raw: RawCase | None, read: Findings, findings: Findings) -> tuple[Case, RawCase] | None:
    """Lay what was read over its template and validate it.

    Parameters
    ----------
    read : Findings
        What was found while the submission was read.
    findings : Findings
        Takes all that is found. What forbids nothing is also carried by the case as read, so that
        each of its results tells it.
    """
    findings.extend(read)
    if raw is None:
        return None
    local = Findings()
    known = {finding.place for finding in read}
    raw = expand(raw, local)
    case = validate(raw, local)
    # an entry that cannot be read is told once, not again as missing
    told = Findings([*read, *(f for f in local if not (raw.faulty and f.place in known))])
    findings.extend(told)
    if case is None or local.has(Severity.ERROR):
        return None
    carried = tuple(f for f in told if f.severity is not Severity.ERROR)
    return case, replace(raw, found=carried)
