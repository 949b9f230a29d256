"""The command line as its users have it: the made-up city in a workspace, and commands run in this process or in one of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.made_city import make_city

from ekistics.cli.app import run

CITY = "XX_TESTVILLE"


@dataclass(frozen=True)
class Said:
    """What a command left behind."""

    code: int
    out: str
    err: str


@pytest.fixture
def ekistics(capsys):
    """Run a command in this process."""

    def call(*words: object) -> Said:
        capsys.readouterr()
        code = 0
        try:
            run([str(word) for word in words])
        except SystemExit as left:
            code = left.code if isinstance(left.code, int) else int(left.code is not None)
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return call


def command(*words: object, encoding: str = "utf-8", **environment: str) -> subprocess.Popen[str]:
    """Start a command in a process of its own."""
    told = {name: value for name, value in os.environ.items() if name != "EKISTICS_WORKSPACE"} | environment
    words = tuple(str(word) for word in words)
    pipes = dict.fromkeys(("stdout", "stderr"), subprocess.PIPE)
    return subprocess.Popen([sys.executable, "-m", "ekistics", *words], env=told, text=True, encoding=encoding, **pipes)


@pytest.fixture(scope="session")
def files(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("files") / "my-city"
    make_city(folder)
    return folder


@pytest.fixture(scope="session")
def measured(files, tmp_path_factory) -> Path:
    """A workspace that holds the city's files and figures; tests that change it take a copy."""
    root = tmp_path_factory.mktemp("measured") / "w"
    for words in (("init", root), ("import", files, "-w", root), ("measure", "-w", root)):
        run_quietly(*words)
    return root


@pytest.fixture
def city(measured, tmp_path) -> Path:
    """A copy of the measured workspace, to change."""
    return Path(shutil.copytree(measured, tmp_path / "city"))


def run_quietly(*words: object) -> None:
    with pytest.raises(SystemExit) as left:
        run([str(word) for word in words])
    assert not left.value.code, f"ekistics {' '.join(map(str, words))} left with {left.value.code}"
