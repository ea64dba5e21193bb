"""Cases side by side."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from handprint.api.assessing import MOST_DRAWS
from handprint.api.cases import Paths, Submission, library_of, loaded
from handprint.api.findings import Findings, refuse
from handprint.api.markup import table
from handprint.compare.comparison import Comparison as Computed
from handprint.compare.comparison import compare_cases
from handprint.compare.document import comparison_document
from handprint.core.errors import Finding, Severity
from handprint.core.errors import Findings as Collected
from handprint.core.i18n import Language

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Comparison", "compare"]

COLUMNS = ("first", "second", "quantity", "unit", "value", "p5", "p50", "p95", "probability")


@dataclass(frozen=True, slots=True, repr=False)
class Comparison:
    """Cases compared pair by pair, on the same draws."""

    computed: Computed
    found: Collected

    @property
    def findings(self) -> Findings:
        """What makes the cases hard to compare."""
        return Findings(self.found)

    def to_dict(self, lang: Language = "en") -> dict[str, Any]:
        """Return the document, as ``handprint compare -o`` writes it."""
        return comparison_document(self.computed, self.found, lang)

    def to_frame(self) -> "pd.DataFrame":
        """Return the differences, first minus second case, one row per pair and quantity."""
        import pandas as pd

        return pd.DataFrame(self.to_dict()["differences"], columns=list(COLUMNS))

    def __repr__(self) -> str:
        return f"<Comparison of {', '.join(case.id for case in self.computed.cases)}>"

    def _repr_html_(self) -> str:
        rows = [[row[name] for name in COLUMNS] for row in self.to_dict()["differences"]]
        return table("Differences", COLUMNS, rows) + self.findings._repr_html_()


def compare(
    *cases: Submission, draws: int = 10_000, seed: int = 1, factors: Paths = ()
) -> Comparison:
    """Compare cases effect by effect, on the same draws: what they share cancels.

    Parameters
    ----------
    cases : paths, mappings, texts or Cases
        Two or more, each as for ``hp.read``, with different ids.
    draws : int
        Number of draws, 0 to 1,000,000; 0 gives central values.
    seed : int
        Seed of all draws.
    factors : paths
        Own factor libraries, which go before the shipped one.

    Returns
    -------
    Comparison
        ``to_frame()``: for every pair and quantity the difference, first minus second, with p5, p50
        and p95 [``unit``] and the probability that the first is larger.

    Raises
    ------
    InputError
        A case cannot be read or scored, or an id stands twice.

    Examples
    --------
    >>> import handprint as hp
    >>> def grid(name, cut):
    ...     inputs = {
    ...         "delivered": {"value": 9000, "unit": "GWh/year"},
    ...         "loss_rate": {"value": 0.052, "unit": "1"},
    ...         "loss_reduction": {"value": cut, "unit": "1"},
    ...         "terminals": {"value": 20000, "unit": "device"},
    ...         "servers": {"value": 20, "unit": "device"},
    ...     }
    ...     return {"handprint": 1, "id": name, "template": "grid-losses", "inputs": inputs}
    >>> found = hp.compare(grid("a", 0.08), grid("b", 0.05), draws=500).to_frame()
    >>> found.set_index("quantity").loc["NER", "unit"]
    't CO2e'
    >>> bool(found.set_index("quantity").loc["NER", "value"] > 0)
    True
    """
    if not 0 <= draws <= MOST_DRAWS:
        raise ValueError(f"draws: 0 to {MOST_DRAWS:,}, not {draws}")
    library, found = library_of(factors), Collected()
    read = [case for case in (loaded(source, found) for source in cases) if case is not None]
    first: dict[str, str] = {}
    for case in read:
        if case.id in first:
            place = case.raw.place(("id",))
            params = {"id": case.id, "other": first[case.id]}
            found.add(Finding("HP-Y12", Severity.ERROR, place, params))
        first.setdefault(case.id, case.raw.file)
    if found.has(Severity.ERROR):
        raise refuse(found)
    told = Collected()
    pairs = [(case.checked, case.raw) for case in read]
    computed = compare_cases(pairs, library, seed=seed, draws=draws, findings=told)
    if computed is None or told.has(Severity.ERROR):
        raise refuse(told)
    return Comparison(computed, told)
