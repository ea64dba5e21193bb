"""The input-output model: emissions linked to ICT through the economy (CAICT 2021, annex 1).

Letters as in the textbooks: Z flows, A = Z diag(x)^-1, B = (I - A)^-1 the Leontief inverse, S
direct intensities, T = diag(S) B, y final demand, x output. B is never formed for a few demands:
each result is one linear solution.

References
----------
CAICT, Digital carbon neutrality white paper (December 2021), annex 1.
Miller and Blair, Input-Output Analysis, 2nd ed. (2009), chapters 2, 6, 10 and 13.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from handprint.core.arrays import Array

__all__ = [
    "NoSolutionError",
    "aggregate",
    "aggregate_rows",
    "coefficients",
    "domestic",
    "formula_intensity",
    "intensities",
    "leontief_inverse",
    "multipliers",
    "sector_footprint",
    "solve",
    "spectral_radius",
    "wording_emissions",
]

Matrix = Any  # dense array, or a sparse matrix of scipy

DENSE_LIMIT = 1500  # sectors; beyond, the solution is iterative
ACCURACY = 1e-10  # relative residual of the iterative solution
POWER_STEPS = 200


class NoSolutionError(ArithmeticError):
    """The system has no economically meaningful solution, or none was found."""


def coefficients(flows: Matrix, output: Array) -> Matrix:
    """Return A = Z diag(x)^-1 [1]; the column of a sector without output is zero.

    Examples
    --------
    >>> coefficients(np.array([[150.0, 500.0], [200.0, 100.0]]), np.array([1000.0, 2000.0]))
    array([[0.15, 0.25],
           [0.2 , 0.05]])
    """
    inverse = np.divide(1.0, output, out=np.zeros_like(output), where=output > 0)
    if _sparse(flows):
        from scipy.sparse import diags

        return (flows @ diags(inverse)).tocsr()
    return flows * inverse


def leontief_inverse(a: Array) -> Array:
    """Return B = (I - A)^-1 of a small system.

    Examples
    --------
    >>> leontief_inverse(np.array([[0.15, 0.25], [0.20, 0.05]])).round(3)
    array([[1.254, 0.33 ],
           [0.264, 1.122]])
    """
    return np.asarray(np.linalg.inv(np.eye(len(a)) - a))


def solve(a: Matrix, demand: Array, *, transposed: bool = False) -> Array:
    """Return B y, or B' v with ``transposed``, without forming B.

    Parameters
    ----------
    a : matrix, shape (n, n)
        Technical coefficients [1].
    demand : array, shape (n,) or (n, k)
        Final demands, or values per unit of output.

    Raises
    ------
    NoSolutionError
        I - A is singular, or the iteration does not converge.
    """
    matrix = a.T if transposed else a
    if demand.ndim == 2:
        columns = [solve(a, column, transposed=transposed) for column in demand.T]
        return np.stack(columns, axis=1)
    if len(demand) <= DENSE_LIMIT:
        dense = matrix.toarray() if _sparse(matrix) else matrix
        try:
            return np.asarray(np.linalg.solve(np.eye(len(demand)) - dense, demand))
        except np.linalg.LinAlgError as problem:
            raise NoSolutionError("I - A is singular") from problem
    return _iterate(matrix, demand)


def _iterate(matrix: Matrix, demand: Array) -> Array:
    """Solve (I - A) x = y by GMRES, whose steps are those of the power series, used better."""
    from scipy.sparse.linalg import LinearOperator, gmres

    size = len(demand)
    operator = LinearOperator((size, size), matvec=lambda v: v - matrix @ v, dtype=np.float64)
    found, failed = gmres(operator, demand, x0=demand, rtol=ACCURACY, atol=0.0, restart=60)
    if failed or not np.all(np.isfinite(found)):
        raise NoSolutionError("the iteration does not converge")
    return np.asarray(found)


def spectral_radius(a: Matrix) -> float:
    """Return the spectral radius of a non-negative A, or a bound that proves it is below 1 [1].

    The largest column sum bounds it from above; only where that does not settle the matter is it
    iterated. B exists and is non-negative if the radius is below 1.
    """
    sums = np.asarray(abs(a).sum(axis=0)).ravel()
    bound = float(sums.max(initial=0.0))
    if bound < 1.0:
        return bound
    # A + I has the same eigenvectors and no cycles, so the iteration cannot swing
    vector = np.full(len(sums), 1.0 / len(sums))
    radius = 0.0
    for _ in range(POWER_STEPS):
        following = np.asarray(abs(a) @ vector).ravel() + vector
        radius = float(following.sum())
        vector = following / radius
    return radius - 1.0


def domestic(flows: Matrix, demand: Array, exports: Array, imports: Array) -> tuple[Matrix, Array]:
    """Return flows and final demand with imports taken out in proportion to use.

    Parameters
    ----------
    demand : array, shape (n,)
        Domestic final use without exports, imports included [money].
    exports, imports : array, shape (n,)
        Imports as positive numbers [money].

    Notes
    -----
    The import share m_i = M_i / (sum_j z_ij + y_i) is the same in every use of product i; exports
    hold no imports. Rows balance afterwards as before.
    """
    use = np.asarray(flows.sum(axis=1)).ravel() + demand
    share = np.divide(imports, use, out=np.zeros_like(use), where=use > 0)
    kept = 1.0 - share
    if _sparse(flows):
        from scipy.sparse import diags

        return (diags(kept) @ flows).tocsr(), kept * demand + exports
    return kept[:, None] * flows, kept * demand + exports


def intensities(emissions: Array, output: Array) -> Array:
    """Return S_i = sum_k E_ik beta_k / X_i [t CO2 per unit of money]; 0 without output."""
    return np.divide(emissions, output, out=np.zeros_like(emissions), where=output > 0)


def multipliers(a: Matrix, s: Array) -> Array:
    """Return the column sums of T: all emissions per unit of each sector's final demand."""
    return solve(a, s, transposed=True)


