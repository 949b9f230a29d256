"""What is printed: tables on terminals of any width and in pipes, and JSON of what was done."""

from __future__ import annotations

import json
import re
import sys

import pytest
from tests.cli.conftest import CITY

from ekistics.cli import printing

ROWS = [("2.2.3", "public_transport_access", "29.52 %", "a note of so many words that no narrow terminal takes it in one line")]
COLUMNS = ("item", "indicator", "value", "note")
_STYLES = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def terminal(monkeypatch, capsys):
    """Print a table as on a terminal of a width, and return its lines."""

    def show(width: int, rows: list) -> list[str]:
        monkeypatch.setenv("COLUMNS", str(width))
        monkeypatch.setenv("TERM", "xterm")  # a dumb terminal has 80 columns, whatever it says
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
        printing.table(COLUMNS, rows)
        return [line.rstrip() for line in _STYLES.sub("", capsys.readouterr().out).splitlines()]

    return show


def test_a_wide_terminal_has_a_row_on_one_line(terminal):
    lines = terminal(200, ROWS)
    assert len(lines) == 2
    assert lines[1].split("  ") == list(ROWS[0])


def test_a_terminal_of_middle_width_folds_the_longest_column_only(terminal):
    lines = terminal(90, ROWS)
    assert len(lines) > 2
    assert lines[1].startswith("2.2.3  public_transport_access  29.52 %  a note of")
    assert max(map(len, lines)) <= 90


def test_a_narrow_terminal_has_the_cells_one_below_the_other(terminal):
    assert terminal(60, ROWS) == ["2.2.3", *(f"  {name}: {cell}" for name, cell in zip(COLUMNS[1:], ROWS[0][1:], strict=True))]


def test_a_pipe_has_a_row_on_one_line_however_long_it_is(capsys):
    printing.table(COLUMNS, [("1", "a" * 150, "b" * 150, "c" * 150)])
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_brackets_and_colons_of_a_name_are_printed_as_they_are(capsys):
    printing.table(("code", "name"), [("A", "[/x] :smile: [red]Town")])
    assert "[/x] :smile: [red]Town" in capsys.readouterr().out


def test_what_was_done_is_told_as_json(ekistics, tmp_path):
    root = tmp_path / "w"
    here = ("-w", root, "--json")
    assert json.loads(ekistics("init", root, "--json").out) == {"workspace": str(root)}
    assert json.loads(ekistics("place", "add", "A", "--name", "A", *here).out) == {"commit": 1, "place": "A"}
    assert json.loads(ekistics("place", "add", "B", "--name", "B", "--kind", "district", *here).out)["commit"] == 2
    assert json.loads(ekistics("place", "relate", "B", "A", *here).out) == {"commit": 3, "problems": []}
    assert json.loads(ekistics("undo", 3, *here).out) == {"commit": 4, "withdraws": 3}


def test_what_was_written_is_told_as_json(ekistics, measured, tmp_path):
    for name in ("a.csv", "a.svg"):
        told = json.loads(ekistics("export", CITY, "-o", tmp_path / name, "-w", measured, "--json").out)
        assert told["file"] == str(tmp_path / name)
    assert json.loads(ekistics("lineage", 1, "-w", measured, "--json").out)["lines"][0].startswith("population of XX_TESTVILLE")
