"""A selection among scored cases."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handprint.api.assessing import Assessment
from handprint.api.cases import Paths, library_of
from handprint.api.findings import Findings, refuse
from handprint.api.markup import table
from handprint.core.errors import Findings as Collected
from handprint.core.errors import Severity
from handprint.core.i18n import Language
from handprint.selection.document import selection_document
from handprint.selection.run import Selection as Computed
from handprint.selection.run import SelectionOptions, run_selection
from handprint.selection.submissions import given_scores

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Selection", "select"]

GIVEN = Path("scores")
SHOWN = ("id", "category", "rank", "score", "selected", "NER", "p_selected")


@dataclass(frozen=True, slots=True, repr=False)
class Selection:
    """Cases selected within quotas, and how robust that is."""

    computed: Computed
    found: Collected

    @property
    def chosen(self) -> list[str]:
        """Ids of the selected cases, in the order in which the places were given."""
        competing = self.computed.competing
        return [competing[i].id for i in self.computed.judged.chosen]

    @property
    def findings(self) -> Findings:
        """What was found about the scores and the quotas."""
        return Findings(self.found)

    def to_dict(self, lang: Language = "en") -> dict[str, Any]:
        """Return the document, as ``handprint select`` writes it."""
        return selection_document(self.computed, self.found, lang)

    def to_frame(self) -> "pd.DataFrame":
        """Return the cases that compete, best first: rank, score, place, robustness, results."""
        import pandas as pd

        return pd.DataFrame(self.to_dict()["entries"])

    def __repr__(self) -> str:
        return f"<Selection: {len(self.chosen)} of {len(self.computed.submissions)} cases>"

    def _repr_html_(self) -> str:
        rows = [[entry[name] for name in SHOWN] for entry in self.to_dict()["entries"][:20]]
        return table("Selection", SHOWN, rows) + self.findings._repr_html_()


def select(
    scores: "pd.DataFrame | Iterable[Assessment] | str | os.PathLike[str]",
    quotas: Mapping[str, int] | None = None,
    *,
    limits: Mapping[str, int] | None = None,
    criteria: str | os.PathLike[str] | None = None,
    experts: str | os.PathLike[str] | None = None,
    library: str | os.PathLike[str] | None = None,
    factors: Paths = (),
    method: str | None = None,
    include_ineligible: bool = False,
    draws: int = 2_000,
    seed: int = 1,
) -> Selection:
    """Select scored cases within quotas.

    Parameters
    ----------
    scores : DataFrame, Assessments or path
        What ``hp.score`` returns; results of ``hp.assess``; or a file or folder of scores that
        ``handprint batch`` or ``handprint assess`` wrote. Rows without a score take no part.
    quotas : mapping, optional
        Places by category: production, living, urban_rural.
    limits : mapping, optional
        Most places of one "applicant", "region" or "sector".
    criteria, experts : path, optional
        Own criteria (YAML); the experts' scores.
    library : path, optional
        The scored library of a file of scores, for joint draws.
    factors : paths
        Own factor libraries, which go before the shipped one.
    method : str, optional
        How points become one score; that of the criteria without it.
    include_ineligible : bool
        Whether cases compete that do not pass the gates.
    draws : int
        Draws for the robustness of ranks; 0 gives none.
    seed : int
        Seed of all draws.

    Returns
    -------
    Selection
        ``chosen`` (ids), ``to_frame()`` (the ranking, best first), ``to_dict()``, ``findings``.

    Raises
    ------
    InputError
        The scores, the criteria or the quotas cannot be used, or no case may compete.

    Examples
    --------
    >>> import handprint as hp
    >>> import pandas as pd
    >>> grids = pd.DataFrame(
    ...     {
    ...         "id": ["kunming", "dali"],
    ...         "delivered [GWh/year]": [9000, 500],
    ...         "loss_rate [%]": [5.2, 6.0],
    ...         "loss_reduction [%]": [6, 6],
    ...         "terminals [device]": [20000, 2000],
    ...         "servers [device]": [20, 4],
    ...     }
    ... )
    >>> scores = hp.score(grids, template="grid-losses", draws=200)
    >>> hp.select(scores, quotas={"production": 1}, include_ineligible=True).chosen
    ['kunming']
    """
    own, found = library_of(factors), Collected()
    options = SelectionOptions(
        scores=GIVEN,
        criteria=_path(criteria),
        experts=_path(experts),
        quotas=dict(quotas) if quotas else None,
        limits=dict(limits) if limits else None,
        method=method,
        include_ineligible=include_ineligible,
        draws=draws,
        seed=seed,
        factors=own,
    )
    if isinstance(scores, str | os.PathLike):
        from handprint.batch.row_finder import find_cases

        path = Path(scores)
        finder = find_cases(path, _path(library), own, found)
        options = replace(options, scores=path, find=finder)
    else:
        options = replace(options, given=given_scores(_rows(scores), GIVEN.name, found))
    computed = None if found.has(Severity.ERROR) else run_selection(options, found)
    if computed is None:
        raise refuse(found)
    return Selection(computed, found)


def _path(path: str | os.PathLike[str] | None) -> Path | None:
    return None if path is None else Path(path)


def _rows(scores: "pd.DataFrame | Iterable[Assessment]") -> list[Mapping[str, Any]]:
    """Return scores as rows, those of a frame that have one."""
    import pandas as pd

    if not isinstance(scores, pd.DataFrame):
        return [result.to_dict() for result in scores]
    kept = scores[scores["error"].isna()].drop(columns="error") if "error" in scores else scores
    records = kept.astype(object).to_dict("records")
    return [{str(k): None if pd.isna(v) else v for k, v in row.items()} for row in records]
