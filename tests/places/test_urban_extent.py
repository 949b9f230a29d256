"""Urban extent: every rule on a picture, and all rules beside a second implementation with sets and loops."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ekistics.model.errors import InvalidInput
from ekistics.model.grids import ExtentClass
from ekistics.places.settlement_rules import Contiguity
from ekistics.places.urban_extent import TRAINING_MODULE_RULES, ExtentRules, UrbanExtent, extent_mask, urban_extent

SIGNS = ".USfcro"
"""Off the map, urban, suburban, fringe, captured, rural, other open: in the order of the codes."""


def picture(extent: UrbanExtent) -> list[str]:
    return ["".join(SIGNS[code] for code in row) for row in extent.raster]


def drawn(text: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Read a picture: # built-up, ~ water, all else open land."""
    cells = np.array([list(row) for row in text])
    return cells == "#", cells != "~"


def extent_of(text: list[str], **rules: object) -> UrbanExtent:
    """Find the extent of a picture with cells of 100 m; a circle of 100 m is a cell and its four neighbours."""
    built, on_map = drawn(text)
    return urban_extent(built, on_map=on_map, cell_m=100, rules=ExtentRules(**{"circle_m": 100.0, "fringe_m": 0.0} | rules))


# --- a second implementation -----------------------------------------------------------------------------------------------------


def neighbours(cell: tuple[int, int], contiguity: Contiguity) -> set[tuple[int, int]]:
    row, column = cell
    around = {(row + r, column + c) for r in (-1, 0, 1) for c in (-1, 0, 1)} - {cell}
    return around if contiguity is Contiguity.QUEEN else {one for one in around if one[0] == row or one[1] == column}


def clusters_of(cells: set[tuple[int, int]], contiguity: Contiguity) -> list[set[tuple[int, int]]]:
    left, found = set(cells), []
    while left:
        cluster, edge = set(), {left.pop()}
        while edge:
            cluster |= edge
            edge = {one for cell in edge for one in neighbours(cell, contiguity)} & left
            left -= edge
        found.append(cluster)
    return found


def naive_classes(built: np.ndarray, on_map: np.ndarray, cell_m: float, rules: ExtentRules) -> np.ndarray:
    land = {(int(r), int(c)) for r, c in np.argwhere(on_map)}
    houses = {one for one in land if built[one]}

    def within(cell: tuple[int, int], others: set[tuple[int, int]], metres: float) -> int:
        return sum(((cell[0] - r) ** 2 + (cell[1] - c) ** 2) * cell_m**2 <= metres**2 * (1 + 1e-9) for r, c in others)

    share = {one: within(one, houses, rules.circle_m) / within(one, land, rules.circle_m) for one in houses}
    urban = {one for one in houses if share[one] > rules.urban_above}
    suburban = {one for one in houses - urban if share[one] >= rules.suburban_from}
    fringe = {one for one in land - houses if within(one, urban | suburban, rules.fringe_m)}
    enclosing = urban | suburban | fringe
    classes = np.zeros(built.shape, np.uint8)
    for cluster in clusters_of(land - houses - fringe, rules.captured_contiguity):
        around = {one for cell in cluster for one in neighbours(cell, rules.captured_contiguity)} - cluster
        small = len(cluster) * cell_m**2 / 10_000 <= rules.captured_up_to_ha
        for cell in cluster:
            classes[cell] = ExtentClass.CAPTURED if small and around <= enclosing else ExtentClass.EXURBAN
    kinds = ((urban, "URBAN"), (suburban, "SUBURBAN"), (houses - urban - suburban, "RURAL"), (fringe, "FRINGE"))
    for cells, kind in kinds:
        for cell in cells:
            classes[cell] = ExtentClass[kind]
    return classes


