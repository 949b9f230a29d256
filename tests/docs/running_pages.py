"""Run a page of the documentation: its commands as they stand, its files as it shows them, its Python as a notebook would.

- A `console` block holds commands behind `$ ` and, under each, what it prints; `…` stands for any text, alone in a line for any
  lines. A command that is meant to fail says so behind it: `# exit code 7`.
- A block under a paragraph that ends in a file's name and a colon is written to that file.
- A `python` block shows the value of its last line, and a `text` block after it holds what is shown.
- `ekistics serve` goes on serving, and every address of this machine that the page names is asked for.
Every other block is a fault: nothing on a page goes untried.
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from ekistics.cli.app import run

_BLOCK = re.compile(r"(?P<before>[^\n]*)\n\n```(?P<kind>\w*)\n(?P<text>.*?)```", re.DOTALL)
_NAMED = re.compile(r"`(?P<name>[^`\s]+)`:$")
_ADDRESS = re.compile(r"<(http://127\.0\.0\.1:8480/[^>]*)>")
_PROGRESS = re.compile(r"^ *\d+\.\d s  ")


@dataclass(frozen=True)
class Block:
    """One fenced block: its kind, its text, and the file that the line before it names."""

    kind: str
    text: str
    file: str


def blocks_of(page: Path) -> list[Block]:
    """Return the blocks of a page in their order."""
    text = page.read_text(encoding="utf-8")
    found = [
        Block(one["kind"], one["text"], named["name"] if (named := _NAMED.search(one["before"])) else "") for one in _BLOCK.finditer(text)
    ]
    assert 2 * len(found) == text.count("```"), f"{page.name}: leave an empty line before each block"
    return found


def run_page(page: Path, *, instead: dict[str, str] | None = None, hold: bool = True) -> None:
    """Run a page in the present folder; `instead` gives what stands here for a word of the page (the address of a server).

    Without `hold` commands are run and must do well, but what they print is other than on the page: it was written from real data.
    """
    names: dict[str, object] = {}
    shown: str | None = None
    for block in blocks_of(page):
        text = block.text
        for word, ours in (instead or {}).items():
            text = text.replace(word, ours)
        if block.file:
            Path(block.file).parent.mkdir(parents=True, exist_ok=True)
            Path(block.file).write_text(text, encoding="utf-8")
        elif text.startswith("$ ekistics serve"):
            _serve(text, _ADDRESS.findall(page.read_text(encoding="utf-8")))
        elif block.kind == "console":
            _run_commands(text, hold=hold)
        elif block.kind == "python":
            shown = _run_python(text, names)
        else:
            assert block.kind == "text", f"{page.name}: a block of kind {block.kind!r} that nobody runs"
            assert shown is not None, f"{page.name}: a text block with no Python before it"
            _compare(text.splitlines(), shown, text)


def _run_commands(text: str, *, hold: bool) -> None:
    lines = text.splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("$ ")]
    assert starts[:1] == [0], f"a console block begins with a command: {text}"
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        command, expected = lines[start][2:], lines[start + 1 : end]
        said, code = _command(shlex.split(command, comments=True))
        wanted = re.search(r"# exit code (\d+)$", command)
        assert code == (int(wanted[1]) if wanted else 0), f"{command}\nleft with code {code}\n{said}"
        if expected and hold:
            _compare(expected, said, command)


def _command(words: list[str]) -> tuple[str, int]:
    """Return what a command prints and its exit code; lines of progress are left out, as a terminal wipes them."""
    assert words[0] == "ekistics", f"pages run ekistics, not {words[0]}"
    said, faults, code = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(faults):
        try:
            run(words[1:])
        except SystemExit as left:
            code = left.code if isinstance(left.code, int) else 0 if left.code is None else 1
    spoken = "".join(line for line in faults.getvalue().splitlines(keepends=True) if not _PROGRESS.match(line))
    return said.getvalue() + spoken, code


def _serve(text: str, addresses: list[str]) -> None:
    command, *expected = text.splitlines()
    words = [sys.executable, "-m", *shlex.split(command[2:]), "--port", "0"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"}) as serving:
        try:
            said = serving.stdout.readline() if serving.stdout else ""
            port = re.search(r":(\d+)/", said)
            assert port, said
            _compare(expected, said.replace(port[1], "8480"), command)
            for address in addresses:
                with urllib.request.urlopen(address.replace("8480", port[1]), timeout=30) as answer:
                    assert answer.status == 200, address
                    assert answer.read(), address
        finally:
            serving.terminate()


def _run_python(text: str, names: dict[str, object]) -> str:
    tree = ast.parse(text)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, "<page>", "exec"), names)
        value = eval(compile(ast.Expression(last.value), "<page>", "eval"), names) if isinstance(last, ast.Expr) else None
    return printed.getvalue() + ("" if value is None else repr(value))


def _compare(expected: list[str], said: str, what: str) -> None:
    """Hold what was printed against what the page shows; runs of spaces are one."""
    lines = [" ".join(line.split()) for line in said.splitlines() if line.strip()]
    wanted = [" ".join(line.split()) for line in expected if line.strip()]
    pattern = "".join(r"(?:[^\n]*\n)*?" if any_lines else "".join(map(_line, group)) for any_lines, group in groupby(wanted, "…".__eq__))
    shown = "\n".join(expected)
    whole = "".join(f"{line}\n" for line in lines)
    assert re.fullmatch(pattern, whole), f"{what}\nthe page shows\n{shown}\nbut it says\n{said}"


def _line(line: str) -> str:
    return "[^\n]*?".join(re.escape(part) for part in line.split("…")) + "\n"
