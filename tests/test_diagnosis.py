"""General observations: each on every exercise to which it applies, and none where it is false."""

import math

import numpy as np
import pytest
import torch
from torch.nn.functional import softplus

from course_utils.exercises import explore
from course_utils.exercises.convert import is_module
from course_utils.exercises.engine import Exercise
from course_utils.exercises.explore import Explorer
from course_utils.exercises.index import EXERCISES
from course_utils.exercises.sandbox import watch_interrupts

FUNCTIONS = [item for item in EXERCISES.values() if isinstance(item, Exercise)]
PURE = [item for item in FUNCTIONS if not item.may_mutate]
each = pytest.mark.parametrize("item", PURE, ids=lambda item: item.id)

# name, on numbers and arrays, on tensors
SPOILT = (
    ("negated", np.negative, torch.neg),
    ("halved", lambda v: v / 2, lambda v: v / 2),
    ("exponentiated", np.exp, torch.exp),
    ("doubled", lambda v: v * 2, lambda v: v * 2),
    ("in_bits", lambda v: v / math.log(2), lambda v: v / math.log(2)),
    ("percentage", lambda v: v * 100, lambda v: v * 100),
    ("squared", np.square, torch.square),
    ("rooted", np.sqrt, torch.sqrt),
    ("constant_factor", lambda v: v * 1.7, lambda v: v * 1.7),
    ("constant_offset", lambda v: v + 0.3, lambda v: v + 0.3),
)


def calls_of(item):
    with watch_interrupts() as interrupts:
        return Explorer(item, 0, interrupts).calls


def with_networks(item):
    return any(is_module(value) for call in calls_of(item) for value in call.arguments.values())


def spoilt(item, on_arrays, on_tensors):
    """The reference, with its result changed."""

    def change(value):
        if isinstance(value, tuple):
            return tuple(map(change, value))
        if isinstance(value, torch.Tensor):
            return on_tensors(value)
        return on_arrays(np.asarray(value, dtype=float))

    return lambda *args, **kwargs: change(item.reference(*args, **kwargs))


def own_names(item):
    """What the bank says of an exercise; it comes before what the engine says of all."""
    return {mistake.name for mistake in item.misconceptions}


@each
def test_a_spoilt_result_is_named_on_every_exercise(item):
    if item.id == "is_coupling":
        pytest.skip("a yes or no; see the test of the opposite")
    for name, on_arrays, on_tensors in SPOILT[: 3 if with_networks(item) else None]:
        with np.errstate(all="ignore"):
            outcome = item.evaluate(spoilt(item, on_arrays, on_tensors), seed=0)
        assert outcome.status == "incorrect"
        blank = {"nan", "ignores_its_arguments"} if name == "rooted" else set()
        said = outcome.misconception
        assert said in {name, "negated_and_halved"} | own_names(item) | blank, (name, outcome)


def test_the_opposite_of_a_truth_value():
    item = EXERCISES["is_coupling"]
    outcome = item.evaluate(lambda *args: not item.reference(*args), seed=0)
    assert outcome.misconception in {"opposite"} | own_names(item)


@each
def test_a_constant_result_is_told_from_a_wrong_one(item):
    """What the reference gave in one call, in every call: a global variable, for instance."""
    call = calls_of(item)[0]
    fixed = item.reference(*call.arguments.values())
    outcome = item.evaluate(lambda *args, **kwargs: fixed, seed=0)
    assert not outcome.correct
    if isinstance(fixed, float | int) and not isinstance(fixed, bool):
        assert outcome.misconception in {"ignores_its_arguments"} | own_names(item), outcome


TABLE = np.array([0.2, 0.8])


def test_the_global_that_is_read_is_named():
    outcome = EXERCISES["entropy"].evaluate(lambda p: -(TABLE * np.log(TABLE)).sum(), seed=0)
    assert outcome.misconception == "ignores_its_arguments" and "`TABLE`" in outcome.message