@st.composite
def grids(draw) -> tuple[np.ndarray, np.ndarray]:
    """Draw built-up cells, thick or thin, on a map with or without holes."""
    shape = draw(st.integers(1, 14)), draw(st.integers(1, 14))
    chance = np.random.default_rng(draw(st.integers(0, 1 << 30)))
    on_map = chance.random(shape) >= draw(st.sampled_from([0.0, 0.0, 0.03, 0.3]))
    on_map[0, 0] = True
    return chance.random(shape) < draw(st.sampled_from([0.1, 0.3, 0.5, 0.8])), on_map


RULES = st.sampled_from(
    [
        ExtentRules(circle_m=150, fringe_m=100, captured_up_to_ha=3),
        ExtentRules(circle_m=250, fringe_m=0, captured_up_to_ha=2),
        ExtentRules(circle_m=100, fringe_m=0, captured_up_to_ha=100),
        ExtentRules(circle_m=564, fringe_m=142, captured_up_to_ha=4),
        ExtentRules(circle_m=200, urban_above=0.7, suburban_from=0.4, fringe_m=100, captured_up_to_ha=9),
        ExtentRules(circle_m=100, fringe_m=0, captured_contiguity=Contiguity.QUEEN, cluster_contiguity=Contiguity.ROOK),
    ]
)


@settings(deadline=None, max_examples=200)
@given(grid=grids(), rules=RULES)
def test_every_cell_is_as_in_the_naive_implementation(grid: tuple[np.ndarray, np.ndarray], rules: ExtentRules) -> None:
    built, on_map = grid
    found = urban_extent(built, on_map=on_map, cell_m=100, rules=rules)
    assert np.array_equal(found.raster, naive_classes(built, on_map, 100, rules))


@settings(deadline=None)
@given(grid=grids(), rules=RULES)
def test_clusters_are_those_of_the_naive_implementation(grid: tuple[np.ndarray, np.ndarray], rules: ExtentRules) -> None:
    built, on_map = grid
    found = urban_extent(built, on_map=on_map, cell_m=100, rules=rules)
    cells = {(int(r), int(c)) for r, c in np.argwhere(np.isin(found.raster, [1, 2, 3, 4]))}
    naive = sorted((len(one), sum(bool(built[cell]) for cell in one)) for one in clusters_of(cells, rules.cluster_contiguity))
    assert sorted(zip(found.clusters.cells.tolist(), found.built_cells.tolist(), strict=True)) == naive


@settings(deadline=None)
@given(grid=grids(), rules=RULES, turns=st.integers(0, 3), mirrored=st.booleans())
def test_turning_and_mirroring_the_map_turns_and_mirrors_the_classes(
    grid: tuple[np.ndarray, np.ndarray], rules: ExtentRules, turns: int, mirrored: bool
) -> None:
    def turned(cells: np.ndarray) -> np.ndarray:
        return np.rot90(np.fliplr(cells) if mirrored else cells, turns)

    built, on_map = grid
    straight = urban_extent(built, on_map=on_map, cell_m=100, rules=rules)
    assert np.array_equal(urban_extent(turned(built), on_map=turned(on_map), cell_m=100, rules=rules).raster, turned(straight.raster))


@settings(deadline=None)
@given(grid=grids(), rules=RULES)
def test_parts_add_up_to_the_whole(grid: tuple[np.ndarray, np.ndarray], rules: ExtentRules) -> None:
    built, on_map = grid
    found = urban_extent(built, on_map=on_map, cell_m=100, rules=rules)
    assert sum(found.cells.values()) == built.size
    assert found.cells[ExtentClass.OFF_MAP] == (~on_map).sum()
    assert found.clusters.cells.sum() == found.whole.cells == found.mask.sum()
    assert found.built_cells.sum() == found.whole.built_cells
    assert found.whole.built_up_km2 + found.whole.open_space_km2 == pytest.approx(found.whole.area_km2)


