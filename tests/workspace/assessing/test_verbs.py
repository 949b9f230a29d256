"""From a recipe and a table to the folder of an index: all that came out is in it, or nothing is written at all."""

import json
from dataclasses import replace

import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from tests.assess.asem import asem_recipe, reference
from tests.workspace.assessing.made_index import RECIPE, TABLE, UNCERTAIN, write_index

from ekistics.model.errors import Conflict, NotFound
from ekistics.model.recipes import Stage
from ekistics.sources.index_files import IndexFileOptions
from ekistics.workspace.assessing import assess_file, assess_frame, folders
from ekistics.workspace.assessing.recipes import recipe_named
from ekistics.workspace.assessing.results import InputRefused
from ekistics.workspace.assessing.verbs import Drawing, Where


@pytest.fixture
def done(tmp_path):
    recipe, table = write_index(tmp_path)
    return assess_file(recipe, table, tmp_path / "out", options=IndexFileOptions(labels=("region",)))


def asem(data):
    """The reference as a recipe that a file can hold: its goalposts, which the standard build does not use, name no source."""
    whole = asem_recipe(data)
    return replace(whole, indicators=tuple(replace(one, benchmark=None) for one in whole.indicators))


def test_the_folder_holds_what_the_manifest_lists_and_nothing_else(done):
    there = sorted(str(path.relative_to(done.out).as_posix()) for path in done.out.rglob("*") if path.is_file())
    assert there == sorted(done.files)
    told = json.loads((done.out / "assessment.json").read_text(encoding="utf-8"))
    assert sorted(told["files"]) == sorted(set(done.files) - {"assessment.json"})
    assert told["data"]["file"] == "table.csv"
    assert len(told["data"]["sha256"]) == 64
    assert {"ekistics", "numpy", "python"} <= told["software"].keys()
    assert told["seed"] == 20260101


def test_every_stage_that_was_gone_through_is_kept(done):
    names = {path.name for path in (done.out / "stages").iterdir()}
    assert names == {"1-chosen.parquet", "4-imputed.parquet", "6-normalised.parquet", "8-aggregated.parquet"}
    normalised = pq.read_table(done.out / "stages" / "6-normalised.parquet")
    assert normalised.column_names == ["unit", "name", "year", "green", "dust", "water", "power"]
    assert normalised["green"].to_pylist() == pytest.approx([0, 100 / 3, 200 / 3, 100, 50 / 3, 50])


def test_every_changed_cell_is_told_with_what_it_was_and_why(done):
    (row,) = pq.read_table(done.out / "changes.parquet").to_pylist()
    assert (row["stage"], row["unit"], row["indicator"], row["before"], row["after"]) == ("impute", "CC", "power", None, 97.0)
    assert "filled" in row["reason"]


def test_scores_and_ranks_are_those_of_hand(done):
    scores = done.result.scores.set_index("unit")
    nature, service = (0 + 60) / 2, (800 / 9 + 100) / 2
    assert scores.loc["AA", "nature"] == pytest.approx(nature)
    assert scores.loc["AA", "service"] == pytest.approx(service)
    assert scores.loc["AA", "index"] == pytest.approx((nature + service) / 2)
    ranking = done.result.ranking
    assert ranking["rank"].tolist() == [1, 2, 3, 4, 5, 6]
    assert ranking["region"].tolist().count("North") == 2
    assert set(ranking["band"]) <= {"A", "B"}


def test_files_and_data_frames_say_the_same(done):
    for name, frame in (("scores", done.result.scores), ("ranks", done.result.ranks), ("ranking", done.result.ranking)):
        pd.testing.assert_frame_equal(pq.read_table(done.out / f"{name}.parquet").to_pandas(), frame)
        assert pd.read_csv(done.out / f"{name}.csv")["unit"].tolist() == frame["unit"].tolist()


