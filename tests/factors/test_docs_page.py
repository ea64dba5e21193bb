"""docs/factors.md: its five-minute path works, and its lists are those of the schema."""

import re
import textwrap
from pathlib import Path

import pytest
from click.testing import CliRunner

from handprint.cli.factors import factors
from handprint.core.errors import Findings
from handprint.factors.library import load_library, shipped_library
from handprint.factors.resolve import resolve
from handprint.factors.schema import columns

PAGE = (Path(__file__).parents[2] / "docs" / "factors.md").read_text("utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The two files of the five-minute path, as the page prints them."""
    source, table = re.findall(r"   ```(?:yaml|csv)\n(.*?)   ```", PAGE, re.DOTALL)
    (tmp_path / "source.yaml").write_text(textwrap.dedent(source), encoding="utf-8")
    (tmp_path / "factors.csv").write_text(textwrap.dedent(table), encoding="utf-8")
    return tmp_path


def test_five_minute_path(folder: Path) -> None:
    result = CliRunner().invoke(factors, ["check", str(folder)])
    assert result.exit_code == 0, result.output
    findings = Findings()
    library = load_library([str(folder)], findings=findings)
    found = resolve(library, "electricity.grid", region="CN-CQ", years=[2023])
    assert found.factors[0][0].value == 0.412
    assert found.factors[0][0].own


def test_columns_and_words_of_the_page_are_those_of_the_schema() -> None:
    rows = dict(re.findall(r"^\| (`.+?) \| (.+) \|$", PAGE, re.MULTILINE))
    named = {name for cell in rows for name in re.findall(r"`(\w+)`", cell)}
    assert set(columns()) <= named
    for column in ("scope", "accounting", "gwp", "status"):
        words = set(re.findall(r"`([\w.]+)`", rows[f"`{column}`"]))
        assert set(columns()[column].allowed) - {"unverified"} == words, column


def test_ids_of_the_page_exist() -> None:
    ids = set(re.findall(r"`(electricity\.[a-z_]+|conversion\.[a-z_.]+)`", PAGE))
    assert len(ids) > 8
    assert ids - {"electricity."} <= set(shipped_library().by_id)


def test_sources_of_the_page_are_the_shipped_ones() -> None:
    table = PAGE.partition("## What is shipped")[2].partition("Not shipped")[0]
    named = set(re.findall(r"`([a-z0-9_]+)`", table))
    assert named == set(shipped_library().sources)