@pytest.mark.parametrize("water", [0.0, 0.03])
def test_blocks_of_rows_leave_no_seam(water: float) -> None:
    chance = np.random.default_rng(5)
    tall, on_map = chance.random((540, 3)) < 0.15, chance.random((540, 3)) >= water
    rules = ExtentRules(circle_m=150, fringe_m=300, captured_up_to_ha=5)
    assert np.array_equal(urban_extent(tall, on_map=on_map, cell_m=100, rules=rules).raster, naive_classes(tall, on_map, 100, rules))


@pytest.mark.parametrize("lake", ["north", "south"])
def test_moving_a_town_down_the_map_moves_its_classes(lake: str) -> None:
    rules = ExtentRules(circle_m=250, fringe_m=300, captured_up_to_ha=5)
    rows = ["~~~~~~~~", "~~~~~~~~", "-#-#--#-", "--####--", "--#--#--", "--####--", "------#-", "-#---#--"]
    town = np.array([list(row) for row in (rows if lake == "north" else rows[::-1])])

    def classes_at(row: int) -> np.ndarray:
        land = np.full((300, 12), "-")
        land[row : row + 8, 2:10] = town
        found = urban_extent(land == "#", on_map=land != "~", cell_m=100, rules=rules)
        return found.raster[row - 10 : row + 18]

    assert all(np.array_equal(classes_at(row), classes_at(100)) for row in range(240, 270))


# --- rule by rule ----------------------------------------------------------------------------------------------------------------


def test_exactly_half_is_suburban_and_more_is_urban() -> None:
    # a circle holds five cells, four at the edge of the map, three in its corner
    assert picture(extent_of(["-#-", "##-", "---"])) == ["oSo", "SUo", "ooo"]
    assert picture(extent_of(["##-", "---", "---"])) == ["USo", "ooo", "ooo"]


def test_exactly_a_quarter_is_suburban_and_less_is_rural() -> None:
    # a lone cell at the side has one in four, in the middle one in five
    assert picture(extent_of(["-#-", "---", "---"])) == ["oSo", "ooo", "ooo"]
    assert picture(extent_of(["---", "-#-", "---"])) == ["ooo", "oro", "ooo"]


def test_water_is_not_in_the_denominator() -> None:
    assert picture(extent_of(["-~-", "-#-", "---"])) == ["o.o", "oSo", "ooo"]
    assert picture(extent_of(["-~-", "~#~", "---"])) == ["o.o", ".S.", "ooo"]
    assert picture(extent_of(["-~-", "~#~", "-~-"])) == ["o.o", ".U.", "o.o"]


def test_what_is_built_on_water_does_not_count() -> None:
    built = np.array([[True, True, False]])
    found = urban_extent(built, on_map=np.array([[True, False, True]]), cell_m=100, rules=ExtentRules(circle_m=100, fringe_m=0))
    assert picture(found) == ["U.o"]
    assert found.whole.built_cells == 1


def test_fringe_reaches_exactly_100_m_and_not_beyond() -> None:
    rules = {"circle_m": 100.0, "suburban_from": 0.0}
    assert picture(extent_of(["-----", "-----", "--#--", "-----", "-----"], fringe_m=100.0, **rules)) == [
        "ooooo",
        "oofoo",
        "ofSfo",
        "oofoo",
        "ooooo",
    ]
    assert picture(extent_of(["-----", "-----", "--#--", "-----", "-----"], fringe_m=99.9, **rules))[1] == "ooooo"
    assert picture(extent_of(["---", "-#-", "---"], fringe_m=141.5, **rules)) == ["fff", "fSf", "fff"]


def test_fringe_is_measured_from_urban_and_suburban_not_from_rural_cells() -> None:
    assert picture(extent_of(["-----", "--#--", "-----"], fringe_m=100.0)) == ["ooooo", "ooroo", "ooooo"]


def test_fringe_at_30_m_reaches_three_cells_and_not_four() -> None:
    built = np.zeros((1, 9), bool)
    built[0, 0] = True
    found = urban_extent(built, cell_m=30, rules=ExtentRules(circle_m=30))
    assert picture(found) == ["Sfffooooo"]


