"""The settlement page: titles follow its written rules, every area and share can be read in a table, gaps say which file fills them."""

from __future__ import annotations

from gettext import NullTranslations

import numpy as np
import pytest
from babel import Locale
from tests.profile.sample import evidence
from tests.profile.settlement_sample import AROUND, degree, extent, growth, view

from ekistics.model.grids import CellImage, CentreNear
from ekistics.profile.blocks import CellMap, Group, Prose, Table
from ekistics.profile.cell_pictures import CellGround
from ekistics.profile.glance import glance
from ekistics.profile.plain_pages import map_page
from ekistics.profile.settlement.classes import degree_sections, occurring, where_words
from ekistics.profile.settlement.evidence import GrowthPeriod, SettlementView
from ekistics.profile.settlement.growth import built_up_per_person, growth_sections, pace_words, rate_of, saturation_of, spans_of
from ekistics.profile.settlement.page import settlement
from ekistics.profile.texts import Name, Number
from ekistics.profile.theme import theme
from ekistics.publish.words import Words

WORDS = Words(NullTranslations(), Locale.parse("en"))
BARE = CellGround()


def told(text) -> str:
    return WORDS.plain(text).replace("\u202f", " ").replace("\xa0", " ")


def all_of(sections, kind) -> list:
    def within(blocks):
        for one in blocks:
            if isinstance(one, Group):
                yield from within(one.blocks)
            elif isinstance(one, kind):
                yield one

    return [one for section in sections for one in within(section.blocks)]


def cells_of(table: Table) -> list[list[str]]:
    return [[told(cell.text) for cell in row] for row in table.rows]


def links_of(document) -> list[str]:
    return [
        link.key
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Prose)
        for link in block.links
        if link.key == "settlement"
    ]


def test_the_title_says_where_people_live_and_how_fast_land_was_built_upon():
    assert told(settlement(evidence(), view()).title) == "86 % of residents live in an urban centre; built-up land grew 2.3 % a year"


def test_the_rate_is_that_which_compounds_to_the_change():
    assert 10.0 * (1 + rate_of(growth()) / 100) ** 30 == pytest.approx(20.0)


@pytest.mark.parametrize(
    ("people", "sentence"),
    [
        ({30: 50.0, 23: 20.0, 21: 30.0}, "50 % of residents live in an urban centre"),
        ({30: 4.0, 21: 996.0}, "99.6 % of residents live in an urban cluster"),
        ({30: 0.0, 12: 40.0, 11: 60.0}, "100 % of residents live in rural cells"),
    ],
)
def test_the_title_tells_where_most_residents_live_and_never_rounds_a_part_to_all(people, sentence):
    assert told(where_words(degree(people=people))) == sentence


def test_where_nobody_lives_nothing_is_said_of_residents():
    assert where_words(degree(people={11: 0.0})) is None


@pytest.mark.parametrize(
    ("now", "sentence"),
    [(10.1, "built-up land hardly changed"), (20.0, "built-up land grew 2.3 % a year"), (8.0, "built-up land shrank 0.74 % a year")],
)
def test_a_change_below_a_twentieth_of_a_per_cent_a_year_is_hardly_one(now, sentence):
    assert told(pace_words(growth(extents=(extent(1990, 10.0, 15.0), extent(2020, now, 25.0))))) == sentence


def test_one_year_has_no_rate():
    assert rate_of(growth(extents=(extent(2020, 20.0, 25.0),))) is None


def test_built_up_land_that_began_at_nothing_has_no_rate():
    assert rate_of(growth(extents=(extent(1990, 0.0, 0.0), extent(2020, 20.0, 25.0)))) is None


def test_the_legend_names_the_classes_that_occur_with_their_shares():
    (drawn,) = all_of(degree_sections(degree(), BARE, None), CellMap)
    assert [(told(one.label), told(one.note), one.colour) for one in drawn.classes] == [
        ("Urban centre", "86.0 %", "settlement-30"),
        ("Suburban cells", "10.0 %", "settlement-21"),
        ("Low-density rural cells", "3.0 %", "settlement-12"),
        ("Very low-density rural cells", "1.0 %", "settlement-11"),
    ]


def test_level_1_is_told_in_its_own_classes():
    found = degree(level=1, people={3: 60.0, 1: 40.0}, area_km2={3: 1.0, 1: 9.0}, image=CellImage(np.array([[3, 1, 0]], np.uint8), AROUND))
    assert occurring(found) == [3, 1, 0]
    assert told(where_words(found)) == "60 % of residents live in an urban centre"


def test_the_table_of_classes_adds_up():
    table = all_of(degree_sections(degree(), BARE, None), Table)[0]
    assert cells_of(table)[-1] == ["All classes", "100,000", "100.0 %", "100.0", "100.0 %"]


def test_centres_come_most_people_first_and_a_nameless_one_by_its_code():
    rows = cells_of(all_of(degree_sections(degree(), BARE, None), Table)[1])
    assert [row[:3] for row in rows] == [["Šahr <b>One</b>", "90,000", "22"], ["UC2", "55,000", "11"]]
    assert rows[1][4] == "not known"


