"""What a map of cells shows before it is drawn: the cells, the classes that their codes stand for, what lies around them.

No colour and no size: a class names the colour token that it is drawn in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ekistics.model.grids import CellImage
from ekistics.profile.evidence import MapShapes
from ekistics.profile.texts import Text


@dataclass(frozen=True)
class CellClass:
    """One entry of a legend: the codes that it stands for, its name, its colour by token, and what is said beside the name."""

    codes: tuple[int, ...]
    label: Text
    colour: str
    note: Text | None = None


@dataclass(frozen=True)
class CellPicture:
    """One image of cells; codes that no class names are left open. Small maps beside others have a title of their own."""

    image: CellImage
    title: Text | None = None
    subtitle: Text | None = None


@dataclass(frozen=True)
class CellGround:
    """What a map of cells is drawn upon: the outline of the place (shapely, degrees; None where it is not known) and the base map."""

    outline: Any = None
    shapes: MapShapes | None = None


@dataclass(frozen=True)
class EpochSteps:
    """A map that can be stepped through: what it shows at each position, where position p shows the codes 0 to p."""

    label: Text
    """What is chosen (`Year`)."""
    years: tuple[int, ...]
    told: tuple[Text, ...]
    """One sentence a year."""
