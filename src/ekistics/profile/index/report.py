"""The first page of the one-file report: who leads, who cannot be told apart, what moves the ranking, what to mend in the data.

Written for a person who only has a spreadsheet: plain sentences, and each leads to the page of the report that shows it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from ekistics.assess.audit.flags import FlagKind
from ekistics.assess.doubt.told_apart import clusters_of
from ekistics.model.assessments import Change
from ekistics.profile.blocks import Block, Cell, Chips, Column, Index, Link, LinkKind, Prose, Table
from ekistics.profile.document import Document, Section
from ekistics.profile.index.audit_words import audit_sentence
from ekistics.profile.index.common import (
    decimals_of,
    index_document,
    index_link,
    index_words,
    is_one_rank,
    listed,
    percent,
    rank_span,
    span,
    unit_link,
)
from ekistics.profile.index.evidence import IndexView
from ekistics.profile.index.ranking import lede_of_ranking, title_of_ranking
from ekistics.profile.index.ranking_chart import with_scores
from ekistics.profile.texts import Name, Number, Say, Text, say, say_n

FIRST = 10
"""Places in the table of those who lead."""
TELLING = (
    FlagKind.AGAINST_ITS_WHOLE,
    FlagKind.OPPOSED,
    FlagKind.NO_INFLUENCE,
    FlagKind.MUCH_INFLUENCE,
    FlagKind.LITTLE_INFLUENCE,
    FlagKind.REDUNDANT_ACROSS,
    FlagKind.MOVES_RANKS_MOST,
)
"""What of the coherence audit the first page tells, in this order; the page of the audit tells all."""
TOLD = 6
TIED = 12
"""Groups of places that cannot be told apart, on the first page."""


def index_report(view: IndexView, *, files: Sequence[tuple[str, Say]] = (), shown: Sequence[int] = ()) -> Document:
    """Return the first page of the report.

    Parameters
    ----------
    files : what lies in the folder beside the report: name and what it holds
    shown : places of the units that have a page in it
    """
    sections = [_leaders(view), *_apart(view), _moves(view), _mend(view), _contents(view, shown), *_folder(files)]
    return index_document(
        view,
        "report",
        kicker=say("{index}: report", index=index_words(view)),
        title=title_of_ranking(view),
        lede=(*_runs(view), *lede_of_ranking(view), say("This file holds the whole index and opens without internet.")),
        sections=sections,
    )


def _runs(view: IndexView) -> tuple[Text, ...]:
    """Say what a run is, to whoever has never met one."""
    if view.doubt is None:
        return ()
    return (say("To see how sure the ranking is, it was made again and again, each time with other choices that the recipe leaves open."),)


def _leaders(view: IndexView) -> Section:
    if not view.order:
        return Section("leads", say("Nobody leads: no place could be ranked"), (Prose((_why_nobody(view),)),))
    shown = view.order[:FIRST]
    heads = [Column(say("Place")), Column(say("Rank"), number=True), Column(say("Score"), number=True)]
    if view.doubt is not None:
        heads.append(Column(say("Rank in {level} of the runs", level=percent(view.doubt.level)), number=True))
    if with_scores(view):
        heads.append(
            Column(say("Score in {level} of the runs", level=percent(view.doubt.level if view.doubt else 0.0)), number=True, phone=False)
        )
    rows = tuple(_leader(view, unit) for unit in shown)
    more = len(view.order) - len(shown)
    source = say_n("One more place stands in the ranking.", "{count} more places stand in the ranking.", more) if more else None
    table = Table(
        say("Who leads"),
        tuple(heads),
        rows,
        hidden_caption=True,
        source=source,
        links=(index_link(view, say("Ranking of all"), "ranking"),),
    )
    last = Name(view.names[view.order[-1]])
    return Section("leads", say("{first} leads, {last} comes last", first=Name(view.names[view.order[0]]), last=last), (table,))


def _why_nobody(view: IndexView) -> Text:
    return say("Too little is known of every place: the index asks for more of its parts than any has. What is missing stands below.")


def _leader(view: IndexView, unit: int) -> tuple[Cell, ...]:
    decimals, doubt = decimals_of(view, view.top), view.doubt
    cells = [
        Cell(Name(view.names[unit]), link=unit_link(view, unit)),
        Cell(Number(int(view.ranks_of(view.top)[unit]), decimals=0)),
        Cell(Number(float(view.scores_of(view.top)[unit]), decimals=decimals)),
    ]
    if doubt is not None:
        cells.append(Cell(rank_span(view, unit)))
        if with_scores(view):
            cells.append(Cell(span(float(doubt.score_low[unit]), float(doubt.score_high[unit]), decimals)))
    return tuple(cells)


def _apart(view: IndexView) -> tuple[Section, ...]:
    """Return runs of neighbours in the ranking whose first does not surely stand ahead of them."""
    if view.doubt is None or len(view.order) < 2:
        return ()
    found = clusters_of(view.doubt, view.order)
    tied = [one for one in found.clusters if len(one) > 1]
    if not tied:
        return (
            Section(
                "apart",
                say("Every place can be told apart from the next"),
                (Prose((Say(found.rule.sentence, {"ahead": f"{100 * found.rule.ahead:g}"}),), note=True),),
            ),
        )
    at = {unit: place for place, unit in enumerate(view.order, start=1)}
    rows = tuple(_tied(view, at[one[0]], at[one[-1]]) for one in tied[:TIED])
    more = len(tied) - len(rows)
    source = say_n("One more group stands further down the ranking.", "{count} more groups stand further down.", more) if more else None
    table = Table(say("Who cannot be told apart"), (Column(say("Ranks")), Column(say("Places"))), rows, hidden_caption=True, source=source)
    title = say_n("One group of places cannot be told apart", "{count} groups of places cannot be told apart", len(tied))
    words = say("The first of a row is not surely ahead of the others in it: their order says little.")
    return (
        Section("apart", title, (table, Prose((Say(found.rule.sentence, {"ahead": f"{100 * found.rule.ahead:g}"}),), note=True)), words),
    )


def _tied(view: IndexView, first: int, last: int) -> tuple[Cell, ...]:
    names = Name(", ".join(view.names[unit] for unit in view.order[first - 1 : last]))
    return (Cell(span(first, last)), Cell(names))


def _moves(view: IndexView) -> Section:
    """Return what the ranking hangs on: which choice makes its doubt, and the gravest of the audit in words."""
    told: list[Text] = []
    for one in view.sensitivities:
        if np.isfinite(one.total).any():
            most = int(np.nanargmax(one.total))
            share = percent(min(1.0, float(one.total[most])))  # an estimate may lie beyond the whole
            told.append(say("One choice makes {share} of the doubt about ranks: {input}.", input=Name(one.inputs[most]), share=share))
    if view.doubt is not None:
        sure = [unit for unit in view.order if is_one_rank(view, unit)]
        told.append(say_n("One rank of {total} never moves.", "{count} ranks of {total} never move.", len(sure), total=len(view.order)))
    flags = () if view.audit is None else view.audit.flags
    ordered = sorted((one for one in flags if one.kind in TELLING), key=lambda one: TELLING.index(one.kind))
    per_kind: Counter[FlagKind] = Counter()
    for flag in ordered:
        per_kind[flag.kind] += 1
        if per_kind[flag.kind] <= 2 and len(told) < TOLD:
            told.append(audit_sentence(flag, names=view.part_names, units=view.names))
    if not told:
        told.append(say("Nothing was drawn and nothing stands out: the recipe names nothing that is in doubt."))
    links = (index_link(view, say("Coherence audit"), "audit"), index_link(view, say("How it is made"), "how"))
    return Section("moves", say("What moves the ranking"), (Prose(tuple(told), links=links),))


def _mend(view: IndexView) -> Section:
    """Return what is wrong with the data or lacks in them, with what to do."""
    rows = [*_gaps(view), *_changed(view), *_errors(view), *_benchmarks(view), *_notes(view)]
    if not rows:
        return Section("mend", say("Nothing to mend in the data"), (Prose((say("Every figure is there, and no rule changed any."),)),))
    heads = (Column(say("What")), Column(say("How many"), number=True), Column(say("What to do")))
    title = say_n("One thing to mend in the data", "{count} things to mend in the data", len(rows))
    return Section("mend", title, (Table(say("What to mend"), heads, tuple(rows), hidden_caption=True),))


def _row(what: Text, count: int, todo: Text, note: Text | None = None) -> tuple[Cell, ...]:
    return (Cell(what, note=note), Cell(Number(count, decimals=0)), Cell(todo))


def _gaps(view: IndexView) -> list[tuple[Cell, ...]]:
    table, found = view.assessment.table, []
    gaps = np.isnan(np.stack([view.raw_of(one.code) for one in view.recipe.indicators]))
    counts = gaps.sum(axis=1)
    if counts.any():
        most = [view.recipe.indicators[row].code for row in np.argsort(-counts, kind="stable") if counts[row]]
        note = say("most of all: {parts}", parts=listed(view, most, 4))
        found.append(_row(say("Figures are missing"), int(counts.sum()), say("bring them, or leave out an indicator that few have"), note))
    if view.unranked:
        names = Name(", ".join(view.names[unit] for unit in view.unranked[:4]))
        todo = say("bring what each lacks: its page and refused.csv say what")
        found.append(_row(say("Places have too few figures to be ranked"), len(view.unranked), todo, names))
    if left := view.assessment.left_out:
        found.append(_row(say("Places were left out before anything was computed"), len(left), say("bring more of their figures")))
    if len(table.years) == 1 and table.figure_years is not None:
        older = int(((table.figure_years[0] > 0) & (table.figure_years[0] < view.year_shown)).sum())
        found += [_row(say("Figures are of an earlier year"), older, say("bring the newest"))] if older else []
    return found


def _changed(view: IndexView) -> list[tuple[Cell, ...]]:
    told: Counter[Change] = Counter()
    where: dict[Change, Counter[str]] = {}
    for stage in view.assessment.stages:
        if stage.changes is None or stage.rows != tuple(one.code for one in view.recipe.indicators):
            continue
        for row, unit in np.argwhere(stage.changes[view.year]).tolist():
            kind = Change(int(stage.changes[view.year, row, unit]))
            told[kind] += 1
            where.setdefault(kind, Counter())[stage.rows[row]] += 1
    found = []
    drawn = told[Change.WINSORISED_LOW] + told[Change.WINSORISED_HIGH]
    if told[Change.IMPUTED]:
        codes = [code for code, _ in where[Change.IMPUTED].most_common()]
        todo = say("measure them: a filled gap is no figure")
        found.append(_row(say("Gaps were filled by the recipe’s rule"), told[Change.IMPUTED], todo, listed(view, codes, 4)))
    if drawn:
        counted = where.get(Change.WINSORISED_LOW, Counter()) + where.get(Change.WINSORISED_HIGH, Counter())
        note = listed(view, [code for code, _ in counted.most_common()], 4)
        found.append(
            _row(say("Outliers were drawn in"), drawn, say("look whether they are slips: a point in the wrong place, a wrong unit"), note)
        )
    if told[Change.TRUNCATED]:
        note = listed(view, [code for code, _ in where[Change.TRUNCATED].most_common()], 4)
        found.append(_row(say("Figures lie beyond their goalposts"), told[Change.TRUNCATED], say("look whether the unit is right"), note))
    if told[Change.NO_DENOMINATOR]:
        found.append(_row(say("Figures lack what they are divided by"), told[Change.NO_DENOMINATOR], say("bring the denominator")))
    return found


def _errors(view: IndexView) -> list[tuple[Cell, ...]]:
    doubt = view.doubt
    if doubt is None or doubt.without_error is None or not doubt.without_error[0]:
        return []
    todo = say("state the standard error of a figure that comes from a sample: a column named after it, ending in _se")
    return [_row(say("Figures state no error"), doubt.without_error[0], todo, say("which is not the same as none"))]


def _benchmarks(view: IndexView) -> list[tuple[Cell, ...]]:
    codes = view.recipe.provisional
    if not codes:
        return []
    todo = say("read them in the official text, and mark them verified in the recipe")
    return [_row(say("Benchmarks were not read in the official text"), len(codes), todo, listed(view, codes, 4))]


def _notes(view: IndexView) -> list[tuple[Cell, ...]]:
    return [
        _row(
            Say(one.message),
            one.count or 1,
            Say(one.mend) if one.mend else say("look whether it was meant so"),
            Name(one.found) if one.found else None,
        )
        for one in view.notes
        if one.kind != "nothing-drawn"
    ]


def _contents(view: IndexView, shown: Sequence[int]) -> Section:
    pages = (
        (index_link(view, say("Ranking"), "ranking"), say("every place with its rank, score, band and their intervals")),
        (index_link(view, say("Heat matrix"), "matrix"), say("every place in every part")),
        (index_link(view, say("Coherence audit"), "audit"), say("whether the parts belong together and weigh what their weights say")),
        (index_link(view, say("How it is made"), "how"), say("the recipe stage by stage, and every cell that a rule changed")),
    )
    links = tuple(unit_link(view, unit) for unit in shown)
    more = len(view.order) + len(view.unranked) - len(shown)
    note = say_n("One more place has no page here.", "{count} more places have no page here.", more)
    blocks: tuple[Block, ...] = (
        Index(pages),
        *((Chips(links),) if links else ()),
        *((Prose((note,), note=True),) if links and more > 0 else ()),
    )
    title = say_n("The pages of this file, one of them about a place", "The pages of this file, {count} of them about places", len(links))
    return Section("contents", title, blocks)


def _folder(files: Sequence[tuple[str, Say]]) -> tuple[Section, ...]:
    if not files:
        return ()
    entries = tuple((Link(Name(name), LinkKind.DOWNLOAD, name), holds) for name, holds in files)
    return (Section("folder", say("What lies beside this file"), (Index(entries),)),)
