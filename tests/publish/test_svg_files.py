"""A map that leaves the page says by itself what it shows and whose data it is drawn from."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from gettext import NullTranslations

import pytest
from tests.profile.sample import evidence

from ekistics.profile.glance import reach_map
from ekistics.publish.svg_files import map_svg


@pytest.fixture(scope="module")
def svg():
    return map_svg(reach_map(evidence()), translations=NullTranslations(), locale="en").decode()


def test_it_is_well_formed(svg):
    ET.fromstring(svg)


def test_title_and_credit_are_inside(svg):
    assert "can walk to a served stop" in svg
    assert "OpenStreetMap contributors" in svg


def test_it_is_small(svg):
    assert len(svg) < 150_000
