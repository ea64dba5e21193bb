"""The scored cases that compete: from a table of `batch` or from documents of `assess`."""

import json
import math
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from handprint.case.reader import read_case_bytes
from handprint.core.errors import CodedError, Finding, Findings, Severity
from handprint.core.files import standing_at
from handprint.core.i18n import pick
from handprint.core.limits import in_range
from handprint.selection.score_files import score_files
from handprint.tables.parquet import read_columns
from handprint.tables.sheets import find_table, folded, records
from handprint.units.amounts import is_number
from handprint.units.records import number_of, value_number

__all__ = ["CaseSource", "Scores", "Submission", "given_scores", "read_scores"]

EFFECTS = ("E_ref", "E_sol", "G0", "F")
PERCENTILES = ("p5", "p50", "p95")
NUMBERS: tuple[str, ...] = (
    *EFFECTS,
    *("NER", "EI", "VEI", "quality_score"),
    *PERCENTILES,
    *("probability", "year", "tier"),
)
TEXTS: tuple[str, ...] = (
    *("id", "title", "template", "region", "category", "sector", "applicant", "claim_group"),
    *("nature", "verdict", "EI_unit", "findings", "blocking"),
)
NEEDED = ("id", "NER", "category")
FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")

Value = str | float | None
Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CaseSource:
    """A case as text, and the hash of the factor library it was assessed with."""

    file: str
    text: str
    factors: str


@dataclass(frozen=True, slots=True)
class Submission:
    """One scored case.

    Parameters
    ----------
    title : mapping of language to text
    numbers : mapping of name to float
        Effects and NER [t CO2e], EI [EI_unit], VEI [1], quality_score [1 best to 5], p5, p50, p95
        of NER [t CO2e], probability of NER > 0, year, tier; what is not known is not there.
    function : str
        What the functional unit stands for; EI is compared within one only.
    findings, blocking : tuple of str
        Codes of the review.
    extra : mapping of column to text
        Every other column, for measures of the kind ``column``.
    place : str
        Where it stands, for findings.
    source : CaseSource or None
        The case itself where the document carries it, for joint draws.
    """

    id: str
    title: Texts
    template: str
    region: str
    category: str
    sector: str
    applicant: str
    claim_group: str
    nature: str
    verdict: str
    ei_unit: str
    function: str
    findings: tuple[str, ...]
    blocking: tuple[str, ...]
    numbers: Mapping[str, float]
    extra: Mapping[str, str]
    place: str
    source: CaseSource | None = field(default=None, repr=False)

    def number(self, name: str) -> float:
        """Return a number, NaN where it is not known."""
        return self.numbers.get(name, math.nan)

    @property
    def reduction_rate(self) -> float:
        """Gross reduction as a share of the reference emissions."""
        reference = self.number("E_ref")
        return self.number("G0") / reference if reference > 0 else math.nan


@dataclass(frozen=True, slots=True)
class Scores:
    """What was read.

    Parameters
    ----------
    read : int
        Cases read, those left out included.
    """

    submissions: tuple[Submission, ...]
    read: int
    files: tuple[Path, ...]


def read_scores(path: Path, findings: Findings) -> Scores:
    """Read scored cases: a Parquet, CSV or XLSX table, documents as JSON, or their folder.

    An id that stands twice counts where it stands first; the others become findings.
    """
    files = score_files(path)
    if not files:
        variant = "empty" if standing_at(path) else "missing"
        findings.add(Finding("HP-K01", Severity.ERROR, str(path), variant=variant))
        return Scores((), 0, ())
    found = [submission for file in files for submission in _read(file, findings)]
    if not found and not findings.has(Severity.ERROR):
        findings.add(Finding("HP-K01", Severity.ERROR, str(path), variant="empty"))
    return _each_once(found, tuple(files), findings)


def given_scores(rows: Iterable[Mapping[str, Any]], place: str, findings: Findings) -> Scores:
    """Return scored cases that stand in no file: result documents, or rows of scores.

    Parameters
    ----------
    place : str
        Names them in findings, followed by the number of the row.
    """
    found: list[Submission] = []
    for number, row in enumerate(rows, start=1):
        where = f"{place}:{number}"
        if {"metrics", "case"} <= set(row):
            found.append(_from_document(row, where))
            continue
        known: dict[str, Value] = {_known(name): value for name, value in row.items()}
        if not _lacking(known, where, findings):
            _note_formulas(known, _numbered(place, number), findings)
            found.append(_submission(known, where))
    if not found:
        findings.add(Finding("HP-K01", Severity.ERROR, place, variant="empty"))
    return _each_once(found, (), findings)


