"""Entries changed in a file that a person wrote: nothing but their own lines moves."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from handprint.case.editor import edit, remove
from handprint.case.reader import KeyPath
from handprint.case.writer import same_tree, to_yaml
from handprint.core.errors import CodedError
from handprint.core.i18n import LANGUAGES, render_finding

from .test_writer import SHIPPED, read, tree_of, trees

TEXT = """\
# what the file is about
handprint: 1
title: {zh: 甲, en: "b"}   # the title
inputs:
  # about x
  x: {value: 1, unit: t}   # from the meter
  y:
    value: 010
    unit: kg   # as sold
  z:
note: |
  one
  two
ict:
  lines:
  - id: l1   # first
    quantity: x * 2
  # between
  - {id: l2, quantity: y}
  -
    id: l3
sites:
    - id: s
      region: NO
tags: [a, b]
"""


def changed_lines(old: str, new: str) -> tuple[list[str], list[str]]:
    """Return the lines that are gone and those that came, all others in their order."""
    before, after = old.split("\n"), new.split("\n")
    while before and after and before[0] == after[0]:
        del before[0], after[0]
    while before and after and before[-1] == after[-1]:
        del before[-1], after[-1]
    return before, after


def values(node: Any, path: KeyPath) -> Iterator[tuple[KeyPath, float | str]]:
    """Yield the numbers of inputs; a short spelling is one with its unit."""
    for name, entry in node.items():
        if isinstance(entry, str):
            yield (*path, name), f"7{entry}"
        elif isinstance(entry, dict):
            for key in ("value", "low", "mode", "high"):
                if isinstance(entry.get(key), int | float):
                    yield (*path, name, key), entry[key] * 2 + 0.5


def all_values(tree: Any) -> Iterator[tuple[KeyPath, float | str]]:
    yield from values(tree.get("inputs", {}), ("inputs",))
    for i, site in enumerate(tree.get("sites", [])):
        yield from values(site.get("inputs", {}), ("sites", i, "inputs"))


def at(node: Any, path: KeyPath) -> Any:
    for part in path:
        node = node[part]
    return node


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_number_of_a_shipped_case_is_one_line(path: Path) -> None:
    text = path.read_text("utf-8")
    for number, (entry, value) in enumerate(all_values(read(path).tree)):
        old = text if number % 2 else text.replace("\n", "\r\n")
        new = edit(old, entry, value)
        gone, came = changed_lines(old, new)
        assert (len(gone), len(came)) == (1, 1), entry
        wanted = tree_of(old)
        at(wanted, entry[:-1])[entry[-1]] = value
        assert same_tree(tree_of(new), wanted)
        assert edit(new, entry, at(tree_of(old), entry)).count("\n") == old.count("\n")


def test_git_counts_one_line(tmp_path: Path) -> None:
    (tmp_path / "old.yaml").write_bytes(TEXT.encode())
    (tmp_path / "new.yaml").write_bytes(edit(TEXT, ("inputs", "x", "value"), 2.5).encode())
    command = ["git", "diff", "--no-index", "--numstat", "old.yaml", "new.yaml"]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert said.stdout.split("\t")[:2] == ["1", "1"]


SET = [
    (("inputs", "x", "value"), 1e-05, ["  x: {value: 1e-05, unit: t}   # from the meter"]),
    (("inputs", "y", "value"), 3, ["    value: 3"]),
    (("inputs", "y", "unit"), "a # b", ["    unit: 'a # b'   # as sold"]),
    (("inputs", "z"), {"value": 1, "unit": "t"}, ["  z: {value: 1, unit: t}"]),
    (("inputs", "z", "unit"), "t", ["  z: {unit: t}"]),
    (("title", "en"), "c, d", ['title: {zh: 甲, en: "c, d"}   # the title']),
    (("title",), "010", ["title: '010'   # the title"]),
    (("ict", "lines", 0, "id"), "NO", ["  - id: NO   # first"]),
    (("ict", "lines", 1, "id"), "1e3", ["  - {id: '1e3', quantity: y}"]),
    (("tags", 1), "c, d", ["tags: [a, 'c, d']"]),
    (("tags",), {"a": 1}, ["tags: {a: 1}"]),
]
ADDED = [
    (("inputs", "w"), {"value": 1, "unit": "t"}, ["  w: {value: 1, unit: t}"]),
    (("ict", "lines", 0, "stage"), "use", ["    stage: use"]),
    (("ict", "lines", 3), {"id": "l4"}, ["  - {id: l4}"]),
    (("sites", 1), {"id": "t", "region": "NO"}, ["    - id: t", "      region: NO"]),
    (("sites", 0, "inputs", "x"), "5 t", ["      inputs:", "        x: 5 t"]),
    (("region",), "NO", ["region: NO"]),
    (("description",), "one\ntwo", ["description: |-", "  one", "  two"]),
]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(("path", "value", "lines"), SET, ids=str)
def test_set(path: KeyPath, value: object, lines: list[str], newline: str) -> None:
    old = TEXT.replace("\n", newline)
    gone, came = changed_lines(old, edit(old, path, value))
    assert [line.rstrip("\r") for line in came] == lines
    assert len(gone) == len(lines)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(("path", "value", "lines"), ADDED, ids=str)
def test_added(path: KeyPath, value: object, lines: list[str], newline: str) -> None:
    old = TEXT.replace("\n", newline)
    gone, came = changed_lines(old, edit(old, path, value))
    assert [line.rstrip("\r") for line in came] == lines
    assert gone == []
    assert edit(old, path, value).count("\r") == edit(old, path, value).count("\n") * (
        newline != "\n"
    )


@pytest.mark.parametrize(
    ("path", "gone", "came"),
    [
        (("handprint",), 1, []),
        (("inputs", "x"), 1, []),
        (("inputs", "y"), 3, []),
        (("inputs", "x", "value"), 1, ["  x: {unit: t}   # from the meter"]),
        (("inputs", "x", "unit"), 1, ["  x: {value: 1}   # from the meter"]),
        (("ict", "lines", 0), 2, []),
        (("ict", "lines", 1), 1, []),
        (("ict", "lines", 2), 2, []),
        (("sites", 0), 3, ["sites: []"]),
        (("sites", 0, "id"), 2, ["    - region: NO"]),
        (("note",), 3, []),
        (("inputs",), 7, []),
        (("tags", 0), 1, ["tags: [b]"]),
    ],
)
def test_removed(path: KeyPath, gone: int, came: list[str]) -> None:
    lost, found = changed_lines(TEXT, remove(TEXT, path))
    assert (len(lost), found) == (gone, came)


@pytest.mark.parametrize(
    ("old", "path", "value", "new"),
    [
        ("x: {a, b: 1}\n", ("x", "a"), 2, "x: {a: 2, b: 1}\n"),
        ("x: {a: 1,  # one\n  b: 2}\n", ("x", "a"), 3, "x: {a: 3,  # one\n  b: 2}\n"),
        ("x: {a: 1,}\n", ("x", "b"), 2, "x: {a: 1, b: 2,}\n"),
        ("x: {}\n", ("x", "a"), 1, "x: {a: 1}\n"),
        ("x: []  # none\n", ("x", 0), 1, "x: [1]  # none\n"),
        ('{"a":1}\n', ("a",), True, '{"a":true}\n'),
        ("a: 1", ("a",), "x", "a: x"),
        ("a: 1", ("b",), 2, "a: 1\nb: 2"),
        ("a: >\n  one\n  two\n\nb: 1\n", ("a",), 2, "a: 2\n\nb: 1\n"),
        ("a: one\n  two\nb: 1\n", ("a",), 2, "a: 2\nb: 1\n"),
        ("a:   # why\n  b: 1\nc: 2\n", ("a",), 5, "a: 5   # why\nc: 2\n"),
        ("a:\n- - 1\n  - 2\n", ("a", 0, 1), 3, "a:\n- - 1\n  - 3\n"),
        ("a:\n- 1\n# end\n", ("a", 1), 2, "a:\n- 1\n- 2\n# end\n"),
    ],
)
def test_corners(old: str, path: KeyPath, value: object, new: str) -> None:
    assert edit(old, path, value) == new


def test_a_block_takes_its_entries_one_by_one() -> None:
    new = edit(TEXT, ("inputs", "y"), {"value": 10, "unit": "t", "note": "n"})
    assert changed_lines(TEXT, new) == (["    unit: kg   # as sold"],
                                        ["    unit: t   # as sold", "    note: n"])  # fmt: skip
    assert edit(TEXT, ("inputs",), tree_of(TEXT)["inputs"]) == TEXT


def test_what_is_the_same_stays_as_it_was_spelt() -> None:
    assert edit(TEXT, ("inputs", "y", "value"), 10) == TEXT
    assert "value: 10.0" in edit(TEXT, ("inputs", "y", "value"), 10.0)


def test_a_mark_of_the_encoding_stays() -> None:
    assert edit(f"\ufeff{TEXT}", ("handprint",), 2).startswith("\ufeff# what")


@pytest.mark.parametrize(
    ("text", "path", "key"),
    [
        ("a: &x 1\n", ("a",), "HP-Y15.anchor"),
        ("a: 1\na: 2\n", ("a",), "HP-Y11"),
        ("a: [1\n", ("a",), "HP-Y05"),
        ("a: 1\n", ("a", "b"), "HP-Y15.absent"),
        ("a: [1]\n", ("a", 3), "HP-Y15.absent"),
        ("a: 1\n", (), "HP-Y15"),
        ("{a: 1}\n", ("b",), ""),
        ("a: 1\n", ("b",), ""),
    ],
)
def test_refused_with_a_finding(text: str, path: KeyPath, key: str) -> None:
    if not key:
        assert tree_of(edit(text, path, 2))["b"] == 2
        return
    with pytest.raises(CodedError) as problem:
        edit(text, path, 2)
    finding = problem.value.finding("a.yaml")
    assert finding.key == key
    assert all(render_finding(finding, lang)["message"] for lang in LANGUAGES)


@pytest.mark.parametrize("path", [("b",), ("a", 0), ()])
def test_nothing_to_remove(path: KeyPath) -> None:
    with pytest.raises(CodedError):
        remove("a: 1\n", path)


@given(st.dictionaries(st.text("abc", min_size=1, max_size=2), trees(), min_size=2), trees())
def test_any_entry_of_a_written_case_can_be_changed(tree: dict[str, Any], value: Any) -> None:
    both = to_yaml({"tree": tree, "value": value})
    assume(not re.search(r"^[ -]*\?( |$)", both, re.MULTILINE))  # an empty or very long key
    text = to_yaml(tree)
    for key in list(tree)[:2]:
        assert same_tree(tree_of(edit(text, (key,), value)), {**tree, key: value})
        rest = {k: v for k, v in tree.items() if k != key}
        assert same_tree(tree_of(remove(text, (key,))), rest)
    assert same_tree(tree_of(edit(text, ("new",), value)), {**tree, "new": value})
