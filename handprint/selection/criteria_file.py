"""A criteria file as nodes that know their place: every fault becomes a finding there."""

import difflib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from handprint.case.reader import KeyPath, RawCase, read_case
from handprint.core.errors import Finding, Findings, Param, Severity
from handprint.core.i18n import LANGUAGES, pick

__all__ = ["Node", "open_criteria"]

Word = TypeVar("Word", bound=str)


@dataclass(frozen=True, slots=True)
class Node:
    """One mapping of the file."""

    raw: RawCase
    path: KeyPath
    tree: Mapping[str, object]
    findings: Findings

    @property
    def source(self) -> str:
        """The whole file as text."""
        return self.raw.source.decode("utf-8-sig", "replace")

    def keys(self) -> list[str]:
        """Return the keys in the order of the file."""
        return list(self.tree)

    def fault(self, code: str, at: str, /, variant: str = "", **params: Param) -> None:
        """Report what is wrong with the value of the key ``at``."""
        place = self.raw.place((*self.path, at))
        self.findings.add(Finding(code, Severity.ERROR, place, params, variant))

    def known(self, *names: str) -> None:
        """Report keys that are none of ``names``."""
        for key in self.tree:
            if key not in names:
                near = difflib.get_close_matches(key, names, 1, 0.4)
                self.fault("HP-K02", key, key=key, known=", ".join(near or names))

    def below(self, key: str) -> "Node":
        """Return the mapping under ``key``; an empty one where there is none."""
        value = self.tree.get(key)
        if value is not None and not isinstance(value, Mapping):
            self.fault("HP-K02", key, "type", found=str(value), expected="key: value")
        tree = value if isinstance(value, Mapping) else {}
        return Node(self.raw, (*self.path, key), tree, self.findings)

    def items(self, key: str, *, least: int = 1) -> "list[Node]":
        """Return the mappings in the list under ``key``."""
        value = self.tree.get(key)
        entries = value if isinstance(value, Sequence) and not isinstance(value, str) else []
        if len(entries) < least or not all(isinstance(entry, Mapping) for entry in entries):
            self.fault("HP-K02", key, "type", found=str(value), expected="- {...}")
            return []
        return [
            Node(self.raw, (*self.path, key, index), entry, self.findings)
            for index, entry in enumerate(entries)
            if isinstance(entry, Mapping)
        ]

    def word(self, key: str) -> str:
        """Return a text that must be there."""
        value = self.tree.get(key)
        if not isinstance(value, str) or not value.strip():
            self.fault("HP-K02", key, "type", found=str(value), expected=f"{key}: name")
            return ""
        return value.strip()

    def texts(self, key: str, default: str) -> dict[str, str]:
        """Return a text in both languages."""
        value = self.tree.get(key)
        return {lang: pick(value, lang) or default for lang in LANGUAGES}

    def flag(self, key: str) -> bool:
        """Return yes or no; no by default."""
        value = self.tree.get(key, False)
        if not isinstance(value, bool):
            self.fault("HP-K02", key, "type", found=str(value), expected="true / false")
        return value is True

    def number(
        self, key: str, default: float, *, bounds: tuple[float, float] = (-math.inf, math.inf)
    ) -> float:
        """Return a number within bounds."""
        value = self.tree.get(key, default)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not math.isfinite(float(str(value))):
            self.fault("HP-K02", key, "type", found=str(value), expected="1.5")
            return default
        found = float(str(value))
        if not bounds[0] <= found <= bounds[1]:
            self.fault("HP-K02", key, "range", found=found, low=bounds[0], high=bounds[1])
        return found

    def optional(self, key: str, *, bounds: tuple[float, float]) -> float | None:
        """Return a number, or None where the file says null or nothing."""
        return None if self.tree.get(key) is None else self.number(key, 0.0, bounds=bounds)

    def weight(self, key: str) -> float:
        """Return a weight: a number that is not negative."""
        if self.tree.get(key) is None:
            self.fault("HP-K02", key, "type", found="", expected=f"{key}: 10")
            return 0.0
        value = self.number(key, 0.0)
        if value < 0:
            self.fault("HP-K03", key, value=value)
            return 0.0
        return value

    def choice(self, key: str, known: Sequence[Word], default: Word) -> Word:
        """Return one word of a closed vocabulary."""
        value = self.tree.get(key, default)
        for word in known:
            if value == word:
                return word
        self._not_known(key, str(value), known)
        return default

    def choices(self, key: str, known: Sequence[str], default: Sequence[str]) -> tuple[str, ...]:
        """Return some words of a closed vocabulary."""
        value = self.tree.get(key, list(default))
        words = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
        for word in words:
            if word not in known:
                self._not_known(key, str(word), known)
        return tuple(str(word) for word in words)

    def ordered(self, key: str, low: float, high: float) -> None:
        """Report a scale whose ends are equal."""
        if low == high:
            self.fault("HP-K02", key, "range", found=high, low=low, high=math.inf)

    def unique(self, key: str, ids: Sequence[str]) -> None:
        """Report an id that stands twice."""
        for index, name in enumerate(ids):
            if name in ids[:index]:
                self.fault("HP-K02", key, "twice", id=name)

    def _not_known(self, key: str, found: str, known: Sequence[str]) -> None:
        near = difflib.get_close_matches(found, known, 1, 0.5) or known
        self.fault("HP-K02", key, "word", found=found, known=", ".join(near))


def open_criteria(path: Path, findings: Findings) -> Node | None:
    """Return the root of a criteria file; None, with findings, where it cannot be read."""
    raw = read_case(path, findings)
    return None if raw is None or raw.faulty else Node(raw, (), raw.tree, findings)
