"""Read factor libraries: the shipped one, and those of users.

A library is read from CSV files, one folder per source (see ``docs/factors.md``). Values are
facts with a unit, a region, a year and a source; choosing among them is the task of
``handprint.factors.resolve``.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, cast

from handprint.core import resources
from handprint.core.errors import Findings, Severity
from handprint.core.files import standing_at, unreadable
from handprint.factors.check import row_checker
from handprint.factors.factor import Factor, Library, Source
from handprint.factors.files import read_folder, read_library_file, read_own
from handprint.factors.rows import RawRow, RawSource

__all__ = ["load_library", "open_library", "read_library", "shipped_library"]


def load_library(own: Sequence[Path | str] = (), *, findings: Findings) -> Library:
    """Return the shipped library, preceded by a user's own libraries.

    Parameters
    ----------
    own : sequence of paths
        Folders in the layout of the shipped library, single CSV files, or XLSX workbooks.
        A source with an error is refused as a whole: nothing is half-loaded.
    findings : Findings
        Takes what is wrong with the own libraries, with file and line or sheet and cell.
    """
    shipped = shipped_library()
    if not own:
        return shipped
    added: list[Factor] = []
    for path in map(Path, own):
        trouble = Findings(unreadable([path]))
        if len(trouble):
            findings.extend(trouble)
            continue
        check = row_checker(shipped, trouble)
        factors = build_factors(read_own(path, trouble), own=True, findings=trouble, check=check)
        findings.extend(trouble)
        if not trouble.has(Severity.ERROR):
            added.extend(factors)
    return Library(
        version=shipped.version,
        factors=(*added, *shipped.factors),
        annual=shipped.annual,
        substitutes=shipped.substitutes,
        deprecated=shipped.deprecated,
        names=shipped.names,
    )


def open_library(path: Path, *, findings: Findings) -> Library:
    """Read and check one library alone: a folder with library.yaml, or an own library.

    Parameters
    ----------
    path : Path
        Folder, CSV file or XLSX workbook.
    """
    trouble = Findings(unreadable([path]))
    findings.extend(trouble)
    if len(trouble):
        return Library(version="", factors=())
    check = row_checker(None, findings)
    if standing_at(path / "library.yaml"):
        return read_library(path, findings=findings, check=check)
    sources = read_own(path, findings)
    rows = build_factors(sources, own=True, findings=findings, check=check)
    return Library(version="", factors=tuple(rows))


@cache
def shipped_library() -> Library:
    """Return the library that comes with the program.

    Raises
    ------
    ValueError
        A shipped file is broken: a defect of the program.
    """
    findings = Findings()
    library = read_library(resources.folder("factors"), findings=findings)
    if findings.has(Severity.ERROR):
        raise ValueError(f"the shipped factor library is broken: {list(findings)[:3]}")
    return library


def read_library(
    root: Path,
    *,
    findings: Findings,
    check: Callable[[RawRow, Factor | None], None] | None = None,
) -> Library:
    """Read a whole library folder: ``library.yaml`` and one folder per source."""
    head = read_library_file(root, findings)
    sources = [read_folder(root / name, findings) for name in head.precedence]
    return Library(
        version=head.version,
        factors=tuple(build_factors(sources, own=False, findings=findings, check=check)),
        annual=frozenset(head.annual),
        substitutes=head.substitutes,
        deprecated=head.deprecated,
        names=head.names,
    )


def build_factors(
    sources: Iterable[RawSource],
    *,
    own: bool,
    findings: Findings,
    check: Callable[[RawRow, Factor | None], None] | None = None,
) -> list[Factor]:
    """Turn rows as read into factors; a row with an unreadable number becomes a finding."""
    factors = []
    for raw in sources:
        source = Source(**cast(dict[str, Any], raw.head))
        for row in raw.rows:
            factor = _factor(row, source, own=own, findings=findings)
            if check is not None:
                check(row, factor)
            if factor is not None:
                factors.append(factor)
    return factors


def _factor(row: RawRow, source: Source, *, own: bool, findings: Findings) -> Factor | None:
    cells = row.cells
    numbers = row.numbers(findings)
    if numbers is None:
        return None
    value, year, year_to, p1, p2 = numbers
    return Factor(
        cells["id"],
        {"en": cells["name_en"], "zh": cells["name_zh"]},
        value,
        cells["unit"],
        cells["gwp"],
        cells["region"],
        year,
        year_to,
        cells["released"],
        cells["scope"],
        cells["accounting"],
        cells["distribution"],
        p1,
        p2,
        cells["dq"],
        cells["reference"],
        cells["status"],
        cells["note"],
        source,
        own,
        row.place,
    )
