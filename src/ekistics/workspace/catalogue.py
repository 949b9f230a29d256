"""What can be measured and against what: the indicators, and the agendas with those that a workspace added."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ekistics.frameworks.loader import check_file, load_file, load_shipped
from ekistics.indicators.registry import cards as registered_cards
from ekistics.model.cards import Card
from ekistics.model.errors import NotFound
from ekistics.model.frameworks import Framework
from ekistics.model.problems import Problem


def cards() -> list[Card]:
    """Return all cards, by theme and code."""
    return sorted(registered_cards(), key=lambda card: (card.theme, card.code, card.edition))


def indicator_codes() -> set[str]:
    """Return the codes of all indicators."""
    return {card.code for card in registered_cards()}


def frameworks(workspace: Path | None = None) -> list[Framework]:
    """Return the shipped agendas, and those that lie in a workspace's folder (one of the same code replaces ours)."""
    found = dict(_shipped())
    if workspace is not None:
        for path in sorted((workspace / "frameworks").glob("*.yaml")):
            added = load_file(path, indicator_codes())
            found[added.code] = added
    return list(found.values())


@cache
def _shipped() -> dict[str, Framework]:
    return {one.code: one for one in load_shipped()}


def framework(code: str, workspace: Path | None = None) -> Framework:
    """Return one agenda.

    Raises
    ------
    NotFound
        If none has the code.
    """
    found = {one.code: one for one in frameworks(workspace)}
    if code not in found:
        raise NotFound("no such framework", found=code, expected=", ".join(sorted(found)))
    return found[code]


def check(path: Path) -> list[Problem]:
    """Return all faults of an agenda file."""
    return list(check_file(path, indicator_codes()))
