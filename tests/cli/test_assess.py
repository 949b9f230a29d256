"""`ekistics assess` and `ekistics recipe` as their users have them: three commands from a spreadsheet to an index, all faults shown."""

import json
import re

import pytest
import xlsxwriter
from tests.workspace.assessing.made_index import RECIPE, TABLE, UNCERTAIN, write_index

from ekistics.cli.app import EXIT_CODES
from ekistics.cli.index_printing import decimals_of
from ekistics.model.errors import Conflict, InvalidInput, NotFound


@pytest.fixture
def index_files(tmp_path):
    return write_index(tmp_path / "mine")


def test_somebody_with_a_spreadsheet_has_an_index_in_three_commands(ekistics, tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "cities.xlsx")
    sheet = book.add_worksheet("Data")
    for number, line in enumerate(TABLE.splitlines()):
        for column, cell in enumerate(line.split(",")):
            sheet.write(number, column, float(cell) if cell.isdigit() else cell.strip('"'))
    book.close()
    recipe, out = tmp_path / "recipe.yaml", tmp_path / "out"
    begun = ekistics("recipe", "new", "--data", tmp_path / "cities.xlsx", "--out", recipe)
    assert begun.code == 0, begun.err
    assert f"written: {recipe}" in begun.out
    assert ekistics("recipe", "check", recipe).out == "recipe.yaml: no fault found\n"
    done = ekistics("assess", recipe, "--data", tmp_path / "cities.xlsx", "--out", out)
    assert done.code == 0, done.out + done.err
    assert "6 units, 4 indicators; cities.xlsx; units from code; names from name" in done.out
    assert re.search(r"^ +1 +\w\w +\w+ville", done.out, re.MULTILINE)
    assert (out / "assessment.xlsx").exists()
    assert (out / "ranking.csv").exists()


def test_the_ranking_what_was_refused_and_where_it_lies_are_printed(ekistics, index_files, tmp_path):
    recipe, table = index_files
    strict = RECIPE.replace("impute: median", "impute: none").replace("coverage: 0.5", "coverage: 0.9")
    recipe.write_text(strict, encoding="utf-8")
    said = ekistics("assess", recipe, "--data", table, "--out", tmp_path / "out")
    assert said.code == 0, said.err
    lines = said.out.splitlines()
    assert lines[0] == "Six cities"
    assert lines[2].split() == ["rank", "unit", "name", "score", "band", "coverage"]
    assert lines[3].split()[0] == "1"
    refused = lines[lines.index("Refused, for too little is known: 2") :]
    assert any(line.split()[:1] == ["CC"] and line.rstrip().endswith("power") for line in refused)
    assert lines[-1].startswith("written: ")
    assert lines[-1].endswith(f"files in {tmp_path / 'out'}")


def test_all_scores_of_a_ranking_have_the_same_decimals(ekistics, index_files, tmp_path):
    said = ekistics("assess", index_files[0], "--data", index_files[1], "--out", tmp_path / "out").out
    scores = [line.split()[-3] for line in said.splitlines() if re.match(r" +[1-6] +\w\w ", line)]
    assert len(scores) == 6
    assert {len(one.partition(".")[2]) for one in scores} == {2}
    # the files keep every digit
    assert any(len(line.split(",")[3]) > 12 for line in (tmp_path / "out" / "ranking.csv").read_text(encoding="utf-8").splitlines()[1:])


@pytest.mark.parametrize(
    ("scores", "decimals"),
    [([], 2), ([5.0], 2), ([0.0, 100.0], 2), ([69.7, 49.9], 2), ([0.41, 0.43], 5), ([1e-30, 2e-30], 9), ([3, 1e9], 2)],
)
def test_scores_that_lie_close_have_more_decimals(scores, decimals):
    assert decimals_of(scores) == decimals


