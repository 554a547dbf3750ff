"""What an answer may switch, and how it is put back, so that no later cell stumbles over it."""

from __future__ import annotations

import builtins
import contextlib
import functools
import gc
import os
import random
import sys
import threading
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

TORCH_FIRST_SEED = 67280421310721  # the seed of a freshly imported torch
_ENDED: list[Any] = []  # modes that an answer left on, and what switched them off again


class Switch(NamedTuple):
    """A setting of this process."""

    read: Callable[[], Any]
    put: Callable[[Any], Any]


class kept:
    """A block after which these settings are what they were before."""

    def __init__(self, switches: tuple[Switch, ...]):
        self._switches = switches

    def __enter__(self) -> None:
        self._before = [read() for read, _ in self._switches]

    def __exit__(self, *_) -> None:
        if [read() for read, _ in self._switches] == self._before:
            return
        for (read, put), before in zip(self._switches, self._before, strict=True):
            with contextlib.suppress(Exception):
                if read() != before:
                    put(before)


def torch_module() -> ModuleType | None:
    """The torch module if it is fully imported, else None."""
    torch = sys.modules.get("torch")
    return torch if hasattr(torch, "manual_seed") else None


# --- Python ---------------------------------------------------------------------------------


def _put_environment(before: dict) -> None:
    for name in os.environ.keys() - before.keys():
        del os.environ[name]
    os.environ.update(before)


def _folder() -> str:
    try:
        return os.getcwd()
    except OSError:  # it has been removed
        return ""


def _put_path(before: list) -> None:
    sys.path[:] = before


_BUILT_IN = builtins.__dict__


def _put_built_in(before: dict) -> None:
    _BUILT_IN.update(before)
    for name in _BUILT_IN.keys() - before.keys():
        del _BUILT_IN[name]


_BUILTINS = Switch(_BUILT_IN.copy, _put_built_in)  # the check itself needs them after each call
_LIMIT = Switch(sys.getrecursionlimit, sys.setrecursionlimit)
_TRACE = Switch(sys.gettrace, sys.settrace)
_PYTHON = (
    Switch(sys.getprofile, sys.setprofile),
    Switch(threading.gettrace, threading.settrace),
    Switch(threading.getprofile, threading.setprofile),
    Switch(gc.isenabled, lambda on: gc.enable() if on else gc.disable()),
    Switch(_folder, os.chdir),
    Switch(lambda: dict(os.environ), _put_environment),
    Switch(lambda: list(sys.path), _put_path),
)


@contextlib.contextmanager
def python_settings() -> Iterator[None]:
    """Random stream, recursion limit, tracing."""
    state = random.getstate()
    try:
        with kept((_LIMIT, _TRACE)):
            yield
    finally:
        random.setstate(state)


@contextlib.contextmanager
def streams() -> Iterator[None]:
    """Standard output and error."""
    out, err, hook = sys.stdout, sys.stderr, sys.displayhook
    try:
        yield
    finally:
        sys.stdout, sys.stderr, sys.displayhook = out, err, hook


def _figure_settings() -> dict | None:
    settings = getattr(sys.modules.get("matplotlib"), "rcParams", None)
    return None if settings is None else dict.copy(settings)


def _put_figure_settings(before: dict | None) -> None:
    if before is not None:
        kept = {name: value for name, value in before.items() if not name.startswith("backend")}
        dict.update(sys.modules["matplotlib"].rcParams, kept)


_FIGURES = Switch(_figure_settings, _put_figure_settings)


# --- NumPy ----------------------------------------------------------------------------------

_ERRORS = Switch(np.geterr, lambda before: np.seterr(**before))
_CALL = (_BUILTINS, _LIMIT, _ERRORS)
_NUMPY = (
    Switch(np.geterrcall, np.seterrcall),
    Switch(np.get_printoptions, lambda before: np.set_printoptions(**before)),
)


@contextlib.contextmanager
def numpy_settings() -> Iterator[None]:
    """Random stream and error settings."""
    state = np.random.get_state()  # noqa: NPY002
    try:
        with kept((_ERRORS,)):
            np.seterr(all="warn")
            yield
    finally:
        np.random.set_state(state)  # noqa: NPY002


