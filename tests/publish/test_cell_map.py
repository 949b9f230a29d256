"""Maps of cells: a picture that decodes to the cells, in the colours of its legend, at its place in the frame, light and once a page."""

from __future__ import annotations

import base64
import re
from gettext import NullTranslations
from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely
from babel import Locale
from rasterio.io import MemoryFile
from tests.profile.settlement_sample import AROUND
from tests.publish.pages import documents, rendered

from ekistics.model.errors import InvalidInput
from ekistics.model.grids import CellImage
from ekistics.profile.blocks import CellMap
from ekistics.profile.cell_pictures import CellClass, CellGround, CellPicture
from ekistics.profile.texts import say
from ekistics.publish.cell_map import cell_map, colours, small_cell_map
from ekistics.publish.cell_pixels import cut, placed_in_palette, thinned
from ekistics.publish.png_adapter import indexed_png
from ekistics.publish.settlement_files import SETTLEMENT_COLOURS
from ekistics.publish.words import Words

WORDS = Words(NullTranslations(), Locale.parse("en"))
TOKENS = Path(__file__).parents[2] / "web" / "src" / "tokens.css"
STUDY = shapely.box(10.0, 50.0, 10.2, 50.1)
PICTURE = r'href="data:image/png;base64,([A-Za-z0-9+/=]+)"'


def decoded(png: bytes) -> tuple[np.ndarray, dict[int, tuple[int, ...]]]:
    with pytest.warns(rasterio.errors.NotGeoreferencedWarning), MemoryFile(png) as held, held.open() as file:
        return file.read(1), file.colormap(1)


def block_of(codes, classes, outline=STUDY, pictures=1) -> CellMap:
    image = CellImage(np.asarray(codes, np.uint8), AROUND)
    told = tuple(CellClass(codes, say("class"), colour) for codes, colour in classes)
    return CellMap(None, say("cells"), (CellPicture(image, say("one")),) * pictures, told, CellGround(outline), say("cells"))


def drawn(block: CellMap) -> str:
    return str(cell_map(block, WORDS, width=684, title="t", description="d"))


def shown_in(svg: str) -> np.ndarray:
    """Return red, green, blue and alpha of every pixel of a drawing's picture."""
    (data,) = re.findall(PICTURE, svg)
    places, palette = decoded(base64.b64decode(data))
    return np.array([[palette[place] for place in row] for row in places.tolist()])


def test_a_picture_decodes_to_the_places_in_its_palette():
    places = np.array([[0, 1, 2], [3, 2, 3]], np.uint8)
    found, palette = decoded(indexed_png(places, [(255, 0, 0), (0, 255, 0), (1, 2, 3)]))
    assert found.tolist() == places.tolist()
    assert palette[2] == (1, 2, 3, 255)
    assert palette[3][3] == 0


@pytest.mark.parametrize("count", [1, 14, 15, 16, 40])
def test_a_palette_of_any_length_keeps_its_order_and_one_clear_entry(count):
    palette = [(place, 255 - place, 7) for place in range(count)]
    places = np.arange(count + 1, dtype=np.uint8)[None, :]
    found, told = decoded(indexed_png(places, palette))
    assert found.tolist() == places.tolist()
    assert [told[place] for place in range(count)] == [(*colour, 255) for colour in palette]
    assert told[count][3] == 0


def test_cells_have_the_colours_of_their_classes_and_unnamed_codes_are_clear():
    codes = np.full((20, 30), 255)
    codes[:, :10], codes[:, 10:20] = 30, 12
    seen = shown_in(drawn(block_of(codes, [((30,), "settlement-30"), ((12,), "settlement-12")], outline=None)))
    assert seen[10, 0].tolist() == [255, 0, 0, 255]
    assert seen[10, 15].tolist() == [0xAB, 0xCD, 0x66, 255]
    assert seen[10, 29][3] == 0


def test_every_year_has_its_own_palette_entry_though_years_share_a_colour():
    codes = np.tile(np.arange(6), (20, 5))
    svg = drawn(block_of(codes, [((0,), "built-first"), ((1, 2, 3), "class-4"), ((4, 5), "class-5")], outline=None))
    places, palette = decoded(base64.b64decode(re.findall(PICTURE, svg)[0]))
    assert places[0, :6].tolist() == [0, 1, 2, 3, 4, 5]
    assert palette[1] == palette[2] == palette[3] != palette[4]


def test_a_class_without_a_colour_token_is_refused():
    with pytest.raises(InvalidInput, match="colour"):
        drawn(block_of(np.zeros((20, 30)), [((0,), "mauve")]))


def test_a_cell_stands_where_the_outline_has_it():
    """The one cell that is drawn fills the outline's south-western quarter, so their corners meet in the frame."""
    codes = np.full((2, 2), 255)
    codes[1, 0] = 30
    block = block_of(codes, [((30,), "settlement-30")], outline=shapely.box(*AROUND))
    (wide, _) = re.findall(r"<use href=\"#[\w-]+\" transform=\"translate\(([-\d.]+) ([-\d.]+)\) scale\(([-\d.]+) ([-\d.]+)\)", drawn(block))
    left, top, across, down = map(float, wide)
    ring = re.findall(r'class="boundary"[^>]* d="M(\d+) (\d+)v(-?\d+)h(-?\d+)', drawn(block))[0]
    right, start, rise, width = (int(one) / 2 for one in ring)
    assert left == pytest.approx(right + width, abs=1)
    assert left + 2 * across == pytest.approx(right, abs=1)
    assert {round(top), round(top + 2 * down)} == {round(start), round(start + rise)}


def test_the_bytes_of_a_picture_stand_once_though_it_is_drawn_for_desktop_and_phone():
    svg = drawn(block_of(np.full((20, 30), 30), [((30,), "settlement-30")]))
    assert svg.count("data:image/png") == 1
    (name,) = re.findall(r'<image id="([\w-]+)"', svg)
    assert svg.count(f'href="#{name}"') == 2


def test_only_what_the_map_shows_is_sent():
    wide = CellImage(np.arange(100, dtype=np.uint8).reshape(10, 10), (0.0, 0.0, 10.0, 10.0))
    found = cut(wide, (2.5, 3.0, 5.0, 4.5))
    assert found.codes.tolist() == [[52, 53, 54], [62, 63, 64]]
    assert found.bounds == pytest.approx((2.0, 3.0, 5.0, 5.0))


def test_an_image_beside_what_the_map_shows_is_left_whole():
    image = CellImage(np.zeros((2, 2), np.uint8), (0.0, 0.0, 1.0, 1.0))
    assert cut(image, (5.0, 5.0, 6.0, 6.0)) is image


def test_a_place_without_an_outline_is_framed_by_its_cells():
    svg = drawn(block_of(np.full((20, 30), 30), [((30,), "settlement-30")], outline=None))
    assert "boundary" not in svg
    assert "veil" not in svg


def test_what_lies_beyond_the_outline_is_veiled():
    assert drawn(block_of(np.full((20, 30), 30), [((30,), "settlement-30")])).count('class="veil"') == 2


def test_thinning_keeps_the_code_that_most_cells_of_a_block_have():
    rng = np.random.default_rng(3)
    codes = rng.choice(np.array([10, 12, 30, 255], np.uint8), (83, 61))
    found = thinned(CellImage(codes, (0.0, 0.0, 61.0, 83.0)), 16)
    size = 4  # 61 columns in 16
    assert found.codes.shape == (21, 16)
    assert found.bounds == (0.0, -1.0, 64.0, 83.0)
    for row, column in np.ndindex(found.codes.shape):
        block = codes[row * size : (row + 1) * size, column * size : (column + 1) * size]
        counts = {code: int((block == code).sum()) for code in np.unique(block).tolist()}
        counts[255] = counts.get(255, 0) + size * size - block.size
        assert counts[int(found.codes[row, column])] == max(counts.values())


def test_a_small_image_is_not_thinned():
    image = CellImage(np.zeros((20, 30), np.uint8), AROUND)
    assert thinned(image, 700) is image


def test_codes_out_of_the_order_get_the_number_after_the_last():
    assert placed_in_palette(np.array([[30, 11, 255, 0]], np.uint8), [11, 30]).tolist() == [[1, 0, 2, 2]]


def test_the_noisiest_map_stays_within_its_weight():
    """Every cell another than its neighbour, 3,000 by 3,000 of five classes: nothing a city has is harder to press."""
    codes = np.random.default_rng(1).integers(0, 5, (3000, 3000))
    classes = [((code,), name) for code, name in enumerate(("built-first", "class-2", "class-3", "class-4", "class-5"))]
    assert len(drawn(block_of(codes, classes, outline=shapely.box(*AROUND)))) < 160_000


def test_small_maps_hold_their_own_picture():
    block = block_of(np.full((20, 30), 1), [((1,), "extent-urban")], pictures=2)
    svg = str(small_cell_map(block.pictures[0], block, title="t", description="d"))
    assert svg.count("data:image/png") == 1
    assert "<use" not in svg


def test_the_colours_of_pictures_are_those_of_the_one_token_file():
    light = TOKENS.read_text("utf-8").partition("@media (prefers-color-scheme: dark)")[0]
    tokens = dict(re.findall(r"--([\w-]+):\s*#([0-9a-f]{6});", light))
    mine = {name: "{:02x}{:02x}{:02x}".format(*colour) for name, colour in colours().items()}
    assert mine == {name: tokens[name] for name in mine}


def test_classes_have_the_colours_in_which_rasters_are_written():
    assert {code: "#{:02x}{:02x}{:02x}".format(*colours()[f"settlement-{code}"]) for code in SETTLEMENT_COLOURS} == {
        code: colour for code, (_, colour) in SETTLEMENT_COLOURS.items()
    }


def test_every_legend_colour_is_drawn():
    style = (Path(__file__).parents[2] / "src" / "ekistics" / "publish" / "drawing.css").read_text("utf-8")
    asked = set(re.findall(r'rect class="cell-([\w-]+)"', rendered(documents()["settlement"])))
    assert asked
    assert asked <= set(re.findall(r"\.cell-([\w-]+)\{fill:var\(--\1\)\}", style))


def test_the_page_steps_through_years_by_its_own_words():
    html = rendered(documents()["settlement"])
    assert html.count("data-epochs=") == 1
    assert len(re.findall(r'<li value="\d" data-year="\d{4}">', html)) == 4


def test_every_map_of_cells_has_a_table_on_its_page():
    html = rendered(documents()["settlement"])
    assert html.count('<table class="data-table"') >= html.count('class="map-figure cells"')
