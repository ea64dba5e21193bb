"""Cases by way of Python: read, checked, assessed, compared, reported."""

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import handprint as hp
from handprint.assess.assess import Options, assess_file
from handprint.case.template import template
from handprint.core.errors import Findings
from handprint.forms.writer import form_content, write_form

SCENARIO = template("grid-losses")
ROOT = Path(__file__).resolve().parents[2]
POTLINE = ROOT / "case_templates/examples/potline.yaml"
HOSTILE = '</caption><script>alert(1)</script><img src=x onerror="alert(1)">&amp;'

Tree = dict[str, Any]


class StoppedError(Exception):
    """What a caller raises to call work off."""


@pytest.fixture
def grid() -> Tree:
    return {
        "handprint": 1,
        "id": "grid",
        "template": "grid-losses",
        "inputs": {
            "delivered": {"value": 9000, "unit": "GWh/year"},
            "loss_rate": {"low": 0.04, "mode": 0.05, "high": 0.06, "unit": "1"},
            "loss_reduction": {"value": np.float64(0.06), "unit": "1"},
            "terminals": {"value": np.int64(20_000), "unit": "device"},
            "servers": {"value": 20, "unit": "device"},
        },
    }


def test_path_text_mapping_and_case_give_one_result() -> None:
    text = POTLINE.read_text("utf-8")
    case = hp.read(POTLINE)
    sources = (POTLINE, str(POTLINE), text, case.to_dict(), json.dumps(case.to_dict()), case)
    values = [hp.assess(source, draws=0).metrics["NER"].value for source in sources]
    expected = assess_file(POTLINE, options=Options(draws=0), findings=Findings())
    assert expected is not None
    assert values == [expected.metrics["NER"].value] * len(sources)


def test_a_form_is_read(tmp_path: Path, grid: Tree) -> None:
    path = tmp_path / "grid.xlsx"
    for tree in (grid, {**grid, "inputs": {}}):
        plain = json.loads(json.dumps(tree, default=float))
        with path.open("wb") as stream:
            write_form(SCENARIO, "en", form_content(SCENARIO, plain), stream)
        if tree is grid:
            expected = hp.assess(grid, draws=0).effects
            assert hp.assess(path, draws=0).effects == pytest.approx(expected)
    with pytest.raises(hp.InputError) as raised:
        hp.read(path)
    assert raised.value.findings.errors
    assert "!" in raised.value.findings[0].place  # a cell


def test_a_mistake_in_a_mapping_is_told_by_its_key_path(grid: Tree) -> None:
    grid["inputs"]["delivered"]["unit"] = "GWh/yaer"
    grid["regoin"] = "CN"
    with pytest.raises(hp.InputError) as raised:
        hp.assess(grid)
    places = {finding.place for finding in raised.value.findings.errors}
    assert "mapping.json regoin" in places
    assert "HP-S01" in str(raised.value)
    assert [f.place for f in hp.check(grid).errors] == [
        f.place for f in raised.value.findings.errors
    ]
    assert pickle.loads(pickle.dumps(raised.value)).findings == raised.value.findings  # noqa: S301


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ("nowhere.yaml", "HP-Y01"),
        (Path("/"), "HP-Y02"),
        ("id: [\n", "HP-Y05"),
        ({"id": {1, 2}}, "HP-Y05"),
        ({"id": "\ud800"}, "HP-Y04"),
        ({}, "HP-S02"),
        ({"handprint": 1, "id": "x", "template": "grid-loses"}, "HP-T01"),
        ({"handprint": 1, "inputs": {"a": {"value": float("nan"), "unit": "t"}}}, "HP-S06"),
    ],
)
def test_what_is_no_case_is_an_input_error_with_findings(source: Any, rule: str) -> None:
    with pytest.raises(hp.InputError) as raised:
        hp.read(source)
    assert rule in {finding.rule for finding in raised.value.findings}
    assert all(finding.message in str(raised.value) for finding in raised.value.findings[:3])


