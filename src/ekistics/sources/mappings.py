"""The mapping file of an indicator table: which column says what, in YAML, checked so that each fault names its key.

`measure` is one figure of a row. A long table has one for each text in its indicator column (`indicator.values`), or one for all
rows; a wide table has one for each column of values. `unit` is the true unit of the numbers in the file, whatever its label says;
`to` is the unit of the indicator's card, reached by a listed factor or not at all.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ekistics.model.errors import InvalidInput
from ekistics.model.observations import NO_BOUNDARY, ErrorSource, Flag, Origin, Status
from ekistics.model.periods import Period
from ekistics.model.places import PlaceKind
from ekistics.model.units import factor

_MAX_BYTES = 2_000_000


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MeasureMapping(_Part):
    """One figure of a row. The columns of terms and errors are in the unit of the value but for terms, which keep their own."""

    indicator: str = Field(min_length=1)
    """Code of the indicator; `ekistics indicators` lists them."""
    unit: str
    """True unit of the numbers in the file (UCUM: `%`, `km2`, `{person}`), whatever its label says."""
    to: str | None = None
    """Unit of the indicator's card, where it differs: reached by a listed factor or not at all."""
    label: str | None = None
    """What the file calls the unit, where that is wrong (a fraction labelled `%`); kept as a note."""
    column: str | None = None
    """Column of the values, in a wide table; in a long one it is `value` of the whole mapping."""
    period: str | None = None
    """Reference period of this column (`2015`), where the table has no column of periods."""
    breakdown: dict[str, str] = {}
    """Of whom the figures of this column are, as dimension and code (`{SEX: F}`)."""
    numerator: str | None = None
    """Column of the upper term of a share or rate."""
    denominator: str | None = None
    """Column of the lower term."""
    standard_error: str | None = None
    """Column of the standard error."""
    lower: str | None = None
    """Column of the lower end of the interval."""
    upper: str | None = None
    """Column of its upper end."""
    level: float | None = Field(default=None, gt=0, lt=1)
    """Level of the interval, such as 0.95."""
    sample_size: str | None = None
    """Column of the number of units observed."""
    error_source: ErrorSource = ErrorSource.SAMPLING
    """Of the standard error or interval, where there is one."""

    @model_validator(mode="after")
    def _reachable(self) -> MeasureMapping:
        try:
            factor(self.unit, self.to or self.unit)
            if self.period is not None:
                Period.parse(self.period)
        except InvalidInput as error:
            raise ValueError(error.sentence()) from error
        return self


class IndicatorMapping(_Part):
    """Where the indicator stands in a long table: a column, and the measure of each text in it; other texts are left out and said."""

    column: str
    """Column that names the indicator of a row."""
    values: dict[str, MeasureMapping]
    """By each text of that column, the measure that it stands for."""


class PlaceMapping(_Part):
    """Where the place stands: a column of codes (or of names with `codes` to look them up), or one `code` for all rows.

    `empty` is the code of rows whose cell is empty (empty means the country). `kind` makes a place of each code that is new.
    """

    column: str | None = None
    """Column of the codes, or of names that `codes` translates."""
    code: str | None = None
    """One place for all rows, in place of a column."""
    codes: dict[str, str] = {}
    """By text of the column, the code of the place; what is not listed is taken as a code."""
    only_listed: bool = False
    """Leave out the rows of places that `codes` does not list."""
    empty: str | None = None
    """Code of the rows whose cell is empty (where empty means the country)."""
    prefix: str = ""
    """Put before each code of the column (`XX_` makes `XX_01` of `01`)."""
    name: str | None = None
    """Column of the names, for places that are new."""
    kind: PlaceKind | None = None
    """Make a place of this kind of each code that is not on record."""

    @model_validator(mode="after")
    def _one_way(self) -> PlaceMapping:
        if (self.column is None) == (self.code is None):
            raise ValueError("give either column or code")
        return self


class PeriodMapping(_Part):
    """Where the reference period stands: a column (`2015`, `2015-06`, `2011-2021`, a date), two columns, or one text for all rows."""

    column: str | None = None
    """Column of periods: `2015`, `2015-06`, `2011-2021`, or a date."""
    start: str | None = None
    """Column of the first day or year, with `end`."""
    end: str | None = None
    """Column of the last day or year, included."""
    text: str | None = None
    """One period for all rows."""


class BreakdownMapping(_Part):
    """A column of a breakdown: an empty cell means the total, and so does a text in `total`."""

    column: str
    """Column that says of whom a row is."""
    dimension: str = Field(pattern=r"^[A-Z][A-Z0-9_]*$")
    """SDMX dimension, such as `SEX` or `AGE`."""
    codes: dict[str, str] = {}
    """By text of the column, its SDMX code; where codes are given, rows of other texts are rejected."""
    total: list[str] = []
    """Texts that mean all; an empty cell always does."""


class LeaveOutMapping(_Part):
    """Rows that are no figures of a place of ours (regional means among cities), with the reason that is said."""

    column: str
    """Column to look at."""
    empty: bool = False
    """Leave out rows whose cell is empty."""
    equals: list[str] = []
    """Leave out rows whose cell is one of these."""
    starts: list[str] = []
    """Leave out rows whose cell starts with one of these."""
    reason: str = Field(min_length=3)
    """Why; the import report says it."""


