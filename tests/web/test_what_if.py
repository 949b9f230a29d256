"""The page works out the same scores and ranks as the server: by every scale and mean, moved weights, gaps, coverage and refusals."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from tests.assess.asem import asem_recipe, asem_table
from tests.profile.index_sample import index_recipe, index_table, poor_table
from tests.web.node import run_script

from ekistics.assess.index.pipeline import assess
from ekistics.model.errors import InvalidInput
from ekistics.model.recipes import IndexGroup, IndexIndicator, Method, Recipe
from ekistics.profile.index.evidence import IndexView
from ekistics.publish.what_if_data import encode_what_if

ABOVE_ZERO = Method("min-max", {"to": (1.0, 100.0)})
SCALES = {"min-max": ABOVE_ZERO, "z-score": Method("z-score"), "rank": Method("rank")}
SCORE = """
const { Index, untouched } = await load("what-if/scoring.ts");
const { read } = await load("what-if/choosing.ts");
const index = new Index(data.payload);
done = data.asked.map((address) => index.outcome(read(address, data.payload).choices));
"""
CHOOSE = 'const { moved, read, written, shares } = await load("what-if/choosing.ts");'


def payload_of(recipe, table) -> dict:
    return json.loads(encode_what_if(IndexView(assess(recipe, table))))


def outcomes(payload: dict, *asked: str) -> list[dict]:
    return run_script(SCORE, {"payload": payload, "asked": asked})


def numbers(scores) -> np.ndarray:
    return np.array([float(one) if one is not None else np.nan for one in scores])


def agrees(outcome: dict, recipe: Recipe, table) -> None:
    """The outcome of the page is the assessment of a recipe with the same choices."""
    made = assess(recipe, table)
    row = made.row(recipe.top.code)
    np.testing.assert_allclose(numbers(outcome["scores"]), made.scores[-1, row], rtol=1e-9, atol=1e-9)
    np.testing.assert_array_equal(outcome["ranks"], made.ranks[-1, row])
    assert outcome["refusal"] is None


def by_means(recipe: Recipe, *means: str) -> dict[str, Method]:
    return {level: Method(mean) for level, mean in zip(recipe.levels[1:], means, strict=True)}


def told(recipe: Recipe, *means: str) -> str:
    return "&".join(f"mean.{level}={mean}" for level, mean in zip(recipe.levels[1:], means, strict=True))


@pytest.mark.parametrize("scale", ["own", *SCALES])
@pytest.mark.parametrize("means", [("arithmetic",) * 3, ("median", "arithmetic", "median"), ("arithmetic", "median", "arithmetic")])
def test_the_reference_index_scores_alike_on_every_scale(data, scale, means):
    recipe, table = asem_recipe(data), asem_table(data)
    changed = replace(recipe, normalise=SCALES.get(scale, recipe.normalise), aggregate=by_means(recipe, *means))
    agrees(outcomes(payload_of(recipe, table), f"scale={scale}&{told(recipe, *means)}")[0], changed, table)


@pytest.mark.parametrize("scale", ["min-max", "rank"])
@pytest.mark.parametrize("means", [("geometric",) * 3, ("harmonic",) * 3, ("geometric", "harmonic", "median")])
def test_the_reference_index_scores_alike_by_means_that_need_values_above_zero(data, scale, means):
    recipe, table = asem_recipe(data), asem_table(data)
    changed = replace(recipe, normalise=SCALES[scale], aggregate=by_means(recipe, *means))
    agrees(outcomes(payload_of(recipe, table), f"scale={scale}&{told(recipe, *means)}")[0], changed, table)


def test_the_reference_index_scores_alike_with_moved_weights(data):
    recipe, table = asem_recipe(data), asem_table(data)
    payload = payload_of(recipe, table)
    top = payload["groups"][-1]
    parts = [payload["groups"][node - len(payload["indicators"])]["code"] for node in top["parts"]]
    moved = dict(zip(parts, [0.8, 0.2], strict=True))
    groups = tuple(replace(one, weight=moved.get(one.code, one.weight)) for one in recipe.groups)
    agrees(outcomes(payload, f"weights.{top['code']}=800000-200000")[0], replace(recipe, groups=groups), table)


def made(units: int, indicators: int, seed: int, **changes) -> tuple[Recipe, object]:
    """Make an index of three levels with gaps, weights, thresholds and equal figures."""
    chance = np.random.default_rng(seed)
    codes = tuple(f"i{place}" for place in range(indicators))
    leaves = tuple(
        IndexIndicator(code, code, (f"g{place % 4}",), weight=float(chance.integers(0, 4)) + (place < 4))
        for place, code in enumerate(codes)
    )
    groups = (
        *(IndexGroup(f"g{one}", f"g{one}", "pillar", (f"h{one % 2}",), weight=1.0 + one) for one in range(4)),
        *(IndexGroup(f"h{one}", f"h{one}", "half", ("top",)) for one in range(2)),
        IndexGroup("top", "top", "index"),
    )
    levels = ("indicator", "pillar", "half", "index")
    recipe = Recipe("made", "Made", "1", levels, leaves, groups, normalise=ABOVE_ZERO, **changes)
    values = chance.integers(1, 30, (1, indicators, units)).astype(np.float64)
    values[chance.random(values.shape) < 0.15] = np.nan
    table = index_table(units, indicators=codes, values=values)
    return recipe, table


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("mean", ["arithmetic", "geometric", "harmonic", "median"])
def test_random_figures_with_gaps_weights_and_thresholds_score_alike(seed, mean):
    recipe, table = made(60, 12, seed, coverage={"pillar": 0.5, "half": 0.6, "index": 0.7}, ties=("min", "dense")[seed % 2])
    payload = payload_of(recipe, table)
    plain, ranked = outcomes(payload, told(recipe, mean, mean, mean), f"scale=rank&{told(recipe, mean, mean, mean)}")
    changed = replace(recipe, aggregate=by_means(recipe, mean, mean, mean))
    agrees(plain, changed, table)
    agrees(ranked, replace(changed, normalise=SCALES["rank"]), table)


@pytest.mark.parametrize("method", [Method("power", {"power": 0.5}), Method("power", {"power": 0.0}), Method("minimum")])
def test_a_mean_that_only_the_recipe_names_is_worked_out_too(method):
    recipe, table = made(40, 12, 9, aggregate={"half": method})
    agrees(outcomes(payload_of(recipe, table), "")[0], recipe, table)


def test_a_group_with_a_mean_of_its_own_keeps_it():
    recipe, table = made(40, 12, 5)
    groups = tuple(replace(one, aggregate=Method("harmonic")) if one.code == "g1" else one for one in recipe.groups)
    recipe = replace(recipe, groups=groups)
    changed = replace(recipe, aggregate={"pillar": Method("median")})
    agrees(outcomes(payload_of(recipe, table), "mean.pillar=median")[0], changed, table)


def test_weights_that_were_found_from_the_figures_give_the_ranks_of_the_recipe():
    recipe, table = made(60, 12, 3, weights=Method("principal-components"), impute=Method("median"))
    agrees(outcomes(payload_of(recipe, table), "")[0], recipe, table)


def test_the_newest_year_of_a_panel_scores_alike(data):
    recipe, table = asem_recipe(data), asem_table(data, panel=True)
    changed = replace(recipe, normalise=SCALES["z-score"])
    plain, other = outcomes(payload_of(recipe, table), "", "scale=z-score")
    agrees(plain, recipe, table)
    agrees(other, changed, table)


def test_a_place_with_too_little_is_not_ranked():
    recipe = index_recipe(impute=Method("none"))
    found = outcomes(payload_of(recipe, poor_table()), "")[0]
    agrees(found, recipe, poor_table())
    assert found["ranks"][-1] == 0


def test_weight_moved_to_a_part_that_a_place_has_lets_it_be_ranked():
    recipe = index_recipe(impute=Method("none"))
    found = outcomes(payload_of(recipe, poor_table()), "weights.whole=900000-50000-50000")[0]
    weights = {"land": 0.9, "people": 0.05, "money": 0.05}
    groups = tuple(replace(one, weight=weights.get(one.code, one.weight)) for one in recipe.groups)
    agrees(found, replace(recipe, groups=groups), poor_table())
    assert found["ranks"][-1] > 0


def test_a_geometric_mean_of_values_not_above_zero_is_refused_as_on_the_server():
    recipe, table = index_recipe(), index_table()
    payload = payload_of(recipe, table)
    refusal = outcomes(payload, "scale=z-score&mean.group=geometric")[0]["refusal"]
    with pytest.raises(InvalidInput) as refused:
        assess(replace(recipe, normalise=Method("z-score"), aggregate={"group": Method("geometric")}), table)
    group = payload["groups"][refusal["group"]]
    part = payload["indicators"][refusal["part"]]["code"]
    assert refused.value.column == group["code"]
    assert refused.value.found == f"{part} of {refusal['low']:g}"


def test_a_part_without_weight_may_be_below_zero():
    recipe, table = index_recipe(normalise=Method("z-score")), index_table()
    recipe = replace(
        recipe, indicators=tuple(replace(one, normalise=ABOVE_ZERO) if one.code != "land1" else one for one in recipe.indicators)
    )
    weights = "weights.land=0-500000-500000&mean.group=geometric"
    found = outcomes(payload_of(recipe, table), weights)[0]
    left = tuple(replace(one, weight=0.0) if one.code == "land1" else one for one in recipe.indicators)
    agrees(found, replace(recipe, indicators=left, aggregate={"group": Method("geometric")}), table)


def test_equal_scores_share_a_rank_though_rounding_parts_them():
    script = """
