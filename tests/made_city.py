"""A small made-up city: a grid of streets with houses, a park and a school, one bus line, two districts, a table of figures."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Way

PAGE = Path(__file__).parents[1] / "docs" / "how-to" / "your-own-city.md"
WEST, SOUTH, STEP, SIDE = 10.0, 45.0, 0.001, 21


def street_map(path: Path, side: int = SIDE) -> None:
    """Write a grid of residential streets, a park, a school and houses."""
    with osmium.SimpleWriter(str(path)) as writer:
        for row in range(side):
            for column in range(side):
                place = (WEST + column * STEP * 1.4, SOUTH + row * STEP)
                tags = {"amenity": "school", "name": "School"} if (row, column) == (4, 4) else {}
                writer.add_node(Node(id=1 + row * side + column, location=place, tags=tags))
        corners, number = {}, 10_000
        squares = [(row, column) for row in range(side - 1) for column in range(side - 1)]
        for row, column in squares:
            corners[row, column] = []
            for x, y in ((0.2, 0.2), (0.6, 0.2), (0.6, 0.6), (0.2, 0.6)):
                place = (WEST + (column + x) * STEP * 1.4, SOUTH + (row + y) * STEP)
                writer.add_node(Node(id=number, location=place))
                corners[row, column].append(number)
                number += 1
        way = 1
        for line in range(side):
            for nodes in ([1 + line * side + at for at in range(side)], [1 + at * side + line for at in range(side)]):
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


def outlines(folder: Path, side: int = SIDE) -> None:
    width, height = STEP * 1.4 * (side - 1), STEP * (side - 1)

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


def make_city(city: Path, side: int = SIDE) -> None:
    """Write the files of the how-to into a folder, with the manifest and the mapping as the page has them."""
    city.mkdir()
    street_map(city / "map.osm.pbf", side)
    timetable(city / "timetable.zip")
    outlines(city, side)
    rows = ["city,year,indicator,value"]
    rows += [f"XX_TESTVILLE,{year},people,{count}" for year, count in ((2010, 3000), (2020, 3600))]
    rows += [f"XX_TESTVILLE,{year},built_up_ha,{area}" for year, area in ((2010, 80), (2020, 88))]
    rows += ["XX_TESTVILLE,2020,fine_particles,12.5", "XX_TESTVILLE,2021,fine_particles,n/a"]
    (city / "figures.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    manifest, mapping = blocks("yaml")
    (city / "city.yaml").write_text(manifest, encoding="utf-8")
    (city / "figures.mapping.yaml").write_text(mapping, encoding="utf-8")
