"""Figures of lesson 1, first half: belief, counts, surprise and divergences."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from scipy.stats import norm

from course_utils.plots import guesses
from course_utils.plots.style import ACCENT, CRITIC, DATA, HIGHLIGHT, MODEL, NEUTRAL, described
from course_utils.plots.words import course, listed, number, span


def positive_tests(ill: float, healthy: float, prevalence, posteriors: dict[str, np.ndarray]):
    """Who tests positive, and what a positive result means at each prevalence.

    Parameters
    ----------
    ill, healthy : float
        How many of 10 000 people test positive and are ill, or are healthy.
    prevalence : ndarray, shape (n,)
    posteriors : dict of ndarray, shape (n,)
        P(ill | positive) per kind of test.
    """
    fig, (left, right) = plt.subplots(1, 2, figsize=(9.6, 3.9), width_ratios=(1, 1.5))
    bars = left.bar(["ill", "healthy"], [ill, healthy], color=[MODEL, DATA], width=0.6)
    bars[1].set_hatch("//")
    left.bar_label(bars, fmt="%.0f", padding=2)
    left.margins(y=0.15)
    left.set(
        ylabel="positive tests per 10 000 people",
        title=f"{healthy / (ill + healthy):.0%} of the positives are healthy",
    )
    for (name, curve), style, colour in zip(
        posteriors.items(), ("-", "--", ":"), (DATA, MODEL, CRITIC), strict=False
    ):
        right.plot(prevalence, curve, style, color=colour, lw=2, label=name)
    right.axvline(0.01, color=NEUTRAL, lw=1)
    # at the top left of its line, where no curve has arrived yet
    right.annotate(
        "1 %", (0.01, 1.03), xytext=(-4, -3), textcoords="offset points", va="top", ha="right"
    )
    right.set(
        xscale="log",
        xlabel="prevalence (share of the population that is ill)",
        ylabel="P(ill | positive)",
        ylim=(0, 1.03),
        title="The rarer the disease, the less a positive test means",
    )
    right.legend(ncols=2, loc="upper center", bbox_to_anchor=(0.5, -0.26))
    at_one = np.argmin(np.abs(np.asarray(prevalence) - 0.01))
    at_one = {name: curve[at_one] for name, curve in posteriors.items()}
    return described(
        fig,
        f"""Left: of {ill + healthy:.0f} positive tests per 10 000 people, {ill:.0f} come from the
        ill and {healthy:.0f} from the healthy. Right: P(ill | positive) against
        prevalence, for {len(posteriors)} tests: each curve rises with the prevalence, and at 1
        % they stand at {listed(at_one)}.""",
    )


def count_laws(laws: dict[int, np.ndarray], moments: dict[int, tuple]) -> Figure:
    """Probability of each count of black balls, with mean and one standard deviation.

    Parameters
    ----------
    laws : dict of ndarray
        Per number of draws N, the probabilities of the counts 0…N.
    moments : dict of (mean, variance, sd)
        Per number of draws.
    """
    fig, axes = plt.subplots(1, len(laws), figsize=(10, 3.3))
    for ax, (n, law) in zip(axes, laws.items(), strict=True):
        mean, _, sd = moments[n]
        counts = np.arange(len(law))
        ax.bar(counts, law, color=DATA, width=0.8 if n < 50 else 1.0)
        top = law.max()
        ax.vlines(mean, 0, top * 1.06, color=NEUTRAL, lw=1.5)
        ax.annotate(
            "", (mean - sd, top * 1.06), (mean + sd, top * 1.06),
            arrowprops={"arrowstyle": "<->", "color": MODEL, "lw": 2},
        )  # fmt: skip
        ax.text(mean, top * 1.1, "mean ± sd", ha="center", va="bottom", color=MODEL)
        ax.set(
            xlim=(max(-0.6, mean - 5 * sd), min(n + 0.6, mean + 5 * sd)),
            ylim=(0, top * 1.25),
            xlabel="black balls drawn",
            ylabel="probability",
            title=f"{n} draws: {mean:g} ± {sd:.2g}, that is ±{sd / mean:.0%} of the mean",
        )
    shapes = [
        f"{n} draws: most often {np.argmax(law)}, mean {number(moments[n][0])}, standard deviation "
        f"{number(moments[n][2], 2)}, {moments[n][2] / moments[n][0]:.0%} of the mean."
        for n, law in laws.items()
    ]
    return described(
        fig,
        f"""Bar charts of the number of black balls. {" ".join(shapes)}""",
    )


def urns(prior, posterior, predictive: float, plug_in: float, guess=None) -> Figure:
    """Prior and posterior over the urns, two predictions for the next ball, and a student's."""
    fig, ax = plt.subplots(figsize=(6.4, 3.6))
    u = np.arange(len(posterior))
    ax.bar(u, posterior, color=DATA, width=0.7, label="posterior after 3 black in 10")
    ax.step(
        np.append(u - 0.5, u[-1] + 0.5), np.append(prior, prior[-1]), where="post",
        color=NEUTRAL, ls="--", label="prior",
    )  # fmt: skip
    scale = len(u) - 1
    ax.axvline(predictive * scale, color=MODEL, lw=2, label=f"average over urns: {predictive:.3f}")
    ax.axvline(
        plug_in * scale, color=CRITIC, lw=2, ls=":", label=f"most probable urn: {plug_in:.3f}"
    )
    guessed = guesses.mark(ax, guess, upright=True, scale=scale)
    ax.set(
        xticks=u,
        xlabel="urn u, which holds u black balls of 10",
        ylabel="probability",
        title="Ten draws leave several urns possible, and they pull the prediction up",
    )
    ax.legend()
    top = int(np.argmax(posterior))
    possible = np.flatnonzero(np.asarray(posterior) >= 0.1 * np.max(posterior))
    return described(
        fig,
        f"""Bars: the posterior over {len(u)} urns peaks at urn {top} with {posterior[top]:.2f},
        and urns {possible[0]} to {possible[-1]} have at least a tenth of that. Averaging over
        the urns predicts black with probability {predictive:.3f}; the most probable urn alone
        would say {plug_in:.3f}.{guessed}""",
    )


