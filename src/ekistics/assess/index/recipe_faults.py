"""What is wrong with a recipe by itself: its tree, its methods, its weights, its benchmarks, and what they ask of each other."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping

from ekistics.assess.methods.catalogue import find, method_problems
from ekistics.assess.methods.means import ARITHMETIC
from ekistics.assess.methods.normalisation import BY_FORM
from ekistics.assess.methods.trees import members
from ekistics.model.cards import Direction
from ekistics.model.errors import InvalidInput
from ekistics.model.frameworks import Benchmark, Form
from ekistics.model.problems import Problem, Severity
from ekistics.model.recipes import IndexGroup, IndexIndicator, Method, Recipe, Stage
from ekistics.model.units import factor

TIES = ("min", "dense")
"""What units with equal scores can share: the best of their places, or the next number."""

_SCALED = {Form.LINEAR, Form.LOG, Form.SQUARE_ROOT, Form.CUBE_ROOT, Form.FOURTH_ROOT, Form.FIFTH_ROOT}
_NUMBERS: dict[Form, tuple[str, ...]] = dict.fromkeys(_SCALED, ("minimum", "maximum")) | {Form.IDENTITY: ()}


def tree_faults(recipe: Recipe) -> Iterator[Problem]:
    """Yield what is wrong with the tree; nothing else can be looked at before it is whole."""
    every = members(recipe)
    counted = Counter(one.code for one in every)
    for code, count in counted.items():
        if count > 1:
            yield _rejected("duplicate-code", f"The code {code} stands {count} times.", code, mend="give every one a code of its own")
    level_of = {one.code: one.level for one in recipe.groups}
    for group in recipe.groups:
        if group.level not in recipe.levels[1:]:
            yield _rejected(
                "unknown-level", f"The group {group.code} stands on no level.", group.code, group.level, _list(recipe.levels[1:])
            )
    for one in every:
        yield from _parent_faults(recipe, one, level_of)
    parents = {parent for one in every for parent in one.parents}
    for group in recipe.groups:
        if group.code not in parents and group.code not in recipe.needs:  # what it lacks may be known: it is then missing, and said so
            yield _rejected("empty-group", f"The group {group.code} is made of nothing.", group.code, mend="give it parts, or leave it out")
    if not recipe.levels or not recipe.at_level(recipe.levels[-1]):
        yield _rejected("no-top", "No group stands at the highest level.", "levels", _list(recipe.levels))


def method_faults(recipe: Recipe) -> Iterator[Problem]:
    """Yield every method that is not registered, and every option that it has not or cannot be so."""
    codes = frozenset(one.code for one in members(recipe))
    for stage, method, key in methods_used(recipe):
        yield from method_problems(stage, method, key, codes)
    for one in recipe.uncertainty.inputs:
        for method in one.methods:
            if one.stage is not None:
                yield from method_problems(one.stage, method, f"uncertainty.{one.name}", codes)
    levels = set(recipe.levels[1:])
    for told in (recipe.aggregate, recipe.coverage):
        for level in told:
            if level not in levels:
                yield _rejected("unknown-level", "There is no such level to aggregate to.", level, level, _list(recipe.levels[1:]))


def number_faults(recipe: Recipe) -> Iterator[Problem]:
    """Yield weights, shares and rules that cannot be."""
    yield from _weight_faults(recipe)
    shares: dict[str, float] = {"screen.units": recipe.screen.units, "screen.indicators": recipe.screen.indicators}
    shares |= {f"coverage.{level}": share for level, share in recipe.coverage.items()}
    shares |= {f"groups.{one.code}.coverage": one.coverage for one in recipe.groups if one.coverage is not None}
    for key, share in shares.items():
        if not 0 <= share <= 1:
            yield _rejected("bad-share", "A share lies between 0 and 1.", key, f"{share:g}", "0 to 1")
    if recipe.ties not in TIES:
        yield _rejected("unknown-ties", "There is no such rule for equal scores.", "ties", recipe.ties, _list(TIES))


def benchmark_faults(recipe: Recipe) -> Iterator[Problem]:
    """Yield what is wrong with the benchmarks that the methods read, and indicators without a direction."""
    for one in recipe.indicators:
        told = find(Stage.NORMALISE, one.normalise or recipe.normalise)
        wanted = told.demands.benchmark
        if one.direction is Direction.NEUTRAL and told.demands.directed and not (wanted and _is_two_sided(one.benchmark)):
            mend = "set direction: higher or lower, or give it a two-sided target"
            yield _rejected(
                "no-direction", f"{one.name} has no direction, and {told.name} needs one.", one.code, "neutral", "higher or lower", mend
            )
        if not wanted:
            continue
        if one.benchmark is None:
            yield _rejected(
                "no-benchmark",
                f"{told.name} holds {one.name} against a benchmark, and it has none.",
                one.code,
                mend="give it a benchmark, or another method",
            )
            continue
        yield from _number_faults(one, one.benchmark, _NUMBERS.get(one.benchmark.form, ("target",)) if wanted == BY_FORM else wanted)
        yield from _stand_faults(recipe, one, one.benchmark, by_form=wanted == BY_FORM)


def sign_faults(recipe: Recipe) -> Iterator[Problem]:
    """Yield groups whose method needs values above zero while their parts can be zero or less by the way they are made.

    Where it depends on the data, the data are asked once they are normalised.
    """
    lowest: dict[str, float] = {}
    named: dict[str, str] = {}
    for one in recipe.indicators:
        method = one.normalise or recipe.normalise
        told = find(Stage.NORMALISE, method)
        lowest[one.code], named[one.code] = told.demands.lowest(told.completed(method)), told.name
    for group in recipe.upwards():
        method = aggregate_of(recipe, group)
        demands = find(Stage.AGGREGATE, method).demands
        parts = recipe.children(group.code)
        low = min((lowest[part.code] for part in parts), default=math.inf)
        if demands.above_zero and -math.inf < low <= 0:
            part = next(part for part in parts if lowest[part.code] == low)
            made_by = named.get(part.code, "its own mean")
            yield _rejected(
                "not-above-zero",
                f"The {method.name} mean of {group.name} needs values above 0, and {part.name} can be {low:g} after {made_by}.",
                group.code,
                f"values from {low:g}",
                "values above 0",
                "normalise with to: [1, 100], or take the arithmetic mean",
            )
        lowest[group.code] = low if demands.keeps_above_zero else -math.inf


def weighting_faults(recipe: Recipe) -> Iterator[Problem]:
    """Yield groups whose parts are weighted for being added up, and are not added up."""
    level = recipe.weights.options.get("level")
    if not find(Stage.WEIGHT, recipe.weights).demands.arithmetic:
        return
    if level and level not in recipe.levels[1:]:
        yield _rejected("unknown-level", "There is no such level to weight.", "weights.level", f"{level}", _list(recipe.levels[1:]))
    for group in recipe.groups:
        method = aggregate_of(recipe, group)
        if (not level or group.level == level) and method.name != "arithmetic" and len(recipe.children(group.code)) > 1:
            yield _rejected(
                "weights-need-arithmetic",
                f"The weights of {recipe.weights.name} are for adding up, and {group.name} takes the {method.name} mean.",
                group.code,
                method.name,
                "arithmetic",
                "name under level the one level that is to be weighted so, or take the arithmetic mean",
            )


def aggregate_of(recipe: Recipe, group: IndexGroup) -> Method:
    """Return the method of a group: its own, else its level's, else the arithmetic mean."""
    return group.aggregate or recipe.aggregate.get(group.level, ARITHMETIC)


