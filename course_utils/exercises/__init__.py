"""Exercises that know which mistake was made.

``EXERCISES`` maps every id to its exercise, table or derivation, and loads a lesson's bank when
one of its ids is first asked for: lessons 1 and 3 never wait for torch.
"""

from course_utils.exercises.index import EXERCISES

__all__ = ["EXERCISES"]
