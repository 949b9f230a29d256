"""A workspace on disk: one folder with its settings, record, assets, computed layers and the city's own frameworks and rules.

`workspace.yaml` names the record's database (SQLite beside it unless another was asked for); everything else is found by place:
`assets/` originals by checksum, `layers/` computed layers by name, `snapshots/`, `frameworks/` agendas dropped in,
`rules/` rule files that override ours, `pages/` drawn pages by content, `recipes/` the recipes whose indices the pages show.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from ekistics.model.errors import Conflict, InvalidInput, NotFound

SETTINGS_NAME = "workspace.yaml"
FORMAT = 1
FOLDERS = ("assets", "layers", "snapshots", "frameworks", "rules", "pages", "recipes")


@dataclass(frozen=True)
class Folder:
    """Where a workspace lies and which database holds its record."""

    root: Path
    database: str

    @property
    def assets(self) -> Path:
        """Originals, by checksum."""
        return self.root / "assets"

    @property
    def layers(self) -> Path:
        """Computed layers, by name."""
        return self.root / "layers"

    @property
    def snapshots(self) -> Path:
        """Parquet snapshots of the record."""
        return self.root / "snapshots"

    @property
    def frameworks(self) -> Path:
        """Agendas that the city added."""
        return self.root / "frameworks"

    @property
    def rules(self) -> Path:
        """Rule files that override the shipped ones."""
        return self.root / "rules"

    @property
    def pages(self) -> Path:
        """Drawn pages, by content."""
        return self.root / "pages"

    @property
    def assessments(self) -> Path:
        """What was drawn for the pages of large indices; absent until it is."""
        return self.root / "assessments"

    @property
    def recipes(self) -> Path:
        """Recipes whose indices the pages show; absent in a workspace of an earlier version until one is chosen."""
        return self.root / "recipes"


def make_folder(root: Path, *, database: str | None = None) -> Folder:
    """Make the folder of a new workspace.

    Raises
    ------
    Conflict
        If a workspace lies there already.
    """
    if (root / SETTINGS_NAME).exists():
        raise Conflict(f"a workspace lies in {root} already", mend="open it, or choose another folder")
    for name in FOLDERS:
        (root / name).mkdir(parents=True, exist_ok=True)
    told: dict[str, object] = {"format": FORMAT}
    if database:
        told["database"] = database
    settings = root / SETTINGS_NAME
    settings.touch(mode=0o600)  # the address of a database may hold a password
    settings.write_text(yaml.safe_dump(told), encoding="utf-8")
    return open_folder(root)


def open_folder(root: Path) -> Folder:
    """Find a workspace.

    Raises
    ------
    NotFound
        If no workspace lies there.
    InvalidInput
        If its settings cannot be read or were written by a newer program.
    """
    path = root / SETTINGS_NAME
    if not path.exists():
        raise NotFound(f"no workspace in {root}", mend=f"make one with: ekistics init {root}")
    try:
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InvalidInput("the settings of the workspace cannot be read", file=str(path), mend="restore the file") from error
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise InvalidInput("the workspace was written by another version", file=str(path), expected=f"format: {FORMAT}")
    return Folder(root, str(told.get("database") or f"sqlite:///{(root / 'record.sqlite').resolve()}"))


def find_folder(start: Path) -> Path:
    """Return the nearest folder, from `start` upwards, that is a workspace.

    Raises
    ------
    NotFound
        If none is.
    """
    for candidate in (start, *start.resolve().parents):
        if (candidate / SETTINGS_NAME).exists():
            return candidate
    raise NotFound(
        f"no workspace in {start} or above it", mend="go to one, name one with --workspace, or make one with: ekistics init FOLDER"
    )