@each
def test_an_argument_that_is_ignored_is_noticed(item):
    """The last argument is replaced by its value in the first call."""
    calls = calls_of(item)
    stand_in = list(calls[0].arguments.values())[-1]
    if len(calls[0].arguments) < 2 or isinstance(stand_in, np.random.Generator):
        pytest.skip("nothing to ignore")

    def answer(*args):
        return item.reference(*args[:-1], stand_in)

    outcome = item.evaluate(answer, seed=0)
    if outcome.status == "incorrect" and len(calls[0].arguments) == 2:
        assert outcome.misconception is not None, outcome.message


@each
def test_exchanged_arguments_are_named(item):
    calls = [call.arguments for call in calls_of(item)]
    alike = [
        len(given) == 2
        and len({(type(v), np.shape(v)) for v in given.values() if not is_module(v)}) == 1
        and not any(map(is_module, given.values()))
        for given in calls
    ]
    if not all(alike):
        pytest.skip("exchanged arguments would not fit")
    outcome = item.evaluate(lambda a, b: item.reference(b, a), seed=0)
    assert outcome.correct or outcome.misconception in (
        {"arguments_swapped", "negated", "complement"} | own_names(item)
    ), outcome


LOSSES = [
    EXERCISES[name]
    for name in (
        "discriminator_loss",
        "saturating_generator_loss",
        "non_saturating_generator_loss",
        "wasserstein_critic_loss",
        "wasserstein_generator_loss",
    )
]
each_loss = pytest.mark.parametrize("item", LOSSES, ids=lambda item: item.id)


@each_loss
@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("plain_number", lambda value: value.item()),
        ("plain_number", lambda value: value.detach().numpy()),
        ("detached", lambda value: value.detach()),
        ("detached", lambda value: torch.tensor(value.item())),
        ("new_tensor", lambda value: torch.tensor(value.item(), requires_grad=True)),
    ],
)
def test_a_loss_that_is_cut_off_is_told_from_a_wrong_one(item, name, spoil):
    outcome = item.evaluate(lambda *scores: spoil(item.reference(*scores)), seed=0)
    assert (outcome.status, outcome.misconception) == ("incorrect", name)
    assert "The value is right" in outcome.message


@each_loss
def test_the_scores_that_no_gradient_reaches_are_named(item):
    names = list(calls_of(item)[0].arguments)
    for place, name in enumerate(names):

        def answer(*scores, _place=place):
            scores = [s.detach() if n == _place else s for n, s in enumerate(scores)]
            return item.reference(*scores)

        outcome = item.evaluate(answer, seed=0)
        if len(names) == 1:
            assert outcome.misconception == "detached"
        else:
            assert outcome.misconception == "no_gradient_to_argument"
            assert f"`{name}`" in outcome.message


# ---------------------------------------------------------------- what only some do


def of(item, answer):
    outcome = EXERCISES[item].evaluate(answer, seed=0)
    return outcome.misconception, outcome.message


def test_right_only_for_some_inputs():
    entropy, norms = EXERCISES["entropy"].reference, EXERCISES["gradient_norms"].reference
    interpolate = EXERCISES["interpolate"].reference

    name, message = of("entropy", lambda p: entropy(p) + 0.1 * np.sum(p == 0))
    assert name == "wrong_at_zero" and "wherever `p` has an entry that is 0" in message
    name, message = of("interpolate", lambda r, f, e: interpolate(r, f, e) + (len(r) == 1))
    assert name == "wrong_for_batch_of_one" and "is 1" in message
    name, _ = of("gradient_norms", lambda c, x: norms(c, x) * (1 + (x.dim() == 4)))
    assert name in {"wrong_for_images", "flat_only"}


def test_the_first_sample_only():
    generator_loss = EXERCISES["wasserstein_generator_loss"].reference
    name, _ = of("wasserstein_generator_loss", lambda f: generator_loss(f.flatten()[:1]) * 0.9)
    assert name == "first_sample_only"


def test_results_too_many_and_in_another_order():
    score, fit = EXERCISES["inception_score"].reference, EXERCISES["fit_gaussian"].reference
    assert of("inception_score", lambda t: (score(t), 0.1))[0] == "too_many_results"
    assert of("fit_gaussian", lambda x: fit(x)[::-1])[0] == "results_swapped"
    name, message = of("fit_gaussian", lambda x: (fit(x)[0], 2 * fit(x)[1]))
    assert name == "doubled" and "Of your 2 results only the second is wrong" in message


