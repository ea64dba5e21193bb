"""What differs between two result documents: numbers, texts, versions."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Difference", "differences", "shown"]

LONGEST_NAME, LONGEST_SHOWN = 200, 60
TOLERANCE = 1e-9  # relative; results agree to this across machines (design: contract)
# Rows of lists are matched by what names them, so that a new row does not shift all others.
NAMES = ("key", "id", "rule", "name", "definition", "year", "choice", "scenario", "line", "gas")
SHOWN_IN_PLACE = ("case_source",)


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that differs; None where one document lacks it."""

    path: str
    before: Any
    after: Any

    @property
    def relative(self) -> float | None:
        """Relative change of a number, None for anything else."""
        if not (_is_number(self.before) and _is_number(self.after)) or not self.before:
            return None
        return float((self.after - self.before) / abs(self.before))


def shown(value: object, most: int = LONGEST_SHOWN) -> str:
    """Return a value for a terminal: short, and without what would steer it."""
    text = "-" if value is None else str(value)
    text = text if len(text) <= most else text[: most - 3] + "..."
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def differences(
    before: Mapping[str, Any], after: Mapping[str, Any], *, tolerance: float = TOLERANCE
) -> list[Difference]:
    """Return every value that differs between two documents by more than ``tolerance``."""
    return list(_compare("", before, after, tolerance))


def _compare(path: str, a: Any, b: Any, tolerance: float) -> Iterator[Difference]:
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        for key in dict.fromkeys((*a, *b)):
            if key not in SHOWN_IN_PLACE:
                yield from _compare(_join(path, key), a.get(key), b.get(key), tolerance)
    elif isinstance(a, list) and isinstance(b, list):
        yield from _compare_lists(path, a, b, tolerance)
    elif _is_number(a) and _is_number(b):
        if abs(a - b) > tolerance * max(abs(a), abs(b)):
            yield Difference(path, a, b)
    elif a != b:
        yield Difference(path, a, b)


def _compare_lists(path: str, a: list[Any], b: list[Any], tolerance: float) -> Iterator[Difference]:
    named_a, named_b = _named(a), _named(b)
    for key in dict.fromkeys((*named_a, *named_b)):
        yield from _compare(f"{path}[{key}]", named_a.get(key), named_b.get(key), tolerance)


def _named(items: list[Any]) -> dict[str, Any]:
    """Return the items of a list by a name of their own, or by their position."""
    result: dict[str, Any] = {}
    times: Counter[str] = Counter()
    for position, item in enumerate(items):
        named = item if isinstance(item, Mapping) else {}
        name = " ".join(str(named[n])[:LONGEST_NAME] for n in NAMES if n in named) or str(position)
        own = name
        while own in result:  # a, a', a'2: a stranger may give a hundred thousand rows one name
            times[name] += 1
            own = f"{name}'{times[name] if times[name] > 1 else ''}"
        result[own] = item
    return result


def _join(path: str, key: object) -> str:
    return f"{path}.{key}" if path else str(key)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
