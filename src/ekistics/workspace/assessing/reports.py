"""The report of an assessment as one HTML file: for a person who only has a spreadsheet, readable without internet and without script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from gettext import NullTranslations

from ekistics.profile.document import Document
from ekistics.profile.index.audit import index_audit
from ekistics.profile.index.evidence import IndexView
from ekistics.profile.index.how import index_how
from ekistics.profile.index.matrix import index_matrix
from ekistics.profile.index.ranking import index_ranking
from ekistics.profile.index.report import index_report
from ekistics.profile.index.unit import index_unit
from ekistics.profile.index.unit_sheet import index_unit_sheet
from ekistics.profile.texts import Say, say
from ekistics.publish.built_files import BuiltFiles, built_folder
from ekistics.publish.html import single_file
from ekistics.workspace.assessing.results import IndexResult
from ekistics.workspace.assessing.viewing import DRAWN_UNITS, view_of_assessment

UNITS = 60
"""Units that have a page in the report."""
CELLS = 3_000
"""Cells (units by indicators) that the pages of units hold together: with more indicators fewer units have one."""
LONG = 500
"""Cells up to which each unit has its long page; with more it has the short one, so that a report of 51 units by 49 stays within 2 MB."""

BESIDE: dict[str, Say] = {
    "assessment.xlsx": say("everything as a workbook: one sheet a stage, scores and ranks with intervals"),
    "ranking.csv": say("ranks, scores, intervals and odds"),
    "scores.csv": say("every composite of every place and year"),
    "ranks.csv": say("every rank of every place and year"),
    "coverage.csv": say("on what share of its indicators each composite rests"),
    "weights.csv": say("weights as they were used"),
    "refused.csv": say("composites that were not made, and what was missing"),
    "sensitivity.csv": say("how much of the doubt each choice makes"),
    "recipe.yaml": say("every choice, to be changed and applied again"),
    "assessment.json": say("seed, versions and checksums: what a replay is checked against"),
}
"""Files of the folder that a person opens, and what they hold."""


def report_html(result: IndexResult, files: Sequence[str] = ()) -> str:
    """Return the report.

    Parameters
    ----------
    files : names of the files that lie beside it
    """
    few = len(result.assessment.table.units) <= DRAWN_UNITS
    view = view_of_assessment(result.assessment, result.given, notes=result.notes, with_units=few)
    view = replace(view, doubt=result.doubt, sensitivities=result.sensitivities)
    style = BuiltFiles.read(built_folder()).style_text("site")
    beside = tuple(name for name in BESIDE if name in files)
    return single_file(tuple(_documents(view, beside)), style=style, translations=NullTranslations(), locale="en", beside=beside)


def _documents(view: IndexView, beside: Sequence[str]) -> Iterator[Document]:
    count = min(UNITS, CELLS // max(1, len(view.recipe.indicators)))
    shown = (*view.order, *view.unranked)[:count]
    yield index_report(view, files=[(name, BESIDE[name]) for name in beside], shown=shown)
    yield index_ranking(view)
    yield index_matrix(view)
    yield index_audit(view)
    yield index_how(view)
    page = index_unit if len(shown) * len(view.recipe.indicators) <= LONG else index_unit_sheet
    for unit in shown:
        yield page(view, unit)
