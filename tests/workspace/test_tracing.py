"""The way of every figure of a city back to its files: in words, as PROV-JSON, by the numbers of its formula, and by computing it again."""

from __future__ import annotations

import math

import pytest
from tests.workspace.conftest import CITY, figure
from tests.workspace.prov_rules import faults, reached

from ekistics.indicators.registry import edition_of
from ekistics.model.errors import Damaged, NotFound
from ekistics.profile.blocks import Operand
from ekistics.profile.formula import evaluate, formula_tree
from ekistics.profile.texts import Name, Number
from ekistics.workspace import assets, recomputing


def current(city):
    """Every kind of figure of the city: the three walks to one kind of target come from one layer, so that one of them stands for all."""
    found = {}
    for one in city.figures([CITY]):
        told = one.observation
        if "_minutes_of_" not in told.indicator or "_15_" in told.indicator:
            found.setdefault((told.indicator, told.series), one)
    return list(found.values())


def test_every_figure_has_a_valid_prov_document_that_leads_to_a_file(measured):
    for one in current(measured):
        if one.observation.series.variant != "default":
            continue
        told = measured.prov(one.id)
        assert faults(told) == [], one.observation.indicator
        assert any(name.startswith("sha256:") for name in reached(told, f"ek:figure/{one.id}")), one.observation.indicator


def test_every_figure_tells_its_way_in_words_down_to_a_checksum(measured):
    for one in current(measured):
        lines = measured.lineage_lines(one.id)
        assert one.observation.indicator in lines[0]
        assert any("SHA-256" in line for line in lines), one.observation.indicator


def test_the_numbers_in_every_formula_give_its_value(measured):
    compared = set()
    for one in current(measured):
        told = one.observation
        way = measured.session.record.lineage(one.id)
        terms = {role: below.figure for role, below in way.inputs if below.figure.observation.place == told.place}
        if told.series.origin != "computed" or told.value is None or not terms:
            continue
        card = edition_of(told.indicator, told.series.edition).card
        values = {role: term.observation.value for role, term in terms.items()}
        if any(item.code == "years" for item in card.inputs):
            start = next(terms[item.parameter] for item in card.inputs if item.at == "start")
            end = next(terms[item.parameter] for item in card.inputs if item.at == "end")
            values["years"] = start.observation.period.years_until(end.observation.period)
        assert card.formula, told.indicator
        made = evaluate(formula_tree(card.formula, {role: Operand(Number(value), Name(role)) for role, value in values.items()}))
        assert made == pytest.approx(told.value, rel=1e-9), (told.indicator, told.series)
        compared.add(told.indicator)
    assert {
        "land_consumption_ratio",
        "population_growth_rate",
        "public_transport_access",
        "open_space_share",
        "population_density",
    } <= compared


def test_terms_divide_to_the_value_of_every_share(measured):
    compared = 0
    for one in measured.figures():
        told = one.observation
        if told.unit == "%" and told.value is not None and told.denominator:
            assert 100 * told.numerator / told.denominator == pytest.approx(told.value, rel=1e-9), told.indicator
            compared += 1
    assert compared > 20


def test_every_figure_of_the_city_is_the_same_when_it_is_computed_again(measured):
    """In this process, for all of them; the new process is tested below."""
    read = {}
    seen = set()
    for one in current(measured):
        kind = (one.observation.indicator, one.observation.series.variant)
        if one.observation.series.variant != "default" and one.observation.indicator != "public_transport_access":
            continue
        again = recomputing.value_again(measured.session, one.id, read)
        recorded = one.observation.value
        assert (again is None and recorded is None) or math.isclose(again, recorded, rel_tol=1e-12), kind
        seen.add(kind)
    assert len(seen) > 25


@pytest.mark.parametrize("indicator", ["pm25", "public_transport_access"])
def test_a_figure_is_computed_again_in_a_new_process(measured, indicator):
    one = figure(measured, indicator, **({"period": "2020"} if indicator == "pm25" else {}))
    compared = measured.recompute(one.id)
    assert compared.equal
    assert compared.recorded == compared.recomputed == one.observation.value


def test_nothing_that_was_kept_is_used_to_compute_again(city):
    one = figure(city, "population", edition="1", origin="computed")
    for path in city.session.folder.layers.iterdir():
        path.write_bytes(b"")
    assert city.recompute(one.id).equal
    assert all(path.read_bytes() == b"" for path in city.session.folder.layers.iterdir())


@pytest.mark.parametrize(("kind", "indicator"), [("osm", "street_length"), ("table", "pm25"), ("population", "population")])
def test_a_flipped_byte_is_found_and_named(city, kind, indicator):
    record = city.session.record
    asset = next(one for one in record.assets() if one.kind == kind)
    path = assets.path_of(city.session.folder.assets, asset.sha256, asset.name)
    good = path.read_bytes()
    path.write_bytes(good[:10] + bytes([good[10] ^ 1]) + good[11:])
    (finding,) = (one for one in city.doctor() if one.name == "originals")
    assert not finding.good
    assert asset.name in finding.found
    one = next(one for one in city.figures([CITY], indicators=[indicator]) if asset in record.lineage(one.id).all_assets())
    with pytest.raises(Damaged, match=asset.name):
        recomputing.value_again(city.session, one.id)


def test_an_original_that_is_gone_is_named(city):
    asset = next(one for one in city.session.record.assets() if one.kind == "gtfs")
    assets.path_of(city.session.folder.assets, asset.sha256, asset.name).unlink()
    (finding,) = (one for one in city.doctor() if one.name == "originals")
    assert asset.name in finding.found
    with pytest.raises(NotFound, match=asset.name):
        recomputing.value_again(city.session, figure(city, "public_transport_access").id)


def test_a_figure_that_is_not_there_is_refused(measured):
    for ask in (measured.prov, measured.lineage_lines, measured.recompute):
        with pytest.raises(NotFound):
            ask(10**6)


def test_an_asset_is_found_by_the_start_of_its_checksum_and_not_by_an_ambiguous_one(measured):
    asset = measured.session.record.assets()[0]
    assert measured.asset(asset.sha256[:12]).sha256 == asset.sha256
    with pytest.raises(NotFound):
        measured.asset("")
