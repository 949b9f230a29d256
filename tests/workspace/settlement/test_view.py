"""The settlement page as a workspace hands it out: there for every place, in the one-file profile only where it shows something."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.profile.settlement_sample import view
from tests.workspace.conftest import CITY

from ekistics.profile.evidence import Evidence
from ekistics.workspace.pages import Pages


@pytest.fixture
def with_view(monkeypatch):
    """Let every place have a settlement view, whatever files it has."""
    gathered = Pages.evidence

    def having(self: Pages, place: str) -> Evidence:
        return replace(gathered(self, place), settlement=view())

    monkeypatch.setattr(Pages, "evidence", having)


def test_without_grids_the_page_says_which_files_would_fill_it(measured):
    page = measured.pages().page(CITY, "settlement", {})
    assert f"ekistics import FILE --as population_grid --place {CITY}" in page
    assert f"ekistics import FILE --as built_up_epoch --place {CITY}" in page


def test_with_a_view_other_pages_lead_to_the_maps(measured, with_view):
    pages = measured.pages()
    assert pages.page(CITY, "settlement", {}).count('class="map-figure cells"') == 3
    assert f'href="/place/{CITY}/settlement"' in pages.page(CITY, "glance", {})
    assert f'href="/place/{CITY}/settlement"' in pages.page(CITY, "map", {})


def test_the_one_file_profile_holds_the_page_where_it_shows_something(measured, with_view):
    profile = measured.pages().single_file(CITY)
    assert 'id="page-settlement"' in profile
    assert 'href="#page-settlement"' in profile


def test_the_one_file_profile_leaves_an_empty_page_out(measured):
    assert 'id="page-settlement"' not in measured.pages().single_file(CITY)
