"""Explorations on one axis: divergences, a medical test, two Gaussians that drift apart."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np
from scipy.stats import norm

from course_utils import divergences, gaussians_1d, transport
from course_utils.exercises import EXERCISES
from course_utils.plots.explore_line import DensitiesScene, DriftingScene, PosteriorScene
from course_utils.widgets.lifecycle import only_one
from course_utils.widgets.panel import Check, Choice, Panel, Reading, Slider

LN2 = math.log(2)


def compare_densities() -> Panel:
    """Lesson 1: two laws under your hands, four distances, and the closest single Gaussians."""
    x = np.linspace(-9, 9, 721)
    scene = DensitiesScene(x, top=0.85)

    def density(shape, gap, sd):
        if shape == ONE:
            return norm.pdf(x, 0, sd)
        return gaussians_1d.mixture(x, (-gap / 2, gap / 2), (sd, sd), (0.5, 0.5))

    @lru_cache(maxsize=64)  # sliding Q moves no fit
    def fitted(fit, *law):
        return fit(x, density(*law))

    def draw(shape, gap, sd_p, mean, sd, forward, reverse):
        law = shape, gap, sd_p
        p = density(*law)
        q = norm.pdf(x, mean, sd)
        found = gaussians_1d.compare(x, p, q)
        numbers = {
            "D(P‖Q)": f"{found.forward:.3f} nats",
            "D(Q‖P)": f"{found.reverse:.3f} nats",
            "JS": f"{found.js:.3f} of at most {LN2:.3f} nats",
            "W₁": f"{found.w1:.3f}",
        }
        fits = [None, None]
        for k, (wanted, fit, name) in enumerate(
            (
                (forward, gaussians_1d.forward_fit, "forward"),
                (reverse, gaussians_1d.reverse_fit, "reverse"),
            )
        ):
            if wanted:
                mean_k, sd_k = fitted(fit, *law)
                fits[k] = norm.pdf(x, mean_k, sd_k)
                numbers[f"best {name}"] = f"N({mean_k:.2f}, {sd_k:.2f}²)".replace("-", "−")
        scene.show(
            p, q, *fits, gaussians_1d.kl_terms(p, q), gaussians_1d.kl_terms(q, p),
            (
                f"JS {found.js:.3f} of at most {LN2:.3f} nats; W₁ {found.w1:.2f}",
                f"D(P‖Q) {found.forward:.3g} nats, D(Q‖P) {found.reverse:.3g} nats",
            ),
        )  # fmt: skip
        alt = (
            f"Left: the density of P ({shape}) and of Q, a Gaussian with mean {mean:g} and "
            f"standard deviation {sd:g}"
            + (", with the Gaussians closest to P" if any((forward, reverse)) else "")
            + ". Right: the integrands p log(p/q) and q log(q/p), whose areas are the two "
            "divergences."
        )
        by_hand = shape == TWO and gap >= 4 and not (forward or reverse)
        best = gaussians_1d.compare(x, p, norm.pdf(x, *fitted(gaussians_1d.forward_fit, *law)))
        covers = by_hand and found.forward <= best.forward + 0.02
        seeks = by_hand and found.reverse <= LN2 + 0.02  # one of two modes, and its width
        reached = [name for name, yes in zip(HAND_FITS, (covers, seeks), strict=True) if yes]
        return scene.jpeg(), Reading(alt, numbers, reached)

    left, top, width, height = scene.place(scene.axes[0])
    inner = (x[0] + 1, x[-1] - 1)  # the knob stays clear of the picture's edge
    span = (x[-1] - x[0]) / width
    handle = (left + (inner[0] - x[0]) / span, (inner[1] - inner[0]) / span, top + height)
    return only_one(
        "compare_densities",
        Panel(
            "Two distributions under your hands",
            (
                Choice("shape", "P is", (ONE, TWO), TWO),
                Slider("gap", "distance between P's modes", 0, 8, 4, step=0.25, digits=2),
                Slider("sd_p", "width of each mode of P", 0.5, 2, 0.5, step=0.05, digits=2),
                Slider("sd", "standard deviation of Q", 0.3, 4, 1, step=0.05, digits=2),
                Check("forward", "show the Gaussian of smallest D(P‖·)"),
                Check("reverse", "show the Gaussian of smallest D(·‖P)"),
                Slider("mean", "mean of Q", *inner, 1, step=0.1, place=handle, symbol="model"),
            ),
            draw,
            HAND_FITS,
        ),
    )


HAND_FITS = {
    "densities_cover": "Both boxes empty, two modes at least 4 apart: move Q until D(P‖Q) is as "
    "small as a Gaussian can make it (to 0.02 nats).",
    "densities_seek": "The same for D(Q‖P).",
}
ONE, TWO = "one Gaussian", "two modes"


def bayes(posterior: Callable[[float, float, float], float] | None = None) -> Panel:
    """Lesson 1: what a positive test means, as the prevalence slides.

    Parameters
    ----------
    posterior : callable, optional
        ``(sensitivity, specificity, prevalence) -> P(ill | positive)``: a student's own
        function; by default the course's.
    """
    posterior = posterior or EXERCISES["disease_posterior"].reference
    levels = tuple(float(f"{level:.2g}") for level in np.geomspace(1e-4, 0.5, 45))
    levels = tuple(sorted({*levels, 0.01}))
    scene = PosteriorScene(np.array(levels))

    def draw(prevalence, sensitivity, specificity):
        share, hit, clear = levels[prevalence], sensitivity / 100, specificity / 100
        positives = 1e4 * share * hit, 1e4 * (1 - share) * (1 - clear)
        curve = [float(posterior(hit, clear, level)) for level in levels]
        now = curve[prevalence]
        wrong = positives[1] / max(sum(positives), 1e-12)
        scene.show(
            positives, curve, share, now,
            (
                f"{wrong:.0%} of the positives are healthy",
                f"At {share:.3g} a positive test means {now:.3f}",
            ),
        )  # fmt: skip
        alt = (
            f"Left: per 10 000 people {positives[0]:.0f} of the ill and {positives[1]:.0f} of the "
            "healthy test positive. Right: the probability of being ill after a positive test "
            f"rises with the prevalence; at {100 * share:.3g} % it is {now:.3f}."
        )
        numbers = {
            "P(ill | positive)": f"{now:.3f}",
            "positive and ill": f"{positives[0]:.1f} of 10 000",
            "positive and healthy": f"{positives[1]:.1f} of 10 000",
        }
        sure = share <= 0.01 and now >= 0.9 and clear < 1
        return scene.jpeg(), Reading(alt, numbers, ["bayes_ninety"] if sure else [])

    texts = tuple(f"{100 * level:.2g} %" for level in levels)
    return only_one(
        "bayes",
        Panel(
            "What a positive test means",
            (
                Slider(
                    "prevalence", "prevalence", 0, len(levels) - 1, levels.index(0.01),
                    step=1, labels=texts,
                ),
                Slider("sensitivity", "sensitivity", 50, 100, 95, step=0.1, unit="%"),
                Slider("specificity", "specificity", 50, 100, 95, step=0.1, unit="%"),
            ),
            draw,
            {
                "bayes_ninety": "At a prevalence of 1 % or less, a test that is not perfect and "
                "whose positive result means at least 90 %."
            },
        ),
    )  # fmt: skip


def moving_gaussians() -> Panel:
    """Lesson 2: slide the generator away from the data; D*, both losses, JS and W₁ follow."""
    x = np.linspace(-6, 12, 601)
    gaps = np.linspace(-4, 10, 57)
    scene = DriftingScene(x, gaps, LN2)
    data, p = (0.0, 1.0), norm.pdf(x)
    distances: dict[float, tuple] = {}  # by width: the curves do not depend on where Q stands

    def against_gap(sd):
        if sd not in distances:
            wide = np.linspace(-30, 36, 1201)
            at_home = norm.pdf(wide, *data)
            js = [
                divergences.jensen_shannon_on_grid(wide, at_home, norm.pdf(wide, gap, sd))
                for gap in gaps
            ]
            w1 = [transport.gaussian_wasserstein(*data, gap, sd) for gap in gaps]
            distances[sd] = np.array(w1), np.array(js)
        return distances[sd]

    def draw(mean, sd):
        q = norm.pdf(x, mean, sd)
        game = gaussians_1d.best_discriminator(x, data, (mean, sd))
        here = gaussians_1d.best_discriminator(np.array([mean]), data, (mean, sd))
        flat, steep = float(here.saturating[0]), float(here.non_saturating[0])
        w1, js = against_gap(sd)
        now = float(np.interp(mean, gaps, w1)), float(np.interp(mean, gaps, js))
        caught = gaussians_1d.share_caught(x, game.d_star, q)
        scene.show(
            p, q, game.d_star, (game.saturating, game.non_saturating),
            ([mean, mean], [flat, steep]), (w1, js), ([mean, mean], now),
            (
                f"D* catches {caught:.0%} of the fakes",
                f"At the mean fake: {flat:.2g} against {steep:.2g}",
                f"JS {now[1]:.3f}, W₁ {now[0]:.2f}",
            ),
        )  # fmt: skip
        alt = (
            f"Left: data N(0, 1), generator N({mean:g}, {sd:g}²) and the best discriminator, which "
            "falls from 1 to 0 between them. Middle: slopes of the two generator losses on a "
            "logarithmic axis; under the fakes the saturating one drops by orders of magnitude. "
            "Right: W₁ keeps rising with the gap while JS flattens at ln 2."
        )
        numbers = {
            "slope of log(1 − D*) at the mean fake": f"{flat:.3g}",
            "slope of −log D* there": f"{steep:.3g}",
            "JS": f"{now[1]:.4f} of at most {LN2:.4f} nats",
            "W₁": f"{now[0]:.3f}",
        }
        return scene.jpeg(), Reading(alt, numbers, ["drifting_flat"] if flat < 1e-6 else [])

    left, top, width, height = scene.place(scene.axes[0])
    span = (x[-1] - x[0]) / width
    handle = (left + (gaps[0] - x[0]) / span, (gaps[-1] - gaps[0]) / span, top + height)
    return only_one(
        "moving_gaussians",
        Panel(
            "Two Gaussians drifting apart",
            (
                Slider("sd", "standard deviation of the generator", 0.5, 2, 1, digits=1),
                Slider(
                    "mean", "mean of the generator", float(gaps[0]), float(gaps[-1]), 4,
                    step=0.25, digits=2, place=handle, symbol="model",
                ),
            ),
            draw,
            {
                "drifting_flat": "Make the slope of log(1 − D*) at the mean fake smaller than one "
                "in a million. How far, by W₁, is the generator then from the data?"
            },
        ),
    )  # fmt: skip
