"""Which distribution given parameters make: one reading, for a case and for the rows of a table.

A column holds one parameter over entries: the rows of a table, or the years of a quantity of a
case, often a single entry for all years. Which parameters an entry gives decides its distribution,
unless it names one; parameters that the distribution does not use are refused, for they would have
no effect, and so are parameters that do not make one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from handprint.core import distributions
from handprint.core.arrays import AnyArray, Array, Codes, Mask
from handprint.core.errors import Param

__all__ = ["Fault", "Given", "Uncertain", "read_parameters"]

# Beside value and mode. ``plus_minus`` holds the standard deviation behind it.
SHAPE = ("low", "high", "sd", "gsd", "values", "weights", "plus_minus")
OWN_CENTRE = ("uniform", "discrete")  # may say a central value beside their parameters


@dataclass(frozen=True, slots=True)
class Fault:
    """Entries whose parameters cannot be read.

    Parameters
    ----------
    code, variant : str
        Of the finding.
    values : mapping of arrays over the entries
        Parameters of the message that differ by entry.
    """

    code: str
    variant: str
    mask: Mask
    params: Mapping[str, Param] = field(default_factory=dict)
    values: Mapping[str, Array] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Uncertain:
    """The entries that have one kind of distribution.

    Parameters
    ----------
    rows : array of int
    parameters : mapping of arrays, one entry per row
        In canonical units.
    """

    kind: str
    rows: Codes
    parameters: Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class Given:
    """What entries say of one quantity.

    Parameters
    ----------
    present : mask
        Which entries give it.
    central : array
        Central value, NaN where an entry gives none.
    """

    present: Mask
    central: Array
    uncertain: tuple[Uncertain, ...] = ()
    faults: tuple[Fault, ...] = ()


def read_parameters(
    own: Mapping[str, Array], named: AnyArray | None = None, skip: Mask | None = None
) -> Given:
    """Return what entries say of a quantity.

    Parameters
    ----------
    own : mapping of parameter to array over the entries
        In canonical units, NaN where an entry gives none; ``values`` and ``weights`` have a
        second axis, the choice.
    named : array of str
        Distribution that an entry names, "" for none.
    skip : mask
        Entries known to be faulty.
    """
    if named is None and set(own) == {"value"}:
        return Given(~np.isnan(own["value"]), own["value"])
    reading = _Reading.of(own, named, skip)
    uncertain = tuple(reading.distributions())
    central = reading.centre.copy()
    for part in uncertain:
        central[part.rows] = distributions.central(part.kind, part.parameters)
    present = np.logical_or.reduce(list(reading.has.values()))
    return Given(present, central, uncertain, tuple(reading.faults))


@dataclass
class _Reading:
    """One reading under way."""

    own: Mapping[str, Array]
    has: Mapping[str, Mask]
    named: AnyArray | None
    centre: Array
    faulty: Mask
    faults: list[Fault] = field(default_factory=list)

    @classmethod
    def of(cls, own: Mapping[str, Array], named: AnyArray | None, skip: Mask | None) -> "_Reading":
        size = len(next(iter(own.values())))
        given = {name: _stated(values) for name, values in own.items()}
        absent, nothing = np.zeros(size, dtype=bool), np.full(size, np.nan)
        has = {name: given.get(name, absent) for name in ("value", "mode", *SHAPE)}
        value, mode = own.get("value", nothing), own.get("mode", nothing)
        centre = np.where(np.isnan(value), mode, value)
        return cls(own, has, named, centre, absent.copy() if skip is None else skip.copy())

    def refuse(
        self,
        code: str,
        mask: Mask,
        variant: str = "",
        *,
        values: Mapping[str, Array] | None = None,
        **params: Param,
    ) -> None:
        """Note a fault of some entries."""
        if mask.any():
            self.faults.append(Fault(code, variant, mask, params, values or {}))
            self.faulty |= mask

    def distributions(self) -> Iterator[Uncertain]:
        """Yield the entries of every kind of distribution; those that make none are faults."""
        has = self.has
        kinds, left = _kinds(has, self.named)
        for bound, other in (("low", "high"), ("high", "low")):
            self.refuse("HP-N03", left & has[bound], distribution="-", missing=other)
        if "value" in self.own and "mode" in self.own:
            both = {"value": self.own["value"], "mode": self.own["mode"]}
            differ = has["value"] & has["mode"] & (both["value"] != both["mode"])
            self.refuse("HP-N08", differ, "centre", values=both)
        weighed = left & has["weights"] & ~np.isnan(self.centre)
        self.refuse("HP-N08", weighed, "certain", idle="weights")
        for kind, rows in kinds.items():
            if rows.any():
                self._refuse_idle(kind, rows)
                yield from self._checked(kind, rows)

    def _refuse_idle(self, kind: str, rows: Mask) -> None:
        """Refuse parameters that the distribution does not use: they would have no effect."""
        has, used = self.has, set(distributions.PARAMETERS[kind])
        used |= {"plus_minus"} if kind == "normal" else set()
        for name in SHAPE:
            if name not in used:
                self.refuse("HP-N08", rows & has[name], distribution=kind, idle=name)
        if "sd" in used:
            twice = rows & has["sd"] & has["plus_minus"]
            self.refuse("HP-N08", twice, distribution=kind, idle="sd")

    def _checked(self, kind: str, rows: Mask) -> Iterator[Uncertain]:
        """Yield the entries whose parameters make the distribution."""
        values, good = self._values(kind), rows & ~self.faulty
        for name in distributions.PARAMETERS[kind]:
            if name in values:
                missing = good & np.isnan(values[name])
                self.refuse("HP-N03", missing, distribution=kind, missing=name)
        if kind == "discrete":
            self._check_choices(good)
        index = np.flatnonzero(rows & ~self.faulty)
        if not index.size:
            return
        parameters = {name: column[index] for name, column in values.items()}
        if kind == "discrete":
            parameters = self._choices(index) | parameters
        centred = self.has["value"] | self.has["mode"]
        if kind in OWN_CENTRE and not centred[index].all():
            self.refuse("HP-N04", rows & centred & ~self.faulty, kinds=kind)
            del parameters["value"]
        for fault, broken in distributions.violations(kind, parameters).items():
            wrong = np.zeros(len(rows), dtype=bool)
            wrong[index] = broken
            self.refuse("HP-N02", wrong, fault, distribution=kind)
        sound = ~self.faulty[index]
        if sound.any():
            yield Uncertain(kind, index[sound], {p: v[sound] for p, v in parameters.items()})

    def _values(self, kind: str) -> dict[str, Array]:
        """Return the parameters of a kind that are one number per entry, and a centre beside."""
        own, has = self.own, self.has
        nothing = np.full(len(self.centre), np.nan)
        found = {"value": self.centre, "mode": own.get("mode", nothing)}
        found["mode"] = np.where(has["mode"], found["mode"], self.centre)
        found |= {name: own.get(name, nothing) for name in ("low", "high", "sd", "gsd")}
        if "plus_minus" in own:
            found["sd"] = np.where(has["sd"], found["sd"], own["plus_minus"])
        used = distributions.PARAMETERS[kind]
        first = ("value",) if kind in OWN_CENTRE else ()
        return {name: found[name] for name in (*first, *used) if name in found}

    def _check_choices(self, rows: Mask) -> None:
        """Refuse entries whose values and weights do not match, or differ in their number."""
        values, weights = self._counts()
        odd = (values == 0) | ((weights != values) & self.has["weights"])
        self.refuse("HP-N02", rows & odd, "weights", distribution="discrete")
        left = rows & ~self.faulty
        if left.any():
            self.refuse("HP-N04", left & (values != values[left][0]), kinds="discrete")

    def _counts(self) -> tuple[Codes, Codes]:
        nothing = np.full((len(self.centre), 1), np.nan)
        values, weights = (
            np.count_nonzero(~np.isnan(self.own.get(name, nothing)), axis=1)
            for name in ("values", "weights")
        )
        return values, weights

    def _choices(self, index: Codes) -> dict[str, Array]:
        """Return values and weights; without weights all count the same."""
        width = int(self._counts()[0][index].max())
        values = self.own.get("values", np.full((len(self.centre), 0), np.nan))[index, :width]
        weights = np.ones_like(values)
        if "weights" in self.own:
            stated = self.own["weights"][index, :width]
            weights = np.where(self.has["weights"][index, None], stated, weights)
        return {"values": values, "weights": weights}


def _stated(values: Array) -> Mask:
    """Return which entries give a parameter."""
    missing = np.isnan(values)
    return np.asarray(~(missing if missing.ndim == 1 else missing.all(axis=1)))


def _kinds(has: Mapping[str, Mask], named: AnyArray | None) -> tuple[dict[str, Mask], Mask]:
    """Return the entries of every kind of distribution, and those of none.

    What an entry gives implies its distribution, unless it names one.
    """
    bounded = has["low"] & has["high"]
    implied = {
        "discrete": has["values"],
        "lognormal": has["gsd"],
        "normal": has["sd"] | has["plus_minus"],
        "triangular": bounded & (has["value"] | has["mode"]),
        "uniform": bounded,
    }
    left = np.ones(len(bounded), dtype=bool) if named is None else np.asarray(named == "")
    kinds = {}
    for kind, fits in implied.items():
        kinds[kind] = left & fits
        left = left & ~fits
    if named is not None:
        for kind in distributions.DISTRIBUTIONS:
            stated = np.asarray(named == kind)
            kinds[kind] = stated | kinds[kind] if kind in kinds else stated
    return kinds, left
