"""The coherence audit of an index as a page: what to know before the ranking is believed, in sentences first."""

from __future__ import annotations

import bisect
from collections.abc import Sequence

import numpy as np

from ekistics.assess.audit.coherence import CoherenceAudit
from ekistics.assess.audit.flags import AuditFlag, FlagKind
from ekistics.assess.audit.of_assessment import Together
from ekistics.assess.audit.parts import GroupAudit, Removal, Weighed
from ekistics.profile.blocks import Block, Cell, CellState, ChartBlock, ClassLegend, Column, Group, Prose, Table
from ekistics.profile.chart_specs import DumbbellChart, Pair
from ekistics.profile.document import Document, Layout, Section
from ekistics.profile.index.audit_words import audit_sentence
from ekistics.profile.index.common import index_document, index_words, part_name, percent, unit_link
from ekistics.profile.index.evidence import IndexView
from ekistics.profile.texts import Name, Number, Say, Text, say, say_n

KINDS: tuple[tuple[Say, Say, tuple[FlagKind, ...]], ...] = (
    (
        say("What works against the index"),
        say("A gain here is a loss there, and a mean of the two hides both."),
        (FlagKind.AGAINST_ITS_WHOLE, FlagKind.OPPOSED, FlagKind.CONTRADICTORY, FlagKind.NO_VARIATION),
    ),
    (
        say("What weighs otherwise than its weight says"),
        say("Influence is the share of the differences between places that a part accounts for."),
        (FlagKind.NO_INFLUENCE, FlagKind.LITTLE_INFLUENCE, FlagKind.MUCH_INFLUENCE),
    ),
    (
        say("What is told twice, or in the wrong place"),
        say("Two figures of one thing give it twice the weight."),
        (FlagKind.REDUNDANT, FlagKind.REDUNDANT_ACROSS, FlagKind.CLOSER_TO_ANOTHER, FlagKind.REPEATED),
    ),
    (
        say("What does not speak of one thing"),
        say("A group whose parts go separate ways has a mean that stands for none of them."),
        (FlagKind.SEVERAL_DIMENSIONS, FlagKind.UNRELATED, FlagKind.LOW_ALPHA, FlagKind.LOW_ADEQUACY, FlagKind.FEW_UNITS),
    ),
    (
        say("What the ranking hangs on"),
        say("The ranking was made again without each part in turn."),
        (FlagKind.MOVES_RANKS_MOST, FlagKind.MOVES_NO_RANK),
    ),
)
"""Flags by what they are about: title, why it matters, kinds."""
SHOWN = 6
"""Sentences of one kind that stand open; the rest unfolds."""
WIDEST = 16
"""Parts in a table of correlations; of larger groups those with most weight are shown."""
REMOVALS = 15
"""Removals that stand open; the rest unfolds."""
STEPS = (0.2, 0.4, 0.6, 0.8)
"""Where one class of correlations ends and the next begins."""
CHANCE = 0.05
"""From this probability on, a correlation may be chance."""
EVEN = 0.01
"""Below this difference, weight and influence are one and the same."""
SLIGHT = 0.005
"""A probability below it would be printed as 0.00, which it is not."""
LEGEND = ClassLegend(
    say("Correlation from 0 to 1 in five steps"),
    say("0 to 0.2"),
    say("0.8 to 1"),
    say("cannot be computed"),
    say("may be chance"),
    say("negative"),
)


def index_audit(view: IndexView) -> Document:
    """Return the page of the coherence audit; without one it says what it takes."""
    kicker = say("{index}: coherence audit", index=index_words(view))
    audit = view.audit
    if audit is None:
        words = say("An audit takes three places with a score, and an index of two parts or more.")
        return index_document(view, "audit", kicker=kicker, title=say("There is too little to audit"), lede=(words,), sections=())
    sections = [_said(view, audit), _weights(view, audit), *_together(view, audit), _measures(view, audit), *_removals(view, audit)]
    return index_document(view, "audit", kicker=kicker, title=_title(view, audit), lede=_lede(view, audit), sections=sections)