def gaps(lengths, all_gaps, struck_gaps, means: tuple[float, float], guess=None) -> Figure:
    """Share of gaps of each length: all of them, and those in which the clock strikes.

    `guess` is what a student took for the second mean.
    """
    fig, ax = plt.subplots(figsize=(6.4, 3.6))
    ax.plot(lengths, all_gaps, "o-", color=DATA, ms=4, label="all gaps between sixes")
    ax.plot(lengths, struck_gaps, "s--", color=MODEL, ms=4, label="gaps that the clock strikes in")
    for mean, colour, style in zip(means, (DATA, MODEL), ("-", "--"), strict=True):
        ax.axvline(mean, color=colour, ls=style, lw=1.2, label=f"mean {mean:.2f}")
    guessed = guesses.mark(ax, guess, upright=True)
    ax.set(
        xlabel="rolls from one six to the next",
        ylabel="share of gaps",
        title="A moment chosen at random falls into long gaps more often",
    )
    ax.legend(loc="center right")
    commonest = [lengths[np.argmax(share)] for share in (all_gaps, struck_gaps)]
    return described(
        fig,
        f"""Share of gaps by length, two curves. Among all gaps the commonest length is
        {commonest[0]} and the mean {means[0]:.2f}; among the gaps in which the clock strikes
        the commonest length is {commonest[1]} and the mean {means[1]:.2f}.{guessed}""",
    )


