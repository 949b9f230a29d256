"""What the server asks of a workspace: pages as text, downloads as bytes or files. A workspace fits by having these methods."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol


class Download(Protocol):
    """A file to hand out: its name for the reader's disk, its media type, and its bytes or where they lie."""

    @property
    def name(self) -> str:
        """Return the file name, without a folder."""
        ...

    @property
    def media_type(self) -> str:
        """Return the media type, such as `text/csv`."""
        ...

    @property
    def body(self) -> bytes | Path:
        """Return the bytes, or the file that holds them."""
        ...


class Pages(Protocol):
    """Everything that can be read. Each method raises `NotFound` for what is not there; none of them writes.

    Methods are called from several threads at once.
    """

    def index(self) -> str:
        """Return the page of all places."""
        ...

    def page(self, place: str, name: str, query: Mapping[str, str]) -> str:
        """Return a page of one place.

        `name` is `glance`, `matrix`, `themes`, `map`, `how-we-know`, `downloads`, `agenda/FRAMEWORK`, `theme/THEME` or
        `import/COMMIT`.
        """
        ...

    def figure(self, figure_id: int, query: Mapping[str, str]) -> str:
        """Return the lineage page of one figure."""
        ...

    def figure_prov(self, figure_id: int) -> bytes:
        """Return the lineage of one figure as W3C PROV-JSON."""
        ...

    def compare(self, query: Mapping[str, str]) -> str:
        """Return the comparison of the places named in `query["places"]`, separated by commas."""
        ...

    def indices(self, query: Mapping[str, str]) -> str:
        """Return the list of chosen recipes."""
        ...

    def index_page(self, code: str, page: str, about: str, query: Mapping[str, str]) -> str:
        """Return a page of an index.

        `page` is empty for the ranking, else `from`, `matrix`, `audit`, `how`, `what-if` or `unit`; `about` is the place it begins with,
        the group or the unit.
        """
        ...

    def index_file(self, code: str, name: str) -> Download:
        """Return a file of an index, such as `ranking.csv`."""
        ...

    def download(self, place: str, kind: str) -> Download:
        """Return the figures of a place as csv, xlsx, parquet or gpkg; their dictionary; its map as svg; the whole profile as html."""
        ...

    def map_data(self, place: str) -> bytes:
        """Return the map explorer's payload (publish/explorer_data.py)."""
        ...

    def asset(self, sha256: str) -> Download:
        """Return an original file that may be handed out."""
        ...
