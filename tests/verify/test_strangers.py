"""Reports of strangers: whatever stands in them, `verify` and `diff` end with a finding, soon."""

import copy
import json
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader, PdfWriter

from handprint.cli.main import cli
from handprint.verify.differences import differences

EXAMPLE = Path(__file__).resolve().parents[2] / "case_templates" / "examples" / "potline.yaml"
Document = dict[str, Any]
ODD: tuple[object, ...] = (
    None,
    True,
    -1,
    1.5,
    10**12,
    1e300,
    "",
    "x",
    "\ud800",
    [],
    [1],
    {},
    {"a": 1},
)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Document:
    out = tmp_path_factory.mktemp("sound")
    words = ["assess", str(EXAMPLE), "--format", "json", "--draws", "100", "-o", str(out)]
    assert CliRunner().invoke(cli, words).exit_code == 0
    document: Document = json.loads((out / "potline.json").read_text("utf-8"))
    return document


@pytest.fixture
def verify(tmp_path: Path) -> Callable[..., Result]:
    def run(content: object, name: str = "report.json") -> Result:
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        (tmp_path / name).write_bytes(raw)
        return CliRunner().invoke(cli, ["verify", str(tmp_path / name)])

    return run


def refused(found: Result, code: str) -> None:
    assert isinstance(found.exception, SystemExit), found.exc_info
    assert (found.exit_code, code in found.output) == (1, True), found.output


def test_a_sound_result_agrees(verify: Callable[..., Result], sound: Document) -> None:
    assert verify(sound).exit_code == 0


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("draws", v) for v in (-1, 10**6 + 1, 8 * 10**6 + 1, 10**9, 10.0, 1e300, True, "100")),
        *(("seed", v) for v in (-1, 2**63, 1.0, None, True, "1")),
        *(("publish", v) for v in (None, 1, "yes")),
        *(
            ("inputs", v)
            for v in (None, [], {}, [{}], [{"file": None}], [{"file": "x" * 300}], "x")
        ),
        *(("case_source", v) for v in (None, "", 5, [], "\ud800", "x" * 2_000_001)),
    ],
)
def test_what_no_run_can_ask_for_is_refused(
    verify: Callable[..., Result], sound: Document, key: str, value: object
) -> None:
    document = copy.deepcopy(sound)
    document["manifest"][key] = value
    refused(verify(document), "HP-R03")
    del document["manifest"][key]
    refused(verify(document), "HP-R03")


@pytest.mark.parametrize("key", ["case", "manifest", "sensitivity"])
@pytest.mark.parametrize("value", ODD)
def test_a_block_of_another_kind_is_refused(
    verify: Callable[..., Result], sound: Document, key: str, value: object
) -> None:
    document = {**sound, key: value}
    if key == "case":
        document["manifest"] = {}
    refused(verify(document), "HP-R03")


def test_a_case_that_is_null_differs(verify: Callable[..., Result], sound: Document) -> None:
    found = verify({**sound, "case": None})
    assert (found.exit_code, isinstance(found.exception, SystemExit)) == (1, True), found.exc_info


def places(node: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inside = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(
        node, list
    ) else ()  # fmt: skip
    for key, value in inside:
        yield from places(value, (*path, key))


@pytest.mark.parametrize("value", ODD)
def test_any_value_in_any_place_can_be_compared(sound: Document, value: object) -> None:
    for path in [p for p in places(sound) if p][::7]:
        other = copy.deepcopy(sound)
        node: Any = other
        for key in path[:-1]:
            node = node[key]
        before, node[path[-1]] = node[path[-1]], value
        found = differences(sound, other)
        same = type(before) is type(value) and before == value
        assert found or same or path[-1] == "case_source" or value in (before, None), path


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 400])
@pytest.mark.parametrize("command", ["verify", "diff"])
def test_what_is_no_number_does_not_agree_with_every_number(
    sound: Document, tmp_path: Path, constant: str, command: str
) -> None:
    document = copy.deepcopy(sound)
    document["metrics"]["NER"]["value"] = 123456789
    path = tmp_path / "report.json"
    path.write_text(json.dumps(document).replace("123456789", constant))
    refused(
        CliRunner().invoke(cli, [command, *[str(path)] * (2 if command == "diff" else 1)]), "HP-R02"
    )


