"""Snapshots: the current figures as of a commit, as one Parquet file sorted by indicator, period and place.

Written in one pass whose memory is bounded: the record streams to an unsorted file, DuckDB sorts it, spilling to disk. A snapshot is
brought up to date by taking out the figures whose key was touched since and putting in what is current of those now.
"""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import sqlalchemy as sa

from ekistics.model.errors import Conflict, NotFound
from ekistics.model.observations import TOTAL
from ekistics.store.changes import touched_keys
from ekistics.store.engines import among
from ekistics.store.figure_queries import FIGURE_SCHEMA, current_batches
from ekistics.store.record import Record
from ekistics.store.sorting import copy_sorted, query
from ekistics.store.tables import commits, observations

KEY_COLUMN = "first_version"
SNAPSHOT_SCHEMA = FIGURE_SCHEMA.append(pa.field(KEY_COLUMN, pa.int64()))
"""A figure as it stands in the record, and the id of the first version of it, by which a snapshot is brought up to date."""

_MANIFEST = "snapshot.json"
_FORMAT = 1
_KEYS = 100_000
"""Touched figures looked up at a time."""

_NAMED_BY = ("indicator", "place", "breakdown", "boundary", "source", "origin", "edition", "variant")


@dataclass(frozen=True)
class Snapshot:
    """A snapshot on disk."""

    path: Path
    as_of: int
    rows: int
    identity: str

    def table(
        self,
        *,
        indicators: Iterable[str] | None = None,
        places: Iterable[str] | None = None,
        years: Iterable[int] | None = None,
        columns: Sequence[str] = tuple(FIGURE_SCHEMA.names),
    ) -> pa.Table:
        """Return figures of indicators, places and years (the year in which a period ends), sorted as the snapshot is.

        Raises
        ------
        NotFound
            If a column is asked for that a snapshot does not have.
        """
        unknown = [name for name in columns if name not in SNAPSHOT_SCHEMA.names]
        if unknown:
            raise NotFound(f"a snapshot has no column {unknown[0]}", expected=", ".join(SNAPSHOT_SCHEMA.names))
        return query(self.path, columns, {"indicator": indicators, "place": places, "year(period_end)": years})

    def array(
        self,
        indicators: Sequence[str],
        places: Sequence[str],
        years: Sequence[int],
        *,
        breakdown: str = TOTAL,
        boundary: str | None = None,
        source: str | None = None,
        origin: str | None = None,
        edition: str | None = None,
        variant: str | None = None,
    ) -> npt.NDArray[np.float64]:
        """Return values as (places, indicators, years), NaN where there is none; None asks for no one boundary or series.

        Raises
        ------
        Conflict
            If a cell has several figures: nothing is chosen silently.
        """
        chosen = {"breakdown": breakdown, "boundary": boundary, "source": source, "origin": origin, "edition": edition, "variant": variant}
        wanted = {name: code for name, code in chosen.items() if code is not None}
        shape = (len(places), len(indicators), len(years))
        values, filled = np.full(shape, np.nan).reshape(-1), np.zeros(shape, np.bool_).reshape(-1)
        for cells, found in self._cells(indicators, places, years, wanted):
            if filled[cells].any() or len(np.unique(cells)) != len(cells):
                raise _several(cells, filled, shape, (places, indicators, years))
            filled[cells] = True
            values[cells] = found
        return values.reshape(shape)

    def _cells(
        self, indicators: Sequence[str], places: Sequence[str], years: Sequence[int], wanted: dict[str, str]
    ) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]]:
        """Give the flat cells of the array and the values for them, a batch at a time."""
        names = ["indicator", "place", "period_end", "value", *wanted]
        kind = ds.ParquetFileFormat(dictionary_columns=[name for name in names if name in _NAMED_BY])
        source = ds.dataset(self.path, format=kind)
        condition = pc.field("indicator").isin(list(indicators))
        span = np.arange(min(years, default=0), max(years, default=0) + 1)
        year_at = _positions(span.tolist(), {year: position for position, year in enumerate(years)})
        axes = ({code: n for n, code in enumerate(places)}, {code: n for n, code in enumerate(indicators)})
        pruned = condition if len(indicators) <= 50 else None
        for batch in source.to_batches(columns=names, filter=pruned, batch_size=1 << 20):
            if not batch.num_rows:
                continue
            year = batch["period_end"].cast(pa.int32()).to_numpy(zero_copy_only=False).astype("datetime64[D]").astype("datetime64[Y]")
            offset = year.astype(np.int64) + 1970 - int(span[0])
            inside = (offset >= 0) & (offset < len(span))
            at_year = np.where(inside, year_at[np.clip(offset, 0, len(span) - 1)], -1)
            at_place, at_indicator = _codes(batch["place"], axes[0]), _codes(batch["indicator"], axes[1])
            keep = (at_year >= 0) & (at_place >= 0) & (at_indicator >= 0)
            for name, code in wanted.items():
                keep &= _codes(batch[name], {code: 0}) == 0
            cells = (at_place * len(indicators) + at_indicator) * len(years) + at_year
            yield cells[keep], batch["value"].to_numpy(zero_copy_only=False)[keep]


