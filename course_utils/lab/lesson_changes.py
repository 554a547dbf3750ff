"""What each version of the course changed in each lesson, in a sentence for students.

``lab`` shows them to whoever has older copies; CHANGELOG.md has the rest.
"""

from course_utils.lab.editions import order

# version → lesson → sentence, the newest first
CHANGES: dict[str, dict[int, str]] = {
    "2.0.0": {
        1: "fewer tables to fill in, predictions before the key figures, and more mistakes named.",
        2: "fairer experiments with their noise shown, and errors of PyTorch explained.",
        3: "move earth yourself and beat the planner; predictions before the key figures.",
        4: "longer experiments beside recorded runs, and errors of PyTorch explained.",
        5: "longer experiments beside recorded runs, and more mistakes of the penalty named.",
    },
}


def since(version: str, lesson: int) -> list[str]:
    """What changed in a lesson after `version`, the newest first."""
    return [
        lessons[lesson]
        for number, lessons in CHANGES.items()
        if order(number) > order(version) and lesson in lessons
    ]