def _title(view: IndexView, audit: CoherenceAudit) -> Text:
    """Say the gravest of what is wrong with a group, else how much there is to know."""
    groups = [flag for flag in audit.flags if flag.about and flag.about[0] in view.assessment.groups]
    for kind in (FlagKind.AGAINST_ITS_WHOLE, FlagKind.NO_INFLUENCE, FlagKind.MUCH_INFLUENCE):
        found = next((flag for flag in groups if flag.kind is kind), None)
        if found is None:
            continue
        part, group = part_name(view, found.about[0]), part_name(view, found.group)
        if kind is FlagKind.AGAINST_ITS_WHOLE:
            return say("{part} works against {group}", part=part, group=group)
        slots = {"part": part, "group": group, "weight": percent(found.numbers["weight"]), "share": percent(found.numbers["share"])}
        if kind is FlagKind.NO_INFLUENCE:
            return Say("{part} has {weight} of the weight in {group} and almost no influence", slots)
        return Say("{part} has {weight} of the weight in {group} and {share} of the influence", slots)
    count = _amiss(audit)
    if not count:
        return say("The parts of {index} belong together", index=Name(view.recipe.name))
    return say_n("One thing to know before the ranking is believed", "{count} things to know before the ranking is believed", count)


def _amiss(audit: CoherenceAudit) -> int:
    """Return how many flags say that something is wrong; which part moves most ranks is said of every index."""
    return sum(flag.kind not in (FlagKind.MOVES_RANKS_MOST, FlagKind.MOVES_NO_RANK) for flag in audit.flags)


def _lede(view: IndexView, audit: CoherenceAudit) -> tuple[Text, ...]:
    count = _amiss(audit)
    told = (
        say_n("The audit has one thing to say.", "The audit has {count} things to say.", count)
        if count
        else say("The audit found nothing amiss.")
    )
    return (told, say("It looks at whether parts belong together and whether each weighs what its weight says. It changes no score."))


def _said(view: IndexView, audit: CoherenceAudit) -> Section:
    blocks: list[Block] = []
    for title, why, kinds in KINDS:
        flags = [flag for flag in audit.flags if flag.kind in kinds]
        if flags:
            blocks.append(Group(title, _sentences(view, flags), why))
    if not blocks:
        blocks = [Prose((say("No rule of the audit speaks up."),))]
    return Section("said", None, tuple(blocks), layout=Layout.HALVES)


def _sentences(view: IndexView, flags: Sequence[AuditFlag]) -> tuple[Block, ...]:
    told = tuple(audit_sentence(flag, names=view.part_names, units=view.names) for flag in flags)
    if len(told) <= SHOWN + 1:
        return (Prose(told),)
    rest = told[SHOWN:]
    head = (Column(say("What else")),)
    folded = Table(say_n("One more", "{count} more", len(rest)), head, tuple((Cell(one),) for one in rest), folded=True)
    return (Prose(told[:SHOWN]), folded)


def _weights(view: IndexView, audit: CoherenceAudit) -> Section:
    """Return nominal against effective weights in the index, by depth below the top; single indicators in a folded table."""
    depths = [one for one in audit.on_top if any(part in view.assessment.groups for part in one.parts)]
    blocks: list[Block] = [_dumbbells(view, one) for one in depths]
    rows = tuple(row for one in audit.on_top for row in _weight_rows(view, one) if row)
    heads = (
        Column(say("Part")),
        Column(say("Weight in the index"), number=True),
        Column(say("Influence"), number=True),
        Column(say("Correlation with the index"), number=True, phone=False),
    )
    blocks.append(Table(say("Weight and influence of every part"), heads, rows, folded=bool(depths)))
    top = part_name(view, view.top)
    furthest = max(audit.on_top[0].parts, key=lambda part: abs(_gap(audit.on_top[0], part)))
    at = audit.on_top[0].parts.index(furthest)
    title = say(
        "{part} has {weight} of the weight and {share} of the influence on {index}",
        part=part_name(view, furthest),
        weight=percent(float(audit.on_top[0].weights[at])),
        share=percent(float(audit.on_top[0].shares[at])),
        index=top,
    )
    if abs(_gap(audit.on_top[0], furthest)) < EVEN:
        title = say("Every part has the influence on {index} that its weight says", index=top)
    dots = say("Dot: weight as given. Square: share of the differences in the index that the part accounts for.")
    words = dots if depths else say("Influence: share of the differences in the index that the part accounts for.")
    return Section("weights", title, tuple(blocks), words, layout=Layout.HALVES if len(blocks) > 2 else Layout.STACK)


def _gap(weighed: Weighed, part: str) -> float:
    at = weighed.parts.index(part)
    gap = float(weighed.shares[at] - weighed.weights[at])
    return gap if np.isfinite(gap) else 0.0


