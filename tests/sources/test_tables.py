"""Indicator tables: official tables read as their publishers mean them; no row lost, nothing guessed."""

import csv
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ekistics.model.errors import EkisticsError, InvalidInput
from ekistics.model.observations import OBSERVATION_SCHEMA, Status
from ekistics.model.problems import Severity
from ekistics.sources.mappings import parse_mapping
from ekistics.sources.tables import propose_mapping, read_mapping, read_table

MAPPINGS = Path(__file__).parents[1] / "mappings"
LONG = {"series": {"source": "s"}, "place": {"column": "code"}, "period": {"column": "year"}, "value": "value",
        "measures": [{"indicator": "share", "unit": "%"}]}  # fmt: skip


def mapped(name):
    return read_mapping(MAPPINGS / f"{name}.yaml")


def long(**changes):
    return parse_mapping(LONG | changes, file="mapping.yaml")


def written(folder, text, name="t.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def kinds(reading):
    return {one.kind: one for one in reading.problems}


def value(reading, **wanted):
    (found,) = [one for one in reading.observations if all(getattr(one, name) == what for name, what in wanted.items())]
    return found.value


# official tables


def test_green_area_has_659_cities_and_eight_aggregates_left_out_with_the_reason(data):
    reading = read_table(data("unhabitat_green_area", "green_area_1990_2020.xlsx"), mapped("unhabitat_green_area"))
    assert (reading.tally.read, reading.tally.used, reading.tally.left_out) == (667, 659, 8)
    assert len(reading.places) == 659
    assert kinds(reading)["left-out"].count == 8
    assert "not a city" in kinds(reading)["left-out"].message
    nairobi = {one.period.start.year: one.value for one in reading.observations
               if one.place == "KE_NAIROBI" and one.indicator == "green_area_share"}  # fmt: skip
    assert nairobi[1990] == pytest.approx(12.247, abs=5e-4)
    assert nairobi[2020] == pytest.approx(4.200, abs=5e-4)


def test_canada_11_2_1_is_read_out_of_gzip_with_one_geography_given_twice(data):
    reading = read_table(data("official_sdg11_tables", "canada_11-2-1.csv.gz"), mapped("canada_11_2_1"))
    assert reading.tally.read == 18_468
    assert kinds(reading)["twice"].count == 324
    assert set(kinds(reading)) == {"twice"}
    assert value(reading, place="CA/Canada", indicator="people_near_transport", breakdown="total", period=year(2023)) == 75.3


def test_canada_11_3_1_fractions_labelled_per_cent_are_put_right(data):
    reading = read_table(data("official_sdg11_tables", "canada_11-3-1.csv"), mapped("canada_11_3_1"))
    toronto = {one.indicator: one for one in reading.observations if one.place == "CA/Toronto, Ontario"}
    assert toronto["land_consumption_rate"].value == pytest.approx(0.0012)
    assert toronto["population_growth_rate"].value == pytest.approx(0.0096)
    assert toronto["population_growth_rate"].unit == "/a"
    assert str(toronto["land_consumption_ratio"].period) == "2011-01-01/2021-12-31"
    assert kinds(reading)["unit-label-wrong"].found == "Percentage (%)"


def test_canada_ratios_follow_from_their_rates_but_for_rounding(data):
    reading = read_table(data("official_sdg11_tables", "canada_11-3-1.csv"), mapped("canada_11_3_1"))
    cities: dict[str, dict[str, float]] = {}
    for one in reading.observations:
        cities.setdefault(one.place, {})[one.indicator] = one.value
    away = {}
    for place, city in cities.items():
        land, growth = city["land_consumption_rate"], city["population_growth_rate"]
        half = 0.00005  # the rates are rounded to four places
        bounds = [(land + a) / (growth + b) for a in (-half, half) for b in (-half, half)]
        assert min(bounds) - 5e-5 <= city["land_consumption_ratio"] <= max(bounds) + 5e-5, place
        away[place] = abs(land / growth - city["land_consumption_ratio"])
    assert max(away, key=away.__getitem__).startswith("CA/Thunder Bay")
    assert max(away.values()) < 0.05


def test_jakarta_missing_is_read_both_ways(data):
    reading = read_table(data("jakarta_neighbourhoods", "jakarta_baseline.csv"), mapped("jakarta"))
    found = {
        name: [one for one in reading.observations if one.indicator == name]
        for name in ("days_above_35", "wild_plant_species", "open_space_share")
    }
    assert {one.status for one in found["days_above_35"]} == {Status.MISSING}
    with data("jakarta_neighbourhoods", "jakarta_baseline.csv").open(encoding="utf-8") as stream:
        coded = sum(float(row["BIO_4_numberPlantSpecies"] or -9999) == -9999 for row in csv.DictReader(stream))
    assert sum(one.status is Status.MISSING for one in found["wild_plant_species"]) == coded > 0
    given_values = [one.value for one in found["open_space_share"] if one.value is not None]
    assert sum(given_values) / len(given_values) == pytest.approx(2.22, abs=5e-3)
    assert min(given_values) >= 0


def test_uk_empty_country_is_the_country_as_a_whole(data):
    reading = read_table(data("official_sdg11_tables", "uk_11-7-1.csv"), mapped("uk_11_7_1"))
    assert {one.place: one.value for one in reading.observations} == {"GB": 4.9, "GB-ENG": 4.9, "GB-SCT": 5.3, "GB-WLS": 3.4}


@pytest.mark.parametrize(("file", "name", "rows"), [("uk_11-5-1.csv", "uk_11_5_1", 2106), ("uk_11-6-2.csv", "uk_11_6_2", 842),
                                                   ("bristol_11-6-2.csv", "bristol_11_6_2", 30)])  # fmt: skip
def test_uk_and_bristol_tables_are_taken_whole(data, file, name, rows):
    reading = read_table(data("official_sdg11_tables", file), mapped(name))
    assert (reading.tally.read, reading.tally.used) == (rows, rows)
    assert not reading.problems


def test_bristol_empty_component_is_the_sum_of_its_parts(data):
    reading = read_table(data("official_sdg11_tables", "bristol_11-6-2.csv"), mapped("bristol_11_6_2"))
    of_2010 = {one.breakdown: one.value for one in reading.observations if one.period == year(2010)}
    assert of_2010["total"] == pytest.approx(of_2010["COMPONENT=ANTHROPOGENIC"] + of_2010["COMPONENT=NATURAL"], abs=1e-3)


def year(number):
    from ekistics.model.periods import Period

    return Period.year(number)


# what any table may hold


def test_codes_keep_leading_zeros_and_figures_say_where_they_stood(tmp_path):
    reading = read_table(written(tmp_path, "code,year,value\n007,2015,3.5\n"), long())
    (one,) = reading.observations
    assert (one.place, one.value, one.locator) == ("007", 3.5, "row 2, column value")
    assert reading.table.schema == OBSERVATION_SCHEMA


def test_an_unreadable_number_is_rejected_with_its_place_and_is_never_zero(tmp_path):
    reading = read_table(written(tmp_path, "code,year,value\nA,2015,1\nB,2015,ca. 5\nC,2015,about\n"), long())
    assert [one.place for one in reading.observations] == ["A"]
    fault = kinds(reading)["not-a-number"]
    assert (fault.severity, fault.row, fault.column, fault.found) == (Severity.REJECTED, 3, "value", "'ca. 5'")
    assert (fault.count, fault.more_rows) == (2, (4,))
    assert reading.tally.left_out == 2


def test_a_missing_code_is_a_figure_without_a_value(tmp_path):
    (one,) = read_table(written(tmp_path, "code,year,value\nA,2015,..\n"), long()).observations
    assert (one.value, one.status, one.reason) == (None, Status.MISSING, "missing in the source")


def test_decimal_and_thousands_marks_are_those_declared(tmp_path):
    path = written(tmp_path, "code;year;value\nA;2015;1.204,5\n")
    assert read_table(path, long(decimal=",", thousands=".")).observations[0].value == 1204.5
    assert read_table(path, long()).tally.left_out == 1


def test_a_per_cent_sign_is_brought_to_the_declared_unit(tmp_path):
    path = written(tmp_path, "code,year,value\nA,2015,12.5%\n")
    assert read_table(path, long()).observations[0].value == 12.5
    fraction = long(measures=[{"indicator": "share", "unit": "1"}])
    assert read_table(path, fraction).observations[0].value == 0.125
    assert read_table(path, long(measures=[{"indicator": "area", "unit": "km2"}])).tally.left_out == 1


def test_two_figures_of_one_key_are_told(tmp_path):
    reading = read_table(written(tmp_path, "code,year,value\nA,2015,1\nA,2015,1\nA,2015,2\n"), long())
    assert [one.value for one in reading.observations] == [1.0]
    assert sorted((one.severity.value, one.row) for one in reading.problems) == [("left out", 3), ("rejected", 4)]


def test_a_wide_table_gives_a_figure_a_column_with_terms(tmp_path):
    mapping = long(value=None, measures=[
        {"indicator": "share", "unit": "1", "to": "%", "column": "share", "numerator": "n", "denominator": "d", "standard_error": "se"},
        {"indicator": "people", "unit": "{person}", "column": "people", "period": "2010"},
    ])  # fmt: skip
    share, people = read_table(written(tmp_path, "code,year,share,n,d,se,people\nA,2015,0.5,10,20,0.01,99\n"), mapping).observations
    assert (share.value, share.numerator, share.denominator, share.standard_error) == (50.0, 10.0, 20.0, 1.0)
    assert (people.value, str(people.period)) == (99.0, "2010")


@pytest.mark.parametrize(
    ("encoding", "said"), [("utf-8", None), ("utf-8-sig", None), ("utf-16", None), ("utf-16-le", None), ("cp1252", "cp1252")]
)
def test_western_encodings_are_read_and_a_guess_is_said(tmp_path, encoding, said):
    text = "code,year,value\nMünchen,2015,1\nMálaga,2015,2\nÉvora,2015,3\n"
    reading = read_table(written(tmp_path, text, encoding=encoding), long())
    assert [one.place for one in reading.observations] == ["München", "Málaga", "Évora"]
    assert ([one.found for one in reading.problems] or [None]) == [said]


def test_arabic_in_cp1256_is_guessed_and_said(tmp_path):
    reading = read_table(written(tmp_path, "code,year,value\nالقاهرة,2015,1\nعمان,2015,2\n", encoding="cp1256"), long())
    assert [one.place for one in reading.observations] == ["القاهرة", "عمان"]
    assert kinds(reading)["encoding-guessed"].found == "cp1256"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_seen(tmp_path, delimiter):
    text = "code,year,value\nA,2015,1\n".replace(",", delimiter)
    assert len(read_table(written(tmp_path, text), long()).observations) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('code,year,value\nA,2015,"1\n', "quotation mark"),
        ("a,b\n1,2\n", "not there"),
        ("", "no header"),
        ("code,year,value\nA,\0,1\n", "NUL"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_in_a_sentence(tmp_path, text, said):
    with pytest.raises(InvalidInput, match=said):
        read_table(written(tmp_path, text), long())


def test_a_missing_column_names_the_nearest(tmp_path):
    with pytest.raises(InvalidInput, match="perhaps it is values"):
        read_table(written(tmp_path, "code,year,values\nA,2015,1\n"), long())


def test_rows_of_another_length_are_said(tmp_path):
    reading = read_table(written(tmp_path, "code,year,value\nA,2015,1,2\nB,2015\nC,2015,3\n"), long())
    assert kinds(reading)["row-too-long"].row == 2
    assert kinds(reading)["row-too-short"].row == 3
    assert (reading.tally.used, reading.tally.repaired, reading.tally.left_out) == (1, 1, 1)


def test_a_hundred_thousand_rows_are_read_in_ten_seconds(tmp_path):
    text = "code,year,value\n" + "".join(f"C{at % 5000:05d},{2000 + at // 5000},{at * 0.37:.2f}\n" for at in range(100_000))
    path = written(tmp_path, text)
    start = time.perf_counter()
    reading = read_table(path, long())
    assert reading.tally.used == 100_000
    assert time.perf_counter() - start < 10


# mappings


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"measures": []}, "measures"), ({"colour": "red"}, "colour"), ({"decimal": ";"}, "decimal"), ({"place": {}}, "place"),
        ({"measures": [{"indicator": "x", "unit": "%", "to": "km2"}]}, "measures.0"),
        ({"period": {}}, "period"), ({"value": None}, "value"),
        ({"breakdowns": [{"column": "a", "dimension": "sex"}]}, "breakdowns.0.dimension"),
    ],
)  # fmt: skip
def test_a_fault_in_a_mapping_names_its_key(change, key):
    with pytest.raises(InvalidInput, match=key):
        long(**change)


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "a: [", "\x00", "a: &a [*a]", "[" * 5000])
def test_a_broken_mapping_file_is_refused_in_a_sentence(tmp_path, text):
    with pytest.raises(InvalidInput, match="mapping"):
        read_mapping(written(tmp_path, text, "m.yaml"))


