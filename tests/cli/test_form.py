"""`handprint form`: from a blank form to an assessed submission."""

import json
from collections.abc import Callable
from pathlib import Path

import yaml
from click.testing import Result

from handprint.case.template import template_files

Run = Callable[..., Result]
NAME = "potline-control"
EXAMPLE = template_files()[NAME].with_suffix(".example.yaml")


def test_filled_form_is_assessed_like_the_case(handprint: Run) -> None:
    made = handprint("form", NAME, "-o", "a.xlsx", "--from", str(EXAMPLE), "--lang", "zh")
    assert (made.exit_code, made.stdout) == (0, "a.xlsx\n")
    for case, folder in (("a.xlsx", "form"), (str(EXAMPLE), "case")):
        run = handprint("assess", case, "-o", folder, "--format", "json", "--draws", "100")
        assert run.exit_code == 0, run.output
    name = "potline-control-example.json"
    form, case = (json.loads(Path(folder, name).read_text()) for folder in ("form", "case"))
    assert form["metrics"] == case["metrics"]
    assert form["ledger"] == case["ledger"]


def test_folder_of_submissions(handprint: Run) -> None:
    """A form beside a case; what a spreadsheet leaves beside an open file is passed over."""
    folder = Path("in")
    handprint("form", NAME, "-o", "in/a.xlsx", "--from", str(EXAMPLE))
    other = EXAMPLE.read_text("utf-8").replace("id: potline-control-example", "id: second")
    (folder / "b.yaml").write_text(other, "utf-8")
    (folder / "~$a.xlsx").write_bytes(b"lock")
    (folder / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    run = handprint("check", "in")
    assert run.exit_code == 1
    assert run.stdout.count("can be assessed") == 2
    assert "HP-X01" in run.output
    assert "old.xls" in run.output
    assert "~$a.xlsx" not in run.output


def test_blank_form_is_told_cell_by_cell(handprint: Run) -> None:
    handprint("form", NAME, "-o", "blank.xlsx", "--lang", "en")
    run = handprint("check", "blank.xlsx")
    assert run.exit_code == 1
    assert "[blank.xlsx!Identity!D" in run.output
    assert "[blank.xlsx!Activity!E" in run.output


def test_skeleton(handprint: Run) -> None:
    assert handprint("form", NAME, "-o", "a.yaml", "--format", "yaml").exit_code == 0
    assert yaml.safe_load(Path("a.yaml").read_text("utf-8"))["template"] == NAME
    assert handprint("check", "a.yaml").exit_code == 1


def test_older_form_fills_a_new_one(handprint: Run) -> None:
    handprint("form", NAME, "-o", "a.xlsx", "--from", str(EXAMPLE))
    assert handprint("form", NAME, "-o", "b.xlsx", "--from", "a.xlsx").exit_code == 0
    assert handprint("check", "b.xlsx").exit_code == 0


def test_mistakes(handprint: Run) -> None:
    Path("free.yaml").write_text("handprint: 1\nid: x\n")
    for arguments, code, words in [
        (("potline-contrl", "-o", "a.xlsx"), 1, "potline-control"),
        ((NAME, "-o", "a.xlsx", "--from", "free.yaml"), 1, "HP-X17"),
        ((NAME, "-o", "a.xlsx", "--from", "none.yaml"), 1, "HP-Y01"),
        ((NAME, "-o", "free.yaml/a.xlsx"), 1, "HP-O01"),
        ((NAME, "-o", "a.yaml", "--format", "yaml", "--from", "free.yaml"), 2, "--from"),
        ((NAME,), 2, "--output"),
    ]:
        run = handprint("form", *arguments)
        assert run.exit_code == code, run.output
        assert words in run.output
    assert not Path("a.xlsx").exists()