def _dumbbells(view: IndexView, weighed: Weighed) -> ChartBlock:
    order = sorted(range(len(weighed.parts)), key=lambda at: -float(weighed.weights[at]))
    pairs = tuple(
        Pair(
            part_name(view, weighed.parts[at]),
            100 * float(weighed.weights[at]),
            100 * float(weighed.shares[at]) if np.isfinite(weighed.shares[at]) else None,
            missing=say("does not vary"),
        )
        for at in order
    )
    most = max((value for one in pairs for value in (one.then, one.now) if value is not None), default=1.0)
    least = min((value for one in pairs for value in (one.then, one.now) if value is not None), default=0.0)
    levels = dict.fromkeys(one.level for part in weighed.parts if (one := view.parts.get(part)) is not None and hasattr(one, "level"))
    title = say("Weight and influence by {level}", level=Name(", ".join(levels)))
    chart = DumbbellChart(pairs, "%", min(least, 0.0), most * 1.05, say("weight"), say("influence"), squares=True)
    heads = (Column(say("Part")), Column(say("Weight"), number=True), Column(say("Influence"), number=True))
    rows = tuple(row[:3] for row in _weight_rows(view, weighed))
    return ChartBlock(title, say("Per cent of the whole"), chart, title, table=Table(title, heads, rows, hidden_caption=True))


def _weight_rows(view: IndexView, weighed: Weighed) -> tuple[tuple[Cell, ...], ...]:
    order = sorted(range(len(weighed.parts)), key=lambda at: -float(weighed.weights[at]))
    return tuple(
        (
            Cell(part_name(view, weighed.parts[at]), note=Name(weighed.parts[at])),
            Cell(percent(float(weighed.weights[at]))),
            Cell(percent(float(weighed.shares[at]))),
            Cell(_coefficient(float(weighed.influence.r[at]))),
        )
        for at in order
    )


def _together(view: IndexView, audit: CoherenceAudit) -> tuple[Section, ...]:
    blocks: list[Block] = []
    between = view.between
    if between is not None and len(between.codes) > 1:
        blocks.append(correlation_table(view, between, say("How the groups go together")))
    inside = [one for one in audit.groups if between is None or set(one.parts) != set(between.codes)]
    for one in inside:
        pair = Together(one.parts, one.correlations.r, one.correlations.chance)
        blocks.append(correlation_table(view, pair, say("Inside {group}", group=part_name(view, one.group)), folded=bool(blocks)))
    if not blocks:
        return ()
    words = say("Correlation over the places ranked. Parts that go together are dark; a dashed edge says that it may be chance.")
    return (Section("together", _together_title(view), tuple(blocks), words),)


def _together_title(view: IndexView) -> Text:
    between = view.between
    if between is None or len(between.codes) < 2:
        return say("How the parts go together")
    above = np.triu_indices(len(between.codes), 1)
    known = between.r[above][np.isfinite(between.r[above])]
    telling = between.chance[above][np.isfinite(between.r[above])] < CHANCE
    opposite, by_chance = int(((known < 0) & telling).sum()), int((~telling).sum())
    if opposite:
        return say_n(
            "One of {total} pairs of groups goes opposite ways",
            "{count} of {total} pairs of groups go opposite ways",
            opposite,
            total=len(known),
        )
    if by_chance:
        return say_n(
            "One of {total} pairs of groups may have nothing in common",
            "{count} of {total} pairs of groups may have nothing in common",
            by_chance,
            total=len(known),
        )
    return say("All groups rise and fall together")


def correlation_table(view: IndexView, pair: Together, caption: Text, *, folded: bool = False) -> Table:
    """Return correlations as a heat table, each pair once."""
    codes = pair.codes[:WIDEST]
    heads = (Column(say("Part")), *(Column(part_name(view, code), number=True, phone=at < 3) for at, code in enumerate(codes[:-1])))
    rows = tuple(
        (
            Cell(part_name(view, code)),
            *(
                _correlation_cell(float(pair.r[row, column]), float(pair.chance[row, column])) if column < row else Cell()
                for column in range(len(codes) - 1)
            ),
        )
        for row, code in enumerate(codes)
        if row
    )
    more = len(pair.codes) - len(codes)
    return Table(
        caption,
        heads,
        rows,
        heat=True,
        legend=LEGEND,
        folded=folded,
        source=say_n("One more part is not shown.", "{count} more parts are not shown.", more) if more > 0 else None,
    )


def _correlation_cell(r: float, chance: float) -> Cell:
    if not np.isfinite(r):
        return Cell(say("none"), CellState.MISSING)
    number = _coefficient(r)
    if not chance < CHANCE:
        return Cell(number, CellState.UNSTABLE)
    if r < 0:
        return Cell(number, CellState.NEGATIVE)
    return Cell(number, klass=bisect.bisect_right(STEPS, r) + 1)


