"""What a committee selects by: criteria with weights and measures, gates, quotas and limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from handprint.assess.uncertainty import Verdict
from handprint.core import resources
from handprint.core.errors import Findings, Severity
from handprint.review.checklist import GROUPS
from handprint.selection.choices import LIMITED, METHODS
from handprint.selection.criteria_file import Node, open_criteria

__all__ = [
    "MEASURES",
    "Criteria",
    "Criterion",
    "ExpertScale",
    "Gates",
    "Measure",
    "read_criteria",
]

MeasureName = Literal["quality_score", "rules_passed", "probability", "kept", "verdict", "column"]
MEASURES: tuple[MeasureName, ...] = (
    "quality_score",
    "rules_passed",
    "probability",
    "kept",
    "verdict",
    "column",
)
VERDICTS: tuple[Verdict, ...] = ("robust", "likely", "inconclusive", "net_burden", "no_uncertainty")


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that is measured for a criterion.

    Parameters
    ----------
    groups : tuple of str
        Groups of the reviewer's checklist, for ``rules_passed``.
    column, low, high : str, float, float
        A column of the scores and the numbers that give 0 and 100 points, for ``column``.
    """

    name: MeasureName
    groups: tuple[str, ...] = ()
    column: str = ""
    low: float = 0.0
    high: float = 1.0


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion; its points are the mean of its measures, 0 to 100."""

    id: str
    name: Mapping[str, str]
    weight: float
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class ExpertScale:
    """The scale of experts' scores, and what they count where a criterion is measured too."""

    low: float = 1.0
    high: float = 5.0
    share: float = 0.5


@dataclass(frozen=True, slots=True)
class Gates:
    """What a case must pass before it is scored."""

    blocking_findings: bool = False
    verdicts_excluded: tuple[str, ...] = ("net_burden",)
    least_tier: int | None = None
    least_probability: float | None = None


@dataclass(frozen=True, slots=True)
class Criteria:
    """Everything a committee decides before it looks at the cases."""

    method: str
    criteria: tuple[Criterion, ...]
    experts: ExpertScale
    gates: Gates
    quotas: Mapping[str, int]
    limits: Mapping[str, int]
    tie_break: str
    source: str = field(repr=False)


def read_criteria(path: Path | None, findings: Findings) -> Criteria | None:
    """Read a criteria file, the shipped one by default; None, with findings, when it is wrong."""
    local = Findings()
    root = open_criteria(path or resources.folder("reports") / "criteria.yaml", local)
    found = None if root is None else _criteria(root)
    findings.extend(local)
    return None if local.has(Severity.ERROR) else found


def _criteria(root: Node) -> Criteria:
    root.known("method", "criteria", "experts", "eligibility", "quotas", "limits", "tie_break")
    criteria = tuple(_criterion(node) for node in root.items("criteria"))
    ids = [criterion.id for criterion in criteria]
    root.unique("criteria", ids)
    _check_weights(root, criteria)
    return Criteria(
        method=root.choice("method", tuple(METHODS), "weighted_sum"),
        criteria=criteria,
        experts=_experts(root.below("experts")),
        gates=_gates(root.below("eligibility")),
        quotas=_counts(root.below("quotas")),
        limits=_counts(root.below("limits"), LIMITED),
        tie_break=root.choice("tie_break", tuple(ids), ids[0]) if ids else "",
        source=root.source,
    )


def _criterion(node: Node) -> Criterion:
    node.known("id", "name", "weight", "measures")
    criterion_id = node.word("id")
    measures = tuple(_measure(below) for below in node.items("measures", least=0))
    return Criterion(
        criterion_id, node.texts("name", criterion_id), node.weight("weight"), measures
    )


def _measure(node: Node) -> Measure:
    name = node.choice("measure", MEASURES, MEASURES[0])
    if name == "rules_passed":
        node.known("measure", "groups")
        return Measure(name, groups=node.choices("groups", tuple(GROUPS), tuple(GROUPS)))
    if name == "column":
        node.known("measure", "column", "low", "high")
        low, high = node.number("low", 0.0), node.number("high", 1.0)
        node.ordered("high", low, high)
        return Measure(name, column=node.word("column"), low=low, high=high)
    node.known("measure")
    return Measure(name)


def _check_weights(root: Node, criteria: Sequence[Criterion]) -> None:
    if criteria and sum(criterion.weight for criterion in criteria) <= 0:
        root.fault("HP-K03", "criteria", variant="zero")


def _experts(node: Node) -> ExpertScale:
    node.known("low", "high", "share")
    low, high = node.number("low", 1.0), node.number("high", 5.0)
    node.ordered("high", low, high)
    return ExpertScale(low, high, node.number("share", 0.5, bounds=(0.0, 1.0)))


def _gates(node: Node) -> Gates:
    node.known("blocking_findings", "verdicts_excluded", "least_tier", "least_probability")
    tier = node.optional("least_tier", bounds=(1.0, 3.0))
    return Gates(
        blocking_findings=node.flag("blocking_findings"),
        verdicts_excluded=node.choices("verdicts_excluded", VERDICTS, ("net_burden",)),
        least_tier=None if tier is None else int(tier),
        least_probability=node.optional("least_probability", bounds=(0.0, 1.0)),
    )


def _counts(node: Node, known: tuple[str, ...] = ()) -> dict[str, int]:
    if known:
        node.known(*known)
    found = {name: node.optional(name, bounds=(0.0, 1e6)) for name in node.keys()}  # noqa: SIM118
    return {name: int(value) for name, value in found.items() if value is not None}
