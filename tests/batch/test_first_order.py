"""Intervals to first order in a batch, against the draws of the same rows."""

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from scipy.stats import norm

from handprint.batch.headers import read_layout
from handprint.batch.partition import BatchOptions, Outcome, Scorer
from handprint.batch.sums import portfolio_rows
from handprint.case.template import template, template_files
from handprint.core.errors import Findings
from handprint.factors.factor import Library
from handprint.model.effects import EFFECTS
from tests.batch.mixed_table import as_table, central, mixed_rows

ROWS, DRAWS = 300, 2_000
INTERVAL = ["p5", "p50", "p95", "probability", "verdict"]


def score(table: pa.Table, library: Library, *, first_order: bool, draws: int = DRAWS) -> Outcome:
    layout = read_layout(table.column_names, "t", Findings())
    return Scorer(layout, library, BatchOptions(draws, 1, first_order)).score(table, 1)


def frame(outcome: Outcome) -> pd.DataFrame:
    return pa.table(outcome.scores).to_pandas().set_index("row")


class Both:
    """A table scored to first order, and with draws alone."""

    def __init__(self, library: Library) -> None:
        table = as_table(mixed_rows(ROWS, seed=7))
        self.outcome = score(table, library, first_order=True)
        self.drawn_outcome = score(table, library, first_order=False)
        self.scores, self.drawn = frame(self.outcome), frame(self.drawn_outcome)
        self.frames = (self.scores, self.drawn)
        self.way = self.scores["interval_by"]


@pytest.fixture(scope="module")
def both(library: Library) -> Both:
    return Both(library)


def test_both_ways_occur(both: Both) -> None:
    counts = both.way.value_counts()
    assert counts["first_order"] > 50
    assert counts["draws"] > 10
    assert "interval_by" not in both.drawn


def test_rows_and_rejects_are_those_of_draws(both: Both) -> None:
    told = [[(r.row, r.reason.code) for r in o.rejects] for o in (both.outcome, both.drawn_outcome)]
    assert told[0] == told[1]
    columns = ["NER", "EI", "VEI", *EFFECTS, "nature"]
    pd.testing.assert_frame_equal(both.scores[columns], both.drawn[columns])
    middle = r" HP-V10\.\w+"  # P50 is the mean here, the median there
    codes = [frame["findings"].str.replace(middle, "", regex=True) for frame in both.frames]
    assert codes[0].equals(codes[1])


def test_rows_that_are_not_trusted_are_drawn(both: Both) -> None:
    rows = both.way == "draws"
    pd.testing.assert_frame_equal(both.scores.loc[rows, INTERVAL], both.drawn.loc[rows, INTERVAL])


def test_trusted_intervals_are_near_those_of_draws(both: Both) -> None:
    """P5 and P95 within 15 % of the interval's width: a tenth, and what 2,000 draws are off."""
    rows = both.way == "first_order"
    width = (both.drawn["p95"] - both.drawn["p5"])[rows]
    assert (width > 0).all()
    for name in ("p5", "p50", "p95"):
        off = (both.scores[name] - both.drawn[name])[rows] / width
        assert off.abs().max() < 0.15, name
        assert off.abs().median() < 0.05, name
    off = (both.scores["probability"] - both.drawn["probability"])[rows]
    assert off.abs().max() < 0.08


def test_no_interval_where_nothing_varies(both: Both) -> None:
    certain = both.drawn["p5"].isna()
    assert (both.way[certain] == "").all()
    assert both.scores["p5"].isna().equals(certain)


def test_sums_are_near_those_of_draws(both: Both) -> None:
    """Factors and defaults are shared by rows of both ways, and by rows of several categories."""
    first, drawn = (portfolio_rows(o.sums, 1) for o in (both.outcome, both.drawn_outcome))
    for mine, other in zip(first, drawn, strict=True):
        where = (mine["category"], mine["sector"])
        assert mine["NER"] == other["NER"], where
        if other["p5"] is None:
            continue
        width = other["p95"] - other["p5"]
        for name in ("p5", "p50", "p95"):
            assert abs(mine[name] - other[name]) < 0.1 * width, (where, name)


def test_results_do_not_depend_on_the_cut(library: Library) -> None:
    table = as_table(mixed_rows(ROWS, 3))
    whole = score(table, library, first_order=True, draws=50)
    layout = read_layout(table.column_names, "t", Findings())
    pieces = Scorer(layout, library, BatchOptions(50, 1, first_order=True))
    parts = [pieces.score(table.slice(i, 43), 1 + i) for i in range(0, ROWS, 43)]
    rows = [row for part in parts for row in pa.table(part.scores).to_pylist()]
    assert repr(rows) == repr(pa.table(whole.scores).to_pylist())
    sums = [portfolio_rows(s, 1) for s in (whole.sums, [s for p in parts for s in p.sums])]
    for mine, other in zip(*sums, strict=True):
        assert mine == pytest.approx(other)