# --- torch ----------------------------------------------------------------------------------


def _of_one_call(torch: ModuleType) -> tuple[Switch, ...]:
    """What changes the numbers of the very next line."""

    def device() -> object:
        return getattr(torch._GLOBAL_DEVICE_CONTEXT, "device_context", None)

    def put_device(context) -> None:
        torch.set_default_device(None if context is None else context.device)

    def put_depth(depth: int) -> None:
        while torch._C._len_torch_function_stack() > depth:
            _ENDED.append(torch._C._pop_torch_function_stack())

    def put_inference(on: bool) -> None:
        _ENDED.append(torch.inference_mode(on))  # goes on for as long as it is held
        _ENDED[-1].__enter__()

    return (
        Switch(torch.get_default_dtype, torch.set_default_dtype),
        Switch(device, put_device),
        Switch(torch._C._len_torch_function_stack, put_depth),
        Switch(torch.is_inference_mode_enabled, put_inference),
        Switch(torch.is_grad_enabled, torch.set_grad_enabled),
        *(
            Switch(
                functools.partial(torch.is_autocast_enabled, kind),
                functools.partial(torch.set_autocast_enabled, kind),
            )
            for kind in ("cpu", "cuda")
        ),
    )


def _of_torch(torch: ModuleType) -> tuple[Switch, ...]:
    """What changes how torch goes about it, and how it prints."""
    options, anomaly = torch._tensor_str.PRINT_OPTS, torch.autograd.set_detect_anomaly
    cudnn, mkldnn = torch.backends.cudnn, torch.backends.mkldnn
    return (
        Switch(torch.get_num_threads, torch.set_num_threads),
        Switch(
            lambda: (
                torch.are_deterministic_algorithms_enabled(),
                torch.is_deterministic_algorithms_warn_only_enabled(),
            ),
            lambda before: torch.use_deterministic_algorithms(before[0], warn_only=before[1]),
        ),
        Switch(torch.get_float32_matmul_precision, torch.set_float32_matmul_precision),
        Switch(torch.is_anomaly_enabled, anomaly),
        Switch(lambda: cudnn.enabled, lambda on: setattr(cudnn, "enabled", on)),
        Switch(lambda: cudnn.benchmark, lambda on: setattr(cudnn, "benchmark", on)),
        Switch(lambda: cudnn.deterministic, lambda on: setattr(cudnn, "deterministic", on)),
        Switch(lambda: mkldnn.enabled, lambda on: setattr(mkldnn, "enabled", on)),
        Switch(lambda: dict(vars(options)), lambda before: vars(options).update(before)),
    )


_TORCH: dict[str, tuple[Switch, ...]] = {}


def _switches(torch: ModuleType, which: Callable[[ModuleType], tuple]) -> tuple[Switch, ...]:
    if which.__name__ not in _TORCH:
        _TORCH[which.__name__] = which(torch)
    return _TORCH[which.__name__]


@contextlib.contextmanager
def torch_settings() -> Iterator[None]:
    """Random streams, dtype, device and modes; the usual ones meanwhile."""
    torch = torch_module()
    if torch is None:
        try:
            yield
        finally:
            _as_if_fresh(torch_module())
        return
    streams = _random_streams(torch)
    try:
        with (
            kept(_switches(torch, _of_one_call)),
            _usual_modes(torch),
        ):
            yield
    finally:
        for put, state in streams:
            put(state)


def _random_streams(torch: ModuleType) -> list[tuple[Callable, Any]]:
    """Where the CPU's stands and that of each GPU in use, of whatever kind; how to put it there."""
    streams = [(torch.set_rng_state, torch.get_rng_state())]
    gpu = gpu_in_use(torch)
    if gpu is None:
        return streams
    if hasattr(gpu, "get_rng_state_all"):
        return [*streams, (gpu.set_rng_state_all, gpu.get_rng_state_all())]
    return [*streams, (gpu.set_rng_state, gpu.get_rng_state())]


