"""Lesson 2 under a student's hand, in a real browser: the game, and a blind ranking."""

from looks import check_and_turn, rank, sound, typed

LESSON = 2


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
