"""Commands that say where settlements are: `settlements classify` (degree of urbanisation). They need no workspace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from ekistics.cli import printing
from ekistics.cli.app import app
from ekistics.cli.opening import JsonOption

settlements_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Where settlements are: degree of urbanisation, urban extent and growth, from grids."
)
app.add_typer(settlements_app, name="settlements")

_CENTRES_SHOWN = 15

UnitOption = Annotated[
    list[str] | None, typer.Option("--unit", help="Unit of a band where it is not beyond doubt: built-up=m2, land=share.")
]
SetOption = Annotated[
    list[str] | None, typer.Option("--set", help="Override a parameter of the edition: centre_people=40000 (list: settlements rules).")
]


@settlements_app.command("classify")
def classify(
    population: Annotated[Path, typer.Option(help="People per cell of 1 km², a GeoTIFF on an equal-area grid.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The raster of classes to write (GeoTIFF).")],
    built_up: Annotated[Path | None, typer.Option(help="Built-up area: share of the cell, or m².")] = None,
    land: Annotated[Path | None, typer.Option(help="Permanent land: share of the cell, or m².")] = None,
    level: Annotated[int, typer.Option(min=1, max=2, help="1 (classes 3 to 0) or 2 (classes 30 to 10).")] = 2,
    edition: Annotated[str, typer.Option(help="Rules: 2024 (R2023A), R2022A or 2021.")] = "2024",
    built_up_threshold: Annotated[
        str | None, typer.Option(help="Built-up criterion: off, a share such as 0.2, or optimal (found from the grid).")
    ] = None,
    override: SetOption = None,
    unit: UnitOption = None,
    centres: Annotated[Path | None, typer.Option(help="Write centres and clusters with outlines and figures (GeoPackage).")] = None,
    labels: Annotated[Path | None, typer.Option(help="Write the number of the urban centre of each cell (GeoTIFF).")] = None,
    names: Annotated[Path | None, typer.Option(help="Layer of named places, to name centres and clusters after.")] = None,
    units: Annotated[Path | None, typer.Option(help="Spatial units (municipalities, wards) to classify too.")] = None,
    units_code: Annotated[str | None, typer.Option(help="Column of the units' codes.")] = None,
    units_name: Annotated[str | None, typer.Option(help="Column of the units' names.")] = None,
    units_out: Annotated[Path | None, typer.Option(help="Where to write the units (default: beside --out, ..._units.gpkg).")] = None,
    commuting: Annotated[
        Path | None, typer.Option(help="Who works where (origin, destination, commuters): draws functional areas.")
    ] = None,
    functional_out: Annotated[Path | None, typer.Option(help="Where to write functional areas (default: beside --out).")] = None,
    engine: Annotated[str, typer.Option(help="Where to work: here, threads:2, dask, dask:2, or a scheduler's address.")] = "threads",
    json: JsonOption = False,
) -> None:
    """Classify a grid, and municipalities, by the degree of urbanisation."""
    from ekistics.workspace.settlement.blockwise import Where
    from ekistics.workspace.settlement.classify import SettlementInputs, SettlementOutputs, classify_settlements

    inputs = SettlementInputs(population, built_up, land, units_told(unit), names, units, units_code, units_name, commuting)
    beside = {
        "units": units_out or (out.with_name(f"{out.stem}_units.gpkg") if units else None),
        "areas": functional_out or (out.with_name(f"{out.stem}_functional_areas.gpkg") if commuting else None),
    }
    outputs = SettlementOutputs(out, centres, labels, beside["units"], beside["areas"])
    rules = rules_told(edition, built_up_threshold, override)
    with _told_what_is_kept(out), printing.progress(json) as say:
        done = classify_settlements(inputs, outputs, rules=rules, level=level, where=Where.named(engine), say=say)
    if json:
        printing.as_json(done)
        return
    told = ", ".join(
        f"{name.replace('_', '-')} in {unit}{' (recognised)' if name in done.recognised else ''}" for name, unit in done.units.items()
    )
    print(
        f"Level {done.level}, edition {done.edition}, built-up {done.parameters['built_up']} {done.parameters['built_up_share']}"
        + (f"; {told}" if told else "")
    )
    printing.table(
        ("class", "name", "cells", "people"), [(row["class"], row["name"], row["cells"], round(row["people"])) for row in done.classes]
    )
    _show_centres(done.centres)
    printing.problems(done.problems)
    for note in done.notes:
        print(f"note: {note}")
    for written in done.written:
        print(f"written: {written}")


@settlements_app.command("rules")
def rules(json: JsonOption = False) -> None:
    """List the parameters of the editions side by side; each can be overridden with --set."""
    from ekistics.workspace.settlement.parameters import rule_table

    rows = rule_table()
    if json:
        printing.as_json(rows)
        return
    printing.table(tuple(rows[0]), [tuple(str(value) for value in row.values()) for row in rows])


@contextmanager
def _told_what_is_kept(out: Path) -> Iterator[None]:
    """Say, where a large grid is interrupted, that its blocks are kept and where."""
    from ekistics.model.errors import Cancelled

    try:
        yield
    except KeyboardInterrupt:
        kept = out.with_name(f".{out.name}.parts")
        if not kept.is_dir():
            raise
        raise Cancelled(f"stopped; the blocks that are done are kept in {kept}", mend="start it again to go on after them") from None


def _show_centres(rows: tuple[dict[str, Any], ...]) -> None:
    if not rows:
        print("No urban centre: no cluster of dense cells has people enough.")
        return
    columns = ("code", "name", "people", "area_km2", "people_per_km2", "longitude", "latitude")
    whole = {"people", "area_km2", "people_per_km2"}
    shown = [tuple(round(row[name]) if name in whole else row[name] for name in columns) for row in rows[:_CENTRES_SHOWN]]
    printing.table(columns, shown)
    if len(rows) > _CENTRES_SHOWN:
        print(f"{_CENTRES_SHOWN} of {len(rows)} urban centres; --centres FILE.gpkg and --json have all")


def rules_told(edition: str, threshold: str | None, override: list[str] | None) -> Any:
    """Return the rules of an edition with what the command line overrides."""
    from ekistics.workspace.settlement.parameters import settlement_rules

    told = _pairs(override, "--set", "centre_people=40000")
    return settlement_rules(edition, **(told if threshold is None else told | {"built_up": threshold}))


def units_told(given: list[str] | None) -> dict[str, str]:
    """Return the unit of each band, from NAME=UNIT."""
    return {name.replace("-", "_"): unit for name, unit in _pairs(given, "--unit", "built-up=m2").items()}


def by_year(given: Sequence[str] | None, option: str) -> dict[int, Path]:
    """Return the grid of each year, from YEAR=FILE."""
    from ekistics.model.errors import InvalidInput

    found: dict[int, Path] = {}
    for text in given or ():
        year, sign, path = text.partition("=")
        if not sign or not (year.isdigit() and len(year) == 4) or not path:
            raise InvalidInput(f"{option} is not understood", found=text, expected="YEAR=FILE such as 2015=grid_2015.tif")
        if int(year) in found:
            raise InvalidInput("two grids are of one year", found=text, expected="one grid a year")
        found[int(year)] = Path(path)
    return found


def _pairs(given: list[str] | None, option: str, example: str) -> dict[str, str]:
    from ekistics.model.errors import InvalidInput

    found: dict[str, str] = {}
    for text in given or ():
        name, sign, value = text.partition("=")
        if not sign or not name or not value:
            raise InvalidInput(f"{option} is not understood", found=text, expected=f"NAME=VALUE such as {example}")
        found[name] = value
    return found
