"""What a user adds to the sector model: tonnes per sector, and cases that were assessed."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handprint.core.errors import CodedError, Finding, Findings, Param, Severity
from handprint.core.files import standing_at
from handprint.core.limits import in_range
from handprint.tables.parquet import read_columns
from handprint.tables.sheets import Record, Sheet, find_table, folded, records
from handprint.units.records import measure_of, number_of, value_number
from handprint.units.tonnes import tonnes
from handprint.units.unit import parse_unit

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SCORES", "read_emissions", "read_links", "read_scores"]

# Column of a scores table: other names it may have.
SCORES: dict[str, tuple[str, ...]] = {
    "case": ("id", "case_id"),
    "sector": (),
    "NER": ("ner", "NER_value"),
    "E_ref": ("e_ref",),
    "G0": ("g0",),
    "G": ("g",),
    "F": ("f",),
    "years": ("period_years",),
    "claim": (),
    "link": ("lever",),
    "activity": ("reference_activity",),
}
TEXTS = ("case", "sector", "claim", "link", "activity")
NEEDED = ("case", "sector", "NER")


def read_emissions(path: Path, findings: Findings) -> dict[str, float]:
    """Return emissions by sector [t CO2 or CO2e per year] from columns sector, emissions, unit."""
    sheet = _first_sheet(path, ("sector", "emissions", "unit"), findings)
    found: dict[str, float] = {}
    for row in records(sheet, findings) if sheet is not None else ():
        try:
            unit = parse_unit(row["unit"])
        except CodedError as problem:
            findings.add(problem.finding(row.place("unit")))
            continue
        value = measure_of(row, "emissions", unit, findings)
        if value is None:
            continue
        if value < 0 or row["sector"] in found:
            variant = "twice" if row["sector"] in found else "negative"
            params: dict[str, Param] = {"sector": row["sector"], "value": value}
            place = row.place("sector" if variant == "twice" else "emissions")
            findings.add(Finding("HP-M22", Severity.ERROR, place, params, variant))
            continue
        try:
            found[row["sector"]] = tonnes(f"{value!r} {row['unit']}")
        except CodedError as problem:
            findings.add(problem.finding(row.place("unit")))
    return found


def read_links(path: Path, findings: Findings) -> dict[str, dict[str, str]]:
    """Return link and reference activity by case id, from columns case, link, activity."""
    sheet = _first_sheet(path, ("case", "link"), findings)
    rows = records(sheet, findings) if sheet is not None else ()
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        case, entry = row["case"], {"link": row["link"], "activity": row["activity"]}
        if found.setdefault(case, entry) != entry:
            findings.add(Finding("HP-M33", Severity.ERROR, row.place("case"), {"case": case}))
    return found


def read_scores(path: Path, findings: Findings) -> "pd.DataFrame | None":
    """Read assessed cases: a Parquet, CSV or XLSX table, a JSON result, or a folder of those.

    Returns
    -------
    DataFrame or None
        The columns of `SCORES`; NaN where a number is not known. None after an error.
    """
    import pandas as pd

    if standing_at(path) == "folder":
        frame = _folder(path, findings)
    elif path.suffix.lower() in (".parquet", ".parq"):
        frame = _parquet(path, findings)
    elif path.suffix.lower() == ".json":
        frame = pd.DataFrame(_json_rows(path, findings))
    else:
        frame = _table(path, findings)
    if frame is None or frame.empty:
        if not findings.has(Severity.ERROR):
            findings.add(Finding("HP-M24", Severity.ERROR, str(path), variant="empty"))
        return None
    return _named(frame, path, findings)


def _folder(path: Path, findings: Findings) -> "pd.DataFrame | None":
    import pandas as pd

    parts = sorted(path.glob("*.parquet"))
    if parts:
        frames = [frame for part in parts if (frame := _parquet(part, findings)) is not None]
        return pd.concat(frames, ignore_index=True) if frames else None
    rows = [row for file in sorted(path.glob("*.json")) for row in _json_rows(file, findings)]
    return pd.DataFrame(rows)


def _parquet(path: Path, findings: Findings) -> "pd.DataFrame | None":
    import pandas as pd

    try:
        columns = read_columns(path, findings)
    except CodedError as problem:
        findings.add(problem.finding(path.name))
        return None
    for name in [name for name in columns if _known(name) and _known(name) not in TEXTS]:
        columns[name] = [
            value_number(value, name, f"{path.name}:{row} {name}", findings)
            for row, value in enumerate(columns[name], start=1)
        ]
    return pd.DataFrame(columns)


def _known(name: str) -> str:
    """Return the column of `SCORES` that a name stands for, "" for another one."""
    plain = folded(name)
    return next((key for key, others in SCORES.items()
                 if plain in map(folded, (key, *others))), "")  # fmt: skip


def _json_rows(path: Path, findings: Findings) -> list[dict[str, Any]]:
    """Return the results in a JSON file; other JSON files of a folder are passed over."""
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as problem:
        findings.add(Finding("HP-M02", Severity.ERROR, path.name, {"reason": str(problem)[:100]}))
        return []
    documents = content if isinstance(content, list) else [content]
    return [row for document in documents if (row := _result(document)) is not None]


def _result(document: object) -> dict[str, Any] | None:
    """Return one row from a result of `handprint assess`, None if it is something else."""
    if not isinstance(document, Mapping) or "metrics" not in document or "case" not in document:
        return None
    case, effects = document["case"], document.get("effects") or {}
    period = case.get("period") or {}
    return {
        "case": case.get("id"),
        "sector": case.get("sector"),
        "claim": case.get("claim"),
        "years": period.get("years"),
        "NER": (document["metrics"].get("NER") or {}).get("value"),
        **{name: effects.get(name) for name in ("E_ref", "G0", "G", "F")},
    }


def _table(path: Path, findings: Findings) -> "pd.DataFrame | None":
    import pandas as pd

    sheet = find_table(path, tuple(map(folded, NEEDED)), findings)
    if sheet is None:
        return None
    header = list(dict.fromkeys(name for name in sheet.rows[sheet.header] if name))
    rows = [_row(row, header, findings) for row in records(sheet, findings)]
    return pd.DataFrame(rows, columns=header)


def _row(row: Record, header: list[str], findings: Findings) -> dict[str, object]:
    return {
        name: number_of(row, name, findings)
        if (known := _known(name)) and known not in TEXTS
        else row[name]
        for name in header
    }


def _named(frame: "pd.DataFrame", path: Path, findings: Findings) -> "pd.DataFrame | None":
    """Return the frame with the columns of `SCORES`, and nothing else."""
    import pandas as pd

    columns: dict[str, object] = {}
    for name in SCORES:
        found = next((given for given in frame.columns if _known(given) == name), None)
        if found is None and name in NEEDED:
            params = {"column": name}
            findings.add(Finding("HP-M24", Severity.ERROR, path.name, params, "column"))
        if name in TEXTS:
            text = frame[found] if found else pd.Series("", index=frame.index)
            text = text.astype(object)  # a dictionary column takes no new word
            columns[name] = text.where(text.notna(), "").astype(str)
        else:
            number = frame[found] if found else pd.Series(float("nan"), index=frame.index)
            numbers = pd.to_numeric(number, errors="coerce").astype(float)
            columns[name] = numbers
            _check_range(numbers, path.name, str(found), findings)
    return None if findings.has(Severity.ERROR) else pd.DataFrame(columns)


def _check_range(numbers: "pd.Series[float]", file: str, column: str, findings: Findings) -> None:
    """Report the first number of a column that nobody can calculate with."""
    wild = next((n for n in numbers if not math.isnan(n) and not in_range(n)), None)
    if wild is not None:
        params: dict[str, Param] = {"text": f"{wild:g}", "column": column}
        findings.add(Finding("HP-M05", Severity.ERROR, file, params, "range"))


def _first_sheet(path: Path, needed: tuple[str, ...], findings: Findings) -> Sheet | None:
    sheet = find_table(path, needed, findings)
    if sheet is None:
        return None
    lacking = [name for name in needed if name not in sheet.names]
    for name in lacking:
        params = {"column": name, "needed": ", ".join(needed)}
        findings.add(Finding("HP-M06", Severity.ERROR, sheet.head_place(), params))
    return None if lacking else sheet
