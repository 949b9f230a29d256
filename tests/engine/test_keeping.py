"""Parts that are kept: work that was stopped goes on after them; what is damaged is done again; nothing stays when the whole is done."""

import contextlib
import io
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ekistics.engine.keeping import Keeping, file_marks, keeping_steps, parts_kept, work_name
from ekistics.engine.steps import CancelToken, Steps, run_steps
from ekistics.model.errors import Cancelled, InvalidInput

KEEPING: Keeping[int] = Keeping(lambda result: {"number": np.array([result])}, lambda arrays: int(arrays["number"][0]))


class Squares:
    """Counts what is really worked out."""

    def __init__(self, count=6, fails_at=None):
        self.done, self.count, self.fails_at = [], count, fails_at

    def work(self, number):
        if number == self.fails_at:
            raise InvalidInput("this part is damaged")
        self.done.append(number)
        return number**2

    def steps(self, folder, whole=list):
        return keeping_steps(Steps("squares", lambda: range(self.count), self.work, whole, self.count), folder, KEEPING)


def stop_after(number):
    token = CancelToken()
    return {"cancel": token, "say": lambda told: token.cancel() if told.done == number else None}


def names(folder):
    return sorted(one.name for one in folder.iterdir()) if folder.is_dir() else []


@pytest.mark.parametrize("threads", [1, 2])
def test_stopped_work_goes_on_after_the_parts_that_are_done(tmp_path, threads):
    folder, first, second = tmp_path / "kept" / "work", Squares(), Squares()
    with pytest.raises(Cancelled, match="stopped"):
        run_steps(first.steps(folder), threads=threads, **stop_after(3))
    assert parts_kept(folder) == len(first.done) >= 3
    assert run_steps(second.steps(folder), threads=threads) == [0, 1, 4, 9, 16, 25]
    assert sorted(first.done + second.done) == list(range(6))


def test_nothing_stays_when_the_whole_is_done(tmp_path):
    run_steps(Squares().steps(tmp_path / "kept" / "work"))
    assert names(tmp_path / "kept") == []


def test_parts_of_other_work_beside_stay(tmp_path):
    with pytest.raises(Cancelled):
        run_steps(Squares().steps(tmp_path / "kept" / "other"), **stop_after(2))
    run_steps(Squares().steps(tmp_path / "kept" / "work"))
    assert parts_kept(tmp_path / "kept" / "other") == 2


def test_bad_input_keeps_nothing_for_it_would_be_bad_again(tmp_path):
    with pytest.raises(InvalidInput, match="damaged"):
        run_steps(Squares(fails_at=4).steps(tmp_path / "kept" / "work"))
    assert names(tmp_path / "kept") == []


def test_bad_input_found_when_all_parts_are_together_keeps_nothing(tmp_path):
    def whole(results):
        list(results)
        raise InvalidInput("no cell has a value")

    with pytest.raises(InvalidInput, match="no cell"):
        run_steps(Squares().steps(tmp_path / "kept" / "work", whole))
    assert names(tmp_path / "kept") == []


def test_a_fault_of_the_program_keeps_what_was_done(tmp_path):
    def whole(results):
        list(results)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_steps(Squares().steps(tmp_path / "work", whole))
    assert parts_kept(tmp_path / "work") == 6


@pytest.mark.parametrize("damage", ["empty", "half", "text", "a byte"])
def test_a_damaged_part_is_done_again(tmp_path, damage):
    folder, second = tmp_path / "work", Squares()
    with pytest.raises(Cancelled):
        run_steps(Squares().steps(folder), **stop_after(4))
    path = folder / "000002.kept"
    content = path.read_bytes()
    at = content.index(b"\x04\x00\x00\x00\x00\x00\x00\x00")
    flipped = content[:at] + b"\x05" + content[at + 1 :]
    path.write_bytes({"empty": b"", "half": content[: len(content) // 2], "text": b"what?", "a byte": flipped}[damage])
    assert run_steps(second.steps(folder)) == [0, 1, 4, 9, 16, 25]
    assert second.done == [2, 4, 5]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_damage_of_a_part_ends_in_the_right_whole(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("kept") / "work"
    with contextlib.suppress(Cancelled):
        run_steps(Squares(3).steps(folder), **stop_after(2))
    path = folder / "000001.kept"
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(content[: data.draw(st.integers(0, len(content)))] if data.draw(st.booleans()) else content))
    assert run_steps(Squares(3).steps(folder)) == [0, 1, 4]


def test_a_part_that_cannot_be_written_leaves_nothing_begun(tmp_path, monkeypatch):
    class Full(io.FileIO):
        def write(self, content):
            super().write(bytes(content)[:5])
            raise OSError(28, "No space left on device")

    def opened(path, mode):
        return Full(path, mode)

    monkeypatch.setattr(Path, "open", opened)
    with pytest.raises(OSError, match="No space"):
        run_steps(Squares().steps(tmp_path / "work"))
    assert names(tmp_path / "work") == []


def test_what_a_killed_process_had_begun_does_not_stay(tmp_path):
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "000001.99999.part").write_bytes(b"begun")
    with pytest.raises(Cancelled):
        run_steps(Squares().steps(folder), **stop_after(1))
    assert parts_kept(folder) == 1
    run_steps(Squares().steps(folder))
    assert not folder.exists()


def test_the_name_of_work_changes_with_all_that_decides_it(tmp_path):
    path = tmp_path / "a.tif"
    path.write_bytes(b"one")
    os.utime(path, ns=(1, 1))
    before = file_marks([path])
    assert work_name(before, {"a": 1}) == work_name(file_marks([path]), {"a": 1})
    assert work_name(before, {"a": 1}) != work_name(before, {"a": 2})
    path.write_bytes(b"other")
    os.utime(path, ns=(1, 1))
    assert file_marks([path]) != before
    path.write_bytes(b"two")
    os.utime(path, ns=(2, 2))
    assert file_marks([path]) != before


def test_no_parts_are_kept_where_there_is_no_folder(tmp_path):
    assert parts_kept(tmp_path / "nothing") == 0
