"""Claims about experiments, put to a model that was broken on purpose: each must come out red.

The cell of the lesson is run as it stands, on results as a broken model would leave them.
"""

import contextlib
import io
import re
from dataclasses import replace
from types import SimpleNamespace

import nbformat
import numpy as np
import pandas as pd
import pytest
import torch

from course_utils import datasets, evaluation, settings
from course_utils.experiments import dirac, images, recorded
from course_utils.experiments.penalty import Surface
from course_utils.experiments.recorded import architectures, convolutional
from course_utils.experiments.recorded import plane as plane_runs
from course_utils.history import History
from course_utils.objectives import OBJECTIVES
from course_utils.run_context import seeded


def cell(lesson: int, name: str) -> str:
    (path,) = (settings.ROOT / "notebooks").glob(f"0{lesson}_*.ipynb")
    return next(c.source for c in nbformat.read(path, 4).cells if c.id == name)


class Anything:
    """A module of figures of which nobody looks at any."""

    def __getattr__(self, _name):
        return lambda *_args, **_kwargs: None


def verdicts(lesson: int, name: str, **results) -> dict[str, bool]:
    """By the claim's text, whether it holds on these results."""
    found: dict[str, bool] = {}

    def claim(text, holds, *, measured="", guess=None):
        assert measured, "a claim shows what was measured"
        found[text] = bool(holds)

    figures = {key: Anything() for key in ("draw", "draw_images", "pictures", "curves")}
    usual = {
        "claim": claim, "show": lambda *_: None, "np": np, "torch": torch, "seed": 0,
        "settings": settings, "by_pace": settings.by_pace, "evaluation": evaluation,
        "experiments": images, "yardstick": images.yardstick, "LATENT_DIM": images.LATENT_DIM,
        "long_enough": True,
    }  # fmt: skip
    source = cell(lesson, name)
    guesses = dict.fromkeys(re.findall(r"\w+_guess", source))  # nobody predicted anything
    with contextlib.redirect_stdout(io.StringIO()):
        exec(source, figures | usual | guesses | results)
    assert found, "no claim was made"
    return found


@pytest.mark.parametrize("pace", ["quick", "standard"])
@pytest.mark.parametrize(
    ("lesson", "name", "network"),
    [
        (2, "own-clothes-claims", "generator"),
        (4, "own-clothes-claims", "own_generator"),
        (5, "own-loop-claims", "own_generator"),
    ],
)
def test_a_generator_that_was_never_trained_does_not_pass_for_one(
    lesson, name, network, pace, monkeypatch
):
    monkeypatch.setenv("COURSE_PACE", pace)
    untrained, _ = images.image_networks(OBJECTIVES["gan"], seed=1)
    history = History([{"step": 1}])
    assert not any(verdicts(lesson, name, own_game=history, **{network: untrained.cpu()}).values())


@pytest.mark.parametrize("pace", ["quick", "standard"])
def test_the_gaussian_that_the_long_run_starts_from_does_not_pass_for_its_end(pace, monkeypatch):
    monkeypatch.setenv("COURSE_PACE", pace)
    digits, lines = datasets.mnist(), images.yardstick("mnist")
    born, _ = images.networks_for(digits)(OBJECTIVES["wgan_gp"], 1)
    with seeded(0):
        scores = evaluation.score_images(
            evaluation.generate(born, 2000, images.LATENT_DIM), digits.name
        )

    def distance_is_small(stage):
        told = verdicts(5, "classes", scores=scores, run=SimpleNamespace(stages=[stage]),
                        usual_lines=lines, digits=digits)  # fmt: skip
        return list(told.values())[-1]

    assert distance_is_small(SimpleNamespace(frechet=30.0))
    assert not distance_is_small(scores)


def test_a_penalty_that_charges_nothing_does_not_pass_for_r1():
    games = {name: dirac.play(variant) for name, variant in dirac.VARIANTS.items()}
    *_, r1 = games
    broken = games | {r1: dirac.play(dirac.VARIANTS["GAN"])}
    assert list(verdicts(5, "dirac-claims", dirac=dirac, dirac_games=games).values()) == [True] * 2
    assert not next(iter(verdicts(5, "dirac-claims", dirac=dirac, dirac_games=broken).values()))


def test_a_critic_that_proves_too_much_or_finds_too_little_is_noticed():
    honest = Surface(np.zeros((2, 2)), dual=0.95, steepest=1.1, w1=1.0, floor=0.2)
    poor = replace(honest, dual=0.3, steepest=1.0)
    toys = ("eight Gaussians", "25 Gaussians", "swiss roll")

    def outcome(penalty, clipping):
        rows = {"penalty": dict.fromkeys(toys, penalty), "clipping": dict.fromkeys(toys, clipping)}
        proved, found = (
            {name: {toy: share(s) / s.w1 for toy, s in row.items()} for name, row in rows.items()}
            for share in (lambda s: s.certified, lambda s: s.dual)
        )
        told = verdicts(5, "surfaces-claims", surfaces=rows, proved=proved, found=found)
        return list(told.values())

    assert outcome(honest, poor) == [True, True, True]
    assert outcome(replace(honest, steepest=0.5), poor)[0] is False
    assert outcome(poor, poor)[1:] == [False, False]


