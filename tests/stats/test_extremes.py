from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ekistics.stats.extremes import row_extremes
from ekistics.stats.moments import row_statistics

CELLS = st.one_of(st.floats(-1e9, 1e9), st.just(np.nan))


@settings(deadline=None)  # the kernels compile at their first call
@given(hnp.arrays(np.float64, hnp.array_shapes(min_dims=2, max_dims=3, min_side=1, max_side=6), elements=CELLS))
def test_extremes_are_those_that_the_full_statistics_tell(values):
    quick, full = row_extremes(values), row_statistics(values)
    np.testing.assert_array_equal(quick.low, full.low)
    np.testing.assert_array_equal(quick.high, full.high)
    np.testing.assert_array_equal(quick.count, full.count)
    np.testing.assert_array_equal(quick.constant, full.constant)
    np.testing.assert_array_equal(quick.pooled().low, full.pooled().low)
    np.testing.assert_array_equal(quick.pooled().count, full.pooled().count)