def methods_used(recipe: Recipe) -> Iterator[tuple[Stage, Method, str]]:
    """Yield the methods of a recipe with their stage and the key under which they stand."""
    yield Stage.IMPUTE, recipe.impute, "impute"
    yield Stage.TREAT, recipe.treat, "treat"
    yield Stage.NORMALISE, recipe.normalise, "normalise"
    yield Stage.WEIGHT, recipe.weights, "weights"
    for level, method in recipe.aggregate.items():
        yield Stage.AGGREGATE, method, f"aggregate.{level}"
    for group in recipe.groups:
        if group.aggregate is not None:
            yield Stage.AGGREGATE, group.aggregate, f"groups.{group.code}.aggregate"
    for one in recipe.indicators:
        own: Mapping[Stage, Method | None] = {Stage.TREAT: one.treat, Stage.NORMALISE: one.normalise}
        for stage, own_method in own.items():
            if own_method is not None:
                yield stage, own_method, f"indicators.{one.code}.{stage}"


def benchmark_factor(one: IndexIndicator) -> float:
    """Return the factor from the unit of an indicator to that of its benchmark; 1 where a denominator makes a unit of its own.

    Raises
    ------
    InvalidInput
        If no factor is listed.
    """
    if one.benchmark is None or not one.unit or not one.benchmark.unit or one.denominator:
        return 1.0
    return factor(one.unit, one.benchmark.unit)


