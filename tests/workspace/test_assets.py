"""Originals are kept whole, under their checksum."""

from __future__ import annotations

import pytest

from ekistics.model.errors import Damaged
from ekistics.workspace import assets


def test_a_damaged_original_is_put_right_by_importing_the_file_again(tmp_path):
    source, folder = tmp_path / "figures.csv", tmp_path / "assets"
    source.write_bytes(b"place,value\nA,1\n")
    sha256, _, kept = assets.keep(folder, source)
    kept.write_bytes(b"place,value\nA,2\n")
    with pytest.raises(Damaged):
        assets.opened(folder, sha256, source.name)
    assets.keep(folder, source)
    assert assets.opened(folder, sha256, source.name).read_bytes() == source.read_bytes()
