"""`Workspace`: the same verbs from a notebook, the command line and the pages; each delegates to the module of its name.

>>> from ekistics.workspace import Workspace
>>> with Workspace.create(folder) as city:              # doctest: +SKIP
...     city.import_folder("my-city")
...     city.measure()
...     city.frame("MY_CITY")
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from ekistics.model.errors import NotFound
from ekistics.model.lineage import Asset, Commit
from ekistics.model.observations import Figure
from ekistics.model.periods import Period
from ekistics.model.places import Place, PlaceKind, Relation
from ekistics.model.problems import Problem, Receipt
from ekistics.store.record import Record
from ekistics.workspace import folder as folders
from ekistics.workspace.manifest import FileEntry, Manifest
from ekistics.workspace.session import Session, user_name

if TYPE_CHECKING:
    import pandas as pd

    from ekistics.assess.rating import Rating
    from ekistics.model.recipes import Recipe
    from ekistics.places.settlement_rules import SettlementRules
    from ekistics.store.snapshot import Snapshot
    from ekistics.workspace.assessing.verbs import Written
    from ekistics.workspace.checking import Finding
    from ekistics.workspace.explaining import PlannedStep
    from ekistics.workspace.measure import Done
    from ekistics.workspace.pages import Pages
    from ekistics.workspace.recomputing import Comparison
    from ekistics.workspace.settlement.blockwise import Where
    from ekistics.workspace.settlement.settle import Settled, SettlementPlaces

Say = Callable[[str, float], None]


def _quiet(text: str, done: float) -> None:
    """Say nothing."""


class Workspace:
    """An open workspace. Use it as a context manager, or close it."""

    def __init__(self, session: Session) -> None:
        self.session = session

    @classmethod
    def create(cls, folder: Path | str, *, database: str | None = None) -> Self:
        """Make a workspace in a folder.

        Raises
        ------
        Conflict
            If one lies there already.
        """
        made = folders.make_folder(Path(folder), database=database)
        try:
            record = Record.create(made.database)
        except BaseException:
            (made.root / folders.SETTINGS_NAME).unlink()  # no workspace without a record: the next try finds a free folder
            raise
        return cls(Session(made, record, user_name()))

    @classmethod
    def open(cls, folder: Path | str) -> Self:
        """Open the workspace in a folder.

        Raises
        ------
        NotFound
            If none lies there.
        """
        found = folders.open_folder(Path(folder))
        return cls(Session(found, Record.open(found.database), user_name()))

    @classmethod
    def find(cls, start: Path) -> Self:
        """Open the nearest workspace from a folder upwards."""
        return cls.open(folders.find_folder(start))

    @classmethod
    @contextmanager
    def from_folder(cls, files: Path, workspace: Path | None, *, say: Say = _quiet) -> Iterator[tuple[Self, str]]:
        """Import and measure a folder of files in a workspace of its own beside them, and give it with the place's code."""
        home = workspace or files / ".ekistics"
        exists = (home / folders.SETTINGS_NAME).exists()
        with cls.open(home) if exists else cls.create(home) as city:
            code = city.import_folder(files, say=say)[1]
            city.measure([code], say=say)
            yield city, code

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the record."""
        self.session.record.close()

    # places

    def places(self, *, as_of: int | None = None) -> list[Place]:
        """Return the places on record."""
        return list(self.session.record.places(as_of=as_of))

    def place(self, code: str) -> Place:
        """Return one place.

        Raises
        ------
        NotFound
            If no place has the code.
        """
        return self.session.record.place(code)

    def add_place(self, code: str, name: str, *, kind: PlaceKind | str = PlaceKind.CITY, parent: str | None = None) -> int:
        """Put one place on record; it needs no outline. Returns the commit."""
        from ekistics.workspace.placing import add_place

        return add_place(self.session, Place(code, PlaceKind(kind), {"und": name}), parent=parent)

    def relate(self, relation: Relation) -> tuple[int, list[Problem]]:
        """Put a relation between two places on record (a succession with its weights); returns the commit and what is wrong."""
        from ekistics.workspace.placing import relate

        return relate(self.session, relation)

    def import_places(
        self,
        file: Path,
        *,
        code: str,
        name: str = "",
        parent: str | None = None,
        kind: str = "district",
        edition: str = "1",
        source: str = "unknown",
        layer: str | None = None,
        study: bool = False,
    ) -> Receipt:
        """Import places with outlines from a file; overlaps and gaps between them are among the receipt's problems."""
        from ekistics.workspace.placing import import_places

        told = {"code": code, "name": name, "edition": edition, "source": source}
        return import_places(self.session, file, parent=parent, kind=PlaceKind(kind), layer=layer, study=study, **told)

    def settle(
        self,
        asked: SettlementPlaces,
        *,
        rules: SettlementRules | None = None,
        dry_run: bool = False,
        where: Where | None = None,
        say: Say = _quiet,
    ) -> Settled:
        """Put the urban centres of several epochs on record as places, with their outlines, successions and figures; one commit."""
        from ekistics.workspace.settlement.parameters import settlement_rules
        from ekistics.workspace.settlement.settle import settle

        return settle(self.session, asked, rules=rules or settlement_rules(), dry_run=dry_run, where=where, say=say)

    # data in, and back out

    def import_folder(self, folder: Path | str, *, say: Say = _quiet) -> tuple[list[Receipt], str]:
        """Import all that the manifest in a folder names; returns the receipts and the code of the place."""
        from ekistics.workspace.importing import import_folder

        return import_folder(self.session, Path(folder), say=say)

    def try_folder(self, folder: Path | str, *, say: Say = _quiet) -> list[tuple[str, Receipt]]:
        """Read all that the manifest in a folder names and say what is wrong; nothing is kept or put on record."""
        from ekistics.workspace.importing import try_folder

        return try_folder(self.session, Path(folder), say=say)

    def import_manifest(self, manifest: Manifest, folder: Path, *, say: Say = _quiet) -> list[Receipt]:
        """Import a manifest whose files lie in a folder."""
        from ekistics.workspace.importing import import_manifest

        return import_manifest(self.session, manifest, folder, say=say)

    def import_entry(self, entry: FileEntry, folder: Path, *, place: str | None = None) -> Receipt:
        """Import one described file."""
        from ekistics.workspace.importing import import_file

        return import_file(self.session, entry, folder, place=place)

    def import_file(
        self, path: Path | str, kind: str, *, place: str | None = None, dry_run: bool = False, told: Mapping[str, Any] | None = None
    ) -> Receipt:
        """Import one file; with `dry_run` it is only checked. `told` are the keys of a manifest's file entry (source, date, mapping)."""
        from ekistics.workspace.importing import import_one

        return import_one(self.session, Path(path), kind, place=place, dry_run=dry_run, told=dict(told or {}))

    def undo(self, commit: int) -> int:
        """Take a commit back; returns the commit that does so."""
        from ekistics.workspace.session import now

        return self.session.record.undo(commit, author=self.session.author, at=now()).number

    def commits(self) -> list[Commit]:
        """Return the commits, oldest first."""
        return list(self.session.record.commits())

    # figures

    def measure(
        self,
        places: Sequence[str] | None = None,
        *,
        indicators: Sequence[str] | None = None,
        variants: Sequence[str] | None = None,
        period: str | None = None,
        say: Say = _quiet,
    ) -> Done:
        """Measure places from the files on record, and run the formulas over the figures on record."""
        from ekistics.workspace.measure import measure

        asked = Period.parse(period) if period else None
        return measure(self.session, places, indicators=indicators, names=variants, period=asked, say=say)

    def explain(
        self, places: Sequence[str] | None = None, *, indicators: Sequence[str] | None = None, variants: Sequence[str] | None = None
    ) -> list[PlannedStep]:
        """Return the plan of a measurement and what it lacks."""
        from ekistics.workspace.explaining import explain

        return explain(self.session, places, indicators, variants)

    def figures(
        self, places: Sequence[str] | None = None, *, indicators: Sequence[str] | None = None, as_of: int | None = None
    ) -> list[Figure]:
        """Return the current figures, or those that were after a commit."""
        for code in places or ():
            self.place(code)
        if as_of:  # 0 is before the first commit
            self.session.record.commit(as_of)
        return list(self.session.record.figures(places=places, indicators=indicators, as_of=as_of))

    def frame(self, *places: str, indicators: Sequence[str] | None = None, as_of: int | None = None) -> pd.DataFrame:
        """Return the current figures as a DataFrame, one row a figure."""
        table = self.session.record.current_table(places=list(places) or None, indicators=indicators, as_of=as_of)
        return table.to_pandas()

    def snapshot(self, *, as_of: int | None = None) -> Snapshot:
        """Keep the figures as of a commit (the last one) as Parquet in the workspace's folder, brought up to date from what was kept."""
        from ekistics.store.snapshot import write_snapshot

        return write_snapshot(self.session.record, self.session.folder.snapshots, as_of)

    def assess(self, recipe: Recipe | Path | str, out: Path | None = None, **options: Any) -> Written:
        """Apply a recipe of an index to the figures of the record; options are those of `assessing.verbs.assess_record`."""
        from ekistics.workspace.assessing.verbs import assess_record

        return assess_record(self.session, recipe, out, **options)

    def rate(self, place: str, *, framework: str | None = None) -> dict[str, tuple[Rating, ...]]:
        """Hold a place's figures against the agendas; ratings by framework."""
        from ekistics.workspace.rating import rate

        return rate(self.session, place, framework=framework)

    def lineage_lines(self, figure: int) -> list[str]:
        """Return the way of a figure back to its files, as lines of text."""
        from ekistics.workspace.tracing import lineage_lines

        return lineage_lines(self.session, figure)

    def prov(self, figure: int) -> str:
        """Return the lineage of a figure as W3C PROV-JSON."""
        from ekistics.workspace.tracing import prov

        return prov(self.session, figure)

    def recompute(self, figure: int) -> Comparison:
        """Compute a figure again from the bytes of its files in a new process, and compare."""
        from ekistics.workspace.recomputing import recompute

        return recompute(self.session, figure)

    def doctor(self) -> list[Finding]:
        """Check every original, the record and what is out of date."""
        from ekistics.workspace.checking import check

        return check(self.session)

    # out

    def export(self, place: str, out: Path) -> int:
        """Write a place's figures with the data dictionary; the file's ending says the format. Returns the number of figures."""
        from ekistics.workspace.exporting import export

        return export(self.session, place, out)

    def write_map(self, place: str, out: Path) -> Path:
        """Write the map of a place's first page as SVG."""
        self.place(place)
        out.write_bytes(self.pages().map_svg(place))
        return out

    def pages(self) -> Pages:
        """Return every page, as the server asks for them."""
        from ekistics.workspace.pages import Pages

        return Pages(self.session)

    def write_profile(self, place: str, out: Path, *, say: Say = _quiet) -> Path:
        """Write a place's profile as one self-contained HTML file."""
        self.place(place)
        say("drawing the profile", 0.5)
        out.write_text(self.pages().single_file(place), encoding="utf-8")
        return out

    def asset(self, sha256: str) -> Asset:
        """Return an asset by its checksum, or by the start of it.

        Raises
        ------
        NotFound
            If none, or more than one, begins so.
        """
        found = {one.sha256: one for one in self.session.record.assets() if one.sha256.startswith(sha256)}
        if len(found) != 1:
            raise NotFound("no such asset", found=sha256, expected="a checksum, or the start of one that is unambiguous")
        return next(iter(found.values()))
