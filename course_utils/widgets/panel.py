"""Controls above a picture: the one mechanism behind every exploration.

The browser shows native sliders, menus and buttons (which every keyboard and screen reader
knows), Python computes and draws, and the new picture goes back as one message. The front end
sends the latest value only once the previous one is done, so dragging never builds a queue.
"""

from __future__ import annotations

import asyncio
import html
import io
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import anywidget
import traitlets
from PIL import Image

from course_utils.exercises import progress_file
from course_utils.plots import in_theme
from course_utils.plots.scene import Picture
from course_utils.widgets.panel_style import PANEL_CSS
from course_utils.widgets.still import HOW, Lasting, still

KEPT = "goals"  # where the progress file remembers those reached


@dataclass(frozen=True)
class Slider:
    """A number to slide.

    Attributes
    ----------
    name, label : str
        The argument it sets, and what the student reads.
    low, high, step, value : float
    digits : int
        Decimals shown.
    unit : str
    labels : tuple of str
        Texts to show instead of the numbers 0, 1, 2, … (for steps that are not evenly spaced).
    place : tuple or None
        ``(left, width, top)`` as fractions of the picture: the slider lies *in* the picture, and
        its knob is dragged there.
    upright : bool
        Such a slider stands on end, its largest value on top; ``place`` is then
        ``(left, height, top)``.
    symbol : str
        What the knob shows in the picture.
    """

    name: str
    label: str
    low: float
    high: float
    value: float
    step: float = 0.1
    digits: int = 1
    unit: str = ""
    labels: tuple[str, ...] = ()
    place: tuple[float, float, float] | None = None
    upright: bool = False
    symbol: str = ""
    kind: str = "slider"

    def accept(self, value: object) -> float:
        """The value, if it is on the scale."""
        number = float(value)
        if not self.low <= number <= self.high:
            raise ValueError(f"{self.name} lies between {self.low} and {self.high}, not {value}.")
        return int(number) if self.labels else number


@dataclass(frozen=True)
class Choice:
    """One of several options, from a menu."""

    name: str
    label: str
    options: tuple[str, ...]
    value: str
    kind: str = "choice"

    def accept(self, value: object) -> str:
        if value not in self.options:
            raise ValueError(f"{self.name} is one of {', '.join(self.options)}, not {value!r}.")
        return value


@dataclass(frozen=True)
class Check:
    """Something to switch on and off."""

    name: str
    label: str
    value: bool = False
    kind: str = "check"

    def accept(self, value: object) -> bool:
        return bool(value)


@dataclass(frozen=True)
class Button:
    """Something to press."""

    name: str
    label: str
    kind: str = "button"


@dataclass(frozen=True)
class Reading:
    """What a state shows.

    Attributes
    ----------
    alt : str
        The picture in words.
    numbers : mapping of str to str
        What is read beside it.
    reached : collection of str
        Names of the goals that hold in this state.
    """

    alt: str
    numbers: Mapping[str, str]
    reached: Collection[str] = ()


