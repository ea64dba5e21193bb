"""The model that all rows of one template, period and set of declarations share.

Template and unit work is done here, once; factors are resolved once per region. Rows bring their
numbers only.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from handprint.batch.rejections import FILE
from handprint.batch.row_case import GroupKey, case_tree, declared_inputs
from handprint.case.reader import RawCase
from handprint.case.schema import Case
from handprint.case.template import Template, expand, template
from handprint.case.validate import validate
from handprint.core.errors import CodedError, Finding, Findings, Severity
from handprint.model.bind import bind
from handprint.model.columns import Column
from handprint.model.relocation import relocated
from handprint.model.structure import Model
from handprint.review.facts import Facts, constant_facts, facts_of_region
from handprint.review.marks import ALWAYS, Mark
from handprint.units.unit import parse_unit

if TYPE_CHECKING:
    from handprint.factors.factor import Library

__all__ = ["CASE_ID", "Prototype", "RegionFactors", "prototype"]

CASE_ID = "row"
PER_ROW = ("HP-T06", "HP-T07")  # the size of an input; what a row leaves to its template


@dataclass(frozen=True, slots=True)
class RegionFactors:
    """The factors of one region.

    Parameters
    ----------
    columns : mapping
        Factor columns that replace the prototype's.
    error : CodedError or None
        Why the region has none.
    alike : bool
        Whether its factors have the gases of the prototype's; else it needs a model of its own.
    notes : tuple of Mark
        What had to be taken from elsewhere.
    facts : mapping
        What the rules ask about factors.
    """

    columns: Mapping[str, Column] = field(default_factory=dict)
    error: CodedError | None = None
    alike: bool = True
    notes: tuple[Mark, ...] = ()
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True)
class Prototype:
    """A bound model with typical inputs, and what is constant over its rows."""

    template: Template
    case: Case
    model: Model
    library: "Library"
    constant: Facts
    declared: frozenset[str] = frozenset()  # inputs that the rows say something of in words
    told: tuple[Mark, ...] = ()  # what the group's declarations were found to be, short of errors
    leaves: bool = False  # whether all rows leave something to their template, as HP-T07 tells
    _regions: dict[str, RegionFactors] = field(default_factory=dict)

    def takes(self, name: str, dimension: object) -> bool:
        """Whether the template has an input of this name and dimension."""
        spec = self.template.inputs.get(name)
        return spec is not None and parse_unit(spec.unit).dimension == dimension

    def scale(self, name: str) -> float:
        """Return the canonical units per unit of an input."""
        return parse_unit(self.template.inputs[name].unit).scale

    def region(self, code: str) -> RegionFactors:
        """Return the factors of a region, resolved once."""
        if code not in self._regions:
            self._regions[code] = self._resolve(code)
        return self._regions[code]

    def _resolve(self, code: str) -> RegionFactors:
        try:
            there = relocated(self.model, self.case, self.library, code)
        except CodedError as problem:
            return RegionFactors(error=problem)
        if there is None:
            return RegionFactors(alike=False)
        notes = _marks(Findings(there.findings))
        told = facts_of_region(self.case, there.model)
        return RegionFactors(there.columns, notes=notes, facts=told)


def prototype(
    key: GroupKey, region: str, library: "Library", findings: Findings
) -> Prototype | None:
    """Return the prototype of a group, or None with findings when its declarations are wrong.

    Parameters
    ----------
    region : str
        A region of the group, to bind the model with; empty takes the template's.
    """
    try:
        scenario = template(key.template)
    except CodedError as problem:
        findings.add(problem.finding(f"{FILE} template"))
        return None
    told = declared_inputs(key)
    typical = {
        name: {**spec.typical.model_dump(exclude_none=True), "unit": spec.unit}
        for name, spec in scenario.inputs.items()
        if spec.required or name in told
    }
    tree = case_tree(key, case_id=CASE_ID, region=region, title="", inputs=typical)
    raw = RawCase(FILE, b"", tree)
    local = Findings()
    expanded = expand(raw, local)
    case = validate(expanded, local)
    model = None if case is None else bind(case, expanded, library, local)
    findings.extend(f for f in local if f.severity is Severity.ERROR)
    if case is None or model is None or local.has(Severity.ERROR):
        return None
    made = Prototype(scenario, case, model, library, constant_facts(case, model), told)
    notes = made.region(case.region).notes
    return replace(made, told=_told(local, notes), leaves=_leaves(local))


def _told(findings: Findings, of_region: tuple[Mark, ...]) -> tuple[Mark, ...]:
    """Return what holds for all rows of a group: not what each row decides itself."""
    own = (f for f in findings if f.severity is not Severity.ERROR and f.rule not in PER_ROW)
    known = {mark.key for mark in of_region}
    return _marks(f for f in own if f.key not in known and not _of_size(f))


def _leaves(findings: Findings) -> bool:
    """Whether all rows leave something to their template (HP-T07), beside title and region."""
    taken = (str(f.params["keys"]).split(", ") for f in findings if f.rule == "HP-T07")
    return any(set(keys) - {"title", "region"} for keys in taken)


def _marks(findings: Iterable[Finding]) -> tuple[Mark, ...]:
    """Return one mark per code, for all rows; the first finding of a code is the worst."""
    found: dict[str, Mark] = {}
    for f in findings:
        found.setdefault(f.key, Mark(f.rule, f.variant, f.severity, ALWAYS))
    return tuple(found.values())


def _of_size(finding: Finding) -> bool:
    """Whether a finding is about the size of an input: the prototype has typical ones."""
    return finding.rule == "HP-F30" and finding.place.startswith(f"{FILE} inputs")
