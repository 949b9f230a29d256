"""Bring files in: keep the original, read it, and put what it says on record in one commit that can be undone."""

from __future__ import annotations

import csv
import difflib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
import yaml
from pydantic import ValidationError

from ekistics.engine.limits import run_limited
from ekistics.model.errors import EkisticsError, InvalidInput, NotFound
from ekistics.model.extracts import OsmExtract, Timetable
from ekistics.model.lineage import Asset, CommitKind, PartRecord, RunRecord
from ekistics.model.observations import NO_BOUNDARY, Observation, Origin, Series, observation_table, observations_of
from ekistics.model.periods import Period
from ekistics.model.places import Place, PlaceKind
from ekistics.model.problems import Problem, Receipt, RowsSeen, Severity, Tally
from ekistics.model.targets import Target
from ekistics.sources.archives import checked_members, open_member
from ekistics.sources.mappings import TableMapping, parse_mapping, read_mapping
from ekistics.sources.tables import TableReading, read_table
from ekistics.sources.vectors import read_places
from ekistics.workspace.assets import checksum_of
from ekistics.workspace.card_units import in_card_units, without_a_card
from ekistics.workspace.inputs import GRID_SOURCES, SOURCE_OF_KIND
from ekistics.workspace.manifest import MANIFEST_NAME, FileEntry, Manifest, propose_manifest, read_manifest, recognised
from ekistics.workspace.manifest_checks import check_manifest, option_faults
from ekistics.workspace.placing import Keep, asset_of, import_entry, read_outlines
from ekistics.workspace.reading import read_source
from ekistics.workspace.session import SOFTWARE, Session
from ekistics.workspace.studying import inputs_of
from ekistics.workspace.trees import study_places

FILE_KINDS = (*SOURCE_OF_KIND, "table")
"""What one file can be imported as."""
_NAMED = 10
"""Places named in a message, of which there may be thousands."""
Said = Callable[[str, float], None]


@dataclass(frozen=True)
class Checked:
    """What a file says before anything is on record: the dry run of an import."""

    asset: Asset
    table: pa.Table | None
    places: tuple[Place, ...]
    problems: tuple[Problem, ...]
    tallies: tuple[Tally, ...]
    rejected: int
    seen: RowsSeen = field(default_factory=RowsSeen)

    def receipt(self, commit: int | None, *, new: int = 0, changed: int = 0, unchanged: int = 0) -> Receipt:
        """Return what became of the rows."""
        read = new + changed + unchanged + self.rejected
        return Receipt(commit, read, new, changed, unchanged, self.rejected, self.problems, self.tallies, self.seen)


def import_folder(session: Session, folder: Path, *, say: Said) -> tuple[list[Receipt], str]:
    """Import all that a folder's manifest names: places first, then each file; one commit each.

    Returns
    -------
    The receipts, and the code of the place.

    Raises
    ------
    InvalidInput
        If there is no manifest (one is proposed beside the files) or a file is refused.
    """
    path = folder / MANIFEST_NAME
    if not path.exists():
        proposed = propose_manifest(folder)
        path.write_text(yaml.safe_dump(proposed, sort_keys=False, allow_unicode=True), encoding="utf-8")
        raise InvalidInput(
            f"the folder had no {MANIFEST_NAME}; one was proposed from the names of its files",
            file=str(path),
            mend="complete it (codes, sources, licences, dates) and import again",
        )
    manifest = read_manifest(path)
    return import_manifest(session, manifest, folder, say=say), manifest.place.code


def import_manifest(session: Session, manifest: Manifest, folder: Path, *, say: Said) -> list[Receipt]:
    """Import a manifest whose files lie in a folder; a file that is refused does not keep the others out.

    Raises
    ------
    InvalidInput
        If something that it names is not there (nothing is on record then), or files were refused (the others are on record).
    """
    check_manifest(manifest, folder, root=session.folder.root)
    receipts = [import_entry(session, manifest.place, folder)]
    refused: list[EkisticsError] = []
    for number, entry in enumerate(manifest.files):
        say(f"importing {entry.file}", number / max(1, len(manifest.files)))
        try:
            receipts.append(import_file(session, entry, folder, place=manifest.place.code))
        except (InvalidInput, NotFound) as error:
            refused.append(error)
    if manifest.targets or manifest.own_indicators or manifest.measure:
        with session.write(CommitKind.SETTING, f"targets and options of {manifest.place.code}") as commit:
            for target in manifest.targets:
                commit.put_target(Target(target.indicator, manifest.place.code, target.value, target.unit, target.year, target.set_by))
            commit.put_setting(f"measure:{manifest.place.code}", manifest.measure)
            commit.put_setting(f"own:{manifest.place.code}", [own.model_dump() for own in manifest.own_indicators])
    if refused:
        told = " | ".join(error.sentence() for error in refused)
        raise InvalidInput(
            f"{len(refused)} of {len(manifest.files)} files refused, what else the manifest names is on record: {told}",
            mend="correct these files and import again: what is on record already stays as it is",
        ) from refused[0]
    return receipts


