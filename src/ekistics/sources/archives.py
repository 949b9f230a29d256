"""Archives from outside, opened with care: names that stay inside, sizes that are counted and not believed.

Only what all tools write is taken: members stored or deflated, not encrypted, not links, not overlapping. A size in the
directory can lie, so that `open_member` counts bytes while it inflates.
"""

from __future__ import annotations

import gzip
import io
import os
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ekistics.model.errors import InvalidInput

MAX_BYTES = 4_000_000_000
"""All members of an archive together, inflated, bytes."""
MAX_RATIO = 250.0
"""Inflated over packed size of a member above `RATIO_FROM`; text seldom exceeds 50, deflate cannot exceed 1,032."""
MAX_MEMBERS = 10_000
RATIO_FROM = 10_000_000
"""Members that inflate to less than this, bytes, are harmless whatever their ratio."""

_DIRECTORY_BYTES_A_MEMBER = 512
_DEVICES = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_END, _END64, _LOCATOR64, _LOCAL = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07", b"PK\x03\x04"
_MEND = "unpack the archive with a tool that you trust, check what it holds, and pack the files that are needed anew"


@dataclass(frozen=True)
class Member:
    """One file inside a checked archive: its name with `/` between folders, its size as the directory says it, bytes."""

    name: str
    size: int
    packed: int


def is_archive(path: Path) -> bool:
    """Whether the file starts like a zip archive."""
    with path.open("rb") as stream:
        return stream.read(4) in {_LOCAL, _END}


def checked_members(
    path: Path, *, max_bytes: int = MAX_BYTES, max_ratio: float = MAX_RATIO, max_members: int = MAX_MEMBERS
) -> tuple[Member, ...]:
    """Return the files inside a zip archive, in its order, folders left out; nothing is unpacked.

    Parameters
    ----------
    max_bytes : the most that all members together may inflate to, bytes
    max_ratio : the most that one member above `RATIO_FROM` may inflate, times its packed size
    max_members : the most files and folders

    Raises
    ------
    InvalidInput
        If it is no zip archive, or anything in it could harm: a path that leaves the folder, a device name, a link, an
        encrypted, overlapping or doubly named member, or more than the limits permit.
    """
    _check_directory_size(path, max_members)
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error, EOFError) as cause:
        raise _refusal(path, "the file is no zip archive that can be read", mend="download or export it again") from cause
    if len(infos) > max_members:
        raise _refusal(path, "the archive holds too many files", found=f"{len(infos):,}", expected=f"at most {max_members:,}")
    for info in infos:
        _check_member(path, info, max_ratio)
    _check_names_differ(path, infos)
    total = sum(info.file_size for info in infos)
    if total > max_bytes:
        raise _refusal(
            path, "the archive would unpack to more than is permitted", found=f"{total:,} bytes", expected=f"at most {max_bytes:,}"
        )
    _check_overlap(path, infos)
    return tuple(Member(_plain_name(info), info.file_size, info.compress_size) for info in infos if not info.is_dir())


@contextmanager
def open_member(path: Path, member: Member | str, *, max_bytes: int = MAX_BYTES) -> Iterator[BinaryIO]:
    """Open one checked member to be read from the start; what goes wrong while inflating is an `InvalidInput`.

    Parameters
    ----------
    member : one of `checked_members`, or its name
    max_bytes : the most to inflate; the declared size is a limit too

    Raises
    ------
    InvalidInput
        If it inflates to more than it declares or than is permitted, or its checksum is wrong.
    """
    name = member if isinstance(member, str) else member.name
    # a member that inflates to more than it declares is cut there by zipfile, and its checksum then tells
    limit = max_bytes if isinstance(member, str) else min(max_bytes, member.size)
    with zipfile.ZipFile(path) as archive:
        info = next((one for one in archive.infolist() if _plain_name(one) == name), None)
        if info is None:
            raise _refusal(path, "the archive has no such member", feature=name, mend="name one that it has")
        try:
            with archive.open(info) as packed, io.BufferedReader(_Counted(packed.read, path, name, limit)) as stream:
                yield stream
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as cause:
            raise _broken(path, name) from cause


@contextmanager
def open_gzip(path: Path, *, max_bytes: int = MAX_BYTES, max_ratio: float = MAX_RATIO) -> Iterator[BinaryIO]:
    """Open a gzip file to be read from the start, with the same limits as a member of an archive.

    Raises
    ------
    InvalidInput
        If it inflates to more than is permitted, or is damaged.
    """
    limit = min(max_bytes, max(RATIO_FROM, int(path.stat().st_size * max_ratio)))
    with gzip.open(path) as packed, io.BufferedReader(_Counted(packed.read, path, path.name, limit)) as stream:
        yield stream


