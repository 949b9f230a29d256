"""What a study place is measured from and by which options: its region, districts, files, rules and the service day."""

from __future__ import annotations

from typing import Any

from ekistics.model.lineage import Asset
from ekistics.workspace.inputs import StudyInputs, clipped
from ekistics.workspace.reading import PathOf, read_source, rules_hash
from ekistics.workspace.session import Session
from ekistics.workspace.trees import CUT_OUT_OF, PlaceTree, tree_of


def inputs_of(session: Session, code: str) -> StudyInputs | None:
    """Return what a place is measured from; None where no outline is on record."""
    tree = tree_of(session, code)
    if tree.boundary is None:
        return None
    assets = tuple(asset for asset in session.record.assets() if asset.place == code)
    own, region = session.folder.rules, tree.boundary.geometry

    def read(source: str, asked: tuple[Asset, ...], path_of: PathOf) -> Any:
        return read_source(source, asked, path_of, rules=own, around=region)

    districts = clipped(tree.districts, tree.boundary)
    return StudyInputs(
        tree.place,
        tree.boundary,
        districts,
        assets,
        session.path_of,
        read,
        session.folder.layers,
        _outlines(session, tree),
        rules_hash(own),
    )


def _outlines(session: Session, tree: PlaceTree) -> tuple[str, ...]:
    """Return the files that a region was drawn in: its own, or those of the editions that it was cut out of, and its districts'."""
    editions = {one.edition: one for one in session.record.boundaries(tree.place.code)}
    drawn = [tree.boundary, *(boundary for _, boundary in tree.districts)] if tree.boundary else []
    if tree.boundary and tree.boundary.asset is None:
        drawn += [editions[name] for name in tree.boundary.source.split(CUT_OUT_OF) if name in editions]
    return tuple(dict.fromkeys(one.asset for one in drawn if one and one.asset))


def options_of_place(session: Session, code: str) -> dict[str, Any]:
    """Return the layer options that a place's manifest sets; the service day lies near the date of its timetable or street map."""
    told = dict(session.record.settings().get(f"measure:{code}") or {})
    dates = {asset.kind: asset.date for asset in session.record.assets() if asset.place == code and asset.date}
    if found := dates.get("gtfs") or dates.get("osm") or dates.get("streets"):
        told.setdefault("near", found.isoformat())
    return told
