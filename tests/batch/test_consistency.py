"""A row of a table and the same case assessed alone: the same numbers, the same rules.

The table mixes all templates, regions of several factor sources, periods of one to three years,
certain and uncertain inputs, inputs left out, declarations and titles.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from handprint.assess.assess import Assessment, Options, assess
from handprint.batch.headers import read_layout
from handprint.batch.partition import BatchOptions, Outcome, Scorer, group_keys
from handprint.batch.row_case import row_case, row_numbers
from handprint.case.template import expand, template
from handprint.case.validate import validate
from handprint.core.errors import Findings, Severity
from handprint.factors.factor import Library
from handprint.model.effects import EFFECTS
from tests.batch.mixed_table import as_table, central, mixed_rows

ROWS = 300

# Codes that a row need not have though the same case has them, each with its reason: such as need
# variation, or a place in a file. There are none at present, and may be eight at most.
EXCEPTIONS: dict[str, str] = {}


class Scored:
    """A table scored, and each of its rows assessed alone on demand."""

    def __init__(self, library: Library, draws: int, rows: list[dict[str, Any]]) -> None:
        self.library, self.draws = library, draws
        self.table = as_table(rows)
        findings = Findings()
        self.layout = read_layout(self.table.column_names, "t", findings)
        assert not len(findings), list(findings)
        scorer = Scorer(self.layout, library, BatchOptions(draws=draws))
        self.outcome: Outcome = scorer.score(self.table, 1)
        scores = pa.table(self.outcome.scores).to_pylist()
        self.scores: dict[int, Mapping[str, Any]] = {row["row"] - 1: row for row in scores}
        self.rejects = {reject.row - 1: reject for reject in self.outcome.rejects}
        self.keys = {
            int(i): key for key, index in group_keys(self.table, self.layout) for i in index
        }

    def alone(self, row: int) -> tuple[Assessment | None, Findings]:
        cells = self.table.slice(row, 1).to_pylist()[0]
        raw = row_case(
            self.keys[row],
            case_id=cells["id"],
            region=cells["region"],
            title=cells["title"],
            numbers=row_numbers(cells, self.layout.inputs, cells["template"]),
        )
        findings = Findings()
        raw = expand(raw, findings)
        case = validate(raw, findings)
        if case is None or findings.has(Severity.ERROR):
            return None, findings
        options = Options(self.draws, 1, vary=False)
        return assess(case, raw, self.library, options, findings), findings


@pytest.fixture(scope="module", params=[0, 300], ids=["central", "300 draws"])
def scored(request: pytest.FixtureRequest, library: Library) -> Scored:
    return Scored(library, request.param, mixed_rows(ROWS, seed=7))


def test_exceptions_are_few() -> None:
    assert len(EXCEPTIONS) <= 8


def test_every_row_is_scored_or_rejected(scored: Scored) -> None:
    assert sorted([*scored.scores, *scored.rejects]) == list(range(ROWS))
    assert len(scored.scores) > ROWS * 0.5
    assert len(scored.rejects) > 10


def test_rows_are_rejected_for_what_a_single_case_is(scored: Scored) -> None:
    for row, reject in scored.rejects.items():
        result, findings = scored.alone(row)
        assert result is None, (row, reject)
        errors = {f.key for f in findings if f.severity is Severity.ERROR}
        key = reject.reason.finding("x").key
        # where a single case stops at its inputs, a table may tell of the factor or the line
        assert key in errors or errors & {"HP-T03", "HP-N02.not_positive"}, (row, key, errors)


def test_numbers_and_rules_are_those_of_single_cases(scored: Scored) -> None:
    """Effects and metrics agree to 1e-12, percentiles to 1e-12, rules by their keys."""
    for row, found in scored.scores.items():
        alone, findings = scored.alone(row)
        assert alone is not None, (row, list(findings))
        where = (row, found["template"], found["region"])
        for name in EFFECTS:
            expected = float(getattr(alone.effects, name)[0, 0])
            tolerance = 1e-12 * max(1e-9, abs(float(alone.effects.E_ref[0, 0])))
            assert found[name] == pytest.approx(expected, rel=1e-12, abs=tolerance), where
        for metric, result in alone.metrics.items():
            value = np.nan if result.value is None else result.value
            assert found[metric] == pytest.approx(value, rel=1e-9, nan_ok=True), where
        worst: dict[str, int] = {}
        for f in findings:
            worst[f.key] = min(f.severity.rank, worst.get(f.key, f.severity.rank))
        told = found["findings"].split()
        assert set(told) ^ worst.keys() <= EXCEPTIONS.keys(), (where, set(told) ^ worst.keys())
        assert told == sorted(set(told), key=lambda key: (worst[key], key)), where
        blocking = [key for key in told if worst[key] == Severity.BLOCK.rank]
        assert found["blocking"].split() == blocking, where
        assert found["quality_score"] == pytest.approx(alone.facts["quality_score"][0])
        assert found["nature"] == alone.nature
        assert found["region"] == alone.case.region
        assert found["category"] == alone.case.category
        assert found["EI_unit"] == alone.metrics["EI"].unit
        if scored.draws:
            _same_interval(found, alone)


def _same_interval(found: Mapping[str, Any], alone: Assessment) -> None:
    summary = alone.metrics["NER"].summary
    assert found["verdict"] == alone.verdict
    if alone.probability is None:
        assert np.isnan(found["p5"])
        return
    assert summary is not None
    scale = 1e-12 * abs(float(alone.effects.E_ref[0, 0]))
    shown = [found["p5"], found["p50"], found["p95"]]
    assert shown == pytest.approx([summary.p5, summary.p50, summary.p95], rel=1e-12, abs=scale)
    assert found["probability"] == alone.probability


def test_inputs_of_one_meter_share_their_draws(library: Library) -> None:
    """Output and saving multiply: with draws in common the interval is wider than without."""
    rows = [
        {
            "id": f"case-{i}",
            "template": "potline-control",
            "region": "CN-YN",
            "title": "A potline",
            **{f"{n} [{s.unit}]": central(s) for n, s in template("potline-control").inputs.items()
               if s.required},
            "output.sd [t/year]": 90_000,
            "saving.sd [kWh/t]": 15,
            "inputs.output.group": group,
            "inputs.saving.group": group,
        }
        for i, group in enumerate(["meter", "", "meter"])
    ]  # fmt: skip
    scored = Scored(library, 300, rows)
    for row, found in scored.scores.items():
        alone, findings = scored.alone(row)
        assert alone is not None, list(findings)
        _same_interval(found, alone)
    width = [scored.scores[i]["p95"] - scored.scores[i]["p5"] for i in range(3)]
    assert width[0] > 1.2 * width[1]
    assert width[2] > 1.2 * width[1]
    assert scored.scores[0]["p5"] != scored.scores[2]["p5"]  # another case, another meter


def potline(**extra: Any) -> dict[str, Any]:
    inputs = template("potline-control").inputs
    row: dict[str, Any] = {"template": "potline-control", "region": "CN", "title": ""}
    row |= {f"{n} [{s.unit}]": central(s) for n, s in inputs.items() if s.required}
    return row | extra


def test_an_empty_region_is_that_of_the_template(library: Library) -> None:
    """Rows that name the region, rows that leave it out and rows elsewhere, in one group."""
    regions = ["", "", "CN", "CN", "CN-YN", "CN-YN"]
    rows = [potline(id=f"case-{i}", region=region) for i, region in enumerate(regions)]
    scored = Scored(library, 300, rows)
    assert len(scored.scores) == len(rows)
    for row, found in scored.scores.items():
        alone, _ = scored.alone(row)
        assert alone is not None
        _same_interval(found, alone)
    options = BatchOptions(300, 1, first_order=True)
    first = pa.table(Scorer(scored.layout, library, options).score(scored.table, 1).scores)
    assert first["interval_by"].to_pylist() == ["first_order"] * 6
    low = first["p5"].to_pylist()
    assert low[0] == low[1] == low[2] == low[3]
    assert low[4] == low[5] < low[0]


def test_words_about_an_input_that_may_be_left_out(library: Library) -> None:
    """Evidence for an optional input counts; without the value it is refused, as in a case."""
    named = {"inputs.server_power.evidence": "metered"}
    rows = [
        potline(id="a", **{"server_power [W/device]": 400.0, "server_power.sd [W/device]": 40.0}),
        potline(id="b", **named, **{"server_power [W/device]": 400.0}),
        potline(id="c", **named),
    ]
    scored = Scored(library, 300, rows)
    assert sorted(scored.scores) == [0, 1]
    for row, found in scored.scores.items():
        alone, _ = scored.alone(row)
        assert alone is not None
        _same_interval(found, alone)
    result, findings = scored.alone(2)
    assert result is None
    assert scored.rejects[2].reason.finding("x").key == "HP-S02.unit"
    assert "HP-S02.unit" in {f.key for f in findings}


def test_codes_stand_in_one_order(library: Library) -> None:
    """What holds for all rows of a group, and what for some, keeps its place."""
    rows = [potline(id=f"case-{i}", title=t) for i, t in enumerate(["", "A plain title"])]
    table = as_table(rows)
    scorer = Scorer(read_layout(table.column_names, "t", Findings()), library, BatchOptions())
    whole = pa.table(scorer.score(table, 1).scores)["findings"].to_pylist()
    parts = [
        pa.table(scorer.score(table.slice(i, 1), 1 + i).scores)["findings"].to_pylist()[0]
        for i in range(2)
    ]
    assert whole == parts


def test_cells_that_a_template_cannot_use_are_refused(library: Library) -> None:
    """Another template's input, an input in another kind of unit, one input in two columns."""
    rows = [
        potline(id="good"),
        potline(id="foreign", **{"rooms [device]": 50.0}),
        potline(id="kind", **{"output [万元/year]": 5.0}),
        potline(id="twice", **{"output [kt/year]": 999.0}),
        potline(id="other unit", **{"output [t/year]": None, "output [kt/year]": 900.0}),
    ]
    scored = Scored(library, 0, rows)
    told = {rows[i]["id"]: r.reason.finding("x").key for i, r in scored.rejects.items()}
    assert told == {"foreign": "HP-T04", "kind": "HP-T08", "twice": "HP-B04.row",
                    "other unit": "HP-S08.id"}  # fmt: skip