def _parent_faults(recipe: Recipe, one: IndexGroup | IndexIndicator, level_of: Mapping[str, str]) -> Iterator[Problem]:
    order = {level: place for place, level in enumerate(recipe.levels)}
    mine = order.get(one.level, -1) if isinstance(one, IndexGroup) else 0
    if isinstance(one, IndexIndicator) and not one.parents:
        yield _rejected("no-parent", f"{one.name} belongs to no group.", one.code, mend="name its parent")
    for parent, count in Counter(one.parents).items():
        if parent not in level_of:
            yield _rejected("unknown-parent", f"The parent of {one.name} is no group.", one.code, parent, "the code of a group")
        elif order.get(level_of[parent], math.inf) <= mine:
            yield _rejected(
                "level-order",
                f"{one.name} stands as high as its parent, or higher.",
                one.code,
                f"parent {parent} on the level {level_of[parent]}",
                "a parent on a higher level",
            )
        if count > 1:
            yield _rejected("duplicate-parent", f"{one.name} names a parent twice.", one.code, parent)


def _weight_faults(recipe: Recipe) -> Iterator[Problem]:
    for one in members(recipe):
        if not (math.isfinite(one.weight) and one.weight >= 0):
            yield _rejected("bad-weight", f"The weight of {one.name} cannot be that.", one.code, f"{one.weight:g}", "0 or more")
    for group in recipe.groups:
        weights = [part.weight for part in recipe.children(group.code)]
        if weights and all(weight == 0 for weight in weights):
            yield _rejected(
                "weights-of-zero",
                f"The weights of the parts of {group.name} add up to 0.",
                group.code,
                "0",
                "a sum above 0",
                "give one of its parts a weight",
            )


def _is_two_sided(benchmark: Benchmark | None) -> bool:
    return benchmark is not None and benchmark.form is Form.TARGET_TWO_SIDED


def _number_faults(one: IndexIndicator, benchmark: Benchmark, wanted: tuple[str, ...]) -> Iterator[Problem]:
    lacking = [name for name in wanted if getattr(benchmark, name) is None]
    for name in lacking:
        yield _rejected("incomplete-benchmark", f"The benchmark of {one.name} lacks its {name}.", one.code, "nothing", f"a {name}")
    if lacking:
        return
    low, high = benchmark.minimum, benchmark.maximum
    if "minimum" in wanted and "maximum" in wanted and low is not None and high is not None and not low < high:
        yield _rejected(
            "goalposts-order",
            f"The goalposts of {one.name} stand in the wrong order.",
            one.code,
            f"{low:g} to {high:g}",
            "a minimum below the maximum; which end is better is told by the direction",
        )
    if (
        "minimum" in wanted
        and low is not None
        and (low < 0 or (low == 0 and benchmark.form is Form.LOG))
        and benchmark.form in _SCALED - {Form.LINEAR}
    ):
        yield _rejected(
            "goalpost-without-root", f"The lower goalpost of {one.name} has no {benchmark.form}.", one.code, f"{low:g}", "above 0"
        )
    if wanted == ("target",) and benchmark.form not in _SCALED and benchmark.target is not None and benchmark.target <= 0:
        yield _rejected("bad-target", f"The target of {one.name} must be above 0.", one.code, f"{benchmark.target:g}", "above 0")


def _stand_faults(recipe: Recipe, one: IndexIndicator, benchmark: Benchmark, *, by_form: bool) -> Iterator[Problem]:
    """Yield a benchmark that looks the other way, stands in a unit without a factor, or was not read in the official text."""
    better = _direction_of(benchmark) if by_form else None
    if better is not None and one.direction is not Direction.NEUTRAL and better is not one.direction:
        yield _rejected(
            "direction-against-benchmark",
            f"{one.name} is better when {one.direction}, and its benchmark rewards the {better}.",
            one.code,
            f"direction {one.direction}",
            f"direction {better}",
            "set the direction or the form of the benchmark right",
        )
    if benchmark.provisional and one.code not in recipe.allowed_unverified:
        yield _rejected(
            "unverified-benchmark",
            f"The benchmark of {one.name} was not read in the official text.",
            one.code,
            benchmark.source or "no source",
            "a verified benchmark",
            f"name {one.code} under allow_unverified: the index is then called provisional",
        )
    try:
        benchmark_factor(one)
    except InvalidInput as error:
        yield _rejected("unit-of-benchmark", f"The benchmark of {one.name} stands in another unit.", one.code, error.found, error.expected)


def _direction_of(benchmark: Benchmark) -> Direction | None:
    if benchmark.form is Form.TARGET_TWO_SIDED:
        return None
    if benchmark.form is Form.TARGET_ONE_SIDED:
        return Direction.HIGHER
    if benchmark.form is Form.TARGET_CEILING:
        return Direction.LOWER
    return Direction.HIGHER if benchmark.higher_is_better else Direction.LOWER


def _list(told: tuple[str, ...]) -> str:
    return ", ".join(told)


def _rejected(
    kind: str, message: str, column: str, found: str | None = None, expected: str | None = None, mend: str | None = None
) -> Problem:
    return Problem(kind, message, Severity.REJECTED, column=column, found=found, expected=expected, mend=mend)
