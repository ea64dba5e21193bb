"""A selection of sixty random cases with ties, limits and texts that try to be more than texts."""

import csv
import random
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from handprint.core.errors import Findings
from handprint.selection.document import selection_document
from handprint.selection.run import Selection, SelectionOptions, run_selection

HOSTILE = [
    "=1+1",
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "+cmd",
    "@x",
]
CATEGORIES = ["production", "living", "urban_rural"]


class Made(NamedTuple):
    selection: Selection
    document: dict[str, Any]


def rows(count: int) -> list[dict[str, Any]]:
    """Return cases; few distinct values, so that many scores are equal."""
    chance = random.Random(7)
    found = []
    for i in range(count):
        ner = round(chance.uniform(-50, 5000), 1)
        found.append(
            {
                "id": f"case-{i:03d}",
                "title": HOSTILE[i % 12] if i % 12 < len(HOSTILE) else f"案例 {i}",
                "template": "potline-control",
                "category": CATEGORIES[i % 3],
                "sector": chance.choice(["industry", "energy", "transport"]),
                "region": chance.choice(["CN-GD", "CN-BJ"]),
                "year": 2023,
                "applicant": chance.choice(["", "=x", "y", "z"]),
                "NER": ner,
                "E_ref": 10_000 + 100 * i,
                "G0": ner + 20,
                "F": 20,
                "EI": ner / 100,
                "EI_unit": "kg CO2e/t",
                "VEI": ner / 20,
                "quality_score": chance.choice([1, 2, 2.5, 3]),
                "p5": ner - chance.choice([10, 400]),
                "p50": ner,
                "p95": ner + chance.choice([10, 400]),
                "probability": chance.choice([0.6, 0.95, 1]),
                "verdict": chance.choice(["robust", "likely", "inconclusive"]),
                "findings": chance.choice(["", "R07", "R24 R07", "R05 R30 R16"]),
                "blocking": "R03" if i % 20 == 19 else "",
                "scalability": chance.choice([2, 3, 5]),
            }
        )
    return found


@pytest.fixture(scope="session")
def make(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Made]:
    def run(count: int = 60, **options: Any) -> Made:
        path = tmp_path_factory.mktemp("scores") / "scores.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows(1)[0]))
            writer.writeheader()
            writer.writerows(rows(count))
        findings = Findings()
        options = {"quotas": dict.fromkeys(CATEGORIES, 5), "draws": 200, **options}
        found = run_selection(SelectionOptions(path, **options), findings)
        assert found is not None, list(findings)
        return Made(found, selection_document(found, findings, "en"))

    return run


@pytest.fixture(scope="session")
def made(make: Callable[..., Made]) -> Made:
    return make(limits={"applicant": 3, "sector": 6})