def test_another_type_or_number_is_misuse(grid: Tree) -> None:
    with pytest.raises(TypeError, match="not int"):
        hp.read(3)  # type: ignore[arg-type]
    for wrong in ({"draws": -1}, {"draws": 10**7}, {"seed": -1}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            hp.assess(grid, **wrong)


def test_an_assessment_has_metrics_effects_verdict_and_ledger(grid: Tree) -> None:
    result = hp.assess(grid, draws=1_000, settle=False)
    told = result.to_dict()
    ner = result.metrics["NER"]
    assert (ner.p5, ner.p50, ner.p95) == tuple(
        told["metrics"]["NER"][name] for name in ("p5", "p50", "p95")
    )
    assert result.effects == told["effects"]
    assert result.verdict == told["verdict"]["code"]
    assert told["manifest"]["settle"] is False
    assert result.computed.simulation is not None
    assert result.computed.simulation.ner.size == 1_000
    ledger = result.to_frame()
    assert ledger.loc[ledger["scenario"] == "reference", "t_co2e"].sum() == pytest.approx(
        result.effects["E_ref"]
    )
    assert json.dumps(told)
    assert repr(result).startswith("<Assessment grid: NER ")


def test_findings_speak_both_languages_and_make_a_frame(grid: Tree) -> None:
    findings = hp.check(grid)
    assert list(findings.to_frame()["rule"]) == [finding.rule for finding in findings]
    zh = findings.in_language("zh")
    assert [f.rule for f in zh] == [f.rule for f in findings]
    assert zh[0].message != findings[0].message


@pytest.mark.parametrize(
    ("name", "begins"),
    [("a.json", b"{"), ("a.html", b"<!DOCTYPE"), ("a.xlsx", b"PK"), ("a.PDF", b"%PDF")],
)
def test_a_report_is_what_its_suffix_says(
    tmp_path: Path, grid: Tree, name: str, begins: bytes
) -> None:
    path = hp.assess(grid, draws=0).report(tmp_path / name, lang="zh")
    assert path.read_bytes().lower().startswith(begins.lower())


def test_a_report_that_cannot_be_written_says_why(tmp_path: Path, grid: Tree) -> None:
    result = hp.assess(grid, draws=0)
    with pytest.raises(ValueError, match=r"\.pdf"):
        result.report(tmp_path / "a.docm")
    with pytest.raises(hp.InputError, match="HP-O02"):
        result.report(tmp_path / "nowhere" / "a.json")


def test_a_hostile_title_stays_text(grid: Tree) -> None:
    grid["title"] = HOSTILE
    result = hp.assess(grid, draws=0)
    for record in (result, result.case, result.findings):
        shown = record._repr_html_()
        assert "<script" not in shown
        assert "<img" not in shown
    assert "&lt;script&gt;" in result._repr_html_()


def test_other_inputs_and_all_else_as_it_was(grid: Tree) -> None:
    """By hand: G0 is the losses avoided, so half the reduction gives near half of G0."""
    result = hp.assess(grid, draws=0)
    again = result.again(inputs={"loss_reduction": 0.03, "servers": {"value": 5, "unit": "device"}})
    grid["inputs"]["loss_reduction"]["value"] = 0.03
    grid["inputs"]["servers"]["value"] = 5
    assert again.effects == hp.assess(grid, draws=0).effects
    with pytest.raises(hp.InputError, match="HP-T04"):
        result.again(inputs={"nothing": 1})


def test_work_can_be_followed_and_called_off(grid: Tree) -> None:
    told: list[tuple[int, int]] = []
    hp.assess(grid, draws=500, progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1]

    def stop(_done: int, _total: int) -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        hp.assess(grid, draws=500, progress=stop)


def test_cases_are_compared_pair_by_pair(grid: Tree) -> None:
    other = {**grid, "id": "other", "title": HOSTILE}
    found = hp.compare(grid, other, draws=200)
    frame = found.to_frame().set_index("quantity")
    assert frame.loc["NER", ["value", "p5", "p95"]].tolist() != []
    assert frame.loc["NER", "value"] == 0
    assert found.to_dict()["kind"] == "comparison"
    assert "<script" not in found._repr_html_()
    for wrong in ((grid,), (grid, grid), (grid, {"id": "x"})):
        with pytest.raises(hp.InputError):
            hp.compare(*wrong, draws=0)


def test_templates_and_factors_are_looked_up() -> None:
    frame = hp.templates()
    assert isinstance(frame, pd.DataFrame)
    assert "grid-losses" in frame.index
    scenario = hp.templates("grid-losses")
    assert list(scenario.to_frame()["name"]) == list(scenario.inputs)
    assert scenario.to_dict()["id"] == scenario.id
    assert "<table>" in scenario._repr_html_()
    with pytest.raises(hp.InputError, match="grid-losses"):
        hp.templates("grid-loses")
    factor = hp.factors("electricity.grid", region="CN-YN", year=2023)
    assert factor.region == "CN-YN"
    assert factor.to_frame().loc[0, "value"] == factor.value == factor.to_dict()["rows"][0]["value"]
    assert "<table>" in factor._repr_html_()
    assert len(hp.factors()) > 100
    for wrong in ({"factor_id": "electricity.gird"}, {"factor_id": "electricity.grid",
                                                     "region": "XX"}):  # fmt: skip
        with pytest.raises(hp.InputError):
            hp.factors(**wrong)  # type: ignore[call-overload]
    with pytest.raises(hp.InputError):
        hp.factors("electricity.grid", own="nowhere.csv")


def test_models_of_sectors_give_their_documents() -> None:
    sectors = hp.sector(draws=0)
    assert list(sectors.to_frame().index)[-1] == "society"
    assert sectors.to_dict()["kind"] == "sector"
    assert "<table>" in sectors._repr_html_()
    data = ROOT / "tests/data/io"
    found = hp.io(data / "two_sectors.csv", energy=data / "two_sectors_energy.csv", ict="ict")
    assert found.to_dict()["kind"] == "io"
    assert len(found.to_frame()) == 2
    assert "<table>" in found._repr_html_()
    with pytest.raises(hp.InputError):
        hp.io("nowhere.csv")
    with pytest.raises(TypeError, match="mony"):
        hp.io(data / "two_sectors.csv", mony="CNY")
