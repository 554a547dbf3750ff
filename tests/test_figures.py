"""Figures: each says in words what it shows, from its own data."""

import ast

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils import settings
from course_utils.plots import (
    described,
    legible,
    maps,
    penalty_figures,
    plane_figures,
    probability_figures,
    style,
    use_course_style,
    words,
)

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


def two_panels():
    style.use_course_style()
    fig, axes = plt.subplots(1, 2, figsize=(9, 3))
    for ax in axes:
        ax.plot([0, 1], [0, 1])
        ax.set(xlabel="x", ylabel="y", title="a finding")
    fig.canvas.draw()
    return fig, axes


def test_a_wide_figure_is_cut_between_its_panels_and_nothing_is_lost():
    fig, (left, right) = two_panels()
    [pieces] = legible.rows(fig, fig.bbox)
    assert len(pieces) == 2 and sum(width for _, _, width, _ in pieces) == pytest.approx(1)
    cut = pieces[1][0] * fig.bbox.width
    assert left.get_tightbbox().x1 < cut < right.get_tightbbox().x0
    assert legible.faults(fig, fig.bbox) == []
    fig.legend(["a line"], loc="outside lower center")  # lies across both: cut above it first
    fig.canvas.draw()
    above, below = legible.rows(fig, fig.bbox)
    assert len(above) == 2 and sum(h for _, _, _, h in (above[0], below[0])) == pytest.approx(1)


def test_a_figure_that_is_narrow_enough_stays_whole():
    style.use_course_style()
    fig = plt.figure(figsize=(4, 3))
    fig.text(0.5, 0.5, "text")
    assert legible.rows(fig, fig.bbox) == [[(0, 0, 1, 1)]]


def small_text(ax):
    ax.text(0.5, 0.2, "tiny", fontsize=5)


def text_on_text(ax):
    ax.text(0.5, 0.2, "over")
    ax.text(0.5, 0.2, "under")


def crowded_ticks(ax):
    ax.set_xticks(np.linspace(0, 1, 30), [f"{x:.4f}" for x in np.linspace(0, 1, 30)])


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (small_text, "pixels wide"),
        (text_on_text, "'over' and 'under' lie on each other"),
        (crowded_ticks, "no air"),
    ],
)
def test_what_cannot_be_read_is_said(fault, said):
    fig, (ax, _) = two_panels()
    fault(ax)
    assert said in " ".join(style.hard_to_read(fig))
    assert style.picture(fig, "alt")  # a student sees it all the same


def test_a_piece_never_becomes_smaller_than_its_text_allows():
    fig, _ = two_panels()
    least, text = legible.least(fig), 11 * 96 / 72  # pixels of the smallest text, the ticks'
    assert least * text == pytest.approx(legible.SMALLEST)
    page = style.picture(fig, "what is seen")["text/html"]
    assert page.count("min-width:") == 2 == page.count("<img")
    assert page.count('alt="what is seen"') == 1 == page.count('alt=""')


def test_the_title_of_a_whole_figure_is_text_of_the_page():
    for make in (maps.divergence_families, maps.paradigms):
        fig = make()
        title = fig.axes[0].get_title("left")
        assert f">{title}</div>" in style.picture(fig, "alt")["text/html"]
    fig, axes = two_panels()
    fig.suptitle("$W_1$ wins")
    page = style.picture(fig, "alt")["text/html"]
    assert ">W₁ wins</div>" in page and [ax.get_title("left") for ax in axes] == ["a finding"] * 2


def test_maps_can_be_read_in_a_narrow_window():
    style.use_course_style()
    for fig in (maps.divergence_families(), maps.paradigms()):
        assert style.hard_to_read(fig) == []


def test_wide_figures_can_be_read_in_a_narrow_window():
    style.use_course_style()
    points, partner = np.random.default_rng(0).normal(size=(2, 20, 2)), np.arange(20)[::-1]
    settings = dict(
        zip(("0.0001, 1", "0.0005, 1", "0.002, 1", "0.002, 5"), (9, 99, 999, np.inf), strict=True)
    )
    for fig in (
        penalty_figures.random_and_optimal_pairs(*points, partner, (3.4, 3.0)),
        penalty_figures.sweep(dict.fromkeys(("GAN", "WGAN-GP"), settings), "At their best 9"),
    ):
        assert style.hard_to_read(fig) == []


def test_a_run_that_broke_off_is_read_on_its_light_ground():
    fig = penalty_figures.sweep({"GAN": {0.1: 9, 0.2: 99, 0.3: np.inf}}, "title")
    assert [text.get_color() for text in fig.axes[0].texts] == ["white", "black", "black"]


@pytest.mark.parametrize("worst", [0.11, 0.3, 3.0, 30.0])
def test_a_floor_and_what_is_asked_for_are_read_however_far_off_the_worst_run_is(worst):
    use_course_style()
    scores = {"GAN": [0.12, worst], "WGAN, clipped": [0.2, 0.7 * worst]}
    for fig in (
        plane_figures.verdict(scores, 0.1, "exact $W_1$", "All above the floor"),
        plane_figures.ends_by_seed(scores, 0.1, "All above", label="exact $W_1$", limit=0.13),
    ):
        assert style.hard_to_read(fig) == []


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (27, 380, "50 100 200"),
        (2.2, 4.1, "3 4"),
        (510, 590, "510 520 530 540 550 560 570 580 590"),
        (7, 15_000, "10 100 1,000 10,000"),
    ],
)
def test_a_logarithmic_axis_is_labelled_with_numbers_as_they_are_read(low, high, expected):
    fig, ax = plt.subplots()
    ax.plot([1, 2], [low, high])
    ax.set(yscale="log", ylim=(low, high))
    style.plain_numbers(ax.yaxis)
    fig.canvas.draw()
    bottom, top = ax.get_ylim()
    labels = [t.get_text() for t in ax.get_yticklabels() if bottom <= t.get_position()[1] <= top]
    assert labels == expected.split()
    assert not ax.yaxis.get_minorticklocs().size
    plt.close(fig)
