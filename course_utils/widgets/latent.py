"""Explorations of a trained generator, lesson 5: a walk through its noise, and morphs."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from torch import nn

from course_utils.experiments import digits, morphing
from course_utils.plots.explore_images import MorphScene, WalkScene
from course_utils.widgets.lifecycle import only_one
from course_utils.widgets.panel import Panel, Reading, Slider

N_POINTS, COLUMNS = 24, 8
N_IMAGES = 12
NEAR = 2.0  # pixels


def latent_walk(generator: nn.Module) -> Panel:
    """Lesson 5: slide along an arc between two random z; does every point give an image?

    Parameters
    ----------
    generator : Module
        Of images, as ``ImageRun.generator`` has it.
    """
    scene = WalkScene(N_POINTS, COLUMNS)

    @lru_cache(maxsize=4)
    def walk(number):
        images = digits.latent_walks(generator, 1, N_POINTS, seed=number).detach().cpu()
        changes = (images[1:] - images[:-1]).flatten(1).norm(dim=1).numpy()
        across = float((images[-1] - images[0]).norm())
        return images, changes, across

    def draw(number, point):
        images, changes, across = walk(int(number))
        point = int(point)
        largest = float(changes.max())
        scene.show(
            images, point - 1,
            (
                f"Point {point} of {N_POINTS}",
                f"Largest step {largest:.1f}; from end to end {across:.1f}",
            ),
        )  # fmt: skip
        alt = (
            f"Walk number {number}: {N_POINTS} generated images from one random digit to another, "
            f"each a little different from the last; point {point} is shown large."
        )
        numbers = {
            "largest step between neighbours": f"{largest:.2f}",
            "mean step": f"{changes.mean():.2f}",
            "from end to end": f"{across:.2f} (Euclidean, pixels in [−1, 1])",
        }
        leapt = point > 1 and changes[point - 2] == largest
        return scene.jpeg(), Reading(alt, numbers, ["walk_leap"] if leapt else [])

    return only_one(
        "latent_walk",
        Panel(
            "A walk through latent space",
            (
                Slider("point", "point on the walk", 1, N_POINTS, 1, step=1, digits=0),
                Slider("number", "walk number", 1, 20, 1, step=1, digits=0),
            ),
            draw,
            {"walk_leap": "Stop at the point where the image has just changed most."},
        ),
    )


def image_morph(generator: nn.Module, latent_dim: int = 64, seed: int = 0) -> Panel:
    """Lesson 5: three ways from one sample to another: pixels, ink, latent space.

    Parameters
    ----------
    generator : Module
    latent_dim : int
        Of its noise.
    seed : int
        Chooses the samples to pick from.
    """
    z, images = morphing.samples_of(generator, latent_dim, N_IMAGES, seed)
    pictures = images[:, 0].numpy()
    scene = MorphScene()

    @lru_cache(maxsize=16)  # the matching takes a moment; sliding t does not repeat it
    def paths(first, second):
        return morphing.match_ink(pictures[first], pictures[second])

    def draw(first, second, part):
        a, b, t = int(first) - 1, int(second) - 1, part / 100
        ink = paths(a, b)
        arc = morphing.latent_arc(generator, z, a, b, t).cpu().numpy()
        mixed = (1 - t) * pictures[a] + t * pictures[b]
        scene.show(
            (pictures[a], mixed, morphing.moved_ink(ink, t), arc, pictures[b]),
            f"{part:.0f} % of the way",
        )
        alt = (
            f"Sample {first} on the left, sample {second} on the right, and between them three "
            f"images {part:.0f} % of the way: pixels mixed (both show through), ink moved from "
            "place to place, and the generator's own image of a point between their noises."
        )
        numbers = {
            "ink travels, on average": f"{ink.mean_distance:.2f} pixels",
            "difference of the ends": f"{np.linalg.norm(pictures[a] - pictures[b]):.2f}",
        }
        near = a != b and ink.mean_distance < NEAR
        return scene.jpeg(), Reading(alt, numbers, ["morph_near"] if near else [])

    return only_one(
        "image_morph",
        Panel(
            "From one image to another",
            (
                Slider("part", "part of the way", 0, 100, 50, step=5, digits=0, unit="%"),
                Slider("first", "first image, number", 1, N_IMAGES, 1, step=1, digits=0),
                Slider("second", "second image, number", 1, N_IMAGES, 2, step=1, digits=0),
            ),
            draw,
            {
                "morph_near": "Find two different images whose ink travels less than "
                f"{NEAR:g} pixels on average. Which of the three ways is then the best?"
            },
        ),
    )
