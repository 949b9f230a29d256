"""Pictures of settlement and growth around a place: their codes, what is counted inside the place, and the centres near it."""

import numpy as np
import pytest
import shapely
from tests.layers.cells import built_epochs_of, centre, grid_of, settlements_of, zones_in_cells

from ekistics.layers.cell_grids import built_zone_cells, settlement_zone_cells
from ekistics.layers.cell_pictures import MOST_CENTRES, NOTHING, WIDEST, growth_picture, settlement_picture


def of_settlements(zones, settlements):
    cells = settlement_zone_cells(zones=zones, settlements=settlements)
    return settlement_picture(zones=zones, settlements=settlements, settlement_zone_cells=cells)


def of_growth(zones, built):
    return growth_picture(zones=zones, built_epochs=built, built_zone_cells=built_zone_cells(zones=zones, built_epochs=built))


CLASSES = np.full((20, 20), 11)
CLASSES[5:9, 5:9] = 30
CLASSES[:, 15:] = 10
PEOPLE = np.where(CLASSES == 30, 2000.0, np.where(CLASSES == 10, 0.0, 3.0))
PLACE = shapely.box(4, 4, 12, 12)


def test_people_and_land_inside_the_place_go_by_class():
    grid = grid_of(20, 20)
    told = of_settlements(zones_in_cells(grid, PLACE), settlements_of(CLASSES, PEOPLE))
    assert told.people == pytest.approx({11: 48 * 3, 30: 16 * 2000})
    assert told.area_km2 == pytest.approx({11: 48, 30: 16})


def test_districts_do_not_count_twice():
    grid = grid_of(20, 20)
    told = of_settlements(zones_in_cells(grid, PLACE, shapely.box(4, 4, 8, 12)), settlements_of(CLASSES, PEOPLE))
    assert told.area_km2 == pytest.approx({11: 48, 30: 16})


def test_the_newest_year_is_drawn():
    told = of_settlements(zones_in_cells(grid_of(20, 20), PLACE), settlements_of(CLASSES, PEOPLE, PEOPLE / 2, years=(2015, 2020)))
    assert (told.year, told.people[30]) == (2020, pytest.approx(16_000))


def test_a_picture_shows_the_cell_at_each_place():
    zones = zones_in_cells(grid_of(20, 20), PLACE)
    picture = of_settlements(zones, settlements_of(CLASSES, PEOPLE)).picture
    west, south, east, north = picture.bounds
    rows, columns = picture.codes.shape
    x, y = shapely.centroid(zones_in_cells(grid_of(20, 20), shapely.box(6, 6, 7, 7)).geometry[0]).coords[0]
    assert picture.codes[int((north - y) / (north - south) * rows), int((x - west) / (east - west) * columns)] == 30
    assert set(np.unique(picture.codes).tolist()) == {11, 30}


def test_a_picture_goes_beyond_the_place_and_shows_nothing_beyond_the_grid():
    told = of_settlements(zones_in_cells(grid_of(20, 20), shapely.box(0, 0, 20, 20)), settlements_of(CLASSES, PEOPLE))
    assert (told.picture.codes[0] == NOTHING).all()
    middle = told.picture.codes[told.picture.codes.shape[0] // 2]
    assert middle[0] == NOTHING
    assert (middle != NOTHING).any()


def test_a_picture_is_no_wider_than_a_screen():
    grid = grid_of(300, 300)
    told = of_settlements(zones_in_cells(grid, shapely.box(10, 10, 290, 290)), settlements_of(np.full((300, 300), 11), np.ones((300, 300))))
    assert told.picture.codes.shape[1] <= WIDEST


def test_centres_in_the_picture_say_how_much_of_them_lies_inside():
    centres = (centre("UC0001", [5, 5, 6, 6], [10, 11, 12, 13]), centre("UC0002", [19], [19]), centre("UC0003", [5], [5]))
    told = of_settlements(zones_in_cells(grid_of(20, 20), PLACE), settlements_of(CLASSES, PEOPLE, centres=centres))
    assert [(one.code, one.share_inside) for one in told.centres] == [("UC0001", pytest.approx(0.5)), ("UC0003", pytest.approx(1))]


def test_no_more_centres_than_a_table_holds():
    centres = tuple(centre(f"UC{at:04}", [5], [5], 1e5 - at) for at in range(MOST_CENTRES + 5))
    told = of_settlements(zones_in_cells(grid_of(20, 20), PLACE), settlements_of(CLASSES, PEOPLE, centres=centres))
    assert [one.code for one in told.centres] == [one.code for one in centres[:MOST_CENTRES]]


def three_years():
    """A town that grows by a column of cells to the east each time, and loses one cell in the last year."""
    grid = grid_of(20, 20, 100.0)
    built = {year: np.zeros((20, 20), bool) for year in (1990, 2000, 2010)}
    for step, mask in enumerate(built.values()):
        mask[5:10, 5 : 8 + step] = True
    built[2010][5, 5] = False
    extent = {year: np.where(mask, 1, 6) for year, mask in built.items()}
    extent[2010][:, 0] = 0
    growth = np.where(built[2010] & ~built[1990], 4, np.where(built[1990] & ~built[2010], 7, 1))
    return built_epochs_of(grid, built, extent, growth)


def test_land_is_drawn_by_the_year_in_which_it_was_first_built():
    told = of_growth(zones_in_cells(grid_of(20, 20, 100.0), shapely.box(4, 4, 12, 12)), three_years())
    assert told.years == (1990, 2000, 2010)
    assert set(np.unique(told.first_built.codes).tolist()) == {0, 1, 2, NOTHING}
    # what was lost was built first all the same
    first, last = told.first_built.codes, told.extents[-1].codes
    assert ((first == 0) & (last == 6)).any()


def test_areas_of_each_year_are_built_up_extent_and_open_land_inside_the_place():
    told = of_growth(zones_in_cells(grid_of(20, 20, 100.0), shapely.box(4, 4, 9, 12)), three_years())
    assert told.areas == (pytest.approx((0.15, 0.15, 0)), pytest.approx((0.20, 0.20, 0)), pytest.approx((0.19, 0.19, 0)))


def test_growth_tells_what_was_lost():
    told = of_growth(zones_in_cells(grid_of(20, 20, 100.0), shapely.box(4, 4, 12, 12)), three_years())
    ((start, end, kinds, lost),) = told.growth
    assert (start, end, lost) == (1990, 2010, pytest.approx(0.01))
    assert kinds == pytest.approx({"infill": 0, "extension": 0.10, "leapfrog": 0, "inclusion": 0})
    assert told.areas[-1][0] - told.areas[0][0] == pytest.approx(sum(kinds.values()) - lost)


def test_what_is_off_the_map_is_not_drawn():
    told = of_growth(zones_in_cells(grid_of(20, 20, 100.0), shapely.box(0, 4, 12, 12)), three_years())
    assert 0 not in np.unique(told.extents[-1].codes)
    assert (told.extents[-1].codes == NOTHING).sum() > (told.extents[0].codes == NOTHING).sum()
