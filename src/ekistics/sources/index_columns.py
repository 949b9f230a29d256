"""Which column of a person's table is what: the codes and names of units, the year, the indicators of a recipe, their errors.

What the options name is taken; the rest is recognised by its heading and told. Nothing is taken for an indicator that the recipe
does not name.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ekistics.model.problems import Severity
from ekistics.model.recipes import Method, Recipe
from ekistics.model.units import is_listed
from ekistics.sources.faults import Faults

UNIT_HEADINGS = ("unit", "code", "unit_code", "ucode", "place", "place_code", "city_code", "geo_id", "geo_code", "geoid", "iso3", "id")
NAME_HEADINGS = ("name", "unit_name", "uname", "city_name", "place_name", "geo_name", "city", "district", "municipality", "country")
YEAR_HEADINGS = ("year", "time", "period", "time_period", "reference_year")
INDICATOR_HEADINGS = ("indicator", "indicator_code", "icode", "series", "variable")
VALUE_HEADINGS = ("value", "obs_value", "figure")
ERROR_HEADINGS = ("standard_error", "se", "std_error")
MEASURE_HEADINGS = ("measured_in", "unit_of_measure", "unit_measure", "measurement_unit")
WHERE_HEADINGS = frozenset({"lat", "lon", "long", "lng", "latitude", "longitude", "x", "y"})
"""Headings of numbers that say where a unit is, and nothing about how it is doing."""
_ERROR_SUFFIXES = (" standard error", "_standard_error", "_se", " se", " (se)", " (standard error)")
_IN_BRACKETS = re.compile(r"\s*[\[(]([^\[\]()]+)[\])]\s*$")
_LISTED = 400
_FEW = 100
"""Letters of headings that are listed where one is absent: more hides what is said."""


@dataclass(frozen=True)
class IndexFileOptions:
    """How a person's table is written, and which column is what where its heading does not say so.

    Attributes
    ----------
    unit, name, year : headings of the units' codes, their names, the year; recognised when empty
    columns : by code of an indicator or denominator, the heading of its column
    labels : headings of groupings; those that the recipe names are taken anyway
    table_year : the year that the whole table speaks of, where no column says one
    missing : texts that say that there is no figure, besides the usual ones
    true_values : numbers that are figures although they look like a code for a missing one (-9999)
    leave_out_faulty : take what is good: a cell that cannot be read becomes a missing one, a row that cannot be placed is left out
    """

    unit: str = ""
    name: str = ""
    year: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    table_year: int | None = None
    sheet: str | None = None
    header_row: int = 1
    header_rows: int = 1
    encoding: str | None = None
    delimiter: str | None = None
    decimal: str = "."
    thousands: str = ""
    missing: tuple[str, ...] = ()
    true_values: tuple[float, ...] = ()
    leave_out_faulty: bool = False


@dataclass(frozen=True)
class LongColumns:
    """Positions in a tidy table: one row a unit, indicator and year."""

    indicator: int
    value: int
    standard_error: int | None = None
    measured_in: int | None = None


@dataclass(frozen=True)
class IndexColumns:
    """Positions of columns. `figures`, `errors`, `denominators` go by code and are empty in a tidy table, which has `long`."""

    unit: int
    name: int | None
    year: int | None
    labels: Mapping[str, int]
    figures: Mapping[str, int] = field(default_factory=dict)
    errors: Mapping[str, int] = field(default_factory=dict)
    denominators: Mapping[str, int] = field(default_factory=dict)
    measured_in: Mapping[str, str] = field(default_factory=dict)
    long: LongColumns | None = None

    def used(self) -> tuple[int, ...]:
        """Return all positions in use, each once, in order."""
        tidy = self.long
        more = (tidy.indicator, tidy.value, tidy.standard_error, tidy.measured_in) if tidy else ()
        several = (self.labels, self.figures, self.errors, self.denominators)
        found = [self.unit, self.name, self.year, *more, *(at for one in several for at in one.values())]
        return tuple(sorted({at for at in found if at is not None}))


def find_columns(header: Sequence[str], recipe: Recipe, options: IndexFileOptions, faults: Faults) -> IndexColumns | None:
    """Say which column is what; None, with the faults, where one that is needed is not there."""
    headings = Headings(header, faults)
    figures, denominators = _figures(headings, recipe, options)
    taken = {*figures.values(), *denominators.values()}
    tidy = None if figures else tidy_columns(headings)
    unit = headings.named(options.unit, UNIT_HEADINGS, taken) if header else None
    name = headings.named(options.name, NAME_HEADINGS, taken | {unit})
    year = headings.named(options.year, YEAR_HEADINGS, taken | {unit, name})
    if unit is None and not options.unit:
        unit = name if name is not None else headings.first_free(taken | {year})
    if unit is None:
        if not options.unit:
            expected = f"a column with the heading {', '.join(UNIT_HEADINGS[:5])}"
            faults.add("no-column", "No column holds the codes of the units.", Severity.REJECTED, 1, expected=expected, mend="name it")
        return None
    if tidy is None:
        _say_absent(headings, recipe, figures, denominators, options)
    errors = error_columns(headings, figures)
    units = {one.code: one.unit for one in recipe.indicators}
    measured = {code: told for code, at in figures.items() if (told := unit_in(header[at], units[code]))}
    labels = {one: at for one in _label_headings(recipe, options) if (at := headings.exactly(one, must=one in options.labels)) is not None}
    found = IndexColumns(unit, name if name != unit else None, year, labels, figures, errors, denominators, measured, tidy)
    _say_unused(header, found, faults)
    return found


def unit_in(heading: str, wanted: str = "") -> str:
    """Return the unit that a heading gives in brackets at its end; empty where it gives none.

    Square brackets hold a unit. Round ones hold any words: a unit only where it is a listed one, or the one that is wanted.

    Examples
    --------
    >>> unit_in("Green area [%]"), unit_in("Area (km2)"), unit_in("Index (2018)")
    ('%', 'km2', '')
    """
    matched = _IN_BRACKETS.search(heading)
    if matched is None:
        return ""
    text = matched[1].strip()
    is_unit = heading.rstrip().endswith("]") or text == wanted or is_listed(text)
    return text if is_unit else ""


def codes_by_text(recipe: Recipe) -> dict[str, str]:
    """Return by each text that a tidy table may name an indicator or denominator with (code, name, in any case) its code."""
    found: dict[str, str] = {}
    named = [(one.code, one.name) for one in recipe.indicators]
    for code, name in (*named, *((one.denominator, "") for one in recipe.indicators if one.denominator)):
        for text in (code, name, code.casefold(), slug(code), slug(name)):
            if text:
                found.setdefault(text, code)
    return found


class Headings:
    """The headings of a table, looked up by what a recipe or a person calls a column."""

    def __init__(self, header: Sequence[str], faults: Faults) -> None:
        self.header, self.faults = header, faults
        self._by: list[dict[str, list[int]]] = [defaultdict(list) for _ in range(4)]
        for at, text in enumerate(header):
            plain = _IN_BRACKETS.sub("", text)
            for level, key in enumerate((text, plain, plain.casefold(), slug(plain))):
                if key:
                    self._by[level][key].append(at)

    def exactly(self, heading: str, *, must: bool = True) -> int | None:
        """Return where a heading stands; a fault, with the nearest one, where it must and does not."""
        found = self._by[0].get(" ".join(heading.split()), [])
        if found:
            return self._only(found, heading)
        if must:
            self.absent(heading, f"The table has no column {heading}.")
        return None

    def of(self, code: str, name: str = "") -> int | None:
        """Return the column of an indicator: by its code, with or without a unit in brackets, in any case, else by its name."""
        asked = ((code, code, code.casefold(), slug(code)), (name, name, name.casefold(), slug(name)))
        for keys in asked:
            for level, key in enumerate(keys):
                if key and (found := self._by[level].get(key)):
                    return self._only(found, code)
        return None

    def named(self, asked: str, usual: Sequence[str], taken: Iterable[int | None]) -> int | None:
        """Return the column that was asked for, else the first with one of the usual headings."""
        if asked:
            return self.exactly(asked)
        free = set(range(len(self.header))) - set(taken)
        return next((at for key in usual for at in self._by[3].get(key, ()) if at in free), None)

    def first_free(self, taken: Iterable[int | None]) -> int | None:
        """Return the first column, where it has a heading and is nothing else."""
        return 0 if self.header and self.header[0] and 0 not in set(taken) else None

    def absent(self, wanted: str, message: str) -> None:
        """Say that a column is not there, and which is nearest."""
        near = difflib.get_close_matches(wanted, self.header, n=1)
        listed = ", ".join(one for one in self.header if one)
        listed = listed if len(listed) <= _FEW else f"{len(self.header)} columns, none of this name"
        mend = f"perhaps it is {near[0]}" if near else "name the column that holds it, or leave the indicator out of the recipe"
        self.faults.add("no-column", message, Severity.REJECTED, 1, wanted, found=listed, expected=wanted, mend=mend)

    def _only(self, found: list[int], wanted: str) -> int:
        if len(found) > 1:
            said = "Several columns have this heading; which one is meant cannot be told."
            headings = ", ".join(f"{self.header[at]} (column {at + 1})" for at in found)
            mend = "rename the others, or name the column"
            self.faults.add("column-twice", said, Severity.REJECTED, 1, wanted, found=headings, expected="one column", mend=mend)
        return found[0]


def _figures(headings: Headings, recipe: Recipe, options: IndexFileOptions) -> tuple[dict[str, int], dict[str, int]]:
    names = {one.code: one.name for one in recipe.indicators}
    found: dict[str, int] = {}
    for code in (*names, *(one.denominator for one in recipe.indicators if one.denominator)):
        if code not in found:
            asked = options.columns.get(code)
            at = headings.exactly(asked) if asked else headings.of(code, names.get(code, ""))
            if at is not None:
                found[code] = at
    denominators = {one.denominator for one in recipe.indicators}
    return {code: at for code, at in found.items() if code in names}, {code: at for code, at in found.items() if code in denominators}


def tidy_columns(headings: Headings) -> LongColumns | None:
    """Return the columns of a tidy table; None where it is none."""
    indicator = headings.named("", INDICATOR_HEADINGS, ())
    value = headings.named("", VALUE_HEADINGS, ())
    if indicator is None or value is None:
        return None
    return LongColumns(indicator, value, headings.named("", ERROR_HEADINGS, ()), headings.named("", MEASURE_HEADINGS, ()))


def error_columns(headings: Headings, figures: Mapping[str, int]) -> dict[str, int]:
    """Return by code the column that holds the standard errors of an indicator."""
    by_heading = {heading.casefold(): at for at, heading in enumerate(headings.header)}
    found: dict[str, int] = {}
    for code, at in figures.items():
        for base in (code, headings.header[at], _IN_BRACKETS.sub("", headings.header[at])):
            keys = (f"{base}{suffix}".casefold() for suffix in _ERROR_SUFFIXES)
            if (error := next((by_heading[key] for key in keys if key in by_heading), None)) is not None:
                found[code] = error
                break
    return found


def _say_absent(
    headings: Headings, recipe: Recipe, figures: Mapping[str, int], denominators: Mapping[str, int], options: IndexFileOptions
) -> None:
    for one in recipe.indicators:
        if one.code not in figures and one.code not in options.columns:
            headings.absent(one.code, "The recipe's indicator has no column.")
    for code in dict.fromkeys(one.denominator for one in recipe.indicators):
        if code and code not in denominators and code not in options.columns:
            headings.absent(code, "The denominator of an indicator has no column.")


def _say_unused(header: Sequence[str], found: IndexColumns, faults: Faults) -> None:
    used = set(found.used())
    unused = [text for at, text in enumerate(header) if text and at not in used]
    if unused:
        said = "Columns that the recipe does not name were left aside."
        faults.add("column-unused", said, Severity.NOTE, 1, found=f"{len(unused)}: {', '.join(unused)}"[:_LISTED])


def _label_headings(recipe: Recipe, options: IndexFileOptions) -> tuple[str, ...]:
    """Return the groupings that are asked for: by the options, by the peers of the recipe, by an option of a method."""
    told = [value for one in _methods(recipe) for value in one.options.values() if isinstance(value, str) and value]
    return tuple(dict.fromkeys((*options.labels, *recipe.peers.groups, *told)))


def _methods(recipe: Recipe) -> Iterator[Method]:
    yield from (recipe.impute, recipe.treat, recipe.normalise, recipe.weights, *recipe.aggregate.values())
    yield from (one.aggregate for one in recipe.groups if one.aggregate)
    yield from (method for one in recipe.indicators for method in (one.treat, one.normalise) if method)
    yield from (method for one in recipe.uncertainty.inputs for method in one.methods)


def slug(text: str) -> str:
    """Return a heading as it is looked up where its case and its signs do not count."""
    return re.sub(r"[^\w]+", "_", text.casefold()).strip("_")
