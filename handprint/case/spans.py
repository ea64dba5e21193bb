"""Where the entries of a YAML text begin and end, character by character, from its parse events.

What a text means is the reader's to say; this tells only where it is written.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

import yaml

from handprint.core.errors import CodedError, KeyPath

__all__ = ["Span", "chain", "spans"]

_COLON = re.compile(r"[ \t]*:")


@dataclass(slots=True)
class Span:
    """One node of a text.

    Parameters
    ----------
    start, end : int
        Offsets; behind the end of a block there is nothing but blanks, comments or the next entry.
    column : int
        Of its first character: that of all keys of a block, or of all dashes of a list.
    style : str
        ``block``, ``flow`` (in brackets), or for a scalar its quotation mark, ``|``, ``>`` or "".
    keys, items : list of Span
        Of a mapping; a list and a scalar have no keys.
    """

    start: int
    end: int
    column: int
    style: str = ""
    mapping: bool = False
    keys: "list[Span]" = field(default_factory=list)
    items: "list[Span]" = field(default_factory=list)
    name: str = ""  # of a key

    @property
    def flow(self) -> bool:
        """Whether it is a collection in brackets."""
        return self.style == "flow"

    def child(self, part: str | int) -> "Span":
        """Return the value under a key or index."""
        return self.items[self.position(part)]

    def position(self, part: str | int) -> int:
        """Return which of the items stands under a key or index."""
        return part if isinstance(part, int) else [key.name for key in self.keys].index(part)

    def slot(self, text: str, part: str | int) -> int:
        """Return where the value of an entry may begin: behind its colon or dash.

        Behind the key itself where it has no colon, as in ``{a, b}``.
        """
        index = self.position(part)
        if self.mapping:
            colon = _COLON.match(text, self.keys[index].end)
            return colon.end() if colon else self.keys[index].end
        return self.head(text, part) + 1 if not self.flow else self.items[index].start

    def head(self, text: str, part: str | int) -> int:
        """Return where an entry begins: its key, its dash, or in brackets its value."""
        index = self.position(part)
        if self.mapping:
            return self.keys[index].start
        item = self.items[index]
        if self.flow:
            return item.start
        line = text.rfind("\n", 0, item.start) + 1
        while text[line + self.column : line + self.column + 1] != "-" and line:
            line = text.rfind("\n", 0, line - 1) + 1
        return line + self.column


def spans(text: str) -> Span:
    """Return the nodes of a text that the reader accepts.

    Raises
    ------
    CodedError
        HP-Y15.anchor: it has an anchor.
    """
    events = yaml.parse(text, Loader=yaml.SafeLoader)
    for event in events:
        if isinstance(event, yaml.NodeEvent):
            return _node(event, events, text)
    raise CodedError("HP-Y15", "absent", path="-")


def chain(root: Span, path: KeyPath) -> list[Span]:
    """Return the nodes from the root down to a path."""
    nodes = [root]
    for part in path:
        nodes.append(nodes[-1].child(part))
    return nodes


def _node(event: yaml.NodeEvent, events: Iterator[yaml.Event], text: str) -> Span:
    begin, stop = cast(yaml.Mark, event.start_mark), cast(yaml.Mark, event.end_mark)
    if event.anchor is not None:
        raise CodedError("HP-Y15", "anchor", line=begin.line + 1)
    start, found = begin.index, Span(begin.index, stop.index, begin.column)
    if isinstance(event, yaml.ScalarEvent):
        found.style, found.name = event.style or "", event.value
    elif isinstance(event, yaml.CollectionStartEvent):
        found.style = "flow" if event.flow_style else "block"
        found.mapping = isinstance(event, yaml.MappingStartEvent)
        found.end = _fill(found, events, text)
    found.end = start + len(text[start : found.end].rstrip())
    return found


def _fill(found: Span, events: Iterator[yaml.Event], text: str) -> int:
    """Read the entries of a collection and return where it ends."""
    for event in events:
        if not isinstance(event, yaml.NodeEvent):
            inside = [item.end for item in (*found.items, *found.keys)]
            end = cast(yaml.Mark, event.end_mark).index
            return end if found.flow else max(inside, default=found.end)
        if found.mapping:
            found.keys.append(_node(event, events, text))
            event = next(events)  # noqa: PLW2901 (the value of the key)
        found.items.append(_node(event, events, text))  # type: ignore[arg-type]
    return found.end
