"""`handprint io`: the input-output model, emissions linked to ICT through the economy."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from handprint.cli.intake import finish
from handprint.cli.model_options import (
    languages_of,
    print_table,
    stop_without_folder,
    stop_without_numbers,
)
from handprint.cli.options import FILE, fail_option, output_options
from handprint.core.i18n import Language, pick, text

if TYPE_CHECKING:
    from handprint.factors.gwp import Assessment
    from handprint.input_output.economy import Imports

__all__ = ["io"]

SYSTEMS = ("pymrio", "exiobase1", "exiobase2", "exiobase3", "oecd")
SHOWN = 12  # sectors on the terminal


def _share(_ctx: click.Context, _param: click.Parameter, value: str) -> float:
    """Return a tolerance given as 0.001 or 0.1%."""
    from handprint.units.amounts import plain_number

    number = plain_number(value)
    if number is None or not 0.0 <= number < 1.0:
        raise click.BadParameter(f"{value}: a share such as 0.001 or 0.1%")
    return number


@click.command()
@click.argument("tables", nargs=-1, required=True, metavar="TABLE...", type=FILE)
@output_options
@click.option("--energy", multiple=True, type=FILE,
              help="Fuel use (or emissions) by sector, one file per table.")  # fmt: skip
@click.option("--concordance", "concordances", multiple=True, type=FILE,
              help="Columns sector, group; or a shipped one: cn_2012_42, cn_2017_42.")  # fmt: skip
@click.option("--ict", multiple=True, help="Codes or names of the ICT sectors, * for any text.")
@click.option("--power", multiple=True, help="Codes or names of the power sectors, for scope 2.")
@click.option("--imports", type=click.Choice(["competitive", "removed"]), default="competitive",
              show_default=True, help="How imports are treated.")  # fmt: skip
@click.option("--deflator", type=FILE, help="Price indices: columns sector and the years.")
@click.option(
    "--year",
    "years",
    multiple=True,
    type=int,
    help="Year of each table, also to choose one of a sheet.",
)
@click.option(
    "--region",
    default="",
    help="Which table is meant where a column of the sheet names several regions.",
)
@click.option("--unit", "money", default="", help="Unit of the values, where the table has none.")
@click.option("--system", type=click.Choice(SYSTEMS), default=None,
              help="TABLE is a multi-regional system, read with pymrio.")  # fmt: skip
@click.option("--stressor", "stressors", multiple=True, default=("CO2",), show_default=True,
              help="Emission rows of a system: beginnings of names, or =NAME.")  # fmt: skip
@click.option("--extension", "extensions", multiple=True,
              help="Extension of a system with the rows; all without it.")  # fmt: skip
@click.option("--gas", default=None, type=click.Choice(["CO2", "CO2e", "CH4", "N2O"]),
              help="What emission rows hold whose unit and label name no gas.")  # fmt: skip
@click.option("--gwp", type=click.Choice(["AR4", "AR5", "AR6"]), default=None,
              help="Add rows of different gases with the GWP100 of this report.")  # fmt: skip
@click.option("--tolerance", default="0.1%", show_default=True, callback=_share,
              help="Largest imbalance, as a share of output.")  # fmt: skip
@click.option("--enabled", default="", metavar="AMOUNT",
              help="Reduction that the whole ICT sector enables: '120 Mt CO2e'.")  # fmt: skip
@fail_option
def io(
    tables: tuple[Path, ...],
    output: Path,
    formats: tuple[str, ...],
    lang: Language,
    both: bool,
    energy: tuple[Path, ...],
    concordances: tuple[Path, ...],
    ict: tuple[str, ...],
    power: tuple[str, ...],
    imports: "Imports",
    deflator: Path | None,
    years: tuple[int, ...],
    region: str,
    money: str,
    system: str | None,
    stressors: tuple[str, ...],
    extensions: tuple[str, ...],
    gas: str | None,
    gwp: "Assessment | None",
    tolerance: float,
    enabled: str,
    fail_on: str | None,
) -> None:
    """Calculate the emissions linked to ICT through the economy, and ICT's own footprint.

    TABLE is an input-output table (CSV or XLSX), or two years of one, the earlier first. A
    linkage is never a reduction.
    """
    from handprint.core.errors import Finding, Findings, Severity
    from handprint.core.files import write_forms
    from handprint.input_output.document import io_document
    from handprint.input_output.run import IoOptions, run_io

    findings = Findings()
    stop_without_folder(output, findings, lang)
    options = IoOptions(
        tables, energy, concordances, deflator, years, ict, power, imports, money, system or "",
        stressors, tolerance, enabled, extensions, gas or "", gwp, region,
    )  # fmt: skip
    run = run_io(options, findings)
    if run is None:
        if not findings.has(Severity.ERROR):  # nothing read and nothing found is no success
            findings.add(Finding("HP-M41", Severity.ERROR, str(tables[0]), variant="empty"))
        finish(findings, lang, fail_on)
        return

    stop_without_numbers(io_document(run, findings, lang), tables[0].name, findings, lang)

    def content(form: str, language: Language) -> bytes:
        return _content(form, io_document(run, findings, language), language)

    languages = languages_of(lang, both=both)
    for path in write_forms(output / "io", formats, languages, content, findings):
        click.echo(path)
    _print(io_document(run, findings, lang), lang)
    finish(findings, lang, fail_on)


def _content(form: str, document: dict[str, Any], lang: Language) -> bytes:
    from handprint.core.files import to_json

    if form == "json":
        return to_json(document)
    if form == "xlsx":
        from handprint.input_output.workbook import io_workbook

        return io_workbook(document, lang)
    from handprint.input_output.report import io_html, io_pdf

    return io_html(document, lang).encode() if form == "html" else io_pdf(document, lang)


def _print(document: dict[str, Any], lang: Language) -> None:
    from handprint.core.numbers import format_number

    year = document["years"][-1]
    linked = year["linkage"] is not None
    columns = ["formula", "wording"] if linked else ["output_multiplier"]
    rows = year["sectors"]
    if linked:
        rows = sorted(rows, key=lambda row: -abs(row["formula"]["total"]))

    def cell(row: dict[str, Any], column: str) -> str:
        value = row[column]
        return format_number(value["total"] if isinstance(value, dict) else value, lang)

    print_table(
        [text(f"io.column.{name}", lang) for name in ("sector", *columns)],
        [
            [f"{row['code']} {pick(row['name'], lang)}", *(cell(row, name) for name in columns)]
            for row in rows[:SHOWN]
        ],
    )
    for note in document["notes"][:1]:
        click.echo(note[lang], err=True)
