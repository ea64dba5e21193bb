"""A form filled from a case and read back is the case: same entries, same numbers to the bit."""

import hashlib
import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from handprint.assess.assess import Assessment, Options, assess
from handprint.assess.document import document
from handprint.case.reader import RawCase, read_case
from handprint.case.template import Template, template, template_files
from handprint.core.errors import Findings
from handprint.core.i18n import LANGUAGES, Language
from handprint.factors.factor import Library
from handprint.forms.intake import load_case
from handprint.forms.reader import read_form_bytes
from handprint.forms.writer import form_content, write_form

IDS = tuple(template_files())
ANY = "potline-control"


def form(scenario: Template, lang: Language, tree: dict[str, Any] | None = None) -> bytes:
    stream = BytesIO()
    write_form(scenario, lang, form_content(scenario, tree), stream)
    return stream.getvalue()


def read_back(source: bytes) -> RawCase:
    findings = Findings()
    raw = read_form_bytes("form.xlsx", source, findings)
    assert raw is not None, list(findings)
    assert list(findings) == []
    return raw


def assessed(path: Path, library: Library) -> tuple[Assessment, Findings]:
    findings = Findings()
    loaded = load_case(path, findings)
    assert loaded is not None, list(findings)
    result = assess(*loaded, library, Options(draws=50), findings)
    assert result is not None
    return result, findings


def results(result: Assessment) -> dict[str, Any]:
    """Return all numbers of a result; what is left out says where the case was read from."""
    shown = document(result, "en")
    return {key: shown[key] for key in shown.keys() - {"manifest", "findings", "case"}}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", IDS)
def test_results_are_the_same(name: str, lang: Language, library: Library, tmp_path: Path) -> None:
    """NER, its interval, the ledger and all else are those of the example, bit by bit."""
    example = template_files()[name].with_suffix(".example.yaml")
    raw = read_case(example, Findings())
    assert raw is not None
    filled = tmp_path / "filled.xlsx"
    filled.write_bytes(form(template(name), lang, raw.tree))
    direct, told = assessed(example, library)
    back, told_back = assessed(filled, library)
    assert results(back) == results(direct)
    assert sorted(f.key for f in told_back) == sorted(f.key for f in told)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", IDS)
def test_blank_form_lacks_only_what_it_marks_as_required(name: str, lang: Language) -> None:
    source = form(template(name), lang)
    raw = read_back(source)
    assert raw.tree.keys() == {"handprint", "template", "template_version", "consequences"}
    assert "inputs" not in raw.tree


# Everything that a case of a template may say and the examples do not.
TREE: dict[str, Any] = {
    "handprint": 1,
    "template": ANY,
    "template_version": 1,
    "id": "everything",
    "title": {"zh": "全部", "en": "=1+1"},
    "description": "@SUM(A1)",
    "region": "NO",
    "period": {"start": "2022-07-01", "duration": "42 month"},
    "tier": 1,
    "claim": "realised",
    "assessment": {"type": "context", "perspective": "system", "public": False, "gwp": "AR5"},
    "submitter": {"name": "甲", "commitment": True, "licence": "CC BY"},
    "inputs": {
        "output": "90 万吨/年",
        "intensity": {"by_year": {"2022": {"value": 13500, "unit": "kWh/t"}}},
        "saving": {"value": 0.1 + 0.2, "gsd": 1.4, "unit": "kWh/t", "pedigree": [1, 2, 3, 4, 5]},
        "sensors": {"value": 1e-300, "unit": "device", "plus_minus": "5 %", "status": "chosen"},
        "servers": {"value": 2**60 + 1, "unit": 1, "group": "g", "evidence": {"en": "register"}},
        "pue": {"mode": 1.5, "low": 1.2, "high": 2, "unit": "1", "distribution": "triangular"},
        "sensor_power": {"values": [1, 2], "weights": [0.5, 0.5], "unit": "W/device"},
        "server_life": {"value": 5, "sd": 1, "unit": "year", "note": "  spaces around  "},
    },
    "reference": {
        "kind": "previous_situation",
        "rationale": {"zh": "一\n二"},
        "demand_context": "improvement",
        "expected_end_of_life": 2030,
        "historical": {"value": 6.41e6, "unit": "t CO2e/year"},
        "candidates": [
            {"kind": "own", "probability": 0.3},
            {"kind": "other", "emissions": {"value": 1, "unit": "t CO2e/year"}, "lines": []},
        ],
    },
    "solution": {
        "technologies": ["device", "ai"],
        "overlap": "multiplicative",
        "also_acting": [{"id": "x", "rate": 0.1}],
    },
    "higher_order": {"rebound": {"status": "quantified", "share": 0.2, "source": "survey"}},
    "factor_paths": {"electricity.grid": {"to": 0.35, "unit": "kg CO2/kWh", "year": 2030}},
    "sites": [{"id": "a", "inputs": {"output": {"value": 4, "unit": "t/year"}}}],
    "consequences": [
        {"id": "a", "order": 2, "sign": "adverse", "treatment": "excluded", "reason": "small"}
    ],
    "attribution": {"contributors": [{"id": "x", "share": 0.3}], "others": "none_known"},
    "eligibility": {"dnsh": "no harm", "climate_action": {"answer": False}, "fossil_link": False},
    "monitoring": [{"meter": "m", "period": "2023", "sha256": "0" * 64}],
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_entry_comes_back(lang: Language) -> None:
    """Numbers of 17 digits, texts that look like formulas, keys without a cell of their own."""
    read = read_back(form(template(ANY), lang, TREE)).tree
    expected = json.loads(json.dumps(TREE))
    # one language stands for both, an input written as a text is a number with a unit, a share
    # written as a number is a value, a lognormal says so, and an input without a unit has the
    # scenario's
    expected["reference"]["rationale"] = "一\n二"
    inputs = expected["inputs"]
    inputs["output"] = {"value": 90.0, "unit": "万吨/年"}
    inputs["saving"]["distribution"] = "lognormal"
    inputs["intensity"]["unit"] = "kWh/t"
    inputs["servers"] |= {"value": 2.0**60, "unit": "1", "evidence": "register"}
    expected["higher_order"]["rebound"]["share"] = {"value": 0.2}
    assert read == expected


def test_digits_survive() -> None:
    """The file format keeps 16 digits; 0.1 + 0.2 needs 17."""
    tree = read_back(form(template(ANY), "en", TREE)).tree
    assert tree["inputs"]["saving"]["value"] == 0.30000000000000004
    assert tree["inputs"]["servers"]["value"] == 2**60


def test_a_form_fills_a_form() -> None:
    first = read_back(form(template(ANY), "en", TREE)).tree
    second = read_back(form(template(ANY), "zh", first)).tree
    assert second == first


def test_manifest_holds_a_case_and_the_hash_of_the_form(library: Library, tmp_path: Path) -> None:
    """What the manifest calls the source is a case that gives the same result."""
    example = template_files()[ANY].with_suffix(".example.yaml")
    raw = read_case(example, Findings())
    assert raw is not None
    source = form(template(ANY), "zh", raw.tree)
    back = read_back(source)
    assert back.original == source
    again = tmp_path / "again.json"
    again.write_bytes(back.source)
    result, _ = assessed(again, library)
    assert results(result) == results(assessed(example, library)[0])
    filled = tmp_path / "filled.xlsx"
    filled.write_bytes(source)
    manifest = document(assessed(filled, library)[0], "en")["manifest"]
    assert manifest["inputs"][0]["sha256"] == hashlib.sha256(source).hexdigest()
    assert json.loads(manifest["case_source"]) == back.tree
