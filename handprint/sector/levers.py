"""Lever tables: by how much digital technology cuts the emissions of a sector, link by link.

The shipped table rebuilds the ranges that CAICT (2021, annex 2) published for China. A user edits
it, as CSV or XLSX, and runs the model again; what does not add up becomes a finding.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from handprint.core import resources
from handprint.core.errors import Finding, Findings, Param, Severity
from handprint.sector.lever import Curve, Lever, LeverTable, Range, Reference
from handprint.sector.lever_checks import check_pools, check_sectors
from handprint.tables.sheets import Record, Sheet, find_table, records
from handprint.units.records import number_of

__all__ = ["read_levers", "shipped_path"]

MODEL, PUBLISHED, EVIDENCE, STUDY = "MODEL", "PUBLISHED", "EVIDENCE", "SIDE-BY-SIDE"
ROW_TYPES = (MODEL, PUBLISHED, EVIDENCE, STUDY)
SOCIETY = "society"
TEXTS = ("row_type", "sector", "link", "name_en", "name_zh", "pool", "calibrated", "source",
         "status", "note", "published_of", "published_year")  # fmt: skip
REQUIRED = ("row_type", "sector", "link", "pool", "share_low", "share_high", "saving_low",
            "saving_high")  # fmt: skip
RANGES = ("share", "saving", "published", "literature_share", "literature_saving",
          "literature_adoption")  # fmt: skip
_ADOPTION = re.compile(r"adoption_(\d{4})_(low|high)", re.ASCII)
_LIMITS = {"share": (0.0, 1.0), "saving": (-1.0, 1.0), "adoption": (0.0, 1.0),
           "published": (-100.0, 100.0)}  # fmt: skip


def shipped_path() -> Path:
    """Return the shipped lever table."""
    return resources.folder("factors") / "levers" / "levers.csv"


def read_levers(path: Path | None, findings: Findings) -> LeverTable | None:
    """Read and check a lever table, the shipped one without ``path``; None after an error."""
    before = len(findings)
    chosen = path or shipped_path()
    sheet = _levers_sheet(chosen, findings)
    if sheet is None:
        return None
    about = _about()
    rows = list(records(sheet, findings))
    years = _check_header(sheet, int(about["year"]), findings)
    if _errors(findings, before):
        return None
    typed = [(row, _row_type(row, findings)) for row in rows]
    model = [_lever(row, years, findings) for row, kind in typed if kind == MODEL]
    levers = tuple(lever for lever in model if lever is not None)
    table = LeverTable(
        file=chosen.name,
        sha256=hashlib.sha256(chosen.read_bytes()).hexdigest(),
        title=about["title"] if path is None else {"en": chosen.stem, "zh": chosen.stem},
        base_year=int(about["year"]),
        curve=Curve(**about["adoption"]),
        levers=tuple(lever for lever in levers if lever.sector != SOCIETY),
        society=tuple(lever for lever in levers if lever.sector == SOCIETY),
        published=_published(row for row, kind in typed if kind == PUBLISHED),
        evidence=tuple(_reference(row) for row, kind in typed if kind == EVIDENCE),
        studies=tuple(_reference(row) for row, kind in typed if kind == STUDY),
        sheet=sheet,
    )
    _check_ranges([row for row, kind in typed if kind], years, findings)
    check_sectors(table, findings)
    check_pools(table, findings)
    return None if _errors(findings, before) else table


@cache
def _about() -> Mapping[str, Any]:
    text = shipped_path().with_suffix(".yaml").read_text("utf-8")
    about: Mapping[str, Any] = yaml.safe_load(text)
    return about


def _levers_sheet(path: Path, findings: Findings) -> Sheet | None:
    """Return the sheet whose header has the column row_type."""
    before = len(findings)
    sheet = find_table(path, REQUIRED, findings)
    if sheet is not None and "row_type" in sheet.names:
        return sheet
    if sheet is not None or not _errors(findings, before):
        findings.add(_error("HP-M11", path.name, "none"))
    return None


def _check_header(sheet: Sheet, base_year: int, findings: Findings) -> list[int]:
    """Return the years with adoption; what lacks or is unknown becomes a finding."""
    header = sheet.names
    found = [match for name in header if (match := _ADOPTION.fullmatch(name))]
    years = sorted({int(match[1]) for match in found} | {base_year})
    ends = [f"{name}_{end}" for name in RANGES for end in ("low", "high")]
    adoption = [f"adoption_{year}_{end}" for year in years for end in ("low", "high")]
    known = [*TEXTS, *ends, *adoption]
    for name in (*REQUIRED, *adoption):
        if name not in header:
            findings.add(_error("HP-M11", sheet.head_place(), column=name))
    for position, name in enumerate(header):
        if name and name not in known:
            near = ", ".join(get_close_matches(name, known, n=1)) or ", ".join(REQUIRED)
            params = {"column": name, "near": near}
            place = sheet.head_place(position)
            findings.add(Finding("HP-M11", Severity.WARNING, place, params, "unknown"))
    return years


def _row_type(row: Record, findings: Findings) -> str:
    kind = row["row_type"].upper()
    if kind not in ROW_TYPES:
        params = {"text": row["row_type"], "known": ", ".join(ROW_TYPES)}
        findings.add(_error("HP-M12", row.place("row_type"), **params))
        return ""
    return kind


def _lever(row: Record, years: Sequence[int], findings: Findings) -> Lever | None:
    """Return a MODEL row; None after a finding about a value it must have."""
    society = row["sector"] == SOCIETY
    wanted = ["share"] if society else ["share", "saving", *(f"adoption_{y}" for y in years)]
    complete = True
    for name in ("sector", "link", "pool"):
        if not row[name]:
            findings.add(_error("HP-M13", row.place(name), column=name))
            complete = False
    for name in wanted:
        for end in ("low", "high"):
            if not row[f"{name}_{end}"]:
                year = name.rpartition("_")[2] if name.startswith("adoption") else ""
                params = {"column": f"{name}_{end}", **({"year": year} if year else {})}
                place = row.place(f"{name}_{end}")
                findings.add(_error("HP-M13", place, "year" if year else "", **params))
                complete = False
    share = _range(row, "share")
    if not complete or share is None:
        return None
    adoption = {year: _range(row, f"adoption_{year}") for year in years}
    literature = {n: _range(row, f"literature_{n}") for n in ("share", "saving", "adoption")}
    return Lever(
        sector=row["sector"],
        link=row["link"],
        name={"en": row["name_en"] or row["link"], "zh": row["name_zh"] or row["name_en"]},
        pool=row["pool"].strip("/ "),
        share=share,
        saving=_range(row, "saving"),
        adoption={year: value for year, value in adoption.items() if value is not None},
        calibrated=tuple(row["calibrated"].split()),
        literature={name: value for name, value in literature.items() if value is not None},
        source=row["source"],
        status=row["status"],
        note=row["note"],
        place=row.place(),
    )


def _range(row: Record, name: str) -> Range | None:
    """Return a range whose cells are numbers; whether they make sense is checked elsewhere."""
    silent = Findings()
    low, high = (number_of(row, f"{name}_{end}", silent) for end in ("low", "high"))
    return None if low is None or high is None else Range(low, high)


def _check_ranges(rows: Iterable[Record], years: Sequence[int], findings: Findings) -> None:
    """Report texts for numbers, values outside their limits, and a low above its high."""
    for row in rows:
        for name in (*RANGES, *(f"adoption_{year}" for year in years)):
            kind = name.removeprefix("literature_").partition("_")[0]
            low, high = _LIMITS[kind]
            ends = [number_of(row, f"{name}_{end}", findings) for end in ("low", "high")]
            for end, value in zip(("low", "high"), ends, strict=True):
                if value is not None and not low <= value <= high:
                    place = row.place(f"{name}_{end}")
                    column = f"{name}_{end}"
                    params: dict[str, Param] = {
                        "column": column, "value": value, "low": low, "high": high,
                    }  # fmt: skip
                    findings.add(Finding("HP-M14", Severity.ERROR, place, params))
            if ends[0] is not None and ends[1] is not None and ends[0] > ends[1]:
                params = {"column": name, "low": ends[0], "high": ends[1]}
                place = row.place(f"{name}_low")
                findings.add(Finding("HP-M15", Severity.ERROR, place, params))


def _published(rows: Iterator[Record]) -> dict[str, Range]:
    pairs = [(row["sector"], _range(row, "published")) for row in rows]
    return {sector: value for sector, value in pairs if value is not None}


def _reference(row: Record) -> Reference:
    ranges = {name: _range(row, name) for name in RANGES}
    return Reference(
        sector=row["sector"],
        name={"en": row["name_en"], "zh": row["name_zh"] or row["name_en"]},
        ranges={name: value for name, value in ranges.items() if value is not None},
        of=row["published_of"],
        year=row["published_year"],
        source=row["source"],
        status=row["status"],
        note=row["note"],
    )


def _errors(findings: Findings, before: int) -> bool:
    return len(findings) > before and findings.has(Severity.ERROR)


def _error(code: str, place: str, variant: str = "", **params: Param) -> Finding:
    return Finding(code, Severity.ERROR, place, params, variant)
