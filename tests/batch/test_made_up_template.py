"""Rows of a made-up template, worked by hand, each beside the same case assessed alone.

The template does what no shipped one does: a line of the case's region and a line of a fixed
region share a factor, the functional unit is a difference, a formula divides by what is below
zero, and a typical value may have a pedigree.
China's grid in 2023: 0.5306 kg CO2/kWh; Chongqing's: 0.5581 (MEE/NBS).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml

from handprint.batch.partition import BatchOptions, Scorer
from handprint.case import template as templates
from handprint.core import resources
from handprint.factors.library import shipped_library
from tests.batch.test_consistency import Scored

Row = dict[str, Any]
TEXT = {"zh": "虚构", "en": "made up"}


def number(unit: str, value: float, *, required: bool = True) -> Row:
    """Return an input of a template."""
    texts = {"name": TEXT, "help": TEXT, "source": TEXT, "evidence": TEXT}
    return {
        **texts,
        "unit": unit,
        "range": [-1e6, 1e6],
        "typical": {"value": value},
        "required": required,
        "block": "activity",
    }


def line(quantity: str, factor: str | Row = "electricity.grid", **more: Any) -> Row:
    return {"id": "x", "stage": "use", "quantity": quantity, "factor": factor, **more}


PER_TONNE = {"value": 1, "unit": "t CO2e/t", "source": TEXT, "year": 2022}
INPUTS: Row = {
    "power": number("GWh/year", 10),
    "saved": number("GWh/year", 2),
    "own": number("GWh/year", 1),
    "made": number("t/year", 100),
    "scrapped": number("t/year", 20),
    "outside": number("1", -5),  # degrees, without a unit of temperature
    "usual": number("1", -7),
    "heat": number("t/year", 0, required=False),
    "cold": number("t/year", 0, required=False),
}
MADE_UP = {
    "handprint_template": 1,
    "id": "made-up",
    "version": 1,
    "title": TEXT,
    "description": TEXT,
    "reference_kinds": ["previous_situation"],
    "inputs": INPUTS,
    "rebound": TEXT,
    "pitfalls": [TEXT],
    "sources": [{"title": TEXT}],
    "case": {
        "sector": "industry",
        "category": "production",
        "region": "CN",
        "period": {"start": 2023, "years": 1},
        "tier": 2,
        "claim": "planned",
        "functional_unit": {"quantity": "made - scrapped", "unit": "t"},
        "reference": {
            "lines": [
                line("power"),
                line("heat * (outside - 20) / (usual - 20)", PER_TONNE, id="heat"),
                line("cold", PER_TONNE, id="cold"),
            ]
        },
        "solution": {"mechanism": "optimise", "lines": [line("power - saved")]},
        "ict": {"lines": [line("own", region="CN")]},
        "higher_order": {"rebound": {"status": "embedded_in_measurement"}},
    },
}


@pytest.fixture(autouse=True)
def only_the_made_up_template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put the template in the place of the shipped ones."""
    (tmp_path / "production").mkdir()
    text = yaml.safe_dump(MADE_UP, allow_unicode=True)
    (tmp_path / "production" / "made-up.yaml").write_text(text, encoding="utf-8")
    packaged = resources.folder

    def folder(name: str) -> Path:
        return tmp_path if name == "case_templates" else packaged(name)

    monkeypatch.setattr(resources, "folder", folder)
    cached = (templates.template_files, templates.template)
    for found in cached:
        found.cache_clear()
    yield
    for found in cached:
        found.cache_clear()


def row(case_id: str, region: str = "CN", **numbers: float | None) -> Row:
    """Return a row with the typical values of the required inputs, some of them changed."""
    found: Row = {"id": case_id, "template": "made-up", "region": region, "title": ""}
    for name, spec in INPUTS.items():
        value = numbers.pop(name, spec["typical"]["value"] if spec["required"] else None)
        found[f"{name} [{spec['unit']}]"] = value
    return found | numbers


def scored(*rows: Row, draws: int = 0) -> Scored:
    return Scored(shipped_library(), draws, list(rows))


def told(findings: Any) -> set[str]:
    return {f.key for f in findings}


