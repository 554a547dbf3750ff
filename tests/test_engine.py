"""Verdicts: the five statuses, the named mistake, and what differs where no name fits."""

import codecs
import functools
import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from course_utils.exercises.compare import explain
from course_utils.exercises.convert import WrongType
from course_utils.exercises.engine import Exercise, Misconception, array, call, number


def right(p, q):
    return float(np.sum(p * p / q))


def probe(answer, rng):
    cases = [(rng.uniform(1, 2, n), rng.uniform(1, 2, n)) for n in (2, 3, 5)]
    return {call("ratio", p, q): number(answer(p, q)) for p, q in cases}


RATIO = Exercise(
    id="ratio",
    lesson=1,
    title="A ratio",
    reference=right,
    probe=probe,
    misconceptions=(
        Misconception("swapped", "The arguments are swapped.", lambda p, q: right(q, p)),
        Misconception("not_summed", "Add the terms up.", lambda p, q: p * p / q),
        Misconception("mean", "A sum is asked for.", lambda p, q: right(p, q) / len(p)),
        Misconception("out_of_range", "There is no entry n.", lambda p, q: p[len(p)]),
        Misconception("in_place", "Copy p first.", lambda p, q: _in_place(p, q)),
    ),
    hints=("Square.", "Divide."),
)


def _in_place(p, q):
    p *= p
    return float(np.sum(p / q))


def matrix_exercise(reference):
    """An exercise whose answers are arrays made from a random (3, 3) matrix."""

    def probe(answer, rng):
        a = rng.normal(size=(3, 3)) + 5
        return {"the matrix": array(answer(a))}

    return replace(RATIO, reference=reference, probe=probe, misconceptions=())


def verdict(answer, item=RATIO):
    outcome = item.evaluate(answer, seed=5)
    return outcome.status, outcome.misconception


# ---------------------------------------------------------------- correct


class Callable:
    def __call__(self, p, q):
        return right(p, q)

    def method(self, p, q):
        return right(p, q)


class MadeOf(float):
    """A class that is itself the answer: calling it makes a float."""

    def __new__(cls, p, q):
        return super().__new__(cls, right(p, q))


@pytest.mark.parametrize(
    "answer",
    [
        right,
        lambda p, q: [right(p, q)],
        lambda p, q: (np.array(right(p, q)),),
        lambda p, q: Fraction(right(p, q)),
        lambda p, q: np.float32(right(p, q)),
        lambda p, q: complex(right(p, q), 0.0),
        lambda p, q: sum(a * a / b for a, b in zip(p, q, strict=True)),
        functools.partial(lambda scale, p, q: scale * right(p, q), 1.0),
        Callable(),
        Callable().method,
        MadeOf,
    ],
)
def test_a_right_answer_is_correct_in_any_form(answer):
    assert verdict(answer) == ("correct", None)


def test_a_builtin_is_an_answer_like_any_other():
    item = replace(
        RATIO,
        reference=lambda x: math.fsum(x),
        probe=lambda answer, rng: {"the sum": number(answer(list(rng.normal(size=4))))},
    )
    assert verdict(math.fsum, item) == ("correct", None)
    assert verdict(max, item)[0] == "incorrect"


def test_nan_equals_nan_and_inf_equals_inf():
    item = matrix_exercise(lambda a: np.array([np.nan, np.inf, -np.inf]))
    assert verdict(lambda a: [math.nan, math.inf, -math.inf], item) == ("correct", None)
    assert verdict(lambda a: [math.nan, math.inf, math.inf], item)[0] == "incorrect"


def test_a_relative_error_of_one_in_a_thousand_is_not_accepted():
    assert verdict(lambda p, q: 1.001 * right(p, q))[0] == "incorrect"
    assert verdict(lambda p, q: (1 + 1e-6) * right(p, q))[0] == "correct"


# ---------------------------------------------------------------- incorrect, with a name


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("swapped", lambda p, q: sum(b * b / a for a, b in zip(p, q, strict=True))),
        ("not_summed", lambda p, q: [a * a / b for a, b in zip(p, q, strict=True)]),
        ("mean", lambda p, q: float(np.mean(p**2 / q))),
        ("out_of_range", lambda p, q: q[len(q)]),
        ("in_place", lambda p, q: _in_place(p, q)),
    ],
)
def test_the_mistake_is_named_however_it_is_written(name, answer):
    assert verdict(answer) == ("incorrect", name)


def test_a_crash_of_another_kind_or_elsewhere_is_the_students_own():
    assert verdict(lambda p, q: p[len(p) + "1"]) == ("error", None)
    late = lambda p, q: p[len(p)] if len(p) == 3 else right(p, q)  # noqa: E731
    assert verdict(late) == ("error", None)


def test_the_first_misconception_that_fits_is_named():
    twin = Misconception("twin", "The same.", lambda p, q: right(q, p))
    item = replace(RATIO, misconceptions=(*RATIO.misconceptions, twin))
    assert verdict(lambda p, q: right(q, p), item) == ("incorrect", "swapped")


