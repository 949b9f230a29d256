"""The map explorer in a real browser: it draws, answers to keyboard and list, and gives way where it cannot draw."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from tests.browser.conftest import PHONE

from ekistics.profile.evidence import Dots, MapName, MapShapes, StreetLines
from ekistics.publish.built_files import BuiltFiles
from ekistics.publish.explorer_data import DistrictLayer, Explorer, ReachLayer, encode_explorer
from ekistics.server.application import create_app

LABELS = ("0 to 20", "20 to 40", "40 to 60", "60 to 80", "80 to 100")
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Map of Grid Town</title>{head}</head><body><main><h1>Three districts in four are reached</h1>
<div id="explorer" data-no-webgl="No drawing here." data-no-data="No data here."></div>
<p data-explorer-fallback id="drawn">the drawn map</p></main></body></html>"""


def _town() -> bytes:
    """Nine square districts; the north-east is not reached, the middle has no figure."""
    zones = {f"z{x}{y}": shapely.box(10 + x / 100, 50 + y / 100, 10.01 + x / 100, 50.01 + y / 100) for x in range(3) for y in range(3)}
    lon, lat = (axis.ravel() for axis in np.meshgrid(np.linspace(10.001, 10.029, 30), np.linspace(50.001, 50.029, 30)))
    dots = Dots(lon, lat, np.full(len(lon), 10.0), ~((lon > 10.02) & (lat > 50.02)))
    streets = tuple(StreetLines(rank, shapely.LineString([(10, 50 + rank / 120), (10.03, 50 + rank / 120)])) for rank in (1, 2, 3))
    shapes = MapShapes(
        study=shapely.box(10, 50, 10.03, 50.03),
        land=shapely.box(9.99, 49.99, 10.04, 50.04),
        open_space=shapely.box(10.004, 50.004, 10.008, 50.008),
        streets=streets,
        zones=zones,
        names=(MapName("Grid Town", 10.015, 50.015),),
        credit="© OpenStreetMap contributors, ODbL <b>&</b>",
    )
    values = {code: 12.0 + 10 * i for i, code in enumerate(zones) if code != "z11"}
    share = DistrictLayer(
        "share", "Reached, %", "made up", values, {c: f"{v:.1f}" for c, v in values.items()}, (20, 40, 60, 80), LABELS, 50.0, "below half"
    )
    reach = ReachLayer("stop", "Walk to a stop, 500 m", "made up", "within a 500 m walk: 8,000 people", "further away: 1,000 people", dots)
    names = {code: f"District {code[1:]}" for code in zones}
    return encode_explorer(Explorer("Grid Town", shapes, district_names=names, reach=(reach,), districts=(share,)), dots=900)


class Town:
    """A workspace of one page and its map data."""

    def __init__(self, folder, data: bytes) -> None:
        self.built, self.data = BuiltFiles.read(folder), data

    def page(self, place, name, query) -> str:
        styles = [f'<link rel="stylesheet" href="/static/{one}">' for entry in ("site", "explorer") for one in self.built.styles(entry)]
        scripts = [
            f'<script type="module" src="/static/{one}"></script>' for entry in ("site", "explorer") for one in self.built.scripts(entry)
        ]
        return PAGE.format(head="".join(styles + scripts))

    def map_data(self, place) -> bytes:
        return self.data


@pytest.fixture(scope="module")
def address(serve, built):
    return serve(create_app(Town(built, _town()))) + "/place/grid/map"


def _ready(visited):
    visited.page.wait_for_selector('#explorer[data-state="ready"]', timeout=30_000)
    visited.page.wait_for_timeout(400)
    return visited.page


def _colours(page) -> set[str]:
    """Return the colours of the map as a reader sees them, rounded to hold against smoothing."""
    png = page.locator(".explorer-map canvas").screenshot()
    code = """async (data) => {
        const image = await createImageBitmap(await (await fetch('data:image/png;base64,' + data)).blob());
        const pen = new OffscreenCanvas(image.width, image.height).getContext('2d');
        pen.drawImage(image, 0, 0);
        const seen = {};
        const bytes = pen.getImageData(0, 0, image.width, image.height).data;
        for (let i = 0; i < bytes.length; i += 4) { const k = [bytes[i], bytes[i + 1], bytes[i + 2]].join(); seen[k] = (seen[k] ?? 0) + 1; }
        return Object.entries(seen).filter(([, n]) => n > 40).map(([k]) => k);
    }"""
    import base64

    # in a page of its own: the explorer's content policy rightly forbids fetching data addresses
    blank = page.context.new_page()
    found = set(blank.evaluate(code, base64.b64encode(png).decode()))
    blank.close()
    return found


def _token(page, name: str) -> str:
    value = page.evaluate(f"getComputedStyle(document.documentElement).getPropertyValue('--{name}').trim()")
    return ",".join(str(int(value[i : i + 2], 16)) for i in (1, 3, 5))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_draws_people_reached_and_not_reached(address, visit, picture, dark):
    page = _ready(visit(address, dark=dark))
    seen = _colours(page)
    assert {_token(page, "map-out"), _token(page, "map-study"), _token(page, "map-street-3")} <= seen
    assert "further away: 1,000 people" in page.locator(".explorer-legend").inner_text()
    assert page.locator("#drawn").is_hidden()
    picture(page, f"explorer-{'dark' if dark else 'light'}")