class _Counted(io.RawIOBase):
    """A stream that counts what it hands out and stops at the limit."""

    def __init__(self, read: Callable[[int], bytes], path: Path, name: str, limit: int) -> None:
        self._read, self._path, self._name, self._limit, self._given = read, path, name, limit, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed wants any writable buffer
        try:
            block = self._read(len(buffer))
        except (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError, OSError) as cause:
            raise _broken(self._path, self._name) from cause
        self._given += len(block)
        if self._given > self._limit:
            raise _refusal(
                self._path,
                "the file unpacks to more than is permitted, or than it declares",
                feature=self._name,
                found=f"more than {self._limit:,} bytes",
            )
        buffer[: len(block)] = block
        return len(block)


def _check_directory_size(path: Path, max_members: int) -> None:
    """Refuse a directory of files that is too large to be read at all."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        stream.seek(max(0, size - 65_557 - 20))
        tail = stream.read()
        at = tail.rfind(_END)
        if at < 0 or len(tail) < at + 22:
            raise _refusal(path, "the file is no zip archive, or its end is missing", mend="download or export it again")
        count, directory = struct.unpack_from("<HI", tail, at + 10)
        if tail[max(0, at - 20) : max(0, at - 20) + 4] == _LOCATOR64:
            (offset,) = struct.unpack_from("<Q", tail, at - 12)
            stream.seek(min(offset, size))
            record = stream.read(56)
            if len(record) == 56 and record.startswith(_END64):
                count, directory = struct.unpack_from("<QQ", record, 32)
    if directory > max_members * _DIRECTORY_BYTES_A_MEMBER or count > max_members:
        raise _refusal(path, "the archive holds too many files", found=f"{count:,}", expected=f"at most {max_members:,}")


def _check_member(path: Path, info: zipfile.ZipInfo, max_ratio: float) -> None:
    name = info.orig_filename
    if reason := unsafe_name(name):
        raise _refusal(path, f"the archive holds a name that {reason}", feature=repr(name[:120]))
    mode = info.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise _refusal(path, "the archive holds a link or a device instead of a file", feature=name)
    if info.flag_bits & 0x41:
        raise _refusal(path, "the archive is encrypted", feature=name, mend="save it without a password")
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise _refusal(path, "the archive is packed by a method that is not read here", feature=name, mend="pack it as a plain zip archive")
    if info.file_size > RATIO_FROM and info.file_size > max_ratio * max(1, info.compress_size):
        raise _refusal(
            path,
            "a file in the archive would unpack to far more than it takes, as no honest file does",
            feature=name,
            found=f"{info.compress_size:,} bytes packed, {info.file_size:,} unpacked",
            expected=f"at most {max_ratio:g} times",
        )


def unsafe_name(name: str) -> str:
    """Return why a name inside an archive is unsafe, as the end of "a name that ..."; empty when it is safe.

    Look-alikes (a full-width slash or full stop) count as what they look like.
    """
    parts = unicodedata.normalize("NFKC", name).replace("\\", "/").split("/")
    if not name.strip("/\\ "):
        return "is empty"
    if any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in name):
        return "has a control character in it"
    if not parts[0] or ":" in name:
        return "is an absolute path or names a drive"
    if ".." in parts:
        return "leads out of the archive's folder"
    if any(_DEVICES.fullmatch(part.rstrip(" .")) for part in parts):
        return "is a device on Windows"
    return ""


def _check_names_differ(path: Path, infos: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for info in infos:
        key = unicodedata.normalize("NFC", _plain_name(info)).casefold()
        if key in seen:
            raise _refusal(path, "the archive holds two files of the same name", feature=info.filename)
        seen.add(key)


def _check_overlap(path: Path, infos: list[zipfile.ZipInfo]) -> None:
    """Refuse members that share bytes: a small archive could repeat one of them without end."""
    size = os.stat(path).st_size  # noqa: PTH116 - one call, whatever kind of path was given
    end = 0
    with path.open("rb") as stream:
        for info in sorted(infos, key=lambda one: one.header_offset):
            stream.seek(max(0, info.header_offset))
            header = stream.read(30)
            if info.header_offset < 0 or len(header) < 30 or not header.startswith(_LOCAL):
                raise _refusal(path, "the archive is damaged: a file is not where its directory says", feature=info.filename)
            name_bytes, extra_bytes = struct.unpack_from("<HH", header, 26)
            if info.header_offset < end:
                raise _refusal(path, "files in the archive overlap", feature=info.filename)
            end = info.header_offset + 30 + name_bytes + extra_bytes + info.compress_size
    if end > size:
        raise _refusal(path, "the archive is cut short", mend="download or export it again")


def _plain_name(info: zipfile.ZipInfo) -> str:
    return info.filename.replace("\\", "/")


def _broken(path: Path, name: str) -> InvalidInput:
    return _refusal(path, "the packed data are damaged", feature=name, mend="download or export the file again")


def _refusal(
    path: Path, message: str, *, mend: str = _MEND, feature: str | None = None, found: str | None = None, expected: str | None = None
) -> InvalidInput:
    return InvalidInput(message, file=path.name, mend=mend, feature=feature, found=found, expected=expected)
