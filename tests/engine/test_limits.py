"""A child process with limits: results and our errors come back, crashes become sentences."""

import operator
import os
import time

import pytest

from ekistics.engine.limits import run_limited, run_within
from ekistics.model.errors import InvalidInput
from ekistics.model.periods import Period


def test_the_result_comes_back():
    assert run_limited(operator.add, 2, 3) == 5


def test_an_error_of_the_family_comes_back_with_its_fields():
    with pytest.raises(InvalidInput, match="not a reference period") as caught:
        run_limited(Period.parse, "soon")
    assert caught.value.found == "'soon'"


def test_an_abort_of_the_child_is_a_sentence():
    with pytest.raises(InvalidInput, match="kept apart"):
        run_limited(os.abort)


def test_too_much_memory_is_a_sentence():
    with pytest.raises(InvalidInput, match="memory"):
        run_within(50_000_000, 20, bytearray, 300_000_000)


def test_too_much_time_is_a_sentence():
    start = time.monotonic()
    with pytest.raises(InvalidInput, match="too long"):
        run_within(10**9, 0.7, time.sleep, 30)
    assert time.monotonic() - start < 5


def test_what_the_child_prints_does_not_reach_the_answer():
    assert run_limited(print, "noise") is None