def _each_once(found: Sequence[Submission], files: tuple[Path, ...], findings: Findings) -> Scores:
    """Return scored cases, each id where it stands first."""
    for submission in found:
        findings.extend(_out_of_range(submission))
    first: dict[str, Submission] = {}
    for submission in found:
        if submission.id in first:
            params = {"id": submission.id, "other": first[submission.id].place}
            findings.add(Finding("HP-K04", Severity.ERROR, submission.place, params))
        else:
            first[submission.id] = submission
    return Scores(tuple(first.values()), len(found), files)


def _out_of_range(submission: Submission) -> Iterator[Finding]:
    """Yield a finding for each number that nobody can calculate with."""
    for name, value in submission.numbers.items():
        if not in_range(value):
            params = {"text": f"{value:g}", "column": name}
            yield Finding("HP-M05", Severity.ERROR, submission.place, params, "range")


def _read(path: Path, findings: Findings) -> Iterable[Submission]:
    if path.suffix.lower() == ".json":
        return _documents(path, findings)
    if path.suffix.lower() in (".parquet", ".parq"):
        return _parquet(path, findings)
    return _table(path, findings)


# --- tables ---------------------------------------------------------------------------------


def _table(path: Path, findings: Findings) -> Iterator[Submission]:
    sheet = find_table(path, [folded(name) for name in NEEDED], findings)
    if sheet is None:
        return
    header = [cell for cell in sheet.rows[sheet.header] if cell]
    if _lacking(header, sheet.head_place(), findings):
        return
    for record in records(sheet, findings):
        row: dict[str, Value] = {}
        for written in header:
            name = _known(written)
            number = name in NUMBERS
            row[name] = number_of(record, written, findings) if number else record[written]
        _note_formulas(row, record.place, findings)
        yield _submission(row, record.place("id"))


def _parquet(path: Path, findings: Findings) -> Iterator[Submission]:
    try:
        found = read_columns(path, findings)
    except CodedError as problem:
        findings.add(problem.finding(path.name))
        return
    columns = {_known(name): values for name, values in found.items()}
    if _lacking(columns, path.name, findings):
        return
    for index in range(len(columns["id"])):
        place = _numbered(path.name, index + 1)
        row = {
            name: value_number(values[index], name, place(name), findings)
            if name in NUMBERS
            else values[index]
            for name, values in columns.items()
        }
        _note_formulas(row, place, findings)
        yield _submission(row, place("id"))


_KNOWN = {folded(name): name for name in (*TEXTS, *NUMBERS)}


def _known(written: str) -> str:
    """Return the name of a column as it is known here."""
    return _KNOWN.get(folded(written), written)


def _numbered(file: str, row: int) -> Callable[[str | None], str]:
    def place(column: str | None) -> str:
        return f"{file}:{row} {column or ''}".rstrip()

    return place


def _lacking(header: Iterable[str], place: str, findings: Findings) -> list[str]:
    lower = {name.lower() for name in header}
    lacking = [name for name in NEEDED if name.lower() not in lower]
    for name in lacking:
        params = {"column": name}
        findings.add(Finding("HP-K01", Severity.ERROR, place, params, "column"))
    return lacking


def _note_formulas(
    row: Mapping[str, Value], place: Callable[[str | None], str], findings: Findings
) -> None:
    """Note texts that a spreadsheet would run; they stay texts everywhere."""
    for name, value in row.items():
        if isinstance(value, str) and value.startswith(FORMULA_MARKS):
            if is_number(value):
                continue
            params = {"column": name, "text": value[:60]}
            findings.add(Finding("HP-K05", Severity.NOTE, place(name), params))


