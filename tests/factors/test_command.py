"""`handprint factors`: what each subcommand prints, and its exit codes."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from handprint.cli.factors import factors
from handprint.core import resources

FACTORS = resources.folder("factors")


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(factors, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_list_gives_ids_first() -> None:
    lines = run("list", "electricity").stdout.splitlines()
    ids = [line.split("\t")[0] for line in lines]
    assert "electricity.grid" in ids
    assert ids == sorted(ids)
    assert all(name.startswith("electricity") for name in ids)


def test_search_in_chinese() -> None:
    result = run("search", "地铁", "--lang", "zh")
    assert result.exit_code == 0
    assert result.stdout.startswith("transport.metro\t")


def test_search_without_a_hit() -> None:
    result = run("search", "dragon")
    assert result.exit_code == 1
    assert "dragon" in result.stderr


def test_show_prints_everything_about_a_factor() -> None:
    """Chongqing 2022: 0.5227 kg CO2/kWh, with other years, other types and the reason."""
    result = run("show", "electricity.grid", "--region", "CN-CQ", "--year", "2022")
    assert result.exit_code == 0
    for text in (
        "0.5227 kg CO2/kWh", "Gas: CO2", "CN-CQ Chongqing", "Year: 2022", "location_average",
        "default, not from the source", "Copyright Law", "announcement of 2024-12-26",
        "Exactly what was asked for", "electricity.grid CN-CQ 2021: 0.4743",
        "electricity.residual CN", "electricity.footprint CN",
    ):  # fmt: skip
        assert text in result.stdout, text


def test_show_tells_a_fallback() -> None:
    result = run("show", "electricity.grid", "--region", "CN-XZ", "--year", "2023", "--lang", "zh")
    assert "HP-F10" in result.stdout
    assert "0.2472" in result.stdout


def test_show_all_gases() -> None:
    result = run("show", "fuel.diesel.combustion", "--region", "GLO")
    for text in ("74100 kg CO2/TJ", "3 kg CH4/TJ", "0.6 kg N2O/TJ"):
        assert text in result.stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("electricity.gird",), "HP-F01"),
        (("electricity.grid", "--region", "Mars"), "HP-F02"),
        (("transport.rail", "--region", "CN"), "HP-F03"),
        (("electricity.grid", "--year", "2035"), "HP-F04"),
    ],
)
def test_show_of_what_is_not_there(arguments: tuple[str, ...], code: str) -> None:
    result = run("show", *arguments)
    assert result.exit_code == 1
    assert code in result.stderr


def test_check_of_the_shipped_library() -> None:
    result = run("check", FACTORS)
    assert result.exit_code == 0
    assert "no errors" in result.stdout
    assert result.stderr == ""


def test_check_of_a_broken_library(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("id,value\nx,y\n", encoding="utf-8")
    result = run("check", tmp_path)
    assert result.exit_code == 1
    assert "HP-F26" in result.stderr
    assert "HP-F22" in result.stderr


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """The shipped library with one number changed: national 2023, 0.5306 to 0.6306."""
    folder = tmp_path / "changed"
    shutil.copytree(FACTORS, folder)
    table = folder / "cn_mee" / "electricity_grid.csv"
    text = table.read_text("utf-8")
    assert text.count(",0.5306,") == 1
    table.write_text(text.replace(",0.5306,", ",0.6306,"), encoding="utf-8")
    return folder


def test_diff_names_the_row(changed: Path) -> None:
    result = run("diff", "shipped", changed)
    assert result.exit_code == 0
    assert "~ electricity.grid CN 2023: 0.5306 kg CO2/kWh [cn_mee] -> 0.6306" in result.stdout
    assert "0 added, 0 removed, 1 changed" in result.stdout


def test_diff_of_equal_libraries() -> None:
    assert "0 added, 0 removed, 0 changed" in run("diff", "shipped", FACTORS).stdout


def test_diff_with_a_missing_library() -> None:
    result = run("diff", "shipped", "nowhere")
    assert result.exit_code == 1
    assert "HP-F20" in result.stderr


CASE = """
handprint: 1
id: moves
title: {en: A case, zh: 案例}
sector: industry
category: production
region: CN
period: {start: 2023, years: 1}
tier: 2
claim: planned
functional_unit: {quantity: 1000 t, unit: t, name: {en: product, zh: 产品}}
inputs: {}
reference: {kind: previous_situation, rationale: {en: as before, zh: 同前},
            lines: [{id: power, quantity: 1000 MWh, factor: electricity.grid}]}
solution: {lines: [{id: power, quantity: 900 MWh, factor: electricity.grid}]}
ict: {lines: [{id: run, stage: use, quantity: 1 MWh, factor: electricity.grid}]}
higher_order: {rebound: {status: not_quantified}, lines: []}
"""


def test_diff_tells_which_results_move(changed: Path, tmp_path: Path) -> None:
    """NER = (1000 - 900 - 1) MWh x 0.5306 = 52.5294 t; with 0.6306 it is 62.4294 t, +18.8 %."""
    case = tmp_path / "case.yaml"
    case.write_text(CASE, encoding="utf-8")
    result = run("diff", "shipped", changed, "--case", case)
    assert "moves: NER 52.5294 t CO2e -> 62.4294 t CO2e" in result.stdout
    same = run("diff", "shipped", "shipped", "--case", case)
    assert "moves: NER does not move" in same.stdout
