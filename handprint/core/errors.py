"""Findings: what is wrong with a user's data, where, and how to mend it.

Two kinds of trouble are kept apart. A *finding* speaks about the user's data; findings are
collected, never raised one at a time. An exception speaks about misuse of the program or a defect.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

__all__ = ["CodedError", "Finding", "Findings", "KeyPath", "Place", "Severity"]

Param = str | int | float
KeyPath = tuple[str | int, ...]


class Place(str):
    """Where something stands, for a person to read, with the entries of the case it is about.

    Parameters
    ----------
    text : str
        ``case.yaml:14 inputs.saving.unit``.
    paths : tuple of KeyPath
        Key paths of the entries that a person can change.

    Examples
    --------
    >>> Place("case.yaml:3 tier", (("tier",),)).paths
    (('tier',),)
    """

    __slots__ = ("paths",)
    paths: tuple[KeyPath, ...]

    def __new__(cls, text: str, paths: tuple[KeyPath, ...] = ()) -> "Place":
        """Return a text that carries paths."""
        made = super().__new__(cls, text)
        made.paths = paths
        return made

    def __reduce__(self) -> tuple[type["Place"], tuple[str, tuple[KeyPath, ...]]]:
        """Keep the paths where a place travels to another process."""
        return Place, (str(self), self.paths)


class Severity(StrEnum):
    """How much a finding matters, worst first."""

    ERROR = "error"  # no score
    BLOCK = "block"  # may not be published, is not eligible; the calculation stands
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding about a user's data.

    Parameters
    ----------
    rule : str
        Code of the rule or check ("R03", "HP-U01"). The texts stand in the message catalogue
        ``reports/messages`` under this code, with the variant appended after a dot.
    severity : Severity
    place : str
        File and position, readable by a person: ``case.yaml:14 inputs.saving.unit``.
    params : Mapping
        Values for the placeholders of the catalogue texts.
    variant : str
        Tells several texts of one rule apart ("undeclared").
    paths : tuple of KeyPath
        The entries of the case that it is about, as data, the first the nearest; those of the
        place where none are given, and none where it is about no entry.
    """

    rule: str
    severity: Severity
    place: str
    params: Mapping[str, Param] = field(default_factory=dict)
    variant: str = ""
    paths: tuple[KeyPath, ...] = ()

    def __post_init__(self) -> None:
        """Take the paths that the place carries."""
        if isinstance(self.place, Place):
            object.__setattr__(self, "paths", self.paths or self.place.paths)
            object.__setattr__(self, "place", str(self.place))

    @property
    def key(self) -> str:
        """Catalogue key: the rule, and its variant after a dot."""
        return f"{self.rule}.{self.variant}" if self.variant else self.rule


class CodedError(ValueError):
    """A value could not be read; carries what a finding about it needs."""

    def __init__(self, code: str, variant: str = "", **params: Param) -> None:
        self.code = code
        self.variant = variant
        self.params = params
        super().__init__(f"{code} {variant} {params}")

    def finding(self, place: str, severity: Severity = Severity.ERROR) -> Finding:
        """Return the finding for this error at ``place``."""
        return Finding(self.code, severity, place, self.params, self.variant)


class Findings:
    """A growing collection of findings, iterated worst first and in order of appearance."""

    def __init__(self, items: Iterable[Finding] = ()) -> None:
        self._items: dict[Finding | tuple[str, ...], Finding] = {}
        self.extend(items)

    def add(self, finding: Finding) -> None:
        """Add one finding; the same at the same place counts once, with the paths of both."""
        params = tuple(f"{k}={v}" for k, v in finding.params.items())
        key = (finding.key, finding.place, *params)
        known = self._items.setdefault(key, finding)
        if known.paths != finding.paths:
            paths = tuple(dict.fromkeys((*known.paths, *finding.paths)))
            self._items[key] = replace(known, paths=paths)

    def extend(self, findings: Iterable[Finding]) -> None:
        """Add several findings."""
        for finding in findings:
            self.add(finding)

    def __iter__(self) -> Iterator[Finding]:
        return iter(sorted(self._items.values(), key=lambda f: f.severity.rank))

    def __len__(self) -> int:
        return len(self._items)

    def worst(self) -> Severity | None:
        """Return the worst severity, or None without findings."""
        return min((f.severity for f in self), key=lambda s: s.rank, default=None)

    def has(self, severity: Severity) -> bool:
        """Whether a finding of exactly this severity is there."""
        return any(f.severity is severity for f in self)
