"""The tree of a case while a form is read: values, where they stand, what is wrong with them."""

import itertools
from dataclasses import dataclass, field, replace
from typing import Any

from handprint.case.reader import KeyPath
from handprint.core.errors import CodedError, Finding, Findings, Param, Severity
from handprint.core.i18n import Language
from handprint.forms.cells import read_field
from handprint.forms.layout import Field
from handprint.tables.cell import Cell
from handprint.units.amounts import approximation

__all__ = ["FormTree"]


@dataclass(slots=True)
class FormTree:
    """A tree that grows entry by entry.

    Parameters
    ----------
    file : str
        As the user named it.
    findings : Findings
        Takes what is wrong with the entries.
    lang : Language
        Language of the form: that of a text in the first of its two cells.
    positions : dict
        ``!sheet!cell`` of every path.
    """

    file: str
    findings: Findings
    lang: Language = "zh"
    tree: dict[str, Any] = field(default_factory=dict)
    positions: dict[KeyPath, str] = field(default_factory=dict)

    def fault(self, code: str, place: str, variant: str = "", **params: Param) -> None:
        """Note a finding at ``sheet!cell``."""
        found = Finding(code, Severity.ERROR, f"{self.file}!{place}", params, variant)
        self.findings.add(found)

    def mark(self, path: KeyPath, place: str) -> None:
        """Note where an entry stands, empty or not; its blocks stand where their first entry is."""
        self.positions[path] = f"!{place}"
        for length in range(len(path)):
            self.positions.setdefault(path[:length], f"!{place}")

    def put(self, path: KeyPath, value: Any, place: str) -> bool:
        """Set a value; False where it cannot stand or another stands already."""
        node: Any = self.tree
        for part, following in itertools.pairwise(path):
            empty: Any = [] if isinstance(following, int) else {}
            if isinstance(node, dict):
                node = node.setdefault(str(part), empty)
            elif isinstance(node, list) and part == len(node):
                node.append(empty)
                node = empty
            elif isinstance(node, list) and isinstance(part, int) and part < len(node):
                node = node[part]
            else:
                return False
        if not _add(node, path[-1], value):
            return False
        self.mark(path, place)
        return True

    def value(self, field: Field, cell: Cell | None) -> Any:
        """Return what a cell says; None where it is empty or, with a finding, cannot be read."""
        if cell is None or cell.empty:
            return None
        place = f"{self.file}!{cell.place}"
        try:
            value = read_field(field, cell)
        except CodedError as problem:
            self.findings.add(problem.finding(place))
            return None
        if isinstance(value, float) and (told := approximation(cell.text, place)) is not None:
            self.findings.add(told)
        return value

    def located(self, finding: Finding) -> Finding:
        """Return a finding with the paths of the entries that stand in its cell."""
        position = finding.place.removeprefix(self.file)
        here = [path for path, place in self.positions.items() if place == position]
        above = {path[:length] for path in here for length in range(len(path))}
        return replace(finding, paths=tuple(path for path in here if path not in above))

    def at(self, path: KeyPath) -> Any:
        """Return the value at a path of mappings, or None."""
        node: Any = self.tree
        for part in path:
            node = node.get(part) if isinstance(node, dict) else None
        return node


def _add(node: Any, key: str | int, value: Any) -> bool:
    if isinstance(node, dict) and str(key) not in node:
        node[str(key)] = value
        return True
    if isinstance(node, list) and key == len(node):
        node.append(value)
        return True
    return False
