"""Cases that somebody broke at random: always findings or a result, never an exception.

The mutations come from a fixed seed, so a failure repeats; each is tried through the same calls
as the command line's.
"""

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from handprint.assess.assess import Options, assess
from handprint.assess.document import document
from handprint.case.reader import read_case_bytes
from handprint.case.validate import validate
from handprint.core.errors import Findings, Severity
from handprint.core.files import to_json
from handprint.core.i18n import LANGUAGES, render_finding
from handprint.factors.factor import Library

Tree = dict[str, Any]
MUTATIONS = 60
ODD_VALUES: list[Any] = [
    *(None, True, False, 0, -1, 1e100, 1e308, -1e308, 1e-308, 10**25, float("nan"), float("inf")),
    *("", " ", "x", "kWh", "5 kWh", "-5", "1e400 t", "9**9**9", "{x}", "%s", "\u202e", "\x00"),
    *("吨", "𝔘", "a" * 400, "2022", "0 year", "1/0", "period", "electricity.grid", "GB", "CH4"),
    *([], {}, [1], {"a": 1}, {"zh": "中"}, {"value": 0, "unit": "1"}, {"value": 1, "unit": "year"}),
    *({"low": -1, "high": 1, "unit": "1"}, {"values": [0], "unit": "1"}, {"value": 1, "gsd": 1e99}),
    {"value": 1, "sd": 5, "unit": "t/year"},
    {"by_year": {"2022": 1}, "unit": "1"},
    {"value": -5, "unit": "kg CO2/kWh"},
]


def paths(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    items = (
        node.items()
        if isinstance(node, dict)
        else enumerate(node)
        if isinstance(node, list)
        else ()
    )
    for key, value in items:
        yield from paths(value, (*path, key))


def holder(tree: Tree, path: tuple[Any, ...]) -> Any:
    node: Any = tree
    for part in path[:-1]:
        node = node[part]
    return node


def mutate(tree: Tree, chance: random.Random) -> None:
    """Replace, remove, scale or copy one thing somewhere in the tree."""
    path = chance.choice(list(paths(tree)))
    node, key = holder(tree, path), path[-1]
    action = chance.choice(("replace", "replace", "remove", "copy", "scale"))
    if action == "replace":
        node[key] = copy.deepcopy(chance.choice(ODD_VALUES))
    elif action == "remove":
        del node[key]
    elif action == "copy":
        other = chance.choice(list(paths(tree)))
        node[key] = copy.deepcopy(holder(tree, other)[other[-1]])
    elif isinstance(node[key], int | float):
        node[key] *= chance.choice((0, -1, 1e-9, 1e9, 1e95))


@pytest.fixture
def rich_case(small_case: Tree) -> Tree:
    """The small case with something of everything."""
    small_case["inputs"] = {
        "output": {"value": 10_000, "gsd": 1.1, "unit": "t/year", "pedigree": [2, 2, 3, 2, 2]},
        "rate": {"low": 0.1, "mode": 0.14, "high": 0.2, "unit": "1"},
        "yearly": {"unit": "t/year", "by_year": {"2022": 100, "2023": {"value": 200}}},
    }
    small_case["period"] = {"start": "2022-07-01", "duration": "18 month"}
    small_case["sites"] = [{"id": "a", "region": "CN", "inputs": {"load": "3 MWh/year"}}]
    small_case["reference"]["lines"][0]["quantity"] = "output"
    small_case["solution"]["lines"][0]["quantity"] = "output * (1 - rate)"
    small_case["ict"]["lines"] += [
        {"id": "grid", "stage": "use", "quantity": "load", "factor": "electricity.grid"},
        {"id": "leak", "quantity": "2 kg/year", "gas": "R410A", "share": "50 %"},
        {
            "id": "later",
            "quantity": "yearly",
            "from": 2023,
            "factor": {"value": 1, "unit": "kg CO2/kg"},
        },
    ]
    small_case["functional_unit"] = {"quantity": "output", "unit": "t", "solution": "output",
                                     "normalise": True}  # fmt: skip
    small_case["attribution"] = {"key": "cost", "contributors": [{"id": "x", "share": 0.3}]}
    small_case["disclosure"] = {"completeness": "all solutions"}
    return small_case


def test_the_rich_case_is_good(rich_case: Tree, library: Library) -> None:
    assert tried(rich_case, library) is not None


def tried(tree: Tree, library: Library) -> bytes | None:
    """Return the JSON result, or None; check that the findings say which of the two it is."""
    findings = Findings()
    raw = read_case_bytes("case.json", json.dumps(tree).encode(), findings)
    case = None if raw is None else validate(raw, findings)
    result = None
    if raw is not None and case is not None:
        result = assess(case, raw, library, Options(draws=50), findings)
    assert findings.has(Severity.ERROR) is (result is None)
    for finding in findings:
        for lang in LANGUAGES:
            assert render_finding(finding, lang)["message"]
    return None if result is None else to_json(document(result, "zh"))


@pytest.mark.parametrize("seed", range(10))
def test_mutations(rich_case: Tree, library: Library, seed: int) -> None:
    chance = random.Random(seed)
    results = []
    for _ in range(MUTATIONS):
        tree = copy.deepcopy(rich_case)
        for _ in range(chance.choice((1, 1, 2, 4))):
            mutate(tree, chance)
        results.append(tried(tree, library))
    assert any(result is None for result in results)
    assert any(result is not None for result in results)
