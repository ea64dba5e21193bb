"""One entry of a case file that a person wrote, changed in its text: all other lines stay.

The reader says what a text means, before and after: an edit after which the file would not say
exactly what is wanted is refused.
"""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from handprint.case.reader import read_case_bytes
from handprint.case.spans import Span, chain, spans
from handprint.case.writer import WIDTH, as_data, dumped, same_tree
from handprint.core.errors import CodedError, Findings, KeyPath

__all__ = ["edit", "remove"]

BOM = "\ufeff"
GONE = object()


def edit(text: str, path: KeyPath, value: object) -> str:
    r"""Return a YAML case with one entry set, or added where there is none.

    Parameters
    ----------
    path : KeyPath
        Of the entry; the index behind the last item of a list adds one. Blocks on the way that
        are missing are added.
    value : object
        Data. A block takes its entries one by one, so that those which are equal stay untouched.

    Raises
    ------
    CodedError
        What forbids reading the text; HP-Y14 no data; HP-Y15 the entry cannot be changed alone.

    Examples
    --------
    >>> print(edit("tier: 2  # of three\nregion: CN\n", ("tier",), 1), end="")
    tier: 1  # of three
    region: CN
    """
    tree = _read(text)
    if _at(tree, path) is GONE:
        path, value = _from_parent(tree, path, value)
    value, old = as_data(value), _at(tree, path)
    if same_tree(old, value):
        return text
    for part, own in _parts(old, value):
        text = remove(text, (*path, part)) if own is GONE else edit(text, (*path, part), own)
    if _parts(old, value):
        return text
    if not path:
        raise _refused(path)
    wanted = _with(tree, path, value)
    change = _Change.of(text, path)
    return change.verified(change.added(value) if old is GONE else change.set_to(value), wanted)


def remove(text: str, path: KeyPath) -> str:
    """Return a YAML case without one entry; a block or list that loses its last one is empty.

    Raises
    ------
    CodedError
        As `edit`; HP-Y15.absent where there is no such entry.
    """
    tree = _read(text)
    if not path or _at(tree, path) is GONE:
        raise _refused(path, "absent")
    change = _Change.of(text, path)
    wanted = _with(tree, path, GONE)
    if len(change.holder.items) == 1 and not change.holder.flow and len(path) > 1:
        return edit(text, path[:-1], _at(wanted, path[:-1]))
    return change.verified(change.removed(), wanted)


def _read(text: str) -> dict[str, Any]:
    findings = Findings()
    raw = read_case_bytes("case.yaml", text.encode("utf-8", "surrogatepass"), findings)
    if raw is None or raw.faulty:
        first = next(iter(findings))
        raise CodedError(first.rule, first.variant, **first.params)
    return raw.tree


def _refused(path: KeyPath, variant: str = "") -> CodedError:
    return CodedError("HP-Y15", variant, path=".".join(map(str, path)) or "-")


def _at(node: Any, path: KeyPath) -> Any:
    """Return the value at a path, or GONE."""
    for part in path:
        listed = isinstance(node, list) and isinstance(part, int) and 0 <= part < len(node)
        if not listed and not (isinstance(node, dict) and part in node):
            return GONE
        node = node[part]
    return node


def _with(tree: Any, path: KeyPath, value: Any) -> Any:
    """Return a copy of a tree with one entry changed."""
    changed = deepcopy(tree)
    holder, last = _at(changed, path[:-1]), path[-1]
    if value is GONE:
        del holder[last]
    elif isinstance(holder, list) and last == len(holder):
        holder.append(value)
    else:
        holder[last] = value
    return changed


def _from_parent(tree: Any, path: KeyPath, value: object) -> tuple[KeyPath, object]:
    """Return the change that adds an entry with the blocks that are missing on its way."""
    at = path
    while at:
        holder, last = _at(tree, at[:-1]), at[-1]
        fits = isinstance(holder, dict) and isinstance(last, str)
        if fits or (isinstance(holder, list) and last == len(holder)):
            return at, value
        if holder is not GONE and holder is not None:
            break
        if isinstance(last, int) and last != 0:
            break
        value = {last: value} if isinstance(last, str) else [value]
        at = at[:-1]
        if holder is None:
            return at, value
    raise _refused(path, "absent")


def _parts(old: Any, new: Any) -> list[tuple[str | int, Any]]:
    """Return the changes that turn a collection into another of its kind, GONE for a removal."""
    if isinstance(old, dict) and isinstance(new, dict) and old and new:
        lost: list[tuple[str | int, Any]] = [(key, GONE) for key in old.keys() - new.keys()]
        kept = [(k, v) for k, v in new.items() if not same_tree(old.get(k, GONE), v)]
        return [*kept, *lost]
    if isinstance(old, list) and isinstance(new, list) and old and new:
        changed = [(i, v) for i, v in enumerate(new) if not same_tree(_at(old, (i,)), v)]
        return [*changed, *((i, GONE) for i in reversed(range(len(new), len(old))))]
    return []


