"""One voice for each of many questions at once: the very one that the rule chooses for a single question, for every rule."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ekistics.assess.preference import DEFAULT_RULE, prefer, rule_from
from ekistics.assess.preference_columns import Texts, Voices, prefer_rows
from ekistics.model.observations import NO_BOUNDARY, Figure, Observation, Origin, Series
from ekistics.model.periods import Period

FIGURES = st.lists(
    st.tuples(
        st.integers(0, 3),  # question
        st.sampled_from([None, 1.0]),
        st.sampled_from([NO_BOUNDARY, "2020", "old"]),
        st.sampled_from(
            [(date(2019, 1, 1), date(2020, 12, 31)), (date(2020, 1, 1), date(2020, 12, 31)), (date(1960, 1, 1), date(1960, 6, 30))]
        ),
        st.sampled_from(["office", "osm", "a+b"]),
        st.sampled_from([Origin.REPORTED, Origin.COMPUTED, Origin.MODELLED]),
        st.sampled_from(["", "2021", "2024"]),
        st.sampled_from(["default", "straight-line"]),
        st.booleans(),
        st.integers(1, 3),
    ),
    min_size=1,
    max_size=25,
)
RULES = [DEFAULT_RULE, rule_from({"steps": ["edition", "commit"]}), rule_from({"steps": []}), rule_from({"variants": ["straight-line"]})]


def texts(column):
    told = tuple(dict.fromkeys(column))
    return Texts(np.array([told.index(one) for one in column], np.int64), told)


def voices_of(rows, asked):
    columns = list(zip(*rows, strict=True))
    days = [(start - date(1970, 1, 1)).days for start, _ in columns[3]], [(end - date(1970, 1, 1)).days for _, end in columns[3]]
    off = [0 if asked is None or one == asked else 1 if one == NO_BOUNDARY else 2 for one in columns[2]]
    return Voices(
        np.array(columns[0], np.int64), np.array([one is not None for one in columns[1]]), np.array(off, np.int64),
        np.array(days[0], np.int64), np.array(days[1], np.int64), texts(columns[4]), texts([str(one) for one in columns[5]]),
        texts(columns[6]), texts(columns[7]), np.array(columns[8], bool), np.array(columns[9], np.int64), np.arange(len(rows)),
    )  # fmt: skip


def figures_of(rows):
    for number, (question, value, boundary, (start, end), source, origin, edition, variant, terms, commit) in enumerate(rows):
        told = {"numerator": 1.0, "denominator": 2.0} if terms else {}
        one = Observation("i", "p", Period(start, end), Series(source, origin, edition, variant), value, "1", boundary, **told)
        yield question, Figure(number, one, commit, 1, 1)


@pytest.mark.parametrize("rule", RULES)
@settings(max_examples=80, deadline=None)
@given(rows=FIGURES, asked=st.sampled_from([None, "2020"]))
def test_the_same_voice_is_chosen_as_for_one_question(rule, rows, asked):
    known = list(figures_of(rows))
    questions = sorted({question for question, _ in known})
    one_by_one = [prefer([figure for mine, figure in known if mine == question], rule, boundary=asked).chosen.id for question in questions]
    assert prefer_rows(voices_of(rows, asked), rule).tolist() == one_by_one


def test_no_figures_give_no_choice():
    empty, nothing = np.empty(0, np.int64), np.empty(0, bool)
    column = Texts(empty, ())
    assert prefer_rows(Voices(empty, nothing, empty, empty, empty, column, column, column, column, nothing, empty, empty)).tolist() == []