def write_snapshot(record: Record, folder: Path, as_of: int | None = None) -> Snapshot:
    """Write the snapshot of a record as of a commit, or bring the one in the folder up to date, and return it.

    A snapshot of another record, or of a later commit, in the folder is replaced by a new one.
    """
    upto = _last_commit(record, as_of)
    folder.mkdir(parents=True, exist_ok=True)
    before = _kept(folder)
    usable = before if before is not None and before.identity == record.identity and before.as_of <= upto else None
    if usable is not None and usable.as_of == upto:
        return usable
    target = folder / f"figures-{upto}.parquet"
    with tempfile.TemporaryDirectory(dir=folder, prefix=".unfinished-") as name:
        work = Path(name)
        touched = None if usable is None else touched_keys(record, usable.as_of, upto)
        _stream(record, work / "fresh.parquet", upto, touched)
        if touched is not None:
            pq.write_table(pa.table({KEY_COLUMN: pa.array(touched, pa.int64())}), work / "touched.parquet")
        copy_sorted(
            work / "sorted.parquet",
            fresh=work / "fresh.parquet",
            base=usable.path if usable is not None else None,
            touched=work / "touched.parquet" if touched is not None else None,
        )
        (work / "sorted.parquet").replace(target)
        made = Snapshot(target, upto, pq.read_metadata(target).num_rows, record.identity)
        _keep(folder, work, made)
    for old in folder.glob("figures-*.parquet"):
        if old != target:
            with contextlib.suppress(PermissionError):  # open in a reader on Windows; it goes the next time
                old.unlink()
    return made


def open_snapshot(folder: Path) -> Snapshot:
    """Return the snapshot in a folder.

    Raises
    ------
    NotFound
        If there is none.
    """
    found = _kept(folder)
    if found is None:
        raise NotFound(f"no snapshot in {folder}", mend="write one")
    return found


def _stream(record: Record, path: Path, upto: int, touched: list[int] | None) -> None:
    with pq.ParquetWriter(path, SNAPSHOT_SCHEMA, compression="zstd", compression_level=1) as writer:
        for start in range(0, len(touched), _KEYS) if touched is not None else (None,):
            with record.connected() as connection:
                keys = None if start is None or touched is None else touched[start : start + _KEYS]
                chosen = [] if keys is None else [among(observations.c.first_version, keys, connection.dialect.name)]
                for batch in current_batches(connection, chosen, upto, more=(KEY_COLUMN,)):
                    writer.write_table(batch)


def _last_commit(record: Record, as_of: int | None) -> int:
    with record.connected() as connection:
        known = int(connection.execute(sa.select(sa.func.max(commits.c.number))).scalar() or 0)
    return known if as_of is None else min(as_of, known)


def _kept(folder: Path) -> Snapshot | None:
    path = folder / _MANIFEST
    if not path.exists():
        return None
    told = json.loads(path.read_text(encoding="utf-8"))
    if told["format"] != _FORMAT or not (folder / told["file"]).exists():
        return None
    return Snapshot(folder / told["file"], told["as_of"], told["rows"], told["record"])


def _keep(folder: Path, work: Path, made: Snapshot) -> None:
    told = {"format": _FORMAT, "record": made.identity, "as_of": made.as_of, "rows": made.rows, "file": made.path.name}
    (work / _MANIFEST).write_text(json.dumps(told), encoding="utf-8")
    (work / _MANIFEST).replace(folder / _MANIFEST)


def _positions(values: Sequence[Any], position_of: dict[Any, int]) -> npt.NDArray[np.int64]:
    return np.array([position_of.get(one, -1) for one in values], np.int64)


def _codes(column: pa.Array[Any], position_of: dict[str, int]) -> npt.NDArray[np.int64]:
    if not isinstance(column, pa.DictionaryArray):
        column = column.dictionary_encode()
    table = _positions(column.dictionary.to_pylist(), position_of)
    found: npt.NDArray[np.int64] = table[column.indices.to_numpy(zero_copy_only=False)]
    return found


def _several(
    cells: npt.NDArray[np.int64], filled: npt.NDArray[np.bool_], shape: tuple[int, int, int], axes: tuple[Sequence[Any], ...]
) -> Conflict:
    unique, count = np.unique(cells, return_counts=True)
    again = unique[(count > 1) | filled[unique]][0]
    place, indicator, year = (axis[position] for axis, position in zip(axes, np.unravel_index(again, shape), strict=True))
    return Conflict(
        f"there are several figures of {indicator} for {place} in {year}",
        mend="ask for one boundary, source, origin, edition or variant",
    )
