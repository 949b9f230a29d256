"""The degree of urbanisation once more, slowly and plainly: cell by cell, with sets; to compare with."""

import math

import numpy as np

SIDES = ((-1, 0), (0, -1), (0, 1), (1, 0))
CORNERS = tuple((r, c) for r in (-1, 0, 1) for c in (-1, 0, 1) if (r, c) != (0, 0))


def groups(cells: set, steps) -> list[set]:
    left, found = set(cells), []
    while left:
        group, ahead = set(), [left.pop()]
        while ahead:
            r, c = ahead.pop()
            group.add((r, c))
            for dr, dc in steps:
                if (r + dr, c + dc) in left:
                    left.remove((r + dr, c + dc))
                    ahead.append((r + dr, c + dc))
        found.append(group)
    return found


def naive(people: np.ndarray, built: np.ndarray, land: np.ndarray, rules, level: int) -> np.ndarray:
    rows, columns = people.shape
    every = {(r, c) for r in range(rows) for c in range(columns)}
    outside = {x for x in every if np.isnan(people[x]) and np.isnan(built[x]) and np.isnan(land[x])}
    p, b, g = (np.nan_to_num(band, nan=0.0) for band in (people, built, land))
    inside = every - outside

    def dense_enough(x, limit) -> bool:
        return p[x] > 0 and p[x] >= limit * g[x]

    def built_enough(x) -> bool:
        if rules.built_up == "off" or not b[x] > 0:
            return False
        return g[x] == 0 or round(b[x] / g[x], 3) >= rules.built_up_share

    def clusters(cells, contiguity, least):
        found = groups(cells, SIDES if contiguity == "rook" else CORNERS)
        return [one for one in found if sum(p[x] for x in one) >= least - 1e-6]

    empty_wet = {x for x in inside if g[x] < rules.water_land_share and p[x] <= 0}
    water = {x for x in empty_wet if b[x] <= 0}
    dense = {x for x in inside if dense_enough(x, rules.dense_per_km2) or built_enough(x)}
    centres = clusters(dense, rules.dense_contiguity, rules.centre_people)
    owner = {x: number for number, one in enumerate(centres) for x in one}
    while rules.smoothing != "none":
        joins = {}
        for x in inside - water - set(owner):
            around = [(x[0] + r, x[1] + c) for r, c in CORNERS]
            held = [owner[y] for y in around if y in owner]
            counted = sum(1 for y in around if y in owner or y not in empty_wet)
            for one in set(held):
                if held.count(one) >= 5 if rules.smoothing == "five-of-eight" else 2 * held.count(one) > counted:
                    joins[x] = one
        if not joins:
            break
        owner |= joins
    filled = {}
    for number in set(owner.values()):
        own = {x for x in owner if owner[x] == number}
        for hole in groups(every - own, SIDES):
            edge = any(r in (0, rows - 1) or c in (0, columns - 1) for r, c in hole)
            if not edge and len(hole) < rules.hole_km2 and not hole & outside and not hole & set(owner):
                filled |= dict.fromkeys(hole, number)
    owner |= filled
    centre = set(owner)
    moderate = {x for x in inside if dense_enough(x, rules.cluster_per_km2)}
    urban = set().union(*clusters(moderate, rules.cluster_contiguity, rules.urban_cluster_people))
    if level == 1:
        code = {x: 3 if x in centre else 2 if x in urban else 0 if x in water else 1 for x in inside}
    else:
        in_centres = set().union(*centres)
        apart = set().union(*clusters(dense, rules.dense_contiguity, rules.dense_cluster_people)) - in_centres - centre
        taken = centre | apart
        reach = rules.semi_dense_buffer_cells
        near = {(r + i, c + j) for r, c in taken for i in range(-reach, reach + 1) for j in range(-reach, reach + 1)}
        semi_cells = {x for x in inside if dense_enough(x, rules.semi_dense_per_km2)}
        semi = set().union(*[one for one in clusters(semi_cells, rules.semi_dense_contiguity, rules.semi_dense_people) if not one & near])
        rural = set().union(*clusters(moderate, rules.cluster_contiguity, rules.rural_cluster_people))
        code = {}
        for x in inside:
            low = 12 if dense_enough(x, rules.low_density_per_km2) else 10 if x in water else 11
            code[x] = 30 if x in centre else 23 if x in apart else 22 if x in semi else 21 if x in urban else 13 if x in rural else low
    found = np.full(people.shape, 255, np.uint8)
    for x, one in code.items():
        found[x] = one
    assert math.prod(people.shape) == len(every)
    return found
