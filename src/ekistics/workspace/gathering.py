"""All that the pages of one place are made from, gathered out of the record, the agendas and the layers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from ekistics.assess.preference import prefer
from ekistics.assess.rating import Rating
from ekistics.assess.trends import trend_of
from ekistics.indicators.registry import REGISTRY, edition_of, newest_cards
from ekistics.model.cards import Card
from ekistics.model.errors import Damaged, NotFound
from ekistics.model.frameworks import Framework
from ekistics.model.lineage import Asset, PartRecord
from ekistics.model.observations import Figure
from ekistics.model.places import Place, PlaceKind, RelationKind
from ekistics.model.targets import Target
from ekistics.profile.evidence import (
    AgendaView,
    Check,
    Chosen,
    CompareEvidence,
    DistrictFigures,
    Evidence,
    Found,
    LineageEvidence,
    MapShapes,
    OtherPlace,
    Rated,
    Side,
    Term,
    Trend,
    Use,
)
from ekistics.workspace.rating import findings_of, frameworks_of, grouped, preference, rate
from ekistics.workspace.session import Session
from ekistics.workspace.trees import PlaceTree, tree_of

_OTHERS = 400
"""Places compared with at most; the swarm of all cities needs no more."""


FEWEST_HOMES = 20
"""A district whose people rest on fewer buildings has no reliable share: each building would move it by five points or more."""


@dataclass
class Kept:
    """What was gathered before and still holds: figures of districts under the mark of the record, parts, which never change."""

    districts: dict[str, tuple[tuple[int, int, int], tuple[Figure, ...]]] = field(default_factory=dict)
    parts: dict[int, PartRecord] = field(default_factory=dict)


def evidence_of(
    session: Session, code: str, *, shapes: MapShapes | None = None, kept: Kept | None = None, as_of: int | None = None
) -> Evidence:
    """Gather what is known of a place; `kept` is filled, so that the next gathering asks only for what moved.

    Raises
    ------
    NotFound
        If there is no such place.
    """
    kept = kept if kept is not None and as_of is None else Kept()
    tree = tree_of(session, code, as_of=as_of)
    figures = session.record.figures(places=[code], as_of=as_of)
    chosen = choose(session, figures, tree)
    commit, known_on = moment(session, as_of)
    cards = newest_by_code()
    ratings = rate(session, code, figures=figures, tree=tree, as_of=as_of)
    agendas = {one.code: one for one in frameworks_of(session, code, as_of=as_of)}
    targets = tuple(session.record.targets(code, as_of=as_of))
    return Evidence(
        place=tree.place,
        commit=commit,
        known_on=known_on,
        parents=parents_of(session, code, as_of),
        boundary=tree.boundary,
        boundary_label=_boundary_label(tree),
        cards=cards,
        chosen=chosen,
        trends=_trends(session, figures, tree, targets),
        agendas=tuple(AgendaView(agendas[name], tuple(rated_of(one) for one in rows)) for name, rows in ratings.items()),
        findings=_findings(ratings),
        districts=_districts(session, tree, shapes, kept, as_of),
        others=others_of(session, code, tree.place.kind, as_of),
        assets=_assets(session, tree, chosen, kept, as_of),
        reports=session.record.import_commits(as_of=as_of),
        shapes=shapes,
        targets=targets,
        needs=_needs(agendas.values(), chosen),
    )


def choose(session: Session, figures: Sequence[Figure], tree: PlaceTree) -> tuple[Chosen, ...]:
    """Choose one voice for each indicator, period and breakdown, by the preference rule."""
    asked: dict[tuple[str, str, str], list[Figure]] = defaultdict(list)
    for one in figures:
        told = one.observation
        asked[told.indicator, str(told.period), told.breakdown].append(one)
    rule, boundary = preference(session), tree.boundary.edition if tree.boundary else None
    found = []
    for voices in asked.values():
        choice = prefer(voices, rule, boundary=boundary)
        if choice.chosen is not None:
            found.append(Chosen(choice.chosen, tuple(one.figure for one in choice.passed_over), choice.why))
    return tuple(found)


def rated_of(one: Rating) -> Rated:
    """Return a rating as pages show it."""
    return Rated(
        item=one.item,
        indicator=one.indicator,
        figure=one.figure,
        score=one.score,
        band=one.band,
        score_low=one.score_low,
        score_high=one.score_high,
        gap=one.gap,
        trend_sign=one.trend.sign if one.trend else None,
        provisional=one.provisional,
        reason=one.reason,
    )


@dataclass
class About:
    """What the lineage pages of one place have in common, gathered once; `intact` fills as originals are checked."""

    tree: PlaceTree
    ratings: dict[str, tuple[Rating, ...]]
    commit: int
    known_on: date
    parents: tuple[Place, ...] = ()
    intact: dict[str, bool] = field(default_factory=dict)


def about(session: Session, code: str, *, as_of: int | None = None) -> About:
    """Gather what the lineage pages of a place have in common."""
    tree = tree_of(session, code, as_of=as_of)
    commit, known_on = moment(session, as_of)
    return About(tree, rate(session, code, tree=tree, as_of=as_of), commit, known_on, parents_of(session, code, as_of))


def lineage_of(session: Session, figure_id: int, *, place: About | None = None, as_of: int | None = None) -> LineageEvidence:
    """Gather one figure and its whole way back.

    Raises
    ------
    NotFound
        If there is no such figure.
    """
    way = session.record.lineage(figure_id, as_of=as_of)
    figure, told = way.figure, way.figure.observation
    place = place or about(session, told.place, as_of=as_of)
    tree = place.tree
    voices = session.record.voices(told.indicator, told.place, period=told.period, breakdown=told.breakdown, as_of=as_of)
    choice = prefer(voices, preference(session), boundary=told.boundary) if voices else None
    own = [(role, below) for role, below in way.inputs if below.figure.observation.place == told.place] or list(way.inputs)
    terms = tuple(Term(role, below.figure, _card(below.figure)) for role, below in own)
    versions = session.record.history(figure_id, as_of=as_of)
    boundary = next((one for one in session.record.boundaries(told.place, as_of=as_of) if one.edition == told.boundary), tree.boundary)
    return LineageEvidence(
        figure=figure,
        card=_card(figure),
        place=tree.place,
        commit=place.commit,
        known_on=place.known_on,
        terms=terms,
        run=way.run,
        part=way.part,
        layers=way.layers,
        assets=way.all_assets(),
        voices=tuple(voices) or (figure,),
        preferred=choice.chosen.id if choice and choice.chosen else None,
        why=choice.why if choice else "",
        checks=_checks(session, way.all_assets(), place),
        used_in=_uses(place.ratings, figure),
        decisions=tuple(session.record.decisions(figure.commit, as_of=as_of)),
        history=tuple(reversed([one.figure for one in versions if one.figure.id != figure_id])),
        term_trends=_term_trends(session, terms, as_of),
        boundary=boundary,
        parents=place.parents,
    )


def compare_evidence(session: Session, codes: Sequence[str], *, home: str = "", as_of: int | None = None) -> CompareEvidence:
    """Gather places beside each other; with none named, the cities that have most figures."""
    commit, known_on = moment(session, as_of)
    places = others_of(session, "", PlaceKind.CITY, as_of)
    known = {one.place.code for one in places}
    extra = tuple(_other(session, code, as_of) for code in codes if code not in known)
    chosen = tuple(codes) or _most_alike(places)
    return CompareEvidence((*places, *extra), chosen, newest_by_code(), commit, known_on, home=home)


def _most_alike(places: Sequence[OtherPlace]) -> tuple[str, ...]:
    """Return the places that have most in common with the others: an indicator counts by how many places have it."""
    held = {one.place.code: {figure.observation.indicator for figure in one.figures} for one in places}
    common = Counter(code for codes in held.values() for code in codes)
    return tuple(sorted(held, key=lambda code: -sum(common[indicator] - 1 for indicator in held[code]))[:12])


def newest_by_code() -> dict[str, Card]:
    """Return the newest card of each indicator by its code."""
    return {one.card.code: one.card for one in newest_cards()}


def moment(session: Session, as_of: int | None) -> tuple[int, date]:
    """Return the last commit that is spoken of and its date."""
    commits = session.record.commits(as_of=as_of)
    last = commits[-1] if commits else None
    return (last.number, last.at.date()) if last else (0, date.min)


def parents_of(session: Session, code: str, as_of: int | None) -> tuple[Place, ...]:
    """Return the places that a place is part of, the largest first."""
    above = {one.place: one.other for one in session.record.relations(as_of=as_of) if one.kind is not RelationKind.SUCCESSION}
    known = {one.code: one for one in session.record.places(as_of=as_of)}
    found: list[Place] = []
    while (code := above.get(code, "")) in known and known[code] not in found:
        found.append(known[code])
    return tuple(reversed(found))


def others_of(session: Session, code: str, kind: PlaceKind, as_of: int | None) -> tuple[OtherPlace, ...]:
    """Return the other places of a kind with their chosen figures."""
    wanted = [one for one in session.record.places(as_of=as_of) if one.kind is kind and one.code != code][:_OTHERS]
    figures: dict[str, list[Figure]] = defaultdict(list)
    for figure in session.record.figures(places=[one.code for one in wanted], as_of=as_of) if wanted else []:
        figures[figure.observation.place].append(figure)
    related = session.record.relations(as_of=as_of)
    parents = {one.place: one.other for one in related if one.kind is not RelationKind.SUCCESSION}
    names = {one.code: one.name() for one in session.record.places(as_of=as_of)}
    rule = preference(session)
    found = []
    for place in wanted:
        chosen = []
        for voices in _by_question(figures[place.code]).values():
            choice = prefer(voices, rule)
            chosen += [choice.chosen] if choice.chosen else []
        found.append(OtherPlace(place, tuple(chosen), names.get(parents.get(place.code, ""), "")))
    return tuple(found)


def _other(session: Session, code: str, as_of: int | None) -> OtherPlace:
    tree = tree_of(session, code, as_of=as_of)
    chosen = choose(session, session.record.figures(places=[code], as_of=as_of), tree)
    parents = parents_of(session, code, as_of)
    return OtherPlace(tree.place, tuple(one.figure for one in chosen), parents[-1].name() if parents else "")


def _by_question(figures: Sequence[Figure]) -> dict[tuple[str, str, str], list[Figure]]:
    found: dict[tuple[str, str, str], list[Figure]] = defaultdict(list)
    for one in figures:
        found[one.observation.indicator, str(one.observation.period), one.observation.breakdown].append(one)
    return found


def _boundary_label(tree: PlaceTree) -> str:
    return tree.boundary.edition if tree.boundary else ""


def _trends(session: Session, figures: Sequence[Figure], tree: PlaceTree, targets: Sequence[Target]) -> tuple[Trend, ...]:
    rule, boundary = preference(session), tree.boundary.edition if tree.boundary else None
    aims = {one.indicator: one for one in targets}
    found = []
    for code, voices in grouped(list(figures)).items():
        trend = trend_of(voices, rule, boundary=boundary)
        if trend and (len(trend.figures) > 1 or code in aims):
            breaks = tuple(trend.figures[position].observation.period.start.year for position in trend.breaks)
            found.append(Trend(code, trend.figures, aims.get(code), breaks))
    return tuple(found)


def _term_trends(session: Session, terms: Sequence[Term], as_of: int | None) -> tuple[Trend, ...]:
    found: dict[tuple[str, str], Trend] = {}
    for term in terms:
        told = term.figure.observation
        if (told.indicator, told.boundary) not in found:
            voices = session.record.voices(told.indicator, told.place, boundary=told.boundary, as_of=as_of)
            same = [one for one in voices if one.observation.series == told.series and one.observation.value is not None]
            ordered = tuple(sorted(same, key=lambda one: one.observation.period))
            found[told.indicator, told.boundary] = Trend(told.indicator, ordered)
    return tuple(one for one in found.values() if len(one.figures) > 1)


def _findings(ratings: dict[str, tuple[Rating, ...]]) -> tuple[Found, ...]:
    found = findings_of(ratings)
    rule = found.rule.spoken()
    return tuple(
        Found(side, rated_of(one.rating), one.framework, rule)
        for side, rows in ((Side.STRONG, found.strongest), (Side.WEAK, found.weakest))
        for one in rows
    )


def _districts(session: Session, tree: PlaceTree, shapes: MapShapes | None, kept: Kept, as_of: int | None) -> DistrictFigures | None:
    if not tree.districts:
        return None
    codes = [place.code for place, _ in tree.districts]
    mark = session.record.mark_of(codes)
    known, figures = kept.districts.get(tree.place.code, (None, ()))
    if known != mark:
        found = session.record.figures(places=codes, as_of=as_of)
        figures = tuple(one for one in found if one.observation.series.variant == "default")
        kept.districts[tree.place.code] = (mark, figures)
    noun = tree.districts[0][1].edition if not tree.districts[0][1].edition.isdigit() else "districts"
    homes = shapes.homes if shapes else {}
    reasons = {code: f"fewer than {FEWEST_HOMES} homes mapped" for code, count in homes.items() if count < FEWEST_HOMES}
    return DistrictFigures(tuple(place for place, _ in tree.districts), figures, reasons, noun, homes)


def _assets(session: Session, tree: PlaceTree, chosen: Sequence[Chosen], kept: Kept, as_of: int | None) -> tuple[Asset, ...]:
    numbers = {one.figure.part for one in chosen}
    kept.parts |= {number: session.record.part(number) for number in numbers - kept.parts.keys()}
    used = {sha256 for number in numbers for sha256 in kept.parts[number].assets}
    return tuple(one for one in session.record.assets(as_of=as_of) if one.sha256 in used or one.place == tree.place.code)


def _needs(agendas: Iterable[Framework], chosen: Sequence[Chosen]) -> dict[str, str]:
    have = {one.figure.observation.indicator for one in chosen}
    found: dict[str, str] = {}
    for agenda in agendas:
        for item in agenda.items:
            for code in item.indicators:
                if code not in have and item.needs:
                    found.setdefault(code, item.needs)
    return found


def _uses(ratings: dict[str, tuple[Rating, ...]], figure: Figure) -> tuple[Use, ...]:
    return tuple(
        Use(framework, rated_of(one)) for framework, rows in ratings.items() for one in rows if one.figure and one.figure.id == figure.id
    )


def _checks(session: Session, assets: Sequence[Asset], place: About) -> tuple[Check, ...]:
    """Compare the originals with their checksums, now; each once a gathering."""
    found = []
    for asset in assets:
        if asset.sha256 not in place.intact:
            try:
                session.path_of(asset)
                place.intact[asset.sha256] = True
            except (Damaged, NotFound):
                place.intact[asset.sha256] = False
        told = asset.sha256[:16] if place.intact[asset.sha256] else "other bytes"
        found.append(Check("checksum", place.intact[asset.sha256], told, asset.sha256[:16], place.known_on))
    return tuple(found)


def _card(figure: Figure) -> Card:
    key = (figure.observation.indicator, figure.observation.series.edition)
    if key in REGISTRY:
        return edition_of(*key).card
    return newest_by_code()[figure.observation.indicator]
