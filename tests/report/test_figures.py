"""Charts as marks at known pixels.

A little case, in t CO2e: E_ref 100, E_sol 40, so G0 60; rebound 6, H -4, so G 50; F 10, so NER 40.
Bars run from pixel 172 to pixel 500. The largest value, E_ref 100, fills the 328 px: 3.28 px per
tonne. G0 is more than a fifth of E_ref, so nothing is magnified.
"""

import json
from pathlib import Path

import altair as alt
import pytest

from handprint.page import marks
from handprint.report import figures, uncertainty_figures

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


# --- density and tornado --------------------------------------------------------------------


def drawn_case(shift=0.0, **ner):
    """Ten bins of 10 t from 0 to 100 t; 1, 2, .. 10 draws in them; P5 20, P50 60, P95 90."""
    known = {"value": 50.0, "p5": 20.0, "p50": 60.0, "p95": 90.0} | ner
    return little_case(
        density={
            "edges": [10.0 * n + shift for n in range(11)],
            "counts": list(range(1, 11)),
            "draws": 55,
        },
        metrics={"NER": {key: value + shift for key, value in known.items()}},
        sensitivity={
            "tornado": [
                {"key": "a", "label": {"en": "A"}, "ner_low": 20 + shift, "ner_high": 100 + shift},
                {"key": "b", "label": {}, "ner_low": 60 + shift, "ner_high": 40 + shift},
                {"key": "c", "label": {}, "ner_low": 50.01 + shift, "ner_high": 50 + shift},
            ]
        },
    )


def test_the_density_stands_on_one_axis_with_zero():
    """580 px for 100 t: 58 px a bin; the last bar, 10 draws, is 98 px high."""
    spec = uncertainty_figures.density(drawn_case(), "en")
    assert [x for x, _, _ in boxes(spec)] == pytest.approx([30 + 58 * n for n in range(10)])
    highest = spec["datasets"]["box"][-1]
    assert highest["y2"] - highest["y"] == pytest.approx(98)
    assert texts(spec, "left") == ["0: no net effect"]
    assert texts(spec, "center")[0::2] == ["60", "20", "90"]


def test_what_lies_outside_the_interval_is_pale():
    colours = [colour for _, _, colour in boxes(uncertainty_figures.density(drawn_case(), "en"))]
    assert colours == [marks.PALE] * 2 + [marks.ACCENT] * 7 + [marks.PALE]


def test_what_lies_below_zero_is_red():
    """Shifted by -50 t: the first five bins, of which two lie below P5."""
    spec = uncertainty_figures.density(drawn_case(shift=-50.0), "en")
    colours = [colour for _, _, colour in boxes(spec)]
    assert colours[:5] == [marks.PALE_HARM] * 2 + [marks.HARM] * 3
    assert colours[5:] == [marks.ACCENT] * 4 + [marks.PALE]
    zero = spec["datasets"]["rule"][-1]
    assert zero["x"] == zero["x2"] == pytest.approx(30 + 5 * 58)


@pytest.mark.parametrize(("shift", "words"), [(1000.0, "to the left"), (-1100.0, "to the right")])
def test_a_zero_too_far_to_be_drawn_is_told(shift, words):
    spec = uncertainty_figures.density(drawn_case(shift=shift), "en")
    assert words in "".join(texts(spec, "left") + texts(spec, "right"))
    assert boxes(spec)[0][0] == pytest.approx(30)
    assert boxes(spec)[-1][1] == pytest.approx(610)


def test_the_tornado_runs_from_the_central_value():
    """20 to 100 t over 310 px: 3.875 px per tonne, NER 50 at 250 + 30 x 3.875 = 366.25 px."""
    spec = uncertainty_figures.tornado(drawn_case(), "en")
    middle = 366.25
    expected = [
        (250, middle, marks.PALE),
        (middle, 560, marks.ACCENT),
        (middle, middle + 38.75, marks.PALE),
        (middle - 38.75, middle, marks.ACCENT),
    ]
    for (x, x2, colour), (start, stop, wanted) in zip(boxes(spec), expected, strict=True):
        assert (x, x2) == (pytest.approx(start, abs=0.1), pytest.approx(stop, abs=0.1))
        assert colour == wanted
    assert texts(spec, "left") == ["100", "60.0"]
    assert texts(spec, "right") == ["A", "20", "b", "40.0"]


def test_an_input_that_moves_nothing_has_no_bar():
    shown = uncertainty_figures.swings_shown(drawn_case())
    assert [swing["key"] for swing in shown] == ["a", "b"]
    assert uncertainty_figures.swings_shown(little_case()) == []


def test_zero_stands_in_the_tornado_where_it_can_be_crossed():
    spec = uncertainty_figures.tornado(drawn_case(shift=-40.0), "en")
    assert [rule["colour"] for rule in spec["datasets"]["rule"]] == [marks.INK, marks.HARM]
    assert spec["datasets"]["rule"][1]["x"] == pytest.approx(250 + 20 * 3.875)


# --- the specification ----------------------------------------------------------------------


def test_the_specification_is_the_one_that_altair_writes():
    place = {
        "x": alt.X("x:Q", scale=None, axis=None),
        "y": alt.Y("y:Q", scale=None, axis=None),
        "color": alt.Color("colour:N", scale=None, legend=None),
    }
    area = {**place, "x2": alt.X2("x2:Q"), "y2": alt.Y2("y2:Q")}
    layers = [
        alt.Chart(alt.NamedData("box")).mark_rect(aria=False).encode(**area),
        alt.Chart(alt.NamedData("rule")).mark_rule(aria=False, strokeWidth=1).encode(**area),
    ]
    letters = {"baseline": "alphabetic", "font": marks.FONT, "fontSize": 11, "aria": False}
    for align in ("left", "right", "center"):
        words = alt.Chart(alt.NamedData(align)).mark_text(align=align, **letters)
        layers.append(words.encode(**place, text="text:N"))
    together = alt.layer(*layers).properties(
        width=640, height=25, background="white", padding=0, autosize="none"
    )
    written = together.configure_view(stroke=None).to_dict()
    written["config"]["view"] = {"stroke": None}  # the theme adds a size that nothing here uses
    ours = marks.chart([], 25)
    assert ours.pop("$schema").rpartition("/v")[2].startswith("6")
    del written["$schema"], ours["datasets"]
    assert ours == written


def test_letters_keep_their_size_though_the_engine_does_not_measure_them():
    drawn = marks.svg(marks.chart([marks.words(10, 20, "减排 CO₂", "left")], 30))
    assert 'font-size="11px"' in drawn
    assert 'font-size="0px"' not in drawn
    assert "减排 CO2</text>" in drawn
    assert "translate(10,24)" in drawn
