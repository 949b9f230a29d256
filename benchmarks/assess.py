"""How fast an index says how sure it is, beside the same runs one assessment at a time and beside what the best peer was measured at.

Run: `python -m benchmarks.assess [doubt] [sensitivity] [outranking] [panel] [world] [what-if]`, all by default. The peer's times are those
of COINr 1.1.14 on two cores for the reference index of ASEM, 51 units and 49 indicators; the table here is a made one of that size.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from benchmarks.extent import largest_memory
from benchmarks.made_index import choices, made_recipe, made_table

from ekistics.assess.doubt.drawing import doubt_of
from ekistics.assess.doubt.many_runs import ManyRuns, RunScores
from ekistics.assess.doubt.sensitivity import sensitivity_of
from ekistics.assess.index.pipeline import assess
from ekistics.engine.steps import Steps, run_steps
from ekistics.profile.index.evidence import IndexView
from ekistics.stats.outranking import outranking_matrix
from ekistics.workspace.assessing.folders import write_parquet
from ekistics.workspace.assessing.result_tables import stage_table

UNITS, INDICATORS, PILLARS = 51, 49, 8
PEER_RUNS_S, PEER_SENSITIVITY_S, PEER_OUTRANKING_S = 85.1, 274.2, 110.0
ROUNDS = 5


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def best(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    return min(seconds(work) for _ in range(rounds))


def on_threads(threads: int) -> Callable[[ManyRuns], RunScores]:
    return lambda runs: run_steps(Steps("runs", runs.parts, runs.work, runs.reduce, runs.count), threads=threads)


def doubt() -> None:
    recipe, table = made_recipe(INDICATORS, PILLARS, choices(runs=1000)), made_table(UNITS, INDICATORS)
    plain, spent = best(lambda: assess(recipe, table)), best(lambda: doubt_of(recipe, table))
    print(f"1,000 runs of {UNITS} x {INDICATORS}: {spent:.3f} s (limit 0.2); COINr {PEER_RUNS_S} s, {PEER_RUNS_S / spent:,.0f} x as long")
    print(f"  1,000 assessments one by one would take {1000 * plain:.1f} s, {1000 * plain / spent:,.0f} x as long")


def sensitivity() -> None:
    recipe, table = made_recipe(INDICATORS, PILLARS, choices(runs=1, sets=100)), made_table(UNITS, INDICATORS)
    spent, count = best(lambda: sensitivity_of(recipe, table)), sensitivity_of(recipe, table).evaluations
    ratio = PEER_SENSITIVITY_S / spent
    print(f"exact indices from {count:,} combinations, of each unit too: {spent:.3f} s (limit 0.3)")
    print(f"  COINr's estimates from 3,000 runs {PEER_SENSITIVITY_S} s, {ratio:,.0f} x as long, with errors up to 0.13")
    sampled = replace(recipe, uncertainty=replace(recipe.uncertainty, enumerate_up_to=0))
    print(f"  sampled at 512 points, 3,072 runs, with intervals: {best(lambda: sensitivity_of(sampled, table)):.3f} s")


def outranking() -> None:
    values, weights = np.random.default_rng(2).random((INDICATORS, 1000)), np.ones(INDICATORS)
    spent = best(lambda: outranking_matrix(values, weights))
    ratio = PEER_OUTRANKING_S / spent
    print(f"outranking of 1,000 x {INDICATORS}: {spent:.3f} s (limit 0.5); COINr about {PEER_OUTRANKING_S:g} s, {ratio:,.0f} x as long")


def panel() -> None:
    table, recipe = made_table(10_000, 100, 30), made_recipe(100, 10)
    assess(recipe, made_table(100, 100, 2))
    before = largest_memory()
    once, spent = best(lambda: table.values * 1.0), best(lambda: assess(recipe, table, threads=2))
    print(
        f"world, 10,000 x 100 x 30: all stages, scores and ranks: {spent:.2f} s on two cores"
        f" = {spent / once:.1f} x reading and writing once (limit 20)"
    )
    print(f"  memory beyond the input {(largest_memory() - before) / table.values.nbytes:.1f} x the input")
    found = assess(recipe, table, threads=2)
    with tempfile.TemporaryDirectory(prefix="ekistics-stages-") as folder:
        paths = [Path(folder) / f"{stage.stage}.parquet" for stage in found.stages]

        def write() -> None:
            for path, stage in zip(paths, found.stages, strict=True):
                write_parquet(path, stage_table(found, stage))

        spent, size = seconds(write), sum(path.stat().st_size for path in paths)
    print(f"  writing its {len(paths)} stages as Parquet, one at a time: {spent:.2f} s, {size / 1e6:,.0f} MB beside")
    print(f"  memory beyond the input with the writing {(largest_memory() - before) / table.values.nbytes:.1f} x the input (limit 4)")


def world(runs: int = 1000) -> None:
    table, recipe = made_table(10_000, 100, error=0.05), made_recipe(100, 10, choices(runs=runs, sampling=True))
    doubt_of(replace(recipe, uncertainty=replace(recipe.uncertainty, runs=2)), table)
    before, used = largest_memory(), time.process_time()
    spent = seconds(lambda: doubt_of(recipe, table, where=on_threads(2)))
    used = time.process_time() - used
    print(f"world, {runs:,} runs of 10,000 x 100 with sampling error and choices: {spent:.1f} s on two cores (limit 30)")
    figures = table.values.size
    print(f"  {used:.1f} s of computing, {1e9 * used / (runs * figures):.0f} ns a figure; {(largest_memory() - before) / 1e6:.0f} MB more")
    chance, drawn = np.random.default_rng(1), np.empty(figures)
    once = best(lambda: chance.standard_normal(out=drawn))
    print(f"  to draw as many normal numbers and do nothing with them takes {runs * once:.1f} s of computing")


def what_if(units: int = 200, indicators: int = 50) -> None:
    try:
        from benchmarks.what_if_page import moved  # brings a browser, which no other job needs
    except ImportError:
        print("what-if in the page: not measured, playwright is not installed")
        return
    view = IndexView(assess(made_recipe(indicators, PILLARS), made_table(units, indicators)))
    worked, shown = (np.sort(spent) for spent in np.array(moved(view)).T)
    print(f"what-if in the page, {units} x {indicators}: ranks on screen {np.median(shown):.0f} ms after the slider moves (limit 100)")
    print(f"  at worst {shown[-1]:.0f} ms")
    print(f"  of which {np.median(worked):.1f} ms are work, at worst {worked[-1]:.1f}; the rest is waiting for two frames of the screen")


JOBS = {"doubt": doubt, "sensitivity": sensitivity, "outranking": outranking, "panel": panel, "world": world, "what-if": what_if}

if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("jobs", nargs="*", choices=[*JOBS, []], default=[])
    for name in asked.parse_args().jobs or JOBS:
        JOBS[name]()
