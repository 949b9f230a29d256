"""Write docs/methods.md from the code: layers with their options and defaults, variants, rule files, indicators, agendas, exit codes."""

from __future__ import annotations

from dataclasses import fields
from importlib import resources
from pathlib import Path

import yaml

from ekistics.assess import findings
from ekistics.assess.comparing import strengths
from ekistics.assess.doubt import told_apart
from ekistics.cli.app import EXIT_CODES, UNFORESEEN
from ekistics.frameworks.loader import load_shipped
from ekistics.indicators.registry import cards
from ekistics.layers.catalogue import load_all
from ekistics.layers.registry import LAYERS
from ekistics.places.settlement_rules import rule_table
from ekistics.places.urban_extent import ATLAS_RULES
from ekistics.sources.osm_rules import NAMES
from ekistics.workspace.measuring import variants

TARGET = Path(__file__).parents[1] / "docs" / "methods.md"

HEAD = """# How figures are made

Written from the code by `tools/make_reference.py`; a test fails when the two differ.

A figure of the ground is a quantity that a *layer* tabulates by zone, or a formula on such quantities. A layer is computed once for
its inputs and options and kept under a name that is their hash; the lineage page of each figure shows the layers with what they
report of themselves. Every option below can be set under `measure:` in `city.yaml`; what differs from the defaults is in the lineage.
"""


def reference() -> str:
    """Return the whole page."""
    load_all()
    parts = [HEAD, _layers(), _variants(), _rules(), _judging(), _settlements(), _extent(), _indicators(), _agendas(), _codes()]
    return "\n".join(parts)


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in rows]) + "\n"


def _layers() -> str:
    rows = []
    for name in sorted(LAYERS):
        kind = LAYERS[name]
        told = (kind.compute.__doc__ or "").strip().splitlines()[0]
        options = ", ".join(f"`{option}` = {default!r}" for option, default in kind.options.items())
        rows.append((f"`{name}`", kind.edition, told, options or "–"))
    return "## Layers and their options\n\n" + _table(("layer", "edition", "what it does", "options and defaults"), rows)


def _variants() -> str:
    rows = [
        (f"`{name}`", ", ".join(f"`{key}` = {value!r}" for key, value in told.items()) or "the defaults")
        for name, told in variants().items()
    ]
    return "## Variants\n\nNamed sets of options; their figures stand beside the default ones.\n\n" + _table(("variant", "options"), rows)


def _rules() -> str:
    rows = []
    for name in (*NAMES, "modes"):
        text = resources.files("ekistics.sources").joinpath("rules", f"{name}.yaml").read_text(encoding="utf-8")
        first = next(line for line in text.splitlines() if line.startswith("#")).lstrip("# ")
        rows.append((f"[`{name}.yaml`](../src/ekistics/sources/rules/{name}.yaml)", str(yaml.safe_load(text)["edition"]), first))
    intro = "Which tag means what is data. A file of the same name in a workspace's `rules/` folder stands in for ours.\n\n"
    return "## Rule files\n\n" + intro + _table(("file", "edition", "what it decides"), rows)


def _judging() -> str:
    spoken = {"findings": findings.DEFAULT_RULE, "strengths": strengths.DEFAULT_RULE, "told_apart": told_apart.DEFAULT_RULE}
    rows = []
    for place in ("preference", "findings", "audit/audit", "comparing/size_classes", "comparing/strengths", "doubt/told_apart"):
        name = place.rpartition("/")[2]
        text = resources.files("ekistics.assess").joinpath(f"{place}.yaml").read_text(encoding="utf-8")
        first = next(line for line in text.splitlines() if line.startswith("#")).lstrip("# ")
        told = spoken[name].spoken() if name in spoken else first
        rows.append((f"[`{name}.yaml`](../src/ekistics/assess/{place}.yaml)", str(yaml.safe_load(text).get("edition", "–")), told))
    intro = "From where a page speaks up is data too: numbers that are conventions, each in one place.\n\n"
    return "## Rules of judgement\n\n" + intro + _table(("file", "edition", "what it says"), rows)


