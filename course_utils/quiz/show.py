"""Self-check and flashcards: asked in the notebook, judged in Python, remembered with the rest.

``self_check("lesson1")`` and ``flashcards("lesson1")`` show the bank of a lesson
(:mod:`course_utils.quiz.bank`). Answers never leave Python, formulas are set by the notebook's own
MathJax, and nothing is loaded from the network.
"""

from __future__ import annotations

import html

import ipywidgets as widgets

from course_utils import settings
from course_utils.exercises import boxes, progress_file
from course_utils.exercises import outcome as o
from course_utils.quiz.bank import bank
from course_utils.quiz.questions import Card, Multiple, Number, Order, Question, Single, Verdict
from course_utils.theme import EDGE, INK, PAPER
from course_utils.widgets.card import Frame
from course_utils.widgets.lifecycle import only_one
from course_utils.widgets.still import Lasting, still

LEARNED = 3  # the last of a flashcard's boxes


def self_check(lesson: str) -> SelfCheck:
    """The questions of a lesson, one at a time.

    Parameters
    ----------
    lesson : str
        ``"lesson1"`` to ``"lesson5"``.

    Raises
    ------
    LookupError
        If there is no such lesson.
    """
    return only_one(f"self_check {lesson}", SelfCheck(lesson))


def flashcards(lesson: str) -> Flashcards:
    """The cards of a lesson, to turn over; those you know come back less often.

    Parameters and errors as :func:`self_check`.
    """
    return only_one(f"flashcards {lesson}", Flashcards(lesson))


# --- questions ------------------------------------------------------------------------------


class QuestionBox(widgets.VBox):
    """One question: its text, the controls of its kind, and the verdict.

    Attributes
    ----------
    question : Question
    verdict : Verdict or None
        What the last press of *Check* came to.
    """

    def __init__(self, lesson: str, question: Question):
        self.question, self.verdict = question, None
        self.solved = progress_file.solved(_entry(f"quiz/{lesson}/{question.id}"))
        self._key = f"quiz/{lesson}/{question.id}"
        self.answer = _ANSWERS[type(question)](question)
        self.button = widgets.Button(description="Check", button_style="primary")
        self.button.on_click(lambda _button: self.check())
        self._shown = widgets.HTMLMath()
        prompt = widgets.HTMLMath(f"<p>{boxes.rich(question.prompt)}</p>")
        super().__init__([prompt, self.answer, self.button, self._shown])
        if self.solved:
            self._shown.value = _said(Verdict(o.CORRECT, "You have answered this one before."))

    def check(self) -> Verdict:
        """Judge what is entered, show the verdict and keep it."""
        self.verdict = verdict = self.question.judge(self.answer.given)
        note = ""
        if verdict.status != o.NOT_ATTEMPTED:
            note = _record(self._key, verdict.status)
        self.solved = self.solved or verdict.right
        self._shown.value = _said(verdict, note)
        return verdict


class SelfCheck(Lasting, widgets.VBox):
    """The questions of one lesson; ``boxes`` holds them, ``position`` says which is shown."""

    def __init__(self, lesson: str):
        self.lesson = lesson
        self.boxes = tuple(QuestionBox(lesson, question) for question in bank(lesson).QUESTIONS)
        self.position = 0
        self._heading = widgets.HTML()
        self.previous = widgets.Button(description="Previous question")
        self.next = widgets.Button(description="Next question")
        self.previous.on_click(lambda _button: self.go(self.position - 1))
        self.next.on_click(lambda _button: self.go(self.position + 1))
        for box in self.boxes:
            box.button.on_click(lambda _button: self._count())
        self._place = widgets.VBox()
        ways = widgets.HBox([self.previous, self.next])
        super().__init__([Frame(title="Self-check"), self._heading, self._place, ways])
        self.add_class("course-card")
        first_open = next((k for k, box in enumerate(self.boxes) if not box.solved), 0)
        self.go(first_open)

    def as_still(self) -> str:
        """How many questions wait."""
        return still("Self-check", f"<p>{len(self.boxes)} questions to answer.</p>")

    def go(self, position: int) -> None:
        """Show the question at `position`, counted from 0."""
        self.position = min(max(position, 0), len(self.boxes) - 1)
        self._place.children = [self.boxes[self.position]]
        self.previous.disabled = self.position == 0
        self.next.disabled = self.position == len(self.boxes) - 1
        self._count()

    def _count(self) -> None:
        done = sum(box.solved for box in self.boxes)
        self._heading.value = (
            f"<b>Self-check</b>: question {self.position + 1} of {len(self.boxes)}, "
            f"{done} answered correctly so far"
        )


