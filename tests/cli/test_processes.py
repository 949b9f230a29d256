"""The command line as a process: interrupted, piped, on a terminal, on an old console; and its completion."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from tests.cli.conftest import CITY, command
from tests.made_city import make_city

from ekistics.cli.app import EXIT_CODES
from ekistics.model.errors import Cancelled
from ekistics.workspace.workspace import Workspace


@pytest.fixture(scope="module")
def large(tmp_path_factory) -> Path:
    """A city whose measurement takes long enough to be interrupted."""
    folder = tmp_path_factory.mktemp("large") / "my-city"
    make_city(folder, side=81)
    return folder


def interrupt(process: subprocess.Popen[str], word: str) -> tuple[int, str]:
    """Interrupt a process once its progress says a word; return its exit code and what it said."""
    said = ""
    for line in process.stderr:
        said += line
        if word in line:
            process.send_signal(signal.SIGINT)
            break
    said += process.communicate(timeout=60)[1]
    return process.returncode, said


@pytest.mark.parametrize("word", ["reach schools", "formulas"])
def test_an_interrupted_measurement_leaves_the_workspace_whole(large, tmp_path, word):
    root = tmp_path / "w"
    with Workspace.create(root) as city:
        city.import_folder(large)
        before = [one.number for one in city.commits()]
    code, said = interrupt(command("measure", "-w", root), word)
    if code == 0:
        pytest.fail(f"the measurement was over before it could be interrupted: {said}")
    assert code == EXIT_CODES[Cancelled]
    assert said.strip().splitlines()[-1] == "ekistics: stopped; nothing half-done was kept"
    with Workspace.open(root) as city:
        assert [one.number for one in city.commits()][: len(before)] == before
        assert all(one.good for one in city.doctor())
        city.measure()
        made = len(city.figures())
        assert made
        assert city.measure().unchanged
        assert len(city.figures()) == made


def test_an_interrupted_import_leaves_the_workspace_whole(large, tmp_path):
    root = tmp_path / "w"
    Workspace.create(root).close()
    code, said = interrupt(command("import", large, "-w", root), "timetable")
    assert code == EXIT_CODES[Cancelled], said
    with Workspace.open(root) as city:
        assert all(one.good for one in city.doctor())
        receipts, _ = city.import_folder(large)
        assert len(city.session.record.assets()) >= len(receipts) - 1


def test_progress_is_silent_for_scripts_and_on_standard_error_otherwise(measured):
    quiet = command("measure", "-w", measured, "--json")
    out, err = quiet.communicate(timeout=60)
    assert json.loads(out)["figures"] > 0
    assert not err
    told = command("measure", "-w", measured)
    out, err = told.communicate(timeout=60)
    assert out.count("\n") == 1
    assert "formulas over figures on record" in err


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of this kind is one of Unix")
def test_a_terminal_shows_how_long_it_will_still_take(large, tmp_path):
    import pty

    root = tmp_path / "w"
    with Workspace.create(root) as city:
        city.import_folder(large)
    ours, theirs = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "100"}
    words = [sys.executable, "-m", "ekistics", "measure", "-w", str(root)]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=theirs, env=environment)
    os.close(theirs)
    shown = b""
    while True:
        try:
            shown += os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
    os.close(ours)
    assert process.wait(60) == 0, shown.decode(errors="replace")
    assert b"-:--:--" in shown or b"0:00:" in shown
    assert "━".encode() in shown


def test_a_reader_that_has_enough_ends_it_quietly(measured):
    head = f"'{sys.executable}' -m ekistics figures {CITY} -w '{measured}' | head -n 1"
    done = subprocess.run(["sh", "-c", head], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.startswith("figure")
    assert not done.stderr


@pytest.mark.parametrize("asked", [(), ("--json",)], ids=["table", "json"])
def test_an_old_console_shows_what_it_can(city, asked):
    with Workspace.open(city) as workspace:
        workspace.add_place("TOKYO", "東京")
    process = command("place", "list", *asked, "-w", city, encoding="cp1252", PYTHONIOENCODING="cp1252", PYTHONUTF8="0")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    if asked:
        assert json.loads(out)[-1]["names"]["und"] == "東京"
    else:
        assert r"\u6771\u4eac" in out


def test_a_closed_output_is_no_fault(measured):
    words = f"'{sys.executable}' -m ekistics doctor -w '{measured}' >&-"
    done = subprocess.run(["sh", "-c", words], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_has_its_completion(shell):
    program = shutil.which("ekistics", path=str(Path(sys.executable).parent))
    assert program, "the program is installed beside this Python"
    environment = os.environ | {"_EKISTICS_COMPLETE": f"source_{shell}"}
    done = subprocess.run([program], env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert "complete" in done.stdout
    assert "ekistics" in done.stdout


def test_serving_prints_its_address_takes_the_next_port_and_stops_when_asked(measured):
    first = command("serve", "-w", measured, "--port", 8791)
    second = None
    try:
        address = _address(first)
        assert urllib.request.urlopen(address, timeout=20).status == 200
        second = command("serve", "-w", measured, "--port", 8791)
        assert _address(second) != address
    finally:
        for one in filter(None, (first, second)):
            one.send_signal(signal.SIGINT)
            one.communicate(timeout=30)
    assert first.returncode in (0, EXIT_CODES[Cancelled])


def _address(process: subprocess.Popen[str]) -> str:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        for word in process.stdout.readline().split():
            if word.startswith("http://127.0.0.1:"):
                return word
    raise AssertionError("no address was printed")
