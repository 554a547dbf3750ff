"""Numbers in tables and quizzes: how they are read, and how near they must come."""

import math
from decimal import ROUND_HALF_UP, Decimal

import pytest

from course_utils.exercises import outcome as o
from course_utils.exercises.index import EXERCISES, LESSONS
from course_utils.exercises.number_text import Unreadable, read_number
from course_utils.exercises.precision import digits_asked
from course_utils.exercises.tables import Entry, Table
from course_utils.quiz.bank import LESSONS as QUIZZES
from course_utils.quiz.bank import bank
from course_utils.quiz.questions import Number


def of_tables(lesson):
    items = [EXERCISES[name] for name in LESSONS[lesson]]
    return {
        (item.id, label): entry
        for item in items if isinstance(item, Table)
        for label, entry in item.entries.items()
        if not isinstance(entry.key, (str, bool))
    }  # fmt: skip


def of_quizzes(lesson):
    return {(lesson, q.id): q for q in bank(lesson).QUESTIONS if isinstance(q, Number)}


TARGETS = [(of_tables, lesson) for lesson in LESSONS] + [(of_quizzes, name) for name in QUIZZES]


def verdict(target, value):
    """Status and message, whichever kind of thing asks."""
    if isinstance(target, Number):
        judged = target.judge(value)
        return judged.status, judged.feedback
    return target.judge(target.read(value))


def rounded(key, digits):
    exact = Decimal(repr(float(key)))
    unit = Decimal(1).scaleb(exact.adjusted() - digits + 1)
    return float(exact.quantize(unit, ROUND_HALF_UP))


@pytest.mark.parametrize(("find", "lesson"), TARGETS)
def test_a_right_value_is_never_called_wrong(find, lesson):
    for name, target in find(lesson).items():
        key = float(target.key)
        assert verdict(target, key)[0] == o.CORRECT, name
        if not math.isfinite(key) or key == 0:
            continue
        for digits in range(1, 8):
            value = rounded(key, digits)
            if digits < 3 and key == round(key) and value != key:
                continue  # 20 is not 19
            allowed = (o.CORRECT,) if digits >= 3 else (o.CORRECT, o.CLOSE)
            for given in (value, repr(value), f"{value!r} + 0", f"{100 * value!r} %"):
                status, said = verdict(target, given)
                assert status in allowed, (name, given, said)
                named = [s for wrong, s in target.mistakes if s in said and value != wrong]
                assert status == o.CORRECT or not named, (name, given, said)


def test_close_reveals_nothing_and_says_how_many_digits():
    entry = Entry(23.20, mistakes=((22.97, "this divides by N"),))
    assert entry.judge(23.2) == entry.judge(23.21) == (o.CORRECT, "")
    for value in (23.0, 20.0):
        assert entry.judge(value) == (o.CLOSE, "close: three significant digits, please.")
    assert entry.judge(22.97) == entry.judge(22.98) == (o.INCORRECT, "this divides by N")
    assert entry.judge(24.0)[0] == o.INCORRECT
    read_off = Entry(0.2263, rtol=0.05)
    assert digits_asked(read_off) == 2
    assert read_off.judge(0.2) == (o.CLOSE, "close: two significant digits, please.")
    assert Entry(19.0, mistakes=((20.0, "too many"),)).judge(20.0) == (o.INCORRECT, "too many")


def test_a_mistake_is_named_only_if_it_is_nearer_than_the_right_value():
    entry = Entry(0.33304, rtol=4e-4, atol=0.0, mistakes=((1 / 3, "Laplace"), (0.3, "the mode")))
    assert entry.judge(0.333)[0] == entry.judge(0.3330)[0] == o.CORRECT
    assert entry.judge(1 / 3) == entry.judge(0.3333) == (o.INCORRECT, "Laplace")
    status, said = entry.judge(0.3)  # a rounding, or exactly the known mistake: it says both
    assert status == o.CLOSE and said.endswith("If 0.3 is your exact value: the mode")
    both = Entry(1.0, mistakes=((1.004, "so near that nobody can tell"),))
    assert both.judge(1.003)[0] == both.judge(1.004)[0] == o.CORRECT


def test_a_table_with_rounded_values_is_close_and_not_yet_correct():
    table = Table("t", 1, "T", {"a": Entry(0.1238), "b": Entry(2.0)})
    seen = table.evaluate({"a": 0.12, "b": 2})
    assert seen.status == o.CLOSE and not seen.correct
    assert [e.status for e in seen.entries] == [o.CLOSE, o.CORRECT]
    assert "1 of 2 right, 1 close" in seen.message and "0.1238" not in seen.message
    assert table.evaluate({"a": "12.4 %", "b": "8/4"}).correct
    assert table.evaluate({"a": 0.12, "b": 3}).status == o.INCORRECT
    assert table.evaluate({"a": 0.12, "b": ...}).status == o.INCORRECT


READ = {
    "0.161": 0.161, "0,161": 0.161, " 1/3 ": 1 / 3, "16.1 %": 0.161, "16,1%": 0.161,
    "−2e-3": -0.002, "5.4·10^-6": 5.4e-6, "5.4 × 10**-6": 5.4e-6, "inf": math.inf, "-∞": -math.inf,
    "np.inf": math.inf, "ln 2/2": math.log(2) / 2, "2 ln 2": 2 * math.log(2), "log(2)": math.log(2),
    "0.5 ln(4/3)": 0.5 * math.log(4 / 3), "np.log(3) / 2": math.log(3) / 2, "√2": math.sqrt(2),
    "sqrt(0.8)": math.sqrt(0.8), "sqrt(2/pi)": math.sqrt(2 / math.pi),
    "√(2/π)": (2 / math.pi) ** 0.5,
    "1 - 0.5**3": 0.875, "1-0.5^3": 0.875, "1/2 + 1/4": 0.75, "3(1 - 0.95)": 0.15, "¾": 0.75,
    "100 000": 1e5, "100_000": 1e5, "1 - 5 %": 0.95, "-ln 2": -math.log(2), "3²": 9.0,
    "exp(-1)": 1 / math.e,
    ".5": 0.5, "+7": 7.0, "2*-3": -6.0, "1/4 * ln 3": math.log(3) / 4,
    "ln 2 ** 2": math.log(2) ** 2,
    "-1/2 ln(3/4)": -0.5 * math.log(0.75), "0,950": 0.95, "log2(8)": 3.0,
}  # fmt: skip
NOT_READ = (
    "", "much", "1/0", "1/2/", "__import__('os')", "(-8)**0.5", "9**9**9**9", "ln 0",
    "1 2", "lambda: 1", "a.b", "ln", "0x10", "1,250", "True", "[1", "x"*5000, "((" * 59,
    "1 if 1 else 2",
)  # fmt: skip


@pytest.mark.parametrize("text", READ)
def test_numbers_are_read_as_people_type_them(text):
    assert read_number(text) == pytest.approx(READ[text])
    assert Entry(READ[text]).judge(Entry(READ[text]).read(text))[0] == o.CORRECT
    assert Number("q", "?", "so", key=READ[text]).judge(text).right


@pytest.mark.parametrize("text", NOT_READ)
def test_nothing_but_plain_arithmetic_is_read(text):
    with pytest.raises(Unreadable):
        read_number(text)


def test_a_comma_that_can_mean_two_things_is_asked_back():
    with pytest.raises(Unreadable, match=r"write 1250 or 1\.250"):
        read_number("1,250")
