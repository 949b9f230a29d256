"""What every page of a place carries: the names above it and the line of commit, date, boundary and credits below it."""

from __future__ import annotations

from ekistics.profile.blocks import Link, LinkKind
from ekistics.profile.evidence import Evidence
from ekistics.profile.recorded import boundary_name, source_name
from ekistics.profile.texts import Name, Text, say


def trail_of(evidence: Evidence) -> tuple[Link | Name, ...]:
    """Return country, then place."""
    above = tuple(Name(one.name()) for one in evidence.parents[:1])
    return (*above, Link(Name(evidence.place.name()), LinkKind.PLACE, evidence.place.code))


def foot_of(evidence: Evidence) -> tuple[Text, ...]:
    """Return as of when the page speaks, inside which boundary, and whose data it prints."""
    known = say("Figures as known on {day}, commit {commit}.", day=evidence.known_on, commit=evidence.commit)
    texts: list[Text] = [known]
    if evidence.boundary_label:
        texts[0] = say(
            "Figures as known on {day}, commit {commit}. Boundary: {boundary}.",
            day=evidence.known_on,
            commit=evidence.commit,
            boundary=boundary_name(evidence.boundary_label),
        )
    credits = dict.fromkeys(
        ", ".join(part for part in (one.attribution or source_name(one.source), one.licence) if part)
        for one in evidence.assets
        if one.attribution or one.source
    )
    if credits:
        texts.append(say("Data: {credits}.", credits="; ".join(credits)))
    return tuple(texts)
