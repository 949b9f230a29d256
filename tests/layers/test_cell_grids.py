"""Tables by zone of classified grids: people, land by degree of urbanisation, built-up land, urban extent and growth."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.layers.cells import built_epochs_of, grid_of, settlements_of, zones_in_cells

from ekistics.layers import cell_grids
from ekistics.layers.cell_grids import NO_DATA, NOT_COVERED, TOO_SMALL
from ekistics.layers.registry import LAYERS
from ekistics.layers.zone_cells import middles_in_zones, shares_of_cells
from ekistics.model.grids import GridNote, GridNoteKind

DEGREES = ("urban_centres", "urban_clusters", "rural_cells")
AREAS = ("urban_centre_area", "urban_cluster_area", "rural_cell_area")


def by_degree(zones, settlements):
    return cell_grids.zone_settlement(settlements=settlements, settlement_zone_cells=shares_of_cells(settlements.grid, zones))


def by_extent(zones, built):
    return cell_grids.zone_urban_extent(built_epochs=built, built_zone_cells=middles_in_zones(built.grid, zones))


def by_growth(zones, built):
    return cell_grids.zone_urban_growth(built_epochs=built, built_zone_cells=middles_in_zones(built.grid, zones))


CLASSES = np.array([[30, 30, 23, 22], [30, 21, 13, 12], [11, 10, 255, 30]])
PEOPLE = np.array([[100.0, 200, 30, 20], [400, 10, 5, 4], [2, 0, np.nan, 50]])


def test_people_and_land_go_by_the_classes_of_level_2():
    grid = grid_of(3, 4)
    (table,) = by_degree(zones_in_cells(grid, shapely.box(0, 0, 4, 3)), settlements_of(CLASSES, PEOPLE)).tables
    found = {code: values.tolist()[0] for code, values in table.columns.items()}
    assert {code: found[f"people_in_{code}"] for code in DEGREES} == pytest.approx(dict(zip(DEGREES, (750, 60, 11), strict=True)))
    assert {code: found[code] for code in AREAS} == pytest.approx(dict(zip(AREAS, (4, 3, 3), strict=True)))
    assert found["population"] == pytest.approx(821)


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 1000), st.floats(1, 29), st.floats(1, 29))
def test_zones_that_tile_a_region_add_up_to_it_in_every_quantity(seed, across, down):
    random = np.random.default_rng(seed)
    classes = random.choice([30, 23, 22, 21, 13, 12, 11, 10], (30, 30))
    region = shapely.box(0.5, 0.5, 29.5, 29.5)
    quarters = [region & shapely.box(a, b, c, d) for a, c in ((0, across), (across, 30)) for b, d in ((0, down), (down, 30))]
    zones = zones_in_cells(grid_of(30, 30), region, *(one for one in quarters if one.area > 0))
    (table,) = by_degree(zones, settlements_of(classes, random.gamma(0.5, 100, (30, 30)))).tables
    for code, values in table.columns.items():
        assert values[1:].sum() == pytest.approx(values[0], rel=1e-9), code
    people = table.columns["population"]
    assert (sum(table.columns[f"people_in_{one}"] for one in DEGREES) <= people * (1 + 1e-12)).all()


def test_each_year_has_a_table_of_its_own():
    told = by_degree(
        zones_in_cells(grid_of(3, 4), shapely.box(0, 0, 4, 3)), settlements_of(CLASSES, PEOPLE, 2 * PEOPLE, years=(2015, 2020))
    )
    assert told.years == ((2015, 2015), (2020, 2020))
    assert [one.columns["population"][0] for one in told.tables] == pytest.approx([821, 1642])


def test_what_was_said_of_a_year_is_told_with_its_layer():
    told = by_degree(
        zones_in_cells(grid_of(3, 4), shapely.box(0, 0, 4, 3)),
        settlements_of(CLASSES, PEOPLE, notes=(GridNote(GridNoteKind.NO_BUILT_UP_GRID, 2020),)),
    )
    assert told.checks == {"edition": "2024", "notes": [{"kind": "no-built-up-grid", "year": 2020}]}


def test_zones_beyond_the_grid_have_no_figure_and_the_reason():
    grid = grid_of(3, 4)
    zones = zones_in_cells(grid, shapely.box(0, 0, 2, 2), shapely.box(3, 1, 6, 3), shapely.box(20, 20, 30, 30), shapely.box(2, 2, 3, 3))
    (table,) = by_degree(zones, settlements_of(CLASSES, PEOPLE)).tables
    assert np.isnan(table.columns["population"]).tolist() == [False, True, True, True]
    assert table.reasons["urban_centre_area"].tolist() == ["", NOT_COVERED, NOT_COVERED, NO_DATA]


def test_a_zone_in_part_without_data_keeps_what_is_known():
    grid = grid_of(3, 4)
    (table,) = by_degree(zones_in_cells(grid, shapely.box(2, 1, 4, 3)), settlements_of(CLASSES, PEOPLE)).tables
    assert table.columns["population"][0] == pytest.approx(59)


ROWS, COLUMNS = 12, 16


@st.composite
def epochs(draw):
    """Built-up land and classes of the extent of two years, with the growth between them, at random but of one mind."""
    random = np.random.default_rng(draw(st.integers(0, 10_000)))
    extents = [random.choice([0, 1, 2, 3, 4, 5, 6], (ROWS, COLUMNS)) for _ in range(2)]
    first, second = (np.isin(one, (1, 2, 5)) for one in extents)
    kinds = np.where(~first & second, random.choice([3, 4, 5], first.shape), np.where(first & ~second, 7, np.where(first, 2, 1)))
    grid = grid_of(ROWS, COLUMNS, draw(st.sampled_from([30.0, 100.0])))
    return built_epochs_of(grid, {2000: first, 2015: second}, {2000: extents[0], 2015: extents[1]}, kinds)


@settings(deadline=None, max_examples=20)
@given(epochs())
def test_new_land_is_the_difference_of_built_up_land_and_what_was_lost(built):
    zones = zones_in_cells(built.grid, shapely.box(0, 0, 16, 12), shapely.box(0, 0, 7.2, 12), shapely.box(7.2, 0, 16, 12))
    before, after = (one.columns["built_up_area"] for one in by_extent(zones, built).tables)
    (growth,) = by_growth(zones, built).tables
    new = sum(growth.columns[f"{kind}_area"] for kind in ("infill", "extension", "leapfrog"))
    lost = middles_in_zones(built.grid, zones).counts(built.growth[0].kinds, 8)[:, 7] * built.grid.cell_km2
    assert new == pytest.approx(after - before + lost)


@settings(deadline=None, max_examples=20)
@given(epochs())
def test_the_extent_is_its_built_up_and_its_open_land_and_zones_add_up(built):
    zones = zones_in_cells(built.grid, shapely.box(0, 0, 16, 12), shapely.box(0, 0, 7.2, 12), shapely.box(7.2, 0, 16, 12))
    for table in by_extent(zones, built).tables:
        told = table.columns
        assert told["urbanised_open_area"] + told["built_up_in_extent_area"] == pytest.approx(told["urban_extent_area"])
        assert (told["built_up_in_extent_area"] <= told["built_up_area"]).all()
        for code, values in told.items():
            assert values[1:].sum() == pytest.approx(values[0]), code


@pytest.mark.parametrize("cell_m", [30.0, 100.0])
def test_areas_are_those_of_the_cells(cell_m):
    extent = np.full((4, 5), 6)
    extent[1, 1:3], extent[2, 2], extent[3, 3], extent[1, 3] = 1, 5, 2, 3
    built = built_epochs_of(grid_of(4, 5, cell_m), {2020: np.isin(extent, (1, 2, 5))}, {2020: extent})
    (table,) = by_extent(zones_in_cells(built.grid, shapely.box(0, 0, 5, 4)), built).tables
    cells = {code: round(values[0] / (cell_m**2 / 1e6), 6) for code, values in table.columns.items()}
    assert cells == {"built_up_area": 4, "urban_extent_area": 4, "urbanised_open_area": 1, "built_up_in_extent_area": 3}


def test_a_zone_between_middles_is_too_small_and_says_so():
    built = built_epochs_of(grid_of(4, 5, 100.0), {2020: np.ones((4, 5))}, {2020: np.ones((4, 5))})
    (table,) = by_extent(zones_in_cells(built.grid, shapely.box(1.6, 1.6, 2.4, 2.4), shapely.box(0, 0, 2, 2)), built).tables
    assert table.reasons["built_up_area"].tolist() == [TOO_SMALL, ""]
    assert np.isnan(table.columns["built_up_area"]).tolist() == [True, False]


def test_a_zone_off_the_map_has_no_built_up_land_and_the_reason():
    extent = np.full((4, 6), 1)
    extent[:, :3] = 0
    built = built_epochs_of(grid_of(4, 6, 100.0), {2020: extent, 2021: extent}, {2020: extent, 2021: extent}, np.where(extent, 2, 0))
    zones = zones_in_cells(built.grid, shapely.box(0, 0, 3, 4), shapely.box(0, 0, 6, 4), shapely.box(4, 0, 9, 4))
    for told in (by_extent(zones, built), by_growth(zones, built)):
        for table in told.tables:
            (reasons,) = {tuple(one.tolist()) for one in table.reasons.values()}
            assert reasons == (NO_DATA, "", NOT_COVERED)


def test_growth_is_of_the_whole_period():
    one = np.ones((2, 2))
    built = built_epochs_of(grid_of(2, 2, 100.0), {1990: one, 2000: one}, {1990: one, 2000: one}, 2 * one)
    assert by_growth(zones_in_cells(built.grid, shapely.box(0, 0, 2, 2)), built).years == ((1990, 2000),)


@pytest.mark.parametrize("name", ["zone_settlement", "zone_urban_extent", "zone_urban_growth"])
def test_a_layer_gives_the_quantities_that_it_promises(name):
    grid = grid_of(2, 2)
    zones = zones_in_cells(grid, shapely.box(0, 0, 2, 2))
    one = np.ones((2, 2))
    built = built_epochs_of(grid, {1990: one, 2000: one}, {1990: one, 2000: one}, one)
    told = {
        "zone_settlement": lambda: by_degree(zones, settlements_of(30 * one, one)),
        "zone_urban_extent": lambda: by_extent(zones, built),
        "zone_urban_growth": lambda: by_growth(zones, built),
    }[name]()
    assert set(told.tables[0].columns) == set(LAYERS[name].gives)
