"""Message ids are found wherever texts are written, and a translation that lost a slot is named."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from babel.messages.catalog import Message

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def messages():
    spec = importlib.util.spec_from_file_location("messages", ROOT / "tools" / "messages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_texts_of_code_templates_cards_frameworks_and_the_map_are_found(messages, capfd):
    found = messages.extracted()
    ids = {one.id if isinstance(one.id, str) else one.id[0] for one in found}
    assert {
        "Skip to the content",  # a template
        "Map explorer",  # a document
        "Population growth rate",  # an indicator's card
        "City Prosperity Index",  # a framework
        "the weighted arithmetic mean: a high part makes up for a low one",  # a method of an index
        "Show only people who are not reached",  # the map explorer
    } <= ids


@pytest.mark.parametrize(
    ("message", "lost"),
    [
        (Message("{n} people", "{n} pessoas"), set()),
        (Message("{n} people", ""), set()),
        (Message("{n} people", "muitas pessoas"), {"{n}"}),
        (Message("people", "{n} pessoas"), {"{n}"}),
        (Message("%(a)s of %(b)s", "%(a)s de"), {"%(b)s"}),
        (Message(("One place", "{count} places"), ("Um lugar", "{count} lugares")), set()),
        (Message(("One place in {city}", "{count} places in {city}"), ("Um lugar", "{count} lugares em {city}")), {"{city}"}),
    ],
)
def test_a_translation_keeps_the_slots_of_its_message(messages, message, lost):
    assert messages.lost_slots(message) == lost


def test_every_catalogue_keeps_its_slots(messages, capsys):
    assert messages.check() == 0


def test_a_new_language_starts_with_every_message_untranslated(messages, tmp_path, monkeypatch):
    monkeypatch.setattr(messages, "LOCALE", tmp_path)
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "extracted", _two)
    assert messages.update("pt-BR") == 0
    text = (tmp_path / "pt-BR" / "LC_MESSAGES" / "ekistics.po").read_text("utf-8")
    assert 'msgid "{n} people"\nmsgstr ""' in text
    assert messages.check() == 0


def _two():
    from babel.messages.catalog import Catalog

    catalogue = Catalog(domain="ekistics")
    catalogue.add("{n} people")
    catalogue.add("Streets")
    return catalogue
