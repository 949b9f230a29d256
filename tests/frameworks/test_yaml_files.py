"""A file that a person wrote is read whole or refused in a sentence: no traps of the format get through."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ekistics.frameworks.yaml_files import Document, document_of, line_of


def kinds(text):
    read = document_of("x.yaml", text)
    return [] if isinstance(read, Document) else [(one.kind, one.row) for one in read]


def test_anchors_are_followed_where_they_save_typing():
    read = document_of("x.yaml", "a: &round {method: min-max}\nb: *round\n")
    assert read.told["b"] == {"method": "min-max"}


def test_anchors_that_unfold_without_end_are_refused_before_they_unfold():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    assert kinds("\n".join(lines)) == [("too-many-parts", 1)]


def test_merged_keys_that_unfold_without_end_are_refused_before_they_unfold():
    lines = ["a0: &a0 {k: 1}"] + [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 12)]
    assert kinds("\n".join(lines)) == [("too-many-parts", 1)]


def test_a_part_that_holds_itself_is_refused():
    assert kinds("code: x\na: &a\n  - *a\n") == [("anchor-in-itself", 2)]


@pytest.mark.parametrize(
    "text", ["a: !!binary aGk=", "a: !!int twelve", "a: !!timestamp soon", "a: !!python/object:os.system x", "a: !b c"]
)
def test_a_tag_is_refused_with_its_line(text):
    assert kinds(f"code: x\n{text}\n") == [("tag", 2)]


def test_a_key_that_stands_twice_is_told_with_its_line():
    assert kinds("a: 1\nb: {c: 1, c: 2}\na: 2\n") == [("duplicate", 2), ("duplicate", 3)]


@pytest.mark.parametrize("text", ["[" * 2000, "{a: " * 2000, "a: 2020-02-31", "a: " + "9" * 5000, "a: [", "\x00", "? [a]\n: b"])
def test_what_yaml_cannot_read_is_one_problem(text):
    (fault,) = document_of("x.yaml", text)
    assert fault.kind == "not-yaml"


def test_the_line_of_a_part_is_that_of_the_deepest_part_there_is():
    read = document_of("x.yaml", "a:\n  - b: 1\n    c: 2\n")
    assert [line_of(read.tree, where) for where in (("a",), ("a", 0, "c"), ("a", 0, "z"), ("q",))] == [1, 3, 2, 1]


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab:-[]{}&*!<>|'\"#?, \n\t0123456789.~", max_size=60))
def test_no_text_raises(text):
    document_of("x.yaml", text)
