"""The reference index of 51 countries as arrays: parts by units in the order of the stage files, and who is whose parent."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ekistics.stats.aggregating import coverage

PILLARS = ("Physical", "ConEcFin", "Political", "Instit", "P2P", "Environ", "Social", "SusEcFin")
HALVES = ("Conn", "Sust")


def read(path):
    """Read a file of the reference set; empty is the only sign of a missing value, and a country may be called NA."""
    return pd.read_csv(path, keep_default_na=False, na_values=[""]).set_index("uCode")


def children(lineage, level, parent):
    """Return the codes below a parent; level is the name of the parent's column."""
    below = {"Pillar": "Indicator", "Sub-index": "Pillar", "Index": "Sub-index"}[level]
    return list(dict.fromkeys(lineage.loc[lineage[level] == parent, below]))


def parts(frame, codes):
    """Return (parts, units)."""
    return np.ascontiguousarray(frame[list(codes)].to_numpy(float).T)


def build(normalised, lineage, means, least=(0.0, 0.0, 0.0)):
    """Aggregate level by level with equal weights; a group below its least share of parts is missing, as the peer does it."""
    frame = normalised.copy()
    for level, mean, share in zip(("Pillar", "Sub-index", "Index"), means, least, strict=True):
        for parent in dict.fromkeys(lineage[level]):
            values = parts(frame, children(lineage, level, parent))
            weights = np.ones(len(values))
            enough = coverage(values, weights).by_count >= share
            frame[parent] = np.where(enough, mean(values, weights), np.nan)
    return frame
