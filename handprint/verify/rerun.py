"""A result computed again from the manifest it carries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handprint.assess.assess import MOST_DRAWS, MOST_SEED, Options, assess
from handprint.assess.document import document
from handprint.case.reader import MAX_BYTES
from handprint.core.errors import Finding, Findings, Severity
from handprint.factors.library import load_library
from handprint.forms.intake import load_case_bytes

__all__ = ["rerun"]

MAX_NAME = 255


@dataclass(frozen=True, slots=True)
class Order:
    """What a manifest asks for: a case and how to assess it."""

    name: str
    source: bytes
    options: Options


def rerun(
    carried: Mapping[str, Any], own: Sequence[Path], findings: Findings, *, place: str = ""
) -> dict[str, Any] | None:
    """Assess the case that a document carries, with its seed and draws.

    Parameters
    ----------
    place : str
        Where a finding about a document without a case points to.

    Returns
    -------
    dict or None
        The new document; None, with findings, where the case cannot be assessed any more.
    """
    order = _order(carried)
    if order is None:
        findings.add(Finding("HP-R03", Severity.ERROR, _case_id(carried) or place))
        return None
    library = load_library(own, findings=findings)
    if findings.has(Severity.ERROR):
        return None
    loaded = load_case_bytes(order.name, order.source, findings)
    result = None if loaded is None else assess(*loaded, library, order.options, findings)
    return None if result is None else document(result, "en")


def _order(carried: Mapping[str, Any]) -> Order | None:
    """Return what a document asks for; None where no run of this program asks for that."""
    try:
        manifest, sobol = carried["manifest"], carried["sensitivity"]["sobol"]
        draws, seed, publish = manifest["draws"], manifest["seed"], manifest["publish"]
        name, source = manifest["inputs"][0]["file"], manifest["case_source"]
        settle = manifest.get("settle", True)
        content = source.encode()
    except (AttributeError, KeyError, IndexError, TypeError, ValueError):
        return None
    sound = (
        _whole(draws, MOST_DRAWS)
        and _whole(seed, MOST_SEED)
        and isinstance(publish, bool)
        and isinstance(settle, bool)
        and isinstance(sobol, list)
        and isinstance(name, str)
        and 0 < len(name) <= MAX_NAME
        and 0 < len(content) <= MAX_BYTES
    )
    if not sound:
        return None
    options = Options(draws, seed, sobol=bool(sobol), publish=publish, settle=settle)
    return Order(name, content, options)


def _whole(value: object, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


def _case_id(carried: Mapping[str, Any]) -> str:
    case = carried.get("case")
    found = case.get("id") if isinstance(case, Mapping) else None
    return found[:80] if isinstance(found, str) else ""
