"""The first page of a place: facts, agendas, the map of reach, what stands out, the matrix, and how much is in hand."""

from __future__ import annotations

from ekistics.model.observations import Origin
from ekistics.profile import wording
from ekistics.profile.blocks import (
    AgendaStrips,
    Block,
    Completeness,
    Fact,
    Facts,
    FindingBlock,
    Findings,
    Link,
    LinkKind,
    MapBlock,
    MapKind,
    Prose,
    Strip,
)
from ekistics.profile.chart_specs import Strip1D, TargetLine
from ekistics.profile.document import Document, Layout, Section
from ekistics.profile.evidence import AgendaView, Evidence, Found, Side
from ekistics.profile.matrix import matrix_section
from ekistics.profile.reach_list import district_reach
from ekistics.profile.texts import Name, Number, Say, Text, say, say_n
from ekistics.profile.trail import foot_of, trail_of

FACTS = (
    "population",
    "area",
    "population_density",
    "built_up_area",
    "built_up_per_person",
    "street_density",
    "intersection_density_walking",
)
"""Indicators of the facts column, in order; the first five in hand are shown."""


def glance(evidence: Evidence) -> Document:
    """Return the first page of a place."""
    sections = [one for one in (_standing_out(evidence), matrix_section(evidence), _completeness(evidence)) if one]
    reach = reach_map(evidence)
    return Document(
        kind="glance",
        key="",
        kicker=_kicker(evidence),
        title=Name(evidence.place.name()),
        title_is_place=True,
        lede=_lede(evidence),
        lead=(_facts(evidence), *_agendas(evidence)),
        aside=(reach,) if reach else (),
        sections=tuple(sections),
        trail=trail_of(evidence),
        place=evidence.place.code,
        themes=tuple(evidence.themes()),
        foot=foot_of(evidence),
        languages=evidence.languages,
    )


def _kicker(evidence: Evidence) -> Text:
    names = [one.name() for one in reversed(evidence.parents)]
    return Name(", ".join(names)) if names else say("A place of this workspace")


def _lede(evidence: Evidence) -> tuple[Text, ...]:
    """Up to three sentences: the strongest and the weakest findings that have words of their own, else what is in hand."""
    told = []
    for found in evidence.findings:
        if found.rated.indicator in wording.LEDES:
            strong, weak = wording.LEDES[found.rated.indicator]
            told.append(strong if found.side is Side.STRONG else weak)
    if told:
        return tuple(told[:3])
    count = len({one.figure.observation.indicator for one in evidence.chosen})
    return (
        say_n("One indicator is in hand.", "{count} indicators are in hand.", count),
        say("No finding is sure enough to stand out yet."),
    )


def _facts(evidence: Evidence) -> Facts:
    facts = []
    for code in FACTS:
        figure = evidence.figure(code)
        if figure is None or figure.observation.value is None or code not in evidence.cards:
            continue
        facts.append(
            Fact(
                wording.card_name(evidence.cards[code]),
                wording.value_of(figure.observation, unit=figure.observation.unit != "{person}"),
                wording.dated(figure),
                Link(say("Where this comes from"), LinkKind.FIGURE, str(figure.id)),
            )
        )
    computed, reported, missing = in_hand(evidence)
    facts = facts[:5]
    total = computed + reported + missing
    facts.append(
        Fact(
            say("Figures in hand"),
            say("{have} of {total}", have=computed + reported, total=total),
            None,
            Link(say("what is missing and which file would bring it"), LinkKind.PAGE, "how-we-know"),
        )
    )
    return Facts(tuple(facts))


def _agendas(evidence: Evidence) -> tuple[Block, ...]:
    if not evidence.agendas:
        return ()
    strips = tuple(
        Strip(
            Say(view.framework.name), view.filled, len(view.ratings), Link(Say(view.framework.name), LinkKind.AGENDA, view.framework.code)
        )
        for view in evidence.agendas
    )
    threshold = Number(100 * max(view.framework.coverage_threshold for view in evidence.agendas), "%", decimals=0)
    return (
        AgendaStrips(
            say("Against the agendas"),
            strips,
            say("No overall rating: each agenda needs {share} of its items.", share=threshold),
        ),
    )


def in_hand(evidence: Evidence) -> tuple[int, int, int]:
    """Return how many of the agendas' figures are computed here, given by others, and missing; each figure counts once."""
    having: dict[str, bool] = {}
    missing: set[str] = set()
    for view, one in evidence.agenda_items():
        key = one.indicator or f"{view.framework.code}:{one.item.code}"
        if one.figure is not None:
            having[key] = one.figure.observation.series.origin is Origin.COMPUTED
        else:
            missing.add(key)
    computed = sum(having.values())
    return computed, len(having) - computed, len(missing - set(having))


REACH_ORDER = (
    "public_transport_access",
    "people_near_open_space_share",
    "public_transport_access_low_capacity",
)
"""Which reach the first map shows, in order of preference."""

