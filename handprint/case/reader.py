"""Case files to raw trees, every value with its place.

YAML is built from parse events, never loaded: events are bounded in number and depth, aliases and
tags are refused, a key that stands twice is a finding, and plain scalars follow YAML 1.2 (``NO``
is Norway, ``010`` is ten, ``1e-3`` and ``1_000`` are numbers, ``1:30`` is a text).
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import yaml

from handprint.case.feeds import entries_behind
from handprint.core.errors import CodedError, Finding, Findings, KeyPath, Place, Severity
from handprint.core.files import shown_name
from handprint.core.limits import as_written

__all__ = [
    "KeyPath",
    "RawCase",
    "plain_scalar",
    "read_bytes",
    "read_case",
    "read_case_bytes",
    "read_value",
]

MAX_BYTES = 2_000_000
MAX_NODES = 50_000
MAX_DEPTH = 30

_INTEGER = re.compile(r"[-+]?\d[\d_]*\Z")
_FLOAT = re.compile(r"[-+]?(\d[\d_]*\.?\d*|\.\d+)([eE][-+]?\d+)?\Z")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|nan)\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RawCase:
    """A case file as read.

    Parameters
    ----------
    file : str
        As the user named it.
    source : bytes
        The case as text, for the manifest: a run from it gives the same result.
    tree : dict
        Mappings, lists, texts, numbers, booleans, None.
    positions : dict
        Where in the file every key path stands: ``:14`` (a line) or ``!Activity!D14`` (a cell).
    faulty : bool
        Whether an entry cannot be read, so that no case can be made of the tree.
    original : bytes
        The file itself where ``source`` is a transcript of it, for the hash.
    found : tuple of Finding
        What was found while it was read and laid over its template, short of errors.
    own : dict or None
        What the person declared where ``tree`` is that laid over a template.
    fixed : tuple of KeyPath
        The entries of ``tree`` that its template alone says.
    """

    file: str
    source: bytes
    tree: dict[str, Any]
    positions: dict[KeyPath, str] = field(default_factory=dict)
    faulty: bool = False  # such as a key that stands twice: nobody can tell which value is meant
    original: bytes = b""
    found: tuple[Finding, ...] = ()
    own: dict[str, Any] | None = None
    fixed: tuple[KeyPath, ...] = ()

    @property
    def declared(self) -> dict[str, Any]:
        """The tree as the person declared it, without what a template adds."""
        return self.tree if self.own is None else self.own

    def place(self, path: KeyPath, about: KeyPath | None = None) -> Place:
        """Return ``file:line key.path``, or ``file!sheet!cell``, where ``path`` begins to stand.

        It carries the paths of the entries to change (`entries_behind`): of ``path``, or of
        ``about`` where that tells them better.
        """
        paths = entries_behind(self.tree, path if about is None else about, self.fixed)
        return Place(self._shown(path), paths)

    def _shown(self, path: KeyPath) -> str:
        shown = ".".join(str(part) for part in path)
        for length in range(len(path), -1, -1):
            position = self.positions.get(path[:length])
            if position is not None:
                exact_cell = position.startswith("!") and length == len(path)
                return f"{self.file}{position} {'' if exact_cell else shown}".rstrip()
        return f"{self.file} {shown}".rstrip()


class _ReadingError(CodedError):
    """Reading stops here; ``line`` tells where."""

    def __init__(self, code: str, line: int, variant: str = "", **params: str | int) -> None:
        super().__init__(code, variant, **params)
        self.line = line


def read_case(path: Path, findings: Findings) -> RawCase | None:
    """Read one YAML or JSON case file; None, with findings, when it cannot be used."""
    source = read_bytes(path, findings)
    # a name in another encoding (an archive from another system) must not spoil the results
    return None if source is None else read_case_bytes(shown_name(path), source, findings)


def read_bytes(path: Path, findings: Findings) -> bytes | None:
    """Return the content of a submission of bounded size; None, with a finding, otherwise."""
    try:
        with path.open("rb") as stream:
            source = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        findings.add(Finding("HP-Y01", Severity.ERROR, str(path)))
        return None
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or "invalid name"
        findings.add(Finding("HP-Y02", Severity.ERROR, str(path), {"reason": str(reason)}))
        return None
    if len(source) > MAX_BYTES:
        limit = MAX_BYTES // 1_000_000
        findings.add(Finding("HP-Y03", Severity.ERROR, str(path), {"limit": limit}))
        return None
    return source


def read_case_bytes(file: str, source: bytes, findings: Findings) -> RawCase | None:
    """Read the content of a case file; ``file`` names it in findings."""
    positions: dict[KeyPath, str] = {}
    known = len(findings)
    try:
        text = source.decode("utf-8-sig")
        read = _read_json if file.lower().endswith(".json") else _read_yaml
        tree = read(text, positions, file, findings)
    except UnicodeDecodeError as problem:
        line = source[: problem.start].count(b"\n") + 1
        findings.add(Finding("HP-Y04", Severity.ERROR, f"{file}:{line}"))
        return None
    except _ReadingError as problem:
        findings.add(problem.finding(f"{file}:{problem.line}"))
        return None
    if not isinstance(tree, dict):
        findings.add(Finding("HP-Y06", Severity.ERROR, f"{file}:1"))
        return None
    return RawCase(file, source, tree, positions, faulty=len(findings) > known)


def read_value(text: str, place: str, findings: Findings) -> object:
    """Read a YAML value that stands at ``place``; None, with a finding, when it cannot be read."""
    try:
        return _read_yaml(text, {}, place, findings)
    except _ReadingError as problem:
        findings.add(problem.finding(place))
        return None


def _read_yaml(text: str, positions: dict[KeyPath, str], file: str, findings: Findings) -> object:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        builder = _Builder(_bounded(yaml.parse(text, Loader=loader)), positions, file, findings)
        return builder.document()
    except yaml.MarkedYAMLError as problem:
        raise _syntax_error(problem) from None
    except RecursionError:  # a loader written in Python, before our own count
        raise _too_large(1) from None
    except yaml.reader.ReaderError as problem:
        line = text.count("\n", 0, problem.position) + 1
        raise _ReadingError("HP-Y05", line, problem="a control character") from None


def _syntax_error(problem: yaml.MarkedYAMLError) -> _ReadingError:
    mark = problem.problem_mark or problem.context_mark
    line = mark.line + 1 if mark else 1
    said = str(problem.problem or problem.context)
    # libyaml bounds the depth itself and reads ahead: it may complain before our own count does
    if "nesting depth" in said:
        return _too_large(line)
    return _ReadingError("HP-Y05", line, problem=said)


def _too_large(line: int) -> _ReadingError:
    return _ReadingError("HP-Y08", line, depth=MAX_DEPTH, nodes=MAX_NODES)


def _bounded(events: Iterator[yaml.Event]) -> Iterator[yaml.Event]:
    """Pass events on while they are few, shallow and free of aliases and tags."""
    depth = 0
    for count, event in enumerate(events):
        line = _line(event)
        if isinstance(event, yaml.AliasEvent):
            raise _ReadingError("HP-Y07", line)
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            depth += 1
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            depth -= 1
        if depth > MAX_DEPTH or count > MAX_NODES:
            raise _too_large(line)
        if getattr(event, "tag", None) not in (None, "!"):
            raise _ReadingError("HP-Y09", line, tag=str(event.tag))  # type: ignore[attr-defined]
        yield event


class _Builder:
    """Builds plain values from YAML events and notes where each stands."""

    def __init__(
        self,
        events: Iterator[yaml.Event],
        positions: dict[KeyPath, str],
        file: str,
        findings: Findings,
    ) -> None:
        self._events = events
        self._positions = positions
        self._file = file
        self._findings = findings

    def document(self) -> object:
        """Return the value of the only document of the stream."""
        value: object = None
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _ReadingError("HP-Y10", _line(event))
            elif isinstance(
                event, yaml.ScalarEvent | yaml.MappingStartEvent | yaml.SequenceStartEvent
            ):
                value = self._value(event, ())
        return value

    def _value(self, event: yaml.Event, path: KeyPath) -> object:
        self._positions[path] = f":{_line(event)}"
        if isinstance(event, yaml.ScalarEvent):
            return event.value if event.style else plain_scalar(event.value)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        return self._sequence(path)

    def _mapping(self, path: KeyPath) -> dict[str, object]:
        mapping: dict[str, object] = {}
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            line = _line(event)
            if not isinstance(event, yaml.ScalarEvent):
                raise _ReadingError("HP-Y05", line, problem="a key that is not a plain text")
            key = event.value
            if key in mapping:
                shown = ".".join(map(str, (*path, key)))
                place = f"{self._file}:{line} {shown}"
                where = Place(place, ((*path, key),))
                self._findings.add(Finding("HP-Y11", Severity.ERROR, where, {"key": key}))
            mapping[key] = self._value(next(self._events), (*path, key))
            self._positions[(*path, key)] = f":{line}"
        return mapping

    def _sequence(self, path: KeyPath) -> list[object]:
        sequence: list[object] = []
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            sequence.append(self._value(event, (*path, len(sequence))))
        return sequence


def _line(event: yaml.Event) -> int:
    """Return the 1-based line on which an event begins."""
    mark = event.start_mark
    return mark.line + 1 if mark else 1


def plain_scalar(text: str) -> object:
    """Return the YAML 1.2 meaning of a plain scalar."""
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text in ("true", "True", "TRUE", "false", "False", "FALSE"):
        return text.lower() == "true"
    if len(text) <= 40:
        if _INTEGER.match(text):
            return int(text.replace("_", ""))
        if _FLOAT.match(text):
            return as_written(text.replace("_", ""))
        if _NOT_FINITE.match(text):
            return float(text.lower().replace(".", ""))
    return text


def _read_json(text: str, positions: dict[KeyPath, str], file: str, findings: Findings) -> object:
    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        keys = [key for key, _ in pairs]
        for key in sorted({k for k in keys if keys.count(k) > 1}):
            findings.add(Finding("HP-Y11", Severity.ERROR, f"{file}:1 {key}", {"key": key}))
        return dict(pairs)

    positions[()] = ":1"
    try:
        tree = json.loads(text, object_pairs_hook=unique, parse_float=as_written)
    except json.JSONDecodeError as problem:
        raise _ReadingError("HP-Y05", problem.lineno, problem=problem.msg) from None
    except (RecursionError, ValueError):
        raise _too_large(1) from None
    _check_size(tree)
    try:
        json.dumps(tree, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half of a surrogate pair: no file could hold it
        raise _ReadingError("HP-Y05", 1, problem="invalid Unicode escape") from None
    return cast(object, tree)


def _check_size(tree: object) -> None:
    """Refuse a JSON tree that is deeper or larger than a YAML file may be."""
    level, nodes = [tree], 0
    for _ in range(MAX_DEPTH + 1):
        nodes += len(level)
        below: list[object] = []
        for node in level:
            below.extend(
                node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
            )
        level = below
    if level or nodes > MAX_NODES:
        raise _too_large(1)
