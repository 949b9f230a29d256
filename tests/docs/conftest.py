"""A made-up city for the pages of documentation to work on: its files, and a workspace that has them."""

from __future__ import annotations

import shutil

import pytest
from tests.made_city import make_city
from tests.store.conftest import server

from ekistics.workspace.workspace import Workspace

__all__ = ["server"]


@pytest.fixture(scope="session")
def with_files(tmp_path_factory):
    """A folder with the files of the city in `my-city`."""
    home = tmp_path_factory.mktemp("pages_files")
    make_city(home / "my-city")
    return home


@pytest.fixture(scope="session")
def imported(with_files, tmp_path_factory):
    """The same, and the workspace `work` that they were brought into."""
    home = shutil.copytree(with_files, tmp_path_factory.mktemp("pages_imported") / "home")
    with Workspace.create(home / "work") as city:
        city.import_folder(home / "my-city")
    return home


@pytest.fixture(scope="session")
def measured(imported, tmp_path_factory):
    """The same, measured."""
    home = shutil.copytree(imported, tmp_path_factory.mktemp("pages_measured") / "home")
    with Workspace.open(home / "work") as city:
        city.measure(["XX_TESTVILLE"])
    return home


@pytest.fixture
def start(tmp_path, monkeypatch):
    """Return a function that copies such a folder and makes it the present one."""

    def copy(home):
        monkeypatch.chdir(shutil.copytree(home, tmp_path / "home"))

    return copy
