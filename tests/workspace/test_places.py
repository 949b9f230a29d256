"""Places through a workspace: trees, study editions, districts cut to the region, successions, and what is refused."""

from __future__ import annotations

import json

import pytest
import shapely
from tests.made_city import SOUTH, STEP, WEST
from tests.workspace.conftest import CITY, SIDE

from ekistics.geo.ellipsoid import areas_m2
from ekistics.model.errors import Conflict, InvalidInput, NotFound
from ekistics.model.places import Boundary, Place, PlaceKind, Relation, RelationKind
from ekistics.publish.settlement_files import settlement_package
from ekistics.workspace.folder import find_folder
from ekistics.workspace.inputs import clipped
from ekistics.workspace.trees import study_places, tree_of
from ekistics.workspace.workspace import Workspace

WIDTH, HEIGHT = STEP * 1.4 * (SIDE - 1), STEP * (SIDE - 1)


def outline(west, south, east, north):
    """A box in shares of the city."""
    return shapely.box(WEST + west * WIDTH, SOUTH + south * HEIGHT, WEST + east * WIDTH, SOUTH + north * HEIGHT)


def drawn(code, shape, edition="1"):
    return Boundary(code, edition, shape, float(areas_m2([shape])[0]))


def district(code, shape):
    return Place(code, PlaceKind.DISTRICT, {"und": code}), drawn(code, shape)


def features(path, *shapes, **columns):
    rows = [
        {
            "type": "Feature",
            "properties": {name: values[row] for name, values in columns.items()},
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for row, shape in enumerate(shapes)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}), encoding="utf-8")
    return path


def test_a_study_place_has_its_boundary_and_its_districts(measured):
    tree = tree_of(measured.session, CITY)
    assert (tree.place.name(), tree.boundary.edition) == ("Testville", "2024")
    assert [place.code for place, _ in tree.districts] == ["XX_T_01", "XX_T_02"]
    assert study_places(measured.session) == [CITY]


def test_a_tree_is_read_as_it_was(city):
    last = city.commits()[-1].number
    city.add_place("XX_T_03", "New", kind="district", parent=CITY)
    assert len(tree_of(city.session, CITY, as_of=last).districts) == 2
    assert city.place("XX_T_03").name() == "New"
    with pytest.raises(NotFound):
        city.session.record.place("XX_T_03", as_of=last)


def test_the_parts_of_a_city_add_up_to_it(measured):
    parts = [one.observation.value for one in measured.figures(["XX_T_01", "XX_T_02"], indicators=["area"])]
    (whole,) = (one.observation.value for one in measured.figures([CITY], indicators=["area"]))
    assert sum(parts) == pytest.approx(whole, rel=1e-8)  # the shared edge cuts two lines of the outline, which bend a little


def test_districts_are_cut_to_the_study_region_and_say_so():
    study = drawn("C", outline(0, 0, 1, 1), "2024")
    whole, half = district("A", outline(0, 0, 0.5, 1)), district("B", outline(0.5, 0, 1.5, 1))
    found = {place.code: boundary for place, boundary in clipped([whole, half], study)}
    assert found["A"].edition == "1"
    assert found["B"].edition == "1 within 2024"
    assert found["B"].area_m2 == pytest.approx(half[1].area_m2 / 2, rel=1e-3)


def test_districts_that_only_touch_the_region_or_lie_outside_are_no_part_of_it():
    study = drawn("C", outline(0, 0, 1, 1), "2024")
    beside, sliver, far = (
        district(code, outline(*box)) for code, box in {"A": (1, 0, 2, 1), "B": (0.995, 0, 2, 1), "C": (5, 5, 6, 6)}.items()
    )
    assert clipped([beside, sliver, far], study) == ()


def test_places_without_an_outline_are_places(empty):
    empty.add_place("XX", "Exland", kind="country")
    empty.add_place("XX_A", "A", parent="XX")
    assert [one.code for one in empty.places()] == ["XX", "XX_A"]
    assert tree_of(empty.session, "XX_A").boundary is None
    assert empty.measure().figures == 0


