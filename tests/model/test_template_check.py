"""Templates as their authors may break them: each fault is told with its line."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from handprint.case.template import template_files
from handprint.core.errors import Findings, Severity
from handprint.factors.factor import Library
from handprint.model.template_check import check_template

TEMPLATE = """handprint_template: 1
id: small
version: 1
title: {zh: 小, en: Small}
description: {zh: 小, en: Small}
reference_kinds: [previous_situation]
inputs:
  output: {name: 产量, help: 产量, unit: t/year, units: [t/year, kt/year], range: [1, 100],
    typical: {value: 10}, source: 选取, evidence: 台账, block: activity}
  saving: {name: 节约, help: 节约, unit: kWh/t, range: [0, 100],
    typical: {low: 1, mode: 2, high: 3}, source: 选取, evidence: 台账, block: solution}
rebound: 无
pitfalls: [无]
sources: [{title: 无}]
case:
  sector: industry
  region: CN
  period: {start: 2022, years: 1}
  tier: 2
  functional_unit: {quantity: output, unit: t}
  reference:
    lines:
      - {id: power, quantity: output * 100 kWh/t, factor: electricity.grid}
  solution:
    lines:
      - {id: power, quantity: output * (100 kWh/t - saving), factor: electricity.grid}
  ict:
    lines:
      - {id: servers, stage: use, quantity: 1 kW, factor: electricity.grid}
  consequences:
    - {id: a, order: 2, sign: adverse, treatment: qualitative}
    - {id: b, parent: a, order: 2, sign: adverse, treatment: qualitative}
"""


def check(text: str, library: Library, folder: Path) -> list[tuple[str, str, str]]:
    """Return code, line and severity of what is found, factor notes aside."""
    path = folder / "small.yaml"
    path.write_text(text, "utf-8")
    findings = Findings()
    check_template(path, library, findings)
    return [
        (f.key, f.place.removeprefix(f"{path}:").partition(" ")[0], f.severity.value)
        for f in findings
        if not f.rule.startswith("HP-F")
    ]


def test_whole_template_has_nothing_to_tell(library: Library, tmp_path: Path) -> None:
    assert check(TEMPLATE, library, tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("output * 100 kWh/t,", "outputs * 100 kWh/t,", ("HP-Q03", "23", "error")),
        ("(100 kWh/t - saving)", "99 kWh/t", ("HP-L02", "10", "warning")),
        ("{id: a, order", "{id: a, parent: b, order", ("HP-L14", "31", "error")),
        ("{id: a, order", "{id: a, parent: a, order", ("HP-L14", "31", "error")),
        ("parent: a", "parent: c", ("HP-L14.unknown", "32", "warning")),
        ("{id: b, parent: a", "{id: a", ("HP-L14.twice", "32", "error")),
        ("- saving)", "- saving * 1 km)", ("HP-Q06", "26", "error")),
        ("units: [t/year, kt/year]", "units: [t/year, kt]", ("HP-T08", "8", "error")),
        ("units: [t/year, kt/year]", "units: [t/year, furlong]", ("HP-U01", "8", "error")),
        ("value: 10", "value: 1000", ("HP-T06", "9", "warning")),
        ("block: activity", "block: other", ("HP-S04", "9", "error")),
        ("rebound: 无\n", "", ("HP-S02", "1", "error")),
        ("rebound:", "reboundd: 无\nrebound:", ("HP-S01", "12", "error")),
        ("tier: 2", "tier: 9", ("HP-S07.high", "19", "error")),
        ("pitfalls: [无]", "pitfalls: [*x]", ("HP-Y07", "13", "error")),
    ],
)
def test_fault_is_told_with_its_line(
    library: Library, tmp_path: Path, old: str, new: str, found: tuple[str, str, str]
) -> None:
    assert old in TEMPLATE
    assert check(TEMPLATE.replace(old, new, 1), library, tmp_path) == [found]


def test_shipped_templates_hold_together(library: Library, every: Callable[..., None]) -> None:
    def check(name: str) -> None:
        findings = Findings()
        assert check_template(template_files()[name], library, findings) is not None
        told = [f for f in findings if not f.rule.startswith("HP-F")]
        assert told == []
        assert not any(f.severity is Severity.ERROR for f in findings)

    every(template_files(), check)


def test_long_circle_is_told_once(library: Library, tmp_path: Path) -> None:
    """Ten nodes that follow from each other are one finding that names them."""
    nodes = "".join(
        f"    - {{id: n{i}, parent: n{(i + 1) % 10}, order: 3, sign: adverse,"
        " treatment: qualitative}\n"
        for i in range(10)
    )
    found = check(TEMPLATE + nodes, library, tmp_path)
    assert [key for key, _, _ in found] == ["HP-L14"]


def test_command(handprint: Callable[..., Result], tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(TEMPLATE, "utf-8")
    assert handprint("templates", "check", str(path)).exit_code == 0
    path.write_text(TEMPLATE.replace("output * 100", "outputs * 100"), "utf-8")
    run = handprint("templates", "check", str(path))
    assert run.exit_code == 1
    assert "small.yaml:23" in run.stderr
