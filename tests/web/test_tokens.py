"""The token file keeps what the look promises: contrast on paper, and colours that colour-blind readers tell apart."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import numpy as np
import pytest

WEB = Path(__file__).parents[2] / "web"
LINES = ["line-1", "line-2", "line-3", "line-4"]
BANDS = [f"band-{letter}" for letter in "abcdef"]
CLASSES = [f"class-{n}" for n in range(1, 6)]
EXTENTS = [f"extent-{name}" for name in ("urban", "suburban", "rural", "fringe", "captured")]
BUILT = ["built-first", "class-2", "class-3", "class-4", "class-5"]
# Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB
SIGHT = {
    "normal": np.eye(3),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "tritanopia": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}


def _tokens(theme: str) -> dict[str, str]:
    text = (WEB / "src" / "tokens.css").read_text()
    light, _, dark = text.partition("@media (prefers-color-scheme: dark)")
    pattern = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{6});")
    return dict(pattern.findall(light)) | (dict(pattern.findall(dark)) if theme == "dark" else {})


def _linear(colour: str) -> np.ndarray:
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((float(_linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _lab(colour: str, sight: str) -> np.ndarray:
    linear = np.clip(SIGHT[sight] @ _linear(colour), 0, 1)
    xyz = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]) @ linear
    f = xyz / [0.95047, 1.0, 1.08883]
    f = np.where(f > 216 / 24389, np.cbrt(f), (24389 / 27 * f + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def _ciede2000(one: np.ndarray, other: np.ndarray) -> float:
    """CIEDE2000 with unit weights; Sharma, Wu and Dalal 2005."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean_c7 = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    a1, a2 = (a * (1.5 - 0.5 * np.sqrt(mean_c7 / (mean_c7 + 25**7))) for a in (a1, a2))
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    dh = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    big_h = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(dh / 2))
    mean_l, mean_c = (l1 + l2) / 2, (c1 + c2) / 2
    mean_h = h1 + h2 if c1 * c2 == 0 else (h1 + dh / 2) % 360
    t = sum(w * np.cos(np.radians(k * mean_h + s)) for w, k, s in ((1, 0, 0), (-0.17, 1, -30), (0.24, 2, 0), (0.32, 3, 6), (-0.20, 4, -63)))
    s_l = 1 + 0.015 * (mean_l - 50) ** 2 / np.sqrt(20 + (mean_l - 50) ** 2)
    s_c, s_h = 1 + 0.045 * mean_c, 1 + 0.015 * mean_c * t
    turn = -2 * np.sqrt(mean_c**7 / (mean_c**7 + 25**7)) * np.sin(np.radians(60 * np.exp(-(((mean_h - 275) / 25) ** 2))))
    lightness, chroma, hue = (l2 - l1) / s_l, (c2 - c1) / s_c, big_h / s_h
    return float(np.sqrt(lightness**2 + chroma**2 + hue**2 + turn * chroma * hue))


def _least_distance(pairs, tokens) -> float:
    return min(_ciede2000(_lab(tokens[a], sight), _lab(tokens[b], sight)) for a, b in pairs for sight in SIGHT)


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 2.5, 0.0), (50.0, 0.0, -2.5), 4.3065),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_colour_distance_agrees_with_the_published_pairs(one, other, distance):
    """Sharma, Wu and Dalal 2005, table 1, pairs 1, 16, 19 and 34."""
    assert _ciede2000(np.array(one), np.array(other)) == pytest.approx(distance, abs=5e-5)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("token", ["ink", "ink-2", "ink-3", "link", "strong", "weak"])
def test_text_has_contrast_on_paper_and_on_the_panel(theme, token):
    tokens = _tokens(theme)
    ground = ["paper", "panel"] if token != "ink-3" else ["paper"]
    assert min(_contrast(tokens[token], tokens[g]) for g in ground) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_marks_and_lines_have_contrast_on_paper(theme):
    tokens = _tokens(theme)
    low = {name: round(_contrast(tokens[name], tokens["paper"]), 2) for name in [*LINES, "mark", "map-in", "map-out"]}
    assert {name: c for name, c in low.items() if c < 3} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_on_hatching_and_on_bands_has_contrast(theme):
    tokens = _tokens(theme)
    assert _contrast(tokens["ink-2"], tokens["missing"]) >= 4.5
    for name in [*BANDS, *CLASSES]:
        assert _contrast(tokens[f"on-{name}"], tokens[name]) >= 4.5, name


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("names", "least"),
    [(LINES, 19), (BANDS, 17), (["map-in", "map-out"], 15), (["strong", "weak"], 15), (["ink", "map-out"], 15), (EXTENTS, 16), (BUILT, 10)],
    ids=["lines", "bands", "reached or not", "sides", "ink and mark", "urban extent", "first built"],
)
def test_colours_that_carry_meaning_are_told_apart_by_colour_blind_readers(theme, names, least):
    assert _least_distance(itertools.combinations(names, 2), _tokens(theme)) >= least


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_neighbouring_classes_are_told_apart_by_colour_blind_readers(theme):
    assert _least_distance(itertools.pairwise(CLASSES), _tokens(theme)) >= 10


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_subject_lines_stand_out_from_the_grey_rest(theme):
    tokens = _tokens(theme)
    assert _least_distance([("line-1", "rest")], tokens) >= 19


def test_no_other_style_sheet_names_a_colour():
    found = {
        path.name: re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(", re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S))
        for path in (WEB / "src").rglob("*.css")
        if path.name != "tokens.css"
    }
    assert {name: values for name, values in found.items() if values} == {}
