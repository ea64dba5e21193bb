"""An answer that means none, given in a case, a form and a row of a table."""

import json
from io import BytesIO
from typing import Any

import pytest

from handprint.assess.assess import Options, assess
from handprint.case.reader import RawCase, read_case
from handprint.case.template import expand, template, template_files
from handprint.case.validate import validate
from handprint.core.errors import Findings
from handprint.factors.factor import Library
from handprint.forms.intake import load_case_bytes
from handprint.forms.reader import read_form_bytes
from handprint.forms.writer import form_content, write_form
from tests.batch.test_consistency import Scored, potline

NAME = "potline-control"
# YAML as it is typed: bare words are texts, a bare false is false; NO of a region is Norway
SPELT = [
    "none",
    "no",
    "NO",
    "No",
    "n/a",
    '"-"',
    "false",
    "无",
    "否",
    "没有",
    "不涉及。",
    "{zh: 无, en: none}",
]


def example() -> dict[str, Any]:
    raw = read_case(template_files()[NAME].with_suffix(".example.yaml"), Findings())
    assert raw is not None
    return raw.tree


def rules_of(raw: RawCase, library: Library) -> set[str]:
    findings = Findings()
    raw = expand(raw, findings)
    case = validate(raw, findings)
    assert case is not None, list(findings)
    assert assess(case, raw, library, Options(draws=0, vary=False), findings) is not None
    return {f.key for f in findings}


def of_tree(tree: dict[str, Any], library: Library) -> set[str]:
    return rules_of(RawCase("case.json", json.dumps(tree).encode(), tree), library)


@pytest.mark.parametrize("spelt", SPELT)
def test_no_fossil_link_in_a_case(library: Library, spelt: str) -> None:
    tree = {**example(), "eligibility": None}
    text = json.dumps(tree, ensure_ascii=False).replace(
        '"eligibility": null', f'"eligibility": {{"fossil_link": {spelt}}}'
    )
    loaded = load_case_bytes("case.yaml", text.encode(), Findings())
    assert loaded is not None
    result = assess(*loaded, library, Options(draws=0, vary=False), Findings())
    assert result is not None
    assert result.facts["fossil_link"].tolist() == ["none"]
    assert "R28" not in {f.key for f in result.findings}


def test_a_fossil_link_still_blocks(library: Library) -> None:
    for said in ("coal mine", "无人值守采煤", True, "no, but an oil field"):
        assert "R28" in of_tree({**example(), "eligibility": {"fossil_link": said}}, library)


@pytest.mark.parametrize("said", ["无", "否", "No", False])
def test_no_fossil_link_in_a_form(library: Library, said: object) -> None:
    tree = {**example(), "eligibility": {"fossil_link": said}}
    scenario, stream = template(NAME), BytesIO()
    write_form(scenario, "zh", form_content(scenario, tree), stream)
    raw = read_form_bytes("form.xlsx", stream.getvalue(), Findings())
    assert raw is not None
    assert "fossil_link" in raw.tree["eligibility"]
    assert "R28" not in rules_of(raw, library)


def test_rows_of_a_table(library: Library) -> None:
    key = "eligibility.fossil_link"
    said = ["无", "no", "false", "n/a", "coal mine"]
    scored = Scored(library, 0, [potline(id=f"r{i}", **{key: s}) for i, s in enumerate(said)])
    told = ["R28" in scored.scores[i]["findings"].split() for i in range(len(said))]
    assert told == [False, False, False, False, True]


def without_evidence() -> dict[str, Any]:
    """Return a case in which each evidence and reason says none."""
    gate = {"answer": True, "evidence": "无"}
    return {
        **example(),
        "claim": "realised",
        "reference": {"rationale": "无", "description": "N/A"},
        "higher_order": {"rebound": {"status": "quantified", "share": 0.02, "source": "无"}},
        "eligibility": {"climate_action": gate, "latest_science": gate, "contribution": gate},
        "disclosure": {"data": "无", "completeness": "none", "ownership": "n/a", "overlap": "无"},
        "monitoring": [{"meter": "无", "period": "无"}],
        "submitter": {"affiliation": "none", "funding": "无"},
        "attribution": {"key": "cost", "contributors": [{"id": "a", "share": 0.5}], "others": "无"},
    }


def test_none_is_no_evidence(library: Library) -> None:
    """Gates, rationale, rebound source, statements and monitoring are asked for again."""
    told = of_tree(without_evidence(), library)
    assert {"R27", "R04.rationale", "R37.unsourced", "R29", "R30"} <= told


def test_none_is_an_answer_where_it_is_one(library: Library) -> None:
    """Other claimants, overlap, affiliation and funding: none says something."""
    told = of_tree(without_evidence(), library)
    assert not told & {"R17", "R42", "R33"}


def test_none_in_a_list_is_no_entry(library: Library) -> None:
    """Other solutions, candidates, sources: a row that says none stands for no row."""
    tree = example()
    tree["solution"] = {"also_acting": [{"id": "无"}]}
    tree["tier"] = 1
    tree["reference"] = {"candidates": [{"kind": "无"}]}
    told = of_tree(tree, library)
    assert "R19" not in told
    assert "R04.candidates" in told


def test_none_is_no_evidence_of_an_input(library: Library) -> None:
    told = []
    for evidence in ("meter", "无", "n/a"):
        tree = example()
        tree["inputs"] = {k: {**v, "evidence": evidence} for k, v in tree["inputs"].items()}
        for spec in tree["inputs"].values():
            spec.pop("source", None)
            spec.pop("note", None)
        told.append("R26" in of_tree(tree, library))
    assert told == [False, True, True]
