"""Changes of files, each decided by a generator of random numbers alone."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from random import Random
from typing import Any

from tests.fuzz.values import odd_number, odd_text, odd_value

__all__ = ["Grid", "changed_bytes", "changed_grid", "changed_text", "changed_tree", "leaves"]

Grid = list[list[Any]]
Slot = tuple[Any, Any]  # a mapping or list, and the key or position in it


def changed_text(text: str, rng: Random) -> str:
    """Return a text with one to four of its lines or characters changed."""
    for _ in range(rng.choice((1, 1, 2, 4))):
        text = rng.choice(TEXT_CHANGES)(text, rng)
    return text


def _line_dropped(text: str, rng: Random) -> str:
    lines = text.splitlines(keepends=True)
    if lines:
        del lines[rng.randrange(len(lines))]
    return "".join(lines)


def _line_repeated(text: str, rng: Random) -> str:
    lines = text.splitlines(keepends=True) or [""]
    lines.insert(rng.randrange(len(lines) + 1), rng.choice(lines))
    return "".join(lines)


def _lines_swapped(text: str, rng: Random) -> str:
    lines = text.splitlines(keepends=True) or [""]
    i, j = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[i], lines[j] = lines[j], lines[i]
    return "".join(lines)


def _indented(text: str, rng: Random) -> str:
    lines = text.splitlines(keepends=True) or [""]
    i = rng.randrange(len(lines))
    lines[i] = rng.choice(("  ", " ", "\t", "    ")) + lines[i]
    return "".join(lines)


def _inserted(text: str, rng: Random) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + odd_text(rng) + text[at:]


def _replaced(text: str, rng: Random) -> str:
    start = rng.randrange(len(text) + 1)
    return text[:start] + odd_text(rng) + text[start + rng.choice((1, 2, 5, 20)) :]


def _word_replaced(text: str, rng: Random) -> str:
    words = text.split(" ")
    words[rng.randrange(len(words))] = odd_text(rng)
    return " ".join(words)


def _cut(text: str, rng: Random) -> str:
    return text[: rng.randrange(len(text) + 1)]


TEXT_CHANGES: tuple[Callable[[str, Random], str], ...] = (
    _line_dropped, _line_repeated, _lines_swapped, _indented, _inserted, _replaced,
    _word_replaced, _word_replaced, _cut,
)  # fmt: skip


def changed_bytes(content: bytes, rng: Random) -> bytes:
    """Return bytes with some of them changed, dropped or repeated, or saved in another way."""
    kind = rng.randrange(6)
    if kind == 0:
        text = content.decode("utf-8", "replace")
        encoding = rng.choice(("gb18030", "utf-16", "utf-16-le", "big5", "cp1252", "utf-8-sig"))
        return text.encode(encoding, "replace")
    if kind == 1:
        return content[: rng.randrange(len(content) + 1)]
    if kind == 2:
        return content.replace(b"\n", rng.choice((b"\r\n", b"\r", b"\n\n", b"\x85", b"\0")))
    made = bytearray(content)
    for _ in range(rng.choice((1, 3, 10))):
        at = rng.randrange(len(made) + 1)
        size = rng.choice((1, 4, 16))
        made[at : at + (size if kind > 3 else 0)] = rng.randbytes(size)
    return bytes(made)


def leaves(tree: Any) -> Iterator[Slot]:
    """Yield every place of a tree at which something stands."""
    entries = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for key, value in list(entries):
        yield tree, key
        if isinstance(value, dict | list):
            yield from leaves(value)


def changed_tree(tree: Any, rng: Random, *, values: bool = False) -> Any:
    """Return a tree of mappings, lists and values with one to three changes.

    Parameters
    ----------
    values : bool
        Whether numbers and texts alone change, not what holds them.
    """
    made = deepcopy(tree)
    for _ in range(rng.choice((1, 1, 2, 3))):
        slots = list(leaves(made))
        if not slots:
            return odd_value(rng)
        if values:
            _change_value(slots, rng)
        else:
            _change_structure(slots, rng)
    return made


def _change_value(slots: list[Slot], rng: Random) -> None:
    plain = [(h, k) for h, k in slots if not isinstance(h[k], dict | list)]
    numbers = [(h, k) for h, k in plain if isinstance(h[k], int | float)]
    holder, key = rng.choice((numbers if numbers and rng.random() < 0.7 else plain) or slots)
    old = holder[key]
    if isinstance(old, int | float) and rng.random() < 0.8:
        factor = rng.choice((-1, 0, 0.5, 2, 1e3, 1e-3, 1e6, 1e30, 1e-30))
        holder[key] = odd_number(rng) if rng.random() < 0.5 else float(old) * factor
    elif isinstance(old, str) and rng.random() < 0.5:
        holder[key] = changed_text(old, rng)
    else:
        holder[key] = odd_value(rng)


def _change_structure(slots: list[Slot], rng: Random) -> None:
    (holder, key), (other, place) = rng.choice(slots), rng.choice(slots)
    kind = rng.randrange(7)
    if kind == 0:
        del holder[key]
    elif kind == 1:
        holder[key] = deepcopy(other[place])
    elif kind == 2:
        holder[key], other[place] = deepcopy(other[place]), deepcopy(holder[key])
    elif kind == 3:
        holder[key] = rng.choice(([holder[key]], {"value": holder[key]}, {str(key): holder[key]}))
    elif kind == 4 and isinstance(holder, dict):
        holder[rng.choice((odd_text(rng), str(place), str(key) + "s"))] = holder.pop(key)
    elif kind == 5 and isinstance(holder, list):
        holder.insert(rng.randrange(len(holder) + 1), deepcopy(holder[key]))
    else:
        holder[key] = odd_value(rng)


def changed_grid(grid: Grid, rng: Random) -> Grid:
    """Return a table of cells with one to four changes; its first row names the columns."""
    made = [list(row) for row in grid]
    for _ in range(rng.choice((1, 1, 2, 4))):
        if not made or not made[0]:
            return made
        rng.choice(GRID_CHANGES)(made, rng)
    return made


def _cell_changed(grid: Grid, rng: Random) -> None:
    row = rng.choice(grid)
    if row:
        at = rng.randrange(len(row))
        old = row[at]
        odd = odd_number(rng) if rng.random() < 0.5 else odd_text(rng)
        row[at] = changed_text(old, rng) if isinstance(old, str) and rng.random() < 0.3 else odd


def _row_dropped(grid: Grid, rng: Random) -> None:
    del grid[rng.randrange(len(grid))]


def _row_added(grid: Grid, rng: Random) -> None:
    row = rng.choice((list(rng.choice(grid)), [], [""] * len(grid[0]), [odd_text(rng)]))
    grid.insert(rng.randrange(len(grid) + 1), row)


def _row_cut(grid: Grid, rng: Random) -> None:
    row = rng.choice(grid)
    del row[rng.randrange(len(row) + 1) :]


def _column_dropped(grid: Grid, rng: Random) -> None:
    at = rng.randrange(len(grid[0]))
    for row in grid:
        del row[at : at + 1]


def _column_repeated(grid: Grid, rng: Random) -> None:
    at, to = rng.randrange(len(grid[0])), rng.randrange(len(grid[0]) + 1)
    for row in grid:
        row.insert(to, row[at] if at < len(row) else "")


def _column_filled(grid: Grid, rng: Random) -> None:
    at, value = rng.randrange(len(grid[0])), rng.choice((odd_number(rng), odd_text(rng)))
    for row in grid[1:]:
        row[at : at + 1] = [value]


def _header_changed(grid: Grid, rng: Random) -> None:
    at = rng.randrange(len(grid[0]))
    grid[0][at] = changed_text(str(grid[0][at]), rng)


GRID_CHANGES: tuple[Callable[[Grid, Random], None], ...] = (
    _cell_changed, _cell_changed, _cell_changed, _cell_changed, _row_dropped, _row_added,
    _row_cut, _column_dropped, _column_repeated, _column_filled, _header_changed,
)  # fmt: skip
