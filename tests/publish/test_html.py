"""Pages as HTML: translated throughout, escaped, ordered, without inline style or script, also right to left and as one file."""

from __future__ import annotations

import gzip
import re
from gettext import NullTranslations
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from tests.profile.index_sample import index_table, index_view
from tests.publish.pages import documents, rendered

from ekistics.profile.index.ranking import index_ranking
from ekistics.publish.html import single_file
from ekistics.publish.words import PseudoTranslations

DOCUMENTS = documents()
EACH = pytest.mark.parametrize("name", DOCUMENTS)
VOID = {"meta", "link", "br", "img", "input", "path", "rect", "circle", "hr"}


class Reader(HTMLParser):
    """Collects visible text outside data, headings, ids, links, attributes; refuses badly nested elements."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.texts, self.headings, self.ids, self.targets, self.attributes, self.labels = [], [], [], [], [], [], []

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        self.attributes += [(tag, name, value) for name, value in attrs]
        self.ids += [told["id"]] if "id" in told else []
        self.targets += [told["href"]] if tag == "a" else []
        self.labels += [told["aria-label"]] if "aria-label" in told else []
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            hidden = "data" in told.get("class", "").split() or tag in ("style", "script", "title", "text", "desc")
            self.open.append((tag, hidden or bool(self.open and self.open[-1][1])))

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        assert self.open, f"</{tag}> closes nothing"
        last = self.open.pop()[0]
        assert last == tag, f"</{tag}> closes <{last}>"

    def handle_data(self, data):
        if self.open and not self.open[-1][1]:
            self.texts.append(data)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    assert reader.open == []
    return reader


def untranslated(text: str) -> str:
    """Strip every ⟦…⟧, innermost first."""
    before = None
    while before != text:
        before, text = text, re.sub(r"⟦[^⟦⟧]*⟧", "", text)
    return text


@EACH
def test_every_visible_text_passes_through_the_catalogue(name):
    left = untranslated("".join(read(rendered(DOCUMENTS[name], PseudoTranslations())).texts))
    assert not re.search(r"[A-Za-z]{2,}", left), left.split()


@EACH
def test_headings_come_in_order_and_there_is_one_of_the_first(name):
    headings = read(rendered(DOCUMENTS[name])).headings
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(later <= before + 1 for before, later in pairwise(headings)), headings


@EACH
def test_nothing_is_styled_or_scripted_inline(name):
    html = rendered(DOCUMENTS[name])
    reader = read(html)
    assert not [one for one in reader.attributes if one[1] == "style" or one[1].startswith("on")]
    assert "<style" not in html
    assert not re.search(r"<script(?![^>]*src=)", html)


@EACH
def test_ids_are_unique(name):
    ids = read(rendered(DOCUMENTS[name])).ids
    assert len(ids) == len(set(ids))


@EACH
def test_names_from_data_are_escaped(name):
    assert "<b>One</b>" not in rendered(DOCUMENTS[name])


@EACH
def test_a_page_renders_right_to_left(name):
    html = rendered(DOCUMENTS[name], locale="ar")
    assert '<html lang="ar" dir="rtl">' in html


@EACH
def test_the_first_view_is_small(name):
    assert len(rendered(DOCUMENTS[name]).encode()) < 150_000


def test_every_link_leads_somewhere():
    for document in DOCUMENTS.values():
        assert all(read(rendered(document)).targets)


def test_drawings_are_kept_and_reused():
    kept: dict[str, str] = {}
    first = rendered(DOCUMENTS["theme environment"], kept=kept)
    size = len(kept)
    assert size > 0
    assert rendered(DOCUMENTS["theme environment"], kept=kept) == first
    assert len(kept) == size


def test_only_the_map_page_loads_the_explorer():
    assert "explorer.js" in rendered(DOCUMENTS["map"])
    assert "explorer.js" not in rendered(DOCUMENTS["glance"])


def test_a_chart_has_its_table_beside_it():
    html = rendered(DOCUMENTS["theme environment"])
    assert html.count('<figure class="chart">') <= html.count("<details>") + 1


@pytest.fixture(scope="module")
def one_file():
    pages = [DOCUMENTS[name] for name in ("glance", "matrix", "theme land", "theme transport", "settlement", "how we know")]
    return single_file(pages, style="body{margin:0}", translations=NullTranslations(), locale="en")


def test_one_file_asks_for_nothing_from_outside(one_file):
    assert not re.search(r'(?:src|href)="(?!#|data:image/png;base64,)', one_file)
    assert "<script" not in one_file


def test_the_anchors_of_one_file_exist_and_are_unique(one_file):
    reader = read(one_file)
    assert {target[1:] for target in reader.targets} <= set(reader.ids)
    assert len(reader.ids) == len(set(reader.ids))


def test_a_style_cannot_close_itself():
    with pytest.raises(AssertionError):
        single_file([DOCUMENTS["error"]], style="</style><script>", translations=NullTranslations(), locale="en")


def test_a_ranking_of_a_thousand_places_stays_light():
    page = rendered(index_ranking(index_view(table=index_table(1000))))
    assert len(gzip.compress(page.encode())) <= 60_000
