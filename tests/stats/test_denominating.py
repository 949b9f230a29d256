"""Quotients are the reference's, and a denominator that is 0 or missing is told."""

from __future__ import annotations

import numpy as np
from tests.stats.asem_stages import read, stage

from ekistics.stats.denominating import denominate


def test_denominated_stage_is_the_peers(data):
    raw, expected = stage(data("asem", "stage_1_raw.csv")), stage(data("asem", "stage_2_denominated.csv"))
    inputs = read(data("asem", "iData.csv")).set_index("uCode").loc[list(raw.units)]
    per = read(data("asem", "iMeta.csv")).set_index("iCode").loc[list(raw.indicators), "Denominator"]
    one = np.ones(len(raw.units))
    found = denominate(raw.values, [inputs[code].to_numpy(float) if isinstance(code, str) else one for code in per])
    np.testing.assert_allclose(found.values, expected.values, rtol=1e-10)


def test_the_country_without_a_denominator_is_told_for_both_indicators(data):
    raw = stage(data("asem", "stage_1_raw.csv"))
    energy = read(data("asem", "iData.csv")).set_index("uCode").loc[list(raw.units), "Energy"].to_numpy(float)
    found = denominate(raw.values[[raw.indicators.index(code) for code in ("Elec", "Gas")]], energy)
    assert [np.array(raw.units)[row].tolist() for row in found.lacking] == [["LAO"], ["LAO"]]


def test_a_denominator_of_zero_leaves_an_undefined_cell():
    found = denominate([[1.0, 0.0, np.nan, 4.0]], [0.0, 0.0, 0.0, 2.0])
    np.testing.assert_array_equal(found.values, [[np.nan, np.nan, np.nan, 2.0]])
    assert found.undefined.tolist() == [[True, True, False, False]]
