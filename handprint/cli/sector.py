"""`handprint sector`: what digital technology can cut in each sector, from levers upwards."""

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
from handprint.cli.options import FILE, draws_option, fail_option, output_options, seed_option
from handprint.core.i18n import Language, text

if TYPE_CHECKING:
    from handprint.sector.potential import Correlation
    from handprint.sector.run import SectorRun

__all__ = ["sector"]


@click.command()
@output_options
@click.option("--levers", type=FILE, help="Own lever table (CSV or XLSX) instead of the shipped.")
@click.option("--year", type=int, default=2030, show_default=True, help="Year, 2020 to 2035.")
@click.option("--emissions", type=FILE, help="Tonnes by sector: columns sector, emissions, unit.")
@click.option(
    "--cases",
    type=FILE,
    help="Assessed cases to sum: scores (Parquet, CSV, XLSX), a JSON result, or their folder.",
)
@click.option("--links", type=FILE, help="Columns case, link, activity: where each case belongs.")
@draws_option(10_000, about="Draws for the intervals; 0 gives none.")
@seed_option
@click.option(
    "--correlation",
    type=click.Choice(["low-high", "independent"]),
    default="low-high",
    show_default=True,
    help="Whether all levers are low or high together, or each on its own.",
)
@fail_option
def sector(
    output: Path,
    formats: tuple[str, ...],
    lang: Language,
    both: bool,
    levers: Path | None,
    year: int,
    emissions: Path | None,
    cases: Path | None,
    links: Path | None,
    draws: int,
    seed: int,
    correlation: "Correlation",
    fail_on: str | None,
) -> None:
    """Calculate by how much digital technology can cut the emissions of each sector.

    The shipped levers rebuild the ranges that CAICT published for China in 2030; edit them
    (sheet "levers" of the XLSX output) and run again with --levers.
    """
    from handprint.core.errors import Findings
    from handprint.core.files import write_forms
    from handprint.sector.document import sector_document
    from handprint.sector.run import SectorOptions, run_sector

    if links is not None and cases is None:
        raise click.UsageError("--links needs --cases")
    findings = Findings()
    stop_without_folder(output, findings, lang)
    run = run_sector(
        SectorOptions(levers, emissions, cases, links, year, seed, draws, correlation), findings
    )
    if run is None:
        finish(findings, lang, fail_on)
        return

    place = next((path.name for path in (cases, emissions, levers) if path is not None), "")
    stop_without_numbers(sector_document(run, findings, lang), place, findings, lang)

    def content(form: str, language: Language) -> bytes:
        return _content(form, run, sector_document(run, findings, language), language)

    languages = languages_of(lang, both=both)
    for path in write_forms(output / "sector", formats, languages, content, findings):
        click.echo(path)
    _print(sector_document(run, findings, lang), lang)
    finish(findings, lang, fail_on)


def _content(form: str, run: "SectorRun", document: dict[str, Any], lang: Language) -> bytes:
    from handprint.core.files import to_json

    if form == "json":
        return to_json(document)
    if form == "xlsx":
        from handprint.sector.workbook import sector_workbook

        return sector_workbook(document, run.potential.table, lang)
    from handprint.sector.report import sector_html, sector_pdf

    return sector_html(document, lang).encode() if form == "html" else sector_pdf(document, lang)


def _print(document: dict[str, Any], lang: Language) -> None:
    from handprint.page.model_words import percent_range, sector_name

    headings = ["sector", "low_high", "combined", "published", "status"]
    rows = dict(document["sectors"])
    if document["society"] is not None:
        rows["society"] = document["society"]
    print_table(
        [text(f"sector.column.{name}", lang, year=document["year"]) for name in headings],
        [
            [
                sector_name(name, lang),
                percent_range(result, lang),
                percent_range(
                    {"low": result["combined_low"], "high": result["combined_high"]}, lang
                ),
                percent_range(result["published"], lang),
                text(f"sector.status.{result['status']}", lang),
            ]
            for name, result in rows.items()
        ],
    )
    for note in document["notes"][:3]:
        click.echo(note[lang], err=True)
