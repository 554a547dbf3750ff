"""Lesson 4 under a student's hand, in a real browser: clipping, and a critic as it trains."""

from looks import check_and_turn, rank, sound, ticked

LESSON = 4


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
