"""Alpha and components agree with the peer; KMO and Bartlett with their definitions written out again."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ekistics.stats.coherence import bartlett_sphericity, components_of, cronbach_alpha, principal_components, sampling_adequacy
from ekistics.stats.correlations import correlations

RNG = np.random.default_rng(20260102)
FILES = {
    "Raw": "stage_1_raw.csv",
    "Imputed": "stage_3_imputed.csv",
    "Treated": "stage_5_treated.csv",
    "Normalised": "stage_6_normalised.csv",
    "Aggregated": "stage_7_aggregated.csv",
}


@pytest.fixture(scope="module")
def members(data):
    """Codes below a group at a level (1 indicator, 2 pillar, 3 sub-index), in the order of the description."""
    meta = pd.read_csv(data("asem", "iMeta.csv"), keep_default_na=False)
    meta = meta[meta["Level"] != ""]
    parent = dict(zip(meta["iCode"], meta["Parent"], strict=True))

    def below(level, group):
        def under(code):
            while code and code != group:
                code = parent[code]
            return code == group

        return [code for code, at in zip(meta["iCode"], meta["Level"], strict=True) if at == str(level) and (group == "All" or under(code))]

    return below


def table(data, name):
    return pd.read_csv(data("asem", FILES[name]), index_col=0, keep_default_na=False, na_values=[""])


def test_alpha_of_every_group_and_stage_is_the_peers(data, members):
    peer = pd.read_csv(data("asem", "cronbach.csv"))
    tables = {name: table(data, name) for name in FILES}
    ours = [cronbach_alpha(tables[row.dset][members(row.level, row.group)].to_numpy(float).T) for row in peer.itertuples()]
    np.testing.assert_allclose(ours, peer["alpha"], rtol=1e-10)


def test_alpha_of_one_part_is_undefined():
    assert np.isnan(cronbach_alpha(RNG.normal(size=(1, 9))))


def test_variances_of_components_are_the_peers(data, members):
    peer = pd.read_csv(data("asem", "pca_variances.csv"))
    for (dset, level, group), rows in peer.groupby(["dset", "level", "group"]):
        parts = members(level.removesuffix("_all"), group)
        ours = principal_components(table(data, dset)[parts].to_numpy(float).T)
        np.testing.assert_allclose(ours.variances, rows["variance"], rtol=1e-10, atol=1e-13)
        np.testing.assert_allclose(ours.proportions, rows["proportion"], rtol=1e-10, atol=1e-13)


def test_loadings_are_the_peers_but_for_their_sign(data, members):
    peer = pd.read_csv(data("asem", "pca_loadings.csv"))
    for (dset, level, group), rows in peer.groupby(["dset", "level", "group"]):
        parts = members(level.removesuffix("_all"), group)
        right = rows.pivot_table(index="code", columns="pc", values="loading").loc[parts].to_numpy()
        ours = principal_components(table(data, dset)[parts].to_numpy(float).T).loadings
        # nearly equal eigenvalues turn rounding into rotation: 1e-8 among all 49 indicators of 51 units
        np.testing.assert_allclose(ours * np.sign((ours * right).sum(axis=0)), right, rtol=1e-10, atol=1e-10 if len(parts) < 20 else 1e-8)


def test_the_sign_of_a_component_does_not_hang_on_the_order_of_the_parts():
    values = RNG.normal(size=(6, 30)) + RNG.normal(size=30)
    order = RNG.permutation(6)
    first, other = principal_components(values).loadings, principal_components(values[order]).loadings
    assert (first.sum(axis=0) > 0).all()
    np.testing.assert_allclose(other, first[order], atol=1e-10)


def test_a_missing_cell_drops_no_unit_from_the_components():
    values = RNG.normal(size=(4, 30))
    holed = values.copy()
    holed[0, 0] = np.nan
    pairs = pd.DataFrame(holed.T).corr().to_numpy()
    np.testing.assert_allclose(principal_components(holed).variances, np.linalg.eigvalsh(pairs)[::-1], rtol=1e-12)


def test_a_part_that_does_not_vary_leaves_no_components():
    values = RNG.normal(size=(2, 3, 12))
    values[1, 0] = 4.0
    ours = principal_components(values)
    assert np.isfinite(ours.variances[0]).all()
    assert np.isnan(ours.variances[1]).all()
    assert np.isnan(ours.loadings[1]).all()


def test_adequacy_is_that_of_the_partial_correlations_taken_by_regression():
    values = RNG.normal(size=(5, 80)) + 0.8 * RNG.normal(size=80)
    r = np.corrcoef(values)
    partial = np.zeros((5, 5))
    for i in range(5):
        for j in range(5):
            if i != j:
                rest = np.column_stack([np.ones(80), *(values[k] for k in range(5) if k not in (i, j))])
                left = [values[k] - rest @ np.linalg.lstsq(rest, values[k], rcond=None)[0] for k in (i, j)]
                partial[i, j] = np.corrcoef(*left)[0, 1]
    np.fill_diagonal(r, 0.0)
    ours = sampling_adequacy(np.corrcoef(values))
    assert ours.overall == pytest.approx((r**2).sum() / ((r**2).sum() + (partial**2).sum()), rel=1e-10)
    np.testing.assert_allclose(ours.parts, (r**2).sum(axis=1) / ((r**2).sum(axis=1) + (partial**2).sum(axis=1)), rtol=1e-10)


def test_adequacy_of_any_two_parts_is_a_half():
    np.testing.assert_allclose(sampling_adequacy(np.array([[1, 0.3], [0.3, 1]])).overall, 0.5)


def test_adequacy_of_equally_correlated_parts_is_known_in_closed_form():
    # all correlations r among k parts: every partial correlation is r / (1 + (k - 2) r)
    r, k = 0.5, 6
    matrix = np.full((k, k), r) + (1 - r) * np.eye(k)
    partial = r / (1 + (k - 2) * r)
    assert sampling_adequacy(matrix).overall == pytest.approx(r**2 / (r**2 + partial**2), rel=1e-12)


def test_sphericity_is_bartletts_formula_over_the_eigenvalues():
    values = RNG.normal(size=(4, 60)) + 0.5 * RNG.normal(size=60)
    matrix = np.corrcoef(values)
    statistic = -(60 - 1 - (2 * 4 + 5) / 6) * np.log(np.linalg.eigvalsh(matrix)).sum()
    ours = bartlett_sphericity(matrix, 60)
    assert ours.statistic == pytest.approx(statistic, rel=1e-10)
    assert ours.degrees_of_freedom == 6
    assert ours.chance == pytest.approx(stats.chi2.sf(statistic, 6), rel=1e-9)


def test_unrelated_parts_are_called_unrelated_as_often_as_chance_says():
    draws = correlations(RNG.normal(size=(1000, 4, 50))).r
    share = (bartlett_sphericity(draws, 50).chance < 0.05).mean()
    assert 0.03 < share < 0.07  # three standard errors about 0.05


def test_parts_that_repeat_one_another_have_no_adequacy_and_no_sphericity():
    values = RNG.normal(size=(3, 20))
    values[2] = values[0] + values[1]
    matrix = np.corrcoef(values)
    assert np.isnan(sampling_adequacy(matrix).overall)
    assert np.isnan(bartlett_sphericity(matrix, 20).statistic)
    assert np.isnan(bartlett_sphericity(matrix, 20).chance)


def test_more_parts_than_units_have_no_adequacy():
    assert np.isnan(sampling_adequacy(np.corrcoef(RNG.normal(size=(12, 8)))).overall)


def test_leading_axes_are_free():
    values = RNG.normal(size=(3, 2, 4, 25))
    np.testing.assert_array_equal(cronbach_alpha(values)[2, 1], cronbach_alpha(values[2, 1]))
    matrices = correlations(values).r
    np.testing.assert_allclose(sampling_adequacy(matrices).parts[2, 1], sampling_adequacy(matrices[2, 1]).parts, rtol=1e-12)
    np.testing.assert_allclose(components_of(matrices).loadings[2, 1], components_of(matrices[2, 1]).loadings, atol=1e-12)
