"""A table cut out of the record: the figure that the preference rule chooses, of the right year and unit, with its number."""

import time

import numpy as np
import pytest
from tests.store.making import figure, put, write

from ekistics.model.errors import InvalidInput, NotFound
from ekistics.model.observations import Origin, Series
from ekistics.model.places import Place, PlaceKind, Relation, RelationKind
from ekistics.model.recipes import IndexGroup, IndexIndicator, Recipe
from ekistics.workspace.assessing.record_tables import RecordCut, table_of_record

SURVEY = Series("survey", Origin.MODELLED)


def leaf(code, **told):
    return IndexIndicator(code, code.title(), ("index",), **told)


def recipe(*leaves, **changes):
    told = {"reference_year": 2020, "tolerance_years": 3} | changes
    return Recipe("r", "R", "1", ("indicator", "index"), leaves, (IndexGroup("index", "Index", "index"),), **told)


@pytest.fixture
def record(empty):
    """A record with three cities in a country, and a region that is no city; gives a function that imports figures."""
    with write(empty.session.record) as commit:
        for place in (
            *(Place(code, PlaceKind.CITY, {"en": f"City {code}"}) for code in "ABC"),
            Place("XX", PlaceKind.COUNTRY, {"en": "Xland"}),
            Place("R", PlaceKind.REGION, {"en": "Upper"}),
        ):
            commit.put_place(place)
        for one, other in (("A", "R"), ("R", "XX"), ("B", "XX")):
            commit.put_relation(Relation(one, other, RelationKind.ADMINISTRATIVE))

    def put_on_record(*figures):
        with write(empty.session.record) as commit:
            put(commit, *figures)
        return commit.number

    return put_on_record


def share(value, place="A", year=2020, indicator="green", **more):
    return figure(value, indicator, place, year, **({"unit": "%"} | more))


def cut(empty, asked, **told):
    return table_of_record(empty.session, asked, RecordCut(**told))[0]


def test_each_place_has_the_figure_of_the_year_with_its_number(empty, record):
    record(share(10.0), share(20.0, "B"), share(5.0, year=2019))
    table = cut(empty, recipe(leaf("green")))
    assert (table.units, table.names, table.years) == (("A", "B"), ("City A", "City B"), (2020,))
    np.testing.assert_array_equal(table.values, [[[10, 20]]])
    numbers = {(one.observation.place, one.observation.period.start.year): one.id for one in empty.session.record.figures()}
    assert table.figure_ids[0, 0].tolist() == [numbers["A", 2020], numbers["B", 2020]]


def test_an_older_figure_is_taken_within_the_tolerance_and_its_year_told(empty, record):
    record(share(10.0, year=2018), share(9.0, year=2017), share(20.0, "B", 2016), share(30.0, "C", 2020))
    table = cut(empty, recipe(leaf("green")))
    assert table.units == ("A", "B", "C")
    np.testing.assert_array_equal(table.values[0, 0], [10, np.nan, 30])
    assert table.figure_years[0, 0].tolist() == [2018, 0, 2020]


def test_figures_of_years_that_the_recipe_does_not_take_are_told(empty, record):
    record(
        share(10.0, year=2010), share(11.0, year=2012), share(20.0, "B", 2016), share(30.0, "C", 2020), share(1.0, "C", indicator="dust")
    )
    table, notes = table_of_record(empty.session, recipe(leaf("green"), leaf("dust")), RecordCut())
    assert np.isnan(table.values[0, 0]).tolist() == [True, True, False]
    (note,) = notes
    assert (note.kind, note.count) == ("figures-of-other-years", 2)
    assert note.found == "2 gaps at 2 places with figures of 2010 to 2016; taken: 2017 to 2020"
    # with every year there is no other
    assert table_of_record(empty.session, recipe(leaf("green"), leaf("dust")), RecordCut(every_year=True))[1] == ()
    within = recipe(leaf("green"), leaf("dust"), tolerance_years=10)
    assert table_of_record(empty.session, within, RecordCut())[1] == ()


def test_a_later_figure_than_the_reference_year_is_not_taken(empty, record):
    record(share(10.0, year=2021), share(20.0, "B"))
    np.testing.assert_array_equal(cut(empty, recipe(leaf("green"))).values[0, 0], [np.nan, 20])


def test_the_voice_is_the_one_that_the_preference_rule_chooses(empty, record):
    record(share(10.0, series=SURVEY), share(11.0), share(20.0, "B", series=SURVEY))
    np.testing.assert_array_equal(cut(empty, recipe(leaf("green"))).values[0, 0], [11, 20])


def test_a_rule_of_the_workspace_is_followed(empty, record):
    (empty.session.folder.rules / "preference.yaml").write_text("manners: [modelled bare, reported bare]\n", encoding="utf-8")
    record(share(10.0, series=SURVEY), share(11.0))
    assert cut(empty, recipe(leaf("green"))).values[0, 0].tolist() == [10]