def test_only_those_not_reached_can_be_shown(address, visit):
    page = _ready(visit(address))
    assert _token(page, "map-in") in _colours(page) or len(_colours(page)) > 5
    page.get_by_label("Show only people who are not reached").check()
    page.wait_for_timeout(300)
    seen = _colours(page)
    assert _token(page, "map-in") not in seen
    assert _token(page, "map-out") in seen


def test_a_figure_of_districts_is_drawn_in_classes_with_missing_hatched(address, visit, picture):
    page = _ready(visit(address))
    page.get_by_label("Reached, %").check()
    page.wait_for_timeout(500)
    seen = _colours(page)
    assert {_token(page, "missing")} <= seen
    assert "no figure" in page.locator(".explorer-legend").inner_text()
    rows = page.locator(".explorer-districts tbody tr").all_inner_texts()
    assert [row.split("\t")[1] for row in rows] == ["12.0", "22.0", "32.0", "42.0", "62.0", "72.0", "82.0", "92.0", "no figure"]
    assert "lowest first" in page.locator(".explorer-twin h2").inner_text()
    picture(page, "explorer-districts")


def test_the_list_and_the_keyboard_reach_what_the_mouse_does(address, visit):
    page = _ready(visit(address))
    page.get_by_label("Reached, %").focus()
    page.keyboard.press("Space")
    button = page.get_by_role("button", name="District 20")
    button.focus()
    page.keyboard.press("Enter")
    assert button.get_attribute("aria-pressed") == "true"
    assert page.locator(".explorer-said").inner_text() == "District 20: 72.0"
    assert "district=z20" in page.url
    page.keyboard.press("Enter")
    assert button.get_attribute("aria-pressed") == "false"
    canvas = page.locator(".explorer-map canvas")
    canvas.focus()
    before = canvas.screenshot()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(700)
    assert canvas.screenshot() != before
    assert "Grid Town" in (canvas.get_attribute("aria-label") or "")


def test_a_click_on_the_map_chooses_in_the_list(address, visit):
    page = _ready(visit(address))
    box = page.locator(".explorer-map canvas").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 + 30)
    page.wait_for_timeout(300)
    assert page.locator('.explorer-districts button[aria-pressed="true"]').inner_text() == "District 11"


def test_a_link_leads_to_the_same_map(address, visit):
    page = _ready(visit(f"{address}#layer=share&district=z02"))
    assert page.get_by_label("Reached, %").is_checked()
    assert page.locator(".explorer-said").inner_text() == "District 02: 32.0"


def test_a_layer_can_be_switched_off(address, visit):
    page = _ready(visit(address))
    assert _token(page, "map-street-3") in _colours(page)
    page.get_by_label("Streets").uncheck()
    page.wait_for_timeout(300)
    assert _token(page, "map-street-3") not in _colours(page)


def test_a_change_of_theme_keeps_what_was_chosen(address, visit):
    page = _ready(visit(f"{address}#layer=share"))
    page.get_by_label("Streets").uncheck()
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(800)
    seen = _colours(page)
    assert _token(page, "missing") in seen
    assert _token(page, "map-street-3") not in seen


@pytest.mark.parametrize("size", [PHONE, (1440, 900)], ids=["phone", "desktop"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_is_accessible(address, visit, accessibility, picture, size, dark):
    page = _ready(visit(f"{address}#layer=share", size=size, dark=dark))
    assert accessibility(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    picture(page, f"explorer-{size[0]}-{'dark' if dark else 'light'}")


def test_it_keeps_within_its_weight_and_asks_nobody_else(serve, built, visit):
    site = serve(create_app(Town(built, _town())))
    opened = visit(f"{site}/place/grid/map")
    _ready(opened)
    assert any("maplibre-gl-worker" in path for path in site.sent), "the worker comes from our own files"
    assert [url for url in opened.asked if not url.startswith((site, "blob:"))] == []
    assert site.weigh(".js") <= 500_000
    assert site.weigh("map-data") <= 2_000_000


def test_without_data_the_drawn_map_stays_and_it_says_so(serve, built, visit):
    class Empty(Town):
        def map_data(self, place):
            from ekistics.model.errors import NotFound

            raise NotFound("no map of this place")

    opened = visit(serve(create_app(Empty(built, b""))) + "/place/grid/map", strict=False)
    opened.page.wait_for_selector('#explorer[data-state="no-data"]')
    assert opened.page.locator("#explorer").inner_text() == "No data here."
    assert opened.page.locator("#drawn").is_visible()


def test_without_webgl_the_drawn_map_stays_and_it_says_so(address, visit):
    opened = visit("about:blank")
    opened.page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    opened.page.goto(address)
    opened.page.wait_for_selector('#explorer[data-state="no-webgl"]')
    assert opened.page.locator("#explorer").inner_text() == "No drawing here."
    assert opened.page.locator("#drawn").is_visible()


def test_without_script_nothing_dead_is_shown(address, visit):
    page = visit(address, script=False).page
    assert page.locator("#explorer").inner_text() == ""
    assert page.locator("#drawn").is_visible()


def test_text_from_files_is_never_markup(serve, built, visit):
    data = json.loads(_town())
    data["districts"]["names"][0] = "<img src=x onerror=alert(1)>"
    data["credit"] = "<img src=x onerror=alert(1)>"
    page = _ready(visit(serve(create_app(Town(built, json.dumps(data).encode()))) + "/place/grid/map"))
    assert page.locator("img").count() == 0
    assert "<img src=x" in page.locator(".explorer-districts").inner_text()
