"""The same steps on two Dask workers of this machine: the same whole, stopped when asked, and faults said as here."""

import gc
import os
import sys
import time

import pytest

from ekistics.engine import cluster
from ekistics.engine.cluster import cluster_client, run_on_cluster
from ekistics.engine.keeping import Keeping, keeping_steps, parts_kept
from ekistics.engine.steps import CancelToken, Steps, run_steps
from ekistics.model.errors import Cancelled, InvalidInput, Unavailable

pytest.importorskip("distributed")
pytestmark = [
    pytest.mark.xdist_group("dask"),
    # Dask leaves the sockets of refused connections to the collector
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def client():
    with cluster_client(workers=2) as found:
        yield found


def uneven(number: int) -> tuple[int, int]:
    """Take longest for the first parts, so that later ones are done before them."""
    time.sleep(0.05 if number < 2 else 0.0)
    return number, os.getpid()


def slow(number: int) -> int:
    time.sleep(0.05)
    return number


def damaged(number: int) -> int:
    if number == 3:
        raise InvalidInput("the grid cannot be read", file="p.tif", found="row 3", expected="people", mend="fetch it again")
    return number


def itself(number: int) -> int:
    return number


def deadly(number: int) -> int:
    os._exit(1)


def folded(number: int) -> dict:
    import numpy as np

    return {"number": np.array([number])}


def unfolded(arrays) -> int:
    return int(arrays["number"][0])


def steps(work, count: int = 12, whole=list) -> Steps:
    return Steps("working", lambda: range(count), work, whole, count)


def test_results_come_in_the_order_of_the_parts_from_several_workers(client):
    found = run_on_cluster(steps(uneven), client)
    assert [number for number, _ in found] == list(range(12))
    assert len({process for _, process in found} - {os.getpid()}) == 2


def test_the_whole_is_that_of_this_process(client):
    assert run_on_cluster(steps(abs), client) == run_steps(steps(abs))


def test_progress_is_told_part_by_part(client):
    told = []
    run_on_cluster(steps(abs, 5), client, say=told.append)
    assert [(one.name, one.done, one.count) for one in told] == [("working", number, 5) for number in range(1, 6)]


def test_cancelled_work_stops_and_goes_on_after_what_was_kept(client, tmp_path):
    token, keeping = CancelToken(), Keeping(folded, unfolded)
    kept = keeping_steps(steps(slow, 40), tmp_path / "work", keeping)
    with pytest.raises(Cancelled, match="stopped"):
        run_on_cluster(kept, client, cancel=token, say=lambda told: token.cancel() if told.done == 3 else None)
    done = parts_kept(tmp_path / "work")
    assert 3 <= done < 20
    assert run_on_cluster(kept, client) == list(range(40))
    assert not (tmp_path / "work").exists()


def test_bad_input_found_by_a_worker_says_all_that_it_says_here(client):
    with pytest.raises(InvalidInput) as left:
        run_on_cluster(steps(damaged), client)
    error = left.value
    told = ("the grid cannot be read", "p.tif", "row 3", "people", "fetch it again")
    assert (error.message, error.file, error.found, error.expected, error.mend) == told


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "tcp://127.0.0.1:no", "tcp://no.such.host.invalid:8786", "carrier://pigeon"])
def test_a_scheduler_that_does_not_answer_is_said_to(address):
    with pytest.raises(Unavailable) as left, cluster_client(address, patience_s=0.3):
        pytest.fail("there is none")
    gc.collect()
    assert left.value.found == address
    assert "check the address" in left.value.mend


def test_a_scheduler_that_is_there_is_used(client):
    with cluster_client(client.scheduler_info()["address"]) as other:
        assert run_on_cluster(steps(abs, 3), other) == [0, 1, 2]


def test_where_dask_is_not_installed_it_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(Unavailable, match="not installed") as left, cluster_client():
        pytest.fail("it is there")
    assert "pip install" in left.value.mend


def test_workers_that_die_are_said_to(tmp_path):
    with cluster_client(workers=1) as own, pytest.raises(Unavailable, match="worker") as left:
        run_on_cluster(steps(deadly, 1), own)
    assert "memory" in left.value.mend


class _ReadyJustAfterwards:
    """A future that is done in the moment after the waiting for it has ended, which no real one can be made to be."""

    def __init__(self, number):
        self.number, self.asked = number, 0

    def result(self, timeout=None):
        self.asked += 1
        if self.asked == 1:
            raise TimeoutError
        return self.number

    def done(self):
        return True


class _Hesitant:
    """A client whose every result is ready just after the waiting for it has ended."""

    def submit(self, work, part, pure):
        return _ReadyJustAfterwards(work(part))

    def scheduler_info(self):
        return {"workers": {"one": {}}}

    def cancel(self, futures):
        pass


def test_a_result_that_comes_as_the_waiting_ends_is_taken_and_is_no_fault():
    assert run_on_cluster(steps(itself), _Hesitant()) == list(range(12))


def untimely(number: int) -> int:
    raise TimeoutError("the disk did not answer")


def test_a_timeout_of_the_work_itself_is_told_as_it_is(client):
    with pytest.raises(TimeoutError, match="the disk did not answer"):
        run_on_cluster(steps(untimely), client)


def test_a_cluster_without_workers_is_said_to_and_not_waited_for(monkeypatch):
    monkeypatch.setattr(cluster, "_LOOK_S", 0.1)
    monkeypatch.setattr(cluster, "_WITHOUT_WORKERS_S", 0.5)
    with cluster_client(workers=1) as own:
        own.cluster.scale(0)
        while own.scheduler_info()["workers"]:
            time.sleep(0.05)
        with pytest.raises(Unavailable, match="no worker left"):
            run_on_cluster(steps(abs, 1), own)
