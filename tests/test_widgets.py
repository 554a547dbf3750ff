"""What holds for every exploration, moved by the same calls that the browser makes."""

import asyncio
import gc
import html
import io
import itertools
import subprocess
import sys
import threading
from types import SimpleNamespace

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
import psutil
import pytest
import torch
from matplotlib.figure import Figure
from PIL import Image
from variants import FULL
from widget_data import four_stages, small_generator

from course_utils import progress_bar, widgets
from course_utils.experiments import penalty, snapshots
from course_utils.history import Record
from course_utils.objectives import OBJECTIVES
from course_utils.plots import use_course_style
from course_utils.plots.scene import Scene
from course_utils.widgets import lifecycle, still

MiB = 2**20
# runs of a cell, and the MiB by which they may grow: one kept figure is more than three of them
RUNS, GROWTH = (20, 20) if FULL else (4, 9)


@pytest.fixture(autouse=True)
def quick(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PACE", "quick")
    monkeypatch.setenv("COURSE_WORK", str(tmp_path))
    monkeypatch.setenv("COURSE_DEVICE", "cpu")


@pytest.fixture(scope="module")
def made():
    """Every exploration that there is, by name, with data that take no time to make."""
    with plt.rc_context():
        use_course_style()  # as the first cell of a lesson does
        generator, stages = small_generator(), four_stages()
        growth = snapshots.growing_critic(OBJECTIVES["wgan_gp"], 24, seed=0)
        study = snapshots.penalty_study((0.0, 1.0, 10.0), 5, seed=0)
        layers = np.arange(6.0)
        fits = {
            c: penalty.DeepCritic((100 * c) ** layers, c * np.cos(np.arange(300.0)))
            for c in (0.003, 0.01, 0.05)
        }
        makers = {
            "bayes": widgets.bayes,
            "beat_the_planner": widgets.beat_the_planner,
            "blind_ranking": lambda: widgets.blind_ranking({"one": stages, "two": stages[::-1]}),
            "clipping": lambda: widgets.clipping(fits),
            "compare_densities": widgets.compare_densities,
            "critic_surface": lambda: widgets.critic_surface({"one": growth}),
            "earth_piles": widgets.earth_piles,
            "gan_game": widgets.gan_game,
            "image_morph": lambda: widgets.image_morph(generator),
            "interpolation": lambda: widgets.interpolation(study),
            "latent_walk": lambda: widgets.latent_walk(generator),
            "moving_gaussians": widgets.moving_gaussians,
            "parallel_lines": widgets.parallel_lines,
        }
        yield makers


NAMES = sorted(set(widgets.__all__) - {"LiveTraining", "concept_map"})


def picture(panel):
    return np.asarray(Image.open(io.BytesIO(panel.image)))


@pytest.mark.parametrize("name", NAMES)
def test_every_control_changes_the_picture(name, made):
    panel = made[name]()
    assert picture(panel).std() > 5, "the picture is blank"
    assert len(panel.alt) > 40 and panel.title
    for control in panel.controls:
        before = panel.image, panel.frame
        if control["kind"] == "slider":
            low, high, value = control["low"], control["high"], control["value"]
            far, end = (high, low) if value < (low + high) / 2 else (low, high)
            panel.set(**{control["name"]: far})
            # pace: seen only while the game plays; prices: their neighbours may hold them fast
            if control["name"] not in ("pace", "price1", "price2"):
                assert panel.image != before[0], control["label"]
            panel.set(**{control["name"]: end})
        elif control["kind"] == "choice":
            for option in control["options"]:
                panel.set(**{control["name"]: option})
        elif control["kind"] == "check":
            panel.set(**{control["name"]: not control["value"]})
            assert panel.image != before[0], control["label"]
        if control["kind"] != "button" and len(control.get("options", "any")) > 1:
            assert panel.frame > before[1]
        assert control["label"].strip()
    labels = [control["label"] for control in panel.controls]
    assert len(set(labels)) == len(labels), "two controls share a name"


@pytest.fixture(scope="module")
def at_first_sight(made):
    """What each exploration shows before a hand has touched it; drawn once for the tests below."""
    seen = {}

    def look(name):
        if name not in seen:
            scenes, drawn = [], Scene.jpeg
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(Scene, "jpeg", lambda scene: scenes.append(scene) or drawn(scene))
                panel = made[name]()
            control = panel.controls[0]
            wrong = "no such option" if control["kind"] == "choice" else 1e9
            with pytest.raises(ValueError) as refused:
                panel.set(**{control["name"]: wrong})
            seen[name] = SimpleNamespace(
                alt=panel.alt, still=panel.as_still(), goals=panel.goals,
                goal_names=list(panel._goals), text=panel._repr_mimebundle_()[0]["text/plain"],
                hard_to_read=scenes[-1].hard_to_read(), n_pieces=sum(map(len, panel.rows)),
                control=control["name"], refusal=str(refused.value),
            )  # fmt: skip
        return seen[name]

    return look


@pytest.mark.parametrize("name", NAMES)
def test_values_off_the_scale_are_refused(name, at_first_sight):
    seen = at_first_sight(name)
    assert seen.control in seen.refusal


@pytest.mark.parametrize("name", NAMES)
def test_a_page_without_a_kernel_shows_the_first_picture_with_alt_text(name, at_first_sight):
    seen = at_first_sight(name)
    assert f'alt="{html.escape(seen.alt)}"' in seen.still
    assert seen.alt in seen.text


@pytest.mark.parametrize("name", NAMES)
def test_every_picture_can_be_read_in_a_narrow_window(name, at_first_sight):
    seen = at_first_sight(name)
    assert seen.hard_to_read == []
    assert seen.still.count("min-width:") == seen.n_pieces > 0


@pytest.mark.parametrize("name", NAMES)
def test_every_exploration_states_a_goal_that_is_not_reached_to_begin_with(name, at_first_sight):
    seen = at_first_sight(name)
    assert seen.goals and all(text.endswith((".", "?")) for text, _ in seen.goals)
    assert not any(reached for _, reached in seen.goals)
    assert f"Goal: {seen.goals[0][0]}" in seen.text


def test_goals_have_names_of_their_own(at_first_sight):
    names = [goal for name in NAMES for goal in at_first_sight(name).goal_names]
    assert len(set(names)) == len(names)


# for each goal, moves of a hand that reach it; those of other panels have tests of their own
REACHING = {
    "bayes_ninety": ("bayes", [{"specificity": 99.9}]),
    "densities_cover": ("compare_densities", [{"mean": 0}, {"sd": 2.05}]),
    "densities_seek": ("compare_densities", [{"mean": 2}, {"sd": 0.5}]),
    "drifting_flat": ("moving_gaussians", [{"mean": 6}]),
    "lines_js": ("parallel_lines", [{"theta": 0}]),
    "piles_tie": ("earth_piles", [{"q1": 4.5}]),
    "piles_none": ("earth_piles", [{"q1": 0.5}, {"q2": 4}, {"q3": 9.5}]),
}


@pytest.mark.parametrize("goal", REACHING)
def test_a_goal_is_noticed_when_a_hand_reaches_it_and_remembered(goal, made):
    name, moves = REACHING[goal]
    panel = made[name]()
    place = list(panel._goals).index(goal)
    for move in moves[:-1]:
        panel.set(**move)
    assert not panel.goals[place][1], "reached too soon"
    panel.set(**moves[-1])
    assert panel.goals[place][1]
    assert made[name]().goals[place][1], "forgotten"


def test_a_perfect_test_reaches_nothing(made):
    panel = made["bayes"]()
    panel.set(specificity=100)
    assert not panel.goals[0][1]


@pytest.fixture
def only_new_objects():
    """What was there before takes no part in the many collections that follow."""
    gc.freeze()
    yield
    gc.unfreeze()


def live_figures():
    """How many figures are in memory, shown or not, since the objects of before were frozen."""
    gc.collect()
    return sum(issubclass(type(thing), Figure) for thing in gc.get_objects())


@pytest.mark.parametrize("name", NAMES)
def test_running_a_cell_again_leaves_nothing_behind(name, made, only_new_objects):
    open_widgets = ipywidgets.widgets.widget._instances
    kept = [made[name]()]  # a notebook keeps what its cells return
    count, threads, figures = len(open_widgets), threading.active_count(), live_figures()
    kept += [made[name]() for _ in range(2)]
    assert len(open_widgets) == count
    assert threading.active_count() == threads
    assert live_figures() == figures, "somebody still holds a figure of an earlier run"
    assert all(panel.comm is None and panel._draw is None for panel in kept[:-1])
    assert kept[-1].comm is not None
    assert plt.get_fignums() == []


@pytest.mark.parametrize("name", NAMES)
def test_runs_keep_within_a_few_megabytes(name, made, only_new_objects):
    process = psutil.Process()
    kept = []

    def run_cell():
        kept.append(made[name]())
        kept[-1].redraw()

    for _ in range(2):  # caches and the allocator fill up first
        run_cell()
    before = process.memory_info().rss
    for _ in range(RUNS):
        run_cell()
    grown = (process.memory_info().rss - before) / MiB
    assert grown < GROWTH, f"grew by {grown:.1f} MiB over {RUNS} runs"


def train_before_the_eyes(n_steps):
    live = widgets.LiveTraining(64, every=0.0)
    generator = small_generator()
    for step in range(1, n_steps + 1):
        live(Record(step, n_steps, {"step": step, "wasserstein_estimate": 2.0 / step}, generator))


def test_a_run_is_shown_with_its_progress_and_leaves_the_random_stream_alone(capsys):
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    train_before_the_eyes(4)
    said = capsys.readouterr()
    assert torch.equal(torch.rand(2), expected)
    assert "4/4 [" in said.err and "<" in said.err and "0.500" in said.err
    assert "after step 1 of 4" in said.out and "after step 4 of 4" in said.out
    assert plt.get_fignums() == []


def test_a_progress_bar_is_plain_html_and_no_widget(monkeypatch):
    shown = []
    handle = SimpleNamespace(display=None, update=None)
    handle.display = handle.update = lambda content, raw: shown.append(content["text/html"])
    monkeypatch.setattr("IPython.display.DisplayHandle", lambda: handle)
    monkeypatch.setattr(progress_bar, "_on_a_page", lambda: True)
    open_widgets = len(ipywidgets.widgets.widget._instances)
    assert list(progress_bar.steps("training <critics>", "abc")) == ["a", "b", "c"]
    assert len(ipywidgets.widgets.widget._instances) == open_widgets
    assert 'max="3" value="0"' in shown[0] and "training &lt;critics&gt;" in shown[0]
    assert shown[-1] == "", "it is gone afterwards"


def test_a_live_cell_leaves_a_still_before_the_live_view(monkeypatch):
    shown = []
    monkeypatch.setattr(still, "display", lambda data, **_: shown.append(data))
    panel = widgets.parallel_lines()
    panel._ipython_display_()
    picture, live = shown
    assert "application/vnd.jupyter.widget-view+json" in live
    assert set(picture) == {"text/html", "text/plain"}
    assert html.escape(panel.alt) in picture["text/html"] and still.HOW in picture["text/html"]
    assert all(html.escape(text) in picture["text/html"] for _, text in panel.numbers)


def test_two_cells_may_show_the_same_panel(monkeypatch):
    cells = itertools.count()
    monkeypatch.setattr(lifecycle, "_cell_id", lambda: f"cell {next(cells)}")
    first, second = widgets.parallel_lines(), widgets.parallel_lines()
    assert first.comm is not None and second.comm is not None
    lifecycle.close_all(first)
    lifecycle.close_all(second)


def test_lessons_without_torch_stay_without_it():
    code = (
        "import sys; from course_utils import widgets, quiz; widgets.bayes(); "
        "widgets.compare_densities(); widgets.earth_piles(); widgets.parallel_lines(); "
        "widgets.beat_the_planner(); widgets.concept_map(); quiz.self_check('lesson3'); "
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_no_such_widget():
    with pytest.raises(AttributeError, match="no_such"):
        widgets.no_such  # noqa: B018


def test_an_animation_waits_for_the_browser_and_takes_the_newest_word():
    drawn = []
    panel = widgets.parallel_lines()

    async def evening():
        task = panel.play(lambda: drawn.append(panel.frame) or len(drawn) < 3)
        for _ in range(20):
            await asyncio.sleep(0)
        assert len(drawn) == 1, "the next picture must wait for the first to be shown"
        panel._heard(panel, {"shown": panel.frame - 1}, [])
        await asyncio.sleep(0.03)
        assert len(drawn) == 1, "word of an older picture says nothing about this one"
        panel._heard(panel, {"shown": panel.frame}, [])
        await asyncio.sleep(0.05)
        assert len(drawn) == 2
        panel.stop()
        await task

    asyncio.run(evening())
