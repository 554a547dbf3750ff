"""Lesson 5 under a student's hand, in a real browser: slopes, walks, and a run that is stopped."""

import re

from looks import check_and_turn, chosen, rank, sound

LESSON = 5


LONG_RUN = """
long = experiments.train_on_images(
    OBJECTIVES["wgan_gp"], digits, replace(config, n_steps=100_000),
    LiveTraining(experiments.LATENT_DIM),
)
print("was stopped:", long.history.interrupted)
"""


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
