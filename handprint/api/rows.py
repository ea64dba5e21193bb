"""Rows of a data frame scored."""

from typing import TYPE_CHECKING

from handprint.api.cases import Paths, library_of
from handprint.api.findings import refuse, refused
from handprint.assess.work import Progress
from handprint.case.template import template as template_of
from handprint.core.errors import CodedError
from handprint.core.errors import Findings as Collected
from handprint.core.i18n import Language

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["score"]

MOST_DRAWS = 100_000


def score(
    df: "pd.DataFrame",
    template: str | None = None,
    *,
    draws: int = 0,
    seed: int = 1,
    factors: Paths = (),
    lang: Language = "en",
    progress: Progress | None = None,
) -> "pd.DataFrame":
    """Score every row of a data frame.

    Parameters
    ----------
    df : DataFrame
        One case per row, with the columns of a case table (docs/batch.md): an input with its unit
        is headed ``output [t/year]``. Any index. A column ``id`` names the cases; without it they
        are "row-1", "row-2" and so on. Draws belong to the id.
    template : str, optional
        Id of the scenario of all rows, where there is no column ``template``.
    draws : int
        Number of draws, 0 to 100,000; 0 gives central values only.
    seed : int
        Seed of all draws.
    factors : paths
        Own factor libraries, which go before the shipped one.
    lang : str
        Language of the column ``error``, "zh" or "en".
    progress : callable, optional
        Is called with rows done and rows to do. To cancel, raise an exception in it.

    Returns
    -------
    DataFrame
        On the index of ``df``: NER and effects [t CO2e over the period], EI [``EI_unit``], VEI [1],
        with draws p5, p50 and p95 of NER [t CO2e] and its verdict, and codes of the findings.
        Equal to what ``handprint batch`` writes. A row that cannot be scored has no numbers, and
        ``error`` tells its code, column and message.

    Raises
    ------
    InputError
        The columns cannot be understood, or there is no such scenario.
    TypeError
        ``df`` is no data frame.
    ValueError
        ``template`` is given beside a column ``template``, or ``draws`` is out of range.

    Examples
    --------
    >>> import handprint as hp
    >>> import pandas as pd
    >>> grids = pd.DataFrame(
    ...     {
    ...         "delivered [GWh/year]": [9000, 500, "many"],
    ...         "loss_rate [%]": [5.2, 6.0, 5.5],
    ...         "loss_reduction [%]": [6, 6, 6],
    ...         "terminals [device]": [20000, 2000, 1000],
    ...         "servers [device]": [20, 4, 4],
    ...     },
    ...     index=["Kunming", "Dali", "Lijiang"],
    ... )
    >>> scores = hp.score(grids, template="grid-losses")
    >>> scores["NER"].notna().tolist()
    [True, True, False]
    >>> scores.loc["Lijiang", "error"][:29]
    'HP-S03 delivered [GWh/year]: '
    """
    import pandas as pd

    from handprint.batch.frame import score_frame
    from handprint.batch.partition import BatchOptions

    if not isinstance(df, pd.DataFrame):
        raise TypeError(f"hp.score takes a pandas data frame, not {type(df).__name__}")
    if not 0 <= draws <= MOST_DRAWS:
        raise ValueError(f"draws: 0 to {MOST_DRAWS:,}, not {draws}")
    if template is not None:
        if "template" in df.columns:
            raise ValueError("template is given, and there is a column template: give one of them")
        try:
            template_of(template)
        except CodedError as problem:
            raise refused(problem, "template") from None
    found = Collected()
    library, options = library_of(factors), BatchOptions(draws, seed)
    scores = score_frame(
        df, library, options, found, template=template, lang=lang, progress=progress
    )
    if scores is None:
        raise refuse(found)
    return scores
