"""Every derivation of the course."""

from course_utils.exercises.derivations import gan, probability, samples, transport

BANK = (*probability.BANK, *samples.BANK, *transport.BANK, *gan.BANK)
