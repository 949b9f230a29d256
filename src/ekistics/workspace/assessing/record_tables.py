"""A table of an index cut out of the record: for each place and indicator the figure that the preference rule chooses, with its number.

Figures are taken from the snapshot as columns, so that ten thousand places with thirty years of a hundred indicators are one pass.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from ekistics.assess.preference_columns import Flags, Integers, Texts, Voices, prefer_rows
from ekistics.model.errors import InvalidInput, NotFound
from ekistics.model.index_tables import IndexTable
from ekistics.model.observations import NO_BOUNDARY, TOTAL
from ekistics.model.places import Place, PlaceKind
from ekistics.model.problems import Problem, Severity
from ekistics.model.recipes import IndexIndicator, Recipe
from ekistics.model.units import factor
from ekistics.store.snapshot import Snapshot, write_snapshot
from ekistics.workspace.assessing.place_labels import labels_of
from ekistics.workspace.rating import preference
from ekistics.workspace.session import Session

_compute: Any = pyarrow.compute  # the stubs type by element, which a column read at run time does not know
_TEXTS = ("indicator", "place", "boundary", "breakdown", "source", "origin", "edition", "variant", "unit")
_COLUMNS = (
    *_TEXTS,
    "period_start",
    "period_end",
    "value",
    "numerator",
    "denominator",
    "standard_error",
    "degrees_of_freedom",
    "id",
    "commit",
)


@dataclass(frozen=True)
class RecordCut:
    """Which part of the record: places by code, else all of a kind; the reference year alone, or every year; as of a commit."""

    places: tuple[str, ...] = ()
    kind: PlaceKind = PlaceKind.CITY
    every_year: bool = False
    as_of: int | None = None


@dataclass(frozen=True)
class _Chosen:
    """The figures that the rule chose, one a code, place and year, as (rows,) columns; `value` is NaN where there is none."""

    code: Integers
    place: Integers
    year: Integers
    value: np.ndarray[Any, np.dtype[np.float64]]
    error: np.ndarray[Any, np.dtype[np.float64]]
    degrees: np.ndarray[Any, np.dtype[np.float64]]
    unit: np.ndarray[Any, np.dtype[np.object_]]
    id: Integers

    def some(self, keep: Flags | Integers) -> _Chosen:
        return _Chosen(*(getattr(self, name)[keep] for name in ("code", "place", "year", "value", "error", "degrees", "unit", "id")))


def table_of_record(session: Session, recipe: Recipe, cut: RecordCut) -> tuple[IndexTable, tuple[Problem, ...]]:
    """Cut the table of a recipe out of the record; return it with what has to be said of it.

    Returns
    -------
    One year, the reference year, in which every figure may be as much older as the recipe tolerates (`figure_years` tells); or all years.
    Places without any figure that the recipe asks for are left out, and counted.

    Raises
    ------
    NotFound
        If there is no such place, or no figure at all.
    InvalidInput
        If figures of one indicator stand in units without a listed factor between them.
    """
    places = _places(session, cut)
    codes = _codes(recipe)
    with tempfile.TemporaryDirectory() as folder:
        snapshot = _snapshot(session, cut.as_of, Path(folder))
        rows = _rows(snapshot, codes, [one.code for one in places])
    if not rows.num_rows:
        raise NotFound(
            "the record has no figure that the recipe asks for", found=f"no such figure at {len(places):,} of the kind {cut.kind}",
            expected=", ".join(codes[:8]), mend="import or measure them first, or name places with figures",
        )  # fmt: skip
    chosen = _prefer(session, rows, codes, places, cut.as_of)
    held = np.unique(chosen.place)
    places, chosen = [places[at] for at in held.tolist()], _renumbered(chosen, held)
    labels = labels_of(session, places, cut.as_of)
    source = f"record as of commit {snapshot.as_of}"
    table = _laid_out(recipe, codes, chosen, places, labels, source, every_year=cut.every_year)
    return table, (*_notes(session, cut, len(held)), *_of_other_years(recipe, codes, chosen, table))


def _codes(recipe: Recipe) -> list[str]:
    """Return the codes of the record's indicators that can fill the recipe's, denominators too."""
    asked = [code for one in recipe.indicators for code in (*figures_of(one), *((one.denominator,) if one.denominator else ()))]
    return list(dict.fromkeys(asked))


def figures_of(one: IndexIndicator) -> tuple[str, ...]:
    """Return the record's indicators that can fill a recipe's, the preferred one first."""
    return one.figures or (one.code,)


def _places(session: Session, cut: RecordCut) -> list[Place]:
    known = {one.code: one for one in session.record.places(as_of=cut.as_of)}
    for code in cut.places:
        if code not in known:
            raise NotFound(f"there is no place {code}", mend="list them with: ekistics place list")
    chosen = [known[code] for code in dict.fromkeys(cut.places)] or [one for one in known.values() if one.kind is cut.kind]
    return sorted(chosen, key=lambda one: one.code)


def _snapshot(session: Session, as_of: int | None, folder: Path) -> Snapshot:
    """Return a snapshot; one of the past is written beside, for it would take the place of the newest."""
    return write_snapshot(session.record, session.folder.snapshots if as_of is None else folder, as_of)


def _rows(snapshot: Snapshot, codes: Sequence[str], places: Sequence[str]) -> pa.Table:
    rows = snapshot.table(indicators=codes, columns=_COLUMNS)
    rows = rows.filter(_compute.equal(rows["breakdown"], TOTAL))
    return rows.filter(_compute.is_in(rows["place"], value_set=pa.array(list(places), pa.string())))


def _prefer(session: Session, rows: pa.Table, codes: Sequence[str], places: Sequence[Place], as_of: int | None) -> _Chosen:
    """Choose one figure for each code, place and year in which a period ends."""
    texts = {name: _texts(rows[name]) for name in _TEXTS}
    end = rows["period_end"].cast(pa.int32()).to_numpy().astype(np.int64)
    year = end.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    code = texts["indicator"].place_in(codes)
    place = _positions(texts["place"], [one.code for one in places])
    value, error, degrees, upper, lower = (
        rows[name].to_numpy().astype(np.float64) for name in ("value", "standard_error", "degrees_of_freedom", "numerator", "denominator")
    )
    question = (code * len(places) + place) * 10_000 + year
    voices = Voices(
        question=question,
        has_value=~np.isnan(value),
        off_boundary=_off_boundary(session, texts["boundary"], texts["place"], as_of),
        start=rows["period_start"].cast(pa.int32()).to_numpy().astype(np.int64),
        end=end,
        source=texts["source"],
        origin=texts["origin"],
        edition=texts["edition"],
        variant=texts["variant"],
        has_terms=~np.isnan(upper) & ~np.isnan(lower),
        commit=rows["commit"].to_numpy(),
        id=rows["id"].to_numpy(),
    )
    unit = np.array(texts["unit"].text, object)[texts["unit"].code]
    every = _Chosen(code, place, year, value, error, degrees, unit, voices.id)
    return every.some(prefer_rows(voices, preference(session)))


def _texts(column: Any) -> Texts:
    held = column.combine_chunks().dictionary_encode()
    return Texts(held.indices.to_numpy().astype(np.int64), tuple(held.dictionary.to_pylist()))


def _positions(texts: Texts, listed: Sequence[str]) -> Integers:
    at = {one: place for place, one in enumerate(listed)}
    return np.array([at[one] for one in texts.text], np.int64)[texts.code]


def _off_boundary(session: Session, boundary: Texts, place: Texts, as_of: int | None) -> Integers:
    """Return how far each figure is off the boundary that its place is measured in: 0 on it, 1 on none, 2 on another."""
    none = np.array([one == NO_BOUNDARY for one in boundary.text])[boundary.code]
    if none.all():
        return np.zeros(len(none), np.int64)
    settings = session.record.settings(as_of=as_of)
    asked = {one.place: one.edition for one in session.record.boundaries(as_of=as_of)}  # the one put last
    asked |= {code: str(told) for code in place.text if (told := settings.get(f"study:{code}"))}
    editions = {one: at for at, one in enumerate(boundary.text)}
    wanted = np.array([editions.get(asked[code], -2) if code in asked else -1 for code in place.text], np.int64)[place.code]
    return np.where((wanted == -1) | (wanted == boundary.code), 0, np.where(none, 1, 2)).astype(np.int64)


def _renumbered(chosen: _Chosen, held: Integers) -> _Chosen:
    place = np.searchsorted(held, chosen.place)
    return replace(chosen, place=place)


def _laid_out(
    recipe: Recipe,
    codes: Sequence[str],
    chosen: _Chosen,
    places: Sequence[Place],
    labels: Mapping[str, tuple[str, ...]],
    source: str,
    *,
    every_year: bool,
) -> IndexTable:
    last = recipe.reference_year if recipe.reference_year is not None else int(chosen.year.max())
    years = sorted({*chosen.year[chosen.year <= last].tolist(), last}) if every_year else [last]
    shape = (len(years), len(recipe.indicators), len(places))
    values, errors, degrees = np.full((3, *shape), np.nan)
    ids, spoken = np.zeros(shape, np.int64), np.zeros(shape, np.int16)
    measured: dict[str, str] = {}
    by_code = {code: chosen.some(chosen.code == at) for at, code in enumerate(codes)}
    for row, one in enumerate(recipe.indicators):
        tolerance = recipe.tolerance_years if one.tolerance_years is None else one.tolerance_years
        for code in figures_of(one):
            found = _in_unit(by_code[code], measured, one)
            for at, year in enumerate(years):
                wanted = year if one.reference_year is None else min(year, one.reference_year)
                near = _newest(found, wanted, 0 if every_year else tolerance)
                # an indicator that comes later fills only what the one before left empty
                near = near.some(np.isnan(values[at, row, near.place]) & ((ids[at, row, near.place] == 0) | ~np.isnan(near.value)))
                values[at, row, near.place], errors[at, row, near.place] = near.value, near.error
                degrees[at, row, near.place] = near.degrees
                ids[at, row, near.place], spoken[at, row, near.place] = near.id, near.year
    return IndexTable(
        units=tuple(one.code for one in places),
        names=tuple(one.name() for one in places),
        years=tuple(years),
        indicators=tuple(one.code for one in recipe.indicators),
        values=values,
        standard_errors=None if np.isnan(errors).all() else errors,
        degrees_of_freedom=None if np.isnan(degrees).all() else degrees,
        denominators=_denominators(recipe, by_code, years, len(places), every_year=every_year),
        labels=labels,
        figure_ids=ids,
        figure_years=spoken,
        measured_in=measured,
        source=source,
    )


def _newest(found: _Chosen, wanted: int, tolerance: int) -> _Chosen:
    """Return one figure a place: the newest with a value from so many years before to the year wanted, else one without a value."""
    near = found.some((found.year <= wanted) & (found.year >= wanted - tolerance))
    order = np.lexsort((near.year, ~np.isnan(near.value), near.place))
    near = near.some(order)
    is_last = np.append(near.place[1:] != near.place[:-1], True)[: len(near.place)]
    return near.some(is_last)


def _in_unit(found: _Chosen, measured: dict[str, str], one: IndexIndicator) -> _Chosen:
    """Bring figures to the unit of the first that fills the indicator, which is told."""
    units = list(dict.fromkeys(found.unit.tolist()))
    if not units:
        return found
    told = measured.setdefault(one.code, one.unit if one.unit in units else units[0])
    try:
        scale = np.array([factor(unit, told) for unit in units])
    except InvalidInput as error:
        raise InvalidInput(
            "figures of an indicator stand in units that cannot be brought to one", column=one.code, found=", ".join(units),
            expected=one.unit or told, mend="name other figures of the record in the recipe (figures: …)",
        ) from error  # fmt: skip
    by = scale[np.array([units.index(unit) for unit in found.unit], np.int64)]
    return replace(found, value=found.value * by, error=found.error * by)


def _denominators(
    recipe: Recipe, by_code: Mapping[str, _Chosen], years: Sequence[int], places: int, *, every_year: bool
) -> dict[str, np.ndarray[Any, np.dtype[np.float64]]]:
    tolerances: dict[str, int] = defaultdict(int)
    for one in recipe.indicators:
        if one.denominator:
            own = recipe.tolerance_years if one.tolerance_years is None else one.tolerance_years
            tolerances[one.denominator] = max(tolerances[one.denominator], own)
    told = {}
    for code, tolerance in tolerances.items():
        told[code] = np.full((len(years), places), np.nan)
        for at, year in enumerate(years):
            near = _newest(by_code[code], year, 0 if every_year else tolerance)
            told[code][at, near.place] = near.value
    return told


def _notes(session: Session, cut: RecordCut, held: int) -> tuple[Problem, ...]:
    asked = len(_places(session, cut))
    if held == asked:
        return ()
    said = "Places without any figure that the recipe asks for were left out."
    return (Problem("place-without-figures", said, Severity.NOTE, found=f"{asked - held:,} of {asked:,}", count=asked - held),)


def _of_other_years(recipe: Recipe, codes: Sequence[str], chosen: _Chosen, table: IndexTable) -> tuple[Problem, ...]:
    """Say how many places have figures of an indicator and none of them in the years that the recipe takes."""
    if len(table.years) > 1:
        return ()
    known = chosen.some(~np.isnan(chosen.value))
    places, years = [], []
    for row, one in enumerate(recipe.indicators):
        mine = known.some(np.isin(known.code, [codes.index(code) for code in figures_of(one)]))
        passed = mine.some(np.isnan(table.values[0, row, mine.place]))
        places.append(np.unique(passed.place))
        years.append(passed.year)
    cells = sum(map(len, places))
    if not cells:
        return ()
    spoken, count = np.concatenate(years), len(np.unique(np.concatenate(places)))
    first, last = int(spoken.min()), int(spoken.max())
    said = "Figures of other years than the recipe takes were passed over; a larger tolerance takes older ones."
    taken = _span(table.years[-1] - recipe.tolerance_years, table.years[-1])
    found = f"{cells:,} gaps at {count:,} places with figures of {_span(first, last)}; taken: {taken}"
    mend = "set year and tolerance under figures in the recipe"
    return (Problem("figures-of-other-years", said, Severity.NOTE, found=found, mend=mend, count=cells),)


def _span(first: int, last: int) -> str:
    return f"{first}" if first == last else f"{first} to {last}"
