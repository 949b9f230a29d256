"""Places: add one, import many from a file, draw a boundary edition as the intersection of others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from babel import Locale

from ekistics.geo.ellipsoid import areas_m2
from ekistics.geo.siblings import sibling_faults
from ekistics.model.errors import Conflict, InvalidInput, NotFound
from ekistics.model.lineage import Asset, CommitKind
from ekistics.model.places import Boundary, Place, PlaceKind, Relation, RelationKind
from ekistics.model.problems import Problem, Receipt
from ekistics.places.registry import check_places
from ekistics.sources.osm import read_osm
from ekistics.sources.vectors import read_places
from ekistics.workspace.manifest import BoundaryEntry, DistrictEntry, PlaceEntry
from ekistics.workspace.session import Session
from ekistics.workspace.trees import CUT_OUT_OF

Keep = Callable[[Path], tuple[str, int]]
"""Gives the checksum and size of a file, and may keep it."""


def add_place(session: Session, place: Place, *, parent: str | None = None) -> int:
    """Put one place on record and return the commit.

    Raises
    ------
    InvalidInput
        If it has no code.
    NotFound
        If there is no such parent.
    """
    if not place.code.strip():
        raise InvalidInput("a place needs a code", found="nothing", expected="a code such as ES_LAS_PALMAS")
    if parent:
        session.record.place(parent)
    with session.write(CommitKind.PLACES, f"add {place.code}") as commit:
        commit.put_place(place)
        if parent:
            commit.put_relation(Relation(place.code, parent, RelationKind.ADMINISTRATIVE))
        return int(commit.number)


def relate(session: Session, relation: Relation) -> tuple[int, list[Problem]]:
    """Put one relation on record and return the commit and what the registry's rules find wrong with it.

    Raises
    ------
    Conflict
        If it would close a circle.
    """
    places = session.record.places()
    for code in (relation.place, relation.other):
        session.record.place(code)
    before = {(one.kind, one.feature, one.message) for one in check_places(places, (), session.record.relations())}
    after = check_places(places, (), [*session.record.relations(), relation])
    found = [one for one in after if (one.kind, one.feature, one.message) not in before]
    if circle := next((one for one in found if one.kind == "cycle"), None):
        raise Conflict(circle.message, feature=relation.place, mend="a place is part of a larger one; leave one of these relations out")
    with session.write(CommitKind.PLACES, f"{relation.place} {relation.kind} {relation.other}") as commit:
        commit.put_relation(relation)
        return int(commit.number), found


@dataclass
class OutlinesRead:
    """What the files of a study place say, before anything is on record."""

    drawn: dict[str, Boundary] = field(default_factory=dict)
    districts: list[tuple[Place, Boundary]] = field(default_factory=list)
    assets: list[Asset] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_outlines(entry: PlaceEntry, folder: Path, *, keep: Keep) -> OutlinesRead:
    """Read the boundary editions and districts of a study place; `keep` keeps each original, or only takes its checksum."""
    read = OutlinesRead()
    for edition in entry.boundaries:
        boundary, asset, found = _boundary(keep, entry.code, edition, read.drawn, folder)
        read.drawn[edition.edition] = boundary
        read.problems += found
        read.assets += [asset] if asset else []
    if entry.districts:
        read.districts, asset, found = _districts(keep, entry.districts, folder)
        read.problems += found
        read.assets.append(asset)
    return read


def import_entry(session: Session, entry: PlaceEntry, folder: Path) -> Receipt:
    """Put a study place of a manifest on record: the place, its boundary editions, its districts; one commit."""
    names = entry.name if isinstance(entry.name, dict) else {"und": entry.name}
    read = read_outlines(entry, folder, keep=session.keep)
    drawn, districts, assets, problems = read.drawn, read.districts, read.assets, read.problems
    with session.write(CommitKind.PLACES, f"places of {entry.code}") as commit:
        for asset in assets:
            commit.add_asset(asset)
        commit.put_place(Place(entry.code, entry.kind, names))
        if entry.country:
            if entry.country not in {one.code for one in session.record.places()}:
                commit.put_place(_country(entry.country))
            commit.put_relation(Relation(entry.code, entry.country, RelationKind.ADMINISTRATIVE))
        for boundary in drawn.values():
            commit.put_boundary(boundary)
        for place, boundary in districts:
            commit.put_place(place)
            commit.put_boundary(boundary)
            commit.put_relation(Relation(place.code, entry.code, RelationKind.STATISTICAL))
        study = entry.study or (entry.boundaries[-1].edition if entry.boundaries else "")
        commit.put_setting(f"study:{entry.code}", study)
        count = 1 + len(districts)
        receipt = Receipt(commit.number, read=count, new=count, problems=tuple(problems))
        for asset in assets:
            told = [one for one in problems if one.file in (asset.name, None)]
            commit.put_receipt(asset.sha256, replace(receipt, problems=tuple(told)))
    return receipt


def import_places(
    session: Session,
    file: Path,
    *,
    code: str,
    name: str,
    parent: str | None,
    kind: PlaceKind,
    edition: str,
    source: str,
    layer: str | None = None,
    study: bool = False,
) -> Receipt:
    """Put the places of one file on record; overlaps and gaps between them are told with their areas.

    Parameters
    ----------
    layer : the layer's name, for a file with several
    study : each is a study place of its own, measured from the files that are imported for it

    Raises
    ------
    NotFound
        If there is no such parent.
    """
    if parent:
        session.record.place(parent)
    names = (name,) if name else ()
    reading = read_places(file, kind=kind, code_column=code, name_columns=names, layer=layer)
    entry = DistrictEntry(file=file.name, code=code, source=source)
    asset = asset_of(session.keep, file, "boundary", entry, crs=reading.crs, extent=_extent(reading.geometry))
    with session.write(CommitKind.PLACES, f"import {file.name}") as commit:
        commit.add_asset(asset)
        for place, outline in zip(reading.places, reading.geometry, strict=True):
            commit.put_place(place)
            commit.put_boundary(_drawn(place.code, edition, outline, source, asset.sha256))
            if study:
                commit.put_setting(f"study:{place.code}", edition)
            if parent:
                commit.put_relation(Relation(place.code, parent, RelationKind.ADMINISTRATIVE))
        rejected = sum(tally.left_out for tally in reading.tallies)
        read = len(reading.places) + rejected
        problems = (*reading.problems, *sibling_problems(reading.places, reading.geometry, file.name))
        receipt = Receipt(commit.number, read, new=len(reading.places), rejected=rejected, problems=problems, tallies=reading.tallies)
        commit.put_receipt(asset.sha256, receipt)
    return receipt


def sibling_problems(places: Sequence[Place], outlines: Any, file: str) -> list[Problem]:
    """Return overlaps and gaps between siblings that are larger than the tolerance."""
    found = sibling_faults(outlines)
    said = [
        Problem(
            "overlap",
            f"{places[first].code} and {places[second].code} overlap by {area:,.0f} m²",
            file=file,
            feature=places[first].code,
            mend="correct the outlines if it is more than drawing error",
        )
        for first, second, area in zip(found.overlap_first.tolist(), found.overlap_second.tolist(), found.overlap_m2.tolist(), strict=True)
    ]
    gaps = [f"a gap of {area:,.0f} m² lies between the places" for area in found.gap_m2.tolist()]
    return said + [Problem("gap", text, file=file, mend="correct the outlines if it is more than drawing error") for text in gaps]


def _country(code: str) -> Place:
    """Return a country by its ISO 3166 code, named by CLDR; an unknown code is its own name."""
    name = Locale("en").territories.get(code, code)
    return Place(code, PlaceKind.COUNTRY, {"en": str(name)})


def _boundary(
    keep: Keep, code: str, entry: BoundaryEntry, drawn: dict[str, Boundary], folder: Path
) -> tuple[Boundary, Asset | None, list[Problem]]:
    if entry.intersection_of:
        for edition in entry.intersection_of:
            if edition not in drawn:
                raise NotFound(f"boundary {entry.edition} is cut out of {edition}, which is not named before it", mend="name it first")
        outline = shapely.intersection_all([drawn[edition].geometry for edition in entry.intersection_of])
        source = CUT_OUT_OF.join(entry.intersection_of)
        return _drawn(code, entry.edition, outline, source, None), None, []
    if entry.file.endswith(".pbf"):
        return _extract_box(keep, code, entry, folder)
    reading = read_places(folder / entry.file, kind=PlaceKind.CITY, code_column=None, crs=entry.crs or None, layer=entry.table or None)
    if not len(reading.geometry):
        raise InvalidInput("the file has no outline", file=entry.file, mend="give a file with at least one polygon")
    outline = shapely.union_all(reading.geometry)
    asset = asset_of(keep, folder / entry.file, "boundary", entry, crs=reading.crs, extent=_extent(reading.geometry))
    return _drawn(code, entry.edition, outline, entry.source, asset.sha256), asset, list(reading.problems)


def _extract_box(keep: Keep, code: str, entry: BoundaryEntry, folder: Path) -> tuple[Boundary, Asset, list[Problem]]:
    """Draw a boundary as the box that an OpenStreetMap extract covers."""
    box = read_osm(folder / entry.file).extent
    asset = asset_of(keep, folder / entry.file, "osm", entry, crs="EPSG:4326", extent=box, place=code)
    return _drawn(code, entry.edition, shapely.box(*box), entry.source, asset.sha256), asset, []


def _districts(keep: Keep, entry: DistrictEntry, folder: Path) -> tuple[list[tuple[Place, Boundary]], Asset, list[Problem]]:
    path = folder / entry.file
    names = (entry.name,) if entry.name else ()
    reading = read_places(
        path, kind=entry.kind, code_column=entry.code, name_columns=names, crs=entry.crs or None, layer=entry.table or None
    )
    asset = asset_of(keep, path, "boundary", entry, crs=reading.crs, extent=_extent(reading.geometry))
    edition = entry.edition or (str(entry.date.year) if entry.date else "1")
    pairs = []
    for place, outline in zip(reading.places, reading.geometry, strict=True):
        renamed = Place(entry.prefix + place.code, place.kind, place.names)
        pairs.append((renamed, _drawn(renamed.code, edition, outline, entry.source, asset.sha256)))
    return pairs, asset, [*reading.problems, *sibling_problems(reading.places, reading.geometry, path.name)]


def asset_of(
    keep: Keep,
    path: Path,
    kind: str,
    entry: Any,  # any manifest entry with an origin
    *,
    crs: str = "",
    extent: tuple[float, float, float, float] | None = None,
    place: str | None = None,
    options: dict[str, Any] | None = None,
) -> Asset:
    """Describe a file as an asset; `keep` keeps it, or only takes its checksum."""
    sha256, size = keep(path)
    return Asset(
        sha256,
        path.name,
        size,
        kind,
        entry.source,
        licence=entry.licence,
        attribution=entry.attribution,
        origin=entry.origin,
        date=entry.date,
        crs=crs,
        extent=extent,
        reader=f"ekistics.sources/{kind}",
        options=options or {},
        place=place,
    )


def _drawn(code: str, edition: str, outline: Any, source: str, asset: str | None) -> Boundary:
    return Boundary(code, edition, outline, float(areas_m2(np.array([outline], dtype=object))[0]), source=source, asset=asset)


def _extent(outlines: Iterable[Any]) -> tuple[float, float, float, float]:
    west, south, east, north = shapely.total_bounds(list(outlines)).tolist()
    return (west, south, east, north)
