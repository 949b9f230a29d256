"""`settlements extent`: where the city ends by what is built, and how it grew. Needs no workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ekistics.cli import printing
from ekistics.cli.commands_settlements import by_year, settlements_app
from ekistics.cli.opening import JsonOption


@settlements_app.command("extent")
def extent(
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder to write maps and tables into.")],
    built_up: Annotated[
        list[str] | None, typer.Option(help="Built-up land of a year: 1990=A.tif; once for each year. Equal-area cells of 10 to 100 m.")
    ] = None,
    first_built: Annotated[Path | None, typer.Option(help="One grid of the years in which cells were first built, instead.")] = None,
    until: Annotated[int, typer.Option(help="Last year of --first-built to use, where later ones are projections.")] = 0,
    water: Annotated[Path | None, typer.Option(help="Grid with 1 where there is water, which is not on the map.")] = None,
    built_from: Annotated[float, typer.Option(help="Share of a cell from which it counts as built.")] = 0.5,
    unit: Annotated[str, typer.Option(help="Unit where it is not beyond doubt: yes-no, share, percent, m2.")] = "",
    circle_m: Annotated[
        float, typer.Option(help="Radius of the walking-distance circle: 564 (1 km²), or 500 as the training module.")
    ] = 564.0,
    fringe_m: Annotated[float, typer.Option(help="How near to urban and suburban cells open ones are fringe.")] = 100.0,
    captured_ha: Annotated[float, typer.Option(help="Largest enclosed open cluster that is captured.")] = 200.0,
    json: JsonOption = False,
) -> None:
    """Find the urban extent of each year and how it grew: infill, extension, leapfrog, inclusion."""
    from ekistics.workspace.settlement.extent import ExtentInputs, extents_and_growth
    from ekistics.workspace.settlement.parameters import ExtentRules

    inputs = ExtentInputs(by_year(built_up, "--built-up"), first_built, until, water, built_from, unit)
    rules = ExtentRules(circle_m=circle_m, fringe_m=fringe_m, captured_up_to_ha=captured_ha)
    with printing.progress(json) as say:
        done = extents_and_growth(inputs, out, rules=rules, say=say)
    if json:
        printing.as_json(done)
        return
    print(f"Circle of {circle_m:g} m: {done.circle_m2 / 1e6:.3f} km² of cells")
    columns = ("year", "built_up_km2", "extent_km2", "urbanised_open_km2", "saturation", "clusters", "main_cluster_km2")
    printing.table(columns, [tuple(_short(row[name]) for name in columns) for row in done.extents])
    if done.growth:
        printing.table(tuple(done.growth[0]), [tuple(map(_short, row.values())) for row in done.growth])
    for note in done.notes:
        print(f"note: {note}")
    print(f"written: {len(done.written)} files in {out}")


def _short(value: object) -> object:
    return round(value, 3) if isinstance(value, float) else value