def gpu_in_use(torch: ModuleType) -> Any:
    """torch's module for the kind of GPU that is in use, ``torch.cuda`` for instance, or None."""
    kind = torch.accelerator.current_accelerator(check_available=True)
    gpu = torch.get_device_module(kind) if kind is not None else None
    if gpu is None or not getattr(gpu, "is_initialized", lambda: True)():
        return None
    return gpu


@contextlib.contextmanager
def _usual_modes(torch: ModuleType) -> Iterator[None]:
    """What an answer may rely on, whatever the student has switched."""
    torch.set_default_dtype(torch.float32)
    with contextlib.ExitStack() as stack:
        unusual = torch._C._len_torch_function_stack() or torch.is_inference_mode_enabled()
        if torch._C._len_torch_function_stack():  # a default device is such a mode
            stack.enter_context(torch.device("cpu"))
        if torch.is_inference_mode_enabled():
            stack.enter_context(torch.inference_mode(False))
        for kind in ("cpu", "cuda"):
            if torch.is_autocast_enabled(kind):
                torch.set_autocast_enabled(kind, False)
        torch.set_grad_enabled(True)
        if unusual:  # what the answer adds to these is to go before they do
            stack.enter_context(kept(_switches(torch, _of_one_call)))
        yield


def _as_if_fresh(torch: ModuleType | None) -> None:
    """Of a torch that the answer was the first to import."""
    if torch is not None:
        torch.manual_seed(TORCH_FIRST_SEED)
        torch.set_default_dtype(torch.float32)
        torch.set_default_device(None)
        torch.set_grad_enabled(True)


def settings_of_one_call() -> kept:
    """Put back what one call may have switched, so that the probe goes on as it began."""
    torch = torch_module()
    return kept(_switches(torch, _of_any_call) if torch else _CALL)


def _of_any_call(torch: ModuleType) -> tuple[Switch, ...]:
    return _CALL + _of_one_call(torch)


# --- patched functions ----------------------------------------------------------------------

_PATCHABLE = (
    "builtins", "math", "random", "time", "numpy", "numpy.linalg", "numpy.random", "torch",
    "torch.autograd", "torch.nn", "torch.nn.functional", "torch.optim",
)  # fmt: skip
_CLASSES = (("torch", "Tensor"), ("torch.nn", "Module"), ("torch.optim", "Optimizer"))


@contextlib.contextmanager
def unpatched() -> Iterator[None]:
    """Put back functions and classes, of the course and its libraries, that the block replaces."""
    before = [(space, dict(vars(space))) for space in _spaces()]
    try:
        yield
    finally:
        for space, held in before:
            now = vars(space)
            for name, value in held.items():
                if now.get(name) is not value and callable(value):
                    setattr(space, name, value)
            if isinstance(space, type):  # a name of its own hides an inherited one
                for name in [n for n in now if n not in held and callable(now[n])]:
                    delattr(space, name)


def _spaces() -> Iterator[ModuleType | type]:
    modules = dict(sys.modules)
    yield from (modules[name] for name in _PATCHABLE if name in modules)
    for module, name in _CLASSES:
        if hasattr(modules.get(module), name):
            yield getattr(modules[module], name)
    for place, ours in modules.items():
        if place.startswith("course_utils") and ours is not None:
            yield ours
            for value in list(vars(ours).values()):
                if isinstance(value, type) and value.__module__ == place:
                    yield value


# --- a whole verdict ------------------------------------------------------------------------


@contextlib.contextmanager
def untouched() -> Iterator[None]:
    """What is looked after once for each verdict, since it takes a moment and changes no number.

    Working directory, environment, module path, tracing of other threads, print options, settings
    of figures, torch's threads and flags, and the functions of the course and its libraries.
    """
    torch = torch_module()
    with (
        unpatched(),
        kept((*_PYTHON, _FIGURES)),
        kept(_NUMPY),
        kept(_switches(torch, _of_torch) if torch else ()),
    ):
        yield
