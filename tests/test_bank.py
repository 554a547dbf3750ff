"""Every exercise, table and derivation of the course against its own data.

Each misconception must be told apart from the reference and from all the others; each
alternative must pass; nothing outside may change.
"""

import functools
import importlib
import inspect
import json
import math
import random
import re
import subprocess
import sys
import warnings
from dataclasses import replace

import numpy as np
import pytest
from variants import FULL

from course_utils import settings
from course_utils.exercises import judging
from course_utils.exercises.draft import Draft
from course_utils.exercises.engine import Derivation, Exercise, Table
from course_utils.exercises.index import BANK_OF, EXERCISES, LESSONS
from course_utils.exercises.run_probe import observe

SEEDS = (0, 1, 2) if FULL else (0,)
NOTEBOOKS = sorted((settings.ROOT / "notebooks").glob("0*.ipynb"))
SEEN = {}  # what answers of the bank did
NAMES = """
disease_posterior count_moments z_statistic_law urn_posterior next_ball_black entropy
cross_entropy kl_divergence gaussian_kl gaussian_log_likelihood fit_gaussian gaussian_density
condition_gaussian sample_gaussian jensen_shannon optimal_discriminator gan_value
discriminator_loss saturating_generator_loss non_saturating_generator_loss gan_training_step
is_coupling transport_cost wasserstein_1d optimal_transport kantorovich_dual lipschitz_constant
linear_lipschitz_constant parallel_lines wasserstein_critic_loss wasserstein_generator_loss
clip_weights clipped_lipschitz_bound wgan_critic_step training_hours interpolate gradient_norms
gradient_penalty one_sided_gradient_penalty wgan_gp_critic_loss wgan_gp_training_step
frechet_distance inception_score
"""
THE_43 = set(NAMES.split())

ITEMS = dict(EXERCISES)
FUNCTIONS = [item for item in ITEMS.values() if isinstance(item, Exercise)]
TABLES = [item for item in ITEMS.values() if isinstance(item, Table)]
DERIVATIONS = [item for item in ITEMS.values() if isinstance(item, Derivation)]


def name_of(value):
    return getattr(value, "id", None) or getattr(value, "name", None) or str(value)


each_function = pytest.mark.parametrize("item", FUNCTIONS, ids=name_of)
each_table = pytest.mark.parametrize("item", TABLES, ids=name_of)
each_derivation = pytest.mark.parametrize("item", DERIVATIONS, ids=name_of)


# ---------------------------------------------------------------- the bank as a whole


def test_the_43_functions_are_all_there():
    assert {item.id for item in FUNCTIONS} == THE_43


