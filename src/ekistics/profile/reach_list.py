"""Figures of the districts as a dense table: the list twin of every map, worst first."""

from __future__ import annotations

from collections.abc import Sequence

from ekistics.model.observations import Figure
from ekistics.profile import wording
from ekistics.profile.blocks import Cell, CellState, Column, Link, LinkKind, Table
from ekistics.profile.evidence import DistrictFigures, Evidence
from ekistics.profile.texts import Name, Number, Say, say


def district_reach(evidence: Evidence, codes: Sequence[str], *, limit: int | None = None) -> Table | None:
    """Return the districts' figures of several shares, sorted by the first, worst first; None without districts.

    Parameters
    ----------
    codes : indicator codes in percent; the first sorts
    limit : how many rows at most; None takes all
    """
    found = evidence.districts
    if found is None or not found.districts or not codes:
        return None
    columns = [found.column(code) for code in codes]
    if not columns[0]:
        return None
    of_people = any(wording.is_of_people(evidence.cards[code]) for code in codes if code in evidence.cards)
    rows = []
    for district in found.districts:
        first = columns[0].get(district.code)
        value = first.observation.value if first and not (of_people and district.code in found.reasons) else None
        rows.append((value is None, value if value is not None else 0.0, wording.display_name(district.name()), district.code))
    rows.sort()
    kept = rows if limit is None else [*[one for one in rows if not one[0]][:limit], *[one for one in rows if one[0]]]
    names = [wording.card_name(evidence.cards[code]) if code in evidence.cards else Say(code) for code in codes]
    homes = [Column(say("Homes"), number=True, phone=False)] if found.homes and of_people else []
    return Table(
        say("{indicator} by district, lowest first", indicator=names[0]),
        (
            Column(say("District")),
            *homes,
            *(Column(say("{indicator}, %", indicator=name), number=True, phone=index < 3) for index, name in enumerate(names)),
        ),
        tuple(
            (
                Cell(Name(name)),
                *(Cell(Number(found.homes.get(code, 0), decimals=0)) for _ in homes),
                *_cells(evidence, found, codes, columns, code, of_people=of_people),
            )
            for _, _, name, code in kept
        ),
        hidden_caption=True,
        links=(Link(say("CSV"), LinkKind.DOWNLOAD, "data.csv"), Link(say("XLSX"), LinkKind.DOWNLOAD, "data.xlsx")),
    )


def _cells(
    evidence: Evidence,
    found: DistrictFigures,
    codes: Sequence[str],
    columns: Sequence[dict[str, Figure]],
    district: str,
    *,
    of_people: bool,
) -> tuple[Cell, ...]:
    """Return the figures of a district, or one cell across them all that says why there are none to rely on."""
    reason = found.reasons.get(district, "")
    if of_people and reason:
        return (Cell(say("no reliable figure: {reason}", reason=Say(reason)), CellState.MISSING),)
    return tuple(
        _cell(column.get(district), reason, code in evidence.cards and wording.is_of_people(evidence.cards[code]))
        for code, column in zip(codes, columns, strict=True)
    )


def _cell(figure: Figure | None, reason: str, of_people: bool) -> Cell:
    if figure is None or figure.observation.value is None:
        told = figure.observation.reason if figure and figure.observation.reason else reason
        return Cell(say("no figure: {reason}", reason=Say(told)) if told else say("no figure"), CellState.MISSING)
    value = figure.observation.value
    weak = of_people and value < 50
    return Cell(
        Number(value, decimals=1),
        bar=max(0.0, min(100.0, value)) if figure.observation.unit == "%" else None,
        weak=weak,
        link=Link(Number(value, decimals=1), LinkKind.FIGURE, str(figure.id)),
    )