@pytest.mark.parametrize("text", [
    "code,year,value\nA,2015,1\n", "City;2010 (%);2020 (%)\nA;1,5;2,5\n", "Year,Sex,Series,Value\n2015,,PM2.5,1\n2015,Total,PM2.5,2\n",
    "x\n1\n",
])  # fmt: skip
def test_a_proposed_mapping_is_one_that_reads_the_table(tmp_path, text):
    path = written(tmp_path, text)
    proposed = propose_mapping(path)
    assert proposed.startswith("# guessed from t.csv")
    reading = read_table(path, parse_mapping(yaml.safe_load(proposed), file="proposed"))
    assert reading.figures.read >= 1


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=400)
    | st.text(alphabet='ab1,;\n\t"%.-é\u0661\0', max_size=300).map(lambda text: ("code,year,value\n" + text).encode())
)
def test_any_bytes_give_rows_that_add_up_or_our_error(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("fuzz") / "t.csv"
    path.write_bytes(content)
    try:
        reading = read_table(path, long())
    except EkisticsError:
        return
    tally, cells = reading.tally, reading.figures
    assert tally.read == tally.used + tally.repaired + tally.left_out
    assert cells.used == reading.table.num_rows
    assert cells.left_out <= sum(one.count for one in reading.problems)


def test_a_reading_comes_whole_out_of_a_child_process(data):
    from ekistics.engine.limits import run_limited

    path = data("unhabitat_green_area", "green_area_1990_2020.xlsx")
    assert run_limited(read_table, path, mapped("unhabitat_green_area")).table.num_rows == 5272


def test_rows_that_problems_speak_of_are_shown_as_they_stand(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("city;note;2015\nA;;10\n;a total;30\nB;;many\n", encoding="utf-8")
    mapping = parse_mapping(
        {
            "series": {"source": "office"},
            "place": {"column": "city"},
            "measures": [{"column": "2015", "indicator": "population", "unit": "{person}", "period": "2015"}],
            "delimiter": ";",
        },
        file="a.yaml",
    )
    seen = read_table(path, mapping).seen
    assert (seen.columns, seen.numbers, seen.cells) == (("city", "2015"), (3, 4), (("", "30"), ("B", "many")))
