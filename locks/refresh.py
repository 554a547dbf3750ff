"""Write the locks anew: everything the course installs, version by version, with its hashes.

``make lock`` keeps every version that still fits; ``make lock UPGRADE=1`` takes the newest.
pyproject.toml says which packages and in which range, requirements.txt pins those that we name,
and uv finds what lies beneath them, for every system and Python at once.

PyTorch and the CUDA packages beneath it have a lock of their own, ``torch.txt``: its build for
CPUs on Linux comes from PyTorch's index, not from the one whose hashes are locked here, so
``start.py`` installs it by version alone, and all else by hash.
"""

import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
HEADER = "# Written by `make lock` from pyproject.toml and requirements.txt; not to be edited.\n"
TORCH = re.compile(r"(torch|triton|nvidia-[\w-]+|cuda-[\w-]+)==")


def resolve(extra, options):
    """The locked packages, one text block each, preferring the versions of the last lock."""
    draft = HERE / ".draft.txt"
    known = [HERE / name for name in ("tests.txt", "torch.txt") if (HERE / name).exists()]
    draft.write_text("".join(path.read_text(encoding="utf-8") for path in known), "utf-8")
    command = [
        sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", *extra,
        "--constraint", "requirements.txt", "--universal", "--generate-hashes", "--quiet",
        "--no-annotate", "--no-header", "--output-file", str(draft), *options,
    ]  # fmt: skip
    try:
        subprocess.run(command, check=True, cwd=HERE.parent)
        return re.split(r"\n(?=[a-z0-9])", draft.read_text(encoding="utf-8").rstrip("\n"))
    finally:
        draft.unlink()


def write(name, blocks):
    """One lock."""
    text = HEADER + "\n".join(blocks) + "\n"
    (HERE / name).write_text(text, encoding="utf-8", newline="\n")
    print(f"locks/{name}: {len(blocks)} packages")


def main(options):
    """Resolve twice, with and without the tests' needs; what both need is the same version."""
    everything = resolve(["--extra", "test"], options)
    torch = [block for block in everything if TORCH.match(block)]
    tests = [block for block in everything if not TORCH.match(block)]
    needed = {block.split("==")[0] for block in resolve([], [])}
    write("torch.txt", torch)
    write("tests.txt", tests)
    write("lessons.txt", [block for block in tests if block.split("==")[0] in needed])


if __name__ == "__main__":
    main(sys.argv[1:])
