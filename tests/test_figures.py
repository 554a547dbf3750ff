"""Figures: each says in words what it shows, from its own data."""

import ast

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils import settings
from course_utils.plots import described, plane_figures, probability_figures, style, words

MODULES = sorted((settings.ROOT / "course_utils" / "plots").glob("*.py"))


def drawing_functions():
    """Every public function of the drawing modules that gives a figure, by module and name."""
    for path in MODULES:
        if path.stem == "style":
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                gives = [r for r in ast.walk(node) if isinstance(r, ast.Return)]
                if node.returns is not None and ast.unparse(node.returns) == "Figure":
                    yield pytest.param(node, gives, id=f"{path.stem}.{node.name}")


@pytest.mark.parametrize(("node", "gives"), list(drawing_functions()))
def test_each_drawing_function_describes_what_it_draws(node, gives):
    for statement in gives:
        call = statement.value
        assert isinstance(call, ast.Call) and getattr(call.func, "id", "") == "described", node.name


def test_the_text_reaches_the_page_and_follows_the_data():
    texts = []
    for top in (0.5, 0.9):
        fig = probability_figures.urns([0.5, 0.5], np.array([1 - top, top]), 0.7, 1.0)
        shown = style.picture(fig, style.description(fig))
        assert f'alt="{shown["text/plain"]}"' in shown["text/html"]
        texts.append(shown["text/plain"])
    assert "with 0.50" in texts[0] and "with 0.90" in texts[1]


def test_a_figure_without_words_is_not_shown():
    with pytest.raises(ValueError, match="every figure needs"):
        style.show(plt.figure())
    assert style.description(described(plt.figure(), "a\n   b")) == "a b"


def test_infinite_and_missing_values_have_words():
    assert words.number(-np.inf) == "−∞" and words.number(-0.5) == "−0.5"
    assert words.course([np.nan, 1.0, np.inf, 3.0]) == "from 1 to 3"
    assert words.span([2, 1]) == "between 1 and 2" and words.span([np.nan]) == "none"
    assert words.listed({"a": 1.0, "b": np.inf}) == "a: 1 and b: ∞"
    fig = plane_figures.verdict({"WGAN": [np.inf, 1.0]}, 0.2, "$W_1$", "t")
    assert "WGAN: ∞, 1" in style.description(fig)
