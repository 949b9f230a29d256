"""Commands about figures: indicators, frameworks, measure, rate, lineage, recompute."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ekistics.cli import printing
from ekistics.cli.app import app
from ekistics.cli.opening import LARGEST, Figure, JsonOption, WorkspaceOption, nearest, opened

if TYPE_CHECKING:
    from ekistics.workspace.explaining import PlannedStep

_NOTHING_YET = "Nothing can be measured yet. Import a city's files first: ekistics import FOLDER"
_NOTHING_OF_THIS = (
    "Nothing of this can be measured. Districts are measured with their city; what is lacking says: ekistics measure --explain"
)

frameworks_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Agendas: list, show, check a file.")
app.add_typer(frameworks_app, name="frameworks")


@app.command()
def indicators(json: JsonOption = False) -> None:
    """List the indicators with unit, theme and method."""
    from ekistics.workspace import catalogue

    cards = catalogue.cards()
    if json:
        printing.as_json(cards)
        return
    printing.table(("code", "edition", "unit", "theme", "name"), [(c.code, c.edition, c.unit, c.theme, c.name) for c in cards])


@frameworks_app.command("list")
def list_frameworks(workspace: WorkspaceOption = None, json: JsonOption = False) -> None:
    """List the agendas: shipped ones, and those dropped into the workspace."""
    from ekistics.workspace import catalogue

    found = catalogue.frameworks(nearest(workspace))
    if json:
        printing.as_json(found)
        return
    rows = [(one.code, one.name, one.edition, len(one.items), sum(item.verified for item in one.items)) for one in found]
    printing.table(("code", "name", "edition", "items", "verified"), rows)


@frameworks_app.command("show")
def show_framework(code: str, workspace: WorkspaceOption = None, json: JsonOption = False) -> None:
    """Show the items of one agenda with their indicators and benchmarks."""
    from ekistics.workspace import catalogue

    found = catalogue.framework(code, nearest(workspace))
    if json:
        printing.as_json(found)
        return
    print(f"{found.name}, {found.edition}. {found.source}{' (third party)' if found.third_party else ''}")
    rows = [
        (
            item.code,
            "yes" if item.verified else "no",
            item.name,
            ", ".join(item.indicators),
            str(item.benchmark.form) if item.benchmark else "",
        )
        for item in found.items
    ]
    printing.table(("item", "verified", "name", "indicators", "benchmark"), rows)


@frameworks_app.command("check")
def check_framework(file: Path, json: JsonOption = False) -> None:
    """Check an agenda file; all faults are listed. Exit code 1 if there are any."""
    from ekistics.workspace import catalogue

    found = catalogue.check(file)
    if json:
        printing.as_json(found)
    elif found:
        printing.problems(found)
    else:
        print(f"{file}: no fault found")
    if found:
        raise typer.Exit(1)


@app.command()
def measure(
    places: Annotated[list[str] | None, typer.Argument(help="Places to measure (default: all).")] = None,
    indicator: Annotated[list[str] | None, typer.Option("--indicator", "-i", help="Only these indicators and what they need.")] = None,
    variant: Annotated[list[str] | None, typer.Option(help="Named variants (default: all).")] = None,
    period: Annotated[str | None, typer.Option(help="Reference period of what is measured on the ground, such as 2023.")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Print the plan and what is missing; measure nothing.")] = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Measure indicators from the files on record."""
    with opened(workspace) as city:
        if explain:
            steps = city.explain(places, indicators=indicator, variants=variant)
            printing.as_json(steps) if json else _show_plan(steps)
            return
        with printing.progress(json) as say:
            done = city.measure(places, indicators=indicator, variants=variant, period=period, say=say)
        if json:
            printing.as_json(done)
            return
        if not done.figures:
            print(_NOTHING_OF_THIS if places or indicator else _NOTHING_YET)
            return
        print(f"{done.figures} figures: {done.new} new, {done.changed} changed, {done.unchanged} unchanged, {done.withdrawn} withdrawn")


