"""The manifest: what a run needs to be repeated digit by digit."""

import hashlib
from typing import Any

from handprint.assess.assess import Assessment
from handprint.model.metrics import DEFINITIONS
from handprint.page.run_manifest import made_with

__all__ = ["manifest"]

# The packages whose versions can move a digit or a page.
RECORDED = ("numpy", "scipy", "pint", "pydantic", "globalwarmingpotentials", "weasyprint")


def manifest(assessment: Assessment) -> dict[str, Any]:
    """Return the manifest of an assessment."""
    raw = assessment.raw
    own = {f.source.id: f.source for f in assessment.library.factors if f.own}
    return {
        **made_with(RECORDED),
        "factor_library": {
            "version": assessment.library.version,
            "sha256": assessment.library.sha256,
        },
        "own_libraries": [{"id": s.id, "title": dict(s.title)} for s in own.values()],
        "gwp": assessment.model.gwp,
        "definitions": {
            metric: {"id": key, "version": DEFINITIONS[key].version}
            for metric, key in assessment.model.definitions.items()
        },
        "seed": assessment.options.seed,
        "draws": assessment.options.draws,
        "publish": assessment.options.publish,
        **({} if assessment.options.settle else {"settle": False}),
        "inputs": [{"file": _name(raw.file), "sha256": _sha256(raw.original or raw.source)}],
        "case_source": raw.source.decode("utf-8-sig", "replace"),
    }


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _name(file: str) -> str:
    """Return the file's own name: a report does not tell the folders of a machine."""
    return file.replace("\\", "/").rpartition("/")[2]
