"""The page of one unit of an index says how its score came about, down to every cell, and what sets the unit apart."""

from __future__ import annotations

import gettext
from dataclasses import replace

import numpy as np
import pytest
from babel import Locale
from tests.assess.made_index import changed, made_recipe, made_table

from ekistics.assess.comparing.distances import pace_of
from ekistics.model.frameworks import Band, Benchmark, Form
from ekistics.model.recipes import IndexGroup, Method, Origin, PeerRule, Screening, UncertainInput, Uncertainty
from ekistics.profile.blocks import CellState, ChartBlock, LinkKind, Table
from ekistics.profile.index.unit import index_unit
from ekistics.profile.index.unit_evidence import UnitView
from ekistics.publish.words import PseudoTranslations, Words
from ekistics.workspace.assessing.index_pages import view_of

WORDS = Words(gettext.NullTranslations(), Locale("en"))
PEERS = PeerRule(nearest=4)
DRAWN = Uncertainty((UncertainInput("Weights", Origin.WEIGHTS),), runs=50, sensitivity_points=8)


def page(recipe=None, table=None, unit=2, **options):
    return index_unit(view_of(recipe or made_recipe(peers=PEERS), table or made_table()), unit, **options)


def section(document, name):
    return next(one for one in document.sections if one.id == name)


def tables(document, name):
    return [one for one in section(document, name).blocks if isinstance(one, Table)]


def told(text):
    return WORDS.plain(text).replace("\u00a0", " ").replace("\u202f", " ")


def row(table, head):
    return next(line for line in table.rows if told(line[0].text) == head)


def with_gap(indicator, unit):
    table = made_table()
    values = table.values.copy()
    values[0, table.indicators.index(indicator), unit] = np.nan
    return replace(table, values=values)


def test_the_title_gives_the_rank_and_how_sure_it_is():
    assert told(page().title) == "City U2: rank 4 of 6"
    drawn = told(page(made_recipe(peers=PEERS, uncertainty=DRAWN)).title)
    assert drawn.startswith("City U2: rank 4 of 6")
    assert drawn.endswith("95 % of the runs")


def test_points_of_the_tree_add_up_to_the_score_as_it_is_printed():
    (tree,) = tables(page(), "made")
    index, services, life = (row(tree, name) for name in ("All", "Services", "Life"))
    assert services[4].text.value + life[4].text.value == pytest.approx(index[4].text.value)
    assert index[4].text.value == index[1].text.value
    assert [line[0].depth for line in tree.rows] == [0, 1, 1]


def test_every_cell_tells_figure_year_score_and_what_it_brings():
    (cells,) = tables(page(), "cells")
    heads = [told(line[0].text) for line in cells.rows]
    assert heads == ["Services", "Water", "Homes", "Life", "Crime", "Parks"]
    water = row(cells, "Water")
    assert [told(one.text) for one in water[1:4]] == ["30.0", "2020", "40.0"]
    assert sum(row(cells, name)[6].text.value for name in ("Water", "Homes", "Crime", "Parks")) == pytest.approx(
        row(tables(page(), "made")[0], "All")[4].text.value
    )


def test_what_a_stage_did_to_a_cell_stands_under_its_name_with_the_value_before_and_after():
    recipe = made_recipe(peers=PEERS, treat=Method("winsorise", {"percentiles": (10.0, 90.0)}), impute=Method("median"))
    (cells,) = tables(page(recipe, unit=5), "cells")
    assert told(row(cells, "Parks")[0].note) == "parks; drawn in from above, 32.0 to 24.0"
    (cells,) = tables(page(recipe, with_gap("parks", 2)), "cells")
    assert told(row(cells, "Parks")[0].note) == "parks; imputed: 8.00"
    assert told(row(cells, "Parks")[1].text) == "none"


def test_a_figure_that_was_divided_says_by_what_and_what_came_of_it():
    recipe = changed(made_recipe(peers=PEERS), "parks", denominator="people")
    table = made_table(denominators={"people": np.full((1, 6), 2.0)})
    (cells,) = tables(page(recipe, table), "cells")
    assert told(row(cells, "Parks")[0].note) == "parks; divided by people: 2.00"
    assert told(row(cells, "Parks")[1].text) == "4.00"


def test_an_older_figure_is_flagged_with_its_year():
    table = made_table(years=(2018, 2020))
    values = table.values.copy()
    values[1, 0, 2] = np.nan
    (cells,) = tables(page(made_recipe(peers=PEERS, tolerance_years=3), replace(table, values=values)), "cells")
    water = row(cells, "Water")
    assert (told(water[2].text), told(water[2].note), water[2].weak) == ("2018", "older", True)
    assert told(water[0].note) == "water; the figure of 2018 stands in"


def test_a_value_held_at_a_goalpost_says_so():
    recipe = made_recipe(peers=PEERS)
    posts = Benchmark(Form.LINEAR, "", minimum=0.0, maximum=25.0, verified=True)
    recipe = changed(recipe, "water", benchmark=posts, normalise=Method("goalposts"))
    (cells,) = tables(page(recipe), "cells")
    assert told(row(cells, "Water")[0].note) == "water; held at a goalpost"


def test_a_cell_leads_to_the_lineage_of_its_figure_where_the_table_comes_from_the_record():
    ids = np.arange(1, 25).reshape(1, 4, 6)
    (cells,) = tables(page(table=made_table(figure_ids=ids)), "cells")
    link = row(cells, "Water")[1].link
    assert (link.kind, link.key) == (LinkKind.FIGURE, "3")
    assert row(tables(page(), "cells")[0], "Water")[1].link is None


def test_a_missing_cell_is_hatched_and_says_what_would_fill_it():
    recipe = made_recipe(peers=PEERS, needs={"parks": "a survey of green land"})
    (cells,) = tables(page(recipe, with_gap("parks", 2)), "cells")
    parks = row(cells, "Parks")
    assert parks[1].state is CellState.MISSING
    assert told(parks[1].text) == "no figure: a survey of green land"
    assert told(row(cells, "Crime")[5].note) == "given 50 %"


def test_a_refused_unit_says_what_is_missing_and_keeps_its_cells():
    recipe = made_recipe(peers=PEERS, coverage={"pillar": 0.9, "index": 0.9})
    found = page(recipe, with_gap("parks", 2))
    assert told(found.title) == "City U2 has too few figures to be ranked"
    assert "Missing: Life." in [told(one) for one in found.lede]
    (tree,) = tables(found, "made")
    life = row(tree, "Life")
    assert (told(life[0].note), told(life[1].text), life[1].state) == ("no Parks", "refused", CellState.MISSING)
    assert told(row(tables(found, "cells")[0], "Crime")[3].text) == "50.0"


def test_the_chart_holds_the_unit_against_the_median_of_its_peers():
    view = view_of(made_recipe(peers=PEERS), made_table())
    shown = UnitView(view, 2)
    chart = next(one for one in section(index_unit(view, 2), "made").blocks if isinstance(one, ChartBlock)).chart
    by_name = {told(one.label): one for one in chart.pairs}
    theirs = [view.scores_of("life")[unit] for unit in shown.peers.units]
    assert by_name["Life"].then == pytest.approx(np.median(theirs))
    assert by_name["Life"].now == pytest.approx(view.scores_of("life")[2])


def test_strengths_name_the_difference_and_what_was_passed_over_says_why():
    found = section(page(unit=5), "peers")
    strong = next(one for one in found.blocks if isinstance(one, Table) and told(one.caption) == "Stronger than its peers")
    assert {told(line[0].text) for line in strong.rows} >= {"Water"}
    assert all(line[3].strong for line in strong.rows)
    passed = next(one for one in found.blocks if isinstance(one, Table) and one.folded)
    assert len(passed.rows) + sum(len(one.rows) for one in found.blocks if isinstance(one, Table) and not one.folded) == 4


def test_a_unit_without_peers_says_why_and_is_held_against_all_others():
    recipe = made_recipe(peers=PeerRule(("region",), nearest=0))
    labels = {"region": ("north", "north", "", "south", "south", "south")}
    found = page(recipe, made_table(labels=labels))
    said = section(found, "peers").blocks[0].paragraphs
    assert [told(one) for one in said] == ["It lacks a label that the recipe groups places by."]
    assert told(tables(found, "made")[0].columns[2].head) == "Median of others"


def aimed(**changes):
    """Return a recipe in which water aims at 60, crime at 2 at the most, and parks at 1."""
    recipe = made_recipe(peers=PEERS, **changes)
    aims = {"water": (Form.TARGET_ONE_SIDED, 60.0), "crime": (Form.TARGET_CEILING, 2.0), "parks": (Form.TARGET_ONE_SIDED, 1.0)}
    for code, (form, target) in aims.items():
        recipe = changed(recipe, code, benchmark=Benchmark(form, "", target=target, verified=True))
    return recipe


