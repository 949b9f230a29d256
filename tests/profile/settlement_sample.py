"""Where the made-up city is and how it grew: 20 by 30 cells around it, classes in squares, built-up land in rings."""

from __future__ import annotations

import numpy as np

from ekistics.model.grids import CellImage, CentreNear, GridNote, GridNoteKind
from ekistics.profile.settlement.evidence import (
    DegreeOfUrbanisation,
    ExtentYear,
    GrowthPeriod,
    SettlementView,
    UrbanGrowth,
)

AROUND = (9.95, 49.95, 10.25, 50.15)
"""West, south, east, north of the images, degrees."""
YEARS = (1990, 2000, 2010, 2020)


def _squares(*inward: tuple[int, int]) -> CellImage:
    codes = np.full((20, 30), 255, np.uint8)
    for margin, code in inward:
        codes[margin : 20 - margin, margin : 30 - margin] = code
    return CellImage(codes, AROUND)


def degree(**changes) -> DegreeOfUrbanisation:
    told = {
        "year": 2020,
        "level": 2,
        "edition": "2024",
        "image": _squares((0, 11), (2, 12), (4, 21), (6, 30)),
        "people": {30: 86_000.0, 21: 10_000.0, 12: 3_000.0, 11: 1_000.0},
        "area_km2": {30: 20.0, 21: 30.0, 12: 40.0, 11: 10.0},
        "centres": (
            CentreNear("UC2", "", 55_000.0, 11.0, None, 0.25),
            CentreNear("UC1", "Šahr <b>One</b>", 90_000.0, 22.0, 9.5, 1.0),
        ),
        "notes": (GridNote(GridNoteKind.NO_BUILT_UP_GRID, 2020),),
    }
    return DegreeOfUrbanisation(**(told | changes))


def extent(year: int, built: float, area: float, people: float | None = None) -> ExtentYear:
    margin = 8 - YEARS.index(year)
    return ExtentYear(
        year, built, area, area - 0.8 * built, _squares((margin - 3, 5), (margin - 2, 3), (margin - 1, 2), (margin, 1)), people
    )


def growth(**changes) -> UrbanGrowth:
    areas = ((1990, 10.0, 15.0, 50_000.0), (2000, 12.0, 18.0, 60_000.0), (2010, 15.0, 21.0, 80_000.0), (2020, 20.0, 25.0, 100_000.0))
    told = {
        "years": YEARS,
        "first_built": _squares((5, 3), (6, 2), (7, 1), (8, 0)),
        "extents": tuple(extent(*one) for one in areas),
        "periods": (
            GrowthPeriod(1990, 2000, 0.5, 1.2, 0.3, 0.2),
            GrowthPeriod(2000, 2010, 1.0, 1.5, 0.5, 0.0),
            GrowthPeriod(2010, 2020, 1.0, 4.0, 0.0, 0.4, lost_km2=0.1),
        ),
        "notes": (GridNote(GridNoteKind.BUILT_FROM, 2020, share=0.5),),
    }
    return UrbanGrowth(**(told | changes))


def view(**changes) -> SettlementView:
    told = {"degree": degree(), "growth": growth(), "credit": "Census grid & satellite", "files": ("people <1>.tif",)}
    return SettlementView(**(told | changes))
