"""What not looking for garbage promises: inside the block, and not a moment longer."""

from __future__ import annotations

import gc

import pytest

from ekistics.engine.collecting import without_collecting


def test_no_garbage_is_looked_for_inside_and_again_after():
    with without_collecting():
        inside = gc.isenabled()
    assert (inside, gc.isenabled()) == (False, True)


def test_the_outermost_block_decides():
    with without_collecting():
        with without_collecting():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_garbage_is_looked_for_again_after_a_failure():
    with pytest.raises(KeyError), without_collecting():
        raise KeyError
    assert gc.isenabled()
