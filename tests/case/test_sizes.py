"""Sizes of inputs against those of the scenario, wherever in a case they stand."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from handprint.case.reader import RawCase
from handprint.case.schema import Case
from handprint.case.sizes import check_sizes
from handprint.case.template import template
from handprint.core.errors import Findings

HIGH = template("potline-control").inputs["intensity"].range[1] * 10
UNIT = template("potline-control").inputs["intensity"].unit


@pytest.mark.parametrize(
    "given",
    [
        {"value": HIGH},
        {"value": f"{HIGH:,.0f}"},
        {"by_year": {2023: HIGH}},
        {"distribution": "discrete", "values": [HIGH, HIGH / 10]},
    ],
)
@pytest.mark.parametrize("at_site", [False, True])
def test_a_value_out_of_range_is_told_once(given: dict[str, Any], at_site: bool) -> None:
    inputs = {"intensity": {**given, "unit": UNIT}}
    tree: dict[str, Any] = {"template": "potline-control", "inputs": {} if at_site else inputs}
    if at_site:
        tree["sites"] = [{"id": "a", "inputs": inputs}]
    fields = {name: Case.model_fields[name].annotation for name in ("inputs", "sites")}
    read = {n: TypeAdapter(fields[n]).validate_python(tree.get(n, [] if n == "sites" else {}))
            for n in fields}  # fmt: skip
    case = Case.model_construct(template="potline-control", **read)
    findings = Findings()
    check_sizes(case, RawCase("c.json", b"", tree), findings)
    assert [f.rule for f in findings] == ["HP-T06"]
