"""Agendas load, point to indicators that exist, and a faulty file is told line by line."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ekistics.frameworks.loader import check_file, load_file, load_shipped, shipped_crosswalk
from ekistics.indicators.registry import REGISTRY
from ekistics.model.errors import InvalidInput

CODES = {code for code, _ in REGISTRY}
CARDS = {one.card.code: one.card for one in REGISTRY.values()}

OWN = """\
code: plan2030
name: "City plan 2030"
edition: "1"
source: "The council"
axes:
  chapter:
    - {code: "a", name: "Streets"}
bands:
  - {letter: A, name: good, at_least: 50}
  - {letter: B, name: poor, at_least: 0}
items:
  - code: "a1"
    name: "Land for streets"
    path: ["a"]
    indicators: [street_share]
    benchmark: {form: linear, unit: "%", minimum: 5, maximum: 30, source: "The council", verified: true}
"""


@pytest.fixture(scope="module")
def shipped():
    return {one.code: one for one in load_shipped()}


def written(tmp_path, text):
    path = tmp_path / "agenda.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_shipped_agendas_have_no_fault(shipped, tmp_path):
    from importlib import resources

    for code in shipped:
        text = resources.files("ekistics.frameworks").joinpath(f"{code}.yaml").read_text(encoding="utf-8")
        assert check_file(written(tmp_path, text), CODES) == []


def test_every_indicator_of_the_crosswalk_exists():
    assert {code for rows in shipped_crosswalk().values() for codes in rows.values() for code in codes} <= CODES


def test_every_benchmark_stands_in_the_unit_of_its_indicators(shipped):
    for framework in shipped.values():
        for item in framework.items:
            for code in item.indicators:
                assert item.benchmark is None or item.benchmark.unit == CARDS[code].unit, (framework.code, item.code)


def test_umf_has_twenty_cells_and_each_has_an_item(shipped):
    umf = shipped["umf"]
    assert [len(levels) for levels in umf.axes.values()] == [5, 4]
    cells = {(d.code, o.code) for d in umf.axes["domain"] for o in umf.axes["objective"]}
    assert {item.path for item in umf.items} == cells
    assert {item.code for item in umf.items if item.path == ("1", "1")} == {f"1.1.{n}" for n in range(1, 9)}


def test_unknown_rows_are_slots_that_are_not_verified_and_say_what_they_need(shipped):
    for code in ("umf", "nua"):
        for item in shipped[code].items:
            if not item.indicators:
                assert not item.verified
                assert item.needs


def test_city_prosperity_index_is_wholly_provisional(shipped):
    cpi = shipped["cpi"]
    assert cpi.third_party
    assert not any(item.verified for item in cpi.items)
    assert all(item.benchmark.provisional for item in cpi.items if item.benchmark)
    assert {len(levels) for levels in cpi.axes.values()} == {6, 22}


def test_universal_access_is_a_verified_target_of_2030(shipped):
    items = {item.code: item for item in shipped["sdg11"].items}
    for code in ("11.2.1", "11.7.1b"):
        assert (items[code].benchmark.target, items[code].benchmark.target_year, items[code].benchmark.verified) == (100, 2030, True)
    assert items["11.7.1"].benchmark.provisional
    assert items["11.6.2"].benchmark.target == 5


def test_new_urban_agenda_has_77_numbers_of_which_sixteen_are_known(shipped):
    items = shipped["nua"].items
    assert [item.code for item in items] == [str(n) for n in range(1, 78)]
    assert sum(bool(item.indicators) for item in items) == 16


def test_bands_run_from_the_best_down_to_zero(shipped):
    for framework in shipped.values():
        assert [(band.letter, band.at_least) for band in framework.bands] == list(zip("ABCDEF", (80, 70, 60, 50, 40, 0), strict=True))


def test_a_file_dropped_in_is_an_agenda(tmp_path):
    made = load_file(written(tmp_path, OWN), CODES)
    assert (made.code, made.items[0].indicators, made.items[0].benchmark.maximum) == ("plan2030", ("street_share",), 30)


def test_a_city_puts_its_own_indicator_into_a_cell(tmp_path, shipped):
    text = 'extends: umf\nitems:\n  - {code: "own.1", name: "Green area", path: ["3", "4"], indicators: [green_area_per_person]}\n'
    made = load_file(written(tmp_path, text), CODES)
    assert made.code == "umf"
    assert len(made.items) == len(shipped["umf"].items) + 1
    assert (made.items[-1].own, made.items[-1].path) == (True, ("3", "4"))


@pytest.mark.parametrize(
    ("old", "new", "kind", "row"),
    [
        ("street_share", "no_such_share", "unknown-indicator", 15),
        ('path: ["a"]', 'path: ["z"]', "unknown-path", 14),
        ("name: good, at_least: 50", "name: good, at_least: 0", "duplicate", 9),
        ("minimum: 5", "minimum: 50", "not-as-agreed", 16),
        ("edition:", "editon:", "not-as-agreed", 3),
        ("form: linear", "form: lineal", "not-as-agreed", 16),
        ('source: "The council", verified', "verified", "not-as-agreed", 16),
        ("code: plan2030", "code: [plan", "not-yaml", 2),
        (OWN, "- 1\n- 2\n", "not-an-agenda", 1),
        ("axes:", "name: again\naxes:", "duplicate", 5),
        ("code: plan2030", "extends: umf\ncode: plan2030", "not-as-agreed", 2),
    ],
)
def test_fault_is_told_with_its_line(tmp_path, old, new, kind, row):
    path = written(tmp_path, OWN.replace(old, new))
    problems = check_file(path, CODES)
    assert (kind, row) in {(one.kind, one.row) for one in problems}
    with pytest.raises(InvalidInput):
        load_file(path, CODES)


def test_all_faults_are_told_at_once(tmp_path):
    text = OWN.replace("street_share", "no_such_share").replace('path: ["a"]', 'path: ["z"]')
    assert {one.kind for one in check_file(written(tmp_path, text), CODES)} == {"unknown-indicator", "unknown-path"}


def test_binary_and_absent_files_are_refused_in_a_sentence(tmp_path):
    path = tmp_path / "x.yaml"
    with pytest.raises(InvalidInput, match="cannot be read"):
        check_file(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidInput, match="UTF-8"):
        check_file(path)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(cut=st.integers(0, len(OWN)), insert=st.text(max_size=12))
def test_no_broken_file_raises_anything_but_a_problem(tmp_path, cut, insert):
    text = OWN[:cut] + insert + OWN[cut:]
    path = tmp_path / "fuzz.yaml"
    path.write_bytes(text.encode("utf-8", errors="surrogatepass"))
    with contextlib.suppress(InvalidInput):
        check_file(path, CODES)


def test_one_faulty_item_is_told_by_its_key_alone(tmp_path):
    (fault,) = check_file(written(tmp_path, OWN.replace("indicators:", "indikators:")), CODES)
    assert (fault.column, fault.row) == ("items.0.indikators", 15)
    assert fault.message == "There is no such key."
