"""Grids of people and of built-up land: from the import to figures by year, their lineage, and what is refused with the mending."""

from __future__ import annotations

import math
import shutil
from dataclasses import replace

import numpy as np
import pytest
from tests.made_grids import write_grid
from tests.made_town import BORDER, BUILT_KM2, PEOPLE, TOWN, built, grid_entry, outline, people, write_manifest, write_outlines, write_town

from ekistics.layers.cell_grids import NOT_COVERED
from ekistics.model.errors import InvalidInput
from ekistics.model.grids import GridNote, GridNoteKind
from ekistics.model.observations import Status
from ekistics.workspace.inputs import StudyInputs
from ekistics.workspace.layering import LayerStack
from ekistics.workspace.studying import inputs_of, options_of_place
from ekistics.workspace.workspace import Workspace

EAST, WEST = "XX_EAST", "XX_WEST"


@pytest.fixture(scope="session")
def town_files(tmp_path_factory):
    """The files of the town; not to be changed."""
    return write_town(tmp_path_factory.mktemp("town") / "files")


@pytest.fixture(scope="session")
def measured_town(town_files, tmp_path_factory):
    root = tmp_path_factory.mktemp("gridtown") / "work"
    with Workspace.create(root) as workspace:
        workspace.import_folder(town_files)
        workspace.measure()
    return root


@pytest.fixture(scope="session")
def town(measured_town):
    """The measured town, to look at only."""
    with Workspace.open(measured_town) as workspace:
        yield workspace


@pytest.fixture
def mine(measured_town, tmp_path):
    """A copy of the measured town, to change."""
    with Workspace.open(shutil.copytree(measured_town, tmp_path / "work")) as workspace:
        yield workspace


@pytest.fixture
def files(town_files, tmp_path):
    """A copy of the files, to change."""
    return shutil.copytree(town_files, tmp_path / "files")


@pytest.fixture
def empty(tmp_path):
    with Workspace.create(tmp_path / "empty") as workspace:
        yield workspace


def figures(workspace, indicator, place=TOWN, **series):
    """The figures of an indicator by the year or the years that they are of."""
    found = {}
    for one in workspace.figures([place], indicators=[indicator]):
        told = one.observation
        if all(getattr(told.series, name) == value for name, value in series.items()):
            years = tuple(dict.fromkeys((told.period.start.year, told.period.end.year)))
            assert years not in found, (indicator, years)
            found[years if len(years) > 1 else years[0]] = one
    return found


def values(workspace, indicator, place=TOWN, **series):
    return {when: one.observation.value for when, one in figures(workspace, indicator, place, **series).items()}


def layer(workspace, name, **options):
    inputs = inputs_of(workspace.session, TOWN)
    return LayerStack(inputs, {**options_of_place(workspace.session, TOWN), **options}, inputs.layer_folder).value(name)


def town_of(workspace, folder, *entries):
    """Import the town with these grids only, and measure it."""
    workspace.import_folder(write_manifest(folder, *entries))
    workspace.measure()
    return workspace


# figures


def test_people_and_built_up_land_are_figures_of_the_years_of_their_grids(town):
    assert values(town, "population") == pytest.approx(PEOPLE)
    assert values(town, "built_up_area") == pytest.approx(BUILT_KM2)


def test_a_new_town_is_one_urban_centre(town):
    assert values(town, "people_in_urban_centres") == pytest.approx(PEOPLE, rel=0.02)
    assert sum(values(town, f"people_in_{kind}")[2010] for kind in ("urban_centres", "urban_clusters", "rural_cells")) == pytest.approx(
        1.1e6
    )
    assert values(town, "city_population_share")[2010] == pytest.approx(100, abs=2)


@pytest.mark.parametrize("indicator", ["population", "people_in_urban_centres", "urban_centre_area", "built_up_area", "urban_extent_area"])
def test_halves_add_up_to_the_town(town, indicator):
    whole, west, east = (values(town, indicator, place)[2010] for place in (TOWN, WEST, EAST))
    assert west + east == pytest.approx(whole, rel=1e-9)