def test_overlaps_and_gaps_between_siblings_are_told_with_their_areas(empty, tmp_path):
    shapes = (outline(0, 0, 0.4, 1), outline(0.35, 0, 1, 0.5), outline(0.4, 0.6, 1, 1))
    receipt = empty.import_places(features(tmp_path / "z.geojson", *shapes, code=["a", "b", "c"]), code="code", kind="district")
    kinds = {one.kind: one for one in receipt.problems}
    assert receipt.new == 3
    assert "overlap by" in kinds["overlap"].message
    assert kinds["overlap"].mend


def test_functional_areas_come_from_one_layer_of_a_file_as_study_places(empty, tmp_path):
    wide, narrow = outline(0, 0, 1, 1), outline(0, 0, 0.4, 1)
    layers = {"functional_areas": ([{"code": "FUA0001", "name": "A–B"}], [wide]), "units": ([{"code": "A"}], [narrow])}
    (tmp_path / "areas.gpkg").write_bytes(settlement_package(layers))
    told = {"code": "code", "name": "name", "kind": "functional area", "edition": "2020"}
    empty.import_places(tmp_path / "areas.gpkg", layer="functional_areas", study=True, **told)
    (one,) = empty.places()
    assert (one.code, one.name(), one.kind) == ("FUA0001", "A–B", PlaceKind.FUNCTIONAL_AREA)
    assert study_places(empty.session) == ["FUA0001"]
    assert tree_of(empty.session, "FUA0001").boundary.edition == "2020"


def test_of_a_file_with_several_layers_one_has_to_be_named(empty, tmp_path):
    layers = {name: ([{"code": name}], [outline(0, 0, 1, 1)]) for name in ("functional_areas", "units")}
    (tmp_path / "areas.gpkg").write_bytes(settlement_package(layers))
    with pytest.raises(InvalidInput, match="several layers"):
        empty.import_places(tmp_path / "areas.gpkg", code="code")


def test_places_that_are_imported_are_not_studied_unless_asked_for(empty, tmp_path):
    empty.import_places(features(tmp_path / "z.geojson", outline(0, 0, 1, 1), code=["a"]), code="code")
    assert study_places(empty.session) == []


def test_a_succession_is_kept_with_its_weights_and_a_circle_is_refused(empty):
    for code in ("OLD", "NEW"):
        empty.add_place(code, code)
    empty.relate(Relation("OLD", "NEW", RelationKind.ADMINISTRATIVE))
    with pytest.raises(Conflict, match="circle"):
        empty.relate(Relation("NEW", "OLD", RelationKind.ADMINISTRATIVE))
    number, _ = empty.relate(Relation("NEW", "OLD", RelationKind.SUCCESSION, weights={"people": 0.6}, source="a law"))
    (kept,) = (one for one in empty.session.record.relations() if one.kind is RelationKind.SUCCESSION)
    assert dict(kept.weights) == {"people": 0.6}
    assert number == len(empty.commits())


def test_a_relation_to_nowhere_is_refused(empty):
    empty.add_place("A", "A")
    with pytest.raises(NotFound):
        empty.relate(Relation("A", "NOWHERE", RelationKind.ADMINISTRATIVE))


def test_a_file_without_the_column_of_codes_is_refused(empty, tmp_path):
    with pytest.raises(InvalidInput, match="kode"):
        empty.import_places(features(tmp_path / "z.geojson", outline(0, 0, 1, 1), code=["a"]), code="kode")
    assert empty.commits() == []


def test_a_workspace_is_made_once_and_found_from_below(empty):
    root = empty.session.folder.root
    with pytest.raises(Conflict):
        Workspace.create(root)
    assert find_folder(root / "assets") == root
    with pytest.raises(NotFound):
        Workspace.open(root / "assets")


@pytest.mark.parametrize("text", ["format: 2\n", "[", "- 1\n", ""])
def test_settings_of_another_program_are_refused_in_a_sentence(tmp_path, text):
    (tmp_path / "workspace.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput):
        Workspace.open(tmp_path)
