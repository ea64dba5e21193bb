"""`handprint select`: scored cases to a selection within quotas, with its robustness."""

from pathlib import Path

import click

from handprint.cli.intake import finish
from handprint.cli.model_options import stop_without_folder
from handprint.cli.options import (
    FILE,
    draws_option,
    fail_option,
    lang_option,
    output_option,
    own_option,
    seed_option,
)
from handprint.core.i18n import Language
from handprint.selection.choices import LIMITED, METHODS

__all__ = ["select"]

OWN_NAMES = {"产业": "production", "居民": "living", "城乡": "urban_rural"}


def _counts(_ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> dict[str, int]:
    """Read NAME=N, several times; the last of one name counts."""
    found: dict[str, int] = {}
    for entry in value:
        name, equals, number = entry.partition("=")
        name = OWN_NAMES.get(name.strip(), name.strip().replace("-", "_"))
        if not equals or not name or not number.strip().isdecimal() or len(number) > 6:
            raise click.BadParameter(f"{entry!r}: write NAME=N, such as production=10")
        if param.name == "limits" and name not in LIMITED:
            raise click.BadParameter(f"{name!r}: choose from {', '.join(LIMITED)}")
        found[name] = int(number)
    return found


@click.command()
@click.argument("scores", type=FILE)
@output_option(default=Path("out"))
@click.option("--quota", "quotas", multiple=True, metavar="CATEGORY=N", callback=_counts,
              help="Places of a category: production, living, urban_rural.")  # fmt: skip
@click.option("--limit", "limits", multiple=True, metavar="NAME=N", callback=_counts,
              help="Most places of one applicant, region or sector.")  # fmt: skip
@click.option("--criteria", type=FILE, help="Own criteria (YAML) instead of the shipped ones.")
@click.option("--experts", type=FILE,
              help="Experts' scores: case, expert, conflict, one per criterion.")  # fmt: skip
@click.option("--library", type=FILE,
              help="The scored library, for joint draws; looked for beside SCORES.")  # fmt: skip
@own_option
@click.option("--method", type=click.Choice(METHODS), help="How points become one score.")
@click.option("--include-ineligible", is_flag=True,
              help="Let cases compete that do not pass the gates; they are marked.")  # fmt: skip
@draws_option(2_000, 100_000, "Draws for the robustness of ranks; 0 gives none.")
@seed_option
@lang_option
@fail_option
def select(
    scores: Path,
    output: Path,
    quotas: dict[str, int],
    limits: dict[str, int],
    criteria: Path | None,
    experts: Path | None,
    library: Path | None,
    own: tuple[Path, ...],
    method: str | None,
    include_ineligible: bool,
    draws: int,
    seed: int,
    lang: Language,
    fail_on: str | None,
) -> None:
    """Select scored cases within quotas: score sheet, minutes and a page to explore.

    SCORES is what `handprint batch` wrote (its folder, or a Parquet, CSV or XLSX file), or a
    folder of JSON results of `handprint assess`.
    """
    from handprint.batch.row_finder import find_cases
    from handprint.core.errors import CodedError, Findings, Severity
    from handprint.core.files import sole_user
    from handprint.factors.library import load_library
    from handprint.selection.document import selection_document
    from handprint.selection.files import print_selection, write_selection
    from handprint.selection.run import SelectionOptions, run_selection

    findings = Findings()
    stop_without_folder(output, findings, lang)
    factors = load_library(own, findings=findings)
    finder = find_cases(scores, library, factors, findings)
    if findings.has(Severity.ERROR):
        finish(findings, lang, fail_on)
    options = SelectionOptions(
        scores=scores,
        criteria=criteria,
        experts=experts,
        quotas=quotas or None,
        limits=limits or None,
        method=method,
        include_ineligible=include_ineligible,
        draws=draws,
        seed=seed,
        find=finder,
        factors=factors,
    )
    selection = run_selection(options, findings)
    if selection is not None:
        document = selection_document(selection, findings, lang)
        source = selection.criteria.source
        try:
            with sole_user(output):
                for path in write_selection(document, source, output, lang, findings):
                    click.echo(path)
        except CodedError as problem:
            findings.add(problem.finding(str(output)))
            finish(findings, lang, fail_on)
        for line in print_selection(document, lang):
            click.echo(line)
    finish(findings, lang, fail_on)
