"""Self-check and flashcards of each lesson: ``quiz.self_check("lesson1")``.

:mod:`.questions` says what a question is, :mod:`.lesson1` to :mod:`.lesson5` hold them, and
:mod:`.show` asks them in the notebook.
"""

from course_utils.quiz.show import QuestionBox, flashcards, self_check

__all__ = ["QuestionBox", "flashcards", "self_check"]
