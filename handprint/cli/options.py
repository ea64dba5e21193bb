"""Options that several commands share, each said once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from handprint.core.errors import Severity

__all__ = [
    "FILE",
    "draws_option",
    "fail_option",
    "lang_option",
    "output_option",
    "output_options",
    "own_option",
    "seed_option",
]

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
FORMATS = ("json", "pdf", "html", "xlsx")
# what may not be read is a finding with the reason, not an error of usage
FILE = click.Path(readable=False, path_type=Path)

lang_option: Decorator = click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    default="en",
    show_default=True,
    help="Language of findings and reports.",
)
fail_option: Decorator = click.option(
    "--fail-on",
    type=click.Choice([s.value for s in Severity]),
    help="Exit with 1 at findings of this severity or worse.",
)
seed_option: Decorator = click.option(
    "--seed",
    type=click.IntRange(0, 2**63 - 1),
    default=1,
    show_default=True,
    help="Seed of all draws.",
)
own_option: Decorator = click.option(
    "--factors",
    "own",
    multiple=True,
    type=FILE,
    help="Own factor library (folder, CSV or XLSX); may be given several times.",
)


def output_option(
    *, required: bool = False, default: Path | None = None, about: str = "Folder for the results."
) -> Decorator:
    """Return the option -o."""
    told: dict[str, Any] = {"required": True} if required else {"default": default}
    if default is not None:
        told["show_default"] = True
    return click.option("-o", "--output", type=FILE, help=about, **told)


def draws_option(
    default: int,
    most: int = 1_000_000,
    about: str = "Draws for the intervals; 0 gives point values.",
) -> Decorator:
    """Return the option --draws."""
    return click.option(
        "--draws",
        type=click.IntRange(0, most),
        default=default,
        show_default=True,
        help=about,
    )


def output_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add -o, --format, --lang and --both."""
    options = (
        output_option(default=Path("out")),
        click.option(
            "--format",
            "formats",
            default="pdf,json",
            show_default=True,
            callback=_formats,
            help="Any of pdf, html, xlsx, json, separated by commas.",
        ),
        lang_option,
        click.option("--both", is_flag=True, help="Reports in Chinese and English."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _formats(_ctx: click.Context, _param: click.Parameter, value: str) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(part.strip().lower() for part in value.split(",") if part.strip()))
    unknown = [part for part in chosen if part not in FORMATS]
    if unknown or not chosen:
        found = ", ".join(unknown) or "nothing"
        raise click.BadParameter(f"{found}: choose from {', '.join(FORMATS)}")
    return chosen
