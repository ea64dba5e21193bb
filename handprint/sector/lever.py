"""A lever table as records: links, ranges and what they are compared with."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from handprint.tables.sheets import Sheet

__all__ = ["Curve", "Lever", "LeverTable", "Range", "Reference"]


@dataclass(frozen=True, slots=True)
class Range:
    """A low and a high end."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Lever:
    """One link of a sector: a lever that acts on a part of the sector's emissions.

    Parameters
    ----------
    pool : str
        Emission pool: links on one pool overlap, pools beside one another do not, and a pool
        "road/private" is a part of the pool "road".
    share : Range
        Share of the sector's emissions that the lever acts on [1].
    saving : Range or None
        Cut of those emissions where the lever is used [1]; None for a share of society that
        takes the result of its sector.
    adoption : mapping of Range
        Share of the emissions where it is used, by year [1].
    calibrated : tuple of str
        The values that were chosen so that the sector meets its published range.
    """

    sector: str
    link: str
    name: Mapping[str, str]
    pool: str
    share: Range
    saving: Range | None
    adoption: Mapping[int, Range]
    calibrated: tuple[str, ...] = ()
    literature: Mapping[str, Range] = field(default_factory=dict)
    source: str = ""
    status: str = ""
    note: str = ""
    place: str = ""

    @property
    def id(self) -> str:
        """Sector and link: "transport.road_network"."""
        return f"{self.sector}.{self.link}"


@dataclass(frozen=True, slots=True)
class Reference:
    """A published figure: a range from the literature, or the total of another study."""

    sector: str
    name: Mapping[str, str]
    ranges: Mapping[str, Range]
    of: str
    year: str
    source: str
    status: str
    note: str


@dataclass(frozen=True, slots=True)
class Curve:
    """The logistic curve that adoption follows between and beyond the years of the table."""

    midpoint: float
    growth: float
    first_year: int
    last_year: int


@dataclass(frozen=True, slots=True)
class LeverTable:
    """A lever table as read.

    Parameters
    ----------
    levers : tuple of Lever
        The links of all sectors.
    society : tuple of Lever
        One row per sector with its share of society's emissions.
    published : mapping of Range
        Published range per sector, and of society [%].
    evidence, studies : tuple of Reference
        Ranges from the literature; totals of other studies.
    """

    file: str
    sha256: str
    title: Mapping[str, str]
    base_year: int
    curve: Curve
    levers: tuple[Lever, ...]
    society: tuple[Lever, ...]
    published: Mapping[str, Range]
    evidence: tuple[Reference, ...]
    studies: tuple[Reference, ...]
    sheet: Sheet

    @property
    def sectors(self) -> tuple[str, ...]:
        """Sectors with levers or with a share of society, in the order of the table."""
        named = [lever.sector for lever in self.levers] + [row.link for row in self.society]
        return tuple(dict.fromkeys(named))

    def of(self, sector: str) -> list[Lever]:
        """Return the levers of one sector."""
        return [lever for lever in self.levers if lever.sector == sector]

    def share_of(self, sector: str) -> Lever | None:
        """Return the row with the sector's share of society's emissions."""
        return next((row for row in self.society if row.link == sector), None)
