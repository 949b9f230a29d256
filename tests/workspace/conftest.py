"""A small made-up city, imported and measured once; each test that changes something works on a copy of its own."""

from __future__ import annotations

import shutil

import pytest
from tests.made_city import make_city
from tests.store.conftest import fresh_url, postgresql_template, server, sqlite_template

from ekistics.workspace.workspace import Workspace

__all__ = ["fresh_url", "postgresql_template", "server", "sqlite_template"]

CITY = "XX_TESTVILLE"
SIDE = 12
"""Streets of the made-up city each way: just enough for its school and its park."""


@pytest.fixture(scope="session")
def city_files(tmp_path_factory):
    """The files of the city; not to be changed."""
    folder = tmp_path_factory.mktemp("files") / "my-city"
    make_city(folder, SIDE)
    return folder


@pytest.fixture
def my_files(city_files, tmp_path):
    """A copy of the files, to change."""
    return shutil.copytree(city_files, tmp_path / "my-city")


@pytest.fixture(scope="session")
def measured_folder(city_files, tmp_path_factory):
    root = tmp_path_factory.mktemp("measured") / "work"
    with Workspace.create(root) as city:
        city.import_folder(city_files)
        city.measure(variants=["default", "straight-line"])
    return root


@pytest.fixture(scope="session")
def measured(measured_folder):
    """The measured city, to look at only."""
    with Workspace.open(measured_folder) as city:
        yield city


@pytest.fixture
def city(measured_folder, tmp_path):
    """A copy of the measured city, to change."""
    with Workspace.open(shutil.copytree(measured_folder, tmp_path / "work")) as opened:
        yield opened


@pytest.fixture
def empty(tmp_path):
    """An empty workspace."""
    with Workspace.create(tmp_path / "empty") as opened:
        yield opened


def figure(city, indicator, place=CITY, variant="default", **more):
    """The one current figure that fits; `more` are fields of the series or of the observation."""
    found = [
        one
        for one in city.figures([place], indicators=[indicator])
        if one.observation.series.variant == variant
        and all(
            str(getattr(one.observation, name, None) or getattr(one.observation.series, name, "")) == text for name, text in more.items()
        )
    ]
    assert len(found) == 1, (indicator, [(one.observation.period, one.observation.series) for one in found])
    return found[0]
