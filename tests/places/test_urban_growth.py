"""Growth between dates: every kind on a picture, all kinds beside a second implementation, and a real city over eleven periods."""

import numpy as np
import pytest
import rasterio
import rasterio.features
import rasterio.warp
from hypothesis import given, settings
from hypothesis import strategies as st
from pyogrio import read_dataframe

from ekistics.model.errors import InvalidInput
from ekistics.model.grids import NEWLY_BUILT, ExtentClass, GrowthClass
from ekistics.places.settlement_rules import Contiguity
from ekistics.places.urban_extent import ExtentRules, UrbanExtent, urban_extent
from ekistics.places.urban_growth import (
    NEVER_BUILT,
    UrbanGrowth,
    built_epochs,
    first_built_years,
    growth_by_period,
    urban_growth,
)

SIGNS = ".okielnx"
"""Off the map, open, kept, infill, extension, leapfrog, inclusion, lost: in the order of the codes."""
SMALL = ExtentRules(circle_m=100.0, fringe_m=0.0)
"""With cells of 100 m, a circle is a cell and its four neighbours; there is no fringe."""


def extent_of(text: list[str], rules: ExtentRules = SMALL) -> UrbanExtent:
    """Read a picture: # built-up, ~ water, all else open land."""
    cells = np.array([list(row) for row in text])
    return urban_extent(cells == "#", on_map=cells != "~", cell_m=100, rules=rules)


def picture(growth: UrbanGrowth) -> list[str]:
    return ["".join(SIGNS[code] for code in row) for row in growth.raster]


def growth_of(earlier: list[str], later: list[str], rules: ExtentRules = SMALL, **options: Contiguity) -> UrbanGrowth:
    return urban_growth(extent_of(earlier, rules), extent_of(later, rules), **options)


# --- a second implementation -----------------------------------------------------------------------------------------------------


def around(cell: tuple[int, int]) -> set[tuple[int, int]]:
    return {(cell[0] + r, cell[1] + c) for r in (-1, 0, 1) for c in (-1, 0, 1)} - {cell}


def naive_growth(earlier: np.ndarray, later: np.ndarray) -> np.ndarray:
    """Say cell by cell what became of classes; extension spreads from the earlier extent over what is new outside it."""

    def cells(raster: np.ndarray, *kinds: str) -> set[tuple[int, int]]:
        return {(int(r), int(c)) for r, c in np.argwhere(np.isin(raster, [ExtentClass[kind] for kind in kinds]))}

    built, now = cells(earlier, "URBAN", "SUBURBAN", "RURAL"), cells(later, "URBAN", "SUBURBAN", "RURAL")
    extent = cells(earlier, "URBAN", "SUBURBAN", "FRINGE", "CAPTURED")
    outside = now - built - extent
    extension, edge = set(), {one for one in outside if around(one) & extent}
    while edge:
        extension |= edge
        edge = {one for cell in edge for one in around(cell)} & outside - extension
    found = np.full(earlier.shape, GrowthClass.OPEN, np.uint8)
    kinds = {
        "OFF_MAP": cells(later, "OFF_MAP") - built,
        "LOST": built - now,
        "INFILL": (now - built) & extent,
        "EXTENSION": extension,
        "LEAPFROG": outside - extension,
        "INCLUSION": cells(earlier, "RURAL") & cells(later, "URBAN", "SUBURBAN"),
    }
    kinds["KEPT"] = (built & now) - kinds["INCLUSION"]
    for kind, members in kinds.items():
        for cell in members:
            found[cell] = GrowthClass[kind]
    return found