def _submission(row: Mapping[str, Value], place: str) -> Submission:
    texts = {name: _clean(row.get(name)) for name in TEXTS}
    numbers = {name: float(v) for name in NUMBERS if isinstance(v := row.get(name), int | float)}
    extra = {name: _clean(v) for name, v in row.items() if name not in (*TEXTS, *NUMBERS)}
    title = texts["title"]
    return Submission(
        id=texts["id"] or place,
        title={"zh": title, "en": title} if title else {},
        template=texts["template"],
        region=texts["region"],
        category=texts["category"],
        sector=texts["sector"],
        applicant=texts["applicant"] or extra.get("submitter_name", ""),
        claim_group=texts["claim_group"],
        nature=texts["nature"],
        verdict=texts["verdict"],
        ei_unit=texts["EI_unit"],
        function=f"{texts['template']} {texts['EI_unit']}",
        findings=tuple(texts["findings"].split()),
        blocking=tuple(texts["blocking"].split()),
        numbers={name: value for name, value in numbers.items() if math.isfinite(value)},
        extra=extra,
        place=place,
    )


def _clean(value: Value) -> str:
    """Return a cell as one line of text without control characters."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    plain = unicodedata.normalize("NFC", str(value))
    visible = (c if unicodedata.category(c)[0] != "C" else " " for c in plain)
    return " ".join("".join(visible).split())


# --- documents ------------------------------------------------------------------------------


def _documents(path: Path, findings: Findings) -> Iterator[Submission]:
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as problem:
        params = {"reason": str(problem)[:120]}
        findings.add(Finding("HP-M02", Severity.ERROR, path.name, params))
        return
    for document in content if isinstance(content, list) else [content]:
        if not isinstance(document, Mapping) or not {"metrics", "case"} <= set(document):
            continue  # another JSON file that lies in the folder
        try:
            yield _from_document(document, path.name)
        except (AttributeError, KeyError, TypeError, ValueError):
            findings.add(Finding("HP-M02", Severity.ERROR, path.name, {"reason": "no result"}))


def _from_document(document: Mapping[str, Any], file: str) -> Submission:
    case, metrics = document["case"], document["metrics"]
    manifest = document.get("manifest") or {}
    source = manifest.get("case_source")
    file_name = _name(manifest)
    title = case.get("title") or {}
    return Submission(
        id=str(case["id"]),
        title={lang: _clean(title[lang]) for lang in title} if isinstance(title, Mapping) else {},
        template=str(case.get("template") or ""),
        region=str(case.get("region") or ""),
        category=str(case.get("category") or ""),
        sector=str(case.get("sector") or ""),
        applicant=_applicant(file_name, str(source or "")),
        claim_group="",
        nature=str(document["verdict"].get("nature") or ""),
        verdict=str(document["verdict"]["code"]),
        ei_unit=str(metrics["EI"]["unit"]),
        function=_function(case),
        findings=tuple(dict.fromkeys(f["rule"] for f in document.get("findings", ()))),
        blocking=tuple(document["verdict"].get("blocking", ())),
        numbers=_document_numbers(document),
        extra={},
        place=file,
        source=CaseSource(file_name, str(source), _factors(manifest)) if source else None,
    )


def _function(case: Mapping[str, Any]) -> str:
    unit = case.get("functional_unit") or {}
    return f"{case.get('template') or pick(unit.get('name'), 'en')} {unit.get('unit')}"


def _applicant(file: str, source: str) -> str:
    """Return who submitted a case, from the case itself."""
    raw = read_case_bytes(file, source.encode(), Findings())
    submitter = raw.tree.get("submitter") if raw is not None else None
    if not isinstance(submitter, Mapping):
        return ""
    return _clean(pick(submitter.get("affiliation") or submitter.get("name"), "zh"))


def _name(manifest: Mapping[str, Any]) -> str:
    inputs = manifest.get("inputs") or [{}]
    return str(inputs[0].get("file") or "case.yaml")


def _factors(manifest: Mapping[str, Any]) -> str:
    return str((manifest.get("factor_library") or {}).get("sha256") or "")


def _document_numbers(document: Mapping[str, Any]) -> dict[str, float]:
    case, metrics = document["case"], document["metrics"]
    years = (case.get("period") or {}).get("calendar_years") or [None]
    found: dict[str, object] = {name: document["effects"].get(name) for name in EFFECTS}
    found |= {name: metrics[name]["value"] for name in ("NER", "EI", "VEI")}
    found |= {name: metrics["NER"].get(name) for name in PERCENTILES}
    found["quality_score"] = (document.get("quality") or {}).get("score")
    found["probability"] = document.get("probability_ner_positive")
    found |= {"year": years[0], "tier": case.get("tier")}
    return {
        name: float(value)
        for name, value in found.items()
        if isinstance(value, int | float) and math.isfinite(value)
    }
