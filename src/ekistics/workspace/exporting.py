"""The verb `export`: a place's current figures in the format that the file's ending says, each with the data dictionary."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from ekistics.assess.preference import prefer
from ekistics.model.errors import InvalidInput
from ekistics.model.observations import TOTAL, Figure
from ekistics.publish.tables import csv_bytes, dictionary_csv, figures_table, geopackage, parquet_bytes, xlsx_bytes
from ekistics.workspace.gathering import newest_by_code
from ekistics.workspace.rating import preference
from ekistics.workspace.session import Session
from ekistics.workspace.trees import PlaceTree, tree_of

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "dictionary": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "gpkg": "application/geopackage+sqlite3",
    "html": "text/html; charset=utf-8",
    "svg": "image/svg+xml",
}


def export(session: Session, place: str, out: Path) -> int:
    """Write a place's figures and return how many.

    Raises
    ------
    InvalidInput
        If the ending of the file is no known format.
    """
    kind = out.suffix.lower().lstrip(".")
    figures, tree = _figures(session, place)
    out.write_bytes(_written(session, figures, tree, kind))
    if kind == "csv":  # plain text has no place of its own for it
        dictionary_beside(out).write_bytes(dictionary_csv())
    return len(figures)


def dictionary_beside(out: Path) -> Path:
    """Return where the data dictionary of a CSV file goes."""
    return out.with_name(f"{out.stem}.dictionary.csv")


def exported(session: Session, place: str, kind: str) -> bytes:
    """Return a place's figures, or the data dictionary of their columns, as the bytes of a file."""
    if kind == "dictionary":
        return dictionary_csv()
    figures, tree = _figures(session, place)
    return _written(session, figures, tree, kind)


def _figures(session: Session, place: str) -> tuple[list[Figure], PlaceTree]:
    tree = tree_of(session, place)
    codes = [place, *(district.code for district, _ in tree.districts)]
    return session.record.figures(places=codes), tree


def _written(session: Session, figures: list[Figure], tree: PlaceTree, kind: str) -> bytes:
    places = {one.code: one for one in session.record.places()}
    table = figures_table(figures, places, newest_by_code())
    outlines = {boundary.place: boundary.geometry for _, boundary in tree.districts}
    if tree.boundary:
        outlines[tree.place.code] = tree.boundary.geometry
    writers: dict[str, Callable[[], bytes]] = {
        "csv": lambda: csv_bytes(table),
        "xlsx": lambda: xlsx_bytes(table),
        "parquet": lambda: parquet_bytes(table),
        "gpkg": lambda: geopackage(table, outlines, places, shown=_shown(session, figures, tree)),
    }
    if kind not in writers:
        raise InvalidInput(
            "no such format", found=f".{kind}" if kind else "a name without an ending", expected=", ".join(f".{one}" for one in writers)
        )
    return writers[kind]()


def _shown(session: Session, figures: list[Figure], tree: PlaceTree) -> set[int]:
    """Return the ids of the figures that stand for their place and indicator, by the preference rule."""
    rule, study = preference(session), tree.place.code
    voices: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    for one in figures:
        if one.observation.breakdown == TOTAL:
            voices[one.observation.place, one.observation.indicator].append(one)
    edition = tree.boundary.edition if tree.boundary else None
    chosen = [prefer(held, rule, boundary=edition if place == study else None).chosen for (place, _), held in voices.items()]
    return {one.id for one in chosen if one is not None}
