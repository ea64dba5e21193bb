"""Cases to text: YAML that the reader gives back as the same tree.

What is written is read again before it is returned, so a round trip is exact or refused.
"""

import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml
from pydantic import BaseModel

from handprint.case.keys import known_keys
from handprint.case.reader import RawCase, plain_scalar, read_case_bytes
from handprint.case.schema import Case
from handprint.core.errors import CodedError, Findings, KeyPath

__all__ = ["as_data", "dumped", "same_tree", "to_yaml"]

WIDTH = 100  # a flow collection that is longer is written as a block
_ESCAPED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
TAGS = {bool: "bool", int: "int", float: "float", str: "str", type(None): "null"}


def to_yaml(case: RawCase | Mapping[str, Any]) -> str:
    """Return a case as YAML.

    Parameters
    ----------
    case : RawCase or mapping
        A case as read is written as the person declared it, without what its template adds, and
        in the order of its source; a tree in the order of the schema.

    Raises
    ------
    CodedError
        HP-Y14: no file can hold the tree as it is (a whole number of more than 40 digits, an
        object that is no case data).

    Examples
    --------
    >>> print(to_yaml({"region": "NO", "handprint": 1, "title": {"zh": "案例", "en": "1e3"}}))
    handprint: 1
    title: {zh: 案例, en: '1e3'}
    region: NO
    <BLANKLINE>
    """
    if isinstance(case, RawCase):
        tree = as_data(case.declared)
    else:
        tree = _in_order(as_data(case), (), Case)
    text = dumped(tree)
    again = read_case_bytes("case.yaml", text.encode(), Findings())
    if again is None or again.faulty or not same_tree(again.tree, tree):
        raise CodedError("HP-Y14")
    return text


def as_data(node: Any) -> Any:
    """Return a tree of mappings with texts as keys, lists and scalars.

    Raises
    ------
    CodedError
        HP-Y14: something else is in it.
    """
    if isinstance(node, Mapping):
        return {str(key): as_data(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [as_data(value) for value in node]
    if type(node) not in TAGS:
        raise CodedError("HP-Y14")
    return node


def same_tree(one: Any, other: Any) -> bool:
    """Whether two trees say the same: 1 is not 1.0, the order of keys does not count."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same_tree(v, other[k]) for k, v in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same_tree, one, other))
    if isinstance(one, float):
        return repr(one) == repr(other)  # NaN is NaN, and -0.0 is not 0.0
    return bool(one == other)


def dumped(tree: Any, *, flow: bool = False, quote: str = "", width: float = WIDTH) -> str:
    """Return data as YAML; block style, but for short lists and texts in two languages.

    Parameters
    ----------
    flow : bool
        Everything in one line, in brackets.
    quote : str
        Quotation mark of the texts; "" for as few as possible.
    """
    dumper = _Dumper(flow=flow, quote=quote, width=width)
    return dumper.text(tree)


def _in_order(node: Any, path: KeyPath, schema: type[BaseModel]) -> Any:
    """Return a tree with the keys of each block in the order of the schema, others behind."""
    if isinstance(node, list):
        return [_in_order(value, (*path, i), schema) for i, value in enumerate(node)]
    if not isinstance(node, dict):
        return node
    known = [key for key in known_keys(schema, path) if key in node]
    return {
        key: _in_order(node[key], (*path, key), schema) for key in dict.fromkeys([*known, *node])
    }


class _Stream:
    """Collects what the dumper writes."""

    def __init__(self) -> None:
        self.parts: list[str] = []

    def write(self, part: str) -> None:
        """Take a part."""
        self.parts.append(part)


class _Dumper(yaml.SafeDumper):
    """Writes plain what the reader of cases, not YAML 1.1, reads as the same value."""

    def __init__(self, *, flow: bool, quote: str, width: float) -> None:
        self._stream = _Stream()
        super().__init__(self._stream, allow_unicode=True, width=math.inf, sort_keys=False)
        self._flow, self._quote, self._widest = flow, quote, width

    def text(self, tree: Any) -> str:
        """Return a tree as one document without marks."""
        self.open()
        self.serialize(self._node(tree))
        self.close()
        return "".join(self._stream.parts).removesuffix("...\n")

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent the items of a list under its key."""
        super().increase_indent(flow, indentless=False)

    def resolve(self, kind: type[yaml.Node], value: Any, implicit: Any) -> str:
        """Return the tag that the reader gives a plain scalar; a quoted one is a text."""
        if kind is yaml.ScalarNode:
            return _tag(plain_scalar(value) if implicit[0] else value)
        return str(super().resolve(kind, value, implicit))  # type: ignore[no-untyped-call]

    def _node(self, value: Any) -> yaml.Node:
        if isinstance(value, dict):
            pairs = [(self._key(key), self._node(item)) for key, item in value.items()]
            return yaml.MappingNode("tag:yaml.org,2002:map", pairs, flow_style=self._short(value))
        if isinstance(value, list):
            items = [self._node(item) for item in value]
            return yaml.SequenceNode("tag:yaml.org,2002:seq", items, flow_style=self._short(value))
        style = self._style(value) if isinstance(value, str) else None
        return yaml.ScalarNode(_tag(value), _spelt(value), style=style)

    def _style(self, text: str) -> str | None:
        if quotes := _quotes(text):
            return quotes
        if "\n" in text:
            return '"' if self._flow else "|"
        return self._quote or None

    def _key(self, key: str) -> yaml.Node:
        """Return a key: always a text, so that none needs quotes for looking like a number."""
        return yaml.ScalarNode(_tag(plain_scalar(key)), key, style=_quotes(key))

    def _short(self, value: dict[str, Any] | list[Any]) -> bool:
        """Whether a collection stands in one line."""
        if self._flow or not value:
            return True
        items: Iterable[Any] = value if isinstance(value, list) else value.values()
        texts = isinstance(value, list) or value.keys() <= {"zh", "en"}
        if not texts or any(isinstance(v, dict | list) or "\n" in str(v) for v in items):
            return False
        return len(json.dumps(value, ensure_ascii=False)) <= self._widest


def _quotes(text: str) -> str | None:
    """Return the quotation mark of what can only be written escaped."""
    return '"' if _ESCAPED.search(text) else None


def _tag(value: Any) -> str:
    return f"tag:yaml.org,2002:{TAGS[type(value)]}"


def _spelt(value: Any) -> str:
    """Return a scalar as the reader reads it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not math.isfinite(value):
        return ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"
    return value if isinstance(value, str) else repr(value)
