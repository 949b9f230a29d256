"""Archives: what is safe opens, what could harm is refused in a sentence, quickly."""

import io
import stat
import struct
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ekistics.model.errors import EkisticsError, InvalidInput
from ekistics.sources.archives import checked_members, open_gzip, open_member, unsafe_name


def packed(path, files, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name), content, method)
    return path


def test_members_of_a_plain_archive_are_listed_and_read(tmp_path):
    path = packed(tmp_path / "a.zip", {"stops.txt": b"a,b\n", "more/x.csv": b"1"})
    members = checked_members(path)
    assert [one.name for one in members] == ["stops.txt", "more/x.csv"]
    with open_member(path, members[0]) as stream:
        assert io.TextIOWrapper(stream, "utf-8").read() == "a,b\n"


@pytest.mark.parametrize(
    "name",
    ["../x", "a/../../x", "/etc/x", "\\x", "C:/x", "..\\x", "nul.txt", "a/COM1", "aux. ", "a\x07b", "．．/x", "a:stream"],
)
def test_a_name_that_leaves_the_folder_or_is_a_device_is_refused(tmp_path, name):
    with pytest.raises(InvalidInput, match="a name that"):
        checked_members(packed(tmp_path / "a.zip", {name: b"x"}))


def test_a_nul_in_a_name_is_refused(tmp_path):
    path = packed(tmp_path / "a.zip", {"safe.txtZ.exe": b"x"})
    path.write_bytes(path.read_bytes().replace(b"safe.txtZ", b"safe.txt\0"))
    with pytest.raises(InvalidInput, match="control character"):
        checked_members(path)


@pytest.mark.parametrize("name", ["routes.txt", "a/b/c.csv", "نقل.csv", "console.txt", "a..b", "com10.txt"])
def test_an_ordinary_name_is_safe(name):
    assert unsafe_name(name) == ""


def test_a_symbolic_link_is_refused(tmp_path):
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with pytest.raises(InvalidInput, match="link"):
        checked_members(packed(tmp_path / "a.zip", {link: b"/etc/passwd"}))


def test_an_encrypted_member_is_refused(tmp_path):
    path = packed(tmp_path / "a.zip", {"x": b"secret"})
    content = bytearray(path.read_bytes())
    content[content.find(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match="encrypted"):
        checked_members(path)


def test_two_files_of_one_name_are_refused(tmp_path):
    with pytest.raises(InvalidInput, match="same name"):
        checked_members(packed(tmp_path / "a.zip", {zipfile.ZipInfo("x.csv"): b"1", zipfile.ZipInfo("X.CSV"): b"2"}))


def test_a_bomb_is_refused_at_once(tmp_path):
    path = packed(tmp_path / "bomb.zip", {"zeros": b"\0" * 60_000_000})
    start = time.perf_counter()
    with pytest.raises(InvalidInput, match="far more than it takes"):
        checked_members(path)
    assert time.perf_counter() - start < 2


def test_more_than_the_permitted_bytes_is_refused(tmp_path):
    with pytest.raises(InvalidInput, match="more than is permitted"):
        checked_members(packed(tmp_path / "a.zip", {"x": b"abc" * 1000}), max_bytes=100)


def test_more_than_the_permitted_members_is_refused(tmp_path):
    with pytest.raises(InvalidInput, match="too many files"):
        checked_members(packed(tmp_path / "a.zip", {f"f{i}": b"" for i in range(20)}), max_members=10)


def test_a_size_that_lies_is_caught_while_inflating(tmp_path):
    path = packed(tmp_path / "liar.zip", {"x": b"\0" * 5_000_000})
    content = bytearray(path.read_bytes())
    struct.pack_into("<I", content, content.find(b"PK\x01\x02") + 24, 10)
    path.write_bytes(content)
    members = checked_members(path)
    with pytest.raises(InvalidInput, match="damaged"), open_member(path, members[0]) as stream:
        stream.read()


def test_the_reader_stops_at_the_permitted_bytes(tmp_path):
    path = packed(tmp_path / "a.zip", {"x": b"\0" * 5_000_000})
    with pytest.raises(InvalidInput, match="more than is permitted"), open_member(path, "x", max_bytes=1000) as stream:
        stream.read()


def test_overlapping_members_are_refused(tmp_path):
    path = packed(tmp_path / "a.zip", {"aa": b"12345", "bb": b"12345"}, zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    second = content.find(b"PK\x01\x02", content.find(b"PK\x01\x02") + 4)
    struct.pack_into("<I", content, second + 42, 0)
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match="overlap"):
        checked_members(path)


def test_a_gzip_bomb_stops_at_the_ratio(tmp_path):
    import gzip

    path = tmp_path / "x.csv.gz"
    path.write_bytes(gzip.compress(b"\0" * 40_000_000))
    with pytest.raises(InvalidInput, match="more than is permitted"), open_gzip(path) as stream:
        stream.read()


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_bytes_give_only_our_errors(tmp_path_factory, data):
    path = packed(tmp_path_factory.mktemp("fuzz") / "a.zip", {"a.txt": b"hello " * 50, "b.txt": b"there"})
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))] if data.draw(st.booleans()) else content)
    try:
        for member in checked_members(path):
            with open_member(path, member) as stream:
                stream.read()
    except EkisticsError:
        pass
