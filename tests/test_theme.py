"""Colours in a light and in a dark notebook: what is mixed has the contrast that WCAG AA asks."""

import re

import pytest

from course_utils import theme
from course_utils.exercises import boxes
from course_utils.widgets import panel_style

THEMES = {"light": ("#000000", "#ffffff"), "dark": ("#ffffff", "#111111")}  # ink, paper


def channels(colour):
    return [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]


def resolve(value, ink, paper):
    """The channels of a colour as a browser in that theme computes them."""
    value = value.replace(theme.INK, ink).replace(theme.PAPER, paper)
    mixed = re.fullmatch(r"color-mix\(in srgb, (#\w{6}) (\d+)%, (#\w{6})\)", value)
    if not mixed:
        return channels(value)
    share = int(mixed[2]) / 100
    pairs = zip(channels(mixed[1]), channels(mixed[3]), strict=True)
    return [share * a + (1 - share) * b for a, b in pairs]


def luminance(colour):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b, name):
    light, dark = sorted((luminance(resolve(c, *THEMES[name])) for c in (a, b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("look", boxes.LOOKS.values(), ids=boxes.LOOKS)
def test_boxes_have_contrast_in_either_theme(look, name):
    assert contrast(theme.INK, look.background, name) >= 4.5
    assert contrast(look.edge, look.background, name) >= 4.5
    assert contrast(look.edge, theme.PAPER, name) >= 4.5


@pytest.mark.parametrize("name", THEMES)
def test_controls_have_contrast_in_either_theme(name):
    assert contrast(theme.QUIET, theme.PAPER, name) >= 4.5
    assert contrast("#ffffff", panel_style.ACTION, name) >= 4.5
    for edge in (theme.EDGE, panel_style.FOCUS, theme.shade(panel_style.ACTION)):
        assert contrast(edge, theme.PAPER, name) >= 3
