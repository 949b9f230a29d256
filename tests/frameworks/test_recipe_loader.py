"""A recipe loads from its file; a faulty one is told line by line, all faults at once; what is written reads back equal."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ekistics.assess.methods.catalogue import method_problems
from ekistics.frameworks.loader import load_shipped
from ekistics.frameworks.recipe_loader import check_recipe, load_recipe, parse_recipe, placed_in_file, recipe_problems
from ekistics.model.cards import Direction
from ekistics.model.errors import InvalidInput
from ekistics.model.problems import Problem
from ekistics.model.recipes import Method, Stage

OWN = """\
recipe: 1
code: liveable
name: "Liveable cities"
version: "1"
levels: [indicator, theme, index]
groups:
  - {code: all, name: "All", level: index}
  - {code: air, name: "Air", level: theme, parent: all}
  - {code: rest, name: "Rest", level: theme, parent: all, weight: 2}
indicators:
  - {code: pm, name: "Fine particles", parent: air, direction: lower, unit: "ug/m3"}
  - {code: no2, parent: air, direction: lower, treat: {method: winsorise, percentiles: [5, 95]}}
  - {code: green, parent: rest}
  - code: homes
    parents: [rest]
    benchmark: {form: "target, one-sided", unit: "%", target: 30, source: "The council", verified: true}
treat: none
normalise: {method: min-max, to: [1, 100]}
aggregate: {theme: arithmetic, index: geometric}
coverage: 0.65
bands:
  - {letter: B, name: poor, at_least: 0}
  - {letter: A, name: good, at_least: 50}
uncertainty:
  runs: 200
  inputs:
    - {name: Scale, origin: choice, stage: normalise, methods: [{method: min-max, to: [1, 100]}, z-score]}
    - {name: Weights, origin: weights, share: 0.25, levels: [indicator]}
    - {name: Out, origin: left out, codes: [green]}
    - {name: Survey, origin: sampling}
