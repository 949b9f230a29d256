"""How sure an index is, worked out on threads and on Dask: the same figures wherever."""

from __future__ import annotations

import numpy as np
import pytest
from tests.assess.made_index import made_recipe, made_table

from ekistics.engine.steps import CancelToken
from ekistics.engine.where import Where
from ekistics.model.errors import Cancelled
from ekistics.model.recipes import Method, Origin, Stage, UncertainInput, Uncertainty
from ekistics.workspace.assessing.doubting import doubt_and_causes

INPUTS = (
    UncertainInput("scale", Origin.CHOICE, Stage.NORMALISE, (Method("min-max", {"to": (1.0, 100.0)}), Method("rank"))),
    UncertainInput("weights", Origin.WEIGHTS),
    UncertainInput("errors", Origin.SAMPLING),
)


@pytest.fixture(scope="module")
def index():
    """A recipe of which everything is uncertain, and a table with errors."""
    values = np.random.default_rng(1).gamma(3.0, 10.0, (1, 4, 40))
    recipe = made_recipe(uncertainty=Uncertainty(INPUTS, runs=40, sensitivity_points=16))
    return recipe, made_table(values, standard_errors=0.1 * values)


def drawn(index, where, **told):
    return doubt_and_causes(*index, where=where, say=lambda name, share: None, **told)


def same(one, other):
    np.testing.assert_array_equal(one[0].scores, other[0].scores)
    np.testing.assert_array_equal(one[1][0].total, other[1][0].total)


def test_threads_give_the_same_runs_and_causes(index):
    same(drawn(index, Where(threads=2)), drawn(index, Where()))


@pytest.mark.xdist_group("dask")
def test_two_dask_workers_give_the_same_runs_and_causes(index):
    pytest.importorskip("distributed")
    same(drawn(index, Where(dask=True, workers=2)), drawn(index, Where()))


def test_drawing_can_be_stopped(index):
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled, match="drawing 40 runs"):
        drawn(index, Where(), cancel=token)
