"""Proofs to put in order: what one is (:mod:`.derivation`), and all of them, by topic."""
