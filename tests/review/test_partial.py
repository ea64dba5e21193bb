"""What is known of a case that an error keeps from being computed."""

from pathlib import Path
from typing import Any

from handprint.assess.assess import Options, assess
from handprint.assess.reviewing import partial_review
from handprint.case.reader import RawCase, read_case
from handprint.case.validate import validate
from handprint.core.errors import Findings
from handprint.factors.factor import Library
from handprint.review.checklist import checklist

INTAKE = Path(__file__).resolve().parents[1] / "data" / "intake"


def test_rules_are_evaluated_as_far_as_the_case_tells(library: Library) -> None:
    raw = read_case(INTAKE / "HP-F01_unknown_factor.yaml", Findings())
    assert raw is not None
    case = validate(raw, Findings())
    assert case is not None
    assert assess(case, raw, library, Options(draws=0), Findings()) is None
    lines, findings = partial_review(case, raw)
    outcome = {line.rule: line.outcome for line in lines}
    assert outcome["R14"] == "failed"  # the claim is not said to be potential, planned, realised
    assert outcome["R26"] == "not_evaluated"  # which inputs matter is known from results only
    assert all(finding.paths for finding in findings)
    assert {f.rule for f in findings} == {
        r for r, o in outcome.items() if o in ("failed", "remark")
    }


def test_what_is_evaluated_is_what_the_full_review_says(
    small_case: dict[str, Any], library: Library
) -> None:
    small_case["title"] = "Green, net-zero parcels"
    raw = RawCase("case.json", b"", small_case)
    case = validate(raw, Findings())
    assert case is not None
    result = assess(case, raw, library, Options(draws=0, vary=False), Findings())
    assert result is not None
    full = {line.rule: line.outcome for line in checklist(result.findings)}
    lines, _ = partial_review(case, raw)
    known = {line.rule: line.outcome for line in lines if line.outcome != "not_evaluated"}
    assert len(known) > 15
    assert known.items() <= full.items()