def test_where_nobody_can_be_ranked_that_is_said_and_the_index_comes_first_of_what_was_refused(ekistics, index_files, tmp_path):
    recipe, table = index_files
    strict = RECIPE.replace("impute: median", "impute: none").replace("coverage: 0.5", "coverage: 1")
    recipe.write_text(strict + UNCERTAIN, encoding="utf-8")
    rows = ["AA,Aville,10,,90,99", "BB,Bville,20,,80,98", "CC,Cville,,10,70,97", "DD,Dville,,25,60,96"]
    table.write_text("\n".join(["code,name,green,dust,water,power", *rows]), encoding="utf-8")
    said = ekistics("assess", recipe, "--data", table, "--out", tmp_path / "out")
    assert said.code == 0, said.out
    lines = said.out.splitlines()
    assert lines[2] == "No unit can be ranked: none has enough figures for the index."
    assert "runs" not in said.out
    assert "--sensitivity" not in said.out
    refused = lines.index("Refused, for too little is known: 8")
    assert [line.split()[2] for line in lines[refused + 2 : refused + 10]] == ["Index"] * 4 + ["Nature"] * 4


def test_json_is_the_whole_answer_and_nothing_else(ekistics, index_files, tmp_path):
    said = ekistics("assess", index_files[0], "--data", index_files[1], "--out", tmp_path / "out", "--json")
    assert said.code == 0
    assert not said.err

    def refuse(text):
        raise AssertionError(text)

    told = json.loads(said.out, parse_constant=refuse)
    assert [row["rank"] for row in told["ranking"]] == [1, 2, 3, 4, 5, 6]
    assert told["taken"] == {"units": "code", "names": "name"}
    assert "scores.parquet" in told["files"]


def test_every_fault_of_the_figures_is_shown_and_nothing_written(ekistics, index_files, tmp_path):
    recipe, table = index_files
    table.write_text(TABLE.replace("AA,Aville,North,10,20", "AA,Aville,North,much,inf"), encoding="utf-8")
    said = ekistics("assess", recipe, "--data", table, "--out", tmp_path / "out")
    assert said.code == EXIT_CODES[InvalidInput]
    assert "table.csv, row 2, green: The cell holds something else than a number.; found 'much'" in said.out
    assert "table.csv, row 2, dust:" in said.out
    assert said.out.endswith("nothing was written\n")
    assert not (tmp_path / "out").exists()


def test_every_fault_of_a_recipe_is_shown_with_its_line(ekistics, index_files):
    recipe, _ = index_files
    recipe.write_text(RECIPE.replace("weights", "w").replace("direction: lower", "direction: sideways") + "colour: red\n", encoding="utf-8")
    said = ekistics("recipe", "check", recipe)
    assert said.code == 1
    assert f"row {RECIPE.splitlines().index('  - {code: dust, name: Fine dust, parent: nature, direction: lower}') + 1}" in said.out
    assert "colour" in said.out
    told = json.loads(ekistics("recipe", "check", recipe, "--json").out)
    assert len(told) == 2


def test_a_fault_of_the_recipe_as_a_whole_is_told_with_its_file_and_line(ekistics, index_files, tmp_path):
    recipe, table = index_files
    recipe.write_text(RECIPE.replace("aggregate: arithmetic", "aggregate: geometric"), encoding="utf-8")
    line = RECIPE.splitlines().index("  - {code: nature, name: Nature, level: theme, parent: index}") + 1
    for said in (ekistics("recipe", "check", recipe), ekistics("assess", recipe, "--data", table, "--out", tmp_path / "out")):
        assert f"recipe.yaml, row {line}, nature: The geometric mean of Nature needs values above 0" in said.out


def test_a_missing_code_is_declared_and_a_heading_named(ekistics, index_files, tmp_path):
    recipe, table = index_files
    table.write_text(TABLE.replace(",70,", ",70,-9999").replace("green", "Green 2020"), encoding="utf-8")
    words = ("assess", recipe, "--data", table, "--out", tmp_path / "out")
    refused = ekistics(*words)
    assert refused.code == EXIT_CODES[InvalidInput]
    assert "--missing=-9999" in ekistics(*words, "--column", "green=Green 2020").out
    done = ekistics(*words, "--column", "green=Green 2020", "--missing", "-9999")
    assert done.code == 0, done.out
    assert ekistics(*words, "--column", "green").code == EXIT_CODES[InvalidInput]