RING = ["######", "######", "##--##", "##--##", "######", "######"]


def test_an_open_cluster_of_exactly_the_limit_is_captured_and_one_cell_more_is_not() -> None:
    assert picture(extent_of(RING, captured_up_to_ha=4.0))[2:4] == ["UUccUU", "UUccUU"]
    assert picture(extent_of(RING, captured_up_to_ha=3.0))[2:4] == ["UUooUU", "UUooUU"]


def test_the_limit_of_200_ha_is_200_cells_of_100_m_and_2222_of_30_m() -> None:
    assert ExtentRules().most_captured_cells(100) == 200
    assert ExtentRules().most_captured_cells(30) == 2222


def test_an_open_cluster_cut_by_the_edge_is_not_captured() -> None:
    assert picture(extent_of(["##-##", "##-##", "#####"]))[:2] == ["UUoUU", "UUoUU"]


def test_an_open_cluster_touching_water_is_not_captured() -> None:
    lake = ["#####", "##~##", "##-##", "#####", "#####"]
    assert picture(extent_of(lake))[2] == "UUoUU"
    assert picture(extent_of([row.replace("~", "-") for row in lake]))[1:3] == ["UUcUU", "UUcUU"]


def test_an_open_cluster_touching_a_rural_cell_is_not_captured() -> None:
    # the lone house is rural, one in five; without it the yard is captured
    yard = ["#########"] * 2 + ["##-----##"] * 5 + ["#########"] * 2
    assert {row[4] for row in picture(extent_of(yard))[2:7]} == {"c"}
    with_house = [*yard[:4], "##--#--##", *yard[5:]]
    assert picture(extent_of(with_house))[4] == "UUoorooUU"


def test_a_captured_cluster_may_be_enclosed_by_fringe() -> None:
    yard = ["#########"] * 2 + ["##-----##"] * 5 + ["#########"] * 2
    assert picture(extent_of(yard, fringe_m=100.0))[4] == "UUfcccfUU"


def test_open_clusters_meeting_at_a_corner_are_two() -> None:
    corner = ["######", "######", "##-###", "###-##", "######", "######"]
    assert picture(extent_of(corner, captured_up_to_ha=1.0))[2:4] == ["UUcUUU", "UUUcUU"]
    assert picture(extent_of(corner, captured_up_to_ha=1.0, captured_contiguity=Contiguity.QUEEN))[2:4] == ["UUoUUU", "UUUoUU"]


def test_clusters_of_the_extent_join_at_corners() -> None:
    bridge = ["##---", "##---", "--##-", "--##-", "-----"]
    assert len(extent_of(bridge).clusters) == 1
    assert len(extent_of(bridge, cluster_contiguity=Contiguity.ROOK).clusters) == 2


def test_the_main_cluster_has_most_built_up_not_most_area() -> None:
    # left: 9 built-up cells; right: 8 around 4 captured ones, so 12 cells of extent
    text = ["###-------", "###----##-", "###---#--#", "------#--#", "-------##-"]
    found = extent_of(text, urban_above=0.3, suburban_from=0.2, captured_up_to_ha=4.0)
    assert found.clusters.cells.tolist() == [9, 12]
    assert found.built_cells.tolist() == [9, 8]
    assert found.main_cluster == 0
    assert found.figures_of(0).area_km2 == pytest.approx(0.09)
    assert found.mask_of(1).sum() == 12
    assert found.figures_of(1).saturation == 8 / 12
    assert found.figures_of(1).open_space_share == 4 / 12


def test_among_clusters_with_as_much_built_up_the_larger_is_the_main_one() -> None:
    text = ["####-------", "####----##-", "-------#--#", "-------#--#", "--------##-"]
    found = extent_of(text, urban_above=0.3, suburban_from=0.2, captured_up_to_ha=4.0)
    assert found.built_cells.tolist() == [8, 8]
    assert found.clusters.cells.tolist() == [8, 12]
    assert found.main_cluster == 1


