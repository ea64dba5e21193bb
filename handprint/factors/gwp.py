"""Global warming potentials over 100 years, in kg CO2e per kg of gas.

The values come from the package ``globalwarmingpotentials`` (IPCC AR4, AR5 without
climate-carbon feedback, AR6). Where it differs from the final reports, or lacks a distinction
that an inventory needs, the corrections below hold; every one names its source.
"""

from typing import Literal, get_args

from handprint.core.errors import CodedError

__all__ = ["ASSESSMENTS", "BLENDS", "Assessment", "gwp100"]

Assessment = Literal["AR4", "AR5", "AR6"]
ASSESSMENTS: tuple[Assessment, ...] = get_args(Assessment)

# (gas, assessment) -> value. SF6: IPCC AR6 in its final form, GHG Protocol (August 2024) and
# EU 2024/573 say 24,300; many packages still carry 25,200. Methane by origin: AR5 Table 8.A.1
# and AR6 Table 7.15. The fossil value counts the CO2 from oxidation, which a combustion factor
# for CO2 already holds: use it for leaks only. Plain CH4 is the value of unspecified origin.
_CORRECTIONS: dict[tuple[str, str], float] = {
    ("SF6", "AR6"): 24300.0,
    ("CH4_fossil", "AR5"): 30.0,
    ("CH4_fossil", "AR6"): 29.8,
    ("CH4_nonfossil", "AR5"): 28.0,
    ("CH4_nonfossil", "AR6"): 27.0,
    # The package lacks the olefins of today's refrigerants: AR5 Table 8.A.1 gives "< 1" (1 is
    # taken), AR6 Table 7.SM.7 the values.
    ("HFO-1234yf", "AR5"): 1.0,
    ("HFO-1234ze", "AR5"): 1.0,
    ("HFO-1234yf", "AR6"): 0.501,
    ("HFO-1234ze", "AR6"): 1.37,
}

# Refrigerant blends: mass fractions of the components (ASHRAE 34).
BLENDS: dict[str, dict[str, float]] = {
    "R404A": {"HFC-125": 0.44, "HFC-134a": 0.04, "HFC-143a": 0.52},
    "R407A": {"HFC-32": 0.2, "HFC-125": 0.4, "HFC-134a": 0.4},
    "R407C": {"HFC-32": 0.23, "HFC-125": 0.25, "HFC-134a": 0.52},
    "R407F": {"HFC-32": 0.3, "HFC-125": 0.3, "HFC-134a": 0.4},
    "R410A": {"HFC-32": 0.5, "HFC-125": 0.5},
    "R448A": {
        "HFC-32": 0.26,
        "HFC-125": 0.26,
        "HFO-1234yf": 0.2,
        "HFC-134a": 0.21,
        "HFO-1234ze": 0.07,
    },
    "R449A": {"HFC-32": 0.243, "HFC-125": 0.247, "HFO-1234yf": 0.253, "HFC-134a": 0.257},
    "R452A": {"HFC-32": 0.11, "HFC-125": 0.59, "HFO-1234yf": 0.3},
    "R452B": {"HFC-32": 0.67, "HFC-125": 0.07, "HFO-1234yf": 0.26},
    "R454B": {"HFC-32": 0.689, "HFO-1234yf": 0.311},
    "R507A": {"HFC-125": 0.5, "HFC-143a": 0.5},
    "R513A": {"HFO-1234yf": 0.56, "HFC-134a": 0.44},
}

_FIXED = {"CO2": 1.0, "CO2e": 1.0, "CO2_biogenic": 0.0}  # biogenic CO2 is a memo, never a total


def gwp100(gas: str, assessment: str) -> float:
    """Return the GWP100 of ``gas``.

    Parameters
    ----------
    gas : str
        A gas token of the unit list: "CH4", "N2O", "SF6", "HFC-134a", "R410A".
    assessment : str
        IPCC assessment report: "AR4", "AR5" or "AR6".

    Returns
    -------
    float
        Global warming potential over 100 years [kg CO2e/kg].

    Raises
    ------
    CodedError
        HP-F08: the assessment has no value for the gas.

    Examples
    --------
    >>> gwp100("N2O", "AR6")
    273.0
    """
    if gas in _FIXED:
        return _FIXED[gas]
    if gas in BLENDS:
        return sum(part * gwp100(name, assessment) for name, part in BLENDS[gas].items())
    if (gas, assessment) in _CORRECTIONS:
        return _CORRECTIONS[gas, assessment]
    value = _tables().get(f"{assessment}GWP100", {}).get(gas.replace("-", ""))
    if value is None:
        raise CodedError("HP-F08", gas=gas, assessment=assessment)
    return value


def _tables() -> dict[str, dict[str, float]]:
    import globalwarmingpotentials

    data: dict[str, dict[str, float]] = globalwarmingpotentials.data
    return data
