"""Charts as marks at known pixels.

A little case, in t CO2e: E_ref 100, E_sol 40, so G0 60; rebound 6, H -4, so G 50; F 10, so NER 40.
Bars run from pixel 172 to pixel 500. The largest value, E_ref 100, fills the 328 px: 3.28 px per
tonne. G0 is more than a fifth of E_ref, so nothing is magnified.
"""

import json
from pathlib import Path

import pytest

from handprint.output import figures, marks

DOCUMENTS = Path(__file__).parent / "documents"
NONE = {"value": None, "p5": None, "p50": None, "p95": None}


def little_case(**changes):
    line = {"label": {"en": "Power"}, "site": "", "gas": "CO2"}
    document = {
        "effects": {
            "E_ref": 100.0,
            "E_sol": 40.0,
            "G0": 60.0,
            "rebound": 6.0,
            "H": -4.0,
            "G": 50.0,
            "F": 10.0,
        },
        "effect_intervals": None,
        "metrics": {"NER": {**NONE, "value": 40.0}},
        "rebound": {"status": "quantified"},
        "break_even_rebound": None,
        "lines": [
            {**line, "id": "power", "scenario": "reference", "emissions": 100.0},
            {**line, "id": "power", "scenario": "solution", "emissions": 40.0},
            {**line, "id": "server", "scenario": "ict", "emissions": 10.0},
            {**line, "id": "trips", "scenario": "higher_order", "emissions": 4.0},
        ],
        "years": [
            {"year": 2023, "fraction": 0.5, "NER": -10.0},
            {"year": 2024, "fraction": 1.0, "NER": 30.0},
        ],
    }
    return {**document, **changes}


def load(name):
    return json.loads((DOCUMENTS / f"{name}.json").read_text("utf-8"))


def boxes(spec):
    return [(mark["x"], mark["x2"], mark["colour"]) for mark in spec["datasets"]["box"]]


def texts(spec, align):
    return [mark["text"] for mark in spec["datasets"][align]]


def test_the_waterfall_steps_from_the_gross_effect_to_the_net_reduction():
    spec = figures.waterfall(little_case(), "en")
    scale = 3.28
    expected = [(0, 100), (0, 40), (0, 60), (54, 60), (50, 54), (40, 50), (0, 40)]
    for (x, x2, _), (start, stop) in zip(boxes(spec), expected, strict=True):
        assert x == pytest.approx(172 + start * scale, abs=0.1)
        assert x2 == pytest.approx(172 + stop * scale, abs=0.1)


def test_red_is_for_what_raises_emissions():
    colours = [colour for _, _, colour in boxes(figures.waterfall(little_case(), "en"))]
    grey, good, harm = marks.TOTAL, marks.ACCENT, marks.HARM
    assert colours == [grey, grey, good, harm, harm, harm, good]


def test_the_values_stand_beside_the_bars():
    assert texts(figures.waterfall(little_case(), "en"), "left") == [
        "100 t",
        "40.0 t",
        "+60.0 t",
        "\u22126.00 t",
        "\u22124.00 t",
        "\u221210.0 t",
        "+40.0 t",
    ]


def test_small_effects_are_magnified_and_say_so():
    """G0 73,940 of 6,652,743: 0.9 x 6,652,743 / 73,940 = 81 times."""
    document = load("potline-demo")
    assert figures.zoom(document) == 81.0
    spec = figures.waterfall(document, "en")
    assert texts(spec, "left")[2] == "+74,000 t (drawn 81× larger)"
    reference, gross = boxes(spec)[0], boxes(spec)[2]
    drawn = (gross[1] - gross[0]) / (reference[1] - reference[0])
    effects = document["effects"]
    assert drawn == pytest.approx(81 * effects["G0"] / effects["E_ref"], rel=0.001)


def test_a_rebound_that_nobody_quantified_is_no_zero():
    shown = texts(figures.waterfall(load("potline-demo"), "en"), "left")[3]
    assert shown == "not quantified (R* = 99.9\u00a0%)"


def test_a_net_burden_runs_left_of_zero():
    spec = figures.waterfall(load("custom-bus"), "zh")
    zero = boxes(spec)[0][0]
    net = boxes(spec)[-1]
    assert net[1] == pytest.approx(zero, abs=0.1)
    assert net[0] < zero
    assert net[2] == marks.HARM


def test_contributions_set_twins_off_and_sort_by_size():
    """Power 100 - 40 = +60; server -10; trips -4: together NER before rebound, 46."""
    spec = figures.contributions(little_case(), "en")
    assert texts(spec, "left") == ["+60.0 t", "\u221210.0 t", "\u22124.00 t"]


def test_many_lines_end_in_one_bar_for_the_rest():
    """Fifteen lines of 15, 14, .. 1 t: nine bars, and 6 + 5 + 4 + 3 + 2 + 1 = 21 t for the rest."""
    line = {"label": {}, "site": "a", "gas": "CO2", "scenario": "reference"}
    lines = [{**line, "id": f"l{n}", "emissions": float(n)} for n in range(1, 16)]
    spec = figures.contributions(little_case(lines=lines), "en")
    assert texts(spec, "right")[0] == "l15 · a"
    assert texts(spec, "right")[-1] == "6 other lines"
    assert texts(spec, "left")[-1] == "+21.0 t"


def test_biogenic_carbon_is_no_contribution():
    document = little_case()
    document["lines"].append({**document["lines"][0], "id": "wood", "gas": "CO2_biogenic"})
    assert len(boxes(figures.contributions(document, "en"))) == 3


def test_yearly_columns_stand_on_zero():
    """-10 and +30 over 128 px: 3.2 px per tonne, zero at 150 - 10 x 3.2 = 118."""
    spec = figures.yearly(little_case(), "en")
    marks = spec["datasets"]["box"]
    assert [(mark["y"], mark["y2"]) for mark in marks] == [(118.0, 150.0), (118.0, 22.0)]
    assert texts(spec, "center")[1] == "2023 (50\u00a0%)"


def test_a_label_is_text_and_stays_in_its_column():
    lines = [
        {
            "id": "x",
            "label": {"en": "<img src=http://a.invalid/x> CO₂ {{7*7}} and much more of it"},
            "site": "",
            "gas": "CO2",
            "scenario": "reference",
            "emissions": 1.0,
        }
    ]
    drawn = marks.svg(figures.contributions(little_case(lines=lines), "en"))
    assert "&lt;img src=http://a.inval" in drawn
    assert "<img" not in drawn
    assert "and much more" not in drawn


def test_the_same_chart_gives_the_same_bytes():
    document = load("custom-bus")
    first = marks.svg(figures.waterfall(document, "zh"))
    marks.svg(figures.yearly(document, "zh"))
    marks.drawn.cache_clear()
    assert marks.svg(figures.waterfall(document, "zh")) == first
