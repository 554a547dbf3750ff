"""The course in a kernel that somebody else set up, such as Colab's or Kaggle's.

A lesson's first cell installs the course there without what it needs, for torch, NumPy and the rest
are to stay as they come; this brings what is missing altogether.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
from importlib import metadata

from packaging.requirements import Requirement

NAME = "wasserstein-gan-course"
NOT_HERE = {"jupyterlab", "ipykernel", "distributed"}  # the host has its own, or it is for sweeps


def missing() -> list[str]:
    """What the lessons need and this Python has in no version, as pip takes it."""
    wanted = [Requirement(text) for text in metadata.requires(NAME) or []]
    return [
        f"{item.name}{item.specifier}"
        for item in wanted
        if item.name not in NOT_HERE
        and (item.marker is None or item.marker.evaluate({"extra": ""}))
        and not _there(item.name)
    ]


def complete() -> None:
    """Install what is missing. POT may fail to: the lessons have another solver."""
    for package in missing():
        done = subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", package])
        if done.returncode and not package.startswith("POT"):
            raise RuntimeError(f"{package} could not be installed; see what pip says above.")
    importlib.invalidate_caches()


def _there(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True