def test_values_name_the_mistake_even_where_an_argument_is_changed_too():
    def answer(p, q):
        value = right(q, p)
        p[0] = 9
        return value

    outcome = RATIO.evaluate(answer, seed=1)
    assert outcome.misconception == "swapped" and "`p`" in outcome.message


# ---------------------------------------------------------------- incorrect, without a name


@pytest.mark.parametrize(
    ("answer", "name", "words"),
    [
        (lambda p, q: -right(p, q), "negated", "opposite sign"),
        (lambda p, q: 3 * right(p, q), "constant_factor", "3 times"),
        (lambda p, q: right(p, q) + 0.01, "constant_offset", "0.01 more"),
        (lambda p, q: 1.5, "ignores_its_arguments", "same result in every call"),
        (lambda p, q: math.nan, "nan", "NaN"),
        (lambda p, q: math.inf, "infinite", "infinite"),
        (lambda p, q: None, "returns_nothing", "nothing (None)"),
        (lambda p, q: "1.0", "wrong_type", "string"),
        (lambda p, q: {}, "wrong_type", "dict"),
        (lambda p, q: right, "wrong_type", "a function"),
        (lambda p, q: [1.0, [2.0]], "wrong_type", "differ in shape"),
        (lambda p, q: [None], "wrong_type", "None"),
        (lambda p, q: np.ones((2, 2)), "wrong_type", "(2, 2)"),
        (lambda p, q: 1 + 2j, "wrong_type", "complex"),
        (lambda p, q: (value for value in p), "wrong_type", "yield"),
        (lambda p, q: right(p, q) + 0.3 * q[0] * p[0], None, "expected"),
    ],
)
def test_what_differs_is_said(answer, name, words):
    outcome = RATIO.evaluate(answer, seed=5)
    assert (outcome.status, outcome.misconception) == ("incorrect", name)
    assert words in outcome.message
    assert "ratio([" in outcome.message, "on which input"


@pytest.mark.parametrize(
    ("reference", "answer", "words"),
    [
        (lambda a: a, lambda a: a.T, "transposed"),
        (lambda a: a[:2], lambda a: a[:2].T, "transposed"),
        (lambda a: a[0], lambda a: a[:1], "(1, 3) where (3,)"),
        (lambda a: a[0], lambda a: a[0, :2], "(2,) where (3,)"),
        (lambda a: a[0], lambda a: a[0, ::-1], "another order"),
        (lambda a: a, lambda a: a + 0.5, "0.5 more than the right one"),
        (lambda a: a, lambda a: a + np.diag([0.5, 0, 0]), "entry [0, 0]"),
        (lambda a: a * 0 + np.inf, lambda a: a, "infinite here"),
    ],
)
def test_the_shape_of_the_difference_is_said(reference, answer, words):
    outcome = matrix_exercise(reference).evaluate(answer, seed=5)
    assert outcome.status == "incorrect"
    assert words in outcome.message and "the matrix" in outcome.message


def test_expected_and_received_are_shown():
    message = RATIO.evaluate(lambda p, q: 0.125, seed=5).message
    assert "expected" in message and "received 0.125" in message


def test_how_much_is_right_is_said():
    answer = lambda p, q: right(p, q) if len(p) < 5 else 0.0  # noqa: E731
    assert "2 of 3" in RATIO.evaluate(answer, seed=5).message


def test_a_result_that_only_the_probe_can_trip_over_is_the_answers_fault():
    def unpack(answer, rng):
        mean, deviation = answer(rng.normal(size=4))
        return {"the mean": number(mean), "the deviation": number(deviation)}

    item = replace(RATIO, reference=lambda x: (x.mean(), x.std()), probe=unpack)
    outcome = item.evaluate(lambda x: x.mean(), seed=0)
    assert outcome.misconception == "too_few_results"
    outcome = item.evaluate(lambda x: x.max(), seed=0)
    assert outcome.status == "incorrect" and "a tuple of 2" in outcome.message
    assert item.evaluate(lambda x: [x.mean(), x.std()]).status == "correct"


@pytest.mark.parametrize("answer", ["text", 3, [1, 2], {}])
def test_what_is_no_function_is_incorrect(answer):
    outcome = RATIO.evaluate(answer)
    assert outcome.status == "incorrect" and "function" in outcome.message


# ---------------------------------------------------------------- changed arguments


def test_a_changed_argument_is_named_and_put_back():
    seen = []

    def probe(answer, rng):
        p, q = rng.uniform(1, 2, 3), rng.uniform(1, 2, 3)
        before = q.copy()
        value = number(answer(p, q))
        seen.append(np.array_equal(q, before))
        return {"the ratio": value}

    def answer(p, q):
        value = right(p, q)
        q.sort()
        q[:] = 0
        return value

    outcome = replace(RATIO, probe=probe).evaluate(answer, seed=1)
    assert outcome.status == "incorrect" and "`q`" in outcome.message
    assert all(seen)


