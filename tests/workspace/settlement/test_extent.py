"""Urban extents and growth from files: maps and tables in a folder, all of them or none."""

import json
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import rasterio
from tests.made_grids import write_grid

from ekistics.model.errors import InvalidInput
from ekistics.model.grids import ExtentClass
from ekistics.places.urban_extent import ExtentRules
from ekistics.workspace.settlement.extent import ExtentInputs, extents_and_growth

TOWN = np.zeros((60, 60), np.uint8)
TOWN[20:36, 20:36] = 1
GROWN = TOWN.copy()
GROWN[20:36, 36:40] = 1
GROWN[50:52, 50:52] = 1


def written(path: Path, cells: np.ndarray, *, crs: str = "ESRI:54009", side: float = 100.0) -> Path:
    return write_grid(path, cells, crs=crs, corner=(0.0, 6000.0), cell=(side, side), no_data=255)


def quiet(text: str, done: float) -> None:
    """Say nothing."""


def run(folder: Path, out: Path, **told):
    inputs = ExtentInputs({1990: written(folder / "a.tif", TOWN), 2014: written(folder / "b.tif", GROWN)}, **told)
    return extents_and_growth(inputs, out, rules=ExtentRules(), say=quiet)


def test_extents_and_growth_are_written_as_maps_and_tables(tmp_path: Path) -> None:
    done = run(tmp_path, tmp_path / "out")
    maps = {"extent_1990.tif", "extent_2014.tif", "growth_1990_2014.tif", "first_built.tif"}
    tables = {"extents.gpkg", "extents.csv", "growth.csv", "report.json"}
    assert {path.name for path in (tmp_path / "out").iterdir()} == maps | tables
    first, second = done.extents
    assert (first["built_up_km2"], second["built_up_km2"]) == (2.56, 3.24)
    (period,) = done.growth
    assert period["newly_built_km2"] == pytest.approx(0.68)
    assert period["leapfrog_km2"] == pytest.approx(0.04)
    assert period["infill_km2"] + period["extension_km2"] == pytest.approx(0.64)
    assert done.notes == ()


def test_the_class_raster_lies_on_the_grid_and_says_how_it_was_made(tmp_path: Path) -> None:
    run(tmp_path, tmp_path / "out")
    with rasterio.open(tmp_path / "out" / "extent_2014.tif") as file:
        classes, tags = file.read(1), file.tags()
        assert file.crs.to_authority() == ("ESRI", "54009")
        assert tuple(file.transform)[:6] == (100, 0, 0, 0, -100, 6000)
        assert file.colormap(1)[int(ExtentClass.URBAN)][:3] == (0x7F, 0x27, 0x04)
    assert classes[28, 28] == ExtentClass.URBAN
    assert classes[51, 51] == ExtentClass.RURAL
    assert json.loads(tags["parameters"])["circle_m"] == 564.0
    assert set(json.loads(tags["inputs"])) == {"a.tif", "b.tif"}


def test_outlines_of_clusters_have_the_area_of_their_cells(tmp_path: Path) -> None:
    done = run(tmp_path, tmp_path / "out")
    assert {name for name, _ in pyogrio.list_layers(tmp_path / "out" / "extents.gpkg")} == {"extent_1990", "extent_2014"}
    frame = pyogrio.read_dataframe(tmp_path / "out" / "extents.gpkg", layer="extent_2014")
    assert frame["main"].tolist() == [True]
    assert frame.to_crs("ESRI:54009").area.sum() / 1e6 == pytest.approx(done.extents[1]["extent_km2"], rel=1e-6)


def test_cells_without_data_in_one_year_are_off_the_map_in_all(tmp_path: Path) -> None:
    clouded = GROWN.copy()
    clouded[20:36, 20:24] = 255
    inputs = ExtentInputs({1990: written(tmp_path / "a.tif", TOWN), 2014: written(tmp_path / "b.tif", clouded)})
    done = extents_and_growth(inputs, tmp_path / "out", rules=ExtentRules(), say=quiet)
    assert done.extents[0]["off_map_km2"] == done.extents[1]["off_map_km2"] == pytest.approx(0.64)
    assert done.growth[0]["lost_km2"] == 0


def test_water_is_off_the_map(tmp_path: Path) -> None:
    water = np.zeros((60, 60), np.uint8)
    water[:, :10] = 1
    done = run(tmp_path, tmp_path / "out", water=written(tmp_path / "w.tif", water))
    assert done.extents[0]["off_map_km2"] == pytest.approx(6.0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"crs": "EPSG:32631"}, "coordinate systems"),
        ({"side": 50.0}, "cell on cell"),
    ],
)
def test_grids_that_do_not_lie_on_each_other_are_refused_and_nothing_is_written(tmp_path: Path, change, message) -> None:
    inputs = ExtentInputs({1990: written(tmp_path / "a.tif", TOWN), 2014: written(tmp_path / "b.tif", GROWN, **change)})
    with pytest.raises(InvalidInput, match=message):
        extents_and_growth(inputs, tmp_path / "out", rules=ExtentRules(), say=quiet)
    assert not (tmp_path / "out").exists()


def test_a_grid_with_nothing_built_and_one_with_strange_numbers_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="nothing is built"):
        extents_and_growth(
            ExtentInputs({2000: written(tmp_path / "a.tif", np.zeros((60, 60), np.uint8))}),
            tmp_path / "out",
            rules=ExtentRules(),
            say=quiet,
        )
    with pytest.raises(InvalidInput, match="beyond doubt"):
        extents_and_growth(ExtentInputs({2000: written(tmp_path / "b.tif", TOWN * 40)}), tmp_path / "out", rules=ExtentRules(), say=quiet)
    with pytest.raises(InvalidInput, match="not said"):
        extents_and_growth(ExtentInputs(), tmp_path / "out", rules=ExtentRules(), say=quiet)


def test_a_file_that_cannot_be_written_leaves_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Path.write_bytes

    def full(self: Path, content: bytes) -> int:
        if "growth" in self.name:
            raise OSError(28, "No space left on device", str(self))
        return whole(self, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        run(tmp_path, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []
