"""Charts and maps: well-formed, small, complete, honest about what is missing."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from gettext import NullTranslations

import numpy as np
import pytest
import shapely
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st
from tests.profile.sample import STUDY, shapes

from ekistics.profile.chart_specs import (
    DistrictStrip,
    DotChart,
    DotRow,
    DumbbellChart,
    Line,
    Pair,
    Strip1D,
    SwarmChart,
    SwarmDot,
    TargetLine,
    TrendChart,
)
from ekistics.profile.evidence import Dots, MapShapes
from ekistics.profile.texts import Name, Number
from ekistics.publish.charts import draw, stacked
from ekistics.publish.drawing import standalone
from ekistics.publish.scales import ticks_of
from ekistics.publish.svg_map import class_of, frame_of, path_of, reach_map, share_out, zone_map
from ekistics.publish.words import Words

WORDS = Words(NullTranslations(), Locale("en"))
A = Name("A & <b>")
CHARTS = {
    "strip": Strip1D(93.1, 0, 100, "strong", Number(0, decimals=0), 92.4, 96.6, TargetLine(100, A)),
    "districts": DistrictStrip((0.0, 10.0, 96.0, 97.0), 0, 100, 50, (A, A, A)),
    "trend": TrendChart((Line(A, ((2000, 11.0), (2014, 14.5)), 1),), "ug/m3", 2000, 2014, TargetLine(5, A, 2021)),
    "once": TrendChart(
        (Line(A, ((2023, 89.2),), intervals=((2023, 88.1, 97.1),)),), "%", 2010, 2030, TargetLine(100, A, 2030), not_before=A, pace=A
    ),
    "broken": TrendChart((Line(A, ((2000, 1.0), (2005, 2.0), (2010, 9.0)), breaks=(2008,)),), "1", 2000, 2010),
    "spark": TrendChart((Line(A, ((1990, 1.0), (2015, 1.4)), 1), Line(A, ((1990, 1.0), (2015, 1.02)), 2)), "1", 1990, 2015, small=True),
    "dots": DotChart(
        (DotRow(A, 89.2, lower=88, upper=97, role="subject"), DotRow(A, None, missing=A)), "%", 80, 100, TargetLine(100, A), (88, 97)
    ),
    "dumbbell": DumbbellChart((Pair(A, 67.8, 61.0, False), Pair(A, None, None, subject=True, missing=A)), "m2/{person}", 0, 70, A, A),
    "swarm": SwarmChart(tuple(SwarmDot(f"T{i}", i / 10, i % 9 == 0) for i in range(60)), "1", 0, 6, 1.0, (A, A)),
}
EACH = pytest.mark.parametrize("name", CHARTS)


@EACH
@pytest.mark.parametrize("width", [358, 780])
def test_a_chart_is_well_formed_and_titled(name, width):
    root = ET.fromstring(draw(CHARTS[name], WORDS, width=width, title="T <1>", description="D"))
    assert root[0].text == "T <1>"
    assert root.get("role") == "img"


@EACH
def test_the_same_chart_gives_the_same_bytes(name):
    assert draw(CHARTS[name], WORDS, width=780) == draw(CHARTS[name], WORDS, width=780)


@EACH
def test_no_mark_leaves_a_phone(name):
    svg = str(draw(CHARTS[name], WORDS, width=358))
    assert all(float(x) <= 358.5 for x in re.findall(r'\b(?:x|cx)="([\d.]+)"', svg))


def test_colours_are_classes_only():
    assert not any(re.search(r"#[0-9a-f]{3,6}\b", draw(one, WORDS, width=358)) for one in CHARTS.values())


def test_a_break_is_never_joined():
    svg = str(draw(CHARTS["broken"], WORDS, width=358))
    assert len(re.findall(r'class="l1" d="M[^"]*L', svg)) == 1


def test_missing_is_hatched_with_words():
    svg = str(draw(CHARTS["dots"], WORDS, width=780))
    assert "url(#hatch)" in svg


def test_a_file_of_its_own_carries_its_colours():
    told = standalone(draw(CHARTS["trend"], WORDS, width=358))
    ET.fromstring(told)
    assert "--paper:" in told


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_ticks_are_round_few_and_inside(start, span):
    ticks = ticks_of(start, start + span)
    assert 1 <= len(ticks) <= 12 or not ticks
    assert all(start - span * 0.01 <= tick <= start + span * 1.01 for tick in ticks)


@given(st.lists(st.floats(0, 300), max_size=80))
def test_stacked_dots_never_touch(places):
    placed = stacked([(x, x) for x in sorted(places)], 7.0)
    for at, (x, level, _) in enumerate(placed):
        assert all(other != level or abs(x - there) >= 7.0 for there, other, _ in placed[:at])


@given(st.lists(st.just(0.0) | st.floats(0.01, 1000), min_size=1, max_size=50))
def test_dots_share_residents_out_evenly(people):
    count = len(people)
    dots = Dots(np.arange(count) * 0.001, np.zeros(count), np.array(people), np.arange(count) % 2 == 0)
    where, reached = share_out(dots, 400)
    if sum(people) <= 0:
        assert len(where) == 0
        return
    share = sum(one for at, one in enumerate(people) if at % 2 == 0) / sum(people)
    assert abs(reached.mean() - share) <= (count + 1) / 400


def test_a_map_is_well_formed_and_counts_its_dots():
    svg, (missed, everybody) = reach_map(shapes(), WORDS, width=684, height=400, title="T", description="D", dots=shapes().dots[0])
    ET.fromstring(svg)
    assert everybody == 4000
    assert 0 < missed < 1000


def test_a_district_without_a_value_is_hatched():
    drawn = zone_map(
        shapes(), {"d-1": 40.0}, width=264, height=300, breaks=(0, 20, 40, 60, 80, 100), mark_below=50, title="T", description="D"
    )
    assert drawn.count("zone missing") == 1
    assert drawn.count('class="below"') == 1
    assert "k3" in drawn


def test_paths_are_relative_whole_numbers_that_close():
    d = path_of(frame_of(STUDY, width=300, height=200).geometry(STUDY))
    assert re.fullmatch(r"(M-?\d+ -?\d+([hv]-?\d+|l-?\d+ ?-?\d+)+z)+", d)


@given(st.floats(-50, 150))
def test_every_value_has_one_of_five_classes(value):
    assert class_of(value, (0, 20, 40, 60, 80, 100)) in range(1, 6)


def test_a_shape_that_shrinks_to_nothing_is_left_out():
    assert path_of(shapely.box(0, 0, 0.1, 0.1)) == ""


def test_as_many_dots_are_seen_as_the_legend_counts():
    people = np.ones(40)
    dots = Dots(np.full(40, 0.5), np.full(40, 0.5), people, people > 0)
    shapes = MapShapes(study=shapely.box(0, 0, 1, 1))
    svg, counted = reach_map(shapes, WORDS, width=600, height=600, title="t", description="d", dots=dots)
    drawn = re.search(r'class="in"[^>]* d="([^"]*)"', svg)[1].count("h0")
    assert counted[1] - drawn < 0.02 * counted[1]
