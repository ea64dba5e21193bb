"""Years past the newest published grid factor: the latest value, told once, for five years."""

from dataclasses import replace
from io import BytesIO

import pytest

from handprint.assess.assess import Assessment, Options, assess
from handprint.case.reader import read_case
from handprint.case.template import expand, template, template_files
from handprint.case.validate import validate
from handprint.core.errors import Findings, Severity
from handprint.factors.factor import Library
from handprint.forms.intake import load_case_bytes
from handprint.forms.reader import read_form_bytes
from handprint.forms.writer import form_content, write_form
from handprint.model.bind import bind

CASE = """\
handprint: 1
id: years
title: A pump controlled by software
sector: industry
region: {region}
period: {{start: {start}, years: {years}}}
tier: 3
functional_unit: {{quantity: output, unit: t}}
inputs:
  output: {{value: 1000, unit: t/year}}
  power: {{value: 2, unit: kWh/t}}
reference:
  kind: previous_situation
  lines:
    - {{id: pump, quantity: output * power, factor: electricity.grid}}
    - {{id: fan, quantity: output * power * 0.5, factor: electricity.grid}}
solution:
  lines:
    - {{id: pump, quantity: output * power * 0.5, factor: electricity.grid{more}}}
ict:
  lines: []
"""


def assessed(
    library: Library,
    start: int,
    years: int = 1,
    more: str = "",
    end: str = "",
) -> tuple[Assessment | None, Findings]:
    findings = Findings()
    text = CASE.format(start=start, years=years, region="CN-CQ", more=more) + end
    loaded = load_case_bytes("case.yaml", text.encode(), findings)
    assert loaded is not None, list(findings)
    options = Options(draws=0, vary=False)
    return assess(*loaded, library, options, findings), findings


def test_the_example_of_every_scenario_in_every_year(library: Library) -> None:
    """2021..2028 are assessed; 2029 is six years past 2023 and says where the path goes."""
    for name, path in template_files().items():
        findings = Findings()
        raw = read_case(path.with_suffix(".example.yaml"), findings)
        assert raw is not None
        for year in range(2021, 2030):
            tree = {**raw.tree, "period": {"start": str(year), "years": 1}}
            findings = Findings()
            dated = expand(replace(raw, tree=tree), findings)
            case = validate(dated, findings)
            assert case is not None, (name, list(findings))
            model = bind(case, dated, library, findings)
            told = [f for f in findings if f.rule in ("HP-F04", "HP-F15")]
            regions = {(f.rule, f.params["id"], f.params["region"]) for f in told}
            assert len(regions) == len(told), (name, year, told)  # one per factor
            if year <= 2028:
                assert model is not None, (name, year, list(findings))
                assert (year > 2023) == bool(told), (name, year)
                assert {f.rule for f in told} <= {"HP-F15"}
            else:
                assert model is None, name
                errors = [f for f in findings if f.severity is Severity.ERROR]
                assert {f.rule for f in errors} == {"HP-F04"}, (name, errors)
                assert all("factor_paths.electricity" in f.place for f in errors)


def test_chongqing_in_2025_takes_its_own_value_of_2023(library: Library) -> None:
    """Saved 1000 t x 2 kWh/t = 2000 kWh (half of the pump, all of the fan) x 0.5581 = 1116.2 kg."""
    result, findings = assessed(library, 2025)
    assert result is not None
    assert float(result.effects.G0[0, 0]) == pytest.approx(1.1162, rel=1e-12)
    told = [f for f in findings if f.rule == "HP-F15"]
    assert [dict(f.params) for f in told] == [
        {"id": "electricity.grid", "region": "CN-CQ", "asked": "electricity.grid",
         "newest": 2023, "years": "2025"}
    ]  # fmt: skip
    assert told[0].severity is Severity.WARNING
    assert told[0].place == "case.yaml:15 reference.lines.0.factor"


def test_years_of_lines_are_joined(library: Library) -> None:
    """Three lines over 2023-2026, one of them from 2026 only: one finding, about 2024-2026."""
    result, findings = assessed(library, 2023, 4, more=", from: 2026")
    assert result is not None
    assert [f.params["years"] for f in findings if f.rule == "HP-F15"] == ["2024-2026"]


def test_published_years_tell_nothing(library: Library) -> None:
    _, findings = assessed(library, 2021, 3)
    assert not [f for f in findings if f.rule == "HP-F15"]


def test_a_declared_path_goes_first(library: Library) -> None:
    path = "factor_paths: {electricity.grid: {to: 0.3, unit: kg CO2/kWh, year: 2025, source: x}}\n"
    result, findings = assessed(library, 2025, end=path)
    assert result is not None
    assert float(result.effects.G0[0, 0]) == pytest.approx(0.6, rel=1e-12)
    assert not [f for f in findings if f.rule == "HP-F15"]


@pytest.mark.parametrize("key", ["electricity.residual", "electricity.grid"])
def test_the_path_of_a_series_stands_under_its_id_or_that_of_the_line(
    library: Library, key: str
) -> None:
    """A line bought on the market ends in 2023 too: its own path mends it and is no idle entry."""
    result, findings = assessed(library, 2035, more=", electricity: market")
    assert result is None
    told = {f.params["asked"] for f in findings if f.rule == "HP-F04"}
    assert told == {"electricity.grid", "electricity.residual"}
    constant = "{constant: true, source: x}"
    own = f", {key}: {constant}" if key != "electricity.grid" else ""
    end = f"factor_paths: {{electricity.grid: {constant}{own}}}\n"
    result, findings = assessed(library, 2035, more=", electricity: market", end=end)
    assert result is not None, list(findings)
    assert not [f for f in findings if f.key == "HP-L02.path"]


def test_a_form_names_the_cell_where_the_path_goes(library: Library) -> None:
    """It is the first free row of the sheet "More"."""
    example = read_case(template_files()["grid-losses"].with_suffix(".example.yaml"), Findings())
    assert example is not None
    late = {**example.tree, "period": {"start": "2030", "years": 1}}
    scenario, stream = template("grid-losses"), BytesIO()
    write_form(scenario, "en", form_content(scenario, late), stream)
    findings = Findings()
    raw = read_form_bytes("form.xlsx", stream.getvalue(), findings)
    assert raw is not None
    raw = expand(raw, findings)
    case = validate(raw, findings)
    assert case is not None
    assert bind(case, raw, library, findings) is None
    places = [f.place for f in findings if f.rule == "HP-F04"]
    assert places
    assert all(place.startswith("form.xlsx!More!B") for place in places)
