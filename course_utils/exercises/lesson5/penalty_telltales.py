"""Lesson 5: what is said of the points of a penalty, from what the critic saw of them.

There are more wrong points than a bank could hold, and two answers that make the same mistake
draw different ones. So the sentence follows from what was observed, and says no more.
"""

from __future__ import annotations

from course_utils.exercises.draft import Draft
from course_utils.exercises.lesson5 import penalty_probe as seen


def tell_of_the_points(draft: Draft) -> None:
    """Add what the numbers of :func:`penalty_probe.observe_penalty` say of the points x̂."""
    for telltale in (
        no_slope_taken,
        slope_at_the_samples,
        real_samples_only,
        fake_samples_only,
        points_without_fakes,
        points_without_reals,
        points_off_the_line,
        samples_left_out,
        epsilon_outside,
        one_epsilon_per_batch,
        epsilon_not_uniform,
        epsilon_never_changes,
        epsilon_not_from_torch,
    ):
        draft.telltale(telltale)


def no_slope_taken(values):
    if values[seen.DIFFERENTIATED] == 0:
        return (
            "None of the critic's scores was differentiated in your function, so it asks for no "
            "slope anywhere (a difference of scores is not one). `torch.autograd.grad` gives the "
            "slope at a point."
        )


def slope_at_the_samples(values):
    if values[seen.AT_REAL] + values[seen.AT_FAKE] > 0.9 and 0.1 < values[seen.AT_REAL] < 0.9:
        return (
            "You ask for the slope at the real and the fake samples themselves; the points are to "
            "lie between them."
        )


def real_samples_only(values):
    if values[seen.AT_REAL] > 0.9:
        return (
            "You ask for the slope at the real samples; the points are to lie between real and "
            "fake ones."
        )


def fake_samples_only(values):
    if values[seen.AT_FAKE] > 0.9:
        return (
            "You ask for the slope at the fake samples; the points are to lie between real and "
            "fake ones."
        )


def points_without_fakes(values):
    if values[seen.FROM_FAKE] == 0:
        return (
            "The points at which you ask for the slope do not depend on the fake samples: with "
            "other fakes they stayed where they were. (DRAGAN asks around the real samples alone; "
            "here each point lies between a real sample and a fake one.)"
        )


def points_without_reals(values):
    if values[seen.FROM_REAL] == 0:
        return (
            "The points at which you ask for the slope do not depend on the real samples: with "
            "others they stayed where they were. Each is to lie between a real sample and a fake "
            "one."
        )


def points_off_the_line(values):
    if values[seen.ON_LINE] < 0.5:
        return (
            "Most of the points at which you ask for the slope do not lie on the line through a "
            "real sample and a fake one: x̂ is ε times the one plus 1 − ε times the other, with one "
            "number ε for each pair."
        )


def samples_left_out(values):
    if values[seen.ON_LINE] == 1 and values[seen.COVERED] < 1:
        return (
            "Your points lie between real and fake samples, but some samples have none, or others "
            "have several: each real sample and each fake one is to take part in one pair."
        )


def epsilon_outside(values):
    if values[seen.INSIDE] == 0:
        return (
            "Some of your points lie on the line through a real and a fake sample, but beyond "
            "one of the two: ε is to be between 0 and 1."
        )


def one_epsilon_per_batch(values):
    if values[seen.OWN] == 0:
        return (
            "Your points share their ε with one another, so that many lie equally far along their "
            "lines; draw one for each sample."
        )


def epsilon_not_uniform(values):
    if values[seen.EVEN] == 0:
        return (
            "Each of your points has an ε of its own, but 400 of them are not spread evenly over "
            "[0, 1]; `torch.rand` draws them evenly."
        )


def epsilon_never_changes(values):
    if values[seen.AFRESH] == 0:
        return "The same ε came back in the next call; draw fresh ones in every call."


def epsilon_not_from_torch(values):
    if values[seen.REPEATS] == 0:
        return (
            "After the same `torch.manual_seed` your function drew other ε the second time: they "
            "do not come from torch's random stream, so no run can be repeated; use `torch.rand`."
        )
