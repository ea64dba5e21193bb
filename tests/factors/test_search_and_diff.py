"""Finding factors by word, and telling two libraries apart."""

from dataclasses import replace

import pytest

from handprint.factors.diff import diff
from handprint.factors.factor import Library
from handprint.factors.library import shipped_library
from handprint.factors.search import label, search

SHIPPED = shipped_library()


@pytest.mark.parametrize(
    ("words", "first"),
    [
        (["柴油", "上游"], "fuel.diesel.wtt"),
        (["metro"], "transport.metro"),
        (["METRO"], "transport.metro"),
        (["地铁"], "transport.metro"),
        (["server", "manufacture"], "ict.server.manufacture"),
        (["剩余组合"], "electricity.residual"),
        (["aluminium", "primary"], "material.aluminium.primary"),
    ],
)
def test_words_in_both_languages(words: list[str], first: str) -> None:
    assert search(SHIPPED, words)[0] == first


def test_every_word_must_be_there() -> None:
    assert search(SHIPPED, ["diesel", "ncv"]) == ["fuel.diesel.ncv", "fuel.biodiesel.ncv"]
    assert search(SHIPPED, ["diesel", "dragon"]) == []


def test_label_is_neither_a_region_nor_a_year() -> None:
    assert label(SHIPPED, "electricity.grid", "zh") == "电网平均（官方，基于位置）"
    assert label(SHIPPED, "electricity.grid", "en") == "Grid electricity, official average"


def test_same_library_does_not_differ() -> None:
    assert not diff(SHIPPED, SHIPPED)


def test_added_removed_and_changed_rows() -> None:
    """0.5306 to 0.53 is 0.99887 of it; the moved row keeps its key, so it is a change."""
    rows = list(SHIPPED.by_id["electricity.grid"])
    national = next(r for r in rows if r.region == "CN" and r.year == 2023)
    old = Library("1", tuple(rows))
    moved = replace(national, value=0.53)
    extra = replace(national, year=2024, value=0.52)
    kept = [r for r in rows if r is not national and r.region != "CN-BJ"]
    found = diff(old, Library("2", (*kept, moved, extra)))
    assert [r.year for r in found.added] == [2024]
    assert {r.region for r in found.removed} == {"CN-BJ"}
    assert len(found.removed) == 3
    (change,) = found.changed
    assert change.fields == ("value",)
    assert change.ratio == pytest.approx(0.53 / 0.5306)


def test_other_unit_of_the_same_size_shows_as_a_change_of_ratio_one() -> None:
    row = next(r for r in SHIPPED.by_id["electricity.grid"] if r.region == "CN")
    other = replace(row, value=row.value * 1000, unit_text="g CO2/kWh")
    (change,) = diff(Library("1", (row,)), Library("2", (other,))).changed
    assert set(change.fields) == {"value", "unit_text"}
    assert change.ratio == pytest.approx(1)


def test_hash_follows_content() -> None:
    """The hash is the same for the same content and moves with any number."""
    rows = SHIPPED.factors[:50]
    first = Library("1", rows).sha256
    assert Library("1", tuple(replace(row) for row in rows)).sha256 == first
    assert Library("1", (replace(rows[0], value=rows[0].value * 1.001), *rows[1:])).sha256 != first
    assert Library("2", rows).sha256 != first