def try_folder(session: Session, folder: Path, *, say: Said) -> list[tuple[str, Receipt]]:
    """Read all that a folder's manifest names and say what is wrong; nothing is kept or put on record.

    A table is held against the places on record: those that the folder itself would add are not there yet.

    Returns
    -------
    (name, receipt) of the place and of each file; a refused file is a problem of its receipt.
    """
    path = folder / MANIFEST_NAME
    manifest = read_manifest(path) if path.exists() else Manifest.model_validate(propose_manifest(folder))
    check_manifest(manifest, folder, root=session.folder.root)
    outlines = read_outlines(manifest.place, folder, keep=checksum_of)
    count = 1 + len(outlines.districts)
    tried = [(f"places of {manifest.place.code}", Receipt(None, count, unchanged=count, problems=tuple(outlines.problems)))]
    for number, entry in enumerate(manifest.files):
        say(f"checking {entry.file}", number / max(1, len(manifest.files)))
        try:
            receipt = _tried(check_file(session, entry, folder, place=manifest.place.code, keep=checksum_of))
        except (InvalidInput, NotFound) as error:
            refused = Problem("refused", "The file is refused.", Severity.REJECTED, file=entry.file, found=error.sentence())
            receipt = Receipt(None, 0, problems=(refused,))
        tried.append((entry.file, receipt))
    return tried


def _tried(checked: Checked) -> Receipt:
    return checked.receipt(None, unchanged=checked.table.num_rows if checked.table is not None else 0)


def import_file(session: Session, entry: FileEntry, folder: Path, *, place: str | None) -> Receipt:
    """Import one file and return what it did to the record."""
    checked = check_file(session, entry, folder, place=place, keep=session.keep)
    return take(session, checked)


def import_one(session: Session, path: Path, kind: str, *, place: str | None, dry_run: bool, told: dict[str, Any]) -> Receipt:
    """Import one file described by words of the command line; with `dry_run` it is only checked.

    Raises
    ------
    InvalidInput
        If the words do not describe a file.
    """
    if not path.is_file():
        raise InvalidInput("the file is not there", file=str(path), mend="check its name")
    if place is not None:
        session.record.place(place)
    asked = kind or recognised(path)
    if asked not in FILE_KINDS:
        raise InvalidInput(
            "files are not read as that" if kind else "what is in the file is not clear from its name",
            file=str(path),
            found=kind or None,
            expected=f"--as {', '.join(FILE_KINDS)}",
            mend="say what it is; outlines of places are imported with: ekistics place import",
        )
    given = {name: str(value) if isinstance(value, Path) else value for name, value in told.items() if value}
    try:
        entry = FileEntry.model_validate({"file": path.name, "as": asked, **given})
    except ValidationError as error:
        fault = error.errors()[0]
        words = f"--{fault['loc'][0]} {given.get(str(fault['loc'][0]), '')}".strip()
        raise InvalidInput("a word that describes the file is not understood", file=str(path), found=f"{words} ({fault['msg']})") from error
    if faults := list(option_faults(entry.as_, entry.options)):
        raise InvalidInput("an option of the file is not understood", file=str(path), found="; ".join(faults), mend="correct it")
    mapping = Path(entry.mapping)
    folder = path.parent
    if entry.mapping and not mapping.is_absolute():
        entry = entry.model_copy(update={"mapping": str(mapping.resolve())})
    if dry_run:
        return _tried(check_file(session, entry, folder, place=place, keep=checksum_of))
    if place is None and asked != "table":
        place = _only_city(session, path)
    return take(session, check_file(session, entry, folder, place=place, keep=session.keep))


