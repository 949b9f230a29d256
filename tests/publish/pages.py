"""All pages of the made-up city, rendered."""

from __future__ import annotations

from gettext import NullTranslations

from tests.profile.sample import compare_evidence, evidence, import_evidence, lineage_evidence
from tests.profile.settlement_sample import view

from ekistics.profile.compare import compare
from ekistics.profile.glance import glance
from ekistics.profile.how_we_know import how_we_know
from ekistics.profile.import_report import import_report
from ekistics.profile.lineage import lineage
from ekistics.profile.matrix import agenda_page, matrix_page
from ekistics.profile.plain_pages import PlaceEntry, downloads_page, error_page, index_page, map_page
from ekistics.profile.settlement import settlement
from ekistics.profile.settlement_evidence import SettlementView
from ekistics.profile.texts import say
from ekistics.profile.theme import theme
from ekistics.publish.addresses import site_address
from ekistics.publish.html import Look, render_page

LOOK = Look(styles=("/static/built/files/site.css",), explorer_scripts=("/static/built/files/explorer.js",))


def documents():
    here = evidence()
    return {
        "glance": glance(here),
        "matrix": matrix_page(here),
        "agenda": agenda_page(here, "sdg11"),
        "theme land": theme(here, "land"),
        "theme transport": theme(here, "transport"),
        "theme environment": theme(here, "environment"),
        "map": map_page(here),
        "settlement": settlement(here, view()),
        "settlement not known": settlement(here, SettlementView()),
        "how we know": how_we_know(here),
        "lineage": lineage(lineage_evidence()),
        "compare": compare(compare_evidence()),
        "downloads": downloads_page(here),
        "import": import_report(import_evidence()),
        "index": index_page([PlaceEntry("x-1", "A & B", "Spain", 5, 1990, 2015)], commit=7, known_on=here.known_on),
        "empty index": index_page((), commit=0, known_on=here.known_on),
        "error": error_page(say("This page is not here"), say("Look at the list of places."), number=404),
        "bare glance": glance(evidence(agendas=(), findings=(), shapes=None, districts=None, others=(), trends=(), chosen=())),
    }


def rendered(document, translations=None, locale="en", addresses=site_address, kept=None):
    return render_page(document, look=LOOK, translations=translations or NullTranslations(), locale=locale, addresses=addresses, kept=kept)
