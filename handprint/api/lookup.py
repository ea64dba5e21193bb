"""What comes with the program: typical scenarios and emission factors."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

from handprint.api.cases import Paths, library_of
from handprint.api.findings import Findings, refused
from handprint.api.markup import table
from handprint.case.template import Template as Scenario
from handprint.case.template import template, template_files
from handprint.core.errors import CodedError
from handprint.core.i18n import pick

if TYPE_CHECKING:
    import pandas as pd

    from handprint.factors.factor import Factor as Row
    from handprint.factors.factor import Library

__all__ = ["Factor", "Template", "factors", "templates"]

INPUT_COLUMNS = ("name", "title", "unit", "required", "low", "high", "typical")


@dataclass(frozen=True, slots=True, repr=False)
class Template:
    """A typical scenario: what to enter, in which unit, and what is plausible."""

    scenario: Scenario
    category: str

    @property
    def id(self) -> str:
        """Id, as a case names it."""
        return self.scenario.id

    @property
    def title(self) -> dict[str, str]:
        """Title by language."""
        return {str(lang): text for lang, text in dict(self.scenario.title).items()}

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the inputs."""
        return tuple(self.scenario.inputs)

    def to_dict(self) -> dict[str, Any]:
        """Return the scenario as its file says it."""
        return self.scenario.model_dump(mode="json", exclude_none=True)

    def to_frame(self) -> "pd.DataFrame":
        """Return the inputs, one row each: low, high and typical are in ``unit``."""
        import pandas as pd

        return pd.DataFrame(self._rows(), columns=list(INPUT_COLUMNS))

    def _rows(self) -> list[tuple[Any, ...]]:
        found = []
        for name, spec in self.scenario.inputs.items():
            given = spec.typical.mode if spec.typical.value is None else spec.typical.value
            row = (name, pick(spec.name, "en"), spec.unit, spec.required, *spec.range, given)
            found.append(row)
        return found

    def __repr__(self) -> str:
        return f"<Template {self.id}: {pick(self.scenario.title, 'en')}>"

    def _repr_html_(self) -> str:
        return table(pick(self.scenario.title, "en"), INPUT_COLUMNS, self._rows())


