"""A recipe in plain words, stage by stage, and its tree with what each part counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ekistics.model.recipes import IndexGroup, IndexIndicator, Method, Option, Origin, Recipe, Stage, UncertainInput

Says = Callable[[Stage, Method], str]
"""What a method does, in words; empty for one that is not known."""

_FROM_THE_RECIPE = {"given", "equal"}
"""Methods of weighting whose weights are known before there are data."""
_LISTED = 12
"""Names in a sentence before the rest is counted."""


@dataclass(frozen=True)
class ExplainedPart:
    """One stage or one choice: its heading and its sentences."""

    heading: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class TreeRow:
    """One part of the tree under one of its parents; a part with two parents has two rows.

    Attributes
    ----------
    depth : 0 for the index, and for a view of its own
    within : share of its parent, 0 to 1; None where weights come from the data
    of_whole : nominal share of the index (or the view) at depth 0; None likewise
    provisional : whether its benchmark was not read in the official text
    """

    code: str
    name: str
    level: str
    depth: int
    within: float | None
    of_whole: float | None
    provisional: bool = False


@dataclass(frozen=True)
class Explanation:
    """A recipe in words."""

    title: str
    parts: tuple[ExplainedPart, ...]
    tree: tuple[TreeRow, ...]


def explain(recipe: Recipe, says: Says | None = None) -> Explanation:
    """Return a recipe in plain words.

    Parameters
    ----------
    says : what a method does, from the registry of methods; None gives their names and options alone
    """
    method = _Words(says)
    parts = (
        ("What it is", _whole(recipe)),
        ("Figures", _figures(recipe)),
        ("Who is left out", _screening(recipe)),
        ("Gaps", _gaps(recipe, method)),
        ("Outliers", [method.of(Stage.TREAT, recipe.treat), *_of_their_own(recipe, Stage.TREAT, method)]),
        ("One scale", [*_scale(recipe, method), *_of_their_own(recipe, Stage.NORMALISE, method)]),
        ("Weights", [method.of(Stage.WEIGHT, recipe.weights)]),
        ("Composites", [*_means(recipe, method), *_coverage(recipe)]),
        ("Ranks and bands", _judging(recipe)),
        ("How sure", _doubt(recipe, method)),
        ("Provisional", _provisional(recipe)),
        ("What it lacks", _lacking(recipe)),
    )
    told = tuple(ExplainedPart(heading, tuple(sentences)) for heading, sentences in parts if sentences)
    return Explanation(f"{recipe.title}, version {recipe.version}", told, tuple(tree_rows(recipe)))


def explanation_lines(explanation: Explanation) -> Iterator[str]:
    """Yield an explanation as lines of text."""
    yield explanation.title
    for part in explanation.parts:
        yield ""
        yield part.heading
        yield from (f"  {sentence}" for sentence in part.sentences)
    yield ""
    yield "The tree, with the share of its parent and of the whole"
    for row in explanation.tree:
        shares = "" if row.within is None or row.of_whole is None else f"  {_percent(row.within)} of it, {_percent(row.of_whole)} in all"
        marked = " (provisional benchmark)" if row.provisional else ""
        name = row.name if row.name == row.code else f"{row.code} {row.name}"
        yield f"{'  ' * (row.depth + 1)}{name}{shares if row.depth else ''}{marked}"


def tree_rows(recipe: Recipe) -> Iterator[TreeRow]:
    """Yield the tree from the index downwards, then each view of its own (a group below the top that is part of nothing)."""
    known = recipe.weights.name in _FROM_THE_RECIPE
    parts = {one.code: recipe.children(one.code) for one in recipe.groups}
    roots = [recipe.top, *(one for one in recipe.groups if not one.parents and one.code != recipe.top.code)]
    waiting: list[tuple[IndexGroup | IndexIndicator, int, float, float]] = [(one, 0, 1.0, 1.0) for one in reversed(roots)]
    while waiting:
        one, depth, within, whole = waiting.pop()
        level = one.level if isinstance(one, IndexGroup) else recipe.levels[0]
        provisional = isinstance(one, IndexIndicator) and one.code in recipe.provisional
        yield TreeRow(one.code, one.name, level, depth, within if known else None, whole if known else None, provisional)
        below = parts.get(one.code, ()) if isinstance(one, IndexGroup) else ()
        weights = [_weight(part, recipe.weights) for part in below]
        shares = [weight / (sum(weights) or 1.0) for weight in weights]
        waiting.extend((part, depth + 1, share, whole * share) for part, share in reversed(list(zip(below, shares, strict=True))))


def _weight(part: IndexGroup | IndexIndicator, method: Method) -> float:
    return float(part.weight > 0) if method.name == "equal" else part.weight


class _Words:
    """Says methods in words."""

    def __init__(self, says: Says | None) -> None:
        self._says = says

    def of(self, stage: Stage, method: Method) -> str:
        """Return a method by name, with its options and what it does."""
        told = self._says(stage, method) if self._says else ""
        return f"{self.brief(method)}. {told[:1].upper()}{told[1:]}." if told else f"{self.brief(method)}."

    def brief(self, method: Method) -> str:
        """Return a method by name, with its options."""
        options = [f"{name.replace('_', ' ')} {_option(value)}" for name, value in method.options.items()]
        version = [] if method.version == "1" else [f"version {method.version}"]
        return f"{method.name} ({'; '.join(version + options)})" if options or version else method.name


def _option(value: Option) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(f'{one:g}' for one in value)}]"
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "as it is"}[value]
    return f"{value:g}" if isinstance(value, float) else str(value)


def _whole(recipe: Recipe) -> list[str]:
    counts = ", ".join(f"{len(recipe.at_level(level))} × {level}" for level in recipe.levels[1:])
    make = "makes" if len(recipe.indicators) == 1 else "make"
    told = [f"{_count(len(recipe.indicators), 'indicator')} {make} composites: {counts}."]
    told += [f"Source: {recipe.source}."] if recipe.source else []
    return told


def _figures(recipe: Recipe) -> list[str]:
    told = (
        ["The newest year of the table is taken."] if recipe.reference_year is None else [f"Figures of {recipe.reference_year} are taken."]
    )
    if recipe.tolerance_years:
        told.append(f"Where there is none, one that is up to {_count(recipe.tolerance_years, 'year')} older takes its place and is marked.")
    for one in recipe.indicators:
        if one.reference_year is not None or one.tolerance_years is not None:
            year = "the newest year" if one.reference_year is None else str(one.reference_year)
            older = recipe.tolerance_years if one.tolerance_years is None else one.tolerance_years
            told.append(f"{one.name}: {year}, up to {_count(older, 'year')} older.")
        if one.denominator:
            told.append(f"{one.name} is divided by {one.denominator}.")
    return told


def _screening(recipe: Recipe) -> list[str]:
    told = []
    if recipe.screen.units > 0:
        told.append(f"A unit with less than {_percent(recipe.screen.units)} of its figures.")
    if recipe.screen.indicators > 0:
        told.append(f"An indicator that less than {_percent(recipe.screen.indicators)} of the units have.")
    return told or ["Nobody, and no indicator."]


def _gaps(recipe: Recipe, method: _Words) -> list[str]:
    return ["Gaps stay gaps."] if recipe.impute.name == "none" else [f"Gaps are filled. {method.of(Stage.IMPUTE, recipe.impute)}"]


def _of_their_own(recipe: Recipe, stage: Stage, method: _Words) -> list[str]:
    told = []
    for one in recipe.indicators:
        own = one.treat if stage is Stage.TREAT else one.normalise
        if own is not None:
            told.append(f"{one.name}: {method.brief(own)}.")
    return told


def _scale(recipe: Recipe, method: _Words) -> list[str]:
    together = "fitted to all years together, so that scores compare over time" if recipe.fixed_over_years else "fitted to each year alone"
    return [method.of(Stage.NORMALISE, recipe.normalise), f"What depends on the data is {together}."]


def _means(recipe: Recipe, method: _Words) -> list[str]:
    by_level = [(level, recipe.aggregate.get(level, Method("arithmetic"))) for level in recipe.levels[1:]]
    if all(one == by_level[0][1] for _, one in by_level):
        told = [f"On every level: {method.of(Stage.AGGREGATE, by_level[0][1])}"]
    else:
        told = [f"{level}: {method.of(Stage.AGGREGATE, one)}" for level, one in by_level]
    return told + [f"{one.name}: {method.of(Stage.AGGREGATE, one.aggregate)}" for one in recipe.groups if one.aggregate]


def _coverage(recipe: Recipe) -> list[str]:
    shares = {level: recipe.coverage.get(level, 0.0) for level in recipe.levels[1:]}
    if len(set(shares.values())) == 1:
        needed = next(iter(shares.values()))
        told = [f"A composite needs {_percent(needed)} of its parts, by weight; with less it is refused."] if needed else []
    else:
        told = [f"{level}: refused with less than {_percent(share)} of its parts, by weight." for level, share in shares.items() if share]
    own = [
        f"{one.name}: refused with less than {_percent(one.coverage)} of its parts." for one in recipe.groups if one.coverage is not None
    ]
    return [*(told or ["A composite is made of whatever there is."]), *own]


def _judging(recipe: Recipe) -> list[str]:
    shared = {"min": "Equal scores share the best of their ranks.", "dense": "Equal scores share a rank, and the next number follows."}
    told = [shared.get(recipe.ties, f"Equal scores: {recipe.ties}.")]
    if recipe.bands:
        told.append(f"Bands: {'; '.join(f'{one.letter} {one.name} from {one.at_least:g}' for one in recipe.bands)}.")
    if recipe.peers.groups:
        left = f"{recipe.peers.nearest} units of the nearest profile" if recipe.peers.nearest else "no peers"
        told.append(f"Peers share {' and '.join(recipe.peers.groups)}; a unit whose labels nobody shares has {left}.")
    else:
        told.append(f"Peers are the {recipe.peers.nearest} units of the nearest profile.")
    return told


def _doubt(recipe: Recipe, method: _Words) -> list[str]:
    design = recipe.uncertainty
    if not design.inputs:
        return ["Nothing is drawn: the ranks stand without intervals."]
    told = [
        f"{design.runs:,} runs give intervals of {_percent(design.level)} and the odds of a rank among the first {design.top}. Drawn are:"
    ]
    return told + [f"{one.name}: {_drawn(recipe, one, method)}." for one in design.inputs]


def _drawn(recipe: Recipe, one: UncertainInput, method: _Words) -> str:
    if one.origin is Origin.CHOICE:
        level = f" on the level {one.level}" if one.level else ""
        return f"to {one.stage}{level}, {' or '.join(method.brief(way) for way in one.methods)}"
    if one.origin is Origin.WEIGHTS:
        where = f" on the levels {', '.join(one.levels)}" if one.levels else ""
        if one.given_sets:
            return f"one of {len(one.given_sets)} sets of weights that the recipe gives"
        sets = f", one of {one.sets} sets" if one.sets else ""
        return f"each weight{where} up to {_percent(one.share)} more or less{sets}"
    if one.origin is Origin.LEFT_OUT:
        return f"one of these or none is left out: {', '.join(_named(recipe, code) for code in one.codes)}"
    return "the standard errors that figures state" if one.origin is Origin.SAMPLING else "what fills the gaps"


def _provisional(recipe: Recipe) -> list[str]:
    allowed, told = set(recipe.allowed_unverified), []
    taken = [code for code in recipe.provisional if code in allowed]
    refused = [code for code in recipe.provisional if code not in allowed]
    if taken:
        told.append(f"Benchmarks that were not read in an official text and are taken all the same: {_listed(recipe, taken)}.")
    if refused:
        told.append(
            f"Benchmarks that were not read in an official text, refused until allow_unverified names them: {_listed(recipe, refused)}."
        )
    return told


def _lacking(recipe: Recipe) -> list[str]:
    by_lack: dict[str, list[str]] = {}
    for code, lack in recipe.needs.items():
        by_lack.setdefault(lack, []).append(code)
    return [f"{lack[:1].upper()}{lack[1:]}: {_listed(recipe, codes)}." for lack, codes in by_lack.items()]


def _listed(recipe: Recipe, codes: list[str]) -> str:
    names = ", ".join(_named(recipe, code) for code in codes[:_LISTED])
    return f"{names} and {len(codes) - _LISTED} more" if len(codes) > _LISTED else names


def _named(recipe: Recipe, code: str) -> str:
    parts: list[IndexGroup | IndexIndicator] = [*recipe.groups, *recipe.indicators]
    name = next((one.name for one in parts if one.code == code), code)
    return code if name == code else f"{code} {name}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"