def test_land_consumption_is_that_of_both_editions(town):
    rate, growth = math.log(1.2) / 10, math.log(1.1) / 10
    assert values(town, "land_consumption_rate", edition="2016-07") == pytest.approx({(2000, 2010): rate})
    assert values(town, "land_consumption_rate", edition="2021-03") == pytest.approx({(2000, 2010): 0.02})
    assert values(town, "land_consumption_ratio", edition="2016-07") == pytest.approx({(2000, 2010): rate / growth})
    assert values(town, "land_consumption_ratio", edition="2021-03") == pytest.approx({(2000, 2010): 0.02 / growth})
    assert 0.02 / growth == pytest.approx(2.098, abs=5e-4)


def test_built_up_land_per_person_and_people_per_extent_are_told_by_year(town):
    assert values(town, "built_up_per_person") == pytest.approx({2000: 100.0, 2010: 120e6 / 1.1e6})
    extent = values(town, "urban_extent_area")
    assert values(town, "extent_density") == pytest.approx({year: PEOPLE[year] / extent[year] for year in PEOPLE})
    assert extent[2000] > 100


def test_growth_is_what_was_built_and_the_rest_is_kept(town):
    kinds = {kind: values(town, f"{kind}_area")[(2000, 2010)] for kind in ("infill", "extension", "leapfrog", "inclusion")}
    assert kinds["infill"] == pytest.approx(2.0)  # a strip of one cell: the fringe of the earlier extent
    assert kinds["extension"] == pytest.approx(18.0)
    assert (kinds["leapfrog"], kinds["inclusion"]) == (0, 0)


def test_growth_goes_to_the_half_that_it_is_in_and_is_zero_where_there_is_none(town):
    assert values(town, "extension_area", WEST) == pytest.approx({(2000, 2010): 6.0})
    assert values(town, "extension_area", EAST) == pytest.approx({(2000, 2010): 12.0})
    assert values(town, "infill_area", EAST) == {(2000, 2010): 0.0}


def test_measuring_twice_changes_nothing(mine):
    done = mine.measure()
    assert (done.new, done.changed, done.withdrawn, done.commits) == (0, 0, 0, ())
    assert done.unchanged == done.figures > 60


def test_one_year_measured_anew_does_not_withdraw_the_others(mine, files):
    mine.undo(next(one.number for one in mine.commits() if one.message == "import population_grid_2000.tif"))
    mine.measure()
    assert set(values(mine, "population")) == {2010}
    mine.import_file(
        files / "population_grid_2000.tif", "population_grid", place=TOWN, told={"source": "made-people", "date": "2000-12-31"}
    )
    mine.measure()
    assert values(mine, "population") == pytest.approx(PEOPLE)


def test_figures_of_a_grid_that_was_taken_back_are_out_of_date_and_go(mine):
    mine.undo(next(one.number for one in mine.commits() if one.message == "import built_up_epoch_2010.tif"))
    assert [one.name for one in mine.doctor() if not one.good] == ["figures"]
    mine.measure()
    assert all(one.good for one in mine.doctor())
    assert values(mine, "built_up_area") == pytest.approx({2000: 100.0})
    assert values(mine, "infill_area") == {}
    assert values(mine, "land_consumption_ratio") == {}


def test_a_place_whose_last_grid_was_taken_back_keeps_no_figure(mine):
    for one in list(mine.commits()):
        if one.message.endswith(".tif"):
            mine.undo(one.number)
    mine.measure()
    assert values(mine, "population") == {}
    assert values(mine, "land_consumption_ratio") == {}


@pytest.mark.parametrize(
    "indicator",
    ["population", "people_in_urban_centres", "built_up_area", "infill_area", "land_consumption_rate", "extent_saturation"],
)
def test_a_figure_computed_again_from_its_files_is_the_same(town, indicator):
    one = list(figures(town, indicator, edition="2021-03" if indicator == "land_consumption_rate" else "1").values())[-1]
    again = town.recompute(one.id)
    assert again.equal
    assert again.recomputed == pytest.approx(one.observation.value, rel=1e-12)


def test_lineage_names_the_files(town):
    lines = "\n".join(town.lineage_lines(figures(town, "population")[2010].id))
    assert "population_grid_2010.tif" in lines
    assert "built_up_epoch" not in lines
    lines = "\n".join(town.lineage_lines(figures(town, "infill_area")[2000, 2010].id))
    assert "built_up_epoch_2000.tif" in lines
    assert "built_up_epoch_2010.tif" in lines


