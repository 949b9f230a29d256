"""What layers tabulate and what cards promise of them is the same list."""

from __future__ import annotations

from ekistics.indicators.registry import newest, newest_cards
from ekistics.layers.catalogue import load_all
from ekistics.layers.registry import LAYERS


def test_every_quantity_of_a_layer_has_a_card_that_names_it():
    load_all()
    for name, kind in LAYERS.items():
        assert all(name in (newest(code).card.layer, *newest(code).card.also) for code in kind.gives)


def test_every_card_with_a_layer_is_given_by_it():
    load_all()
    for one in newest_cards():
        if one.card.layer:
            assert all(one.card.code in LAYERS[name].gives for name in (one.card.layer, *one.card.also))
