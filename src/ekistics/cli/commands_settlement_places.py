"""`settlements places`: urban centres of several epochs as places of a workspace, with outlines, successions and figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ekistics.cli import printing
from ekistics.cli.commands_settlements import SetOption, UnitOption, by_year, rules_told, settlements_app, units_told
from ekistics.cli.opening import JsonOption, WorkspaceOption, opened

if TYPE_CHECKING:
    from ekistics.workspace.settlement.settle import Settled

_CENTRES_SHOWN = 15
_CHANGES_SHOWN = 15
_HAPPENED = {"birth": "is new", "death": "is no urban centre any more", "merger": "takes in", "split": "gives up a part to"}


@settlements_app.command("places")
def places(
    population: Annotated[list[str], typer.Option(help="People per cell of 1 km² in a year: 2015=A.tif; once for each epoch.")],
    built_up: Annotated[list[str] | None, typer.Option(help="Built-up area in a year: 2015=B.tif; for each epoch, or for none.")] = None,
    land: Annotated[list[str] | None, typer.Option(help="Permanent land: one FILE for all epochs, or 2015=L.tif for each.")] = None,
    edition: Annotated[str, typer.Option(help="Rules: 2024 (R2023A), R2022A or 2021.")] = "2024",
    built_up_threshold: Annotated[
        str | None, typer.Option(help="Built-up criterion: off, a share such as 0.2, or optimal (found from each grid).")
    ] = None,
    override: SetOption = None,
    unit: UnitOption = None,
    names: Annotated[Path | None, typer.Option(help="Layer of named places, to name centres after.")] = None,
    within: Annotated[
        str | None, typer.Option(help="Code of a place: only centres that its outline meets, as a statistical part of it.")
    ] = None,
    prefix: Annotated[str, typer.Option(help="What codes begin with: BE- gives BE-UC0001.")] = "",
    source: Annotated[str, typer.Option(help="Who gives the grids (default: the name of the grids of people without the year).")] = "",
    licence: Annotated[str, typer.Option(help="The grids' licence.")] = "",
    engine: Annotated[str, typer.Option(help="Where to work: here, threads:2, dask, dask:2, or a scheduler's address.")] = "threads",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Find the centres and say what would come; store nothing.")] = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Put the urban centres of several epochs on record: one commit, which can be undone."""
    from ekistics.workspace.settlement.blockwise import Where
    from ekistics.workspace.settlement.settle import SettlementPlaces

    asked = SettlementPlaces(
        by_year(population, "--population"), by_year(built_up, "--built-up"), _land(land), units_told(unit), names, within, prefix,
        source, licence,
    )  # fmt: skip
    rules, where = rules_told(edition, built_up_threshold, override), Where.named(engine)
    with opened(workspace) as city, printing.progress(json) as say:
        done = city.settle(asked, rules=rules, dry_run=dry_run, where=where, say=say)
    if json:
        printing.as_json(done)
    else:
        _show(done, dry_run)


def _show(done: Settled, dry_run: bool) -> None:
    _show_centres(done.centres)
    for one in done.changes[:_CHANGES_SHOWN]:
        print(f"{one['year']}: {one['code']} {_HAPPENED[one['what']]} {', '.join(one['others'])}".rstrip())
    if len(done.changes) > _CHANGES_SHOWN:
        print(f"{_CHANGES_SHOWN} of {len(done.changes)} changes; --json has all")
    for note in done.notes:
        print(f"note: {note}")
    if dry_run:
        print(f"nothing stored; {len(done.centres)} urban centres with {done.figures} figures would come on record")
    elif done.commit is None:
        print(f"unchanged: {len(done.centres)} urban centres with {done.figures} figures are on record already; no commit")
    else:
        print(
            f"commit {done.commit}: {len(done.centres)} urban centres, {done.figures} figures"
            f" = {done.new} new + {done.changed} changed + {done.unchanged} unchanged"
        )


def _show_centres(rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        print("No urban centre: no cluster of dense cells has people enough.")
        return
    shown = [
        (row["code"], row["name"], str(row["valid_from"]), str(row["valid_to"] or "open"), round(row["people"]), *map(_tenth, _areas(row)))
        for row in rows[:_CENTRES_SHOWN]
    ]
    printing.table(("code", "name", "from", "to", "people", "area km²", "built-up km²"), shown)
    if len(rows) > _CENTRES_SHOWN:
        print(f"{_CENTRES_SHOWN} of {len(rows)} urban centres; --json has all")


def _areas(row: dict[str, Any]) -> tuple[float | None, float | None]:
    return row["area_km2"], row["built_up_km2"]


def _tenth(area: float | None) -> float | None:
    return None if area is None else round(area, 1)


def _land(given: Sequence[str] | None) -> dict[int, Path]:
    """Return the grids of land by year; one without a year serves all."""
    from ekistics.workspace.settlement.settle import EVERY_YEAR

    if given and len(given) == 1 and not (given[0][:4].isdigit() and given[0][4:5] == "="):
        return {EVERY_YEAR: Path(given[0])}
    return by_year(given, "--land")
