"""Every derivation of the course."""

from course_utils.exercises.derivations import gan, probability, transport

BANK = (*probability.BANK, *transport.BANK, *gan.BANK)
