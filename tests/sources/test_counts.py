"""Counts: what a column holds is said by kind, with how many and where."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ekistics.model.problems import Severity
from ekistics.sources.counts import read_counts


def test_faults_are_grouped_with_their_first_rows():
    counts = read_counts(["5", "", "few", "many", "-1", 2.5], file="f", column="people", first_row=2)
    assert {one.kind: (one.count, one.row, one.more_rows) for one in counts.problems} == {
        "missing": (1, 3, ()),
        "not-a-number": (2, 4, (5,)),
        "negative": (1, 6, ()),
    }
    assert counts.is_rejected.tolist() == [False, False, True, True, True, False]


@given(st.lists(st.one_of(st.none(), st.integers(-5, 10**12), st.floats(), st.text(max_size=5), st.booleans())))
def test_each_value_is_a_number_missing_or_rejected(values):
    counts = read_counts(values, file="f", column="c", declared="INTEGER")
    taken = ~np.isnan(counts.value)
    assert not (taken & counts.is_rejected).any()
    assert (counts.value[taken] >= 0).all()
    rejected = sum(one.count for one in counts.problems if one.severity is Severity.REJECTED)
    missing = sum(one.count for one in counts.problems if one.kind == "missing")
    assert int(taken.sum()) + rejected + missing == len(values)