def test_what_is_good_is_taken_where_that_is_asked_for(ekistics, index_files, tmp_path):
    recipe, table = index_files
    table.write_text(TABLE.replace("AA,Aville,North,10", "AA,Aville,North,much"), encoding="utf-8")
    done = ekistics("assess", recipe, "--data", table, "--out", tmp_path / "out", "--leave-out-faulty")
    assert done.code == 0
    assert "rejected: table.csv, row 2, green" in done.out


def test_a_stored_assessment_is_replayed(ekistics, index_files, tmp_path):
    out = tmp_path / "out"
    ekistics("assess", index_files[0], "--data", index_files[1], "--out", out)
    said = ekistics("assess", "--replay", out)
    assert (said.code, said.out) == (0, "equal: every bit of every figure\n")
    assert json.loads(ekistics("assess", "--replay", out, "--json").out)["is_equal"] is True
    (out / "scores.csv").write_text("other")
    assert ekistics("assess", "--replay", out).code == 7


def test_a_recipe_is_told_in_plain_words(ekistics, index_files):
    said = ekistics("recipe", "explain", index_files[0])
    assert said.code == 0
    assert "Piped water" in said.out
    assert "provisional" in ekistics("recipe", "explain", "cpi").out


def test_our_recipes_are_listed(ekistics):
    said = ekistics("recipe", "list")
    assert {line.split()[0] for line in said.out.splitlines()[1:]} == {"cpi", "umf", "sdg11"}
    assert {one["name"] for one in json.loads(ekistics("recipe", "list", "--json").out)} == {"cpi", "umf", "sdg11"}


def test_a_recipe_that_was_worked_on_is_not_written_over(ekistics, index_files):
    recipe, table = index_files
    said = ekistics("recipe", "new", "--data", table, "--out", recipe)
    assert said.code == EXIT_CODES[Conflict]
    assert recipe.read_text(encoding="utf-8") == RECIPE


