"""Centres take names; spatial units, commuters and functional areas are those of the made country, and what does not fit is said."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from tests.made_grids import CORNER, MOLLWEIDE, made_country, write_grid
from tests.workspace.settlement.country import RULES, inputs

from ekistics.model.errors import InvalidInput
from ekistics.workspace.settlement.classify import SettlementInputs, SettlementOutputs, classify_settlements


def test_a_centre_takes_the_name_that_ranks_first_in_it(files, country, tmp_path):
    done = classify_settlements(inputs(files, names=country.names), SettlementOutputs(tmp_path / "c.tif", tmp_path / "c.gpkg"), rules=RULES)
    assert [row["name"] for row in done.centres] == ["Zenith", "Small"]
    assert gpd.read_file(tmp_path / "c.gpkg", layer="urban_centres")["name"].tolist() == ["Zenith", "Small"]


def test_without_ranks_the_first_name_of_the_file_counts(files, country, tmp_path):
    frame = gpd.read_file(country.names).iloc[[1, 0, 2]].drop(columns="population")
    frame.to_file(tmp_path / "names.gpkg")
    done = classify_settlements(inputs(files, names=tmp_path / "names.gpkg"), SettlementOutputs(tmp_path / "c.tif"), rules=RULES)
    assert [row["name"] for row in done.centres] == ["Old quarter", "Small"]


def with_units(files, country, tmp_path, **more):
    outputs = SettlementOutputs(tmp_path / "c.tif", spatial_units=tmp_path / "u.gpkg", functional_areas=tmp_path / "f.gpkg")
    asked = {"spatial_units": country.units, "unit_code": "code", "unit_name": "label"} | more
    return classify_settlements(inputs(files, **asked), outputs, rules=RULES)


def test_people_of_units_and_beyond_them_are_the_people_of_the_grid(files, country, tmp_path):
    done = with_units(files, country, tmp_path)
    units = gpd.read_file(tmp_path / "u.gpkg").set_index("code")
    assert units["people"].sum() == pytest.approx(made_country()["people"].sum(), rel=1e-3)  # the outlines bend a little in degrees
    assert units.loc["U0202", "level_1_name"] == "city"
    assert units.loc["U0000", "level_1"] == 1
    assert units.loc["U0202", "name"] == "Unit U0202"
    assert "no commuting table was given, so functional urban areas are not drawn (--commuting)" in done.notes
    assert not (tmp_path / "f.gpkg").exists()


def test_functional_areas_of_a_made_country(files, country, tmp_path):
    done = with_units(files, country, tmp_path, commuting=country.flows)
    areas = gpd.read_file(tmp_path / "f.gpkg", layer="functional_areas")
    members = gpd.read_file(tmp_path / "f.gpkg", layer="units").set_index("code")
    assert areas["code"].tolist() == ["FUA0001", "FUA0002"]
    assert members.loc["U0202", "role"] == "city"
    # 400 of 500 go to the large city, 60 of 190 to the small one, and 5 of 105 are too few
    zone = members.loc["U0100"]
    assert zone["commuting_share"] == pytest.approx(0.8)
    assert members.loc["U0404", "commuting_share"] == pytest.approx(60 / 190, abs=1e-6)
    assert members.loc["U0005", "functional_area"] == ""
    assert not any("commuting table" in note for note in done.notes)
    assert str(tmp_path / "f.gpkg") in done.written


def test_bad_rows_of_commuters_are_all_told_and_the_good_ones_used(files, country, tmp_path):
    flows = tmp_path / "flows.csv"
    flows.write_text(country.flows.read_text() + "U0404,,7\nU0404,U0306,some\nX1,U0306,5\nU0404,X2,9\n")
    done = with_units(files, country, tmp_path, commuting=flows)
    told = {(one.kind, one.row, one.column) for one in done.problems}
    rows = len(country.flows.read_text().splitlines())
    assert ("code-missing", rows + 1, "destination") in told
    assert ("number", rows + 2, "commuters") in told
    unknown = next(one for one in done.problems if one.kind == "unit-unknown")
    assert unknown.found == "X1, X2"
    assert unknown.count == 2
    members = gpd.read_file(tmp_path / "f.gpkg", layer="units").set_index("code")
    assert members.loc["U0404", "commuting_share"] == pytest.approx(60 / 199, abs=1e-6)  # those who work at X2 are workers


def test_a_commuting_table_without_units_is_refused(files, country, tmp_path):
    with pytest.raises(InvalidInput, match="without spatial units"):
        classify_settlements(inputs(files, commuting=country.flows), SettlementOutputs(tmp_path / "c.tif"), rules=RULES)


def test_a_table_with_more_commuters_than_workers_and_a_country_without_cities_are_said(files, country, tmp_path):
    people = write_grid(tmp_path / "people.tif", np.full((60, 80), 100.0))
    asked = {"spatial_units": country.units, "unit_code": "code", "commuting": country.flows}
    outputs = SettlementOutputs(tmp_path / "c.tif", functional_areas=tmp_path / "f.gpkg")
    done = classify_settlements(SettlementInputs(people, **asked), outputs, rules=RULES)
    assert any("no functional urban area" in note for note in done.notes)
    assert len(gpd.read_file(tmp_path / "f.gpkg", layer="functional_areas")) == 0


def test_units_too_small_for_the_grid_and_beyond_it_are_said(files, tmp_path):
    west, north = CORNER
    small = shapely.box(west + 20_010, north - 20_020, west + 20_014, north - 20_014)
    beyond = shapely.box(west - 5_000, north - 9_000, west + 4_000, north + 2_000)
    frame = gpd.GeoDataFrame({"code": ["small", "beyond"]}, geometry=[small, beyond], crs=MOLLWEIDE)
    frame.to_crs(4326).to_file(tmp_path / "two.gpkg")
    done = classify_settlements(
        inputs(files, spatial_units=tmp_path / "two.gpkg", unit_code="code"),
        SettlementOutputs(tmp_path / "c.tif", spatial_units=tmp_path / "u.gpkg"), rules=RULES,
    )  # fmt: skip
    notes = " ".join(done.notes)
    assert "1 spatial units are too small for the grid" in notes
    assert "1 spatial units reach beyond the grid" in notes
    units = gpd.read_file(tmp_path / "u.gpkg").set_index("code")
    assert units.loc["small", "too_small_for_the_grid"]
    assert units.loc["small", "people"] == 0.0


@pytest.mark.parametrize("at", [(120.0, -30.0), (2.9, 40.0)])
def test_units_that_lie_elsewhere_are_refused_before_the_work(files, tmp_path, looked_at, at):
    frame = gpd.GeoDataFrame({"code": ["a"]}, geometry=[shapely.box(*at, at[0] + 0.1, at[1] + 0.1)], crs=4326)
    frame.to_file(tmp_path / "far.gpkg")
    with pytest.raises(InvalidInput, match="no spatial unit lies on the grid") as left:
        classify_settlements(inputs(files, spatial_units=tmp_path / "far.gpkg", unit_code="code"), SettlementOutputs(), rules=RULES)
    assert "Mollweide" in left.value.expected
    assert not looked_at


def test_faults_of_spatial_units_are_told(files, country, tmp_path):
    frame = gpd.read_file(country.units)
    frame.loc[3, "geometry"] = None
    frame.loc[5, "code"] = frame.loc[4, "code"]
    frame.to_file(tmp_path / "gap.gpkg")
    done = classify_settlements(
        inputs(files, spatial_units=tmp_path / "gap.gpkg", unit_code="code"), SettlementOutputs(tmp_path / "c.tif"), rules=RULES
    )
    assert "1 spatial units have no outline and are left out" in done.notes
    assert {one.kind for one in done.problems} == {"code-twice"}
