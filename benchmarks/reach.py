"""Time people within reach of 20,000 entrances on a street graph of a million nodes, beside scipy on the ready graph.

Ours finds the distance of people joined to edges, so that one search answers three limits; scipy answers node distances for
one limit, sources at nodes. Rounds alternate; the medians and their ratio are printed. Compilation is printed apart.
"""

from __future__ import annotations

import statistics
import time

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from ekistics.geo.graph import graph_of
from ekistics.geo.join import index_segments, join
from ekistics.geo.reach import node_distances_m, point_distances_m

SIDE, SPACING_M, ENTRANCES, PEOPLE, LIMITS_M, ROUNDS = 1000, 80.0, 20_000, 200_000, (400.0, 800.0, 1200.0), 5


def street_grid(side: int) -> tuple[np.ndarray, ...]:
    """Return x, y of the nodes and start, end, length of the edges: a shaken grid with one edge in seven taken out."""
    random = np.random.default_rng(20)
    x, y = SPACING_M * np.stack(np.divmod(np.arange(side * side), side)) + random.normal(0, 12, (2, side * side))
    number = np.arange(side * side).reshape(side, side)
    start = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()])
    end = np.concatenate([number[:, 1:].ravel(), number[1:].ravel()])
    kept = random.random(len(start)) > 0.15
    start, end = start[kept], end[kept]
    return x, y, start, end, np.hypot(x[end] - x[start], y[end] - y[start]) * random.uniform(1, 1.3, len(start))


def timed(work, *arguments, **options):
    began = time.perf_counter()
    result = work(*arguments, **options)
    return time.perf_counter() - began, result


def people_within(graph, start, end, length, index, doors, people, weight):
    """Join the entrances, search once, and count people within each limit. `people` are joined to edges."""
    entrances = join(index, *doors, within_m=250.0)
    at_nodes = node_distances_m(graph, start, end, length, entrances, cut_off_m=max(LIMITS_M))
    found = point_distances_m(at_nodes, start, end, length, entrances, people, cut_off_m=max(LIMITS_M))
    return [float(weight[found <= limit].sum()) for limit in LIMITS_M]


def main() -> None:
    """Print seconds and ratios."""
    random = np.random.default_rng(21)
    x, y, start, end, length = street_grid(30)
    small = (graph_of(start, end, length, 900), start, end, length, index_segments(x[start], y[start], x[end], y[end]))

    def warm():
        at = join(small[4], np.array([100.0]), np.array([100.0]), within_m=250.0)
        return people_within(*small, (np.array([100.0]), np.array([100.0])), at, np.ones(1))

    first, _ = timed(warm)
    again, _ = timed(warm)
    print(f"first call {first:.2f} s (compiling or loading compiled code), again {again * 1e3:.2f} ms")

    x, y, start, end, length = street_grid(SIDE)
    reach = SIDE * SPACING_M
    doors, homes = random.uniform(0, reach, (2, ENTRANCES)), random.uniform(0, reach, (2, PEOPLE))
    weight = random.uniform(0, 50, PEOPLE)
    build, graph = timed(graph_of, start, end, length, len(x))
    gridding, index = timed(index_segments, x[start], y[start], x[end], y[end])
    joining, people = timed(join, index, *homes, within_m=250.0)
    print(f"{len(x):,} nodes, {len(start):,} edges, {PEOPLE:,} people")
    print(f"ready graph {build:.2f} s, index {gridding:.2f} s, people joined {joining:.2f} s")

    matrix = coo_array((length, (start, end)), shape=(len(x), len(x))).tocsr()
    sources = random.choice(len(x), ENTRANCES, replace=False)
    names = [f"scipy, {limit:.0f} m" for limit in LIMITS_M]
    seconds: dict[str, list[float]] = {name: [] for name in ("ours", *names)}
    for _ in range(ROUNDS):
        taken, counts = timed(people_within, graph, start, end, length, index, doors, people, weight)
        seconds["ours"].append(taken)
        for name, limit in zip(names, LIMITS_M, strict=True):
            seconds[name].append(timed(dijkstra, matrix, directed=False, indices=sources, min_only=True, limit=limit)[0])
    ours = statistics.median(seconds["ours"])
    print(f"ours, limits {LIMITS_M} m in one search: {ours:.3f} s; people within {[round(one) for one in counts]} of {weight.sum():.0f}")
    for name in names:
        yardstick = statistics.median(seconds[name])
        print(f"{name}: {yardstick:.3f} s; ratio {ours / yardstick:.2f} (with joining the people {(ours + joining) / yardstick:.2f})")


if __name__ == "__main__":
    main()
