"""The degree of urbanisation of a grid: every rule by a picture, the whole beside a naive second implementation, and Belgium."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.places.naive_degurba import naive

from ekistics.model.errors import InvalidInput, NotFound
from ekistics.places.degree_of_urbanisation import (
    LEVELS,
    Classified,
    classify,
    classify_blocks,
    optimal_built_up,
    rounded_up,
)
from ekistics.places.settlement_cells import GridUnits, look_at
from ekistics.places.settlement_rules import EDITIONS, BuiltUp, Smoothing, rule_table, settlement_rules

PLAIN = settlement_rules("2024", built_up="off", smoothing="none", hole_km2=0)


def drawn(picture: str, **meaning: float) -> np.ndarray:
    """Return people by cell: a digit is thousands, a dot nobody, a letter what is said."""
    rows = [line.strip() for line in picture.strip().splitlines()]
    return np.array(
        [[meaning.get(sign, 0.0 if sign == "." else float(sign) * 1000 if sign.isdigit() else 0.0) for sign in row] for row in rows]
    )


def classes(
    picture: str, rules=PLAIN, level: int = 2, land: np.ndarray | None = None, built: np.ndarray | None = None, **meaning: float
) -> np.ndarray:
    return classify(drawn(picture, **meaning), built, land, rules=rules, level=level).classes


def shown(raster: np.ndarray) -> list[str]:
    signs = {30: "C", 23: "D", 22: "S", 21: "s", 13: "r", 12: "l", 11: ".", 10: "~", 255: " ", 3: "C", 2: "u", 1: ".", 0: "~"}
    return ["".join(signs[int(code)] for code in row) for row in raster]


def test_a_single_cell_is_classified() -> None:
    assert classify(np.array([[50_000.0]])).classes.tolist() == [[30]]
    assert classify(np.array([[49_999.0]])).classes.tolist() == [[23]]
    assert classify(np.array([[49.0]]), level=1).classes.tolist() == [[1]]


def test_centres_join_by_sides_and_urban_clusters_also_by_corners() -> None:
    # two halves of a centre that touch at a corner are two dense clusters, and one urban cluster
    found = classify(np.array([[30_000.0, 0.0], [0.0, 30_000.0]]), rules=PLAIN)
    assert shown(found.classes) == ["D.", ".D"]
    assert len(found.clusters["urban clusters"]) == 1
    joined = classify(np.array([[30_000.0, 0.0], [0.0, 30_000.0]]), rules=replace(PLAIN, dense_contiguity="queen"))
    assert shown(joined.classes) == ["C.", ".C"]


def test_a_cluster_of_exactly_the_threshold_is_one() -> None:
    assert shown(classes("99999", level=1)) == ["uuuuu"]  # 45,000
    assert shown(classes("99999a", a=5_000.0)) == ["CCCCCC"]
    assert shown(classes("99999a", a=4_999.0)) == ["DDDDDD"]
    assert shown(classes("....a....", a=500.0)) == ["....r...."]
    assert shown(classes("....a....", a=499.0)) == ["....l...."]
    thirds = classify(np.full((1, 9), 50_000 / 9), rules=PLAIN)
    assert shown(thirds.classes) == ["C" * 9]


def test_a_diagonal_bridge_of_the_wrong_kind_does_not_make_a_semi_dense_cluster() -> None:
    # 900 and more: 1,300 by sides at most, 2,600 with the corner
    assert "S" not in "".join(shown(classes("a..\n.a.\n...", a=1300.0)))
    assert "S" in "".join(shown(classes("a..\na..\n...", a=1300.0)))


def test_a_semi_dense_cluster_is_dropped_whole_where_one_cell_lies_within_two_cells_of_a_dense_one() -> None:
    near, far = "9...aaaa", "9..aaaa."
    assert shown(classes(near, a=1000.0)) == ["D.llSSSS".replace("l", ".")]
    assert shown(classes(far, a=1000.0)) == ["D..SSSS."]
    assert shown(classes("9.aaaa..", a=1000.0)) == ["D.rrrr.."]  # 4,000 people are no urban cluster
    assert shown(classes("9.aaaaaa", a=1000.0)) == ["D.ssssss"]
    wide = replace(PLAIN, semi_dense_buffer_cells=3)
    assert shown(classes("9..aaaaa", rules=wide, a=1000.0)) == ["D..sssss"]


def test_density_is_per_permanent_land_and_people_without_land_pass() -> None:
    land = np.array([[0.2, 0.0, 0.0, 1.0]])
    found = classes("abcd", land=land, a=400.0, b=700.0, c=0.0, d=700.0)  # 400 on a fifth of a cell are 2,000 per km²
    assert shown(found) == ["rr~r"]
    assert shown(classify(np.array([[5_000.0, 0.0]]), None, np.array([[0.0, 0.0]]), rules=PLAIN).classes) == ["D~"]


def test_built_up_without_people_counts_as_dense_where_the_criterion_asks() -> None:
    built, land = np.array([[0.1, 0.0, 0.0]]), np.array([[0.5, 1.0, 0.0]])
    fixed = settlement_rules("2024", smoothing="none")
    assert shown(classify(np.array([[0.0, 50_000.0, 0.0]]), built, land, rules=fixed).classes) == ["CC~"]
    assert shown(classify(np.array([[0.0, 50_000.0, 0.0]]), built, land, rules=PLAIN).classes) == [".C~"]


@pytest.mark.parametrize(("share", "dense"), [(0.1995, True), (0.19949, False), (0.2, True), (0.1994999, False)])
def test_built_up_shares_are_rounded_to_three_decimals(share: float, dense: bool) -> None:
    rules = settlement_rules("2024", smoothing="none")
    found = classify(np.array([[50_000.0, 0.0]]), np.array([[0.0, share]]), np.ones((1, 2)), rules=rules)
    assert (shown(found.classes) == ["CC"]) is dense


def test_five_of_eight_neighbours_join_a_cell() -> None:
    rules = settlement_rules("2021", hole_km2=0)
    assert shown(classes("999.\n999.\n9...\n9...", rules)) == ["CCC.", "CCC.", "CC..", "C..."]
    assert shown(classes("999.\n999.\n9...\n....", rules)) == ["CCC.", "CCC.", "C...", "...."]


def test_at_the_edge_of_the_grid_cells_beyond_count_as_neighbours_that_are_no_members() -> None:
    rules = settlement_rules("2024", built_up="off", hole_km2=0)
    # the empty corner cell has 3 neighbours, all of them members: 3 of 8
    assert shown(classes(".99\n999\n999", rules)) == [".CC", "CCC", "CCC"]
    # at a side it has 5 neighbours, all of them members: 5 of 8
    assert shown(classes("9.9\n999\n999", rules)) == ["CCC", "CCC", "CCC"]


def test_a_strict_majority_of_the_valid_neighbours_joins() -> None:
    rules = settlement_rules("2024", built_up="off", hole_km2=0)
    picture = "....\n.x..\n9999\n9999"
    # three members of eight neighbours are no majority; of five (three of them water) they are
    assert shown(classes(picture, rules, land=np.ones((4, 4))))[1] == "...."
    land = np.ones((4, 4))
    land[0, :3] = 0.0
    assert shown(classes(picture, rules, land=land))[1][1] == "C"
    land[0, 2] = 1.0  # three of six
    assert shown(classes(picture, rules, land=land))[1][1] == "."


@pytest.mark.parametrize("edition", ["2021", "R2022A", "2024"])
def test_water_never_joins(edition: str) -> None:
    land = np.ones((3, 3))
    land[1, 1] = 0.4
    found = classify(drawn("999\n9.9\n999"), None, land, rules=settlement_rules(edition, hole_km2=0))
    assert shown(found.classes) == ["CCC", "C~C", "CCC"]


def test_water_with_a_pier_may_join_and_does_not_count_as_a_neighbour() -> None:
    land, built = np.ones((3, 3)), np.zeros((3, 3))
    land[1, 1], built[1, 1] = 0.4, 0.01
    assert shown(classify(drawn("999\n9.9\n999"), built, land, rules=settlement_rules("2024", hole_km2=0)).classes) == ["CCC"] * 3


def test_all_joins_of_a_pass_are_decided_on_what_stood_before_it() -> None:
    rules = settlement_rules("2021", hole_km2=0)
    found = classify(drawn("99999\n9...9\n99999\n99999"), rules=rules)
    # the two ends have seven members around them, the middle six: one pass, not three
    assert found.report["smoothing_passes"] == 1
    assert shown(found.classes) == ["CCCCC"] * 4
    # with 4 to 6 around each, the middle waits for the ends
    waits = classify(drawn("9999999\n9.....9\n9.....9\n9999999"), rules=rules)
    assert waits.report["smoothing_passes"] > 1


@pytest.mark.parametrize(("length", "filled"), [(14, True), (15, False)])
def test_a_hole_of_fourteen_cells_is_filled_and_one_of_fifteen_is_not(length: int, filled: bool) -> None:
    people = np.full((3, length + 2), 9_000.0)
    people[1, 1:-1] = 0.0
    found = classify(people, rules=replace(PLAIN, hole_km2=15.0))
    assert bool(found.classes[1, 1] == 30) is filled


def test_a_lake_in_a_hole_is_filled_and_stays_centre() -> None:
    land = np.ones((3, 4))
    land[1, 1:3] = 0.0
    found = classify(drawn("9999\n9..9\n9999"), None, land, rules=settlement_rules("2024"))
    assert shown(found.classes) == ["CCCC"] * 3
    assert found.report["cells_joined_by_filling"] == 2
    assert found.people_by_class == {30: 90_000.0}


def test_a_hole_that_opens_only_at_a_corner_is_filled() -> None:
    assert shown(classes("9999\n9..9\n99.9\n999.", replace(PLAIN, hole_km2=15.0))) == ["CCCC", "CCCC", "CCCC", "CCC."]


def test_a_hole_at_the_edge_of_the_grid_is_open() -> None:
    assert shown(classes("99.9\n9..9\n9999", replace(PLAIN, hole_km2=15.0))) == ["CC.C", "C..C", "CCCC"]


def test_two_holes_that_touch_at_a_corner_are_filled_each_by_itself() -> None:
    people = np.full((8, 8), 9_000.0)
    people[1:3, 1:5] = 0.0  # eight cells each
    people[3:7, 5:7] = 0.0
    found = classify(people, rules=replace(PLAIN, hole_km2=15.0))
    assert (found.classes == 30).all()


def test_a_hole_that_holds_another_centre_is_not_filled() -> None:
    people = np.full((7, 7), 9_000.0)
    people[1:6, 1:6] = 0.0
    people[3, 3] = 60_000.0
    rules = replace(PLAIN, hole_km2=40.0)
    found = classify(people, rules=rules)
    assert found.classes[1, 1] == 11
    assert found.classes[3, 3] == 30
    people[3, 3] = 0.0
    assert (classify(people, rules=rules).classes == 30).all()


def test_cells_outside_the_map_stay_so_and_no_hole_holds_them() -> None:
    people = drawn("9999\n9..9\n9999")
    people[1, 1] = np.nan
    found = classify(people, rules=replace(PLAIN, hole_km2=15.0))
    assert shown(found.classes) == ["CCCC", "C .C", "CCCC"]


def test_a_square_hole_of_sixteen_loses_its_corners_and_then_is_filled() -> None:
    people = np.full((8, 8), 9_000.0)
    people[2:6, 2:6] = 0.0
    found = classify(people, rules=settlement_rules("2024", built_up="off"))
    assert (found.classes == 30).all()
    # five of the eight neighbours of a corner are members; then those beside it have four, which is no majority
    assert found.report["cells_joined_by_smoothing"] == 4
    assert found.report["cells_joined_by_filling"] == 12


def test_people_on_land_that_are_not_known_are_nobody_and_are_counted() -> None:
    found = classify(np.array([[np.nan, 60_000.0]]), None, np.ones((1, 2)), rules=PLAIN)
    assert shown(found.classes) == [".C"]
    assert found.report["people_without_data_on_land"] == 1


def test_levels_nest_but_for_two_kinds_of_cells_that_are_counted() -> None:
    built = np.array([[0.3, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]])
    people = np.array([[0.0, 6_000.0, 0.0, 0.0, 0.0, 1_000.0, 1_000.0, 1_000.0]])
    rules = settlement_rules("2024")
    fine, coarse = classify(people, built, np.ones((1, 8)), rules=rules), classify(people, built, np.ones((1, 8)), rules=rules, level=1)
    assert shown(fine.classes) == ["DD...SSS"]
    assert shown(coarse.classes) == [".u......"]
    assert fine.report["dense_cells_rural_at_level_1"] == 1
    assert fine.report["semi_dense_cells_rural_at_level_1"] == 3


def test_each_pair_of_editions_differs_on_some_grid() -> None:
    built, land = np.zeros((4, 12)), np.ones((4, 12))
    built[0, 4], built[3, 4] = 0.3, 0.6
    people = drawn("9999........\n9..9........\n9.99........\n9999........")
    people[1, 8:] = 1_000.0
    found = {name: classify(people, built, land, rules=rules).classes for name, rules in EDITIONS.items()}
    names = list(found)
    same = [(one, other) for one in names for other in names if one < other and np.array_equal(found[one], found[other])]
    assert not same


def test_negative_people_percentages_and_empty_grids_are_refused() -> None:
    with pytest.raises(InvalidInput, match="fewer than no people"):
        classify(np.array([[-200.0]]))
    with pytest.raises(InvalidInput, match="built-up"):
        classify(np.array([[200.0]]), np.array([[35.0]]), np.array([[1.0]]))
    with pytest.raises(InvalidInput, match="no cell"):
        classify(np.full((2, 2), np.nan))
    with pytest.raises(InvalidInput, match="one size"):
        classify(np.ones((2, 2)), np.ones((2, 3)))
    with pytest.raises(InvalidInput, match="no dense cluster"):
        classify(np.ones((2, 2)), np.ones((2, 2)), rules=settlement_rules("2024", built_up="optimal"))


def test_rules_are_overridden_by_name_and_unknown_names_are_refused() -> None:
    assert settlement_rules("2021", built_up="fixed").built_up is BuiltUp.FIXED
    assert settlement_rules("R2023A") == settlement_rules("2024")
    with pytest.raises(NotFound, match="edition"):
        settlement_rules("2019")
    with pytest.raises(NotFound, match="parameter"):
        settlement_rules("2024", density="3")
    with pytest.raises(InvalidInput, match="smoothing"):
        settlement_rules("2024", smoothing="often")
    with pytest.raises(InvalidInput, match="rise"):
        settlement_rules("2024", cluster_per_km2=2000)
    assert {"parameter", "2021", "2024", "R2022A"} == set(rule_table()[0])


def test_the_optimal_threshold_is_rounded_up_in_decimal_arithmetic() -> None:
    assert str(rounded_up(0.07)) == "0.07"
    assert str(rounded_up(0.1930)) == "0.20"
    people, built = np.full((1, 4), 2_000.0), np.array([[0.2, 0.3, 0.25, 0.25]])
    found = classify(people, built, np.ones((1, 4)), rules=settlement_rules("2024", built_up="optimal"))
    assert found.rules.built_up_share == 0.25


@st.composite
def grids(draw) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows, columns = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    size = rows * columns

    def band(values) -> np.ndarray:
        return np.array(draw(st.lists(st.sampled_from(values), min_size=size, max_size=size)), float).reshape(rows, columns)

    people = band([0.0, 0.0, 20.0, 60.0, 350.0, 950.0, 1_600.0, 9_000.0, 30_000.0, np.nan])
    built = band([0.0, 0.0, 0.1, 0.3, 0.6, np.nan])
    land = band([1.0, 1.0, 1.0, 0.6, 0.3, 0.0, np.nan])
    return people, built, land


RULES = [
    *EDITIONS.values(),
    settlement_rules("2024", smoothing=Smoothing.NONE),
    settlement_rules("2024", hole_km2=4.0, centre_people=20_000.0, built_up="off"),
]


@settings(deadline=None, max_examples=60)
@given(grid=grids(), which=st.sampled_from(RULES), level=st.sampled_from([1, 2]))
def test_every_cell_is_as_the_naive_implementation_says(grid, which, level) -> None:
    people, built, land = grid
    if np.isnan(people + built + land).all() and (np.isnan(people) & np.isnan(built) & np.isnan(land)).all():
        return
    assert shown(classify(people, built, land, rules=which, level=level).classes) == shown(naive(people, built, land, which, level))


@settings(deadline=None, max_examples=40)
@given(grid=grids(), which=st.sampled_from(RULES), turns=st.integers(0, 3), mirror=st.booleans())
def test_turning_and_mirroring_commute_with_classification(grid, which, turns, mirror) -> None:
    if all(np.isnan(band).all() for band in grid):
        return

    def turned(band: np.ndarray) -> np.ndarray:
        return np.rot90(band[:, ::-1] if mirror else band, turns)

    plain, other = classify(*grid, rules=which), classify(*(turned(band) for band in grid), rules=which)
    assert np.array_equal(turned(plain.classes), other.classes)
    assert sorted(plain.clusters["urban centres"].people) == sorted(other.clusters["urban centres"].people)
    assert plain.people_by_class == other.people_by_class


@settings(deadline=None, max_examples=40)
@given(grid=grids(), which=st.sampled_from(RULES), data=st.data())
def test_splitting_into_blocks_changes_nothing(grid, which, data) -> None:
    people, built, _ = grid
    if all(np.isnan(band).all() for band in grid):
        return
    rows, columns = people.shape
    across = sorted({0, rows, *data.draw(st.lists(st.integers(0, rows), max_size=3))})
    along = sorted({0, columns, *data.draw(st.lists(st.integers(0, columns), max_size=3))})
    parts = [(top, bottom, left, right) for top, bottom in pairwise(across) for left, right in pairwise(along)]
    kept = data.draw(st.sampled_from([0, columns]))
    blocks = [
        look_at(*(band[top:bottom, left:right] for band in grid), rules=which, codes=LEVELS[2], row=top, column=left, columns_in_all=kept)
        for top, bottom, left, right in data.draw(st.permutations(parts))
    ]
    whole = classify(*grid, rules=which)
    joined = classify_blocks(
        blocks, people.shape, rules=which, level=2,
        values=lambda cells: (people.reshape(-1)[cells], built.reshape(-1)[cells]),
    )  # fmt: skip
    assert np.array_equal(joined.classes, whole.classes)
    assert joined.people_by_class == whole.people_by_class
    assert joined.report == whole.report
    for kind, found in whole.clusters.items():
        assert np.array_equal(joined.clusters[kind].people, found.people)
        assert np.array_equal(joined.labels(kind), whole.labels(kind))


def test_blocks_that_do_not_lie_in_bands_are_joined_too() -> None:
    people = np.random.default_rng(5).choice([0.0, 400.0, 2_000.0, 9_000.0], (9, 9))
    parts = [(0, 9, 0, 3), (0, 4, 3, 9), (4, 9, 3, 5), (4, 9, 5, 9)]
    blocks = [
        look_at(people[top:bottom, left:right], None, None, rules=PLAIN, codes=LEVELS[2], row=top, column=left)
        for top, bottom, left, right in parts
    ]
    joined = classify_blocks(blocks, people.shape, rules=PLAIN, level=2, values=lambda cells: (people.reshape(-1)[cells], None))
    whole = classify(people, rules=PLAIN)
    assert np.array_equal(joined.classes, whole.classes)
    assert joined.people_by_class == whole.people_by_class


@settings(deadline=None, max_examples=40)
@given(grid=grids(), more=st.integers(0, 80), people=st.sampled_from([50.0, 2_000.0, 60_000.0]))
def test_more_people_never_lower_a_class_of_level_1_where_nothing_is_smoothed_or_filled(grid, more, people) -> None:
    given_people, _, land = grid
    if all(np.isnan(band).all() for band in (given_people, land)):
        return
    before = classify(given_people, None, land, rules=PLAIN, level=1).classes
    grown = given_people.copy()
    where = np.unravel_index(more % grown.size, grown.shape)
    grown[where] = np.nan_to_num(grown[where]) + people
    after = classify(grown, None, land, rules=PLAIN, level=1).classes
    known = before != 255
    assert (after[known] >= before[known]).all()


@settings(deadline=None, max_examples=30)
@given(grid=grids(), which=st.sampled_from(RULES))
def test_people_and_cells_add_up_over_classes(grid, which) -> None:
    if all(np.isnan(band).all() for band in grid):
        return
    found = classify(*grid, rules=which)
    assert sum(found.people_by_class.values()) == pytest.approx(np.nansum(grid[0]))
    for code, count in found.cells_by_class.items():
        assert count == (found.classes == code).sum()
        assert found.people_by_class.get(code, 0.0) == pytest.approx(np.nansum(grid[0][found.classes == code]))
    labels = found.labels("urban centres")
    for number, people in enumerate(found.clusters["urban centres"].people):
        assert people == pytest.approx(np.nansum(grid[0][labels == number]))


BELGIUM = {
    ("level 1", 1, ()): {3: (2145, 6723773.9), 2: (8797, 9200861.0), 1: (52837, 4677460.8), 0: (2578, 0)},
    ("R2022A", 1, (("edition", "R2022A"),)): {3: (1808, 6300321.1), 2: (9105, 9621031.1), 1: (52866, 4680743.5), 0: (2578, 0)},
    ("no built-up", 1, (("built_up", "off"),)): {3: (1815, 6301103.3), 2: (9101, 9620458.5), 1: (52863, 4680533.9), 0: (2578, 0)},
    ("no smoothing", 1, (("smoothing", "none"), ("hole_km2", 0))): {3: (1839, 6514103.4), 2: (9035, 9401325.2), 1: (52905, 4686667.1),
                                                                    0: (2578, 0)},
    ("level 2", 2, ()): {30: (2145, 6723773.9), 23: (1511, 3544416.2), 22: (575, 897157.4), 21: (6789, 4875139.3), 13: (2091, 1256706.2),
                         12: (20955, 2933973.0), 11: (29713, 370929.6), 10: (2578, 0)},
    ("semi-dense of 2021", 2, (("semi_dense_per_km2", 300), ("semi_dense_people", 5000), ("semi_dense_contiguity", "queen"),
                               ("semi_dense_buffer_cells", 3))): {22: (638, 546747.1), 21: (6653, 5110673.7), 13: (2164, 1371582.2)},
}  # fmt: skip
"""GHS 2020 R2023A around Belgium: cells and people by class, as flexurba 0.2.2 and an independent program have them."""


@pytest.fixture(scope="module")
def belgium(data):
    import rasterio

    folder = data("belgium_ghsl")
    bands = [rasterio.open(folder / f"{name}.tif").read(1) for name in ("POP", "BUILT_S", "LAND")]
    return bands, GridUnits(1e6, 1e6, (np.nan, 4294967295.0, np.nan))


@pytest.mark.parametrize("run", BELGIUM, ids=lambda run: run[0])
def test_belgium_to_the_cell_and_to_the_tenth_of_a_person(belgium, run) -> None:
    bands, units = belgium
    _, level, overrides = run
    told = dict(overrides)
    rules = settlement_rules(told.pop("edition", "2024"), **told)
    found: Classified = classify(*bands, rules=rules, level=level, units=units)
    for code, (cells, people) in BELGIUM[run].items():
        assert found.cells_by_class[code] == cells
        assert found.people_by_class.get(code, 0.0) == pytest.approx(people, abs=0.051)


def test_the_centres_of_belgium(belgium) -> None:
    bands, units = belgium
    found = classify(*bands, units=units)
    centres = found.clusters["urban centres"]
    order = np.argsort(-centres.people)
    assert len(centres) == 33
    assert [(round(centres.people[one]), int(centres.cells[one])) for one in order[:4]] == [
        (1404431, 224),
        (946583, 250),
        (767443, 340),
        (377066, 132),
    ]
    assert (round(centres.people[order[-1]]), int(centres.cells[order[-1]])) == (50911, 26)
    assert found.report["centre_cells_before_smoothing"] == 1839
    assert found.report["cells_joined_by_smoothing"] == 2145 - 1839
    assert found.report["smoothing_passes"] == 14
    assert found.report["cells_joined_by_filling"] == 0
    assert found.report["dense_cells_rural_at_level_1"] == 5
    assert found.report["semi_dense_cells_rural_at_level_1"] == 73


@pytest.mark.parametrize(
    ("density", "people", "contiguity", "share"), [(1500, 5_000, "rook", 0.2434054), (1000, 10_000, "queen", 0.2223592)]
)
def test_the_optimal_threshold_of_belgium(belgium, density, people, contiguity, share) -> None:
    bands, units = belgium
    rules = settlement_rules("2024", built_up="off", dense_per_km2=density, dense_contiguity=contiguity, optimal_people=people)
    block = look_at(*bands, rules=rules, codes=LEVELS[2], units=units)
    assert optimal_built_up([block], rules) == pytest.approx(share, abs=5e-8)


@pytest.mark.parametrize(
    ("told", "criterion", "share"),
    [
        ("off", BuiltUp.OFF, 0.2),
        (False, BuiltUp.OFF, 0.2),
        ("optimal", BuiltUp.OPTIMAL, 0.2),
        ("0.35", BuiltUp.FIXED, 0.35),
        (0.35, BuiltUp.FIXED, 0.35),
    ],
)
def test_the_built_up_criterion_is_a_word_or_a_share(told, criterion, share) -> None:
    rules = settlement_rules("2024", built_up=told)
    assert (rules.built_up, rules.built_up_share) == (criterion, share)


def test_a_fault_names_its_band() -> None:
    with pytest.raises(InvalidInput) as caught:
        classify(np.array([[200.0]]), np.array([[0.1]]), np.array([[35.0]]))
    assert caught.value.file == "land"
    with pytest.raises(InvalidInput, match="none is given"):
        classify(np.array([[200.0]]), rules=settlement_rules("2024", built_up="optimal"))
