"""What the map explorer shows of a place: its evidence turned into layers with ready texts in the reader's language."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ekistics.model.cards import Card, Direction
from ekistics.model.errors import NotFound
from ekistics.model.observations import Figure
from ekistics.profile import wording
from ekistics.profile.evidence import Dots, Evidence
from ekistics.profile.texts import Number, Say, say
from ekistics.profile.theme_figures import is_only_a_term
from ekistics.profile.titles import theme_name
from ekistics.publish.explorer_data import DistrictLayer, Explorer, ReachLayer
from ekistics.publish.explorer_words import WORDS
from ekistics.publish.words import Words

CLASSES = 5
SHARE_BREAKS = (20.0, 40.0, 60.0, 80.0)
HALF = 50.0


def explorer_of(evidence: Evidence, words: Words, language: str = "en") -> Explorer:
    """Return what the explorer of a place shows.

    Parameters
    ----------
    evidence : all that is known of the place; needs shapes
    words : the reader's language and locale
    language : which names of districts to show, where a place has several

    Raises
    ------
    NotFound
        If no boundary, and so no shapes, are in hand.
    """
    if evidence.shapes is None:
        raise NotFound(f"there is no map of {evidence.place.name(language)}", mend="import its boundary")
    districts = evidence.districts.districts if evidence.districts else ()
    known = tuple(dots for dots in evidence.shapes.dots if _is_known(evidence, dots))
    return Explorer(
        name=evidence.place.name(language),
        shapes=replace(evidence.shapes, dots=known),
        district_names={one.code: wording.display_name(one.name(language)) for one in districts},
        reach=tuple(_reach_layer(evidence, dots, words) for dots in known),
        districts=_district_layers(evidence, words),
        titles={"people": words.plain(Say(WORDS["people"])), "open_space": words.plain(Say(WORDS["open_space"]))},
        words={key: words.translations.gettext(text) for key, text in WORDS.items()},
    )


def _is_known(evidence: Evidence, dots: Dots) -> bool:
    """Whether dots stand for people: not where the figure itself says that there is no count of them."""
    figure = evidence.figure(dots.indicator)
    return figure is None or figure.observation.value is not None


def _reach_layer(evidence: Evidence, dots: Dots, words: Words) -> ReachLayer:
    people, reached = np.nan_to_num(np.asarray(dots.people, dtype=float)), np.asarray(dots.reached, dtype=bool)
    card = evidence.cards.get(dots.indicator)
    counts = {
        "within": say("reached: {count} people", count=Number(float(people[reached].sum()), decimals=0)),
        "beyond": say("not reached: {count} people", count=Number(float(people[~reached].sum()), decimals=0)),
    }
    figure = evidence.figure(dots.indicator)
    note = words.plain(wording.period_of(figure.observation.period)) if figure else ""
    title = words.plain(wording.card_name(card)) if card else dots.indicator
    told = {name: words.plain(text) for name, text in counts.items()}
    group = words.plain(say("Who is reached"))
    return ReachLayer(id=dots.indicator or "reach", title=title, note=note, dots=dots, group=group, **told)


def _district_layers(evidence: Evidence, words: Words) -> tuple[DistrictLayer, ...]:
    if evidence.districts is None:
        return ()
    layers = []
    for code, card in evidence.cards.items():
        if is_only_a_term(evidence, code):
            continue
        column = evidence.districts.reliable(code) if wording.is_of_people(card) else evidence.districts.column(code)
        if _values(column):
            layers.append(_district_layer(card, column, words))
    return tuple(layers)


def _values(column: dict[str, Figure]) -> dict[str, float]:
    return {code: one.observation.value for code, one in column.items() if one.observation.value is not None}


def _district_layer(card: Card, column: dict[str, Figure], words: Words) -> DistrictLayer:
    values = _values(column)
    share = card.unit == "%"
    breaks = SHARE_BREAKS if share and min(values.values()) >= 0 and max(values.values()) <= 100 else round_breaks(list(values.values()))
    rated = share and card.direction is Direction.HIGHER
    unit = words.plain(wording.unit_words(card.unit))
    title = say("{indicator}, {unit}", unit=wording.unit_words(card.unit), indicator=wording.card_name(card))
    periods = {words.plain(wording.period_of(one.observation.period)) for one in column.values()}
    return DistrictLayer(
        id=f"district-{card.code}",
        title=words.plain(title if unit else wording.card_name(card)),
        note=", ".join(sorted(periods)),
        values=values,
        texts={code: words.plain(wording.value_of(one.observation, unit=False)) for code, one in column.items()},
        breaks=breaks,
        labels=_labels(breaks, words, closed=breaks == SHARE_BREAKS),
        mark_below=HALF if rated else None,
        mark_label=words.plain(say("below half")) if rated else "",
        group=words.plain(say("By district: {theme}", theme=theme_name(card.theme))),
    )


def _labels(breaks: Sequence[float], words: Words, *, closed: bool) -> tuple[str, ...]:
    """Return the words of each class; `closed` classes lie between 0 and 100, others are open at both ends."""

    def number(value: float) -> Number:
        step = breaks[1] - breaks[0] if len(breaks) > 1 else abs(value) or 1.0
        return Number(value, decimals=max(0, -math.floor(math.log10(step))))

    inner = [say("{low} to {high}", low=number(low), high=number(high)) for low, high in itertools.pairwise(breaks)]
    if closed:
        ends = (
            say("{low} to {high}", low=Number(0.0, decimals=0), high=number(breaks[0])),
            say("{low} to {high}", low=number(breaks[-1]), high=Number(100.0, decimals=0)),
        )
    else:
        ends = say("below {high}", high=number(breaks[0])), say("{low} and more", low=number(breaks[-1]))
    return tuple(words.plain(text) for text in (ends[0], *inner, ends[1]))


def round_breaks(values: Sequence[float]) -> tuple[float, ...]:
    """Return the inner limits of at most five classes, equal in width and round (1, 2 or 5 times a power of ten).

    Values that are all the same are one side of one limit.

    Examples
    --------
    >>> round_breaks([3.0, 48.0, 91.0])
    (20.0, 40.0, 60.0, 80.0)
    >>> round_breaks([1200.0, 1900.0])
    (1400.0, 1600.0, 1800.0)
    >>> round_breaks([7.0])
    (7.0,)
    """
    low, high = min(values), max(values)
    if low == high:
        return (low,)
    power = 10.0 ** math.floor(math.log10((high - low) / CLASSES))
    for factor in (1, 2, 5, 10, 20):
        step = factor * power
        first = math.floor(low / step) + 1
        last = math.ceil(high / step) - 1
        if last - first + 2 <= CLASSES:
            break
    # a multiple of the step, not a running sum: limits stay round
    return tuple(round(n * step, 12) for n in range(first, max(first, last) + 1))
