"""The case: what a submission may say, as pydantic models (JSON Schema in docs/case.schema.json).

Unknown keys are refused. Short spellings (a text for both languages, a number for a share, a
quantity as ``90 万吨/年``) are brought to one form before they are checked, so that the rest of
the program sees one shape only.
"""

import math
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from handprint.case.quantities import (
    Distributed,
    Expression,
    Factor,
    FactorSpec,
    GwpSet,
    Inputs,
    InputSpec,
    Long,
    Name,
    Number,
    Record,
    Region,
    Short,
    Text,
    Title,
    UnitText,
    YearValue,
    reads,
)

__all__ = [
    "Block",
    "Case",
    "Category",
    "Distributed",
    "FactorSpec",
    "InputSpec",
    "LineSpec",
    "Text",
    "Title",
    "YearValue",
]

Sector = Literal[
    "industry", "buildings", "transport", "energy", "agriculture", "waste", "water", "services"
]
Stage = Literal["raw_material", "manufacture", "transport", "use", "end_of_life"]
Category = Literal["production", "living", "urban_rural"]
Accounting = Literal["average", "market", "marginal"]
Date = Annotated[str, Field(pattern=r"^\d{4}(-\d{2}-\d{2})?$")]


class LineSpec(Record):
    """One emission line: quantity times factor."""

    id: Name
    quantity: Expression
    factor: Factor | None = None
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


class Historical(Record):
    """The emission level before: tells an actual reduction from a lesser increase."""

    value: Number
    unit: UnitText
    source: Text | None = None


class Candidate(Record):
    """A reference scenario that was considered; lines or a level make it a declared scenario."""

    kind: Short
    probability: Annotated[float, Field(ge=0, le=1)] | None = None
    rationale: Text | None = None
    lines: Lines | None = None
    emissions: Historical | None = None


class Block(Record):
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


class OtherSolution(Record):
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


class Excluded(Record):
    """A life-cycle stage left out, and why."""

    stage: Stage
    reason: Text


class Denominator(Record):
    """A quantity to divide by: ICT activity or spending."""

    quantity: Expression
    unit: UnitText
    name: Text | None = None


class Ict(Record):
    """The first-order effect: the ICT system's own life cycle."""

    lines: Lines
    excluded: Annotated[list[Excluded], Field(max_length=20)] = Field(default_factory=list)
    activity: Denominator | None = None
    spend: Denominator | None = None


def _year(value: object) -> object:
    return str(value) if isinstance(value, int) else value


def _share(value: object) -> object:
    return {"value": value} if isinstance(value, int | float) else value


class Rebound(Record):
    """How much of the gross effect behaviour and markets take back."""

    status: Literal["quantified", "embedded_in_measurement", "not_quantified"] | None = None
    share: Annotated[Distributed, reads(_share, Distributed | float)] | None = None
    source: Text | None = None


class HigherOrder(Record):
    """Behaviour, market and spending effects; lines are emissions."""

    rebound: Rebound = Field(default_factory=Rebound)
    lines: Lines = Field(default_factory=list)


class FunctionalUnit(Record):
    """What both scenarios deliver."""

    quantity: Expression
    unit: UnitText
    name: Text | None = None
    solution: Expression | None = None
    normalise: bool = False
    equivalence: Text | None = None


class Period(Record):
    """The assessment period: a start and a number of years or a duration."""

    start: Annotated[Date, reads(_year, Date | int)]
    years: Annotated[float, Field(gt=0, le=60, strict=True, allow_inf_nan=False)] | None = None
    duration: Short | None = None


class Goal(Record):
    """Type, perspective and use of the assessment (L.1480)."""

    type: Literal["context", "scale", "provider"] | None = None
    perspective: Literal["system", "provider"] | None = None
    public: bool = False
    gwp: GwpSet = "AR6"
    metrics: dict[Literal["NER", "EI", "VEI"], Short] = Field(default_factory=dict)
    sector_emissions: Historical | None = None


class Site(Record):
    """One place where the solution runs, with its own inputs."""

    id: Name
    region: Region | None = None
    name: Text | None = None
    inputs: Inputs = Field(default_factory=dict)


class Consequence(Record):
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


class Contributor(Record):
    """Somebody who shares in the result."""

    id: Short
    share: Number
    name: Text | None = None


class Attribution(Record):
    """Who may claim which share of the system result."""

    key: Literal["cost", "value_added", "agreed", "equal"] | None = None
    contributors: Annotated[list[Contributor], Field(max_length=100)] = Field(default_factory=list)
    others: Text | None = None
    evidence: Text | None = None


class Extrapolation(Record):
    """How a sample was carried over to a population."""

    sample: Annotated[float, Field(gt=0)]
    population: Annotated[float, Field(gt=0)]
    method: Text | None = None
    representativeness: Text | None = None
    measured_at_scale: bool = False
    technology: Literal["same", "different"] = "same"


class MonitoringRecord(Record):
    """What a realised claim rests on: meter, period, file with its hash."""

    meter: Short
    period: Short
    file: Short | None = None
    sha256: Annotated[str, Field(pattern=r"^[0-9a-fA-F]{64}$")] | None = None


class Correlation(Record):
    """Inputs that vary together, with their correlation matrix (or one value for a pair)."""

    inputs: Annotated[list[Short], Field(min_length=2, max_length=20)]
    matrix: list[list[Number]] | None = None
    value: Annotated[float, Field(ge=-1, le=1)] | None = None


class SourceNote(Record):
    """A published source of the case."""

    title: Text
    url: Long | None = None
    note: Text | None = None


def _finite(value: Any) -> Any:
    """Refuse numbers in free answers that no result file could hold."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in parts:
        _finite(part)
    if isinstance(value, float) and not math.isfinite(value):
        raise PydanticCustomError("finite_number", "a finite number")
    return value


Answers = Annotated[dict[Short, Any], AfterValidator(_finite)]


class Case(Record):
    """One claim: reference, solution, ICT system, higher-order effects, over one period."""

    handprint: Literal[1]
    id: Name
    title: Title
    description: Text | None = None
    sector: Sector
    category: Category | None = None
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
