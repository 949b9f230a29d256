"""Commands that show and hand on: profile, export, serve, demo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ekistics.cli import printing
from ekistics.cli.app import app
from ekistics.cli.opening import JsonOption, WorkspaceOption, opened


@app.command()
def profile(
    place: Annotated[str, typer.Argument(help="A place on record, or a folder with city.yaml: then it is imported and measured first.")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="The HTML file to write (default: PLACE.html here).")] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Write a place's profile as one self-contained HTML file."""
    from ekistics.workspace.workspace import Workspace

    with printing.progress(json) as say:
        if Path(place).is_dir():
            with Workspace.from_folder(Path(place), workspace, say=say) as (city, code):
                written = city.write_profile(code, out or Path(f"{code}.html"), say=say)
        else:
            with opened(workspace) as city:
                written = city.write_profile(place, out or Path(f"{place}.html"), say=say)
    printing.as_json({"file": str(written)}) if json else print(f"The profile is in {written}")


@app.command()
def export(
    place: str,
    out: Annotated[
        Path,
        typer.Option("--out", "-o", help="The file to write; its ending says the format: .csv .xlsx .parquet .gpkg, or .svg for the map"),
    ],
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Export a place's current figures with the data dictionary (of a CSV in a file beside it), or its map."""
    with opened(workspace) as city:
        if out.suffix.lower() == ".svg":
            city.write_map(place, out)
            printing.as_json({"file": str(out)}) if json else print(f"The map is in {out}")
            return
        rows = city.export(place, out)
        printing.as_json({"file": str(out), "figures": rows}) if json else print(f"{rows} figures in {out}")


@app.command()
def serve(
    workspace: WorkspaceOption = None,
    host: Annotated[str, typer.Option(help="Address to listen on; only this machine unless you say otherwise.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port; the next free one where it is taken.")] = 8480,
) -> None:
    """Serve the pages, read-only."""
    from ekistics.server.running import run

    with opened(workspace) as city:
        run(city.pages(), host=host, port=port, say=print)


@app.command()
def demo(
    home: Annotated[Path, typer.Option(help="Folder for the demo's workspace.")] = Path(".demo"),
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port; the next free one where it is taken.")] = 8480,
    build_only: Annotated[bool, typer.Option("--build-only", help="Build it and leave.")] = False,
) -> None:
    """Build the demo from real input that packages bring, and serve it."""
    from ekistics.server.running import run
    from ekistics.workspace.demonstrating import build_demo

    with build_demo(home, say=print) as city:
        if not build_only:
            run(city.pages(), host=host, port=port, say=print)
