"""Scenario uncertainty: the result under other choices, beside the parameter uncertainty.

A scenario is the case with one choice changed; it is bound and drawn again with the same seed, so
differences between rows are differences of the choice alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from handprint.assess.simulation import simulate
from handprint.assess.uncertainty import Summary, summarise
from handprint.assess.work import Work
from handprint.case.reader import RawCase
from handprint.case.schema import Case, Distributed, Historical, LineSpec
from handprint.core.errors import Finding, Findings, Severity
from handprint.model.bind import bind
from handprint.model.columns import central_columns
from handprint.model.effects import effects_of
from handprint.model.evaluate import evaluate, totals
from handprint.model.structure import Model
from handprint.review.marks import findings_of
from handprint.review.value_checks import check_ledger

if TYPE_CHECKING:
    from handprint.factors.factor import Library

__all__ = ["ScenarioRow", "scenario_table", "unusable_references"]

REBOUND_GRID = (0.0, 0.1, 0.3, 0.5)  # stress rows, never a default (methodology 3.3)
LIFETIME_FACTORS = (0.5, 2.0)
SHARE_FACTORS = (0.5, 2.0)
ACCOUNTINGS = ("market", "marginal")
MOST_DRAWS = 10_000  # a comparison of choices needs no more


@dataclass(frozen=True, slots=True)
class ScenarioRow:
    """The result under one other choice.

    Parameters
    ----------
    kind : str
        "reference", "lifetime", "allocation", "electricity" or "rebound".
    choice : str
        What was chosen: a kind of reference, a factor, an accounting, a share.
    declared : bool
        Whether the case itself declares it (a reference candidate with numbers).
    ner : float
        At central values [t CO2e].
    """

    kind: str
    choice: str
    declared: bool
    ner: float
    summary: Summary | None
    probability: float | None

    @property
    def low(self) -> float:
        """P5 of NER, NER where nothing varies, NaN where draws have no number."""
        if self.probability is None:
            return self.ner
        return self.summary.p5 if self.summary is not None else float("nan")


def unusable_references(
    case: Case, raw: RawCase, library: "Library", *, seed: int, draws: int
) -> list[Finding]:
    """Return a finding for every declared alternative reference that cannot be computed."""
    found = []
    for _, choice, _, changed in _other_references(case):
        trouble = Findings()
        model = bind(changed, raw, library, trouble)
        if model is not None:
            _check_reference(model, seed, min(draws, MOST_DRAWS), trouble)
        errors = [f for f in trouble if f.severity is Severity.ERROR]
        if model is None or errors:
            params = {"choice": choice, "problem": (errors or list(trouble))[0].rule}
            place = raw.place(("reference", "candidates"))
            found.append(Finding("HP-L16", Severity.ERROR, place, params))
    return found


def _check_reference(model: Model, seed: int, draws: int, findings: Findings) -> None:
    """Check the lines of an alternative reference like those of the reference."""
    own = replace(model, lines=tuple(x for x in model.lines if x.scenario == "reference"))
    columns = central_columns(own.columns)
    ledger = list(evaluate(own, columns))
    findings.extend(findings_of(check_ledger(ledger, columns)))
    e_ref = float(totals(own, columns, ledger).reference.sum())
    if e_ref < 0:
        findings.add(Finding("HP-V03", Severity.ERROR, "", {"value": e_ref / 1000}))
    simulate(own, seed=seed, draws=draws, findings=findings)


def scenario_table(
    case: Case,
    raw: RawCase,
    model: Model,
    library: "Library",
    *,
    seed: int,
    draws: int,
    work: Work | None = None,
) -> list[ScenarioRow]:
    """Return the result under every other choice that the case allows to compute.

    Parameters
    ----------
    model : Model
        The case as assessed.
    work : Work, optional
        Is told of every row, as that many draws.
    """
    rows = []
    choices = list(_changed_cases(case, model))
    each = max(min(draws, MOST_DRAWS), 1)
    if work is not None:
        work.total += each * len(choices)
    for kind, choice, declared, changed in choices:
        row = _row(kind, choice, changed, raw, library, seed, draws, declared=declared)
        if row is not None:
            rows.append(row)
        if work is not None:
            work.did(each)
    return rows


def _row(
    kind: str,
    choice: str,
    case: Case,
    raw: RawCase,
    library: "Library",
    seed: int,
    draws: int,
    *,
    declared: bool,
) -> ScenarioRow | None:
    """Return one row; None where the changed case cannot be bound (no such factor series)."""
    model = bind(case, raw, library, Findings())
    if model is None:
        return None
    columns = central_columns(model.columns)
    ner = float(effects_of(model, columns).ner[0, 0])
    if not np.isfinite(ner):
        return None
    drawn = simulate(model, seed=seed, draws=min(draws, MOST_DRAWS))
    if drawn is None:
        return ScenarioRow(kind, choice, declared, ner, None, None)
    probability = float(np.mean(drawn.ner > 0))
    return ScenarioRow(kind, choice, declared, ner, summarise(drawn.ner[None, :]), probability)


def _changed_cases(case: Case, model: Model) -> Iterator[tuple[str, str, bool, Case]]:
    """Yield kind, choice, whether declared, and the changed case."""
    yield from _other_references(case)
    if any(line.lifetime for line in case.ict.lines):
        for factor in LIFETIME_FACTORS:
            factors = {line.id: factor for line in case.ict.lines}
            yield "lifetime", f"{factor:g}", False, _scaled(case, "lifetime", factors)
    shares = _shares(model)
    for factor in SHARE_FACTORS:
        factors = {key: min(factor, 1 / share) for key, share in shares.items() if share > 0}
        if any(own != 1 for own in factors.values()):  # a share of one cannot grow
            yield "allocation", f"{factor:g}", False, _scaled(case, "share", factors)
    for accounting in ACCOUNTINGS if _default_electricity(case) else ():
        yield "electricity", accounting, False, _with_accounting(case, accounting)
    for share in REBOUND_GRID:
        yield "rebound", f"{share:g}", False, _with_rebound(case, share)


def _other_references(case: Case) -> Iterator[tuple[str, str, bool, Case]]:
    for candidate in case.reference.candidates:
        if candidate.lines is not None:
            yield "reference", candidate.kind, True, _with_reference(case, candidate.lines)
        elif candidate.emissions is not None:
            lines = [_level_line(candidate.emissions)]
            yield "reference", candidate.kind, True, _with_reference(case, lines)


def _with_reference(case: Case, lines: list[LineSpec]) -> Case:
    reference = case.reference.model_copy(update={"lines": lines})
    return case.model_copy(update={"reference": reference})


def _level_line(level: Historical) -> LineSpec:
    unit = level.unit if "/" in level.unit else f"{level.unit}/year"
    quantity = f"{level.value!r} {unit}"
    return LineSpec.model_validate({"id": "alternative-reference", "quantity": quantity})


def _shares(model: Model) -> dict[str, float]:
    """Return the largest share of every ICT line that has one, at central values."""
    columns = central_columns(model.columns)
    found: dict[str, float] = {}
    for line in model.lines:
        if line.scenario == "ict" and line.share is not None:
            named = {name: columns[key] for name, key in line.names.items() if key in columns}
            share = float(np.max(line.share.evaluate(named)))
            found[line.id] = max(share, found.get(line.id, 0.0))
    return found


def _scaled(case: Case, key: str, factors: Mapping[str, float]) -> Case:
    """Return the case with the lifetime or share of ICT lines multiplied, each by its factor."""
    lines = []
    for line in case.ict.lines:
        text, factor = getattr(line, key), factors.get(line.id)
        scaled = {key: f"({text}) * {factor!r}"}
        lines.append(line.model_copy(update=scaled) if text and factor is not None else line)
    return case.model_copy(update={"ict": case.ict.model_copy(update={"lines": lines})})


def _default_electricity(case: Case) -> bool:
    lines = (*case.reference.lines, *case.solution.lines)
    return any(
        line.factor is not None and line.factor.id == "electricity.grid" and not line.electricity
        for line in lines
    )


def _with_accounting(case: Case, accounting: str) -> Case:
    """Return the case with both scenarios' grid electricity booked in another way."""
    changed = {}
    for name in ("reference", "solution"):
        block = getattr(case, name)
        lines = [
            line.model_copy(update={"electricity": accounting})
            if line.factor is not None and line.factor.id == "electricity.grid"
            else line
            for line in block.lines
        ]
        changed[name] = block.model_copy(update={"lines": lines})
    return case.model_copy(update=changed)


def _with_rebound(case: Case, share: float) -> Case:
    rebound = case.higher_order.rebound.model_copy(
        update={"status": "quantified", "share": Distributed(value=share)}
    )
    higher = case.higher_order.model_copy(update={"rebound": rebound})
    return case.model_copy(update={"higher_order": higher})
