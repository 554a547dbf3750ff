"""Pictures of pictures: grids of samples, neighbours side by side, walks in latent space."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course_utils.plots.style import described
from course_utils.plots.words import listed, one_line, span


def mosaic(images, columns: int) -> np.ndarray:
    """Images ``(n, 1, h, w)`` in [−1, 1] as one array of rows and columns with thin gaps."""
    pictures = np.asarray(images.detach().cpu()).reshape(-1, *images.shape[-2:])
    rows = -(-len(pictures) // columns)
    height, width = pictures.shape[-2:]
    sheet = np.full((rows * (height + 2) - 2, columns * (width + 2) - 2), 1.0)
    for k, picture in enumerate(pictures):
        top, left = (k // columns) * (height + 2), (k % columns) * (width + 2)
        sheet[top : top + height, left : left + width] = picture
    return sheet


def draw_grid(ax: Axes, images, columns: int = 10) -> None:
    """Draw images ``(n, 1, h, w)`` in [−1, 1] on an axis, without ticks."""
    ax.imshow(mosaic(images, columns), cmap="gray", vmin=-1, vmax=1, interpolation="nearest")
    ax.set_axis_off()


def image_grid(images, title: str, columns: int = 10) -> Figure:
    """A grid of images ``(n, 1, h, w)`` in [−1, 1] under one title."""
    rows = -(-len(images) // columns)
    fig, ax = plt.subplots(figsize=(0.72 * columns, 0.72 * rows + 0.4))
    draw_grid(ax, images, columns)
    ax.set_title(title)
    ink = np.mean(np.asarray(images.detach().cpu()).reshape(len(images), -1) > 0, axis=1)
    return described(
        fig,
        f"""{len(images)} pictures in {rows} rows, light on dark; {ink.min():.0%} to
        {ink.max():.0%} of each is light. {one_line(title)}.""",
    )


def labelled_grids(grids: dict, title: str, columns: int = 8) -> Figure:
    """Several grids side by side, each under its label (models, stages, real and generated)."""
    rows = max(-(-len(images) // columns) for images in grids.values())
    width, height = 0.45 * columns * len(grids), 0.45 * rows + 0.9
    fig, axes = plt.subplots(1, len(grids), figsize=(max(width, 6), height), squeeze=False)
    for ax, (label, images) in zip(axes[0], grids.items(), strict=True):
        draw_grid(ax, images, columns)
        ax.set_title(label, fontweight="normal", loc="center")
    fig.suptitle(title, x=0.01, ha="left", fontweight="bold", fontsize="medium")
    counts = [f"{one_line(label)} ({len(images)})" for label, images in grids.items()]
    return described(fig, f"Grids of pictures side by side: {listed(counts)}. {one_line(title)}.")


def neighbour_rows(samples, neighbours, distances, title: str) -> Figure:
    """Samples in the upper row, their nearest training images below, with the distances."""
    fig, axes = plt.subplots(2, len(samples), figsize=(0.9 * len(samples), 2.5))
    for k in range(len(samples)):
        for row, image in ((0, samples[k]), (1, neighbours[k])):
            axes[row, k].imshow(image.squeeze().cpu(), cmap="gray", vmin=-1, vmax=1)
            axes[row, k].set(xticks=[], yticks=[])
            axes[row, k].grid(False)
        axes[1, k].set_xlabel(f"{float(distances[k]):.1f}", fontsize="small")
    axes[0, 0].set_ylabel("sample")
    axes[1, 0].set_ylabel("nearest\ntraining image")
    fig.suptitle(title, x=0.01, ha="left", fontweight="bold", fontsize="medium")
    return described(
        fig,
        f"""{len(samples)} samples above, their nearest training images below, at distances
        {span(distances)}. {one_line(title)}.""",
    )