def _only_city(session: Session, path: Path) -> str:
    """Return the one city of the record: a file that describes no place would never be measured from."""
    centres = {one.code for one in session.record.places() if one.kind is PlaceKind.URBAN_CENTRE}
    studied = study_places(session)
    # a city may hold many centres that were found in grids; a file is the city's unless another place is named
    cities = [code for code in studied if code not in centres] or studied
    if len(cities) != 1:
        raise InvalidInput(
            "it is not said which place the file describes",
            file=str(path),
            expected=f"--place {', '.join(cities[:_NAMED]) or 'CODE'}" + (" …" if len(cities) > _NAMED else ""),
            mend="name the place; a place with its outline comes on record by a folder with city.yaml",
        )
    return cities[0]


def check_file(session: Session, entry: FileEntry, folder: Path, *, place: str | None, keep: Keep) -> Checked:
    """Read a file and say all that is wrong with it; nothing is put on record. `keep` keeps the original, or only takes its checksum.

    Raises
    ------
    InvalidInput
        If the file cannot be read as what it was said to be.
    """
    with tempfile.TemporaryDirectory(prefix="ekistics-") as temporary:
        path = take_member(folder / entry.file, entry.member, Path(temporary)) if entry.member else folder / entry.file
        if not path.is_file():
            raise InvalidInput("the file is not there", file=str(path), mend="check its name in the manifest")
        if entry.as_ == "table":
            return _check_table(session, entry, path, folder, place, keep)
        return _check_source(session, entry, path, place, keep)


def take(session: Session, checked: Checked) -> Receipt:
    """Put a checked file on record: the asset, the run that read it, and its figures."""
    asset = checked.asset
    with session.write(CommitKind.IMPORT, f"import {asset.name}") as commit:
        commit.add_asset(asset)
        for place in checked.places:
            commit.put_place(place)
        new = changed = unchanged = 0
        if checked.table is not None and checked.table.num_rows:
            run = RunRecord(f"read {asset.kind}", "1", dict(asset.options), SOFTWARE)
            _, parts = commit.add_run(run, [PartRecord(asset.name, assets=(asset.sha256,))])
            counts = commit.put_figures(checked.table, part=parts[asset.name])
            new, changed, unchanged = counts.new, counts.changed, counts.unchanged
        receipt = checked.receipt(commit.number, new=new, changed=changed, unchanged=unchanged)
        commit.put_receipt(asset.sha256, receipt)
    return receipt


def observations_of_asset(session: Session, asset: Asset) -> list[Observation]:
    """Read the figures of a kept file again, as they were read when it was imported.

    Raises
    ------
    Damaged
        If its bytes are not those that were imported.
    """
    path = session.path_of(asset)
    if SOURCE_OF_KIND.get(asset.kind) == "people_given":
        value = read_source("people_given", (asset,), lambda _: path)
        return _given_people(asset, value)
    return observations_of(_table_reading(path, parse_mapping(asset.options["mapping"], file=asset.name)).table)


def _given_people(asset: Asset, value: Any) -> list[Observation]:
    """Return the sum of a population file as a figure of its place; none where the file has no place or date."""
    if not asset.place or not asset.date:
        return []
    total = float(np.nansum(value.people))
    period, series = Period.year(asset.date.year), Series(asset.source, Origin(asset.options.get("how", Origin.REPORTED)))
    boundary = str(asset.options.get("boundary", NO_BOUNDARY))
    locator = f"sum of {len(value)} rows"
    return [Observation("population", asset.place, period, series, total, "{person}", boundary=boundary, locator=locator)]


def _check_source(session: Session, entry: FileEntry, path: Path, place: str | None, keep: Keep) -> Checked:
    how = str(entry.how) if entry.how is not Origin.REPORTED else ""
    told = {"boundary": entry.boundary, "partial": entry.partial, "how": how}
    options = dict(entry.options) | {name: value for name, value in told.items() if value}
    asset = asset_of(keep, path, entry.as_, entry, crs="EPSG:4326", place=place, options=options)
    source = SOURCE_OF_KIND[entry.as_]
    if source in GRID_SOURCES:
        return _check_grid(session, entry, path, asset, place)
    value = read_source(source, (asset,), lambda _: path)
    table = observation_table(_given_people(asset, value)) if source == "people_given" else None
    asset = replace(asset, extent=_extent_of(value), date=asset.date or getattr(value, "as_of", None))
    return Checked(asset, table, (), tuple(value.problems), tuple(getattr(value, "tallies", ())), 0)