def potlines(count: int, **extra: float) -> pa.Table:
    required = {n: s for n, s in template("potline-control").inputs.items() if s.required}
    row: dict[str, Any] = {"template": "potline-control", "region": "CN"}
    row |= {f"{name} [{spec.unit}]": central(spec) for name, spec in required.items()} | extra
    return as_table([{"id": f"case-{i}", **row} for i in range(count)])


def test_what_cases_share_adds_up_in_their_sum(library: Library) -> None:
    """16 equal cases, all spread from factors and defaults of the template but for small parts."""
    one, many = (score(potlines(n), library, first_order=True) for n in (1, 16))
    widths = [portfolio_rows(o.sums, 1)[0] for o in (one, many)]
    width = [w["p95"] - w["p5"] for w in widths]
    assert width[1] == pytest.approx(16 * width[0], rel=0.05)


def test_what_each_case_has_for_itself_cancels_in_part(library: Library) -> None:
    """The saving's own spread is by far the largest: 16 cases vary about four times as much."""
    own = {"saving.sd [kWh/t]": 20.0}
    one, many = (score(potlines(n, **own), library, first_order=True) for n in (1, 16))
    spreads = [sum((s.spread.own for s in o.sums), start=0.0) for o in (one, many)]
    assert spreads[1] == pytest.approx(16 * spreads[0])
    width = [w["p95"] - w["p5"] for w in (portfolio_rows(o.sums, 1)[0] for o in (one, many))]
    assert 4 * width[0] < width[1] < 8 * width[0]


def test_inputs_of_one_meter_are_one_quantity(library: Library) -> None:
    """Two inputs of one group vary together: as wide as their draws, wider than apart."""
    spread = {"output.sd [t/year]": 45_000.0, "saving.sd [kWh/t]": 7.5}
    apart = frame(score(potlines(1, **spread), library, first_order=True)).loc[1]
    table = potlines(1, **spread)
    for name in ("output", "saving"):
        table = table.append_column(f"inputs.{name}.group", pa.array(["meter"]))
    found = frame(score(table, library, first_order=True)).loc[1]
    drawn = frame(score(table, library, first_order=False)).loc[1]
    assert found["interval_by"] == apart["interval_by"] == "first_order"
    width = found["p95"] - found["p5"]
    assert width > 1.1 * (apart["p95"] - apart["p5"])
    assert width == pytest.approx(drawn["p95"] - drawn["p5"], rel=0.06)


def test_a_divisor_that_may_be_zero_is_left_to_the_draws(library: Library) -> None:
    """A lifetime of 5 +- 1.6 years is negative once in a thousand draws."""
    inputs = template("potline-control").inputs
    assert inputs["server_life"].unit == "year"
    table = potlines(2, **{"server_life [year]": 5.0, "server_life.sd [year]": 1.6})
    outcome = score(table, library, first_order=True, draws=5_000)
    assert [r.reason.code for r in outcome.rejects] == ["HP-V04", "HP-V04"]


def test_a_rebound_that_may_not_come_is_left_to_the_draws(library: Library) -> None:
    """Rebound takes back nine tenths of a saving, and nothing where there is none."""
    wide = {"saving [kWh/t]": 20.0, "saving.sd [kWh/t]": 20.0, "sensors.sd [device]": 1_500.0}
    table = potlines(2, **wide)
    for name, value in {"status": "quantified", "share.value": "0.9"}.items():
        column = pa.array([value] * table.num_rows)
        table = table.append_column(f"higher_order.rebound.{name}", column)
    found = frame(score(table, library, first_order=True))
    assert found["interval_by"].tolist() == ["draws", "draws"]


def test_numbers_without_end_are_left_to_the_draws(library: Library) -> None:
    """A geometric standard deviation of 1e50 has no finite variance; nothing is told aloud."""
    found = score(potlines(1, **{"saving.gsd [1]": 1e50}), library, first_order=True)
    assert not found.scores or frame(found)["interval_by"].tolist() == ["draws"]


def test_a_sum_is_as_skewed_as_the_factor_that_it_shares(library: Library) -> None:
    """What is skewed in one case by its own spread diluted stands out in the sum of many."""
    table = potlines(200, **{"saving.sd [kWh/t]": 60.0})
    column = table.column_names.index("servers [device]")
    table = table.set_column(column, "servers [device]", pa.array([60_000.0] * 200))
    first, drawn = (
        portfolio_rows(score(table, library, first_order=way).sums, 1)[0] for way in (True, False)
    )
    width = drawn["p95"] - drawn["p5"]
    for name in ("p5", "p50", "p95"):
        assert abs(first[name] - drawn[name]) < 0.06 * width, name


def test_no_template_declares_correlations() -> None:
    """Rows of a table are evaluated as if there were none."""
    assert not [name for name in template_files() if "correlations" in template(name).case]


def test_probability_is_that_of_a_normal(both: Both) -> None:
    """P(NER > 0) of a normal follows from its P50 and P95."""
    rows = both.scores[both.way == "first_order"]
    sd = (rows["p95"] - rows["p50"]) / norm.ppf(0.95)
    assert np.allclose(rows["probability"], norm.cdf(rows["p50"] / sd), atol=1e-9)
