"""One exploration on the page: its controls, its picture, its numbers."""

from __future__ import annotations

from playwright.sync_api import Locator

# counts pictures as they are shown, and keeps the time from a key to the next one
WATCH = """(input) => {
  const image = input.closest(".course-panel").querySelector("img");
  window.pressed = 0; window.took = [];
  input.addEventListener("keydown", () => { window.pressed = performance.now(); });
  new MutationObserver(() => {
    if (!window.pressed) return;
    window.took.push(performance.now() - window.pressed);
    window.pressed = 0;
  }).observe(image, { attributes: true, attributeFilter: ["data-frame"] });
}"""
# the hand is faster than any picture: all moves fall into one turn of the page's event loop
RUSH = """(input, moves) => {
  const values = [...Array(moves).keys()].map((k) => k / (moves - 1));
  for (const part of values) {
    input.value = Number(input.min) + part * (input.max - input.min);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }
}"""
DIGEST = """async (image) => {
  const bytes = await (await fetch(image.src)).arrayBuffer();
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(digest)].join(" ");
}"""
CONTROLS = "input, select, button"


class PanelOnPage:
    """An exploration under a student's hand."""

    def __init__(self, notebook, root: Locator):
        self._notebook, self._root = notebook, root

    # --- what is shown ---

    def control(self, label: str) -> Locator:
        return self._root.get_by_label(label, exact=True)

    def button(self, label: str) -> Locator:
        return self._root.get_by_role("button", name=label, exact=True)

    def number(self, label: str) -> Locator:
        """The value beside a label."""
        pair = self._root.locator("dl > div").filter(
            has=self._notebook.page.get_by_text(label, exact=True)
        )
        return pair.locator("dd")

    def reached(self) -> list[bool]:
        """For each goal, whether the panel says that it is reached."""
        goals = self._root.get_by_role("list", name="Goals").get_by_role("listitem")
        return ["Reached: " in text for text in goals.all_inner_texts()]

    def alt(self) -> str:
        return self._root.locator("img").first.get_attribute("alt")

    def image(self) -> str:
        """Changes whenever another picture is shown."""
        return self._root.locator("img").first.get_attribute("src")

    def frames(self) -> int:
        """How many pictures Python has drawn so far, by the one that is shown."""
        return int(self._root.locator("img").first.get_attribute("data-frame"))

    def digest(self) -> str:
        """The same for the same picture."""
        return self._root.locator("img").first.evaluate(DIGEST)

    def changed(self, before: str) -> None:
        """Wait for another picture than the one before."""
        self._notebook.wait_until(lambda: self.image() != before)

    def settled(self) -> None:
        """Wait until the picture belongs to the newest value: no more pictures come."""

        def rests() -> bool:
            before = self.image()
            self._notebook.page.wait_for_timeout(400)
            return self.image() == before

        self._notebook.wait_until(rests)
        self._notebook.wait_idle()

    # --- what a hand does ---

    def press(self, label: str, key: str, *, shows: bool = True) -> None:
        """Put the focus on a slider, press a key, wait for the picture."""
        before = self.image()
        self.control(label).press(key)
        if shows:
            self.changed(before)
            self._notebook.wait_idle()

    def drag(self, label: str, by: float) -> None:
        """Drag the knob of a slider by a share of its length: to the right, or up if it stands."""
        slider, before = self.control(label), self.image()
        box = self._notebook.steady_box(slider)
        knob = 22  # its width; the middle of the knob moves over the rest
        low, high, value = (
            float(slider.get_attribute(name)) if name != "value" else float(slider.input_value())
            for name in ("min", "max", "value")
        )
        part = (value - low) / (high - low)
        if box["height"] > box["width"]:
            length = box["height"] - knob
            x, y = box["x"] + box["width"] / 2, box["y"] + knob / 2 + length * (1 - part)
            way = (0, -by * length)
        else:
            length = box["width"] - knob
            x, y = box["x"] + knob / 2 + length * part, box["y"] + box["height"] / 2
            way = (by * length, 0)
        mouse = self._notebook.page.mouse
        mouse.move(x, y)
        mouse.down()
        mouse.move(x + way[0], y + way[1], steps=12)
        mouse.up()
        self.changed(before)
        moved = float(slider.input_value())
        assert abs(moved - value - by * (high - low)) < 0.06 * (high - low), "the knob went astray"
        self.settled()

    def tab_through(self) -> None:
        """Tab must reach every control that can be used, and each must show its focus."""
        page, reached = self._notebook.page, []
        usable = self._root.locator(CONTROLS).and_(page.locator(":enabled"))
        usable.first.focus()
        for _ in range(usable.count()):
            name, outline = page.evaluate(
                """() => { const node = document.activeElement;
                           return [node.getAttribute("aria-label") || node.textContent,
                                   getComputedStyle(node).outlineStyle]; }"""
            )
            assert outline == "solid", f"{name} does not show that it has the focus"
            reached.append(name)
            page.keyboard.press("Tab")
        assert len(set(reached)) == usable.count(), f"Tab reached only {reached}"

    def time_keys(self, label: str, n_keys: int) -> list[float]:
        """Milliseconds from a key press to the changed picture, for keys to and fro."""
        slider, before = self.control(label), self.frames()
        slider.evaluate(WATCH)
        for k in range(n_keys):
            slider.press("ArrowLeft" if k % 4 < 2 else "ArrowRight")
            self._notebook.page.wait_for_function(f"() => window.took.length > {k}")
        assert self.frames() - before <= n_keys, "more pictures than presses of a key"
        return self._notebook.page.evaluate("window.took")

    def rush(self, label: str, moves: int = 30) -> None:
        """Drag faster than pictures can be drawn: most are left out, and the last one is shown."""
        slider, before = self.control(label), self.frames()
        slider.evaluate(RUSH, moves)
        self.settled()
        drawn = self.frames() - before
        assert 1 <= drawn <= 3, f"{drawn} pictures for {moves} moves in an instant: they queue"
        there = self.digest()
        self.press(label, "Home")
        assert self.digest() != there
        self.press(label, "End")
        assert self.digest() == there, "the last picture was not that of the last value"
