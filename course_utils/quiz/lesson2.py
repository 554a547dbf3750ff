"""Lesson 2: the two-player game, what the discriminator computes, and how it fails."""

from course_utils.quiz.questions import Card, Multiple, Number, Option, Order, Single, Step

QUESTIONS = (
    Number(
        "optimal_discriminator",
        "At some point $x$ the data have density $0.2$ and the generator has $0.6$. What does "
        "the best discriminator answer there?",
        "$D^*(x) = p_\\text{data}/(p_\\text{data}+p_g) = 0.2/0.8$: the share of the points seen "
        "at $x$ that are real.",
        key=0.25,
        mistakes=(
            (0.75, "That is the probability that the point is a fake."),
            (1 / 3, "That is the ratio of the densities; the discriminator gives a share."),
            (0.5, "One half would mean that the densities agree at $x$."),
            (0.2, "Divide by the sum of both densities."),
        ),
    ),
    Single(
        "value",
        "With the best discriminator, what is the value of the game, $V(G, D^*)$?",
        "So the smallest value is $-2\\ln 2 = -1.386$, where the generator has matched the data.",
        options=(
            Option("2·JS − 2·ln 2", "Yes: the factor 2 is easily lost in the last line.", True),
            Option(
                "JS − ln 2",
                "The two halves inside JS have been taken out once too often: a factor is missing.",
            ),
            Option("JS", "The constant is missing: for $p_g = p_\\text{data}$ the value is not 0."),
            Option(
                "−2·JS",
                "The value grows as the distributions part; the generator wants it small.",
            ),
        ),
    ),
    Number(
        "js_ceiling",
        "What is the Jensen–Shannon divergence of two distributions that share no point, in nats?",
        "$\\ln 2$, at any distance: it says *that* they differ, never by how much.",
        key=0.6931471805599453,
        unit="nats",
        mistakes=(
            (1.3862943611198906, "Twice too much: that is the convention without the two halves."),
            (1.0, "One *bit*; in nats it is smaller. (It is also the total variation.)"),
            (float("inf"), "That is $D(P\\|Q)$; JS compares each with the mixture of both."),
            (0.0, "Zero would mean that they are equal."),
        ),
    ),
    Multiple(
        "perfect_discriminator",
        "The discriminator has become nearly perfect. What happens to the generator?",
        "So 'the gradient vanishes' is a statement about the saturating loss alone; the other "
        "one has a different illness.",
        options=(
            Option(
                "With the loss log(1 − D) its gradient is nearly zero.",
                "It is true: this loss is flat where $D$ is near 0. For $N(4,1)$ against $N(0,1)$ "
                "the slope at $x=6$ is $4.5\\cdot10^{-7}$.",
                True,
            ),
            Option(
                "With the loss −log D its gradient does not vanish, but it can be large and "
                "change from batch to batch.",
                "It is true: for the same two Gaussians its slope is 4.00 at $x=4$ and beyond.",
                True,
            ),
            Option(
                "Whatever the loss, the generator stops learning.",
                "The loss $-\\log D$ keeps a slope where $D$ is near 0.",
            ),
            Option(
                "The discriminator's loss shows how far the samples are from the data.",
                "JS is at its ceiling for distributions that do not overlap, near or far.",
            ),
        ),
    ),
    Single(
        "why_log",
        "Someone replaces $E[\\log D(x)] + E[\\log(1-D(G(z)))]$ by "
        "$E[D(x)] + E[1-D(G(z))]$, 'since the logarithm is increasing'. What goes wrong?",
        "The expectation of a logarithm is not the logarithm of an expectation. The linear score "
        "is then worth $1+\\text{TV}$ and teaches no probability.",
        options=(
            Option(
                "The best D becomes a hard rule, 0 or 1, instead of a probability.",
                "Yes: a linear score rewards exaggeration.",
                True,
            ),
            Option(
                "Nothing: increasing functions do not move a maximum.",
                "They do not move the maximum of one number, but here an average is maximised, "
                "and the logarithm stands inside it.",
            ),
            Option(
                "The value is no longer bounded.",
                "It lies between 1 and 2 for the best $D$.",
            ),
            Option(
                "The generator's part changes sign.",
                "Both terms keep their signs.",
            ),
        ),
    ),
    Single(
        "minimises_js",
        "'A GAN minimises the Jensen–Shannon divergence.' When is that true?",
        "In practice the discriminator is a few steps old, and the usual loss is $-\\log D$, "
        "whose gradient is that of $D(P_g\\|P_\\text{data}) - 2\\,\\text{JS}$ at best.",
        options=(
            Option("If D is optimal at each step and the loss is log(1 − D).", "Yes.", True),
            Option(
                "Always: that is what the proof shows.",
                "The proof assumes the best discriminator for the current generator.",
            ),
            Option(
                "If D is optimal, for either generator loss.",
                "With $-\\log D$ the gradient is another one, even for the best $D$.",
            ),
            Option(
                "If both networks are large enough.",
                "Size makes the best $D$ representable; it does not make it found.",
            ),
        ),
    ),
    Order(
        "one_round",
        "Put one round of GAN training in order.",
        "The gradient that reaches the generator passes *through* the discriminator, which stays "
        "as it is meanwhile.",
        steps=(
            Step("Draw a batch of data and make a batch of fakes.", ""),
            Step(
                "Score both with the discriminator; its loss is a cross-entropy.",
                "there is nothing to score yet.",
            ),
            Step("Update the discriminator.", "it has no loss, hence no gradient, yet."),
            Step(
                "Score fakes with the updated discriminator; the generator's loss is −log D.",
                "in this game the discriminator moves first.",
            ),
            Step("Update the generator.", "it has no loss, hence no gradient, yet."),
        ),
    ),
    Single(
        "stopping",
        "The discriminator's loss has stood at $2\\ln 2$ for an hour. What do you know?",
        "The loss of a game measures the balance of two players, not the quality of either. "
        "Look at samples, and measure them with something independent.",
        options=(
            Option(
                "That this discriminator cannot tell the two apart; it may be a poor one.",
                "Yes.",
                True,
            ),
            Option(
                "That the generator has matched the data.",
                "The *best* discriminator would say so; this one may be too weak to notice.",
            ),
            Option(
                "That training has collapsed.",
                "Collapse is usually noticed by the discriminator, whose loss then falls.",
            ),
            Option(
                "That JS is at its ceiling.",
                "There the best discriminator is perfect, and its loss is 0.",
            ),
        ),
    ),
)