def formula_intensity(a: Matrix, s: Array, ict: Sequence[int]) -> Array:
    """Return IF_j = sum over ICT sectors i of t_ij, as annex 1 prints it [t CO2 per money].

    Along ICT's row of T: ICT's own emissions in one unit of everybody's final demand.
    """
    own = np.zeros_like(s)
    own[list(ict)] = s[list(ict)]
    return solve(a, own, transposed=True)


def wording_emissions(a: Matrix, s: Array, y: Array, ict: Sequence[int]) -> Array:
    """Return the emissions of every sector behind ICT's final demand, as annex 1 words it [t CO2].

    Along ICT's columns of T: sum over ICT sectors j of t_ij y_j, for every sector i.
    """
    own = np.zeros_like(y)
    own[list(ict)] = y[list(ict)]
    return np.asarray(s * solve(a, own))


def sector_footprint(
    a: Matrix, s: Array, x: Array, ict: Sequence[int], power: Sequence[int]
) -> dict[str, float]:
    """Return the emissions of ICT's whole output, direct and in its supply chain [t CO2].

    Returns
    -------
    dict
        ``direct`` (scope 1), ``power`` (emissions of the power bought, scope 2) and ``upstream``
        (the rest of the supply chain). They add up without counting ICT's sales to itself twice.

    Notes
    -----
    With C the ICT sectors and R the others: direct = S_C x_C; supply chain = S_R (I - A_RR)^-1
    A_RC x_C. What R buys from C is not followed further: it is part of x_C already.
    """
    inside = np.zeros(len(s), dtype=bool)
    inside[list(ict)] = True
    outside = np.flatnonzero(~inside)
    members = np.flatnonzero(inside)
    bought = np.asarray(a[outside][:, members] @ x[members]).ravel()
    needed = solve(a[outside][:, outside], bought)
    supply = s[outside] * needed
    is_power = np.isin(outside, list(power))
    scope_2 = float(np.sum((s[outside] * bought)[is_power]))
    direct = float(np.sum(s[members] * x[members]))
    return {"direct": direct, "power": scope_2, "upstream": float(supply.sum()) - scope_2}


def aggregate(flows: Matrix, groups: Sequence[int], count: int) -> Array:
    """Return flows between groups of sectors.

    Parameters
    ----------
    groups : sequence of int, length n
        Position of each sector's group, from 0.
    """
    to_groups = _membership(groups, count)
    return np.asarray((to_groups @ flows @ to_groups.T).todense() if _sparse(flows)
                      else to_groups @ flows @ to_groups.T)  # fmt: skip


def aggregate_rows(values: Array, groups: Sequence[int], count: int) -> Array:
    """Return sums over groups of the first axis."""
    return np.asarray(_membership(groups, count) @ values)


def _membership(groups: Sequence[int], count: int) -> Matrix:
    from scipy.sparse import csr_matrix

    size = len(groups)
    return csr_matrix((np.ones(size), (list(groups), range(size))), shape=(count, size))


def _sparse(matrix: Matrix) -> bool:
    return hasattr(matrix, "tocsr")
