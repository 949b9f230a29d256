"""The columns of a large delimited text, read by Arrow: only where it reads as `delimited` does, cell for cell.

That is a text whose rows all have the width of the header, without blank rows, and with quotation marks, if any, around whole cells.
Anything else is not plain and is left to the reader of rows, which says what is wrong with it and where.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from typing import Any, overload

import pyarrow as pa
import pyarrow.compute
import pyarrow.csv

from ekistics.sources.delimited import DelimitedFile

_compute: Any = pyarrow.compute  # the stubs type by element, which a column read at run time does not know
_BLOCK = 1 << 23
"""Bytes parsed at a time."""
_HEAD = 1 << 18
"""Bytes that hold the header."""
_BLANK = re.compile(rb"(?:\r\n|\n|\r)[,;\t|]*(?:\r\n|\n|\r)")
_IRREGULAR = r"\s\s|[\t\n\v\f\r]"


class NotPlain(Exception):
    """The text does not read alike by Arrow and by rows; nothing that was read of it holds."""


class TextColumn(Sequence[str]):
    """A column of texts that stays in Arrow; its cells are made texts of Python one by one where they are asked for."""

    def __init__(self, array: Any) -> None:
        self.array = array

    def __len__(self) -> int:
        return len(self.array)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> TextColumn: ...
    def __getitem__(self, at: int | slice) -> str | TextColumn:
        return TextColumn(self.array[at]) if isinstance(at, slice) else str(self.array[at].as_py())

    def plain(self) -> list[str]:
        """Return the texts with one space between words and none around."""
        trimmed = _compute.utf8_trim_whitespace(self.array)
        texts: list[str] = trimmed.to_pylist()
        odd = _compute.or_(_compute.invert(_compute.string_is_ascii(trimmed)), _compute.match_substring_regex(trimmed, _IRREGULAR))
        for at in _compute.indices_nonzero(odd).to_pylist():
            texts[at] = " ".join(texts[at].split())
        return texts


def is_plain(file: DelimitedFile, header_lines: int) -> bool:
    """Whether the text may be read by columns, as far as can be told without reading it; its header ends after so many lines."""
    content = file.content.rstrip(b"\r\n")
    head = content[:_HEAD].splitlines()[:header_lines]
    if any(line.count(b'"') % 2 for line in head):  # a heading of several lines
        return False
    is_utf8 = file.encoding in ("utf-8", "utf-8-sig")
    return is_utf8 and _BLANK.search(content) is None and _is_quoted_plainly(content, file.delimiter.encode())


def _is_quoted_plainly(content: bytes, delimiter: bytes) -> bool:
    """Whether each quotation mark opens or closes a whole cell: as many stand before cells as behind, and there are no others."""
    marks = content.count(b'"')
    if not marks:
        return True
    before = sum(content.count(one + b'"') for one in (delimiter, b"\n", b"\r")) + content.startswith((b'"', b'\xef\xbb\xbf"'))
    behind = sum(content.count(b'"' + one) for one in (delimiter, b"\n", b"\r")) + content.endswith(b'"')
    return 2 * before == 2 * behind == marks


def column_blocks(file: DelimitedFile, header: Sequence[str], skip: int, positions: Sequence[int]) -> Iterator[dict[int, TextColumn]]:
    """Yield blocks of columns by position.

    Parameters
    ----------
    header : its length is the width of all rows
    skip : rows before the first one

    Raises
    ------
    NotPlain
        If a row has another width, or the text breaks off within quotation marks.
    """
    names = [str(at) for at in range(len(header))]
    read = pa.csv.ReadOptions(column_names=names, skip_rows=skip, block_size=_BLOCK)
    parse = pa.csv.ParseOptions(delimiter=file.delimiter, newlines_in_values=b'"' in file.content)
    chosen = [names[at] for at in positions]
    kinds = dict.fromkeys(chosen, pa.string())
    convert = pa.csv.ConvertOptions(column_types=kinds, include_columns=chosen, strings_can_be_null=False, quoted_strings_can_be_null=False)
    try:
        with pa.csv.open_csv(io.BytesIO(file.content), read, parse, convert) as stream:
            for batch in stream:
                yield {at: TextColumn(batch.column(name)) for at, name in zip(positions, chosen, strict=True)}
    except pa.ArrowInvalid as error:
        raise NotPlain from error
