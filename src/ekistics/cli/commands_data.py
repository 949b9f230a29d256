"""Commands that bring data in and take it back: init, place, import, undo, doctor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ekistics.cli import printing
from ekistics.cli.app import app
from ekistics.cli.opening import LARGEST, JsonOption, WorkspaceOption, one_of, opened

place_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Places: list them, add one, import many.")
app.add_typer(place_app, name="place")


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="The folder to make the workspace in.")],
    database: Annotated[str | None, typer.Option(help="PostgreSQL address of the record (default: an SQLite file in the folder).")] = None,
    json: JsonOption = False,
) -> None:
    """Make a new workspace."""
    from ekistics.workspace.workspace import Workspace

    Workspace.create(folder, database=database).close()
    if json:
        printing.as_json({"workspace": str(folder)})
    else:
        print(f"A workspace is ready in {folder}. Next: ekistics import FOLDER --workspace {folder}")


@place_app.command("list")
def list_places(workspace: WorkspaceOption = None, json: JsonOption = False) -> None:
    """List the places on record."""
    with opened(workspace) as city:
        places = city.places()
        if json:
            printing.as_json(places)
            return
        if not places:
            print("No place is on record. Import a city's folder: ekistics import FOLDER; or add one: ekistics place add CODE --name NAME")
            return
        printing.table(("code", "kind", "name"), [(one.code, str(one.kind), one.name()) for one in places])


@place_app.command("add")
def add_place(
    code: str,
    name: Annotated[str, typer.Option(help="Its name.")],
    kind: Annotated[str, typer.Option(help="country, region, city, district, neighbourhood, …")] = "city",
    parent: Annotated[str | None, typer.Option(help="Code of the place that it is part of.")] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Add one place; it needs no outline."""
    from ekistics.model.places import PlaceKind

    with opened(workspace) as city:
        commit = city.add_place(code, name, kind=one_of(PlaceKind, kind), parent=parent)
        printing.as_json({"commit": commit, "place": code}) if json else print(f"commit {commit}: {code} is on record")


