"""Lesson 1 under a student's hand, in a real browser: a test's meaning, and two densities."""

from looks import check_and_turn, sound, typed

from course_utils import lessons

LESSON = 1


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
    opened.follow(
        "Kantorovich", lessons.LESSONS[3].notebook, "7. The dual: prices instead of plans"
    )
    opened.follow("entropy, KL", lessons.LESSONS[1].notebook, "4. Surprise: entropy")