def test_a_line_of_a_fixed_region_keeps_its_factor_in_every_row() -> None:
    """2 GWh saved in Chongqing (0.5581) by 1 GWh used in China (0.5306), whatever comes first."""
    for regions in (["CN", "CN-CQ"], ["CN-CQ", "CN"]):
        found = scored(*(row(f"case-{region}", region) for region in regions))
        for i, region in enumerate(regions):
            local = 558.1 if region == "CN-CQ" else 530.6
            assert found.scores[i]["E_ref"] == pytest.approx(10 * local)
            assert found.scores[i]["F"] == pytest.approx(530.6)
            assert found.scores[i]["NER"] == pytest.approx(2 * local - 530.6)
            alone, _ = found.alone(i)
            assert alone is not None
            assert found.scores[i]["NER"] == pytest.approx(alone.metrics["NER"].value)


def test_a_quantity_below_zero_is_refused_and_zero_is_not() -> None:
    """100 t made and 20 scrapped are 80 t; 100 scrapped are none; 120 cannot be."""
    found = scored(row("good"), row("none", scrapped=100), row("less", scrapped=120))
    assert sorted(found.scores) == [0, 1]
    assert found.scores[0]["EI"] == pytest.approx(530.6 / 80 * 1000)  # kg per t
    assert "R01.zero" in found.scores[1]["findings"].split()
    assert found.rejects[2].reason.finding("x").key == "HP-V06"
    result, findings = found.alone(2)
    assert result is None
    assert "HP-V06" in told(findings)


def test_each_row_fills_the_column_in_its_own_unit() -> None:
    """2 GWh or 2000 MWh saved: the same case; a third row fills neither and is refused."""
    mwh = "saved [MWh/year]"
    rows = [row("gwh"), row("mwh", saved=None, **{mwh: 2000.0}), row("no", saved=None)]
    found = scored(*rows)
    assert [found.scores[i]["NER"] for i in (0, 1)] == [pytest.approx(530.6)] * 2
    assert found.rejects[2].reason.finding("x").key == "HP-T03"
    for i in (0, 1):
        alone, _ = found.alone(i)
        assert alone is not None
        assert alone.metrics["NER"].value == pytest.approx(530.6)


@pytest.mark.parametrize("scores", [None, [2, 2, 2, 2, 2]], ids=["unscored", "scored"])
def test_the_pedigree_of_a_typical_value_counts(
    monkeypatch: pytest.MonkeyPatch, scores: list[int] | None
) -> None:
    """A row whose own inputs carry nothing: whether R21 speaks is up to the typical value."""
    monkeypatch.setitem(INPUTS["cold"], "typical", {"value": 1000, "pedigree": scores})
    path = resources.folder("case_templates") / "production" / "made-up.yaml"
    path.write_text(yaml.safe_dump(MADE_UP, allow_unicode=True), encoding="utf-8")
    found = scored(row("a", power=0.0, saved=0.0, own=0.0))
    alone, findings = found.alone(0)
    assert alone is not None
    assert found.scores[0]["NER"] == pytest.approx(1000)
    assert alone.metrics["NER"].value == pytest.approx(1000)
    for keys in (told(findings), set(found.scores[0]["findings"].split())):
        assert ("R21" in keys) is (scores is None)


def test_a_divisor_below_zero_is_no_zero() -> None:
    """1000 t x (-5 - 20) / (-7 - 20): -27 give or take 1 is a divisor; give or take 27 is none."""
    sd = "usual.sd [1]"
    good = row("good", heat=1000.0, **{sd: 1.0})
    bad = row("bad", heat=1000.0, **{sd: 27.0})
    found = scored(good, bad, draws=300)
    assert found.scores[0]["E_ref"] == pytest.approx(5306 + 1000 * 25 / 27)
    assert found.scores[0]["p5"] < found.scores[0]["NER"] < found.scores[0]["p95"]
    assert found.rejects[1].reason.finding("x").key == "HP-N10"
    alone, findings = found.alone(0)
    assert alone is not None
    assert "HP-N10" not in told(findings)
    result, findings = found.alone(1)
    assert result is None
    assert "HP-N10" in told(findings)


def test_a_divisor_below_zero_is_trusted_to_first_order() -> None:
    """The same row without draws: the interval is to first order, as its divisor has one sign."""
    found = scored(row("good", heat=1000.0, **{"usual.sd [1]": 1.0}))
    scorer = Scorer(found.layout, shipped_library(), BatchOptions(300, 1, first_order=True))
    (score,) = pa.table(scorer.score(found.table, 1).scores).to_pylist()
    assert score["interval_by"] == "first_order"
    assert score["p5"] < score["NER"] < score["p95"]
