"""The page on which weights are moved, as a reader uses it: slider, keyboard, undo, address, refusal, right to left, without script."""

from __future__ import annotations

import re

import pytest
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.what_if_site import OneIndex
from tests.profile.index_sample import BAD_NAME, index_view, refusing_view

from ekistics.server.application import create_app

READY = '#what-if[data-state="ready"]'


@pytest.fixture(scope="module")
def site(serve, built):
    return serve(create_app(OneIndex(index_view(), built)))


@pytest.fixture
def opened(visit):
    """Give a function that opens the page of a site and waits until its controls stand."""

    def open_page(site, *, address="", **how):
        page = visit(f"{site}/index/made/what-if{address}", **how).page
        page.wait_for_selector(READY)
        return page

    return open_page


def ranking(page) -> list[str]:
    # rows that were put there in this very frame are not laid out yet, and have no text until they are
    page.wait_for_function("() => [...document.querySelectorAll('.what-if-now li')].every((row) => row.innerText.trim())")
    return page.locator(".what-if-now li").all_inner_texts()


def press(page, name: str, *keys: str) -> None:
    page.get_by_role("slider", name=name, exact=True).focus()
    for key in keys:
        page.keyboard.press(key)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_page_is_accessible_and_stands_within_its_width(site, opened, accessibility, picture, size, dark):
    page = opened(site, size=size, dark=dark)
    press(page, "Land", "End")
    page.locator("summary").first.click()
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert accessibility(page) == []
    picture(page, f"what-if-{size[0]}{'-dark' if dark else ''}")


def test_a_weight_moved_by_the_keyboard_moves_ranks_and_says_so_in_words(site, opened):
    page = opened(site)
    before = ranking(page)
    press(page, "Land", "End")
    after = ranking(page)
    assert after != before
    assert any("▲ up" in row for row in after)
    assert any("▼ down" in row for row in after)
    told = page.locator(".what-if-told").inner_text()
    assert re.fullmatch(r"Ranks changed: \d+ of 12\. Largest rise: .+, from \d+ to \d+\. Largest fall: .+, from \d+ to \d+\.", told)
    page.wait_for_function(
        "() => document.querySelector('.what-if [role=status]').textContent === document.querySelector('.what-if-told').textContent"
    )


def test_the_other_weights_share_what_is_left_and_the_slider_says_both_shares(site, opened):
    page = opened(site)
    press(page, "Money", "Home", *["ArrowRight"] * 50)
    told = [page.get_by_role("slider", name=name, exact=True).get_attribute("aria-valuetext") for name in ("Land", "People", "Money")]
    assert told == ["25 %, 33.3 % by the recipe", "25 %, 33.3 % by the recipe", "50 %, 33.3 % by the recipe"]


def test_undo_goes_back_step_by_step_and_reset_to_the_recipe(site, opened):
    page = opened(site)
    start = ranking(page)
    press(page, "Money", "End")
    first = ranking(page)
    page.get_by_label("Bring to one scale by").select_option(label="ranks")
    assert ranking(page) != first
    page.get_by_role("button", name="Undo").click()
    assert ranking(page) == first
    page.keyboard.press("Control+z")
    assert ranking(page) == start
    press(page, "Land", "Home")
    page.get_by_role("button", name="Back to the recipe").click()
    assert ranking(page) == start
    assert page.locator(".what-if-told").inner_text() == "These are the recipe’s own weights and methods."
    assert "#" not in page.url


def test_the_address_leads_to_the_same_ranks(site, opened):
    page = opened(site)
    press(page, "Money", "End")
    page.get_by_label(re.compile("Put together, .index")).select_option("geometric")
    page.get_by_label("Bring to one scale by").select_option(label="ranks")
    there = opened(site, address=page.url[page.url.index("#") :])
    assert ranking(there) == ranking(page)
    assert there.locator(".what-if-told").inner_text() == page.locator(".what-if-told").inner_text()


def test_an_address_that_does_not_fit_is_said_and_left_out(site, opened):
    page = opened(site, address="#weights.gone=1-2&scale=rank")
    assert page.get_by_text("Part of this address does not fit the index").is_visible()
    assert page.url.endswith("#scale=rank")


def test_a_mean_that_cannot_be_made_is_refused_and_the_ranks_stay(site, opened, accessibility):
    page = opened(site, address="#scale=z-score")
    before = ranking(page)
    page.get_by_label(re.compile("Put together, .group")).select_option("geometric")
    told = page.get_by_role("alert").inner_text()
    assert re.search(r"Not possible: the geometric mean of .*Land.* needs values above 0, and .*land1.* goes down to −\d", told)
    assert ranking(page) == before
    assert accessibility(page) == []
    page.get_by_label("Bring to one scale by").select_option(label="ranks")
    assert page.get_by_role("alert").count() == 0
    assert ranking(page) != before


def test_an_address_of_what_cannot_be_made_is_refused_over_the_ranks_of_the_recipe(site, opened):
    page = opened(site, address="#scale=z-score&mean.group=geometric")
    assert page.get_by_role("alert").inner_text().startswith("Not possible:")
    assert ranking(page) == ranking(opened(site))


def test_a_place_with_too_little_says_why_and_is_ranked_once_its_parts_count_more(serve, built, opened):
    site = serve(create_app(OneIndex(refusing_view(), built)))
    page = opened(site)
    assert ranking(page)[-1].split("\n")[-1] == "– Not ranked: too few figures"
    press(page, "Land", "Home", *["ArrowRight"] * 90)
    row = next(one for one in ranking(page) if BAD_NAME in one)
    assert "▲ not ranked by the recipe" in row
    assert page.locator(".what-if b").count() == 0


def test_right_to_left_the_page_keeps_its_width_and_sliders_grow_to_the_left(site, opened, accessibility, picture):
    page = opened(site, address="?lang=ar", size=PHONE)
    press(page, "Money", "ArrowLeft")
    assert page.get_by_role("slider", name="Money", exact=True).input_value() == "34"
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert accessibility(page) == []
    picture(page, "what-if-right-to-left")


def test_on_a_phone_the_summary_stays_in_sight_while_a_slider_moves(site, opened):
    page = opened(site, size=PHONE)
    page.get_by_role("slider", name="Land", exact=True).scroll_into_view_if_needed()
    page.evaluate("document.querySelector('.what-if-controls').scrollIntoView()")
    press(page, "Land", "End")
    place = page.locator(".what-if-said").bounding_box()
    assert 0 <= place["y"] <= PHONE[1] - place["height"]


def test_without_script_the_recipe_s_weights_and_ranks_stand_and_nothing_dead(site, visit):
    page = visit(f"{site}/index/made/what-if", script=False).page
    assert page.get_by_text("this page needs its script").is_visible()
    assert page.get_by_role("slider").count() == 0
    assert page.get_by_role("table", name="Weights of the recipe").is_visible()
    assert page.get_by_role("table", name="Ranks by the recipe").is_visible()


def test_where_the_figures_cannot_be_read_the_tables_stay_and_it_is_said(serve, built, visit):
    site = serve(create_app(OneIndex(index_view(), built, broken=True)))
    page = visit(f"{site}/index/made/what-if", strict=False).page
    page.get_by_text("The figures could not be loaded.").wait_for()
    assert page.get_by_role("table", name="Ranks by the recipe").is_visible()