const { ranked } = await load("what-if/scoring.ts");
done = [[0.1 + 0.2, 0.3, NaN, 0.1], [1e3, 999.9999999999999, 5, 1]].map((scores) => ranked(Float64Array.from(scores), data));
"""
    assert run_script(script, False) == [[1, 1, 0, 3], [1, 1, 3, 4]]
    assert run_script(script, True) == [[1, 1, 0, 2], [1, 1, 2, 3]]


def test_a_moved_share_leaves_the_others_their_proportions():
    script = CHOOSE + "done = [moved([1, 1, 2], 0, 0.4, [1, 1, 2]), moved([0, 0, 9], 2, 0.5, [3, 1, 2]), moved([1, 0], 0, 0, [1, 0])];"
    assert run_script(script, None) == [[400000, 200000, 400000], [375000, 125000, 500000], [0, 1000000]]


def test_an_address_gives_back_the_very_choices():
    payload = payload_of(*made(20, 12, 1))
    address = "scale=rank&mean.half=median&weights.top=333333-666667&weights.h0=0-1000000"
    script = (
        CHOOSE + "const told = read(data.address, data.payload); done = [told, read(written(told.choices, data.payload), data.payload)];"
    )
    first, second = run_script(script, {"payload": payload, "address": address})
    assert first == second
    assert not first["misfit"]
    assert first["choices"]["weights"][-1] == [333333, 666667]


@pytest.mark.parametrize(
    "address", ["scale=other", "mean.half=power", "mean.nowhere=median", "weights.top=1", "weights.top=0-0", "weights.top=-1-2", "<b>=1"]
)
def test_what_does_not_fit_the_index_is_left_out_of_an_address_and_said(address):
    payload = payload_of(*made(20, 12, 1))
    script = CHOOSE + "done = [read(data.address, data.payload), written(read(data.address, data.payload).choices, data.payload)];"
    found, again = run_script(script, {"payload": payload, "address": address})
    assert found["misfit"]
    assert again == ""