def test_files_of_one_source_are_named_for_what_was_made_from_them(empty, files):
    entries = [{**grid_entry(kind, 2010), "source": "one-office"} for kind in ("population_grid", "built_up_epoch")]
    town_of(empty, files, *entries)
    lines = "\n".join(empty.lineage_lines(figures(empty, "population")[2010].id))
    assert "population_grid_2010.tif" in lines
    assert "built_up_epoch" not in lines


# several voices


def test_a_count_of_another_year_stands_beside_those_of_the_grids(mine, tmp_path):
    write_outlines(tmp_path / "people.geojson", a=outline())
    text = (tmp_path / "people.geojson").read_text().replace('"code": "a"', '"people": 900000')
    (tmp_path / "people.geojson").write_text(text)
    told = {"source": "census", "date": "2005-12-31", "options": {"column": "people"}}
    mine.import_file(tmp_path / "people.geojson", "population", place=TOWN, told=told)
    mine.measure()
    computed = [one.observation for one in mine.figures([TOWN], indicators=["population"]) if one.observation.series.origin == "computed"]
    told_of = {(one.period.start.year, one.series.source): one.value for one in computed}
    assert {year: value for (year, source), value in told_of.items() if source == "made-people"} == pytest.approx(PEOPLE)
    assert [value for (year, source), value in told_of.items() if "census" in source and year == 2005] == [pytest.approx(900_000, rel=1e-3)]


def test_without_a_count_of_people_the_grids_leave_no_missing_population(town):
    assert all(one.observation.status is Status.NORMAL for one in town.figures([TOWN], indicators=["population"]))


# what is missing


def test_without_built_up_land_it_is_noted(town):
    told = layer(town, "zone_settlement").checks["notes"]
    assert [(one["kind"], one["year"]) for one in told] == [("no-built-up-grid", year) for year in sorted(PEOPLE)]


def test_land_of_another_year_is_used(empty, files):
    land = np.ones((40, 40))
    land[10:30, 10:20] = 0.1
    write_grid(files / "land_grid_2020.tif", land, dtype="float32")
    write_grid(files / "population_grid_2010.tif", np.where(people(2010) > 10, 299, 10), dtype="float32")
    town_of(empty, files, grid_entry("population_grid", 2010), grid_entry("land_grid", 2020))
    # 299 people on a tenth of a cell of land are 2,990 a km² of land; on a whole cell they are too few for a centre
    assert values(empty, "people_in_urban_centres", WEST)[2010] == pytest.approx(BORDER * 20 * 299, rel=0.02)
    assert values(empty, "people_in_urban_centres")[2010] == pytest.approx(10 * 20 * 299, rel=0.02)


def test_the_nearest_land_is_used(empty, files):
    for year, share in ((1990, 1.0), (2005, 0.1), (2030, 1.0)):
        write_grid(files / f"land_grid_{year}.tif", np.full((40, 40), share), dtype="float32")
    write_grid(files / "population_grid_2010.tif", np.where(people(2010) > 10, 200, 1), dtype="float32")
    town_of(
        empty, files, grid_entry("population_grid", 2010), *(grid_entry("land_grid", year, unit="share") for year in (1990, 2005, 2030))
    )
    assert values(empty, "people_in_urban_centres")[2010] > 0


def test_built_up_land_makes_cells_dense(empty, files):
    write_grid(files / "population_grid_2010.tif", np.where(people(2010) > 10, 400, 10), dtype="float32")
    write_grid(files / "built_up_grid_2010.tif", np.where(people(2010) > 10, 0.6, 0.0), dtype="float32")
    town_of(empty, files, grid_entry("population_grid", 2010), grid_entry("built_up_grid", 2010))
    assert values(empty, "people_in_urban_centres")[2010] == pytest.approx(160_000, rel=0.02)
    assert layer(empty, "zone_settlement").checks["notes"] == []


