"""Write docs/methods.md from the code: layers with their options and defaults, variants, rule files, indicators, agendas, exit codes."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import yaml

from ekistics.cli.app import EXIT_CODES, UNFORESEEN
from ekistics.frameworks.loader import load_shipped
from ekistics.indicators.registry import cards
from ekistics.layers.catalogue import load_all
from ekistics.layers.registry import LAYERS
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
    parts = [HEAD, _layers(), _variants(), _rules(), _indicators(), _agendas(), _codes()]
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
