"""Hostile tables: each is refused in a plain sentence in at most 2 s and 200 MB, measured in a process of its own."""

import contextlib
import json
import subprocess
import sys
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ekistics.model.errors import EkisticsError
from ekistics.sources.spreadsheets import read_sheet

from .made_sheets import BOMB, MAIN, cell, make, row

SCRIPT = """
import json, os, resource, sys, time
from pathlib import Path
from ekistics.model.errors import EkisticsError
from ekistics.sources.mappings import parse_mapping
from ekistics.sources.tables import read_table
import pandas
mapping = parse_mapping({"series": {"source": "s"}, "place": {"code": "A"}, "period": {"text": "2015"}, "value": "value",
                         "measures": [{"indicator": "x", "unit": "1"}]}, file="m")
for name in sys.argv[1:]:
    sys.stdout.flush()
    if os.fork() == 0:
        before, start, said = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time(), ""
        try:
            read_table(Path(name), mapping)
        except EkisticsError as error:
            said = str(error)
        more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        print(json.dumps([name, said, time.process_time() - start, more]), flush=True)
        os._exit(0)
    os.wait()
"""


def far_cells(path):
    return make(path, row(1, cell("A1", 1)) + row(1_048_576, cell("XFD1048576", 1)))


def xml_bomb(path):
    return make(path, row(1, '<c r="A1" t="inlineStr"><is><t>&i;</t></is></c>'), before=BOMB)


def styles_bomb(path):
    return make(path, row(1, cell("A1", 1)), extra={"xl/styles.xml": f'{BOMB}<styleSheet xmlns="{MAIN}">&i;</styleSheet>'})


def deep_nest(path):
    return make(path, "<row>" * 200_000 + "</row>" * 200_000)


def zip_bomb(path):
    return make(path, row(1, cell("A1", 1)) + " " * 60_000_000)


def outside(path):
    return make(path, row(1, cell("A1", 1)), extra={"../../x.xml": "<a/>"})


def not_xml(path):
    return make(path, "<c r='A1'><v>1</c>")


def nul_text(path):
    path = path.with_suffix(".csv")
    path.write_bytes(b"value\n1\n\x00\x00\x00\n")
    return path


def unclosed(path):
    path = path.with_suffix(".csv")
    path.write_bytes(b'value\n"' + b"1,\n" * 3_000_000)
    return path


def gzip_bomb(path):
    import gzip

    path = path.with_suffix(".csv.gz")
    path.write_bytes(gzip.compress(b"\0" * 60_000_000, 9))
    return path


def damaged_xls(path):
    path = path.with_suffix(".xls")
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 4000)
    return path


SAID = {
    far_cells: "far apart",
    xml_bomb: "entities",
    styles_bomb: "entities",
    deep_nest: "nests too deeply",
    zip_bomb: "unpack",
    outside: "leads out",
    not_xml: "damaged",
    nul_text: "NUL",
    unclosed: "quotation mark",
    gzip_bomb: "unpacks to more",
    damaged_xls: "cannot be read",
}


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Read every hostile file in a process of its own; return what was said, the seconds of work and the megabytes that it took."""
    if sys.platform == "win32":
        pytest.skip("memory is measured in a forked process")
    folder = tmp_path_factory.mktemp("hostile")
    paths = {maker: str(maker(folder / f"{maker.__name__}.xlsx")) for maker in SAID}
    child = subprocess.run([sys.executable, "-c", SCRIPT, *paths.values()], capture_output=True, text=True, timeout=120, check=False)
    lines = {name: rest for name, *rest in map(json.loads, child.stdout.splitlines())}
    return {maker: lines.get(path) for maker, path in paths.items()}


@pytest.mark.parametrize("maker", SAID, ids=lambda maker: maker.__name__)
def test_a_hostile_table_is_refused_in_two_seconds_and_200_megabytes(told, maker):
    assert told[maker] is not None, "the reader died"
    said, seconds, megabytes = told[maker]
    assert SAID[maker] in said
    assert seconds <= 2
    assert megabytes <= 200


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_a_damaged_workbook_gives_rows_or_our_error(tmp_path_factory, data):
    path = make(tmp_path_factory.mktemp("fuzz") / "t.xlsx", row(1, cell("A1", "code"), cell("B1", 2)) + row(2, cell("A2", None, 1)))
    if data.draw(st.booleans()):
        content = bytearray(path.read_bytes())
        for _ in range(data.draw(st.integers(1, 8))):
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
        path.write_bytes(content)
    else:
        _change_a_part(path, data)
    with contextlib.suppress(EkisticsError):
        assert isinstance(read_sheet(path).rows, list)


def _change_a_part(path, data):
    """Damage one part inside and pack it anew, so that its checksum holds."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = data.draw(st.sampled_from(sorted(parts)))
    content = bytearray(parts[name])
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.sampled_from(list(b'<>/"&A1 rc=\x00\xff')))
    parts[name] = bytes(content)
    with zipfile.ZipFile(path, "w") as archive:
        for one, bytes_ in parts.items():
            archive.writestr(one, bytes_)
