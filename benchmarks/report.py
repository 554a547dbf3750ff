"""What every benchmark hands in: lines of one table, a JSON file, and the machine's state."""

from __future__ import annotations

import json
import os
import platform
import resource
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import psutil

from course_utils import settings

FOLDER = settings.ROOT / "build"
JSON = FOLDER / "bench.json"
PICTURES = FOLDER / "bench"
NOT_QUIET = 0.1  # share of the cores that others may use before a figure is doubtful


@dataclass(frozen=True)
class Line:
    """One row of the table; ``met`` is None where there is no target."""

    what: str
    measured: str
    target: str = ""
    met: bool | None = None


def table(rows: Iterable[tuple[str, Line]]) -> str:
    """Rows of ``(key, line)`` as text: key, what, measured, target, met or not."""
    cells = [("", "what", "measured", "target", "met")]
    previous = None
    for key, line in rows:
        verdict = {True: "yes", False: "NO", None: ""}[line.met]
        cells.append(
            (key if key != previous else "", line.what, line.measured, line.target, verdict)
        )
        previous = key
    widths = [max(len(row[k]) for row in cells) for k in range(5)]
    texts = [
        "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in cells
    ]
    texts.insert(1, "  ".join("-" * w for w in widths))
    return "\n".join(texts)


# --- the file -------------------------------------------------------------------------------


def read(path: Path = JSON) -> dict:
    """All that was measured so far; empty if nothing was."""
    return json.loads(path.read_text()) if path.exists() else {}


def keep(key: str, value: object, path: Path = JSON) -> None:
    """Put one key's value into the file; the others stay, and the file is always whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(read(path) | {key: value}, indent=1, allow_nan=False) + "\n")
    os.replace(part, path)


# --- the machine ----------------------------------------------------------------------------


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def machine() -> dict[str, object]:
    """What a figure depends on and a reader cannot see in it."""
    import torch

    return {
        "processor": _processor(),
        "cores": len(psutil.Process().cpu_affinity()) if hasattr(psutil.Process, "cpu_affinity")
        else os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        **{name: version(name) for name in ("numpy", "scipy", "torch", "POT")},
        "torch_threads": torch.get_num_threads(),
        "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", ""),
        "cuda": torch.cuda.get_device_name() if torch.cuda.is_available() else "",
    }  # fmt: skip


def _own_seconds() -> float:
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in spent)


def _busy_seconds() -> float:
    times = psutil.cpu_times()
    return times.user + times.system + times.nice


@contextmanager
def watched() -> Iterator[dict[str, object]]:
    """Note in the given dictionary when this was, and how much of the machine others used.

    ``load_before`` holds the load averages over 1, 5 and 15 minutes, which remember earlier
    benchmarks too; ``others`` is the share of all cores that went to other processes *during*
    the measurement, and is what ``quiet`` judges.
    """
    start, own, busy = time.perf_counter(), _own_seconds(), _busy_seconds()
    facts: dict[str, object] = {
        "at": time.strftime("%Y-%m-%d %H:%M:%S"),
        "load_before": [round(load, 2) for load in os.getloadavg()],
    }
    yield facts
    seconds = time.perf_counter() - start
    others = (_busy_seconds() - busy) - (_own_seconds() - own)
    share = max(0.0, others / (seconds * (os.cpu_count() or 1)))
    facts |= {
        "seconds": round(seconds, 1),
        "others": round(share, 3),
        "quiet": share <= NOT_QUIET,
    }
