"""Files to take away: complete, explained, and nothing in them runs."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import zipfile
from dataclasses import replace

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.profile.sample import ACCESS, CARDS, CITY, HALVES, STUDY, evidence, figure

from ekistics.model.observations import OBSERVATION_SCHEMA
from ekistics.publish.tables import DICTIONARY, csv_bytes, figures_table, geopackage, guarded, parquet_bytes, xlsx_bytes

PLACES = {CITY.code: CITY}
HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@x",
    "\t=1",
    " =cmd|' /C calc'!A0",
    "{=1+1}",
    "＝1",
    "http://x.test",
    "internal:A1",
    "1.5",
    '=HYPERLINK("http://x.test")',
]


def table_of(*figures):
    return figures_table(figures or [one.figure for one in evidence().chosen], PLACES, CARDS)


def named(text):
    return replace(ACCESS, observation=replace(ACCESS.observation, reason=text, locator=text))


def sheets(body):
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        return {name: book.read(name).decode() for name in book.namelist() if name.endswith(".xml")}


def test_every_column_is_explained():
    assert table_of().column_names == list(DICTIONARY)
    assert set(OBSERVATION_SCHEMA.names) <= set(DICTIONARY)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_a_formula_or_a_link_in_a_workbook(text):
    told = sheets(xlsx_bytes(table_of(named(text))))
    assert not any("<f>" in xml or "<f " in xml or "<hyperlink" in xml for xml in told.values())


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(blacklist_categories=("Cs",)), max_size=40))
def test_any_text_can_be_written(text):
    body = xlsx_bytes(table_of(named(text)))
    assert not any("<f>" in xml for xml in sheets(body).values())
    csv_bytes(table_of(named(text)))


@pytest.mark.parametrize("text", [one for one in HOSTILE if re.match(r"\s*[=+\-@＝]", one)])
def test_a_guarded_text_starts_with_an_apostrophe(text):
    assert guarded(text).startswith("'")


def test_a_negative_number_is_no_risky_text():
    told = csv_bytes(table_of(figure(1, "land_consumption_ratio", -0.98, 2015))).decode("utf-8-sig")
    assert ",-0.98," in told


def test_raw_csv_leaves_texts_as_they_stand():
    assert b"'=1+1" not in csv_bytes(table_of(named("=1+1")), guard=False)


def test_parquet_says_what_each_column_means():
    read = pq.read_table(io.BytesIO(parquet_bytes(table_of())))
    assert json.loads(read.schema.metadata[b"data_dictionary"]) == DICTIONARY
    assert read.num_rows == len(evidence().chosen)


def test_a_geopackage_holds_places_with_the_figures_shown(tmp_path):
    figures = [one.figure for one in evidence().chosen] + list(evidence().districts.figures)
    body = geopackage(table_of(*figures), {CITY.code: STUDY, **HALVES}, PLACES, shown={one.id for one in figures})
    path = tmp_path / "data.gpkg"
    path.write_bytes(body)
    with sqlite3.connect(path) as base:
        rows = dict(base.execute("select place, public_transport_access from places").fetchall())
    base.close()
    assert rows == {"x-1": pytest.approx(93.14), "d-1": pytest.approx(41.5), "d-2": None}
