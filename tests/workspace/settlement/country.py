"""The made country as files, with spatial units, commuters and names; what tests of its classification share."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import shapely
from tests.made_grids import CORNER, MOLLWEIDE

from ekistics.engine.steps import CancelToken
from ekistics.places.settlement_rules import settlement_rules
from ekistics.workspace.settlement.classify import SettlementInputs

RULES = settlement_rules()
TILES = {"tiled": True, "blockxsize": 16, "blockysize": 16}


def inputs(files, **more) -> SettlementInputs:
    return SettlementInputs(files["people"], files["built_up"], files["land"], **more)


def same(found, expected) -> None:
    assert (found.classes == expected.classes).all()
    assert found.people_by_class == expected.people_by_class
    assert found.report == expected.report
    assert found.clusters.keys() == expected.clusters.keys()
    for kind in found.clusters:
        assert (found.labels(kind) == expected.labels(kind)).all()
        assert (found.clusters[kind].people == expected.clusters[kind].people).all()


def stopped_after(number: int):
    token, told = CancelToken(), []

    def say(text: str, done: float) -> None:
        told.append(text)
        if len(told) == number:
            token.cancel()

    return {"cancel": token, "say": say}


class Country:
    """The made country with spatial units of 10 by 10 cells, coded U0000 by row and column, with commuters and names."""

    def __init__(self, folder: Path) -> None:
        self.units, self.flows, self.names = folder / "units.gpkg", folder / "flows.csv", folder / "names.gpkg"
        west, north = CORNER
        boxes = [
            (
                f"U{row:02}{column:02}",
                shapely.box(west + column * 1e4, north - (row + 1) * 1e4, west + (column + 1) * 1e4, north - row * 1e4),
            )
            for row in range(6)
            for column in range(8)
        ]
        frame = gpd.GeoDataFrame({"code": [one for one, _ in boxes], "label": [f"Unit {one}" for one, _ in boxes]},
                                 geometry=[one for _, one in boxes], crs=MOLLWEIDE)  # fmt: skip
        frame.to_crs(4326).to_file(self.units)
        flows = [f"{code},{code},100" for code, _ in boxes]
        flows += ["U0005,U0202,5", "U0003,U0202,40", "U0100,U0202,400", "U0404,U0306,60", "U0404,U0202,30"]
        self.flows.write_text("origin,destination,commuters\n" + "\n".join(flows) + "\n")
        points = {"Zenith": ((20, 20), 700_000), "Old quarter": ((21, 21), 9_000), "Small": ((40, 60), 300_000), "Nowhere": ((5, 5), 10)}
        place = [shapely.Point(west + (column + 0.5) * 1e3, north - (row + 0.5) * 1e3) for (row, column), _ in points.values()]
        gpd.GeoDataFrame(
            {"name": list(points), "population": [people for _, people in points.values()]}, geometry=place, crs=MOLLWEIDE
        ).to_file(self.names)
