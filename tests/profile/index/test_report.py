"""The first page of the report says in plain words who leads, who cannot be told apart, what moves the ranking, what to mend."""

from __future__ import annotations

import gettext
from dataclasses import replace

import numpy as np
from babel import Locale
from tests.profile.index_sample import BAD_NAME, index_recipe, index_table, index_view, poor_table, provisional_recipe, refusing_view

from ekistics.model.problems import Problem
from ekistics.model.recipes import Method
from ekistics.profile.blocks import Chips, Index, LinkKind, Prose, Table
from ekistics.profile.index.report import index_report
from ekistics.profile.index.unit_sheet import index_unit_sheet
from ekistics.profile.texts import say
from ekistics.publish.words import Words

WORDS = Words(gettext.NullTranslations(), Locale("en"))


def told(text):
    return WORDS.plain(text).replace("\u00a0", " ").replace("\u202f", " ")


def section(page, name):
    return next((one for one in page.sections if one.id == name), None)


def mending(page):
    table = next(one for one in section(page, "mend").blocks if isinstance(one, Table))
    return {told(row[0].text): (told(row[1].text), told(row[2].text), told(row[0].note)) for row in table.rows}


def test_the_first_places_stand_with_the_intervals_of_their_ranks():
    view = index_view()
    table = section(index_report(view), "leads").blocks[0]
    assert len(table.rows) == 10
    assert told(table.rows[0][0].text) == view.names[view.order[0]]
    assert told(table.rows[0][1].text) == "1"
    assert told(table.source) == "2 more places stand in the ranking."


def test_neighbours_that_cannot_be_told_apart_stand_in_one_row_with_the_rule():
    noise = index_table()
    close = replace(noise, values=np.round(noise.values * 0.001 + 50 + np.random.default_rng(5).normal(0, 9, noise.values.shape), 1))
    found = section(index_report(index_view(table=close)), "apart")
    table, rule = found.blocks
    assert all(", " in told(row[1].text) for row in table.rows)
    assert "90 %" in told(rule.paragraphs[0])


def test_what_makes_most_of_the_doubt_is_named():
    view = index_view()
    said = [told(one) for one in section(index_report(view), "moves").blocks[0].paragraphs]
    first = view.sensitivities[0]
    assert said[0].endswith(f"of the doubt about ranks: {first.inputs[int(np.nanargmax(first.total))]}.")


def test_missing_figures_are_counted_and_said_where_they_are_most():
    found = mending(index_report(index_view(index_recipe(impute=Method("none")), poor_table())))
    count, todo, note = found["Figures are missing"]
    assert int(count) == int(np.isnan(poor_table().values).sum())
    assert "bring them" in todo
    assert note.startswith("most of all: ")


def test_places_that_could_not_be_ranked_are_named():
    count, _, names = mending(index_report(refusing_view()))["Places have too few figures to be ranked"]
    assert (count, names) == ("1", BAD_NAME)


def test_filled_gaps_and_unverified_benchmarks_are_things_to_mend():
    found = mending(index_report(index_view(provisional_recipe())))
    assert found["Gaps were filled by the recipe’s rule"][0] == "1"
    assert found["Benchmarks were not read in the official text"][0] == "1"


def test_what_the_reader_of_the_figures_noticed_stands_with_its_mending():
    noticed = Problem("code", "Numbers stand for missing figures.", found="-99", mend="declare them", count=4)
    found = mending(index_report(replace(index_view(), notes=(noticed,))))
    assert found["Numbers stand for missing figures."] == ("4", "declare them", "-99")


def test_an_index_without_doubt_says_nothing_of_runs():
    view = replace(index_view(), doubt=None, sensitivities=())
    page = index_report(view)
    assert section(page, "apart") is None
    assert not any("again and again" in told(one) for one in page.lede)


def test_the_contents_lead_to_the_pages_of_the_units_and_say_how_many_have_none():
    view = index_view()
    blocks = section(index_report(view, shown=view.order[:3]), "contents").blocks
    chips = next(one for one in blocks if isinstance(one, Chips))
    assert [link.key for link in chips.names] == [f"made/unit/{view.units[unit]}" for unit in view.order[:3]]
    assert told(next(one for one in blocks if isinstance(one, Prose)).paragraphs[0]) == "9 more places have no page here."


def test_files_beside_the_report_are_links_that_say_what_they_hold():
    listed = section(index_report(index_view(), files=[("scores.csv", say("every composite"))]), "folder").blocks[0]
    assert isinstance(listed, Index)
    ((link, holds),) = listed.entries
    assert (link.kind, link.key, told(holds)) == (LinkKind.DOWNLOAD, "scores.csv", "every composite")


def test_the_short_page_of_a_unit_keeps_every_cell_and_what_was_done_to_it():
    view = index_view()
    page = index_unit_sheet(view, 1)
    table = next(one for one in section(page, "made").blocks if isinstance(one, Table))
    assert len(table.rows) == len(view.recipe.indicators) + len(view.recipe.groups) - 1
    gap = next(row for row in table.rows if told(row[0].text) == "Indicator land1")
    assert told(gap[1].text) == "no figure"
    assert told(gap[0].note).startswith("imputed: ")
