"""Indices in a workspace: recipes chosen and dropped, pages gathered once a recipe and commit, cells that lead to their figures."""

from __future__ import annotations

import json
import re
from urllib.parse import unquote

import numpy as np
import pytest
from tests.store.making import figure, put, write

from ekistics.model.errors import Damaged, NotFound
from ekistics.model.places import Place, PlaceKind
from ekistics.workspace.assessing import index_pages
from ekistics.workspace.assessing.chosen_recipes import choose_recipe, chosen_recipes, drop_recipe
from ekistics.workspace.assessing.results import InputRefused
from ekistics.workspace.assessing.shown_index import keep_doubt, kept_doubt
from ekistics.workspace.assessing.verbs import Drawing

RECIPE = """\
recipe: 1
code: two
name: Two <things>
version: "1"
levels: [indicator, index]
groups: [{code: index, name: Index, level: index}]
indicators:
  - {code: green, name: Green, parent: index, direction: higher, figures: [green]}
  - {code: water, name: Water, parent: index, direction: higher, figures: [water]}
coverage: 0.9
uncertainty:
  runs: 40
  sensitivity_points: 16
  inputs: [{name: weights, origin: weights, share: 0.5}]
"""


@pytest.fixture
def cities(empty):
    """A workspace with five cities, of which the last has one figure only."""
    with write(empty.session.record) as commit:
        for number in range(5):
            commit.put_place(Place(f"C/{number}", PlaceKind.CITY, {"en": f"City {number} & Co"}))
    with write(empty.session.record) as commit:
        put(commit, *(figure(float(10 * number + 5), "green", f"C/{number}", 2020, unit="%") for number in range(5)))
        put(commit, *(figure(float(7 - number), "water", f"C/{number}", 2020, unit="%") for number in range(4)))
    return empty


