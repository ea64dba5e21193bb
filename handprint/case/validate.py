"""A raw case against the schema: one validated case, or findings with their places."""

import difflib
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from handprint.case.consequence_tree import check_tree
from handprint.case.keys import known_keys
from handprint.case.reader import KeyPath, RawCase
from handprint.case.schema import Case
from handprint.case.sizes import check_sizes
from handprint.core.errors import CodedError, Finding, Findings, Severity
from handprint.factors.regions import nearest
from handprint.units.amounts import approximation
from handprint.units.formula import is_input_name
from handprint.units.unit import is_unit

__all__ = ["schema_finding", "validate"]

RESERVED_INPUTS = frozenset({"period"})

_NUMBERS = frozenset({"value", "low", "mode", "high", "sd", "gsd", "plus_minus", "duration"})

# pydantic error type -> what the message says is expected (keys of the catalogue entry HP-S03).
_EXPECTED = {
    "float_type": "number",
    "float_parsing": "number",
    "int_type": "whole_number",
    "int_parsing": "whole_number",
    "int_from_float": "whole_number",
    "string_type": "text",
    "bool_type": "yes_no",
    "bool_parsing": "yes_no",
    "list_type": "list",
    "tuple_type": "list",
    "dict_type": "mapping",
    "mapping_type": "mapping",
    "model_type": "mapping",
    "model_attributes_type": "mapping",
}


def validate(raw: RawCase, findings: Findings) -> Case | None:
    """Return the case, or None with a finding for every fault of its form."""
    before = sum(1 for f in findings if f.severity is Severity.ERROR)
    case: Case | None = None
    try:
        case = Case.model_validate(raw.tree)
    except ValidationError as problem:
        for error in problem.errors(include_url=False):
            findings.add(schema_finding(raw, error))
    else:
        check_tree(case.consequences, raw, findings)
        check_sizes(case, raw, findings)
    _check_input_names(raw, findings)
    _tell_approximate(raw, findings)
    after = sum(1 for f in findings if f.severity is Severity.ERROR)
    return case if after == before and not raw.faulty else None


def schema_finding(raw: RawCase, error: ErrorDetails, schema: type[BaseModel] = Case) -> Finding:
    """Return the finding for what pydantic says about a tree that should follow ``schema``."""
    path = _raw_path(raw.tree, error["loc"])
    coded = error.get("ctx", {}).get("error")  # what a reader of short spellings raised
    if isinstance(coded, CodedError):
        return coded.finding(raw.place(path))
    return _pydantic_finding(raw, path, error, schema)


def _pydantic_finding(
    raw: RawCase, path: KeyPath, error: ErrorDetails, schema: type[BaseModel]
) -> Finding:
    place = raw.place(path)
    kind = error["type"]
    context: Mapping[str, Any] = error.get("ctx", {})
    found = _quoted(error.get("input"))
    if kind == "extra_forbidden":
        return _unknown_key(raw, path, schema)
    if kind == "missing":
        return _missing(str(error["loc"][-1]), place)
    if kind == "literal_error":
        allowed = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
        params = {"found": found, "allowed": allowed, "near": _near(found, allowed.split(", "))}
        return Finding("HP-S04", Severity.ERROR, place, params)
    if kind in ("string_too_long", "too_long"):
        limit = str(context.get("max_length", ""))
        return Finding("HP-S05", Severity.ERROR, place, {"limit": limit})
    if kind == "finite_number":
        return Finding("HP-S06", Severity.ERROR, place, {"found": found})
    if error.get("input") is None and kind in _EXPECTED:
        return _missing(str(path[-1] if path else ""), place)
    if kind in _EXPECTED:
        return Finding("HP-S03", Severity.ERROR, place, {"found": found}, _EXPECTED[kind])
    if kind in _BOUNDS:
        variant, bound = _BOUNDS["string_too_short" if found == "" else kind]
        limit = str(context.get(bound, ""))
        return Finding("HP-S07", Severity.ERROR, place, {"found": found, "limit": limit}, variant)
    if kind == "string_pattern_mismatch":
        variant = {"id": "id", "region": "region", "start": "date"}.get(str(path[-1]), "id")
        near = {"near": nearest(found)} if variant == "region" else {}
        return Finding("HP-S08", Severity.ERROR, place, {"found": found, **near}, variant)
    return Finding("HP-S09", Severity.ERROR, place, {"found": found, "problem": error["msg"]})


