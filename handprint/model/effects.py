"""Effects of a case from its totals: E_ref, E_sol, G0, rebound, H, G, F (design: mathematics)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from handprint.core.arrays import Array
from handprint.model.evaluate import Entry, Totals, evaluate, ratio_total, totals
from handprint.model.structure import Model

__all__ = ["EFFECTS", "Effects", "effects", "effects_of"]

TONNE = 1000.0  # canonical emissions are kilograms
EFFECTS = ("E_ref", "E_sol", "G0", "rebound", "H", "G", "F")


@dataclass(frozen=True, slots=True)
class Effects:
    """The effects of one or many cases, each of shape (case, draw) [t CO2e over the period].

    Parameters
    ----------
    rebound : array
        What rebound takes back, R max(0, G0).
    share : array
        Rebound share R [1].
    Q : array
        Functional units over the period [in the functional unit].
    activity, spend, sector : array or None
        Further denominators; ``sector`` is the sector's emissions [t CO2e].
    """

    E_ref: Array
    E_sol: Array
    G0: Array
    rebound: Array
    H: Array
    G: Array
    F: Array
    share: Array
    Q: Array
    activity: Array | None = None
    spend: Array | None = None
    sector: Array | None = None

    @property
    def ner(self) -> Array:
        """Net enabling emission reduction G - F [t CO2e]."""
        return self.G - self.F


def effects_of(
    model: Model, columns: Mapping[str, Array], ledger: Iterable[Entry] | None = None
) -> Effects:
    """Return the effects of a model over columns.

    Parameters
    ----------
    ledger : iterable of Entry, optional
        The evaluated lines, where the caller has them already.
    """
    entries = evaluate(model, columns) if ledger is None else ledger
    return effects(model, columns, totals(model, columns, entries))


def effects(model: Model, columns: Mapping[str, Array], sums: Totals) -> Effects:
    """Return the effects of evaluated totals."""
    with np.errstate(all="ignore"):  # what is not finite becomes a finding
        return _effects(model, columns, sums)


def _effects(model: Model, columns: Mapping[str, Array], sums: Totals) -> Effects:
    e_ref, e_sol, f, higher = (
        part.sum(axis=1) / TONNE
        for part in (sums.reference, sums.solution, sums.ict, sums.higher_order)
    )
    g0 = e_ref - e_sol
    share = columns[model.rebound][:, 0, :] if model.rebound else np.zeros((1, 1))
    taken = share * np.maximum(0.0, g0)
    h = -higher
    years = model.calendar.length
    return Effects(
        E_ref=e_ref,
        E_sol=e_sol,
        G0=g0,
        rebound=taken,
        H=h + 0.0,
        G=g0 - taken + h,
        F=f,
        share=share,
        Q=ratio_total(model.functional_unit, columns),
        activity=ratio_total(model.activity, columns) if model.activity else None,
        spend=ratio_total(model.spend, columns) if model.spend else None,
        sector=(
            np.full((1, 1), model.sector_emissions / TONNE * years)
            if model.sector_emissions is not None
            else None
        ),
    )
