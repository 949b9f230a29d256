"""Whole cities, each imported and measured once a session through `Workspace`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ekistics.workspace.manifest import read_manifest
from ekistics.workspace.workspace import Workspace

MANIFESTS = Path(__file__).parent / "manifests"


@pytest.fixture(scope="session")
def city_of(data, tmp_path_factory):
    """Return a function that gives a measured workspace of a manifest and a data folder, with the receipts of its imports."""
    built: dict[str, tuple[Workspace, list, str]] = {}

    def city(name: str, folder: str, some_file: str):
        source = data(folder, some_file).parent
        if name not in built:
            files = tmp_path_factory.mktemp(name) / "files"
            shutil.copytree(source, files)
            for path in MANIFESTS.iterdir():
                shutil.copy(path, files)
            workspace = Workspace.create(files.parent / "workspace")
            manifest = read_manifest(files / f"{name}.yaml")
            receipts = workspace.import_manifest(manifest, files)
            workspace.measure()
            built[name] = (workspace, receipts, manifest.place.code)
        return built[name]

    yield city
    for workspace, _, _ in built.values():
        workspace.close()


def opened_pages(workspace, place):
    """Every page of a place, by name."""
    pages = workspace.pages()
    evidence = pages.evidence(place)
    names = ["glance", "matrix", "themes", "map", "how-we-know", "downloads"]
    names += [f"theme/{one}" for one in evidence.themes()] + [f"agenda/{one.framework.code}" for one in evidence.agendas]
    return {name: pages.page(place, name, {}) for name in names}
