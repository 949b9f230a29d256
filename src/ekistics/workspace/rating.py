"""The verb `rate`: a place's figures against the agendas, with the city's own targets and its own indicators in their cells."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from ekistics.assess.findings import Findings, find
from ekistics.assess.preference import Rule, rule_from
from ekistics.assess.rating import Rating
from ekistics.assess.rating import rate as rate_items
from ekistics.indicators.registry import newest
from ekistics.model.errors import NotFound
from ekistics.model.frameworks import Framework, Item
from ekistics.model.observations import TOTAL, Figure
from ekistics.workspace import catalogue
from ekistics.workspace.ruling import own_rule
from ekistics.workspace.session import Session
from ekistics.workspace.trees import PlaceTree, tree_of


def rate(
    session: Session,
    place: str,
    *,
    framework: str | None = None,
    figures: list[Figure] | None = None,
    tree: PlaceTree | None = None,
    as_of: int | None = None,
) -> dict[str, tuple[Rating, ...]]:
    """Return the ratings of a place by framework code.

    Raises
    ------
    NotFound
        If there is no such framework or place.
    """
    tree = tree or tree_of(session, place, as_of=as_of)
    boundary = tree.boundary.edition if tree.boundary else None
    targets = session.record.targets(place, as_of=as_of)
    told = session.record.figures(places=[place], as_of=as_of) if figures is None else figures
    by_indicator = grouped(told)
    agendas = frameworks_of(session, place, as_of=as_of)
    if framework is not None and framework not in {one.code for one in agendas}:
        raise NotFound("no such framework", found=framework, expected=", ".join(one.code for one in agendas))
    return {
        one.code: rate_items(one, by_indicator, targets, rule=preference(session), boundary=boundary)
        for one in agendas
        if framework in (None, one.code)
    }


def frameworks_of(session: Session, place: str, *, as_of: int | None = None) -> list[Framework]:
    """Return the agendas, with the indicators that the city put into cells."""
    own = session.record.settings(as_of=as_of).get(f"own:{place}") or []
    agendas = catalogue.frameworks(session.folder.root)
    found = []
    for one in agendas:
        added = tuple(_own_item(row, agendas) for row in own if row.get("framework", "umf") == one.code)
        found.append(replace(one, items=(*one.items, *added)))
    return found


def _own_item(row: dict[str, str], agendas: list[Framework]) -> Item:
    """Return the city's own indicator in a cell, rated by the first benchmark that any agenda has for it."""
    code = row["indicator"]
    card = newest(code).card
    benchmark = next((item.benchmark for one in agendas for item in one.items if code in item.indicators and item.benchmark), None)
    return Item(
        code=str(row["cell"]),
        name=row.get("name") or card.name,
        path=tuple(str(row["cell"]).split(".")),
        verified=True,
        indicators=(code,),
        benchmark=benchmark,
        direction=str(card.direction),
        source="the city's own indicator",
        own=True,
    )


def findings_of(ratings: dict[str, tuple[Rating, ...]]) -> Findings:
    """Return what stands out, by the written rule."""
    return find(ratings)


def grouped(figures: list[Figure]) -> dict[str, list[Figure]]:
    """Return figures without breakdown by indicator."""
    found: dict[str, list[Figure]] = defaultdict(list)
    for one in figures:
        if one.observation.breakdown == TOTAL:
            found[one.observation.indicator].append(one)
    return found


def preference(session: Session) -> Rule | None:
    """Return the workspace's own preference rule; None where it has none and the shipped one holds."""
    told = own_rule(session.folder, "preference")
    return rule_from(told) if told else None