@overload
def templates() -> "pd.DataFrame": ...
@overload
def templates(template_id: str) -> Template: ...
def templates(template_id: str | None = None) -> "pd.DataFrame | Template":
    """Return the typical scenarios, or one of them.

    Parameters
    ----------
    template_id : str, optional
        Id of a scenario.

    Returns
    -------
    DataFrame or Template
        Without an id a frame indexed by id, with ``category``, ``title_en`` and ``title_zh``; else
        the scenario: ``title``, ``inputs``, ``to_frame()`` (name, unit, range, typical value).

    Raises
    ------
    InputError
        There is no scenario of this id; the message names the nearest.

    Examples
    --------
    >>> import handprint as hp
    >>> hp.templates().loc["grid-losses", "category"]
    'production'
    >>> hp.templates("grid-losses").to_frame().loc[0, ["name", "unit"]].tolist()
    ['delivered', 'GWh/year']
    """
    files = template_files()
    if template_id is not None:
        try:
            return Template(template(template_id), files[template_id].parent.name)
        except CodedError as problem:
            raise refused(problem, "template") from None
    import pandas as pd

    rows = {
        name: {
            "category": path.parent.name,
            "title_en": pick(template(name).title, "en"),
            "title_zh": pick(template(name).title, "zh"),
        }
        for name, path in files.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("id")


@dataclass(frozen=True, slots=True, repr=False)
class Factor:
    """The factor that a line of a case gets.

    Parameters
    ----------
    rows : tuple
        The chosen rows of the library: several where a source states gases apart.
    asked_region : str
    asked_year : int
    fallbacks : Findings
        How the choice departs from what was asked: another region, another year.
    """

    rows: "tuple[Row, ...]"
    asked_region: str
    asked_year: int
    fallbacks: Findings

    @property
    def id(self) -> str:
        """Id of the factor."""
        return self.rows[0].id

    @property
    def value(self) -> float:
        """Central value [``unit``]; of the first gas where there are several ``rows``."""
        return self.rows[0].value

    @property
    def unit(self) -> str:
        """Unit with its gas, as the source prints it."""
        return self.rows[0].unit_text

    @property
    def region(self) -> str:
        """Region that the value is for."""
        return self.rows[0].region

    @property
    def year(self) -> int | None:
        """First year that the value is for, None where the source states none."""
        return self.rows[0].year or None

    @property
    def source(self) -> str:
        """Title and publisher of the source, and where in it the value stands."""
        row = self.rows[0]
        return f"{pick(row.source.title, 'en')} ({row.source.publisher}), {row.reference}"

    def to_dict(self) -> dict[str, Any]:
        """Return what was asked, every chosen row, and the fallbacks."""
        return {
            "id": self.id,
            "asked_region": self.asked_region,
            "asked_year": self.asked_year,
            "rows": [_row(row) for row in self.rows],
            "fallbacks": [str(finding) for finding in self.fallbacks],
        }

    def to_frame(self) -> "pd.DataFrame":
        """Return the chosen rows."""
        import pandas as pd

        return pd.DataFrame([_row(row) for row in self.rows])

    def __repr__(self) -> str:
        return f"<Factor {self.id}: {self.value:g} {self.unit}, {self.region} {self.year or ''}>"

    def _repr_html_(self) -> str:
        rows = [(r.value, r.unit_text, r.region, r.year or "–", self.source) for r in self.rows]
        told = self.fallbacks._repr_html_() if self.fallbacks else ""
        return table(self.id, ("value", "unit", "region", "year", "source"), rows) + told


@overload
def factors(*, own: Paths = ()) -> "pd.DataFrame": ...
@overload
def factors(
    factor_id: str,
    *,
    region: str = "CN",
    year: int | None = None,
    accounting: str | None = None,
    scope: str | None = None,
    own: Paths = (),
) -> Factor: ...
def factors(
    factor_id: str | None = None,
    *,
    region: str = "CN",
    year: int | None = None,
    accounting: str | None = None,
    scope: str | None = None,
    own: Paths = (),
) -> "pd.DataFrame | Factor":
    """Return the factor that a case gets for a region and a year, or the whole library.

    Parameters
    ----------
    factor_id : str, optional
        Such as "electricity.grid".
    region : str
        ISO 3166 code, with a province as "CN-YN"; or "GLO".
    year : int, optional
        Year of the activity; without it the newest there is.
    accounting, scope : str, optional
        Only values of this kind, such as "average" or "generation".
    own : paths
        Own factor libraries, which go before the shipped one.

    Returns
    -------
    DataFrame or Factor
        Without an id all rows of the library; else ``value`` [``unit``], ``region``, ``year``,
        ``source``, and ``fallbacks`` where that is not exactly what was asked.

    Raises
    ------
    InputError
        There is no such factor or region, or nothing for that region and year.

    Examples
    --------
    >>> import handprint as hp
    >>> factor = hp.factors("electricity.grid", region="CN", year=2022)
    >>> factor.value, factor.unit, factor.year
    (0.5366, 'kg CO2/kWh', 2022)
    >>> later = hp.factors("electricity.grid", region="CN", year=2026)
    >>> [finding.rule for finding in later.fallbacks]
    ['HP-F15']
    """
    library = library_of(own)
    if factor_id is None:
        import pandas as pd

        return pd.DataFrame([_row(row) for row in library.factors])
    try:
        return _resolved(library, factor_id, region, year, accounting, scope)
    except CodedError as problem:
        raise refused(problem, factor_id) from None


def _resolved(
    library: "Library",
    factor_id: str,
    region: str,
    year: int | None,
    accounting: str | None,
    scope: str | None,
) -> Factor:
    from handprint.factors.resolve import candidates, resolve

    if year is None:
        year = max((row.year for row in candidates(library, factor_id, region)), default=0) or 2025
    found = resolve(
        library, factor_id, region=region, years=[year], accounting=accounting, scope=scope
    )
    told = Findings(fallback.finding(factor_id) for fallback in found.fallbacks)
    return Factor(tuple(found.factors[0]), region, year, told)


def _row(row: "Row") -> dict[str, Any]:
    texts: Sequence[str] = ("gwp", "scope", "accounting", "status", "reference", "licence")
    found: dict[str, Any] = {
        "id": row.id,
        "name": pick(row.name, "en"),
        "value": row.value,
        "unit": row.unit_text,
        "gas": row.gas,
        "region": row.region,
        "year": row.year or None,
        "source": row.source.id,
        "source_title": pick(row.source.title, "en"),
    }
    return found | {
        name: row.source.licence if name == "licence" else getattr(row, name) for name in texts
    }