def test_cells_without_data_in_one_year_are_off_the_map_in_all(empty, files):
    later = built(2010)
    later[100:300, 100:110] = 255
    write_grid(files / "built_up_epoch_2010.tif", later, cell=(100.0, 100.0), no_data=255)
    town_of(empty, files, *(grid_entry("built_up_epoch", year) for year in (2000, 2010)))
    assert values(empty, "built_up_area") == pytest.approx({2000: 80.0, 2010: 100.0})
    assert layer(empty, "growth_picture").growth[0][3] == 0


def test_where_the_outline_moves_off_a_grid_the_rest_is_measured_and_the_reason_told(mine, tmp_path):
    inputs = inputs_of(mine.session, TOWN)
    away = replace(inputs.boundary, geometry=outline(500, 500, 510, 510))
    moved = StudyInputs(
        inputs.place, away, (), inputs.assets, inputs.path_of,
        lambda source, assets, path_of: _read(source, assets, path_of, away.geometry), tmp_path / "layers",
    )  # fmt: skip
    for name in ("zone_settlement", "zone_urban_extent", "zone_urban_growth"):
        told = LayerStack(moved, {}, tmp_path / "layers").value(name)
        assert all(reasons.tolist() == [NOT_COVERED] for table in told.tables for reasons in table.reasons.values())
    for name in ("settlement_picture", "growth_picture"):
        assert LayerStack(moved, {}, tmp_path / "layers").value(name) is not None


def _read(source, assets, path_of, around):
    from ekistics.workspace.reading import read_source

    return read_source(source, assets, path_of, around=around)


# what is refused


def refused(workspace, folder, *entries):
    with pytest.raises(InvalidInput) as caught:
        workspace.import_folder(write_manifest(folder, *entries))
    return str(caught.value)


@pytest.mark.parametrize("kind", ["population_grid", "built_up_epoch"])
def test_two_files_of_one_kind_and_year_are_refused(empty, files, kind):
    shutil.copy(files / f"{kind}_2010.tif", files / f"{kind}_2011.tif")
    write_grid(files / f"{kind}_2011.tif", 2 * people(2010) if kind == "population_grid" else built(2000), no_data=-1,
               cell=(1000.0, 1000.0) if kind == "population_grid" else (100.0, 100.0), dtype="int32")  # fmt: skip
    told = refused(empty, files, grid_entry(kind, 2010), {**grid_entry(kind, 2011), "date": "2010-03-01"})
    assert "of 2010" in told
    assert f"{kind}_2010.tif" in told
    assert f"{kind}_2011.tif" in told
    assert "undo the import" in told
    empty.measure()
    assert set(values(empty, "population" if kind == "population_grid" else "built_up_area")) == {2010}


def test_the_same_file_can_be_imported_again_with_other_options(mine, files):
    told = {"source": "made-people", "date": "2010-12-31", "options": {"edition": "2021"}}
    mine.import_file(files / "population_grid_2010.tif", "population_grid", place=TOWN, told=told)
    mine.measure()
    assert set(values(mine, "population")) == {2000, 2010}


def test_first_built_years_beside_built_up_land_of_a_year_are_refused(mine, files):
    years = np.where(built(2000) == 1, 2000, np.where(built(2010) == 1, 2010, 65535))
    write_grid(files / "first.tif", years, dtype="uint16", cell=(100.0, 100.0))
    with pytest.raises(InvalidInput, match="stands beside other grids of built-up land"):
        mine.import_file(files / "first.tif", "first_built_year", place=TOWN, told={"source": "made-built"})


def test_a_grid_that_does_not_reach_the_place_is_refused_at_its_import(empty, files):
    write_grid(files / "population_grid_2010.tif", people(2010), dtype="float32", corner=(900_000.0, 900_000.0))
    write_grid(files / "built_up_epoch_2010.tif", built(2010), cell=(100.0, 100.0), corner=(900_000.0, 900_000.0))
    for kind in ("population_grid", "built_up_epoch"):
        assert f"{kind}_2010.tif: the grid does not reach the place" in refused(empty, files, grid_entry(kind, 2010))


def test_a_grid_without_a_date_is_refused_at_its_import(empty, files):
    entry = grid_entry("population_grid", 2010)
    del entry["date"]
    assert "a grid has no date" in refused(empty, files, entry)


