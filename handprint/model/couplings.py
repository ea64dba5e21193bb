"""Correlations that a case declares between its inputs."""

import numpy as np

from handprint.case.reader import RawCase
from handprint.case.schema import Case, Correlation
from handprint.core.errors import CodedError, Findings
from handprint.model.columns import Coupling
from handprint.model.inputs import BoundInputs

__all__ = ["bind_couplings"]


def bind_couplings(
    case: Case, raw: RawCase, inputs: BoundInputs, findings: Findings
) -> tuple[Coupling, ...]:
    """Return the declared correlations; faults become findings (HP-N11, HP-N12)."""
    couplings = []
    seen: set[str] = set()
    for i, spec in enumerate(case.correlations):
        try:
            couplings.append(_coupling(spec, inputs, seen))
        except CodedError as problem:
            findings.add(problem.finding(raw.place(("correlations", i))))
    return tuple(couplings)


def _coupling(spec: Correlation, inputs: BoundInputs, seen: set[str]) -> Coupling:
    for name in spec.inputs:
        _check_name(name, inputs, seen)
        seen.add(name)
    try:
        factor = np.linalg.cholesky(_matrix(spec)).astype(np.float64)
    except np.linalg.LinAlgError:
        raise CodedError("HP-N11", inputs=", ".join(spec.inputs)) from None
    for name in spec.inputs:
        if name in inputs.columns and name not in inputs.used:
            raise CodedError("HP-N12", "unused", name=name)
    return Coupling(tuple(spec.inputs), factor)


def _check_name(name: str, inputs: BoundInputs, seen: set[str]) -> None:
    """Refuse what cannot vary with others, or does so already."""
    column = inputs.columns.get(name)
    if column is None and name in inputs.site_names():
        known = ", ".join(key for key in inputs.columns if key.endswith(f"/{name}"))
        raise CodedError("HP-N12", "site", name=name, known=known)
    if column is not None and column.identity.owner == "group":
        raise CodedError("HP-N12", "group", name=name)
    if name in seen or (name not in inputs.faulty and (column is None or not column.uncertain)):
        raise CodedError("HP-N12", name=name)


def _matrix(spec: Correlation) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
    size = len(spec.inputs)
    trouble = CodedError("HP-N11", inputs=", ".join(spec.inputs))
    if (spec.matrix is None) == (spec.value is None):
        raise trouble
    if spec.matrix is None:
        matrix = np.full((size, size), spec.value, dtype=np.float64)
        np.fill_diagonal(matrix, 1.0)
        return matrix
    if len(spec.matrix) != size or any(len(row) != size for row in spec.matrix):
        raise trouble
    matrix = np.array(spec.matrix, dtype=np.float64)
    unit = np.allclose(np.diag(matrix), 1.0)
    if not unit or not np.allclose(matrix, matrix.T) or np.any(np.abs(matrix) > 1):
        raise trouble
    return matrix
