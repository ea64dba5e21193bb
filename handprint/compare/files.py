"""The files of a comparison."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from handprint.compare.comparison import Comparison
from handprint.compare.document import comparison_document, comparison_workbook
from handprint.core.errors import Findings
from handprint.core.files import to_json, written
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
        if written(path, partial(bytes, content), findings):
            yield path
