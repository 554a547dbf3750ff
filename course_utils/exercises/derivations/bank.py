"""Every derivation of the course."""

from course_utils.exercises.derivations import gan, probability

BANK = (*probability.BANK, *gan.BANK)