def test_the_first_of_several_figures_that_is_there_fills_an_indicator(empty, record):
    record(share(1.0, indicator="b"), share(2.0, "B", indicator="b"), share(3.0, indicator="a"))
    table = cut(empty, recipe(leaf("green", figures=("a", "b"))))
    np.testing.assert_array_equal(table.values[0, 0], [3, 2])


def test_figures_in_several_units_are_brought_to_that_of_the_recipe(empty, record):
    record(share(10.0), share(0.2, "B", unit="1"))
    table = cut(empty, recipe(leaf("green", unit="%")))
    np.testing.assert_allclose(table.values[0, 0], [10, 20])
    assert table.measured_in == {"green": "%"}


def test_units_without_a_listed_factor_are_refused_by_name(empty, record):
    record(share(10.0), share(0.2, "B", unit="km2"))
    with pytest.raises(InvalidInput, match="km2"):
        cut(empty, recipe(leaf("green", unit="%")))


def test_standard_errors_and_denominators_come_along(empty, record):
    given = share(10.0, standard_error=0.5, degrees_of_freedom=7.0)
    record(given, share(20.0, "B"), share(4.0, indicator="people", unit="{person}"))
    table = cut(empty, recipe(leaf("green", denominator="people")))
    np.testing.assert_array_equal(table.standard_errors[0, 0], [0.5, np.nan])
    np.testing.assert_array_equal(table.degrees_of_freedom[0, 0], [7.0, np.nan])
    np.testing.assert_array_equal(table.denominators["people"][0], [4, np.nan])


def test_places_are_labelled_by_country_region_and_people(empty, record):
    record(share(10.0), share(20.0, "B"), figure(420_000.0), figure(12e6, place="B"), figure(5.0, year=2010))
    labels = cut(empty, recipe(leaf("green"))).labels
    assert labels["country"] == ("Xland", "Xland")
    assert labels["region"] == ("Upper", "")
    assert labels["size_class"] == ("300,000 to 500,000", "10 million or more")


def test_as_of_a_commit_the_record_is_as_it_was(empty, record):
    before = record(share(10.0))
    record(share(99.0))
    assert cut(empty, recipe(leaf("green")), as_of=before).values[0, 0].tolist() == [10]
    assert cut(empty, recipe(leaf("green"))).values[0, 0].tolist() == [99]


def test_every_year_is_laid_out_where_that_is_asked_for(empty, record):
    record(share(10.0, year=2018), share(20.0), share(30.0, year=2022))
    table = cut(empty, recipe(leaf("green")), every_year=True)
    assert table.years == (2018, 2020)
    np.testing.assert_array_equal(table.values[:, 0, 0], [10, 20])


def test_places_are_those_named_else_all_of_the_kind(empty, record):
    record(share(10.0), share(20.0, "B"), share(30.0, "XX"))
    assert cut(empty, recipe(leaf("green")), places=("B",)).units == ("B",)
    assert cut(empty, recipe(leaf("green")), kind=PlaceKind.COUNTRY).units == ("XX",)
    with pytest.raises(NotFound, match="no place Z"):
        cut(empty, recipe(leaf("green")), places=("Z",))


def test_a_breakdown_is_not_taken_for_the_total(empty, record):
    record(share(10.0), share(70.0, breakdown="SEX=F"))
    assert cut(empty, recipe(leaf("green"))).values[0, 0].tolist() == [10]


def test_places_without_a_figure_are_left_out_and_counted(empty, record):
    record(share(10.0))
    table, notes = table_of_record(empty.session, recipe(leaf("green")), RecordCut())
    assert table.units == ("A",)
    assert notes[0].found == "2 of 3"


def test_a_record_without_any_figure_asked_for_is_told(empty, record):
    with pytest.raises(NotFound, match="green"):
        cut(empty, recipe(leaf("green")))


def test_the_index_of_a_record_is_written_with_the_numbers_of_its_figures(empty, record, tmp_path):
    record(*(share(value, place) for value, place in ((10.0, "A"), (20.0, "B"), (40.0, "C"))))
    done = empty.assess(recipe(leaf("green")), tmp_path / "out")
    assert done.result.ranking["unit"].tolist() == ["C", "B", "A"]
    assert done.result.assessment.table.figure_ids.all()
    assert "assessment.json" in done.files


def test_ten_thousand_places_are_cut_out_in_seconds(empty):
    count, codes = 10_000, [f"i{number}" for number in range(4)]
    with write(empty.session.record) as commit:
        for number in range(count):
            commit.put_place(Place(f"P{number:05}", PlaceKind.CITY))
        put(commit, *(share(float(number), f"P{number:05}", indicator=code) for number in range(count) for code in codes))
    empty.snapshot()
    start = time.process_time()
    table = cut(empty, recipe(*(leaf(code) for code in codes)))
    assert table.values.shape == (1, 4, count)
    assert table.values[0, 0, 1234] == 1234
    assert time.process_time() - start < 10  # about 2 on a quiet machine