def test_no_text_of_a_person_runs_as_a_formula(done):
    raw = (done.out / "scores.csv").read_text(encoding="utf-8-sig")
    assert "'=cmd" in raw
    assert ",=cmd" not in raw
    book = openpyxl.load_workbook(done.out / "assessment.xlsx")
    assert book.sheetnames[:4] == ["README", "Ranking", "Scores", "Ranks"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert any(cell.value == "=cmd|' /C calc'!A0" for cell in cells)


def test_the_recipe_that_was_used_lies_beside_with_the_seed_that_was_asked_for(tmp_path):
    recipe, table = write_index(tmp_path)
    done = assess_file(recipe, table, tmp_path / "out", drawing=Drawing(runs=50, seed=7))
    kept = recipe_named(done.out / "recipe.yaml")
    assert (kept.seed, kept.uncertainty.runs) == (7, 50)
    assert replace(kept, seed=20260101, uncertainty=recipe_named(recipe).uncertainty) == recipe_named(recipe)


def test_a_refused_composite_is_listed_with_what_was_missing(tmp_path):
    recipe, table = write_index(tmp_path, RECIPE.replace("impute: median", "impute: none").replace("coverage: 0.5", "coverage: 0.9"))
    done = assess_file(recipe, table, tmp_path / "out")
    refused = done.result.refused.set_index("group")
    assert (refused.loc["service", "unit"], refused.loc["service", "missing"]) == ("CC", "power")
    assert done.result.ranking.iloc[-1][["unit", "score"]].tolist()[0] == "CC"
    assert pd.isna(done.result.ranking.iloc[-1]["rank"])


def test_all_faults_of_the_figures_are_raised_together_and_nothing_is_written(tmp_path):
    recipe, table = write_index(tmp_path, table=TABLE.replace("AA,Aville,North,10,20", "AA,Aville,North,much,inf").replace("BB,", "AA,", 1))
    with pytest.raises(InputRefused) as refused:
        assess_file(recipe, table, tmp_path / "out")
    assert {one.kind for one in refused.value.problems} == {"not-a-number", "twice", "column-unused"}
    assert "(and 2 more)" in refused.value.sentence()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["recipe.yaml", "table.csv"]


def test_a_recipe_and_a_table_that_do_not_go_together_are_refused_before_anything_is_computed(tmp_path):
    constant = "code,green,dust,water,power\n" + "".join(f"{unit},5,{number},2{number},3{number}\n" for number, unit in enumerate("ABC"))
    recipe, table = write_index(tmp_path, RECIPE.replace("impute: median\n", ""), constant)
    with pytest.raises(InputRefused) as refused:
        assess_file(recipe, table, tmp_path / "out")
    assert ("table.csv", "green") in {(one.file, one.column) for one in refused.value.problems}
    assert not (tmp_path / "out").exists()


def test_a_folder_of_an_earlier_assessment_is_replaced_whole(done, tmp_path):
    (done.out / "stages" / "old.parquet").write_bytes(b"old")
    again = assess_file(tmp_path / "recipe.yaml", tmp_path / "table.csv", done.out)
    assert not (again.out / "stages" / "old.parquet").exists()


def test_a_folder_with_other_files_is_left_alone(tmp_path):
    recipe, table = write_index(tmp_path / "mine")
    (tmp_path / "mine" / "letter.txt").write_text("dear all")
    with pytest.raises(Conflict):
        assess_file(recipe, table, tmp_path / "mine")
    assert sorted(path.name for path in (tmp_path / "mine").iterdir()) == ["letter.txt", "recipe.yaml", "table.csv"]


def test_what_was_there_stays_where_writing_breaks_off(done, tmp_path, monkeypatch):
    before = {path: path.read_bytes() for path in done.out.rglob("*") if path.is_file()}

    def full(result):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folders, "assessment_workbook", full)
    with pytest.raises(OSError, match="No space left"):
        assess_file(tmp_path / "recipe.yaml", tmp_path / "table.csv", done.out, drawing=Drawing(seed=3))
    assert {path: path.read_bytes() for path in done.out.rglob("*") if path.is_file()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "recipe.yaml", "table.csv"]


def test_an_unknown_recipe_is_told_with_the_names_there_are(tmp_path):
    with pytest.raises(NotFound, match="umf"):
        assess_file("no-such", tmp_path / "t.csv", tmp_path / "out")


def test_a_recipe_made_in_python_that_no_file_could_hold_is_refused_before_it_is_kept(data, tmp_path):
    with pytest.raises(InputRefused, match="source"):
        assess_file(asem_recipe(data), data("asem", "iData.csv"), tmp_path / "out")


