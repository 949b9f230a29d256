"""All pages of the made-up city, rendered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from gettext import NullTranslations

from tests.profile.index_sample import index_view, provisional_recipe, refusing_view
from tests.profile.sample import compare_evidence, evidence, import_evidence, lineage_evidence
from tests.profile.settlement_sample import view
from tests.profile.umf_sample import umf_place

from ekistics.frameworks.recipe_loader import load_shipped_recipe
from ekistics.model.problems import Problem
from ekistics.profile.compare import compare
from ekistics.profile.glance import glance
from ekistics.profile.how_we_know import how_we_know
from ekistics.profile.import_report import import_report
from ekistics.profile.index.audit import index_audit
from ekistics.profile.index.how import index_how
from ekistics.profile.index.listing import IndexEntry, index_list, index_refused
from ekistics.profile.index.matrix import index_matrix
from ekistics.profile.index.ranking import index_ranking
from ekistics.profile.index.report import index_report
from ekistics.profile.index.unit import index_unit
from ekistics.profile.index.unit_sheet import index_unit_sheet
from ekistics.profile.indices_shown import IndicesShown, lacking_composites
from ekistics.profile.lineage import lineage
from ekistics.profile.matrix import agenda_page, matrix_page
from ekistics.profile.place_indices import agenda_index, composites_section, index_fact, refused_fact
from ekistics.profile.plain_pages import PlaceEntry, downloads_page, error_page, index_page, map_page
from ekistics.profile.settlement.evidence import SettlementView
from ekistics.profile.settlement.page import settlement
from ekistics.profile.texts import say
from ekistics.profile.theme import theme
from ekistics.publish.addresses import site_address
from ekistics.publish.html import Look, render_page

LOOK = Look(styles=("/static/built/files/site.css",), explorer_scripts=("/static/built/files/explorer.js",))


def index_documents():
    """Return the pages of a made-up index; `<b>Bad & Worse</b>` is the name of one of its places."""
    view, known = index_view(provisional_recipe()), {"commit": 7, "known_on": date(2024, 3, 2)}
    entries = [IndexEntry("made", "Made-up <index>", 9, 4, 1), IndexEntry("broken", "broken", problem="no such key")]
    undrawn = replace(view, doubt=None, sensitivities=(), undrawn="ekistics assess made")
    return {
        "indices": index_list(entries, **known),
        "no indices": index_list((), **known),
        "index ranking": index_ranking(view),
        "index ranking refused": index_ranking(refusing_view()),
        "index ranking undrawn": index_ranking(undrawn),
        "index matrix": index_matrix(view),
        "index matrix group": index_matrix(view, "land"),
        "index audit": index_audit(view),
        "index how": index_how(view),
        "index unit": index_unit(view, view.order[2]),
        "index report": index_report(view, files=[("scores.csv", say("every composite"))], shown=view.order[:4]),
        "index unit in short": index_unit_sheet(view, view.order[1]),
        "index unit refused": index_unit(refusing_view(), refusing_view().unranked[0]),
        "index that cannot be made": index_refused(view.recipe, [Problem("no-figures", "No place has a figure.", found="<none>")], **known),
    }


def index_of_place_documents():
    """Return the pages of a place with composites, and the matrix of an agenda without a recipe."""
    told, here = umf_place(), evidence()
    facts = (index_fact(told), refused_fact("cpi", "Prosperity <index>", 12))
    here = replace(here, indices=IndicesShown(facts, {"umf": agenda_index(told)}, {"umf": composites_section(told)}))
    framework = next(view.framework for view in here.agendas if view.framework.code == "umf")
    lacking = IndicesShown(sections={"umf": lacking_composites(load_shipped_recipe("umf"), framework)})
    return {
        "glance with indices": glance(here),
        "matrix with composites": matrix_page(here),
        "agenda with composites": agenda_page(here, "umf"),
        "matrix without composites": matrix_page(replace(here, indices=lacking)),
    }


def documents():
    here = evidence()
    return {
        **index_documents(),
        **index_of_place_documents(),
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
