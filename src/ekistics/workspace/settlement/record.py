"""Urban centres of several epochs as the record holds them: files, figures with their lineage, one commit; and a figure made again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from ekistics.geo.ellipsoid import areas_m2
from ekistics.indicators.quantities import EDITION
from ekistics.model.errors import NotFound
from ekistics.model.lineage import Asset, CommitKind, PartRecord, RunRecord
from ekistics.model.observations import Figure, Observation, Origin, Series, observation_table
from ekistics.model.periods import Period
from ekistics.model.places import Boundary
from ekistics.model.problems import Receipt
from ekistics.places.centre_places import CentrePlaces
from ekistics.places.epochs import follow_centres
from ekistics.places.settlement_rules import SettlementRules, settlement_rules
from ekistics.store.figures import FigureCounts
from ekistics.store.writing import OpenCommit
from ekistics.workspace.placing import Keep
from ekistics.workspace.session import SOFTWARE, Session
from ekistics.workspace.settlement.epochs import FUNCTION, CentreSum, Epoch, EpochFiles, find_epochs, sums_by_epoch
from ekistics.workspace.settlement.grid_readers import extent_of

BANDS = {"population": "population_grid", "built_up": "built_up_grid", "land": "land_grid"}
"""Kind of asset by band."""
M2_A_KM2 = 1e6
Assets = Mapping[tuple[int, str], Asset]
"""Assets by year and band; a grid of land may serve all years."""


@dataclass(frozen=True)
class Figures:
    """The figures of centres, the name of the part that made each, and the run with its parts."""

    observations: tuple[Observation, ...]
    part_of: tuple[str, ...]
    run: RunRecord
    parts: tuple[PartRecord, ...]


def assets_of(
    files: Sequence[EpochFiles], epochs: Sequence[Epoch], sources: Mapping[int, str], *, licence: str, keep: Keep
) -> dict[tuple[int, str], Asset]:
    """Describe the grids of all epochs as assets; `keep` keeps each original, or only takes its checksum."""
    kept: dict[Path, tuple[str, int]] = {}
    newest: dict[Path, int] = {getattr(one, band): one.year for one in files for band in BANDS if getattr(one, band)}
    found: dict[tuple[int, str], Asset] = {}
    for one, epoch in zip(files, epochs, strict=True):
        for band, kind in BANDS.items():
            path: Path | None = getattr(one, band)
            if path is None:
                continue
            kept[path] = kept.get(path) or keep(path)
            options = {"unit": epoch.grids.units[band]} if band in epoch.grids.units else {}
            found[one.year, band] = Asset(
                *(kept[path][0], path.name, kept[path][1], kind, sources[one.year]), licence=licence, date=date(newest[path], 12, 31),
                crs=epoch.grids.grid.system_name, extent=extent_of(epoch.grids.grid),
                reader=f"ekistics.sources/{kind}", options=options,
            )  # fmt: skip
    return found


def figures_of(
    sums: Sequence[CentreSum], placed: CentrePlaces, assets: Assets, *, codes: Mapping[int, str], rules: SettlementRules, source: str
) -> Figures:
    """Return people, area and built-up land of the centres that have a code; each figure names the files of its year and its outline."""
    area_km2 = {(one.place, one.edition): one.area_m2 / M2_A_KM2 for one in placed.boundaries}
    series = Series(source, Origin.COMPUTED, EDITION)
    parts: list[PartRecord] = []
    observations: list[Observation] = []
    part_of: list[str] = []
    for one in sums:
        if one.identity not in codes:
            continue
        code = codes[one.identity]
        name = f"{code} {one.year} within {one.edition}"
        used = [asset.sha256 for (year, _), asset in assets.items() if year in (one.year, int(one.edition))]
        parts.append(PartRecord(name, assets=tuple(dict.fromkeys(used))))
        values = [("population", one.people, "{person}"), ("area", area_km2[code, one.edition], "km2")]
        values += [("built_up_area", one.built_up_km2, "km2")] if one.built_up_km2 is not None else []
        period = Period.year(one.year)
        observations += [Observation(of, code, period, series, value, unit, boundary=one.edition) for of, value, unit in values]
        part_of += [name] * len(values)
    parameters = {"rules": asdict(rules), "epochs": _told_files(assets), "centres": {code: one for one, code in sorted(codes.items())}}
    return Figures(tuple(observations), tuple(part_of), RunRecord(FUNCTION, rules.edition, parameters, SOFTWARE), tuple(parts))


def write_centres(
    session: Session, placed: CentrePlaces, figures: Figures, assets: Assets, settings: Mapping[str, Any]
) -> tuple[int | None, FigureCounts]:
    """Write all in one commit and return it, or None where all is on record already; and what of the figures was new."""
    years = ", ".join(str(year) for year, band in assets if band == "population")
    given = list({(one.sha256, one.kind): one for one in assets.values()}.values())
    with session.write(CommitKind.PLACES, f"urban centres of {years}") as commit:
        moved = not _is_on_record(commit, placed, given, settings)
        for asset in given:
            commit.add_asset(asset)
        for place in placed.places:
            commit.put_place(place)
        for boundary in placed.boundaries:
            commit.put_boundary(boundary)
        for relation in placed.relations:
            commit.put_relation(relation)
        for key, value in settings.items():
            commit.put_setting(key, value)
        counts = _put_figures(commit, figures)
        for asset in given:
            commit.put_receipt(asset.sha256, Receipt(commit.number, counts.read, counts.new, counts.changed, counts.unchanged))
        if not moved and not counts.new + counts.changed:
            commit.abandoned = True
            return None, counts
        return int(commit.number), counts


def centre_value_again(session: Session, one: Figure, run: RunRecord) -> float | None:
    """Return a figure of a centre from its files: the epochs classified and followed again.

    Raises
    ------
    NotFound
        If they do not give it any more.
    """
    told = run.parameters
    files = []
    for year, bands in sorted(told["epochs"].items()):
        paths = {band: session.path_of(session.record.asset(given["sha256"])) for band, given in bands.items()}
        files.append(EpochFiles(int(year), units={band: given["unit"] for band, given in bands.items() if "unit" in given}, **paths))
    parameters = {name: value for name, value in told["rules"].items() if name != "edition"}
    epochs = find_epochs(files, rules=settlement_rules(told["rules"]["edition"], **parameters))
    chain = follow_centres([epoch.cells for epoch in epochs])
    asked = one.observation
    identity, year = int(told["centres"][asked.place]), asked.period.start.year
    for found in sums_by_epoch(epochs, chain):
        if (found.identity, found.edition, found.year) == (identity, asked.boundary, year):
            return _value(asked.indicator, found, epochs, chain.epochs)
    raise NotFound("the files do not give this figure any more", found=asked.place)


def _value(indicator: str, found: CentreSum, epochs: Sequence[Epoch], tables: Sequence[Any]) -> float | None:
    if indicator != "area":
        return found.people if indicator == "population" else found.built_up_km2
    at = next(number for number, epoch in enumerate(epochs) if str(epoch.year) == found.edition)
    number = tables[at].number[tables[at].identity == found.identity]
    return float(areas_m2(epochs[at].outlines[number])[0]) / M2_A_KM2


def _told_files(assets: Assets) -> dict[str, dict[str, dict[str, str]]]:
    told: dict[str, dict[str, dict[str, str]]] = {}
    for (year, band), asset in assets.items():
        told.setdefault(str(year), {})[band] = {"sha256": asset.sha256, **{name: str(value) for name, value in asset.options.items()}}
    return told


def _put_figures(commit: OpenCommit, figures: Figures) -> FigureCounts:
    if not figures.observations:
        return FigureCounts(0, 0, 0, 0)
    _, parts = commit.add_run(figures.run, figures.parts)
    part = pa.array(np.array([parts[name] for name in figures.part_of], np.int64))
    return commit.put_figures(observation_table(figures.observations).append_column("part", part))


def _is_on_record(commit: OpenCommit, placed: CentrePlaces, assets: Sequence[Asset], settings: Mapping[str, Any]) -> bool:
    """Whether places, outlines, relations, files and settings are on record just as they are to be."""
    now = commit.now
    places = {one.code: one for one in now.places()}
    drawn = {(one.place, one.edition): one for one in now.boundaries()}
    related = {(one.place, one.other, one.kind, one.valid_from): one for one in now.relations()}
    kept = {(one.sha256, one.kind, one.place): one for one in now.assets()}
    known = now.settings()
    return (
        all(places.get(one.code) == one for one in placed.places)
        and all(_is_same(drawn.get((one.place, one.edition)), one) for one in placed.boundaries)
        and all(related.get((one.place, one.other, one.kind, one.valid_from)) == one for one in placed.relations)
        and all(kept.get((one.sha256, one.kind, one.place)) == one for one in assets)
        and all(known.get(key) == value for key, value in settings.items())
    )


def _is_same(known: Boundary | None, new: Boundary) -> bool:
    if known is None or shapely.to_wkb(known.geometry) != shapely.to_wkb(new.geometry):
        return False
    return all(getattr(known, name) == getattr(new, name) for name in ("area_m2", "source", "valid_from", "valid_to", "asset"))
