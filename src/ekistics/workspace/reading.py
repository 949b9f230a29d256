"""Which reader reads which kind of asset: the one table from kinds to the edge rooms."""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ekistics.model.errors import InvalidInput
from ekistics.model.extracts import OsmExtract, People, Timetable
from ekistics.model.lineage import Asset
from ekistics.sources.osm_rules import load_rules
from ekistics.workspace.file_options import reader_options
from ekistics.workspace.inputs import GRID_SOURCES

NOT_OFFERED = ("zones", "zones_id", "rules_folder")
"""Parameters of readers that lead to a second file, which would not be kept with the first."""

PathOf = Callable[[Asset], Path]


def read_source(source: str, assets: tuple[Asset, ...], path_of: PathOf, *, rules: Path | None = None, around: Any = None) -> Any:
    """Read what a layer needs from the assets that give it.

    `rules` is the folder of the workspace's own tag rules, `around` the study region, around which grids are read.

    Raises
    ------
    InvalidInput
        If two assets give what only one can (two extracts, two populations), or a reader refuses its file.
    """
    if source == "osm":
        return _streets(assets, path_of, rules)
    if source in GRID_SOURCES:
        from ekistics.workspace.settlement.place_grids import built_epochs_of, settlements_of

        return {"settlements": settlements_of, "built_epochs": built_epochs_of}[source](assets, path_of, around)
    return {"gtfs": _timetable, "people_given": _people}[source](assets, path_of)


def readers_with_options() -> dict[str, Callable[..., Any]]:
    """Return by kind of file the readers that take options from a manifest."""
    from ekistics.sources.population import read_population
    from ekistics.sources.street_links import read_street_links
    from ekistics.workspace.settlement import grid_readers

    return {
        "population": read_population,
        "streets": read_street_links,
        "population_grid": grid_readers.read_population_grid,
        "built_up_grid": grid_readers.read_built_up_grid,
        "land_grid": grid_readers.read_land_grid,
        "built_up_epoch": grid_readers.read_built_up_epoch,
        "first_built_year": grid_readers.read_first_built_year,
    }


def options_of(kind: str) -> tuple[str, ...]:
    """Return the options that a manifest may give for a kind of file; none for most."""
    reader = readers_with_options().get(kind)
    told = inspect.signature(reader).parameters.values() if reader else ()
    return tuple(one.name for one in told if one.kind is one.KEYWORD_ONLY and one.name not in NOT_OFFERED)


def rules_hash(rules: Path) -> str:
    """Return the hash of the tag rules in force: the shipped ones with the workspace's own in their place."""
    return hashlib.sha256(json.dumps(load_rules(rules), sort_keys=True, default=str).encode()).hexdigest()[:16]


def _streets(assets: tuple[Asset, ...], path_of: PathOf, rules: Path | None) -> OsmExtract:
    asset = _only(assets)
    path = path_of(asset)
    if asset.kind == "streets":
        links: OsmExtract = readers_with_options()["streets"](path, rules_folder=rules, **_reader_options(asset))
        return links
    from ekistics.sources.osm import read_osm

    return read_osm(path, rules=rules)


def _timetable(assets: tuple[Asset, ...], path_of: PathOf) -> Timetable:
    from ekistics.sources.gtfs import read_gtfs

    return read_gtfs([path_of(asset) for asset in assets])


def _people(assets: tuple[Asset, ...], path_of: PathOf) -> People:
    asset = _only(assets)
    people: People = readers_with_options()[asset.kind](path_of(asset), **_reader_options(asset))
    return people


def _reader_options(asset: Asset) -> dict[str, Any]:
    """Return the options that are the reader's; the others say what the file speaks of."""
    return reader_options(asset.options)


def _only(assets: tuple[Asset, ...]) -> Asset:
    if len(assets) > 1:
        raise InvalidInput(
            f"several files are given as {assets[0].kind}",
            found=", ".join(asset.name for asset in assets),
            expected="one",
            mend="undo the import of those that are not to be used",
        )
    return assets[0]
