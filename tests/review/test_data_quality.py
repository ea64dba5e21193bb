"""Which inputs matter, and the score of their data: by their lines together, however cut."""

from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from handprint.assess.assess import Assessment, Options, assess
from handprint.case.reader import RawCase
from handprint.case.validate import validate
from handprint.core.errors import Findings
from handprint.factors.factor import Library
from handprint.forms.intake import load_case

ROOT = Path(__file__).resolve().parents[2] / "case_templates"
EXAMPLES = sorted([*(ROOT / "examples").glob("*.yaml"), *ROOT.rglob("*.example.yaml")])
BLOCKS = ("reference", "solution", "ict", "higher_order")


def loaded(path: Path) -> RawCase:
    found = load_case(path, Findings())
    assert found is not None
    return found[1]


def assessed(raw: RawCase, library: Library, draws: int = 0) -> tuple[Assessment, set[str]]:
    findings = Findings()
    case = validate(raw, findings)
    assert case is not None, list(findings)
    result = assess(case, raw, library, Options(draws, vary=False), findings)
    assert result is not None, list(findings)
    return result, {finding.key for finding in findings}


def cut(raw: RawCase) -> RawCase:
    """Return the case with every line cut in two, the second halves first."""
    tree: dict[str, Any] = deepcopy(raw.tree)
    for name in BLOCKS:
        lines = tree.get(name, {}).get("lines", [])
        halves = [{**line, "quantity": f"0.5 * ({line['quantity']})"} for line in lines]
        second = [{**line, "id": f"{line['id']}-2"} for line in reversed(halves)]
        if lines:
            tree[name]["lines"] = second + halves
    return replace(raw, tree=tree)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_lines_cut_in_two_change_neither_score_nor_findings(path: Path, library: Library) -> None:
    raw = loaded(path)
    whole, codes = assessed(raw, library)
    halves, codes_of_halves = assessed(cut(raw), library)
    assert halves.metrics["NER"].value == pytest.approx(whole.metrics["NER"].value)
    assert halves.facts["quality_score"] == pytest.approx(whole.facts["quality_score"])
    assert codes_of_halves == codes


def test_the_score_does_not_depend_on_draws(library: Library) -> None:
    raw = loaded(ROOT / "examples" / "potline.yaml")
    scores = {float(assessed(raw, library, n)[0].facts["quality_score"][0]) for n in (0, 50, 200)}
    assert len(scores) == 1


def test_small_lines_matter_together(small_case: dict[str, Any], library: Library) -> None:
    """Of NER about 910 t one line of 6 t is 0.7 %, and two of them are 1.3 %."""
    found = {}
    for lines in (1, 2):
        tree = deepcopy(small_case)
        tree["inputs"]["leak"] = {"value": 6, "unit": "t CO2e"}
        tree.setdefault("higher_order", {})["lines"] = [
            {"id": f"leak-{i}", "quantity": "leak"} for i in range(lines)
        ]
        result, _ = assessed(RawCase("case.json", b"", tree), library)
        found[lines] = "leak" in str(result.facts["inputs_unscored"][0])
    assert found == {1: False, 2: True}
