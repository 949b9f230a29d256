"""Built files are found by the manifest, and a self-contained page carries them within."""

from __future__ import annotations

import pytest

from ekistics.model.errors import Damaged
from ekistics.publish.built_files import BuiltFiles

MANIFEST = """{"src/site.ts": {"file": "files/site-1.js", "css": ["files/site-2.css"]},
 "src/explorer/main.ts": {"file": "files/explorer-3.js", "css": ["files/explorer-4.css"]}}"""
STYLE = (
    '@font-face{font-family:"A";src:url(./latin-9.woff2) format("woff2")}'
    '@font-face{font-family:"A";src:url(./x-latin-ext-9.woff2) format("woff2")}h1{color:red}'
)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "files").mkdir()
    (tmp_path / "manifest.json").write_text(MANIFEST)
    (tmp_path / "files" / "site-2.css").write_text(STYLE)
    (tmp_path / "files" / "latin-9.woff2").write_bytes(b"wOF2")
    return tmp_path


def test_the_manifest_names_the_files_of_a_page(folder):
    built = BuiltFiles.read(folder)
    assert built.styles("site") == ("files/site-2.css",)
    assert built.scripts("explorer") == ("files/explorer-3.js",)


def test_a_self_contained_page_carries_its_latin_fonts_and_no_address(folder):
    text = BuiltFiles.read(folder).style_text("site")
    assert "url(data:font/woff2;base64,d09GMg==)" in text
    assert "latin-ext" not in text
    assert text.endswith("h1{color:red}")


def test_without_a_build_there_are_no_files(tmp_path):
    built = BuiltFiles.read(tmp_path)
    assert (built.styles("site"), built.scripts("site"), built.style_text("site")) == ((), (), "")


@pytest.mark.parametrize("text", ["{", "[]", '{"src/site.ts": 1}', "{}"])
def test_a_damaged_manifest_is_named(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(Damaged, match=r"manifest\.json"):
        BuiltFiles.read(tmp_path)
