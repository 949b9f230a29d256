"""Forms of scores: bounds, direction, goalposts, units."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekistics.assess.scores import SCORINGS, band_of, score
from ekistics.model.errors import InvalidInput
from ekistics.model.frameworks import Band, Benchmark, Form

SCALED = [Form.LINEAR, Form.LOG, Form.SQUARE_ROOT, Form.CUBE_ROOT, Form.FOURTH_ROOT, Form.FIFTH_ROOT]
BENCHMARKS = [
    *(Benchmark(form, "1", higher_is_better=higher, minimum=2.0, maximum=50.0) for form in SCALED for higher in (True, False)),
    *(Benchmark(form, "1", target=20.0) for form in (Form.TARGET_ONE_SIDED, Form.TARGET_TWO_SIDED, Form.TARGET_CEILING)),
    Benchmark(Form.IDENTITY, "%"),
]
BANDS = [Band("A", "good", 80), Band("B", "fair", 50), Band("C", "poor", 0)]
raw = st.floats(-1e6, 1e6)


def one(value, benchmark):
    return float(score(np.array([value]), benchmark)[0])


def test_every_form_has_its_function():
    assert set(SCORINGS) == set(Form)


@given(raw, st.sampled_from(BENCHMARKS))
def test_scores_stay_between_0_and_100(value, benchmark):
    assert 0 <= one(value, benchmark) <= 100


@given(raw, raw, st.sampled_from([b for b in BENCHMARKS if b.form is not Form.TARGET_TWO_SIDED]))
def test_forms_but_the_two_sided_are_monotone(a, b, benchmark):
    low, high = one(min(a, b), benchmark), one(max(a, b), benchmark)
    falls = benchmark.form is Form.TARGET_CEILING or not benchmark.higher_is_better
    assert low >= high - 1e-9 if falls else low <= high + 1e-9


@pytest.mark.parametrize("form", SCALED)
def test_goalposts_score_0_and_100_and_turn_round_with_the_direction(form):
    up = Benchmark(form, "1", minimum=2.0, maximum=50.0)
    assert (one(2, up), one(50, up)) == (0, 100)
    assert one(7, up) + one(7, replace(up, higher_is_better=False)) == pytest.approx(100)


@given(st.floats(0.01, 1e5), st.floats(0.01, 100), st.sampled_from([b for b in BENCHMARKS if b.form is not Form.IDENTITY]))
def test_units_cancel_out(value, k, benchmark):
    scaled = replace(
        benchmark,
        minimum=None if benchmark.minimum is None else k * benchmark.minimum,
        maximum=None if benchmark.maximum is None else k * benchmark.maximum,
        target=None if benchmark.target is None else k * benchmark.target,
    )
    assert one(k * value, scaled) == pytest.approx(one(value, benchmark), abs=1e-6)


def test_figures_worked_by_hand():
    assert one(10, Benchmark(Form.TARGET_ONE_SIDED, "1", target=20)) == 50
    assert one(30, Benchmark(Form.TARGET_TWO_SIDED, "1", target=20)) == 50
    assert one(45, Benchmark(Form.TARGET_CEILING, "1", target=30)) == 50
    assert one(60, Benchmark(Form.TARGET_CEILING, "1", target=30)) == 0
    assert one(16, Benchmark(Form.FOURTH_ROOT, "1", minimum=1, maximum=81)) == pytest.approx(50)
    assert one(10, Benchmark(Form.LOG, "1", minimum=1, maximum=100)) == pytest.approx(50)
    assert one(0, Benchmark(Form.LOG, "1", higher_is_better=False, minimum=1, maximum=1654)) == 100


def test_missing_stays_missing():
    assert all(np.isnan(one(np.nan, benchmark)) for benchmark in BENCHMARKS)


def test_benchmark_without_its_number_is_refused():
    with pytest.raises(InvalidInput, match="target"):
        one(1, Benchmark(Form.TARGET_CEILING, "1"))


def test_band_is_the_highest_reached():
    assert [band_of(x, BANDS).letter for x in (100, 80, 79.999, 50, 0)] == ["A", "A", "B", "B", "C"]
    assert band_of(50, []) is None
