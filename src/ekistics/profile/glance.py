"""The first page of a place: facts, agendas, the map of reach, what stands out, the matrix, and how much is in hand."""

from __future__ import annotations

from collections.abc import Sequence

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
    Prose,
    Strip,
)
from ekistics.profile.chart_specs import Strip1D, TargetLine
from ekistics.profile.document import Document, Layout, Section
from ekistics.profile.evidence import AgendaView, Evidence, Found, Rated, Side
from ekistics.profile.indices_shown import NO_INDICES
from ekistics.profile.matrix import matrix_section
from ekistics.profile.reach_map import REACH_ORDER, reach_map
from ekistics.profile.settlement.page import settlement_fact
from ekistics.profile.texts import Name, Number, Say, Text, say, say_n
from ekistics.profile.titles import districts_title, headline
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
    beside = (*_indices(evidence), *_agendas(evidence))
    return Document(
        kind="glance",
        key="",
        kicker=_kicker(evidence),
        title=Name(evidence.place.name()),
        title_is_place=True,
        lede=_lede(evidence),
        lead=(_facts(evidence), *(beside if reach else ())),
        lead_layout=Layout.NARROW_WIDE if reach else Layout.SEVEN_FIVE,
        aside=(reach,) if reach else beside,
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
    told: list[Text] = []
    strong_ones = {one.rated.indicator for one in evidence.findings if one.side is Side.STRONG}
    both = {"public_transport_access", "people_near_open_space_share"} <= strong_ones
    if both:
        told.append(say("Most people can walk to a served stop and to an open space."))
    for found in evidence.findings:
        if found.rated.indicator in wording.LEDES and not (both and found.rated.indicator in REACH_ORDER):
            strong, weak = wording.LEDES[found.rated.indicator]
            told.append(strong if found.side is Side.STRONG else weak)
    if not told:
        return _plain_lede(evidence)
    return (*told[:3], *_left_out(evidence)) if len(told) < 3 else tuple(told[:3])


def _left_out(evidence: Evidence) -> tuple[Text, ...]:
    """Say in how many districts most people are left out of the reach that leaves out most districts, where there are any."""
    found = evidence.districts
    if found is None:
        return ()
    counted = {code: sum((one.observation.value or 0) < 50 for one in found.reliable(code).values()) for code in REACH_ORDER}
    worst = max(REACH_ORDER, key=lambda code: counted[code])
    return (say("{finding}.", finding=districts_title(evidence.cards[worst], found)),) if counted[worst] else ()


def _plain_lede(evidence: Evidence) -> tuple[Text, ...]:
    """Tell people, land and how fast it was taken, where no finding is sure enough to lead."""
    told: list[Text] = []
    people, land, ratio = (evidence.figure(code) for code in ("population", "built_up_area", "land_consumption_ratio"))
    if people and land and people.observation.value and land.observation.value and wording.year_of(people) == wording.year_of(land):
        told.append(
            say(
                "{people} people lived on {land} of built-up land in {year}.",
                people=wording.value_of(people.observation, unit=False),
                land=wording.value_of(land.observation),
                year=Number(wording.year_of(people), year=True),
            )
        )
    if ratio and ratio.observation.value is not None:
        period = wording.period_of(ratio.observation.period)
        told.append(say("{finding}, {period}.", finding=headline(evidence.cards["land_consumption_ratio"], ratio), period=period))
    reach = next((one for code in REACH_ORDER if (one := evidence.figure(code)) and one.observation.value is not None), None)
    if reach is not None:
        told.append(say("{finding}.", finding=headline(evidence.cards[reach.observation.indicator], reach)))
        told += [Say(reach.observation.reason)] if reach.observation.reason else []
    if told:
        return tuple(told)
    count = len({one.figure.observation.indicator for one in evidence.chosen if one.figure.observation.value is not None})
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
    where = settlement_fact(evidence)
    facts = facts[:5] if where is None else [*facts[:4], where]
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


def _indices(evidence: Evidence) -> tuple[Block, ...]:
    """Return one line for each index of the place; nothing where no recipe was chosen."""
    facts = (evidence.indices or NO_INDICES).facts
    return (Facts(facts, say("Indices")),) if facts else ()


def _agendas(evidence: Evidence) -> tuple[Block, ...]:
    if not evidence.agendas:
        return ()
    strips = tuple(
        Strip(
            Say(view.framework.name), view.filled, len(view.ratings), Link(Say(view.framework.name), LinkKind.AGENDA, view.framework.code)
        )
        for view in evidence.agendas
    )
    rated = bool((evidence.indices or NO_INDICES).agendas)
    threshold = Number(100 * max(view.framework.coverage_threshold for view in evidence.agendas), "%", decimals=0)
    return (
        AgendaStrips(
            say("Against the agendas"),
            strips,
            None if rated else say("No overall rating: each agenda needs {share} of its items.", share=threshold),
        ),
    )


def in_hand(evidence: Evidence) -> tuple[int, int, int]:
    """Return how many of the agendas' figures are computed here, given by others, and missing; each figure counts once."""
    having: dict[str, bool] = {}
    missing: set[str] = set()
    for view, one in evidence.agenda_items():
        key = one.indicator or f"{view.framework.code}:{one.item.code}"
        if one.figure is not None and one.measured:
            having[key] = one.figure.observation.series.origin is Origin.COMPUTED
        else:
            missing.add(key)
    computed = sum(having.values())
    return computed, len(having) - computed, len(missing - set(having))


def _standing_out(evidence: Evidence) -> Section:
    strong = [one for one in evidence.findings if one.side is Side.STRONG]
    weak = [one for one in evidence.findings if one.side is Side.WEAK]
    blocks: list[Block] = []
    if strong:
        blocks.append(Findings(say("Strongest"), tuple(finding_block(evidence, one) for one in strong)))
    if weak:
        blocks.append(Findings(say("Weakest"), tuple(finding_block(evidence, one) for one in weak)))
    scored = [one for _, one in evidence.agenda_items() if one.score is not None]
    if not blocks:
        return Section("stands-out", say("Nothing is sure enough to stand out yet"), (Prose(_why_nothing(scored)),))
    if not weak:
        blocks.append(Prose((say("No figure qualifies for the weak side."),)))
    if not strong:
        blocks.append(Prose((say("No figure qualifies for the strong side."),)))
    return Section(
        "stands-out",
        say("What stands out"),
        tuple(blocks),
        say(
            "Chosen by a written rule: a verified target, enough coverage, and an interval that stays on one side of it."
            " {count} of {rated} rated items qualify.",
            count=len(evidence.findings),
            rated=len(scored),
        ),
    )


def _why_nothing(scored: Sequence[Rated]) -> tuple[Text, ...]:
    """Say the rule and what keeps the figures in hand from passing it."""
    rule = say("No figure passes the rule yet: a verified target, enough coverage, and an interval that stays on one side of it.")
    provisional = sum(one.provisional for one in scored)
    if not scored:
        return (rule, say("No item of the agendas has a score."))
    if not provisional:
        return (rule,)
    return (
        rule,
        say_n(
            "One item has a score, on a provisional benchmark, which no finding may rest on.",
            "Of {count} items with a score {provisional} rest on a provisional benchmark, which no finding may rest on.",
            len(scored),
            provisional=provisional,
        )
        if provisional < len(scored) or len(scored) == 1
        else say("All {count} scores rest on provisional benchmarks, on which no finding may rest.", count=len(scored)),
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
