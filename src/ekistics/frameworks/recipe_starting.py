"""A recipe to begin with, for a table that somebody has: every column of numbers an indicator, every choice the plainest, all explained.

It ranks at once, and says in its comments what to check before the ranking is shown to anybody.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence

import yaml
from pydantic import TypeAdapter, ValidationError

from ekistics.frameworks.recipe_parts import Code
from ekistics.model.errors import InvalidInput

_CODE: TypeAdapter[str] = TypeAdapter(Code)

_HEAD = """\
# A recipe: how the columns of a table become scores and ranks. Lines that begin with # are notes; every other line is a choice.
# Look at each direction first: nobody but you knows which way is better.
#   ekistics recipe check FILE       says what is wrong with this file
#   ekistics recipe explain FILE     says in plain words what it does
recipe: 1
code: {code}
name: {name}
version: "1" # raise it with every change: a score goes with the recipe that made it

# From the bottom up. For themes, put a level between the two, a group for each theme (parent: {top}), and name it as parent below.
levels: [indicator, index]
groups:
  - {{code: {top}, name: {name}, level: index}}

# code is the column. direction: higher where more is better, lower where less is. All weigh the same; a weight of 2 counts double.
indicators:
"""

_STAGES = """
# Who is left out: a unit with less than 65 % of its figures, and an indicator that less than 65 % of the units have.
screen: {units: 0.65, indicators: 0.65}
# Gaps stay gaps; an index is made of what is there, if that is 65 % of its weight. Filling them (impute: median) is a guess.
impute: none
coverage: 0.65
# Outliers stay. One far-off unit presses all others together: {method: winsorise-or-log, skewness: 2, kurtosis: 3.5} draws it in.
treat: none
# The worst unit gets 0, the best 100, in proportion. Scores then hang on who is in the table; fixed goalposts would not.
normalise: {method: min-max, to: [0, 100]}
weights: given
# The arithmetic mean: a good figure makes up for a bad one. geometric lets it do so less, and needs scores above 0 (to: [1, 100]).
aggregate: arithmetic
# Equal scores share the best of their ranks.
ties: min
"""

_PEERS = """\
# Units are compared with those that share the label in these columns.
peers: {{groups: [{groups}]}}
"""

_DOUBT = """
# How sure the ranks are: in each of 1,000 runs every choice below is drawn anew, and the spread of ranks is their interval.
uncertainty:
  runs: 1000
  level: 0.95 # 95 of 100 runs lie within the interval
  inputs:
    - {name: "Weights", origin: weights, share: 0.25} # each up to a quarter more or less
    - name: "Scale"
      origin: choice
      stage: normalise
      methods: [{method: min-max, to: [1, 100]}, {method: z-score, to: [100, 10]}]
    - {name: "Mean", origin: choice, stage: aggregate, methods: [arithmetic, geometric]}
"""

_SAMPLING = '    - {name: "Sampling", origin: sampling} # the standard errors in the table\n'

_NO_SAMPLING = """\
    # The table states no standard errors: figures from surveys are less sure than the intervals say. Put them into columns that are
    # called like the indicator with " standard error" behind, and add: {name: "Sampling", origin: sampling}
"""

_END = """
# Random draws begin here: the same seed gives the same intervals.
seed: 20260101
"""


def recipe_for_table(columns: Sequence[str], *, name: str, with_errors: Collection[str] = (), groupings: Sequence[str] = ()) -> str:
    """Return the text of a recipe for a table, with notes on every choice.

    Parameters
    ----------
    columns : headings of the columns of numbers that are to be indicators
    name : what the index is to be called; its code is made of it
    with_errors : those of the columns whose standard errors the table states
    groupings : headings of columns of labels, to compare a unit with its like

    Raises
    ------
    InvalidInput
        If there is no column, one stands twice, or one has a name that no indicator can have.
    """
    _check(columns)
    top = _unused("index", columns)
    parts = [_HEAD.format(code=_quoted(code_of(name)), name=_quoted(name), top=top)]
    parts += [f"  - {{code: {_quoted(one)}, parent: {top}, direction: higher}} # check\n" for one in columns]
    parts.append(_STAGES)
    if groupings:
        parts.append(_PEERS.format(groups=", ".join(map(_quoted, groupings))))
    return "".join([*parts, _DOUBT, _SAMPLING if with_errors else _NO_SAMPLING, _END])


def code_of(name: str) -> str:
    """Return a code for a name: its letters without accents, in small, and digits; `index` where none is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).lstrip("-0123456789").rstrip("-") or "index"


def _check(columns: Sequence[str]) -> None:
    if not columns:
        raise InvalidInput("the table has no column of numbers", expected="one or more columns to make an index of")
    for place, one in enumerate(columns):
        if one in columns[:place]:
            raise InvalidInput("two columns have the same heading", column=one, mend="give each a heading of its own")
        try:
            _CODE.validate_python(one)
        except ValidationError as error:
            raise InvalidInput(
                "a heading that no indicator can be called by", found=one[:80], expected="one line of text, without spaces around it"
            ) from error


def _unused(code: str, taken: Sequence[str]) -> str:
    number = 1
    found = code
    while found in taken:
        number += 1
        found = f"{code}-{number}"
    return found


def _quoted(text: str) -> str:
    """Return a text in quotes as YAML reads it, on one line."""
    return yaml.safe_dump(text, default_style='"', allow_unicode=True, width=10**6).strip()
