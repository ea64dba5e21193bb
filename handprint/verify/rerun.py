"""A result computed again from the manifest it carries."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from handprint.assess.assess import Options, assess
from handprint.assess.document import document
from handprint.core.errors import Finding, Findings, Severity
from handprint.factors.library import load_library
from handprint.forms.intake import load_case_bytes

__all__ = ["rerun"]


def rerun(
    carried: Mapping[str, Any], own: Sequence[Path], findings: Findings
) -> dict[str, Any] | None:
    """Assess the case that a document carries, with its seed and draws.

    Returns
    -------
    dict or None
        The new document; None, with findings, where the case cannot be assessed any more.
    """
    manifest = carried["manifest"]
    try:
        name = str(manifest["inputs"][0]["file"])
        source = str(manifest["case_source"]).encode()
        options = Options(
            draws=int(manifest["draws"]),
            seed=int(manifest["seed"]),
            sobol=bool(carried["sensitivity"]["sobol"]),
            publish=bool(manifest["publish"]),
            settle=bool(manifest.get("settle", True)),
        )
    except (KeyError, IndexError, TypeError, ValueError):
        findings.add(Finding("HP-R03", Severity.ERROR, str(carried["case"].get("id", ""))))
        return None
    library = load_library(own, findings=findings)
    loaded = load_case_bytes(name, source, findings)
    result = None if loaded is None else assess(*loaded, library, options, findings)
    return None if result is None else document(result, "en")
