"""What a committee selects by: criteria with weights and measures, gates, quotas and limits."""

import difflib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from handprint.assess.uncertainty import Verdict
from handprint.case.quantities import Number, Record, Text
from handprint.case.reader import KeyPath, RawCase, read_case
from handprint.case.validate import schema_finding
from handprint.core import resources
from handprint.core.errors import Finding, Findings, Param, Severity
from handprint.core.i18n import LANGUAGES, pick
from handprint.review.checklist import GROUPS
from handprint.selection.choices import LIMITED, METHODS

__all__ = ["Criteria", "Criterion", "ExpertScale", "Gates", "Measure", "read_criteria"]

MeasureName = Literal["quality_score", "rules_passed", "probability", "kept", "verdict", "column"]
OWN_KEYS = {"rules_passed": {"groups"}, "column": {"column", "low", "high"}}  # of a measure
FORMS = {
    "number": "1.5",
    "whole_number": "2",
    "text": "name",
    "yes_no": "true / false",
    "list": "- {...}",
    "mapping": "key: value",
}


def _one_of(known: Iterable[str]) -> AfterValidator:
    names = tuple(known)

    def check(value: str) -> str:
        if value not in names:
            raise PydanticCustomError("literal_error", "word", {"expected": ", ".join(names)})
        return value

    return AfterValidator(check)


def _list(value: object) -> object:
    return [] if value is None else [value] if isinstance(value, str) else value


def _some(value: object) -> object:
    if value == []:  # a least length would be told again of a list whose entries are faulty
        raise PydanticCustomError("list_type", "nothing in it")
    return value


def _mapping(value: object) -> object:
    """Return a mapping without the entries that say null."""
    if isinstance(value, Mapping):
        return {key: entry for key, entry in value.items() if entry is not None}
    return {} if value is None else value


Block = BeforeValidator(_mapping)
Words = BeforeValidator(_list)
Count = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]
Share = Annotated[Number, Field(ge=0, le=1)]


class Measure(Record):
    """One thing that is measured for a criterion.

    Parameters
    ----------
    groups : tuple of str
        Groups of the reviewer's checklist, for ``rules_passed``.
    column, low, high : str, float, float
        A column of the scores and the numbers that give 0 and 100 points, for ``column``.
    """

    name: MeasureName = Field(alias="measure")
    groups: Annotated[tuple[Annotated[str, _one_of(GROUPS)], ...], Words] = tuple(GROUPS)
    column: str = ""
    low: Number = 0.0
    high: Number = 1.0


class Criterion(Record):
    """One criterion; its points are the mean of its measures, 0 to 100."""

    id: Annotated[str, Field(min_length=1)]
    title: Text = Field(default={}, alias="name")
    weight: Annotated[Number, Field(ge=0)]
    measures: Annotated[tuple[Measure, ...], Words] = ()

    @property
    def name(self) -> Mapping[str, str]:
        """Its name in both languages, else its id."""
        return {lang: pick(self.title, lang) or self.id for lang in LANGUAGES}


class ExpertScale(Record):
    """The scale of experts' scores, and what they count where a criterion is measured too."""

    low: Number = 1.0
    high: Number = 5.0
    share: Share = 0.5


class Gates(Record):
    """What a case must pass before it is scored."""

    blocking_findings: Annotated[bool, Field(strict=True)] = False
    verdicts_excluded: Annotated[tuple[Verdict, ...], Words] = ("net_burden",)
    least_tier: Annotated[int, Field(strict=True, ge=1, le=3)] | None = None
    least_probability: Share | None = None


class Criteria(Record):
    """Everything a committee decides before it looks at the cases."""

    method: Annotated[str, _one_of(METHODS)] = "weighted_sum"
    criteria: Annotated[tuple[Criterion, ...], BeforeValidator(_some)]
    experts: Annotated[ExpertScale, Block] = ExpertScale()
    gates: Annotated[Gates, Block] = Field(default=Gates(), alias="eligibility")
    quotas: Annotated[dict[str, Count], Block] = Field(default={})
    limits: Annotated[dict[Annotated[str, _one_of(LIMITED)], Count], Block] = Field(default={})
    tie_break: str = ""
    _source: str = PrivateAttr("")

    @property
    def source(self) -> str:
        """The whole file as text."""
        return self._source


