"""A case taken apart into the entries of a form.

What the form has no cell for becomes rows of the sheet "more", as key and value.
"""

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from handprint.case.reader import KeyPath
from handprint.forms.layout import (
    INPUT_COLUMNS,
    MORE,
    PEDIGREE,
    SEPARATOR,
    Field,
    Fields,
    Inputs,
    Section,
    SheetLayout,
    Table,
)

__all__ = ["Content", "content", "split_texts"]

HEAD = ("handprint", "template", "template_version")  # the form says these itself
GONE = object()


@dataclass(frozen=True, slots=True)
class Content:
    """What a form is filled with.

    Parameters
    ----------
    entries : mapping
        Value by path; a text is a plain text or ``{zh: ..., en: ...}``.
    lengths : mapping
        Number of items by the path of a list.
    """

    entries: Mapping[KeyPath, Any]
    lengths: Mapping[KeyPath, int]


def content(tree: Mapping[str, Any], sheets: Sequence[SheetLayout]) -> Content:
    """Return what a form of these sheets shows of a case."""
    rest = deepcopy({key: value for key, value in tree.items() if key not in HEAD})
    entries: dict[KeyPath, Any] = {}
    lengths: dict[KeyPath, int] = {}
    known: set[KeyPath] = set()
    for section in (s for sheet in sheets for s in sheet.sections if s is not MORE):
        for path, field in _entry_paths(section, rest, lengths):
            known |= {path[:n] for n in range(1, len(path))}
            value = _take(rest, path, field)
            if value is not GONE:
                entries[path] = value
    left = _left(rest, (), known)
    for index, (path, value) in enumerate(left):
        entries[(MORE.key, index, "key")] = SEPARATOR.join(map(str, path))
        entries[(MORE.key, index, "value")] = json.dumps(value, ensure_ascii=False)
    lengths[(MORE.key,)] = len(left)
    return Content(entries, lengths)


def split_texts(value: Any, lang: str) -> tuple[str, str]:
    """Return a text in the form's language and, where it differs, in the other."""
    if not isinstance(value, Mapping):
        return str(value), ""
    other = "en" if lang == "zh" else "zh"
    own, foreign = str(value.get(lang, "")), str(value.get(other, ""))
    return own, "" if foreign == own else foreign


def _entry_paths(
    section: Section, rest: dict[str, Any], lengths: dict[KeyPath, int]
) -> list[tuple[KeyPath, Field]]:
    """Return the paths that a section has cells for; the case's own inputs are brought to form."""
    if isinstance(section, Fields):
        return [(tuple(field.key.split(".")), field) for field in section.fields]
    if isinstance(section, Inputs):
        paths = [tuple(row.key.split(".")) for row in section.rows]
        for path in paths:
            _normalise(rest, path)
        return [((*path, field.key), field) for path in paths for field in INPUT_COLUMNS]
    path = tuple(section.key.split("."))
    items = _at(rest, path)
    if not isinstance(items, list) or not all(_has_cells(item, section) for item in items):
        return []
    lengths[path] = len(items)
    return [
        ((*path, index, *field.key.split(".")), field)
        for index in range(len(items))
        for field in section.fields
    ]


def _has_cells(item: object, table: Table) -> bool:
    """Whether an item shows in at least one cell: an empty row would shift those below."""
    copy = deepcopy(item)
    return isinstance(copy, dict) and any(
        _take(copy, tuple(field.key.split(".")), field) is not GONE for field in table.fields
    )


def _normalise(rest: dict[str, Any], path: KeyPath) -> None:
    """Bring one input to the columns of a form: ``gsd`` shares a column with ``sd``."""
    entry = _at(rest, path)
    holder = _at(rest, path[:-1])
    if not isinstance(holder, dict) or entry is None:
        return
    if not isinstance(entry, dict):
        holder[path[-1]] = {"value": entry}
        return
    lognormal = entry.get("distribution", "lognormal") == "lognormal"
    if _is_number(entry.get("gsd")) and "sd" not in entry and lognormal:
        entry |= {"distribution": "lognormal", "sd": entry.pop("gsd")}
    scores = entry.get("pedigree")
    if isinstance(scores, list) and len(scores) == len(PEDIGREE):
        entry |= dict(zip(PEDIGREE, entry.pop("pedigree"), strict=True))


def _take(tree: Any, path: KeyPath, field: Field) -> Any:
    """Remove and return the value at ``path`` if a cell of its kind can hold it."""
    holder = _at(tree, path[:-1])
    key = path[-1]
    if not isinstance(holder, dict) or key not in holder or not _fits(holder[key], field):
        return GONE
    return holder.pop(key)


def _at(tree: Any, path: KeyPath) -> Any:
    for key in path:
        if isinstance(tree, list) and isinstance(key, int) and key < len(tree):
            tree = tree[key]
        elif isinstance(tree, dict):
            tree = tree.get(key)
        else:
            return None
    return tree


def _fits(value: Any, field: Field) -> bool:
    if field.kind == "text":
        if isinstance(value, dict):
            return (
                bool(value) and value.keys() <= {"zh", "en"} and all(map(_is_text, value.values()))
            )
        return _is_text(value)
    if field.kind == "yes_no":
        return isinstance(value, bool)
    if field.kind == "choices":
        return isinstance(value, list) and bool(value) and all(v in field.values for v in value)
    if field.kind == "choice":
        return _is_text(value)
    return _is_text(value) or _is_number(value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and value == value.strip()


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _left(node: Any, path: KeyPath, known: set[KeyPath]) -> list[tuple[KeyPath, Any]]:
    """Return what was not taken, at the highest level at which nothing was."""
    if path and path not in known:
        return [(path, node)]
    if isinstance(node, dict):
        return [left for key, value in node.items() for left in _left(value, (*path, key), known)]
    if isinstance(node, list):
        return [left for i, value in enumerate(node) for left in _left(value, (*path, i), known)]
    return [(path, node)]
