"""What the two Wasserstein losses share: the probe, and three sentences."""

from __future__ import annotations

import numpy as np

from course_utils.exercises.lesson2.logit_losses import observe_loss


def observe_scores(name: str, n_arguments: int, answer, rng) -> dict:
    seen: dict = {}
    for shape, shift in (((5,), 3.0), ((4, 1), -3.0), ((1,), 1.0), ((6, 1), 0.0), ((3,), -1.0)):
        # Real scores lie above the fake ones in some batches and below them in others.
        scores = [rng.normal((-1) ** i * shift, 1.5, shape) for i in range(n_arguments)]
        seen |= observe_loss(answer, name, *scores)
    # ordered by size, some real scores lie above their fake ones and some below
    crossing = np.array([[-2.4, -0.3, 1.9, 3.4], [-0.8, 0.4, 0.9, 1.3]])
    scores = rng.permuted(crossing + rng.normal(0, 0.05, (2, 4)), axis=1)
    seen |= observe_loss(answer, name, *scores[:n_arguments])
    extreme = np.array([1e4, -1e4, 2e4, 500.0])
    return seen | observe_loss(answer, name, *[rng.permutation(extreme)] * n_arguments)


SUMMED = "This sums over the batch; a loss is a mean, so that it does not grow with the batch."


SQUASHED = (
    "You put the scores through a sigmoid; a critic's score is any real number, and squashing it "
    "brings the vanishing gradient back."
)


LOGARITHMS = (
    "These are the logarithmic losses of the original game; the Wasserstein losses are plain "
    "means of raw scores."
)