@st.composite
def two_dates(draw) -> tuple[UrbanExtent, UrbanExtent]:
    """Draw a town that grows, loses some cells, and whose map changes a little."""
    shape = draw(st.integers(1, 16)), draw(st.integers(1, 16))
    chance = np.random.default_rng(draw(st.integers(0, 1 << 30)))
    rules = draw(st.sampled_from([SMALL, ExtentRules(circle_m=250, fringe_m=100, captured_up_to_ha=3)]))
    built = chance.random(shape) < draw(st.sampled_from([0.05, 0.2, 0.5]))
    later = (built & (chance.random(shape) > 0.1)) | (chance.random(shape) < draw(st.sampled_from([0.05, 0.3])))
    maps = [chance.random(shape) >= draw(st.sampled_from([0.0, 0.05])) for _ in range(2)]
    for one in maps:
        one[0, 0] = True
    return urban_extent(built, on_map=maps[0], cell_m=100, rules=rules), urban_extent(later, on_map=maps[1], cell_m=100, rules=rules)


@settings(deadline=None, max_examples=200)
@given(dates=two_dates())
def test_every_cell_is_as_in_the_naive_implementation(dates: tuple[UrbanExtent, UrbanExtent]) -> None:
    assert np.array_equal(urban_growth(*dates).raster, naive_growth(dates[0].raster, dates[1].raster))


@settings(deadline=None)
@given(dates=two_dates())
def test_nothing_is_netted_and_parts_add_up(dates: tuple[UrbanExtent, UrbanExtent]) -> None:
    earlier, later = dates
    growth = urban_growth(earlier, later)
    assert {one: int((growth.raster == one).sum()) for one in GrowthClass} == dict(growth.cells)
    built = [sum(extent.cells[one] for one in (ExtentClass.URBAN, ExtentClass.SUBURBAN, ExtentClass.RURAL)) for extent in dates]
    new = sum(growth.cells[one] for one in NEWLY_BUILT)
    assert built[0] + new - growth.cells[GrowthClass.LOST] == built[1]


@settings(deadline=None)
@given(dates=two_dates(), turns=st.integers(0, 3))
def test_turning_the_map_turns_the_growth(dates: tuple[UrbanExtent, UrbanExtent], turns: int) -> None:
    def turned(extent: UrbanExtent) -> UrbanExtent:
        raster = np.ascontiguousarray(np.rot90(extent.raster, turns))
        return UrbanExtent(raster, extent.cells, extent.clusters, extent.built_cells, extent.cell_m, extent.rules)

    straight = urban_growth(*dates).raster
    assert np.array_equal(urban_growth(turned(dates[0]), turned(dates[1])).raster, np.rot90(straight, turns))


# --- kind by kind ----------------------------------------------------------------------------------------------------------------


def test_new_cells_on_captured_open_space_are_infill() -> None:
    yard = ["######", "######", "##--##", "######", "######"]
    assert picture(growth_of(yard, ["######", "######", "###-##", "######", "######"]))[2] == "kkiokk"


def test_new_cells_on_the_fringe_are_infill_and_those_beyond_extension() -> None:
    rules = ExtentRules(circle_m=100.0, fringe_m=100.0)
    assert picture(growth_of(["##----"], ["#####-"], rules)) == ["kkieeo"]


def test_extension_touches_the_earlier_extent_and_leapfrog_does_not() -> None:
    assert picture(growth_of(["##-------"], ["####--##-"])) == ["kkeeoollo"]


def test_a_cluster_is_extension_as_a_whole_where_one_cell_touches() -> None:
    before, after = ["##----", "##----", "------"], ["##----", "##-###", "--#---"]
    assert picture(growth_of(before, after)) == ["kkoooo", "kkoeee", "ooeooo"]


def test_touching_at_a_corner_is_touching_unless_by_sides_is_asked_for() -> None:
    before, after = ["##---", "##---", "-----"], ["##---", "##---", "--##-"]
    assert picture(growth_of(before, after))[2] == "ooeeo"
    assert picture(growth_of(before, after, contiguity=Contiguity.ROOK))[2] == "oollo"


def test_a_cluster_that_touches_only_a_rural_house_is_leapfrog() -> None:
    before = ["-----", "-----", "--#--", "-----", "-----"]
    assert picture(growth_of(before, [*before[:2], "--##-", *before[3:]]))[2] == "oonlo"


