"""The table that a recipe is applied to: figures of units (cities, districts, countries) by indicator and year, with their errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

Cube = NDArray[np.float64]
"""(years, rows, units); NaN is missing."""


@dataclass(frozen=True)
class IndexTable:
    """Figures in the units that the recipe names; NaN is missing.

    Attributes
    ----------
    units, names : codes of the units, unique, and their names
    years : ascending; one table of a spreadsheet has one
    indicators : codes of the rows of `values`
    values : (years, indicators, units)
    standard_errors : (years, indicators, units) or None; NaN where a figure states none, which is not zero
    denominators : by code, (years, units)
    labels : by grouping (region, size class, income), one label a unit; empty text where none
    figure_ids : (years, indicators, units) the record's figure behind each value, 0 for none; None for a plain table
    figure_years : (years, indicators, units) the year that each figure speaks of, where it is not that of the row; None if all are
    measured_in : by code, the unit that the column stands in, where the table says one
    source : the file or the commit it came from
    degrees_of_freedom : (years, indicators, units) of each standard error, or None; NaN where a figure states none
    """

    units: tuple[str, ...]
    names: tuple[str, ...]
    years: tuple[int, ...]
    indicators: tuple[str, ...]
    values: Cube
    standard_errors: Cube | None = None
    denominators: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    figure_ids: NDArray[np.int64] | None = None
    figure_years: NDArray[np.int16] | None = None
    measured_in: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    degrees_of_freedom: Cube | None = None

    def __post_init__(self) -> None:
        shape = (len(self.years), len(self.indicators), len(self.units))
        if self.values.shape != shape:
            raise ValueError(f"the values have the shape {self.values.shape}, years, indicators and units make {shape}")
        for name in ("standard_errors", "degrees_of_freedom", "figure_ids", "figure_years"):
            array = getattr(self, name)
            if array is not None and array.shape != shape:
                raise ValueError(f"{name} has the shape {array.shape}, the values have {shape}")
        if len(self.names) != len(self.units):
            raise ValueError(f"{len(self.units)} units have {len(self.names)} names")

    def of_units(self, places: NDArray[np.int64]) -> IndexTable:
        """Return the table of some of its units, by their places, in the order given."""

        def some(told: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(told[place] for place in places)

        return replace(
            self,
            units=some(self.units),
            names=some(self.names),
            values=self.values[..., places],
            standard_errors=None if self.standard_errors is None else self.standard_errors[..., places],
            denominators={code: told[..., places] for code, told in self.denominators.items()},
            labels={name: some(told) for name, told in self.labels.items()},
            figure_ids=None if self.figure_ids is None else self.figure_ids[..., places],
            figure_years=None if self.figure_years is None else self.figure_years[..., places],
            degrees_of_freedom=None if self.degrees_of_freedom is None else self.degrees_of_freedom[..., places],
        )