def cross_entropy_of_a_coin(q, cross, entropy: float, p: float) -> Figure:
    """Mean surprise about a coin of bias p, for someone who believes q."""
    fig, ax = plt.subplots(figsize=(6.4, 3.6))
    ax.plot(q, cross, color=MODEL, lw=2)
    ax.axhline(entropy, color=DATA, ls="--", lw=2)
    ax.fill_between(q, entropy, cross, color=HIGHLIGHT, alpha=0.3, hatch="..", lw=0)
    ax.text(0.84, cross[np.searchsorted(q, 0.87)], "H(P, Q)", color=MODEL, ha="right")
    ax.text(0.5, entropy - 0.03, "H(P)", color=DATA, va="top", ha="center")
    middle = np.searchsorted(q, 0.74)
    ax.text(q[middle], (entropy + cross[middle]) / 2, "D(P‖Q)", ha="center", va="center")
    ax.plot([p], [entropy], "o", color=NEUTRAL)
    ax.set(
        ylim=(0, cross[(q > 0.02) & (q < 0.97)].max()),
        xlim=(0, 1),
        xlabel="believed probability of heads, q",
        ylabel="mean surprise (nats)",
        title=f"Wrong beliefs cost extra surprise; only q = p = {p:g} costs none",
    )
    return described(
        fig,
        f"""Mean surprise about a coin of bias {p:g} against the believed probability. The
        cross-entropy is a bowl that touches the flat line of the entropy, {entropy:.2f} nats,
        only at {p:g}. The gap between them is the divergence D(P‖Q); at a belief of
        {q[-1]:.2f} it is {number(cross[-1] - entropy)} nats.""",
    )


def narrow_density(x, density, inside) -> Figure:
    """A density whose peak exceeds one, with the mass of a central interval shaded."""
    fig, ax = plt.subplots(figsize=(6.4, 3.3))
    ax.plot(x, density, color=DATA, lw=2)
    ax.fill_between(x, density, where=inside, color=DATA, alpha=0.25, hatch="//", lw=0)
    ax.axhline(1, color=NEUTRAL, ls="--", lw=1.5)
    ax.text(x[0], 1.05, "density 1", color=NEUTRAL, va="bottom")
    ax.text(0, density.max() * 0.35, "area\n68 %", ha="center", color=DATA)
    ax.set(
        xlabel="length (m)",
        ylabel="density (per m)",
        title=f"A density may exceed one: this peak is {density.max():.2f} per metre",
    )
    return described(
        fig,
        f"""A bell-shaped density of a length. Its peak is {density.max():.2f} per metre, far above
        the dashed line at density 1; the shaded area within one standard deviation is 68 %.""",
    )


def width_asymmetry(sigma, forward, reverse) -> Figure:
    """Both directions of the divergence between N(0, 1) and N(0, σ²)."""
    fig, ax = plt.subplots(figsize=(6.4, 3.6))
    ax.plot(sigma, forward, color=DATA, lw=2)
    ax.plot(sigma, reverse, "--", color=MODEL, lw=2)
    ax.text(0.33, 3.3, "D(data‖model)", color=DATA)
    ax.text(3.0, 3.3, "D(model‖data)", color=MODEL, ha="right")
    ax.axvline(1, color=NEUTRAL, lw=1)
    ax.set(
        xscale="log",
        ylim=(0, 4),
        xlabel="width σ of the model, in units of the data's",
        ylabel="divergence (nats)",
        title="One direction punishes a model that is too narrow, the other one too wide",
    )
    ticks = [0.25, 0.5, 1, 2, 4]
    ax.set_xticks(ticks, [f"{t:g}" for t in ticks])
    ax.minorticks_off()
    return described(
        fig,
        f"""Both divergences between N(0, 1) and N(0, σ²), against σ {span(sigma)}. With the model
        as second argument the curve goes {course(forward)} nats, steep for small σ; with the
        model as first, {course(reverse)}, steep for large σ. Both are 0 at σ = 1.""",
    )


def least_squares(x, y, slopes, mse, log_likelihood) -> Figure:
    """Data with a line; mean squared error and log-likelihood against the line's slope."""
    fig, (left, right) = plt.subplots(1, 2, figsize=(11, 3.6))
    best = slopes[np.argmin(mse)]
    left.scatter(x, y, s=18, color=DATA)
    ends = np.array([x.min(), x.max()])
    left.plot(ends, best * ends, color=MODEL, lw=2)
    left.vlines(x, best * x, y, color=NEUTRAL, lw=0.6)
    left.set(
        xlabel="input x", ylabel="output y", title=f"The line of least squares has slope {best:.2f}"
    )
    right.plot(slopes, mse, color=DATA, lw=2)
    right.set(xlabel="slope w", title="Error and log-likelihood turn at the same slope")
    right.set_ylabel("mean squared error", color=DATA)
    twin = right.twinx()
    twin.plot(slopes, log_likelihood, "--", color=MODEL, lw=2)
    twin.set_ylabel("log-likelihood (nats), dashed", color=MODEL)
    twin.grid(visible=False)
    right.axvline(best, color=NEUTRAL, lw=1)
    likeliest = slopes[np.argmax(log_likelihood)]
    return described(
        fig,
        f"""Left: {len(x)} points and the least-squares line of slope {best:.2f}. Right: mean
        squared error and log-likelihood against the slope; the error is least at {best:.2f},
        the log-likelihood greatest at {likeliest:.2f}.""",
    )


