"""In what a unit stands out from its peers, by the written rule, with what was passed over; and who its peers are."""

from __future__ import annotations

import math

from ekistics.assess.comparing.peers import NoPeers, PeerKind
from ekistics.assess.comparing.strengths import Comparison, NotAStrength, NotStandingOut, StrengthRule, Strengths
from ekistics.profile.blocks import Block, Cell, Column, Link, LinkKind, Prose, Table
from ekistics.profile.document import Layout, Section
from ekistics.profile.index.common import missing_cell, part_name, unit_link
from ekistics.profile.index.unit_evidence import UnitView
from ekistics.profile.texts import Name, Number, Say, Text, say, say_n

NAMED = 24
"""Peers named on the page; the rest are counted."""
WHY_NOT = {
    NotStandingOut.NO_FIGURE: say("no figure"),
    NotStandingOut.FILLED_IN: say("filled in, not measured"),
    NotStandingOut.FEW_PEERS: say("too few peers have a figure"),
    NotStandingOut.CLOSE: say("too close to the median of the peers"),
    NotStandingOut.WITHIN_ERROR: say("within its error"),
    NotStandingOut.OTHERS_MORE: say("others stand out more"),
}
WHY_NOBODY = {
    NoPeers.NO_LABEL: say("It lacks a label that the recipe groups places by."),
    NoPeers.ALONE: say("No other place shares its labels."),
    NoPeers.NO_PROFILE: say("No other place has enough figures in common with it."),
}


def peers_section(told: UnitView) -> Section:
    """Return strengths and weaknesses with the rule, what was passed over, and the peers by name."""
    found = told.strengths
    if found is None:
        return Section("peers", say("Nobody to compare it with"), (Prose(_nobody(told)),))
    sides = tuple(
        _side(told, rows, caption)
        for rows, caption in ((found.strongest, say("Stronger than its peers")), (found.weakest, say("Weaker than its peers")))
        if rows
    )
    blocks: tuple[Block, ...] = (*sides, Prose(_who(told), title=say("Its peers"), links=_named(told)), _passed_over(told, found))
    return Section("peers", _title(told, found), blocks, say("Held against the median of its peers, by a written rule."), Layout.HALVES)


def _title(told: UnitView, found: Strengths) -> Text:
    strong, weak = len(found.strongest), len(found.weakest)
    if not strong and not weak:
        return say("In nothing far from the median of its peers")
    view = told.view
    if strong and weak:
        return say(
            "Strongest in {strong}, weakest in {weak}",
            strong=part_name(view, found.strongest[0].code),
            weak=part_name(view, found.weakest[0].code),
        )
    first = (found.strongest or found.weakest)[0]
    return (
        say("Stronger than its peers, most of all in {part}", part=part_name(view, first.code))
        if strong
        else say("Weaker than its peers, most of all in {part}", part=part_name(view, first.code))
    )


def _side(told: UnitView, rows: tuple[Comparison, ...], caption: Text) -> Table:
    heads = (
        Column(say("Indicator")),
        Column(say("Score"), number=True),
        Column(say("Median of peers"), number=True, phone=False),
        Column(say("Apart by"), number=True),
    )
    return Table(caption, heads, tuple(_compared(told, one) for one in rows))


def _compared(told: UnitView, one: Comparison) -> tuple[Cell, ...]:
    decimals = told.decimals
    id_ = told.view.figure_of(one.code, told.unit) if one.code not in told.view.assessment.groups else 0
    name = part_name(told.view, one.code)
    apart = Number(one.difference, decimals=decimals, signed=True)
    error = say("± {error}", error=Number(one.error, decimals=decimals)) if one.error is not None else None
    return (
        Cell(name, note=Name(one.code), link=Link(name, LinkKind.FIGURE, str(id_)) if id_ else None),
        Cell(Number(one.value, decimals=decimals)),
        Cell(Number(one.median, decimals=decimals)),
        Cell(apart, note=error, strong=one.difference > 0, weak=one.difference < 0),
    )


def _passed_over(told: UnitView, found: Strengths) -> Table:
    heads = (Column(say("Indicator")), Column(say("Apart by"), number=True), Column(say("Why it was passed over")))
    rows = tuple(_passed(told, one) for one in found.passed_over)
    caption = say_n("One indicator was passed over, and why", "{count} indicators were passed over, and why", len(rows))
    return Table(caption, heads, rows, source=_rule(found.rule), folded=True)


def _passed(told: UnitView, one: NotAStrength) -> tuple[Cell, ...]:
    apart = one.comparison.difference
    name = Cell(part_name(told.view, one.comparison.code), note=Name(one.comparison.code))
    if not math.isfinite(apart):
        return (name, missing_cell(say("none")), Cell(WHY_NOT[one.why]))
    decimals = told.decimals
    return (name, Cell(Number(apart, decimals=decimals, signed=True)), Cell(WHY_NOT[one.why]))


def _rule(rule: StrengthRule) -> Text:
    slots = {"points": f"{rule.points:g}", "peers": f"{rule.peers_at_least}", "level": f"{100 * rule.level:g}"}
    return Say(rule.sentence, slots)


def _who(told: UnitView) -> tuple[Text, ...]:
    peers = told.peers
    if peers is None:
        return ()
    count = len(peers.units)
    if peers.kind is PeerKind.LABELS:
        return (
            say_n(
                "One other place shares its labels: {labels}.",
                "{count} other places share its labels: {labels}.",
                count,
                labels=Name(", ".join(peers.labels)),
            ),
        )
    why = tuple(WHY_NOBODY[one] for one in peers.why)
    return (
        *why,
        say_n(
            "The one place nearest to it in profile: over all indicators that both have, by weight.",
            "The {count} places nearest to it in profile: over all indicators that both have, by weight.",
            count,
        ),
    )


def _named(told: UnitView) -> tuple[Link, ...]:
    peers = told.peers
    return () if peers is None else tuple(unit_link(told.view, int(unit)) for unit in peers.units[:NAMED])


def _nobody(told: UnitView) -> tuple[Text, ...]:
    if told.view.peers is None:
        return (say("The peers of so many places are worked out by the command that writes the folder of the index."),)
    return tuple(WHY_NOBODY[one] for one in told.view.peers.of(told.unit).why) or (say("The recipe names no peers."),)
