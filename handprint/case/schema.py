"""The case: what a submission may say, as pydantic models (JSON Schema in docs/case.schema.json).

Unknown keys are refused. Short spellings (a text for both languages, a number for a share, a
quantity as ``90 万吨/年``) are brought to one form before they are checked, so that the rest of
the program sees one shape only.
"""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

__all__ = ["Block", "Case", "FactorSpec", "InputSpec", "LineSpec", "Text"]

MAX_TEXT = 5_000


def _reads(function: Callable[[Any], Any], accepted: Any) -> BeforeValidator:
    """Read short spellings with ``function``; the JSON Schema shows what is ``accepted``."""
    return BeforeValidator(function, json_schema_input_type=accepted)


def _both_languages(value: object) -> object:
    return {"zh": value, "en": value} if isinstance(value, str) else value


def _unit_text(value: object) -> object:
    return "1" if value == 1 and not isinstance(value, bool) else value


def _expression(value: object) -> object:
    """Accept a bare number where an expression stands."""
    return repr(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Short = Annotated[str, Field(min_length=1, max_length=300)]
Long = Annotated[str, Field(max_length=MAX_TEXT)]
LongTexts = dict[Literal["zh", "en"], Long]
ShortTexts = Annotated[dict[Literal["zh", "en"], Short], Field(min_length=1)]
Text = Annotated[LongTexts, _reads(_both_languages, Long | LongTexts)]
Title = Annotated[ShortTexts, _reads(_both_languages, Short | ShortTexts)]
UnitText = Annotated[str, _reads(_unit_text, str | Literal[1]), Field(min_length=1, max_length=100)]
Expression = Annotated[str, _reads(_expression, str | float), Field(min_length=1, max_length=1000)]
Name = Annotated[str, Field(pattern=r"^[^\W_][\w.\-]{0,79}$")]
Region = Annotated[str, Field(pattern=r"^[A-Z]{2,3}(-[A-Z0-9]{1,12}){0,2}$")]
Sector = Literal[
    "industry", "buildings", "transport", "energy", "agriculture", "waste", "water", "services"
]
Stage = Literal["raw_material", "manufacture", "transport", "use", "end_of_life"]
Accounting = Literal["average", "market", "marginal"]
GwpSet = Literal["AR4", "AR5", "AR6"]
Date = Annotated[str, Field(pattern=r"^\d{4}(-\d{2}-\d{2})?$")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Distributed(_Model):
    """A number that may be uncertain: central value, distribution parameters, pedigree."""

    value: Number | None = None
    distribution: (
        Literal["normal", "lognormal", "triangular", "uniform", "beta", "discrete"] | None
    ) = None
    low: Number | None = None
    mode: Number | None = None
    high: Number | None = None
    sd: Number | None = None
    gsd: Number | None = None
    values: Annotated[list[Number], Field(min_length=1, max_length=100)] | None = None
    weights: Annotated[list[Number], Field(min_length=1, max_length=100)] | None = None
    plus_minus: Annotated[Expression, Field(max_length=100)] | None = None
    pedigree: (
        Annotated[list[Annotated[int, Field(ge=1, le=5)]], Field(min_length=5, max_length=5)] | None
    ) = None
    basic_variance: Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)] | None = None


class YearValue(Distributed):
    """The value of one year; its unit is the input's unless it names its own."""

    unit: UnitText | None = None


def _year_value(value: object) -> object:
    return {"value": value} if isinstance(value, int | float) else value


class InputSpec(Distributed):
    """One input of a case: activity data, a rate, a share."""

    unit: UnitText
    by_year: (
        Annotated[
            dict[
                Annotated[int, Field(ge=1990, le=2100)],
                Annotated[YearValue, _reads(_year_value, YearValue | float)],
            ],
            Field(min_length=1, max_length=60),
        ]
        | None
    ) = None
    name: Text | None = None
    status: Literal["given", "default", "chosen", "derived"] = "given"
    evidence: Text | None = None
    source: Text | None = None
    note: Text | None = None
    group: Name | None = None


_QUANTITY = re.compile(r"\s*([-+]?[\d_]*\.?\d+(?:[eE][-+]?\d+)?)\s*(\S.*)?\Z", re.DOTALL)


def _input(value: object) -> object:
    """Read ``90 万吨/年`` as value and unit; a unit given per year becomes the input's."""
    if isinstance(value, str) and (match := _QUANTITY.match(value)):
        return {"value": float(match[1].replace("_", "")), "unit": (match[2] or "1").strip()}
    by_year = value.get("by_year") if isinstance(value, Mapping) else None
    if isinstance(value, Mapping) and "unit" not in value and isinstance(by_year, Mapping):
        units = [v["unit"] for v in by_year.values() if isinstance(v, Mapping) and "unit" in v]
        if units:
            return {**value, "unit": units[0]}
    return value


