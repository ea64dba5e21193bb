"""What `benchmarks.compare` runs: the inputs, all of the old checkout, and the commands on them."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

__all__ = ["LIBRARIES", "Command", "copy_inputs", "groups"]


class Command(NamedTuple):
    """A command line; its name is the stem of its results in `out`."""

    name: str
    arguments: tuple[str, ...]
    exit: int = 0  # the code that shows that the command did its work


Groups = Mapping[str, list[Command]]

FOLDERS = {
    "case_templates": "case_templates",
    "tests/published/cases": "published",
    "tests/contract": "contract",
    "tests/data/io": "io",
    "tests/data/intake": "intake",
}
SECTOR_FILES = {
    "emissions.csv": "sector,emissions,unit\nenergy,4700,Mt CO2\nindustry,3600,Mt CO2\n"
    "transport,900,Mt CO2\nbuildings,800,Mt CO2\n",
    "scores.csv": "id,sector,NER,E_ref,G0,G,F,years,claim,link,activity\n"
    "a,industry,90,1000,100,100,10,1,realised,process,plant\n"
    "b,industry,180,1000,200,200,20,1,planned,equipment,plant\n",
}
# Made by code of the old checkout: rows of 12 templates with point values; rows of all templates
# with distributions, regions, periods and a few faults; a folder of submissions, some broken.
LIBRARIES = """
import sys
from pathlib import Path

import pyarrow.parquet as pq
from benchmarks.make_library import write_submissions, write_table
from mixed_table import as_table, mixed_rows

