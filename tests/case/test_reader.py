"""Case files to trees: YAML 1.2 scalars, places, bounds, encodings. No file may hurt the reader."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from handprint.case.reader import MAX_BYTES, MAX_NODES, RawCase, read_case, read_case_bytes
from handprint.core.errors import Findings


def tree(text: str, file: str = "a.yaml") -> tuple[RawCase | None, list[tuple[str, str]]]:
    findings = Findings()
    raw = read_case_bytes(file, text.encode(), findings)
    return raw, [(f.key, f.place) for f in findings]


def value(scalar: str) -> object:
    raw, found = tree(f"x: {scalar}\n")
    assert raw is not None, found
    return raw.tree["x"]


@pytest.mark.parametrize(
    ("scalar", "expected"),
    [
        ("1", 1),
        ("010", 10),  # not octal
        ("1_000", 1000),
        ("1e-3", 0.001),
        ("1E5", 1e5),
        (".5", 0.5),
        ("-2.", -2.0),
        ("+3", 3),
        ("1:30", "1:30"),  # not base 60
        ("NO", "NO"),  # Norway
        ("no", "no"),
        ("on", "on"),
        ("y", "y"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("'1'", "1"),
        ('"true"', "true"),
        ("2022-07-01", "2022-07-01"),
        ("0x10", "0x10"),
        ("1.2.3", "1.2.3"),
        ("<<", "<<"),
        ("=", "="),
        ("吨", "吨"),
        ("1" * 41, "1" * 41),  # no number that long
    ],
)
def test_scalars(scalar: str, expected: object) -> None:
    found = value(scalar)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize("scalar", [".inf", "-.INF", ".nan", "1e999"])
def test_not_finite_scalars_are_floats(scalar: str) -> None:
    """They are numbers here, so that the schema can say what is wrong with them."""
    found = value(scalar)
    assert isinstance(found, float)
    assert not abs(found) < float("inf")


def test_places() -> None:
    raw, _ = tree("a:\n  b:\n    - x: 1\n    - x: 2\n\nc: 3\n")
    assert raw is not None
    assert raw.place(("a", "b", 1, "x")) == "a.yaml:4 a.b.1.x"
    assert raw.place(("c",)) == "a.yaml:6 c"
    # what is missing is pointed to by what stands around it
    assert raw.place(("a", "b", 0, "unit")) == "a.yaml:3 a.b.0.unit"
    assert raw.place(("zzz",)) == "a.yaml:1 zzz"


def test_byte_order_mark_and_crlf() -> None:
    raw, found = tree("\ufeffa: 1\r\nb: 2\r\n")
    assert raw is not None
    assert raw.tree == {"a": 1, "b": 2}
    assert found == []


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        ("", "HP-Y06", 1),
        ("   \n# only a comment\n", "HP-Y06", 1),
        ("just text", "HP-Y06", 1),
        ("- a\n- b\n", "HP-Y06", 1),
        ("a: 1\nb: [1, 2\n", "HP-Y05", 3),
        ("a: 1\n\tb: 2\n", "HP-Y05", 2),
        ("a: 1\nb: 2: 3\n", "HP-Y05", 2),
        ("? [a, b]\n: 1\n", "HP-Y05", 1),
        ("? {a: 1}\n: 1\n", "HP-Y05", 1),
        ("a: 1\nb: \x00\n", "HP-Y05", 2),
        ("a: 1\nb: \x07\n", "HP-Y05", 2),
        ("a: &x 1\nb: *x\n", "HP-Y07", 2),
        ("a: &a [1]\n<<: *a\n", "HP-Y07", 2),
        ("a: 1\nb: !!python/object/apply:os.system ['true']\n", "HP-Y09", 2),
        ("a: !!binary aGk=\n", "HP-Y09", 1),
        ("a: !mine 1\n", "HP-Y09", 1),
        ("a: 1\n---\nb: 1\n", "HP-Y10", 2),
        ("a: " + "[" * 40 + "]" * 40, "HP-Y08", 1),
        ("a: " + "[" * 100_000 + "]" * 100_000, "HP-Y08", 1),
        ("a: " + "{a: " * 100_000, "HP-Y08", 1),
        ("a: " + "- " * 100_000, "HP-Y05", 1),
        ("a:\n" + "- 1\n" * 60_000, "HP-Y08", None),
    ],
)
def test_refused(monkeypatch: pytest.MonkeyPatch, text: str, key: str, line: int | None) -> None:
    """Whatever the size of the text, the reader takes no more of it than its bound."""
    taken: list[yaml.Event] = []
    parse = yaml.parse

    def counted(*arguments: Any, **options: Any) -> Iterator[yaml.Event]:
        for event in parse(*arguments, **options):
            taken.append(event)
            yield event

    monkeypatch.setattr(yaml, "parse", counted)
    raw, found = tree(text)
    assert raw is None
    assert [k for k, _ in found] == [key]
    assert len(taken) <= MAX_NODES + 2  # the first one too many counts from zero
    if line is not None:
        assert found[0][1] == f"a.yaml:{line}"


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
def test_deep_nesting_is_told_whoever_notices_it(
    monkeypatch: pytest.MonkeyPatch, opening: str, loader: str
) -> None:
    """Our own count, or libyaml, which reads ahead and has a bound of its own."""
    monkeypatch.setattr(yaml, "CSafeLoader", getattr(yaml, loader), raising=False)
    for depth in (40, 2_000, 100_000):
        raw, found = tree(opening * depth)
        assert raw is None
        # a key that is no text is met before the depth is
        assert [k for k, _ in found] == ["HP-Y05" if opening == "? " else "HP-Y08"], depth


@pytest.mark.parametrize(
    "problem",
    [
        yaml.scanner.ScannerError(problem="exceeded maximum nesting depth"),
        yaml.parser.ParserError("exceeded maximum nesting depth"),
        RecursionError("maximum recursion depth exceeded"),
    ],
)
def test_deep_nesting_that_the_parser_notices(
    monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    def parse(*_: object, **__: object) -> Iterator[yaml.Event]:
        raise problem

    monkeypatch.setattr(yaml, "parse", parse)
    assert tree("a: 1\n") == (None, [("HP-Y08", "a.yaml:1")])


def test_billion_laughs() -> None:
    lines = ["a0: &a0 [lol]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
    raw, found = tree("\n".join(lines))
    assert raw is None
    assert found == [("HP-Y07", "a.yaml:2")]


def test_a_key_that_stands_twice_is_found_with_its_place_and_no_case_is_made() -> None:
    raw, found = tree("a: 1\nb:\n  c: 1\n  c: 2\na: 3\n")
    assert found == [("HP-Y11", "a.yaml:4 b.c"), ("HP-Y11", "a.yaml:5 a")]
    assert raw is not None
    assert raw.faulty


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "HP-Y05"),
        ("[1]", "HP-Y06"),
        ("null", "HP-Y06"),
        ("{'a': 1}", "HP-Y05"),
        ('{"a": 1,}', "HP-Y05"),
        ('{"a":' + "[" * 31 + "]" * 31 + "}", "HP-Y08"),
        ('{"a":' + "[" * 200_000 + "]" * 200_000 + "}", "HP-Y08"),
        ('{"a": "\\ud800"}', "HP-Y05"),
        ('{"\\udfff": 1}', "HP-Y05"),
        ('{"a": ' + "1" * 5000 + "}", "HP-Y08"),
        ('{"a": [' + "1," * 60_000 + "1]}", "HP-Y08"),
    ],
)
def test_json_refused(text: str, key: str) -> None:
    raw, found = tree(text, "a.json")
    assert raw is None
    assert [k for k, _ in found] == [key]


def test_json_keys_that_stand_twice() -> None:
    raw, found = tree('{"a": 1, "a": 2}', "a.json")
    assert found == [("HP-Y11", "a.json:1 a")]
    assert raw is not None
    assert raw.faulty


def test_json_and_yaml_agree() -> None:
    content = {"a": [1, 2.5, True, None, "x"], "b": {"c": "NO"}}
    raw, found = tree(json.dumps(content), "A.JSON")
    assert raw is not None
    assert (raw.tree, found) == (content, [])


def read(path: Path) -> list[tuple[str, str]]:
    findings = Findings()
    assert read_case(path, findings) is None
    return [(f.key, f.place) for f in findings]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    missing = tmp_path / "missing.yaml"
    assert read(missing) == [("HP-Y01", str(missing))]
    assert read(tmp_path) == [("HP-Y02", str(tmp_path))]
    below = tmp_path / "file.yaml"
    below.write_text("a: 1\n")
    assert read(below / "x.yaml")[0][0] == "HP-Y02"
    assert read(tmp_path / ("x" * 300))[0][0] == "HP-Y02"
    assert read(tmp_path / "nul\x00.yaml")[0][0] == "HP-Y02"


def test_large_files(tmp_path: Path) -> None:
    large = tmp_path / "large.yaml"
    large.write_bytes(b"title: " + b"x" * 10_000_000)
    assert read(large) == [("HP-Y03", str(large))]
    large.write_bytes(b"title: " + b"x" * (MAX_BYTES - 7))
    assert read_case(large, Findings()) is not None


@pytest.mark.parametrize("encoding", ["gbk", "utf-16", "utf-32"])
def test_other_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "case.yaml"
    path.write_bytes("id: x\ntitle: 电解槽能耗\n".encode(encoding))
    found = read(path)
    assert [key for key, _ in found] == ["HP-Y04"]
    if encoding == "gbk":
        assert found[0][1] == f"{path}:2"
