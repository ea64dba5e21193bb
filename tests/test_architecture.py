"""The shape of the house: rooms and who may look into which, sizes, a light command line, names."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Every = Callable[..., None]
ROOT = Path(__file__).resolve().parents[1] / "handprint"
# A room imports only from rooms further left; features never from each other; nobody from the top.
KERNEL = ("core", "tables", "units", "page", "factors", "case", "forms", "model", "review",
          "assess", "report")  # fmt: skip
FEATURES = ("batch", "compare", "selection", "sector", "input_output", "verify")
TOP = ("api", "cli", "__init__")
MODULES = sorted(path for path in ROOT.rglob("*.py") if "_data" not in path.parts)
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


DOTTED = re.compile(r"handprint(\.\w+)+")


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imported(source: str) -> Iterator[tuple[str, int]]:
    """Yield the modules of the project that a module names, wherever the name stands.

    Imports inside functions and under TYPE_CHECKING count, and so does a text that is nothing but
    a module's name, as ``import_module`` takes it. The version alone may be read by everybody.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names = [node.value] if DOTTED.fullmatch(node.value) else []
        else:
            continue
        for name in names:
            if name.split(".")[0] == "handprint" and name != "handprint.__version__":
                yield name, node.lineno


def misplaced(room: str, source: str) -> list[str]:
    """Return the imports of a module that its room may not have."""
    if room in TOP:
        return []
    allowed = (*KERNEL, room) if room in FEATURES else KERNEL[: KERNEL.index(room) + 1]
    found = []
    for name, line in imported(source):
        target = name.split(".")[1] if "." in name else "__init__"
        if target not in allowed:
            found.append(f"line {line}: {room} imports {name}")
    return found


def test_every_module_is_in_a_room() -> None:
    assert {room_of(path) for path in MODULES} == {*KERNEL, *FEATURES, *TOP}


def test_rooms_import_only_what_lies_below_them() -> None:
    found = {str(p): misplaced(room_of(p), p.read_text("utf-8")) for p in MODULES}
    assert not {path: lines for path, lines in found.items() if lines}


@pytest.mark.parametrize(
    ("room", "planted"),
    [
        ("sector", "from importlib import import_module\nimport_module('handprint.batch')"),
        ("sector", "def run():\n    from handprint.batch.run import run_batch"),
        ("case", "if TYPE_CHECKING:\n    from handprint.forms import intake"),
        ("core", "import handprint.units.unit"),
        ("assess", "from handprint.cli import options"),
        ("page", "import handprint"),
    ],
)
def test_a_planted_import_is_seen(room: str, planted: str) -> None:
    assert misplaced(room, planted)


def test_no_module_imports_itself_in_a_circle() -> None:
    known = {".".join(("handprint", *p.relative_to(ROOT).with_suffix("").parts)): p
             for p in MODULES}  # fmt: skip
    arrows = {
        name: {
            target
            for named, _ in imported(path.read_text("utf-8"))
            for target in (named, named.rpartition(".")[0])
            if target in known and target != name
        }
        for name, path in known.items()
    }
    while leaves := [name for name, targets in arrows.items() if not targets & arrows.keys()]:
        for name in leaves:
            del arrows[name]
    assert not arrows, f"among these some import each other: {sorted(arrows)}"


def test_modules_and_functions_are_short(every: Every) -> None:
    def check(path: Path) -> None:
        source = path.read_text("utf-8")
        assert len(source.splitlines()) < LONGEST_MODULE
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno is not None
                told = ast.get_docstring(node) is not None and len(node.body) > 1
                length = node.end_lineno - node.body[told].lineno + 1
                assert length <= LONGEST_FUNCTION, f"{node.name} has {length} lines"

    every(MODULES, check)


def test_modules_are_named_after_their_subject(every: Every) -> None:
    def check(path: Path) -> None:
        assert path.stem not in {"utils", "util", "helpers", "helper", "common", "misc", "tools"}
        assert ast.get_docstring(ast.parse(path.read_text("utf-8"))), "a module says what it is for"

    every(MODULES, check)


def test_only_the_command_line_prints(every: Every) -> None:
    def check(path: Path) -> None:
        calls = [
            n.func for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Call)
        ]
        assert "print" not in {call.id for call in calls if isinstance(call, ast.Name)}

    every([p for p in MODULES if room_of(p) != "cli"], check)


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