class SeriesMapping(_Part):
    """Whose figures these are."""

    source: str = Field(min_length=1)
    """Who says so and the data set (`statistics-office/census`); the same from year to year."""
    origin: Origin = Origin.REPORTED
    """How the figures came about."""
    edition: str = ""
    """Edition, only where the publisher re-estimates the whole history and both stay in use."""
    variant: str = "default"
    """Named set of parameters, where the publisher gives several."""


class StatusMapping(_Part):
    """A column that says what a figure is worth: each text a main status; or a set of flags."""

    column: str
    """Column that says what a figure is worth."""
    codes: dict[str, Status] = {}
    """By text of the column, the SDMX status of the figure."""
    flags: dict[str, Flag] = {}
    """By text of the column, a further mark: B break, P provisional, D definition differs, V not validated."""


class TableMapping(_Part):
    """A whole mapping file."""

    series: SeriesMapping
    """Whose figures these are."""
    place: PlaceMapping
    """Where the place of a row stands."""
    period: PeriodMapping = PeriodMapping()
    """Where its reference period stands."""
    measures: tuple[MeasureMapping, ...] = ()
    """The figures of a row: one for all rows, or one a column (wide table)."""
    indicator: IndicatorMapping | None = None
    """In a long table with several indicators: where the indicator stands."""
    value: str | None = None
    """Column of the values, in a long table."""
    breakdowns: tuple[BreakdownMapping, ...] = ()
    """Columns that say of whom a figure is."""
    leave_out: tuple[LeaveOutMapping, ...] = ()
    """Rows that are no figures of a place of ours."""
    status: StatusMapping | None = None
    """Column of statuses or marks."""
    boundary: str = NO_BOUNDARY
    """Boundary edition that all figures are for."""
    sheet: str | None = None
    """Sheet of a workbook; the first where none is named."""
    header_row: int = Field(default=1, ge=1)
    """Row of the header, counted from 1."""
    header_rows: int = Field(default=1, ge=1, le=5)
    """Rows that the header takes; they are joined."""
    encoding: str | None = None
    """Encoding of the file, where it is not found by itself."""
    delimiter: Literal[",", ";", "\t", "|"] | None = None
    """Mark between the columns, where it is not found by itself."""
    decimal: Literal[".", ","] = "."
    """Decimal mark."""
    thousands: Literal["", ".", ","] = ""
    """Mark between thousands."""
    missing: list[str] | None = None
    """Texts that mean no figure, in place of the usual ones (empty, `n/a`, `..`, `-`, `:`, `x` and the like)."""
    missing_figures: Literal["keep", "leave out"] = "keep"
    """`keep` puts a missing figure on record as missing; `leave out` says only how many there are."""

    @model_validator(mode="after")
    def _one_form(self) -> TableMapping:
        if self.decimal == self.thousands:
            raise ValueError("decimal and thousands are the same mark")
        if (self.indicator is None) == (not self.measures):
            raise ValueError("give either measures (one, or one a column), or indicator (a column and its values)")
        if self.value is None and (self.indicator is not None or any(one.column is None for one in self.measures)):
            raise ValueError("value: name the column of values, or give each measure its column")
        given = self.period.column or self.period.text or (self.period.start and self.period.end)
        if not given and not (self.measures and all(one.period for one in self.measures)):
            raise ValueError("period: name a column or give a text, or give each measure its period")
        return self

    def columns(self) -> list[str]:
        """Return every column that the mapping names."""
        measures = self.measures or tuple(self.indicator.values.values() if self.indicator else ())
        named = [self.value, self.place.column, self.place.name, self.period.column, self.period.start, self.period.end]
        named += [self.indicator.column if self.indicator else None, self.status.column if self.status else None]
        named += [one.column for one in self.breakdowns] + [one.column for one in self.leave_out]
        for one in measures:
            named += [one.column, one.numerator, one.denominator, one.standard_error, one.lower, one.upper, one.sample_size]
        return list(dict.fromkeys(name for name in named if name is not None))


def read_mapping(path: Path) -> TableMapping:
    """Read a mapping file.

    Raises
    ------
    InvalidInput
        If it is not there, or no YAML mapping, or a key is missing, unknown or wrong: all faults at once, each with its key.
    """
    if not path.is_file():
        raise InvalidInput(
            "the mapping file is not there", file=str(path), mend="check its name, or write one with: ekistics import --propose"
        )
    if path.stat().st_size > _MAX_BYTES:
        raise InvalidInput("the mapping file is too large to be one", file=path.name)
    try:
        told: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        said = str(error).replace("\n", " ")[:200]
        raise InvalidInput(f"the mapping cannot be read ({said})", file=path.name, mend="write it as YAML in UTF-8") from error
    return parse_mapping(told, file=path.name)


def parse_mapping(told: Any, *, file: str) -> TableMapping:
    """Check a mapping that is plain data.

    Raises
    ------
    InvalidInput
        With each key that is wrong, and why.
    """
    if not isinstance(told, dict):
        raise InvalidInput(
            "the mapping is empty or holds no keys", file=file, expected="keys series, place, period and measures or indicator"
        )
    try:
        return TableMapping.model_validate(told)
    except (ValidationError, RecursionError) as error:
        faults = error.errors() if isinstance(error, ValidationError) else []
        said = "; ".join(f"{'.'.join(str(key) for key in fault['loc']) or 'the whole'}: {fault['msg']}" for fault in faults)
        raise InvalidInput(f"the mapping has faults: {said}", file=file, mend="correct these keys") from error
