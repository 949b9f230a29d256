"""Every page of the made-up city in a real browser, under the server's own policy: nothing refused, nothing sideways, all accessible."""

from __future__ import annotations

from gettext import NullTranslations

import pytest
from babel import Locale
from tests.browser.conftest import DESKTOP, PHONE
from tests.profile.sample import evidence
from tests.publish.pages import documents

from ekistics.publish.addresses import site_address
from ekistics.publish.built_files import BuiltFiles
from ekistics.publish.explorer_data import encode_explorer
from ekistics.publish.explorer_view import explorer_of
from ekistics.publish.html import Look, render_page
from ekistics.publish.words import Words
from ekistics.server.application import create_app

PAGES = sorted(documents())


class MadeUpCity:
    """A workspace of the made-up city: `/place/KIND/matrix` gives the page of that kind, whatever it is."""

    def __init__(self, folder) -> None:
        built = BuiltFiles.read(folder)
        address = lambda names: tuple(f"/static/{name}" for name in names)  # noqa: E731
        self.look = Look(
            address(built.styles("site")),
            address(built.scripts("site")),
            address(built.scripts("explorer")),
            address(built.styles("explorer")),
        )
        self.documents = documents()
        self.kept: dict[str, str] = {}

    def page(self, place, name, query) -> str:
        return render_page(
            self.documents[place],
            look=self.look,
            translations=NullTranslations(),
            locale=query.get("lang", "en"),
            addresses=site_address,
            kept=self.kept,
        )

    def map_data(self, place) -> bytes:
        return encode_explorer(explorer_of(evidence(), Words(NullTranslations(), Locale.parse("en"))), dots=500)


@pytest.fixture(scope="module")
def site(serve, built):
    return serve(create_app(MadeUpCity(built)))


def _address(site, name: str) -> str:
    return f"{site}/place/{name.replace(' ', '%20')}/{'map' if name == 'map' else 'matrix'}"


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_and_stands_within_its_width(site, visit, accessibility, picture, name, size):
    page = visit(_address(site, name), size=size).page
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert accessibility(page) == []
    picture(page, f"{name.replace(' ', '-')}-{size[0]}")


@pytest.mark.parametrize(
    "name", ["glance", "theme land", "lineage", "settlement", "index ranking", "index matrix", "index audit", "index how"]
)
def test_the_dark_theme_is_accessible(site, visit, accessibility, picture, name):
    page = visit(_address(site, name), dark=True).page
    assert accessibility(page) == []
    picture(page, f"{name.replace(' ', '-')}-dark")


@pytest.mark.parametrize("name", ["glance", "theme land", "settlement", "index ranking", "index matrix", "index audit"])
def test_right_to_left_stands_within_its_width(site, visit, name):
    page = visit(f"{_address(site, name)}?lang=ar", size=PHONE).page
    assert page.evaluate("document.documentElement.dir") == "rtl"
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_the_explorer_takes_the_place_of_the_drawn_map(site, visit):
    page = visit(_address(site, "map")).page
    page.wait_for_selector('#explorer[data-state="ready"]', timeout=30_000)
    assert page.locator("#map svg.map").first.is_hidden()
    assert page.locator(".explorer-map canvas").is_visible()
    assert page.locator("#list table").is_visible()


def test_the_first_view_keeps_within_its_weight(serve, built, visit):
    fresh = serve(create_app(MadeUpCity(built)))
    visit(_address(fresh, "glance"))
    assert fresh.weigh() <= 300_000


SEEN = """() => {
  const held = document.querySelector("figure[data-epochs] image");
  const cells = new Image();
  return new Promise((done) => {
    cells.onload = () => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [cells.naturalWidth, cells.naturalHeight];
      const ink = canvas.getContext("2d");
      ink.drawImage(cells, 0, 0);
      const pixels = ink.getImageData(0, 0, canvas.width, canvas.height).data;
      done(pixels.filter((_, at) => at % 4 === 3 && pixels[at] === 255).length);
    };
    cells.src = held.getAttribute("href");
  });
}"""
"""How many cells the browser itself draws of the picture of the map that is stepped through."""


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_keyboard_steps_through_the_years_and_only_cells_built_by_then_are_drawn(site, visit, accessibility, size):
    page = visit(_address(site, "settlement"), size=size).page
    slider = page.get_by_role("slider", name="Year")
    assert slider.get_attribute("aria-valuetext") == "2020: 20.0\xa0km² built up, urban extent 25.0\xa0km²"
    drawn = [page.evaluate(SEEN)]
    slider.focus()
    for key in ("ArrowLeft", "ArrowLeft", "Home"):
        page.keyboard.press(key)
        drawn.append(page.evaluate(SEEN))
    assert page.locator(".epoch-slider output").inner_text().startswith("1990: 10.0")
    assert drawn == [20 * 10, 18 * 8, 16 * 6, 14 * 4]
    assert accessibility(page) == []
    page.keyboard.press("End")
    assert page.evaluate(SEEN) == drawn[0]


def test_time_runs_left_to_right_on_the_slider_in_every_language(site, visit):
    page = visit(f"{_address(site, 'settlement')}?lang=ar").page
    slider = page.get_by_role("slider")
    slider.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert slider.input_value() == "1"


def test_without_script_the_map_of_all_years_stands_and_nothing_dead(site, visit):
    page = visit(_address(site, "settlement"), script=False).page
    assert page.get_by_role("slider").count() == 0
    assert page.locator("[data-epoch-years]").is_hidden()
    assert page.locator("figure[data-epochs] svg.map").first.is_visible()


@pytest.mark.parametrize("name", ["settlement", "index ranking", "index matrix", "index audit", "index how"])
def test_a_heavy_page_keeps_within_its_weight(serve, built, visit, name):
    fresh = serve(create_app(MadeUpCity(built)))
    visit(_address(fresh, name))
    assert fresh.weigh() <= 300_000


def test_what_an_index_page_folds_opens_by_the_keyboard_and_without_script(site, visit):
    page = visit(_address(site, "index how"), script=False).page
    folded = page.locator("details").first
    assert folded.locator("table").is_hidden()
    folded.locator("summary").focus()
    page.keyboard.press("Enter")
    assert folded.locator("table").is_visible()