def test_the_distance_to_each_aim_says_how_many_years_it_takes_at_the_present_pace():
    table = made_table(years=(2018, 2020))
    values = table.values.copy()
    values[0, 0, 2], values[0, 2, 2] = 20.0, 4.0
    (found,) = tables(page(aimed(), replace(table, values=values)), "distances")
    assert {told(line[0].text): told(line[-1].text) for line in found.rows} == {
        "Water": "6.0 years",
        "Crime": "never at this pace",
        "Parks": "reached",
    }


def test_a_pace_of_the_record_counts_where_the_table_has_one_year():
    (none,) = tables(page(aimed()), "distances")
    assert told(row(none, "Water")[-1].text) == "no pace known"
    (known,) = tables(page(aimed(), paces={"water": pace_of([2000, 2010, 2020], [10.0, 21.0, 30.0])}), "distances")
    assert told(row(known, "Water")[-1].text).startswith("30 years, ")


def test_nothing_is_said_of_distances_where_nothing_is_aimed_at():
    assert [one.id for one in page().sections] == ["made", "peers", "cells"]


def test_units_lead_to_those_before_and_after_them_in_the_ranking():
    view = view_of(made_recipe(peers=PEERS), made_table())
    first, last = index_unit(view, view.order[0]), index_unit(view, view.order[-1])
    assert first.previous_page is None
    assert first.next_page.key == f"made/unit/{view.units[view.order[1]]}"
    assert last.next_page is None


def test_bands_tell_their_odds_where_runs_share_a_scale():
    bands = (Band("A", "good", 50.0), Band("B", "weak", 0.0))
    facts = page(made_recipe(peers=PEERS, uncertainty=DRAWN, bands=bands)).aside[0].facts
    assert told(facts[2].value) == "B, weak"
    assert told(facts[2].note).endswith("of the runs")


def test_every_word_of_the_page_can_be_translated():
    words = Words(PseudoTranslations(), Locale("en"))
    found = page(aimed(uncertainty=DRAWN), made_table(years=(2018, 2020)))
    for text in (found.title, *found.lede, *(one.title for one in found.sections)):
        assert words.plain(text).startswith("⟦")


def test_the_change_since_the_year_before_adds_up_by_indicator():
    table = made_table(years=(2019, 2020))
    values = table.values.copy()
    values[0, 0, 2], values[0, 3, 2] = 12.0, 1.0
    found = page(made_recipe(peers=PEERS), replace(table, values=values))
    shown = section(found, "changes")
    assert told(shown.title).startswith("+")
    (moved,) = tables(found, "changes")
    *parts, whole = moved.rows
    assert told(whole[0].text) == "The whole change"
    assert sum(line[3].text.value for line in parts) == pytest.approx(whole[3].text.value)
    assert sum(line[4].text.value for line in parts) == pytest.approx(whole[4].text.value)
    water = row(moved, "Water")
    assert [told(one.text) for one in water[1:3]] == ["12.0", "30.0"]
    assert any(isinstance(one, ChartBlock) for one in shown.blocks)


def test_a_table_of_one_year_tells_of_no_change():
    assert "changes" not in [one.id for one in page().sections]


def test_a_change_that_cannot_be_parted_says_why():
    table = made_table(years=(2019, 2020))
    values = table.values.copy()
    values[:, :3, 5] = np.nan  # the last unit leaves; without it too few have parks, which would leave in turn
    values[:, 3, 2:5] = np.nan
    recipe = made_recipe(peers=PEERS, screen=Screening(units=0.5, indicators=0.5), coverage={"pillar": 0.4, "index": 0.4})
    found = section(page(recipe, replace(table, values=values)), "changes")
    assert "cannot be parted" in told(found.blocks[-1].paragraphs[0])


def test_years_that_nobody_can_foresee_are_not_counted():
    paces = {"water": pace_of([2000, 2010, 2020], [29.9, 29.951, 30.0])}
    (found,) = tables(page(aimed(), paces=paces), "distances")
    assert told(row(found, "Water")[-1].text) == "more than 200 years"


def test_an_index_made_of_indicators_alone_is_compared_by_these():
    groups = (IndexGroup("all", "All", "index"),)
    recipe = made_recipe(peers=PEERS, levels=("indicator", "index"), groups=groups)
    recipe = replace(recipe, indicators=tuple(replace(one, parents=("all",)) for one in recipe.indicators))
    found = page(recipe)
    chart = next(one for one in section(found, "made").blocks if isinstance(one, ChartBlock)).chart
    assert {told(one.label) for one in chart.pairs} == {"Water", "Homes", "Crime", "Parks"}
    assert tables(found, "made") == []
    assert "of 4 parts" in told(found.lede[0])
