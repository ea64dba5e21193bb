"""`handprint doctor`: what the installation has, what it lacks, how to get it."""

import ctypes.util
import shutil
import subprocess
import sys

import click

from handprint.cli.options import lang_option
from handprint.core.i18n import Language, text

__all__ = ["doctor"]

LIBRARIES = {
    "Pango": ("pango-1.0", "libpango-1.0-0 libpangoft2-1.0-0"),
    "HarfBuzz": ("harfbuzz", "libharfbuzz0b"),
    "HarfBuzz subset": ("harfbuzz-subset", "libharfbuzz-subset0"),
}
FONTS = {"Noto Sans CJK SC": "fonts-noto-cjk", "Noto Serif CJK SC": "fonts-noto-cjk"}


@click.command()
@lang_option
def doctor(lang: Language) -> None:
    """Tell whether Pango, HarfBuzz-subset and the CJK fonts are there, or how to get them."""
    missing: list[str] = []
    click.echo(f"Python {sys.version.split()[0]}")
    for name, (library, package) in LIBRARIES.items():
        _line(name, found=ctypes.util.find_library(library) is not None, lang=lang)
        if ctypes.util.find_library(library) is None:
            missing.append(package)
    installed = _families()
    for family, package in FONTS.items():
        _line(family, found=family in installed, lang=lang)
        if family not in installed and package not in missing:
            missing.append(package)
    if missing:
        click.echo(text("doctor.install", lang, packages=" ".join(missing)))
        raise click.exceptions.Exit(1)
    click.echo(text("doctor.complete", lang))


def _line(name: str, *, found: bool, lang: Language) -> None:
    click.echo(f"{text('doctor.found' if found else 'doctor.missing', lang)}  {name}")


def _families() -> str:
    """Return the installed font families as fontconfig lists them, empty without fontconfig."""
    program = shutil.which("fc-list")
    if program is None:
        return ""
    listed = subprocess.run(
        [program, ":", "family"], capture_output=True, text=True, check=False, timeout=60
    )
    return listed.stdout