rows, submissions = map(int, sys.argv[1:])
write_table(Path("in/plain.parquet"), rows)
pq.write_table(as_table(mixed_rows(rows // 2, 1)), "in/mixed.parquet")
write_submissions(Path("in/submissions"), submissions)
"""
CODES = ("R42", "R37", "RF12", "HP-F11", "HP-K01", "HP-X01", "none")
EXAMPLES = "in/case_templates/examples"


def copy_inputs(old: Path, folder: Path) -> None:
    """Copy the case files and tables of a checkout to `in`, and its templates' examples apart."""
    target = folder / "in"
    for source, name in FOLDERS.items():
        shutil.copytree(old / source, target / name)
    (target / "templates").mkdir()
    for path in target.glob("case_templates/*/*.example.yaml"):
        shutil.copy(path, target / "templates")
    for name, content in SECTOR_FILES.items():
        (target / name).write_text(content, "utf-8")


def groups(folder: Path, quick: bool) -> Groups:
    """Return the commands, in groups that share a process and run one after another."""
    names = sorted(path.name for path in (folder / "in/templates").iterdir())
    scenarios = [name.removesuffix(".example.yaml") for name in names]
    made: dict[str, Callable[[], Iterator[Command]]] = {
        "cases": lambda: _cases(quick),
        "forms": lambda: _forms(scenarios[::6] if quick else scenarios),
        "look-ups": lambda: _look_ups(scenarios[::6] if quick else scenarios),
        "batch": lambda: _batch(quick),
        "models": lambda: _models(quick),
        "verify": lambda: _verify(quick),
    }
    return {name: list(commands()) for name, commands in made.items()}


def _command(name: str, line: str, code: int = 0) -> Command:
    """Return a command; OUT in its line is its folder of results."""
    return Command(name, tuple(line.replace("OUT", f"out/{name}").split()), code)


def _cases(quick: bool) -> Iterator[Command]:
    formats = "json,xlsx" if quick else "json,html,xlsx"
    for name, path in {"examples": EXAMPLES, "contract": "in/contract"}.items():
        pdf = ",pdf" if path == EXAMPLES and not quick else ""
        yield _command(f"assess-{name}", f"assess {path} -o OUT --both --format {formats}{pdf}")
    yield _command("check-intake-zh", "check in/intake --lang zh", 1)
    yield _command("check-intake-en", "check in/intake --lang en", 1)
    if quick:
        yield _command("assess-published", "assess in/published -o OUT --format json --lang zh")
        return
    for name in ("published", "templates"):
        yield _command(f"assess-{name}", f"assess in/{name} -o OUT --both --format {formats}")
    yield _command("assess-zh", f"assess {EXAMPLES} -o OUT --lang zh --format json --draws 0")
    yield _command("assess-sobol", f"assess {EXAMPLES} -o OUT --format json,xlsx --sobol")
    for lang in ("zh", "en"):
        for name in ("examples", "published", "templates", "contract"):
            path = EXAMPLES if name == "examples" else f"in/{name}"
            yield _command(f"check-{name}-{lang}", f"check {path} --lang {lang}")


def _forms(scenarios: list[str]) -> Iterator[Command]:
    for number, name in enumerate(scenarios):
        lang = ("zh", "en")[number % 2]
        example = f"in/templates/{name}.example.yaml"
        yield _command(f"blank/{name}", f"form {name} -o OUT.xlsx --lang {lang}")
        yield _command(f"filled/{name}", f"form {name} -o OUT.xlsx --from {example} --lang {lang}")
    yield _command("blank-yaml", f"form {scenarios[0]} -o OUT.yaml --format yaml")
    yield _command("assess-filled", "assess out/filled -o OUT --format json")


def _look_ups(scenarios: list[str]) -> Iterator[Command]:
    for lang in ("zh", "en"):
        yield _command(f"templates-list-{lang}", f"templates --lang {lang} list")
        for name in scenarios:
            yield _command(f"templates/{name}-{lang}", f"templates --lang {lang} show {name}")
        for code in CODES:
            yield _command(
                f"explain/{code}-{lang}", f"explain {code} --lang {lang}", 2 * (code == "none")
            )
        yield _command(f"factors-list-{lang}", f"factors list --lang {lang}")
        yield _command(f"factors-search-{lang}", f"factors search diesel --lang {lang}")
        for number, line in enumerate(
            ("electricity.grid --region CN-BJ", "fuel.diesel.combustion --year 2022")
        ):
            yield _command(f"factors-show-{number}-{lang}", f"factors show {line} --lang {lang}")


def _batch(quick: bool) -> Iterator[Command]:
    yield _command("batch-plain", "batch in/plain.parquet -o OUT")
    yield _command("batch-mixed-drawn", "batch in/mixed.parquet -o OUT --draws 200 --lang zh", 1)
    yield _command("batch-folder", "batch in/submissions -o OUT --draws 200", 1)
    if not quick:
        yield _command("batch-mixed", "batch in/mixed.parquet -o OUT --draws 0", 1)
        yield _command("batch-plain-drawn", "batch in/plain.parquet -o OUT --draws 200 --seed 7")
        yield _command("batch-two", "batch in/plain.parquet -o OUT --draws 200 --workers 2")
        first = "batch in/mixed.parquet -o OUT --draws 200 --first-order --format csv"
        yield _command("batch-first-order", first, 1)
        yield _command("batch-xlsx", "batch in/mixed.parquet -o OUT --format xlsx", 1)


def _models(quick: bool) -> Iterator[Command]:
    quota = "--quota production=3 --quota living=3 --quota urban_rural=3"
    scored = "select out/batch-folder -o OUT --library in/submissions"
    if quick:
        yield _command("select", f"{scored} {quota} --draws 100")
    else:
        yield _command("select", f"{scored} {quota} --limit applicant=2 --lang zh")
    two = f"{EXAMPLES}/campus.yaml {EXAMPLES}/potline.yaml"
    yield _command("compare", f"compare {two} -o OUT --lang zh")
    formats = "--both --format " + ("json" if quick else "json,html,xlsx")
    cases = "--emissions in/emissions.csv --cases in/scores.csv"
    yield _command("sector", f"sector -o OUT {formats}")
    yield _command("sector-cases", f"sector -o OUT {cases} {formats}")
    yield _command(
        "io", f"io in/io/two_sectors.csv --energy in/io/two_sectors_energy.csv -o OUT {formats}"
    )
    years = "in/io/cn_2012.csv in/io/cn_2017.csv --energy in/io/cn_2012_energy.csv"
    years += " --energy in/io/cn_2017_energy.csv --concordance in/io/cn_groups.csv"
    yield _command("io-years", f"io {years} --deflator in/io/cn_deflator.csv -o OUT {formats}")
    if not quick:
        table = (
            "select out/batch-mixed-drawn -o OUT --library in/mixed.parquet --include-ineligible"
        )
        yield _command("select-table", f"{table} {quota} --method topsis")
        yield _command("select-results", f"select out/assess-filled -o OUT {quota}")


def _verify(quick: bool) -> Iterator[Command]:
    yield _command("verify-json", "verify out/assess-examples/campus.json")
    if not quick:
        yield _command("verify-pdf", "verify out/assess-examples/potline.zh.pdf --lang zh")
