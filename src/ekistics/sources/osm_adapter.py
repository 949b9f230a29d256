"""pyosmium, and nothing else of it anywhere: the head of a file, and what it holds as text and assembled areas."""

from __future__ import annotations

import ctypes
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import osmium

from ekistics.model.errors import InvalidInput
from ekistics.sources.osm_shapes import Outline, Shapes, shapes_of

_TEXT = "opl,locations_on_ways=true,add_metadata=false"
_FAULTS = (RuntimeError, ValueError, IndexError, osmium.InvalidLocationError)


@dataclass(frozen=True)
class Header:
    """What the head of a file says: the box that was asked for (west, south, east, north) and the date of the data."""

    box: tuple[float, float, float, float] | None
    as_of: date | None


def read_header(path: Path) -> Header:
    """Read the head of a file.

    Raises
    ------
    InvalidInput
        If it is not an OpenStreetMap file.
    """
    with _refusing(path):
        reader = osmium.io.Reader(str(path), osmium.osm.osm_entity_bits.NOTHING)
        try:
            head = reader.header()
            box, stamp = head.box(), head.get("osmosis_replication_timestamp")
            found = (box.bottom_left.lon, box.bottom_left.lat, box.top_right.lon, box.top_right.lat) if box.valid() else None
        finally:
            reader.close()
    return Header(found, _date(stamp))


def read_shapes(path: Path, point_tags: Mapping[str, Iterable[str] | str]) -> Shapes:
    """Read the points, the ways, the multipolygons and the areas that the library assembles, in one pass over the file.

    Points come where they have one of `point_tags` (key to values, `*` for any value). On the way the library writes a text of all
    this, about six times the size of the file, into a folder that is gone afterwards.

    Raises
    ------
    InvalidInput
        If the file is damaged.
    """
    with _refusing(path), tempfile.TemporaryDirectory(prefix="ekistics-", ignore_cleanup_errors=True) as folder:
        text = Path(folder) / "shapes.opl"
        outlines = _write_text(path, text, _point_sieve(point_tags))
        return shapes_of(text, outlines)


def _write_text(path: Path, text: Path, points: Any) -> list[Outline]:
    """Write the points that matter, the ways and the relations as text, and return the areas."""
    factory = osmium.geom.WKBFactory()
    writer = osmium.SimpleWriter(osmium.io.File(str(text), _TEXT))
    try:
        processor: Any = osmium.FileProcessor(str(path)).with_areas()
        for sieve in (points, writer, osmium.filter.EntityFilter(osmium.osm.AREA)):
            processor = processor.with_filter(sieve)
        return [Outline(one.orig_id(), one.from_way(), _wkb(factory, one)) for one in processor]
    finally:
        _close(writer)


def _close(writer: Any) -> None:
    try:
        writer.close()
    except _FAULTS:
        # the library ends the whole process when it takes down a writer that could not write (a tag that is no UTF-8): let it stay
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(writer))
        raise


def _point_sieve(tags: Mapping[str, Iterable[str] | str]) -> Any:
    """Return a filter of points alone: the library sifts tens of thousands of them faster than Python looks at one in ten."""
    if "*" in tags.values():
        sieve: Any = osmium.filter.KeyFilter(*tags)
    else:
        sieve = osmium.filter.TagFilter(*((key, value) for key, values in tags.items() for value in values))
    return sieve.enable_for(osmium.osm.NODE)


def _wkb(factory: Any, one: Any) -> bytes:
    try:
        return bytes.fromhex(factory.create_multipolygon(one))
    except _FAULTS:
        return b""


def _date(stamp: str) -> date | None:
    try:
        return datetime.fromisoformat(stamp.replace("Z", "+00:00")).date()
    except ValueError:
        return None


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """Turn what the library throws at a damaged file into one sentence."""
    try:
        yield
    except _FAULTS as error:
        raise InvalidInput(
            "the file cannot be read as an OpenStreetMap extract",
            file=path.name,
            found=str(error)[:200],
            expected="a whole .osm.pbf file",
            mend="download it again",
        ) from error