def _coefficient(value: float) -> Text:
    return Number(value, decimals=2) if np.isfinite(value) else say("none")


def _measures(view: IndexView, audit: CoherenceAudit) -> Section:
    heads = (
        Column(say("Group")),
        Column(say("Parts"), number=True),
        Column(say("Cronbach’s alpha"), number=True),
        Column(say("KMO"), number=True, phone=False),
        Column(say("Bartlett, chance"), number=True, phone=False),
        Column(say("First component"), number=True, phone=False),
        Column(say("What that says")),
    )
    table = Table(
        say("Measures of coherence by group"), heads, tuple(_measured(view, audit, one) for one in audit.groups), hidden_caption=True
    )
    rule = audit.rule
    words = (
        say(
            "Cronbach’s alpha: how far the parts measure one thing, 1 is fully; from {alpha} on it is taken as good.",
            alpha=Number(rule.alpha, decimals=2),
        ),
        say(
            "KMO: whether all parts share what they share; from {kmo} on that is taken as enough. Of two parts it is always 0.5.",
            kmo=Number(rule.adequacy, decimals=2),
        ),
        say("Bartlett: how probable these correlations would be if the parts had nothing to do with one another."),
        say("First component: how much of what the parts say one single number could say."),
    )
    good = sum(one.alpha >= rule.alpha for one in audit.groups)
    title = say("{good} of {total} groups measure one thing", good=good, total=len(audit.groups))
    if len(audit.groups) == 1:
        title = say("Its parts measure one thing") if good else say("Its parts measure one thing only loosely")
    return Section("measures", title, (table, Prose(words, note=True)))


def _measured(view: IndexView, audit: CoherenceAudit, one: GroupAudit) -> tuple[Cell, ...]:
    adequacy, chance = float(one.adequacy.overall), float(one.sphericity.chance)
    return (
        Cell(part_name(view, one.group), note=Name(one.group)),
        Cell(Number(len(one.parts), decimals=0)),
        Cell(_coefficient(one.alpha), weak=one.alpha < audit.rule.alpha),
        Cell(_coefficient(adequacy), weak=adequacy < audit.rule.adequacy and len(one.parts) > 2),
        Cell(say("under 0.01") if chance < SLIGHT else _coefficient(chance), weak=chance > audit.rule.chance),
        Cell(percent(float(one.components.proportions[0]))),
        Cell(_meaning(audit, one)),
    )


def _meaning(audit: CoherenceAudit, one: GroupAudit) -> Text:
    if not np.isfinite(one.alpha):
        return say("too few figures to say")
    if one.alpha < 0:
        return say("its parts contradict one another")
    if one.alpha < audit.rule.alpha:
        return say("measures one thing only loosely")
    if int(one.components.above(1.0)) > 1:
        return say("holds together, but speaks of more than one thing")
    return say("measures one thing")


def _removals(view: IndexView, audit: CoherenceAudit) -> tuple[Section, ...]:
    known = sorted((one for one in audit.removals if one.compared), key=lambda one: -one.mean_change)
    if not known:
        return ()
    heads = (
        Column(say("Without")),
        Column(say("Mean change of rank"), number=True),
        Column(say("Largest change"), number=True),
        Column(say("Who moves most"), phone=False),
    )
    most = known[0].mean_change or 1.0
    rows = [_removal(view, one, most) for one in known]
    blocks: list[Block] = [Table(say("Parts that move most ranks"), heads, tuple(rows[:REMOVALS]), hidden_caption=True)]
    if len(rows) > REMOVALS:
        caption = say_n("One more part", "{count} more parts", len(rows) - REMOVALS)
        blocks.append(Table(caption, heads, tuple(rows[REMOVALS:]), folded=True))
    title = say(
        "Without {part}, ranks move by {mean} on average",
        part=part_name(view, known[0].code),
        mean=Number(known[0].mean_change, decimals=1),
    )
    return (
        Section("removal", title, tuple(blocks), say("The ranking without each group and each indicator, the one that moves most first.")),
    )


def _removal(view: IndexView, one: Removal, most: float) -> tuple[Cell, ...]:
    return (
        Cell(part_name(view, one.code), note=Name(one.code)),
        Cell(Number(one.mean_change, decimals=1), bar=100 * one.mean_change / most),
        Cell(Number(one.largest_change, decimals=0)),
        Cell(Name(view.names[one.unit]), link=unit_link(view, one.unit)) if one.largest_change > 0 else Cell(say("nobody")),
    )