CARDS = (
    Card(
        "game",
        "The minimax game",
        "$\\min_G\\max_D\\; E_{x\\sim P_\\text{data}}[\\log D(x)] + E_{z}[\\log(1-D(G(z)))]$.",
    ),
    Card(
        "d_star",
        "The best discriminator for a fixed generator",
        "$D^*(x)=\\frac{p_\\text{data}(x)}{p_\\text{data}(x)+p_g(x)}$: it estimates a ratio of "
        "densities without ever seeing one.",
    ),
    Card(
        "value",
        "The value of the game at $D^*$",
        "$V(G,D^*) = 2\\,\\text{JS}(P_\\text{data},P_g) - 2\\ln 2$, smallest at $-1.386$.",
    ),
    Card(
        "js",
        "Jensen–Shannon divergence, and its ceiling",
        "$\\tfrac12D(P\\|M)+\\tfrac12D(Q\\|M)$ with $M=\\tfrac12(P+Q)$. At most $\\ln 2$; reached "
        "whenever the supports are disjoint. (Some papers leave out the halves: then $2\\ln 2$.)",
    ),
    Card(
        "saturating",
        "Saturating and non-saturating generator loss",
        "$\\log(1-D)$ is flat where $D$ is near 0; $-\\log D$ is steep there. Same fixed point, "
        "different roads.",
    ),
    Card(
        "non_saturating_gradient",
        "At $D^*$, whose gradient is that of $-\\log D$?",
        "Of $D(P_g\\|P_\\text{data}) - 2\\,\\text{JS}$: it seeks modes, and the JS enters with "
        "the wrong sign.",
    ),
    Card(
        "collapse",
        "Mode collapse",
        "The generator makes few kinds of sample, all good enough for the current discriminator. "
        "Losses do not show it; counting modes does.",
    ),
    Card(
        "manifolds",
        "Why do supports hardly ever overlap at the start?",
        "Images are thought to lie near a thin set (a hypothesis), and a generator with a short "
        "$z$ fills one of at most that dimension (a fact). Two such sets rarely meet in more than "
        "a thin set.",
    ),
    Card(
        "minimax",
        "Is $\\min_G\\max_D$ the same as $\\max_D\\min_G$?",
        "No. For a fixed $D$ the best generator puts all its mass on one point where $D$ is "
        "largest: collapse.",
    ),
    Card(
        "logits",
        "Why compute the losses from logits?",
        "$-\\log\\sigma(l)=\\text{softplus}(-l)$ stays finite at any logit; $\\log$ of a rounded "
        "0 does not.",
    ),
)
