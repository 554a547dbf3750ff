"""Recorded: Table 2 of WGAN-GP, small and on digits: random architectures, three models each.

A sweep made it, with five seeds, and its table is what it left behind: one row for each training,
readable by anything that reads CSV.
"""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd

from course_utils import datasets
from course_utils.experiments import recorded

FILE = "architectures.csv"
COMMAND = (
    "python -m course_utils sweep --data mnist --random 20 --sample-seed 0 --seeds 0-4 "
    "--objectives gan,wgan_clip,wgan_gp --vary lr=1e-3 --vary ema=0.99 "
    f"--success-above classifier_score=7,3,5,9 --out data/runs/{FILE}"
)
MODELS = {"GAN": "gan", "WGAN, clipped": "wgan_clip", "WGAN-GP": "wgan_gp"}
SHAPE = (
    "generator_depth", "generator_width", "batch_norm", "critic_depth", "critic_width", "leak",
    "tanh",
)  # fmt: skip


def load(where: Path | None = None) -> pd.DataFrame:
    """One row for each architecture and seed, one column of scores for each model.

    Returns
    -------
    DataFrame
        Indexed by the seed and the architecture's settings. Scores are the classifier's, 1 to
        10; 1 for a training that diverged, whose samples say nothing.

    Raises
    ------
    DataError
        If the file is missing or damaged.
    """
    rows = pd.read_csv(io.BytesIO(datasets.verified(FILE, where or recorded.folder())))
    scores = rows.pivot(index=["seed", *SHAPE], columns="objective", values="classifier_score")
    names = {objective: model for model, objective in MODELS.items()}
    return scores.fillna(1.0).rename(columns=names)[list(MODELS)]


def table(scores: pd.DataFrame, first: str, second: str, thresholds=(3, 5, 7, 9)) -> pd.DataFrame:
    """How many rows reach a score with one model alone, with both, or with neither.

    Parameters
    ----------
    scores : DataFrame
        Of :func:`load`.
    first, second : str
        Two of its columns.
    thresholds : sequence of float
        One row for each.
    """
    found = {}
    for threshold in thresholds:
        a, b = scores[first] >= threshold, scores[second] >= threshold
        found[threshold] = [(a & ~b).sum(), (b & ~a).sum(), (a & b).sum(), (~a & ~b).sum()]
    columns = [f"only {first}", f"only {second}", "both", "neither"]
    return pd.DataFrame.from_dict(found, orient="index", columns=columns).rename_axis(
        "score at least"
    )


def by_seed(scores: pd.DataFrame, first: str, second: str, threshold: float) -> pd.DataFrame:
    """One row of :func:`table` for each seed, so that the spread can be seen."""
    rows = {
        seed: table(of_one, first, second, (threshold,)).loc[threshold]
        for seed, of_one in scores.groupby("seed")
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("seed")