SETTLEMENTS = """## The degree of urbanisation

Cells of 1 km² on an equal-area grid are classified by people per km² of permanent land, by the clusters that they form, and where
asked for by what is built. Densities are compared as people ≥ threshold × land; land 0 passes where anybody lives or anything is
built. Built-up shares of land are compared after rounding to three decimals. `optimal` is the mean built-up share, per cell, of the
dense clusters of `optimal_people` and more, rounded up to two decimals. People are summed as whole numbers of 2⁻²⁸, so that how a
grid is split, turned or mirrored changes no figure, and sizes are compared to the millionth of a person.

*Ours, where published texts leave a gap:* a cell without data in every band is outside the map and counts as a valid neighbour that is
no member; people not known on land are nobody, and counted; water never joins a centre; valid neighbours are judged by land and people
alone; a hole that holds cells of another centre is not filled, a lake in a hole is, and stays urban centre; smoothing comes before
filling; R2022A has the semi-dense rule of 2021. Level 1 is the aggregate of level 2 but for cells dense by what is built alone and for
semi-dense clusters of fewer people than an urban cluster has; both are counted.

Proven by the grids around Belgium (GHSL 2020), to the cell and to the tenth of a person in six runs, beside flexurba 0.2.2, and by a
plain second implementation on random grids. flexurba's code takes semi-dense for suburban people in the test for suburbs; the manual's
text is followed.
"""
EXTENT = """## The urban extent

By built-up cells of 10 to 100 m: a built-up cell is urban, suburban or rural by the share of built-up cells on the map within a
walking-distance circle; open cells are fringe near urban and suburban ones, or captured where they are enclosed. Together they are the
extent. **Not verified:** these are the rules of the Atlas of Urban Expansion and of UN-Habitat's training module as commonly told; the
texts were not at hand, and no raster of an Atlas city was there to compare with. The code is proven by a plain second implementation
on random grids and by drawn grids for each rule. Circles are of whole cells; their true area is reported (564 m at 30 m: 0.998 km²).
New built-up between two years is infill, extension or leapfrog; inclusion is what was outlying and is taken in.
"""


def _settlements() -> str:
    rows = [tuple(f"`{row['parameter']}`" if name == "parameter" else str(row[name]) for name in row) for row in rule_table()]
    return SETTLEMENTS + "\n" + _table(tuple(rule_table()[0]), rows)


def _extent() -> str:
    rows = [(f"`{one.name}`", str(getattr(ATLAS_RULES, one.name))) for one in fields(ATLAS_RULES)]
    return EXTENT + "\n" + _table(("parameter", "default"), rows)


def _indicators() -> str:
    rows = [
        (
            f"`{one.code}`",
            one.edition,
            one.unit,
            f"`{one.layer}`" if one.layer else f"`{one.formula}`" if one.formula else "reported",
            one.source,
        )
        for one in sorted(cards(), key=lambda one: (one.theme, one.code, one.edition))
    ]
    return "## Indicators\n\n" + _table(("code", "edition", "unit", "layer or formula", "method"), rows)


def _agendas() -> str:
    rows = []
    for one in load_shipped():
        verified = sum(item.verified for item in one.items)
        benchmarks = [item.benchmark for item in one.items if item.benchmark]
        official = sum(benchmark.verified for benchmark in benchmarks)
        rows.append(
            (f"`{one.code}`", one.name, one.edition, str(len(one.items)), str(verified), f"{official} of {len(benchmarks)}", one.source)
        )
    head = ("code", "agenda", "edition", "items", "items verified", "benchmarks verified", "source")
    return "## Agendas\n\nWhat was not read in an official text is marked so and rated as provisional.\n\n" + _table(head, rows)


def _codes() -> str:
    rows = [("0", "done"), ("1", "a check found something"), ("2", "words that the command line does not know")]
    rows += [(str(code), (kind.__doc__ or "").strip().splitlines()[0]) for kind, code in EXIT_CODES.items()]
    rows.append((str(UNFORESEEN), "a fault of the program itself: the way to it is kept in a file that the sentence names"))
    return "## Exit codes\n\n" + _table(("code", "meaning"), rows)


if __name__ == "__main__":
    TARGET.write_text(reference(), encoding="utf-8")