_BOUNDS = {
    "greater_than_equal": ("low", "ge"),
    "greater_than": ("above", "gt"),
    "less_than_equal": ("high", "le"),
    "less_than": ("high", "lt"),
    "near_zero": ("zero", "limit"),
    "string_too_short": ("empty", "min_length"),
    "too_short": ("few", "min_length"),
}


def _raw_path(tree: object, location: tuple[str | int, ...]) -> KeyPath:
    """Drop from pydantic's location what is not a key of the file (forms added on reading)."""
    path: list[str | int] = []
    node = tree
    for position, part in enumerate(location):
        last = position == len(location) - 1
        if isinstance(node, dict) and str(part) in node:
            path.append(str(part))
            node = node[str(part)]
        elif isinstance(node, list) and isinstance(part, int) and part < len(node):
            path.append(part)
            node = node[part]
        elif last and part not in ("[key]", "inline") and isinstance(node, dict):
            path.append(part)
    return tuple(path)


def _missing(key: str, place: str) -> Finding:
    """Return the finding for a required key that is absent or empty."""
    return Finding("HP-S02", Severity.ERROR, place, {"key": key}, "unit" if key == "unit" else "")


def _unknown_key(raw: RawCase, path: KeyPath, schema: type[BaseModel]) -> Finding:
    key = str(path[-1])
    known = known_keys(schema, path[:-1])
    near = difflib.get_close_matches(key, known, 1, 0.5)
    params = {"key": key, "near": near[0] if near else "", "known": ", ".join(sorted(known))}
    variant = "" if near else "none_near"
    return Finding("HP-S01", Severity.ERROR, raw.place(path), params, variant)


def _tell_approximate(raw: RawCase, findings: Findings) -> None:
    """Tell texts for numbers that say they are not exact."""
    waiting: list[tuple[KeyPath, object]] = [((), raw.tree)]
    while waiting:
        path, node = waiting.pop()
        if isinstance(node, dict):
            waiting.extend(((*path, key), entry) for key, entry in node.items())
        elif isinstance(node, list):
            waiting.extend(((*path, i), entry) for i, entry in enumerate(node))
        elif isinstance(node, str) and _is_number(path):
            told = approximation(node, raw.place(path))
            findings.extend([told] if told is not None else [])


def _is_number(path: KeyPath) -> bool:
    """Whether a number, with its unit or without, stands at a place of a case."""
    held = path[-2:-1]
    return path[-1] in _NUMBERS or held in (("inputs",), ("by_year",), ("values",), ("weights",))


def _check_input_names(raw: RawCase, findings: Findings) -> None:
    """Inputs, of the case and of its sites, need names that formulas can use."""
    sites = raw.tree.get("sites")
    blocks: list[tuple[KeyPath, object]] = [(("inputs",), raw.tree.get("inputs"))]
    for i, site in enumerate(sites if isinstance(sites, list) else []):
        if isinstance(site, dict):
            blocks.append((("sites", i, "inputs"), site.get("inputs")))
    for path, inputs in blocks:
        for name in inputs if isinstance(inputs, dict) else ():
            if name in RESERVED_INPUTS or not is_input_name(name):
                variant = (
                    "reserved" if name in RESERVED_INPUTS else "unit" if is_unit(name) else "word"
                )
                place = raw.place((*path, name))
                findings.add(Finding("HP-Q07", Severity.ERROR, place, {"name": name}, variant))


def _near(found: str, allowed: list[str]) -> str:
    return (difflib.get_close_matches(found, allowed, 1, 0.4) or allowed[:1])[0]


def _quoted(value: object) -> str:
    """Return a short, one-line rendering of what a stranger wrote."""
    shown = value if isinstance(value, str) else repr(value)
    shown = " ".join(shown[:200].split())
    return shown if len(shown) <= 60 else shown[:57] + "..."
