"""Every derivation of the course."""

from course_utils.exercises import derivations_gan, derivations_probability

BANK = (*derivations_probability.BANK, *derivations_gan.BANK)
