"""The columns of a factor file, read from ``factors/schema.yaml``."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from handprint.core import resources

__all__ = ["Column", "columns"]


@dataclass(frozen=True, slots=True)
class Column:
    """What one column may hold."""

    name: str
    type: str
    required: bool
    allowed: tuple[str, ...]
    pattern: re.Pattern[str] | None


@cache
def columns() -> dict[str, Column]:
    """Return the columns by name, in the order of a file."""
    path = resources.folder("factors") / "schema.yaml"
    schema = yaml.safe_load(path.read_text("utf-8"))
    return {entry["name"]: _column(entry) for entry in schema["fields"]}


def _column(entry: dict[str, Any]) -> Column:
    rules = entry.get("constraints", {})
    pattern = rules.get("pattern")
    return Column(
        name=str(entry["name"]),
        type=str(entry["type"]),
        required=bool(rules.get("required", False)),
        allowed=tuple(rules.get("enum", ())),
        pattern=re.compile(pattern) if pattern else None,
    )
