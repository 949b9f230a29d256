"""Kill -9 at a random write of an import or a measurement: what was acknowledged stays, nothing is half visible, work goes on."""

from __future__ import annotations

import os
import random

import pytest
from tests.made_city import make_city
from tests.store.conftest import BOTH
from tests.workspace import killed

from ekistics.workspace.workspace import Workspace

TIMES = 4
SOAK = int(os.environ.get("EKISTICS_KILLS", "200"))


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("killed") / "my-city"
    make_city(folder)
    return folder


def kill_often(kind, times, fresh_url, tmp_path, files):
    whole = tmp_path / "whole"
    killed.make_workspace(whole, fresh_url(kind))
    killed.run(whole, files, killed.NEVER, tmp_path / "said")
    reference = killed.figures_by_commit(whole)
    total = int((tmp_path / "said.count").read_text())
    chance = random.Random(20260302)
    for number in range(times):
        root, said = tmp_path / f"w{number}", tmp_path / f"said{number}"
        killed.make_workspace(root, fresh_url(kind))
        killed.run(root, files, chance.randint(1, total), said)
        acknowledged = [int(one) for one in said.read_text().split()] if said.exists() else []
        found = killed.figures_by_commit(root)
        assert set(acknowledged) <= set(found)
        # a commit that is there is whole: it holds what the same commit holds where nobody was killed
        assert found == {commit: reference[commit] for commit in found}
        with Workspace.open(root) as city:  # and the work can be done again on top
            city.import_folder(files)
            city.measure()
            assert len(city.figures()) == sum(sum(one.values()) for one in reference.values())


@pytest.mark.parametrize("kind", BOTH)
def test_a_killed_import_or_measurement_loses_nothing_and_leaves_nothing_half(kind, fresh_url, tmp_path, files):
    kill_often(kind, TIMES, fresh_url, tmp_path, files)


@pytest.mark.soak
@pytest.mark.parametrize("kind", BOTH)
def test_many_killed_imports_and_measurements(kind, fresh_url, tmp_path, files):
    kill_often(kind, SOAK, fresh_url, tmp_path, files)
