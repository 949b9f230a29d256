"""The coherence audit made from an assessment, held to the peer's own audit of the same index."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tests.assess.asem import asem_recipe, asem_table

from ekistics.assess.audit.of_assessment import audit_assessment, rescoring, scored_tree
from ekistics.assess.index.leaving_out import without
from ekistics.assess.index.pipeline import assess


@pytest.fixture(scope="module")
def asem(data):
    recipe, table = asem_recipe(data), asem_table(data)
    return assess(recipe, table), table


def test_weights_in_the_top_are_those_of_the_recipe_multiplied_downwards(asem):
    tree = scored_tree(asem[0])
    assert sum(tree.overall_weights[code] for code in tree.indicators) == pytest.approx(1.0)


@pytest.mark.parametrize("level", [1, 2])
def test_leaving_a_part_out_moves_ranks_as_far_as_the_peer_found(asem, data, level):
    ours = {one.code: one.mean_change for one in audit_assessment(*asem).removals}
    peer = pd.read_csv(data("asem", f"remove_level{level}_meanabsdiff.csv")).set_index("removed")["mean_abs_rank_diff"]
    assert {code: ours[code] for code in peer.index if code != "Nominal"} == pytest.approx(peer.drop("Nominal").to_dict(), rel=1e-10)


def test_scores_without_a_part_are_those_of_the_recipe_without_it(asem):
    found, table = asem
    for code in ("LPI", "Physical", "Sust"):
        left = assess(without(found.recipe, code), table)
        np.testing.assert_allclose(rescoring(found, table)(code), left.scores[-1, left.row("Index")], rtol=1e-12)


def test_two_units_are_too_few_for_an_audit(asem):
    found, table = asem
    few = type(found)(**{**found.__dict__, "scores": np.where(np.arange(len(table.units)) < 2, found.scores, np.nan)})
    assert audit_assessment(few, table) is None
