"""One case assessed: the function and its record."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handprint.api.cases import Case, Paths, Submission, library_of, loaded
from handprint.api.findings import Findings, refuse
from handprint.api.markup import paragraph, table
from handprint.assess.assess import Assessment as Computed
from handprint.assess.assess import Options
from handprint.assess.assess import assess as compute
from handprint.assess.document import document
from handprint.assess.document_tables import ledger_rows
from handprint.assess.results import MetricResult
from handprint.assess.work import Progress
from handprint.core.errors import Findings as Collected
from handprint.core.i18n import Language, pick
from handprint.model.effects import EFFECTS

if TYPE_CHECKING:
    import pandas as pd

    from handprint.factors.factor import Library

__all__ = ["Assessment", "assess"]

MOST_DRAWS = 1_000_000
MOST_SEED = 2**63 - 1


@dataclass(frozen=True, slots=True, repr=False)
class Assessment:
    """One assessed case. Immutable.

    Parameters
    ----------
    case : Case
    computed : object
        Everything that is known about the result, with its arrays.
    findings : Findings
        What was found about the case, the worst first.
    """

    case: Case
    computed: Computed
    findings: Findings

    @property
    def id(self) -> str:
        """Id of the case."""
        return self.case.id

    @property
    def metrics(self) -> dict[str, MetricResult]:
        """NER [t CO2e], EI [kg CO2e per functional unit] and VEI [1] by name.

        Each has ``value`` (at central inputs), ``p5``, ``p50``, ``p95`` (None without draws),
        ``unit`` and ``status``: "ok", or why a number is missing.
        """
        return {str(name): result for name, result in self.computed.metrics.items()}

    @property
    def effects(self) -> dict[str, float]:
        """E_ref, E_sol, G0, rebound, H, G and F at central inputs [t CO2e over the period]."""
        return {name: float(getattr(self.computed.effects, name)[0, 0]) for name in EFFECTS}

    @property
    def verdict(self) -> str:
        """One of "robust", "likely", "inconclusive", "net_burden" and "no_uncertainty"."""
        return str(self.computed.verdict)

    @property
    def probability(self) -> float | None:
        """Probability that NER is positive, None without draws."""
        return self.computed.probability

    def to_frame(self) -> "pd.DataFrame":
        """Return the ledger: emissions [t CO2e] by scenario, line, site, gas and year."""
        import pandas as pd

        return pd.DataFrame(list(ledger_rows(self.computed)))

    def to_dict(self, lang: Language = "en") -> dict[str, Any]:
        """Return the result document, as ``handprint assess --format json`` writes it."""
        return document(self.computed, lang)

    def report(self, path: str | os.PathLike[str], *, lang: Language = "en") -> Path:
        """Write the report: its suffix says which, .pdf, .html, .xlsx or .json.

        Raises
        ------
        ValueError
            Another suffix.
        InputError
            The file cannot be written, or a text has signs that no font covers.
        """
        from handprint.core.files import written
        from handprint.report.files import FORMATS, result_bytes

        target, found = Path(path), Collected()
        form = target.suffix.lower().removeprefix(".")
        if form not in FORMATS:
            known = ", ".join(f".{name}" for name in FORMATS)
            raise ValueError(f"{target.name}: the suffix must be one of {known}")
        if not written(target, partial(result_bytes, self.computed, form, lang), found):
            raise refuse(found)
        return target

    def again(self, inputs: Mapping[str, Any]) -> "Assessment":
        """Assess the case with other inputs, and all else as it was: ``Case.with_inputs``."""
        changed = self.case.with_inputs(inputs)
        return _assessed(changed, self.computed.library, self.computed.options, None)

    def __repr__(self) -> str:
        ner = self.metrics["NER"]
        value = "undefined" if ner.value is None else f"{ner.value:,.6g} {ner.unit}"
        return f"<Assessment {self.id}: NER {value}, {self.verdict}>"

    def _repr_html_(self) -> str:
        rows = [
            (name, m.unit, m.value, m.p5, m.p50, m.p95, m.status)
            for name, m in self.metrics.items()
        ]
        headings = ("metric", "unit", "value", "P5", "P50", "P95", "status")
        title = pick(self.case.checked.title, "en") or self.id
        verdict = paragraph(f"Verdict: {self.verdict}")
        return table(title, headings, rows) + verdict + self.findings._repr_html_()


def assess(
    source: Submission,
    *,
    draws: int = 10_000,
    seed: int = 1,
    factors: Paths = (),
    vary: bool = True,
    settle: bool = True,
    sobol: bool = False,
    publish: bool = False,
    progress: Progress | None = None,
) -> Assessment:
    """Assess a case.

    Parameters
    ----------
    source : path, mapping, text or Case
        As for ``hp.read``.
    draws : int
        Number of draws, 0 to 1,000,000; 0 gives central values without intervals.
    seed : int
        Seed of all draws: the same seed gives the same numbers.
    factors : paths
        Own factor libraries, which go before the shipped one.
    vary : bool
        Whether to compute other choices, tornado and break-even values, too.
    settle : bool
        Whether to draw more, at most eightfold, where percentiles have not settled; with False
        exactly ``draws`` are drawn.
    sobol : bool
        Whether to compute Sobol indices.
    publish : bool
        Whether the result is to be published: two more rules block then.
    progress : callable, optional
        Is called with draws done and draws to do. To cancel, raise an exception in it: nothing is
        left half-done.

    Returns
    -------
    Assessment
        ``metrics``, ``effects`` [t CO2e over the period], ``verdict``, ``findings``; ``to_frame``,
        ``to_dict``, ``report``.

    Raises
    ------
    InputError
        The case cannot be read or scored; ``findings`` has the reasons with their places.
    ValueError
        ``draws`` or ``seed`` is out of range.

    Examples
    --------
    By hand: the grid is fed 9,000 GWh / (1 - 0.052); 6 % of the losses of 493.67 GWh are avoided.

    >>> import handprint as hp
    >>> grid = {
    ...     "handprint": 1, "id": "city-grid", "template": "grid-losses", "region": "CN",
    ...     "inputs": {
    ...         "delivered": {"value": 9000, "unit": "GWh/year"},
    ...         "loss_rate": {"value": 0.052, "unit": "1"},
    ...         "loss_reduction": {"value": 0.06, "unit": "1"},
    ...         "terminals": {"value": 20000, "unit": "device"},
    ...         "servers": {"value": 20, "unit": "device"},
    ...     },
    ... }
    >>> result = hp.assess(grid, draws=1000, settle=False)
    >>> ner = result.metrics["NER"]
    >>> ner.unit, ner.status, ner.p5 < ner.p50 < ner.p95
    ('t CO2e', 'ok', True)
    >>> result.to_frame()["scenario"].unique().tolist()
    ['reference', 'solution', 'ict']
    >>> half = result.again(inputs={"loss_reduction": 0.03})
    >>> round(half.effects["G0"] / result.effects["G0"], 2)
    0.49
    """
    if not 0 <= draws <= MOST_DRAWS:
        raise ValueError(f"draws: 0 to {MOST_DRAWS:,}, not {draws}")
    if not 0 <= seed <= MOST_SEED:
        raise ValueError(f"seed: 0 to {MOST_SEED}, not {seed}")
    options = Options(draws, seed, vary, sobol, publish, settle)
    return _assessed(source, library_of(factors), options, progress)


def _assessed(
    source: Submission, library: "Library", options: Options, progress: Progress | None
) -> Assessment:
    found = Collected()
    case = loaded(source, found)
    if case is None:
        raise refuse(found)
    result = compute(case.checked, case.raw, library, options, found, progress)
    if result is None:
        raise refuse(found)
    return Assessment(case, result, Findings(result.findings))