def test_a_data_frame_gives_what_the_file_gives(done, tmp_path):
    frame = pd.read_csv(tmp_path / "table.csv")
    found = assess_frame(tmp_path / "recipe.yaml", frame.set_index("code"), options=IndexFileOptions(labels=("region",)))
    pd.testing.assert_frame_equal(found.scores, done.result.scores)
    pd.testing.assert_frame_equal(found.stage(Stage.IMPUTE), done.result.stage("impute"))


def test_a_data_frame_with_text_in_its_numbers_is_refused_with_row_and_column(tmp_path):
    recipe, table = write_index(tmp_path)
    frame = pd.read_csv(table).astype({"water": object})
    frame.loc[1, "water"] = "plenty"
    with pytest.raises(InputRefused) as refused:
        assess_frame(recipe, frame)
    assert (refused.value.row, refused.value.column) == (2, "water")


def test_doubt_is_drawn_and_every_run_kept_with_what_it_drew(tmp_path):
    recipe, table = write_index(tmp_path, RECIPE + UNCERTAIN)
    done = assess_file(recipe, table, tmp_path / "out")
    runs = pq.read_table(done.out / "runs.parquet").to_pandas()
    assert len(runs) == 100
    assert set(runs["option:scale"]) == {"min-max", "z-score"}
    assert runs["number:weights"].nunique() > 50
    ranking = done.result.ranking
    assert (ranking["rank_low"] <= ranking["rank_high"]).all()
    assert ((ranking["probability_A"] + ranking["probability_B"]) <= 1 + 1e-12).all()
    told = pd.read_csv(done.out / "sensitivity.csv")
    assert set(told["input"]) == {"weights", "scale"}
    assert json.loads((done.out / "assessment.json").read_text(encoding="utf-8"))["runs"] == 100


def test_scores_have_intervals_only_where_all_runs_put_them_on_one_scale(tmp_path):
    several, one = (
        write_index(tmp_path, RECIPE + UNCERTAIN),
        RECIPE + UNCERTAIN.replace("[min-max, z-score]", "[min-max, {method: min-max, to: [0, 100]}]"),
    )
    ranks = {"rank_low", "rank_median", "rank_high"}
    with_scores = {"score_low", "score_high"}
    found = set(assess_file(*several, tmp_path / "several").result.ranking.columns)
    assert ranks <= found
    assert not with_scores & found
    (tmp_path / "one").mkdir()
    found = set(assess_file(*write_index(tmp_path / "one", one), tmp_path / "out").result.ranking.columns)
    assert ranks | with_scores <= found


def test_on_more_threads_the_figures_are_the_same(tmp_path):
    recipe, table = write_index(tmp_path, RECIPE + UNCERTAIN)
    one, other = (assess_file(recipe, table, tmp_path / f"out-{n}", drawing=Drawing(where=Where(threads=n))).result for n in (1, 2))
    np.testing.assert_array_equal(one.doubt.scores, other.doubt.scores)
    np.testing.assert_array_equal(one.sensitivities[0].total, other.sensitivities[0].total)


def test_no_runs_draw_no_doubt_and_it_is_said(tmp_path):
    recipe, table = write_index(tmp_path, RECIPE + UNCERTAIN)
    done = assess_file(recipe, table, tmp_path / "out", drawing=Drawing(runs=0))
    assert done.result.doubt is None
    assert "runs.parquet" not in done.files
    assert "nothing-drawn" in {one.kind for one in done.result.notes}


def test_the_reference_index_is_met_from_its_own_csv(data, tmp_path):
    done = assess_file(asem(data), data("asem", "iData.csv"), tmp_path / "out")
    scores = done.result.scores
    for code in ("Index", "Conn", "Physical"):
        known = reference(data, "stage_7_aggregated.csv", (code,), tuple(scores["unit"]))[0]
        np.testing.assert_allclose(scores[code], known, rtol=1e-10)
    assert done.result.ranking["unit"].tolist()[:5] == ["CHE", "NLD", "DNK", "NOR", "BEL"]
    assert len(done.result.changes[done.result.changes["stage"] == "impute"]) == 65
    assert len(done.result.changes[done.result.changes["stage"] == "treat"]) == 35
