"""What rows say of one input: numbers that a case may have, and the distribution they make."""

from collections.abc import Mapping

import numpy as np

from handprint.batch.rejections import Reason, Rejections
from handprint.core.arrays import Array
from handprint.core.limits import LARGEST
from handprint.model.parameters import Given, read_parameters

__all__ = ["read_given"]


def read_given(
    name: str, own: Mapping[str, Array], rejections: Rejections, scale: float = 1.0
) -> Given:
    """Return what the rows give of an input; what cannot be read is rejected.

    Parameters
    ----------
    own : mapping of parameter to array over the rows
        In canonical units; NaN where a row gives none.
    scale : float
        Canonical units per unit of the template, for messages.
    """
    for parameter, values in own.items():
        column = name if parameter == "value" else f"{name}.{parameter}"
        shown = np.where(values > 0, "inf", "-inf")
        rejections.add(np.isinf(values), Reason("HP-S06", "", column), found=shown)
        for sign, variant in ((1, "high"), (-1, "low")):
            limit = {"limit": f"{sign * LARGEST:g}"}
            too_large = sign * values > LARGEST
            if too_large.any():
                rejections.add(
                    too_large, Reason("HP-S07", variant, column, limit), found=values / scale
                )
    found = read_parameters(own, skip=rejections.mask)
    for fault in found.faults:
        values_shown = {n: values / scale for n, values in fault.values.items()}
        reason = Reason(fault.code, fault.variant, name, fault.params)
        rejections.add(fault.mask, reason, **values_shown)
    return found
