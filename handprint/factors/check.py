"""Check rows of a factor library; every remark names file and line, or sheet and cell."""

from collections.abc import Callable

from handprint.core.errors import Finding, Findings, Severity
from handprint.factors import plausible, regions
from handprint.factors.factor import Factor, Library
from handprint.factors.rows import RawRow
from handprint.factors.schema import columns
from handprint.units.unit import UnitError, parse_unit

__all__ = ["row_checker"]

_WITHOUT_GAS = ("property", "energy_intensity")


def row_checker(
    library: Library | None, findings: Findings
) -> Callable[[RawRow, Factor | None], None]:
    """Return a function that checks one row after another and remembers the keys it saw.

    Parameters
    ----------
    library : Library, optional
        The shipped library, to compare units with and to say what an own row replaces.
    """
    seen: dict[tuple[str, ...], str] = {}

    def check(row: RawRow, factor: Factor | None) -> None:
        _check_words(row, findings)
        _check_region(row, findings)
        unit_is_read = _check_unit(row, findings)
        if factor is None:  # a number in it could not be read
            return
        _check_spread(row, factor, findings)
        if unit_is_read:
            _check_dimension(row, factor, findings)
            _check_duplicate(row, factor, seen, findings)
            findings.extend(_plausible(row, factor))
        if library is not None:
            _compare(row, factor, library, findings)

    return check


def _check_words(row: RawRow, findings: Findings) -> None:
    for column in columns().values():
        text, where = row.cells[column.name], row.where(column.name)
        if not text:
            if column.required and column.type == "string":
                findings.add(_error("HP-F29", where, "empty", column=column.name))
        elif column.allowed and text not in column.allowed:
            allowed = ", ".join(column.allowed)
            findings.add(_error("HP-F29", where, column=column.name, text=text, allowed=allowed))
        elif column.pattern is not None and not column.pattern.fullmatch(text):
            allowed = "electricity.grid, fuel.diesel.ncv" if column.name == "id" else "22113"
            params = {"column": column.name, "text": text, "allowed": allowed}
            findings.add(Finding("HP-F29", Severity.ERROR, where, params, "pattern"))


def _check_unit(row: RawRow, findings: Findings) -> bool:
    if not row.cells["unit"]:
        return False
    try:
        parse_unit(row.cells["unit"])
    except UnitError as error:
        findings.add(error.finding(row.where("unit")))
        return False
    return True


def _check_dimension(row: RawRow, factor: Factor, findings: Findings) -> None:
    """A factor of emissions needs a gas, and an id keeps the kinds of unit its table lists."""
    where = row.where("unit")
    if factor.gas is None and factor.scope not in _WITHOUT_GAS:
        params = {"id": factor.id, "unit": factor.unit_text, "scope": factor.scope}
        findings.add(Finding("HP-F24", Severity.ERROR, where, params, "no_gas"))
        return
    known = [usual for usual in plausible.ranges() if usual.speaks_of(factor.id)]
    if known and not any(usual.fits(factor.id, factor.unit) for usual in known):
        units = ", ".join(dict.fromkeys(usual.unit.text for usual in known))
        params = {"id": factor.id, "unit": factor.unit_text, "exists": units}
        findings.add(Finding("HP-F24", Severity.ERROR, where, params))


def _check_duplicate(
    row: RawRow, factor: Factor, seen: dict[tuple[str, ...], str], findings: Findings
) -> None:
    other = seen.setdefault(factor.key, row.place)
    if other != row.place:
        params: dict[str, str | int | float] = {"id": factor.id, "other": other}
        params |= {"region": factor.region, "year": factor.year}
        findings.add(Finding("HP-F25", Severity.ERROR, row.where("id"), params))


def _plausible(row: RawRow, factor: Factor) -> list[Finding]:
    where = row.where("value")
    return plausible.implausible(
        factor.value, factor.unit, place=where, name=factor.id, subject=factor.id
    )


def _check_region(row: RawRow, findings: Findings) -> None:
    code = row.cells["region"]
    if code and not regions.known(code):
        near = regions.nearest(code)
        findings.add(_error("HP-F02", row.where("region"), region=code, near=near))


def _check_spread(row: RawRow, factor: Factor, findings: Findings) -> None:
    kind, p1, p2 = factor.distribution, factor.p1, factor.p2
    if not kind and p1 is None and p2 is None:
        return
    bounded = kind in ("triangular", "uniform")
    fault = None
    if bounded and p1 is not None and p2 is not None:
        if not p1 <= factor.value <= p2:
            fault = "order"
    elif bounded or p1 is None or not kind or p1 <= (1 if kind == "lognormal" else 0):
        fault = "parameter"
    if fault:
        params: dict[str, str | int | float] = {"p1": _blank(p1), "p2": _blank(p2)}
        params |= {"value": factor.value, "distribution": kind or "-"}
        findings.add(Finding("HP-F27", Severity.ERROR, row.where("p1"), params, fault))


def _compare(row: RawRow, factor: Factor, library: Library, findings: Findings) -> None:
    for shipped in library.by_id.get(factor.id, ()):
        if shipped.region == factor.region:
            params = {"id": factor.id, "region": factor.region, "source": shipped.source.id}
            findings.add(Finding("HP-F31", Severity.NOTE, row.where("id"), params))
            return


def _blank(value: float | None) -> str | float:
    return "-" if value is None else value


def _error(code: str, place: str, variant: str = "", **params: str) -> Finding:
    return Finding(code, Severity.ERROR, place, params, variant)