def test_an_outlying_house_that_the_later_extent_takes_in_is_inclusion() -> None:
    before, after = ["---", "-#-", "---"], ["-#-", "-#-", "-#-"]
    growth = growth_of(before, after)
    assert picture(growth) == ["olo", "ono", "olo"]
    assert growth.areas_km2[GrowthClass.INCLUSION] == pytest.approx(0.01)


def test_an_outlying_house_that_stays_outside_is_kept() -> None:
    assert picture(growth_of(["---", "-#-", "---"], ["---", "-#-", "---"])) == ["ooo", "oko", "ooo"]


def test_what_is_built_no_longer_is_lost_even_where_the_later_extent_takes_its_cell_in() -> None:
    growth = growth_of(["---", "-#-", "---"], ["###", "#-#", "###"])
    assert picture(growth) == ["lll", "lxl", "lll"]
    assert growth.cells[GrowthClass.LOST] == 1
    assert growth.lost_off_map_since == 0


def test_what_left_the_map_is_lost_and_said_so() -> None:
    growth = growth_of(["##-"], ["#~~"])
    assert picture(growth) == ["kx."]
    assert (growth.cells[GrowthClass.LOST], growth.lost_off_map_since) == (1, 1)


def test_what_is_built_where_there_was_water_is_new_and_said_so() -> None:
    growth = growth_of(["##~~~"], ["###~~"])
    assert picture(growth) == ["kke.."]
    assert growth.new_off_map_before == 1


def test_areas_and_shares_of_what_is_new() -> None:
    growth = growth_of(["##-------"], ["#####-#--"])
    assert growth.newly_built_km2 == pytest.approx(0.04)
    assert growth.shares_of_newly_built == {GrowthClass.INFILL: 0, GrowthClass.EXTENSION: 0.75, GrowthClass.LEAPFROG: 0.25}


def test_without_anything_new_there_are_no_shares() -> None:
    assert growth_of(["##-"], ["##-"]).shares_of_newly_built is None


def test_extents_of_different_grids_cells_or_rules_are_refused() -> None:
    one = extent_of(["##-"])
    with pytest.raises(InvalidInput, match="different grids"):
        urban_growth(one, extent_of(["##--"]))
    with pytest.raises(InvalidInput, match="differ in rules"):
        urban_growth(one, extent_of(["##-"], ExtentRules(circle_m=200)))
    with pytest.raises(InvalidInput, match="differ in cell_m"):
        urban_growth(one, urban_extent(np.ones((1, 3), bool), cell_m=50, rules=SMALL))


# --- epochs ----------------------------------------------------------------------------------------------------------------------


def test_epochs_are_compared_in_pairs_one_after_the_other() -> None:
    extents = [(1990, extent_of(["##---"])), (2000, extent_of(["###--"])), (2015, extent_of(["###-#"]))]
    periods = list(growth_by_period(iter(extents)))
    assert [(one.start, one.end, picture(one.growth)) for one in periods] == [(1990, 2000, ["kkeoo"]), (2000, 2015, ["kkkol"])]


def test_one_epoch_is_no_period() -> None:
    assert list(growth_by_period([(1990, extent_of(["##-"]))])) == []


def test_years_that_do_not_rise_are_refused() -> None:
    extent = extent_of(["##-"])
    with pytest.raises(InvalidInput, match="do not rise; found 1990 after 2000"):
        list(growth_by_period([(2000, extent), (1990, extent)]))
    with pytest.raises(InvalidInput, match="do not rise"):
        first_built_years([(2000, extent.mask), (2000, extent.mask)])


def test_a_cell_keeps_the_first_year_in_which_it_was_built() -> None:
    epochs = [(1990, np.array([[True, False, False]])), (2000, np.array([[False, True, False]]))]
    assert first_built_years(epochs).tolist() == [[1990, 2000, NEVER_BUILT]]


