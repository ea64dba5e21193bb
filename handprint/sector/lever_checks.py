"""What a lever table must satisfy as a whole: links named once, pools that fit their sector."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from handprint.core.errors import Finding, Findings, Param, Severity
from handprint.sector.lever import Lever, LeverTable

__all__ = ["SECTORS", "check_pools", "check_sectors", "parent", "pool_sizes"]

SECTORS = ("industry", "buildings", "transport", "energy", "agriculture", "waste", "water",
           "services")  # fmt: skip
ROUNDING = 1e-9


def parent(pool: str) -> str:
    """Return the pool that a pool is a part of; "" is the sector as a whole."""
    return pool.rpartition("/")[0]


def pool_sizes(links: Sequence[tuple[str, float]]) -> dict[str, float]:
    """Return the share of the sector that each pool holds [1].

    A pool is as large as the largest share of a link on it, and at least as large as the pools
    inside it together.

    Parameters
    ----------
    links : sequence of (pool, share)
    """
    names = {pool for pool, _ in links}
    for pool in list(names):
        while pool := parent(pool):
            names.add(pool)
    sizes: dict[str, float] = {}
    for pool in sorted(names, key=lambda name: (-name.count("/"), name)):
        own = max((share for name, share in links if name == pool), default=0.0)
        inside = sum(size for name, size in sizes.items() if parent(name) == pool)
        sizes[pool] = max(own, inside)
    return sizes


def check_sectors(table: LeverTable, findings: Findings) -> None:
    """Report links named twice, unknown sectors, and tables without a lever."""
    if not table.levers:
        findings.add(Finding("HP-M16", Severity.ERROR, table.file))
    seen: dict[str, str] = {}
    for lever in (*table.levers, *table.society):
        if lever.id in seen:
            params = {"link": lever.link, "sector": lever.sector, "other": seen[lever.id]}
            findings.add(Finding("HP-M17", Severity.ERROR, lever.place, params))
        seen.setdefault(lever.id, lever.place)
    named = {lever.sector: lever.place for lever in reversed(table.levers)}
    named |= {row.link: row.place for row in table.society}
    for sector, place in named.items():
        if sector not in SECTORS:
            near = ", ".join(get_close_matches(sector, SECTORS, n=1)) or ", ".join(SECTORS)
            params = {"sector": sector, "near": near}
            findings.add(Finding("HP-M18", Severity.WARNING, place, params))


def check_pools(table: LeverTable, findings: Findings) -> None:
    """Report shares that sum above 1, or above the pool that they are parts of."""
    for sector in dict.fromkeys(lever.sector for lever in table.levers):
        _check_sector(sector, table.of(sector), findings)
    if table.society:
        _check_sector("society", table.society, findings)


def _check_sector(sector: str, levers: Sequence[Lever], findings: Findings) -> None:
    for end in ("low", "high"):
        sizes = pool_sizes([(lever.pool, getattr(lever.share, end)) for lever in levers])
        limits = {pool: _own(pool, levers, end) for pool in sizes}  # the innermost first
        for whole, limit in [*limits.items(), ("", 1.0)]:
            parts = {pool: size for pool, size in sizes.items() if parent(pool) == whole}
            total = sum(parts.values())
            if limit and total > limit + ROUNDING:
                findings.add(_above(sector, whole, total, limit, parts, levers))
                return  # the high end repeats what the low end has


def _own(pool: str, levers: Sequence[Lever], end: str) -> float:
    return max((getattr(lever.share, end) for lever in levers if lever.pool == pool), default=0.0)


def _above(
    sector: str,
    whole: str,
    total: float,
    limit: float,
    parts: Mapping[str, float],
    levers: Sequence[Lever],
) -> Finding:
    inside = [lever for lever in levers if any(f"{lever.pool}/".startswith(f"{p}/") for p in parts)]
    shown = ", ".join(f"{pool} {size:.4g}" for pool, size in parts.items())
    params: dict[str, Param] = {
        "sector": sector, "pool": whole or sector, "total": total, "limit": limit, "parts": shown,
    }  # fmt: skip
    place = inside[0].place if inside else ""
    return Finding("HP-M19", Severity.ERROR, place, params)
