"""The page on which weights are moved: what it says without script, where it has nothing to move, and the figures that it is sent."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from gettext import NullTranslations
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from babel import Locale
from tests.profile.index_sample import BAD_NAME, GROUPS, INDICATORS, index_recipe, index_table, index_view, poor_table

from ekistics.assess.index.pipeline import assess
from ekistics.model.cards import Direction
from ekistics.model.errors import NotFound
from ekistics.model.recipes import Method, Screening
from ekistics.profile.blocks import Island, Prose, Table
from ekistics.profile.index import what_if as page
from ekistics.profile.index.evidence import IndexView
from ekistics.publish.addresses import site_address
from ekistics.publish.html import Look, render_page
from ekistics.publish.what_if_data import encode_what_if
from ekistics.publish.what_if_words import WORDS
from ekistics.publish.words import PseudoTranslations, Words

IN_WORDS = Words(NullTranslations(), Locale.parse("en"))


def plain_view(recipe=None, table=None) -> IndexView:
    return IndexView(assess(recipe or index_recipe(), table or index_table()))


def first_blocks(view: IndexView):
    return page.index_what_if(view).sections[0].blocks


def sent(view: IndexView) -> dict:
    return json.loads(encode_what_if(view))


def cells(scale: dict, units: int) -> np.ndarray:
    return np.frombuffer(base64.b64decode(scale["values"]), "<f8").reshape(-1, units)


def test_without_script_every_part_stands_with_its_share_and_every_place_with_its_rank():
    (island,) = first_blocks(plain_view())
    assert isinstance(island, Island)
    prose, weights, ranks = island.fallback
    assert isinstance(prose, Prose)
    assert [IN_WORDS.plain(row[0].text) for row in weights.rows][:3] == ["Whole", "Land", "Indicator land1"]
    assert len(weights.rows) == 1 + len(GROUPS) + len(INDICATORS)
    assert IN_WORDS.plain(weights.rows[1][1].text) == "33.3\u202f%"
    assert [IN_WORDS.plain(row[1].text) for row in ranks.rows] == [str(rank) for rank in range(1, 13)]


@pytest.mark.parametrize(
    ("recipe", "said"),
    [
        (index_recipe(weights=Method("benefit-of-the-doubt")), "every place has weights of its own"),
        (index_recipe(aggregate={"index": Method("copeland")}), "Whole is put together by copeland"),
        (index_recipe(impute=Method("none"), coverage={"index": 1.0, "group": 1.0}), "nothing to move"),
    ],
)
def test_where_nothing_can_be_moved_the_page_says_why_and_sends_no_figures(recipe, said):
    values = index_table().values.copy()
    values[0, range(9), range(9)] = np.nan
    values[0, 0, 9:] = np.nan
    view = plain_view(recipe, replace(index_table(), values=values))
    prose, *tables = first_blocks(view)
    assert said in IN_WORDS.plain(prose.paragraphs[0])
    assert all(isinstance(one, Table) for one in tables)
    with pytest.raises(NotFound):
        encode_what_if(view)


def test_an_index_of_too_many_figures_is_not_sent(monkeypatch):
    monkeypatch.setattr(page, "MOST_CELLS", 107)
    assert "108 figures" in IN_WORDS.plain(page.why_not(plain_view()))
    monkeypatch.setattr(page, "MOST_CELLS", 108)
    assert page.why_not(plain_view()) is None


def test_the_figures_are_sent_to_the_last_bit():
    view = plain_view(table=poor_table())
    own = cells(sent(view)["scales"][0], 12)
    np.testing.assert_array_equal(own, view.assessment.normalised[-1])


def test_a_scale_that_the_recipe_has_is_not_offered_twice():
    assert [one["code"] for one in sent(plain_view())["scales"]] == ["own", "z-score", "rank"]
    other = index_recipe(normalise=Method("min-max", {"to": (0.0, 10.0)}))
    assert [one["code"] for one in sent(plain_view(other))["scales"]] == ["own", "min-max", "z-score", "rank"]


def test_a_scale_that_a_row_does_not_fit_is_named_and_left_out():
    values = index_table().values.copy()
    values[0, 4] = 5.0
    told = sent(plain_view(index_recipe(normalise=Method("rank")), replace(index_table(), values=values)))
    assert [one["code"] for one in told["scales"]] == ["own"]
    assert told["left_out"] == ["min-max", "z-score"]


def test_an_indicator_without_direction_leaves_only_the_scale_of_the_recipe():
    recipe = index_recipe()
    neutral = replace(recipe.indicators[0], direction=Direction.NEUTRAL)
    view = plain_view()
    view = replace(view, assessment=replace(view.assessment, recipe=replace(recipe, indicators=(neutral, *recipe.indicators[1:]))))
    told = sent(view)
    assert [one["code"] for one in told["scales"]] == ["own"]
    assert told["left_out"] == ["z-score", "rank"]


def test_an_indicator_that_the_screening_left_out_has_no_weight():
    values = index_table().values.copy()
    values[0, 0, 2:] = np.nan
    recipe = index_recipe(screen=Screening(indicators=0.5))
    told = sent(plain_view(recipe, replace(index_table(), values=values)))
    assert told["groups"][0]["used"] == [0.0, 1.0, 1.0]


def test_names_are_escaped_and_every_word_of_the_controls_goes_through_the_catalogue():
    html = render_page(
        page.index_what_if(index_view()), look=Look(), translations=PseudoTranslations(), locale="en", addresses=site_address
    )
    assert BAD_NAME not in html
    words = re.search(r'data-words="([^"]+)"', html)
    assert words is not None
    assert json.loads(unescape(words[1])) == {key: f"⟦{text}⟧" for key, text in WORDS.items()}


def test_the_page_asks_for_the_very_words_that_it_is_sent():
    source = (Path(__file__).parents[3] / "web" / "src" / "what-if" / "telling.ts").read_text("utf-8")
    union = re.search(r"type Key =(.*?);", source, re.DOTALL)
    assert union is not None
    assert sorted(re.findall(r'"([^"]+)"', union[1])) == sorted(WORDS)
