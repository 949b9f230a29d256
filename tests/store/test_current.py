"""What is current, against a naive replay of everything that was ever written."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.store.conftest import BOTH
from tests.store.making import NOON, figure, import_figures, values, write

from ekistics.store.record import Record

PLACES = ("A", "B", "C")
_IMPORT = st.tuples(st.just("import"), st.dictionaries(st.sampled_from(PLACES), st.integers(1, 3), min_size=1))
_UNDO = st.tuples(st.just("undo"), st.integers(0, 30))
_TAKE = st.tuples(st.just("take"), st.sampled_from(PLACES))
STEPS = st.lists(st.one_of(_IMPORT, _UNDO, _UNDO, _TAKE), min_size=1, max_size=14)


class Replay:
    """All writes in order; each question is answered by walking through all of them again."""

    def __init__(self):
        self.writes = []  # (commit, kind, content)

    def effective(self, as_of):
        known = [one for one in self.writes if one[0] <= as_of]
        gone = set()
        for number, kind, content in reversed(known):
            if kind == "undo" and number not in gone:
                gone.add(content)
        return [one for one in known if one[0] not in gone]

    def current(self, as_of):
        """Walk the versions of each place in the order written; a taken one falls with all before it."""
        effective = self.effective(as_of)
        taken = {}
        for _, kind, content in effective:
            if kind == "take":
                place, upto = content
                taken[place] = max(taken.get(place, 0), upto)
        found = {}
        for number, kind, content in effective:
            if kind == "import":
                found |= {place: value for place, value in content.items() if number > taken.get(place, 0)}
        return found

    def newest(self):
        return self.writes[-1][0] if self.writes else 0


def carry_out(record, replay, step):
    kind, content = step
    now = replay.current(replay.newest())
    if kind == "import":
        number, counts = import_figures(record, *(figure(float(value), place=place) for place, value in content.items()))
        written = {place: value for place, value in content.items() if now.get(place) != value}
        assert counts.new == len([place for place in written if place not in now])
        assert counts.changed == len([place for place in written if place in now])
        replay.writes.append((number, "import", written))
    elif kind == "undo":
        effective = [one[0] for one in replay.effective(replay.newest())]
        if effective:
            target = effective[content % len(effective)]
            replay.writes.append((record.undo(target, author="a clerk", at=NOON).number, "undo", target))
    elif content in now:
        (taken,) = record.figures(places=[content])
        with write(record) as commit:
            commit.withdraw_figures([taken.id])
        replay.writes.append((commit.number, "take", (content, taken.commit)))


@pytest.mark.parametrize("kind", BOTH)
@settings(
    max_examples=int(os.environ.get("EKISTICS_EXAMPLES", "15")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_current_is_what_a_naive_replay_gives_as_of_every_commit(kind, fresh_url, steps):
    replay = Replay()
    with Record.open(fresh_url(kind)) as record:
        for step in steps:
            carry_out(record, replay, step)
        for as_of in range(replay.newest() + 1):
            expected = {("population", place, 2015): float(value) for place, value in replay.current(as_of).items()}
            assert values(record, as_of=as_of) == expected
            withdrawn = {one[0] for one in replay.writes if one[0] <= as_of} - {one[0] for one in replay.effective(as_of)}
            assert record.withdrawn(as_of=as_of) == withdrawn
