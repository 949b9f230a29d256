"""Lineage as W3C PROV-JSON: everything named is declared, and the way leads from the figure to the bytes."""

from __future__ import annotations

import json
from dataclasses import replace

from tests.profile.sample import ACCESS, ASSET, lineage_evidence

from ekistics.publish.prov import prov_json

ENTITY = ("prov:entity", "prov:usedEntity", "prov:generatedEntity")


def document(**changes):
    return json.loads(prov_json(lineage_evidence(**changes)))


def test_every_name_in_a_relation_is_declared():
    told = document()
    for kind in ("used", "wasGeneratedBy", "wasDerivedFrom", "wasAttributedTo", "wasAssociatedWith"):
        for relation in told[kind].values():
            for role, name in relation.items():
                if role in ENTITY:
                    assert name in told["entity"]
                elif role == "prov:activity":
                    assert name in told["activity"]
                elif role == "prov:agent":
                    assert name in told["agent"]


def test_every_prefix_is_declared():
    told = document()
    names = [name for kind in ("entity", "activity", "agent") for name in told[kind]]
    assert {name.split(":")[0] for name in names} <= set(told["prefix"])


def reached(told, start):
    steps = [(one["prov:generatedEntity"], one["prov:usedEntity"]) for one in told["wasDerivedFrom"].values()]
    found, edge = {start}, [start]
    while edge:
        edge = [used for made, used in steps if made in edge and used not in found]
        found |= set(edge)
    return found


def test_the_way_leads_from_the_figure_to_the_file():
    assert f"sha256:{ASSET.sha256}" in reached(document(), "ek:figure/30")


def test_a_figure_read_from_a_file_derives_from_it():
    assert f"sha256:{ASSET.sha256}" in reached(document(terms=(), layers=()), "ek:figure/30")


def test_each_term_has_its_role():
    roles = {one.get("prov:role") for one in document()["used"].values()}
    assert {"built_up_area_end", "population_start"} <= roles


def test_an_earlier_figure_is_a_revision():
    told = document(history=(replace(ACCESS, id=5),))
    assert any(one.get("prov:type") == "prov:Revision" for one in told["wasDerivedFrom"].values())


def test_the_same_lineage_gives_the_same_bytes():
    assert prov_json(lineage_evidence()) == prov_json(lineage_evidence())
