"""The parts of a document: what a page says, before anything is drawn, translated or formatted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ekistics.profile.cell_pictures import CellClass, CellGround, CellPicture, EpochSteps
from ekistics.profile.chart_specs import Chart
from ekistics.profile.evidence import MapShapes
from ekistics.profile.texts import Text


class LinkKind(StrEnum):
    """What a link leads to; the caller of `publish` turns kind and key into an address."""

    PAGE = "page"
    FIGURE = "figure"
    THEME = "theme"
    AGENDA = "agenda"
    PLACE = "place"
    ASSET = "asset"
    IMPORT = "import"
    DOWNLOAD = "download"
    RULE = "rule"
    PROV = "prov"
    INDEX = "index"
    """Key: code of a recipe, a page of its index, what the page is about, with slashes between; empty for the list of indices."""


@dataclass(frozen=True)
class Link:
    """Words and where they lead."""

    text: Text
    kind: LinkKind
    key: str = ""


@dataclass(frozen=True)
class Fact:
    """A label with its value; `note` says year, edition and source beneath."""

    label: Text
    value: Text
    note: Text | None = None
    link: Link | None = None


@dataclass(frozen=True)
class Facts:
    """Labels and values under each other."""

    facts: tuple[Fact, ...]
    title: Text | None = None
    words: bool = False
    """Whether the values are words, which stand under their labels, and not numbers beside them."""


@dataclass(frozen=True)
class Strip:
    """How much of an agenda is in hand."""

    name: Text
    filled: int
    total: int
    link: Link | None = None


@dataclass(frozen=True)
class AgendaStrips:
    """The agendas, one strip each."""

    title: Text
    strips: tuple[Strip, ...]
    note: Text | None = None


@dataclass(frozen=True)
class FindingBlock:
    """One finding: number, interval, sentence, strip, source. `side` is strong or weak."""

    side: str
    number: Text
    interval: Text
    sentence: Text
    chart: Chart | None
    source: Text
    links: tuple[Link, ...] = ()
    rule: Text | None = None
    """The written rule that let it through, with its figures."""


@dataclass(frozen=True)
class Findings:
    """Findings of one side under one title."""

    title: Text
    findings: tuple[FindingBlock, ...]


class CellState(StrEnum):
    """What a cell is when it is not a plain value."""

    PLAIN = "plain"
    MISSING = "missing"
    NOT_APPLICABLE = "not applicable"
    SUPPRESSED = "suppressed"
    UNSTABLE = "unstable"
    NEGATIVE = "negative"
    FAULTY = "faulty"


@dataclass(frozen=True)
class MatrixEntry:
    """One indicator in a matrix cell: score, band letter, name, code; or the line that says which file fills it."""

    name: Text
    code: str = ""
    value: Text | None = None
    score: float | None = None
    band: str = ""
    provisional: bool = False
    note: Text | None = None
    missing: Text | None = None
    link: Link | None = None


@dataclass(frozen=True)
class MatrixHead:
    """A composite at the head of a row or column: its score with what is to be said of it, or why it was refused."""

    value: Text | None = None
    band: str = ""
    provisional: bool = False
    note: Text | None = None
    missing: Text | None = None
    link: Link | None = None


@dataclass(frozen=True)
class Matrix:
    """A framework of two axes; `cells[row][column]` are the entries of a cell. Heads, where there are any, stand one a row and column."""

    columns: tuple[Text, ...]
    rows: tuple[Text, ...]
    cells: tuple[tuple[tuple[MatrixEntry, ...], ...], ...]
    caption: Text
    links: tuple[Link, ...] = ()
    row_heads: tuple[MatrixHead | None, ...] = ()
    column_heads: tuple[MatrixHead | None, ...] = ()
    whole: MatrixHead | None = None
    """The composite of all, where rows and columns meet."""


@dataclass(frozen=True)
class Completeness:
    """One box a figure: computed here, reported by others, nothing yet."""

    computed: int
    reported: int
    missing: int


@dataclass(frozen=True)
class Cell:
    """A table cell. `bar` (0 to 100) draws a bar beside the number, `klass` (1 to 5) fills the cell, `weak` marks the worse side."""

    text: Text | None = None
    state: CellState = CellState.PLAIN
    bar: float | None = None
    klass: int | None = None
    weak: bool = False
    strong: bool = False
    note: Text | None = None
    link: Link | None = None
    struck: Text | None = None
    band: str = ""
    """Letter of a rating class, drawn before the text; `provisional` outlines it."""
    provisional: bool = False
    depth: int = 0
    """How deep in a tree the row stands: its head is set in by so many steps."""


@dataclass(frozen=True)
class Column:
    """A table column: head, whether it holds numbers, whether a phone keeps it, and whether it holds dates, which do not break."""

    head: Text
    number: bool = False
    phone: bool = True
    date: bool = False


@dataclass(frozen=True)
class ClassLegend:
    """What the five classes of a heat table and the signs beside them mean; a sign stands where a cell of the table bears it."""

    classes: Text
    low: Text
    high: Text
    missing: Text
    unstable: Text
    negative: Text


@dataclass(frozen=True)
class Table:
    """A table; the first cell of each row is its head. `heat` draws cells as classes, `legend` says what they mean if not fifths."""

    caption: Text
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    hidden_caption: bool = False
    heat: bool = False
    source: Text | None = None
    links: tuple[Link, ...] = ()
    folded: bool = False
    """Whether it opens only when the reader asks for it."""
    legend: ClassLegend | None = None

    @property
    def is_tree(self) -> bool:
        """Whether rows stand under others."""
        return any(row[0].depth for row in self.rows)

    @property
    def states(self) -> frozenset[CellState]:
        """The states that its cells are in."""
        return frozenset(cell.state for row in self.rows for cell in row)


@dataclass(frozen=True)
class ChartBlock:
    """A chart with its words; `table` is its twin. Without a title the section's own says what was found."""

    title: Text | None
    subtitle: Text
    chart: Chart
    description: Text
    source: Text | None = None
    table: Table | None = None
    links: tuple[Link, ...] = ()


