"""What if other things counted: the page on which weights and methods are moved; without script, the recipe's own weights and ranks."""

from __future__ import annotations

from ekistics.assess.index.recipe_faults import aggregate_of
from ekistics.assess.methods.trees import below, tree_of
from ekistics.profile.blocks import Block, Cell, Column, Island, Prose, Table
from ekistics.profile.document import Document, Section
from ekistics.profile.index.common import (
    ROWS,
    decimals_of,
    index_document,
    index_link,
    index_words,
    missing_cell,
    part_name,
    percent,
    provisional_section,
    unit_link,
    year_words,
)
from ekistics.profile.index.evidence import IndexView
from ekistics.profile.texts import Name, Number, Text, say

ISLAND = "what-if"
MOST_CELLS = 50_000
"""Figures up to which a page is sent them all: some three megabytes before they are packed."""
MEANS = ("arithmetic", "geometric", "harmonic", "median", "power", "minimum")
"""Ways to put parts together that the page itself can work out."""


def index_what_if(view: IndexView) -> Document:
    """Return the page: where nothing speaks against it, with the place in which weights are moved."""
    reason = why_not(view)
    tables = (_weights(view), _ranks(view))
    if reason is not None:
        blocks: tuple[Block, ...] = (Prose((reason,)), *tables)
    else:
        needs = say("To move weights and methods this page needs its script. Without it, here is what the recipe itself gives.")
        blocks = (Island(ISLAND, (Prose((needs,)), *tables)),)
    return index_document(
        view,
        "what-if",
        kicker=say("{index}: what if other things counted", index=index_words(view)),
        title=_title(view),
        lede=(say("Move a weight or change a method, and see which ranks hold."),) if reason is None else (),
        sections=(
            Section("try", say("Your weights, and the ranks they give") if reason is None else None, blocks),
            _limits_section(view),
            *provisional_section(view),
        ),
    )


def why_not(view: IndexView) -> Text | None:
    """Return why weights cannot be moved on a page; None where they can."""
    recipe = view.recipe
    if not view.order:
        return say("No place has enough figures to be ranked, so there is nothing to move.")
    if recipe.weights.name == "benefit-of-the-doubt":
        return say("In this index every place has weights of its own, the best for it. There are no common weights to move.")
    other = [one for one in below(tree_of(recipe), view.top).groups if aggregate_of(recipe, one).name not in MEANS]
    if other:
        method = aggregate_of(recipe, other[0]).name
        return say(
            "{part} is put together by {method}, which the page cannot work out by itself. Change the recipe and apply it again.",
            part=Name(other[0].name),
            method=Name(method),
        )
    cells = len(view.units) * len(recipe.indicators)
    if cells > MOST_CELLS:
        return say("This index has {cells} figures, too many to be sent with a page. Change the recipe and apply it again.", cells=cells)
    return None


def _title(view: IndexView) -> Text:
    if not view.order:
        return say("No place has enough figures to be ranked")
    return say("By the recipe {leader} comes first. And by your own weights?", leader=Name(view.names[view.order[0]]))


def _weights(view: IndexView) -> Table:
    """Return the parts of the index as a tree, each with its share of the whole that it belongs to."""
    rows: list[tuple[Cell, ...]] = []
    _add_parts(view, view.top, 0, rows)
    return Table(
        say("Weights of the recipe"),
        (Column(say("Part")), Column(say("Share of the part above it"), number=True), Column(say("Put together by"), phone=False)),
        tuple(rows),
    )


def _add_parts(view: IndexView, group: str, depth: int, rows: list[tuple[Cell, ...]]) -> None:
    told = next(one for one in view.recipe.groups if one.code == group)
    if depth == 0:
        rows.append((Cell(part_name(view, group)), Cell(percent(1.0)), Cell(Name(aggregate_of(view.recipe, told).name))))
    for part, share in zip(view.recipe.children(group), view.assessment.weights[group], strict=True):
        composite = part.code in view.assessment.groups
        method = Name(aggregate_of(view.recipe, view.recipe.groups[_place(view, part.code)]).name) if composite else None
        rows.append((Cell(Name(part.name), depth=depth + 1), Cell(Number(100 * float(share), "%", decimals=1)), Cell(method)))
        if composite:
            _add_parts(view, part.code, depth + 1, rows)


def _place(view: IndexView, code: str) -> int:
    return next(place for place, one in enumerate(view.recipe.groups) if one.code == code)


def _ranks(view: IndexView) -> Table:
    decimals, scores, ranks = decimals_of(view, view.top), view.scores_of(view.top), view.ranks_of(view.top)
    shown = (*view.order, *view.unranked)[:ROWS]
    rows = tuple(
        (
            Cell(Name(view.names[unit]), link=unit_link(view, unit)),
            Cell(Number(int(ranks[unit]), decimals=0)) if ranks[unit] else missing_cell(say("refused")),
            Cell(Number(float(scores[unit]), decimals=decimals)) if ranks[unit] else missing_cell(say("too few figures")),
        )
        for unit in shown
    )
    heads = (Column(say("Place")), Column(say("Rank"), number=True), Column(say("Score"), number=True))
    return Table(say("Ranks by the recipe"), heads, rows, links=(index_link(view, say("Ranking with intervals")),))


def _limits_section(view: IndexView) -> Section:
    """Return what moving weights here does and does not do."""
    told: list[Text] = [
        say("Everything is worked out in your browser, by the same rules as the recipe. Nothing is kept but the address of this page."),
        say("Intervals are not drawn anew here: they are those of the recipe. To keep a change, write it into the recipe."),
        say("Gaps stay filled and outliers drawn in as the recipe says, and only the year {year} is looked at.", year=year_words(view))
        if view.year_shown
        else say("Gaps stay filled and outliers drawn in as the recipe says."),
    ]
    if any(one.normalise is not None for one in view.recipe.indicators):
        told.append(say("An indicator that the recipe gives a scale of its own keeps it."))
    if any(one.aggregate is not None for one in view.recipe.groups):
        told.append(say("A part that the recipe gives a mean of its own keeps it."))
    if view.recipe.weights.name not in ("given", "equal"):
        told.append(
            say("The weights were found by {method} and stay as they are until you move them.", method=Name(view.recipe.weights.name))
        )
    links = (index_link(view, say("How it is made"), "how"),)
    return Section("limits", say("What this page does, and what it does not"), (Prose(tuple(told), links=links),))