@pytest.mark.parametrize(
    "headers",
    [
        ["period.start"],
        ["region.x"],
        ["factor_paths.electricity.grid.to"],
        ["higher_order.rebound.share", "higher_order.rebound.share.value"],
    ],
)
def test_entries_without_effect_are_refused(headers: list[str]) -> None:
    findings = Findings()
    read_layout(["id", "template", *headers], "t", findings)
    assert [f.key for f in findings] == ["HP-B02.entry"]


@pytest.mark.parametrize(
    "start", ["2023", "2023-01-01", "2023-01-01 00:00:00.000000", "2023-01-01T00:00:00Z"]
)
def test_a_date_kept_as_a_time_is_a_date(library: Library, start: str) -> None:
    scored = Scored(library, 0, [potline(id="a", start=start), potline(id="b", start="2023")])
    assert scored.scores[0]["NER"] == scored.scores[1]["NER"]
    assert scored.scores[0]["year"] == 2023


@pytest.mark.parametrize("entry", ["distribution", "plus_minus", "basic_variance", "sd", "unit"])
def test_entries_of_an_input_without_effect_are_refused(entry: str) -> None:
    findings = Findings()
    headers = ["id", "template", f"inputs.saving.{entry}", "inputs.saving.evidence"]
    read_layout(headers, "t", findings)
    assert [f.key for f in findings] == ["HP-B02.input"]


