"""A row of a case table as the case that it stands for.

The prototype of a group and the case of one row are made by the same function, so what is scored
in a table and what is assessed alone is the same case.
"""

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from handprint.batch.headers import WHOLE, InputColumn
from handprint.case.reader import RawCase, read_value
from handprint.case.template import template, template_files
from handprint.core.errors import CodedError, Findings
from handprint.units.amounts import in_unit
from handprint.units.unit import parse_unit

__all__ = ["GroupKey", "case_tree", "declared_inputs", "row_case", "row_numbers", "typed"]

_MIDNIGHT = re.compile(r"[ T]00:00:00(\.0+)?(Z|\+00:?00)?\Z")  # of a date kept as a time
LENGTH = 1.0  # years, where a row gives a start alone


@dataclass(frozen=True, slots=True)
class GroupKey:
    """What rows must share to be evaluated together.

    Parameters
    ----------
    start, years : str
        The period as written; empty takes the template's.
    declared : tuple of (path, value)
        Entries of the case from plain columns, such as ("claim", "planned").
    """

    template: str
    start: str
    years: str
    declared: tuple[tuple[str, object], ...]


def declared_inputs(key: GroupKey) -> frozenset[str]:
    """Return the inputs of which plain columns say something: ``inputs.saving.evidence``."""
    paths = [path.split(".") for path, _ in key.declared]
    return frozenset(path[1] for path in paths if path[0] == "inputs")


def case_tree(
    key: GroupKey, *, case_id: str, region: str, title: str, inputs: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the tree of a case file for what a row says."""
    tree: dict[str, Any] = {"handprint": 1, "id": case_id, "template": key.template}
    if title:
        tree["title"] = title
    if region:
        tree["region"] = region
    if key.start or key.years:
        tree["period"] = _period(key)
    tree["inputs"] = dict(inputs)
    for path, value in key.declared:
        _set(tree, path.split("."), _whole(value) if path == WHOLE else value)
    return tree


def row_case(
    key: GroupKey,
    *,
    case_id: str,
    region: str,
    title: str,
    numbers: Mapping[tuple[str, str], tuple[float, str]],
) -> RawCase:
    """Return a row as a case that can be assessed alone.

    Parameters
    ----------
    numbers : mapping of (input, parameter) to number and unit
        As in the table; NaN where the row gives none.
    """
    inputs: dict[str, dict[str, Any]] = {}
    known = template(key.template).inputs if key.template in template_files() else {}
    for (name, parameter), (number, unit) in numbers.items():
        if math.isnan(number) or name not in known:
            continue
        entry = inputs.setdefault(name, {})
        if parameter != "gsd":
            entry.setdefault("unit", unit)
        entry[parameter] = _converted(number, unit, entry["unit"]) if parameter != "gsd" else number
    for name, entry in inputs.items():
        entry.setdefault("unit", known[name].unit)
    tree = case_tree(key, case_id=case_id, region=region, title=title, inputs=inputs)
    source = json.dumps(tree, ensure_ascii=False, indent=1).encode()
    return RawCase(f"{case_id}.json", source, tree)


def row_numbers(
    cells: Mapping[str, Any], columns: Iterable[InputColumn], template_id: str
) -> dict[tuple[str, str], tuple[float, str]]:
    """Return the numbers that a row gives for its template, each with the unit of its column.

    Of several columns of one input the first that the row fills counts, as in a partition.

    Raises
    ------
    UnitError
        A text is no number; such a row has no score.
    """
    known = template(template_id).inputs if template_id in template_files() else {}
    found: dict[tuple[str, str], tuple[float, str]] = {}
    for column in columns:
        cell = cells.get(column.header)
        spec = known.get(column.name)
        if cell in (None, "") or spec is None:
            continue
        fits = parse_unit(spec.unit).dimension == column.unit.dimension
        number = float(cell) if isinstance(cell, int | float) else in_unit(str(cell), column.unit)
        if (fits or column.parameter == "gsd") and not math.isnan(number):
            found.setdefault((column.name, column.parameter), (number, column.unit.text))
    return found


def typed(text: str) -> object:
    """Return what a cell means: true, false, a number, or a text.

    Examples
    --------
    >>> typed("TRUE"), typed("2"), typed("0.5"), typed("CN-YN")
    (True, 2, 0.5, 'CN-YN')
    """
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def _period(key: GroupKey) -> dict[str, Any]:
    start = _MIDNIGHT.sub("", key.start).removesuffix(".0")
    if not start:
        own = (
            template(key.template).case.get("period", {})
            if key.template in template_files()
            else {}
        )
        start = str(own.get("start", ""))
    years = typed(key.years) if key.years else LENGTH
    whole = isinstance(years, int) and not isinstance(years, bool)
    return {"start": start, "years": float(years) if whole else years}  # type: ignore[arg-type]


def _converted(number: float, unit: str, wanted: str) -> float:
    if unit == wanted:
        return number
    try:
        return number * parse_unit(unit).scale / parse_unit(wanted).scale
    except CodedError:  # told where the column is read
        return number


def _whole(value: object) -> object:
    """Return what a cell with an entry of several keys says; the text itself, if it says none."""
    findings = Findings()
    read = read_value(str(value), "", findings)
    return value if len(findings) else read


def _set(tree: dict[str, Any], path: list[str], value: object) -> None:
    node = tree
    for part in path[:-1]:
        below = node.setdefault(part, {})
        if not isinstance(below, dict):
            return
        node = below
    node[path[-1]] = value
