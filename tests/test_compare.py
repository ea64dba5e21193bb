"""The comparison of two checkouts sees what differs, and excuses only what is declared."""

import json
from pathlib import Path

import pytest

from benchmarks.compare import compare_folders, undeclared
from benchmarks.compare_values import Declared, Difference, read_declared


def folders(root: Path, name: str, old: str, new: str) -> tuple[Path, Path]:
    for side, content in (("old", old), ("new", new)):
        (root / side).mkdir()
        (root / side / name).write_text(content, "utf-8")
    return root / "old", root / "new"


def test_floats_are_compared_exactly(tmp_path: Path) -> None:
    old = {"metrics": {"NER": [0.1 + 0.2, float("nan")]}, "flag": True, "same": 1}
    new = {"flag": 1, "same": 1.0, "metrics": {"NER": [0.3, float("nan")]}}
    sides = folders(tmp_path, "a.json", json.dumps(old), json.dumps(new))
    assert [d.key for d in compare_folders(*sides, values=True)] == ["metrics.NER.0", "flag"]
    (byte,) = compare_folders(*sides, values=False)
    assert byte.key.startswith("byte ")


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("a.csv", "id,NER\na,1.0\n", "id,NER\na,1\n", []),
        ("a.csv", "id,NER\na,1.0\n", "id,NER\na,2\n", [("NER.1", "1.0", "2.0")]),
        ("a.html", "<p>one</p><b>two</b>", "<i>one</i><p>2", [("line 2", "two", "2")]),
        ("a.stdout", "one\ntwo\n", "one\n", [("line 2", "two", "(absent)")]),
        ("a.json", "{}", "{", [("unreadable", "", "JSONDecodeError")]),
    ],
)
def test_each_kind_of_file(
    tmp_path: Path, name: str, old: str, new: str, expected: list[tuple[str, str, str]]
) -> None:
    found = list(compare_folders(*folders(tmp_path, name, old, new), values=True))
    assert [(d.key, d.old, d.new.split(":")[0]) for d in found] == expected


def test_a_file_of_one_side_is_a_difference(tmp_path: Path) -> None:
    old, new = folders(tmp_path, "a.json", "1", "1")
    (new / "b.json").write_text("1", "utf-8")
    (found,) = compare_folders(old, new, values=False)
    assert (found.what, found.old) == ("b.json", "(absent)")


def test_declared_differences_are_excused_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "declared.csv"
    path.write_text("what,key,reason,new\n*.json,NER.*,reviewed,2\n*.xlsx,*,never,\n", "utf-8")
    found = [Difference("a.json", "NER.0", "1", "2"), Difference("a.json", "NER.1", "1", "3")]
    entries = read_declared(path)
    assert undeclared(found, entries) == found[1:]
    assert [entry.used for entry in entries] == [1, 0]


@pytest.mark.parametrize("text", ["- {what: a, key: b}", "- {what: a, key: b, reason: ' '}"])
def test_a_declared_difference_has_a_reason(tmp_path: Path, text: str) -> None:
    path = tmp_path / "declared.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(ValueError, match="reason"):
        read_declared(path)


def test_an_entry_is_used_by_more_than_the_first_difference() -> None:
    entry = Declared("*", "k*", "reviewed")
    assert undeclared([Difference("a", "k1", "", ""), Difference("a", "k2", "", "")], [entry]) == []
    assert entry.used == 2