@dataclass(frozen=True, slots=True)
class _Change:
    """A change of one entry under way.

    Parameters
    ----------
    holder : Span
        The block or list that the entry stands in, or will.
    in_flow : bool
        Whether that is written in brackets or inside of brackets.
    """

    text: str
    path: KeyPath
    holder: Span
    in_flow: bool
    mark: str

    @classmethod
    def of(cls, text: str, path: KeyPath) -> "_Change":
        """Find the holder of an entry."""
        mark = BOM if text.startswith(BOM) else ""
        text = text.removeprefix(mark)
        nodes = chain(spans(text), path[:-1])
        return cls(text, path, nodes[-1], any(node.flow for node in nodes), mark)

    @property
    def last(self) -> str | int:
        """Key or index of the entry."""
        return self.path[-1]

    def verified(self, candidates: Iterable[str], wanted: Any) -> str:
        """Return the first candidate that says what is wanted."""
        for candidate in candidates:
            try:
                read = _read(candidate)
            except CodedError:
                continue
            if same_tree(read, wanted):
                return self.mark + candidate
        raise _refused(self.path)

    # --- setting -----------------------------------------------------------------------------

    def set_to(self, value: Any) -> Iterator[str]:
        """Yield texts with another value in the place of the entry's."""
        text, node = self.text, self.holder.child(self.last)
        slot = self.holder.slot(text, self.last)
        block = text[:slot] + self._block(value) + text[node.end :]
        inline = self._inline(value, node.style if node.style in ("'", '"') else "")
        if node.style != "block":
            line = text[: node.start] + self._gap(node) + inline + text[node.end :]
        elif "\n" in text[slot : node.start]:
            head = text.find("\n", slot)
            comment = text[slot:head].rstrip("\r")
            line = f"{text[:slot]} {inline}{comment}{text[node.end :]}"
        else:
            line = text[: node.start] + inline + text[node.end :]
        yield from self._preferred(value, inline, block, line, literal=node.style == "|")

    def _gap(self, node: Span) -> str:
        """Return what stands between a key and its value where there is no value yet."""
        if node.end > node.start or (self.holder.flow and not self.holder.mapping):
            return ""
        before = self.text[: node.start]
        if self.holder.mapping and not before.rstrip().endswith(":"):
            return ": "
        return "" if before.endswith((" ", "\t")) else " "

    # --- adding ------------------------------------------------------------------------------

    def added(self, value: Any) -> Iterator[str]:
        """Yield texts with one entry more at the end of its block or list."""
        text, holder = self.text, self.holder
        inline = self._inline(value, "")
        # a key is spelt as one, "{0: 0}", so that none is quoted for looking like a number
        name = dumped({self.last: 0}, flow=True)[1:-4] if holder.mapping else ""
        if holder.flow:
            entry = f"{name} {inline}" if name else inline
            ends = [self._end(index) for index in range(len(holder.items))]
            at = ends[-1] if ends else holder.end - 1
            yield text[:at] + (", " if ends else "") + entry + text[at:]
            return
        at = text.find("\n", holder.end)
        at = len(text) if at < 0 else at - (text[at - 1] == "\r")
        head = self._newline() + " " * holder.column + (name or "-")
        block = text[:at] + head + self._block(value) + text[at:]
        line = f"{text[:at]}{head} {inline}{text[at:]}"
        yield from self._preferred(value, inline, block, line, literal=True)

    # --- removing ----------------------------------------------------------------------------

    def removed(self) -> Iterator[str]:
        """Yield texts without the entry."""
        text, holder = self.text, self.holder
        index, heads = holder.position(self.last), self._heads()
        start, end = heads[index], self._end(index)
        after = heads[index + 1] if index + 1 < len(heads) else None
        if holder.flow:
            if after is not None:
                yield text[:start] + text[after:]
            else:
                yield text[: self._end(index - 1) if index else start] + text[end:]
            return
        line = text.rfind("\n", 0, start) + 1
        if not text[line:start].strip():
            stop = text.find("\n", end)
            yield text[:line] + ("" if stop < 0 else text[stop + 1 :])
        elif after is not None and not text[end:after].strip():
            yield text[:start] + text[after:]
        yield text[:start] + text[end:]

    def _heads(self) -> list[int]:
        parts = [k.name for k in self.holder.keys] or range(len(self.holder.items))
        return [self.holder.head(self.text, part) for part in parts]

    def _end(self, index: int) -> int:
        keys = self.holder.keys[index : index + 1]
        return max(self.holder.items[index].end, *(key.end for key in keys), 0)

    # --- spelling ----------------------------------------------------------------------------

    def _newline(self) -> str:
        return "\r\n" if "\r\n" in self.text else "\n"

    def _inline(self, value: Any, quote: str) -> str:
        """Return a value in one line."""
        several = isinstance(value, dict | list) or (isinstance(value, str) and "\n" in value)
        if self.in_flow or several:
            return dumped([value], flow=True, quote="" if several else quote)[1:-2]
        return dumped({"k": value}, quote=quote)[3:-1]

    def _block(self, value: Any) -> str:
        """Return what stands behind the colon or dash where a value takes lines of its own."""
        if not self.holder.mapping and isinstance(value, dict | list) and value:
            first, *rest = dumped(value).splitlines()
            lines = [f" {first}", *(f"  {line}" if line else "" for line in rest)]
        else:
            lines = dumped({"k": value})[2:].removesuffix("\n").split("\n")
        indent = " " * self.holder.column
        first, *rest = lines
        return self._newline().join([first, *(indent + line if line else "" for line in rest)])

    def _preferred(
        self, value: Any, inline: str, block: str, line: str, *, literal: bool
    ) -> Iterator[str]:
        """Yield the two ways to write a value: first the one that suits the entries around it."""
        if self.in_flow:
            yield line
            return
        lines = isinstance(value, dict | list) and bool(value)
        if lines:
            lines = len(inline) > WIDTH or not any(item.flow for item in self.holder.items)
        elif isinstance(value, str) and "\n" in value:
            lines = literal
        yield from (block, line) if lines else (line, block)
