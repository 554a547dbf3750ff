"""Explorations of critics, lessons 4 and 5: clipping, a growing surface, the penalty's weight."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

import numpy as np

from course_utils import datasets, settings
from course_utils.experiments import penalty, snapshots
from course_utils.objectives import OBJECTIVES
from course_utils.plots.explore_critic import ClippingScene, InterpolatesScene, SurfaceScene
from course_utils.progress_bar import steps
from course_utils.widgets.lifecycle import only_one
from course_utils.widgets.panel import Choice, Panel, Reading, Slider

K, V = TypeVar("K"), TypeVar("V")
CLIP_VALUES = (0.003, 0.01, 0.03, 0.1, 0.3)
LAMBDAS = (0.0, 0.1, 1.0, 10.0, 100.0)
CRITICS = {"discriminator (GAN)": "gan", "WGAN, clipping": "wgan_clip", "WGAN-GP": "wgan_gp"}


def _each(keys: Iterable[K], make: Callable[[K], V], what: str) -> dict[K, V]:
    """Make one thing for each key, with a bar that shows how long it will take."""
    return {key: make(key) for key in steps(what, keys)}


def clipping(fits: Mapping[float, penalty.DeepCritic] | None = None) -> Panel:
    """Lesson 4: the clip value against the histogram of weights and the gradient by depth.

    Parameters
    ----------
    fits : mapping of DeepCritic, optional
        By clip value. By default critics of twelve linear layers are trained on the spot.
    """
    if fits is None:
        n_steps = settings.by_pace(quick=10, standard=120, full=1000)
        fits = _each(
            CLIP_VALUES,
            lambda c: penalty.fit_deep_critic(
                penalty.clipped(c), datasets.eight_gaussians, n_steps, settings.seed()
            ),
            "training critics",
        )
    values = sorted(fits)
    scene = ClippingScene([fits[c].gradients for c in values])

    def draw(clip):
        c = values[clip]
        fit = fits[c]
        at_end = float((np.abs(fit.weights) >= 0.99 * c).mean())
        factor = 10**-fit.decades_per_layer
        scene.show(
            fit.weights / c, fit.gradients,
            (
                f"{at_end:.0%} of the weights within 1 % of ±c",
                f"On its way back each layer multiplies by {factor:.3g}",
            ),
        )  # fmt: skip
        alt = (
            f"Clip value {c:g}. Left: histogram of the weights divided by c, {at_end:.0%} of them "
            "at the two ends. Right: the size of the gradient at each layer on a logarithmic "
            f"axis, from {fit.gradients[0]:.1e} at the input to {fit.gradients[-1]:.1e} before "
            "the score."
        )
        numbers = {
            "weights within 1 % of ±c": f"{at_end:.1%}",
            "factor per layer": f"{factor:.3g}",
            "gradient at the first layer": f"{fit.gradients[0]:.2e}",
        }
        return scene.jpeg(), Reading(alt, numbers, ["clip_level"] if c == levellest else [])

    levellest = min(values, key=lambda c: abs(fits[c].decades_per_layer))
    labels = tuple(f"{c:g}" for c in values)
    middle = len(values) // 2
    slider = Slider("clip", "clip value c", 0, len(values) - 1, middle, step=1, labels=labels)
    goals = {
        "clip_level": "Find the clip value at which the gradient changes least from layer to layer."
    }
    return only_one("clipping", Panel("Clip value, weights and depth", [slider], draw, goals))


def critic_surface(growths: Mapping[str, snapshots.Growth] | None = None) -> Panel:
    """Lesson 4: a critic's surface while it trains, and how much of W₁ it proves.

    Parameters
    ----------
    growths : mapping of Growth, optional
        By name; all measured on the same points. By default three critics are trained on the
        spot between eight Gaussians and a blurred copy of them.
    """
    if growths is None:
        n_steps = settings.by_pace(quick=24, standard=960, full=4800)
        growths = _each(
            CRITICS,
            lambda name: snapshots.growing_critic(
                OBJECTIVES[CRITICS[name]], n_steps, settings.seed()
            ),
            "training critics",
        )
    first = next(iter(growths.values()))
    scene = SurfaceScene(first.half_width, first.real, first.fake)

    def draw(name, snapshot):
        growth = growths[name]
        one = growth.snapshots[snapshot]
        steps = np.array([each.step for each in growth.snapshots])
        proven = np.array([each.proven for each in growth.snapshots])
        scene.show(
            one.values, steps, proven, snapshot, growth.w1,
            (
                f"{name} after {one.step} steps",
                f"Proven: {one.proven:.3f} of W₁ = {growth.w1:.3f}",
            ),
        )  # fmt: skip
        alt = (
            f"Left: the scores of the {name} over the plane after {one.step} steps, data as dots "
            "and fixed samples as crosses. Right: dual value over steepest slope against the "
            f"step; it now stands at {one.proven:.3f}, below the exact W₁ of {growth.w1:.3f}."
        )
        numbers = {
            "dual value": f"{one.dual:.4g}",
            "steepest slope found": f"{one.steepest:.4g}",
            "dual value / slope": f"{one.proven:.3f}",
            "exact W₁": f"{growth.w1:.3f}",
        }
        return scene.jpeg(), Reading(alt, numbers, ["surface_best"] if one is best else [])

    count = min(len(growth.snapshots) for growth in growths.values())
    shown = [one for growth in growths.values() for one in growth.snapshots[:count]]
    best = max(shown, key=lambda one: one.proven)
    labels = tuple(f"step {one.step}" for one in first.snapshots[:count])
    names = tuple(growths)
    return only_one(
        "critic_surface",
        Panel(
            "A critic as it trains",
            (
                Choice("name", "critic", names, names[-1]),
                Slider("snapshot", "after", 0, count - 1, count - 1, step=1, labels=labels),
            ),
            draw,
            {"surface_best": "Find the critic, and the moment, that prove most of W₁."},
        ),
    )


def interpolation(study: snapshots.PenaltyStudy | None = None) -> Panel:
    """Lesson 5: where the penalty looks, and what its weight does to the slopes there.

    Parameters
    ----------
    study : PenaltyStudy, optional
        By default small critics are trained on the spot, one for each λ.
    """
    if study is None:
        n_steps = settings.by_pace(quick=15, standard=300, full=2000)
        lambdas = steps("training critics", LAMBDAS)
        study = snapshots.penalty_study(lambdas, n_steps, settings.seed())
    scene = InterpolatesScene(study.half_width, shown=24)

    def draw(weight, batch):
        fit = study.fits[weight]
        points = snapshots.interpolates(study, fit, int(batch))
        mean, largest = points.slopes.mean(), points.slopes.max()
        scene.show(
            fit.slopes, points,
            (
                f"λ = {fit.lambda_gp:g}: dual value {fit.dual:.2f}, exact W₁ {study.w1:.2f}",
                f"Slopes: mean {mean:.2f}, largest {largest:.2f}",
            ),
        )  # fmt: skip
        alt = (
            f"Left: the slope of a critic trained with λ = {fit.lambda_gp:g}, with random pairs of "
            "real and fake points joined by lines and one point on each line, marked by whether "
            "its slope is below, near or above 1. Right: histogram of the slopes at such points, "
            f"mean {mean:.2f}, largest {largest:.2f}."
        )
        numbers = {
            "mean slope at x̂": f"{mean:.3f}",
            "largest": f"{largest:.3f}",
            "share above 1": f"{points.violations:.1%}",
            "dual value": f"{fit.dual:.3f}",
            "exact W₁": f"{study.w1:.3f}",
        }
        return scene.jpeg(), Reading(alt, numbers, ["lambda_dual"] if fit is nearest else [])

    nearest = min(study.fits, key=lambda fit: abs(fit.dual - study.w1))
    labels = tuple(f"{fit.lambda_gp:g}" for fit in study.fits)
    last = len(labels) - 1
    return only_one(
        "interpolation",
        Panel(
            "Where the penalty looks",
            (
                Slider("weight", "penalty weight λ", 0, last, min(3, last), step=1, labels=labels),
                Slider("batch", "draw of pairs and ε, number", 1, 30, 1, step=1, digits=0),
            ),
            draw,
            {"lambda_dual": "Find the λ whose dual value comes nearest to the exact W₁."},
        ),
    )
