"""A look through a spreadsheet before it is read: refuses what would harm, and finds cells shown as per cent.

XLSX: paths, sizes and ratios of the zip archive, no DOCTYPE anywhere, no deep nesting, and the cells counted against the box
that they span: two cells in opposite corners make a reader ask for half a terabyte. Cells that are only formatted do not count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from ekistics.model.errors import InvalidInput
from ekistics.sources.archives import Member, checked_members, open_member

MAX_BYTES = 500_000_000
MAX_CELLS = 6_000_000
BOX_A_CELL, BOX_FREE = 200, 4_000_000
"""A sheet may span this many places for each cell that is filled, and this many in any case."""
MAX_DEPTH = 60
_BLOCK = 1 << 16
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_PERCENT_FORMATS = frozenset({"9", "10"})


@dataclass
class SheetScan:
    """What one part holds: filled cells, the last row and column with one, per-cent cells."""

    filled: int = 0
    last_row: int = 0
    last_column: int = 0
    percent: set[tuple[int, int]] = field(default_factory=set)


def scan_workbook(path: Path) -> dict[str, SheetScan]:
    """Look through the XML parts of an XLSX or ODS file; return the sheets of an XLSX by the name of their part.

    Raises
    ------
    InvalidInput
        If anything in it could harm; no part is read whole.
    """
    members = checked_members(path, max_bytes=MAX_BYTES)
    parts = [one for one in members if one.name.lower().endswith((".xml", ".rels"))]
    percent = _percent_styles(path, next((one for one in parts if one.name == "xl/styles.xml"), None))
    scans: dict[str, SheetScan] = {}
    total = 0
    for part in parts:
        scan = _scan_part(path, part, percent)
        total += scan.filled
        if total > MAX_CELLS:
            raise _refusal(path, part, "the spreadsheet has too many cells", f"more than {MAX_CELLS:,}", "save the sheet as CSV")
        box = scan.last_row * scan.last_column
        if box > max(BOX_FREE, BOX_A_CELL * scan.filled):
            raise _refusal(
                path, part, "the sheet spans far more than it holds: cells stand far apart", f"{scan.filled:,} cells in a box of {box:,}",
                "delete the cells far to the right or below, and save",
            )  # fmt: skip
        if scan.filled:
            scans[part.name] = scan
    return scans


class _Walker:
    """Follows one part: depth, cells and which of them are filled."""

    def __init__(self, percent: frozenset[str]) -> None:
        self.scan, self.depth = SheetScan(), 0
        self._percent, self._row, self._column, self._is_percent = percent, 0, 0, False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _Deep
        local = name.rpartition(":")[2]
        if local == "c":
            self._cell(attributes)
        elif local in {"v", "is"}:
            self._filled()
        elif local == "row":
            self._row = int(attributes["r"]) if attributes.get("r", "").isdigit() else self._row + 1
            self._column = 0

    def end(self, _: str) -> None:
        self.depth -= 1

    def _cell(self, attributes: dict[str, str]) -> None:
        matched = _REFERENCE.fullmatch(attributes.get("r", ""))
        if matched:
            letters, row = matched.groups()
            column = 0
            for letter in letters:
                column = column * 26 + ord(letter) - 64
            self._row, self._column = int(row), column
        else:
            self._column += 1
        self._is_percent = attributes.get("s", "") in self._percent

    def _filled(self) -> None:
        scan = self.scan
        scan.filled += 1
        scan.last_row, scan.last_column = max(scan.last_row, self._row), max(scan.last_column, self._column)
        if self._is_percent:
            scan.percent.add((self._row, self._column))


class _Deep(Exception):
    """Elements nest deeper than any sheet's do."""


class _Doctype(Exception):
    """The XML declares a document type, which can hold a bomb."""


def _refuse_doctype(*_: object) -> None:
    raise _Doctype


def _scan_part(path: Path, part: Member, percent: frozenset[str]) -> SheetScan:
    walker = _Walker(percent if part.name.startswith("xl/worksheets/") else frozenset())
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = walker.start, walker.end
    _parse(path, part, parser)
    return walker.scan


def _parse(path: Path, part: Member, parser: expat.XMLParserType) -> None:
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.EntityDeclHandler = _refuse_doctype
    try:
        with open_member(path, part) as stream:
            while block := stream.read(_BLOCK):
                parser.Parse(block, False)
            parser.Parse(b"", True)
    except _Doctype:
        raise _refusal(path, part, "the spreadsheet declares entities, as no office program does", "a DOCTYPE", "save it anew") from None
    except _Deep:
        raise _refusal(path, part, "the spreadsheet nests too deeply", f"more than {MAX_DEPTH} levels", "save it anew") from None
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise _refusal(path, part, "the spreadsheet is damaged", str(error), "open it in an office program and save it anew") from error


def _percent_styles(path: Path, part: Member | None) -> frozenset[str]:
    """Return the numbers of the cell styles that show a number as per cent."""
    if part is None:
        return frozenset()
    formats, styles, inside = set(_PERCENT_FORMATS), [], False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        local = name.rpartition(":")[2]
        if local == "numFmt" and "%" in attributes.get("formatCode", ""):
            formats.add(attributes.get("numFmtId", ""))
        elif local == "cellXfs":
            inside = True
        elif local == "xf" and inside:
            styles.append(attributes.get("numFmtId", ""))

    def end(name: str) -> None:
        nonlocal inside
        inside = inside and name.rpartition(":")[2] != "cellXfs"

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    _parse(path, part, parser)
    return frozenset(str(number) for number, one in enumerate(styles) if one in formats)


def _refusal(path: Path, part: Member, message: str, found: str, mend: str) -> InvalidInput:
    return InvalidInput(message, file=path.name, feature=part.name, found=found, mend=mend)
