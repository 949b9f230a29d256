"""Composites on the pages of a place: with interval, peers, coverage and band, or refused with the reason; never without saying so."""

from __future__ import annotations

import gettext
from dataclasses import replace

import pytest
from babel import Locale
from tests.profile.index_sample import index_view
from tests.profile.sample import evidence
from tests.profile.umf_sample import umf_place

from ekistics.frameworks.recipe_loader import load_shipped_recipe
from ekistics.profile.blocks import AgendaStrips, Facts, LinkKind, Matrix, Prose, Table
from ekistics.profile.glance import glance
from ekistics.profile.index.unit_evidence import UnitView
from ekistics.profile.indices_shown import IndicesShown, lacking_composites
from ekistics.profile.matrix import agenda_page, matrix_page
from ekistics.profile.place_indices import agenda_index, composites_section, head_of, index_fact, is_provisional, refused_fact
from ekistics.publish.words import Words

WORDS = Words(gettext.NullTranslations(), Locale("en"))


def told(text):
    return WORDS.plain(text).replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture(scope="module")
def place():
    return umf_place()


@pytest.fixture(scope="module")
def shown(place):
    return evidence(indices=IndicesShown((index_fact(place),), {"umf": agenda_index(place)}, {"umf": composites_section(place)}))


def matrix_on(page):
    return next(block for section in page.sections for block in section.blocks if isinstance(block, Matrix))


def test_a_composite_stands_with_its_interval_its_peers_and_its_coverage(place):
    head = head_of(place, "domain 1")
    assert (told(head.value), head.band, head.provisional) == ("50.0", "D", True)
    assert told(head.note) == "48.4 to 51.5; peers 50.0; resting on 75 %; provisional"
    assert (head.link.kind, head.link.key) == (LinkKind.INDEX, "umf/unit/B")


def test_a_composite_whose_doubt_was_not_drawn_says_so():
    assert told(head_of(umf_place(runs_below=False), "domain 1").note).startswith("interval not drawn; ")


def test_a_refused_composite_says_how_much_is_known_and_how_much_is_needed(place):
    head = head_of(place, "domain 2")
    assert head.value is None
    assert told(head.missing) == "25 % is known, 65 % is needed"


def test_only_composites_that_rest_on_an_unverified_benchmark_are_provisional():
    recipe = load_shipped_recipe("umf")
    assert is_provisional(recipe, "domain 1")
    assert not is_provisional(recipe, "3.1")


def test_heads_of_the_matrix_carry_the_composites_of_domains_and_objectives(shown):
    block = matrix_on(matrix_page(shown))
    assert [told(one.value) if one.value else "refused" for one in block.row_heads] == ["50.0", "refused"]
    assert [told(one.missing) for one in block.column_heads] == ["20 % is known, 65 % is needed"] * 2
    assert told(block.whole.missing) == "20 % is known, 65 % is needed"


def test_without_a_recipe_the_matrix_has_no_heads_and_says_what_a_composite_lacks():
    here = evidence()
    framework = next(view.framework for view in here.agendas if view.framework.code == "umf")
    here = replace(here, indices=IndicesShown(sections={"umf": lacking_composites(load_shipped_recipe("umf"), framework)}))
    page = matrix_page(here)
    assert matrix_on(page).row_heads == ()
    section = next(one for one in page.sections if one.id == "index")
    assert "ekistics recipe choose umf" in told(next(one for one in section.blocks if isinstance(one, Prose)).paragraphs[0])
    table = next(one for one in section.blocks if isinstance(one, Table))
    lacks = {told(row[0].note): told(row[1].text) for row in table.rows}
    assert lacks["1.1.4"] == "a benchmark"
    assert table.folded


def test_the_page_of_an_agenda_lists_its_composites_and_leads_to_how_they_are_made(shown):
    section = next(one for one in agenda_page(shown, "umf").sections if one.id == "index")
    assert told(section.title) == "5 of 30 composites can be made (provisional)"
    links = [link for block in section.blocks if isinstance(block, Prose) for link in block.links]
    assert [link.key for link in links] == ["umf/unit/B", "umf"]


def test_the_first_page_has_one_line_an_index_and_no_longer_says_that_nothing_is_rated(shown):
    page = glance(shown)
    blocks = (*page.lead, *page.aside)
    facts = next(one for one in blocks if isinstance(one, Facts) and one.title is not None)
    (fact,) = facts.facts
    assert (told(fact.label), told(fact.value), told(fact.note)) == (
        "Global Urban Monitoring Framework (provisional)",
        "refused",
        "20 % is known, 65 % is needed",
    )
    assert next(one for one in blocks if isinstance(one, AgendaStrips)).note is None
    assert next(one for one in (*glance(evidence()).lead, *glance(evidence()).aside) if isinstance(one, AgendaStrips)).note is not None


def test_an_index_that_was_made_says_score_rank_intervals_and_peers():
    view = index_view()
    fact = index_fact(UnitView(view, view.order[0], doubts={view.top: view.doubt}))
    assert told(fact.value).endswith(" A")
    assert told(fact.note).startswith("rank 1 of 12 in 95 % of the runs; score ")
    assert "; score " in told(fact.note)
    assert "; peers " in told(fact.note)


def test_a_recipe_that_cannot_be_applied_says_how_much_speaks_against_it():
    fact = refused_fact("cpi", "Prosperity", 12)
    assert (told(fact.value), told(fact.note), fact.link.key) == ("not applied", "12 things speak against it", "cpi")
