"""The files of a comparison."""

from collections.abc import Iterator
from pathlib import Path

from handprint.compare.comparison import Comparison
from handprint.compare.document import comparison_document, comparison_workbook
from handprint.core.errors import Finding, Findings, Severity
from handprint.core.files import to_json, write_whole
from handprint.core.i18n import Language

__all__ = ["write_comparison"]


def write_comparison(
    found: Comparison, folder: Path, lang: Language, findings: Findings
) -> Iterator[Path]:
    """Write document and workbook, and yield the paths written."""
    contents = {
        "comparison.json": to_json(comparison_document(found, findings, lang)),
        "comparison.xlsx": comparison_workbook(found, lang),
    }
    for name, content in contents.items():
        path = folder / name
        try:
            write_whole(path, content)
        except OSError as problem:
            reason = problem.strerror or type(problem).__name__
            findings.add(Finding("HP-O02", Severity.ERROR, str(path), {"reason": reason}))
        else:
            yield path