# --- the controls of each kind of question ----------------------------------------------------


class SingleAnswer(widgets.RadioButtons):
    """One of several options, in an order of its own; ``given`` is the index in the bank."""

    def __init__(self, question: Single):
        options = question.options
        order = _shuffled(question.id, len(options))
        super().__init__(
            options=[(options[k].text, k) for k in order], value=None, description="Choose one:"
        )

    @property
    def given(self) -> int | None:
        return self.value


class MultipleAnswer(widgets.VBox):
    """Any of several options; ``boxes`` are in the bank's order, whatever the order shown."""

    def __init__(self, question: Multiple):
        self.boxes = tuple(
            widgets.Checkbox(description=option.text, indent=False) for option in question.options
        )
        order = _shuffled(question.id, len(self.boxes))
        lead = widgets.HTML("Choose all that apply:")
        super().__init__([lead, *(self.boxes[k] for k in order)])

    @property
    def given(self) -> set[int]:
        return {k for k, box in enumerate(self.boxes) if box.value}


class NumberAnswer(widgets.Text):
    """A number, as text: people write 1/3 and 16 %, too."""

    def __init__(self, question: Number):
        unit = f" (in {question.unit})" if question.unit else ""
        super().__init__(
            description=f"Your answer{unit}:",
            placeholder="three digits will do",
            continuous_update=True,
        )
        self.layout.width = "22em"

    @property
    def given(self) -> str:
        return self.value


class OrderAnswer(widgets.VBox):
    """Lines to move up and down; ``given`` holds the indices of the steps, first line first."""

    def __init__(self, question: Order):
        self._question = question
        self.given = question.shuffled()
        self._lines = [widgets.HTMLMath() for _ in self.given]
        self.up, self.down = [], []
        rows = []
        for place, line in enumerate(self._lines):
            up = widgets.Button(description=f"Move {place + 1} up")
            down = widgets.Button(description=f"Move {place + 1} down")
            up.on_click(lambda _button, place=place: self.move(place, place - 1))
            down.on_click(lambda _button, place=place: self.move(place, place + 1))
            up.disabled, down.disabled = place == 0, place == len(self.given) - 1
            self.up.append(up)
            self.down.append(down)
            rows.append(widgets.HBox([up, down, line], layout={"align_items": "center"}))
        self._said = widgets.HTML()
        super().__init__([*rows, self._said])
        self._write()

    def move(self, place: int, target: int) -> None:
        """Exchange the lines at two places, counted from 0."""
        order = list(self.given)
        order[place], order[target] = order[target], order[place]
        self.given = tuple(order)
        self._write()
        text = html.escape(self._question.steps[order[target]].text)
        self._said.value = f'<div role="status">‘{text}’ is now line {target + 1}.</div>'

    def _write(self) -> None:
        for place, (line, k) in enumerate(zip(self._lines, self.given, strict=True), start=1):
            line.value = f"{place}. {boxes.rich(self._question.steps[k].text)}"


_ANSWERS = {
    Single: SingleAnswer,
    Multiple: MultipleAnswer,
    Number: NumberAnswer,
    Order: OrderAnswer,
}


# --- flashcards -----------------------------------------------------------------------------


