"""The consequence tree of a case: every node leads back to the solution."""

from collections.abc import Sequence

from handprint.case.reader import RawCase
from handprint.case.schema import Consequence
from handprint.core.errors import Finding, Findings, Severity

__all__ = ["check_tree"]


def check_tree(nodes: Sequence[Consequence], raw: RawCase, findings: Findings) -> None:
    """Note ids that stand twice, parents that are not there, and circles (HP-L14)."""
    parents: dict[str, str | None] = {}
    for index, node in enumerate(nodes):
        if node.id in parents:
            place = raw.place(("consequences", index, "id"))
            params = {"node": node.id}
            findings.add(Finding("HP-L14", Severity.ERROR, place, params, "twice"))
        parents.setdefault(node.id, node.parent)
    told: set[str] = set()
    for index, node in enumerate(nodes):
        place = raw.place(("consequences", index, "parent"))
        if node.parent is not None and node.parent not in parents:
            params = {"node": node.id, "parent": node.parent}
            findings.add(Finding("HP-L14", Severity.WARNING, place, params, "unknown"))
        circle = _circle(node.id, parents)
        if circle and not told & set(circle):
            told |= set(circle)
            params = {"nodes": " < ".join(circle)}
            findings.add(Finding("HP-L14", Severity.ERROR, place, params))


def _circle(start: str, parents: dict[str, str | None]) -> list[str]:
    """Return the nodes from ``start`` upwards until it comes round again; else nothing."""
    path = [start]
    above = parents.get(start)
    while above is not None and above not in path:
        path.append(above)
        above = parents.get(above)
    return [*path, start] if above == start else []
