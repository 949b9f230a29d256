"""The stages of the reference index of 51 countries before aggregation, as arrays of (indicators, units)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Stage:
    """(indicators, units) values with the codes of both."""

    values: np.ndarray
    indicators: tuple[str, ...]
    units: tuple[str, ...]


def read(path, **options):
    """Read a file of the reference set; empty is the only sign of a missing value."""
    return pd.read_csv(path, keep_default_na=False, na_values=[""], **options)


def stage(path) -> Stage:
    """Read a stage file: one line a unit, one column an indicator."""
    frame = read(path).set_index("uCode")
    return Stage(np.ascontiguousarray(frame.to_numpy(float).T), tuple(frame.columns), tuple(frame.index))


def panel(path, indicators, units) -> np.ndarray:
    """Read a panel file as (years, indicators, units)."""
    frame = read(path)
    years = sorted(frame["Time"].unique())
    return np.stack(
        [frame[frame["Time"] == year].set_index("uCode").loc[list(units), list(indicators)].to_numpy(float).T for year in years]
    )


def directions(path, indicators) -> np.ndarray:
    """Return 1 or -1 of each indicator, from the table of indicators."""
    return read(path).set_index("iCode").loc[list(indicators), "Direction"].to_numpy(float)