Input = Annotated[InputSpec, _reads(_input, InputSpec | Short)]
Inputs = dict[str, Input]


class FactorSpec(Distributed):
    """An emission factor written into the case."""

    unit: UnitText
    source: Text | None = None
    year: Annotated[int, Field(ge=1900, le=2100)] | None = None
    region: Region | None = None
    gwp: GwpSet | None = None
    scope: Short | None = None
    reference: Long | None = None
    url: Long | None = None
    licence: Short | None = None
    note: Text | None = None
    name: Text | None = None
    status: Literal["given", "default", "chosen", "derived"] = "given"


def _factor(value: object) -> object:
    return {"id": value} if isinstance(value, str) else {"inline": value}


class FactorChoice(_Model):
    """A factor by its id in a library, or written into the case."""

    id: Short | None = None
    inline: FactorSpec | None = None


class LineSpec(_Model):
    """One emission line: quantity times factor."""

    id: Name
    quantity: Expression
    factor: Annotated[FactorChoice, _reads(_factor, Short | FactorSpec)] | None = None
    label: Text | None = None
    note: Text | None = None
    stage: Stage | None = None
    region: Region | None = None
    site: Name | None = None
    year: Annotated[int, Field(ge=1990, le=2100)] | None = None
    from_: Annotated[int, Field(ge=1990, le=2100)] | None = Field(None, alias="from")
    until: Annotated[int, Field(ge=1990, le=2100)] | None = None
    lifetime: Expression | None = None
    share: Expression | None = None
    share_key: Short | None = None
    gas: Short | None = None
    electricity: Accounting | None = None
    credit: bool = False
    reason: Text | None = None
    purpose: Literal["training", "inference"] | None = None  # of an AI system, inside F


Lines = Annotated[list[LineSpec], Field(max_length=500)]


class Historical(_Model):
    """The emission level before: tells an actual reduction from a lesser increase."""

    value: Number
    unit: UnitText
    source: Text | None = None


class Candidate(_Model):
    """A reference scenario that was considered; lines or a level make it a declared scenario."""

    kind: Short
    probability: Annotated[float, Field(ge=0, le=1)] | None = None
    rationale: Text | None = None
    lines: Lines | None = None
    emissions: Historical | None = None


class Block(_Model):
    """What both scenarios may say about themselves."""

    description: Text | None = None
    boundary: Text | None = None
    region: Region | None = None
    period: "Period | None" = None
    lines: Lines


class Reference(Block):
    """The most probable situation without the solution."""

    kind: Short
    rationale: Text | None = None
    demand_context: (
        Literal["new", "improvement", "end_of_life", "early_replacement", "regulated"] | None
    ) = None
    expected_end_of_life: Annotated[int, Field(ge=1990, le=2100)] | None = None
    candidates: Annotated[list[Candidate], Field(max_length=20)] = Field(default_factory=list)
    historical: Historical | None = None


class OtherSolution(_Model):
    """Another solution that acts on the same reference activity."""

    id: Short
    rate: Annotated[float, Field(ge=0, le=1)] | None = None
    note: Text | None = None


class Solution(Block):
    """The situation with the solution, without the ICT system's own life cycle."""

    mechanism: Literal["optimise", "substitute_partial", "substitute_full"] | None = None
    technologies: list[Literal["device", "network", "cloud", "software", "ai"]] = Field(
        default_factory=list
    )
    acts_on: Literal["vertical", "own_ict"] = "vertical"
    normalisation: Text | None = None  # of a realised claim: for output, weather, occupancy
    also_acting: Annotated[list[OtherSolution], Field(max_length=50)] = Field(default_factory=list)
    overlap: Literal["multiplicative", "additive", "none"] | None = None


class Excluded(_Model):
    """A life-cycle stage left out, and why."""

    stage: Stage
    reason: Text


class Denominator(_Model):
    """A quantity to divide by: ICT activity or spending."""

    quantity: Expression
    unit: UnitText
    name: Text | None = None


class Ict(_Model):
    """The first-order effect: the ICT system's own life cycle."""

    lines: Lines
    excluded: Annotated[list[Excluded], Field(max_length=20)] = Field(default_factory=list)
    activity: Denominator | None = None
    spend: Denominator | None = None


def _year(value: object) -> object:
    return str(value) if isinstance(value, int) else value


def _share(value: object) -> object:
    return {"value": value} if isinstance(value, int | float) else value


class Rebound(_Model):
    """How much of the gross effect behaviour and markets take back."""

    status: Literal["quantified", "embedded_in_measurement", "not_quantified"] | None = None
    share: Annotated[Distributed, _reads(_share, Distributed | float)] | None = None
    source: Text | None = None


