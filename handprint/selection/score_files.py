"""Which files of a folder hold the scores that cases are chosen from."""

from collections.abc import Collection
from pathlib import Path

from handprint.core.files import standing_at
from handprint.core.i18n import LANGUAGES

__all__ = ["score_files"]

TABLES = (".parquet", ".parq", ".csv", ".csv.gz", ".xlsx", ".xlsm")
NO_SCORES = ("~$", ".", "selection", "comparison", "sector.", "io.")  # other results


def score_files(path: Path) -> list[Path]:
    """Return the files that hold the scores of a path: tables go before documents."""
    if standing_at(path) != "folder":
        return [path] if standing_at(path) else []
    for folder in (path / "scores.parquet", path / "scores", path):
        if folder.is_file():
            return [folder]
        if not folder.is_dir():
            continue
        documents = {p.stem for p in folder.glob("*.json")}
        for suffix in TABLES:
            tables = sorted(p for p in folder.glob(f"*{suffix}") if _is_scores(p, documents))
            if tables:
                return tables
    return sorted(p for p in path.glob("*.json") if p.name != "manifest.json")


def _is_scores(path: Path, documents: Collection[str]) -> bool:
    """Whether a table may hold scores: a workbook beside a JSON result is a report of that case."""
    stem, _, lang = path.stem.rpartition(".")
    if path.stem in documents or (lang in LANGUAGES and stem in documents):
        return path.stem == "scores"
    return "reject" not in path.name and not path.name.startswith(NO_SCORES)