def test_shapes():
    density = EXERCISES["urn_posterior"].reference
    assert of("urn_posterior", lambda *a: density(*a)[None])[0] == "wrong_shape"
    square = lambda *a: density(*a) - density(*a)[:, None]  # noqa: E731
    assert of("urn_posterior", square)[0] == "broadcast_to_square"


def test_arguments_that_are_mistaken_for_something_else():
    kl = EXERCISES["gaussian_kl"].reference
    name, message = of("gaussian_kl", lambda m1, s1, m2, s2: kl(m1, s1**2, m2, s2**2))
    assert name in {"argument_squared"} | own_names(EXERCISES["gaussian_kl"]), message
    name, message = of("gaussian_kl", lambda m1, s1, m2, s2: kl(m1, s1, 0.0, 1.0))
    assert name in {"arguments_fixed"} | own_names(EXERCISES["gaussian_kl"]), message


def test_a_sum_in_place_of_a_mean_names_what_is_counted():
    loss = lambda f: softplus(-f).sum(0).mean() * 0 - f.sum()  # noqa: E731
    name, _ = of("wasserstein_generator_loss", loss)
    assert name in {"summed_not_averaged"} | own_names(EXERCISES["wasserstein_generator_loss"])


def test_nothing_is_said_that_does_not_hold_in_every_call():
    entropy = EXERCISES["entropy"].reference
    name, message = of("entropy", lambda p: entropy(p) * (1.5 if len(p) > 3 else 0.5))
    assert "every call" not in message and name != "constant_factor"


def test_a_slow_answer_is_not_called_for_ever(monkeypatch):
    """Out of time, the verdict stays and less is said; nothing here depends on a clock."""
    item, called = EXERCISES["kl_divergence"], []

    def answer(p, q):
        called.append(1)
        return float(np.abs(p - q).sum() + (p**3).sum())

    patient = item.evaluate(answer, seed=0)
    often = len(called)
    called.clear()
    monkeypatch.setattr(explore, "PATIENCE", -1.0)
    monkeypatch.setattr(explore, "TIMES_AS_LONG", 0.0)
    hurried = item.evaluate(answer, seed=0)
    assert patient.status == hurried.status == "incorrect"
    assert hurried.message, "at least what was expected and what came"
    assert len(called) < often / 2


def test_a_mistake_made_twice_over_is_not_one():
    """Half of the right value, doubled: what failed is told, not two mistakes that cancel."""

    def answer(real_logits, fake_logits):
        bce = torch.nn.functional.binary_cross_entropy_with_logits
        return bce(real_logits, torch.ones(len(real_logits))) + bce(
            fake_logits, torch.zeros(len(fake_logits))
        )

    outcome = EXERCISES["discriminator_loss"].evaluate(answer, seed=0)
    assert outcome.misconception == "labels_of_other_shape", outcome


def test_what_is_returned_is_not_put_back_with_the_arguments():
    def in_place(real, fake, epsilon):
        epsilon = epsilon.reshape(-1, *[1] * (real.dim() - 1))
        return real.mul_(epsilon).add_((1 - epsilon) * fake)

    outcome = EXERCISES["interpolate"].evaluate(in_place, seed=0)
    assert outcome.misconception == "changes_contents"
    assert "received" not in outcome.message, "the numbers are right"


def test_a_result_that_hardly_changes_does_depend_on_its_arguments():
    """Widths in another order, and one step more of 100 000, are no evidence."""

    def all_sizes(layer_sizes, clip_value):
        return math.prod(math.sqrt(n) for n in layer_sizes) * (clip_value + 1)

    def to_the_nearest_hour(n_generator_steps, batch_size, samples_per_second):
        return 1 + round(n_generator_steps * batch_size / samples_per_second / 3600, 2)

    for item, answer in (
        ("clipped_lipschitz_bound", all_sizes),
        ("training_hours", to_the_nearest_hour),
    ):
        outcome = EXERCISES[item].evaluate(answer, seed=0)
        assert outcome.misconception != "ignores_an_argument", outcome
