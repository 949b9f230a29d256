"""A first mapping for a table, guessed from its header and first rows, as YAML for a person to correct.

Every guess is said in a comment; nothing is imported by it until a person has looked.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from ekistics.model.units import is_listed
from ekistics.sources.delimited import read_delimited
from ekistics.sources.numbers import NumberStyle, parse_number
from ekistics.sources.row_keys import parse_period
from ekistics.sources.spreadsheets import PercentCell, is_spreadsheet, read_sheet
from ekistics.sources.table_rows import TableRows, plain_text, read_table_rows

_SAMPLE = 500
_YEAR = re.compile(r"(?<!\d)((?:18|19|20|21)\d\d)(?!\d)")
_CODE = re.compile(r"\b(geo_?code|geo_?id|city_?code|area_?code|code|id|iso3?)\b", re.IGNORECASE)
_NAMES = tuple(
    re.compile(one, re.IGNORECASE) for one in (r"city|municipal|ward|district|geo_?name|place", r"geography|area|name", "country")
)
_TIME = re.compile(r"^(year|period|time|date|time_period|reference.*)$", re.IGNORECASE)
_VALUE = re.compile(r"^(value|obs_value|figure|estimate)$", re.IGNORECASE)
_SERIES = re.compile(r"series|indicator|measure|variable", re.IGNORECASE)
_UNITS = {
    "m2/person": "m2/{person}",
    "m²/person": "m2/{person}",
    "persons": "{person}",
    "people": "{person}",
    "µg/m³": "ug/m3",
    "ha": "har",
}
_STYLES = ((".", ""), (",", ""), (".", ","), (",", "."))


def propose_mapping(path: Path) -> str:
    """Return a mapping for a table as YAML, each guess with a comment.

    Raises
    ------
    InvalidInput
        If the file cannot be read as a table.
    """
    sheet = _largest_sheet(path) if is_spreadsheet(path) else None
    header_row = _header_row(path, sheet)
    rows = read_table_rows(path, sheet=sheet, header_row=header_row)
    notes = [f"guessed from {rows.file}: {len(rows.rows):,} rows, columns {', '.join(rows.header)}"]
    told: dict[str, Any] = {"series": {"source": "publisher/data-set", "origin": "reported"}}
    if sheet is not None:
        told["sheet"] = sheet
    if header_row > 1:
        told["header_row"] = header_row
    decimal, thousands = _style(rows)
    if (decimal, thousands) != (".", ""):
        told |= {"decimal": decimal, "thousands": thousands}
        notes.append(f"decimal mark {decimal!r} and thousands mark {thousands!r} fit most cells: check one figure by hand")
    kinds = {name: _kind(rows, at, NumberStyle(decimal, thousands)) for at, name in enumerate(rows.header) if name}
    _fill(told, notes, rows, kinds)
    comments = "".join(f"# {' '.join(note.split())}\n" for note in notes)
    return comments + yaml.safe_dump(told, sort_keys=False, allow_unicode=True, width=140)


def _largest_sheet(path: Path) -> str:
    first = read_sheet(path)
    return max(first.sheets, key=lambda name: len(read_sheet(path, name).rows))


def _header_row(path: Path, sheet: str | None) -> int:
    """Return the first row that fills at least half as many columns as the widest of the first rows."""
    rows: list[Any] = list(read_sheet(path, sheet).rows if is_spreadsheet(path) else read_delimited(path).rows)[:40]
    filled = [sum(bool(plain_text(cell)) for cell in row) for row in rows]
    widest = max(filled, default=0)
    return next((number for number, count in enumerate(filled, start=1) if count and 2 * count >= widest), 1)


def _style(rows: TableRows) -> tuple[str, str]:
    texts = [cell for row in rows.rows[:_SAMPLE] for cell in row if isinstance(cell, str) and any(one.isdigit() for one in cell)]
    read = [sum(parse_number(text, NumberStyle(*style)).value is not None for text in texts) for style in _STYLES]
    return _STYLES[read.index(max(read))]


def _kind(rows: TableRows, at: int, style: NumberStyle) -> str:
    """Say what a column holds: `period`, `number`, `text` or `empty`."""
    cells = [row[at] for row in rows.rows[:_SAMPLE] if at < len(row) and plain_text(row[at])]
    if not cells:
        return "empty"
    if _TIME.match(rows.header[at]) and all(parse_period(plain_text(cell)) for cell in cells):
        return "period"
    numbers = sum(
        isinstance(cell, (int, float, PercentCell)) if not isinstance(cell, str) else not parse_number(cell, style).fault for cell in cells
    )
    return "number" if numbers >= 0.8 * len(cells) else "text"


def _fill(told: dict[str, Any], notes: list[str], rows: TableRows, kinds: dict[str, str]) -> None:
    code = next((name for name in kinds if _CODE.search(name)), None)
    texts = [one for one in kinds if one != code and kinds[one] == "text"]
    name = next((one for pattern in _NAMES for one in texts if pattern.search(one)), None)
    place = code or name
    if place:
        told["place"] = {"column": place} | ({"name": name} if name and name != place else {})
        notes.append(f"places are taken from the column {place}")
    else:
        told["place"] = {"code": "MY_CITY"}
        notes.append("no column of places was found: all rows are taken to be of one place, write its code")
    period = next((one for one in kinds if kinds[one] == "period"), None)
    if period:
        told["period"] = {"column": period}
    value = next((one for one in kinds if _VALUE.match(one)), None)
    numbers = [one for one in kinds if kinds[one] == "number" and one not in {code, name, period}]
    if value is None and len(numbers) == 1:
        value = numbers[0]
    if value is not None:
        _fill_long(told, notes, rows, kinds, value, {code, name, period})
    else:
        _fill_wide(told, notes, numbers, period)


def _fill_long(told: dict[str, Any], notes: list[str], rows: TableRows, kinds: dict[str, str], value: str, taken: set[str | None]) -> None:
    told["value"] = value
    if "period" not in told:
        told["period"] = {"text": "2000"}
        notes.append("no column of periods was found: write the year of the figures")
    series = next((one for one in kinds if kinds[one] == "text" and _SERIES.search(one)), None)
    if series:
        told["indicator"] = {"column": series, "values": {text: _measure(text) for text in _texts(rows, series)[:30]}}
    else:
        told["measures"] = [_measure(value)]
    notes.append("write the codes of the indicators and the true units of the numbers")
    others = [one for one in kinds if kinds[one] == "text" and one not in {*taken, series, value} and "unit" not in one.lower()]
    breakdowns = [one for one in others if 1 <= len(_texts(rows, one)) <= 60]
    if breakdowns:
        told["breakdowns"] = [_breakdown(rows, one) for one in breakdowns]
        notes.append("an empty cell of a breakdown means the total; check which texts mean the total too")


def _fill_wide(told: dict[str, Any], notes: list[str], numbers: list[str], period: str | None) -> None:
    measures = []
    for name in numbers:
        year = _YEAR.search(name)
        measures.append(_measure(name) | {"column": name} | ({"period": year[1]} if year else {}))
    if not period and not all("period" in one for one in measures):
        told["period"] = {"text": "2000"}
        notes.append("no period was found: write the year of the figures")
    told["measures"] = measures or [_measure("value") | {"column": "value"}]
    notes.append("each column of numbers is taken as an indicator: delete those that are none, and write codes and true units")


def _measure(text: str) -> dict[str, Any]:
    plain = _YEAR.sub("", text)
    inside = re.findall(r"[(\[]([^)\]]+)[)\]]", plain)
    unit = next((_UNITS.get(one.strip(), one.strip()) for one in inside if is_listed(_UNITS.get(one.strip(), one.strip()))), "1")
    code = re.sub(r"[^a-z0-9]+", "_", re.sub(r"[(\[][^)\]]*[)\]]", "", plain).lower()).strip("_")
    return {"indicator": code[:60] or "indicator", "unit": unit}


def _texts(rows: TableRows, name: str) -> list[str]:
    at = rows.header.index(name)
    return list(dict.fromkeys(text for row in rows.rows if at < len(row) and (text := plain_text(row[at]))))


def _breakdown(rows: TableRows, name: str) -> dict[str, Any]:
    dimension = re.sub(r"[^A-Z0-9]+", "_", name.upper()).strip("_")
    total = [text for text in _texts(rows, name) if re.match(r"(total|all|both)\b", text, re.IGNORECASE)]
    return {"column": name, "dimension": dimension if dimension[:1].isalpha() else f"D_{dimension}"} | ({"total": total} if total else {})
