"""Which files of a folder hold the scores."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from handprint.cli.main import cli
from handprint.core.errors import Findings
from handprint.selection.submissions import read_scores

EXAMPLES = Path(__file__).resolve().parents[2] / "case_templates" / "examples"
HEADER = "id,category,NER\n"


@pytest.mark.parametrize("both", [False, True])
def test_a_folder_with_reports_is_read_by_its_json_results(tmp_path: Path, both: bool) -> None:
    words = ["assess", *map(str, sorted(EXAMPLES.glob("*.yaml"))[:2]), "--draws", "100"]
    words += ["--format", "json,html,xlsx", "-o", str(tmp_path / "out")]
    assert CliRunner().invoke(cli, [*words, *(["--both"] if both else [])]).exit_code == 0
    assert len(list((tmp_path / "out").glob("*.xlsx"))) == (4 if both else 2)
    select = ["select", str(tmp_path / "out"), "--include-ineligible", "--draws", "0"]
    found = CliRunner().invoke(cli, [*select, "-o", str(tmp_path / "selection")])
    assert found.exit_code == 0, found.output
    document = json.loads((tmp_path / "selection" / "selection.json").read_text())
    assert document["counts"]["read"] == 2


def test_a_table_of_scores_goes_before_results(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}")
    (tmp_path / "a.csv").write_text(HEADER + "report,production,1\n")
    (tmp_path / "mine.csv").write_text(HEADER + "x,production,1\n")
    (tmp_path / "selection.csv").write_text(HEADER + "y,production,1\n")
    assert [s.id for s in read_scores(tmp_path, Findings()).submissions] == ["x"]


def test_a_table_called_scores_is_one_whatever_lies_beside(tmp_path: Path) -> None:
    (tmp_path / "scores.json").write_text("{}")
    (tmp_path / "scores.csv").write_text(HEADER + "x,production,1\n")
    assert [s.id for s in read_scores(tmp_path, Findings()).submissions] == ["x"]
