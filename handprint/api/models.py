"""The models of whole sectors: levers, and input-output tables."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from handprint.api.findings import Findings, refuse
from handprint.api.markup import table
from handprint.core.errors import Finding, Severity
from handprint.core.errors import Findings as Collected
from handprint.core.i18n import Language, pick

if TYPE_CHECKING:
    import pandas as pd

    from handprint.input_output.run import IoRun
    from handprint.sector.run import SectorRun

__all__ = ["InputOutput", "Sector", "io", "sector"]

Where = str | os.PathLike[str]
SECTOR_COLUMNS = ("low", "high", "combined_low", "combined_high", "status")
SHOWN = 12  # sectors of a table in a notebook


@dataclass(frozen=True, slots=True, repr=False)
class Sector:
    """Enabled shares of sectors and of society."""

    computed: "SectorRun"
    found: Collected

    @property
    def findings(self) -> Findings:
        """What was found about the tables."""
        return Findings(self.found)

    def to_dict(self, lang: Language = "en") -> dict[str, Any]:
        """Return the document, as ``handprint sector --format json`` writes it."""
        from handprint.sector.document import sector_document

        return sector_document(self.computed, self.found, lang)

    def to_frame(self) -> "pd.DataFrame":
        """Return one row per sector, and society: low and high in per cent of its emissions."""
        import pandas as pd

        told = self.to_dict()
        rows = dict(told["sectors"])
        if told["society"] is not None:
            rows["society"] = told["society"]
        frame = pd.DataFrame.from_dict(rows, orient="index", columns=None)
        return frame[list(SECTOR_COLUMNS)].rename_axis("sector")

    def __repr__(self) -> str:
        return f"<Sector: {self.computed.potential.year}>"

    def _repr_html_(self) -> str:
        frame = self.to_frame()
        rows = [(name, *row) for name, *row in frame.itertuples()]
        title = f"Enabled shares in {self.computed.potential.year}, %"
        return table(title, ("sector", *SECTOR_COLUMNS), rows)


def sector(
    levers: Where | None = None,
    *,
    emissions: Where | None = None,
    cases: Where | None = None,
    links: Where | None = None,
    year: int = 2030,
    draws: int = 10_000,
    seed: int = 1,
    correlation: Literal["low-high", "independent"] = "low-high",
) -> Sector:
    """Calculate by how much digital technology can cut the emissions of each sector.

    Parameters
    ----------
    levers : path, optional
        Own lever table (CSV, XLSX) instead of the shipped one.
    emissions : path, optional
        Tonnes by sector: columns sector, emissions, unit.
    cases, links : path, optional
        Scored cases to sum, and where each of them belongs.
    year : int
        2020 to 2035.
    draws, seed : int
        Draws for the intervals, 0 for none, and their seed.
    correlation : str
        Whether all levers are low or high together, or each on its own.

    Returns
    -------
    Sector
        ``to_frame()``: enabled share by sector, low and high [%]; ``to_dict()``, ``findings``.

    Raises
    ------
    InputError
        A table has errors.

    Examples
    --------
    >>> import handprint as hp
    >>> shares = hp.sector(draws=0).to_frame()
    >>> bool((shares["low"] <= shares["high"]).all())
    True
    """
    from handprint.sector.run import SectorOptions, run_sector

    if links is not None and cases is None:
        raise ValueError("links needs cases")
    own, tonnes, sums, places = (
        None if path is None else Path(path) for path in (levers, emissions, cases, links)
    )
    found = Collected()
    asked = SectorOptions(own, tonnes, sums, places, year, seed, draws, correlation)
    run = run_sector(asked, found)
    if run is None:
        raise refuse(found)
    return Sector(run, found)


@dataclass(frozen=True, slots=True, repr=False)
class InputOutput:
    """Emissions linked to ICT in one input-output table, or in two years of one."""

    computed: "IoRun"
    found: Collected

    @property
    def findings(self) -> Findings:
        """What was found about the tables."""
        return Findings(self.found)

    def to_dict(self, lang: Language = "en") -> dict[str, Any]:
        """Return the document, as ``handprint io --format json`` writes it."""
        from handprint.input_output.document import io_document

        return io_document(self.computed, self.found, lang)

    def to_frame(self) -> "pd.DataFrame":
        """Return one row per year and sector.

        Money as in the table, emissions in t, ``formula`` and ``wording`` the linkage to ICT [t].
        """
        import pandas as pd

        rows = []
        for year in self.to_dict()["years"]:
            for own in year["sectors"]:
                row = {"year": year["year"], **own, "name": pick(own["name"], "en")}
                for kind in ("formula", "wording"):
                    if kind in row:
                        row[kind] = row[kind]["total"]
                rows.append(row)
        return pd.DataFrame(rows)

    def __repr__(self) -> str:
        return f"<InputOutput of {', '.join(y.table.file for y in self.computed.years)}>"

    def _repr_html_(self) -> str:
        frame = self.to_frame()
        names = [n for n in ("year", "code", "name", "output", "formula") if n in frame]
        rows = frame[names].head(SHOWN).itertuples(index=False)
        return table("Input-output model", names, [tuple(row) for row in rows])


def io(
    *tables: Where,
    energy: Where | Sequence[Where] = (),
    concordances: str | Sequence[str] = (),
    deflator: Where | None = None,
    **options: Any,
) -> InputOutput:
    r"""Calculate the emissions linked to ICT through the economy. A linkage is never a reduction.

    Parameters
    ----------
    tables : path
        An input-output table (CSV, XLSX), or two years of one, the earlier first.
    energy : path or paths
        Fuel use, or emissions, by sector: one file per table.
    concordances : path, name or several
        Columns sector and group, or a shipped one: "cn_2012_42", "cn_2017_42".
    deflator : path, optional
        Price indices.
    options
        As the options of ``handprint io``: ``ict``, ``power`` (codes or names), ``imports``
        ("competitive", "removed"), ``years``, ``region``, ``money`` (unit of the values),
        ``system``, ``stressors``, ``extensions``, ``gas``, ``gwp``, ``tolerance`` [1], ``enabled``
        ("120 Mt CO2e").

    Returns
    -------
    InputOutput
        ``to_frame()``: by year and sector; ``to_dict()``, ``findings``.

    Raises
    ------
    InputError
        A table cannot be used.
    TypeError
        There is no such option.

    Examples
    --------
    Of two sectors that buy nothing from each other each has an output multiplier of 1.

    >>> import handprint as hp
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> table = "code,name,A,B,final demand,total output\nA,Steel,0,0,10,10\nB,ICT,0,0,5,5\n"
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "table.csv")
    ...     _ = path.write_text(table + "value added,,10,5,,\n", encoding="utf-8")
    ...     hp.io(path, money="CNY").to_frame()["output_multiplier"].tolist()
    [1.0, 1.0]
    """
    from handprint.input_output.run import IoOptions, run_io

    found = Collected()
    asked = IoOptions(
        tuple(map(Path, tables)),
        _several(energy),
        _several(concordances),
        None if deflator is None else Path(deflator),
        **{name: _option(name, value) for name, value in options.items()},
    )
    run = run_io(asked, found)
    if run is None:
        if not found.has(Severity.ERROR):
            place = str(tables[0]) if tables else "io"
            found.add(Finding("HP-M41", Severity.ERROR, place, variant="empty"))
        raise refuse(found)
    return InputOutput(run, found)


def _several(paths: Where | Sequence[Where]) -> tuple[Path, ...]:
    one = isinstance(paths, str | os.PathLike)
    return (Path(paths),) if one else tuple(map(Path, paths))  # type: ignore[arg-type]


def _option(name: str, value: Any) -> Any:
    """Return an option as the model takes it: a single text or year stands for a list of one."""
    several = ("ict", "power", "stressors", "extensions", "years")
    return (value,) if name in several and isinstance(value, str | int) else value
