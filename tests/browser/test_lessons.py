"""The lessons' live cells under a student's hand, in a real browser."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from course_utils import lessons, settings

# a browser, a server and two kernels on two busy cores may come late; what is broken stays broken
pytestmark = pytest.mark.flaky(reruns=2)

LESSONS = {number: lesson.notebook for number, lesson in lessons.LESSONS.items()}


LONG_RUN = """
long = experiments.train_on_images(
    OBJECTIVES["wgan_gp"], digits, replace(config, n_steps=100_000),
    LiveTraining(experiments.LATENT_DIM),
)
print("was stopped:", long.history.interrupted)
"""


def lesson(number):
    return pytest.mark.parametrize("opened", [LESSONS[number]], indirect=True)


def grave(notebook):
    """What axe finds in the outputs that shuts somebody out."""
    found = Axe().run(notebook.page, context=".jp-OutputArea-output").response["violations"]
    return [
        f"{finding['id']}: {node['html'][:200]}"
        for finding in found
        if finding["impact"] in ("serious", "critical")
        for node in finding["nodes"]
    ]


def too_wide(notebook):
    """Explorations and cards that stick out of a narrow window."""
    return [
        box.get_attribute("aria-label")
        for box in notebook.page.locator(".course-panel, .course-card").all()
        if box.evaluate(
            """(node) => Math.max(node.getBoundingClientRect().width, node.scrollWidth)
                         > node.closest(".jp-OutputArea-output").clientWidth + 1"""
        )
    ]


def too_small(notebook):
    """Texts of the course under 11 pixels."""
    return notebook.page.evaluate(
        """() => [...document.querySelectorAll(
                 ".course-panel, .course-card, .course-map, .course-still, .course-figure")]
            .flatMap((box) => [...box.querySelectorAll("*")])
            .filter((node) => [...node.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
            .filter((node) => !node.closest("mjx-container, svg"))
            .filter((node) => parseFloat(getComputedStyle(node).fontSize) < 11)
            .map((node) => node.textContent.slice(0, 60))"""
    )


def sticking_out(notebook):
    """Explorations with a piece that would have to become smaller than its text allows."""
    return notebook.page.evaluate(
        """() => [...document.querySelectorAll(".course-stage")]
            .filter((box) => box.clientWidth && box.scrollWidth > box.clientWidth + 1)
            .map((box) => box.querySelector("img").alt.slice(0, 60))"""
    )


def cut_off(notebook):
    """How far the concept map sticks out of its box, at most."""
    return notebook.page.evaluate(
        """() => Math.max(0, ...[...document.querySelectorAll(".course-map")].flatMap((map) =>
                 [...map.querySelectorAll("a")].map((a) =>
                     a.getBoundingClientRect().right - map.getBoundingClientRect().right)))"""
    )


def another_day(notebook):
    """A dead kernel moves nothing; a page opened anew shows stills, and Run All Above revives."""
    page = notebook.page
    live = page.locator(".course-panel, .course-card")
    count = live.count()
    notebook.restart()
    lines = notebook.panel("Two parallel lines")
    assert lines.control("θ, position of the second line").is_disabled(), "a knob that lies"
    page.locator(".course-gone:visible").first.wait_for()
    assert page.locator(".course-gone:visible").count() == count

    notebook.next_day()
    page = notebook.page
    for text in ("widgets.earth_piles()", "widgets.parallel_lines()"):
        cell = page.locator(".jp-CodeCell", has_text=text).first
        notebook.steady_box(cell)  # JupyterLab draws a cell's outputs once it is in view
        cell.locator(".course-still:visible").wait_for()
    assert page.get_by_text("model not found").locator("visible=true").count() == 0
    assert not grave(notebook)
    notebook.run_above("widgets.earth_piles()")
    piles = notebook.panel("Piles of earth")
    before = piles.image()
    piles.press("position of pile P1", "ArrowRight")
    assert (
        piles.image() != before
        and not page.locator(".course-still:visible").filter(has_text="Piles of earth").count()
    )


def sound(notebook):
    """Nothing failed, nobody is shut out, in either theme; pictures of all that lives are kept."""
    assert notebook.errors() == []
    for panel in notebook.panels():
        panel.tab_through()
    for theme in ("Dark", "Light"):
        notebook.theme(theme)
        notebook.portraits(theme.lower())
        assert not grave(notebook), "\n".join([theme, *grave(notebook)])
    with notebook.narrow():
        notebook.portraits("narrow")
        assert too_wide(notebook) == []
        assert too_small(notebook) == []
        assert sticking_out(notebook) == []
        assert cut_off(notebook) < 1


def check_and_turn(notebook, wrong_then_right):
    """Answer the first question wrongly and then rightly; turn a card over."""
    check = notebook.card("Self-check")
    for answer, verdict in zip(wrong_then_right, ("incorrect", "correct"), strict=True):
        answer(check)
        check.get_by_role("button", name="Check", exact=True).click()
        check.locator("[role=status]", has_text=f" {verdict}").wait_for()
    check.get_by_text("1 answered correctly").wait_for()
    cards = notebook.card("Flashcards")
    front = cards.locator("[role=status]").text_content()
    left = int(cards.get_by_text("left in this round").text_content().split(": ")[1].split()[0])
    cards.get_by_role("button", name="Turn over").press("Enter")
    cards.locator("[role=status] hr").wait_for(state="attached")
    assert cards.locator("[role=status]").text_content().startswith(front)
    cards.get_by_role("button", name="I knew it").press("Space")
    cards.get_by_text(f"{left - 1} left in this round").wait_for()


def typed(text):
    return lambda check: check.get_by_label("Your answer").fill(text)


def chosen(text):
    return lambda check: check.get_by_label(text).click()


def ticked(*texts):
    return lambda check: [check.get_by_label(text).check() for text in texts]


def rank(notebook, model_count):
    """Move A to the last place, uncover, and find a rank correlation; model by model, then all."""
    panel = notebook.panel("Blind ranking")
    letters = [label for label in "ABCDEF" if panel.control(f"place of {label}").count()]
    before = panel.image()
    panel.control("place of A").select_option(str(len(letters)))
    panel.changed(before)
    places = [panel.control(f"place of {letter}").input_value() for letter in letters]
    assert places[0] == str(len(letters)) and sorted(places) == sorted(
        str(k + 1) for k in range(len(letters))
    )
    models = panel.control("model").locator("option").all_inner_texts()
    assert len(models) == model_count + (model_count > 1)
    for name in models:
        panel.control("model").select_option(name)
        panel.button("Show what they were").click()
        panel.number(f"{name}: your order agrees with").filter(has_text="Fréchet").wait_for()
        revealed = "Fréchet" in panel.alt() and panel.control("place of A").is_disabled()
        assert revealed, name


@lesson(1)
def test_lesson_1(opened, keep_latency):
    bayes = opened.panel("What a positive test means")
    assert bayes.number("P(ill | positive)").text_content() == "0.161"
    assert bayes.reached() == [False]
    bayes.press("specificity", "End")  # a perfect test is no answer
    assert bayes.reached() == [False]
    bayes.press("specificity", "ArrowLeft")  # 99.9 %
    opened.wait_until(lambda: bayes.reached() == [True])
    bayes.press("prevalence", "End")
    assert bayes.number("P(ill | positive)").text_content() == "0.999"
    assert "50 %" in bayes.alt()

    densities = opened.panel("Two distributions under your hands")
    keep_latency("densities", densities.time_keys("mean of Q", 24))
    densities.rush("mean of Q")
    densities.press("mean of Q", "Home")
    before = densities.number("W₁").text_content()
    densities.drag("mean of Q", by=0.3)
    assert densities.number("W₁").text_content() != before
    before = densities.image()
    densities.control("show the Gaussian of smallest D(·‖P)").check()
    densities.changed(before)
    assert "0.50²" in densities.number("best reverse").text_content()

    check_and_turn(opened, [typed("0.95"), typed("0.679")])
    assert opened.page.locator(".course-card mjx-container").count() > 0, "formulas are not set"
    sound(opened)
    opened.follow("Kantorovich", LESSONS[3], "7. The dual: prices instead of plans")
    opened.follow("entropy, KL", LESSONS[1], "4. Surprise: entropy")


@lesson(2)
def test_lesson_2(opened, keep_latency):
    drifting = opened.panel("Two Gaussians drifting apart")
    assert drifting.number("slope of log(1 − D*) at the mean fake").text_content() == "0.00134"
    keep_latency("drifting", drifting.time_keys("mean of the generator", 24))
    drifting.rush("mean of the generator")
    drifting.press("mean of the generator", "Home")
    drifting.press("mean of the generator", "End")
    assert drifting.number("JS").text_content().startswith("0.6931")

    game = opened.panel("The two-player game")
    step = game.number("step")
    assert step.text_content() == "0" and game.button("Pause").is_disabled()
    game.button("One step").click()
    step.filter(has_text="1").wait_for()
    game.button("Play").click()
    opened.wait_until(lambda: int(step.text_content()) >= 16)
    game.press("generator steps per picture", "ArrowRight", shows=False)  # while it plays
    game.button("Pause").click()
    game.button("Play").and_(opened.page.locator(":enabled")).wait_for()
    stopped = step.text_content()
    opened.page.wait_for_timeout(700)
    assert step.text_content() == stopped, "it goes on after being stopped"
    game.button("Reset").click()
    step.filter(has_text="0").wait_for()

    rank(opened, model_count=1)
    check_and_turn(opened, [typed("0.75"), typed("1/4")])
    sound(opened)


def beat_the_planner(notebook):
    """Mend the planner's plan and raise the prices, by mouse and by keys, until they meet."""
    panel = notebook.panel("Beat the planner")
    cheapest, proof = panel.number("cheapest plan so far"), panel.number("best proof so far")
    panel.drag("shovelful 9, from 3, goes to", by=1.0)
    assert "missing at 0" in panel.number("this plan").text_content()
    panel.press("shovelful 1, from 0, goes to", "Home")
    assert cheapest.text_content() == "1.50"
    panel.press("shovelful 10, from 3, goes to", "End")
    panel.press("shovelful 2, from 0, goes to", "Home")
    assert (cheapest.text_content(), proof.text_content()) == ("0.90", "0.00")
    panel.drag("price at 1", by=0.25)  # from 1 to 2, as steep as the neighbour allows
    panel.press("price at 0", "End")
    assert panel.control("price at 0").input_value() == "3", "the slope stops the hand"
    assert proof.text_content() == "0.60" and panel.reached() == [True, True, False]
    panel.press("price at 1", "End")
    panel.press("price at 0", "End")
    assert proof.text_content() == "0.90" and panel.number("between them").text_content() == "0.00"
    notebook.wait_until(lambda: panel.reached() == [True, True, True])


@lesson(3)
def test_lesson_3(opened, keep_latency):
    piles = opened.panel("Piles of earth")
    three = [piles.number(name) for name in (
        "W₁ = cost of the plan", "area between the CDFs", "dual value",
    )]  # fmt: skip
    before = three[0].text_content()
    piles.drag("position of pile P1", by=0.25)
    assert three[0].text_content() != before
    keep_latency("piles", piles.time_keys("position of hole Q2", 24))
    piles.rush("position of hole Q2")
    assert len({number.text_content() for number in three}) == 1
    for _ in range(3):
        opened.run_again("widgets.earth_piles()")
    piles = opened.panel("Piles of earth")  # fails where there is more than one
    piles.press("pile P1, shovelfuls", "End")

    lines = opened.panel("Two parallel lines")
    lines.press("θ, position of the second line", "Home")
    assert lines.number("W₁").text_content() == "1.00"
    assert lines.number("slope of W₁").text_content() == "−1"

    beat_the_planner(opened)
    check_and_turn(opened, [typed("1"), typed("2.5")])
    sound(opened)
    another_day(opened)


@lesson(4)
def test_lesson_4(opened, keep_latency):
    clipping = opened.panel("Clip value, weights and depth")
    keep_latency("clipping", clipping.time_keys("clip value c", 16))
    clipping.rush("clip value c")
    clipping.press("clip value c", "Home")
    small = float(clipping.number("gradient at the first layer").text_content())
    clipping.press("clip value c", "End")
    assert float(clipping.number("gradient at the first layer").text_content()) > 1e3 * small

    surface = opened.panel("A critic as it trains")
    before = surface.number("dual value").text_content()
    surface.press("after", "Home")
    assert surface.number("dual value").text_content() != before
    assert "after 0 steps" in surface.alt()
    surface.rush("after")

    rank(opened, model_count=2)
    needed = ("The losses have no logarithm", "After each critic step", "takes several steps")
    check_and_turn(opened, [ticked("The critic's output has no sigmoid"), ticked(*needed)])
    sound(opened)


@lesson(5)
def test_lesson_5(opened, keep_latency):
    study = opened.panel("Where the penalty looks")
    keep_latency("penalty", study.time_keys("penalty weight λ", 16))
    study.rush("penalty weight λ")
    before = study.number("mean slope at x̂").text_content()
    study.press("penalty weight λ", "Home")
    assert study.number("mean slope at x̂").text_content() != before

    walk = opened.panel("A walk through latent space")
    walk.press("point on the walk", "End")
    assert "point 24 is shown" in walk.alt()
    morph = opened.panel("From one image to another")
    morph.press("part of the way", "Home")
    assert "0 % of the way" in morph.alt()
    walk.rush("point on the walk")
    morph.rush("part of the way")

    rank(opened, model_count=3)
    first = "It charges for the distance the earth has to travel"
    check_and_turn(opened, [chosen("It is always larger than JS"), chosen(first)])
    sound(opened)

    long = opened.run_last(LONG_RUN)
    remaining = re.compile(r"\d+/100000\s\[\d\d:\d\d<")  # steps done, time gone < time to come
    long.get_by_text(remaining).wait_for(timeout=180_000)
    opened.page.get_by_role("button", name="Interrupt the kernel").click()
    long.get_by_text("was stopped: True").wait_for(timeout=180_000)  # what there is, is kept
    opened.wait_idle()
    walk.press("point on the walk", "Home")
    assert "point 1 is shown" in walk.alt(), "the lesson goes on after a stop"


def test_every_lesson_is_here():
    assert set(LESSONS.values()) == {
        p.name for p in Path(settings.ROOT, "notebooks").glob("*.ipynb")
    }