def recording(scores):
    """Of runs by label, one for each entry."""
    runs = {label: [SimpleNamespace(scores=s, seed=0, processor_seconds=1.0) for s in each]
            for label, each in scores.items()}  # fmt: skip
    return runs


def test_models_that_learnt_nothing_are_noticed():
    lines = images.Yardstick(7.0, 1750.0, 1506.0, 2000)
    learnt = {"GAN": {"a": 500.0, "b": 1000.0}, "WGAN-GP": {"a": 300.0, "b": 700.0}}
    nothing = {"GAN": {"a": 1600.0, "b": 1650.0}, "WGAN-GP": {"a": 300.0, "b": 700.0}}
    for table, expected in ((learnt, [True, True]), (nothing, [False, False])):
        best = {model: min(row.values()) for model, row in table.items()}
        told = verdicts(5, "sweep-claims", table=table, best=best, lines=lines)
        assert list(told.values()) == expected


@pytest.mark.parametrize(
    ("where", "worse", "expected"),
    [
        ("ring", {}, [True, True, True]),
        ("ring", {"modes": 7}, [False, True, True]),
        ("ring", {"within 3 sd": 0.89}, [False, True, True]),
        ("ring", {"times the floor": 1.31}, [True, True, False]),
        ("three modes", {"times the floor": 1.31}, [True, False, True]),
    ],
)
def test_one_seed_that_ends_badly_in_the_plane_is_noticed(where, worse, expected):
    good = {"modes": 8, "times the floor": 1.1, "within 3 sd": 0.93}
    ends = {f"WGAN-GP, on {name}": [good, good] for name in plane_runs.MIXTURES}
    ends[f"WGAN-GP, on {where}"] = [good, good | worse]
    told = verdicts(5, "plane-claims", plane=recording(ends), plane_runs=plane_runs)
    assert list(told.values()) == expected


def test_a_loss_that_does_not_beat_the_clock_is_noticed():
    after = "harmed half way"
    usual = {f"WGAN-GP, {after}": [(0.9, 0.8)] * 2, f"GAN, {after}": [(-0.5, 0.9)] * 2}
    assert list(verdicts(5, "follows-claims", agree=usual).values()) == [True, True]
    clock = {
        f"WGAN-GP, {after}": [(0.9, 0.8), (0.8, 0.8)],
        f"GAN, {after}": [(-0.5, 0.9), (1, 0.9)],
    }
    assert list(verdicts(5, "follows-claims", agree=clock).values()) == [False, False]


def test_architectures_on_which_nobody_is_ahead_are_noticed():
    seeds = pd.Index([0, 0, 1, 1], name="seed")
    alike = pd.DataFrame({model: [2.0, 4.0, 2.0, 6.0] for model in architectures.MODELS}, seeds)
    ahead = alike.assign(**{"WGAN-GP": [4.0, 4.0, 4.0, 6.0]})
    once = alike.assign(**{"WGAN-GP": [4.0, 4.0, 2.0, 6.0]})  # by more in sum, not with seed 1
    for found, expected in ((ahead, [True] * 2), (once, [False] * 2), (alike, [False] * 2)):
        by_score = {
            rival: architectures.table(found, rival, "WGAN-GP")
            for rival in ("GAN", "WGAN, clipped")
        }
        told = verdicts(
            5, "shapes-claims", networks_tried=found, by_score=by_score, architectures=architectures
        )
        assert list(told.values()) == expected


def test_salt_and_pepper_on_clothes_is_noticed(monkeypatch):
    monkeypatch.setenv("COURSE_PACE", "standard")
    clothes, end = datasets.fashion_mnist(), SimpleNamespace(step=1, frechet=40.0)
    lines = images.Yardstick(1.0, 348.0, 393.0, 2000)
    clean = clothes.scaled(slice(2000, 2500))
    salt = torch.where(torch.rand_like(clean) < 0.02, -clean, clean)
    for made, expected in ((clean, [True, True]), (salt, [True, False])):
        told = verdicts(2, "train-claims", gan_run=SimpleNamespace(stages=[end]), final=end,
                        lines=lines, made=made, clothes=clothes, missing=[])  # fmt: skip
        assert list(told.values()) == expected


def test_a_recorded_generator_with_other_weights_is_noticed():
    (kept,) = recorded.load("convolutional")[convolutional.LABEL]
    generator = convolutional.generator_of(kept)

    def outcome(frechet, n_samples):
        told = verdicts(5, "hours-claims", patient_scores=SimpleNamespace(frechet=frechet),
                        scores=SimpleNamespace(frechet=30.0), floor=kept.scores["floor"],
                        n_samples=n_samples)  # fmt: skip
        return list(told.values())

    def judged():
        with seeded(0):
            made = evaluation.generate(generator, 1000, images.LATENT_DIM)
        return evaluation.score_images(made, "mnist").frechet

    assert outcome(kept.scores["frechet"], 10_000) == [True, True]
    assert outcome(kept.scores["floor"], 10_000) == [True, False]  # it repeats the data
    assert outcome(judged(), 2000) == [True]
    with torch.no_grad():
        for weights in generator.parameters():
            weights.copy_(weights.flatten().flip(0).reshape(weights.shape))
    assert outcome(judged(), 2000) == [False]