@place_app.command("import")
def import_places(
    file: Annotated[Path, typer.Argument(help="GeoPackage, GeoJSON, Shapefile or GeoParquet.")],
    code: Annotated[str, typer.Option(help="Column that holds the codes.")],
    name: Annotated[str, typer.Option(help="Column that holds the names.")] = "",
    parent: Annotated[str | None, typer.Option(help="Code of the place that they are part of.")] = None,
    kind: Annotated[str, typer.Option(help="What they are.")] = "district",
    edition: Annotated[str, typer.Option(help="Name of the boundary edition.")] = "1",
    source: Annotated[str, typer.Option(help="Who drew them.")] = "unknown",
    layer: Annotated[str | None, typer.Option(help="For a file with several layers: its name (functional_areas).")] = None,
    study: Annotated[bool, typer.Option("--study", help="Measure each by itself, from files imported for it.")] = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Import places with their outlines; overlaps and gaps between them are listed."""
    from ekistics.model.places import PlaceKind

    with opened(workspace) as city:
        told = {"code": code, "name": name, "edition": edition, "source": source}
        done = city.import_places(file, parent=parent, kind=one_of(PlaceKind, kind), layer=layer, study=study, **told)
        printing.as_json(done) if json else printing.receipt(done, file.name)


@place_app.command("relate")
def relate_places(
    place: Annotated[str, typer.Argument(help="The place that is part of another, or that is followed by it.")],
    other: Annotated[str, typer.Argument(help="The other place.")],
    kind: Annotated[str, typer.Option(help="administrative, functional, statistical or succession.")] = "administrative",
    weight: Annotated[list[str] | None, typer.Option(help="For a succession: what is carried over, such as people=0.62.")] = None,
    source: Annotated[str, typer.Option(help="Who says so.")] = "",
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Say how two places stand to each other."""
    from ekistics.model.places import Relation, RelationKind

    relation = Relation(place, other, one_of(RelationKind, kind), weights=dict(map(_weight, weight or ())), source=source)
    with opened(workspace) as city:
        commit, found = city.relate(relation)
        if json:
            printing.as_json({"commit": commit, "problems": found})
            return
        print(f"commit {commit}: {place} {kind} {other}")
        printing.problems(found)


def _weight(text: str) -> tuple[str, float]:
    from ekistics.model.errors import InvalidInput

    name, _, share = text.partition("=")
    try:
        return name, float(share)
    except ValueError:
        raise InvalidInput("not a weight", found=text, expected="a name and a share, such as people=0.62") from None


_KINDS = (
    "For one file: osm, streets, gtfs, population, table; or a grid: population_grid, built_up_grid, land_grid (1 km cells), "
    "built_up_epoch, first_built_year (finer cells)."
)


def _option(text: str) -> tuple[str, Any]:
    """Return name and value of an option, which is written as in a manifest."""
    import yaml

    from ekistics.model.errors import InvalidInput

    name, _, value = text.partition("=")
    try:
        told = yaml.safe_load(value)
    except yaml.YAMLError:
        told = None
    if told is None or not name.strip():
        raise InvalidInput("not an option", found=text, expected="a name and a value, such as unit=m2")
    return name.strip(), told


@app.command("import")
def import_(
    path: Annotated[Path, typer.Argument(help="A folder with city.yaml, or one file.")],
    kind: Annotated[str | None, typer.Option("--as", help=_KINDS)] = None,
    mapping: Annotated[Path | None, typer.Option(help="For a table: its mapping file.")] = None,
    place: Annotated[str | None, typer.Option(help="For one file: the place that it describes.")] = None,
    source: Annotated[str, typer.Option(help="For one file: who gives it.")] = "unknown",
    licence: Annotated[str, typer.Option(help="For one file: its licence.")] = "",
    date: Annotated[str | None, typer.Option(help="For one file: as of when (2023-02-21; of a grid also the year alone).")] = None,
    option: Annotated[list[str] | None, typer.Option(help="For one file: an option of its reader, such as unit=m2.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check and report; store nothing.")] = False,
    propose: Annotated[bool, typer.Option("--propose", help="Print a proposed mapping (a table) or manifest (a folder).")] = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Import a city's folder, or one file. Each file is one commit and can be undone."""
    from ekistics.workspace import proposing

    if propose:
        print(proposing.propose(path))
        return
    with opened(workspace) as city, printing.progress(json) as say:
        if path.is_dir() and dry_run:
            receipts = city.try_folder(path, say=say)
        else:
            told = {"mapping": mapping, "source": source, "licence": licence, "date": date, "options": dict(map(_option, option or ()))}
            done = (
                city.import_folder(path, say=say)[0]
                if path.is_dir()
                else [city.import_file(path, kind or "", place=place, dry_run=dry_run, told=told)]
            )
            said = {one.number: one.message for one in city.commits()}
            receipts = [(said.get(one.commit or 0, path.name), one) for one in done]
    if json:
        printing.as_json([one for _, one in receipts])
        return
    for name, one in receipts:
        printing.receipt(one, name)


@app.command()
def undo(
    commit: Annotated[int, typer.Argument(min=1, max=LARGEST, help="The commit to take back (see: ekistics doctor --commits).")],
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Take a commit back; what it superseded is current again. Undo of an undo brings it back."""
    with opened(workspace) as city:
        number = city.undo(commit)
        if json:
            printing.as_json({"commit": number, "withdraws": commit})
            return
        print(f"commit {number} takes commit {commit} back; to bring it back: ekistics undo {number}")


@app.command()
def doctor(
    commits: Annotated[bool, typer.Option("--commits", help="List the commits.")] = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Check the workspace: every original against its checksum, the record, what is out of date."""
    with opened(workspace) as city:
        if commits:
            listed = city.commits()
            if json:
                printing.as_json(listed)
                return
            printing.table(
                ("commit", "when", "kind", "who", "what", "withdraws"),
                [(c.number, f"{c.at:%Y-%m-%d %H:%M}", str(c.kind), c.author, c.message, ", ".join(map(str, c.withdraws))) for c in listed],
            )
            return
        found = city.doctor()
        if json:
            printing.as_json(found)
        else:
            printing.table(("check", "result", "what was found"), [(one.name, "good" if one.good else "FAULT", one.found) for one in found])
        if any(not one.good for one in found):
            raise typer.Exit(1)
