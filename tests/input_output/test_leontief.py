"""Leontief kernels against Miller and Blair, Input-Output Analysis, 2nd ed. (2009).

Chapter 2, two sectors: Z = [[150, 500], [200, 100]], f = (350, 1700), x = (1000, 2000);
A = [[0.15, 0.25], [0.20, 0.05]], L = [[1.2541, 0.3300], [0.2640, 1.1221]]; for new final demand
(600, 1500) the output is (1247.5, 1841.6).
"""

import numpy as np
import pytest
from scipy import sparse

from handprint.input_output import leontief as model

Z = np.array([[150.0, 500.0], [200.0, 100.0]])
X = np.array([1000.0, 2000.0])
Y = np.array([350.0, 1700.0])
A = model.coefficients(Z, X)
S = np.array([3.782, 0.665])  # t per unit of output


def random_system(size: int, seed: int = 5) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    a = generator.random((size, size)) * (generator.random((size, size)) < 0.2)
    return a * (0.7 / a.sum(axis=0).max()), generator.random(size)


def test_miller_and_blair_chapter_2() -> None:
    assert pytest.approx(np.array([[0.15, 0.25], [0.20, 0.05]])) == A
    expected = np.array([[1.2541, 0.3300], [0.2640, 1.1221]])
    assert model.leontief_inverse(A) == pytest.approx(expected, abs=5e-5)
    new = model.solve(A, np.array([600.0, 1500.0]))
    assert new == pytest.approx([1247.5, 1841.6], abs=0.05)
    assert model.solve(A, Y) == pytest.approx(X)


def test_several_demands_at_once() -> None:
    demands = np.array([[600.0, 350.0], [1500.0, 1700.0]])
    solved = model.solve(A, demands)
    assert solved[:, 0] == pytest.approx([1247.5, 1841.6], abs=0.05)
    assert solved[:, 1] == pytest.approx(X)


def test_formula_is_the_row_of_t_and_wording_its_column() -> None:
    """T = diag(S) L. Row of ICT (sector 2): 0.665 x (0.2640, 1.1221) = (0.17558, 0.74620).
    Column of ICT: (3.782 x 0.3300, 0.665 x 1.1221), times its final demand of 1700."""
    t = S[:, None] * model.leontief_inverse(A)
    row = model.formula_intensity(A, S, [1])
    assert row == pytest.approx([0.1755776, 0.7462046], abs=1e-7)
    assert row == pytest.approx(t[1])
    column = model.wording_emissions(A, S, Y, [1])
    assert column == pytest.approx(t[:, 1] * 1700.0)
    assert column == pytest.approx([2121.914, 1268.548], abs=1e-3)


def test_the_row_sums_to_icts_own_emissions_and_everything_to_all() -> None:
    """What ICT emits ends up in somebody's final demand: sum_j IF_j y_j = S_i x_i."""
    own = float(np.sum(model.formula_intensity(A, S, [1]) * Y))
    assert own == pytest.approx(S[1] * X[1])
    assert float(np.sum(model.multipliers(A, S) * Y)) == pytest.approx(float(np.sum(S * X)))


def test_several_ict_sectors_add_up_in_the_row() -> None:
    a, s = random_system(12)
    alone = model.formula_intensity(a, s, [3]) + model.formula_intensity(a, s, [7])
    assert model.formula_intensity(a, s, [3, 7]) == pytest.approx(alone)


def test_footprint_of_a_whole_sector_by_hand() -> None:
    """ICT buys 0.25 x 2000 = 500 of sector 1, which makes 500 / (1 - 0.15) = 588.24 for that:
    3.782 x 588.24 = 2224.71 t upstream, 0.665 x 2000 = 1330 t direct."""
    parts = model.sector_footprint(A, S, X, [1], [])
    assert parts["direct"] == pytest.approx(1330.0)
    assert parts["upstream"] == pytest.approx(3.782 * 500 / 0.85)
    assert parts["power"] == 0.0


