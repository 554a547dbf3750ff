"""Self-checks and flashcards as text: every answer, and every wrong one's remark, folded."""

from __future__ import annotations

import random

from course_utils.exercises.boxes import rich
from course_utils.quiz.bank import bank
from course_utils.quiz.questions import Card, Multiple, Number, Order, Question, Single


def self_check(lesson: str) -> str:
    """The questions of a lesson as HTML."""
    asked = "".join(f"<li>{_question(q)}</li>" for q in bank(lesson).QUESTIONS)
    return f'<div class="course-questions"><ol>{asked}</ol></div>'


def flashcards(lesson: str) -> str:
    """The cards of a lesson as HTML: the front is what one opens."""
    return f'<div class="course-cards">{"".join(map(_card, bank(lesson).CARDS))}</div>'


def _card(card: Card) -> str:
    return _folded(rich(card.front), f"<p>{rich(card.back)}</p>")


def _question(question: Question) -> str:
    choices, answer = _PARTS[type(question)](question)
    prompt = f"<p>{rich(question.prompt)}</p>"
    return prompt + choices + _folded("Answer", f"{answer}<p>{rich(question.why)}</p>")


def _options(question: Single | Multiple) -> tuple[str, str]:
    order = list(range(len(question.options)))
    random.Random(question.id).shuffle(order)  # as the notebook shows them
    options = [question.options[k] for k in order]
    lead = "Choose one" if isinstance(question, Single) else "Choose all that apply"
    choices = "".join(f"<li>{rich(option.text)}</li>" for option in options)
    remarks = "".join(
        f"<li><strong>{'Right' if option.right else 'Wrong'}</strong>: {rich(option.text)} "
        f"{rich(option.feedback)}</li>"
        for option in options
    )
    kind = '<ol type="a">'
    return f"<p>{lead}:</p>{kind}{choices}</ol>", f"{kind}{remarks}</ol>"


def _number(question: Number) -> tuple[str, str]:
    unit = f" {question.unit}" if question.unit else ""
    remarks = "".join(
        f"<li>{value:.4g}{rich(unit)}: {rich(said)}</li>" for value, said in question.mistakes
    )
    wrong = f"<p>Known wrong answers:</p><ul>{remarks}</ul>" if remarks else ""
    return "", f"<p><strong>{question.key:.4g}{rich(unit)}</strong></p>{wrong}"


def _order(question: Order) -> tuple[str, str]:
    lines = [question.steps[k] for k in question.shuffled()]
    shuffled = "".join(f"<li>{rich(step.text)}</li>" for step in lines)
    ordered = "".join(f"<li>{rich(step.text)}</li>" for step in question.steps)
    return f'<ol type="A">{shuffled}</ol>', f"<p>In order:</p><ol>{ordered}</ol>"


_PARTS = {Single: _options, Multiple: _options, Number: _number, Order: _order}


def _folded(summary: str, content: str) -> str:
    return f"<details><summary>{summary}</summary>{content}</details>"
