"""`settlements extent`: grids of built-up land of one or more years → urban extents, growth, and their files. Needs no store."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ekistics.engine.steps import CancelToken, Steps, run_steps, spoken
from ekistics.model.errors import InvalidInput
from ekistics.model.grids import BUILT_UP, ExtentClass, GrowthClass
from ekistics.places.urban_extent import ExtentRules, UrbanExtent, urban_extent
from ekistics.places.urban_growth import NEVER_BUILT, PeriodGrowth, built_epochs, first_built_years, growth_by_period
from ekistics.publish.settlement_files import class_raster, in_degrees, number_raster, outlines, settlement_package, write_files
from ekistics.publish.tables import csv_bytes
from ekistics.sources.built_grids import check_first_built, open_built_grid, read_first_built
from ekistics.sources.grid_files import Grid, open_grid
from ekistics.sources.settlement_grids import require_same_grid
from ekistics.workspace.assets import checksum_of
from ekistics.workspace.session import SOFTWARE

Say = Callable[[str, float], None]
Mask = npt.NDArray[np.bool_]

MOST_CELLS = 400_000_000
"""A grid of more cells is to be cut to a city: one byte a cell and more is held."""

EXTENT_COLOURS = {
    ExtentClass.URBAN: ("urban built-up", "#7f2704"),
    ExtentClass.SUBURBAN: ("suburban built-up", "#d9610f"),
    ExtentClass.FRINGE: ("open land at the edge", "#cfe3da"),
    ExtentClass.CAPTURED: ("open land enclosed", "#4aa3a2"),
    ExtentClass.RURAL: ("rural built-up", "#fdbe6f"),
    ExtentClass.EXURBAN: ("other open land", "#f6f4ee"),
    ExtentClass.OFF_MAP: ("water or not on the map", "#e9f0f2"),
}
GROWTH_COLOURS = {
    GrowthClass.OFF_MAP: ("not on the map", "#e9f0f2"),
    GrowthClass.OPEN: ("open", "#f6f4ee"),
    GrowthClass.KEPT: ("built before", "#b3b6b5"),
    GrowthClass.INFILL: ("infill", "#0b4f6c"),
    GrowthClass.EXTENSION: ("extension", "#4aa3a2"),
    GrowthClass.LEAPFROG: ("leapfrog", "#d9610f"),
    GrowthClass.INCLUSION: ("inclusion", "#a48e0a"),
    GrowthClass.LOST: ("not built any more", "#7f2704"),
}


@dataclass(frozen=True)
class ExtentInputs:
    """Files of built-up land by year, or one of first built years; `water` has 1 where there is water."""

    built_up: Mapping[int, Path] = field(default_factory=dict)
    first_built: Path | None = None
    until: int = 0
    water: Path | None = None
    built_from: float = 0.5
    unit: str = ""


@dataclass(frozen=True)
class ExtentSummary:
    """Extents by year, growth by period, the rules with the true area of the circle, and the files written."""

    rules: dict[str, Any]
    circle_m2: float
    extents: tuple[dict[str, Any], ...]
    growth: tuple[dict[str, Any], ...]
    notes: tuple[str, ...]
    written: tuple[str, ...]


def extents_and_growth(
    inputs: ExtentInputs, out: Path, *, rules: ExtentRules, say: Say, cancel: CancelToken | None = None
) -> ExtentSummary:
    """Find the urban extent of each year and the growth between them, and write maps and tables into a folder.

    Raises
    ------
    InvalidInput
        If a file cannot be used, grids do not lie on each other, or there is nothing built; nothing is then written.
    Cancelled
        If it was stopped between two years.
    """
    grid, masks, on_map, notes = _masks(inputs)

    def found_in(epoch: tuple[int, Mask]) -> tuple[int, UrbanExtent]:
        return epoch[0], urban_extent(epoch[1], cell_m=grid.cell_m, on_map=on_map, rules=rules)

    steps: Steps[tuple[int, Mask], tuple[int, UrbanExtent], list[tuple[int, UrbanExtent]]]
    steps = Steps("urban extent", lambda: masks, found_in, list, len(masks))
    extents = run_steps(steps, say=spoken(say), cancel=cancel)
    growth = list(growth_by_period(extents))
    rows, changes = [_extent_row(year, one) for year, one in extents], [_growth_row(one) for one in growth]
    say("writing", 0.9)
    tags = _tags(inputs, rules)
    told = {
        "rules": asdict(rules), "circle_m2": extents[0][1].circle_m2, "extents": rows, "growth": changes, "notes": notes,
        "inputs": json.loads(tags["inputs"]), "software": SOFTWARE,
    }  # fmt: skip
    files = dict(_files(grid, masks, extents, growth, tags))
    files |= {"extents.csv": csv_bytes(pa.Table.from_pylist(rows)), "report.json": json.dumps(told, indent=2).encode()}
    files |= {"growth.csv": csv_bytes(pa.Table.from_pylist(changes))} if changes else {}
    write_files((out / name, content) for name, content in files.items())
    written = tuple(str(out / name) for name in files)
    return ExtentSummary(asdict(rules), extents[0][1].circle_m2, tuple(rows), tuple(changes), tuple(notes), written)


def _masks(inputs: ExtentInputs) -> tuple[Grid, list[tuple[int, Mask]], Mask | None, list[str]]:
    if bool(inputs.built_up) == bool(inputs.first_built):
        found = "both" if inputs.built_up else "neither"
        expected = "either --built-up YEAR=FILE, once or more, or --first-built FILE"
        raise InvalidInput("it is not said what is built", found=found, expected=expected)
    notes: list[str] = []
    on_map: Mask | None = None
    if inputs.first_built:
        grid, _ = check_first_built(inputs.first_built)
        _refuse_large(grid, inputs.first_built)
        first = read_first_built(inputs.first_built, (0, grid.shape[0], 0, grid.shape[1]), not_built=65535.0)
        masks = [(year, mask) for year, mask in built_epochs(first) if not inputs.until or year <= inputs.until]
        path = inputs.first_built
    else:
        path = inputs.built_up[min(inputs.built_up)]
        grid, masks = open_grid(path).grid, []
        _refuse_large(grid, path)
        for year in sorted(inputs.built_up):
            file = inputs.built_up[year]
            require_same_grid(open_grid(path), open_grid(file))
            opened = open_built_grid(file, built_from=inputs.built_from, unit=inputs.unit)
            built, known = opened.read((0, grid.shape[0], 0, grid.shape[1]))
            masks.append((year, built))
            on_map = known if on_map is None else on_map & known
            notes += [f"{file.name}: {opened.said}"] if opened.said else []
    if inputs.water:
        require_same_grid(open_grid(path), open_grid(inputs.water))
        wet = open_grid(inputs.water).read(0, grid.shape[0], 0, grid.shape[1]) == 1
        on_map = ~wet if on_map is None else on_map & ~wet
    if on_map is not None and on_map.all():
        on_map = None
    masks = [(year, mask if on_map is None else mask & on_map) for year, mask in masks]
    if not any(mask.any() for _, mask in masks):
        raise InvalidInput("nothing is built on the grid", file=path.name, mend="check from which share a cell is built (--built-from)")
    return grid, masks, on_map, notes


def _refuse_large(grid: Grid, path: Path) -> None:
    cells = grid.shape[0] * grid.shape[1]
    if cells > MOST_CELLS:
        mend = "cut it to the city: gdal_translate -projwin"
        expected = f"at most {MOST_CELLS:,}"
        raise InvalidInput("the grid is too large for one city", file=path.name, found=f"{cells:,} cells", expected=expected, mend=mend)


def _extent_row(year: int, found: UrbanExtent) -> dict[str, Any]:
    areas, whole, main = found.areas_km2, found.whole, found.main_cluster
    row: dict[str, Any] = {
        "year": year,
        "built_up_km2": sum(areas[one] for one in BUILT_UP),
    }
    row |= {"extent_km2": whole.area_km2, "built_up_in_extent_km2": whole.built_up_km2, "urbanised_open_km2": whole.open_space_km2}
    row |= {"saturation": whole.saturation, "clusters": len(found.clusters)}
    row["main_cluster_km2"] = found.figures_of(main).area_km2 if main is not None else None
    row |= {f"{one.name.lower()}_km2": area for one, area in areas.items()}
    return {name: round(value, 6) if isinstance(value, float) else value for name, value in row.items()}


def _growth_row(one: PeriodGrowth) -> dict[str, Any]:
    areas = one.growth.areas_km2
    row: dict[str, Any] = {"start": one.start, "end": one.end, "newly_built_km2": one.growth.newly_built_km2}
    kinds = (GrowthClass.INFILL, GrowthClass.EXTENSION, GrowthClass.LEAPFROG, GrowthClass.INCLUSION, GrowthClass.LOST)
    row |= {f"{kind.name.lower()}_km2": areas[kind] for kind in kinds}
    return {name: round(value, 6) if isinstance(value, float) else value for name, value in row.items()}


def _files(
    grid: Grid,
    masks: Sequence[tuple[int, Mask]],
    extents: Sequence[tuple[int, UrbanExtent]],
    growth: Sequence[PeriodGrowth],
    tags: Mapping[str, str],
) -> Iterator[tuple[str, bytes]]:
    colours = {int(code): told for code, told in EXTENT_COLOURS.items()}
    for year, one in extents:
        yield f"extent_{year}.tif", class_raster(one.raster, grid.transform, grid.wkt, colours=colours, tags={**tags, "year": str(year)})
    kinds = {int(code): told for code, told in GROWTH_COLOURS.items()}
    for period in growth:
        span = {**tags, "period": f"{period.start}-{period.end}"}
        name = f"growth_{period.start}_{period.end}.tif"
        yield name, class_raster(period.growth.raster, grid.transform, grid.wkt, colours=kinds, tags=span)
    if len(masks) > 1:
        yield "first_built.tif", number_raster(first_built_years(masks), grid.transform, grid.wkt, no_data=NEVER_BUILT, tags=tags)
    yield "extents.gpkg", settlement_package({f"extent_{year}": _clusters(grid, one) for year, one in extents})


def _clusters(grid: Grid, found: UrbanExtent) -> tuple[list[dict[str, Any]], list[Any]]:
    """Return the clusters of an extent with their figures, the main one first, then by built-up."""
    count, main = len(found.clusters), found.main_cluster
    labels = np.full(found.raster.shape, -1, np.int32)
    found.clusters.paint_into(labels, np.arange(count, dtype=np.int32))
    shapes = in_degrees(outlines([(0, labels)], grid.transform, count), grid.wkt)
    order = sorted(range(count), key=lambda one: (one != main, -int(found.built_cells[one]), one))
    rows = []
    for one in order:
        figures = found.figures_of(one)
        rows.append(
            {"main": one == main, "extent_km2": figures.area_km2, "built_up_km2": figures.built_up_km2, "saturation": figures.saturation}
        )
    return rows, [shapes[one] for one in order]


def _tags(inputs: ExtentInputs, rules: ExtentRules) -> dict[str, str]:
    paths = [*inputs.built_up.values(), *(path for path in (inputs.first_built, inputs.water) if path)]
    sums = {path.name: checksum_of(path)[0] for path in paths}
    return {"method": "urban extent", "parameters": json.dumps(asdict(rules)), "inputs": json.dumps(sums), "software": SOFTWARE}
