"""Read a factor library from one XLSX workbook: a sheet "factors" and a sheet "source"."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from handprint.core.errors import Finding, Findings, Severity
from handprint.factors.rows import RawSource, source_head, table_rows
from handprint.tables.sheets import Sheet, folded

__all__ = ["SHEETS", "read_workbook"]

SHEETS = ("factors", "source")


def read_workbook(path: Path, sheets: Sequence[Sheet], findings: Findings) -> list[RawSource]:
    """Read the sheets "factors" (the columns of a CSV file) and "source" (key, value)."""
    named = {folded(sheet.title): sheet for sheet in sheets}
    lacking = [name for name in SHEETS if name not in named]
    for name in lacking if not any(f.rule == "HP-M09" for f in findings) else ():
        params = {"sheet": name, "exists": ", ".join(named) or "-"}
        findings.add(Finding("HP-F20", Severity.ERROR, path.name, params, "sheet"))
    if lacking:
        return []
    source = named["source"]
    content: dict[str, Any] = {
        source.cell(row, 0): source.read(row, 1, findings) for row in range(len(source.rows))
    }
    for key in ("title_en", "title_zh"):
        if key in content:
            content["title"] = {"en": content.get("title_en"), "zh": content.get("title_zh")}
    head = source_head(content, path.stem, source.file, findings)
    return [RawSource(head, list(table_rows(named["factors"], findings)))]