class HigherOrder(_Model):
    """Behaviour, market and spending effects; lines are emissions."""

    rebound: Rebound = Field(default_factory=Rebound)
    lines: Lines = Field(default_factory=list)


class FunctionalUnit(_Model):
    """What both scenarios deliver."""

    quantity: Expression
    unit: UnitText
    name: Text | None = None
    solution: Expression | None = None
    normalise: bool = False
    equivalence: Text | None = None


class Period(_Model):
    """The assessment period: a start and a number of years or a duration."""

    start: Annotated[Date, _reads(_year, Date | int)]
    years: Annotated[float, Field(gt=0, le=60, strict=True, allow_inf_nan=False)] | None = None
    duration: Short | None = None


class Goal(_Model):
    """Type, perspective and use of the assessment (L.1480)."""

    type: Literal["context", "scale", "provider"] | None = None
    perspective: Literal["system", "provider"] | None = None
    public: bool = False
    gwp: GwpSet = "AR6"
    sector_emissions: Historical | None = None


class Site(_Model):
    """One place where the solution runs, with its own inputs."""

    id: Name
    region: Region | None = None
    name: Text | None = None
    inputs: Inputs = Field(default_factory=dict)


class Consequence(_Model):
    """One node of the consequence tree."""

    id: Name
    parent: Name | None = None
    name: Text | None = None
    order: Annotated[int, Field(ge=1, le=3)]
    sign: Literal["favourable", "adverse", "uncertain"]
    horizon: Literal["immediate", "mid", "long"] | None = None
    treatment: Literal["quantified", "qualitative", "excluded"]
    line: Name | None = None
    reason: Text | None = None


class Contributor(_Model):
    """Somebody who shares in the result."""

    id: Short
    share: Annotated[float, Field(strict=True, allow_inf_nan=False)]
    name: Text | None = None


class Attribution(_Model):
    """Who may claim which share of the system result."""

    key: Literal["cost", "value_added", "agreed", "equal"] | None = None
    contributors: Annotated[list[Contributor], Field(max_length=100)] = Field(default_factory=list)
    others: Text | None = None
    evidence: Text | None = None


class Extrapolation(_Model):
    """How a sample was carried over to a population."""

    sample: Annotated[float, Field(gt=0)]
    population: Annotated[float, Field(gt=0)]
    method: Text | None = None
    representativeness: Text | None = None
    measured_at_scale: bool = False
    technology: Literal["same", "different"] = "same"


class MonitoringRecord(_Model):
    """What a realised claim rests on: meter, period, file with its hash."""

    meter: Short
    period: Short
    file: Short | None = None
    sha256: Annotated[str, Field(pattern=r"^[0-9a-fA-F]{64}$")] | None = None


class Correlation(_Model):
    """Inputs that vary together, with their correlation matrix (or one value for a pair)."""

    inputs: Annotated[list[Short], Field(min_length=2, max_length=20)]
    matrix: list[list[Number]] | None = None
    value: Annotated[float, Field(ge=-1, le=1)] | None = None


class SourceNote(_Model):
    """A published source of the case."""

    title: Text
    url: Long | None = None
    note: Text | None = None


Answers = dict[Short, Any]


class Case(_Model):
    """One claim: reference, solution, ICT system, higher-order effects, over one period."""

    handprint: Literal[1]
    id: Name
    title: Title
    description: Text | None = None
    sector: Sector
    category: Literal["production", "living", "urban_rural"] | None = None
    region: Region
    period: Period
    tier: Annotated[int, Field(ge=1, le=3, strict=True)]
    claim: Literal["potential", "planned", "realised"] | None = None
    functional_unit: FunctionalUnit
    inputs: Inputs = Field(default_factory=dict)
    reference: Reference
    solution: Solution
    ict: Ict
    higher_order: HigherOrder = Field(default_factory=HigherOrder)
    assessment: Goal = Field(default_factory=Goal)
    sites: Annotated[list[Site], Field(max_length=200)] = Field(default_factory=list)
    factor_paths: dict[Short, dict[str, Any]] = Field(default_factory=dict)
    consequences: Annotated[list[Consequence], Field(max_length=200)] = Field(default_factory=list)
    correlations: Annotated[list[Correlation], Field(max_length=20)] = Field(default_factory=list)
    attribution: Attribution | None = None
    extrapolation: Extrapolation | None = None
    monitoring: Annotated[list[MonitoringRecord], Field(max_length=100)] = Field(
        default_factory=list
    )
    eligibility: Answers | None = None
    assurance: Answers | None = None
    disclosure: Answers | None = None
    submitter: Answers | None = None
    sources: Annotated[list[SourceNote], Field(max_length=100)] = Field(default_factory=list)
    template: Name | None = None
    template_version: Annotated[int, Field(ge=1)] | None = None


Block.model_rebuild()
Reference.model_rebuild()
Solution.model_rebuild()
