"""What the pages of an index say: who leads and how sure that is, what is refused and provisional, what the audit found, how it is made."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from gettext import NullTranslations

import numpy as np
import pytest
from babel import Locale
from tests.profile.index_sample import (
    BAD_NAME,
    CHOICE,
    INDICATORS,
    SCALES,
    UNITS,
    index_recipe,
    index_table,
    index_view,
    provisional_recipe,
    refusing_view,
)

from ekistics.assess.audit.flags import FlagKind
from ekistics.model.errors import NotFound
from ekistics.model.recipes import IndexGroup, Method, Uncertainty
from ekistics.profile.blocks import CellState, ChartBlock, Index, LinkKind, Table
from ekistics.profile.index.audit import index_audit
from ekistics.profile.index.how import index_how
from ekistics.profile.index.listing import IndexEntry, index_list
from ekistics.profile.index.matrix import index_matrix
from ekistics.profile.index.ranking import index_ranking
from ekistics.publish.words import Words
from ekistics.workspace.assessing.index_pages import document_of, view_of

WORDS = Words(NullTranslations(), Locale.parse("en"))


@pytest.fixture(scope="module")
def view():
    return index_view()


def said(text) -> str:
    return WORDS.plain(text)


def blocks(document, kind):
    return [block for section in document.sections for block in section.blocks if isinstance(block, kind)]


def texts(table: Table) -> list[list[str]]:
    return [[said(cell.text or (cell.link.text if cell.link else None)) for cell in row] for row in table.rows]


def with_ranks(view, ranks):
    """Return the view whose runs ranked the first units as told, one row a run."""
    made = np.tile(np.arange(1, len(view.units) + 1, dtype=np.int32), (len(ranks), 1))
    order = list(view.order)
    for run, told in enumerate(ranks):
        made[run, order] = [*told, *range(len(told) + 1, len(order) + 1)]
    return replace(view, doubt=replace(view.doubt, ranks=made))


def test_a_leader_that_every_run_puts_first_leads_and_those_behind_that_change_places_cannot_be_told_apart(view):
    told = with_ranks(view, [(1, 2, 3, 4), (1, 3, 4, 2), (1, 4, 2, 3)] * 4)
    assert said(index_ranking(told).title) == "Place 1 leads; the next 3 cannot be told apart"


def test_a_leader_that_some_runs_put_behind_is_said_not_to_be_told_apart(view):
    told = with_ranks(view, [(1, 2), (2, 1)] * 5)
    assert said(index_ranking(told).title) == "Place 1 comes first, but one more cannot be told apart from it"


def test_two_that_are_told_apart_lead_and_follow(view):
    assert said(index_ranking(with_ranks(view, [(1, 2)] * 5)).title) == "Place 1 leads, Place 2 follows"


def test_without_doubt_the_ranking_says_which_command_draws_it(view):
    page = index_ranking(replace(view, doubt=None, sensitivities=(), undrawn="ekistics assess made"))
    assert said(page.title) == "Place 1 comes first of 12 places"
    assert "ekistics assess made draws it and keeps it" in said(page.lede[0])
    heads = [said(one.head) for one in blocks(page, Table)[0].columns]
    assert not any("interval" in head for head in heads)


def test_more_units_than_a_page_draws_for_have_no_doubt_and_the_command(view):
    many = view_of(index_recipe(), index_table(), command="ekistics assess made", drawn_units=5)
    assert many.doubt is None
    assert many.undrawn == "ekistics assess made"


def test_scores_of_runs_on_other_scales_get_no_interval():
    page = index_ranking(index_view(index_recipe(uncertainty=Uncertainty((SCALES, CHOICE), runs=40))))
    heads = [said(one.head) for one in blocks(page, Table)[0].columns]
    assert "Rank, 95\u202f% interval" in heads
    assert "Score, 95\u202f% interval" not in heads
    assert any("another scale" in said(one) for one in page.lede)
    ranks = blocks(page, ChartBlock)[0].chart
    assert ranks.end <= len(UNITS) + 1


def test_the_ranking_names_each_place_once_best_first(view):
    rows = texts(blocks(index_ranking(view), Table)[0])
    assert [row[0] for row in rows] == [view.names[unit] for unit in view.order]
    assert [int(row[1]) for row in rows] == sorted(int(row[1]) for row in rows)


def test_a_long_ranking_is_shown_in_pages_that_lead_to_one_another():
    view = index_view(table=index_table(450))
    page = index_ranking(view, first=201)
    table = blocks(page, Table)[0]
    assert len(table.rows) == 200
    assert texts(table)[0][0] == view.names[view.order[200]]
    assert [link.key for link in table.links if "from" in link.key] == ["made/from/1", "made/from/401"]


def test_the_chart_holds_forty_places_and_says_how_many_more_there_are():
    chart = blocks(index_ranking(index_view(table=index_table(45))), ChartBlock)[0]
    assert len(chart.chart.rows) == 40
    assert said(chart.source) == "5 more places stand in the table below."


def test_a_refused_place_stands_apart_with_what_it_lacks():
    view = refusing_view()
    page = index_ranking(view)
    ranked, refused = texts(blocks(page, Table)[0]), texts(blocks(page, Table)[1])
    assert BAD_NAME not in [row[0] for row in ranked]
    assert refused[0][0] == BAD_NAME
    assert refused[0][-1] == "People, Money"


def test_an_unverified_benchmark_makes_every_title_provisional_and_is_listed():
    view = index_view(provisional_recipe())
    for page in (index_ranking(view), index_matrix(view), index_audit(view), index_how(view)):
        assert said(page.title).endswith("(provisional)")
    listed = next(section for section in index_ranking(view).sections if section.id == "provisional")
    assert said(listed.title) == "One benchmark was not read in the official text"


def test_each_cell_of_an_indicator_leads_to_its_figure_where_there_is_a_record():
    ids = np.arange(1, len(INDICATORS) * len(UNITS) + 1).reshape(1, len(INDICATORS), len(UNITS))
    view = index_view(table=index_table(figure_ids=ids))
    table = blocks(index_matrix(view, "land"), Table)[0]
    cell = table.rows[0][2]
    assert (cell.link.kind, cell.link.key) == (LinkKind.FIGURE, str(ids[0, 0, view.order[0]]))


def test_without_a_record_cells_lead_to_the_page_of_the_unit(view):
    cell = blocks(index_matrix(view, "land"), Table)[0].rows[0][2]
    assert (cell.link.kind, cell.link.key) == (LinkKind.INDEX, "made/unit/U/1")


def test_a_filled_gap_says_so_in_the_matrix(view):
    table = blocks(index_matrix(view, "land"), Table)[0]
    notes = {said(row[0].link.text): said(row[2].note) for row in table.rows}
    assert notes["Place 2"] == "imputed"
    assert notes["Place 1"] != "imputed"


def test_a_refused_composite_is_hatched_and_says_so():
    table = blocks(index_matrix(refusing_view()), Table)[0]
    last = next(row for row in table.rows if said(row[0].link.text) == BAD_NAME)
    assert [cell.state for cell in last[1:]].count(CellState.MISSING) == 3
    assert said(last[1].link.text) == "refused"


def test_a_group_that_the_index_does_not_have_is_not_found(view):
    with pytest.raises(NotFound):
        index_matrix(view, "nothing")


def test_a_page_that_an_index_does_not_have_is_not_found(view):
    for page, about in (("nothing", ""), ("audit", "more"), ("from", "x"), ("from", "9" * 12)):
        with pytest.raises(NotFound):
            document_of(view, page, about)


def test_an_index_of_two_places_has_no_audit_and_says_what_it_takes():
    view = index_view(table=index_table(2))
    assert view.audit is None
    assert said(index_audit(view).title) == "There is too little to audit"


def test_a_group_without_influence_is_the_title_of_the_audit():
    table = index_table()
    values = table.values.copy()
    values[0, 6:] = np.random.default_rng(1).normal(0, 1, (3, len(UNITS)))
    view = index_view(table=replace(table, values=values))
    assert "Money" in said(index_audit(view).title)


def test_every_sentence_of_the_audit_is_on_its_page(view):
    groups = index_audit(view).sections[0].blocks
    told = [line for group in groups for block in group.blocks for line in (block.rows if isinstance(block, Table) else block.paragraphs)]
    assert len(told) == len(view.audit.flags) > 0


def test_the_weights_of_the_audit_are_drawn_against_the_influence(view):
    chart = blocks(index_audit(view), ChartBlock)[0].chart
    assert sum(one.then for one in chart.pairs) == pytest.approx(100)
    assert sum(one.now for one in chart.pairs) == pytest.approx(100)


def test_a_correlation_that_may_be_chance_has_no_class(view):
    tables = [one for one in blocks(index_audit(view), Table) if one.heat]
    cells = [cell for row in tables[0].rows for cell in row[1:] if cell.text is not None]
    assert cells
    assert all((cell.klass is None) == (cell.state is not CellState.PLAIN) for cell in cells)


def test_every_stage_is_told_with_the_cells_that_it_changed(view):
    page = index_how(view)
    stages = texts(blocks(page, Table)[0])
    assert [row[0] for row in stages] == ["Choose the figure", "Fill gaps", "Bring to one scale", "Weigh", "Put together"]
    assert stages[1][2] == "Imputed: 1"
    imputed = next(one for one in blocks(page, Table) if said(one.caption).startswith("Imputed (1)"))
    assert texts(imputed)[0][:3] == ["Indicator land1", "Place 2", "none"]


def test_the_choice_that_makes_most_of_the_doubt_is_named(view):
    one = view.sensitivities[0]
    most = one.inputs[int(np.nanargmax(one.total))]
    assert most in said(next(section for section in index_how(view).sections if section.id == "doubt").title)


def test_a_recipe_without_doubt_says_that_it_names_none():
    view = index_view(index_recipe(uncertainty=Uncertainty()))
    assert view.doubt is None
    assert "names nothing that is in doubt" in said(index_ranking(view).lede[0])


def test_nobody_with_a_score_is_said_and_not_an_error():
    values = np.full((1, len(INDICATORS), len(UNITS)), np.nan)
    for row in range(len(INDICATORS)):
        values[0, row, row : row + 2] = (1, 2)
    recipe = index_recipe(impute=Method("none"), coverage={"group": 0.9, "index": 0.9})
    view = index_view(recipe, index_table(values=values))
    assert said(index_ranking(view).title) == "No place has enough figures to be ranked"
    assert index_matrix(view).sections
    assert index_how(view).sections


@pytest.fixture(scope="module")
def flat():
    """An index right over two indicators that go together."""
    recipe = index_recipe()
    groups = (IndexGroup("whole", "Whole", "index"),)
    indicators = tuple(replace(one, parents=("whole",)) for one in recipe.indicators[:2])
    recipe = replace(recipe, levels=("indicator", "index"), groups=groups, indicators=indicators, coverage={"index": 0.5})
    rising = np.linspace(1, 100, 60)
    values = np.stack([rising, rising + np.random.default_rng(2).normal(0, 15, 60)])[None]
    units = tuple(f"U{number}" for number in range(60))
    table = replace(index_table(), units=units, names=units, values=values, indicators=INDICATORS[:2])
    return index_view(recipe, table)


def test_the_matrix_of_an_index_without_groups_shows_its_indicators(flat):
    page = index_matrix(flat)
    assert said(page.title) == "Places differ most in Indicator land1 and least in Indicator land2"
    (table,) = blocks(page, Table)
    assert [said(one.head) for one in table.columns] == ["Place", "Whole", "Indicator land1", "Indicator land2"]
    assert page.lead == ()


def test_an_audit_that_finds_nothing_amiss_does_not_say_in_its_title_that_there_is_something_to_know(flat):
    assert {one.kind for one in flat.audit.flags} == {FlagKind.MOVES_RANKS_MOST}
    page = index_audit(flat)
    assert said(page.title) == "The parts of Made-up index belong together"
    assert said(page.lede[0]) == "The audit found nothing amiss."


def test_the_audit_of_one_group_speaks_of_one_group_and_of_no_chart_that_is_not_there(flat):
    page = index_audit(flat)
    assert not blocks(page, ChartBlock)
    assert not any("Dot:" in said(one.subtitle) for one in page.sections if one.subtitle)
    measures = next(one for one in page.sections if one.id == "measures")
    assert said(measures.title) == "Its parts measure one thing"
    assert texts(measures.blocks[0])[0][4] == "under 0.01"


def test_weight_and_influence_that_are_the_same_are_said_to_be(flat):
    weights = next(one for one in index_audit(flat).sections if one.id == "weights")
    assert said(weights.title) == "Every part has the influence on Whole that its weight says"


def test_one_group_and_one_indicator_are_counted_in_the_singular(flat):
    assert said(index_how(flat).lede[0]) == "2 indicators of 60 places make one composite."
    listed = index_list([IndexEntry("a", "A", indicators=1, groups=1), IndexEntry("b", "B", 2, 3)], commit=1, known_on=date(2024, 3, 2))
    assert [said(note) for _, note in blocks(listed, Index)[0].entries] == ["one indicator in one group", "2 indicators in 3 groups"]
