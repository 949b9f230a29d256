"""The workbook of an assessment: what it is, the ranking, scores, ranks, one sheet a stage, changes, refusals, weights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa

from ekistics.model.recipes import Stage
from ekistics.publish.xlsx_adapter import workbook_bytes
from ekistics.workspace.assessing import result_tables
from ekistics.workspace.assessing.results import IndexResult

MOST_CELLS = 2_000_000
"""Cells of all sheets together; more opens on no office computer."""

Sheet = tuple[str, Sequence[str], Iterable[Sequence[Any]]]

_STAGE_WORDS = {
    Stage.CHOOSE: "the figures that were chosen",
    Stage.DENOMINATE: "figures divided by their denominators",
    Stage.SCREEN: "units and indicators of which enough is known",
    Stage.IMPUTE: "gaps filled",
    Stage.TREAT: "outliers drawn in",
    Stage.NORMALISE: "figures brought to one scale",
    Stage.WEIGHT: "figures weighted",
    Stage.AGGREGATE: "composites",
}


def assessment_workbook(result: IndexResult) -> bytes:
    """Return the workbook. Texts stay texts: no cell runs as a formula. Sheets that would be too large are named in the first one."""
    found = result.assessment
    tables = {
        "Ranking": (result_tables.ranking_table(found, result.doubt), "the top composite, best first"),
        "Scores": (result_tables.score_table(found), "scores of all composites"),
        "Ranks": (result_tables.rank_table(found), "ranks of all composites, 1 is best"),
    }
    for stage in found.stages:
        name = result_tables.STAGE_NAMES[stage.stage].replace("-", " ")
        tables[name] = (result_tables.stage_table(found, stage), _STAGE_WORDS[stage.stage])
    tables |= {
        "Changes": (result_tables.change_table(found), "every cell that a stage changed by itself, and why"),
        "Refused": (result_tables.refusal_table(found), "composites that were not made, and what was missing"),
        "Weights": (result_tables.weight_table(found), "weights as they were used"),
    }
    if result.sensitivities:
        tables["Sensitivity"] = (result_tables.sensitivity_table(result.sensitivities), "how much of the doubt each choice makes")
    sheets, listed, cells = [], [], 0
    for name, (table, words) in tables.items():
        size = table.num_rows * table.num_columns
        fits = cells + size <= MOST_CELLS
        listed.append((name, words if fits else f"{words}: too large for a workbook, see the Parquet file"))
        if fits:
            cells += size
            sheets.append(_sheet(name, table))
    return workbook_bytes([_readme(result, listed), *sheets])


def _readme(result: IndexResult, listed: Sequence[tuple[str, str]]) -> Sheet:
    found = result.assessment
    years = result_tables.years_of(found)
    rows: list[tuple[Any, ...]] = [
        ("Index", found.recipe.title),
        ("Recipe", f"{found.recipe.code}, version {found.recipe.version}"),
        ("Figures", found.table.source),
        ("Units", len(found.table.units)),
        ("Indicators", len(found.recipe.indicators)),
        ("Years", ", ".join(str(year) for year in years)),
        ("Seed", found.recipe.seed),
    ]
    if found.recipe.provisional:
        rows.append(("Provisional benchmarks", ", ".join(found.recipe.provisional)))
    if result.doubt is not None:
        drawn = f"{result.doubt.level:.0%} intervals from {result.doubt.runs:,} runs, of which {result.doubt.failed:,} gave no ranking"
        rows.append(("Intervals", drawn))
        if result.doubt.without_error:
            rows.append(("Figures without a standard error", f"{result.doubt.without_error[0]:,} of {result.doubt.without_error[1]:,}"))
    return "README", ("what", "is"), [*rows, ("", ""), ("Sheet", "holds"), *listed]


def _sheet(name: str, table: pa.Table) -> Sheet:
    def rows() -> Iterator[Sequence[Any]]:
        for batch in table.to_batches(max_chunksize=10_000):
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)

    return name, table.column_names, rows()