class Panel(Lasting, anywidget.AnyWidget):
    """Controls, a picture with a text alternative, and numbers as text.

    Parameters
    ----------
    title : str
        Names the panel to assistive technology.
    controls : sequence of Slider, Choice, Check or Button
    draw : callable
        ``draw(**values)`` gives ``(Picture, Reading)``.
    goals : mapping of str to str
        What a student may try to bring about, by a name that is unique over the course. The
        panel notices when a hand has reached one, and remembers it.

    Attributes
    ----------
    values : dict
        What the controls say; :meth:`set` changes some of it, as a hand in the browser does.
    image, alt, numbers
        What is shown.
    settle : callable or None
        ``settle(old values, new values)`` gives the values to take instead, where they depend
        on each other.
    running : bool
        Whether an animation is going on; :meth:`stop` ends it.
    """

    _esm = Path(__file__).with_name("panel.js")
    _css = PANEL_CSS

    title = traitlets.Unicode().tag(sync=True)
    controls = traitlets.List().tag(sync=True)
    values = traitlets.Dict().tag(sync=True)
    image = traitlets.Bytes().tag(sync=True)
    frame = traitlets.Int().tag(sync=True)
    size = traitlets.List().tag(sync=True)  # of the image, in pixels
    rows = traitlets.List().tag(sync=True)  # of pieces of the image
    least = traitlets.Float(1.0).tag(sync=True)  # by what factor it may be made smaller
    filled = traitlets.List().tag(sync=True)  # parts of the image that keep their colours
    alt = traitlets.Unicode().tag(sync=True)
    how = traitlets.Unicode(HOW).tag(sync=True)  # said once the kernel is gone
    own_id = traitlets.Unicode().tag(sync=True)  # of the model, to ask whether the kernel is there
    numbers = traitlets.List().tag(sync=True)
    goals = traitlets.List().tag(sync=True)  # [text, reached]
    disabled = traitlets.List().tag(sync=True)
    running = traitlets.Bool(False).tag(sync=True)

    def __init__(
        self,
        title: str,
        controls: Sequence[Slider | Choice | Check | Button],
        draw: Callable[..., tuple[Picture, Reading]],
        goals: Mapping[str, str] | None = None,
    ):
        self._controls = {control.name: control for control in controls}
        self._draw, self._presses = draw, {}
        self._goals = dict(goals or {})
        self._reached = set(self._goals).intersection(progress_file.kept(KEPT))
        self.settle: Callable[[dict, dict], dict] | None = None
        self._shown, self._player = 0, None
        start = {c.name: c.value for c in controls if not isinstance(c, Button)}
        super().__init__(title=title, controls=[asdict(c) for c in controls], values=start)
        self.own_id = self.model_id or ""
        self.redraw()
        self.observe(self._moved, "values")
        self.on_msg(self._heard)

    # --- what a hand does ---

    def set(self, **values: object) -> None:
        """Move some controls, as a hand in the browser does."""
        self.values = self.values | {
            name: self._controls[name].accept(value) for name, value in values.items()
        }

    def on_press(self, **presses: Callable[[], object]) -> None:
        """Say what each button does; the picture is drawn anew afterwards."""
        self._presses |= presses

    def press(self, name: str, times: int = 1) -> None:
        """Press a button, as a hand in the browser does; the picture follows the last press."""
        for _ in range(times):
            self._presses[name]()
        if self._draw is not None:
            self.redraw()

    # --- what it causes ---

    def redraw(self) -> None:
        """Compute and draw the present state and show it."""
        picture, reading = self._draw(**self.values)
        with self.hold_sync():
            self.image, self.alt = picture, reading.alt
            self.size, self.least = list(picture.size), picture.least
            self.rows = [[list(box) for box in row] for row in picture.rows]
            self.filled = [list(box) for box in picture.filled]
            self.numbers = [list(pair) for pair in reading.numbers.items()]
            self.frame += 1
            if self.frame > 1:  # what is there to begin with, nobody has reached
                self._take_down(set(reading.reached) & set(self._goals) - self._reached)
            self.goals = [[text, name in self._reached] for name, text in self._goals.items()]

    def _take_down(self, goals: set[str]) -> None:
        for name in goals:
            self._reached.add(name)
            progress_file.keep(KEPT, name, True)

    def _moved(self, change) -> None:
        if self._draw is None:
            return
        accepted = {name: self._controls[name].accept(v) for name, v in change["new"].items()}
        if self.settle is not None:
            accepted = self.settle(change["old"], accepted)
        if accepted != change["new"]:
            self.unobserve(self._moved, "values")
            self.values = accepted
            self.observe(self._moved, "values")
        self.redraw()

    def _heard(self, _widget, content: dict, _buffers) -> None:
        if "press" in content and content["press"] in self._presses:
            self.press(content["press"])
        elif "shown" in content:
            self._shown = int(content["shown"])

    # --- animation ---

    def play(self, advance: Callable[[], bool]) -> asyncio.Task:
        """Call `advance` and show the result, over and over, until it says False or `stop`.

        The kernel stays free: between two pictures it waits until the browser has shown the
        last one, so pictures never queue either, and other cells and controls have their turn.

        Parameters
        ----------
        advance : callable
            Makes one move; returns whether there is another.
        """
        self.stop()
        self.running = True
        self._player = asyncio.ensure_future(self._playing(advance))
        return self._player

    def stop(self) -> None:
        """End an animation; the picture stays as it is."""
        self.running = False

    async def _playing(self, advance: Callable[[], bool]) -> None:
        me = asyncio.current_task()
        try:
            while self.running and self._player is me:
                going_on = advance()
                self.redraw()
                if not going_on:
                    break
                await self._until_shown()
        finally:
            if self._player is me:  # else another one has begun meanwhile
                self.running = False

    async def _until_shown(self, patience: float = 1.0) -> None:
        """Wait for the browser, but not for ever: a page that was closed says nothing more.

        In short naps, each of which gives everything else its turn: during one long wait the
        kernel would not notice the browser's word before the wait is over.
        """
        end = time.monotonic() + patience
        while True:
            await asyncio.sleep(0.01)
            if self._shown >= self.frame or time.monotonic() > end:
                return

    # --- the end ---

    def close(self) -> None:
        """Stop, and let go of the figure and of whatever the drawing holds on to."""
        self.stop()
        self._draw, self._presses, self.settle = None, {}, None
        self.unobserve_all()
        super().close()

    def as_still(self) -> str:
        """The present picture and its numbers, for pages without a kernel."""
        numbers = "".join(
            f"<div>{html.escape(label)}: <b>{html.escape(text)}</b></div>"
            for label, text in self.numbers
        )
        goals = "".join(f"<div>Goal: {html.escape(text)}</div>" for text, _reached in self.goals)
        return still(self.title, goals + self.picture_html() + numbers)

    def picture_html(self) -> str:
        """The present picture as HTML that needs no kernel, with its text alternative."""
        return in_theme.figure(
            Image.open(io.BytesIO(self.image)), self.alt,
            rows=self.rows, least=self.least, filled=self.filled,
        )  # fmt: skip

    def _repr_mimebundle_(self, **kwargs):
        """The live panel, and in plain text what it shows."""
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        if data is None:
            return bundle
        lines = [self.alt, *(f"{label}: {text}" for label, text in self.numbers)]
        lines += [f"Goal: {text}" for text, _reached in self.goals]
        return data | {"text/plain": "\n".join(lines)}, metadata
