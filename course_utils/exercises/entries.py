"""Ways to make the entries of an answer table, shared by the banks."""

from course_utils.exercises.tables import Entry

BITS = "This is in bits; the course measures in nats, with natural logarithms."


def exact(key: float, *mistakes: tuple[float | str, str], rtol: float = 5e-3) -> Entry:
    """An entry judged by relative error alone: for small numbers, and for close wrong ones."""
    return Entry(key, rtol=rtol, atol=0.0, mistakes=mistakes)


def choice(key: str, wrong: dict[str, str]) -> Entry:
    """A choice between `key` and the wrong options, each with a sentence for who takes it."""
    return Entry(key, mistakes=tuple(wrong.items()), choices=tuple(sorted((key, *wrong))))


def judged(key: bool, sentence: str) -> Entry:
    """A statement, true or false; `sentence` goes to the student who got it wrong."""
    return Entry(key, mistakes=((not key, sentence),))
