"""The audit says what is known to be wrong with a composite, and nothing where nothing is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ekistics.assess.audit.coherence import audit_coherence
from ekistics.assess.audit.flags import FlagKind, audit_rule
from ekistics.assess.audit.parts import ScoredTree
from ekistics.model.errors import InvalidInput

RNG = np.random.default_rng(20260105)


@pytest.fixture(scope="module")
def asem(data):
    meta = pd.read_csv(data("asem", "iMeta.csv"), keep_default_na=False)
    meta = meta[meta["Level"] != ""]
    table = pd.read_csv(data("asem", "stage_7_aggregated.csv"), index_col="uCode", keep_default_na=False, na_values=[""])
    codes = tuple(meta["iCode"])
    parts = {group: tuple(meta["iCode"][meta["Parent"] == group]) for group in meta["iCode"][meta["Level"].astype(int) > 1]}
    weights = {group: np.ones(len(of)) for group, of in parts.items()}
    return ScoredTree(codes, table[list(codes)].to_numpy(float).T, parts, weights, "Index")


def mean_of_means(tree, without=""):
    """The scores of the top by arithmetic means with equal weights."""

    def score(code):
        of = [part for part in tree.parts.get(code, ()) if part != without]
        return np.mean([score(part) for part in of], axis=0) if of else tree.row(code)

    return score(tree.top)


@pytest.fixture(scope="module")
def audit(asem):
    return audit_coherence(asem, rescore=lambda code: mean_of_means(asem, code))


def made(parts, *, weights=None):
    """A flat composite of the rows given, by weighted means."""
    names = tuple("abcdefgh"[: len(parts)])
    told = np.ones(len(parts)) if weights is None else np.asarray(weights, float)
    values = np.vstack([parts, np.average(parts, axis=0, weights=told)])
    return ScoredTree((*names, "whole"), values, {"whole": names}, {"whole": told}, "whole")


def of_kind(audit, kind, group=None):
    return [one.about for one in audit.flags if one.kind is kind and group in (None, one.group)]


def test_nominal_weights_in_the_index_are_the_peers(asem, data):
    peer = pd.read_csv(data("asem", "effective_weights.csv")).set_index("iCode")["EffWeight"]
    assert asem.overall_weights == pytest.approx(peer.to_dict(), rel=1e-12)


def test_alpha_of_the_pillars_is_the_peers(audit, data):
    peer = pd.read_csv(data("asem", "cronbach.csv"))
    for row in peer[(peer["dset"] == "Normalised") & ~peer["group"].isin(["Conn", "Sust", "Index"])].itertuples():
        assert audit.group(row.group).alpha == pytest.approx(row.alpha, rel=1e-10)


@pytest.mark.parametrize("level", [1, 2])
def test_leaving_a_part_out_moves_ranks_as_far_as_the_peer_found(audit, data, level):
    peer = pd.read_csv(data("asem", f"remove_level{level}_meanabsdiff.csv")).set_index("removed")["mean_abs_rank_diff"]
    ours = {one.code: one.mean_change for one in audit.removals}
    assert {code: ours[code] for code in peer.index if code != "Nominal"} == pytest.approx(peer.drop("Nominal").to_dict(), rel=1e-10)


def test_pillars_with_weight_and_no_influence_are_named(audit):
    on_index = of_kind(audit, FlagKind.NO_INFLUENCE, "Index")
    assert set(on_index) == {("Environ",), ("SusEcFin",)}
    flag = next(one for one in audit.flags if one.kind is FlagKind.NO_INFLUENCE and one.about == ("Environ",))
    assert flag.numbers["weight"] == pytest.approx(1 / 6)
    assert flag.numbers["share"] < 0.05


def test_pairs_against_each_other_are_those_the_peer_flags(asem, data):
    peer = pd.read_csv(data("asem", "corr_flags_low_m05.csv"))
    found = audit_coherence(asem, rule=audit_rule({"opposed": -0.5}))
    pairs = {frozenset(about) for about in of_kind(found, FlagKind.OPPOSED)}
    assert pairs == {frozenset(pair) for pair in zip(peer["Ind1"], peer["Ind2"], strict=True)}


def test_pairs_nearly_the_same_are_those_the_peer_flags(asem, data):
    peer = pd.read_csv(data("asem", "corr_flags_high_075.csv"))
    found = audit_coherence(asem, rule=audit_rule({"redundant": 0.75}))
    pairs = {frozenset(about) for about in of_kind(found, FlagKind.REDUNDANT, "Social")}
    assert pairs == {frozenset(pair) for pair in zip(peer["Ind1"], peer["Ind2"], strict=True)}


def test_an_indicator_against_its_pillar_is_named(audit):
    assert of_kind(audit, FlagKind.AGAINST_ITS_WHOLE) == [("TBTs",)]


def test_a_negative_alpha_is_called_a_contradiction(audit):
    assert {one.group for one in audit.flags if one.kind is FlagKind.CONTRADICTORY} == {"Sust", "SusEcFin"}


def test_the_gravest_is_said_first(audit):
    order = [list(FlagKind).index(one.kind) for one in audit.flags]
    assert order == sorted(order)


def test_parts_of_one_thing_with_equal_influence_raise_no_flag():
    assert audit_coherence(made(RNG.normal(size=(5, 300)) + 1.5 * RNG.normal(size=300))).flags == ()


def test_a_part_without_variation_is_named_and_takes_no_share():
    parts = RNG.normal(size=(4, 60)) + RNG.normal(size=60)
    parts[2] = 40.0
    found = audit_coherence(made(parts))
    assert of_kind(found, FlagKind.NO_VARIATION) == [("c",)]
    assert np.isnan(found.group("whole").weighed.shares[2])
    assert np.nansum(found.group("whole").weighed.shares) == pytest.approx(1.0)


def test_parts_that_repeat_one_another_are_said_to():
    parts = RNG.normal(size=(3, 60)) + RNG.normal(size=60)
    found = audit_coherence(made(np.vstack([parts, parts[:1]])))
    assert of_kind(found, FlagKind.REDUNDANT) == [("a", "d")]
    assert of_kind(found, FlagKind.REPEATED) == [()]


def test_unrelated_parts_are_said_to_be():
    assert of_kind(audit_coherence(made(np.random.default_rng(3).normal(size=(4, 60)))), FlagKind.UNRELATED) == [()]


def test_more_influence_than_weight_is_told():
    parts = RNG.normal(size=(4, 200))
    parts[0] *= 6  # the mean follows what varies most
    found = audit_coherence(made(parts))
    assert of_kind(found, FlagKind.MUCH_INFLUENCE) == [("a",)]


def test_an_indicator_told_in_two_groups_is_told_once_as_redundant_across():
    common = RNG.normal(size=80)
    values = RNG.normal(size=(4, 80))
    values[0], values[2] = common, common + 0.05 * RNG.normal(size=80)
    groups = np.stack([values[:2].mean(axis=0), values[2:].mean(axis=0)])
    tree = ScoredTree(
        ("a", "b", "c", "d", "one", "two", "top"),
        np.vstack([values, groups, groups.mean(axis=0)]),
        {"one": ("a", "b"), "two": ("c", "d"), "top": ("one", "two")},
        {"one": np.ones(2), "two": np.ones(2), "top": np.ones(2)},
        "top",
    )
    assert of_kind(audit_coherence(tree), FlagKind.REDUNDANT_ACROSS) == [("a", "c")]


def test_an_indicator_that_goes_with_another_group_is_told(audit):
    assert ("NEET", "Social") in of_kind(audit, FlagKind.CLOSER_TO_ANOTHER, "SusEcFin")


def test_few_units_are_told_with_the_correlation_that_chance_alone_reaches():
    found = audit_coherence(made(RNG.normal(size=(3, 9)) + RNG.normal(size=9)))
    flag = next(one for one in found.flags if one.kind is FlagKind.FEW_UNITS)
    assert flag.numbers == pytest.approx({"units": 9, "needed": 2 / 3})


def test_an_audit_of_few_units_weighs_by_the_line():
    found = audit_coherence(made(RNG.normal(size=(3, 6)) + RNG.normal(size=6))).group("whole").weighed
    np.testing.assert_array_equal(found.ratio, found.influence.linear)


def test_missing_cells_leave_the_audit_standing(asem):
    values = asem.rows(asem.codes)
    values[:49][RNG.random((49, 51)) < 0.05] = np.nan
    found = audit_coherence(replace(asem, values=values))
    assert np.isfinite([group.alpha for group in found.groups]).all()
    assert found.group("Physical").units < 51


def test_a_removal_that_leaves_no_score_is_told_as_such():
    tree = made(RNG.normal(size=(3, 20)))
    found = audit_coherence(tree, rescore=lambda _: np.full(20, np.nan), without=["a"])
    assert found.removals[0].compared == 0
    assert np.isnan(found.removals[0].mean_change)


def test_a_removal_that_moves_no_rank_is_told():
    tree = made(RNG.normal(size=(3, 20)), weights=[1, 1, 0])
    found = audit_coherence(tree, rescore=lambda code: tree.row("whole") if code == "c" else tree.row("a"))
    assert of_kind(found, FlagKind.MOVES_NO_RANK) == [("c",)]


def test_a_part_of_two_groups_weighs_in_the_top_by_both_ways():
    values = RNG.normal(size=(5, 10))
    tree = ScoredTree(
        ("a", "b", "one", "two", "top"),
        values,
        {"one": ("a", "b"), "two": ("b",), "top": ("one", "two")},
        {"one": np.array([1.0, 3.0]), "two": np.ones(1), "top": np.array([2.0, 2.0])},
        "top",
    )
    assert tree.overall_weights["b"] == pytest.approx(0.5 * 0.75 + 0.5)


def test_what_does_not_lead_to_the_top_is_not_audited():
    tree = made(RNG.normal(size=(3, 40)))
    aside = replace(tree, parts={**tree.parts, "aside": ("a", "b")}, weights={**tree.weights, "aside": np.ones(2)})
    found = audit_coherence(replace(aside, codes=(*aside.codes, "aside"), values=np.vstack([tree.rows(tree.codes), tree.row("a")])))
    assert [one.group for one in found.groups] == ["whole"]
    with pytest.raises(KeyError, match="aside"):
        found.group("aside")


def test_a_rule_with_an_unknown_key_is_refused():
    with pytest.raises(InvalidInput, match="no such key"):
        audit_rule({"oposed": -0.5})
    with pytest.raises(InvalidInput, match="not in order"):
        audit_rule({"almost_none": 0.6})
