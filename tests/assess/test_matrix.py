"""The matrix shows each cell's ratings, or in one line what would fill it."""

from __future__ import annotations

import pytest
from tests.assess.figures import figure

from ekistics.assess.matrix import matrix_of
from ekistics.assess.rating import rate
from ekistics.frameworks.loader import load_shipped
from ekistics.model.errors import InvalidInput


@pytest.fixture(scope="module")
def shipped():
    return {one.code: one for one in load_shipped()}


def test_twenty_cells_of_which_one_is_filled(shipped):
    umf = shipped["umf"]
    made = matrix_of(umf, rate(umf, {"public_transport_access": [figure(80)]}))
    assert (len(made.cells), made.filled) == (20, 1)
    cell = made.cell("2", "2")
    assert cell.filled
    assert cell.ratings[0].item.code == "2.2.3"
    assert cell.need == ""


def test_every_empty_cell_says_in_one_line_what_would_fill_it(shipped):
    umf = shipped["umf"]
    made = matrix_of(umf, rate(umf, {}))
    assert made.filled == 0
    assert all(cell.need and "\n" not in cell.need for cell in made.cells)
    assert "health authority" in made.cell("1", "1").need or "survey" in made.cell("1", "1").need


def test_agendas_without_two_crossing_axes_are_no_matrix(shipped):
    for code in ("sdg11", "cpi"):
        with pytest.raises(InvalidInput, match="no matrix"):
            matrix_of(shipped[code], ())
