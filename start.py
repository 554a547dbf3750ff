"""Set the course up in .venv, and open it: needs nothing but Python 3.11 or newer.

    python start.py                   open the course (the same as: python start.py lab)
    python start.py lab --no-browser  only print its address
    python start.py test              run every test and every notebook
    python start.py check             a minute of checks, before a commit
    python start.py setup             set up, and nothing else

On Windows: py start.py. Every other word goes to python -m course_utils, which has more commands.

--torch cpu or --torch cuda, before the command, chooses PyTorch's build; without it the one for
CUDA is taken where an NVIDIA GPU is found. On Linux the two differ by gigabytes, and the build
for CPUs is on PyTorch's own index: its address, from pytorch.org (Linux, Pip, CPU), goes into the
environment variable COURSE_TORCH_INDEX where pip does not know it.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(HERE, ".venv")
PYTHON = os.path.join(VENV, *(["Scripts", "python.exe"] if os.name == "nt" else ["bin", "python"]))
STAMP = os.path.join(VENV, "ready")
OLDEST = (3, 11)
TOO_OLD = "The course needs Python 3.11 or newer, and this is {}.{} ({})."
NO_VENV = (
    "Python could not make the folder .venv for the course's packages. On Debian and Ubuntu, "
    "install the package python3-venv first; elsewhere, see what it says above."
)
NO_PACKAGES = "The packages could not be installed; see what pip says above, and run this again."
NO_SUCH_BUILD = (
    "PyTorch's build for {wanted} is not where pip looks{where}, so the one that is there follows"
    "{cost}. To have the other: stop this (Ctrl-C), choose {choice} on pytorch.org, and set "
    "COURSE_TORCH_INDEX to the address that follows --index-url there."
)


def main(arguments):
    """Set up what the command needs, run it, and return its exit status."""
    if sys.version_info < OLDEST:
        sys.exit(TOO_OLD.format(sys.version_info[0], sys.version_info[1], sys.executable))
    parser = argparse.ArgumentParser(
        prog="start.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--torch", choices=("cpu", "cuda"), default=os.environ.get("TORCH") or None)
    add("--with-tests", action="store_true", help="also install what the course's tests need")
    add("command", nargs="?", default="lab", help="lab (the default), test, setup, ...")
    add("arguments", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.torch not in (None, "cpu", "cuda"):
        parser.error("TORCH is %r; it can be cpu or cuda" % options.torch)  # noqa: UP031
    set_up(options.torch, options.with_tests or options.command in ("test", "check"))
    if options.command == "setup":
        return 0
    return run(PYTHON, "-m", "course_utils", options.command, *options.arguments)


def set_up(torch, tests):
    """Make .venv hold exactly the locked packages, unless it does already."""
    before = _read_stamp()
    torch = torch or before.get("torch") or ("cuda" if has_gpu() else "cpu")
    tests = tests or bool(before.get("tests"))
    lock = os.path.join(HERE, "locks", "tests.txt" if tests else "lessons.txt")
    wanted = {"packages": _digest(lock, "requirements.txt", "pyproject.toml", "setup.py"),
              "tests": tests, "torch": torch}  # fmt: skip
    if before == wanted and works(PYTHON):
        return
    print("Setting up .venv (a few minutes, once) ...", flush=True)
    if not works(PYTHON) and run(sys.executable, "-m", "venv", "--clear", VENV) != 0:
        sys.exit(NO_VENV)
    done = (
        pip("--require-hashes", "-r", lock)
        and install_torch(torch, before.get("torch"))
        and pip("--no-deps", "--no-build-isolation", "--editable", HERE)
    )
    if not done:
        sys.exit(NO_PACKAGES)
    with open(STAMP, "w", encoding="utf-8") as stream:
        json.dump(wanted, stream)


def install_torch(build, before):
    """PyTorch for the CPU or for CUDA, in the version of requirements.txt."""
    with open(os.path.join(HERE, "requirements.txt"), encoding="utf-8") as stream:
        version = re.search(r"^torch==(\S+)", stream.read(), re.MULTILINE).group(1)
    special = {("linux", "cpu"): version + "+cpu", ("win32", "cuda"): version}
    wanted = special.get((sys.platform, build))
    index = os.environ.get("COURSE_TORCH_INDEX", "").strip()
    there = _torch_there()
    right = there.split("+")[0] == version  # "+cpu" and the like name a build
    known = before == build or (before is None and wanted is None)
    if right and (there == wanted or (known and (build == "cpu" or not there.endswith("+cpu")))):
        return True
    again = ["--force-reinstall"] if there else []  # to pip the two builds are one version
    if wanted and (index or build == "cpu"):
        options = ["--index-url", index] if index else []
        if pip("--no-deps", *again, *options, "torch==" + wanted, quiet=True):
            return True
        if right and build == "cpu":
            return True  # a set-up of another time; its build does all that the other does
    if wanted:
        print(NO_SUCH_BUILD.format(
            wanted={"cpu": "CPUs", "cuda": "CUDA"}[build],
            where=" (" + index + ")" if index else "",
            cost=": 3 GB to fetch and 4 GB more on disk" if build == "cpu" else ", for CPUs",
            choice={"cpu": "Linux, Pip, CPU", "cuda": "Windows, Pip, CUDA"}[build],
        ), flush=True)  # fmt: skip
    return pip("--no-deps", "--require-hashes", *again, "-r",
               os.path.join(HERE, "locks", "torch.txt"))  # fmt: skip


def has_gpu():
    """Whether NVIDIA's driver answers and names a GPU."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return False
    try:
        said = subprocess.run([tool, "-L"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return said.returncode == 0 and "GPU 0" in said.stdout


def works(python):
    """Whether this Python can be run: one that was made by a Python since removed cannot."""
    try:
        return subprocess.run([python, "-c", ""], capture_output=True).returncode == 0
    except OSError:
        return False


def pip(*arguments, quiet=False):
    """Install into .venv; ``True`` if that went well. `quiet` keeps pip's complaints to itself."""
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    return subprocess.run([*command, *arguments], capture_output=quiet).returncode == 0


def run(*command):
    """Run a command to its end and return its status; Ctrl-C is the command's business."""
    process = subprocess.Popen(command)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # the terminal has told both of us
            continue


def _torch_there():
    code = "import importlib.metadata as m; print(m.version('torch'))"
    said = subprocess.run([PYTHON, "-c", code], capture_output=True, text=True)
    return said.stdout.strip()


def _digest(*paths):
    total = hashlib.sha256()
    for path in paths:
        with open(os.path.join(HERE, path), "rb") as stream:
            total.update(stream.read().replace(b"\r\n", b"\n"))
    return total.hexdigest()


def _read_stamp():
    try:
        with open(STAMP, encoding="utf-8") as stream:
            stamp = json.load(stream)
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