def test_rural_cells_are_outside_the_extent() -> None:
    found = extent_of(["---", "-#-", "---"])
    assert not found.mask.any()
    assert found.whole.cells == 0


def test_without_an_extent_shares_are_not_there() -> None:
    found = extent_of(["---", "---"])
    assert (found.main_cluster, found.whole.saturation, found.whole.open_space_share) == (None, None, None)
    assert found.whole.area_km2 == 0


def test_areas_are_of_whole_cells() -> None:
    found = extent_of(["-#-", "##-", "~--"])
    assert picture(found) == ["oSo", "UUo", ".oo"]
    hectares = {"OFF_MAP": 1, "URBAN": 2, "SUBURBAN": 1, "FRINGE": 0, "CAPTURED": 0, "RURAL": 0, "EXURBAN": 5}
    assert {one.name: area for one, area in found.areas_km2.items()} == pytest.approx({one: n / 100 for one, n in hectares.items()})


@pytest.mark.parametrize(
    ("cell_m", "rules", "area"), [(30, ExtentRules(), 998_100), (100, ExtentRules(), 970_000), (100, TRAINING_MODULE_RULES, 810_000)]
)
def test_the_true_area_of_the_circle_is_told(cell_m: float, rules: ExtentRules, area: float) -> None:
    assert urban_extent(np.ones((3, 3), bool), cell_m=cell_m, rules=rules).circle_m2 == area


def test_thresholds_are_compared_as_decimals() -> None:
    # 7 of 10 cells are 0.7, which floating point may call a little more
    rules = ExtentRules(circle_m=1000, urban_above=0.7, suburban_from=0.7, fringe_m=0)
    row = np.array([[True] * 7 + [False] * 3])
    assert picture(urban_extent(row, cell_m=100, rules=rules)) == ["SSSSSSSooo"]


def test_inputs_are_left_as_they_were() -> None:
    chance = np.random.default_rng(3)
    built, on_map = chance.random((20, 20)) < 0.5, chance.random((20, 20)) < 0.9
    before = built.copy(), on_map.copy()
    urban_extent(built, on_map=on_map, cell_m=100)
    assert np.array_equal(built, before[0])
    assert np.array_equal(on_map, before[1])


# --- what is refused -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"built": np.ones((3, 3))}, "not a grid of yes and no; found 2 dimensions of float64"),
        ({"built": np.ones(3, bool)}, "found 1 dimensions"),
        ({"on_map": np.ones((2, 3), bool)}, "the grids differ"),
        ({"on_map": np.zeros((3, 3), bool)}, "no cell is on the map"),
        ({"built": np.ones((0, 3), bool)}, "no cell is on the map"),
        ({"cell_m": 1000}, "too coarse or too fine for the circle; found 1000 m a cell, 1 cells"),
        ({"cell_m": 3}, "too coarse or too fine for the circle; found 3 m a cell"),
        ({"cell_m": 0}, "the side of a cell is not a length"),
        ({"cell_m": float("nan")}, "the side of a cell is not a length"),
    ],
)
def test_what_cannot_be_classified_is_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        urban_extent(**{"built": np.ones((3, 3), bool), "cell_m": 100} | options)


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"urban_above": 50}, "as shares and not as percentages"),
        ({"suburban_from": 0.6}, "not in order"),
        ({"urban_above": float("nan")}, "not in order"),
        ({"circle_m": -1}, "circle_m is not a size"),
        ({"captured_up_to_ha": float("nan")}, "captured_up_to_ha is not a size"),
    ],
)
def test_rules_that_cannot_be_are_refused(rules: dict[str, float], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        ExtentRules(**rules)


def test_the_extent_of_a_raster_of_classes_is_four_of_them() -> None:
    raster = np.array([list(ExtentClass)], np.uint8)
    assert extent_mask(raster).tolist() == [[False, True, True, True, True, False, False]]
