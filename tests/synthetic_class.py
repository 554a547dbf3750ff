"""A class whose every verdict is known beforehand: right, wrong, partial, broken and hostile."""

# ruff: noqa: E501 (an answer is easier to read on one line than to write on three)

import random

from class_of_students import hand_in

from course_utils.exercises.index import LESSONS

RIGHT, WRONG, ERROR, BLANK = "correct", "incorrect", "error", "not attempted"
_D = "@exercise\ndef "
# exercise → answers, each with (status, misconception, share) as the grader must find them
VARIANTS = {
    1: {
        "disease_posterior": [
            (_D + "disease_posterior(a, b, c):\n    return a * c / (a * c + (1 - b) * (1 - c))", RIGHT, "", 1),
            (_D + "disease_posterior(a, b, c):\n    return a", WRONG, "inverse_confused", 0),
            (_D + "disease_posterior(a, b, c):\n    return a * c", WRONG, "joint_not_conditional", 0),
            (_D + "disease_posterior(a, b, c):\n    return [a, b, c", ERROR, "", 0),
            (_D + "disease_posterior(a, b, c):\n    raise ValueError('?')", ERROR, "", 0),
            (_D + "disease_posterior(a, b, c):\n    import os\n    os._exit(0)", ERROR, "", 0),
        ],
        "entropy": [
            (_D + "entropy(p):\n    return -sum(x * np.log(x) for x in p if x > 0)", RIGHT, "", 1),
            ("def h(x):\n    return -x * np.log(x) if x else 0.0\n\n" + _D + "entropy(p):\n    return sum(map(h, p))", RIGHT, "", 1),
            (_D + "entropy(p):\n    return stats.entropy(p)", RIGHT, "", 1),
            (_D + "entropy(p):\n    return divergences.entropy(p)", WRONG, "", 0),
            (_D + "entropy(p):\n    return stats.entropy(p, base=2)", WRONG, "bits_not_nats", 0),
            (_D + "entropy(p):\n    return -stats.entropy(p)", WRONG, "sign_forgotten", 0),
            (_D + "entropy(p):\n    raise NotImplementedError", BLANK, "", 0),
        ],
        "three_brothers": [
            ('answers("three_brothers", {"P(Fred older than Bob)": 1 / 2,\n'
             '    "P(Fred older than Bob | Fred older than Alf)": 2 / 3})', RIGHT, "", 1),
            ('answers("three_brothers", {"P(Fred older than Bob)": np.mean([0, 1]),\n'
             '    "P(Fred older than Bob | Fred older than Alf)": 0.5})', WRONG, "", 0.5),
            ('answers("three_brothers", {"P(Fred older than Bob)": ...,\n'
             '    "P(Fred older than Bob | Fred older than Alf)": nobody})', WRONG, "", 0),
        ],
        "bayes_rule": [
            ('derivation("bayes_rule", "E B G A D H")', RIGHT, "", 1),
            ('derivation("bayes_rule", "B E G A D H")', WRONG, "", 0),
            ('derivation("bayes_rule", ["E", "B"])', WRONG, "", 0),
        ],
    },
    4: {
        "training_hours": [
            (_D + "training_hours(n, b, s):\n    return n * b / s / 3600", RIGHT, "", 1),
            (_D + "training_hours(n, b, s):\n    return n * b / s", WRONG, "seconds", 0),
            (_D + "training_hours(n, b, s):\n    return n * b / s / 60", WRONG, "minutes", 0),
            (_D + "training_hours(n, b, s):\n    print('correct')", WRONG, "*", 0),
        ],
        "wasserstein_critic_loss": [
            (_D + "wasserstein_critic_loss(r, f):\n    return f.mean() - r.mean()", RIGHT, "", 1),
            (_D + "wasserstein_critic_loss(r, f):\n    return r.mean() - f.mean()", WRONG, "negated", 0),
            (_D + "wasserstein_critic_loss(r, f):\n    return r.men()", ERROR, "", 0),
            (_D + "wasserstein_critic_loss(r, f):\n    import ctypes\n    ctypes.string_at(0)", ERROR, "", 0),
        ],
        "clip_weights": [
            (_D + "clip_weights(critic, c):\n    for w in critic.parameters():\n        w.data.clamp_(-c, c)", RIGHT, "", 1),
            (_D + "clip_weights(critic, c):\n    pass", BLANK, "", 0),
        ],
    },
}  # fmt: skip


def make(folder, students, lessons=(1, 4), seed=1):
    """Write the class, each student with one of `lessons`.

    Returns ``{(student, exercise): (status, misconception, share)}``.
    """
    random_ = random.Random(seed)
    expected = {}
    for number in range(students):
        student = f"student {number:03d}"
        lesson = lessons[number % len(lessons)]
        chosen = {}
        for exercise, variants in VARIANTS[lesson].items():
            # in turn, so that every variant occurs, and each student has another mixture
            text, *verdict = variants[
                (number // len(lessons) + random_.randrange(2)) % len(variants)
            ]
            chosen[exercise] = text
            expected[student, exercise] = tuple(verdict)
        for exercise in LESSONS[lesson]:
            expected.setdefault((student, exercise), (BLANK, "", 0))
        hand_in(folder, student, lesson, chosen, solved=False)
    return expected
