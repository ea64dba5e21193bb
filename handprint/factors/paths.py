"""Declared decarbonisation paths: what a case assumes for years no factor covers yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from handprint.core.errors import CodedError
from handprint.core.limits import as_written, in_range
from handprint.units.unit import Unit, parse_unit

__all__ = ["FactorPath", "read_path"]


@dataclass(frozen=True, slots=True)
class FactorPath:
    """A declared course of a factor after its newest known year.

    Parameters
    ----------
    points : tuple of (year, value)
        Declared values [``unit``], by year; none for a path that keeps the newest value.
    unit : Unit or None
        Unit of the declared values.
    source : str
        Who says so; printed in the report.
    """

    points: tuple[tuple[int, float], ...]
    unit: Unit | None
    source: str

    @property
    def kind(self) -> str:
        """``constant``, ``linear`` (one target) or ``table``."""
        return ("constant", "linear")[len(self.points)] if len(self.points) < 2 else "table"

    @property
    def last(self) -> int | None:
        """Last declared year; None for a constant path."""
        return self.points[-1][0] if self.points else None

    def at(self, year: int, *, newest: tuple[int, float]) -> float:
        """Return the value in ``year`` by straight lines from the newest known point.

        Parameters
        ----------
        year : int
            A year after the newest known one. After the last declared year its value holds.
        newest : (int, float)
            Year and value of the newest known factor [the path's unit].

        Examples
        --------
        >>> path = FactorPath(((2030, 0.35),), None, "plan")
        >>> round(path.at(2025, newest=(2020, 0.55)), 6)
        0.45
        """
        points = [newest, *(point for point in self.points if point[0] > newest[0])]
        for (y0, v0), (y1, v1) in pairwise(points):
            if year <= y1:
                return v0 + (v1 - v0) * (year - y0) / (y1 - y0)
        return points[-1][1]


def read_path(raw: object) -> FactorPath:
    """Read an entry of ``factor_paths``.

    Three shapes: ``{to: 0.35, unit: kg CO2/kWh, year: 2030, source: ...}`` (a straight line),
    ``{values: {2025: 0.5, 2030: 0.4}, unit: ..., source: ...}`` (straight lines between them) and
    ``{constant: true, source: ...}``.

    Raises
    ------
    CodedError
        HP-F05: the entry has none of the shapes; HP-U..: its unit does not parse.
    """
    if not isinstance(raw, Mapping):
        raise CodedError("HP-F05", "shape", text=str(raw))
    source = str(raw.get("source") or "")
    if raw.get("constant") is True:
        return FactorPath((), None, source)
    values = _declared(raw)
    if not values:
        raise CodedError("HP-F05", "shape", text=str(raw))
    points = sorted(_point(year, value) for year, value in values)
    return FactorPath(tuple(points), parse_unit(str(raw.get("unit") or "")), source)


def _declared(raw: Mapping[str, object]) -> list[tuple[object, object]]:
    """Return the years and values as they are written; none where there is no such block."""
    if "values" in raw:
        values = raw["values"]
        return list(values.items()) if isinstance(values, Mapping) else []
    return [(raw["year"], raw["to"])] if {"year", "to"} <= raw.keys() else []


def _point(year: object, value: object) -> tuple[int, float]:
    try:
        point = int(str(year)), as_written(str(value))
    except ValueError:
        raise CodedError("HP-F05", "number", year=str(year), value=str(value)) from None
    if not (1990 <= point[0] <= 2200 and point[1] >= 0 and in_range(point[1])):
        raise CodedError("HP-F05", "number", year=str(year), value=str(value))
    return point
