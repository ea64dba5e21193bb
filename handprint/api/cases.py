"""Cases from files, texts and mappings: read and check."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handprint.api.findings import Findings, refuse
from handprint.api.markup import table
from handprint.case.reader import MAX_BYTES, RawCase, read_case_bytes
from handprint.case.schema import Case as Checked
from handprint.core.errors import Finding, Severity
from handprint.core.errors import Findings as Collected
from handprint.core.i18n import pick
from handprint.forms.intake import prepare, read_submission

if TYPE_CHECKING:
    from handprint.factors.factor import Library

__all__ = ["Case", "Paths", "Submission", "check", "library_of", "loaded", "read"]

MAPPING, TEXT = "mapping.json", "text.yaml"
Paths = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]


@dataclass(frozen=True, slots=True, repr=False)
class Case:
    """A case that was read and is well-formed.

    Parameters
    ----------
    checked : object
        The case with its template laid under it, as the schema knows it.
    raw : object
        What was read, with the place of every value.
    findings : Findings
        What was found while it was read; ``hp.check`` reviews it, too.
    """

    checked: Checked
    raw: RawCase
    findings: Findings = field(compare=False)

    @property
    def id(self) -> str:
        """Id of the case."""
        return self.checked.id

    @property
    def title(self) -> dict[str, str]:
        """Title by language."""
        return {str(lang): text for lang, text in dict(self.checked.title).items()}

    def to_dict(self) -> dict[str, Any]:
        """Return the case as it was given, without what its template adds."""
        own = read_case_bytes(self.raw.file, self.raw.source, Collected())
        return {} if own is None else own.tree

    def with_inputs(self, inputs: Mapping[str, Any]) -> "Case":
        """Return the case with other inputs.

        Parameters
        ----------
        inputs : mapping
            By name: a number in the unit that the input has now, which takes the place of its
            value and its distribution; or a mapping with the keys of an input.

        Raises
        ------
        InputError
            The case is none any more.
        """
        tree = self.to_dict()
        own = tree.setdefault("inputs", {})
        for name, value in inputs.items():
            if isinstance(value, Mapping):
                own[name] = dict(value)
            else:
                spec = self.checked.inputs.get(name)
                own[name] = {"value": value, "unit": "1" if spec is None else spec.unit}
        return read(tree)

    def __repr__(self) -> str:
        return f"<Case {self.id}: {pick(self.checked.title, 'en')}>"

    def _repr_html_(self) -> str:
        case = self.checked
        names = ("id", "sector", "region", "claim", "template")
        rows = [(name, str(getattr(case, name) or "–")) for name in names]
        rows.append(("findings", repr(self.findings)[1:-1]))
        return table(pick(case.title, "en"), ("case", ""), rows)


Submission = str | os.PathLike[str] | Mapping[str, Any] | Case


def read(source: Submission) -> Case:
    """Read a case.

    Parameters
    ----------
    source : path, mapping or text
        A case file (YAML, JSON) or a filled form (XLSX); a mapping with the keys of a case file;
        or the text of a case file: a text with a line break, or one that begins with "{".

    Returns
    -------
    Case
        With ``id``, ``title`` and ``findings``. Places of a mapping are key paths.

    Raises
    ------
    InputError
        It cannot be read, or is no case; ``findings`` has every fault with its place.

    Examples
    --------
    >>> import handprint as hp
    >>> case = hp.read({
    ...     "handprint": 1, "id": "city-grid", "template": "grid-losses",
    ...     "inputs": {
    ...         "delivered": {"value": 90, "unit": "亿kWh/year"},
    ...         "loss_rate": {"value": 0.052, "unit": "1"},
    ...         "loss_reduction": {"low": 0.03, "mode": 0.06, "high": 0.1, "unit": "1"},
    ...         "terminals": {"value": 20000, "unit": "device"},
    ...         "servers": {"value": 20, "unit": "device"},
    ...     },
    ... })
    >>> case.id, case.title["en"]
    ('city-grid', 'Distribution-grid loss reduction')
    """
    found = Collected()
    case = loaded(source, found)
    if case is None:
        raise refuse(found)
    return case


def check(source: Submission, *, factors: Paths = ()) -> Findings:
    """Read and review a case without drawing; no mistake of the case raises.

    Parameters
    ----------
    source : path, mapping, text or Case
        As for ``hp.read``.
    factors : paths
        Own factor libraries, which go before the shipped one.

    Returns
    -------
    Findings
        Everything found, the worst first; ``errors`` forbid a score, ``blocking`` publication.

    Raises
    ------
    InputError
        An own factor library cannot be used.

    Examples
    --------
    >>> import handprint as hp
    >>> findings = hp.check({"handprint": 1, "id": "city-grid", "template": "grid-losses"})
    >>> [(f.rule, f.place) for f in findings.errors][0]
    ('HP-T03', 'mapping.json inputs.delivered')
    """
    from handprint.assess.assess import Options, assess

    library = library_of(factors)
    found = Collected()
    case = loaded(source, found)
    if case is not None:
        options = Options(draws=0, vary=False)
        assess(case.checked, case.raw, library, options, found)
    return Findings(found)


def loaded(source: Submission, found: Collected) -> Case | None:
    """Return a case; None, with findings, where it is none."""
    if isinstance(source, Case):
        found.extend(source.raw.found)
        return source
    told = Collected()
    ready = prepare(_raw(source, told), told, found)
    return None if ready is None else Case(*ready, Findings(ready[1].found))


def library_of(factors: Paths) -> "Library":
    """Return the factor library with own ones before it.

    Raises
    ------
    InputError
        One of them cannot be used.
    """
    from handprint.factors.library import load_library

    own = [factors] if isinstance(factors, str | os.PathLike) else list(factors)
    found = Collected()
    library = load_library([Path(path) for path in own], findings=found)
    if found.has(Severity.ERROR):
        raise refuse(found)
    return library


def _raw(source: object, found: Collected) -> RawCase | None:
    if isinstance(source, Mapping):
        return _of_mapping(source, found)
    if isinstance(source, str) and ("\n" in source or source.lstrip().startswith("{")):
        return _of_text(TEXT, source, found)
    if isinstance(source, str | os.PathLike):
        return read_submission(Path(source), found)
    raise TypeError(f"a case is a path, a mapping or a text, not {type(source).__name__}")


def _of_text(file: str, text: str, found: Collected) -> RawCase | None:
    content = text.encode("utf-8", "surrogatepass")  # refused where it is decoded
    if len(content) > MAX_BYTES:
        limit = MAX_BYTES // 1_000_000
        found.add(Finding("HP-Y03", Severity.ERROR, file, {"limit": limit}))
        return None
    return read_case_bytes(file, content, found)


def _of_mapping(tree: Mapping[str, Any], found: Collected) -> RawCase | None:
    """Return a mapping as if it stood in a file, so that a result can be computed from it again."""
    try:
        text = json.dumps(tree, ensure_ascii=False, default=_plain)
    except (TypeError, ValueError, RecursionError) as problem:
        params = {"problem": str(problem)[:160]}
        found.add(Finding("HP-Y05", Severity.ERROR, MAPPING, params))
        return None
    raw = _of_text(MAPPING, text, found)
    return None if raw is None else replace(raw, positions={})


def _plain(value: Any) -> object:
    """Return what JSON has no word for: other mappings, numbers of numpy, dates and paths."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"a value of type {type(value).__name__} cannot stand in a case")