def test_results_do_not_depend_on_the_cut(library: Library) -> None:
    """One partition of 300 rows and seven of 43: the same bytes."""
    table = as_table(mixed_rows(ROWS, 3))
    layout = read_layout(table.column_names, "t", Findings())
    whole = Scorer(layout, library, BatchOptions(draws=50)).score(table, 1)
    pieces = Scorer(layout, library, BatchOptions(draws=50))
    parts = [pieces.score(table.slice(i, 43), 1 + i) for i in range(0, ROWS, 43)]
    rows = [row for part in parts for row in pa.table(part.scores).to_pylist()]
    assert repr(rows) == repr(pa.table(whole.scores).to_pylist())
    assert [r.row for part in parts for r in part.rejects] == [r.row for r in whole.rejects]


def test_what_a_declaration_is_found_to_be_is_told_of_its_rows(library: Library) -> None:
    """An unusual reference (HP-T09) and a rebound of 500 % (HP-N13); a size per row (HP-F30)."""
    rebound = {"higher_order.rebound.status": "quantified", "higher_order.rebound.share": "5"}
    rows = [
        potline(id="plain"),
        potline(id="wishful", **{"reference.kind": "wishful"}),
        potline(id="rebound", **rebound),
        potline(id="both", region="CN-CQ", **rebound, **{"reference.kind": "wishful"}),
        potline(id="large", **{"intensity [kWh/t]": 90_000.0}),
    ]
    scored = Scored(library, 0, rows)
    unusual = {"HP-T09", "HP-N13", "HP-F30"}
    told = {}
    for row, found in scored.scores.items():
        alone, findings = scored.alone(row)
        assert alone is not None
        keys = set(found["findings"].split())
        assert keys ^ {f.key for f in findings} <= EXCEPTIONS.keys(), rows[row]["id"]
        told[rows[row]["id"]] = keys & unusual
    assert told == {
        "plain": set(),
        "wishful": {"HP-T09"},
        "rebound": {"HP-N13"},
        "both": {"HP-T09", "HP-N13"},
        "large": {"HP-F30"},
    }


def test_evidence_that_a_row_declares_counts(library: Library) -> None:
    """Rows with and without evidence, for an input that is required and for one that is not."""
    power = {"server_power [W/device]": 400.0}
    inputs = template("potline-control").inputs
    required = [f"inputs.{name}.evidence" for name, spec in inputs.items() if spec.required]
    rows = [
        potline(id="none"),
        potline(id="one", **{"inputs.output.evidence": "ledger"}),
        potline(id="all", **dict.fromkeys(required, "ledger")),
        potline(id="given", **power),
        potline(id="optional", **power, **{"inputs.server_power.evidence": "metered"}),
    ]
    scored = Scored(library, 0, rows)
    for row, found in scored.scores.items():
        alone, findings = scored.alone(row)
        assert alone is not None, list(findings)
        assert set(found["findings"].split()) == {f.key for f in findings}, rows[row]["id"]
        assert ("R26" in found["findings"].split()) is (rows[row]["id"] not in ("all",))
        assert found["quality_score"] == pytest.approx(alone.facts["quality_score"][0])
