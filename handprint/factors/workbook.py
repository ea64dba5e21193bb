"""Read a factor library from one XLSX workbook: a sheet "factors" and a sheet "source"."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from handprint.core.errors import CodedError, Finding, Findings, Severity
from handprint.factors.rows import MAX_BYTES, RawSource, source_head, table_rows
from handprint.tables.sheets import letter
from handprint.tables.workbook_file import ERROR_VALUES, open_workbook

__all__ = ["read_workbook"]

MAX_ROWS, MAX_COLUMNS = 100_000, 100
UNPACKED_BYTES = 10 * MAX_BYTES  # a small archive may unpack to gigabytes


def read_workbook(path: Path, findings: Findings) -> list[RawSource]:
    """Read the sheets "factors" (the columns of a CSV file) and "source" (key, value)."""
    books = _open(path, findings)
    if books is None:
        return []
    values, formulas = books
    lacking = [name for name in ("factors", "source") if name not in values.sheetnames]
    for name in lacking:
        params = {"sheet": name, "exists": ", ".join(values.sheetnames)}
        findings.add(Finding("HP-F20", Severity.ERROR, path.name, params, "sheet"))
    if lacking:
        return []
    pairs = _lines(values["source"], formulas["source"], f"{path.name}!source", findings)
    content: dict[str, Any] = {
        cells[0].strip(): cells[1].strip() for _, cells in pairs if len(cells) > 1
    }
    for key in ("title_en", "title_zh"):
        if key in content:
            content["title"] = {"en": content.get("title_en"), "zh": content.get("title_zh")}
    head = source_head(content, path.stem, f"{path.name}!source", findings)
    place = f"{path.name}!factors"
    lines = list(_lines(values["factors"], formulas["factors"], place, findings))
    letters = _letters(lines[0][1] if lines else [])
    return [RawSource(head, list(table_rows(lines, place, findings, letters=letters)))]


def _open(path: Path, findings: Findings) -> tuple[Any, Any] | None:
    """Open the workbook twice: once for values, once to tell formulas without a value."""
    try:
        return open_workbook(path.read_bytes(), UNPACKED_BYTES)
    except CodedError as problem:
        findings.add(problem.finding(path.name))
    except OSError as problem:
        params = {"reason": problem.strerror or type(problem).__name__}
        findings.add(Finding("HP-F20", Severity.ERROR, path.name, params, "workbook"))
    return None


def _lines(
    values: Any, formulas: Any, place: str, findings: Findings
) -> Iterator[tuple[int, list[str]]]:
    area = {"max_row": MAX_ROWS, "max_col": MAX_COLUMNS}
    pairs = zip(values.iter_rows(**area), formulas.iter_rows(**area), strict=False)
    for number, (shown, written) in enumerate(pairs, start=1):
        cells = zip(shown, written, strict=False)
        texts = [
            _text(cell, source, f"{place}!{letter(column)}{number}", findings)
            for column, (cell, source) in enumerate(cells)
        ]
        while texts and not texts[-1]:
            texts.pop()
        yield number, texts


def _text(cell: Any, written: Any, where: str, findings: Findings) -> str:
    """Return a cell as text; an error value or a formula without a result becomes a finding."""
    if cell.value is None and written.data_type == "f":
        params = {"text": str(written.value)}
        findings.add(Finding("HP-F28", Severity.ERROR, where, params, "formula"))
        return ""
    if cell.data_type == "e" or cell.value in ERROR_VALUES:
        findings.add(Finding("HP-F28", Severity.ERROR, where, {"text": str(cell.value)}))
        return ""
    if cell.value is None:
        return ""
    if isinstance(cell.value, float) and cell.value.is_integer():
        return str(int(cell.value))  # a year typed in Excel is a float
    return str(cell.value)


def _letters(header: list[str]) -> dict[str, str]:
    return {name.strip(): letter(i) for i, name in enumerate(header)}
