"""What the pages are made from: everything the record and the ratings know of a place, handed in as values.

Figures are in the unit of their card. Scores run from 0 to 100. Geometry is shapely in EPSG:4326.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from ekistics.model.cards import Card
from ekistics.model.frameworks import Band, Framework, Item
from ekistics.model.lineage import Asset, Decision, LayerRecord, PartRecord, RunRecord
from ekistics.model.observations import TOTAL, Figure, Observation
from ekistics.model.places import Boundary, Place
from ekistics.model.problems import Receipt
from ekistics.model.targets import Target
from ekistics.profile.settlement.evidence import SettlementView

if TYPE_CHECKING:
    from ekistics.profile.indices_shown import IndicesShown


@dataclass(frozen=True)
class Chosen:
    """The figure that is shown, and the voices that were passed over for it. `why` is the step of the preference rule that decided."""

    figure: Figure
    passed_over: tuple[Figure, ...] = ()
    why: str = ""


@dataclass(frozen=True)
class Trend:
    """Figures of one series of one indicator, oldest first; `breaks` are the years before which nothing may be joined."""

    indicator: str
    figures: tuple[Figure, ...]
    target: Target | None = None
    breaks: tuple[int, ...] = ()


@dataclass(frozen=True)
class Rated:
    """One framework item as it stands for the place.

    `figure` is None where nothing is measured; then `item.needs` says which file would fill it. `score` (0 to 100) and `band` are
    None where the item is shown and not rated. `gap` is target minus value in the unit of the figure, `trend_sign` is 1, 0, -1 or
    None where there is no trend. `score_low`, `score_high` are the score at the ends of the interval.
    """

    item: Item
    indicator: str = ""
    figure: Figure | None = None
    score: float | None = None
    band: Band | None = None
    score_low: float | None = None
    score_high: float | None = None
    gap: float | None = None
    trend_sign: int | None = None
    provisional: bool = False
    reason: str = ""

    @property
    def measured(self) -> bool:
        """Whether there is a figure with a value; a figure that only says why there is none fills nothing."""
        return self.figure is not None and self.figure.observation.value is not None


@dataclass(frozen=True)
class AgendaView:
    """One framework with its ratings for the place, in the order of its items."""

    framework: Framework
    ratings: tuple[Rated, ...]

    @property
    def filled(self) -> int:
        """How many items have a figure with a value."""
        return sum(one.measured for one in self.ratings)


class Side(StrEnum):
    """Which way a finding points."""

    STRONG = "strong"
    WEAK = "weak"


@dataclass(frozen=True)
class Found:
    """One finding: a rated item that the written rule lets through. `rule` is that rule in a sentence."""

    side: Side
    rated: Rated
    framework: str
    rule: str = ""


@dataclass(frozen=True)
class DistrictFigures:
    """The districts or cells of the place and their figures; a district without a figure is drawn as missing with its reason."""

    districts: tuple[Place, ...]
    figures: tuple[Figure, ...]
    reasons: dict[str, str] = field(default_factory=dict)
    """By district code: why it has no reliable figure."""
    noun: str = "districts"
    """What to call them (`school zones`), as the workspace knows them."""
    homes: dict[str, int] = field(default_factory=dict)
    """By district code: on how many buildings its people rest; empty where they do not rest on buildings."""

    def column(self, indicator: str) -> dict[str, Figure]:
        """Return the figures of one indicator by district code (the last given wins)."""
        return {
            one.observation.place: one
            for one in self.figures
            if one.observation.indicator == indicator and one.observation.breakdown == TOTAL
        }

    def reliable(self, indicator: str) -> dict[str, Figure]:
        """Return the shares of people that can be told: without districts that have a reason against it, and without gaps."""
        return {
            place: one for place, one in self.column(indicator).items() if place not in self.reasons and one.observation.value is not None
        }


@dataclass(frozen=True)
class OtherPlace:
    """Another place of the workspace, for comparison; `parent` is its country where known."""

    place: Place
    figures: tuple[Figure, ...]
    parent: str = ""


@dataclass(frozen=True)
class StreetLines:
    """Streets of one class for the base map: 1 the smallest, 3 the largest."""

    rank: int
    geometry: Any  # shapely has no useful generic type for "line or multiline"


@dataclass(frozen=True)
class Dots:
    """One set of people: where they live, how many, and whether they are reached.

    `longitude`, `latitude`, `people`, `reached` are equal columns; the writer shares them out into dots.
    """

    longitude: Any  # numpy float columns
    latitude: Any
    people: Any
    reached: Any  # numpy bool column
    indicator: str = ""


@dataclass(frozen=True)
class MapName:
    """A name on the map; `water` names are set in italic."""

    text: str
    longitude: float
    latitude: float
    water: bool = False


@dataclass(frozen=True)
class MapShapes:
    """What maps are drawn from. Any of it may be absent; nothing absent is invented."""

    study: Any  # shapely polygon or multipolygon: what is measured
    land: Any = None
    water: Any = None
    green: Any = None
    open_space: Any = None
    streets: tuple[StreetLines, ...] = ()
    dots: tuple[Dots, ...] = ()
    zones: dict[str, Any] = field(default_factory=dict)
    """District code to polygon."""
    homes: dict[str, int] = field(default_factory=dict)
    """On how many buildings the people of a district rest; empty where people do not rest on buildings."""
    names: tuple[MapName, ...] = ()
    credit: str = ""
    as_of: date | None = None
    key: str = ""
    """Hash of the content, where the caller knows one: drawings are kept under it."""


@dataclass(frozen=True)
class Evidence:
    """All that is known of one place when its pages are made. `commit` and `known_on` say as of when."""

    place: Place
    commit: int
    known_on: date
    parents: tuple[Place, ...] = ()
    boundary: Boundary | None = None
    boundary_label: str = ""
    cards: dict[str, Card] = field(default_factory=dict)
    chosen: tuple[Chosen, ...] = ()
    trends: tuple[Trend, ...] = ()
    agendas: tuple[AgendaView, ...] = ()
    findings: tuple[Found, ...] = ()
    districts: DistrictFigures | None = None
    others: tuple[OtherPlace, ...] = ()
    assets: tuple[Asset, ...] = ()
    shapes: MapShapes | None = None
    targets: tuple[Target, ...] = ()
    needs: dict[str, str] = field(default_factory=dict)
    """Indicator not in hand to the file that would bring it, one line each."""
    reports: dict[str, int] = field(default_factory=dict)
    """By checksum: the commit that imported the file and keeps what was found."""
    languages: tuple[str, ...] = ("en",)
    settlement: SettlementView | None = None
    """Where the city is and how it grew, where grids of people or of built-up land are in hand."""
    indices: IndicesShown | None = None
    """What the indices of the chosen recipes say of it; None where nobody asked."""

    def figure(self, indicator: str, breakdown: str = TOTAL) -> Figure | None:
        """Return the newest chosen figure of an indicator, None where there is none."""
        found = self.choice(indicator, breakdown)
        return found.figure if found else None

    def choice(self, indicator: str, breakdown: str = TOTAL) -> Chosen | None:
        """Return the newest chosen figure of an indicator with the voices passed over."""
        having = [
            one for one in self.chosen if one.figure.observation.indicator == indicator and one.figure.observation.breakdown == breakdown
        ]
        return max(having, key=lambda one: (one.figure.observation.period.end, one.figure.id), default=None)

    def themes(self) -> list[str]:
        """Return the themes that have figures, in the order of the cards."""
        measured = {one.figure.observation.indicator for one in self.chosen}
        return list(dict.fromkeys(card.theme for code, card in self.cards.items() if code in measured))

    def agenda_items(self) -> Iterator[tuple[AgendaView, Rated]]:
        """Go through all items of all agendas."""
        for view in self.agendas:
            for one in view.ratings:
                yield view, one


@dataclass(frozen=True)
class Term:
    """One operand of a formula: the parameter that it fills, its figure and its card."""

    role: str
    figure: Figure
    card: Card


@dataclass(frozen=True)
class Check:
    """One check of a figure: what was compared, how it came out (None: nothing to compare), in words, and when."""

    kind: str
    """`recomputed`, `checksum`, `conservation`, `published` or another short code."""
    equal: bool | None
    found: str
    expected: str = ""
    on: date | None = None


@dataclass(frozen=True)
class Use:
    """Where a figure is used: the framework, the item, and its score where it has one."""

    framework: str
    rated: Rated


@dataclass(frozen=True)
class LineageEvidence:
    """One figure and its whole way back. `voices` are all current figures with the same question, the shown one included."""

    figure: Figure
    card: Card
    place: Place
    commit: int
    known_on: date
    terms: tuple[Term, ...] = ()
    run: RunRecord | None = None
    part: PartRecord | None = None
    layers: tuple[LayerRecord, ...] = ()
    assets: tuple[Asset, ...] = ()
    voices: tuple[Figure, ...] = ()
    preferred: int | None = None
    """Id of the voice that the preference rule shows."""
    why: str = ""
    checks: tuple[Check, ...] = ()
    used_in: tuple[Use, ...] = ()
    decisions: tuple[Decision, ...] = ()
    history: tuple[Figure, ...] = ()
    """Earlier figures of the same key, newest first."""
    term_trends: tuple[Trend, ...] = ()
    boundary: Boundary | None = None
    parents: tuple[Place, ...] = ()


@dataclass(frozen=True)
class CompareEvidence:
    """Places beside each other. `chosen` are the codes compared; the other places only give the scale of each column."""

    places: tuple[OtherPlace, ...]
    chosen: tuple[str, ...]
    cards: dict[str, Card]
    commit: int
    known_on: date
    indicators: tuple[str, ...] = ()
    """Which indicators, in order; empty takes those that most of the chosen have."""
    home: str = ""
    """The place from whose pages the reader came."""


@dataclass(frozen=True)
class Coverage:
    """How many places have a figure of an indicator (by its name) before and after an import."""

    indicator: str
    before: int
    after: int


@dataclass(frozen=True)
class Change:
    """A figure that an import put in the place of another."""

    indicator: str
    place: str
    before: Observation
    after: Observation


@dataclass(frozen=True)
class ImportEvidence:
    """What an import found or did; `rows` are lines of the file as they stand."""

    asset: Asset
    receipt: Receipt
    sheet: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[ImportRow, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    changes: tuple[Change, ...] = ()
    done: bool = True
    """Whether it is on record, or was only checked."""
    withdrawn: bool = False


@dataclass(frozen=True)
class ImportRow:
    """One row of a file as it stands: its number, cells, what the import makes of it, and which cells are at fault."""

    number: int
    cells: tuple[str, ...]
    outcome: str
    faulty: frozenset[int] = frozenset()