_REACH_WORDS: dict[str, tuple[Say, Say, Say]] = {
    "public_transport_access": (
        say("{share} of people can walk to a served stop; the orange dots cannot"),
        say("within a walk of a served stop"),
        say("Residents by walking distance to a served stop"),
    ),
    "people_near_open_space_share": (
        say("{share} of people can walk to open space; the orange dots cannot"),
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
    code = next((one for one in (*REACH_ORDER, *having) if one in having), None)
    figure = evidence.figure(code) if code else None
    credit = say("Sources: {credit}.", credit=shapes.credit) if shapes.credit else None
    if code is None:
        return MapBlock(
            MapKind.REACH,
            say("What is measured: streets, green and water inside the line"),
            say("No count of people is in hand, so no reach is drawn"),
            shapes,
            say("Map of the area measured with its streets, green and water."),
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
        source=credit,
        table=district_reach(evidence, (code,)),
        links=_map_links(figure.id if figure else None),
    )


def _reach_words(evidence: Evidence, code: str) -> tuple[Say, Say, Say]:
    if code in _REACH_WORDS:
        return _REACH_WORDS[code]
    name = wording.card_name(evidence.cards[code]) if code in evidence.cards else Say(code)
    return (
        say("{share} of people are reached; the orange dots are not"),
        say("reached"),
        say("Residents by: {indicator}", indicator=name),
    )


def _map_links(figure: int | None) -> tuple[Link, ...]:
    links = [Link(say("Open the map"), LinkKind.PAGE, "map"), Link(say("SVG"), LinkKind.DOWNLOAD, "map.svg")]
    if figure is not None:
        links.append(Link(say("Where this comes from"), LinkKind.FIGURE, str(figure)))
    return tuple(links)


def _standing_out(evidence: Evidence) -> Section:
    strong = [one for one in evidence.findings if one.side is Side.STRONG]
    weak = [one for one in evidence.findings if one.side is Side.WEAK]
    blocks: list[Block] = []
    if strong:
        blocks.append(Findings(say("Strongest"), tuple(finding_block(evidence, one) for one in strong)))
    if weak:
        blocks.append(Findings(say("Weakest"), tuple(finding_block(evidence, one) for one in weak)))
    if not blocks:
        blocks.append(Prose((say("No figure passes the rule yet: a verified target, and an interval that stays on one side of it."),)))
    rated = sum(one.score is not None for _, one in evidence.agenda_items())
    count = len(evidence.findings)
    return Section(
        "stands-out",
        say("What stands out"),
        tuple(blocks),
        say(
            "Chosen by a written rule: a verified target, enough coverage, and an interval that stays on one side of it."
            " {count} of {rated} rated items qualify.",
            count=count,
            rated=rated,
        ),
    )


def finding_block(evidence: Evidence, found: Found) -> FindingBlock:
    """Return one finding with its number, interval, sentence and strip."""
    figure, item = found.rated.figure, found.rated.item
    if figure is None:
        raise AssertionError(f"a finding without a figure: {item.code}")
    one = figure.observation
    card = evidence.cards[one.indicator]
    view = next((view for view in evidence.agendas if view.framework.code == found.framework), None)
    return FindingBlock(
        side=str(found.side),
        number=wording.value_of(one),
        interval=wording.interval_of(one),
        sentence=wording.sentence_of(card),
        chart=_strip(found, view),
        source=say("{agenda} {item}, {period}.", agenda=_short(view), item=item.code, period=wording.period_of(one.period)),
        links=(Link(say("Where this comes from"), LinkKind.FIGURE, str(figure.id)),),
        rule=Say(found.rule) if found.rule else say("A verified target, enough coverage, and an interval that stays on one side of it."),
    )


def _short(view: AgendaView | None) -> str:
    return wording.agenda_name(view.framework.code) if view else ""


def _strip(found: Found, view: AgendaView | None) -> Strip1D | None:
    figure, benchmark = found.rated.figure, found.rated.item.benchmark
    if figure is None or figure.observation.value is None:
        return None
    one, value = figure.observation, figure.observation.value
    target = None
    if benchmark and benchmark.unit == one.unit:
        aim = benchmark.target if benchmark.target is not None else (benchmark.maximum if benchmark.higher_is_better else benchmark.minimum)
        if aim is not None:
            everyone = one.unit == "%" and aim == 100
            code = f"{_short(view)} {found.rated.item.code}".strip()
            label = say("{code}: everyone", code=code) if everyone else say("{code}: {aim}", code=code, aim=wording.aim_of(aim, one.unit))
            target = TargetLine(aim, label, benchmark.target_year, benchmark.provisional)
    reach = [value, one.upper or value, target.value if target else value]
    end = 100.0 if one.unit == "%" and max(reach) > 30 else max(reach) * 1.4
    if end <= 0:
        return None
    return Strip1D(value, 0.0, end, str(found.side), Number(0.0, decimals=0), one.lower, one.upper, target)


def _completeness(evidence: Evidence) -> Section | None:
    computed, reported, missing = in_hand(evidence)
    total = computed + reported + missing
    if not total:
        return None
    years = sorted(evidence.known_on.year - wording.year_of(one.figure) for one in evidence.chosen)
    age = (
        say_n(
            "The median figure is one year old; the oldest is {oldest}.",
            "The median figure is {count} years old; the oldest is {oldest}.",
            years[len(years) // 2],
            oldest=years[-1],
        )
        if years
        else None
    )
    return Section(
        "in-hand",
        say("{have} of {total} figures are in hand, and all can be traced", have=computed + reported, total=total),
        (Completeness(computed, reported, missing),),
        age,
        Layout.STACK,
    )
