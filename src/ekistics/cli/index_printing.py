"""How an index is printed: its ranking, how sure it is, and what could not be ranked and why."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ekistics.cli import printing

if TYPE_CHECKING:
    from ekistics.model.assessments import Doubt
    from ekistics.workspace.assessing.results import IndexResult
    from ekistics.workspace.assessing.verbs import Written

_RANKED, _REFUSED = 20, 10
"""Lines of the ranking, and of what was refused, that are shown before the rest is counted."""
_LEAST_DECIMALS, _MOST_DECIMALS, _DIGITS = 2, 9, 3
"""Decimals of a score, and digits behind the leading one by which the scores of a ranking are told apart."""
_REPORT = "report.html"


def show(done: Written, json: bool) -> None:
    """Print an index: all of it as JSON, or its first places, what was refused, what is to look at, and where it lies."""
    result = done.result
    found = result.assessment
    ranking, refused = _ranking(result), _refused(result)
    if json:
        told = {"title": found.recipe.title, "ranking": ranking, "refused": refused, "problems": result.notes}
        printing.as_json(told | {"taken": dict(done.taken), "out": str(done.out), "files": done.files})
        return
    print(found.recipe.title)
    told_units = f"{_counted(len(found.table.units), 'unit')}, {_counted(len(found.recipe.indicators), 'indicator')}"
    print("; ".join([told_units, found.table.source, *(f"{role} from {heading}" for role, heading in done.taken.items())]))
    _show_ranking(ranking, result.doubt, _whole("ranking.csv", done))
    _show_refused(refused, found.recipe.top.code, _whole("refused.csv", done))
    printing.problems(result.notes)
    if _REPORT in done.files:
        print(f"the report: {done.out / _REPORT}")
    if done.files:
        print(f"written: {_counted(len(done.files), 'file')} in {done.out}")


def decimals_of(scores: Sequence[float]) -> int:
    """Return how many decimals tell the scores of a ranking apart: two on a scale of 0 to 100, more where they lie closer.

    Examples
    --------
    >>> decimals_of([0.0, 69.7, 100.0]), decimals_of([0.41, 0.43]), decimals_of([5.0])
    (2, 5, 2)
    """
    spread = max(scores) - min(scores) if scores else 0.0
    if not (0 < spread < math.inf):
        return _LEAST_DECIMALS
    return min(_MOST_DECIMALS, max(_LEAST_DECIMALS, _DIGITS - math.floor(math.log10(spread))))


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _whole(name: str, done: Written) -> str:
    """Say where the rest of a table is."""
    return f"{name} has all" if name in done.files else "--json lists all"


def _ranking(result: IndexResult) -> list[dict[str, Any]]:
    from ekistics.workspace.assessing.result_tables import ranking_table

    return ranking_table(result.assessment, result.doubt).to_pylist()


def _refused(result: IndexResult) -> list[dict[str, Any]]:
    from ekistics.workspace.assessing.result_tables import refusal_table

    return refusal_table(result.assessment).to_pylist()


def _show_ranking(ranking: Sequence[dict[str, Any]], doubt: Doubt | None, whole: str) -> None:
    rows = [row for row in ranking if row["rank"] is not None]
    if not rows:
        print("No unit can be ranked: none has enough figures for the index.")
        return
    is_named = any(row["name"] != row["unit"] for row in rows)
    columns: list[str] = [
        one for one in ("rank", "unit", "name", "score", "band", "coverage") if one in rows[0] and (one != "name" or is_named)
    ]
    shown = [[_said(one, row[one]) for one in columns] for row in rows[:_RANKED]]
    if doubt is not None:
        columns.append(f"rank, {doubt.level:.0%}")
        for line, row in zip(shown, rows, strict=False):
            line.append(f"{row['rank_low']:.0f}–{row['rank_high']:.0f}" if row.get("rank_low") is not None else "–")
    printing.table(columns, shown, decimals={"score": decimals_of([row["score"] for row in rows])})
    if len(rows) > _RANKED:
        print(f"{_RANKED} of {len(rows):,} units; {whole}")
    if doubt is not None:
        _show_doubt(doubt)


def _show_doubt(doubt: Doubt) -> None:
    print(f"ranks within {doubt.level:.0%} of {doubt.runs:,} runs; {doubt.failed:,} gave no ranking")
    for reason in doubt.why_failed:
        print(f"  {reason}")
    if doubt.without_error is not None:
        print(f"{doubt.without_error[0]:,} of {doubt.without_error[1]:,} figures state no standard error")


def _said(column: str, value: Any) -> Any:
    return f"{value:.0%}" if column in ("coverage", "needed") and value is not None else value


def _show_refused(rows: Sequence[dict[str, Any]], top: str, whole: str) -> None:
    if not rows:
        return
    print(f"Refused, for too little is known: {len(rows):,}")
    columns = ("unit", "year", "group_name", "coverage", "needed", "missing")
    shown = sorted(rows, key=lambda row: row["group"] != top)[:_REFUSED]  # the index itself first: it is what was asked for
    printing.table(columns, [[_said(one, row[one]) for one in columns] for row in shown])
    if len(rows) > _REFUSED:
        print(f"{_REFUSED} of {len(rows):,}; {whole}")
