"""``make picture``: the README's picture, made by lesson 5's main run and measured while it runs.

Writes ``docs/pictures/digits.png`` and its text alternative, into README.md and the home page too.
The seconds are the processor's, of training alone: other programs on the machine do not count.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import replace

import matplotlib.pyplot as plt
import torch
from matplotlib.figure import Figure

from course_utils import datasets, places, settings
from course_utils.evaluation import frechet_floor, generate, score_images
from course_utils.experiments import images
from course_utils.objectives import OBJECTIVES
from course_utils.plots.image_figures import draw_grid
from course_utils.plots.style import CRITIC, NEUTRAL, described, description, use_course_style
from course_utils.training import train

FOLDER = places.ROOT / "docs" / "pictures"
SHOWN_ON = (places.ROOT / "README.md", places.ROOT / "docs" / "index.md")
PLACE = re.compile(r"!\[[^]]*\](\(docs/pictures/digits\.png\))")
N_STEPS, EVERY, SHOWN = 4_000, 50, 20
SECONDS = (1, 3, 10, 30, float("inf"))  # looks that are shown large, and the last one


def measure(n_steps: int = N_STEPS, every: int = EVERY) -> tuple[list[tuple], float]:
    """Looks at a run, ``(processor seconds, Fréchet distance, images)`` each, and the floor."""
    objective = OBJECTIVES["wgan_gp"]
    config = replace(images.mnist_config(), n_steps=n_steps, log_every=every, evaluate_every=every)
    data, looks = datasets.mnist(), []

    def look(generator) -> dict[str, float]:
        torch.manual_seed(0)  # the same noise each time; the loop protects its own stream
        samples = generate(generator, images.N_SCORED, images.LATENT_DIM)
        looks.append(samples[:SHOWN])
        return {"frechet": score_images(samples, data.name).frechet}

    generator, critic = images.networks_for(data)(objective, config.seed)
    history = train(generator, critic, data.sample, objective, config, evaluate=look)
    rows = [row for row in history.rows if "frechet" in row]
    measured = [
        (row["processor_seconds"], row["frechet"], kept)
        for row, kept in zip(rows, looks, strict=True)
    ]
    return measured, frechet_floor(data.name, images.N_SCORED)


def draw(looks: list[tuple], floor: float) -> Figure:
    """Digits above, at a few of the looks; the falling distance below."""
    shown = [min(looks, key=lambda look: abs(look[0] - min(s, looks[-1][0]))) for s in SECONDS]
    fig = plt.figure(figsize=(10, 5.2), dpi=110)
    grid = fig.add_gridspec(2, len(shown), height_ratios=(1.15, 1))
    for k, (seconds, distance, samples) in enumerate(shown):
        ax = fig.add_subplot(grid[0, k])
        draw_grid(ax, samples, columns=5)
        ax.set_title(f"{seconds:.0f} s: distance {distance:.0f}", loc="center")
    ax = fig.add_subplot(grid[1, :])
    ax.plot([look[0] for look in looks], [look[1] for look in looks], color=CRITIC, lw=2)
    ax.plot([s[0] for s in shown], [s[1] for s in shown], "o", color=CRITIC)
    ax.axhline(floor, color=NEUTRAL, ls="--")
    ax.annotate(f"real images: {floor:.0f}", (looks[-1][0], floor), ha="right", va="bottom",
                xytext=(0, 3), textcoords="offset points")  # fmt: skip
    ax.set(yscale="log", xlabel="seconds of training, on one processor core",
           ylabel="Fréchet distance")  # fmt: skip
    said = ", ".join(f"{distance:.0f} after {seconds:.0f} s" for seconds, distance, _ in shown)
    return described(
        fig,
        "Twenty generated digits at five moments of training, first blots, then legible, and "
        f"below them the Fréchet distance to real images falling over the seconds: {said}; real "
        f"images themselves come to {floor:.0f}.",
    )


def write(fig: Figure) -> None:
    """Keep the picture, and its text alternative beside it and in the pages that show it."""
    FOLDER.mkdir(exist_ok=True)
    fig.savefig(FOLDER / "digits.png", metadata={"Software": None})
    text = textwrap.fill(description(fig), 100)
    (FOLDER / "digits.txt").write_text(text + "\n", encoding="utf-8", newline="\n")
    for page in SHOWN_ON:
        before = page.read_text(encoding="utf-8")
        after = PLACE.sub(lambda found: f"![{text}]{found[1]}", before)
        page.write_text(after, encoding="utf-8", newline="\n")
    print(text)


def main() -> None:
    use_course_style()
    print(f"training {N_STEPS} steps, looking every {EVERY} (pace {settings.pace()}) ...")
    write(draw(*measure()))


if __name__ == "__main__":
    main()
