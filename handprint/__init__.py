"""Carbon handprint: checked, reproducible avoided-emission assessments of digital solutions.

``import handprint as hp`` offers one function per task: ``read``, ``check``, ``assess``, ``score``,
``templates``, ``factors``, ``compare``, ``select``, ``sector`` and ``io``. What they need is
imported when they are first used.
"""

import sys

__version__ = "0.1.0"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from handprint.api.assessing import Assessment, assess
    from handprint.api.cases import Case, check, read
    from handprint.api.chosen import Selection, select
    from handprint.api.compared import Comparison, compare
    from handprint.api.findings import Finding, Findings, InputError
    from handprint.api.lookup import Factor, Template, factors, templates
    from handprint.api.models import InputOutput, Sector, io, sector
    from handprint.api.rows import score

__all__ = [
    "Assessment",
    "Case",
    "Comparison",
    "Factor",
    "Finding",
    "Findings",
    "InputError",
    "InputOutput",
    "Sector",
    "Selection",
    "Template",
    "__version__",
    "assess",
    "check",
    "compare",
    "factors",
    "io",
    "read",
    "score",
    "sector",
    "select",
    "templates",
]

_PLACES = {
    "assessing": ("Assessment", "assess"),
    "cases": ("Case", "check", "read"),
    "chosen": ("Selection", "select"),
    "compared": ("Comparison", "compare"),
    "findings": ("Finding", "Findings", "InputError"),
    "lookup": ("Factor", "Template", "factors", "templates"),
    "models": ("InputOutput", "Sector", "io", "sector"),
    "rows": ("score",),
}
_MODULES = {name: module for module, names in _PLACES.items() for name in names}


def __getattr__(name: str) -> object:
    """Import what is asked for; afterwards it is here."""
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = getattr(import_module(f"{__name__}.api.{module}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Package(type(sys)):  # type: ignore[misc]
    """Some rooms are named like a function: importing such a room must not hide the function."""

    def __setattr__(self, name: str, value: object) -> None:
        if name not in _MODULES or not isinstance(value, type(sys)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
