"""The districts of a theme: small maps of shares of people under one legend, and the dense table, worst first."""

from __future__ import annotations

from ekistics.profile import wording
from ekistics.profile.blocks import Block, Link, LinkKind, MapBlock, MapKind, ZoneMap
from ekistics.profile.document import Section
from ekistics.profile.evidence import DistrictFigures, Evidence
from ekistics.profile.reach_list import district_reach
from ekistics.profile.texts import Say, say, say_n
from ekistics.profile.titles import districts_title


def districts_section(evidence: Evidence, codes: list[str]) -> Section | None:
    """Small maps of up to four shares under one legend, and the dense table of the districts, worst first."""
    found, shapes = evidence.districts, evidence.shapes
    if found is None or not found.districts:
        return None
    mapped = [code for code in codes if _is_mapped(evidence, code)]
    if not mapped:
        return None
    mapped.sort(key=is_nearer)
    elsewhere = [code for code in evidence.cards if code not in mapped and _is_mapped(evidence, code) and not is_nearer(code)]
    shown = _told_apart(found, [*mapped, *elsewhere])[:4]
    blocks: list[Block] = []
    if shapes is not None and shapes.zones:
        blocks.append(_multiples(evidence, shown))
    table = district_reach(evidence, shown, limit=12)
    if table is not None:
        blocks.append(table)
    return Section("districts", districts_title(evidence.cards[shown[0]], found), tuple(blocks))


def _is_mapped(evidence: Evidence, code: str) -> bool:
    """Whether a share of people has at least one district with a reliable value; nothing but hatch says less than a sentence."""
    return evidence.districts is not None and wording.is_of_people(evidence.cards[code]) and bool(evidence.districts.reliable(code))


def is_nearer(code: str) -> bool:
    """Whether a share has a sister with a longer walk, which stands for both."""
    return "_within_5_" in code or "_within_10_" in code


def _values(found: DistrictFigures, code: str) -> dict[str, float]:
    return {place: one.observation.value or 0.0 for place, one in found.reliable(code).items()}


def _told_apart(found: DistrictFigures, codes: list[str]) -> list[str]:
    """Leave out what would draw the same map again: where only buses run, near a bus stop is near any stop."""
    kept: list[str] = []
    for code in codes:
        if all(_values(found, code) != _values(found, other) for other in kept):
            kept.append(code)
    return kept


def _multiples(evidence: Evidence, shown: list[str]) -> MapBlock:
    found, shapes = evidence.districts, evidence.shapes
    if found is None or shapes is None:
        raise AssertionError("maps without districts")
    zones = []
    for code in shown:
        city = evidence.figure(code)
        note = say("city {value}", value=wording.value_of(city.observation)) if city else say("no figure for the city")
        zones.append(ZoneMap(wording.card_name(evidence.cards[code]), note, _values(found, code)))
    noun = Say(found.noun)
    return MapBlock(
        MapKind.ZONES,
        None,
        say_n("Share of residents by {noun}.", "Share of residents by {noun}. The {count} maps share one legend.", len(shown), noun=noun),
        shapes,
        say("Districts by class of the share of residents; the table gives every value."),
        tuple(zones),
        {one.code: one.name() for one in found.districts},
        missing_label=next((say("no reliable figure: {reason}", reason=Say(one)) for one in found.reasons.values() if one), None),
        source=say("Sources: {credit}.", credit=shapes.credit) if shapes.credit else None,
        links=(Link(say("GeoPackage"), LinkKind.DOWNLOAD, "data.gpkg"),),
    )
