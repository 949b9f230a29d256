"""Every page: what it says follows from the evidence by its written rules."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.profile.sample import ACCESS, RATIO, compare_evidence, evidence, figure, import_evidence, lineage_evidence

from ekistics.model.cards import Direction
from ekistics.model.observations import Flag, Status
from ekistics.profile.blocks import AgendaStrips, Completeness, Findings, Matrix, Table
from ekistics.profile.compare import compare, fifths, shared_indicators
from ekistics.profile.glance import glance, in_hand
from ekistics.profile.how_we_know import how_we_know
from ekistics.profile.import_report import import_report
from ekistics.profile.lineage import lineage
from ekistics.profile.matrix import agenda_page, matrix_of, matrix_page, matrix_view
from ekistics.profile.plain_pages import PlaceEntry, index_page
from ekistics.profile.reach_list import district_reach
from ekistics.profile.reach_map import reach_map
from ekistics.profile.texts import Name
from ekistics.profile.theme import lead_of, theme, theme_codes


def blocks_of(document, kind):
    return [block for section in document.sections for block in section.blocks if isinstance(block, kind)]


def test_the_first_page_is_named_for_its_place():
    assert glance(evidence()).title == Name("Šahr <b>One</b>")


def test_findings_stand_strongest_first():
    sides = [one.findings[0].side for one in blocks_of(glance(evidence()), Findings)]
    assert sides == ["strong", "weak"]


def test_without_findings_the_page_says_the_rule():
    document = glance(evidence(findings=()))
    assert "No figure passes the rule" in document.sections[0].blocks[0].paragraphs[0].message


def test_a_figure_that_two_agendas_ask_for_counts_once():
    assert in_hand(evidence()) == (2, 1, 3)


def test_completeness_counts_what_in_hand_counts():
    (block,) = blocks_of(glance(evidence()), Completeness)
    assert (block.computed, block.reported, block.missing) == in_hand(evidence())


def test_a_matrix_counts_cells_not_items():
    view = matrix_view(evidence())
    block, filled, total = matrix_of(evidence(), view)
    assert (filled, total) == (2, 4)
    assert isinstance(block, Matrix)


def test_an_empty_cell_says_which_file_would_fill_it():
    block, *_ = matrix_of(evidence(), matrix_view(evidence()))
    assert block.cells[0][0][0].missing.message == "Deaths in traffic: police register"


def test_a_figure_without_direction_is_shown_and_not_rated():
    block, *_ = matrix_of(evidence(), matrix_view(evidence()))
    entry = block.cells[0][1][0]
    assert entry.score is None
    assert entry.band == ""


def test_a_provisional_score_says_so():
    block, *_ = matrix_of(evidence(), matrix_view(evidence()))
    assert block.cells[1][1][0].provisional


def test_pages_exist_without_any_agenda():
    bare = evidence(agendas=(), findings=(), shapes=None, districts=None, others=(), trends=())
    assert matrix_page(bare).sections == ()
    assert glance(bare).aside == ()


def test_an_agenda_page_lists_every_item():
    having, waiting, _ = agenda_page(evidence(), "sdg11").sections
    assert len(having.blocks[0].rows) == 2
    assert [cell.text.value for row in waiting.blocks[0].rows for cell in row[1:2]] == [1]


def test_a_theme_is_led_by_its_rated_share():
    assert lead_of(evidence(), theme_codes(evidence(), "transport")) == "public_transport_access"


@pytest.mark.parametrize("name", ["land", "transport", "environment"])
def test_every_theme_has_a_page(name):
    assert theme(evidence(), name).sections


def test_the_formula_of_a_figure_gives_its_value_from_its_terms():
    document = lineage(lineage_evidence())
    between = document.sections[0].blocks[0].between[0]
    top, bottom = (part.number.value for part in between.parts)
    assert top / bottom == pytest.approx(RATIO.observation.value, rel=2e-3)


def test_every_term_links_to_its_own_page():
    steps = lineage(lineage_evidence()).sections[1].blocks[0].steps
    assert [item.link.key for item in steps[1].items] == ["21", "20", "11", "10"]


def test_a_figure_read_from_a_file_says_so():
    read = lineage_evidence(figure=figure(1, "population", 10.0, 2015), card=evidence().cards["population"], terms=(), layers=(), voices=())
    assert lineage(read).sections[0].title.message == "Read from one file"


def test_a_missing_figure_has_a_lineage_page_with_its_reason():
    gone = figure(2, "public_transport_access", None, 2023, status=Status.MISSING, reason="no timetable")
    document = lineage(lineage_evidence(figure=gone, card=evidence().cards["public_transport_access"], terms=(), voices=()))
    assert any(one.message.startswith("There is no figure") for one in document.lede)


def test_a_figure_with_a_break_says_that_nothing_is_joined():
    broken = replace(ACCESS, observation=replace(ACCESS.observation, flags=frozenset({Flag.BREAK})))
    table = lineage(lineage_evidence(figure=broken, card=evidence().cards["public_transport_access"], terms=())).sections[3].blocks[0]
    assert any(row[0].text.message == "Break in series" for row in table.rows)


def test_unstable_and_negative_cells_carry_no_class():
    table = compare(compare_evidence()).sections[0].blocks[0]
    states = {cell.state.value: cell.klass for row in table.rows for cell in row if cell.state.value in ("unstable", "negative")}
    assert states == {"unstable": None, "negative": None}


def test_fifths_part_the_known_values_evenly():
    assert fifths([float(one) for one in range(10)]) == [2.0, 4.0, 6.0, 8.0]
    assert fifths([1.0, None, 2.0]) == []


def test_a_single_place_is_compared_on_all_that_it_has():
    assert "pm25" in shared_indicators(evidence().others[:1])


def test_how_we_know_lists_every_figure():
    tables = how_we_know(evidence()).sections[0].blocks
    assert sum(len(table.rows) for table in tables) == len(evidence().chosen)


def test_the_rows_of_an_import_add_up_on_the_page():
    equation = import_report(import_evidence()).lead[0]
    assert equation.whole == sum(count for count, _, _ in equation.parts)


def test_an_empty_workspace_says_what_to_do_first():
    document = index_page((), commit=0, known_on=evidence().known_on)
    assert "Add a place" in document.sections[0].blocks[0].empty.message


def test_a_district_with_a_reason_against_it_is_not_told_as_a_share():
    place = evidence()
    code = next(iter(place.districts.reliable("public_transport_access")))
    unsure = replace(place.districts, reasons={code: "fewer than 20 homes mapped"})
    table = district_reach(replace(place, districts=unsure), ("public_transport_access",))
    assert [cell for row in table.rows for cell in row if cell.link] == []


def test_a_leading_figure_without_a_direction_takes_no_side():
    cards = {code: replace(one, direction=Direction.NEUTRAL) for code, one in evidence().cards.items()}
    assert theme(replace(evidence(), cards=cards), "land").lead[0].side == "plain"


def without_value(one):
    return replace(one, observation=replace(one.observation, value=None, status=Status.MISSING, reason="no count of people"))


def test_a_figure_that_only_says_why_there_is_none_fills_no_item():
    view = evidence().agendas[1]
    gone = replace(view.ratings[0], figure=without_value(ACCESS))
    assert replace(view, ratings=(gone, *view.ratings[1:])).filled == view.filled - 1


def test_no_dot_stands_for_people_who_are_not_known():
    chosen = tuple(replace(one, figure=without_value(one.figure)) for one in evidence().chosen)
    assert reach_map(evidence(chosen=chosen)).reached_label is None


def test_an_agenda_without_a_filled_cell_lists_files_and_no_empty_matrix():
    view = matrix_view(evidence())
    bare = replace(view, ratings=tuple(replace(one, figure=None) for one in view.ratings))
    assert blocks_of(glance(evidence(agendas=(bare,))), Matrix) == []


def test_a_place_without_a_map_has_its_agendas_beside_its_facts():
    assert isinstance(glance(evidence(shapes=None)).aside[0], AgendaStrips)


def test_a_theme_without_a_value_says_why_once():
    chosen = tuple(replace(one, figure=without_value(one.figure)) for one in evidence().chosen)
    document = theme(evidence(chosen=chosen, trends=(), districts=None, others=()), "transport")
    assert document.lead == ()
    assert [row[0].text.message for row in document.sections[-1].blocks[0].rows] == ["no count of people"]


def test_places_measured_from_their_own_files_stand_first():
    places = (PlaceEntry("a", "A", "", 3, 1990, 2010), PlaceEntry("b", "B", "", 9, 2023, 2023, measured=True))
    sections = index_page(places, commit=1, known_on=evidence().known_on).sections
    assert [one.id for one in sections] == ["measured", "reported", "compare"]


def test_a_place_alone_is_not_compared_with_itself():
    alone = compare_evidence()
    document = compare(replace(alone, chosen=alone.chosen[:1]))
    assert blocks_of(document, Table) == []


def test_many_findings_of_an_import_stand_in_one_table_after_the_first():
    one = import_evidence()
    many = tuple(replace(one.receipt.problems[0], feature=f"way {number}") for number in range(40))
    document = import_report(replace(one, receipt=replace(one.receipt, problems=many)))
    first, table = document.sections[0].blocks
    assert (len(first.problems), len(table.rows), table.folded) == (8, 40, True)


def test_a_missing_figure_shows_no_formula_of_nothing():
    gone = figure(2, "public_transport_access", None, 2023, status=Status.MISSING, reason="No timetable.")
    assert next(one.id for one in lineage(lineage_evidence(figure=gone)).sections) == "way"
