"""Commands of the index engine: `assess` (a recipe applied to a table or to the record) and `recipe` (begin, check, explain, list)."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ekistics.cli import index_printing, printing
from ekistics.cli.app import EXIT_CODES, app
from ekistics.cli.opening import LARGEST, JsonOption, WorkspaceOption, nearest, one_of, opened
from ekistics.model.errors import InvalidInput
from ekistics.model.problems import Severity

if TYPE_CHECKING:
    from ekistics.workspace.assessing.recipes import IndexFileOptions
    from ekistics.workspace.assessing.verbs import Drawing, Written

recipe_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Recipes of indices: begin one from a table, check it, have it explained, list ours."
)
app.add_typer(recipe_app, name="recipe")

DataOption = Annotated[Path | None, typer.Option("--data", help="The table of figures: CSV (any delimiter) or spreadsheet.")]
UnitOption = Annotated[str, typer.Option("--unit", help="Heading of the column with the units' codes, where it is not recognised.")]
NameOption = Annotated[str, typer.Option("--name", help="Heading of the column with their names.")]
YearOption = Annotated[str, typer.Option("--year", help="Heading of the column with the year.")]
SheetOption = Annotated[str | None, typer.Option("--sheet", help="Sheet of a spreadsheet (default: the first).")]
HeaderOption = Annotated[int, typer.Option("--header-row", min=1, help="Row in which the header begins.")]
MissingOption = Annotated[
    list[str] | None, typer.Option("--missing", help="A code for a missing figure, such as -9999, besides the usual ones; once for each.")
]
DecimalOption = Annotated[str, typer.Option("--decimal", help="Decimal mark of the file: . or ,")]
ThousandsOption = Annotated[str, typer.Option("--thousands", help="Mark between groups of digits: . or , (spaces are always read).")]


@app.command("assess")
def assess(
    recipe: Annotated[str | None, typer.Argument(help="A recipe's file, or the name of one of ours (see: ekistics recipe list).")] = None,
    data: DataOption = None,
    workspace: Annotated[
        Path | None, typer.Option("--workspace", "-w", help="Take the figures from a workspace instead.", envvar="EKISTICS_WORKSPACE")
    ] = None,
    as_of: Annotated[int | None, typer.Option(min=1, max=LARGEST, help="As the record stood at this commit.")] = None,
    place: Annotated[list[str] | None, typer.Option(help="Only this place of the workspace; once for each.")] = None,
    kind: Annotated[str, typer.Option(help="Kind of places of the workspace to compare.")] = "city",
    every_year: Annotated[bool, typer.Option("--every-year", help="Assess each year of the record, not the reference year alone.")] = False,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="The folder to write into.")] = None,
    unit: UnitOption = "",
    name: NameOption = "",
    year: YearOption = "",
    column: Annotated[list[str] | None, typer.Option(help="Which column an indicator is: CODE=HEADING; once for each.")] = None,
    label: Annotated[list[str] | None, typer.Option(help="A column of labels to keep; once for each.")] = None,
    sheet: SheetOption = None,
    header_row: HeaderOption = 1,
    missing: MissingOption = None,
    true_value: Annotated[list[float] | None, typer.Option(help="A figure that only looks like a code for a missing one.")] = None,
    decimal: DecimalOption = ".",
    thousands: ThousandsOption = "",
    leave_out_faulty: Annotated[
        bool, typer.Option("--leave-out-faulty", help="Take what is good: cells that cannot be read become missing, and are told.")
    ] = False,
    runs: Annotated[int | None, typer.Option(min=0, help="Runs of the uncertainty analysis (default: as the recipe says).")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of all draws (default: as the recipe says).")] = None,
    sensitivity: Annotated[
        bool | None, typer.Option("--sensitivity/--no-sensitivity", help="Tell which choice makes the doubt (default: up to 2,000 units).")
    ] = None,
    engine: Annotated[str, typer.Option(help="Where to draw: here, threads:2, dask, dask:2, or a scheduler's address.")] = "threads",
    replay: Annotated[Path | None, typer.Option(help="Assess again what a folder holds, and compare every figure.")] = None,
    json: JsonOption = False,
) -> None:
    """Apply a recipe to figures: scores, ranks and how sure they are, with every stage between, in one folder."""
    if replay is not None:
        _replay(replay, json)
        return
    is_for_pages = data is None and not (place or every_year or as_of) and nearest(workspace) is not None
    if recipe is None or (out is None and not is_for_pages):
        raise InvalidInput(
            "it is not said " + ("what to apply" if recipe is None else "where to write"), expected="RECIPE --data FILE --out DIR",
            mend="begin a recipe with: ekistics recipe new --data FILE",
        )  # fmt: skip
    from ekistics.workspace.assessing.verbs import Drawing, IndexFileOptions, Where, assess_file

    drawing = Drawing(runs, seed, Where.named(engine), sensitivity)
    with _all_faults(json), printing.progress(json) as say:
        if out is None:
            done = _for_pages(recipe, workspace, drawing, say)
        elif data is None:
            cut = {"places": tuple(place or ()), "every_year": every_year, "as_of": as_of}
            done = _of_record(recipe, workspace, out, cut, kind, drawing, say)
        else:
            if as_of is not None or place or every_year:
                found = "--data with --as-of, --place or --every-year"
                raise InvalidInput("these options are for figures of a workspace", found=found, expected="one or the other")
            options = IndexFileOptions(
                unit=unit, name=name, year=year, columns=_columns(column), labels=tuple(label or ()), sheet=sheet, header_row=header_row,
                decimal=decimal, thousands=thousands, missing=tuple(missing or ()), true_values=tuple(true_value or ()),
                leave_out_faulty=leave_out_faulty,
            )  # fmt: skip
            done = assess_file(recipe, data, out, options=options, drawing=drawing, workspace=nearest(workspace), say=say)
    index_printing.show(done, json)


def _of_record(
    recipe: str, workspace: Path | None, out: Path, cut: dict[str, Any], kind: str, drawing: Drawing, say: Callable[[str, float], None]
) -> Written:
    from ekistics.model.places import PlaceKind
    from ekistics.workspace.assessing.record_tables import RecordCut
    from ekistics.workspace.assessing.verbs import assess_record

    with opened(workspace) as city:
        return assess_record(city.session, recipe, out, cut=RecordCut(kind=one_of(PlaceKind, kind), **cut), drawing=drawing, say=say)


def _for_pages(recipe: str, workspace: Path | None, drawing: Drawing, say: Callable[[str, float], None]) -> Written:
    """Draw the doubt of a chosen recipe and keep it in the workspace, whose pages show it from then on."""
    from ekistics.workspace.assessing.shown_index import keep_doubt
    from ekistics.workspace.assessing.verbs import Written

    with opened(workspace) as city:
        result, path = keep_doubt(city.session, recipe, drawing, say)
    return Written(result, path.parent, (path.name,) if result.doubt is not None else (), {})


@recipe_app.command("new")
def new(
    data: Annotated[Path, typer.Option("--data", help="The table that the recipe is for: CSV or spreadsheet.")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="The file to write (default: print it).")] = None,
    title: Annotated[str, typer.Option("--title", help="What the index is called (default: after the file).")] = "",
    unit: UnitOption = "",
    name: NameOption = "",
    year: YearOption = "",
    sheet: SheetOption = None,
    header_row: HeaderOption = 1,
    missing: MissingOption = None,
    decimal: DecimalOption = ".",
    thousands: ThousandsOption = "",
) -> None:
    """Begin a recipe from a table: every column of numbers an indicator, every choice with a note to check it by."""
    from ekistics.model.errors import Conflict
    from ekistics.workspace.assessing.recipes import IndexFileOptions, recipe_begun

    if out is not None and out.exists():
        raise Conflict("the file is there already, and may have been worked on", found=str(out), mend="choose another name")
    options = IndexFileOptions(
        unit=unit,
        name=name,
        year=year,
        sheet=sheet,
        header_row=header_row,
        missing=tuple(missing or ()),
        decimal=decimal,
        thousands=thousands,
    )
    begun = recipe_begun(data, options, name=title)
    if out is None:
        print(begun.text)
        with redirect_stdout(sys.stderr):  # the output is the recipe alone
            printing.problems(begun.notes)
        return
    out.write_text(begun.text, encoding="utf-8")
    printing.problems(begun.notes)
    read_so = "".join(f" {one}" for one in _as_options(options))
    print(f"written: {out}; check the direction of each indicator, then: ekistics assess {out} --data {data}{read_so} --out DIR")


def _as_options(options: IndexFileOptions) -> Iterator[str]:
    """Yield the options by which a table is read, as they are typed; those that are so anyway are left out."""
    told = {"unit": options.unit, "name": options.name, "year": options.year, "sheet": options.sheet or "", "thousands": options.thousands}
    told |= {"header-row": str(options.header_row) if options.header_row > 1 else "", "decimal": options.decimal.replace(".", "")}
    for option, value in [*told.items(), *(("missing", one) for one in options.missing)]:
        if value:
            yield f"--{option}={value}" if re.fullmatch(r"[\w.-]+", value) else f'--{option}="{value}"'


@recipe_app.command("check")
def check(
    recipe: Annotated[Path, typer.Argument(help="The recipe's file.")],
    workspace: Annotated[Path | None, typer.Option("--workspace", "-w", help="Whose own agendas it may build upon.")] = None,
    json: JsonOption = False,
) -> None:
    """Check a recipe's file: all faults at once, with line and key."""
    from ekistics.workspace.assessing.recipes import recipe_faults

    found = recipe_faults(recipe, nearest(workspace))
    if json:
        printing.as_json(found)
    elif found:
        printing.problems(found)
    else:
        print(f"{recipe.name}: no fault found")
    if found:
        raise typer.Exit(1)