def read_criteria(path: Path | None, findings: Findings) -> Criteria | None:
    """Read a criteria file, the shipped one by default; None, with findings, when it is wrong."""
    local = Findings()
    raw = read_case(path or resources.folder("reports") / "criteria.yaml", local)
    found = None if raw is None or raw.faulty else _criteria(raw, local)
    findings.extend(local)
    return None if local.has(Severity.ERROR) else found


def _criteria(raw: RawCase, findings: Findings) -> Criteria | None:
    try:
        found = Criteria.model_validate(raw.tree)
    except ValidationError as problem:
        findings.extend(_finding(raw, error) for error in problem.errors(include_url=False))
        return None
    findings.extend(_contradictions(raw, found))
    ids = [criterion.id for criterion in found.criteria]
    found = found.model_copy(update={"tie_break": found.tie_break or ids[0]})
    found._source = raw.source.decode("utf-8-sig", "replace")
    return found


def _finding(raw: RawCase, error: ErrorDetails) -> Finding:
    """Return what is wrong with the form of one entry, in the words of criteria."""
    told = schema_finding(raw, error, Criteria)
    found = str(told.params.get("found", ""))
    context: Mapping[str, Any] = error.get("ctx", {})
    key = str(error["loc"][-1])
    if told.rule == "HP-S01" or (told.rule == "HP-S04" and key == "[key]"):
        name = str(told.params.get("key", found))
        known = told.params.get("near") or told.params.get("known", context.get("expected", ""))
        return _fault(told.place, "HP-K02", key=name, known=str(known))
    if told.rule == "HP-S04":
        return _unknown_word(told.place, found, str(told.params["allowed"]).split(", "))
    if told.rule == "HP-S07" and told.variant in ("low", "high"):
        if key == "weight" and told.variant == "low" and "ge" in context and not context["ge"]:
            return _fault(told.place, "HP-K03", value=found)
        bound = f"{'≥' if told.variant == 'low' else '≤'} {context.get('ge', context.get('le'))}"
        return _fault(told.place, "HP-K02", "range", found=found, bound=bound)
    form = FORMS.get(told.variant, f"{key}: …")
    return _fault(told.place, "HP-K02", "type", found=found, expected=form)


def _unknown_word(place: str, found: str, known: list[str]) -> Finding:
    near = difflib.get_close_matches(found, known, 1, 0.5) or known
    return _fault(place, "HP-K02", "word", found=found, known=", ".join(near))


def _fault(place: str, code: str, variant: str = "", **params: Param) -> Finding:
    return Finding(code, Severity.ERROR, place, params, variant)


def _contradictions(raw: RawCase, found: Criteria) -> Iterable[Finding]:
    """Yield what is wrong with entries that are good each for itself."""
    ids = [criterion.id for criterion in found.criteria]
    at = raw.place(("criteria",))
    yield from (_fault(at, "HP-K02", "twice", id=i) for i in sorted({*ids}) if ids.count(i) > 1)
    if not any(criterion.weight for criterion in found.criteria):
        yield _fault(at, "HP-K03", "zero")
    if found.tie_break and found.tie_break not in ids:
        yield _unknown_word(raw.place(("tie_break",)), found.tie_break, ids)
    if found.experts.low == found.experts.high:
        yield _level(raw, ("experts", "high"), found.experts.low)
    for number, criterion in enumerate(found.criteria):
        for position, measure in enumerate(criterion.measures):
            path = ("criteria", number, "measures", position)
            own = OWN_KEYS.get(measure.name, set())
            for key in sorted(measure.model_fields_set - own - {"name"}):
                known = ", ".join(["measure", *sorted(own)])
                yield _fault(raw.place((*path, key)), "HP-K02", key=key, known=known)
            if measure.name == "column" and not measure.column.strip():
                place = raw.place((*path, "column"))
                yield _fault(place, "HP-K02", "type", found="", expected="column: name")
            if measure.low == measure.high:
                yield _level(raw, (*path, "high"), measure.low)


def _level(raw: RawCase, path: KeyPath, end: float) -> Finding:
    """Return the finding for a scale whose ends are equal."""
    return _fault(raw.place(path), "HP-K02", "range", found=end, bound=f"≠ {end:g}")
