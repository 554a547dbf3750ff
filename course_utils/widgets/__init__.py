"""Live views: what moves under a student's hand or before their eyes.

Names are loaded when first used, so that lessons 1 and 3 never wait for torch.
"""

from __future__ import annotations

import importlib

_HOME = {
    "LiveTraining": "live",
    "bayes": "densities",
    "beat_the_planner": "planner",
    "blind_ranking": "ranking",
    "clipping": "critics",
    "compare_densities": "densities",
    "concept_map": "concepts",
    "critic_surface": "critics",
    "earth_piles": "piles",
    "gan_game": "playing",
    "image_morph": "latent",
    "interpolation": "critics",
    "latent_walk": "latent",
    "moving_gaussians": "densities",
    "parallel_lines": "piles",
}
__all__ = sorted(_HOME)


def __getattr__(name: str):
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return __all__
