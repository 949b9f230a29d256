"""The uncertainty analysis of the reference index: every run that the reference stored, made again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.assess.asem import asem_table
from tests.assess.asem_design import asem_uncertain, stored_numbers

from ekistics.assess.doubt.drawing import asked, doubt_of, replay
from ekistics.assess.doubt.many_runs import locally, many_runs
from ekistics.stats.intervals import rank_intervals

RUNS = [f"r_{run}" for run in range(1, 201)]


@pytest.fixture(scope="module")
def table(data):
    return asem_table(data)


@pytest.fixture(scope="module")
def stored_runs(data, table):
    """The 200 runs of the reference with the options that it drew."""
    ready = asked(asem_uncertain(data), table, None, None)
    return locally(many_runs(ready.design, stored_numbers(data, "ua200_parameters.csv"), ready.place))


def of_units(data, name, table):
    return pd.read_csv(data("asem", name)).set_index("uCode").loc[list(table.units)]


def test_every_stored_run_has_the_scores_of_the_reference(data, table, stored_runs):
    np.testing.assert_allclose(stored_runs.scores, of_units(data, "ua200_scores.csv.gz", table)[RUNS].T, rtol=1e-10)


def test_every_stored_run_has_the_ranks_of_the_reference(data, table, stored_runs):
    np.testing.assert_array_equal(stored_runs.ranks, of_units(data, "ua200_ranks.csv", table)[RUNS].T)


def test_rank_statistics_over_the_stored_runs_are_those_of_the_reference(data, table, stored_runs):
    expected, found = of_units(data, "ua200_rankstats.csv", table), rank_intervals(stored_runs.ranks, level=0.9)
    for ours, theirs in ((found.mean, "Mean"), (found.median, "Median"), (found.low, "Q5"), (found.high, "Q95")):
        np.testing.assert_allclose(ours, expected[theirs], rtol=1e-10)


def test_any_run_of_a_doubt_can_be_made_again_to_the_last_bit(data, table):
    recipe = asem_uncertain(data)
    doubt = doubt_of(recipe, table)
    for run in (0, 57, 199):
        np.testing.assert_array_equal(replay(recipe, table, doubt.run(run)), doubt.scores[run])


def test_draws_follow_the_options_evenly_and_are_named(data, table):
    doubt = doubt_of(replace(asem_uncertain(data), seed=5), table)
    assert doubt.options["winmax"][4] == "winsorise-or-log (at_most 5)"
    assert np.bincount(doubt.parameters["winmax"], minlength=5).min() > 20
    assert doubt.factors["Physical"].shape == (200,)
