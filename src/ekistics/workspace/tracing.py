"""The verb `lineage`: the way of a figure back to its files, as text and as W3C PROV-JSON."""

from __future__ import annotations

import json
from typing import Any

from ekistics.model.units import unit_of
from ekistics.publish.prov import prov_json
from ekistics.workspace.gathering import lineage_of
from ekistics.workspace.session import Session


def lineage_lines(session: Session, figure: int) -> list[str]:
    """Return the way of a figure back to its files, one line a step, indented by depth."""
    lines: list[str] = []
    _tell(session.record.lineage(figure), 0, "", lines, set())
    return lines


def _tell(node: Any, depth: int, role: str, lines: list[str], told: set[int]) -> None:
    one = node.figure
    observation = one.observation
    value = "–" if observation.value is None else f"{observation.value:,.10g} {unit_of(observation.unit).symbol}".strip()
    head = f"{role} = " if role else ""
    series = " · ".join(text for text in (observation.series.source, observation.series.edition, observation.series.variant) if text)
    pad = "  " * depth
    lines.append(f"{pad}{head}{observation.indicator} of {observation.place}, {observation.period}: {value}  [figure {one.id}; {series}]")
    if observation.reason:
        lines.append(f"{pad}  {observation.status}: {observation.reason}")
    if one.id in told:
        return
    told.add(one.id)
    lines.append(f"{pad}  made by {node.run.function}, edition {node.run.edition}, {node.run.software}, part {node.part.name}")
    own = [(name, below) for name, below in node.inputs if below.figure.observation.place == observation.place]
    for name, below in own or node.inputs:
        _tell(below, depth + 1, name, lines, told)
    lines += [f"{pad}  layer {layer.name}: {json.dumps(layer.options, ensure_ascii=False)}" for layer in node.layers]
    for asset in node.assets:
        where = f", {observation.locator}" if observation.locator else ""
        read = ", ".join(f"{name} {value}" for name, value in asset.options.items() if name != "mapping")
        how = f", read with {read}" if read else ""
        lines.append(
            f"{pad}  file {asset.name}{where}: {asset.source}, {asset.licence or 'licence not stated'}{how}, SHA-256 {asset.sha256}"
        )


def prov(session: Session, figure: int) -> str:
    """Return the lineage of a figure as W3C PROV-JSON."""
    return prov_json(lineage_of(session, figure)).decode()