def test_where_a_place_lies_is_no_indicator_and_a_standard_error_is_none_of_its_own(ekistics, tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("id,lat,Longitude,year,green,green_se,zone\n" + "".join(f"{n},1.5,2,2020,{n},0.1,{'NS'[n % 2]}\n" for n in range(6)))
    said = ekistics("recipe", "new", "--data", table).out
    assert re.findall(r'code: "(\w+)", parent', said) == ["green"]
    assert "sampling" in said
    assert '"zone"' in said


def test_numbers_that_a_recipe_is_begun_without_are_told_and_the_next_command_reads_them(ekistics, tmp_path):
    table, recipe = tmp_path / "t.csv", tmp_path / "r.yaml"
    table.write_text("code,green,people\n" + "".join(f'C{n},{n},"{n + 1},000,000"\n' for n in range(6)))
    begun = ekistics("recipe", "new", "--data", table)
    assert "to look at: t.csv: Columns that hold numbers with other marks" in begun.err
    assert begun.err.rstrip().endswith("here and to assess: --thousands ,")
    assert "to look at" not in begun.out
    begun = ekistics("recipe", "new", "--data", table, "--thousands", ",", "--missing=-9", "--out", recipe)
    assert begun.out.endswith(f'ekistics assess {recipe} --data {table} --thousands="," --missing=-9 --out DIR\n')
    assert re.findall(r'code: "(\w+)", parent', recipe.read_text(encoding="utf-8")) == ["green", "people"]


def test_a_table_without_a_column_of_numbers_is_told_what_to_do(ekistics, tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("Our cities,\ncode,green\n" + "".join(f"C{n},{n}\n" for n in range(6)))
    assert "--header-row 2" in ekistics("recipe", "new", "--data", table).err
    table.write_text("code;green\n" + "".join(f"C{n};{n},5\n" for n in range(6)))
    assert "found the headings code, green" in ekistics("recipe", "new", "--data", table).err
    assert "--decimal ," in ekistics("recipe", "new", "--data", table).err


def test_a_recipe_is_begun_from_a_tidy_table_too(ekistics, tmp_path):
    table = tmp_path / "tidy.csv"
    table.write_text("unit,indicator,year,value\n" + "".join(f"{u},{i},2020,{n}\n" for n, u in enumerate("ABC") for i in ("green", "dust")))
    begun = ekistics("recipe", "new", "--data", table, "--out", tmp_path / "r.yaml")
    assert begun.code == 0, begun.err
    done = ekistics("assess", tmp_path / "r.yaml", "--data", table, "--out", tmp_path / "out")
    assert done.code == 0, done.out + done.err
    assert "3 units, 2 indicators" in done.out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("assess", "cpi"), 3, "where to write"),
        (("assess",), 3, "what to apply"),
        (("assess", "no-such", "--data", "t.csv", "--out", "o"), EXIT_CODES[NotFound], "no such recipe"),
        (("assess", "cpi", "--data", "no-such.csv", "--out", "o"), EXIT_CODES[InvalidInput], "no-such.csv"),
        (("assess", "cpi", "--data", "t.csv", "--as-of", "3", "--out", "o"), EXIT_CODES[InvalidInput], "figures of a workspace"),
        (("recipe", "explain", "no-such"), EXIT_CODES[NotFound], "no such recipe"),
        (("recipe", "new", "--data", "no-such.csv"), EXIT_CODES[InvalidInput], "no-such.csv"),
        (("recipe", "check", "no-such.yaml"), EXIT_CODES[InvalidInput], "no-such.yaml"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_sentence(ekistics, tmp_path, monkeypatch, words, code, said):
    monkeypatch.chdir(tmp_path)
    told = ekistics(*words)
    assert told.code == code
    assert said in told.err
    assert told.err.count("ekistics:") == 1


def test_the_figures_of_a_workspace_are_assessed(ekistics, measured, tmp_path):
    """One city has no field to be compared with: what is refused is said by indicator, and nothing is written."""
    recipe = tmp_path / "r.yaml"
    recipe.write_text(RECIPE.replace("green", "public_transport_access").replace("impute: median\n", ""), encoding="utf-8")
    said = ekistics("assess", recipe, "-w", measured, "--out", tmp_path / "out")
    assert said.code == EXIT_CODES[InvalidInput]
    assert "dust" in said.out
    assert not (tmp_path / "out").exists()
    assert ekistics("assess", recipe, "-w", measured, "--kind", "planet", "--out", tmp_path / "o").code == EXIT_CODES[InvalidInput]


def test_a_recipe_is_chosen_for_the_pages_and_dropped_again(ekistics, tmp_path):
    ekistics("init", tmp_path / "w")
    said = ekistics("recipe", "choose", "sdg11", "--workspace", tmp_path / "w")
    assert said.code == 0
    assert said.out.startswith("chosen: Sustainable Development Goal 11 (provisional); see it with: ekistics serve, at /index/sdg11")
    assert "6 benchmarks were not read in the official text" in said.out
    assert ekistics("recipe", "drop", "sdg11", "--workspace", tmp_path / "w").out == "dropped: sdg11\n"
    assert ekistics("recipe", "drop", "sdg11", "--workspace", tmp_path / "w").code == EXIT_CODES[NotFound]


def test_a_recipe_that_is_not_chosen_needs_a_folder_to_write_into(ekistics, tmp_path):
    ekistics("init", tmp_path / "w")
    said = ekistics("assess", "sdg11", "--workspace", tmp_path / "w")
    assert said.code == EXIT_CODES[NotFound]
    assert "ekistics recipe choose sdg11" in said.err
