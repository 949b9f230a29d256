"""Steps: the same whole on any number of threads, progress after each part, a stop between parts."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekistics.engine.steps import CancelToken, Steps, run_steps
from ekistics.model.errors import Cancelled


def squares(count):
    return Steps("squares", lambda: range(count), lambda one: one * one, list, count)


@given(count=st.integers(0, 40), threads=st.integers(1, 4))
def test_results_come_in_the_order_of_the_parts(count, threads):
    assert run_steps(squares(count), threads=threads) == [one * one for one in range(count)]


def test_progress_tells_parts_done_and_time_left():
    said, ticks = [], iter(range(100))
    run_steps(squares(4), say=said.append, clock=lambda: float(next(ticks)))
    assert [one.done for one in said] == [1, 2, 3, 4]
    assert [one.seconds_left for one in said] == [3.0, 2.0, 1.0, 0.0]


@pytest.mark.parametrize("threads", [1, 3])
def test_a_cancelled_work_stops_before_its_next_part(threads):
    token, begun = CancelToken(), []

    def work(part):
        begun.append(part)
        if part == 2:
            token.cancel()
        return part

    with pytest.raises(Cancelled, match="was stopped"):
        run_steps(Steps("work", lambda: range(1000), work, list, 1000), threads=threads, cancel=token)
    assert len(begun) < 20


def test_an_error_in_a_part_is_raised():
    with pytest.raises(ZeroDivisionError):
        run_steps(Steps("bad", lambda: [1, 0], lambda one: 1 / one, list), threads=2)


@pytest.mark.parametrize("threads", [1, 2])
def test_work_under_way_is_over_when_the_reducer_fails(threads):
    running = []

    def work(part):
        running.append(part)
        time.sleep(0.01)
        running.remove(part)

    def reduce(results):
        next(results)
        raise ZeroDivisionError

    try:
        run_steps(Steps("w", lambda: range(8), work, reduce, 8), threads=threads)
    except ZeroDivisionError as error:
        kept = error  # with its traceback, and so with all that was alive
    assert kept
    assert running == []