class Flashcards(Lasting, widgets.VBox):
    """The cards of one lesson, dealt from three boxes (Leitner 1972).

    A card known moves up a box, one to see again goes back to the first and returns three cards
    later. A round deals the unlearned cards, lowest box first; once all have reached the last
    box, it deals them all.

    Attributes
    ----------
    queue : list of Card
        What is still to come in this round; the first is on the table.
    box_of : dict of int
        Card id → box, 1 to 3.
    turned : bool
        Whether the back is showing.
    """

    def __init__(self, lesson: str):
        self.lesson, self._cards = lesson, bank(lesson).CARDS
        self.box_of = {card.id: _box(_entry(self._key(card))) for card in self._cards}
        self.queue: list[Card] = []
        self.turned = False
        self._heading, self._face = widgets.HTML(), widgets.HTMLMath()
        self.turn = widgets.Button(description="Turn over", button_style="primary")
        self.know = widgets.Button(description="I knew it")
        self.again = widgets.Button(description="Ask me again")
        self.turn.on_click(lambda _button: self.turn_over())
        self.know.on_click(lambda _button: self.answered(known=True))
        self.again.on_click(lambda _button: self.answered(known=False))
        buttons = widgets.HBox([self.turn, self.know, self.again])
        super().__init__([Frame(title="Flashcards"), self._heading, self._face, buttons])
        self.add_class("course-card")
        self.deal()

    def as_still(self) -> str:
        """How many cards there are."""
        return still("Flashcards", f"<p>{len(self._cards)} cards to turn over.</p>")

    def deal(self) -> None:
        """Begin a round."""
        unlearned = [card for card in self._cards if self.box_of[card.id] < LEARNED]
        self.queue = sorted(unlearned or self._cards, key=lambda card: self.box_of[card.id])
        self._show(turned=False)

    def turn_over(self) -> None:
        """Show the back; at the end of a round, begin another."""
        if self.queue:
            self._show(turned=True)
        else:
            self.deal()

    def answered(self, *, known: bool) -> None:
        """Put the card on the table into its next box and show the next one."""
        card = self.queue.pop(0)
        self.box_of[card.id] = min(self.box_of[card.id] + 1, LEARNED) if known else 1
        if not known:
            self.queue.insert(3, card)
        note = _record(self._key(card), f"box {self.box_of[card.id]}")
        self._show(turned=False, note=note)

    def _key(self, card: Card) -> str:
        return f"card/{self.lesson}/{card.id}"

    def _show(self, *, turned: bool, note: str = "") -> None:
        self.turned = turned
        learned = sum(box == LEARNED for box in self.box_of.values())
        self._heading.value = (
            f"<b>Flashcards</b>: {len(self.queue)} left in this round, "
            f"{learned} of {len(self._cards)} learned"
        )
        self.know.disabled = self.again.disabled = not turned
        if not self.queue:
            self._face.value = _face("This round is done.", "")
            self.turn.description = "Another round"
        else:
            card = self.queue[0]
            self._face.value = _face(card.front, card.back if turned else "")
            self.turn.description = "Turn over"
        if note:
            self._face.value += boxes.paragraph(boxes.rich(note))


def _face(front: str, back: str) -> str:
    answer = f'<hr style="margin:8px 0"><div>{boxes.rich(back)}</div>' if back else ""
    return (
        f'<div role="status" style="color:{INK};background:{PAPER};border:1px solid {EDGE};'
        f'border-radius:4px;padding:12px 16px;min-height:6em"><b>{boxes.rich(front)}</b>'
        f"{answer}</div>"
    )


# --- shared -----------------------------------------------------------------------------------


def _said(verdict: Verdict, note: str = "") -> str:
    look = boxes.LOOKS[verdict.status]
    lines = [line for line in (verdict.feedback, note) if line]
    body = "".join(boxes.paragraph(boxes.rich(line), plain=False) for line in lines)
    return boxes.box(look, look.word, body)


def _shuffled(seed: str, n: int) -> list[int]:
    """Always the same order for the same question, and none that gives the answer away."""
    import random

    order = list(range(n))
    random.Random(seed).shuffle(order)  # a stream of its own
    return order


def _entry(key: str) -> dict:
    return progress_file.load()[0].get(key, {}) if settings.mode() == "student" else {}


def _record(key: str, status: str) -> str:
    return progress_file.record(key, status) if settings.mode() == "student" else ""


def _box(entry: dict) -> int:
    """A card's box as its progress has it: ``"box 2"``; 1 for what is not understood."""
    status = str(entry.get("status", ""))
    number = status.removeprefix("box ")
    return int(number) if number in {"1", "2", "3"} else 1
