"""Two parallel lines that never meet, and four distances between them.

Arjovsky, Chintala & Bottou (2017), *Wasserstein GAN*, example 1.
"""

from __future__ import annotations

import math

import numpy as np

from course_utils import integral_metrics
from course_utils.exercises.draft import Draft
from course_utils.exercises.engine import WrongType, array, call

draft = Draft("parallel_lines", lesson=3, title="Two parallel lines")

draft.reference(integral_metrics.parallel_lines)


NAMES = ("w1", "js", "kl", "tv")


@draft.probe
def observe(answer, rng):
    thetas = (0.5, -0.75, *rng.uniform(1.1, 4.0, 2), -rng.uniform(1.1, 4.0), 0.0, 1e-3, -1e-9)
    seen = {}
    for theta in map(float, thetas):
        values = array(answer(theta))
        if values.shape != (4,):
            raise WrongType("four numbers (w1, js, kl, tv)", values)
        for name, value in zip(NAMES, values, strict=True):
            seen[f"{name} of {call('parallel_lines', theta)}"] = value
    return seen


def lines_with(at_zero=(0.0, 0.0, 0.0, 0.0), tolerance=0.0, **apart):
    """The right answer with some of its four parts replaced, by a number or a function of θ."""
    right = {"w1": abs, "js": math.log(2), "kl": math.inf, "tv": 1.0} | apart

    def answer(theta):
        if abs(theta) <= tolerance:
            return at_zero
        return tuple(part(theta) if callable(part) else part for part in right.values())

    return answer


@draft.mistake("Your W₁ is negative for θ < 0; a distance does not know left from right.")
def w1_without_abs(theta):
    return lines_with(w1=lambda theta: theta)(theta)


@draft.mistake("At θ = 0 the two lines are the same distribution, and there every distance is 0.")
def zero_forgotten(theta):
    return abs(theta), math.log(2), math.inf, 1.0


@draft.mistake(
    "You treat lines that are very close as equal. However small θ is, the lines share no point: "
    "only θ = 0 itself is special."
)
def close_counts_as_equal(theta):
    return lines_with(at_zero=(0.0, 0.0, 0.0, 0.0), tolerance=1e-8)(theta)


@draft.mistake("Your JS is 2·ln 2: the WGAN paper leaves out the ½, this course keeps it.")
def js_without_half(theta):
    return lines_with(js=2 * math.log(2))(theta)


@draft.mistake("Your JS is in bits; the course measures in nats.")
def js_in_bits(theta):
    return lines_with(js=1.0)(theta)


@draft.mistake(
    "JS never becomes infinite: the mixture it compares with has mass wherever either line has."
)
def js_infinite(theta):
    return lines_with(js=math.inf)(theta)


@draft.mistake("Your KL is finite. Here q is 0 wherever p has mass: what does p log(p / q) become?")
def kl_at_the_ceiling_of_js(theta):
    return lines_with(kl=math.log(2))(theta)


@draft.mistake(
    "Your KL is 0, as if the distributions were equal. Here q is 0 wherever p has mass: what does "
    "p log(p / q) become?"
)
def kl_zero(theta):
    return lines_with(kl=0.0)(theta)


@draft.mistake(
    "Your total variation is 2, but it is a difference of probabilities: with the ½ it is at most "
    "1."
)
def tv_without_half(theta):
    return lines_with(tv=2.0)(theta)


@draft.mistake(
    "For θ < 0 you answer as if θ were 0; the lines are just as far apart on the other side."
)
def positive_theta_only(theta):
    return zero_forgotten(theta) if theta > 0 else (0.0, 0.0, 0.0, 0.0)


@draft.mistake(
    "JS and KL are exchanged: the order is (w1, js, kl, tv), and only one of the two can be "
    "infinite."
)
def kl_and_js_exchanged(theta):
    return lines_with(js=math.inf, kl=math.log(2))(theta)


@draft.mistake(
    "Your W₁ is the same for every θ ≠ 0. Which journey does each grain of the first line make, "
    "and how long is it?"
)
def w1_saturates(theta):
    return lines_with(w1=1.0)(theta)


@draft.mistake("Your W₁ is θ², the squared distance; the cost of a journey is its plain length.")
def w1_squared(theta):
    return lines_with(w1=lambda theta: theta**2)(theta)


def _mean_distance(theta):
    """E √(θ² + (U − V)²) for independent heights, by the density 2(1 − d) of |U − V|."""
    d = (np.arange(400) + 0.5) / 400
    return float(np.mean(2 * (1 - d) * np.hypot(theta, d)))


@draft.mistake(
    "You let each grain travel to a random height on the other line; straight across is shorter."
)
def mean_journey_of_strangers(theta):
    return lines_with(w1=lambda theta: _mean_distance(theta))(theta)


@draft.mistake("Your W₁ is half of what it should be: all of the mass has to make the journey.")
def half_the_way(theta):
    return lines_with(w1=lambda theta: abs(theta) / 2)(theta)


@draft.mistake(
    "Your JS is √ln 2, the Jensen–Shannon *distance* that SciPy returns; the divergence has no "
    "root."
)
def js_is_a_root(theta):
    return lines_with(js=math.sqrt(math.log(2)))(theta)


@draft.mistake(
    "Your KL is nan. Here q is 0 wherever p has mass: what does p log(p / q) become, for p > 0?"
)
def kl_nan(theta):
    return lines_with(kl=math.nan)(theta)


@draft.mistake("Your results are right, but W₁ comes last: the order is (w1, js, kl, tv).")
def w1_last(theta):
    return (*zero_forgotten(theta)[1:], abs(theta)) if theta else (0.0, 0.0, 0.0, 0.0)


def kl_stopped_at(largest):
    """A large number where the divergence is infinite."""
    return lines_with(kl=largest)


for power in (3, 6, 9, 10, 12):
    draft.mistake(
        f"Your KL is 1e{power}, a large number; here it really is infinite.",
        f"kl_stopped_at_1e{power}",
    )(kl_stopped_at(10.0**power))


@draft.also_right
def as_an_array(theta):
    return np.array([abs(theta), np.log(2), np.inf, 1.0]) if theta else np.zeros(4)


@draft.also_right
def as_a_list(theta):
    return [math.hypot(theta), *([math.log(2), math.inf, 1] if theta != 0 else [0] * 3)]


draft.hints(
    "Each grain at height h of the first line can go to height h of the second. How far is that? "
    "Can any plan do with less?",
    "For θ ≠ 0 the lines share no point. Then JS and the total variation are at their largest "
    "possible value, and KL divides by 0. Treat θ == 0 separately, and exactly.",
    "`if theta == 0: return 0.0, 0.0, 0.0, 0.0`; otherwise `abs(theta), np.log(2), np.inf, 1.0`.",
)

EXERCISE = draft.exercise()
