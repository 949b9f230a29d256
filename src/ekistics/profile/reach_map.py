"""The dot map of a place: who is reached, or the plain map where nobody's reach is known."""

from __future__ import annotations

import numpy as np

from ekistics.model.observations import Figure
from ekistics.profile import wording
from ekistics.profile.blocks import Link, LinkKind, MapBlock, MapKind
from ekistics.profile.evidence import Dots, Evidence
from ekistics.profile.reach_list import district_reach
from ekistics.profile.texts import Number, Say, Text, say

DOTS = 4000
"""Into how many dots the residents are shared out."""

REACH_ORDER = (
    "public_transport_access",
    "people_near_open_space_share",
    "public_transport_access_low_capacity",
)
"""Which reach the first map shows, in order of preference."""

_REACH_WORDS: dict[str, tuple[Say, Say, Say]] = {
    "public_transport_access": (
        say("{share} of people can walk to a served stop; the orange dots are those who cannot"),
        say("within a walk of a served stop"),
        say("Residents by walking distance to a served stop"),
    ),
    "people_near_open_space_share": (
        say("{share} of people can walk to open space; the orange dots are those who cannot"),
        say("within a 400 m walk of open space"),
        say("Residents by walking distance to open public space"),
    ),
}


def reach_map(evidence: Evidence) -> MapBlock | None:
    """Return the dot map of the first reach in hand, the plain map of the place where people are not known, None without shapes."""
    shapes = evidence.shapes
    if shapes is None or shapes.study is None:
        return None
    having = {one.indicator: one for one in shapes.dots}
    # where homes are known and people are not, dots would stand for nobody
    known = [one for one in (*REACH_ORDER, *having) if one in having and _has_value(evidence.figure(one))]
    code = known[0] if known else None
    figure = evidence.figure(code) if code else None
    credit = say("Sources: {credit}.", credit=shapes.credit) if shapes.credit else None
    if code is None:
        return MapBlock(
            MapKind.REACH,
            say("What is measured: streets, green and water inside the line")
            if shapes.streets
            else say("What is measured lies inside the line"),
            say("No count of people is in hand, so no reach is drawn"),
            shapes,
            say("Map of the area measured with its streets, green and water.") if shapes.streets else say("Map of the area measured."),
            source=credit,
            links=(Link(say("Open the map"), LinkKind.PAGE, "map"),),
        )
    title, reached, subtitle = _reach_words(evidence, code)
    share = wording.value_of(figure.observation) if figure else say("Part")
    return MapBlock(
        MapKind.REACH,
        Say(title.message, {"share": share}),
        say("{what}, {period}", what=subtitle, period=wording.period_of(figure.observation.period)) if figure else subtitle,
        shapes,
        say("Dot map. {share} of residents are reached; those who are not are drawn larger.", share=share),
        dots_of=code,
        reached_label=reached,
        missed_label=say("further away"),
        source=_dots_words(having[code], figure, credit),
        table=district_reach(evidence, (code,)),
        links=_map_links(figure.id if figure else None),
    )


def _has_value(figure: Figure | None) -> bool:
    return figure is not None and figure.observation.value is not None


def _dots_words(dots: Dots, figure: Figure | None, credit: Text | None) -> Text:
    """Say what one dot stands for, what the figure leaves out, and whose data it is."""
    people = float(np.nansum(np.asarray(dots.people, dtype=float)))
    told: Text = say("One dot stands for {count} residents, shared out over where they live.", count=Number(people / DOTS, decimals=0))
    if figure is not None and figure.observation.reason:
        told = say("{reason} {told}", reason=Say(figure.observation.reason), told=told)
    return say("{told} {credit}", told=told, credit=credit) if credit else told


def _reach_words(evidence: Evidence, code: str) -> tuple[Say, Say, Say]:
    if code in _REACH_WORDS:
        return _REACH_WORDS[code]
    name = wording.card_name(evidence.cards[code]) if code in evidence.cards else Say(code)
    return (
        say("{share} of people are reached; the orange dots are those who are not"),
        say("reached"),
        say("Residents by: {indicator}", indicator=name),
    )


def _map_links(figure: int | None) -> tuple[Link, ...]:
    links = [Link(say("Open the map"), LinkKind.PAGE, "map"), Link(say("SVG"), LinkKind.DOWNLOAD, "map.svg")]
    if figure is not None:
        links.append(Link(say("Where this comes from"), LinkKind.FIGURE, str(figure)))
    return tuple(links)
