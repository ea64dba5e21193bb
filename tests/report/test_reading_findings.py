"""What is found while a case is read stands in every result, once."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from handprint.assess.assess import Assessment, Options, assess
from handprint.assess.document import document
from handprint.batch.partition import BatchOptions
from handprint.batch.submissions import score_submissions
from handprint.case.reader import read_case
from handprint.case.template import template, template_files
from handprint.core.errors import Findings
from handprint.factors.factor import Library
from handprint.forms.intake import load_case, load_case_bytes
from handprint.forms.writer import form_content, write_form
from handprint.report.files import write_results
from handprint.verify.rerun import rerun

NAME = "potline-control"
READING = {"HP-T06", "HP-T07", "HP-T09"}


def unusual() -> dict[str, Any]:
    """Return the example with a tenfold saving, an unusual reference, and without a title."""
    raw = read_case(template_files()[NAME].with_suffix(".example.yaml"), Findings())
    assert raw is not None
    tree = {key: value for key, value in raw.tree.items() if key != "title"}
    tree["inputs"] = {**tree["inputs"], "saving": {"value": 1200, "unit": "kWh/t"}}
    tree["reference"] = {**tree.get("reference", {}), "kind": "wishful"}
    return tree


def as_form(tree: dict[str, Any]) -> bytes:
    scenario, stream = template(NAME), BytesIO()
    write_form(scenario, "en", form_content(scenario, tree), stream)
    return stream.getvalue()


def assessed(path: Path, library: Library) -> tuple[Assessment, Findings]:
    findings = Findings()
    loaded = load_case(path, findings)
    assert loaded is not None, list(findings)
    result = assess(*loaded, library, Options(draws=0), findings)
    assert result is not None, list(findings)
    return result, findings


@pytest.fixture(params=["yaml", "xlsx"])
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / f"case.{request.param}"
    tree = unusual()
    if request.param == "xlsx":  # where kinds of reference are chosen from a list
        tree["reference"].pop("kind")
    path.write_bytes(json.dumps(tree).encode() if request.param == "yaml" else as_form(tree))
    return path


def test_every_document_has_them_once(library: Library, file: Path, tmp_path: Path) -> None:
    result, findings = assessed(file, library)
    wanted = READING if file.suffix == ".yaml" else READING - {"HP-T09"}
    told = [f.key for f in result.findings]
    assert wanted <= set(told)
    places = [(f.key, f.place, str(dict(f.params))) for f in result.findings]
    assert len(places) == len(set(places)) == len(findings)
    folder, trouble = tmp_path / "out", Findings()
    folder.mkdir()
    written = list(write_results(result, folder, ("json", "html", "xlsx"), ("en",), trouble))
    assert not len(trouble), list(trouble)
    for path in written:
        if path.suffix == ".xlsx":
            book = openpyxl.load_workbook(path, read_only=True)
            text = " ".join(
                str(v) for s in book.worksheets for r in s.iter_rows(values_only=True) for v in r
            )
        else:
            text = path.read_text("utf-8")
        assert all(code in text for code in wanted), path
    assert len(written) == 3


def test_a_rerun_finds_the_same(library: Library, file: Path) -> None:
    result, _ = assessed(file, library)
    first = document(result, "en")
    again = rerun(json.loads(json.dumps(first)), (), Findings())
    assert again is not None
    keys = [[f["rule"] for f in d["findings"]] for d in (first, again)]
    assert keys[0] == keys[1]
    if file.suffix == ".yaml":  # of a form the report carries a transcript, without its cells
        shown = json.dumps(first["findings"]).replace(str(file), file.name)
        assert json.loads(shown) == again["findings"]


def test_a_folder_of_submissions_tells_them(library: Library, file: Path) -> None:
    scores = score_submissions([file], 1, library, BatchOptions(), {}).scores
    told = str(scores["findings"].array()[0]).split()
    assert {"HP-T06", "HP-T07"} <= set(told)
    assert len(told) == len(set(told))


def test_content_without_a_file_carries_them_too(library: Library) -> None:
    loaded = load_case_bytes("case.json", json.dumps(unusual()).encode(), Findings())
    assert loaded is not None
    assert {f.key for f in loaded[1].found} == READING
