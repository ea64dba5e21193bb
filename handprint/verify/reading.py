"""Result documents back from files: a JSON result, or the one that a PDF report carries."""

import json
from pathlib import Path
from typing import Any

from handprint.core.errors import CodedError, Finding, Findings, Severity

__all__ = ["read_document"]

MAX_BYTES = 200_000_000


def read_document(path: Path, findings: Findings) -> dict[str, Any] | None:
    """Return the result document of a file; None, with a finding, where there is none.

    Findings: HP-R01 cannot be read; HP-R02 holds no result of this program.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise CodedError("HP-R01", reason=f"> {MAX_BYTES // 1_000_000} MB")
        content = _attached(path) if path.suffix.lower() == ".pdf" else path.read_bytes()
        document = json.loads(content)
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        findings.add(Finding("HP-R01", Severity.ERROR, str(path), {"reason": reason}))
        return None
    except (CodedError, ValueError, RecursionError) as problem:
        trouble = problem if isinstance(problem, CodedError) else CodedError("HP-R02")
        findings.add(trouble.finding(str(path)))
        return None
    if not isinstance(document, dict) or "manifest" not in document or "case" not in document:
        findings.add(Finding("HP-R02", Severity.ERROR, str(path)))
        return None
    return document


def _attached(path: Path) -> bytes:
    """Return the JSON document attached to a PDF report."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        attachments = PdfReader(path).attachments
        for name, contents in attachments.items():
            if name.endswith(".json"):
                return bytes(contents[0])
    except (PyPdfError, KeyError, TypeError, AttributeError, IndexError):
        raise CodedError("HP-R02") from None
    raise CodedError("HP-R02")
