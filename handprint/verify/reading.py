"""Result documents back from files: a JSON result, or the one that a PDF report carries.

A report may come from anybody, so nothing in it is trusted: its size, its depth and its numbers
have bounds, and whatever a foreign reader stumbles over is no result of this program.
"""

import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

from handprint.core.errors import CodedError, Finding, Findings, Severity
from handprint.core.files import reason_of

__all__ = ["read_document"]

MAX_BYTES = 50_000_000  # a result has some hundred kilobytes
MAX_DEPTH = 40
MAX_NODES = 2_000_000
MAX_DIGITS = 30  # of a whole number


def read_document(path: Path, findings: Findings) -> dict[str, Any] | None:
    """Return the result document of a file; None, with a finding, where there is none.

    Findings: HP-R01 cannot be read; HP-R02 holds no result of this program.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _too_large()
        content = _attached(path) if path.suffix.lower() == ".pdf" else path.read_bytes()
        return _parsed(content)
    except OSError as problem:
        params = {"reason": reason_of(problem)}
        findings.add(Finding("HP-R01", Severity.ERROR, str(path), params))
    except CodedError as problem:
        findings.add(problem.finding(str(path)))
    except (ValueError, RecursionError):
        findings.add(Finding("HP-R02", Severity.ERROR, str(path)))
    return None


def _parsed(content: bytes) -> dict[str, Any]:
    """Return a document with bounded depth, size and numbers."""
    if len(content) > MAX_BYTES:
        raise _too_large()
    document = json.loads(content, parse_constant=_refused, parse_float=_float, parse_int=_int)
    _check_size(document)
    if not isinstance(document, dict) or not {"manifest", "case"} <= document.keys():
        raise CodedError("HP-R02")
    return document


def _too_large() -> CodedError:
    return CodedError("HP-R01", reason=f"> {MAX_BYTES // 1_000_000} MB")


def _refused(_constant: str) -> NoReturn:
    """Refuse what is no JSON: NaN would agree with every number."""
    raise CodedError("HP-R02")


def _float(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _refused(text)


def _int(text: str) -> int:
    return int(text) if len(text) <= MAX_DIGITS else _refused(text)


def _check_size(document: object) -> None:
    level, nodes = [document], 0
    for _ in range(MAX_DEPTH):
        nodes += len(level)
        level = [inner for node in level for inner in _inside(node)]
        if not level:
            return
        if nodes > MAX_NODES:
            break
    raise CodedError("HP-R02")


def _inside(node: object) -> Iterable[object]:
    if isinstance(node, dict):
        return node.values()
    return node if isinstance(node, list) else ()


def _attached(path: Path) -> bytes:
    """Return the JSON document attached to a PDF report."""
    from pypdf import PdfReader

    try:
        for entry in PdfReader(path).attachment_list:  # one is unpacked, not all of them
            if entry.name.endswith(".json"):
                return bytes(entry.content)
    except OSError:
        raise
    except Exception:  # pypdf lets errors of every kind escape from a broken part
        raise CodedError("HP-R02") from None
    raise CodedError("HP-R02")
