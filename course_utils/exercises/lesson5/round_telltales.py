"""Lesson 5: what is said of a round of WGAN-GP, from what its updates were made of."""

from __future__ import annotations

import numpy as np

from course_utils.exercises.draft import Draft
from course_utils.exercises.lesson5.round_probe import (
    AT_SAMPLES,
    COVERED,
    CRITIC_PARTS,
    GAMES,
    GENERATOR_PARTS,
    NOISE,
    ORDER,
    fact,
)


def tell_of_the_round(draft: Draft) -> None:
    """Add what the numbers of :func:`round_probe.observe_round` say of a round."""
    for telltale in (
        optimisers_swapped,
        generator_cut_off,
        cleared_once,
        lambda_twice,
        penalty_scaled,
        critic_loss_scaled,
        slope_at_the_samples,
        points_off_the_line,
        noise_reused,
    ):
        draft.telltale(telltale)


def _each(values, name):
    """The same fact in each game, with the game."""
    return [(game, values[fact(name, game)]) for game in GAMES]


def optimisers_swapped(values):
    swapped = all(
        np.array_equal(order, [2.0] * game.n_critic + [1.0]) for game, order in _each(values, ORDER)
    )
    if swapped:
        return (
            "The generator's optimiser takes `n_critic` steps and then the critic's takes one; it "
            "is the other way round. Have the two optimisers changed places?"
        )


def generator_cut_off(values):
    if all(len(parts) and np.allclose(parts, 0) for _, parts in _each(values, GENERATOR_PARTS)):
        return (
            "No gradient reaches the generator: its optimiser steps, but nothing leads from its "
            "loss back to its weights. The fakes of its own update must not be detached."
        )


def _parts(values):
    """(game, coefficients of real, fake, penalty and old gradient), one row for each update."""
    found = _each(values, CRITIC_PARTS)
    right = all(parts.shape == (game.n_critic, 4) for game, parts in found)
    return found if right else []


def _scores_right(parts):
    return np.allclose(parts[:, :2], (-1, 1), atol=1e-3)


def cleared_once(values):
    found = _parts(values)

    def kept(game, parts):
        later = np.arange(game.n_critic) > 0
        return _scores_right(parts) and np.allclose(parts[:, 3], later, atol=1e-3)

    if found and all(kept(*pair) for pair in found):
        return (
            "From the second critic update of a round on, the gradient of the update before is "
            "added to the new one: gradients are cleared once, and they must be cleared for every "
            "update."
        )


def _penalty_weights(values):
    """(game, weight of the penalty), where all else in the critic's gradient is right."""
    found = _parts(values)
    if not all(_scores_right(p) and np.allclose(p[:, 3], 0, atol=1e-3) for _, p in found):
        return []
    return [(game, parts[:, 2]) for game, parts in found]


def lambda_twice(values):
    found = _penalty_weights(values)
    if found and all(np.allclose(w, game.weight**2, rtol=1e-3) for game, w in found):
        return "λ weighs the penalty twice: its weight in the critic's gradient is λ²."


def _one_factor(factors: np.ndarray) -> float | None:
    """The factor that all are, if it is one and neither 0 nor 1."""
    factor = float(factors.flat[0]) if factors.size else 1.0
    odd = min(abs(factor), abs(factor - 1)) > 1e-3
    return factor if odd and np.allclose(factors, factor, rtol=1e-3) else None


def penalty_scaled(values):
    found = _penalty_weights(values)
    factor = _one_factor(np.array([x / game.weight for game, w in found for x in w]))
    if factor is not None:
        return f"The penalty enters the critic's gradient with {factor:.3g} times λ."


def critic_loss_scaled(values):
    rows = [parts[:, :3] / (-1, 1, game.weight) for game, parts in _parts(values)]
    factor = _one_factor(np.concatenate(rows) if rows else np.ones(0))
    if factor is not None:
        return f"The critic's whole loss is {factor:.3g} times what it is to be."


def slope_at_the_samples(values):
    if all((share > 0.9).all() and len(share) for _, share in _each(values, AT_SAMPLES)):
        return (
            "The penalty takes the slope at the samples themselves; the points are to lie between "
            "real and fake ones."
        )


def points_off_the_line(values):
    charged = all(len(p) and (np.abs(p[:, 2]) > 1e-3).all() for _, p in _parts(values) or [(0, [])])
    if charged and all((share < 0.5).all() for _, share in _each(values, COVERED)):
        return (
            "The points at which the penalty takes the slope do not lie on the lines between the "
            "real samples and the fakes of the same update."
        )


def noise_reused(values):
    if any(share < 0.999 for _, share in _each(values, NOISE)):
        return "Some of the noise serves more than one update; draw fresh noise for every update."