def likelihood_limit(mu, averages: dict[int, np.ndarray], limit) -> Figure:
    """Average log-likelihood per point against the model's mean, for growing samples."""
    fig, ax = plt.subplots(figsize=(6.4, 3.6))
    styles = zip((":", "-.", "--"), (ACCENT, MODEL, CRITIC), strict=True)
    for (n, curve), (style, colour) in zip(averages.items(), styles, strict=True):
        ax.plot(mu, curve, style, color=colour, lw=1.8, label=f"average over N = {n} points")
        ax.plot(mu[np.argmax(curve)], curve.max(), "v", color=colour, ms=7)
    ax.plot(mu, limit, color=DATA, lw=2.5, alpha=0.6, label="−H(P) − D(P‖Q)")
    ax.set(
        xlabel="mean μ of the model",
        ylabel="log-likelihood per point (nats)",
        title="With more data the average log-likelihood becomes a divergence, upside down",
    )
    ax.legend()
    peaks = {f"N = {n}": mu[np.argmax(curve)] for n, curve in averages.items()}
    return described(
        fig,
        f"""Average log-likelihood per point against the mean of the model. The smooth curve −H(P)
        − D(P‖Q) peaks at {mu[np.argmax(limit)]:.2f}; the averages peak at, with
        {listed(peaks)}.""",
    )


def two_modes(x, data, fits: dict[str, tuple[float, float]], guess=None) -> Figure:
    """A density with two modes, and single Gaussians that are closest to it in some sense.

    Parameters
    ----------
    x, data : ndarray, shape (n,)
    fits : dict of (mean, standard deviation)
        By what they make small.
    guess : (float, float), optional
        Mean and standard deviation that a student expected of the first.
    """
    fig, ax = plt.subplots(figsize=(6.4, 4.2))
    ax.fill_between(x, data, color=DATA, alpha=0.3, lw=0)
    ax.plot(x, data, color=DATA, lw=2, label="data P")
    styles = zip(("-.", ":", "--"), (NEUTRAL, CRITIC, HIGHLIGHT), strict=True)
    curves, said = {}, []
    for (name, (mean, sd)), (style, colour) in zip(fits.items(), styles, strict=False):
        curves[name] = norm.pdf(x, mean, sd)
        law = f"N({mean + 0:.1f}, {sd:.2f}²)".replace("-0.0", "0.0").replace("-", "−")
        ax.plot(x, curves[name], style, color=colour, lw=2.2, label=f"{name}: {law}")
        said.append(f"{name}, {law}, is {curves[name].max() / data.max():.1f} times as high")
    if guess is not None and guess[1] > 0:
        ax.plot(x, norm.pdf(x, *guess), ":", color=ACCENT, lw=2.5, label=guesses.LABEL)
    ax.set(
        xlim=(-7, 7),
        ylim=(0, max(curve.max() for curve in curves.values()) * 1.1),
        xlabel="x",
        ylabel="density (per unit of x)",
        title="Forward covers both modes and the gap between; reverse picks one mode",
    )
    ax.legend(ncols=2, loc="upper center", bbox_to_anchor=(0.5, -0.2))
    top = x[np.argmax(data)]
    return described(
        fig,
        f"""A density with two modes, near {top:.1f} and {-top:.1f}, and {len(fits)} Gaussians:
        beside the data's mode {listed(said)}.{guesses.in_words(guess)}""",
    )
