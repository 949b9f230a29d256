"""One text table of a GTFS feed: all columns as trimmed texts, every row counted, and the parsing of its numbers and times.

Tolerated and counted as repaired: spaces around values, CP1252 instead of UTF-8. Rows with too many or too few values are left out.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute
import pyarrow.csv

from ekistics.model.errors import InvalidInput
from ekistics.model.extracts import Flags, Floats, Integers
from ekistics.model.problems import Problem, Severity, Tally
from ekistics.sources.archives import Member, open_member

_TIME = r"^(?P<h>\d{1,3}):(?P<m>[0-5]?\d)(?P<s>(?::[0-5]?\d)?)$"
_MOST_ROWS_NAMED = 10

_compute: Any = pyarrow.compute  # the stubs type by element, which a column read at run time does not know
TextColumn = Any
"""An Arrow array of texts; `Any` for the same reason."""


@dataclass
class FeedTable:
    """One file of a feed while it is being read: `left_out` and `repaired` are marked row by row, `problems` collected."""

    file: str
    columns: dict[str, TextColumn]
    rows: int
    malformed: int = 0
    left_out: Flags = field(default_factory=lambda: np.empty(0, bool))
    repaired: Flags = field(default_factory=lambda: np.empty(0, bool))
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.left_out, self.repaired = np.zeros(self.rows, bool), np.zeros(self.rows, bool)

    def text(self, column: str) -> TextColumn:
        """Return a column as texts without spaces around; empty texts where the column is absent."""
        if column not in self.columns:
            return pa.array([""] * self.rows, pa.string())
        raw = self.columns[column]
        trimmed = _compute.utf8_trim_whitespace(raw)
        self.repaired |= _flags(_compute.not_equal(trimmed, raw))
        return trimmed

    def numbers(self, column: str) -> Floats:
        """Return a column as numbers, NaN where empty or unreadable."""
        return _word_by_word(self.text(column), _numbers)

    def times(self, column: str) -> Floats:
        """Return `H:MM:SS` as seconds after midnight of the service day (over 24 h allowed), NaN where empty or unreadable."""
        return _word_by_word(self.text(column), _seconds)

    def dates(self, column: str) -> Integers:
        """Return `YYYYMMDD` as ordinals of the proleptic calendar, 0 where unreadable."""
        days = pd.to_datetime(pd.Series(self.text(column).to_pandas(), dtype=object), format="%Y%m%d", errors="coerce")
        ordinals = (days - pd.Timestamp("1970-01-01")).dt.days.to_numpy(dtype=np.float64) + 719163.0
        return np.asarray(np.nan_to_num(ordinals), dtype=np.int64)

    def leave_out(self, rows: Flags, kind: str, message: str, **more: str) -> None:
        """Mark rows as left out and say why; rows that are out already are passed over."""
        self._mark(rows & ~self.left_out, kind, message, Severity.LEFT_OUT, more)
        self.left_out |= rows

    def repair(self, rows: Flags, kind: str, message: str, **more: str) -> None:
        """Mark rows as repaired and say how."""
        self._mark(rows & ~self.left_out, kind, message, Severity.REPAIRED, more)
        self.repaired |= rows

    def note(self, rows: Flags, kind: str, message: str, **more: str) -> None:
        """Say something of rows that stay as they are."""
        self._mark(rows & ~self.left_out, kind, message, Severity.NOTE, more)

    def tally(self) -> Tally:
        """Return the count of this file's rows."""
        left_out = int(np.count_nonzero(self.left_out))
        repaired = int(np.count_nonzero(self.repaired & ~self.left_out))
        read = self.rows + self.malformed
        return Tally(self.file, read, self.rows - left_out - repaired, repaired, left_out + self.malformed)

    def _mark(self, rows: Flags, kind: str, message: str, severity: Severity, more: dict[str, str]) -> None:
        where = np.flatnonzero(rows)
        if len(where):
            numbers = tuple(int(row) + 2 for row in where[:_MOST_ROWS_NAMED])
            told = Problem(kind, message, severity, self.file, row=numbers[0], count=len(where), more_rows=numbers[1:], **more)
            self.problems.append(told)


def _word_by_word(texts: TextColumn, parse: Callable[[TextColumn], Floats]) -> Floats:
    """Return what each text says, read once for each different text: a feed of a million stop times holds few times of day."""
    words = texts.dictionary_encode()
    found: Floats = parse(words.dictionary)[np.asarray(words.indices)]
    return found


