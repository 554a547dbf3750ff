"""Lesson 3 under a student's hand, in a real browser: earth, prices, and the next day."""

from looks import check_and_turn, grave, sound, typed

LESSON = 3


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
