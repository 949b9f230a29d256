"""The how-to of one's own city, run as it is written, on a small made-up city."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import osmium
import pytest
from osmium.osm.mutable import Node, Way

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "your-own-city.md"
WEST, SOUTH, STEP, SIDE = 10.0, 45.0, 0.001, 21


def street_map(path: Path) -> None:
    """Write a grid of residential streets, a park, a school and houses."""
    with osmium.SimpleWriter(str(path)) as writer:
        for row in range(SIDE):
            for column in range(SIDE):
                place = (WEST + column * STEP * 1.4, SOUTH + row * STEP)
                tags = {"amenity": "school", "name": "School"} if (row, column) == (4, 4) else {}
                writer.add_node(Node(id=1 + row * SIDE + column, location=place, tags=tags))
        corners, number = {}, 10_000
        squares = [(row, column) for row in range(SIDE - 1) for column in range(SIDE - 1)]
        for row, column in squares:
            corners[row, column] = []
            for x, y in ((0.2, 0.2), (0.6, 0.2), (0.6, 0.6), (0.2, 0.6)):
                place = (WEST + (column + x) * STEP * 1.4, SOUTH + (row + y) * STEP)
                writer.add_node(Node(id=number, location=place))
                corners[row, column].append(number)
                number += 1
        way = 1
        for line in range(SIDE):
            for nodes in ([1 + line * SIDE + at for at in range(SIDE)], [1 + at * SIDE + line for at in range(SIDE)]):
                writer.add_way(Way(id=way, nodes=nodes, tags={"highway": "residential"}))
                way += 1
        for row, column in squares:
            tags = {"leisure": "park", "name": "Park"} if (row, column) == (10, 10) else {"building": "house"}
            ring = corners[row, column]
            writer.add_way(Way(id=way, nodes=[*ring, ring[0]], tags=tags))
            way += 1


def timetable(path: Path) -> None:
    stops = "".join(f"S{at},Stop {at},{SOUTH + 0.01},{WEST + 0.004 * at}\n" for at in range(5))
    times = "".join(
        f"T{trip},{7 + trip // 4:02d}:{15 * (trip % 4) + at:02d}:00,{7 + trip // 4:02d}:{15 * (trip % 4) + at:02d}:00,S{at},{at}\n"
        for trip in range(40)
        for at in range(5)
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("agency.txt", "agency_id,agency_name,agency_url,agency_timezone\nA,Buses,http://example.org,Europe/Rome\n")
        archive.writestr("stops.txt", "stop_id,stop_name,stop_lat,stop_lon\n" + stops)
        archive.writestr("routes.txt", "route_id,agency_id,route_short_name,route_type\nR,A,1,3\n")
        archive.writestr("trips.txt", "route_id,service_id,trip_id\n" + "".join(f"R,W,T{trip}\n" for trip in range(40)))
        archive.writestr("stop_times.txt", "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n" + times)
        days = "monday,tuesday,wednesday,thursday,friday,saturday,sunday"
        archive.writestr("calendar.txt", f"service_id,{days},start_date,end_date\nW,1,1,1,1,1,0,0,20240101,20241231\n")


def outlines(folder: Path) -> None:
    width, height = STEP * 1.4 * (SIDE - 1), STEP * (SIDE - 1)

    def box(west: float, east: float) -> list:
        ring = [[west, SOUTH], [east, SOUTH], [east, SOUTH + height], [west, SOUTH + height], [west, SOUTH]]
        return [ring]

    def collection(features: list) -> str:
        made = [{"type": "Feature", "properties": told, "geometry": {"type": "Polygon", "coordinates": ring}} for told, ring in features]
        return json.dumps({"type": "FeatureCollection", "features": made})

    middle = WEST + width / 2
    (folder / "boundary.geojson").write_text(collection([({"name": "Testville"}, box(WEST, WEST + width))]), encoding="utf-8")
    west = {"code": "01", "name": "West", "residents": 3000}
    east = {"code": "02", "name": "East", "residents": 1000}
    zones = [(west, box(WEST, middle)), (east, box(middle, WEST + width))]
    (folder / "zones.geojson").write_text(collection(zones), encoding="utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    home = tmp_path_factory.mktemp("how_to")
    city = home / "my-city"
    city.mkdir()
    street_map(city / "map.osm.pbf")
    timetable(city / "timetable.zip")
    outlines(city)
    rows = ["city,year,indicator,value"]
    rows += [f"XX_TESTVILLE,{year},people,{count}" for year, count in ((2010, 3000), (2020, 3600))]
    rows += [f"XX_TESTVILLE,{year},built_up_ha,{area}" for year, area in ((2010, 80), (2020, 88))]
    rows += ["XX_TESTVILLE,2020,fine_particles,12.5", "XX_TESTVILLE,2021,fine_particles,n/a"]
    (city / "figures.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    manifest, mapping = blocks("yaml")
    (city / "city.yaml").write_text(manifest, encoding="utf-8")
    (city / "figures.mapping.yaml").write_text(mapping, encoding="utf-8")
    return home


def test_every_command_of_the_page_does_what_it_says(folder):
    said = {}
    for line in filter(None, "\n".join(blocks("console")).splitlines()):
        words = shlex.split(line)
        assert words[0] == "ekistics"
        done = subprocess.run([sys.executable, "-m", "ekistics", *words[1:]], cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        said[line] = done.stdout
    assert "public_transport_access" in said["ekistics figures XX_TESTVILLE --workspace work"]
    assert "equal" in said["ekistics recompute 1 --workspace work"]
    page = (folder / "testville.html").read_text(encoding="utf-8")
    assert "<svg" in page
    assert "Testville" in page
    assert not re.search(r'(?:src|href)="https?://', page), "a self-contained file asks nothing of the network"
    assert (folder / "testville-at-once.html").exists()


def test_the_made_city_gets_the_figures_that_it_must(folder):
    from ekistics.workspace.workspace import Workspace

    with Workspace.open(folder / "work") as city:
        found = {
            (one.observation.indicator, one.observation.series.edition): one.observation.value
            for one in city.figures(["XX_TESTVILLE"])
            if one.observation.series.variant == "default" and str(one.observation.period) != "2010"
        }
        districts = city.figures(["XX_T_01", "XX_T_02"], indicators=["population"])
    ratio = 0.1 / __import__("math").log(1.2)
    assert found["land_consumption_ratio", "2021-03"] == pytest.approx(ratio)
    assert found["open_space_area", "1"] > 0
    assert 0 < found["public_transport_access", "2021-03"] < 100
    people = {one.observation.place: one.observation.value for one in districts if one.observation.series.variant == "default"}
    assert people["XX_T_01"] == pytest.approx(3000, rel=0.02)
    assert people["XX_T_02"] == pytest.approx(1000, rel=0.05)