def test_no_epoch_a_year_out_of_range_and_another_grid_are_refused() -> None:
    mask = np.ones((1, 2), bool)
    with pytest.raises(InvalidInput, match="there is no epoch"):
        first_built_years([])
    with pytest.raises(InvalidInput, match="not a year"):
        first_built_years([(70_000, mask)])
    with pytest.raises(InvalidInput, match="the grid of 2000"):
        first_built_years([(1990, mask), (2000, np.ones((2, 1), bool))])


def test_values_that_are_no_years_are_passed_over() -> None:
    years = np.array([[0, 1990, 2000, NEVER_BUILT]], np.uint16)
    found = [(year, built.tolist()) for year, built in built_epochs(years, no_years=(0, NEVER_BUILT))]
    assert found == [(1990, [[False, True, False, False]]), (2000, [[False, True, True, False]])]


@settings(deadline=None)
@given(years=st.lists(st.sampled_from([1975, 1990, 2000, 2020, NEVER_BUILT]), min_size=1, max_size=20))
def test_epochs_from_first_years_give_the_first_years_again(years: list[int]) -> None:
    raster = np.array([years], np.uint16)
    epochs = list(built_epochs(raster))
    if epochs:
        assert np.array_equal(first_built_years(epochs), raster)


# --- a real city -----------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def washington(data) -> tuple[np.ndarray, np.ndarray]:
    """Return the first built years around Washington, and which cells have their centre in the area of interest."""
    path = data("washington_ghsl_built_epochs", "ghsl_first_built_year_100m.tif")
    outline = read_dataframe(data("washington_ghsl_built_epochs", "aoi.geojson"))
    with rasterio.open(path) as source:
        shapes = [rasterio.warp.transform_geom(outline.crs, source.crs, one.__geo_interface__) for one in outline.geometry]
        inside = rasterio.features.geometry_mask(shapes, source.shape, source.transform, invert=True)
        return source.read(1), inside


def test_built_area_of_washington_by_year_is_as_its_data_says(washington: tuple[np.ndarray, np.ndarray]) -> None:
    years, inside = washington
    areas = {year: round(float((built & inside).sum()) * 0.01, 2) for year, built in built_epochs(years)}
    assert areas == {
        1975: 3191.79, 1980: 3291.47, 1985: 3396.25, 1990: 3494.16, 1995: 3664.01, 2000: 3811.79,
        2005: 3930.00, 2010: 4063.65, 2015: 4185.82, 2020: 4334.09, 2025: 4491.95, 2030: 4609.98,
    }  # fmt: skip


def test_growth_of_washington_adds_up_over_its_epochs(washington: tuple[np.ndarray, np.ndarray]) -> None:
    years, inside = washington
    extents = ((year, urban_extent(built, on_map=inside, cell_m=100)) for year, built in built_epochs(years) if year <= 2020)
    periods = list(growth_by_period(extents))
    assert [(one.start, one.end) for one in periods][::8] == [(1975, 1980), (2015, 2020)]
    assert all(one.growth.cells[GrowthClass.LOST] == 0 for one in periods)
    assert sum(one.growth.newly_built_km2 for one in periods) == pytest.approx(4334.09 - 3191.79)
    assert all(one.growth.cells[kind] for one in periods for kind in (*NEWLY_BUILT, GrowthClass.INCLUSION))


def test_the_extent_of_washington_grows_and_keeps_its_main_cluster(washington: tuple[np.ndarray, np.ndarray]) -> None:
    years, inside = washington
    then, now = (urban_extent(built, on_map=inside, cell_m=100) for year, built in built_epochs(years) if year in (1975, 2020))
    assert then.circle_m2 == 970_000
    assert then.whole.area_km2 < now.whole.area_km2
    assert sum(now.areas_km2.values()) == pytest.approx(inside.size * 0.01)
    assert now.main_cluster is not None
    assert (now.mask_of(now.main_cluster) & then.mask_of(then.main_cluster)).any()
