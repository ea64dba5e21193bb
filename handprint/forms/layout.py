"""The intake form, declared once: what the writer draws, the skeleton lists, the reader expects.

A sheet has sections of three kinds: `Fields` (one entry per row), `Inputs` (the scenario's inputs
with unit, uncertainty and data quality) and `Table` (a list, one item per row). Every row and
column carries a key that no person sees; labels may be translated or edited without harm. What
a form has no cell for stands on the sheet "more" as key and value, so nothing of a case is lost.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from handprint.case.template import Block, Template, TemplateInput

__all__ = [
    "FORM_VERSION",
    "INPUT_COLUMNS",
    "MEASURES",
    "MORE",
    "PEDIGREE",
    "REBOUND",
    "SEPARATOR",
    "Field",
    "Fields",
    "InputRow",
    "Inputs",
    "Section",
    "SheetLayout",
    "Table",
    "columns",
    "layout",
    "twin",
]

FORM_VERSION = 1
SEPARATOR = " > "  # between the keys of a path on the sheet "more"
REBOUND = "higher_order.rebound.share"

Kind = Literal[
    "text",  # a text, in one or both languages
    "word",  # a text without language: an id, a code, a file name
    "measure",  # a number, or a number with its unit
    "spread",  # a half-width: "10 %", or a number
    "number",
    "whole",
    "date",
    "choice",
    "choices",
    "yes_no",
]


@dataclass(frozen=True, slots=True)
class Field:
    """One entry.

    Parameters
    ----------
    key : str
        Path in the case, joined by dots; within a table, in one of its items.
    kind : Kind
    group : str
        Message group of the words to choose from.
    values : tuple of str
        The words that may be chosen, as a case spells them.
    required : bool
        Whether a case without it has an error or may not be published.
    """

    key: str
    kind: Kind = "text"
    group: str = ""
    values: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class Fields:
    """Entries below each other."""

    key: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A list of the case; ``key`` is its path."""

    key: str
    fields: tuple[Field, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class InputRow:
    """One uncertain quantity; ``spec`` is None for the rebound share, which no template has."""

    key: str
    spec: TemplateInput | None


@dataclass(frozen=True, slots=True)
class Inputs:
    """The scenario's inputs of one block."""

    key: str
    rows: tuple[InputRow, ...]


Section = Fields | Table | Inputs


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """One sheet of a form."""

    key: str
    sections: tuple[Section, ...]


def twin(key: str) -> str:
    """Return the key of the column that holds a text in the other language."""
    return f"{key}/other"


def columns(section: Section) -> tuple[str, ...]:
    """Return the keys of a section's columns."""
    if isinstance(section, Fields):
        return ("value", twin("value"))
    fields = section.fields if isinstance(section, Table) else INPUT_COLUMNS
    return (*(f.key for f in fields), *(twin(f.key) for f in fields if f.kind == "text"))


# --- the columns of inputs -------------------------------------------------------------------

DISTRIBUTIONS = ("triangular", "uniform", "normal", "lognormal", "beta")
PEDIGREE = ("reliability", "completeness", "time", "geography", "technology")
MEASURES = ("value", "low", "mode", "high", "sd")
INPUT_COLUMNS = (
    Field("value", "measure"),
    Field("unit", "word"),
    Field("low", "measure"),
    Field("mode", "measure"),
    Field("high", "measure"),
    Field("plus_minus", "spread"),
    Field("sd", "measure"),
    Field("distribution", "choice", "distribution", DISTRIBUTIONS),
    *(Field(name, "whole", "score", ("1", "2", "3", "4", "5")) for name in PEDIGREE),
    Field("status", "choice", "data", ("given", "default", "chosen", "derived")),
    Field("evidence"),
    Field("source"),
    Field("note"),
)

# --- the sheets ------------------------------------------------------------------------------


def _yes_no(key: str, *, required: bool = False) -> Field:
    return Field(key, "yes_no", "answer", ("yes", "no"), required)


IDENTITY = Fields(
    "identity",
    (
        Field("id", "word", required=True),
        Field("title", required=True),
        Field("description"),
        Field("region", "word"),
        Field("period.start", "date"),
        Field("period.years", "number"),
        Field("period.duration", "word"),
        Field("tier", "whole", "level", ("1", "2", "3")),
        Field("claim", "choice", "claim", ("potential", "planned", "realised")),
        Field("assessment.type", "choice", "assessment", ("context", "scale", "provider")),
        Field("assessment.perspective", "choice", "perspective", ("system", "provider")),
        _yes_no("assessment.public"),
        Field("assessment.gwp", "choice", "gwp", ("AR4", "AR5", "AR6")),
    ),
)
SUBMITTER = Fields(
    "submitter",
    (
        Field("submitter.name", required=True),
        Field("submitter.role"),
        Field("submitter.affiliation", required=True),
        Field("submitter.funding", required=True),
        Field("submitter.contact", "word"),
        _yes_no("submitter.commitment", required=True),
    ),
)
DEMAND = ("new", "improvement", "end_of_life", "early_replacement", "regulated")
HISTORICAL = (
    Field("reference.historical.value", "number"),
    Field("reference.historical.unit", "word"),
    Field("reference.historical.source"),
)
CANDIDATE = (
    Field("probability", "number"),
    Field("emissions.value", "number"),
    Field("emissions.unit", "word"),
    Field("emissions.source"),
    Field("rationale"),
)
SOLUTION = Fields(
    "solution",
    (
        Field("solution.description"),
        Field("solution.boundary"),
        Field(
            "solution.technologies",
            "choices",
            "technology",
            ("device", "network", "cloud", "software", "ai"),
        ),
        Field("solution.normalisation"),
        Field("solution.overlap", "choice", "overlap", ("multiplicative", "additive", "none")),
    ),
)
ALSO_ACTING = Table(
    "solution.also_acting", (Field("id", "word"), Field("rate", "number"), Field("note")), 4
)
HIGHER_ORDER = Fields(
    "higher_order",
    (
        Field(
            "higher_order.rebound.status",
            "choice",
            "rebound",
            ("quantified", "embedded_in_measurement", "not_quantified"),
            required=True,
        ),
        Field("higher_order.rebound.source"),
    ),
)
CONSEQUENCES = Table(
    "consequences",
    (
        Field("id", "word"),
        Field("parent", "word"),
        Field("name"),
        Field("order", "whole", "order", ("1", "2", "3")),
        Field("sign", "choice", "sign", ("favourable", "adverse", "uncertain")),
        Field("horizon", "choice", "horizon", ("immediate", "mid", "long")),
        Field("treatment", "choice", "treatment", ("quantified", "qualitative", "excluded")),
        Field("line", "word"),
        Field("reason"),
    ),
    12,
)
ATTRIBUTION = Fields(
    "attribution",
    (
        Field(
            "attribution.key",
            "choice",
            "attribution_key",
            ("cost", "value_added", "agreed", "equal"),
        ),
        Field("attribution.others"),
        Field("attribution.evidence"),
    ),
)
CONTRIBUTORS = Table(
    "attribution.contributors", (Field("id", "word"), Field("share", "number"), Field("name")), 6
)
EXTRAPOLATION = Fields(
    "extrapolation",
    (
        Field("extrapolation.sample", "number"),
        Field("extrapolation.population", "number"),
        Field("extrapolation.method"),
        Field("extrapolation.representativeness"),
        _yes_no("extrapolation.measured_at_scale"),
        Field("extrapolation.technology", "choice", "same", ("same", "different")),
    ),
)
MONITORING = Table(
    "monitoring",
    (
        Field("meter", "word"),
        Field("period", "word"),
        Field("file", "word"),
        Field("sha256", "word"),
    ),
    6,
)
SOURCES = Table("sources", (Field("title"), Field("url", "word"), Field("note")), 6)
GATES = ("climate_action", "latest_science", "contribution", "dnsh")
ELIGIBILITY = Fields(
    "eligibility",
    (
        *(
            field
            for gate in GATES
            for field in (
                _yes_no(f"eligibility.{gate}.answer", required=gate != "dnsh"),
                Field(f"eligibility.{gate}.evidence", required=gate != "dnsh"),
            )
        ),
        Field("eligibility.fossil_link", "word", required=True),
    ),
)
OVERLAP = ("ets", "ccer", "green_certificates", "carbon_inclusion")
DISCLOSURE = Fields(
    "disclosure",
    (
        Field("disclosure.method"),
        Field("disclosure.data", required=True),
        Field("disclosure.boundary", required=True),
        Field("disclosure.period"),
        Field("disclosure.baseline"),
        Field("disclosure.completeness", required=True),
        Field("disclosure.ownership", required=True),
        Field("disclosure.limitations"),
        Field("disclosure.no_adverse_effects"),
        *(Field(f"disclosure.overlap.{name}", required=True) for name in OVERLAP),
    ),
)
ASSURANCE = Fields(
    "assurance",
    (
        Field("assurance.review", "choice", "review", ("none", "internal", "independent")),
        Field("assurance.reviewer"),
        Field("assurance.date", "date"),
        Field("assurance.findings"),
    ),
)
MORE = Table("more", (Field("key", "word"), Field("value", "word")), 12)


def layout(template: Template) -> tuple[SheetLayout, ...]:
    """Return the sheets of the form of a scenario, in the order a person fills them in."""
    kinds = tuple(template.reference_kinds)
    return (
        SheetLayout("identity", (IDENTITY, SUBMITTER)),
        SheetLayout("activity", (_inputs(template, "activity"),)),
        SheetLayout("reference", (*_reference(kinds), _inputs(template, "reference"))),
        SheetLayout("solution", (SOLUTION, ALSO_ACTING, _inputs(template, "solution"))),
        SheetLayout("ict", (_inputs(template, "ict"),)),
        SheetLayout("higher_order", (HIGHER_ORDER, _inputs(template, "higher_order"))),
        SheetLayout("consequences", (CONSEQUENCES,)),
        SheetLayout("attribution", (ATTRIBUTION, CONTRIBUTORS)),
        SheetLayout("evidence", (EXTRAPOLATION, MONITORING, SOURCES)),
        SheetLayout("statements", (ELIGIBILITY, DISCLOSURE, ASSURANCE)),
        SheetLayout("more", (MORE,)),
    )


def _reference(kinds: tuple[str, ...]) -> Iterator[Section]:
    kind = Field("reference.kind", "choice", "kind", kinds, required=True)
    yield Fields(
        "reference",
        (
            kind,
            Field("reference.demand_context", "choice", "demand", DEMAND, required=True),
            Field("reference.rationale", required=True),
            Field("reference.description"),
            Field("reference.boundary"),
            Field("reference.expected_end_of_life", "whole"),
            *HISTORICAL,
        ),
    )
    yield Table("reference.candidates", (Field("kind", "word"), *CANDIDATE), 4)


def _inputs(template: Template, block: Block) -> Inputs:
    rows = [
        InputRow(f"inputs.{name}", spec)
        for name, spec in template.inputs.items()
        if spec.block == block
    ]
    if block == "higher_order":
        rows.insert(0, InputRow(REBOUND, None))
    return Inputs("inputs", tuple(rows))