def _show_plan(steps: Sequence[PlannedStep]) -> None:
    from ekistics.workspace.explaining import IMPORTED_AS

    if not steps:
        print(_NOTHING_YET)
        return
    rows = [
        (
            one.place,
            one.indicator,
            one.edition,
            one.variant,
            str(one.outlook),
            ", ".join(one.layers or one.figures),
            ", ".join(one.lacks) or "nothing",
        )
        for one in steps
    ]
    printing.table(("place", "indicator", "edition", "variant", "would be", "from", "lacks"), rows)
    outlooks = Counter(str(one.outlook) for one in steps)
    layers = dict.fromkeys(name for one in steps for name in one.to_make)
    told = f"{outlooks['made']} would be made, {outlooks['kept']} rest on what is kept, {outlooks['lacking']} lack something."
    print(told + (f" Layers to make: {', '.join(layers)}." if layers else ""))
    for lack, kinds in IMPORTED_AS.items():
        if without := sum(lack in one.lacks for one in steps):
            print(f"For {without} of them {lack} is lacking: ekistics import FILE --as {' or '.join(kinds)}")


@app.command()
def rate(
    place: str,
    framework: Annotated[str | None, typer.Option(help="Only this agenda.")] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Hold a place's figures against the agendas."""
    with opened(workspace) as city:
        ratings = city.rate(place, framework=framework)
        if json:
            printing.as_json(ratings)
            return
        for code, rows in ratings.items():
            print(code)
            shown = [
                (
                    one.item.code,
                    one.indicator or "",
                    printing.number(one.value, one.unit),
                    one.year or "",
                    f"{one.score:.0f}" if one.score is not None else "",
                    (one.band.letter if one.band else "") + (" provisional benchmark" if one.provisional and one.score is not None else ""),
                    printing.number(one.aim, one.unit) + (f" by {one.aim_year}" if one.aim_year else "") if one.aim is not None else "",
                    printing.number(one.gap, one.unit) if one.gap is not None else "",
                    one.reason,
                )
                for one in rows
            ]
            printing.table(("item", "indicator", "value", "year", "score", "band", "aim", "gap", "note"), shown)


@app.command()
def figures(
    place: str,
    indicator: Annotated[list[str] | None, typer.Option("--indicator", "-i", help="Only these.")] = None,
    as_of: Annotated[
        int | None, typer.Option(min=0, max=LARGEST, help="As they stood after this commit (see: ekistics doctor --commits).")
    ] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """List the current figures of a place with their ids."""
    with opened(workspace) as city:
        found = city.figures([place], indicators=indicator, as_of=as_of)
        if json:
            printing.as_json(found)
            return
        if not found:
            print(f"No figure of {place} is on record. Measure it: ekistics measure {place}; or import a table of figures.")
            return
        rows = [
            (
                one.id,
                one.observation.indicator,
                str(one.observation.period),
                one.observation.breakdown,
                printing.number(one.observation.value, one.observation.unit),
                one.observation.series.edition,
                one.observation.series.variant,
                one.observation.series.source,
                "out of date" if one.out_of_date else one.observation.reason,
            )
            for one in found
        ]
        printing.table(("figure", "indicator", "period", "of whom", "value", "edition", "variant", "source", "note"), rows)


@app.command()
def lineage(
    figure: Figure,
    prov: Annotated[bool, typer.Option("--prov", help="Print W3C PROV-JSON.")] = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Show where a figure comes from, down to the files and their checksums."""
    with opened(workspace) as city:
        if prov:
            print(city.prov(figure))
            return
        lines = city.lineage_lines(figure)
        printing.as_json({"figure": figure, "lines": lines}) if json else print("\n".join(lines))


@app.command()
def recompute(figure: Figure, workspace: WorkspaceOption = None, json: JsonOption = False) -> None:
    """Compute a figure again from the bytes of its files, in a new process with no layer kept, and compare. Exit code 1 if it differs."""
    with opened(workspace) as city:
        result = city.recompute(figure)
        if json:
            printing.as_json(result)
        else:
            print(f"{'equal' if result.equal else 'DIFFERENT'}: on record {result.recorded}, computed again {result.recomputed}")
        if not result.equal:
            raise typer.Exit(1)
