"""A pretend accelerator, for machines that have none.

Importing this and calling :func:`install` gives torch a device ``pretend`` on which everything
runs on the CPU, but whose tensors cannot meet the CPU's, cannot be of dtype float64, and draw from
a random stream of their own: the three things that break code which has only ever seen a CPU. What
never asks for float64 there runs alike on a device that has it; COURSE_PRETEND_FLOAT64=1 makes it
one. PyTorch's PrivateUse1 hooks are made for devices outside its own source (docs: "Facilitating
New Backend Integration by PrivateUse1").
"""

from __future__ import annotations

import shutil
import types
from pathlib import Path

import torch

NAME = "pretend"


def available() -> bool:
    """Whether the extension can be compiled here: a C++ compiler and ninja are needed."""
    from torch.utils import cpp_extension

    return bool(shutil.which("c++") or shutil.which("g++")) and cpp_extension.is_ninja_available()


def install(build: Path) -> None:
    """Compile the extension into `build`, unless it is there already, and give torch the device.

    Parameters
    ----------
    build : Path
        A folder for the compiled library.

    Raises
    ------
    RuntimeError
        If it does not compile.
    """
    from torch.utils import cpp_extension

    build.mkdir(parents=True, exist_ok=True)
    torch.utils.rename_privateuse1_backend(NAME)
    torch._register_device_module(NAME, _module())
    cpp_extension.load(
        "course_pretend_device",
        [str(Path(__file__).with_name("pretend.cpp"))],
        extra_cflags=["-O1"],
        build_directory=str(build),
        is_python_module=False,
    )
    _print_from_the_cpu()


def _print_from_the_cpu() -> None:
    """Torch prints numbers in float64 except on the devices that it knows to have none."""
    printed = torch._tensor_str._str
    torch._tensor_str._str = lambda x, **options: printed(x.cpu(), **options)


def _module() -> types.ModuleType:
    """What torch asks of a device in Python."""
    module = types.ModuleType(f"torch.{NAME}")
    module.is_available = lambda: True
    module.is_initialized = lambda: True
    module.device_count = lambda: 1
    module.current_device = lambda: 0
    module._is_in_bad_fork = lambda: False
    stream = torch.ops.course_pretend
    module.manual_seed_all = lambda seed: stream.manual_seed(seed)
    module.get_rng_state = lambda device=0: stream.get_rng_state()
    module.set_rng_state = lambda state, device=0: stream.set_rng_state(state)
    module.get_amp_supported_dtype = lambda: []
    return module