class MapKind(StrEnum):
    """What a map shows."""

    REACH = "reach"
    ZONES = "zones"


@dataclass(frozen=True)
class ZoneMap:
    """One of several small maps: values 0 to 100 by district code; a district not among them is missing."""

    title: Text
    subtitle: Text
    values: Mapping[str, float]


@dataclass(frozen=True)
class MapBlock:
    """One dot map of reach, or small multiples of zones that share a legend; `table` is the list twin."""

    kind: MapKind
    title: Text | None
    subtitle: Text
    shapes: MapShapes
    description: Text
    zones: tuple[ZoneMap, ...] = ()
    zone_names: Mapping[str, str] = field(default_factory=dict)
    breaks: tuple[float, ...] = (0.0, 20.0, 40.0, 60.0, 80.0, 100.0)
    unit: str = "%"
    mark_below: float | None = 50.0
    dots_of: str = ""
    """Indicator whose dots are drawn."""
    reached_label: Text | None = None
    missed_label: Text | None = None
    missing_label: Text | None = None
    source: Text | None = None
    table: Table | None = None
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class CellMap:
    """Cells in the colours of their classes: one map, or small multiples under one legend; `table` is the twin in numbers."""

    title: Text | None
    subtitle: Text
    pictures: tuple[CellPicture, ...]
    classes: tuple[CellClass, ...]
    ground: CellGround
    description: Text
    steps: EpochSteps | None = None
    source: Text | None = None
    table: Table | None = None
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Hero:
    """The one large number of a page."""

    number: Text
    beside: tuple[Text, ...]
    sentence: Text
    side: str = "strong"
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Operand:
    """A number in a formula, with its label and the figure that it is."""

    number: Text
    label: Text
    link: Link | None = None


@dataclass(frozen=True)
class Operation:
    """A node of a formula: `divide`, `multiply`, `add`, `subtract`, `power`, `negative` or a function name (`log`)."""

    name: str
    parts: tuple[Operation | Operand, ...]


@dataclass(frozen=True)
class Formula:
    """A formula with its numbers: the whole expression, optional steps between, and the answer."""

    expression: Operation | Operand
    answer: Text
    answer_label: Text
    between: tuple[Operation | Operand, ...] = ()
    note: Text | None = None
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class StepItem:
    """One thing on the way to the file."""

    title: Text
    number: Text | None = None
    notes: tuple[Text, ...] = ()
    link: Link | None = None


@dataclass(frozen=True)
class Step:
    """One stage of the way: its title and what stands there."""

    title: Text
    items: tuple[StepItem, ...]


@dataclass(frozen=True)
class Steps:
    """The way from the figure to the file, stage by stage."""

    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Equation:
    """Rows that add up: the whole, and its named parts with the colour each is drawn in."""

    whole: int
    whole_label: Text
    parts: tuple[tuple[int, Text, str], ...]


@dataclass(frozen=True)
class ProblemBlock:
    """A group of equal faults: what kind, in a sentence, where, found, expected, how to mend."""

    kind: Text
    tone: str
    title: Text
    reason: Text | None
    rows: tuple[tuple[Text, Text], ...]


@dataclass(frozen=True)
class Problems:
    """All problems, grouped."""

    problems: tuple[ProblemBlock, ...]


@dataclass(frozen=True)
class Prose:
    """Plain paragraphs and links under them."""

    paragraphs: tuple[Text, ...]
    title: Text | None = None
    links: tuple[Link, ...] = ()
    note: bool = False


@dataclass(frozen=True)
class Chips:
    """Short names in a row (the places compared)."""

    names: tuple[Link, ...]


@dataclass(frozen=True)
class Index:
    """A list of links with a note each (places, agendas, themes, downloads)."""

    entries: tuple[tuple[Link, Text], ...]
    empty: Text | None = None


@dataclass(frozen=True)
class Group:
    """Blocks under a title of their own, where two stand beside each other under one rule."""

    title: Text
    blocks: tuple[Block, ...]
    subtitle: Text | None = None


@dataclass(frozen=True)
class Island:
    """Where the map explorer comes to stand; until it has drawn, and where it cannot, `fallback` is the map."""

    name: str
    fallback: tuple[Block, ...] = ()


Block = (
    Facts
    | AgendaStrips
    | Findings
    | Matrix
    | Completeness
    | Table
    | ChartBlock
    | MapBlock
    | CellMap
    | Hero
    | Formula
    | Steps
    | Equation
    | Problems
    | Prose
    | Chips
    | Index
    | Island
    | Group
)
