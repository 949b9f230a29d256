"""How an index is made: each stage with what it changed, the doubt and what makes it, parameters, and the files to take away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from ekistics.assess.methods.catalogue import find
from ekistics.model.assessments import Change, Remark, StageTable
from ekistics.model.errors import NotFound
from ekistics.model.recipes import Method, Option, Stage
from ekistics.profile.blocks import Block, Cell, Column, Fact, Facts, Index, Link, LinkKind, Prose, Table
from ekistics.profile.document import Document, Layout, Section
from ekistics.profile.index.common import (
    cell_link,
    index_document,
    index_link,
    index_words,
    lacking_section,
    part_name,
    percent,
    provisional_section,
    unit_link,
    year_words,
)
from ekistics.profile.index.doubt import doubt_sections
from ekistics.profile.index.evidence import IndexView
from ekistics.profile.texts import Name, Number, Say, Text, say, say_n

STAGES: dict[Stage, Say] = {
    Stage.CHOOSE: say("Choose the figure"),
    Stage.DENOMINATE: say("Divide by a denominator"),
    Stage.SCREEN: say("Leave out who has too little"),
    Stage.IMPUTE: say("Fill gaps"),
    Stage.TREAT: say("Draw in outliers"),
    Stage.NORMALISE: say("Bring to one scale"),
    Stage.WEIGHT: say("Weigh"),
    Stage.AGGREGATE: say("Put together"),
}
CHANGES: dict[Change, tuple[Say, Say]] = {
    Change.OLDER_YEAR: (say("An older year stands in"), say("no figure for the year itself: the newest within the tolerance was taken")),
    Change.NO_DENOMINATOR: (say("No denominator"), say("what it is divided by is missing, so the figure is too")),
    Change.SCREENED_OUT: (say("Left out"), say("too little is known of the place or of the indicator")),
    Change.IMPUTED: (say("Imputed"), say("missing, and filled by the recipe’s way of imputing")),
    Change.WINSORISED_LOW: (say("Drawn in from below"), say("an outlier at the low end takes the next figure")),
    Change.WINSORISED_HIGH: (say("Drawn in from above"), say("an outlier at the high end takes the next figure")),
    Change.LOGGED: (say("Logarithm taken"), say("the indicator is too skewed for single outliers to be drawn in")),
    Change.TRUNCATED: (say("Held at a goalpost"), say("beyond the goalposts of its benchmark")),
    Change.BELOW_COVERAGE: (say("Refused"), say("too few of its parts are known")),
}
"""What happened to a cell: in short, and why."""
LISTED = 60
"""Cells of one kind in a table; the file has all."""
FILES: tuple[tuple[str, Say, Say], ...] = (
    ("recipe.yaml", say("Recipe"), say("every choice, as it was applied")),
    ("assessment.xlsx", say("Workbook"), say("one sheet a stage, scores and ranks with intervals")),
    ("ranking.csv", say("Ranking as CSV"), say("ranks, scores, intervals, odds")),
    ("scores.csv", say("Scores as CSV"), say("every composite of every place and year")),
    ("weights.csv", say("Weights as CSV"), say("as they were used")),
    ("changes.csv", say("Changed cells as CSV"), say("every cell that a stage changed: before, after, why")),
    ("refused.csv", say("Refused composites as CSV"), say("what was not made, and what was missing")),
)


def index_how(view: IndexView) -> Document:
    """Return the page that tells the recipe stage by stage."""
    changed = _changed(view)
    sections = [_stage_section(view, changed), *_change_section(view, changed), *doubt_sections(view), _weights(view)]
    sections += [_parameters(view), *provisional_section(view), *lacking_section(view), _files(view)]
    return index_document(
        view,
        "how",
        kicker=say("{index}: how it is made", index=index_words(view)),
        title=_title(view, changed),
        lede=_lede(view, changed),
        sections=sections,
    )


def _changed(view: IndexView) -> Counter[Change]:
    """Return how many cells each kind of change touched in the year shown."""
    found: Counter[Change] = Counter()
    for stage in view.assessment.stages:
        if stage.changes is not None:
            codes, counts = np.unique(stage.changes[view.year], return_counts=True)
            found.update({Change(int(code)): int(count) for code, count in zip(codes, counts, strict=True) if code})
    return found


def _title(view: IndexView, changed: Counter[Change]) -> Text:
    cells = int(np.isfinite(view.assessment.stages[0].values[view.year]).sum())
    touched = sum(count for kind, count in changed.items() if kind is not Change.BELOW_COVERAGE)
    if not touched:
        return say("{cells} figures went in, and none was changed by a rule", cells=cells)
    return say_n(
        "{cells} figures went in, and one cell was changed by a rule",
        "{cells} figures went in, and {count} cells were changed by a rule",
        touched,
        cells=cells,
    )


def _lede(view: IndexView, changed: Counter[Change]) -> tuple[Text, ...]:
    recipe = view.recipe
    told: list[Text] = [
        say(
            "{indicators} of {places} make {composites}.",
            indicators=say_n("One indicator", "{count} indicators", len(recipe.indicators)),
            places=say_n("one place", "{count} places", len(view.units)),
            composites=say_n("one composite", "{count} composites", len(recipe.groups)),
        )
    ]
    if recipe.source:
        told.append(say("The method is that of: {source}.", source=Name(recipe.source)))
    if changed[Change.BELOW_COVERAGE]:
        told.append(say_n("One composite was refused.", "{count} composites were refused.", changed[Change.BELOW_COVERAGE]))
    return tuple(told)


def _stage_section(view: IndexView, changed: Counter[Change]) -> Section:
    heads = (Column(say("Stage")), Column(say("How")), Column(say("What it changed")))
    rows = tuple((Cell(STAGES[stage]), Cell(_how(view, stage)), Cell(_what(view, stage))) for stage in Stage if _did(view, stage))
    remarks = tuple(told for stage in view.assessment.stages for one in stage.said if (told := _remark(view, one)) is not None)
    blocks: list[Block] = [Table(say("Stages in order"), heads, rows, hidden_caption=True)]
    if remarks:
        blocks.append(Prose(remarks, title=say("Said on the way"), note=True))
    blocks += _hold_out(view)
    return Section("stages", say("From figures to ranks, stage by stage"), tuple(blocks))


def _did(view: IndexView, stage: Stage) -> bool:
    return stage in (Stage.CHOOSE, Stage.WEIGHT) or any(one.stage is stage for one in view.assessment.stages)


def _how(view: IndexView, stage: Stage) -> Text:
    recipe = view.recipe
    match stage:
        case Stage.CHOOSE:
            if recipe.tolerance_years:
                return say_n(
                    "the figure for {year}, else the newest of the year before",
                    "the figure for {year}, else the newest of the {count} years before",
                    recipe.tolerance_years,
                    year=year_words(view),
                )
            return say("the figure for {year}", year=year_words(view)) if view.year_shown else say("the figures of the table")
        case Stage.DENOMINATE:
            codes = list(dict.fromkeys(one.denominator for one in recipe.indicators if one.denominator))
            return say("divided by {what}", what=Name(", ".join(codes)))
        case Stage.SCREEN:
            return say(
                "a place needs {units} of the indicators, an indicator {indicators} of the places",
                units=percent(recipe.screen.units),
                indicators=percent(recipe.screen.indicators),
            )
        case Stage.AGGREGATE:
            methods = list(dict.fromkeys(recipe.aggregate.get(one.level, Method("arithmetic")).name for one in recipe.groups))
            first = next((one for one in recipe.aggregate.values() if one.name == methods[0]), Method("arithmetic"))
            return _method(stage, first) if len(methods) == 1 else say("by level: {methods}", methods=Name(", ".join(methods)))
    return _method(
        stage, {Stage.IMPUTE: recipe.impute, Stage.TREAT: recipe.treat, Stage.NORMALISE: recipe.normalise}.get(stage, recipe.weights)
    )


def _method(stage: Stage, method: Method) -> Text:
    """Return a method in words, with the options that the recipe gives; one that left the registry stands by its name."""
    try:
        says: Text = Say(find(stage, method).says)
    except NotFound:
        says = Name(method.name)
    if not method.options:
        return says
    told = "; ".join(f"{name}: {_option(value)}" for name, value in method.options.items())
    return say("{method} ({options})", method=says, options=Name(told))


def _option(value: Option) -> str:
    return ", ".join(f"{one:g}" for one in value) if isinstance(value, tuple) else f"{value}"


def _what(view: IndexView, stage: Stage) -> Text:
    """Return how many cells a stage touched by itself, by kind."""
    if stage is Stage.WEIGHT:
        return say("nothing")
    found: Counter[Change] = Counter()
    for one in view.assessment.stages:
        if one.stage is stage and one.changes is not None:
            codes, counts = np.unique(one.changes[view.year], return_counts=True)
            found.update({Change(int(code)): int(count) for code, count in zip(codes, counts, strict=True) if code})
    if not found:
        return say("every figure in the same way") if stage in (Stage.NORMALISE, Stage.DENOMINATE, Stage.AGGREGATE) else say("nothing")
    told: Text | None = None
    for kind, count in found.items():
        one_kind = say("{kind}: {count}", kind=CHANGES[kind][0], count=count)
        told = one_kind if told is None else say("{one}; {other}", one=told, other=one_kind)
    return told or say("nothing")


def _remark(view: IndexView, one: Remark) -> Text | None:
    """Return what a stage has to say of a whole row; a kind without a sentence is told by the table of cells."""
    part = part_name(view, one.about)
    match one.kind:
        case "logged":
            return say("{indicator} was put on a logarithmic scale.", indicator=part)
        case "unit-converted":
            return say("{indicator} was converted, times {factor}.", indicator=part, factor=Number(one.numbers["factor"]))
        case "indicator-screened-out":
            return say("{indicator} was left out: {share} of the places have it.", indicator=part, share=percent(one.numbers["share"]))
    return None


def _hold_out(view: IndexView) -> list[Block]:
    """Return how far off filled gaps are, by indicator: known figures were hidden and filled in the same way."""
    told = [
        one for stage in view.assessment.stages for one in stage.said if one.kind == "hold-out-error" and np.isfinite(one.numbers["rmse"])
    ]
    if not told:
        return []
    rows = tuple(
        (Cell(part_name(view, one.about), note=Name(one.about)), Cell(Number(one.numbers["rmse"])), Cell(percent(one.numbers["relative"])))
        for one in sorted(told, key=lambda one: -np.nan_to_num(one.numbers["relative"]))
    )
    heads = (Column(say("Indicator")), Column(say("Off by"), number=True), Column(say("Share of its spread"), number=True))
    caption = say_n("How far off filled gaps are: one indicator", "How far off filled gaps are: {count} indicators", len(rows))
    words = say("Figures that are known were hidden and filled in the same way; a share of 100 % is no better than the mean.")
    return [Table(caption, heads, rows, folded=True, source=words)]


def _change_section(view: IndexView, changed: Counter[Change]) -> tuple[Section, ...]:
    tables = [_cells(view, kind) for kind in CHANGES if changed[kind] and kind is not Change.BELOW_COVERAGE]
    if not tables:
        return ()
    title = say("Every cell that a rule changed, with the reason")
    return (Section("changes", title, tuple(tables), say("Figures before and after, in the unit of the indicator.")),)


def _cells(view: IndexView, kind: Change) -> Table:
    rows: list[tuple[Cell, ...]] = []
    total = 0
    for stage, before in _with_before(view):
        if stage.changes is None:
            continue
        where = np.argwhere(stage.changes[view.year] == kind)
        total += len(where)
        for row, unit in where[: LISTED - len(rows)].tolist():
            rows.append(_changed_cell(view, stage, before, row, unit))
    name, why = CHANGES[kind]
    heads = (Column(say("Indicator")), Column(say("Place")), Column(say("Before"), number=True), Column(say("After"), number=True))
    more = total - len(rows)
    return Table(
        say("{kind} ({count}): {why}", kind=name, count=total, why=why),
        heads,
        tuple(rows),
        folded=True,
        source=say_n("One more is in the file.", "{count} more are in the file.", more) if more > 0 else None,
        links=(index_link(view, say("All as CSV"), "changes.csv"),) if more > 0 else (),
    )


def _with_before(view: IndexView) -> Iterator[tuple[StageTable, StageTable | None]]:
    before: StageTable | None = None
    for stage in view.assessment.stages:
        yield stage, before if before is not None and before.rows == stage.rows else None
        before = stage


def _changed_cell(view: IndexView, stage: StageTable, before: StageTable | None, row: int, unit: int) -> tuple[Cell, ...]:
    code = stage.rows[row]
    after = float(stage.values[view.year, row, unit])
    was = float(before.values[view.year, row, unit]) if before is not None else float("nan")
    told = Number(after) if np.isfinite(after) else say("none")
    return (
        Cell(part_name(view, code), note=Name(code)),
        Cell(Name(view.names[unit]), link=unit_link(view, unit)),
        Cell(Number(was) if np.isfinite(was) else say("none")),
        Cell(told, link=cell_link(view, code, unit, told)) if code not in view.assessment.groups else Cell(told),
    )


def _weights(view: IndexView) -> Section:
    names = view.part_names
    rows = tuple(
        (Cell(Name(names[part.code]), note=Name(part.code)), Cell(Name(names[group])), Cell(percent(float(weight))))
        for group in reversed(view.assessment.groups)
        for part, weight in zip(view.recipe.children(group), view.assessment.weights[group], strict=True)
    )
    heads = (Column(say("Part")), Column(say("Of")), Column(say("Weight"), number=True))
    table = Table(say("All weights"), heads, rows, folded=len(rows) > 12)
    count = len(view.recipe.children(view.top))
    title = say_n("The index is made of one part", "The index is made of {count} parts", count)
    top = tuple(
        Fact(part_name(view, part.code), percent(float(weight)))
        for part, weight in zip(view.recipe.children(view.top), view.assessment.weights[view.top], strict=True)
    )
    return Section(
        "weights", title, (Facts(top, say("Weights as used")), table), layout=Layout.HALVES if not table.folded else Layout.STACK
    )


def _parameters(view: IndexView) -> Section:
    recipe, design = view.recipe, view.recipe.uncertainty
    ties = (
        say("equal scores share the best of their ranks")
        if recipe.ties == "min"
        else say("equal scores share a rank; the next one follows")
    )
    fixed = say("fitted to all years together, so that scores compare") if recipe.fixed_over_years else say("fitted to each year alone")
    coverage = "; ".join(f"{level} {share:.0%}" for level, share in recipe.coverage.items())
    facts = [
        Fact(say("Recipe"), Name(f"{recipe.code} {recipe.version}")),
        Fact(say("Seed of every draw"), Name(str(recipe.seed))),
        Fact(say("Runs"), Number(design.runs, decimals=0)),
        Fact(say("Level of the intervals"), percent(design.level)),
        Fact(say("Equal scores"), ties),
        Fact(say("Bounds and limits"), fixed),
        Fact(say("Share of its parts that a composite needs"), Name(coverage) if coverage else say("none is asked for")),
    ]
    if recipe.framework:
        facts.append(Fact(say("Agenda"), Name(recipe.framework)))
    return Section("parameters", say("What else the recipe says"), (Facts(tuple(facts), words=True),))


def _files(view: IndexView) -> Section:
    entries = tuple((Link(label, LinkKind.INDEX, f"{view.recipe.code}/{name}"), note) for name, label, note in FILES)
    return Section("files", say("Take it with you"), (Index(entries),))