allow_unverified: [pm]
"""


def found(text, **options):
    return [(one.kind, one.row) for one in recipe_problems(text, **options)]


def test_a_file_is_a_recipe():
    made = parse_recipe(OWN)
    assert (made.code, made.levels, made.top.code) == ("liveable", ("indicator", "theme", "index"), "all")
    assert [one.code for one in made.children("air")] == ["pm", "no2"]
    assert made.normalise == Method("min-max", {"to": (1.0, 100.0)})
    assert made.aggregate == {"theme": Method("arithmetic"), "index": Method("geometric")}
    assert made.coverage == {"theme": 0.65, "index": 0.65}
    assert [one.letter for one in made.bands] == ["A", "B"]
    assert made.uncertainty.inputs[1].levels == ("indicator",)


def test_an_indicator_takes_unit_and_direction_from_its_benchmark_where_it_says_none():
    homes = parse_recipe(OWN.replace('form: "target, one-sided"', 'form: "target, ceiling"')).indicators[3]
    assert (homes.unit, homes.direction) == ("%", Direction.LOWER)


@pytest.mark.parametrize(
    ("old", "new", "kind", "row"),
    [
        ("code: liveable", "kode: liveable", "not-as-agreed", 2),
        ("recipe: 1", "recipe: 2", "not-as-agreed", 1),
        ('version: "1"', "version: 1", "not-as-agreed", 4),
        ("weight: 2", "weight: heavy", "not-as-agreed", 9),
        ("weight: 2", 'weight: "2"', "not-as-agreed", 9),
        ("weight: 2", "weight: -2", "not-as-agreed", 9),
        ("weight: 2", "weight: .nan", "not-as-agreed", 9),
        ("weight: 2", "wieght: 2", "not-as-agreed", 9),
        ("target: 30", "target: .inf", "not-as-agreed", 16),
        ("coverage: 0.65", "coverage: 65", "not-as-agreed", 20),
        ("coverage: 0.65", "coverage: {town: 0.65}", "unknown-level", 20),
        ("index: geometric", "town: geometric", "unknown-level", 19),
        ("code: green", "code: pm", "duplicate", 13),
        ("code: green", "code: air", "duplicate", 13),
        ("{code: green, parent: rest}", "{code: green, parent: wood}", "unknown-parent", 13),
        ("{code: green, parent: rest}", "{code: green, parent: all}", "level-skipped", 13),
        ("{code: green, parent: rest}", "{code: green}", "no-parent", 13),
        ("parents: [rest]", "parents: [rest, rest]", "duplicate", 14),
        ("parents: [rest]", "parents: [rest]\n    parent: rest", "not-as-agreed", 14),
        ("level: theme, parent: all}", "level: theme}", "no-parent", 8),
        ("level: theme, parent: all}", "level: town, parent: all}", "unknown-level", 8),
        ("level: theme, parent: all}", "parent: all}", "not-as-agreed", 8),
        ("level: theme, parent: all}", "level: indicator, parent: all}", "unknown-level", 8),
        ("level: theme, parent: all, weight: 2", "level: index", "several-tops", 9),
        ('name: "All", level: index', 'name: "All", level: theme, parents: []', "no-top", 5),
        ("parent: air, direction", "parent: rest, direction", "empty-group", 8),
        ("levels: [indicator, theme, index]", "levels: [indicator, theme, theme]", "duplicate", 5),
        ("levels: [indicator, theme, index]", "levels: []", "not-as-agreed", 5),
        ("levels: [indicator, theme, index]\n", "", "no-tree", 1),
        ("levels: [indicator, theme, index]\n", "framework: gdp\n", "unknown-agenda", 5),
        ("at_least: 50", "at_least: 0", "duplicate", 22),
        ("at_least: 0}", "at_least: 10}", "bands-with-a-gap", 21),
        ("target: 30", "target: 0", "not-as-agreed", 16),
        ("parents: [rest]", "parents: [rest]\n    direction: lower", "direction", 14),
        ("direction: lower, unit", "direction: neutral, unit", "direction", 11),
        ("parents: [rest]", 'parents: [rest]\n    unit: "km2"', "not-as-agreed", 14),
        ("stage: normalise", "stage: rank", "not-as-agreed", 27),
        ("codes: [green]", "codes: [all]", "unknown-code", 29),
        ("codes: [green]", "codes: [grey]", "unknown-code", 29),
        ("levels: [indicator]}", "levels: [index]}", "unknown-level", 28),
        ("origin: sampling", "origin: sampling, share: 0.1", "not-as-agreed", 30),
        ("name: Out", "name: Scale", "duplicate", 29),
        ("allow_unverified: [pm]", "allow_unverified: [no]", "not-as-agreed", 31),
        ("allow_unverified: [pm]", "allow_unverified: [nox]", "unknown-code", 31),
        ("to: [1, 100]}\nagg", "to: [1, high]}\nagg", "not-as-agreed", 18),
        ("treat: none", "treat: {skewness: 2}", "not-as-agreed", 17),
        ("treat: none", "peers: {nearest: 0}", "not-as-agreed", 17),
        ("treat: none", "leave_out: {pm: no data}", "nothing-to-leave-out", 17),
    ],
)
def test_a_fault_is_told_with_its_line(old, new, kind, row):
    assert old in OWN
    text = OWN.replace(old, new)
    assert (kind, row) in found(text)
    with pytest.raises(InvalidInput):
        parse_recipe(text)


def test_groups_that_are_parts_of_one_another_are_told_as_a_circle():
    text = OWN.replace('{code: air, name: "Air", level: theme, parent: all}', "{code: air, level: theme, parent: rest}")
    text = text.replace("level: theme, parent: all, weight: 2", "level: theme, parent: air")
    (fault,) = [one for one in recipe_problems(text) if one.kind == "circle"]
    assert fault.message == "These groups are parts of one another: rest › air › rest."


def test_weights_of_a_group_that_are_all_zero_are_told():
    text = OWN.replace("direction: lower", "direction: lower, weight: 0")
    assert ("weights-sum-to-zero", 8) in found(text)


def test_all_faults_are_told_at_once_and_none_hides_another():
    text = OWN.replace("weight: 2", "weight: heavy").replace("code: green", "code: pm").replace("coverage: 0.65", "covrage: 0.65")
    text = (
        text.replace("codes: [green]", "codes: [grey]")
        .replace("treat: none", "treat: {skewness: 2}")
        .replace("parent: air,", "parent: sky,")
    )
    assert {kind for kind, _ in found(text)} >= {"not-as-agreed", "duplicate", "unknown-code", "unknown-parent", "empty-group"}
    assert [row for kind, row in found(text) if kind == "not-as-agreed"] == [9, 17, 20]


def test_a_sound_recipe_has_no_fault_and_a_fault_says_what_to_do():
    assert recipe_problems(OWN) == []
    (fault,) = recipe_problems(OWN.replace("weight: 2", 'weight: "2"'), "liveable.yaml")
    assert (fault.file, fault.column, fault.found, fault.expected) == ("liveable.yaml", "groups.2.weight", "'2'", "a number")
    assert fault.mend == "write it without quotes, with a point for decimals"
    (fault,) = recipe_problems(OWN.replace("weight: 2", "wieght: 2"))
    assert (fault.message, fault.mend) == ("There is no such key.", "perhaps weight")


def test_a_file_is_loaded_or_refused_with_the_number_of_its_faults(tmp_path):
    path = tmp_path / "liveable.yaml"
    path.write_text(OWN, encoding="utf-8")
    assert load_recipe(path) == parse_recipe(OWN)
    assert check_recipe(path) == []
    path.write_text(OWN.replace("weight: 2", "weight: heavy").replace("code: green", "code: pm"), encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"and 2 more.*ekistics recipe check liveable\.yaml"):
        load_recipe(path)


def test_a_file_too_large_for_a_recipe_is_refused_unread(tmp_path):
    path = tmp_path / "large.yaml"
    path.write_text("# " + "x" * 600_000, encoding="utf-8")
    with pytest.raises(InvalidInput, match="too large"):
        load_recipe(path)
    assert found("# " + "x" * 600_000) == [("too-large", None)]


def test_faults_of_methods_are_told_with_those_of_the_file():
    def no_options(stage, method, key, codes):
        for name in method.options:
            yield Problem("unknown-option", f"The method {method.name} to {stage} has no such option.", column=f"{key}.{name}")

    problems = recipe_problems(OWN, "liveable.yaml", methods=no_options)
    assert [(one.row, one.column) for one in problems] == [
        (12, "indicators.1.treat.percentiles"),
        (18, "normalise.to"),
        (27, "uncertainty.inputs.0.methods.0.to"),
    ]
    assert problems[0].message == f"The method winsorise to {Stage.TREAT} has no such option."
    assert {one.file for one in problems} == {"liveable.yaml"}


@settings(max_examples=150, deadline=None)
@given(cut=st.integers(0, len(OWN)), span=st.integers(0, 30), insert=st.text(max_size=12))
def test_no_broken_file_raises_anything(cut, span, insert):
    recipe_problems(OWN[:cut] + insert + OWN[cut + span :])


AGENDAS = load_shipped(["umf"])
WORDS = st.sampled_from(["all", "air", "index", "*", "method", "code", "level", "parent"]) | st.text(max_size=5)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 10**40) | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_no_value_in_any_place_raises_anything(data):
    import yaml

    told = yaml.safe_load(OWN)
    place, steps = told, data.draw(st.integers(1, 4))
    for _ in range(steps):
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            break
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list) or data.draw(st.booleans()):
            place[key] = data.draw(VALUES)
            break
        place = place[key]
    text = yaml.safe_dump(told)
    recipe_problems(text)
    recipe_problems(text.replace("levels:", "framework: umf\nlevals:", 1), frameworks=AGENDAS)


def test_the_recipe_that_the_reference_shows_is_one():
    page = (Path(__file__).parents[2] / "docs" / "recipes.md").read_text(encoding="utf-8")
    shown = page.partition("```yaml\n")[2].partition("```")[0]
    assert recipe_problems(shown, methods=method_problems) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("weight: 2", "weight: -2", ("-2", "0 or more", None)),
        ("coverage: 0.65", "coverage: 65", ("65", "at most 1", "write a share: 0.65 for 65 %")),
        ("share: 0.25", "share: 1.5", ("1.5", "at most 1", None)),
        ("runs: 200", "runs: 200\n  level: 95", ("95", "below 1", "write a share: 0.95 for 95 %")),
        ("runs: 200", "runs: 0", ("0", "1 or more", None)),
        ("coverage: 0.65", "coverage: 650", ("650", "at most 1", None)),
    ],
)
def test_a_number_outside_its_range_is_told_in_plain_words(old, new, told):
    (one,) = recipe_problems(OWN.replace(old, new))
    assert one.message == "This number is outside its range."
    assert (one.found, one.expected, one.mend) == told


def test_a_fault_of_the_whole_is_placed_where_its_indicator_group_or_key_stands(tmp_path):
    path = tmp_path / "r.yaml"
    path.write_text(OWN, encoding="utf-8")
    faults = [Problem("x", "x", column=column) for column in ("air", "green", "uncertainty.inputs.1", "aggregate.index", "nowhere", None)]
    assert [(one.file, one.row) for one in placed_in_file(path, faults)] == [("r.yaml", row) for row in (8, 13, 28, 19, None, None)]
