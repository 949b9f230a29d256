"""An agenda with two axes as a matrix: for each cell its items' ratings or, in one line, what would fill it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ekistics.assess.rating import Rating, Standing
from ekistics.model.errors import InvalidInput
from ekistics.model.frameworks import Framework, Level


@dataclass(frozen=True)
class Cell:
    """One cell: its row and column codes, its ratings (those with a figure first), and one line of need where none has a figure."""

    row: str
    column: str
    ratings: tuple[Rating, ...]
    need: str = ""

    @property
    def filled(self) -> bool:
        """Whether any item of the cell has a value."""
        return any(one.value is not None for one in self.ratings)


@dataclass(frozen=True)
class Matrix:
    """Rows and columns with their cells, row by row; `filled` of `len(cells)` hold a value."""

    rows: tuple[Level, ...]
    columns: tuple[Level, ...]
    cells: tuple[Cell, ...]

    @property
    def filled(self) -> int:
        """How many cells hold a value."""
        return sum(one.filled for one in self.cells)

    def cell(self, row: str, column: str) -> Cell:
        """Return one cell by the codes of its row and column."""
        return next(one for one in self.cells if (one.row, one.column) == (row, column))


def matrix_of(framework: Framework, ratings: Sequence[Rating]) -> Matrix:
    """Lay ratings out by the two axes of their agenda.

    Raises
    ------
    InvalidInput
        If the agenda has not exactly two axes that cross (a heading of one being no part of the other).
    """
    axes = list(framework.axes.values())
    if len(axes) != 2 or any(level.parent for level in axes[1]):
        raise InvalidInput(f"{framework.name} is no matrix", found=", ".join(framework.axes), expected="two axes that cross")
    cells = tuple(_cell(row.code, column.code, ratings) for row in axes[0] for column in axes[1])
    return Matrix(axes[0], axes[1], cells)


def _cell(row: str, column: str, ratings: Sequence[Rating]) -> Cell:
    order = {Standing.RATED: 0, Standing.NOT_RATED: 1, Standing.MISSING: 2}
    here = sorted((one for one in ratings if one.item.path[:2] == (row, column)), key=lambda one: order[one.standing])
    if any(one.value is not None for one in here):
        return Cell(row, column, tuple(here))
    known = [one for one in here if one.item.indicators]
    # a known indicator with a nameable file says more than a slot
    need = next((one.reason for one in (*known, *here) if one.reason), "an indicator of the city's own")
    return Cell(row, column, tuple(here), need)
