"""Self-check and flashcards: what is judged, what is said, and what is remembered."""

import json
import math
import random

import numpy as np
import pytest

from course_utils import divergences, evaluation, quiz, transport
from course_utils.exercises import outcome as o
from course_utils.quiz.bank import LESSONS, bank
from course_utils.quiz.questions import Multiple, Number, Order, Single

QUESTIONS = [(lesson, q) for lesson in LESSONS for q in bank(lesson).QUESTIONS]
IDS = [f"{lesson}-{q.id}" for lesson, q in QUESTIONS]


def of_kind(kind):
    found = [(f"{lesson}-{q.id}", q) for lesson, q in QUESTIONS if isinstance(q, kind)]
    return pytest.mark.parametrize("q", [q for _, q in found], ids=[name for name, _ in found])


@pytest.fixture(autouse=True)
def work(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_WORK", str(tmp_path))
    monkeypatch.setenv("COURSE_MODE", "student")
    return tmp_path


def kept(work):
    return json.loads((work / "progress.json").read_text())["exercises"]


# --- the banks --------------------------------------------------------------------------------


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_lesson_has_enough_to_ask(lesson):
    questions, cards = bank(lesson).QUESTIONS, bank(lesson).CARDS
    assert len(questions) >= 6 and len(cards) >= 8
    assert len({q.id for q in questions}) == len(questions)
    assert len({card.id for card in cards}) == len(cards)
    assert len({type(q) for q in questions}) == 4, "single, multiple, numeric and ordering"


@of_kind(Single)
def test_one_option_is_right_and_each_wrong_one_has_its_own_answer(q):
    verdicts = [q.judge(k) for k in range(len(q.options))]
    assert sum(v.right for v in verdicts) == 1
    wrong = [v.feedback for v in verdicts if not v.right]
    assert len(wrong) >= 2 and len(set(wrong)) == len(wrong) and all(wrong)
    assert q.why in next(v.feedback for v in verdicts if v.right)
    assert q.judge(None).status == o.NOT_ATTEMPTED


@of_kind(Multiple)
def test_only_the_exact_set_is_right_and_each_misjudged_option_is_named(q):
    right = {k for k, option in enumerate(q.options) if option.right}
    assert right and len(right) < len(q.options)
    assert q.judge(right).right
    for k, option in enumerate(q.options):
        verdict = q.judge(right ^ {k} or {0, 1})
        assert not verdict.right
        if right != {k}:
            assert verdict.feedback == f"‘{option.text}’: {option.feedback}"
    wrong = set(range(len(q.options))) - right
    said = q.judge(wrong).feedback
    spoken_of = [option.text for option in q.options if option.feedback in said]
    assert len(spoken_of) == 1, "the rest stays a question"
    assert q.judge(set()).status == o.NOT_ATTEMPTED


@of_kind(Number)
def test_numbers_are_judged_to_three_digits_and_known_mistakes_are_named(q):
    assert q.judge(q.key).right
    assert q.judge(f"{q.key:.3g}").right
    assert not q.judge(q.key * 1.02 + 0.01).right
    said = [q.judge(wrong).feedback for wrong, _ in q.mistakes]
    for heard, (_, feedback) in zip(said, q.mistakes, strict=True):
        assert heard.endswith(feedback), "two mistakes share a value"
    assert not any(q.judge(wrong).right for wrong, _ in q.mistakes)
    assert q.judge("").status == q.judge("much").status == o.NOT_ATTEMPTED
    assert q.judge(f"{q.key!r} * (3 - 2)").right or math.isinf(q.key)


@of_kind(Order)
def test_only_the_given_order_is_right_and_the_first_wrong_line_is_named(q):
    right = tuple(range(len(q.steps)))
    assert q.judge(right).right
    for first in right[1:]:
        swapped = (first, *(k for k in right if k != first))
        verdict = q.judge(swapped)
        assert not verdict.right
        assert q.steps[first].text in verdict.feedback
        assert q.steps[first].too_early and q.steps[first].too_early in verdict.feedback
    assert sorted(q.shuffled()) == list(right) != list(q.shuffled())


def test_numeric_keys_agree_with_the_package():
    def key(lesson, name):
        return next(q.key for q in bank(lesson).QUESTIONS if q.id == name)

    def w1(x, p, q):
        return transport.solve_transport(transport.cost_matrix(x), p, q).value

    healthy_and_ill = np.array([0.9 * 0.05, 0.1 * 0.95])
    assert key("lesson1", "posterior") == pytest.approx(
        (healthy_and_ill / healthy_and_ill.sum())[1]
    )
    assert key("lesson1", "gaussian_kl") == pytest.approx(divergences.gaussian_kl(0, 1, 3, 1))
    assert key("lesson2", "js_ceiling") == divergences.jensen_shannon([1, 0], [0, 1])
    assert key("lesson3", "cdf") == pytest.approx(w1([0, 2, 5], [0.6, 0.4, 0], [0.1, 0.4, 0.5]))
    assert key("lesson5", "three_masses") == pytest.approx(
        w1([0, 2, 3], [0.3, 0.3, 0.4], [0.1, 0.6, 0.3])
    )
    assert key("lesson3", "linear_slope") == pytest.approx(math.hypot(2, 6, 3))


def test_the_penalty_question_agrees_with_the_package():
    import torch

    from course_utils.objectives import gradient_penalty

    critic = torch.nn.Linear(2, 1)
    with torch.no_grad():
        critic.weight[:] = torch.tensor([[4.0, 0.0]])
    x = torch.randn(8, 2)
    value = float(gradient_penalty(critic, x, x + 1, 5.0).detach())
    asked = next(q for q in bank("lesson5").QUESTIONS if q.id == "penalty_value")
    assert asked.key == pytest.approx(value)
    assert evaluation.slopes(critic, x) == pytest.approx(np.full(8, 4.0), abs=1e-5)


# --- the widgets ------------------------------------------------------------------------------


def right_answer(box):
    """Enter the right answer through the same controls that a student uses."""
    q, answer = box.question, box.answer
    if isinstance(q, Single):
        answer.value = next(k for k, option in enumerate(q.options) if option.right)
    elif isinstance(q, Multiple):
        for option, control in zip(q.options, answer.boxes, strict=True):
            control.value = option.right
    elif isinstance(q, Number):
        answer.value = repr(q.key)
    else:
        for place in range(len(q.steps)):  # carry each line up to its place
            for k in range(answer.given.index(place), place, -1):
                answer.up[k].click()


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_question_can_be_answered_and_is_remembered(lesson, work):
    check = quiz.self_check(lesson)
    for box in check.boxes:
        box.button.click()
        assert box.verdict.status in (o.NOT_ATTEMPTED, o.INCORRECT)
        right_answer(box)
        box.button.click()
        assert box.verdict.right, box.question.id
        assert 'role="status"' in box.children[-1].value and "correct" in box.children[-1].value
    n = len(check.boxes)
    assert f"{n} answered correctly" in check.children[1].value
    entries = kept(work)
    assert {f"quiz/{lesson}/{box.question.id}" for box in check.boxes} <= set(entries)
    again = quiz.self_check(lesson)
    assert all(box.solved for box in again.boxes)
    assert "answered this one before" in again.boxes[0].children[-1].value


def test_a_wrong_answer_is_explained_kept_and_does_not_undo_a_right_one(work):
    check = quiz.self_check("lesson2")
    box = next(box for box in check.boxes if box.question.id == "value")
    box.answer.value = 2
    box.button.click()
    assert box.verdict.feedback == box.question.options[2].feedback
    assert kept(work)["quiz/lesson2/value"]["status"] == o.INCORRECT
    right_answer(box)
    box.button.click()
    box.answer.value = 1
    box.button.click()
    assert not box.verdict.right and box.solved
    assert kept(work)["quiz/lesson2/value"]["attempts"] == 3


def test_one_question_is_shown_at_a_time_and_the_ends_hold():
    check = quiz.self_check("lesson3")
    assert check.previous.disabled and not check.next.disabled
    for _ in range(len(check.boxes)):
        check.next.click()
    assert check.position == len(check.boxes) - 1 and check.next.disabled
    assert check.children[2].children == (check.boxes[-1],)
    check.go(-5)
    assert check.position == 0


def test_a_check_begins_at_the_first_question_still_open():
    check = quiz.self_check("lesson1")
    for box in check.boxes[:2]:
        right_answer(box)
        box.button.click()
    assert quiz.self_check("lesson1").position == 2


def test_the_right_option_has_no_fixed_place():
    places = []
    for lesson, q in QUESTIONS:
        if isinstance(q, Single):
            box = quiz.QuestionBox(lesson, q)
            shown = [k for _, k in box.answer.options]
            assert sorted(shown) == list(range(len(q.options)))
            places.append(shown.index(next(k for k, x in enumerate(q.options) if x.right)))
    assert len(set(places)) > 2
    assert max(np.bincount(places)) < 0.6 * len(places)


def test_instructor_mode_leaves_no_progress(work, monkeypatch):
    monkeypatch.setenv("COURSE_MODE", "instructor")
    check = quiz.self_check("lesson1")
    right_answer(check.boxes[0])
    check.boxes[0].button.click()
    assert check.boxes[0].verdict.right
    assert not (work / "progress.json").exists()


def test_the_banks_leave_the_random_stream_alone():
    random.seed(3)
    expected = random.random()
    random.seed(3)
    quiz.self_check("lesson1")
    quiz.flashcards("lesson1")
    assert random.random() == expected


def test_no_such_lesson():
    with pytest.raises(LookupError, match="lesson5"):
        quiz.self_check("lesson6")


# --- flashcards -------------------------------------------------------------------------------


def test_a_known_card_leaves_the_round_and_an_unknown_one_returns_three_cards_later(work):
    cards = quiz.flashcards("lesson1")
    first, second = cards.queue[:2]
    n = len(cards.queue)
    assert cards.know.disabled and cards.again.disabled, "look at the back before you judge"
    cards.turn.click()
    assert not cards.know.disabled
    cards.know.click()
    assert first not in cards.queue and cards.box_of[first.id] == 2
    cards.turn.click()
    cards.again.click()
    assert len(cards.queue) == n - 1 and cards.queue.index(second) == 3
    assert cards.box_of[second.id] == 1
    assert kept(work)[f"card/lesson1/{first.id}"]["status"] == "box 2"


def test_rounds_deal_what_is_not_yet_learned_lowest_box_first():
    cards = quiz.flashcards("lesson4")
    known, unsure = cards.queue[0].id, cards.queue[1].id
    for _ in range(2):
        while cards.queue:
            card = cards.queue[0]
            seen_before = card.id == unsure and len(cards.queue) == 1
            cards.turn_over()
            cards.answered(known=card.id != unsure or seen_before)
        cards.turn.click()  # another round
    assert cards.box_of[known] == 3
    assert [card.id for card in cards.queue] == [unsure]
    assert quiz.flashcards("lesson4").box_of == cards.box_of


def test_the_back_is_hidden_until_the_card_is_turned():
    cards = quiz.flashcards("lesson2")
    face = cards.children[2]
    assert "<hr" not in face.value
    cards.turn.click()
    assert "<hr" in face.value