def test_an_exercise_may_allow_its_arguments_to_change():
    item = replace(RATIO, may_mutate=True, misconceptions=())
    assert item.evaluate(_in_place).status == "correct"


def test_a_changed_list_is_noticed():
    def probe(answer, rng):
        values = [list(rng.normal(size=3)), {"a": rng.normal(size=2)}]
        return {"the value": number(answer(values)), "what is left": len(values[0])}

    def deep(values):
        values[1]["a"][0] = 0
        return 1.0

    item = replace(RATIO, reference=lambda values: 1.0, probe=probe, misconceptions=())
    assert item.evaluate(lambda values: 1.0).status == "correct"
    for answer in (lambda values: values[0].append(1) or 1.0, deep):
        assert "changes the contents" in item.evaluate(answer).message


# ---------------------------------------------------------------- not attempted, error, broken


def test_stubs_are_not_attempted():
    def only_pass(p, q):
        pass

    def dots(p, q):
        """What it returns."""
        ...

    def raising(p, q):
        """What it returns."""
        raise NotImplementedError  # your turn

    def begun(p, q):
        terms = p * p
        raise NotImplementedError(f"your turn {terms}")

    for answer in (only_pass, dots, raising, begun, None, ..., functools.partial(only_pass, 1)):
        assert verdict(answer) == ("not attempted", None)
    assert "remove that line" in RATIO.evaluate(begun).message


def test_a_case_left_open_is_an_error():
    def unfinished(p, q):
        if len(p) > 2:
            raise NotImplementedError
        return right(p, q)

    assert verdict(unfinished) == ("error", None)


def test_a_blank_left_in_the_return_is_not_attempted():
    assert verdict(lambda p, q: ...) == ("not attempted", None)


def test_returning_none_on_purpose_is_an_attempt():
    def nothing(p, q):
        return None

    assert verdict(nothing) == ("incorrect", "returns_nothing")
    assert verdict(lambda p, q: None) == ("incorrect", "returns_nothing")


def test_not_implemented_from_a_library_is_an_error():
    assert verdict(lambda p, q: codecs.Codec().encode("p"))[0] == "error"


def test_the_students_own_line_is_shown():
    def answer(p, q):
        total = 0
        return p[0] / total.missing  # this very line

    outcome = RATIO.evaluate(answer, seed=2)
    assert outcome.status == "error"
    assert "AttributeError" in outcome.message and "# this very line" in outcome.message
    assert "ratio([" in outcome.message


def test_a_line_of_a_helper_is_shown_where_that_is_what_failed():
    def helper(p):
        return p.nowhere  # in the helper

    outcome = RATIO.evaluate(lambda p, q: helper(p), seed=2)
    assert "# in the helper" in outcome.message


def test_too_few_parameters_is_an_error_that_says_so():
    outcome = RATIO.evaluate(lambda p: 1.0)
    assert outcome.status == "error" and "positional" in outcome.message


def test_a_failing_check_is_ours_and_says_so():
    def broken(answer, rng):
        answer(np.ones(2), np.ones(2))
        raise ValueError("a slip in the probe")

    for item in (
        replace(RATIO, probe=broken),
        replace(RATIO, reference=lambda p, q: 1 / 0),
        replace(RATIO, reference=lambda p, q: _in_place(p, q)),
        replace(RATIO, probe=lambda answer, rng: 3),
    ):
        outcome = item.evaluate(right)
        assert outcome.status == "broken check"
        assert "not your mistake" in outcome.message


# ---------------------------------------------------------------- reading results


def test_number_and_array_accept_every_form_and_say_what_they_wanted():
    assert number(np.array([[2.0]])) == 2.0
    assert number(True) == 1.0
    assert array([[1, 2], (3, 4)]).shape == (2, 2)
    assert array([np.float64(1), Fraction(1, 2)]).tolist() == [1.0, 0.5]
    for wrong in ([1, 2], "3", None, {}, [[1], [2, 3]], object()):
        with pytest.raises(WrongType):
            number(wrong)
    with pytest.raises(WrongType, match="1-D"):
        array(np.ones((2, 2)), ndim=1)


def test_keys_tell_inputs_apart_and_stay_short():
    rng = np.random.default_rng(0)
    first, second = rng.normal(size=(50, 3)), rng.normal(size=(50, 3))
    assert call("f", first) != call("f", second)
    assert len(call("f", first)) < 100
    assert call("entropy", np.array([0.5, 0.5]), 3) == "entropy([0.5, 0.5], 3)"


@pytest.mark.parametrize(("factor", "name"), [(1.00002, None), (1.5, "constant_factor")])
def test_no_factor_of_one_is_said_to_be_off(factor, name):
    right = np.array([0.3, 1.2, 5.0, 2.2])
    said, text = explain({"x": factor * right}, {"x": right}, rtol=1e-6, atol=0.0)
    assert said == name and " 1 times" not in text
