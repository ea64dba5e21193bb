"""Emission factors and the library that holds them.

A library is read from CSV files, one folder per source (see ``docs/factors.md``). Values are
facts with a unit, a region, a year and a source; choosing among them is the task of
``handprint.data.resolve``.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from handprint import resources
from handprint.core.errors import Findings, Severity
from handprint.core.units import Unit, gas_of, parse_unit
from handprint.data.factor_files import RawRow, RawSource, read_folder, read_library_file, read_own

if TYPE_CHECKING:
    from handprint.core.units import Dimension

__all__ = [
    "NOT_STATED",
    "Factor",
    "Library",
    "Source",
    "load_library",
    "open_library",
    "read_library",
    "shipped_library",
]

NOT_STATED = 0  # year of a factor whose source states none: valid from the beginning


@dataclass(frozen=True, slots=True)
class Source:
    """Where factors come from, and under which licence they may be passed on."""

    id: str
    title: Mapping[str, str] = field(hash=False)
    publisher: str
    licence: str
    attribution: str
    url: str
    retrieved: str
    gwp: str
    notes: str


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor: one row of a library.

    Parameters
    ----------
    id : str
        What it is: "electricity.grid"; the same for all regions, years, gases and sources.
    value : float
        Central value [``unit``].
    unit_text : str
        Unit as written, with the gas: "kg CO2/kWh".
    gwp : str
        GWP set of a CO2e value: "AR4", "AR5", "AR6", "EF3.0"; empty: single gas or not stated.
    year, year_to : int
        First and last year of validity; 0 is "not stated", ``year_to`` None "one year or open".
    distribution, p1, p2
        Uncertainty as the source states it: normal (p1 standard deviation), lognormal (p1
        geometric standard deviation), triangular and uniform (p1 low, p2 high) [``unit``].
    dq : str
        Five pedigree scores, 1 best to 5.
    status : str
        How well the number was checked: official, copied, literature, unverified, path.
    own : bool
        Whether it comes from a user's library.
    """

    id: str
    name: Mapping[str, str] = field(hash=False)
    value: float
    unit_text: str
    gwp: str
    region: str
    year: int
    year_to: int | None
    released: str
    scope: str
    accounting: str
    distribution: str
    p1: float | None
    p2: float | None
    dq: str
    reference: str
    status: str
    note: str
    source: Source
    own: bool = False
    place: str = ""

    @property
    def unit(self) -> Unit:
        """The unit, parsed (and cached) on first use: reading the library needs no pint."""
        return parse_unit(self.unit_text)

    @property
    def gas(self) -> str | None:
        """Gas token of the unit ("CO2", "CO2e", "CH4"), None for a property such as a density."""
        return _basis(self.unit_text)[0]

    @property
    def per(self) -> "Dimension":
        """Dimension of the quantity this factor multiplies: energy for ``kg CO2/kWh``."""
        return _basis(self.unit_text)[1]

    @property
    def series(self) -> str:
        """Identity of the draws: all regions and years of a source's series move together."""
        gas = self.gas
        return f"{self.source.id}/{self.id}" + (f"/{gas}" if gas else "")

    @property
    def key(self) -> tuple[str, ...]:
        """What must be unique within a library."""
        dimension = str(self.unit.dimension)
        year = str(self.year)
        identity = (self.id, self.source.id, self.region, year, self.scope, self.accounting)
        return (*identity, self.gwp, dimension)


@cache
def _basis(unit_text: str) -> "tuple[str | None, Dimension]":
    """Return the gas of a factor's unit and the dimension of what it is per."""
    from handprint.core.units import MASS, without

    dimension = parse_unit(unit_text).dimension
    gas = gas_of(dimension)
    if gas is None:
        inverse: Dimension = dimension**-1
        return None, inverse
    per: Dimension = MASS / without(dimension, gas)
    return gas, per


@dataclass(frozen=True)
class Library:
    """Factors in order of precedence (own before shipped), with an index by id."""

    version: str
    factors: tuple[Factor, ...]
    annual: frozenset[str] = frozenset()
    substitutes: Mapping[str, str] = field(default_factory=dict)
    deprecated: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sha256: str = field(init=False)
    by_id: Mapping[str, tuple[Factor, ...]] = field(init=False, repr=False)
    _bases: "dict[str, frozenset[Dimension]]" = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        index: dict[str, list[Factor]] = {}
        for factor in self.factors:
            index.setdefault(factor.id, []).append(factor)
        frozen = {key: tuple(rows) for key, rows in index.items()}
        object.__setattr__(self, "by_id", frozen)
        object.__setattr__(self, "sha256", _content_hash(self.version, self.factors))

    def bases(self, factor_id: str) -> "frozenset[Dimension]":
        """Return the dimensions of what a factor is given per: litre, tonne, kWh."""
        if factor_id not in self._bases:
            rows = self.by_id.get(factor_id, ())
            self._bases[factor_id] = frozenset(row.per for row in rows)
        return self._bases[factor_id]

    @property
    def sources(self) -> dict[str, Source]:
        """Sources by id, in order of precedence."""
        return {factor.source.id: factor.source for factor in self.factors}


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
    from handprint.data.factor_check import row_checker

    added: list[Factor] = []
    for path in map(Path, own):
        trouble = Findings()
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
    from handprint.data.factor_check import row_checker

    check = row_checker(None, findings)
    if (path / "library.yaml").is_file():
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


def _content_hash(version: str, factors: Iterable[Factor]) -> str:
    """Hash what the factors say; not how the files are laid out, so CSV and XLSX agree."""
    digest = hashlib.sha256(version.encode())
    for factor in factors:
        f = factor
        numbers = (f.value, f.year, f.year_to, f.p1, f.p2)
        texts = (f.id, f.unit_text, f.gwp, f.region, f.scope, f.accounting, f.distribution, f.dq)
        digest.update(repr((f.source.id, f.status, *texts, *numbers)).encode())
    return digest.hexdigest()
