"""What all tests share: where real data lies, if it is there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

DATA = Path(os.environ.get("EKISTICS_TEST_DATA", Path(__file__).parents[1].parent / "shared" / "data"))


@pytest.fixture(scope="session")
def data():
    """Return a function that gives the path of a real data file, or skips the test with the reason."""

    def path_of(*parts: str) -> Path:
        path = DATA.joinpath(*parts)
        if not path.exists():
            pytest.skip(f"real data {'/'.join(parts)} is absent (set EKISTICS_TEST_DATA to its folder)")
        return path

    return path_of
