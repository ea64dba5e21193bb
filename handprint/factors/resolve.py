"""Choose the factor for an id, a region and the years of a case.

The rule, in this order: the smallest region that has the id (province, grid region, country, EU,
world); in it the first source by precedence, for all years, so that two series are never chained;
of its rows the year itself or the nearest earlier one. A year past the newest value of an annual
series takes that value for a few years, an older one of a province before a newer one of its
country. Whatever is not exactly what was asked for is a fallback that the case's findings report.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from handprint.core.errors import CodedError, Finding, Severity
from handprint.factors import regions
from handprint.factors.factor import NOT_STATED, Factor, Library
from handprint.factors.paths import FactorPath
from handprint.units.unit import convert

if TYPE_CHECKING:
    from handprint.units.unit import Dimension

__all__ = ["LATEST", "Fallback", "Resolution", "candidates", "resolve"]

Param = str | int | float
OLD_YEARS = 5  # a factor further from the activity than this is a warning
PAST_YEARS = 5  # so long the newest value of an annual series stands for years not yet published
LATEST = "HP-F15"  # the latest published value of an annual series, for years past it

# What depends on the local energy supply; a far value of it misleads.
_LOCAL = frozenset({"generation", "consumption", "transmission", "operation", "use"})
# What may serve a region it was not made for, with a warning: engines and materials are alike.
_TRAVELS = frozenset(
    {"combustion", "well_to_tank", "well_to_wheel", "cradle_to_gate", "life_cycle"}
    | {"manufacture", "transport", "end_of_life", "process", "property", "energy_intensity"}
)


@dataclass(frozen=True, slots=True)
class Fallback:
    """How a resolution departs from what was asked; becomes a finding at the line's place.

    Parameters
    ----------
    years : tuple of int
        The years that it is about, where the text names all of them.
    """

    code: str
    severity: Severity
    params: dict[str, Param]
    variant: str = ""
    years: tuple[int, ...] = ()

    def finding(self, place: str) -> Finding:
        """Return the finding about the line or input at ``place``."""
        params = dict(self.params)
        if self.years:
            first, last = self.years[0], self.years[-1]
            params["years"] = str(first) if first == last else f"{first}-{last}"
        return Finding(self.code, self.severity, place, params, self.variant)

    def joined(self, other: "Fallback") -> "Fallback":
        """Return the same fallback about the years of both."""
        return replace(self, years=tuple(sorted({*self.years, *other.years})))


@dataclass(frozen=True, slots=True)
class Resolution:
    """The chosen rows: for every asked year the rows of one source, one per gas."""

    factors: tuple[tuple[Factor, ...], ...]
    region: str
    asked_region: str
    years: tuple[int, ...]  # of the chosen rows; a path's years are its own
    asked_years: tuple[int, ...]
    fallbacks: tuple[Fallback, ...]


def resolve(
    library: Library,
    factor_id: str,
    *,
    region: str,
    years: Sequence[int],
    accounting: str | None = None,
    scope: str | None = None,
    per: "Dimension | None" = None,
    path: FactorPath | None = None,
) -> Resolution:
    """Choose the rows of ``factor_id`` for a region and years.

    Parameters
    ----------
    accounting, scope : str, optional
        Only rows of this type.
    per : Dimension, optional
        Dimension of the quantity to be multiplied; of a factor given per litre, per tonne and per
        kWh the row that fits is taken. Without a fitting row (``handprint.factors.bridge`` may
        still connect them) the first basis is returned.
    path : FactorPath, optional
        Declared course for years after the newest factor; goes before its latest value.

    Raises
    ------
    CodedError
        HP-F01 unknown id; HP-F02 unknown region; HP-F03 nothing for this region or so early a
        year; HP-F04 a year too far past the newest value of an annual series, no declared path.
    """
    fallbacks: list[Fallback] = []
    wanted = _current_id(library, factor_id, fallbacks)
    rows = _rows_of_region(
        library, wanted, region, accounting=accounting, scope=scope, fallbacks=fallbacks
    )
    by_year = _by_year(_one_basis(_first_source(rows), per))
    late = tuple(y for y in years if path is None and _is_past(library, by_year, y))
    if late:
        fallbacks.append(_latest(by_year, late, wanted))
    chosen = tuple(
        _at_year(library, by_year, year, path=path, fallbacks=fallbacks) for year in years
    )
    return Resolution(
        factors=chosen,
        region=rows[0].region,
        asked_region=region,
        years=tuple(group[0].year for group in chosen),
        asked_years=tuple(years),
        fallbacks=tuple(fallbacks),
    )


def candidates(library: Library, factor_id: str, region: str) -> list[Factor]:
    """Return every row of an id along the chain of a region, the nearest first."""
    chain = regions.chain(region)
    rows = library.by_id.get(factor_id, ())
    return [row for code in chain for row in rows if row.region == code]


def _current_id(library: Library, factor_id: str, fallbacks: list[Fallback]) -> str:
    if factor_id in library.by_id:
        return factor_id
    renamed = library.deprecated.get(factor_id)
    if renamed is None:
        near = ", ".join(get_close_matches(factor_id, library.by_id, n=3, cutoff=0.5))
        raise CodedError("HP-F01", id=factor_id, near=near or "electricity.grid")
    fallbacks.append(Fallback("HP-F13", Severity.NOTE, {"id": factor_id, "new": renamed}))
    return renamed


def _rows_of_region(
    library: Library,
    factor_id: str,
    region: str,
    *,
    accounting: str | None,
    scope: str | None,
    fallbacks: list[Fallback],
) -> list[Factor]:
    """Return the rows of the smallest region that has any, else of a substitute, else elsewhere."""
    rows = _of_type(library.by_id[factor_id], accounting, scope)
    chain = regions.chain(region)
    if found := _along(rows, chain):
        if found[0].region != region:
            fallbacks.append(_region_fallback(found[0], region))
        return found
    substitute = library.substitutes.get(factor_id, "")
    if found := _along(_of_type(library.by_id.get(substitute, ()), None, scope), chain):
        params: dict[str, Param] = {"id": factor_id, "region": region, "used": substitute}
        params["found"] = found[0].region
        fallbacks.append(Fallback("HP-F12", Severity.WARNING, params))
        return found
    if rows and all(row.scope in _TRAVELS for row in rows):
        fallbacks.append(_region_fallback(rows[0], region, "elsewhere"))
        return [row for row in rows if row.region == rows[0].region]
    raise _nothing_here(library, factor_id, region, rows)


def _of_type(rows: Iterable[Factor], accounting: str | None, scope: str | None) -> list[Factor]:
    return [
        row for row in rows if accounting in (None, row.accounting) and scope in (None, row.scope)
    ]


def _along(rows: Sequence[Factor], chain: Sequence[str]) -> list[Factor]:
    for code in chain:
        found = [row for row in rows if row.region == code]
        if found:
            return found
    return []


def _region_fallback(row: Factor, asked: str, variant: str = "") -> Fallback:
    far = variant == "elsewhere" or (row.region == regions.WORLD and row.scope in _LOCAL)
    severity = Severity.WARNING if far else Severity.NOTE
    params: dict[str, Param] = {"id": row.id, "region": asked, "found": row.region}
    return Fallback("HP-F10", severity, params, variant)


def _nothing_here(
    library: Library, factor_id: str, region: str, rows: Sequence[Factor]
) -> CodedError:
    """Say where the id exists, and which similar ids the region has."""
    exists = ", ".join(list(dict.fromkeys(row.region for row in rows))[:5]) or "-"
    chain = regions.chain(region)
    here = [key for key, found in library.by_id.items() if any(f.region in chain for f in found)]
    others = ", ".join(get_close_matches(factor_id, here, n=3, cutoff=0.5)) or "-"
    params: dict[str, Param] = {"id": factor_id, "region": region, "exists": exists}
    return CodedError("HP-F03", variant="region", **params, others=others)


def _first_source(rows: Sequence[Factor]) -> list[Factor]:
    """Keep the source that comes first by precedence: series of two sources never mix.

    An own source may bear the name of a shipped one, and two own libraries may hold the same row:
    the first replaces the other, since rows of one year are added up.
    """
    first = rows[0]
    same = [row for row in rows if (row.own, row.source.id) == (first.own, first.source.id)]
    if not first.own:  # a shipped library is known to hold every row once
        return same
    by_key: dict[tuple[str, ...], Factor] = {}
    for row in same:
        by_key.setdefault(row.key, row)
    return list(by_key.values())


def _one_basis(rows: Sequence[Factor], per: "Dimension | None") -> list[Factor]:
    """Of rows per litre, per tonne, per kWh keep those of one basis, the fitting one first."""
    bases = dict.fromkeys(row.per for row in rows)
    basis = per if per in bases else next(iter(bases))
    return [row for row in rows if row.per == basis]


def _by_year(rows: Iterable[Factor]) -> dict[int, tuple[Factor, ...]]:
    years: dict[int, list[Factor]] = {}
    for row in rows:
        years.setdefault(row.year, []).append(row)
    return {year: tuple(years[year]) for year in sorted(years)}


def _at_year(
    library: Library,
    by_year: dict[int, tuple[Factor, ...]],
    year: int,
    *,
    path: FactorPath | None,
    fallbacks: list[Fallback],
) -> tuple[Factor, ...]:
    oldest, newest = min(by_year), max(by_year)
    if year in by_year:
        return by_year[year]
    head = by_year[newest][0]
    params: dict[str, Param] = {"id": head.id, "region": head.region, "year": year}
    if path and year > _last_valid(by_year[newest]):
        return _on_path(by_year[newest], year, path=path, fallbacks=fallbacks)
    if _is_past(library, by_year, year):
        return by_year[newest]  # `_latest` has told it
    if year < oldest:
        if head.id in library.annual:
            raise CodedError("HP-F03", variant="year", **params, oldest=oldest)
        _note(fallbacks, "HP-F11", _age(year, oldest), {**params, "used": oldest}, "later")
        return by_year[oldest]
    used = max(known for known in by_year if known <= year)
    last = _last_valid(by_year[used])
    if last != NOT_STATED and year > last:
        _note(fallbacks, "HP-F11", _age(year, last), {**params, "used": used or last})
    return by_year[used]


def _age(asked: int, used: int) -> Severity:
    return Severity.WARNING if abs(asked - used) > OLD_YEARS else Severity.NOTE


def _last_valid(rows: tuple[Factor, ...]) -> int:
    return rows[0].year_to or rows[0].year


def _is_past(library: Library, by_year: dict[int, tuple[Factor, ...]], year: int) -> bool:
    """Whether a year lies past the newest value of an annual series."""
    newest = by_year[max(by_year)]
    return newest[0].id in library.annual and year > _last_valid(newest)


def _latest(by_year: dict[int, tuple[Factor, ...]], late: tuple[int, ...], asked: str) -> Fallback:
    """Return that the newest value stands for later years; too far past it is an error.

    Parameters
    ----------
    asked : str
        The id that was asked for: a substitute's own id is no key of a declared path.
    """
    head = by_year[max(by_year)][0]
    last = _last_valid(by_year[max(by_year)]) + PAST_YEARS
    params: dict[str, Param] = {"id": head.id, "region": head.region, "asked": asked}
    params["newest"] = head.year
    far = [year for year in late if year > last]
    if far:
        raise CodedError("HP-F04", variant="", **params, year=far[0], last=last)
    return Fallback(LATEST, Severity.WARNING, params, years=tuple(sorted(late)))


def _on_path(
    rows: tuple[Factor, ...],
    year: int,
    *,
    path: FactorPath,
    fallbacks: list[Fallback],
) -> tuple[Factor, ...]:
    """Return the rows a declared path gives for ``year``."""
    head = rows[0]
    if path.last is not None and year > path.last:
        _note(fallbacks, "HP-F14", Severity.WARNING, {"id": head.id, "last": path.last})
    if len(rows) > 1:
        raise CodedError("HP-F05", "gases", id=head.id)
    newest = (head.year, head.value)
    if path.unit is not None:
        newest = (head.year, convert(head.value, head.unit, path.unit))
    value = path.at(year, newest=newest)
    if path.unit is not None:
        value = convert(value, path.unit, head.unit)
    return (replace(_moved(head, value), year=year, status="path", reference=path.source),)


def _moved(row: Factor, value: float) -> Factor:
    """Return a row with another value, and its spread in proportion to it."""
    ratio = value / row.value if row.value else 1.0
    if row.distribution in ("", "lognormal"):  # a spread that is in proportion already
        return replace(row, value=value)
    p1, p2 = (None if p is None else p * ratio for p in (row.p1, row.p2))
    return replace(row, value=value, p1=p1, p2=p2)


def _note(
    fallbacks: list[Fallback],
    code: str,
    severity: Severity,
    params: dict[str, Param],
    variant: str = "",
) -> None:
    """Add a fallback once: ten late years of one factor are one remark, naming the first."""
    same = [f for f in fallbacks if (f.code, f.variant) == (code, variant)]
    if not same:
        fallbacks.append(Fallback(code, severity, params, variant))
