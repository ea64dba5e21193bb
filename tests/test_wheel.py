"""The wheel: holds the package only, and works from an empty folder in a fresh environment."""

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = "potline"


def run(*arguments: str | Path, folder: Path) -> str:
    """Run a program to its end with nothing of this process's Python settings."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    done = subprocess.run(
        [str(argument) for argument in arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def built(*options: str, target: Path) -> Path:
    """Build the project without fetching anything; return the wheel."""
    run(
        *(sys.executable, "-m", "build", "--no-isolation", "--outdir", target),
        *options,
        folder=ROOT,
    )
    return next(target.glob("*.whl"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel built from the sdist, as a package index would serve it."""
    return built(target=tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel; dependencies are borrowed from the running one."""
    folder = tmp_path_factory.mktemp("fresh")
    run(sys.executable, "-m", "venv", "--without-pip", folder / "venv", folder=folder)
    python = folder / "venv/bin/python"
    pip = (sys.executable, "-m", "pip", "--python", python)
    run(*pip, "install", "--quiet", "--no-deps", "--no-index", wheel, folder=folder)
    packages = run(python, "-c", "import site; print(site.getsitepackages()[0])", folder=folder)
    borrowed = Path(packages.strip()) / "borrowed.pth"
    borrowed.write_text(sysconfig.get_paths()["purelib"] + "\n", encoding="utf-8")
    return python


def test_wheel_holds_the_package_and_its_data_only(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    roots = {name.partition("/")[0] for name in names}
    assert {root.partition("-")[0] for root in roots} == {"handprint", "carbon_handprint"}
    assert len(roots) == 2
    data = {name.split("/")[2] for name in names if name.startswith("handprint/_data/")}
    assert data == {"factors", "case_templates", "reports"}
    assert "handprint/py.typed" in names
    assert "handprint/units/units.txt" in names
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]


def test_wheel_carries_every_data_file(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("factors", "case_templates", "reports"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and not path.name.startswith("."):
                assert f"handprint/_data/{path.relative_to(ROOT).as_posix()}" in names


def test_sdist_and_tree_give_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    from_tree = built("--wheel", target=tmp_path)
    assert from_tree.name == wheel.name
    assert from_tree.read_bytes() == wheel.read_bytes()


def test_installed_wheel_assesses_an_example_from_an_empty_folder(
    installed: Path, tmp_path: Path
) -> None:
    where = run(installed, "-c", "import handprint; print(handprint.__file__)", folder=tmp_path)
    assert Path(where.strip()).is_relative_to(installed.parent.parent)
    command = installed.with_name("handprint")
    run(command, "examples", "-o", ".", folder=tmp_path)
    case = f"{EXAMPLE}.yaml"
    run(command, "assess", case, "-o", "out", "--format", "pdf,json", "--lang", "zh",
        folder=tmp_path)  # fmt: skip
    result = json.loads((tmp_path / "out" / f"{EXAMPLE}.json").read_text("utf-8"))
    assert result["metrics"]["NER"]["value"] > 0
    assert (tmp_path / "out" / f"{EXAMPLE}.pdf").read_bytes().startswith(b"%PDF-1.7")


PYTHON = """
import handprint as hp, pandas as pd
assert not [name for name in hp.__all__ if getattr(hp, name) is None]
case = hp.read("potline.yaml")
assert not hp.check(case).errors
other = {**case.to_dict(), "id": "other"}
result = hp.assess(case, draws=200, vary=False)
assert hp.compare(case, other, draws=0).to_dict()["kind"] == "comparison"
assert hp.select([result], {"production": 1}, include_ineligible=True).chosen == ["potline"]
assert hp.templates("grid-losses").id in hp.templates().index
row = {f"{n} [{u}]": [v] for n, u, v in
       hp.templates("grid-losses").to_frame()[["name", "unit", "typical"]].itertuples(index=False)}
assert hp.score(pd.DataFrame(row), template="grid-losses")["NER"].notna().all()
assert hp.factors("electricity.grid", region="CN", year=2022).value > 0
assert hp.sector(draws=0).to_dict()["kind"] == "sector"
try:
    hp.io("nowhere.csv")
except hp.InputError as error:
    print(error.findings[0].severity)
"""


def test_installed_wheel_works_from_python_in_an_empty_folder(
    installed: Path, tmp_path: Path
) -> None:
    run(installed.with_name("handprint"), "examples", "-o", ".", folder=tmp_path)
    assert run(installed, "-c", PYTHON, folder=tmp_path).split() == ["error"]
