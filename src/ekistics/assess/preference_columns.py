"""The preference rule on columns: one voice for each of millions of questions, the same as `preference.prefer` would choose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ekistics.assess.preference import DEFAULT_RULE, Rule

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Texts:
    """A column of texts, each held once: `code` (rows,) points into `text`."""

    code: Integers
    text: tuple[str, ...]

    def order(self) -> Integers:
        """Return the place of each row's text in the alphabet, (rows,)."""
        place = np.empty(len(self.text), np.int64)
        place[np.argsort(np.array(self.text, object), kind="stable")] = np.arange(len(self.text))
        return place[self.code]

    def place_in(self, listed: Sequence[str]) -> Integers:
        """Return the place of each row's text in a list, its length where it is not listed, (rows,)."""
        place = np.array([listed.index(one) if one in listed else len(listed) for one in self.text], np.int64)
        return place[self.code]


@dataclass(frozen=True)
class Voices:
    """Figures as columns, (rows,). `question` is what a figure answers: an indicator of a place in a year; one voice is chosen for each.

    `off_boundary` is 0 on the boundary edition that is asked for, or where none is; 1 on none; 2 on another.
    `start`, `end` are days of the period, `has_terms` says whether numerator and denominator are stated.
    """

    question: Integers
    has_value: Flags
    off_boundary: Integers
    start: Integers
    end: Integers
    source: Texts
    origin: Texts
    edition: Texts
    variant: Texts
    has_terms: Flags
    commit: Integers
    id: Integers


def prefer_rows(voices: Voices, rule: Rule | None = None) -> Integers:
    """Return the row of the voice that is chosen for each question, by question.

    Parameters
    ----------
    rule : the order of steps; None takes the shipped one
    """
    rule = rule or DEFAULT_RULE
    edition = voices.edition.order()
    ties = (voices.id, edition, voices.variant.order(), voices.source.order(), voices.question)
    left: Integers = np.lexsort(ties).astype(np.int64)
    for step in rule.steps:
        for rank in _ranks(step, voices, rule, left, edition):
            if len(left) == len(rank):
                left = _best(voices.question, left, rank)
    return left[_starts(voices.question[left])]


def _ranks(step: str, voices: Voices, rule: Rule, left: Integers, edition: Integers) -> Sequence[Integers]:
    """Return by which numbers a step prefers the rows that are left, the least first."""
    if step == "value":
        return ((~voices.has_value[left]).astype(np.int64),)
    if step == "boundary":
        return (voices.off_boundary[left],)
    if step == "period":
        # the newest end first, then the newest start: two keys in one number
        return (-(voices.end[left] * 10_000_000 + voices.start[left]),)
    if step == "variant":
        return (voices.variant.place_in(rule.variants)[left],)
    if step == "edition":
        return (_older_editions(voices, left, edition),)
    if step == "manner":
        return (_manners(voices, rule)[left],)
    return (-voices.commit[left],)


def _older_editions(voices: Voices, left: Integers, edition: Integers) -> Integers:
    """Return 1 where the same source, in the same manner, has a newer edition among what is left of the question."""
    of_source = voices.source.code[left] * len(voices.origin.text) + voices.origin.code[left]
    _, mine = np.unique(np.column_stack((voices.question[left], of_source)), axis=0, return_inverse=True)
    mine = mine.reshape(-1)
    newest = np.full(int(mine.max(initial=-1)) + 1, -1, np.int64)
    np.maximum.at(newest, mine, edition[left])
    return (edition[left] < newest[mine]).astype(np.int64)


def _manners(voices: Voices, rule: Rule) -> Integers:
    """Return the place of each row's manner in the rule, (rows,)."""
    known = {one: place for place, one in enumerate(rule.manners)}
    with_terms, bare = (
        np.array([known.get(f"{origin} {how}", len(known)) for origin in voices.origin.text], np.int64) for how in ("with terms", "bare")
    )
    return np.where(voices.has_terms, with_terms[voices.origin.code], bare[voices.origin.code])


def _best(question: Integers, left: Integers, rank: Integers) -> Integers:
    """Return the rows that have the least rank of their question; `left` is in the order of questions, and stays so."""
    if not len(left):
        return left
    starts = _starts(question[left])
    least = np.minimum.reduceat(rank, starts)
    counts = np.diff(np.append(starts, len(left)))
    best: Integers = left[rank == np.repeat(least, counts)]
    return best


def _starts(question: Integers) -> Integers:
    """Return where each question begins in a sorted column."""
    return np.flatnonzero(np.append(True, question[1:] != question[:-1])[: len(question)])
