"""The derivation of lesson 1 about samples: no divergence, no difference that a test could see."""

from __future__ import annotations

from course_utils.exercises.derivations.derivation import Derivation, Step

PERFECT_SAMPLES = Derivation(
    id="zero_divergence",
    lesson=1,
    title="Zero divergence means perfect samples",
    claim=(
        r"If $D(P\|Q)=0$, no test that looks at $n$ independent samples, all from $P$ or all from "
        r"$Q$ with equal probability, says which more often than half of the time."
    ),
    steps=(
        Step(
            "D",
            r"$D(P\|Q)=0$ is the case of equality in Gibbs' inequality: $q(x)=p(x)$ wherever "
            r"$p(x)>0$.",
            "The logarithm touches its tangent at 1 only.",
            "this is where the proof starts.",
            needs="",
        ),
        Step(
            "A",
            r"There $q$ already sums to 1, so it has no mass anywhere else: $Q=P$.",
            "Both are distributions.",
            "first say where p and q agree.",
        ),
        Step(
            "G",
            r"So every set $S$ has the same probability under both, $P(S)=Q(S)$.",
            "A probability of a set is a sum, or an integral, of p over it.",
            "the two distributions have not been shown to be equal yet.",
        ),
        Step(
            "C",
            r"Independent samples multiply: $(x_1,\dots,x_n)$ has the law $P^n=Q^n$ either way.",
            "The joint law of independent draws is the product of their laws.",
            "the laws of one draw come first.",
        ),
        Step(
            "F",
            r"A test says '$P$' on some set $T$ of outcomes $(x_1,\dots,x_n)$, so it says so with "
            r"probability $t=P^n(T)=Q^n(T)$ in both cases.",
            "Whatever the test computes, its verdict depends on the samples alone.",
            "the law of n samples is not there yet.",
        ),
        Step(
            "B",
            r"It is right with probability $\frac12 t+\frac12(1-t)=\frac12$.",
            "Right in the first case when it says P, in the second when it does not.",
            "this is the conclusion.",
        ),
    ),
    distractors=(
        Step(
            "E",
            r"$D(P\|Q)=0$ says that the samples of $Q$ are the data points.",
            "",
            "that would be a model that memorises; its distribution is not P.",
        ),
        Step(
            "H",
            r"A small divergence gives nearly the same set probabilities, so $P^n$ and $Q^n$ are "
            r"nearly the same for every $n$.",
            "",
            "divergences of independent samples add, $D(P^n\\|Q^n)=n\\,D(P\\|Q)$: however small "
            "it is, enough samples tell the two apart.",
        ),
    ),
    full=(
        r"The theorem is about *zero*. With $D(P\|Q)=\varepsilon>0$ the divergence of $n$ samples "
        r"is $n\varepsilon$, and a patient critic wins. The discriminator of a GAN is exactly such "
        r"a test, and at the end of a perfect game it is right half of the time."
    ),
)

BANK = (PERFECT_SAMPLES,)
