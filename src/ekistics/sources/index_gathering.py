"""The rows of a person's table, gathered block by block into the arrays of an index table, with all that is wrong with them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ekistics.model.index_tables import IndexTable
from ekistics.model.problems import Severity
from ekistics.model.recipes import Recipe
from ekistics.sources.delimited_columns import TextColumn
from ekistics.sources.faults import Faults
from ekistics.sources.index_columns import IndexColumns, IndexFileOptions, codes_by_text
from ekistics.sources.number_columns import NumberReader
from ekistics.sources.numbers import MISSING_CODES, NumberStyle
from ekistics.sources.row_keys import parse_period
from ekistics.sources.spreadsheets import Cell
from ekistics.sources.table_rows import plain_text

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

MOST_CELLS = 200_000_000
"""Years × indicators × units held at once (1.6 GB)."""
LIKELY_MISSING = (-99.0, -999.0, -9999.0, -99999.0, -999999.0)
"""Numbers that tables put where there is no figure."""
_FAR = 20.0
"""Such a number is suspected where it lies so many times further from zero than any other figure, or is the only negative one."""
_AS_SEEN, _PART_OF_ONE = ("%", "%/a"), ("1", "/a")
_LISTED = 12


@dataclass(frozen=True)
class Block:
    """Some rows: their numbers in the file, which of them fit the header, and their cells by position of the column."""

    numbers: Integers
    fits: Flags
    columns: Mapping[int, Sequence[Cell]]


@dataclass(frozen=True)
class _Rows:
    """Rows that could be placed: position of the unit, year, number in the file; of a tidy table also the position of the indicator."""

    unit: Integers
    year: Integers
    number: Integers
    code: Integers

    @classmethod
    def joined(cls, parts: Sequence[_Rows]) -> _Rows:
        return cls(*(np.concatenate([getattr(one, name) for one in parts]) for name in ("unit", "year", "number", "code")))


_TIDY = ""
"""Where the columns of a tidy table are gathered: they belong to no one indicator."""


class Gathering:
    """Gathers the rows of one file."""

    def __init__(self, header: Sequence[str], columns: IndexColumns, recipe: Recipe, options: IndexFileOptions, faults: Faults) -> None:
        self._header, self._columns, self._recipe, self.options, self._faults = header, columns, recipe, options, faults
        usual = {code.strip().casefold() for code in (*MISSING_CODES, *options.missing)}
        self._numbers = NumberReader(NumberStyle(options.decimal, options.thousands, frozenset(usual)))
        self._indicators = [one.code for one in recipe.indicators]
        self._units_of_code = {one.code: one.unit for one in recipe.indicators}
        denominators = [one.denominator for one in recipe.indicators if one.denominator]
        self._codes = list(dict.fromkeys((*self._indicators, *denominators)))
        self._denominators = tuple(dict.fromkeys(denominators))
        self._code_at = {code: at for at, code in enumerate(self._codes)}
        self._by_text = codes_by_text(recipe)
        self._unit_at: dict[str, int] = {}
        self._year_of: dict[str, int | None] = {}
        self._rows: list[_Rows] = []
        self._figures: dict[str, list[Floats]] = defaultdict(list)
        self._errors: dict[str, list[Floats]] = defaultdict(list)
        self._texts: dict[str, list[tuple[Integers, Integers, list[str]]]] = defaultdict(list)
        self._measured: dict[str, Counter[str]] = defaultdict(Counter)
        self._signs: dict[str, set[bool]] = defaultdict(set)
        self._unlisted: Counter[str] = Counter()
        self.used = 0

    def take(self, block: Block) -> int:
        """Take a block and return how many rows it had; `used` counts those that could be placed."""
        codes = _plain_texts(block.columns[self._columns.unit])
        good = block.fits & np.array([bool(code) for code in codes])
        self._say_unnamed(block, codes)
        years = self._years(block, good)
        good &= years >= 0
        kept = np.flatnonzero(good)
        rows, years = block.numbers[kept], years[kept]
        units = np.array([self._unit_at.setdefault(codes[at], len(self._unit_at)) for at in kept.tolist()], np.int64)
        cells = {at: _chosen(column, kept, len(codes)) for at, column in block.columns.items()}
        self._take_texts(cells, units, years)
        if self._columns.long is None:
            self._take_wide(cells, units, years, rows)
        else:
            self._take_tidy(cells, units, years, rows)
        self.used += len(kept)
        return len(codes)

    def table(self, source: str) -> IndexTable | None:
        """Lay out what was gathered; faults are told, and None is given where there is nothing to lay out."""
        if not self._unit_at:
            mend = "see that the table has rows below its header"
            self._faults.add(
                "no-rows", "The table has no row that can be used.", Severity.REJECTED, None, expected="one row a unit", mend=mend
            )
            return None
        rows = _Rows.joined(self._rows)
        years = np.unique(rows.year).tolist()
        if len(years) * len(self._codes) * len(self._unit_at) > MOST_CELLS:
            found = f"{len(years):,} years × {len(self._codes):,} indicators × {len(self._unit_at):,} units"
            mend = "leave out units or years that are not to be compared"
            said = "The table spans more than can be held at once."
            self._faults.add("too-large", said, Severity.REJECTED, None, found=found, expected=f"at most {MOST_CELLS:,} cells", mend=mend)
            return None
        again = self._again(rows, years)
        cube = self._cube(self._figures, rows, years, again)
        errors = self._cube(self._errors, rows, years, again) if self._errors else None
        self._say_of_columns(cube)
        return self._laid_out(cube, errors, years, source)

    def _laid_out(self, cube: Floats, errors: Floats | None, years: list[int], source: str) -> IndexTable:
        codes = tuple(self._unit_at)
        at = [self._code_at[code] for code in self._indicators]
        known = {code: self._measured_in(code) for code in self._indicators}
        names = self._newest_texts("name") if self._columns.name is not None else codes
        return IndexTable(
            units=codes,
            names=tuple(name or code for name, code in zip(names, codes, strict=True)),
            years=tuple(years),
            indicators=tuple(self._indicators),
            values=np.ascontiguousarray(cube[:, at]),
            standard_errors=None if errors is None else np.ascontiguousarray(errors[:, at]),
            denominators={code: np.ascontiguousarray(cube[:, self._code_at[code]]) for code in self._denominators},
            labels={label: self._newest_texts(f"label {label}") for label in self._columns.labels},
            measured_in={code: unit for code, unit in known.items() if unit},
            source=source,
        )

    # rows

    def _say_unnamed(self, block: Block, codes: Sequence[str]) -> None:
        heading = self._header[self._columns.unit]
        figures = self._figure_positions()
        for at in [number for number, code in enumerate(codes) if not code]:
            row = int(block.numbers[at])
            if any(plain_text(block.columns[column][at]) for column in figures):
                mend = "write the code of the unit, or name the column that holds it"
                said = "The row has figures and names no unit."
                self._faults.add("no-unit", said, Severity.REJECTED, row, heading, found="an empty cell", expected="a code", mend=mend)
            else:
                said = "The row names no unit and has no figure; it was passed over."
                self._faults.add("row-without-unit", said, Severity.LEFT_OUT, row, heading)

    def _figure_positions(self) -> tuple[int, ...]:
        tidy = self._columns.long
        return (tidy.value,) if tidy else tuple(self._columns.figures.values())

    def _years(self, block: Block, good: Flags) -> Integers:
        """Return the year of each row, -1 where it is none."""
        column = self._columns.year
        if column is None:
            year = self.options.table_year if self.options.table_year is not None else self._recipe.reference_year
            return np.full(len(good), year or 0, np.int64)
        found = np.full(len(good), -1, np.int64)
        for at, text in enumerate(_plain_texts(block.columns[column])):
            if text not in self._year_of:
                period = parse_period(text)
                self._year_of[text] = period.end.year if period else None
            year = self._year_of[text]
            if year is not None:
                found[at] = year
            elif good[at]:
                self._faults.add(
                    "not-a-year", "The cell holds no year.", Severity.REJECTED, int(block.numbers[at]), self._header[column],
                    found=repr(text), expected="a year such as 2020", mend="correct it, or name the column that holds the year",
                )  # fmt: skip
        return found

    def _take_texts(self, cells: Mapping[int, Sequence[Cell]], units: Integers, years: Integers) -> None:
        asked = {f"label {label}": at for label, at in self._columns.labels.items()}
        if self._columns.name is not None:
            asked["name"] = self._columns.name
        for key, at in asked.items():
            self._texts[key].append((units, years, _plain_texts(cells[at])))

    def _newest_texts(self, key: str) -> tuple[str, ...]:
        """Return one text a unit: that of its newest year which has one."""
        found = [""] * len(self._unit_at)
        of_year = np.full(len(found), -1, np.int64)
        for units, years, texts in self._texts[key]:
            for unit, year, text in zip(units.tolist(), years.tolist(), texts, strict=True):
                if text and year >= of_year[unit]:
                    found[unit], of_year[unit] = text, year
        return tuple(found)

    # figures

    def _take_wide(self, cells: Mapping[int, Sequence[Cell]], units: Integers, years: Integers, rows: Integers) -> None:
        self._rows.append(_Rows(units, years, rows, np.zeros(len(units), np.int64)))
        for code, at in {**self._columns.denominators, **self._columns.figures}.items():
            self._figures[code].append(self._read(cells[at], at, rows, [code]))
        for code, at in self._columns.errors.items():
            self._errors[code].append(self._read(cells[at], at, rows, [code], is_error=True))

    def _take_tidy(self, cells: Mapping[int, Sequence[Cell]], units: Integers, years: Integers, rows: Integers) -> None:
        tidy = self._columns.long
        assert tidy is not None  # noqa: S101 - the caller asked
        texts = _plain_texts(cells[tidy.indicator])
        named = [self._by_text.get(text) or self._by_text.get(text.casefold()) for text in texts]
        self._unlisted.update(text for text, code in zip(texts, named, strict=True) if code is None)
        kept = np.array([at for at, code in enumerate(named) if code is not None], np.int64)
        told = [code for code in named if code is not None]
        codes = np.array([self._code_at[code] for code in told], np.int64)
        if tidy.measured_in is not None:
            for code, cell in zip(told, _chosen(cells[tidy.measured_in], kept, len(texts)), strict=True):
                self._measured[code][plain_text(cell)] += 1
        self._rows.append(_Rows(units[kept], years[kept], rows[kept], codes))
        for at, is_error, into in ((tidy.value, False, self._figures), (tidy.standard_error, True, self._errors)):
            if at is not None:
                column = _chosen(cells[at], kept, len(texts))
                into[_TIDY].append(self._read(column, at, rows[kept], told, is_error=is_error))

    def _read(self, column: Sequence[Cell], at: int, rows: Integers, codes: Sequence[str], *, is_error: bool = False) -> Floats:
        """Read a column of numbers; `codes` is one code for all, or one a cell."""
        read = self._numbers.read(column)
        for place, expected in read.faults.items():
            self._faults.add(
                "not-a-number", "The cell holds something else than a number.", Severity.REJECTED, int(rows[place]), self._header[at],
                found=repr(plain_text(column[place])), expected=expected,
                mend="correct the cell, or declare its text as a missing code (--missing), or the decimal or thousands mark",
            )  # fmt: skip
        value = read.value
        for place in np.flatnonzero(read.is_percent).tolist():
            unit = self._units_of_code.get(codes[place if len(codes) > 1 else 0], "")
            if unit in _PART_OF_ONE:
                value[place] /= 100.0
            elif unit and unit not in _AS_SEEN:
                value[place] = np.nan
                said = "The cell holds a per-cent sign, and the recipe has the indicator in another unit."
                self._faults.add(
                    "percent-sign", said, Severity.REJECTED, int(rows[place]), self._header[at], expected=f"a number in {unit}"
                )
        if len(codes) == 1 and not self._units_of_code.get(codes[0]) and not is_error:
            self._signs[codes[0]].update(read.is_percent[~np.isnan(value)].tolist())
        if is_error and (value < 0).any():
            said = "A standard error is negative."
            for place in np.flatnonzero(value < 0).tolist():
                self._faults.add("negative-error", said, Severity.REJECTED, int(rows[place]), self._header[at], expected="0 or more")
            value[value < 0] = np.nan
        return value

    # the whole

    def _again(self, rows: _Rows, years: list[int]) -> Flags:
        """Return which rows speak of what a row before them spoke of, and tell them."""
        place = (np.searchsorted(np.array(years, np.int64), rows.year) * len(self._codes) + rows.code) * len(self._unit_at) + rows.unit
        order = np.argsort(place, kind="stable")
        again = np.zeros(len(place), bool)
        again[order[1:]] = place[order[1:]] == place[order[:-1]]
        if again.any():
            first = order[np.searchsorted(place[order], place[again])]
            self._say_twice(rows, np.flatnonzero(again), first)
        return again

    def _say_twice(self, rows: _Rows, again: Integers, first: Integers) -> None:
        codes, is_tidy, has_year = tuple(self._unit_at), self._columns.long is not None, self._columns.year is not None
        said = "A figure stands in the table twice." if is_tidy else "A unit stands in the table twice."
        expected = "one row a unit" + (", indicator" if is_tidy else "") + (" and year" if has_year else "")
        mend = "keep one of the rows" + ("" if has_year else ", or name the column that holds the year")
        for at, before in zip(again.tolist(), first.tolist(), strict=True):
            what = codes[rows.unit[at]] + (f" in {rows.year[at]}" if has_year else "")
            what += f", {self._codes[rows.code[at]]}" if is_tidy else ""
            found = f"{what}, also in row {rows.number[before]}"
            heading = self._header[self._columns.unit]
            self._faults.add("twice", said, Severity.REJECTED, int(rows.number[at]), heading, found=found, expected=expected, mend=mend)

    def _cube(self, columns: Mapping[str, list[Floats]], rows: _Rows, years: list[int], again: Flags) -> Floats:
        """Lay columns out as (years, codes, units); of two rows for one place the first is taken."""
        cube = np.full((len(years), len(self._codes), len(self._unit_at)), np.nan)
        kept = np.flatnonzero(~again)
        unit, year = rows.unit[kept], np.searchsorted(np.array(years, np.int64), rows.year[kept])
        for code in list(columns):
            at = rows.code[kept] if code == _TIDY else self._code_at[code]
            cube[year, at, unit] = np.concatenate(columns[code])[kept]
            columns[code].clear()  # each column is held once
        return cube

    def _say_of_columns(self, cube: Floats) -> None:
        for code in self._codes:
            if self._columns.long is None and code not in self._columns.figures and code not in self._columns.denominators:
                continue  # its absence was told
            heading = self._heading_of(code)
            figures = cube[:, self._code_at[code]]
            self._take_out_codes(figures, heading)
            if np.isnan(figures).all():
                mend = "fill it, or leave the indicator out of the recipe"
                said = "The indicator has no figure at all."
                self._faults.add("all-missing", said, Severity.REJECTED, None, heading, found="no figure", expected="figures", mend=mend)
            if len(self._signs[code]) > 1:
                mend = "give the recipe a unit for it: % or 1"
                said = "Some cells have a per-cent sign and some none, and the recipe gives no unit."
                self._faults.add("percent-mixed", said, Severity.REJECTED, None, heading, expected="one way of writing", mend=mend)
        self._say_empty_units(cube)
        if self._unlisted:
            listed = ", ".join(text or "nothing" for text, _ in self._unlisted.most_common(_LISTED))
            said = "Rows of indicators that the recipe does not name were left aside."
            self._faults.add("indicator-unused", said, Severity.NOTE, None, found=f"{len(self._unlisted)} indicators: {listed}")

    def _take_out_codes(self, figures: Floats, heading: str) -> None:
        """Tell numbers that stand for a missing figure without being declared so, and take them out."""
        for code in LIKELY_MISSING:
            if code in self.options.true_values or not (is_code := figures == code).any():
                continue
            others = figures[~is_code & ~np.isnan(figures) & ~np.isin(figures, LIKELY_MISSING)]
            if len(others) and others.min() < 0 and abs(code) <= _FAR * np.abs(others).max():
                continue
            self._faults.add(
                "missing-code", "The column holds a number that looks like a code for a figure that is not there.", Severity.REJECTED,
                None, heading, found=f"{code:g}, {int(is_code.sum()):,} times", expected="figures, and nothing where there is none",
                mend=f"say that it is a missing code (--missing={code:g}) or a true figure (--true-value={code:g})",
            )  # fmt: skip
            figures[is_code] = np.nan

    def _say_empty_units(self, cube: Floats) -> None:
        empty = np.flatnonzero(np.isnan(cube).all(axis=(0, 1)))
        if len(empty) and len(empty) < len(self._unit_at):
            codes = tuple(self._unit_at)
            listed = ", ".join(codes[at] for at in empty[:_LISTED].tolist())
            said = "Units have no figure at all; they get no score."
            self._faults.add("unit-without-figures", said, Severity.NOTE, None, found=f"{len(empty):,}: {listed}")

    def _heading_of(self, code: str) -> str:
        at = self._columns.figures.get(code, self._columns.denominators.get(code))
        return code if at is None else self._header[at]

    def _measured_in(self, code: str) -> str:
        """Return the unit that the table says an indicator stands in; several are told."""
        units = [one for one in self._measured[code] if one]
        if len(units) > 1:
            mend = "bring its figures to one unit"
            said = "The figures of an indicator stand in several units."
            self._faults.add("several-units", said, Severity.REJECTED, None, code, found=", ".join(units), expected="one unit", mend=mend)
        if units:
            return units[0]
        if told := self._columns.measured_in.get(code, ""):
            return told
        return "%" if self._signs[code] == {True} else ""


def _plain_texts(column: Sequence[Cell]) -> list[str]:
    return column.plain() if isinstance(column, TextColumn) else [plain_text(cell) for cell in column]


def _chosen(column: Sequence[Cell], kept: Integers, of: int) -> Sequence[Cell]:
    return column if len(kept) == of else [column[at] for at in kept.tolist()]
