"""The set-up installs what the lock says, and nobody's place to fetch it from is written down."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
PINNED = re.compile(r"([A-Za-z0-9._-]+)==([^\s;]+)( ; [^\\]+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
NOTE = re.compile(r"    # .*")
# by their parts, so that this file does not name them either
HOSTS = [
    r"\.".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pypi", "python", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "(?:org|com)"),
        ("npmmirror", "com"),
        ("yarnpkg", "com"),
        ("anaconda", "(?:org|com|cloud)"),
        ("conda", "io"),
        ("prefix", "dev"),
        ("(?:deb|security|snapshot|ftp|ftp2)", "(?:[a-z]{2}\\.)?debian", "org"),
        ("(?:archive|security|ports)", "ubuntu", "com"),
        ("mirrors?", "[a-z0-9-]+", "[a-z]{2,}"),
        ("tuna", "tsinghua"),
        ("crates", "io"),
        ("rubygems", "org"),
        ("golang", "org"),
        ("maven", "org"),
        ("docker", "(?:io|com)"),
        ("(?:ghcr|quay)", "io"),
        ("jsdelivr", "net"),
        ("unpkg", "com"),
    )
]
REGISTRY = re.compile(rf"\b(?:{'|'.join(HOSTS)})\b".encode(), re.IGNORECASE)


def tracked() -> list[Path]:
    """Return the files under version control; an unpacked archive has none."""
    done = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode or "pyproject.toml" not in done.stdout:
        pytest.skip("not a checkout")
    return [path for name in done.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def pins() -> dict[str, list[str]]:
    """Return the locked versions of every package: one, or one for each range of Python."""
    found: dict[str, list[str]] = {}
    for name, version, _ in PINNED.findall(LOCK.read_text("utf-8")):
        found.setdefault(canonicalize_name(name), []).append(version)
    return found


def declared() -> list[Requirement]:
    """Return what pyproject.toml asks for: to build, to run, with all extras, to develop."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    lists = [project["build-system"]["requires"], project["project"]["dependencies"]]
    lists += project["project"]["optional-dependencies"].values()
    own = project["project"]["name"]
    return [r for each in lists for r in map(Requirement, each) if r.name != own]


@pytest.mark.parametrize("host", ["https://PyPI.{}", "http://ftp.de.debian.{}/debian"])
def test_a_host_would_be_found(host: str) -> None:
    assert REGISTRY.search(host.format("org").encode())


def test_no_file_names_a_registry() -> None:
    """Packages come from where the user's own pip, apt-get or uv takes them."""
    found = {
        str(path.relative_to(ROOT)): sorted({hit.decode() for hit in hits})
        for path in tracked()
        if (hits := REGISTRY.findall(path.read_bytes()))
    }
    assert found == {}


def test_there_is_one_lock() -> None:
    others = {"uv.lock", "pylock.toml", "package-lock.json", "poetry.lock", "Pipfile.lock"}
    assert [path.name for path in tracked() if path.name in others] == []


def test_lock_holds_versions_with_their_hashes_and_nothing_else() -> None:
    lines = LOCK.read_text("utf-8").splitlines()
    odd = [x for x in lines if not any(p.fullmatch(x) for p in (PINNED, HASH, NOTE))]
    assert odd == []
    bare = [
        line
        for line, below in zip(lines, [*lines[1:], ""], strict=True)
        if PINNED.fullmatch(line) and not HASH.fullmatch(below)
    ]
    assert bare == []


def test_lock_holds_what_is_declared() -> None:
    locked = pins()
    late = [
        str(asked)
        for asked in [*declared(), Requirement("editables")]
        if not (versions := locked.get(canonicalize_name(asked.name)))
        or not all(map(asked.specifier.contains, versions))
    ]
    assert late == [], "run `make lock`"


def test_every_dependency_has_its_reason() -> None:
    """A dependency of the program says in its line what it is for."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    (block,) = re.findall(r"^dependencies = \[\n(.*?)^\]$", text, re.DOTALL | re.MULTILINE)
    assert [line for line in block.splitlines() if " # " not in line] == []


def test_a_changed_lock_is_installed() -> None:
    """`make` compares the files that decide what is installed."""
    (key,) = re.findall(r"^KEY := .*$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert {"pyproject.toml", LOCK.name, ".ci/set-up"} <= set(re.split(r"[ ;]+", key))


def test_nothing_is_installed_without_its_hash() -> None:
    """A source archive whose wheel does not match would be built with whatever is the newest."""
    script = (ROOT / ".ci/set-up").read_text("utf-8")
    assert "--require-hashes --only-binary :all: --requirement requirements.lock" in script
    assert "--no-deps --no-build-isolation --editable ." in script
