"""What every typical scenario must satisfy, whatever its category.

The models themselves are tested per category, against hand calculations and published figures.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from handprint.case.template import CATEGORIES, Template, template, template_files
from handprint.core.errors import Severity
from handprint.review.rules import FITTING_REFERENCES
from handprint.units.unit import parse_unit

Every = Callable[..., None]
IDS = tuple(template_files())
STAGES = {"raw_material", "manufacture", "transport", "use", "end_of_life"}
CENTRAL = ("value", "low", "mode", "high")
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(params=IDS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def scenario(name: str) -> Template:
    return template(name)


def lines_of(scenario: Template, block: str) -> list[dict[str, Any]]:
    return list(scenario.case[block].get("lines", ()))


def bilingual(node: object, path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Yield every text of a tree that has a language, with its path."""
    if isinstance(node, dict):
        if {"zh", "en"} & set(node):
            yield path, node
            return
        for key, child in node.items():
            yield from bilingual(child, f"{path}.{key}")
    elif isinstance(node, list):
        for i, child in enumerate(node):
            yield from bilingual(child, f"{path}.{i}")


@pytest.mark.parametrize("category", CATEGORIES)
def test_ten_scenarios_serve_each_field(category: str) -> None:
    """The national plan: 10 that serve production, 10 living, 10 urban and rural areas."""
    assert sum(path.parent.name == category for path in template_files().values()) == 10


def test_file_says_what_its_place_says(every: Every) -> None:
    def check(name: str) -> None:
        scenario = template(name)
        path = template_files()[name]
        assert scenario.id == path.stem
        assert scenario.case["category"] == path.parent.name
        assert path.with_suffix(".example.yaml").exists()

    every(IDS, check)


def test_texts_are_in_both_languages(every: Every) -> None:
    """Chinese texts are Chinese and English ones are not; titles are no copies of each other."""

    def check(scenario: Template) -> None:
        for path, text in bilingual(scenario.model_dump()):
            assert set(text) == {"zh", "en"}, path
            assert all(part.strip() for part in text.values()), path
            assert not HAN.search(text["en"]), path
        assert HAN.search(scenario.title["zh"])
        for key, entry in scenario.inputs.items():
            assert HAN.search(entry.name["zh"]), key
            assert HAN.search(entry.help["zh"]), key

    every(map(template, IDS), check, lambda scenario: scenario.id)


def test_units_can_be_chosen(every: Every) -> None:
    """Every unit of the drop-down is read, measures the same, and the first is the default."""

    def check(scenario: Template) -> None:
        for key, entry in scenario.inputs.items():
            expected = parse_unit(entry.unit).dimension
            assert entry.units, key
            assert entry.units[0] == entry.unit, key
            for unit in entry.units:
                assert parse_unit(unit).dimension == expected, (key, unit)

    every(map(template, IDS), check, lambda scenario: scenario.id)


def test_typical_values_are_plausible(every: Every) -> None:
    def check(scenario: Template) -> None:
        for key, entry in scenario.inputs.items():
            low, high = entry.range
            given = [v for k in CENTRAL if (v := getattr(entry.typical, k)) is not None]
            assert low < high, key
            assert given, key
            assert all(low <= value <= high for value in given), key

    every(map(template, IDS), check, lambda scenario: scenario.id)


def test_references_are_known(every: Every) -> None:
    def check(scenario: Template) -> None:
        known = frozenset().union(*FITTING_REFERENCES.values())
        assert set(scenario.reference_kinds) <= known

    every(map(template, IDS), check, lambda scenario: scenario.id)


def test_every_stage_is_counted_or_excluded(every: Every) -> None:
    """R03: no solution is free of a footprint, and what is left out says why."""

    def check(scenario: Template) -> None:
        lines = lines_of(scenario, "ict")
        excluded = scenario.case["ict"].get("excluded", [])
        assert any(line["stage"] == "use" for line in lines)
        assert any(line["stage"] == "manufacture" for line in lines)
        assert all(item["reason"] for item in excluded)
        assert {line["stage"] for line in lines} | {item["stage"] for item in excluded} >= STAGES

    every(map(template, IDS), check, lambda scenario: scenario.id)


def test_consequences_show_both_sides(every: Every) -> None:
    """L.1480: adverse effects are in the tree, and what is quantified points at its line."""

    def check(scenario: Template) -> None:
        nodes = scenario.case["consequences"]
        ids = {node["id"] for node in nodes}
        blocks = ("reference", "solution", "ict", "higher_order")
        lines = {line["id"] for block in blocks for line in lines_of(scenario, block)}
        assert {node["sign"] for node in nodes} >= {"adverse", "favourable"}
        assert len(ids) == len(nodes)
        for node in nodes:
            assert node.get("parent", node["id"]) in ids, node["id"]
            assert node.get("line") is None or node["line"] in lines, node["id"]
            if node["treatment"] != "quantified":
                assert node["reason"], node["id"]

    every(map(template, IDS), check, lambda scenario: scenario.id)


def test_the_model_is_the_templates_and_the_claim_is_not(every: Every) -> None:
    """Rationale, rebound and attribution are the submitter's; a template must not bring them."""

    def check(scenario: Template) -> None:
        case = scenario.case
        assert not {"inputs", "attribution", "eligibility", "disclosure", "id"} & set(case)
        assert not {"rationale", "demand_context"} & set(case["reference"])
        assert "rebound" not in case.get("higher_order", {})

    every(map(template, IDS), check, lambda scenario: scenario.id)


def test_example_can_be_published(
    name: str, assess_case: Callable[..., Any], example: Callable[..., Any]
) -> None:
    """No error, nothing that blocks, every input used, and an interval around the result."""
    tree = example(name)
    assert tree["template"] == name
    assert tree["template_version"] == template(name).version
    result, findings = assess_case(tree, draws=500)
    found = [*result.findings, *findings]
    assert not [f.key for f in found if f.severity in (Severity.ERROR, Severity.BLOCK)]
    assert not [f.place for f in found if f.key in ("HP-L02", "HP-T06", "HP-T07")]
    ner = result.metrics["NER"]
    assert ner.value is not None
    assert ner.summary is not None
    assert ner.summary.p5 < ner.summary.p95
    assert result.metrics["VEI"].status == "ok"
    for path, text in bilingual(tree):
        assert set(text) == {"zh", "en"}, path


def test_typical_values_give_a_result(
    name: str,
    scenario: Template,
    assess_case: Callable[..., Any],
    example: Callable[..., Any],
) -> None:
    """A form filled with the typical values is a case; its reduction is of a possible size."""
    typical = {
        key: {**entry.typical.model_dump(exclude_none=True), "unit": entry.unit}
        for key, entry in scenario.inputs.items()
    }
    tree = {**example(name), "inputs": typical}
    tree["reference"].pop("candidates", None)
    result, _ = assess_case(tree)
    assert result.reduction_rate is not None
    assert -1 < result.reduction_rate <= 1
    assert float(result.effects.F[0, 0]) > 0