def test_power_bought_is_split_from_the_supply_chain() -> None:
    parts = model.sector_footprint(A, S, X, [1], [0])
    assert parts["power"] == pytest.approx(3.782 * 500)
    assert sum(parts.values()) == pytest.approx(1330 + 3.782 * 500 / 0.85)


def test_footprint_of_everything_is_every_emission() -> None:
    a, s = random_system(8)
    x = model.solve(a, np.ones(8))
    parts = model.sector_footprint(a, s, x, range(8), [])
    assert sum(parts.values()) == pytest.approx(float(np.sum(s * x)))


def test_removed_imports_leave_the_rows_balanced() -> None:
    """Imports of 100 among uses of 1100 are 1/11 of every use; exports of 50 hold none."""
    flows = np.array([[200.0, 300.0], [100.0, 100.0]])
    demand, exports = np.array([600.0, 500.0]), np.array([50.0, 0.0])
    imports = np.array([100.0, 70.0])
    x = flows.sum(axis=1) + demand + exports - imports
    inside, y = model.domestic(flows, demand, exports, imports)
    assert inside[0] == pytest.approx(flows[0] * 10 / 11)
    assert y[0] == pytest.approx(600 * 10 / 11 + 50)
    assert inside.sum(axis=1) + y == pytest.approx(x)


def test_aggregation_keeps_sums_and_commutes_with_balance() -> None:
    merged = model.aggregate(Z, [0, 0], 1)
    assert merged == pytest.approx(np.array([[950.0]]))
    assert model.aggregate_rows(Y, [0, 0], 1) == pytest.approx([2050.0])
    assert model.aggregate(sparse.csr_matrix(Z), [1, 0], 2) == pytest.approx(Z[::-1, ::-1])


def test_a_sector_without_output_has_no_coefficients() -> None:
    a = model.coefficients(np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([4.0, 0.0]))
    assert a == pytest.approx(np.array([[0.25, 0.0], [0.25, 0.0]]))
    assert model.intensities(np.array([8.0, 5.0]), np.array([4.0, 0.0])) == pytest.approx([2.0, 0])


def test_sparse_and_dense_agree() -> None:
    a, s = random_system(40)
    thin = sparse.csr_matrix(a)
    assert model.solve(thin, s) == pytest.approx(model.solve(a, s))
    assert model.formula_intensity(thin, s, [2]) == pytest.approx(
        model.formula_intensity(a, s, [2])
    )
    x = model.solve(a, np.ones(40))
    flows = sparse.csr_matrix(a * x)
    assert model.coefficients(flows, x).toarray() == pytest.approx(a)
    whole = model.sector_footprint(a, s, x, [1, 2], [3])
    assert model.sector_footprint(thin, s, x, [1, 2], [3]) == pytest.approx(whole)


@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_matrix])
def test_large_systems_are_solved_without_an_inverse(kind: type, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    a, s = random_system(120)
    exact = np.linalg.solve(np.eye(120) - a, s)
    monkeypatch.setattr(model, "DENSE_LIMIT", 50)
    assert model.solve(kind(a), s) == pytest.approx(exact, rel=1e-8)
    across = np.linalg.solve(np.eye(120) - a.T, s)
    assert model.solve(kind(a), s, transposed=True) == pytest.approx(across, rel=1e-8)


def test_spectral_radius_of_a_column_sum_above_one() -> None:
    """[[0, 2], [0.1, 0]] has column sums 0.1 and 2, and eigenvalues of +-sqrt(0.2)."""
    a = np.array([[0.0, 2.0], [0.1, 0.0]])
    assert model.spectral_radius(a) == pytest.approx(0.2**0.5, rel=1e-6)
    assert model.spectral_radius(np.array([[0.5, 0.6], [0.6, 0.5]])) == pytest.approx(1.1)
    assert model.spectral_radius(A) == pytest.approx(0.35)  # the bound settles it


def test_a_singular_system_has_no_solution() -> None:
    with pytest.raises(model.NoSolutionError):
        model.solve(np.array([[1.0]]), np.array([1.0]))
