"""Set-up: one script for every system; what is locked is installed, no gigabytes by accident."""

import ast
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from course_utils import places

ROOT = places.ROOT
LOCKS = {
    name: (ROOT / "locks" / f"{name}.txt").read_text() for name in ("lessons", "tests", "torch")
}
GPU = "GPU 0: NVIDIA A100 (UUID: GPU-1)"


@pytest.fixture
def start(tmp_path, monkeypatch):
    """start.py, with a .venv of its own in which pip only notes what it is asked for."""
    spec = importlib.util.spec_from_file_location("start", ROOT / "start.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.asked = []

    def pip(*arguments, quiet=False):
        module.asked.append(" ".join(arguments).replace(str(ROOT), ".").replace("\\", "/"))
        return not any(refused in module.asked[-1] for refused in module.refused)

    module.refused = ()
    for name, value in {
        "VENV": str(tmp_path), "STAMP": str(tmp_path / "ready"), "pip": pip,
        "works": lambda python: True, "has_gpu": lambda: False, "_torch_there": lambda: "",
        "run": lambda *command: module.asked.append(" ".join(command[1:])) or 5,
    }.items():  # fmt: skip
        monkeypatch.setattr(module, name, value)
    monkeypatch.setattr(module.sys, "platform", "linux")
    for name in ("TORCH", "COURSE_TORCH_INDEX"):
        monkeypatch.delenv(name, raising=False)
    return module


def test_it_needs_nothing_but_python_and_an_old_one_can_still_read_it():
    tree = ast.parse((ROOT / "start.py").read_text(), feature_version=(3, 7))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import)
                for alias in node.names}  # fmt: skip
    assert imported and imported <= sys.stdlib_module_names
    assert not any(isinstance(node, ast.ImportFrom) for node in ast.walk(tree))


def test_every_console_has_the_letters_it_prints():
    assert (ROOT / "start.py").read_text(encoding="utf-8").isascii()


def test_an_old_python_is_told_in_a_sentence(start, monkeypatch):
    monkeypatch.setattr(start.sys, "version_info", (3, 10, 13))
    with pytest.raises(SystemExit, match=r"needs Python 3.11 or newer, and this is 3\.10"):
        start.main(["lab"])
    assert start.asked == []


def test_a_student_gets_the_lessons_with_hashes_and_the_command_its_words(start):
    assert start.main(["lab", "--no-browser"]) == 5
    assert start.asked == [
        "--require-hashes -r ./locks/lessons.txt",
        f"--no-deps torch=={pinned()['torch']}+cpu",
        "--no-deps --no-build-isolation --editable .",
        "-m course_utils lab --no-browser",
    ]


def test_what_is_there_is_not_installed_again(start):
    start.main(["setup"])
    del start.asked[:]
    start.main(["setup"])
    assert start.asked == []
    start.main(["test"])
    assert start.asked[0] == "--require-hashes -r ./locks/tests.txt"
    del start.asked[:]
    start.main(["lab"])  # the tests' packages stay
    assert start.asked == ["-m course_utils lab"]


def test_an_interrupted_set_up_is_done_again(start):
    start.refused = ("--editable",)
    with pytest.raises(SystemExit, match="could not be installed"):
        start.main(["setup"])
    start.refused = ()
    start.main(["setup"])
    assert json.loads(Path(start.STAMP).read_text())["torch"] == "cpu"


def test_a_gpu_or_a_word_brings_cuda_and_the_choice_is_kept(start, monkeypatch):
    start.main(["--torch", "cuda", "setup"])
    assert "--no-deps --require-hashes -r ./locks/torch.txt" in start.asked
    monkeypatch.setattr(start, "_torch_there", lambda: pinned()["torch"])
    del start.asked[:]
    start.main(["lab"])
    assert start.asked == ["-m course_utils lab"]
    start.main(["--torch", "cpu", "setup"])
    assert f"--no-deps --force-reinstall torch=={pinned()['torch']}+cpu" in start.asked


def test_where_the_build_for_cpus_is_not_to_be_had_it_says_so_and_goes_on(start, capsys):
    start.refused = ("+cpu",)
    start.main(["setup"])
    said = capsys.readouterr().out
    assert "build for CPUs is not where pip looks" in said and "COURSE_TORCH_INDEX" in said
    assert start.asked[-2:] == [
        "--no-deps --require-hashes -r ./locks/torch.txt",
        "--no-deps --no-build-isolation --editable .",
    ]


