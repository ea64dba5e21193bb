"""Fixtures that several test packages share: a small case, and the ways to run it."""

import copy
import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, settings

from handprint.assess.assess import Assessment, Options, assess
from handprint.case.reader import RawCase, read_case_bytes
from handprint.case.schema import Case
from handprint.case.validate import validate
from handprint.cli.main import cli
from handprint.core.errors import Findings, Severity
from handprint.factors.factor import Library
from handprint.factors.library import shipped_library
from handprint.model.bind import bind
from handprint.model.columns import central_columns, draw_columns
from handprint.model.effects import Effects, effects
from handprint.model.evaluate import Ledger, evaluate, totals
from handprint.model.structure import Model

Tree = dict[str, Any]

# The same examples on every machine, and no look at the clock: a loaded machine is no fault.
settings.register_profile(
    "handprint",
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("handprint")

# 1 t CO2 per unit of "amount" keeps every number readable: a quantity in tonnes is its emission.
PER_TONNE = {"value": 1, "unit": "t CO2e/t", "source": "made up", "year": 2022}
SMALL_CASE: Tree = {
    "handprint": 1,
    "id": "small",
    "title": "A small case",
    "sector": "industry",
    "category": "production",
    "region": "CN",
    "period": {"start": 2022, "years": 1},
    "tier": 2,
    "claim": "planned",
    "functional_unit": {"quantity": "1000000 parcel", "unit": "parcel"},
    "inputs": {},
    "reference": {
        "kind": "previous_situation",
        "rationale": "nothing else was planned",
        "demand_context": "improvement",
        "lines": [{"id": "activity", "quantity": "10000 t/year", "factor": PER_TONNE}],
    },
    "solution": {
        "mechanism": "optimise",
        "lines": [{"id": "activity", "quantity": "8600 t/year", "factor": PER_TONNE}],
    },
    "ict": {
        "lines": [
            {
                "id": "devices",
                "stage": "manufacture",
                "quantity": "300 t",
                "lifetime": "5 year",
                "factor": PER_TONNE,
            },
            {"id": "power", "stage": "use", "quantity": "140 t/year", "factor": PER_TONNE},
        ],
        "excluded": [
            {"stage": stage, "reason": "below 1 % of F"}
            for stage in ("raw_material", "transport", "end_of_life")
        ],
    },
    "higher_order": {
        "rebound": {"status": "quantified", "share": 0.2, "source": "survey"},
        "lines": [],
    },
}


@dataclass(frozen=True)
class Computed:
    """A case bound and evaluated, without rules and documents."""

    model: Model
    ledger: Ledger
    effects: Effects
    findings: Findings


@pytest.fixture
def small_case() -> Tree:
    """A complete case of round numbers (methodology 1.6: NER 920 t), free to be changed."""
    return copy.deepcopy(SMALL_CASE)


@pytest.fixture(scope="session")
def library() -> Library:
    return shipped_library()


def read(tree: Tree, findings: Findings) -> tuple[Case, RawCase] | None:
    raw = read_case_bytes("case.json", json.dumps(tree).encode(), findings)
    case = None if raw is None else validate(raw, findings)
    return None if raw is None or case is None else (case, raw)


@pytest.fixture(scope="session")
def compute(library: Library) -> Callable[..., Computed]:
    """Bind and evaluate a case that must be good."""

    def run(tree: Tree, draws: int = 0, seed: int = 1) -> Computed:
        findings = Findings()
        loaded = read(tree, findings)
        model = None if loaded is None else bind(*loaded, library, findings)
        assert model is not None, list(findings)
        columns = (
            draw_columns(model.columns, seed, draws, couplings=model.couplings)
            if draws
            else central_columns(model.columns)
        )
        ledger = list(evaluate(model, columns))
        return Computed(
            model, ledger, effects(model, columns, totals(model, columns, ledger)), findings
        )

    return run


@pytest.fixture(scope="session")
def assessed(library: Library) -> Callable[..., Assessment]:
    """Assess a case that must be good."""

    def run(tree: Tree, draws: int = 0, seed: int = 1) -> Assessment:
        findings = Findings()
        loaded = read(tree, findings)
        assert loaded is not None, list(findings)
        result = assess(*loaded, library, Options(draws, seed), findings)
        assert result is not None, list(findings)
        return result

    return run


@pytest.fixture(scope="session")
def findings_of(library: Library) -> Callable[[Tree], Findings]:
    """Return all findings of a case, good or bad."""

    def run(tree: Tree, draws: int = 0) -> Findings:
        findings = Findings()
        loaded = read(tree, findings)
        if loaded is not None:
            assess(*loaded, library, Options(draws), findings)
        return findings

    return run


@pytest.fixture(scope="session")
def errors_of(findings_of: Callable[..., Findings]) -> Callable[..., list[str]]:
    """Return the keys of the findings of severity error."""

    def run(tree: Tree, draws: int = 0) -> list[str]:
        return [f.key for f in findings_of(tree, draws) if f.severity is Severity.ERROR]

    return run


@pytest.fixture(scope="session")
def every() -> Callable[..., None]:
    """Check every item of a collection in one test; name all that fail, each with what is wrong."""

    def run(
        items: Iterable[Any], check: Callable[[Any], object], name: Callable[[Any], str] = str
    ) -> None:
        tried, faults = 0, []
        for item in items:
            tried += 1
            try:
                check(item)
            except (Exception, pytest.fail.Exception) as fault:
                faults.append(f"{name(item)}: {type(fault).__name__}: {fault}")
        if not tried:
            pytest.fail("there is nothing to check")
        if faults:
            pytest.fail(f"{len(faults)} of {tried} fail\n" + "\n".join(faults))

    return run


@pytest.fixture(scope="session")
def calls_of() -> Callable[[Callable[[], object]], int]:
    """Count the calls of functions, in Python or C: work that is the same on every machine."""

    def run(work: Callable[[], object]) -> int:
        count = 0

        def note(_frame: object, event: str, _argument: object) -> None:
            nonlocal count
            count += event in ("call", "c_call")

        before = sys.getprofile()
        sys.setprofile(note)
        try:
            work()
        finally:
            sys.setprofile(before)
        return count

    return run


@pytest.fixture
def handprint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run the command line in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(cli, list(arguments))

    return run