def test_a_long_table_of_centres_is_cut_and_says_so():
    many = tuple(CentreNear(f"C{n}", "", 1000.0 * n, 5.0, None, 1.0) for n in range(1, 24))
    table = all_of(degree_sections(degree(centres=many), BARE, None), Table)[1]
    assert len(table.rows) == 20
    assert told(table.source) == "3 more are smaller."


def test_saturation_is_the_built_up_share_of_the_extent():
    assert saturation_of(extent(2020, 20.0, 25.0)) == pytest.approx(16 / 25)


def test_land_a_resident_needs_residents():
    assert built_up_per_person(extent(2020, 20.0, 25.0, 100_000.0)) == 200.0
    assert built_up_per_person(extent(2020, 20.0, 25.0)) is None


def test_the_first_year_and_at_most_four_spans_are_told_apart():
    for count in range(1, 15):
        spans = spans_of(count)
        assert [position for span in spans for position in span] == list(range(count))
        assert len(spans) == min(count, 5)


def test_the_legend_of_years_says_what_each_span_brought():
    drawn = all_of(growth_sections(growth(), BARE, None), CellMap)[0]
    assert [(told(one.label), told(one.note)) for one in drawn.classes] == [
        ("by 1990", "10.0 km²"),
        ("1990 to 2000", "+2.00 km²"),
        ("2000 to 2010", "+3.00 km²"),
        ("2010 to 2020", "+5.00 km²"),
    ]


def test_every_year_can_be_stepped_to_and_has_its_sentence():
    drawn = all_of(growth_sections(growth(), BARE, None), CellMap)[0]
    assert [told(one) for one in drawn.steps.told][1] == "2000: 12.0 km² built up, urban extent 18.0 km²"
    assert len(drawn.steps.told) == len(drawn.steps.years) == 4


def test_a_year_without_an_extent_is_still_told():
    drawn = all_of(growth_sections(growth(extents=(extent(1990, 10.0, 15.0), extent(2020, 20.0, 25.0))), BARE, None), CellMap)[0]
    assert [told(one) for one in drawn.steps.told][1] == "built up by 2000"
    assert drawn.classes[1].note is None


@pytest.mark.parametrize(
    ("kinds", "sentence"),
    [
        ((1.0, 8.0, 1.0), "Of 10.0 km² newly built up, 80 % extended the city at its edge"),
        ((8.0, 1.0, 1.0), "Of 10.0 km² newly built up, 80 % filled open land within the city"),
        ((1.0, 1.0, 8.0), "Of 10.0 km² newly built up, 80 % lies apart from the city"),
        ((0.0, 0.0, 0.0), "No new built-up land was found"),
    ],
)
def test_the_kind_that_most_new_land_is_of_is_told(kinds, sentence):
    sections = growth_sections(growth(periods=(GrowthPeriod(1990, 2020, *kinds, 0.0),)), BARE, None)
    assert told(next(one.title for one in sections if one.id == "new-land")) == sentence


def test_of_many_years_four_extents_are_drawn_with_the_first_and_the_last():
    many = tuple(extent(1990, 10.0 + n, 20.0 + n) for n in range(9))
    many = tuple(type(one)(1980 + 5 * n, one.built_up_km2, one.extent_km2, one.urban_open_km2, one.image) for n, one in enumerate(many))
    drawn = all_of(growth_sections(growth(extents=many, years=tuple(one.year for one in many)), BARE, None), CellMap)[1]
    assert [int(one.title.value) for one in drawn.pictures] == [1980, 1995, 2005, 2020]


def test_columns_of_people_stand_only_where_people_are_known():
    def heads(found):
        return [told(one.head) for one in all_of(growth_sections(found, BARE, None), Table)[-1].columns]

    assert "People" in heads(growth())
    assert "People" not in heads(growth(extents=(extent(1990, 10.0, 15.0), extent(2020, 20.0, 25.0))))


def test_what_is_absent_comes_last_and_says_which_file_would_fill_it():
    document = settlement(evidence(), view(degree=None))
    assert [one.id for one in document.sections] == ["growth", "new-land", "extent", "degree"]
    words = document.sections[-1].blocks[0].paragraphs
    assert words[-1].slots["command"] == Name("ekistics import FILE --as population_grid --place x-1")
    assert told(settlement(evidence(), SettlementView()).title) == "Where the city ends is not measured yet"


def test_growth_alone_gives_the_title_its_years():
    assert told(settlement(evidence(), view(degree=None)).title) == "From 1990 to 2020 built-up land grew 2.3 % a year"


def test_other_pages_lead_here_only_where_there_is_something_to_see():
    having, bare = evidence(settlement=view()), evidence()
    assert links_of(theme(having, "land")) == links_of(map_page(having)) == ["settlement"]
    assert links_of(theme(bare, "land")) == links_of(map_page(bare)) == []
    assert links_of(theme(having, "transport")) == []


def test_the_first_page_tells_the_share_of_residents_in_an_urban_centre():
    def labels(page):
        return {told(one.label): one for one in page.lead[0].facts}

    fact = labels(glance(evidence(settlement=view())))["Residents in an urban centre"]
    assert (fact.value, fact.link.key) == (Number(86.0, "%", decimals=1), "settlement")
    assert "Residents in an urban centre" not in labels(glance(evidence()))