@pytest.mark.parametrize("depth", [50, 500, 100_000])
@pytest.mark.parametrize("pair", ["[]", "{}"])
def test_a_deep_document_is_refused(verify: Callable[..., Result], depth: int, pair: str) -> None:
    begin, end = ("[", "]") if pair == "[]" else ('{"a":', "}")
    inner = begin * depth + "1" + end * depth
    refused(verify(f'{{"case": {{}}, "manifest": {inner}}}'.encode()), "HP-R02")


def test_many_rows_of_one_name_are_compared_in_little_time() -> None:
    """With one more mark for each row this took minutes and gigabytes."""
    rows = [{"id": "a", "value": number} for number in range(50_000)]
    crafted = [{"id": "a'"}, {"id": "a'2"}, {"id": "a''"}]
    assert differences({"x": rows + crafted}, {"x": rows + crafted}) == []
    assert len(differences({"x": rows}, {"x": [*rows[:-1], {"id": "a", "value": -1}]})) == 1


def test_a_value_of_a_stranger_is_short_and_steers_no_terminal(
    verify: Callable[..., Result], sound: Document
) -> None:
    document = copy.deepcopy(sound)
    document["case"]["title"]["en"] = "\x1b[2J" + "x" * 1000
    document["case"]["title"]["\x1b]0;"] = "\x07"
    found = verify(document)
    assert found.exit_code == 1
    assert "\x1b" not in found.output
    assert "\x07" not in found.output
    assert max(map(len, found.output.splitlines())) < 300


# --- PDF ------------------------------------------------------------------------------------------


def pdf(attachment: bytes, name: str = "result.json") -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(width=72, height=72)
    writer.add_attachment(name, attachment)
    sink = BytesIO()
    writer.write(sink)
    return sink.getvalue()


def compressed(content: bytes) -> bytes:
    """A PDF whose streams are packed."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(content)))
    for number, found in enumerate(writer._objects):
        if found is not None and hasattr(found, "flate_encode"):
            writer._objects[number] = found.flate_encode()
    sink = BytesIO()
    writer.write(sink)
    return sink.getvalue()


def test_a_pdf_with_a_sound_result_agrees(verify: Callable[..., Result], sound: Document) -> None:
    content = compressed(pdf(json.dumps(sound).encode()))
    assert b"/FlateDecode" in content
    found = verify(content, "report.pdf")
    assert found.exit_code == 0, (found.output, found.exc_info)


@pytest.mark.parametrize(
    "filter_name", [b"/FlateDecodx", b"/LZWDecodex", b"/JBIG2Decode", b"/DCTDecodee"]
)
def test_a_filter_that_nobody_knows_is_no_result(
    verify: Callable[..., Result], sound: Document, filter_name: bytes
) -> None:
    content = compressed(pdf(json.dumps(sound).encode()))
    broken = content.replace(b"/FlateDecode", filter_name)
    refused(verify(broken, "report.pdf"), "HP-R02")


def test_damaged_bytes_are_no_defect(verify: Callable[..., Result], sound: Document) -> None:
    """One byte in every fortieth of the file set to another value, one file after the other."""
    content = compressed(pdf(json.dumps(sound).encode()))
    for at in range(5, len(content), len(content) // 40):
        broken = content[:at] + bytes([content[at] ^ 0x55]) + content[at + 1 :]
        found = verify(broken, "report.pdf")
        assert isinstance(found.exception, SystemExit | None), (at, found.exc_info)


def test_a_pdf_without_a_result_is_refused(verify: Callable[..., Result]) -> None:
    refused(verify(pdf(b"{}", "notes.txt"), "report.pdf"), "HP-R02")
    refused(verify(pdf(b"no json"), "report.pdf"), "HP-R02")
    refused(verify(b"%PDF-1.7 nothing", "report.pdf"), "HP-R02")


def test_a_file_past_the_limit_is_refused(
    verify: Callable[..., Result], sound: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handprint.verify.reading.MAX_BYTES", 1000)
    refused(verify(sound), "HP-R01")


def test_an_attachment_past_the_limit_is_refused(
    verify: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    content = compressed(pdf(b" " * 200_000))
    monkeypatch.setattr("handprint.verify.reading.MAX_BYTES", 100_000)
    assert len(content) < 100_000
    refused(verify(content, "report.pdf"), "HP-R01")