def _numbers(texts: TextColumn) -> Floats:
    found = np.asarray(pd.to_numeric(pd.Series(texts.to_pandas()), errors="coerce"), dtype=np.float64)
    return np.where(np.isfinite(found), found, np.nan)


def _seconds(texts: TextColumn) -> Floats:
    parts = _compute.extract_regex(texts, pattern=_TIME)
    seconds = np.zeros(len(texts))
    for name, factor in (("h", 3600.0), ("m", 60.0), ("s", 1.0)):
        part = _compute.utf8_ltrim(_compute.struct_field(parts, name), ":")
        part = _compute.if_else(_compute.equal(part, ""), "0", part)
        seconds += factor * np.asarray(_compute.fill_null(_compute.cast(part, pa.float64()), float("nan")))
    return seconds


def read_feed_table(archive: Path, member: Member | None, name: str, wanted: Iterable[str] = ()) -> FeedTable:
    """Read one text table out of a feed; an absent one is a table without rows.

    Raises
    ------
    InvalidInput
        If the text is no table, or a column of `wanted` is not in it.
    """
    label = f"{archive.name}/{name}"
    if member is None:
        return FeedTable(label, {}, 0)
    with open_member(archive, member) as stream:
        content = stream.read().removeprefix(b"\xef\xbb\xbf").lstrip()
    content, recoded = _as_utf8(content)
    if not content:
        return FeedTable(label, {}, 0)
    header = _header(content.split(b"\n", 1)[0].decode("utf-8").rstrip("\r"), label)
    names = [one.strip().strip('"').lower() for one in header]
    missing = [one for one in wanted if one not in names]
    if missing:
        raise InvalidInput(
            "a column that GTFS requires is not there", file=label, found=", ".join(names)[:200], expected=", ".join(missing)
        )
    table = _parse(content, names, label)
    if recoded:
        table.problems.append(Problem("not-utf-8", "The text is not UTF-8 and was read as CP1252.", Severity.REPAIRED, label))
    return table


def _header(line: str, label: str) -> list[str]:
    try:
        return next(csv.reader([line]), [])
    except csv.Error as error:
        raise InvalidInput("the first row is no list of columns", file=label, found=line[:60], mend="export the feed again") from error


def _as_utf8(content: bytes) -> tuple[bytes, bool]:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace").encode("utf-8"), True
    return content, False


def _parse(content: bytes, names: list[str], label: str) -> FeedTable:
    keys = [name if name and name not in names[:place] else f"column {place + 1}" for place, name in enumerate(names)]
    malformed: list[int] = []

    def skip(row: Any) -> Literal["skip"]:  # pyarrow's InvalidRow
        malformed.append(row.actual_columns)
        return "skip"

    try:
        parsed = pyarrow.csv.read_csv(
            io.BytesIO(content.split(b"\n", 1)[1] if b"\n" in content else b""),
            read_options=pyarrow.csv.ReadOptions(column_names=keys, use_threads=False, block_size=1 << 24),
            parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True, invalid_row_handler=skip),
            convert_options=pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(keys, pa.string()), strings_can_be_null=False),
        )
    except pa.ArrowInvalid as error:
        if "Empty CSV" in str(error):
            return FeedTable(label, {}, 0, len(malformed))
        raise InvalidInput(
            "the text cannot be read as a table", file=label, found=str(error)[:200], mend="export the feed again"
        ) from error
    columns = {name: pa.concat_arrays(parsed.column(name).chunks) for name in keys}
    table = FeedTable(label, columns, parsed.num_rows, len(malformed))
    if malformed:
        said = f"Rows without {len(keys)} values were left out."
        table.problems.append(
            Problem("row-malformed", said, Severity.LEFT_OUT, label, found=f"{malformed[0]} values", count=len(malformed))
        )
    return table


def plain(values: TextColumn) -> list[str]:
    """Return a column as a list of texts."""
    texts: list[str] = values.to_pylist()
    return texts


def index_of(values: TextColumn, among: TextColumn) -> Integers:
    """Return where each value first stands among others, -1 where it does not."""
    found = _compute.index_in(values, value_set=among)
    return np.asarray(_compute.fill_null(found, -1), dtype=np.int64)


def first_of_each(values: TextColumn) -> Flags:
    """Return which values have not stood before."""
    return ~pd.Series(values.to_pandas(), dtype=object).duplicated().to_numpy(dtype=bool)


def is_empty(values: TextColumn) -> Flags:
    """Return which texts are empty."""
    return _flags(_compute.equal(values, ""))


def _flags(values: Any) -> Flags:
    return np.asarray(values.to_numpy(zero_copy_only=False), dtype=bool)
