"""Rows of a data frame: the scores of a batch, on any index, with or without Arrow."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

import handprint as hp
from handprint.batch import frame as frame_module
from handprint.batch.engines import local_engine
from handprint.batch.partition import BatchOptions
from handprint.batch.run import plan_run, run_batch
from handprint.core.errors import Findings
from handprint.factors.library import shipped_library
from tests.batch.mixed_table import as_table, mixed_rows

ROWS = 200
Frame = pd.DataFrame


class StoppedError(Exception):
    """What a caller raises to call work off."""


@pytest.fixture(scope="module")
def mixed() -> Frame:
    """Rows of all templates, good and bad."""
    return as_table(mixed_rows(ROWS, seed=5)).to_pandas()


@pytest.fixture
def grids() -> Frame:
    columns: dict[str, list[Any]] = {
        "delivered [GWh/year]": [9000.0, 500.0, 700.0],
        "loss_rate [%]": [5.2, 6.0, 5.5],
        "loss_reduction [%]": [6, 6, 6],
        "terminals [device]": [20_000, 2_000, 1_000],
        "servers [device]": [20, 4, 4],
    }
    return pd.DataFrame(columns)


def batch_scores(frame: Frame, folder: Path, draws: int) -> tuple[Frame, Frame]:
    path = folder / "library.parquet"
    frame.to_parquet(path, index=False)
    plan = plan_run(path, shipped_library(), BatchOptions(draws), Findings())
    assert plan is not None
    run_batch(plan, folder / "out", local_engine(plan.rows, plan.job.options, len(plan), 1))
    scores = pq.read_table(folder / "out/scores.parquet", partitioning=None).to_pandas()
    return scores.set_index("row"), pd.read_csv(folder / "out/rejects.csv").set_index("row")


@pytest.mark.parametrize("draws", [0, 40])
def test_scores_are_those_of_a_batch(mixed: Frame, tmp_path: Path, draws: int) -> None:
    expected, rejects = batch_scores(mixed, tmp_path, draws)
    found = hp.score(mixed, draws=draws)
    found.index = pd.RangeIndex(1, ROWS + 1)
    assert list(found.columns) == [*expected.columns, "error"]
    good = found[found["error"].isna()]
    assert list(good.index) == list(expected.index)
    for name in expected.columns:
        own, other = good[name], expected[name]
        if other.dtype.kind == "f":
            np.testing.assert_allclose(own.astype(float), other, rtol=1e-12, err_msg=name)
        else:
            assert own.fillna("").astype(str).tolist() == other.fillna("").astype(str).tolist()
    bad = found[found["error"].notna()]
    assert list(bad.index) == list(rejects.index)
    assert bad["NER"].isna().all()
    for row, code, message in zip(bad["error"], rejects["code"], rejects["message"], strict=True):
        assert row.startswith(code)
        assert row.endswith(message)


@pytest.mark.parametrize(
    "index",
    [
        pd.Index([7, 3, 5]),
        pd.Index(["x", "x", "x"], name="place"),
        pd.MultiIndex.from_tuples([("a", 2), ("a", 1), ("b", 1)]),
        pd.date_range("2024-01-01", periods=3)[::-1],
    ],
)
def test_scores_stand_on_the_callers_index(grids: Frame, index: Any) -> None:
    plain = hp.score(grids, template="grid-losses")
    found = hp.score(grids.set_axis(index), template="grid-losses")
    pd.testing.assert_index_equal(found.index, index)
    assert found["NER"].tolist() == plain["NER"].tolist()
    assert found["error"].isna().all()


def test_a_frame_is_not_changed(grids: Frame) -> None:
    before = grids.copy(deep=True)
    hp.score(grids, template="grid-losses")
    pd.testing.assert_frame_equal(grids, before)


def test_rows_without_a_score_say_why(grids: Frame) -> None:
    odd = grids.astype(object)
    odd.loc[1, "delivered [GWh/year]"] = "many"
    odd["id"] = ["a", "b", "a"]
    found = hp.score(odd, template="grid-losses", lang="zh")
    assert found["NER"].notna().tolist() == [True, False, False]
    assert found["id"].tolist() == ["a", "b", "a"]
    assert found["error"].str[:6].tolist()[1:] == ["HP-S03", "HP-Y12"]
    assert "delivered [GWh/year]" in found.loc[1, "error"]


def test_texts_missing_values_and_types_of_pandas(grids: Frame) -> None:
    plain = hp.score(grids.assign(start="2022"), template="grid-losses")
    odd = grids.assign(
        **{
            "template": pd.Categorical(["grid-losses"] * 3),
            "loss_rate [%]": pd.array(["5.2", " 6", "5.5 %"], dtype="string"),
            "delivered [GWh/year]": pd.array([9000, 500, None], dtype="Int64"),
            "start": [2022.0, None, 2022.0],
            "years": [1, 1, 1],
        }
    )
    found = hp.score(odd)
    assert found.loc[0, "NER"] == pytest.approx(plain.loc[0, "NER"])
    assert found["year"].dtype == "Int64"
    assert pd.notna(found.loc[2, "error"])  # no value, and none that is typical


def test_no_rows_give_no_scores(grids: Frame) -> None:
    found = hp.score(grids.iloc[:0], template="grid-losses")
    assert len(found) == 0
    assert {"NER", "EI", "VEI", "error"} <= set(found.columns)


def test_columns_that_cannot_be_understood_are_an_input_error(grids: Frame) -> None:
    for wrong, code in (
        (grids.rename(columns={"loss_rate [%]": "lossrate [%]"}), "HP-B02"),
        (grids.rename(columns={"loss_rate [%]": "loss_rate [kg]"}), "HP-B03"),
        (pd.concat([grids, grids], axis=1), "HP-B04"),
    ):
        with pytest.raises(hp.InputError, match=code):
            hp.score(wrong, template="grid-losses")
    with pytest.raises(hp.InputError, match="HP-B01"):
        hp.score(grids)
    with pytest.raises(hp.InputError, match="HP-T01"):
        hp.score(grids, template="grid-loses")
    with pytest.raises(ValueError, match="one of them"):
        hp.score(grids.assign(template="grid-losses"), template="grid-losses")
    with pytest.raises(TypeError, match="list"):
        hp.score([1], template="grid-losses")  # type: ignore[arg-type]


def test_progress_is_told_and_an_exception_ends_the_work(
    grids: Frame, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(_done: int, _total: int) -> None:
        raise StoppedError

    monkeypatch.setattr(frame_module, "partition_rows", lambda _effort: 2)
    told: list[tuple[int, int]] = []
    hp.score(grids, template="grid-losses",
             progress=lambda done, total: told.append((done, total)))  # fmt: skip
    assert told == [(2, 3), (3, 3)]
    with pytest.raises(StoppedError):
        hp.score(grids, template="grid-losses", progress=stop)


def test_scores_need_no_arrow_and_no_folder(grids: Frame, tmp_path: Path) -> None:
    expected = hp.score(grids, template="grid-losses", draws=50)
    grids.to_csv(tmp_path / "grids.csv", index=False)
    code = (
        "import sys\n"
        "class Blocked:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] == 'pyarrow':\n"
        "            raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Blocked())\n"
        "import handprint as hp, pandas as pd\n"
        "scores = hp.score(pd.read_csv('grids.csv'), template='grid-losses', draws=50)\n"
        "hp.select(scores, quotas={'production': 1}, include_ineligible=True)\n"
        "assert 'pyarrow' not in sys.modules\n"
        "print(*map(repr, scores['NER'].tolist()), *map(repr, scores['p95'].tolist()))\n"
    )
    root = str(Path(hp.__file__).resolve().parents[1])
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {root!r})\n{code}"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert not done.returncode, done.stderr
    values = [float(v) for v in done.stdout.split()]
    assert values == pytest.approx([*expected["NER"], *expected["p95"]], rel=1e-12)


def test_scores_and_results_are_selected(grids: Frame) -> None:
    scores = hp.score(grids.assign(id=["a", "b", "c"]), template="grid-losses", draws=200)
    scores.loc[2, ["NER", "error"]] = [np.nan, "HP-X"]
    found = hp.select(scores, quotas={"production": 1}, include_ineligible=True)
    assert found.chosen == ["a"]
    assert set(found.to_frame()["id"]) == {"a", "b"}
    assert found.to_dict()["kind"] == "selection"
    assert "<table>" in found._repr_html_()
    for wrong in ({"quotas": {"industry": 1}}, {"criteria": "nowhere.yaml"}):
        with pytest.raises(hp.InputError):
            hp.select(scores, include_ineligible=True, **wrong)
    with pytest.raises(hp.InputError, match="HP-K01"):
        hp.select(scores.drop(columns="NER"))
    with pytest.raises(hp.InputError):
        hp.select([])


def test_results_of_assess_are_selected_on_joint_draws() -> None:
    folder = Path(hp.__file__).resolve().parents[1] / "case_templates/examples"
    results = [hp.assess(p, draws=200, vary=False) for p in sorted(folder.glob("*.yaml"))]
    found = hp.select(results, quotas={"production": 1}, include_ineligible=True, draws=200)
    assert found.to_dict()["draws"]["origin"] == "joint"
    assert len(found.chosen) == 1
