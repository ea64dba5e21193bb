"""Read a factor library from one XLSX workbook: a sheet "factors" and a sheet "source"."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from handprint.core.errors import Finding, Findings, Severity
from handprint.data.factor_files import MAX_BYTES, RawSource, source_head, table_rows

__all__ = ["read_workbook"]

_ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!")
MAX_ROWS = 100_000
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
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > UNPACKED_BYTES:
                raise ValueError(f"> {UNPACKED_BYTES // 1_000_000} MB")
        return (
            load_workbook(path, data_only=True, read_only=False),
            load_workbook(path, data_only=False, read_only=False),
        )
    except (BadZipFile, InvalidFileException, KeyError, OSError, ValueError, TypeError) as error:
        params = {"reason": str(error) or type(error).__name__}
        findings.add(Finding("HP-F20", Severity.ERROR, path.name, params, "workbook"))
        return None


def _lines(
    values: Any, formulas: Any, place: str, findings: Findings
) -> Iterator[tuple[int, list[str]]]:
    pairs = zip(
        values.iter_rows(max_row=min(values.max_row, MAX_ROWS)), formulas.iter_rows(), strict=False
    )
    for number, (shown, written) in enumerate(pairs, start=1):
        yield (
            number,
            [
                _text(cell, source, place, findings)
                for cell, source in zip(shown, written, strict=False)
            ],
        )


def _text(cell: Any, written: Any, place: str, findings: Findings) -> str:
    """Return a cell as text; an error value or a formula without a result becomes a finding."""
    where = f"{place}!{written.coordinate}"
    if cell.value is None and written.data_type == "f":
        params = {"text": str(written.value)}
        findings.add(Finding("HP-F28", Severity.ERROR, where, params, "formula"))
        return ""
    if cell.data_type == "e" or cell.value in _ERRORS:
        findings.add(Finding("HP-F28", Severity.ERROR, where, {"text": str(cell.value)}))
        return ""
    if cell.value is None:
        return ""
    if isinstance(cell.value, float) and cell.value.is_integer():
        return str(int(cell.value))  # a year typed in Excel is a float
    return str(cell.value)


def _letters(header: list[str]) -> dict[str, str]:
    from openpyxl.utils import get_column_letter

    return {name.strip(): get_column_letter(i) for i, name in enumerate(header, start=1)}
