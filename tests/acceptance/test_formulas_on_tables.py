"""Formulas against published answers: the Atlas of Urban Expansion, Canada's 11.3.1, the Urban Centre Database."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing

import numpy as np
import pandas as pd
import pytest

from ekistics.indicators.land import (
    land_consumption_rate_2016,
    land_consumption_ratio,
    land_consumption_ratio_2016,
    population_growth_rate,
)
from ekistics.stats.estimates import Estimates, col
from ekistics.stats.rounding import bounds_of_rounded_ratio

HECTARE_KM2 = 0.01


def city_periods(path):
    table = pd.read_csv(path, parse_dates=["t1", "t2", "t3"])
    assert len(table) == 200
    pairs = []
    for start, end in (("t1", "t2"), ("t2", "t3")):
        pairs.append(
            pd.DataFrame(
                {
                    "city": table["city"],
                    "years": (table[end] - table[start]).dt.days / 365.25,
                    "population_start": table[f"pop_{start}"],
                    "population_end": table[f"pop_{end}"],
                    "built_up_area_start": table[f"extent_ha_{start}"] * HECTARE_KM2,
                    "built_up_area_end": table[f"extent_ha_{end}"] * HECTARE_KM2,
                    "published_growth": table[f"pub_pop_growth_{start}{end}_pct"],
                    "published_extent": table[f"pub_extent_growth_{start}{end}_pct"],
                }
            )
        )
    return pd.concat(pairs, ignore_index=True)


def arguments(table, *names):
    return {name: table[name].to_numpy(float) for name in (*names, "years")}


LAND = ("built_up_area_start", "built_up_area_end")
PEOPLE = ("population_start", "population_end")


def test_atlas_400_city_periods_reproduce_the_published_growth_of_people(data):
    table = city_periods(data("atlas_urban_expansion", "atlas_cities_tidy.csv"))
    made = population_growth_rate(**arguments(table, *PEOPLE))
    assert len(made) == 400
    assert np.abs(100 * made.value - table["published_growth"]).max() <= 0.0501  # the table is rounded to 0.1


def test_atlas_400_city_periods_reproduce_the_published_growth_of_extent(data):
    table = city_periods(data("atlas_urban_expansion", "atlas_cities_tidy.csv"))
    made = land_consumption_rate_2016(**arguments(table, *LAND))
    assert np.abs(100 * made.value - table["published_extent"]).max() <= 0.07


def test_atlas_undefined_unstable_and_negative_cases_are_told_apart(data):
    table = city_periods(data("atlas_urban_expansion", "atlas_cities_tidy.csv"))
    made = land_consumption_ratio(**arguments(table, *LAND, *PEOPLE))
    assert Counter(made.status.tolist()) == {"A": 400}
    negative = table["city"][made.value < 0].tolist()
    assert len(negative) == len(table[table["population_end"] < table["population_start"]])
    assert all(made.numerator > 0), "every urban extent of the Atlas grew"


def test_urban_centre_database_las_palmas_in_both_editions(data):
    path = data("las_palmas", "ghs_ucdb2015_R2019A_las_palmas.gpkg")
    with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as base:
        (table,) = base.execute("select table_name from gpkg_contents").fetchone()
        names = [row[1] for row in base.execute(f'pragma table_info("{table}")')]
        row = dict(zip(names, base.execute(f'select * from "{table}"').fetchone(), strict=True))
    given = {
        "built_up_area_start": col(row["B90"]), "built_up_area_end": col(row["B15"]),
        "population_start": col(row["P90"]), "population_end": col(row["P15"]), "years": col(25.0),
    }  # fmt: skip
    assert land_consumption_ratio_2016(**given).value[0] == pytest.approx(0.0714448, abs=5e-8)
    assert land_consumption_ratio(**given).value[0] == pytest.approx(0.0722951, abs=5e-8)


def test_urban_centre_database_las_palmas_from_the_figures_typed_in():
    # GHS Urban Centre Database R2019A, Las Palmas de Gran Canaria: P90, P15, B90, B15
    given = {
        "built_up_area_start": col(24.4000759), "built_up_area_end": col(24.9831448),
        "population_start": col(318_413.78), "population_end": col(443_141.22), "years": col(25.0),
    }  # fmt: skip
    assert land_consumption_ratio_2016(**given).value[0] == pytest.approx(0.0714448, abs=1e-7)
    assert land_consumption_ratio(**given).value[0] == pytest.approx(0.0722951, abs=1e-7)


def canada(path):
    table = pd.read_csv(path).pivot_table(index="Geography", columns="Series", values="Value")
    land = table["Land consumption rate"].to_numpy(float)
    people = next(table[name] for name in table.columns if "opulation growth rate" in name and "Ratio" not in name).to_numpy(float)
    return table.index, land, people, table["Ratio of land consumption rate to population growth rate"].to_numpy(float)


def test_canadas_ratios_are_explained_by_the_rounding_of_its_rates(data):
    names, land, people, published = canada(data("official_sdg11_tables", "canada_11-3-1.csv"))
    assert len(names) == 32
    lowest, highest = bounds_of_rounded_ratio(land, people, step=1e-4)
    assert np.all((published >= lowest - 5e-5) & (published <= highest + 5e-5))


def test_thunder_bay_departs_most_and_only_by_rounding(data):
    names, land, people, published = canada(data("official_sdg11_tables", "canada_11-3-1.csv"))
    made = Estimates.ratio(land, people)
    apart = np.abs(made.value - published)
    worst = int(np.argmax(apart))
    assert names[worst] == "Thunder Bay, Ontario"
    assert made.value[worst] == pytest.approx(0.5)
    assert published[worst] == 0.5415
    assert np.sort(apart)[-2] < apart[worst]
    assert made.value[list(names).index("Toronto, Ontario")] == pytest.approx(0.1284, abs=0.005)


def test_canada_keeps_the_sign_of_a_shrinking_city(data):
    _, land, people, published = canada(data("official_sdg11_tables", "canada_11-3-1.csv"))
    assert (Estimates.ratio(land, people).value < 0).tolist() == (published < 0).tolist()