@recipe_app.command("explain")
def explain(
    recipe: Annotated[str, typer.Argument(help="A recipe's file, or the name of one of ours.")],
    workspace: Annotated[Path | None, typer.Option("--workspace", "-w", help="Whose own agendas it may build upon.")] = None,
    json: JsonOption = False,
) -> None:
    """Say in plain words what a recipe does, stage by stage, and what each indicator counts."""
    from ekistics.workspace.assessing.recipes import explained, explanation_lines, recipe_named

    with _all_faults(json):
        told = explained(recipe_named(recipe, nearest(workspace)))
    if json:
        printing.as_json(told)
        return
    for line in explanation_lines(told):
        print(line)


@recipe_app.command("list")
def listing(json: JsonOption = False) -> None:
    """List the recipes that come with Ekistics."""
    from ekistics.workspace.assessing.recipes import shipped_recipes

    rows = [
        {"name": name, "title": one.title, "version": one.version, "indicators": len(one.indicators), "lacking": len(one.needs)}
        for name, one in shipped_recipes().items()
    ]
    if json:
        printing.as_json(rows)
        return
    printing.table(("name", "title", "version", "indicators", "without a benchmark"), [tuple(row.values()) for row in rows])


@recipe_app.command("choose")
def choose(
    recipe: Annotated[str, typer.Argument(help="A recipe's file, or the name of one of ours.")],
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Choose a recipe: the pages of the workspace show its index from then on."""
    from ekistics.workspace.assessing.chosen_recipes import choose_recipe

    with _all_faults(json), opened(workspace) as city:
        chosen = choose_recipe(city.session.folder, recipe)
    if json:
        printing.as_json({"code": chosen.code, "title": chosen.title, "unverified": chosen.provisional, "lacking": dict(chosen.needs)})
        return
    print(f"chosen: {chosen.title}; see it with: ekistics serve, at /index/{chosen.code}")
    if chosen.provisional:
        unverified = [
            (one.code, one.name, one.benchmark.source) for one in chosen.indicators if one.benchmark and one.benchmark.provisional
        ]
        print(f"{len(unverified)} benchmarks were not read in the official text; the index is provisional:")
        printing.table(("code", "indicator", "where the benchmark comes from"), unverified)


@recipe_app.command("drop")
def drop(
    code: Annotated[str, typer.Argument(help="The code of a chosen recipe.")], workspace: WorkspaceOption = None, json: JsonOption = False
) -> None:
    """Take a chosen recipe back: its pages go, figures stay."""
    from ekistics.workspace.assessing.chosen_recipes import drop_recipe

    with opened(workspace) as city:
        drop_recipe(city.session.folder, code)
    printing.as_json({"dropped": code}) if json else print(f"dropped: {code}")


@contextmanager
def _all_faults(json: bool) -> Iterator[None]:
    """Show every fault of what was refused, and leave with the code of an input that is not as it must be."""
    from ekistics.workspace.assessing.results import InputRefused

    try:
        yield
    except InputRefused as refused:
        if json:
            printing.as_json({"problems": refused.problems})
        else:
            printing.problems(sorted(refused.problems, key=lambda one: one.severity is not Severity.REJECTED))
            print("nothing was written")
        raise typer.Exit(EXIT_CODES[InvalidInput]) from refused


def _columns(given: list[str] | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in given or ():
        code, sign, heading = text.partition("=")
        if not sign or not code or not heading:
            raise InvalidInput("--column is not understood", found=text, expected="CODE=HEADING such as green=Share of green [%]")
        found[code] = heading
    return found


def _replay(out: Path, json: bool) -> None:
    from ekistics.workspace.assessing import replay

    with _all_faults(json), printing.progress(json) as say:
        told = replay(out, say=say)
    if json:
        printing.as_json(told)
    elif told.is_equal:
        print(
            "equal: "
            + (
                "every bit of every figure"
                if told.is_same_software
                else f"every figure to {max(told.largest, 1e-16):.0e}, on other software"
            )
        )
    else:
        print(f"not equal: {', '.join(told.differing)}; figures differ by up to {told.largest:.3g} of their size")
    if not told.is_equal:
        raise typer.Exit(1)
