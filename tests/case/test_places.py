"""Findings carry the key paths of what a person changes to mend them."""

import json
import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from handprint.assess.assess import Options, assess
from handprint.case.feeds import input_path, inputs_read
from handprint.case.reader import KeyPath, RawCase, read_case, read_case_bytes
from handprint.case.template import expand, template, template_files
from handprint.case.validate import validate
from handprint.core.errors import Finding, Findings, Place, Severity
from handprint.core.i18n import render_finding
from handprint.factors.factor import Library
from handprint.forms.intake import prepare

Tree = dict[str, Any]
FILES = sorted((Path(__file__).resolve().parents[1] / "data" / "intake").glob("*.yaml"))
# What is wrong with the file as a whole is about no entry.
OF_THE_FILE = {"HP-Y04", "HP-Y05", "HP-Y06", "HP-Y07", "HP-Y08", "HP-Y09", "HP-Y10"}
ASK_FOR_BLOCKS = ("R", "HP-F04")  # review rules; a factor path for years to come


def exists(tree: Any, path: KeyPath) -> bool:
    for part in path:
        listed = isinstance(tree, list) and isinstance(part, int) and part < len(tree)
        if not listed and not (isinstance(tree, dict) and part in tree):
            return False
        tree = tree[part]
    return True


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_findings_of_bad_files_name_entries(path: Path, library: Library) -> None:
    findings = Findings()
    raw = read_case(path, findings)
    case = None if raw is None else validate(raw, findings)
    if case is not None and raw is not None:
        assess(case, raw, library, Options(draws=200, vary=False), findings)
    assert len(findings)
    for finding in findings:
        assert bool(finding.paths) == (finding.rule not in OF_THE_FILE), finding
        if raw is None:
            continue
        for entry in finding.paths:
            # otherwise one key at most is not there yet
            near = entry if exists(raw.tree, entry) else entry[:-1]
            assert exists(raw.tree, near) or finding.rule.startswith(ASK_FOR_BLOCKS), (
                finding,
                entry,
            )


def of_template(tree: Tree, library: Library) -> tuple[Findings, RawCase]:
    local, findings = Findings(), Findings()
    raw = read_case_bytes("case.json", json.dumps(tree).encode(), local)
    prepared = prepare(raw, local, findings)
    assert prepared is not None, list(findings)
    assess(*prepared, library, Options(draws=200, vary=False), findings)
    return findings, prepared[1]


def test_a_template_s_line_leads_to_the_inputs_that_feed_it(library: Library) -> None:
    example = read_case(template_files()["potline-control"].with_suffix(".example.yaml"),
                        Findings())  # fmt: skip
    assert example is not None
    tree = json.loads(json.dumps(example.tree))
    findings, raw = of_template(tree, library)
    assert raw.declared == tree
    assert raw.tree != tree
    fixed = [
        (scenario, "lines", i)
        for scenario in ("reference", "solution", "ict")
        for i, _ in enumerate(raw.tree[scenario]["lines"])
    ]
    for line in fixed:
        paths = raw.place((*line, "quantity")).paths
        assert paths
        assert all(path[0] == "inputs" and path[1] in raw.tree["inputs"] for path in paths)
    assert raw.place((*fixed[0], "factor")).paths[-1] == ("period",)
    assert raw.place(("functional_unit", "unit")).paths == inputs_read(
        raw.tree, ("functional_unit",)
    )
    for finding in findings:
        for path in finding.paths:
            assert not any(path[: len(line)] == line for line in fixed), finding


@pytest.mark.parametrize("name", template_files())
def test_no_place_of_a_template_s_line_is_a_dead_end(name: str) -> None:
    tree = {"handprint": 1, "id": "x", "template": name}
    raw = expand(RawCase("x.yaml", b"", tree), Findings())
    for scenario in ("reference", "solution", "ict"):
        for i, _ in enumerate(raw.tree[scenario]["lines"]):
            paths = raw.place((scenario, "lines", i)).paths
            assert paths
            known = set(template(name).inputs)
            assert all(p == ("template",) or p[1] in known for p in paths)


def test_a_line_s_finding_names_the_line_and_its_inputs(
    small_case: Tree, findings_of: Callable[[Tree], Findings]
) -> None:
    small_case["inputs"] = {"output": {"value": -3, "unit": "t/year"}}
    small_case["solution"]["lines"][0]["quantity"] = "output * 2"
    (finding,) = [f for f in findings_of(small_case) if f.rule == "HP-V02"]
    line = ("solution", "lines", 0, "quantity")
    assert finding.paths == (line, ("inputs", "output"))
    assert render_finding(finding, "en")["paths"] == [list(line), ["inputs", "output"]]


def test_a_rule_about_inputs_names_them(
    small_case: Tree, findings_of: Callable[[Tree], Findings]
) -> None:
    given = {"value": 8600, "unit": "t/year"}
    small_case["inputs"] = {"output": given}
    small_case["sites"] = [{"id": "north", "inputs": {"own": given}}]
    small_case["reference"]["lines"][0]["quantity"] = "output * 2 + own"
    found = {f.rule: f for f in findings_of(small_case)}
    paths = (("inputs", "output"), ("sites", 0, "inputs", "own"))
    assert found["R26"].paths == paths
    assert found["R26"].place.endswith(" inputs")


def test_names_in_findings_are_looked_up() -> None:
    tree = {"inputs": {"a": {}}, "sites": [{"id": "s", "inputs": {"b": {}}}]}
    assert input_path(tree, "a") == ("inputs", "a")
    assert input_path(tree, "s/b") == ("sites", 0, "inputs", "b")
    assert input_path(tree, "b") is input_path(tree, "t/b") is None


def test_a_place_is_a_text_that_travels_with_its_paths() -> None:
    place = Place("a.yaml:3 tier", (("tier",),))
    assert pickle.loads(pickle.dumps(place)).paths == place.paths  # noqa: S301
    finding = Finding("HP-S02", Severity.ERROR, place)
    assert (type(finding.place), finding.paths) == (str, (("tier",),))
    other = replace(finding, paths=(("title",),))
    both = Findings([finding, other, finding])
    assert [f.paths for f in both] == [(("tier",), ("title",))]
