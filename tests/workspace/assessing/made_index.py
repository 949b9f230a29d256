"""A small made-up index of six cities: its recipe and its table, as a person would have them."""

from __future__ import annotations

RECIPE = """\
recipe: 1
code: six
name: Six cities
version: "1"
levels: [indicator, theme, index]
groups:
  - {code: index, name: Index, level: index}
  - {code: nature, name: Nature, level: theme, parent: index}
  - {code: service, name: Service, level: theme, parent: index}
indicators:
  - {code: green, name: Green area, parent: nature, direction: higher, unit: "%"}
  - {code: dust, name: Fine dust, parent: nature, direction: lower}
  - {code: water, name: Piped water, parent: service, direction: higher}
  - {code: power, name: Power, parent: service, direction: higher}
impute: median
normalise: {method: min-max, to: [0, 100]}
aggregate: arithmetic
coverage: 0.5
bands:
  - {letter: A, name: good, at_least: 60}
  - {letter: B, name: weak, at_least: 0}
"""

UNCERTAIN = """\
uncertainty:
  runs: 100
  level: 0.9
  top: 2
  sensitivity_points: 64
  inputs:
    - {name: weights, origin: weights, share: 0.25}
    - {name: scale, origin: choice, stage: normalise, methods: [min-max, z-score]}
"""

TABLE = """\
code,name,region,green,dust,water,power
AA,Aville,North,10,20,90,99
BB,Bville,North,20,30,80,98
CC,Cville,South,30,10,70,
DD,Dville,South,40,25,60,96
EE,Eville,South,15,15,95,97
FF,"=cmd|' /C calc'!A0",South,25,35,50,91
"""


def write_index(folder, recipe=RECIPE, table=TABLE):
    """Write both and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "recipe.yaml").write_text(recipe, encoding="utf-8")
    (folder / "table.csv").write_text(table, encoding="utf-8")
    return folder / "recipe.yaml", folder / "table.csv"