def test_grids_of_two_years_that_do_not_lie_on_each_other_are_refused(empty, files):
    write_grid(files / "population_grid_2010.tif", people(2010), dtype="float32", corner=(187_500.0, 6_035_000.0))
    write_grid(files / "built_up_epoch_2010.tif", built(2010), cell=(100.0, 100.0), corner=(187_050.0, 6_035_000.0))
    told = refused(empty, files, *(grid_entry(kind, year) for kind in ("population_grid", "built_up_epoch") for year in PEOPLE))
    assert "the grids of people of two years do not lie on each other" in told
    assert "the grids of built-up land do not lie on each other" in told


def test_impossible_numbers_are_refused_at_their_import(empty, files):
    write_grid(files / "population_grid_2010.tif", -people(2010), dtype="float32")
    assert "fewer than no people" in refused(empty, files, grid_entry("population_grid", 2010))


def test_urban_extents_of_two_years_by_different_rules_are_refused(empty, files):
    told = refused(empty, files, grid_entry("built_up_epoch", 2000), grid_entry("built_up_epoch", 2010, circle_m=500))
    assert "by different rules" in told


def test_percentages_are_refused_until_the_unit_is_told(empty, files):
    write_grid(files / "built_up_epoch_2010.tif", 90 * built(2010), cell=(100.0, 100.0), no_data=255)
    assert "say the unit" in refused(empty, files, grid_entry("built_up_epoch", 2010))
    town_of(empty, files, grid_entry("built_up_epoch", 2010, unit="percent"))
    assert values(empty, "built_up_area") == pytest.approx({2010: 120.0})


def test_a_unit_that_was_recognised_is_said_and_kept_in_the_lineage(empty, files):
    write_grid(files / "built_up_epoch_2010.tif", 9000.0 * built(2010), cell=(100.0, 100.0))
    receipts, _ = empty.import_folder(write_manifest(files, grid_entry("built_up_epoch", 2010)))
    (said,) = receipts[-1].problems
    assert said.message.startswith("Its numbers are taken as m2.")
    empty.measure()
    assert "read with unit m2" in "\n".join(empty.lineage_lines(figures(empty, "built_up_area")[2010].id))
    assert layer(empty, "growth_picture").notes == (GridNote(GridNoteKind.BUILT_FROM, 2010, share=0.5),)


# options


@pytest.mark.parametrize(
    ("kind", "options", "told"),
    [
        ("population_grid", {"edition": "2021"}, {"edition": "2021"}),
        ("population_grid", {"edition": 2021}, {"edition": "2021"}),
        ("built_up_epoch", {"circle_m": 500}, {"circle_m": 810_000.0}),
    ],
)
def test_options_of_a_grid_are_told_with_its_layers(empty, files, kind, options, told):
    town_of(empty, files, grid_entry(kind, 2010, **options))
    name = {"population_grid": "zone_settlement", "built_up_epoch": "zone_urban_extent"}[kind]
    checks = layer(empty, name).checks
    for key, value in told.items():
        assert checks["circle_m2" if key == "circle_m" else key] == value


@pytest.mark.parametrize(
    ("options", "centre"),
    [
        ({}, True),
        ({"criterion": "off"}, False),
        ({"criterion": False}, False),  # a bare off in YAML
        ({"criterion": 0.7}, False),
        ({"criterion": "0.5"}, True),
        ({"edition": "2021"}, False),
        ({"parameters": {"dense_per_km2": 300}, "criterion": "off"}, False),
        ({"parameters": {"dense_per_km2": 350, "semi_dense_per_km2": 340}, "criterion": "off"}, True),
    ],
)
def test_rules_of_a_grid_of_people_reach_its_classes(empty, files, options, centre):
    write_grid(files / "population_grid_2010.tif", np.where(people(2010) > 10, 400, 10), dtype="float32")
    write_grid(files / "built_up_grid_2010.tif", np.where(people(2010) > 10, 0.6, 0.0), dtype="float32")
    entries = (grid_entry("population_grid", 2010, **options), grid_entry("built_up_grid", 2010))
    if options.get("parameters") == {"dense_per_km2": 300}:
        assert "density thresholds do not rise" in refused(empty, files, *entries)
        return
    town_of(empty, files, *entries)
    assert (values(empty, "people_in_urban_centres")[2010] > 0) is centre


