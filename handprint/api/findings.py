"""What is found about a user's data, as texts; and the exception that carries it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, overload

from handprint.api.markup import table
from handprint.core.errors import CodedError, Severity
from handprint.core.errors import Finding as Coded
from handprint.core.errors import Findings as Collected
from handprint.core.i18n import Language, render_finding

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Finding", "Findings", "InputError", "refuse", "refused"]

MOST_TOLD = 20  # findings in the text of an exception


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding, in words.

    Parameters
    ----------
    rule : str
        Code of the rule or check, such as "R03": ``handprint explain R03`` tells more.
    severity : str
        "error" (no score), "block" (may not be published), "warning" or "note".
    place : str
        File and line or cell, or the key path of a mapping.
    message : str
        What was found, what is expected, and how to mend it.
    """

    rule: str
    severity: str
    place: str
    title: str
    found: str
    expected: str
    fix: str
    message: str

    def __str__(self) -> str:
        return f"{self.severity} {self.rule} [{self.place}] {self.message}"


class Findings(Sequence[Finding]):
    """Findings, the worst first. Immutable."""

    def __init__(self, found: Iterable[Coded], lang: Language = "en") -> None:
        self._coded = tuple(Collected(found))
        self._told = tuple(Finding(**render_finding(f, lang)) for f in self._coded)

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Finding, ...]: ...
    def __getitem__(self, index: int | slice) -> Finding | tuple[Finding, ...]:
        return self._told[index]

    def __len__(self) -> int:
        return len(self._told)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._told)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Findings) and self._told == other._told

    def __hash__(self) -> int:
        return hash(self._told)

    def __reduce__(self) -> tuple[type["Findings"], tuple[tuple[Coded, ...]]]:
        return Findings, (self._coded,)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Those that forbid a score."""
        return tuple(f for f in self._told if f.severity == Severity.ERROR)

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """Those that forbid publication, and no score."""
        return tuple(f for f in self._told if f.severity == Severity.BLOCK)

    def in_language(self, lang: Language) -> "Findings":
        """Return the same findings in "zh" or "en"."""
        return Findings(self._coded, lang)

    def to_frame(self) -> "pd.DataFrame":
        """Return one row per finding, with the fields of ``Finding`` as columns."""
        import pandas as pd

        names = list(Finding.__dataclass_fields__)
        return pd.DataFrame([asdict(f) for f in self._told], columns=names)

    def __str__(self) -> str:
        shown = [str(finding) for finding in self._told[:MOST_TOLD]]
        left = len(self._told) - len(shown)
        return "\n".join([*shown, *([f"... and {left} more"] if left else [])]) or "no findings"

    def __repr__(self) -> str:
        counts = (f"{sum(x.severity == s for x in self)} {s.value}" for s in Severity)
        told = ", ".join(c for c in counts if not c.startswith("0 "))
        return f"<Findings: {told or 'none'}>"

    def _repr_html_(self) -> str:
        rows = [(f.severity, f.rule, f.place, f.message) for f in self._told]
        return table("Findings", ("severity", "rule", "place", "message"), rows)


class InputError(ValueError):
    """What was given cannot be used; ``findings`` tells where, why, and how to mend it.

    The one exception that a mistake in a case, a table or a library raises.
    """

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        super().__init__(str(findings))

    def __reduce__(self) -> tuple[type["InputError"], tuple[Findings]]:
        return InputError, (self.findings,)


def refuse(found: Collected) -> InputError:
    """Return the exception for findings of which some are errors."""
    return InputError(Findings(found))


def refused(problem: CodedError, place: str) -> InputError:
    """Return the exception for one value that could not be read."""
    return InputError(Findings([problem.finding(place)]))
