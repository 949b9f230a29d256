"""Which of many runs failed, and why: what the plain assessment would have refused is counted here, never dropped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from ekistics.assess.index.running import Draws, Prepared, Runs, aggregates_of
from ekistics.assess.methods.catalogue import find
from ekistics.model.assessments import Remark
from ekistics.model.recipes import Stage

Failures = dict[int, Remark]
"""By run, why it failed."""


def failures_of(prepared: Prepared, made: Runs, draws: Draws) -> Failures:
    """Return the runs that failed, each with the first reason.

    Parameters
    ----------
    made : what the runs gave; the asked composite is the last of its groups
    """
    scores = made.scores[:, :, -1]
    found: Failures = {int(run): Remark("no-scores", prepared.tree.codes[-1]) for run in np.flatnonzero(np.isnan(scores).all(axis=(1, 2)))}
    found |= {run: Remark("not-above-zero", about) for run, about in _not_above_zero(prepared, made, draws).items()}
    found |= {run: Remark("unfit", ", ".join(codes)) for run, codes in made.failed.items()}
    return found


def counted(failures: Iterable[Remark]) -> tuple[Remark, ...]:
    """Return each reason once, with how many `runs` it failed, the most frequent first."""
    runs: dict[tuple[str, str], int] = {}
    for one in failures:
        runs[one.kind, one.about] = runs.get((one.kind, one.about), 0) + 1
    ordered = sorted(runs.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Remark(kind, about, {"runs": float(count)}) for (kind, about), count in ordered)


def _not_above_zero(prepared: Prepared, made: Runs, draws: Draws) -> Mapping[int, str]:
    """Return runs in which a mean that needs values above 0 meets another, with the codes of group and part."""
    tree, found = prepared.tree, dict[int, str]()
    lowest: NDArray[np.float64] | None = None
    for group, (parts, aggregate) in enumerate(zip(tree.parts, aggregates_of(prepared, draws), strict=True)):
        strict = np.array([find(Stage.AGGREGATE, one).demands.above_zero for one in aggregate.options])
        runs = np.flatnonzero(strict[aggregate.of_run])
        if len(runs) == 0:
            continue
        lowest = _lowest(made) if lowest is None else lowest
        bad = (lowest[np.ix_(runs, parts)] <= 0) & (made.given[group][runs] > 0)
        for place in np.flatnonzero(bad.any(axis=1)):
            part = tree.codes[int(parts[np.argmax(bad[place])])]
            found.setdefault(int(runs[place]), f"{tree.groups[group].code} ({part})")
    return found


def _lowest(made: Runs) -> NDArray[np.float64]:
    """Return (runs, nodes) the lowest figure of each indicator and score of each group."""
    leaves = np.fmin.reduce(made.leaves.values, axis=(1, 3))
    groups = np.fmin.reduce(made.scores, axis=(1, 3))
    return np.concatenate([leaves[made.leaves.of_run], groups], axis=1)
