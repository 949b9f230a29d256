"""The house keeps its own rules: rooms, contracts, no trace of a machine."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _tool(name: str):
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_every_room_stands_in_the_table_and_every_contract_comes_from_it():
    tool = _tool("import_contracts")
    table, present = tool.rooms(), tool.present_rooms()
    assert present - set(table) == set(), "a room is missing in docs/architecture.md"
    assert (ROOT / ".importlinter").read_text() == tool.contracts(table, present), "run `make contracts`"


def test_every_room_says_what_lives_there():
    for path in (ROOT / "src" / "ekistics").glob("*/__init__.py"):
        text = path.read_text()
        assert "May import" in text, f"{path}: what may it import?"
        assert "To add" in text, f"{path}: where are things added?"


def test_importing_the_package_or_asking_for_help_loads_no_room():
    code = "import sys, ekistics; print([m for m in sys.modules if m.startswith('ekistics.')])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    code = (
        "import sys\nfrom ekistics.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "print('HEAVY', [m for m in ('numpy', 'pandas', 'shapely', 'sqlalchemy', 'pyarrow', 'fastapi') if m in sys.modules])"
    )
    assert "HEAVY []" in subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_no_mirror_credential_or_machine_path_stands_anywhere():
    forbidden = re.compile(
        r"(?:extra-)?index-url|find-links|//[^/\s:@'\"]+:[^/\s@'\"]+@(?!localhost|127\.0\.0\.1|host\b)"
        r"|/opt/"
        r"pypi|/root/|/work/"
        r"(?:main|shared)",
    )
    allowed_hosts = {"pypi.org", "files.pythonhosted.org", "registry.npmjs.org"}
    for path in _tracked():
        if path.suffix in {".png", ".woff2", ".gz", ".mo"} or path == Path(__file__):
            continue
        text = path.read_text(errors="replace")
        if found := forbidden.search(text):
            pytest.fail(f"{path.relative_to(ROOT)}: {found.group(0)}")
        if path.name in {"uv.lock", "package-lock.json"}:
            # of npm's lock only where a package was found: its funding addresses lead elsewhere
            keys = "resolved" if path.suffix == ".json" else "url|registry"
            hosts = set(re.findall(rf'"?(?:{keys})"?\s*[=:]\s*"https?://([^/"]+)', text))
            assert hosts <= allowed_hosts, f"{path.name}: {hosts - allowed_hosts}"


def test_no_fetched_data_is_committed():
    for path in _tracked():
        assert path.suffix not in {".pbf", ".tif", ".gpkg", ".parquet", ".sqlite"}, path
        assert path.stat().st_size < 400_000 or path.name in {"uv.lock"}, f"{path}: {path.stat().st_size} bytes"
