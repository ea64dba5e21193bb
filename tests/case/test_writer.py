"""Cases written as YAML come back as the same trees and give the same results."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handprint.assess.assess import Assessment, Options, assess
from handprint.case.reader import RawCase, read_case, read_case_bytes
from handprint.case.writer import same_tree, to_yaml
from handprint.core.errors import CodedError, Findings
from handprint.core.i18n import messages
from handprint.factors.factor import Library
from handprint.forms.intake import load_case_bytes

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = [
    *sorted((ROOT / "case_templates").glob("examples/*.yaml")),
    *sorted((ROOT / "case_templates").glob("*/*.example.yaml")),
    *sorted((ROOT / "tests" / "published" / "cases").glob("*.yaml")),
    *sorted((ROOT / "tests" / "contract").glob("*.yaml")),
]
BAD = sorted((ROOT / "tests" / "data" / "intake").glob("*.yaml"))


def read(path: Path) -> RawCase:
    raw = read_case(path, Findings())
    assert raw is not None
    return raw


def tree_of(text: str) -> Any:
    findings = Findings()
    raw = read_case_bytes("a.yaml", text.encode(), findings)
    assert raw is not None, list(findings)
    assert not raw.faulty
    return raw.tree


def result(source: bytes, library: Library) -> tuple[Assessment, list[tuple[str, object]]]:
    findings = Findings()
    loaded = load_case_bytes("a.yaml", source, findings)
    assert loaded is not None
    found = assess(*loaded, library, Options(draws=0, vary=False), findings)
    assert found is not None
    return found, [(f.key, f.params) for f in findings]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_cases_come_back(path: Path, library: Library) -> None:
    raw = read(path)
    text = to_yaml(raw)
    assert same_tree(tree_of(text), raw.tree)
    assert list(tree_of(text)) == list(raw.tree)
    assert same_tree(tree_of(to_yaml(raw.tree)), raw.tree)
    one, found = result(raw.source, library)
    other, again = result(text.encode(), library)
    assert one.case == other.case
    assert found == again
    assert {k: v.value for k, v in one.metrics.items()} == {
        k: v.value for k, v in other.metrics.items()
    }


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_bad_cases_come_back_as_bad(path: Path) -> None:
    raw = read_case(path, Findings())
    if raw is not None:
        assert same_tree(tree_of(to_yaml(raw)), raw.tree)


def test_a_case_of_a_template_is_written_as_declared() -> None:
    path = ROOT / "case_templates" / "living" / "custom-bus.example.yaml"
    findings = Findings()
    loaded = load_case_bytes("a.yaml", path.read_bytes(), findings)
    assert loaded is not None
    assert same_tree(tree_of(to_yaml(loaded[1])), read(path).tree)


def test_a_tree_is_written_in_the_order_of_the_schema(small_case: dict[str, Any]) -> None:
    shuffled = json.loads(json.dumps(small_case, sort_keys=True))
    assert same_tree(tree_of(to_yaml(shuffled)), small_case)
    written = list(tree_of(to_yaml(shuffled)))
    assert written[:5] == ["handprint", "id", "title", "sector", "category"]
    lines = tree_of(to_yaml(shuffled))["ict"]["lines"]
    assert list(lines[0]) == ["id", "quantity", "factor", "stage", "lifetime"]
    assert list(lines[0]["factor"]) == ["value", "unit", "source", "year"]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1e-05, "1e-05"),
        (1e22, "1e+22"),
        (0.1 + 0.2, "0.30000000000000004"),
        (-0.0, "-0.0"),
        (10, "10"),
        (1.0, "1.0"),
        (True, "true"),
        (None, "null"),
        ("010", "'010'"),
        ("1_000", "'1_000'"),
        ("null", "'null'"),
        ("~", "'~'"),
        ("", "''"),
        ("NO", "NO"),
        ("no", "no"),
        ("1:30", "1:30"),
        ("2022-07-01", "2022-07-01"),
        ("0x10", "0x10"),
        ("<<", "<<"),
        ("a: b", "'a: b'"),
        ("# no comment", "'# no comment'"),
        ("- item", "'- item'"),
        ("吨 CO2/万千瓦时", "吨 CO2/万千瓦时"),
        ("tab\there", '"tab\\there"'),
        (float("inf"), ".inf"),
        ([1, 2.5, "x"], "[1, 2.5, x]"),
        ({"zh": "甲", "en": "a"}, "{zh: 甲, en: a}"),
        ({}, "{}"),
    ],
)
def test_spelling(value: object, written: str) -> None:
    assert to_yaml({"x": value}) == f"x: {written}\n"


def test_lists_are_indented_and_long_texts_stay_in_their_line() -> None:
    text = to_yaml({"lines": [{"id": "a", "note": "x " * 200 + "end"}], "note": "one\ntwo\n"})
    assert text.endswith("\nnote: |\n  one\n  two\n")
    assert "lines:\n  - id: a\n    note: x x" in text
    assert len(text.splitlines()) == 6


@pytest.mark.parametrize("value", [10**41, object(), b"x"])
def test_what_no_file_can_hold_is_refused(value: object) -> None:
    with pytest.raises(CodedError) as problem:
        to_yaml({"x": value})
    assert problem.value.code in messages()


def scalars() -> st.SearchStrategy[Any]:
    texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
    looks = st.text("0123456789eE+-._: #,[]{}'\"\n\t&*!|>%@`yn~", max_size=12)
    numbers = st.floats() | st.integers(-(10**38), 10**38)
    return st.none() | st.booleans() | numbers | texts | looks


def trees() -> st.SearchStrategy[Any]:
    keys = st.text(st.characters(exclude_categories=["Cs"]), max_size=150)
    return st.recursive(
        scalars(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    )


@given(st.dictionaries(st.text("abc", max_size=3), trees(), max_size=4))
def test_any_tree_comes_back(tree: dict[str, Any]) -> None:
    text = to_yaml(RawCase("x", b"", tree))
    assert same_tree(tree_of(text), tree)
    assert same_tree(tree_of(to_yaml(tree)), tree)
