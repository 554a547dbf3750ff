"""What the browser asks of every lesson: whoever uses it is neither shut out nor misled."""

from axe_playwright_python.sync_playwright import Axe


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