@pytest.fixture
def recipe_file(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(RECIPE, encoding="utf-8")
    return path


@pytest.fixture
def chosen(cities, recipe_file):
    choose_recipe(cities.session.folder, recipe_file)
    return cities


def test_a_chosen_recipe_lies_under_its_code_as_it_was_written(cities, recipe_file):
    choose_recipe(cities.session.folder, recipe_file)
    assert chosen_recipes(cities.session.folder)["two"].read_text("utf-8") == RECIPE


def test_a_recipe_of_ours_is_chosen_by_its_name(cities):
    assert choose_recipe(cities.session.folder, "sdg11").code == "sdg11"
    assert list(chosen_recipes(cities.session.folder)) == ["sdg11"]


def test_a_recipe_with_a_fault_is_not_chosen(cities, recipe_file):
    recipe_file.write_text(RECIPE.replace("parent: index", "parent: nowhere", 1), encoding="utf-8")
    with pytest.raises(InputRefused):
        choose_recipe(cities.session.folder, recipe_file)
    assert not chosen_recipes(cities.session.folder)


def test_a_workspace_of_an_earlier_version_has_none_chosen(cities):
    if cities.session.folder.recipes.is_dir():
        cities.session.folder.recipes.rmdir()
    assert "No index is chosen" in cities.pages().indices({})


def test_a_dropped_recipe_has_no_page(chosen):
    assert chosen.pages().index_page("two", "", "", {})
    drop_recipe(chosen.session.folder, "two")
    with pytest.raises(NotFound):
        chosen.pages().index_page("two", "", "", {})
    with pytest.raises(NotFound):
        drop_recipe(chosen.session.folder, "two")


def test_the_list_names_a_recipe_whose_file_was_spoilt(chosen):
    chosen.session.folder.recipes.joinpath("two.yaml").write_text("recipe: 1\ncode: [", encoding="utf-8")
    assert "the recipe cannot be read" in chosen.pages().indices({})


def test_the_ranking_is_of_the_figures_on_record_and_escapes_their_names(chosen):
    page = chosen.pages().index_page("two", "", "", {})
    assert "City 3 &amp; Co" in page
    assert "Two &lt;things&gt;" in page
    assert "<things>" not in page


def test_every_page_leads_only_to_addresses_that_are_there(chosen):
    pages = chosen.pages()
    for name in ("", "matrix", "audit", "how"):
        for address in set(re.findall(r'href="(/index[^"#?]*)', pages.index_page("two", name, "", {}))):
            code, _, rest = address.removeprefix("/index").lstrip("/").partition("/")
            page, _, about = rest.partition("/")
            if not code:
                assert pages.indices({})
            elif "." in page:
                assert pages.index_file(code, page).body
            else:
                assert pages.index_page(code, page, unquote(about), {})


def test_a_cell_of_the_matrix_leads_to_the_lineage_of_its_figure(chosen):
    view = index_pages.IndexPages(chosen.session).view("two")
    shown = {one.observation.place: one.id for one in chosen.session.record.figures() if one.observation.indicator == "green"}
    page = chosen.pages().index_page("two", "matrix", "index", {})
    assert all(f'href="/figure/{shown[unit]}"' in page for unit in view.units)


def test_a_place_without_enough_figures_is_refused_with_what_it_lacks(chosen):
    page = chosen.pages().index_page("two", "", "", {})
    refused = page[page.index("too few figures to be ranked") :]
    assert "City 4 &amp; Co" in refused
    assert "Water" in refused


def test_an_index_is_gathered_once_until_the_record_or_the_recipe_changes(chosen, recipe_file):
    pages = index_pages.IndexPages(chosen.session)
    first = pages.view("two")
    assert pages.view("two") is first
    with write(chosen.session.record) as commit:
        put(commit, figure(3.5, "water", "C/4", 2020, unit="%"))
    second = pages.view("two")
    assert len(second.order) == len(first.order) + 1
    recipe_file.write_text(RECIPE.replace("share: 0.5", "share: 0.1"), encoding="utf-8")
    choose_recipe(chosen.session.folder, recipe_file)
    assert pages.view("two") is not second


def test_a_recipe_without_a_figure_on_record_has_a_page_that_says_so(cities, recipe_file):
    recipe_file.write_text(RECIPE.replace("[green]", "[other]").replace("[water]", "[another]"), encoding="utf-8")
    choose_recipe(cities.session.folder, recipe_file)
    page = cities.pages().index_page("two", "", "", {})
    assert "cannot be made from what is on record" in page
    assert "No place on record has a figure that the recipe asks for." in page


def test_the_word_index_stands_on_the_pages_of_places_only_where_a_recipe_is_chosen(cities, recipe_file):
    pages = cities.pages()
    assert 'href="/index">Index<' not in pages.page("C/1", "glance", {})
    choose_recipe(cities.session.folder, recipe_file)
    assert 'href="/index">Index<' in pages.page("C/1", "glance", {})


def test_the_list_of_places_leads_to_the_indices(chosen):
    assert 'href="/index"' in chosen.pages().index()


def test_of_many_places_the_page_names_the_command_that_draws_doubt_and_shows_what_it_kept(chosen):
    pages = index_pages.IndexPages(chosen.session, drawn_units=3)
    assert pages.view("two").undrawn.startswith("ekistics assess two --workspace ")
    result, path = keep_doubt(chosen.session, "two", Drawing(), lambda text, done: None)
    assert path.is_file()
    shown = pages.view("two")
    np.testing.assert_array_equal(shown.doubt.rank_low, result.doubt.rank_low)
    np.testing.assert_array_equal(shown.doubt.ranks, result.doubt.ranks)
    assert shown.undrawn == ""


def test_doubt_that_was_kept_is_not_shown_for_other_figures(chosen):
    keep_doubt(chosen.session, "two", Drawing(), lambda text, done: None)
    assert kept_doubt(chosen.session, "two") is not None
    with write(chosen.session.record) as commit:
        put(commit, figure(3.5, "water", "C/4", 2020, unit="%"))
    assert kept_doubt(chosen.session, "two") is None


def test_causes_of_the_doubt_are_kept_with_it(chosen):
    result, _ = keep_doubt(chosen.session, "two", Drawing(sensitivity=True), lambda text, done: None)
    _, causes = kept_doubt(chosen.session, "two")
    np.testing.assert_array_equal(causes[0].total, result.sensitivities[0].total)
    assert causes[0].inputs == result.sensitivities[0].inputs


def test_kept_doubt_that_cannot_be_read_is_told(chosen):
    _, path = keep_doubt(chosen.session, "two", Drawing(), lambda text, done: None)
    path.write_bytes(b"PK nothing")
    with pytest.raises(Damaged):
        kept_doubt(chosen.session, "two")


def test_every_file_of_an_index_is_handed_out_and_no_other(chosen):
    pages = chosen.pages()
    for name in index_pages.FILES:
        found = pages.index_file("two", name)
        assert found.body
        assert found.name == f"two-{name}"
    with pytest.raises(NotFound):
        pages.index_file("two", "passwords.csv")
    with pytest.raises(NotFound):
        pages.index_file("nothing", "ranking.csv")


@pytest.mark.parametrize("page", ["nothing", "unit"])
def test_a_page_or_unit_that_is_not_there_is_not_found(chosen, page):
    with pytest.raises(NotFound):
        chosen.pages().index_page("two", page, "no-such-unit", {})


def test_a_place_says_its_index_in_one_line_and_what_its_agenda_is_made_of(cities, tmp_path):
    path = tmp_path / "agenda.yaml"
    path.write_text(RECIPE.replace("levels:", "framework: sdg11\nlevels:", 1), encoding="utf-8")
    choose_recipe(cities.session.folder, path)
    pages = index_pages.IndexPages(cities.session)
    shown = pages.of_place("C/1")
    assert pages.frameworks == {"sdg11"}
    assert shown.facts[0].link.key == "two/unit/C/1"
    assert list(shown.agendas) == ["sdg11"]
    assert pages.of_place("nowhere").facts == ()


def test_a_recipe_that_cannot_be_applied_says_so_on_the_page_of_a_place(cities, recipe_file):
    recipe_file.write_text(RECIPE.replace("figures: [water]", "figures: [unknown]"), encoding="utf-8")
    choose_recipe(cities.session.folder, recipe_file)
    (fact,) = index_pages.IndexPages(cities.session).of_place("C/1").facts
    assert fact.value.message == "not applied"


def test_a_unit_page_reckons_its_years_from_the_series_on_record(cities, tmp_path):
    with write(cities.session.record) as commit:
        put(commit, figure(3.0, "green", "C/1", 2010, unit="%"))
    path = tmp_path / "aim.yaml"
    aim = 'benchmark: {form: "target, one-sided", unit: "%", target: 50, source: "plan", verified: true}, '
    path.write_text(RECIPE.replace("figures: [green]", f'unit: "%", {aim}figures: [green]'), encoding="utf-8")
    choose_recipe(cities.session.folder, path)
    page = index_pages.IndexPages(cities.session).document("two", "unit", "C/1")
    distances = next(one for one in page.sections if one.id == "distances").blocks[0]
    assert distances.rows[0][-1].text.value == pytest.approx((50 - 15) / 1.2)


def test_weights_are_moved_on_a_page_with_the_figures_of_the_record(chosen):
    page = chosen.pages().index_page("two", "what-if", "", {})
    assert 'data-source="/index/two/what-if.json"' in page
    told = json.loads(chosen.pages().index_file("two", "what-if.json").body)
    assert told["names"] == [f"City {number} & Co" for number in range(5)]
    assert told["ranks"][-1] == 0
    assert sorted(told["ranks"][:-1]) == [1, 2, 3, 4]