def test_the_index_says_where_everything_is():
    found = {}
    for bank in dict.fromkeys(BANK_OF.values()):
        for item in importlib.import_module(f"course_utils.exercises.{bank}").BANK:
            assert item.id not in found, f"{item.id} is there twice"
            found[item.id] = (bank, item.lesson)
    lesson_of = {name: lesson for lesson, names in LESSONS.items() for name in names}
    assert found == {name: (BANK_OF[name], lesson_of[name]) for name in BANK_OF}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_index_has_the_order_of_the_notebooks(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    solved = [match[1] for match in map(re.compile(r"%%solution (\w+)").match, sources) if match]
    assert tuple(dict.fromkeys(solved)) == LESSONS[int(path.stem[:2])]


@pytest.mark.parametrize("lesson", [1, 3])
def test_lessons_without_networks_never_import_torch(lesson):
    names = [name for name in LESSONS[lesson] if isinstance(ITEMS[name], (Exercise, Table))]
    code = (
        "import sys; from course_utils.exercises import EXERCISES\n"
        f"for name in {names}: EXERCISES[name]\n"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# ---------------------------------------------------------------- functions


def misconceptions():
    return [
        pytest.param(item, wrong, id=f"{item.id}-{wrong.name}")
        for item in FUNCTIONS
        for wrong in item.misconceptions
    ]


def alternatives():
    return [
        pytest.param(item, answer, id=f"{item.id}-{number}")
        for item in FUNCTIONS
        for number, answer in enumerate((item.reference, *item.alternatives))
    ]


@pytest.fixture
def remembered(monkeypatch):
    """Run each answer once from each seed, however often it is compared."""

    def recall(probe, answer, seed, interrupts, hopeless=None, most_calls=None, **settings):
        key = (id(probe), id(answer), seed)
        if key not in SEEN:
            SEEN[key] = observe(probe, answer, seed, interrupts, **settings)
        return SEEN[key]

    monkeypatch.setattr(judging, "observe", recall)


@pytest.mark.parametrize(("item", "wrong"), misconceptions())
def test_each_misconception_gets_its_own_verdict(item, wrong, remembered):
    for seed in SEEDS:
        outcome = item.evaluate(wrong.answer, seed=seed)
        assert (outcome.status, outcome.misconception) == ("incorrect", wrong.name), outcome.message
        assert outcome.message.startswith(wrong.message)


@pytest.mark.parametrize(("item", "answer"), alternatives())
def test_every_valid_answer_is_correct(item, answer, remembered):
    for seed in SEEDS:
        outcome = item.evaluate(answer, seed=seed)
        assert outcome.status == "correct", outcome.message


@each_function
def test_an_exercise_is_complete(item):
    assert item.id in THE_43 and item.title
    assert len(item.hints) >= 2 and all(item.hints)
    assert len(item.misconceptions) >= 4
    assert len(item.alternatives) >= 2
    names = [wrong.name for wrong in item.misconceptions]
    assert len(set(names)) == len(names) and all(name.isidentifier() for name in names)
    messages = [wrong.message.strip() for wrong in item.misconceptions]
    assert len(set(messages)) == len(messages) and all(text[-1] in ".?" for text in messages)


def stub_of(item, body):
    """A function with the signature of the reference and the given body."""
    signature = inspect.signature(item.reference)
    bare = [
        parameter.replace(annotation=inspect.Parameter.empty)
        for parameter in signature.parameters.values()
        if parameter.kind is not inspect.Parameter.KEYWORD_ONLY
    ]
    signature = signature.replace(parameters=bare, return_annotation=inspect.Signature.empty)
    space = {}
    exec(f"def {item.id}{signature}:\n    'What it returns.'\n    {body}", space)
    return space[item.id]


@each_function
@pytest.mark.parametrize(
    "body",
    [
        "pass",
        "...",
        "raise NotImplementedError",
        "x = 1\n    raise NotImplementedError('your turn')",
    ],
)
def test_a_stub_is_not_attempted(item, body):
    assert item.evaluate(stub_of(item, body), seed=0).status == "not attempted"


@each_function
@pytest.mark.parametrize("body", ["return None", "return 'abc'", "return float('nan')", "1 / 0"])
def test_nonsense_is_survived_and_not_accepted(item, body):
    answer = stub_of(item, "x = 1\n    " + body)
    status = "error" if body == "1 / 0" else "incorrect"
    outcome = replace(item, misconceptions=()).evaluate(answer, seed=0)
    assert outcome.message
    if item.id == "clip_weights" and body != "1 / 0":  # its return value is not looked at
        assert outcome.status == "incorrect"
    else:
        assert outcome.status == status, outcome.message


# ---------------------------------------------------------------- neutrality


def global_state():
    torch = sys.modules["torch"]
    return {
        "python": random.getstate(),
        "numpy": repr(np.random.get_state()),  # noqa: NPY002
        "numpy errors": np.geterr(),
        "torch": torch.get_rng_state().tolist(),
        "dtype": torch.get_default_dtype(),
        "grad": torch.is_grad_enabled(),
        "filters": list(warnings.filters),
        "streams": (sys.stdout, sys.stderr),
        "recursion": sys.getrecursionlimit(),
    }


def disturbing(answer):
    """`answer`, but it also changes every global setting it can find."""

    @functools.wraps(answer)
    def disturbed(*args, **kwargs):
        torch = sys.modules["torch"]
        random.random()
        np.random.seed(7)  # noqa: NPY002
        np.seterr(all="ignore")
        warnings.simplefilter("error")
        sys.setrecursionlimit(3000)
        print("printed")
        try:
            return answer(*args, **kwargs)
        finally:
            torch.set_default_dtype(torch.float64)
            torch.set_grad_enabled(False)

    return disturbed


@each_function
def test_evaluating_leaves_everything_as_it_was(item):
    before = global_state()
    for answer in (item.reference, item.misconceptions[0].answer):
        item.evaluate(answer)
        item.evaluate(disturbing(answer), seed=3)
    assert global_state() == before


@each_function
def test_a_disturbing_answer_gets_the_verdict_it_deserves(item):
    assert item.evaluate(disturbing(item.reference), seed=3).status == "correct"


@each_function
def test_a_verdict_repeats_with_its_seed(item):
    wrong = item.misconceptions[0].answer
    assert item.evaluate(wrong, seed=11) == item.evaluate(wrong, seed=11)


# ---------------------------------------------------------------- tables


@each_table
def test_a_table_accepts_its_key_and_judges_blanks(item):
    key = {label: entry.key for label, entry in item.entries.items()}
    assert item.evaluate(key).status == "correct"
    assert item.evaluate(dict.fromkeys(key, ...)).status == "not attempted"
    assert item.evaluate({}).status == "not attempted"
    texts = {label: str(value) for label, value in key.items()}
    assert item.evaluate(texts).status == "correct", "the key as text"
    assert len(item.hints) >= 1 and item.title


@each_table
def test_a_number_to_three_digits_is_enough(item):
    rounded = {
        label: float(f"{entry.key:.3g}")
        for label, entry in item.entries.items()
        if isinstance(entry.key, float) and entry.rtol >= 5e-3
    }
    for verdict in item.evaluate(rounded).entries:
        assert verdict.status != "incorrect", verdict


@each_table
def test_each_mistake_in_a_table_is_named(item):
    for label, entry in item.entries.items():
        for wrong, sentence in entry.mistakes:
            outcome = item.evaluate({label: wrong})
            verdict = next(verdict for verdict in outcome.entries if verdict.label == label)
            # 0.3 is 0.333 to one digit, and a mistake's exact value
            close = f" is your exact value: {sentence}"
            named = verdict.status == "incorrect" and verdict.message == sentence
            assert named or (verdict.status == "close" and verdict.message.endswith(close)), (
                label,
                wrong,
                verdict,
            )
            assert verdict.value == entry.key


@each_table
def test_a_wrong_number_is_wrong_in_every_cell(item):
    for label, entry in item.entries.items():
        if isinstance(entry.key, str):
            continue
        wrong = not entry.key if isinstance(entry.key, bool) else 7.77 + 3 * abs(entry.key)
        wrong = 7.77 if isinstance(wrong, float) and math.isinf(wrong) else wrong
        assert item.evaluate({label: wrong}).status == "incorrect"


# ---------------------------------------------------------------- derivations


@each_derivation
def test_a_derivation_is_well_formed(item):
    letters = [step.letter for step in item.shuffled]
    assert letters == [chr(ord("A") + n) for n in range(len(letters))]
    shortest = 2 if item.id == "weak_duality" else 5  # its point is that it takes two lines
    assert len(item.steps) >= shortest and len(item.distractors) >= 2
    assert all(step.text and step.misplaced for step in item.shuffled)
    assert all(step.why for step in item.steps)
    for place, letter in enumerate(item.order):
        assert set(item.needs(letter)) <= set(item.order[:place])
    used = {needed for letter in item.order for needed in item.needs(letter)}
    assert used == set(item.order[:-1]), "every line but the last is needed by another"
    assert list(item.order) != sorted(item.order)


@each_derivation
def test_a_derivation_accepts_its_order_and_names_what_is_wrong(item):
    assert item.evaluate(item.order).status == "correct"
    assert item.evaluate(" ".join(item.order).lower()).status == "correct"
    assert item.evaluate(list(item.order)).status == "correct"
    assert item.evaluate(item.order[:-1]).status == "incorrect"
    for wrong in item.distractors:
        outcome = item.evaluate(item.order[:2] + wrong.letter)
        assert outcome.status == "incorrect" and wrong.misplaced in outcome.message
    last = item.steps[-1]
    outcome = item.evaluate(last.letter + item.order[:-1])
    assert outcome.status == "incorrect" and last.misplaced in outcome.message


@each_derivation
@pytest.mark.parametrize("blank", ["", "  ", "...", None, ...])
def test_an_empty_derivation_is_not_attempted(item, blank):
    assert item.evaluate(blank).status == "not attempted"


# ---------------------------------------------------------------- one file per exercise


@each_function
def test_an_exercise_is_one_file_and_a_mistake_one_function(item):
    path = f"course_utils.exercises.lesson{item.lesson}.{item.id}"
    assert importlib.import_module(path).EXERCISE is item
    for wrong in item.misconceptions:
        assert wrong.answer.__name__ == wrong.name


def test_a_draft_wants_a_name_for_each_mistake():
    with pytest.raises(ValueError, match="needs a name"):
        Draft("double").mistake("You tripled it.")(lambda x: 3 * x)
