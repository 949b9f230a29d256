"""The verb `settle`: urban centres of several epochs become places, with boundary editions, successions and figures, in one commit.

Figures of a centre are its people, area and built-up land in each epoch: inside the outline of that epoch, and inside its newest
outline for all epochs of its life, so that changes (SDG 11.3.1 among them) are measured inside one boundary. The originals are
kept, and each figure names the files of its year and of its outline.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import shapely

from ekistics.model.errors import Conflict, InvalidInput, NotFound
from ekistics.model.observations import Observation
from ekistics.model.places import RelationKind
from ekistics.places.centre_places import (
    CentrePlaces,
    EpochOutlines,
    centre_codes,
    centre_places,
    codes_on_record,
    identities_within,
    with_successors,
)
from ekistics.places.epochs import CentreChain, follow_centres
from ekistics.places.settlement_rules import SettlementRules
from ekistics.sources.gazetteer import read_gazetteer
from ekistics.store.figures import FigureCounts
from ekistics.workspace.assets import checksum_of
from ekistics.workspace.session import Session
from ekistics.workspace.settlement.blockwise import Where
from ekistics.workspace.settlement.epochs import Epoch, EpochFiles, find_epochs, sums_by_epoch
from ekistics.workspace.settlement.record import assets_of, figures_of, write_centres
from ekistics.workspace.trees import tree_of

Say = Callable[[str, float], None]
EVERY_YEAR = 0
"""Key of a land grid that serves all epochs."""


@dataclass(frozen=True)
class SettlementPlaces:
    """What is asked for: grids by year, how places are called, and whose files they are.

    `land` may hold one grid for all years under `EVERY_YEAR`. `within` is the code of a place; only centres that intersect its
    outline in any epoch come on record then. Without a `source` figures carry the name of the grids of people, years left out.
    """

    population: Mapping[int, Path]
    built_up: Mapping[int, Path] = field(default_factory=dict)
    land: Mapping[int, Path] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    names: Path | None = None
    within: str | None = None
    prefix: str = ""
    source: str = ""
    licence: str = ""


@dataclass(frozen=True)
class Settled:
    """What came on record: urban centres, the largest of the newest epoch first, what became of them, and what of the figures is new.

    `commit` is None after a dry run, and where all was on record already.
    """

    commit: int | None
    centres: tuple[dict[str, Any], ...]
    changes: tuple[dict[str, Any], ...]
    figures: int
    new: int
    changed: int
    unchanged: int
    notes: tuple[str, ...]


def settle(
    session: Session,
    asked: SettlementPlaces,
    *,
    rules: SettlementRules,
    dry_run: bool = False,
    where: Where | None = None,
    say: Say = lambda text, done: None,
) -> Settled:
    """Classify epochs, follow their urban centres, and put them on record; with `dry_run` only say what would come.

    Raises
    ------
    InvalidInput
        If a grid cannot be used, or grids of two epochs do not lie on each other.
    NotFound
        If there is no place to stay within, or it has no outline.
    Conflict
        If what is on record under the prefix does not go with it.
    """
    files = epoch_files(asked)
    region = _region(session, asked.within)
    known = session.record.settings().get(_setting(asked.prefix)) or {}
    _require_all_epochs(known, [one.year for one in files], rules, asked.prefix)
    gazetteer = read_gazetteer(asked.names) if asked.names else None
    epochs = find_epochs(files, rules=rules, gazetteer=gazetteer, where=where, say=say)
    chain = follow_centres([one.cells for one in epochs])
    say("putting places on record", 0.95)
    sources = {year: asked.source or source_of({year: path}) for year, path in asked.population.items()}
    assets = assets_of(files, epochs, sources, licence=asked.licence, keep=checksum_of if dry_run else session.keep)
    outlines = [one.drawn(assets[one.year, "population"].sha256) for one in epochs]
    inside = identities_within(chain, outlines, region)
    codes = _codes(session, chain, outlines, with_successors(chain, inside), known, asked.prefix)
    names = _names(session, epochs, chain, codes)
    source = asked.source or source_of(asked.population)
    part_of = (asked.within, inside) if asked.within else None
    placed = centre_places(chain, outlines, codes, names, source=source, part_of=part_of)
    _require_same_successions(session, placed)
    figures = figures_of(list(sums_by_epoch(epochs, chain)), placed, assets, codes=codes, rules=rules, source=source)
    settings = _settings(asked.prefix, files, rules, codes, chain, known)
    nothing = FigureCounts(len(figures.observations), 0, 0, 0)
    commit, counts = (None, nothing) if dry_run else write_centres(session, placed, figures, assets, settings)
    notes = [note for one in epochs for note in one.notes] + _gone(known, codes)
    return Settled(
        commit, tuple(_centre_rows(placed, figures.observations)), tuple(_change_rows(chain, epochs, codes)),
        counts.read, counts.new, counts.changed, counts.unchanged, tuple(notes),
    )  # fmt: skip


def epoch_files(asked: SettlementPlaces) -> list[EpochFiles]:
    """Return the grids of each epoch, the earliest first.

    Raises
    ------
    InvalidInput
        If no epoch is given, or a grid is given for a year without people.
    """
    years = sorted(asked.population)
    if not years:
        raise InvalidInput(
            "no grid of people is given", expected="YEAR=FILE, once for each epoch", mend="such as --population 2015=pop.tif"
        )
    for band, given in (("built-up", asked.built_up), ("land", asked.land)):
        if strange := sorted(set(given) - set(years) - ({EVERY_YEAR} if band == "land" else set())):
            raise InvalidInput(
                f"{band} is given for a year without a grid of people", found=str(strange[0]), expected=", ".join(map(str, years))
            )
    if asked.land and EVERY_YEAR not in asked.land and (lacking := [str(one) for one in years if one not in asked.land]):
        raise InvalidInput("land is given for some of the epochs only", found=f"none for {', '.join(lacking)}", expected="one grid for all")
    return [
        EpochFiles(year, asked.population[year], asked.built_up.get(year), asked.land.get(year) or asked.land.get(EVERY_YEAR), asked.units)
        for year in years
    ]


def source_of(population: Mapping[int, Path]) -> str:
    """Return what grids of people are called together: their file names without the year; of several names all, with a plus.

    >>> source_of({2000: Path("POP_E2000_R2023A.tif"), 2015: Path("POP_E2015_R2023A.tif")})
    'POP_R2023A'
    """
    stems = {re.sub(rf"(^|[-_. ])E?{year}(?=$|[-_. ])", "", path.stem).strip("_-. ") or path.stem for year, path in population.items()}
    return "+".join(sorted(stems))


def _region(session: Session, within: str | None) -> shapely.Geometry | None:
    if within is None:
        return None
    boundary = tree_of(session, within).boundary
    if boundary is None:
        raise NotFound(f"{within} has no outline on record", mend="import one: ekistics place import, or a folder with city.yaml")
    outline: shapely.Geometry = boundary.geometry
    return outline


def _setting(prefix: str) -> str:
    return f"settlements:{prefix}"


def _require_all_epochs(known: Mapping[str, Any], years: Sequence[int], rules: SettlementRules, prefix: str) -> None:
    """Refuse what would leave places on record half by other epochs or rules: their validity and successions follow from all epochs."""
    if not known:
        return
    mend = f"give another --prefix than {prefix!r}, or take the earlier commit back (ekistics doctor --commits, ekistics undo)"
    if lacking := sorted(set(known["epochs"]) - set(years)):
        raise Conflict(
            "urban centres of other epochs are on record", found=", ".join(map(str, years)),
            expected=f"also {', '.join(map(str, lacking))}", mend=f"give the grids of all epochs, {mend}",
        )  # fmt: skip
    if known["rules"] != asdict(rules):
        raise Conflict(
            "urban centres found by other rules are on record", found=rules.edition, expected=known["rules"]["edition"], mend=mend
        )


def _codes(
    session: Session, chain: CentreChain, outlines: Sequence[EpochOutlines], chosen: frozenset[int], known: Mapping[str, Any], prefix: str
) -> dict[int, str]:
    before = set(known.get("places", ()))
    recorded = [one for one in session.record.boundaries() if one.place in before] if before else []
    codes = centre_codes(chain, chosen, prefix=prefix, known=codes_on_record(chain, outlines, recorded), taken=before)
    others = {one.code for one in session.record.places()} - before
    if clash := sorted(others & set(codes.values())):
        raise Conflict("another place has the code of an urban centre", found=clash[0], mend="give a --prefix of its own")
    return codes


def _names(session: Session, epochs: Sequence[Epoch], chain: CentreChain, codes: Mapping[int, str]) -> dict[int, dict[str, str]]:
    """Return the names of centres: by the gazetteer in the newest epoch that has one, else those on record, else by the code."""
    recorded = {one.code: one.names for one in session.record.places()}
    names = {one: dict(recorded.get(code) or {"en": f"Urban centre {code}"}) for one, code in codes.items()}
    for epoch, table in zip(epochs, chain.epochs, strict=True):
        for number, identity in zip(table.number.tolist(), table.identity.tolist(), strict=True):
            if identity in names and number in epoch.names:
                names[identity] = {"und": epoch.names[number]}
    return names


def _settings(
    prefix: str, files: Sequence[EpochFiles], rules: SettlementRules, codes: Mapping[int, str], chain: CentreChain, known: Mapping[str, Any]
) -> dict[str, Any]:
    years = [one.year for one in files]
    every = sorted({*known.get("places", ()), *codes.values()})
    studied = {f"study:{code}": str(years[chain.last[one]]) for one, code in sorted(codes.items(), key=lambda one: one[1])}
    return {_setting(prefix): {"epochs": years, "rules": asdict(rules), "places": every}, **studied}


def _require_same_successions(session: Session, placed: CentrePlaces) -> None:
    """Refuse epochs by which a centre that ended on record goes another way: both successions would stand side by side."""
    ended = {one.code for one in placed.places}
    new = {(one.place, one.other, one.valid_from) for one in placed.relations if one.kind is RelationKind.SUCCESSION}
    for one in session.record.relations():
        if one.kind is RelationKind.SUCCESSION and one.place in ended and (one.place, one.other, one.valid_from) not in new:
            raise Conflict(
                "by these epochs a centre on record goes another way", found=one.place, expected=f"followed by {one.other}",
                mend="take the earlier commit back first (ekistics doctor --commits, ekistics undo)",
            )  # fmt: skip


def _gone(known: Mapping[str, Any], codes: Mapping[int, str]) -> list[str]:
    gone = sorted(set(known.get("places", ())) - set(codes.values()))
    return [f"{len(gone)} centres of an earlier import are not found any more and stay on record: {', '.join(gone[:5])}"] if gone else []


def _centre_rows(placed: CentrePlaces, observations: Sequence[Observation]) -> list[dict[str, Any]]:
    """Return a row a centre with its figures of the newest epoch that it is seen in."""
    newest = {one.place: one for one in placed.boundaries}
    values = {
        (one.place, one.indicator): one.value
        for one in observations
        if one.boundary == str(one.period.start.year) == newest[one.place].edition
    }
    rows = [
        {
            "code": one.code,
            "name": one.name(),
            "valid_from": one.valid_from,
            "valid_to": one.valid_to,
            "epochs": [int(drawn.edition) for drawn in placed.boundaries if drawn.place == one.code],
            "people": values[one.code, "population"],
            "area_km2": values[one.code, "area"],
            "built_up_km2": values.get((one.code, "built_up_area")),
        }
        for one in placed.places
    ]
    return sorted(rows, key=lambda row: (-(row["people"] or 0.0), row["code"]))


def _change_rows(chain: CentreChain, epochs: Sequence[Epoch], codes: Mapping[int, str]) -> list[dict[str, Any]]:
    return [
        {"year": epochs[one.epoch].year, "what": str(one.kind), "code": codes[one.identity],
         "others": [codes[other] for other in one.others if other in codes and other != one.identity]}
        for one in chain.changes
        if one.identity in codes
    ]  # fmt: skip
