"""Whatever stands under ``@exercise``, 'Run all' goes on and the names work."""

import pytest
from IPython.core.interactiveshell import InteractiveShell

from course_utils.exercises import notebook
from course_utils.exercises.index import EXERCISES


@pytest.fixture
def shell(monkeypatch, tmp_path):
    """A notebook of its own that shows boxes as text, in student mode."""
    monkeypatch.setenv("COURSE_WORK", str(tmp_path))
    monkeypatch.delenv("COURSE_MODE", raising=False)
    monkeypatch.setattr(notebook, "HISTORY", [])
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    said = []
    monkeypatch.setattr(notebook, "show", lambda bundle: said.append(bundle.text))
    shell.said = said
    run(shell, "import math, functools, numpy as np, torch\n"
               "from course_utils.exercises import exercise\n")  # fmt: skip
    yield shell
    InteractiveShell.clear_instance()


def run(shell, cell):
    """Run a cell that must not raise, and return what it showed."""
    before = len(shell.said)
    result = shell.run_cell(cell, store_history=True)
    result.raise_error()
    return "\n".join(shell.said[before:])


RIGHT = "def entropy(p):\n    p = p[p > 0]\n    return -(p * np.log(p)).sum()\n"


@pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")
@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (f"@exercise\n{RIGHT}", "your own function"),
        (f"@exercise()\n{RIGHT}", "your own function"),
        (f'@exercise("entropy")\n{RIGHT}', "your own function"),
        (f'@exercise("entropy")\n{RIGHT.replace("entropy", "mine")}', "your own function"),
        (f'@exercise("entropie")\n{RIGHT}', "your own function"),
        (f"@exercise\n{RIGHT.replace('entropy', 'entropi')}", 'write `@exercise("entropy")`'),
        (f"@exercise\n{RIGHT.replace('entropy', 'my_entropy')}", 'write `@exercise("entropy")`'),
        ("@exercise\ndef kl(p, q):\n    return 0.0", "If `kl_divergence` is meant"),
        ("@exercise\ndef f(y, y_hat, sigma):\n    return 0.0", "`gaussian_log_likelihood` is"),
        ("h = exercise(lambda p: 0.0)", "a lambda has no name"),
        ('entropy = exercise("entropy")(lambda p: -(p * np.log(p)).sum())', "nan"),
        ("@exercise\nclass entropy:\n    def __init__(self, p):\n        pass", "is a class here"),
        ("@exercise\nasync def entropy(p):\n    return 0.0", "makes a coroutine"),
        ("@exercise\n@functools.cache\ndef entropy(p):\n    return 0.0", "unhashable"),
        (
            "def plain(f):\n    def wrapper(*args):\n        return f(*args)\n    return wrapper\n"
            f"@exercise\n@plain\n{RIGHT}",
            "your own function",
        ),
        ("@exercise\n@torch.jit.script\ndef entropy(p: torch.Tensor):\n    return -(p * p.log())",
         "error"),
        ("exercise(3)", "above a function"),
        ("@exercise\ndef hand_entropies():\n    return 0", 'answers("hand_entropies"'),
        (
            "@exercise\ndef entropy(p):\n    return helper(p)\n"
            "def helper(p):\n    return 0.0\n",
            "move that definition above",
        ),
        (
            "@exercise\ndef entropy(p):\n    return sum(map(term, p))\n"
            "term = lambda x: -x * math.log(x)\n",
            "`term` is defined further down",
        ),
        ("@exercise\ndef entropy(p):\n    return missing(p)\n", "`missing` is defined nowhere"),
    ],
)  # fmt: skip
def test_run_all_goes_on(shell, cell, words):
    assert words in run(shell, cell)
    run(shell, "assert callable(exercise)")


@pytest.mark.parametrize(
    ("cell", "name", "call"),
    [
        (f'@exercise("entropy")\n{RIGHT.replace("entropy", "mine")}', "entropy", "mine"),
        (f"@exercise\n{RIGHT.replace('entropy', 'my_entropy')}", "entropy", "my_entropy"),
        ("@exercise\ndef kl(p, q):\n    return 0.0", "kl_divergence", "kl"),
        ("@exercise\nasync def entropy(p):\n    return 0.0", "entropy", "entropy"),
        ("@exercise\nclass entropy:\n    pass", "entropy", "entropy"),
    ],
)
def test_the_name_is_bound_to_something_that_works(shell, cell, name, call):
    run(shell, cell)
    arguments = "np.ones(2) / 2, np.ones(2) / 2" if "kl" in name else "np.ones(2) / 2"
    right = EXERCISES[name].reference(*[__import__("numpy").ones(2) / 2] * (1 + ("kl" in name)))
    assert shell.user_ns["entropy" if name == "entropy" else name]
    run(shell, f"value = {name}({arguments}); {call}({arguments})")
    assert float(shell.user_ns["value"]) == pytest.approx(float(right))


NORMS = (
    "def gradient_norms(critic, x):\n"
    "    x = x.detach().requires_grad_(True)\n"
    "    with torch.enable_grad():\n"
    "        (g,) = torch.autograd.grad(critic(x).sum(), x, create_graph={graph})\n"
    "    return g.flatten(1).norm(dim=1)\n"
)


def test_a_decorator_above_is_judged_with_the_function(shell):
    """no_grad above @exercise cuts the gradient of what is bound, so the verdict must say so."""
    cell = "@torch.no_grad()\n@exercise\n" + NORMS.format(graph=True)
    said = run(shell, cell)
    assert "incorrect" in said and "judged together with `@torch.no_grad()`" in said
    run(shell, "value = gradient_norms(torch.nn.Linear(2, 1), torch.ones(3, 2))")
    assert shell.user_ns["value"].requires_grad, "the course's own function, without no_grad"
    assert "your own function" in run(shell, "@exercise\n" + NORMS.format(graph=True))


def test_a_harmless_decorator_above_changes_nothing(shell):
    assert "your own function" in run(shell, f"@torch.no_grad()\n@exercise\n{RIGHT}")


def test_instructors_are_stopped_by_a_name_that_is_none(shell, monkeypatch):
    monkeypatch.setenv("COURSE_MODE", "instructor")
    with pytest.raises(LookupError, match="entropy"):
        notebook.exercise("entropie")(print)
