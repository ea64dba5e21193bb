"""`handprint examples`: the example cases that come with the program."""

from pathlib import Path

import click

from handprint.cli.options import lang_option
from handprint.core.i18n import Language, pick, text

__all__ = ["examples"]


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Copy the example cases into this folder.",
)
@lang_option
def examples(output: Path | None, lang: Language) -> None:
    """List the example cases, or copy them into a folder."""
    from handprint.case.reader import read_case
    from handprint.core import resources
    from handprint.core.errors import Findings

    for path in sorted((resources.folder("case_templates") / "examples").glob("*.yaml")):
        if output is None:
            raw = read_case(path, Findings())
            title = pick(raw.tree.get("title"), lang) if raw else ""
            click.echo(f"{path.stem}  {title}")
            continue
        output.mkdir(parents=True, exist_ok=True)
        target = output / path.name
        if target.exists():
            click.echo(text("examples.exists", lang, file=target), err=True)
            continue
        target.write_bytes(path.read_bytes())
        click.echo(target)
