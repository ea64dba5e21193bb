"""Quantities as a case may write them: texts, numbers with units, distributions, factors.

Short spellings are brought to one form here, before anything is checked.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from handprint.core.limits import LARGEST, SMALLEST, in_range
from handprint.units.amounts import split_amount
from handprint.units.names import UnitError

__all__ = [
    "Distributed",
    "Expression",
    "Factor",
    "FactorChoice",
    "FactorSpec",
    "GwpSet",
    "InputSpec",
    "Inputs",
    "Long",
    "Name",
    "Number",
    "Record",
    "Region",
    "Short",
    "Text",
    "Title",
    "UnitText",
    "YearValue",
    "reads",
]

MAX_TEXT = 5_000


def reads(function: Callable[[Any], Any], accepted: Any) -> BeforeValidator:
    """Read short spellings with ``function``; the JSON Schema shows what is ``accepted``."""
    return BeforeValidator(function, json_schema_input_type=accepted)


def _both_languages(value: object) -> object:
    return {"zh": value, "en": value} if isinstance(value, str) else value


def _unit_text(value: object) -> object:
    return "1" if value == 1 and not isinstance(value, bool) else value


def _expression(value: object) -> object:
    """Accept a bare number where an expression stands."""
    return repr(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _number(value: object) -> object:
    """Read a text that is a number: ``2,000``; one that is asked back says so."""
    if not isinstance(value, str):
        return value
    try:
        number, unit = split_amount(value)
    except UnitError as problem:
        if problem.code == "HP-U01" and problem.variant != "range":
            return value
        raise
    return value if unit else number


def _not_near_zero(value: float) -> float:
    if not in_range(value):
        raise PydanticCustomError("near_zero", "nearer to zero than {limit}", {"limit": SMALLEST})
    return value


Number = Annotated[
    float,
    Field(strict=True, allow_inf_nan=False, ge=-LARGEST, le=LARGEST),
    BeforeValidator(_number),
    AfterValidator(_not_near_zero),
]
Short = Annotated[str, Field(min_length=1, max_length=300)]
Long = Annotated[str, Field(max_length=MAX_TEXT)]
LongTexts = dict[Literal["zh", "en"], Long]
ShortTexts = Annotated[dict[Literal["zh", "en"], Short], Field(min_length=1)]
Text = Annotated[LongTexts, reads(_both_languages, Long | LongTexts)]
Title = Annotated[ShortTexts, reads(_both_languages, Short | ShortTexts)]
UnitText = Annotated[str, reads(_unit_text, str | Literal[1]), Field(min_length=1, max_length=100)]
Expression = Annotated[str, reads(_expression, str | float), Field(min_length=1, max_length=1000)]
Name = Annotated[str, Field(pattern=r"^[^\W_][\w.\-]{0,79}$")]
Region = Annotated[str, Field(pattern=r"^[A-Z]{2,3}(-[A-Z0-9]{1,12}){0,2}$")]
GwpSet = Literal["AR4", "AR5", "AR6"]


class Record(BaseModel):
    """A block of keys: unknown ones are refused, nothing changes afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Distributed(Record):
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
    return {"value": value} if isinstance(value, int | float | str) else value


class InputSpec(Distributed):
    """One input of a case: activity data, a rate, a share."""

    unit: UnitText
    by_year: (
        Annotated[
            dict[
                Annotated[int, Field(ge=1990, le=2100)],
                Annotated[YearValue, reads(_year_value, YearValue | float)],
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


def _input(value: object) -> object:
    """Read ``90 万吨/年`` as value and unit; a unit given per year becomes the input's.

    Raises
    ------
    UnitError
        The text begins with no number, or with one that is asked back.
    """
    if isinstance(value, str):
        number, unit = split_amount(value)
        return {"value": number, "unit": unit or "1"}
    by_year = value.get("by_year") if isinstance(value, Mapping) else None
    if isinstance(value, Mapping) and "unit" not in value and isinstance(by_year, Mapping):
        units = [v["unit"] for v in by_year.values() if isinstance(v, Mapping) and "unit" in v]
        if units:
            return {**value, "unit": units[0]}
    return value


Input = Annotated[InputSpec, reads(_input, InputSpec | Short)]
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


class FactorChoice(Record):
    """A factor by its id in a library, or written into the case."""

    id: Short | None = None
    inline: FactorSpec | None = None


Factor = Annotated[FactorChoice, reads(_factor, Short | FactorSpec)]