def test_years_after_the_last_one_to_use_are_left_out(empty, files):
    years = np.where(built(2000) == 1, 2000, np.where(built(2010) == 1, 2010, 65535))
    write_grid(files / "first_built_year_2010.tif", years, dtype="uint16", cell=(100.0, 100.0), no_data=65535)
    town_of(empty, files, grid_entry("first_built_year", 2010, until=2005))
    assert values(empty, "built_up_area") == pytest.approx({2000: 100.0})


def test_years_of_which_none_is_to_be_used_are_refused(empty, files):
    write_grid(files / "first_built_year_2010.tif", 2000 * built(2000).astype(int), dtype="uint16", cell=(100.0, 100.0))
    assert "no year of the grid is used; found until 1990; expected 2000 or later" in refused(
        empty, files, grid_entry("first_built_year", 2010, until=1990)
    )


def test_first_built_years_give_the_figures_of_built_up_land_of_each_year(empty, files, town):
    years = np.where(built(2000) == 1, 2000, np.where(built(2010) == 1, 2010, 65535))
    write_grid(files / "first_built_year_2010.tif", years, dtype="uint16", cell=(100.0, 100.0), no_data=65535)
    town_of(empty, files, grid_entry("first_built_year", 2010))
    for indicator in ("built_up_area", "urban_extent_area", "infill_area", "extension_area"):
        assert values(empty, indicator) == pytest.approx(values(town, indicator)), indicator


def test_other_options_are_another_layer(mine, files):
    before = figures(mine, "people_in_urban_centres")[2010]
    told = {"source": "made-people", "date": "2010-12-31", "options": {"edition": "2021"}}
    mine.import_file(files / "population_grid_2010.tif", "population_grid", place=TOWN, told=told)
    mine.measure()
    after = figures(mine, "people_in_urban_centres")[2010]
    layers = [mine.session.record.part(one.part).layers for one in (before, after)]
    assert layers[0] != layers[1]


def test_an_unknown_option_is_a_fault_of_the_manifest(empty, files):
    told = refused(empty, files, grid_entry("population_grid", 2010, editon="2021"))
    assert "files.0.options.editon: files read as population_grid take no such option; perhaps edition" in told


@pytest.mark.parametrize(
    ("kind", "options", "told"),
    [
        ("population_grid", {"edition": "2019"}, "no such edition"),
        ("population_grid", {"criterion": "perhaps"}, "perhaps"),
        ("population_grid", {"parameters": {"dense": 1}}, "no such parameter"),
        ("built_up_epoch", {"built_from": 2}, "built_from is no share"),
        ("built_up_epoch", {"circle_m": -5}, "circle_m is not a size"),
        ("built_up_epoch", {"circle_m": "wide"}, "circle_m"),
        ("built_up_epoch", {"unit": "acres"}, "no such unit"),
        ("population_grid", {"parameters": "dense"}, "parameters"),
    ],
)
def test_an_option_that_is_not_understood_is_refused(empty, files, kind, options, told):
    assert told in refused(empty, files, grid_entry(kind, 2010, **options))


# pictures


def test_a_measurement_leaves_the_pictures_of_the_page(mine):
    kept = {one.name.rpartition("-")[0] for one in mine.session.folder.layers.iterdir()}
    assert {"settlement_picture", "growth_picture"} <= kept


def test_the_first_page_computes_no_layer(mine, monkeypatch):
    def fail(self, kind, name):
        raise AssertionError(f"{kind.name} was computed for a page")

    monkeypatch.setattr(LayerStack, "_compute", fail)
    assert 'class="map-figure cells"' in mine.pages().page(TOWN, "settlement", {})


def test_a_measurement_of_some_indicators_draws_nothing(empty, files):
    empty.import_folder(files)
    empty.measure(indicators=["built_up_area"])
    kept = {one.name.rpartition("-")[0] for one in empty.session.folder.layers.iterdir()}
    assert "zone_urban_extent" in kept
    assert not kept & {"settlement_picture", "growth_picture"}
