"""Delimited text (`.csv`, `.tsv`, `.csv.gz`): bytes to rows of texts, with what was guessed on the way said.

Encoding: a byte-order mark, else UTF-8, else UTF-16 by its zero bytes, else a guess between CP1252 and CP1256.
Delimiter: the one of `, ; tab |` that cuts the first rows most evenly.
"""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ekistics.model.errors import InvalidInput
from ekistics.model.problems import Problem, Severity
from ekistics.sources.archives import open_gzip

MAX_BYTES = 400_000_000
DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_ROWS = 50
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_HIGH_RUN, _HIGH = re.compile(rb"[\x80-\xff]{2,}"), re.compile(rb"[\x80-\xff]")


@dataclass(frozen=True)
class DelimitedText:
    """All rows of a file, the header too; what was guessed and said so."""

    rows: list[list[str]]
    encoding: str
    delimiter: str
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class DelimitedFile:
    """A file whose encoding and delimiter are known, its rows not read yet."""

    file: str
    encoding: str
    delimiter: str
    problems: tuple[Problem, ...]
    content: bytes

    def rows(self) -> Iterator[list[str]]:
        """Yield the rows one by one, the header too; an empty line is an empty row.

        Raises
        ------
        InvalidInput
            If a quote is not closed or stands where none may.
        """
        # a text stream over the bytes: a text in memory would take four times as much
        stream = io.TextIOWrapper(io.BytesIO(self.content), encoding=self.encoding, newline="")
        reader = csv.reader(stream, delimiter=self.delimiter, strict=True)
        count = 0
        try:
            for row in reader:
                count += 1
                yield row
        except (csv.Error, TypeError) as error:
            raise InvalidInput(
                f"a quotation mark is not closed or stands where none may ({error})",
                file=self.file,
                row=count + 1,
                found=f"the field that starts in line {reader.line_num} or before",
                mend="close the quotation mark, or double it where it belongs to the text",
            ) from error


def open_delimited(path: Path, *, encoding: str | None = None, delimiter: str | None = None) -> DelimitedFile:
    """Open a delimited text, plain or gzipped: see how it is written, and leave its rows to be read as they are wanted.

    Parameters
    ----------
    encoding : a Python codec name; guessed, and said, when absent
    delimiter : one character; guessed when absent

    Raises
    ------
    InvalidInput
        If the file is no text, is too large, or is not in the encoding, or the delimiter can be none.
    """
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n'):
        raise InvalidInput("the delimiter can be none", file=path.name, found=repr(delimiter), expected="one character such as ; or a tab")
    content = _bytes_of(path)
    text, used, problems = _decoded(content, path.name, encoding)
    if "\0" in text:
        at = text.index("\0")
        raise InvalidInput(
            "the file holds NUL characters and is no text", file=path.name, row=text.count("\n", 0, at) + 1, mend="export it again as CSV"
        )
    return DelimitedFile(path.name, used, delimiter or _delimiter_of(text), problems, content)


def read_delimited(path: Path, *, encoding: str | None = None, delimiter: str | None = None) -> DelimitedText:
    """Read a delimited text, plain or gzipped.

    Parameters
    ----------
    encoding : a Python codec name; guessed, and said, when absent
    delimiter : one character; guessed when absent

    Raises
    ------
    InvalidInput
        If the file is no text, is too large, is not in the encoding, or a quote is not closed.
    """
    opened = open_delimited(path, encoding=encoding, delimiter=delimiter)
    return DelimitedText(list(opened.rows()), opened.encoding, opened.delimiter, opened.problems)


def _bytes_of(path: Path) -> bytes:
    with path.open("rb") as stream:
        is_gzip = stream.read(2) == b"\x1f\x8b"
    if is_gzip:
        with open_gzip(path, max_bytes=MAX_BYTES) as unpacked:
            return unpacked.read()
    if path.stat().st_size > MAX_BYTES:
        raise InvalidInput(
            "the file is too large to be read at once", file=path.name, expected=f"at most {MAX_BYTES:,} bytes", mend="cut it by year"
        )
    return path.read_bytes()


def _decoded(content: bytes, file: str, encoding: str | None) -> tuple[str, str, tuple[Problem, ...]]:
    if encoding is not None:
        try:
            return content.decode(encoding), encoding, ()
        except (UnicodeDecodeError, LookupError) as error:
            raise InvalidInput(
                "the file is not in the encoding that was declared", file=file, found=str(error), expected=encoding
            ) from error
    certain = next((name for mark, name in _BOMS if content.startswith(mark)), None) or _utf16_by_zeros(content) or "utf-8"
    try:
        return content.decode(certain), certain, ()
    except UnicodeDecodeError as error:
        if certain != "utf-8":
            raise InvalidInput(
                "the file starts like Unicode but is damaged", file=file, found=certain, mend="export it again in UTF-8"
            ) from error
    return _guessed(content, file)


def _utf16_by_zeros(content: bytes) -> str | None:
    sample = content[:4000]
    half = len(sample) // 2
    if half < 4 or sample.count(0) < 0.4 * half:
        return None
    return "utf-16-le" if sample[1::2].count(0) > sample[0::2].count(0) else "utf-16-be"


def _guessed(content: bytes, file: str) -> tuple[str, str, tuple[Problem, ...]]:
    """Decode bytes that are not UTF-8: letters above ASCII stand in runs in Arabic script, alone in western languages."""
    in_runs = sum(len(run) for run in _HIGH_RUN.findall(content))
    many = len(_HIGH.findall(content))
    order = ("cp1256", "cp1252") if in_runs > 0.5 * many else ("cp1252", "cp1256")
    for name in order:
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        said = f"The file is not in UTF-8; {name} was guessed from its letters."
        mend = "check a name with accents or in Arabic, and declare the encoding if it is wrong"
        return text, name, (Problem("encoding-guessed", said, Severity.NOTE, file, found=name, expected="utf-8", mend=mend),)
    raise InvalidInput("the file is no text in an encoding that is known here", file=file, mend="export it as CSV in UTF-8")


def _delimiter_of(text: str) -> str:
    """Return the delimiter that cuts the first rows into the same number of fields, the more the better."""
    lines = list(itertools.islice((line for line in io.StringIO(text[:200_000]) if line.strip()), _SAMPLE_ROWS))
    best, best_score = ",", 0.0
    for one in DELIMITERS:
        counts = [_outside_quotes(line, one) for line in lines]
        top = max(counts, default=0)
        if top:
            usual = max(set(counts), key=counts.count)
            score = counts.count(usual) / len(counts) * (1 + min(usual, 20) / 20) if usual else 0.0
            if score > best_score:
                best, best_score = one, score
    return best


def _outside_quotes(line: str, delimiter: str) -> int:
    return sum(part.count(delimiter) for part in line.split('"')[::2])
