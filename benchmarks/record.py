"""How fast the record is: a million figures in, one place's figures out, a snapshot of ten millions to an array.

Run: `python benchmarks/record.py [rows in millions of the import, of the snapshot]`; prints one line a figure with its limit.
"""

from __future__ import annotations

import resource
import shutil
import statistics
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ekistics.model.lineage import CommitKind, PartRecord, RunRecord
from ekistics.model.observations import OBSERVATION_SCHEMA
from ekistics.store.record import Record
from ekistics.store.snapshot import SNAPSHOT_SCHEMA, Snapshot
from ekistics.store.sorting import copy_sorted

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CITIES, INDICATORS = 10_000, 100


def codes(prefix: str, number: np.ndarray) -> pa.Array:
    size = int(number.max()) + 1
    return pa.DictionaryArray.from_arrays(pa.array(number.astype(np.int32)), [f"{prefix}{one:05d}" for one in range(size)]).cast(
        pa.string()
    )


def figures(city: np.ndarray, indicator: np.ndarray, year: np.ndarray) -> pa.Table:
    count, chance = len(city), np.random.default_rng(7)
    value, years = chance.random(count), {one: n for n, one in enumerate(np.unique(year).tolist())}
    at = np.array([years[one] for one in year.tolist()])
    plain = {"boundary": "none", "breakdown": "total", "source": "bench", "origin": "computed", "edition": "1", "variant": "default"}
    plain |= {"unit": "%", "error_source": "none stated", "status": "A", "flags": "", "reason": "", "confidentiality": "F", "locator": ""}
    columns = {name: pa.array([text] * 1).take(pa.array(np.zeros(count, np.int32))) for name, text in plain.items()}
    columns |= {"indicator": codes("I", indicator), "place": codes("C", city)}
    columns["period_start"] = pa.array([date(one, 1, 1) for one in years], pa.date32()).take(pa.array(at))
    columns["period_end"] = pa.array([date(one, 12, 31) for one in years], pa.date32()).take(pa.array(at))
    columns |= {"value": pa.array(value), "numerator": pa.array(value * 50), "denominator": pa.array(np.full(count, 50.0))}
    for name in ("standard_error", "degrees_of_freedom", "sample_size", "lower", "upper", "level"):
        columns[name] = pa.nulls(count, pa.float64())
    return pa.table({name: columns[name] for name in OBSERVATION_SCHEMA.names}, schema=OBSERVATION_SCHEMA)


def timed(work):
    start = time.perf_counter()
    given = work()
    return time.perf_counter() - start, given


def put(record: Record, table: pa.Table):
    with record.write(CommitKind.IMPORT, "benchmark", "benchmark", NOW) as commit:
        _, parts = commit.add_run(RunRecord("benchmark", "1"), [PartRecord("all")])
        return commit.put_figures(table, part=parts["all"])


def bench_record(folder: Path, rows: int) -> None:
    cities = rows // INDICATORS
    city, indicator = np.divmod(np.arange(rows), INDICATORS)
    table = figures(city, indicator, np.full(rows, 2020))
    with Record.create(f"sqlite:///{folder / 'record.sqlite'}") as record:
        seconds, counts = timed(lambda: put(record, table))
        print(f"put {rows:,} new figures (SQLite): {seconds:.1f} s (limit 60), {counts.new:,} new")
        seconds, counts = timed(lambda: put(record, table))
        print(f"put them again: {seconds:.1f} s, {counts.unchanged:,} unchanged")
        print(f"largest memory of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB (limit 1)")
        for name, read in (("figures", record.figures), ("current_table", record.current_table)):
            took = [timed(lambda n=n, read=read: read(places=[f"C{n * 7 % cities:05d}"]))[0] for n in range(30)]
            middle, slowest = statistics.median(took) * 1e3, max(took) * 1e3
            print(f"one place among {cities:,} x {INDICATORS}, {name}: {middle:.1f} ms (limit 50), slowest {slowest:.1f}")


def bench_snapshot(folder: Path, rows: int) -> None:
    years = list(range(2010, 2010 + rows // (CITIES * INDICATORS)))
    with pq.ParquetWriter(folder / "fresh.parquet", SNAPSHOT_SCHEMA) as writer:
        for number, year in enumerate(years):
            city, indicator = np.divmod(np.arange(CITIES * INDICATORS), INDICATORS)
            table = figures(city, indicator, np.full(len(city), year))
            ids = pa.array(np.arange(len(city)) + number * len(city))
            for name in SNAPSHOT_SCHEMA.names[len(OBSERVATION_SCHEMA) :]:
                table = table.append_column(name, ids)
            writer.write_table(table)
    seconds, _ = timed(lambda: copy_sorted(folder / "sorted.parquet", fresh=folder / "fresh.parquet", base=None, touched=None))
    print(f"sort a snapshot of {rows:,} figures: {seconds:.1f} s, {(folder / 'sorted.parquet').stat().st_size / 1e6:.0f} MB")
    snapshot = Snapshot(folder / "sorted.parquet", 1, rows, "benchmark")
    yardstick = min(timed(lambda: pq.read_table(snapshot.path))[0] for _ in range(3))
    narrow = min(timed(lambda: pq.read_table(snapshot.path, columns=["indicator", "place", "period_end", "value"]))[0] for _ in range(3))
    axes = [f"I{n:05d}" for n in range(INDICATORS)], [f"C{n:05d}" for n in range(CITIES)], years
    seconds, array = min((timed(lambda: snapshot.array(*axes)) for _ in range(3)), key=lambda one: one[0])
    assert not np.isnan(array).any()
    print(f"reading its Parquet with pyarrow: {yardstick:.2f} s (all columns), {narrow:.2f} s (the four columns of the array)")
    print(f"array {array.shape}: {seconds:.2f} s = {seconds / yardstick:.2f} x all columns, {seconds / narrow:.2f} x the four (limit 4)")


if __name__ == "__main__":
    sizes = [float(one) for one in sys.argv[1:]] or [1.0, 10.0]
    work = Path(tempfile.mkdtemp(prefix="ekistics-bench-"))
    try:
        bench_record(work, int(sizes[0] * 1e6))
        bench_snapshot(work, int(sizes[-1] * 1e6))
    finally:
        shutil.rmtree(work)
