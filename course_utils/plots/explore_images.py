"""Scenes of images: a walk through latent space, three morphs, samples to rank."""

from __future__ import annotations

import numpy as np
from matplotlib.patches import Rectangle

from course_utils.plots.image_figures import mosaic
from course_utils.plots.scene import Scene
from course_utils.plots.style import HIGHLIGHT

GREY = {"cmap": "gray", "vmin": -1, "vmax": 1, "interpolation": "nearest"}


class WalkScene(Scene):
    """The present image, large, and the whole walk as a strip with a frame around it."""

    def __init__(self, n_points: int, columns: int):
        super().__init__(9.6, 3.4, columns=(1, 2.6))
        left, right = self.axes
        self._columns = columns
        self._image = left.imshow(np.zeros((28, 28)), **GREY)
        rows = -(-n_points // columns)
        self._strip = right.imshow(np.zeros((30 * rows - 2, 30 * columns - 2)), **GREY)
        self._frame = Rectangle((-0.5, -0.5), 28, 28, fill=False, ec=HIGHLIGHT, lw=3)
        right.add_patch(self._frame)
        for ax in self.axes:
            ax.set_axis_off()
        self.moving(self._image, self._strip, self._frame)
        self._left = self.finding(left, "Point 25 of 25")
        self._right = self.finding(right, "Neighbouring points, neighbouring images: largest 0.00")

    def show(self, images, now: int, titles) -> None:
        """Set a walk ``(n, 1, 28, 28)`` and the point on it that is looked at."""
        self._image.set_data(np.asarray(images[now, 0]))
        self._strip.set_data(mosaic(images, self._columns))
        row, column = divmod(now, self._columns)
        self._frame.set_xy((30 * column - 0.5, 30 * row - 0.5))
        self._left.set_text(titles[0])
        self._right.set_text(titles[1])


class MorphScene(Scene):
    """Two images and three ways between them, at one moment."""

    NAMES = ("first", "pixels mixed", "ink moved", "through latent space", "second")

    def __init__(self):
        super().__init__(10.2, 2.7, columns=(1,) * 5)
        self._images = []
        for ax, name in zip(self.axes, self.NAMES, strict=True):
            self._images.append(ax.imshow(np.zeros((28, 28)), **GREY))
            ax.set(xticks=[], yticks=[], xlabel=name)
            ax.grid(False)
        self.moving(*self._images)
        self._title = self.finding(self.axes[0], "100 % of the way")

    def show(self, images, title: str) -> None:
        """Set the five images ``(28, 28)``, in the order of ``NAMES``."""
        for artist, image in zip(self._images, images, strict=True):
            artist.set_data(np.asarray(image))
        self._title.set_text(title)


class RankingScene(Scene):
    """Grids of samples, worst to best, two abreast, with captions.

    Two, so that a sample is at least 56 pixels wide wherever the picture gets 540.
    """

    ABREAST = 2

    def __init__(self, n_grids: int, columns: int, rows: int):
        names = [str(k) for k in range(n_grids)]
        names += ["."] * (-n_grids % self.ABREAST)
        mosaic = [names[k : k + self.ABREAST] for k in range(0, len(names), self.ABREAST)]
        width = 0.66 * columns
        height = (0.66 * rows + 1.0) * len(mosaic)
        super().__init__(width * self.ABREAST, height, (1,) * self.ABREAST, mosaic)
        blank = np.zeros((30 * rows - 2, 30 * columns - 2))
        self._columns, self._grids, self._captions = columns, [], []
        for ax in self.axes:
            self._grids.append(ax.imshow(blank, **GREY))
            ax.set(xticks=[], yticks=[])
            ax.grid(False)
            for spine in ax.spines.values():
                spine.set_visible(False)
            ax.set_xlabel("step\nloss\nFréchet", color="white")  # keeps the room
            self._captions.append(
                ax.text(0.5, -0.03, "", transform=ax.transAxes, ha="center", va="top")
            )
        self.moving(*self._grids, *self._captions)
        self._titles = [self.finding(ax, "6. F") for ax in self.axes]

    def show(self, grids, titles, captions) -> None:
        """Set grids ``(n, 1, 28, 28)``, what stands above and what below each."""
        for k, artist in enumerate(self._grids):
            artist.set_data(mosaic(grids[k], self._columns))
            self._titles[k].set_text(titles[k])
            self._captions[k].set_text(captions[k])