def test_an_older_set_up_is_not_made_to_fetch_its_gigabytes_again(start, monkeypatch):
    """The first edition's stamp was no JSON, and its PyTorch on Linux the build for CUDA."""
    Path(start.STAMP).write_text("numpy==2.4.6\n")
    monkeypatch.setattr(start, "_torch_there", lambda: pinned()["torch"])
    start.refused = ("+cpu",)
    start.main(["setup"])
    assert not any("locks/torch.txt" in line for line in start.asked)
    del start.asked[:]
    start.main(["--torch", "cuda", "setup"])
    assert any("locks/torch.txt" in line for line in start.asked)


def test_an_address_for_pytorch_is_used_for_pytorch_alone(start, monkeypatch):
    monkeypatch.setenv("COURSE_TORCH_INDEX", "file:///mirror")
    start.main(["setup"])
    assert [line for line in start.asked if "file:///mirror" in line] == [
        f"--no-deps --index-url file:///mirror torch=={pinned()['torch']}+cpu"
    ]


@pytest.mark.parametrize(
    ("system", "torch", "said"),
    [("darwin", "cpu", ""), ("win32", "cpu", ""), ("win32", "cuda", "build for CUDA is not")],
)
def test_elsewhere_the_locked_build_is_the_one_for_cpus(
    start, monkeypatch, capsys, system, torch, said
):
    monkeypatch.setattr(start.sys, "platform", system)
    start.main(["--torch", torch, "setup"])
    assert "--no-deps --require-hashes -r ./locks/torch.txt" in start.asked
    out = capsys.readouterr().out
    assert said in out and (said or "COURSE_TORCH_INDEX" not in out)


@pytest.mark.parametrize(("answer", "found"), [(GPU, True), ("No devices were found", False)])
def test_a_gpu_is_what_the_driver_names(monkeypatch, answer, found):
    spec = importlib.util.spec_from_file_location("start", ROOT / "start.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module.shutil, "which", lambda name: "/usr/bin/nvidia-smi")
    monkeypatch.setattr(
        module.subprocess, "run", lambda *a, **k: subprocess.CompletedProcess(a, 0, answer, "")
    )
    assert module.has_gpu() == found
    monkeypatch.setattr(module.shutil, "which", lambda name: None)
    assert not module.has_gpu()


@pytest.mark.skipif(shutil.which("make") is None, reason="no make here")
def test_the_makefile_calls_the_same_code():
    def commands(*arguments):
        return subprocess.run(
            ["make", "-n", *arguments], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout

    assert re.search(r"start\.py --torch cpu lab --no-browser",
                     commands("lab", "TORCH=cpu", "NO_BROWSER=1"))  # fmt: skip
    assert re.search(r"start\.py +test --pace quick", commands("test"))


# --- the lists ----------------------------------------------------------------------------------


def pinned():
    """The pins of requirements.txt, by name as package indexes spell it."""
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {name.lower().replace("_", "-"): version for name, version in pairs}


def declared():
    """The ranges of pyproject.toml, by name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    texts = project["dependencies"] + project["optional-dependencies"]["test"]
    found = map(Requirement, texts)
    return {item.name.lower(): item.specifier for item in found}


def test_every_pin_has_a_range_that_holds_it_and_every_range_a_pin():
    assert pinned().keys() == declared().keys(), "name it in requirements.txt and pyproject.toml"
    for name, version in pinned().items():
        assert version in declared()[name], name


def test_the_locks_hold_every_pin_with_hashes():
    for name, version in pinned().items():
        lock = LOCKS["torch" if name == "torch" else "tests"]
        assert re.search(rf"^{name}=={re.escape(version)}[ \\]", lock, re.MULTILINE), (
            f"{name} is not locked: run `make lock`"
        )
    for lock in LOCKS.values():
        blocks = re.split(r"\n(?=[a-z0-9])", lock)[1:]
        assert all("--hash=sha256:" in block for block in blocks)


def test_students_are_spared_the_tests_needs_and_agree_on_the_rest():
    blocks = {name: set(re.findall(r"^[a-z0-9].*==\S+.*$", lock, re.MULTILINE))
              for name, lock in LOCKS.items()}  # fmt: skip
    assert blocks["lessons"] < blocks["tests"]
    assert not re.search(r"^(pytest|playwright|uv|ruff)==", LOCKS["lessons"], re.MULTILINE)
    assert not re.search(r"^(torch|nvidia)", LOCKS["tests"], re.MULTILINE)
