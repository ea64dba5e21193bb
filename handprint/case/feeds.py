"""Which inputs feed which entry of a case: what a person changes to change a line."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from handprint.core.errors import KeyPath

__all__ = ["entries_behind", "input_path", "inputs_read"]

_WORD = re.compile(r"[^\W\d]\w*")  # as formulas spell names
EXPRESSIONS = frozenset(("quantity", "lifetime", "share", "solution"))
OF_FACTORS = "factor"


def inputs_read(tree: Mapping[str, Any], path: KeyPath) -> tuple[KeyPath, ...]:
    """Return the paths of the inputs that the formulas at or below an entry read.

    Parameters
    ----------
    tree : mapping
        A case, laid over its template where it names one.

    Examples
    --------
    >>> tree = {"inputs": {"output": {}}, "ict": {"lines": [{"quantity": "output * 2"}]}}
    >>> inputs_read(tree, ("ict", "lines", 0))
    (('inputs', 'output'),)
    """
    words = {
        word
        for text in _expressions(_at(tree, path), path[-1] if path else "")
        for word in _WORD.findall(text)
    }
    return tuple(found for name, found in _inputs(tree) if name in words) if words else ()


def entries_behind(
    tree: Mapping[str, Any], path: KeyPath, fixed: Iterable[KeyPath]
) -> tuple[KeyPath, ...]:
    """Return the entries that a person changes to mend what is found at ``path``.

    They are the entry itself and, but for a whole block, the inputs that it reads. What a template
    fixes cannot be changed: there they are the inputs alone, those of the whole line where a part
    of it reads none; for a factor the region and the period; and where nothing feeds it the
    choice of the template.
    """
    theirs = next((own for own in fixed if path[: len(own)] == own), None)
    if theirs is None:
        return (path, *(inputs_read(tree, path) if len(path) > 1 else ()))
    if path[-1] == OF_FACTORS:
        return tuple(_choice_of_factor(tree, path))
    whole = path[: len(theirs) + 1] if theirs[-1] == "lines" else theirs
    return inputs_read(tree, path) or inputs_read(tree, whole) or (("template",),)


def input_path(tree: Mapping[str, Any], key: str) -> KeyPath | None:
    """Return the path of an input that findings call ``name`` or ``site/name``."""
    site, _, name = key.rpartition("/")
    if not site:
        return ("inputs", name) if isinstance(_at(tree, ("inputs", name)), dict | str) else None
    ids = [(i, entry.get("id")) for i, entry in _sites(tree)]
    return next((("sites", i, "inputs", name) for i, own in ids if own == site), None)


def _choice_of_factor(tree: Mapping[str, Any], path: KeyPath) -> Iterator[KeyPath]:
    """Yield what decides which value a template's line takes from the library."""
    line = _at(tree, path[:-1])
    if not (isinstance(line, dict) and line.get("region")):
        yield ("region",)
    yield ("period",)


def _expressions(node: Any, key: str | int) -> Iterator[str]:
    """Yield the formulas at or below a node; the inputs of a correlation are named in a list."""
    if isinstance(node, str):
        if key in EXPRESSIONS:
            yield node
    elif isinstance(node, dict):
        named = node.get("inputs")
        if isinstance(named, list):
            yield from (name for name in named if isinstance(name, str))
        for name, value in node.items():
            yield from _expressions(value, name)
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _expressions(value, index)


def _inputs(tree: Mapping[str, Any]) -> Iterator[tuple[str, KeyPath]]:
    """Yield name and path of every input, the common ones first."""
    common = tree.get("inputs")
    for name in common if isinstance(common, dict) else ():
        yield str(name), ("inputs", name)
    for i, site in _sites(tree):
        own = site.get("inputs")
        for name in own if isinstance(own, dict) else ():
            yield str(name), ("sites", i, "inputs", name)


def _sites(tree: Mapping[str, Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    sites = tree.get("sites")
    for i, site in enumerate(sites if isinstance(sites, list) else ()):
        if isinstance(site, dict):
            yield i, site


def _at(node: Any, path: KeyPath) -> Any:
    for part in path:
        if isinstance(node, list) and isinstance(part, int) and part < len(node):
            node = node[part]
        elif isinstance(node, dict):
            node = node.get(part)
        else:
            return None
    return node
