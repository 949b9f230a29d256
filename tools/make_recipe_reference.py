"""Write docs/recipes.md from the code: every key of a recipe, every method with its options, and the recipes that are shipped."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

from ekistics.assess.methods.catalogue import CHOOSING, OptionRule, methods_of
from ekistics.frameworks.recipe_loader import SHIPPED_RECIPES, load_shipped_recipe
from ekistics.frameworks.recipe_parts import MethodSchema
from ekistics.frameworks.recipe_schema import METHOD_STAGES, RecipeSchema
from ekistics.model.recipes import Option

TARGET = Path(__file__).parents[1] / "docs" / "recipes.md"

HEAD = """# Recipes

Written from the code by `tools/make_recipe_reference.py`; a test fails when the two differ. A key in **bold** must be there; an unknown
key is a fault, and is named.

A recipe is a YAML file in UTF-8 that says how figures become scores, ratings and ranks. One with `levels` holds its tree: indicators,
and groups of them up to one index. One with `framework` and no `levels` takes the tree, the benchmarks and the bands of that agenda, and
says only what differs: an indicator or group that the agenda has is changed where the file tells of it, any other indicator is the city's
own, and what stands under `leave_out` is not taken. Items of an agenda without a benchmark are taken only where the file names them.
A heading of the agenda without an indicator stays in the tree and is missing: its composite, and those above it that get too little,
are refused.

A small one:

```yaml
recipe: 1
code: air-and-green
name: "Air and green"
version: "1"
levels: [indicator, index]
groups:
  - {code: index, name: "Air and green", level: index}
indicators:
  - {code: "PM2.5", parent: index, direction: lower, unit: "ug/m3"}
  - {code: "Green area", parent: index, weight: 2}
normalise: {method: min-max, to: [0, 100]}
coverage: 0.65
```

`ekistics recipe new --data FILE` writes one for a table, with notes on every choice. A method is written by its name (`treat: none`) or by
name and options (`treat: {method: winsorise, percentiles: [5, 95]}`). Text that looks like a number stands in quotes (`version: "1"`).
An anchor (`&name`, `*name`) may be used where it saves typing. A file has at most 500,000 bytes.

## Keys
"""
METHODS = """## Methods

An option in **bold** must be given; `version: "2"` among the options asks for another version of a method. A
function of one's own is registered by name and version; code never stands in a recipe.
"""
DOUBT = """## How the doubt is drawn

In every run each of the `inputs` draws a whole number: the option of a choice, the set of weights, what is left out, or the number of a
draw. With the recipe and the table the numbers make the run again, to the last bit, on any number of cores.

- **choice**: one of the methods, each as likely. A choice of `aggregate` for one `level` goes before one for all levels; an indicator or
  a group with a method of its own keeps it.
- **weights**: each weight by itself, evenly between 1 - `share` and 1 + `share` times what the recipe gives.
- **left out**: one of `codes`, or none.
- **sampling**: a normal error, as large as the standard error of the figure; Student's t where the figure states degrees of freedom.
  Figures without a standard error stay as they are, and are counted. Nothing is held within bounds: a share may be drawn above 100 %.
- **imputation**: gaps are filled several times beforehand (`draws` of the method `multiple`, else 20 times by the recipe's own method with
  a normal error as large as its hold-out error), and a run takes one filling. Errors of sampling are added to what was observed only.
  With `sampling` and a method by regression but without this input, every run fills its gaps anew, which takes long.

A run that the recipe would have refused (a geometric mean of values of 0 or less, an indicator that no longer varies) is counted as failed,
with the reason, and its scores enter no interval. An interval leaves half of 1 - `level` of the runs on either side (quantiles of type 7).

Which input makes how much of the doubt is told by Sobol indices of the mean rank change against the recipe by itself: exact where the
design has no draws without end and at most `enumerate_up_to` combinations, else estimated at scrambled Sobol points (Saltelli and others
2010; Jansen 1999), with intervals and an input that does not exist to judge nothing by. Where a combination of an exact design fails there
is no index: the failures are named instead.
"""
SHIPPED = """## Recipes that come with Ekistics

`ekistics assess NAME` takes them by name. A recipe whose benchmarks were not all read in an official text is called provisional, and names
each of them under `allow_unverified`.
"""


def reference() -> str:
    """Return the whole page."""
    tables = _key_tables()
    return "\n".join([HEAD, *tables.tables(RecipeSchema), METHODS, *_methods(), DOUBT, SHIPPED, _shipped()])


def _key_tables() -> ModuleType:
    """Return the tool beside this one, whether it is run or loaded by a test."""
    spec = importlib.util.spec_from_file_location("make_key_tables", Path(__file__).with_name("make_key_tables.py"))
    if spec is None or spec.loader is None:
        raise FileNotFoundError("tools/make_key_tables.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    tool.WORDS[MethodSchema] = "a method"
    return tool


def _methods() -> list[str]:
    keys = {stage: key for key, stage in METHOD_STAGES.items()}
    found = []
    for stage in CHOOSING:
        every = set.intersection(*({rule.name for rule in one.options} for one in methods_of(stage)))
        common = [_of(rule) for rule in methods_of(stage)[0].options if rule.name in every]
        lines = [
            f"### `{keys[stage]}`",
            "",
            *(f"Every method has {one}.\n" for one in common),
            "| method | version | what it does | options |",
            "|---|---|---|---|",
        ]
        for one in methods_of(stage):
            options = [_of(rule) for rule in one.options if rule.name not in every]
            if one.by_code is not None:
                options.append(f"by code of an indicator or group ({one.by_code.expected}): {one.by_code.says}")
            lines.append(f"| `{one.name}` | {one.version} | {_cell(one.says)} | {_cell('<br>'.join(options)) or '–'} |")
        found.append("\n".join(lines) + "\n")
    return found


def _of(rule: OptionRule) -> str:
    if rule.required:
        return f"**`{rule.name}`** ({rule.expected}): {rule.says}"
    shown = "" if rule.default in (None, "") else f", `{_written(rule.default)}` if left out"
    return f"`{rule.name}` ({rule.expected}{shown}): {rule.says}"


def _written(value: Option) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(f'{one:g}' for one in value)}]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _shipped() -> str:
    lines = [
        "| name | recipe | levels | indicators | of them provisional | what the agenda has and it lacks |",
        "|---|---|---|---|---|---|",
    ]
    for name in SHIPPED_RECIPES:
        one = load_shipped_recipe(name)
        lacking = len([code for code in one.needs if code not in {group.code for group in one.groups}])
        levels = ", ".join(one.levels)
        lines.append(f"| `{name}` | {one.title} | {levels} | {len(one.indicators)} | {len(one.provisional)} | {lacking} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TARGET.write_text(reference(), encoding="utf-8")
