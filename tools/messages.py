"""Collect message ids into the template that translators start from, bring catalogues up to date, and check them.

Usage:
    python tools/messages.py extract           write src/ekistics/locale/ekistics.pot
    python tools/messages.py update LANGUAGE   start or refresh the catalogue of a language from it
    python tools/messages.py check             name what is missing and every slot that a translation lost
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "ekistics"
LOCALE = PACKAGE / "locale"
TEMPLATE = LOCALE / "ekistics.pot"
KEYWORDS = {"say": None, "Say": None, "say_n": (1, 2), "_": None, "gettext": None, "ngettext": (1, 2)}
FRAMEWORK_TEXTS = {"name", "needs", "note"}
SLOT = re.compile(r"\{\w+\}|%\(\w+\)s")


def catalogue_path(language: str) -> Path:
    """Return where the catalogue of a language lies."""
    return LOCALE / language / "LC_MESSAGES" / "ekistics.po"


def extracted() -> Catalog:
    """Return every message id of code, templates, indicator cards, frameworks and the islands."""
    catalogue = Catalog(project="Ekistics", domain="ekistics", charset="utf-8", fuzzy=False)
    with (ROOT / "babel.cfg").open() as mapping:
        methods, options = parse_mapping_cfg(mapping)
    for name, line, message, comments, _ in extract_from_dir(PACKAGE, methods, options, keywords=KEYWORDS):
        if message:
            catalogue.add(message, locations=[(Path(name).as_posix(), line)], auto_comments=comments)
    for where, text in (*card_texts(), *framework_texts(), *method_texts(), *rule_texts(), *explorer_texts()):
        catalogue.add(text, locations=[(where, 0)])
    return catalogue


def card_texts() -> Iterator[tuple[str, str]]:
    """Yield where and what: names and descriptions of indicators."""
    import ekistics.indicators  # each module registers its indicators  # noqa: F401
    from ekistics.indicators.registry import REGISTRY

    for card in (one.card for one in REGISTRY.values()):
        for text in (card.name, card.description):
            if text:
                yield f"indicators/{card.theme}", text


def framework_texts() -> Iterator[tuple[str, str]]:
    """Yield where and what: names in the framework files."""

    def walk(value: object) -> Iterator[str]:
        if isinstance(value, dict):
            for key, inner in value.items():
                if key in FRAMEWORK_TEXTS and isinstance(inner, str) and inner:
                    yield inner
                else:
                    yield from walk(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from walk(inner)

    for path in sorted((PACKAGE / "frameworks").glob("*.yaml")):
        for text in walk(yaml.safe_load(path.read_text("utf-8"))):
            yield f"frameworks/{path.name}", text


def method_texts() -> Iterator[tuple[str, str]]:
    """Yield where and what: what the methods of an index do."""
    from ekistics.assess.methods.catalogue import REGISTRY

    for one in REGISTRY.values():
        yield f"assess/{one.stage}", one.says


def rule_texts() -> Iterator[tuple[str, str]]:
    """Yield where and what: the written rules by which something is said of a place, their numbers as slots."""
    for path in sorted((PACKAGE / "assess").glob("*.yaml")):
        told = yaml.safe_load(path.read_text("utf-8"))
        if isinstance(told.get("sentence"), str):
            yield f"assess/{path.name}", told["sentence"]


def explorer_texts() -> Iterator[tuple[str, str]]:
    """Yield where and what: the words of the map explorer, and of the page that moves weights."""
    from ekistics.publish import explorer_words, what_if_words

    for name, words in (("explorer_words", explorer_words.WORDS), ("what_if_words", what_if_words.WORDS)):
        for text in words.values():
            yield f"publish/{name}.py", text


def lost_slots(message: Message) -> set[str]:
    """Return the slots of a message id that one of its translations lacks or made up; none for what is untranslated."""
    ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
    texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
    wanted = set(SLOT.findall(ids[-1]))
    # a singular may leave the count out: "One place"
    free = {"{count}"} if len(ids) > 1 else set()
    return {slot for text in texts if text for slot in (wanted ^ set(SLOT.findall(text))) - free}


def extract() -> int:
    """Write the template."""
    LOCALE.mkdir(exist_ok=True)
    found = extracted()
    with TEMPLATE.open("wb") as out:
        write_po(out, found, width=120, sort_output=True, omit_header=True, include_lineno=False)
    print(f"{len(found)} messages in {TEMPLATE.relative_to(ROOT)}")
    return 0


def update(language: str) -> int:
    """Start the catalogue of a language, or bring it up to date; what is translated stays."""
    Locale.parse(language, sep="-" if "-" in language else "_")
    path = catalogue_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue = Catalog(locale=language.replace("-", "_"), domain="ekistics", fuzzy=False)
    if path.is_file():
        with path.open("rb") as opened:
            catalogue = read_po(opened, locale=language.replace("-", "_"))
    catalogue.update(extracted(), no_fuzzy_matching=True)
    with path.open("wb") as out:
        write_po(out, catalogue, width=120, sort_output=True, include_lineno=False, ignore_obsolete=True)
    print(f"{sum(1 for one in catalogue if one.id and not one.string)} messages left to translate in {path.relative_to(ROOT)}")
    return 0


def check() -> int:
    """Name every fault of every catalogue; 1 if there is one."""
    faults = []
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/ekistics.po")):
        with path.open("rb") as opened:
            for message in read_po(opened):
                faults += [f"{path.parents[1].name}: {slot} in {message.id!r}" for slot in sorted(lost_slots(message)) if message.id]
    print("\n".join(faults) or "Every translation keeps its slots.")
    return 1 if faults else 0


def main(arguments: Sequence[str]) -> int:
    """Do what was asked."""
    match list(arguments):
        case ["extract"]:
            return extract()
        case ["update", language]:
            return update(language)
        case ["check"]:
            return check()
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
