"""Lesson 5: how one round of WGAN-GP is observed, whatever noise and ε it draws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from course_utils.exercises import networks
from course_utils.exercises.engine import array
from course_utils.exercises.lesson5.watched_networks import flag, locate, own_epsilon, uniform
from course_utils.exercises.lesson5.watched_round import (
    Round,
    Update,
    critic_makeup,
    generator_makeup,
    own_noise,
    penalty_value,
    score_gap,
)


@dataclass(frozen=True)
class Game:
    """What a round is asked for."""

    label: str
    n_critic: int
    weight: float


# the cheaper one first: most mistakes show there
IMAGES = Game("images, n_critic = 1", 1, 2.5)
POINTS = Game("points, n_critic = 3", 3, 10.0)
GAMES = (IMAGES, POINTS)

ORDER = "updates in order (1 = critic, 2 = generator)"
NOISE = "share of the noise vectors that serve one update only"
CRITIC_PARTS = (
    "how much of mean real score, mean fake score, penalty and old gradient is in the "
    "critic's gradient, update by update"
)
GENERATOR_PARTS = "how much of mean fake score and old gradient is in the generator's gradient"
COVERED = "samples with a point x̂ on their line, for each critic update"
AT_SAMPLES = "share of the points x̂ that are samples themselves, for each critic update (rounded)"


def fact(name: str, game: Game) -> str:
    """The key of a fact about a game."""
    return f"{name} ({game.label})"


def _rounds(rng: np.random.Generator):
    """(game, the round it is played in)."""
    points = Round(
        rng, networks.mlp(rng, 3, 5, 4), networks.mlp(rng, 4, 7, 1, gain=1.5), "Adam", (64, 4), 3
    )
    shape = (4, 3, 3)
    images = Round(
        rng,
        networks.image_generator(rng, 2, shape),
        networks.image_critic(rng, shape, flat=True),
        "SGD",
        (5, *shape),
        2,
    )
    yield IMAGES, images
    yield POINTS, points


def observe_round(answer, rng):
    for asked, game in list(_rounds(rng)):
        result = answer(
            game.generator,
            game.critic,
            game.sample_real,
            game.latent_dim,
            asked.n_critic,
            asked.weight,
            game.optimizers["generator"],
            game.optimizers["critic"],
        )
        values = array(result, ndim=1)
        facts = _facts(game, values, asked.weight)
        yield {fact(key, asked): value for key, value in facts.items()}


def _facts(game: Round, values: np.ndarray, weight: float) -> dict[str, np.ndarray]:
    """Everything that two right answers agree on."""
    game.sort_rows()
    critics = [u for u in game.updates if u.network == "critic"]
    generators = [u for u in game.updates if u.network == "generator"]
    learned = set().union(*(u.batches for u in critics))
    noise = [set(u.noise) for u in game.updates]
    needed = sum(map(len, noise))
    critic_parts = np.array([critic_makeup(game, u) for u in critics]).reshape(-1, 5)
    generator_parts = np.array([generator_makeup(game, u) for u in generators]).reshape(-1, 3)
    facts = {
        "how many results": np.array(float(len(values))),
        "calls of sample_real": np.array(float(len(game.served))),
        ORDER: np.array([1.0 + (u.network == "generator") for u in game.updates]),
        "different real batches that the critic learned from": np.array(float(len(learned))),
        NOISE: np.array(len(set().union(*noise)) / max(needed, 1)),
        "the critic's gradients are made of mean scores and penalty (1 = yes)": critic_parts[:, 0],
        CRITIC_PARTS: critic_parts[:, 1:],
        "the generator's gradient is made of the mean fake score (1 = yes)": generator_parts[:, 0],
        GENERATOR_PARTS: generator_parts[:, 1:],
        COVERED: np.array([_covered(u) for u in critics]),
        AT_SAMPLES: np.array([_at_samples(u) for u in critics]),
        "every sample has an ε of its own (1 = yes)": np.array([_own(u) for u in critics]),
        "the ε may well be uniform on [0, 1] (1 = yes)": uniform(_epsilon(critics)),
        "only the optimisers change weights (1 = yes)": flag(game.undisturbed()),
        "which parameters are still trainable": np.concatenate(
            [networks.trainable(net) for net in game.plain.values()]
        ),
    }
    if len(values) == 2 and critics and generators:
        estimates, losses = _estimates(game, critics, weight), _losses(game, generators[-1])
        first_estimate, first_loss = next(iter(estimates.values())), next(iter(losses.values()))
        facts |= _which("the estimate", values[0], estimates | {"the generator's": first_loss})
        facts |= _which(
            "the generator's loss", values[1], losses | {"the estimate": first_estimate}
        )
    return facts


def _points(update: Update):
    if not len(update.real) or len(update.real) != len(update.fake):
        return None
    return locate([update.points], update.real, update.fake)


def _covered(update: Update) -> float:
    points = _points(update)
    return 0.0 if points is None else round(points.covered * points.on_line, 1)


def _at_samples(update: Update) -> float:
    """The share of the points that are real or fake samples."""
    samples = torch.cat([update.real.flatten(1), update.fake.flatten(1)]) if _points(update) else []
    if not len(samples) or not len(update.points):
        return 0.0
    nearest = torch.cdist(update.points.flatten(1).double(), samples.double()).amin(1)
    return round(float((nearest < 1e-5).double().mean()), 1)


def _own(update: Update) -> np.ndarray:
    points = _points(update)
    return flag(False) if points is None else own_epsilon(points.epsilon)


def _epsilon(critics: list[Update]) -> np.ndarray:
    """Every ε of a round."""
    found = [_points(update) for update in critics]
    return np.concatenate([np.empty(0), *(p.epsilon for p in found if p is not None)])


def _estimates(game: Round, critics: list[Update], weight: float) -> dict[str, float]:
    last, gaps = critics[-1], [score_gap(game, update) for update in critics]
    penalty = weight * penalty_value(game, last)
    return {
        "that of the last critic update": gaps[-1],
        "of the opposite sign": -gaps[-1],
        "with the penalty taken off": gaps[-1] - penalty,
        "the critic's loss": penalty - gaps[-1],
        "of the first critic update": gaps[0],
        "the average over the critic updates": float(np.mean(gaps)),
        "of the last batch, but after the update": score_gap(game, last, last.after),
    }


def _losses(game: Round, update: Update) -> dict[str, float]:
    critic = game.network("critic", update.weights["critic"])
    noise = torch.stack(own_noise(game, update)).double() if update.noise else None

    def loss(weights: np.ndarray) -> float:
        if noise is None:
            return float("nan")
        with torch.no_grad():
            return -float(critic(game.network("generator", weights)(noise)).mean())

    before = loss(update.weights["generator"])
    return {
        "that of its update": before,
        "of the opposite sign": -before,
        "that after its update": loss(update.after),
    }


def _which(name: str, value: float, candidates: dict[str, float]) -> dict[str, np.ndarray]:
    """Flags that say which of the candidates a value is; the first that agrees."""
    found = [abs(value - c) <= 2e-4 * (abs(c) + 0.05) for c in candidates.values()]
    first = found.index(True) if any(found) else None
    return {
        f"{name} is {what} (1 = yes)": flag(number == first)
        for number, what in enumerate(candidates)
    }
