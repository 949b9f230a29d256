"""The how-to of one's own city, run as it is written, on a small made-up city."""

from __future__ import annotations

import math
import re
import shlex
import subprocess
import sys

import pytest
from tests.made_city import blocks, make_city

from ekistics.workspace.workspace import Workspace


@pytest.fixture
def folder(tmp_path_factory):
    home = tmp_path_factory.mktemp("how_to")
    make_city(home / "my-city")
    return home


def test_every_command_of_the_page_does_what_it_says(folder):
    said = {}
    for line in filter(None, "\n".join(blocks("console")).splitlines()):
        words = shlex.split(line)
        assert words[0] == "ekistics"
        done = subprocess.run([sys.executable, "-m", "ekistics", *words[1:]], cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        said[line] = done.stdout
    assert "public_transport_access" in said["ekistics figures XX_TESTVILLE --workspace work"]
    assert "equal" in said["ekistics recompute 1 --workspace work"]
    page = (folder / "testville.html").read_text(encoding="utf-8")
    assert "<svg" in page
    assert "Testville" in page
    assert not re.search(r'(?:src|href)="https?://', page), "a self-contained file asks nothing of the network"
    assert (folder / "testville-at-once.html").exists()
    the_made_city_has_the_figures_that_it_must(folder)


def the_made_city_has_the_figures_that_it_must(folder):
    with Workspace.open(folder / "work") as city:
        found = {
            (one.observation.indicator, one.observation.series.edition): one.observation.value
            for one in city.figures(["XX_TESTVILLE"])
            if one.observation.series.variant == "default" and str(one.observation.period) != "2010"
        }
        districts = city.figures(["XX_T_01", "XX_T_02"], indicators=["population"])
    ratio = 0.1 / math.log(1.2)
    assert found["land_consumption_ratio", "2021-03"] == pytest.approx(ratio)
    assert found["open_space_area", "1"] > 0
    assert 0 < found["public_transport_access", "2021-03"] < 100
    people = {one.observation.place: one.observation.value for one in districts if one.observation.series.variant == "default"}
    assert people["XX_T_01"] == pytest.approx(3000, rel=0.02)
    assert people["XX_T_02"] == pytest.approx(1000, rel=0.05)
