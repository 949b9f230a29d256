"""What a reader found wrong, and the count that shows no row was lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """What became of the row or feature."""

    REJECTED = "rejected"
    LEFT_OUT = "left out"
    REPAIRED = "repaired"
    NOTE = "to look at"


@dataclass(frozen=True)
class Problem:
    """One fault, or a group of equal faults (`count`), with the first place where it stands.

    `kind` is a short stable code (`area-without-nodes`, `not-a-number`); `message` is one whole sentence.
    Rows count from 1 as a person counts them in the file (the header is row 1).
    """

    kind: str
    message: str
    severity: Severity = Severity.NOTE
    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    feature: str | None = None
    found: str | None = None
    expected: str | None = None
    mend: str | None = None
    count: int = 1
    more_rows: tuple[int, ...] = ()


@dataclass(frozen=True)
class Tally:
    """Rows of one file (or one table inside an archive): read = used + repaired + left_out, always."""

    file: str
    read: int
    used: int
    repaired: int = 0
    left_out: int = 0

    def __post_init__(self) -> None:
        if self.read != self.used + self.repaired + self.left_out:
            raise AssertionError(f"{self.file}: {self.read} rows read, but {self.used} + {self.repaired} + {self.left_out} accounted for")


@dataclass(frozen=True)
class RowsSeen:
    """Rows of a table as they stand in the file, as texts, for those who must mend them; `numbers` count from 1, header included."""

    columns: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    cells: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Receipt:
    """What a commit did to the record: read = new + changed + unchanged + rejected."""

    commit: int | None
    read: int
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    problems: tuple[Problem, ...] = ()
    tallies: tuple[Tally, ...] = ()
    seen: RowsSeen = field(default_factory=RowsSeen)
    """Some of the rows that the problems speak of."""

    def __post_init__(self) -> None:
        if self.read != self.new + self.changed + self.unchanged + self.rejected:
            raise AssertionError(
                f"{self.read} rows read, but {self.new} new + {self.changed} changed"
                f" + {self.unchanged} unchanged + {self.rejected} rejected"
            )
