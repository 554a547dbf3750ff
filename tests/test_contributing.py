"""CONTRIBUTING.md is followed to the letter in a copy of the course, and what it adds works."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from course_utils import places

TEXT = (places.ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
STEP = re.compile(
    r"(?:(?P<new>A new file, )`(?P<path>[^`]+)`"
    r"|In `(?P<inside>[^`]+)`, (?P<side>above|below) `(?P<line>[^`]+)`(?P<each> each time)?"
    r"|(?P<script>A script to run once)):\n\n```(?:python|text)\n(?P<code>.*?\n)```\n",
    re.IGNORECASE | re.DOTALL,
)
ADDED = """
import sys
import pytest
import torch
from course_utils import datasets, lessons, models, places, quiz, widgets
from course_utils.exercises import EXERCISES
from course_utils.lessons.parts import missing_parts
from course_utils.objectives import OBJECTIVES
from course_utils.quiz.bank import bank
from course_utils.training import TrainConfig, train

assert str(places.ROOT) == sys.argv[1], places.ROOT

exercise = EXERCISES["total_variation"]
for answer in (exercise.reference, *exercise.alternatives):
    assert exercise.evaluate(answer, seed=1).status == "correct"
for wrong in exercise.misconceptions:
    outcome = exercise.evaluate(wrong.answer, seed=1)
    assert (outcome.status, outcome.misconception) == ("incorrect", wrong.name), outcome

objective = OBJECTIVES["hinge"]
config = TrainConfig.for_objective(objective, n_steps=3, batch_size=8, latent_dim=2, log_every=1)
networks = models.mlp_generator(2), models.mlp_critic(spectral_norm=True)
history = train(*networks, datasets.eight_gaussians, objective, config)
losses = [row["critic_loss"] for row in history.rows]
assert len(losses) == 3 and all(loss > 0 for loss in losses)

panel = widgets.coin()
assert panel.image[:2] == b"\\xff\\xd8" and "0.693" in panel.alt
assert [done for _, done in panel.goals] == [False]
panel.set(heads=0.11)
assert [done for _, done in panel.goals] == [True]

assert 'href="06_noise.ipynb#cell-id=noise-text"' in widgets.concept_map()._repr_html_()
for lesson in lessons.LESSONS.values():
    assert missing_parts(lesson, places.notebooks_dir()) == []
(label,) = EXERCISES["noise_entropy"].entries
assert EXERCISES["noise_entropy"].evaluate({label: 0.693}).status == "correct"
assert bank("lesson6").QUESTIONS[0].judge("1").right

sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", "tests/test_structure.py"]))
"""


def follow(step, root):
    """Do what one step of the text says."""
    code = step["code"]
    if step["script"]:
        exec(compile(code, "CONTRIBUTING.md", "exec"), {})
        return
    path = root / (step["path"] or step["inside"])
    if step["new"]:
        assert not path.exists(), f"{path} is there already"
        path.parent.mkdir(exist_ok=True)
        path.write_text(code, encoding="utf-8")
        return
    text = path.read_text(encoding="utf-8")
    line = re.compile(rf"^{re.escape(step['line'])}.*\n", re.MULTILINE)
    found = len(line.findall(text))
    assert found == 1 or (step["each"] and found), f"{step['line']!r} is in {path} {found} times"
    above = step["side"] == "above"
    path.write_text(line.sub(lambda m: code + m[0] if above else m[0] + code, text), "utf-8")


@pytest.fixture
def course(tmp_path):
    """A copy of what the examples touch."""
    for folder in ("course_utils", "notebooks"):
        shutil.copytree(
            places.ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    (tmp_path / "tests").mkdir()
    shutil.copy(places.ROOT / "tests" / "test_structure.py", tmp_path / "tests")
    shutil.copy(places.ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_worked_examples_work(course, monkeypatch):
    steps = list(STEP.finditer(TEXT))
    assert len(steps) == TEXT.count("```python") + TEXT.count("```text"), (
        "a block of code that says not where it goes"
    )
    monkeypatch.chdir(course)
    for step in steps:
        follow(step, course)
    environment = os.environ | {
        "PYTHONPATH": str(course), "COURSE_WORK": str(course / "work"), "MPLBACKEND": "agg",
        "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    run = subprocess.run(
        [sys.executable, "-c", ADDED, str(course)], env=environment, cwd=course,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]


def test_an_exercise_takes_thirty_lines():
    (code,) = [s["code"] for s in STEP.finditer(TEXT) if s["path"] and "Draft" in s["code"]]
    assert len([line for line in code.splitlines() if line.strip()]) <= 30


def test_the_hooks_call_what_the_set_up_brings():
    config = yaml.safe_load((places.ROOT / ".pre-commit-config.yaml").read_text())
    tools = Path(sys.executable).parent
    for repo in config["repos"]:
        assert repo["repo"] == "local", "a hook that is fetched does not work offline"
        for hook in repo["hooks"]:
            assert hook["language"] == "system"
            name = Path(hook["entry"].split()[0]).name
            assert shutil.which(name, path=str(tools)), name