def _check_grid(session: Session, entry: FileEntry, path: Path, asset: Asset, place: str | None) -> Checked:
    """Check a grid by itself, and with those that its place has already, as they would be measured from."""
    from ekistics.workspace.settlement.grid_readers import check_grid  # these bring the kernels, which only grids need
    from ekistics.workspace.settlement.place_grids import try_grid

    told = check_grid(entry.as_, path, entry.options)
    asset = replace(asset, extent=told.extent, date=asset.date or told.as_of, options={**asset.options, **told.recognised})
    on_record = any(one.code == place for one in session.record.places())
    if place and on_record and (inputs := inputs_of(session, place)):
        source = SOURCE_OF_KIND[asset.kind]
        others = [one for one in inputs.assets_of(source) if (one.sha256, one.kind) != (asset.sha256, asset.kind)]
        try_grid(asset, others, lambda one: path if one is asset else session.path_of(one), inputs.boundary.geometry)
    return Checked(asset, None, (), told.problems, told.tallies, 0)


def _extent_of(value: Any) -> tuple[float, float, float, float] | None:
    """Return west, south, east, north of what was read."""
    if isinstance(value, OsmExtract):
        return value.extent
    if isinstance(value, Timetable):
        x, y = value.stop_longitude, value.stop_latitude
        return (float(x.min()), float(y.min()), float(x.max()), float(y.max())) if len(x) else None
    west, south, east, north = shapely.total_bounds(value.geometry).tolist()
    return (west, south, east, north)


def _check_table(session: Session, entry: FileEntry, path: Path, folder: Path, place: str | None, keep: Keep) -> Checked:
    if not entry.mapping:
        raise InvalidInput(
            "an indicator table needs a mapping file", file=entry.file, mend="write one; see: ekistics import --propose FILE"
        )
    mapping = in_card_units(read_mapping(folder / entry.mapping), file=entry.mapping)
    reading = _table_reading(path, mapping)
    told = mapping.model_dump(mode="json", exclude_defaults=True)
    asset = replace(asset_of(keep, path, "table", entry, place=place, options={"mapping": told}), reading=Path(entry.mapping).name)
    known = {one.code for one in session.record.places()}
    places = tuple(one for one in reading.places if one.code not in known)
    spoken = {str(code) for code in reading.table.column("place").to_pylist()}
    strangers = sorted(spoken - known - {one.code for one in places})
    unknown = [_unknown_place(code, known, entry.file) for code in strangers]
    problems = (*reading.problems, *without_a_card(mapping, file=entry.mapping), *unknown)
    lost_with_their_rows = reading.rejected_rows * max(1, len(mapping.measures))
    rejected = reading.figures.read - reading.table.num_rows + lost_with_their_rows
    return Checked(asset, reading.table, places, problems, (reading.tally, reading.figures), rejected, reading.seen)


def _table_reading(path: Path, mapping: TableMapping) -> TableReading:
    """Read a table in a child process with limits; the attributes of a vector file are a table too."""
    if not path.name.lower().endswith((".gpkg", ".geojson", ".shp", ".parquet")):
        return run_limited(read_table, path, mapping)
    attributes = read_places(path, kind=PlaceKind.CITY, code_column=None).attributes
    with tempfile.TemporaryDirectory(prefix="ekistics-") as temporary:
        table = Path(temporary) / f"{path.stem}.csv"
        with table.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(attributes)
            writer.writerows(zip(*(column.tolist() for column in attributes.values()), strict=True))
        return read_table(table, mapping)


def _unknown_place(code: str, known: set[str], file: str) -> Problem:
    near = difflib.get_close_matches(code, known, n=3)
    expected = f"one of the places on record, such as {', '.join(near)}" if near else "a place on record"
    mend = "add the place, or map the code in place.codes"
    return Problem(
        "place-unknown",
        "Figures speak of a place that is not on record; they are kept.",
        file=file,
        found=code,
        expected=expected,
        mend=mend,
    )


def take_member(archive: Path, member: str, folder: Path) -> Path:
    """Take one member out of an archive, by the bounded reader."""
    found = next((one for one in checked_members(archive) if one.name == member), None)
    if found is None:
        names = ", ".join(one.name for one in checked_members(archive))
        raise InvalidInput("the archive has no such member", file=str(archive), found=names, expected=member)
    target = folder / Path(member).name
    with open_member(archive, found) as stream, target.open("wb") as out:
        while block := stream.read(1 << 20):
            out.write(block)
    return target
