"""Urban centres of made grids as places: growth, mergers and splits on record, figures in their outlines, and all of it taken back."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date

import numpy as np
import pyproj
import pytest
import shapely
from tests.made_grids import MOLLWEIDE, write_grid
from tests.workspace.conftest import CITY

from ekistics.model.errors import Conflict, InvalidInput, NotFound
from ekistics.model.places import Boundary, Place, PlaceKind, RelationKind
from ekistics.places.registry import check_places
from ekistics.places.settlement_rules import settlement_rules
from ekistics.workspace.settlement.settle import EVERY_YEAR, SettlementPlaces, source_of
from ekistics.workspace.trees import study_places, tree_of
from ekistics.workspace.workspace import Workspace

MOST = 5_000.0
"""People of a cell that is built over."""
WEST, EAST, SOUTH = "UC0001", "UC0003", "UC0002"
"""In 2000: 49 cells with 2,000 each, 42 with 1,600, 64 with 1,800. In 2015 west and east are one, with 2,500 a cell."""


def people(*blocks, shape=(40, 40)):
    """A grid with blocks of cells: top, bottom, left, right, people in each."""
    cells = np.zeros(shape)
    for top, bottom, left, right, each in blocks:
        cells[top:bottom, left:right] = each
    return cells


BEFORE = people((5, 12, 5, 12, 2_000), (5, 12, 14, 20, 1_600), (25, 33, 5, 13, 1_800))
AFTER = people((5, 12, 5, 20, 2_500), (25, 33, 5, 13, 2_600))
LATER = people((5, 12, 5, 20, 3_000), (25, 35, 5, 15, 2_600), (5, 13, 28, 36, 2_000))


@pytest.fixture
def grids(tmp_path):
    """Write grids of people, and of built-up land in proportion, and ask for their centres."""

    def asked(built=True, land=False, **by_year):
        years = {int(name[1:]): cells for name, cells in by_year.items()}
        pops = {year: write_grid(tmp_path / f"pop_{year}.tif", cells, dtype="float32") for year, cells in years.items()}
        shares = {year: write_grid(tmp_path / f"built_{year}.tif", cells / MOST, dtype="float32") for year, cells in years.items() if built}
        dry = {EVERY_YEAR: write_grid(tmp_path / "land.tif", np.ones((40, 40)), dtype="float32")} if land else {}
        return SettlementPlaces(pops, shares, dry)

    return asked


@pytest.fixture
def two(grids):
    return grids(y2000=BEFORE, y2015=AFTER)


@pytest.fixture
def city(tmp_path):
    with Workspace.create(tmp_path / "workspace") as opened:
        yield opened


def places(city):
    return {one.code: one for one in city.places()}


def values(city, code, indicator):
    """Value by boundary edition and year, of one indicator."""
    found = [one.observation for one in city.figures([code], indicators=[indicator])]
    return {(one.boundary, str(one.period)): one.value for one in found}


def successions(city):
    return [one for one in city.session.record.relations() if one.kind is RelationKind.SUCCESSION]


def state(city):
    record = city.session.record
    settings = {key: value for key, value in record.settings().items() if value}
    return (places(city), record.boundaries(), record.relations(), settings, record.assets(), [one.id for one in city.figures()])


def test_a_centre_is_a_place_that_stays_while_it_is_seen(city, two):
    city.settle(two)
    found = places(city)
    assert {code: one.kind for code, one in found.items()} == dict.fromkeys((WEST, SOUTH, EAST), PlaceKind.URBAN_CENTRE)
    assert (found[WEST].valid_from, found[WEST].valid_to) == (date(2000, 1, 1), None)
    assert (found[EAST].valid_from, found[EAST].valid_to) == (date(2000, 1, 1), date(2014, 12, 31))


def test_codes_go_by_the_most_people_of_any_epoch(city, grids):
    done = city.settle(grids(y2000=BEFORE, y2015=AFTER, y2020=people((5, 12, 5, 20, 1_500), (25, 33, 5, 13, 4_500))))
    assert {row["code"]: row["people"] for row in done.centres} == {"UC0001": 288_000.0, "UC0002": 157_500.0, "UC0003": 67_200.0}


def test_a_place_is_called_by_its_code_unless_a_gazetteer_names_it(city, two, tmp_path):
    west = shapely.Point(tree_of_outline(city, two))
    (tmp_path / "names.geojson").write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "Westham"}, "geometry": '
        f'{{"type": "Point", "coordinates": [{west.x}, {west.y}]}}}}]}}'
    )
    city.settle(replace(two, names=tmp_path / "names.geojson"))
    assert {code: one.name() for code, one in places(city).items()} == {
        WEST: "Westham", SOUTH: "Urban centre UC0002", EAST: "Urban centre UC0003"
    }  # fmt: skip


def tree_of_outline(city, asked):
    """The middle of the west centre, found in a commit that is taken back."""
    commit = city.settle(asked).commit
    middle = tree_of(city.session, WEST).boundary.geometry.centroid
    city.undo(commit)
    return middle


def test_each_epoch_is_a_boundary_edition_valid_until_the_next(city, two):
    city.settle(two)
    drawn = {(one.place, one.edition): one for one in city.session.record.boundaries()}
    assert set(drawn) == {(WEST, "2000"), (WEST, "2015"), (SOUTH, "2000"), (SOUTH, "2015"), (EAST, "2000")}
    assert (drawn[WEST, "2000"].valid_from, drawn[WEST, "2000"].valid_to) == (date(2000, 1, 1), date(2014, 12, 31))
    assert (drawn[WEST, "2015"].valid_from, drawn[WEST, "2015"].valid_to) == (date(2015, 1, 1), None)


def test_area_is_that_of_the_outline_on_the_ellipsoid(city, two):
    city.settle(two)
    one = city.session.record.boundaries(WEST)[-1]
    assert one.area_m2 == pytest.approx(105e6, rel=0.005)
    assert one.area_m2 != pytest.approx(105e6, rel=1e-9)
    assert values(city, WEST, "area")["2015", "2015"] == one.area_m2 / 1e6


def test_a_boundary_names_the_file_that_it_was_drawn_from(city, two):
    city.settle(two)
    names = {one.sha256: one.name for one in city.session.record.assets()}
    assert [names[one.asset] for one in city.session.record.boundaries(WEST)] == ["pop_2000.tif", "pop_2015.tif"]


def test_a_merger_is_a_succession_with_weights_by_people_and_area(city, two):
    city.settle(two)
    (one,) = successions(city)
    assert (one.place, one.other, one.valid_from) == (EAST, WEST, date(2015, 1, 1))
    assert one.weights == {"people": 1.0, "area": 1.0}
    assert one.source == "pop"


def test_what_a_centre_leaves_outside_its_successor_is_missing_from_its_weights(city, grids):
    city.settle(grids(y2000=BEFORE, y2015=people((5, 12, 5, 17, 2_500), (25, 33, 5, 13, 2_600))))
    (one,) = successions(city)
    assert one.weights == pytest.approx({"people": 0.5, "area": 0.5})


def test_the_smaller_part_of_a_split_is_a_new_place(city, grids):
    done = city.settle(grids(y2000=AFTER, y2015=BEFORE))
    found = {code: one.valid_from for code, one in places(city).items()}
    assert found == {"UC0001": date(2000, 1, 1), "UC0002": date(2000, 1, 1), "UC0003": date(2015, 1, 1)}
    assert done.changes == ({"year": 2015, "what": "split", "code": "UC0001", "others": ["UC0003"]},)


def test_the_registry_finds_nothing_wrong(city, grids):
    city.settle(grids(y2000=BEFORE, y2015=AFTER, y2020=LATER))
    record = city.session.record
    assert check_places(record.places(), record.boundaries(), record.relations()) == []


def test_people_and_built_up_land_stand_in_the_outline_of_their_year_and_in_the_newest(city, two):
    city.settle(two)
    assert values(city, WEST, "population") == {("2000", "2000"): 98_000.0, ("2015", "2000"): 165_200.0, ("2015", "2015"): 262_500.0}
    assert values(city, WEST, "built_up_area") == pytest.approx(
        {("2000", "2000"): 19.6, ("2015", "2000"): 33.04, ("2015", "2015"): 52.5}, rel=1e-6
    )


def test_a_centre_that_ended_has_no_figures_later(city, two):
    city.settle(two)
    assert values(city, EAST, "population") == {("2000", "2000"): 67_200.0}


def test_without_built_up_land_there_is_no_figure_of_it(city, grids):
    city.settle(grids(built=False, y2000=BEFORE, y2015=AFTER))
    assert values(city, WEST, "built_up_area") == {}
    assert len(values(city, WEST, "population")) == 3


def test_one_epoch_alone_makes_places_too(city, grids):
    done = city.settle(grids(land=True, y2015=AFTER))
    assert [(row["code"], row["valid_from"], row["valid_to"]) for row in done.centres] == [
        ("UC0001", date(2015, 1, 1), None), ("UC0002", date(2015, 1, 1), None)
    ]  # fmt: skip
    assert values(city, "UC0001", "population") == {("2015", "2015"): 262_500.0}


def test_grids_without_a_centre_put_no_place_on_record(city, grids):
    done = city.settle(grids(y2015=people((5, 7, 5, 7, 2_000))))
    assert done.centres == ()
    assert city.places() == []


def test_measuring_gives_land_consumption_over_population_growth_of_each_centre(city, two):
    city.settle(two)
    city.measure()
    (one,) = [
        one.observation
        for one in city.figures([WEST], indicators=["land_consumption_ratio"])
        if one.observation.series.edition == "2021-03"
    ]
    growth = np.log(262_500 / 165_200) / 15
    assert (one.boundary, one.series.source) == ("2015", "pop")
    assert one.value == pytest.approx((52.5 - 33.04) / 33.04 / 15 / growth, rel=1e-6)
    assert {figure.observation.place for figure in city.figures(indicators=["land_consumption_ratio"])} == {WEST, SOUTH}


def test_measuring_leaves_the_figures_of_centres_as_they_are(city, two):
    city.settle(two)
    before = {one.id for one in city.figures()}
    city.measure()
    assert before <= {one.id for one in city.figures()}
    assert [one.name for one in city.doctor() if not one.good] == []


def test_a_figure_leads_to_the_files_of_its_year_and_of_its_outline(city, two):
    city.settle(two)
    found = {(one.observation.boundary, str(one.observation.period)): one.id for one in city.figures([WEST], indicators=["population"])}
    names = {key: {one.name for one in city.session.record.lineage(number).all_assets()} for key, number in found.items()}
    assert names["2015", "2000"] == {"pop_2000.tif", "pop_2015.tif", "built_2000.tif", "built_2015.tif"}
    assert names["2000", "2000"] == {"pop_2000.tif", "built_2000.tif"}


@pytest.mark.parametrize("indicator", ["population", "area", "built_up_area"])
def test_a_figure_is_the_same_when_made_again_from_the_bytes_of_its_files(city, two, indicator):
    city.settle(two)
    number = next(one.id for one in city.figures([WEST], indicators=[indicator]) if one.observation.boundary == "2015")
    assert city.recompute(number).equal


def test_the_newest_edition_is_the_one_that_is_studied(city, two):
    city.settle(two)
    assert study_places(city.session) == [WEST, SOUTH, EAST]
    assert {code: tree_of(city.session, code).boundary.edition for code in (WEST, EAST)} == {WEST: "2015", EAST: "2000"}


def test_what_follows_a_centre_is_not_what_it_is_part_of(city, two):
    city.settle(two)
    rows = {line for line in city.pages().index().split("<li>") if EAST in line}
    assert len(rows) == 1
    assert WEST not in rows.pop()


def test_sent_again_nothing_is_written(city, two):
    city.settle(two)
    commits, before = len(city.commits()), state(city)
    again = city.settle(two)
    assert (again.commit, again.new, again.changed, again.unchanged) == (None, 0, 0, 21)
    assert (len(city.commits()), state(city)) == (commits, before)


def test_undo_takes_all_back(city, two):
    before = state(city)
    city.undo(city.settle(two).commit)
    assert state(city) == before


def test_a_dry_run_says_what_would_come_and_keeps_nothing(city, two):
    before = state(city)
    done = city.settle(two, dry_run=True)
    assert (done.commit, len(done.centres), done.figures) == (None, 3, 21)
    assert state(city) == before
    assert not [one for one in city.session.folder.assets.rglob("*") if one.is_file()]


def test_a_later_epoch_keeps_codes_and_closes_nothing_that_goes_on(city, grids, two):
    city.settle(two)
    city.settle(grids(y2000=BEFORE, y2015=AFTER, y2020=LATER))
    assert {code: (one.valid_from.year, one.valid_to) for code, one in places(city).items()} == {
        "UC0001": (2000, None), "UC0002": (2000, None), "UC0003": (2000, date(2014, 12, 31)), "UC0004": (2020, None)
    }  # fmt: skip
    assert tree_of(city.session, WEST).boundary.edition == "2020"
    assert len(successions(city)) == 1


def test_a_later_epoch_in_which_another_centre_is_the_largest_renames_none(city, grids, two):
    city.settle(two)
    city.settle(grids(y2000=BEFORE, y2015=AFTER, y2020=people((5, 12, 5, 20, 1_500), (25, 33, 5, 13, 4_500))))
    assert values(city, SOUTH, "population")["2020", "2020"] == 288_000.0


def test_an_epoch_that_is_on_record_has_to_be_among_those_given(city, grids, two):
    city.settle(two)
    with pytest.raises(Conflict, match="other epochs") as error:
        city.settle(grids(y2015=AFTER, y2020=LATER))
    assert "2000" in str(error.value.expected)


def test_other_rules_need_another_prefix(city, two):
    city.settle(two)
    rules = settlement_rules("2021")
    with pytest.raises(Conflict, match="other rules"):
        city.settle(two, rules=rules)
    city.settle(replace(two, prefix="M-"), rules=rules)
    assert {code for code in places(city) if code.startswith("M-")} == {"M-UC0001", "M-UC0002", "M-UC0003"}


def test_an_epoch_between_two_that_changes_a_succession_on_record_is_refused(city, grids, two):
    city.settle(two)
    with pytest.raises(Conflict, match="goes another way"):
        city.settle(grids(y2000=BEFORE, y2010=AFTER, y2015=AFTER))


def test_the_code_of_another_place_is_not_taken(city, two):
    city.add_place(SOUTH, "Another")
    with pytest.raises(Conflict, match="another place"):
        city.settle(two)


def outline_on_record(city, code, edition_of):
    """Put a city on record whose outline is that of a centre, drawn a little closer."""
    shape = edition_of.geometry.buffer(-0.001)
    with city.session.write("places", "a city") as commit:
        commit.put_place(Place(code, PlaceKind.CITY, {"und": code}))
        commit.put_boundary(Boundary(code, "1", shape, edition_of.area_m2))


@pytest.fixture
def around_east(city, two):
    """A city that lies where the east centre was."""
    commit = city.settle(two).commit
    drawn = city.session.record.boundaries(EAST)[0]
    city.undo(commit)
    outline_on_record(city, "CITY", drawn)
    return "CITY"


def test_within_a_place_only_centres_that_meet_it_come_on_record(city, two, around_east):
    city.settle(replace(two, within=around_east))
    found = [one for one in city.places() if one.kind is PlaceKind.URBAN_CENTRE]
    assert sorted(one.code for one in found) == ["UC0001", "UC0002"]  # the east centre, and the one that took it in
    parts = [one for one in city.session.record.relations() if one.kind is RelationKind.STATISTICAL]
    assert {(one.place, one.other) for one in parts} == {("UC0001", around_east), ("UC0002", around_east)}


def test_measuring_a_city_gives_its_indicators_for_the_centre_within_it(measured_folder, tmp_path):
    x, y = pyproj.Transformer.from_crs("EPSG:4326", MOLLWEIDE, always_xy=True).transform(10.006, 45.005)
    pop = write_grid(
        tmp_path / "pop_2015.tif", people((5, 14, 5, 14, 2_000), shape=(19, 19)), dtype="float32", corner=(x - 9_500, y + 9_500)
    )
    with Workspace.open(shutil.copytree(measured_folder, tmp_path / "work")) as city:
        city.settle(SettlementPlaces({2015: pop}, within=CITY))
        city.measure([CITY])
        of_place = {
            code: {one.observation.indicator: one.observation for one in city.figures([code]) if one.observation.series.source != "pop"}
            for code in ("UC0001", CITY)
        }
    centre, whole = of_place["UC0001"], of_place[CITY]
    assert centre["people_near_open_space"].boundary.startswith("2015 within")
    # the centre holds all of the little city, and what of it lies outside is not measured
    assert centre["people_near_open_space"].value == pytest.approx(whole["people_near_open_space"].value)
    assert "intersections_walking" in centre


def test_a_file_without_a_place_is_the_citys_also_where_it_has_centres(city, two, tmp_path):
    city.settle(two)
    city.add_place("CITY", "City")
    with city.session.write("places", "its outline") as commit:
        commit.put_boundary(Boundary("CITY", "1", shapely.box(2, 49, 7, 52), 1.0))
        commit.put_setting("study:CITY", "1")
    grid = two.population[2015]
    city.import_file(grid, "population_grid", told={"date": "2015-12-31"})
    assert {one.place for one in city.session.record.assets() if one.name == grid.name} == {None, "CITY"}


def test_where_only_centres_are_studied_a_file_has_to_name_one(city, two):
    city.settle(two)
    with pytest.raises(InvalidInput, match="which place") as error:
        city.import_file(two.population[2015], "population_grid", told={"date": "2015-12-31"})
    assert WEST in str(error.value.expected)


def test_a_successor_outside_the_place_comes_on_record_but_is_no_part_of_it(city, two, grids, around_east):
    moved = people((5, 12, 5, 15, 2_500), (25, 33, 5, 13, 2_600))  # reaches one column of the east centre, where the place does not lie
    drawn = tree_of(city.session, around_east).boundary
    west, south, east, north = drawn.geometry.bounds
    with city.session.write("places", "smaller") as commit:
        commit.put_boundary(replace(drawn, geometry=shapely.box(east - (east - west) / 4, south, east, north)))
    city.settle(replace(grids(y2000=BEFORE, y2015=moved), within=around_east))
    parts = [one.place for one in city.session.record.relations() if one.kind is RelationKind.STATISTICAL]
    ended = [one.code for one in city.places() if one.valid_to]
    assert parts == ended
    assert [one.place for one in successions(city)] == ended


def test_a_place_without_an_outline_has_no_centres_within(city, two):
    city.add_place("CITY", "City")
    with pytest.raises(NotFound, match="no outline"):
        city.settle(replace(two, within="CITY"))


def test_epochs_on_different_grids_are_refused_and_nothing_is_kept(city, two, tmp_path):
    shifted = write_grid(tmp_path / "shifted.tif", AFTER, dtype="float32", corner=(188_000.0, 6_035_000.0))
    with pytest.raises(InvalidInput, match="cell on cell") as error:
        city.settle(replace(two, population={**two.population, 2015: shifted}, built_up={}))
    assert error.value.file == "shifted.tif"
    assert city.commits() == []


def test_built_up_land_is_given_for_all_epochs_or_for_none(city, two):
    with pytest.raises(InvalidInput, match="some of the epochs only"):
        city.settle(replace(two, built_up={2015: two.built_up[2015]}))


@pytest.mark.parametrize("band", ["built_up", "land"])
def test_a_band_of_a_year_without_people_is_refused(city, two, band):
    with pytest.raises(InvalidInput, match="without a grid of people"):
        city.settle(replace(two, **{band: {1990: two.built_up[2015]}}))


def test_no_epoch_at_all_is_refused(city):
    with pytest.raises(InvalidInput, match="no grid of people"):
        city.settle(SettlementPlaces({}))


def test_originals_are_kept_with_date_unit_and_licence(city, grids):
    asked = replace(grids(land=True, y2000=BEFORE, y2015=AFTER), source="statistics-office/grid", licence="CC BY 4.0")
    city.settle(asked)
    found = {one.name: one for one in city.session.record.assets()}
    assert {name: (one.kind, one.date) for name, one in found.items()} == {
        "pop_2000.tif": ("population_grid", date(2000, 12, 31)), "pop_2015.tif": ("population_grid", date(2015, 12, 31)),
        "built_2000.tif": ("built_up_grid", date(2000, 12, 31)), "built_2015.tif": ("built_up_grid", date(2015, 12, 31)),
        "land.tif": ("land_grid", date(2015, 12, 31)),
    }  # fmt: skip
    assert {(one.source, one.licence) for one in found.values()} == {("statistics-office/grid", "CC BY 4.0")}
    assert found["built_2000.tif"].options == {"unit": "share"}


@pytest.mark.parametrize(
    ("names", "source"),
    [
        (("POP_E2000_R2023A.tif", "POP_E2015_R2023A.tif"), "POP_R2023A"),
        (("2000.tif", "2015.tif"), "2000+2015"),
        (("census_2000.tif", "register-2015.tif"), "census+register"),
    ],
)
def test_a_source_that_is_not_told_is_the_name_of_the_grids_without_the_year(tmp_path, names, source):
    assert source_of({2000: tmp_path / names[0], 2015: tmp_path / names[1]}) == source


def test_belgium_has_its_33_centres_as_places(city, data):
    files = [data("belgium_ghsl", name) for name in ("POP.tif", "BUILT_S.tif", "LAND.tif")]
    done = city.settle(SettlementPlaces({2020: files[0]}, {2020: files[1]}, {EVERY_YEAR: files[2]}, prefix="BE-"))
    assert (len(done.centres), done.centres[0]["code"]) == (33, "BE-UC0001")
