"""The shape of the program: import direction, sizes, a light command line, names."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1] / "handprint"
LAYERS = ("core", "data", "case", "model", "analysis", "output", "cli")
BELOW_ALL = {"resources", "__init__"}
MODULES = sorted(path for path in ROOT.rglob("*.py") if "_data" not in path.parts)
IDS = [str(path.relative_to(ROOT)) for path in MODULES]
LONGEST_MODULE = 400
LONGEST_FUNCTION = 60
HEAVY = (
    "numpy",
    "pandas",
    "pint",
    "pydantic",
    "scipy",
    "weasyprint",
    "altair",
    "openpyxl",
    "yaml",
    "scipy.stats",
)


def layer(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imported_layers(path: Path) -> Iterator[tuple[str, int]]:
    """Yield the layers that a module imports, wherever the import stands."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            parts = name.split(".")
            if parts[0] == "handprint" and len(parts) > 1 and parts[1] != "__version__":
                yield parts[1], node.lineno


@pytest.mark.parametrize("path", MODULES, ids=IDS)
def test_imports_go_leftwards(path: Path) -> None:
    """core <- data <- case <- model <- analysis <- output <- cli; resources below all."""
    own = layer(path)
    for found, line in imported_layers(path):
        if found in BELOW_ALL:
            continue
        assert found in LAYERS, f"{path}:{line} imports {found}, which is no layer"
        allowed = () if own in BELOW_ALL else LAYERS[: LAYERS.index(own) + 1]
        assert found in allowed, f"{path}:{line} {own} imports {found}"


def test_every_module_is_in_a_layer() -> None:
    assert {layer(path) for path in MODULES} == set(LAYERS) | BELOW_ALL


@pytest.mark.parametrize("path", MODULES, ids=IDS)
def test_modules_and_functions_are_short(path: Path) -> None:
    source = path.read_text("utf-8")
    assert len(source.splitlines()) < LONGEST_MODULE
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            length = node.end_lineno - node.body[0].lineno + 1
            assert length <= LONGEST_FUNCTION, f"{node.name} has {length} lines"


@pytest.mark.parametrize("path", MODULES, ids=IDS)
def test_modules_are_named_after_their_subject(path: Path) -> None:
    assert path.stem not in {"utils", "util", "helpers", "helper", "common", "misc", "tools"}
    assert ast.get_docstring(ast.parse(path.read_text("utf-8"))), "a module says what it is for"


@pytest.mark.parametrize("path", [p for p in MODULES if layer(p) not in ("cli", "output")])
def test_only_the_command_line_prints(path: Path) -> None:
    calls = [
        n.func for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Call)
    ]
    assert "print" not in {call.id for call in calls if isinstance(call, ast.Name)}


def loaded_by(*arguments: str) -> set[str]:
    """Return the heavy packages that a command has imported when it ends."""
    code = (
        "import sys\n"
        "from handprint.cli.main import cli\n"
        "try:\n    cli(prog_name='handprint')\n"
        "except SystemExit as end:\n    assert not end.code, end.code\n"
        "print(';'.join(sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split(";")) & set(HEAVY)


@pytest.mark.parametrize("arguments", [("--help",), ("-h",), ("--version",)])
def test_help_imports_nothing_heavy(arguments: tuple[str, ...]) -> None:
    assert loaded_by(*arguments) == set()


def test_a_json_result_needs_no_report(tmp_path: Path) -> None:
    """Assessing to JSON loads neither the renderer nor scipy.stats (0.7 s)."""
    case = ROOT.parent / "case_templates" / "examples" / "potline.yaml"
    arguments = ("assess", str(case), "-o", str(tmp_path), "--format", "json", "--draws", "500")
    assert loaded_by(*arguments) & {"weasyprint", "altair", "scipy.stats"} == set()
    assert len(list(tmp_path.glob("*.json"))) == 1


def test_the_source_mentions_no_machine() -> None:
    """The project stands alone: no path of the machine on which it was written."""
    words = ("/work/", "/root/", "/home/", "C:\\Users")
    for path in MODULES:
        text = path.read_text("utf-8")
        assert not [word for word in words if word in text], path
