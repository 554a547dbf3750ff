"""Lesson 4: the Wasserstein GAN with clipped weights."""

from course_utils.quiz.questions import Card, Multiple, Number, Option, Order, Single, Step

QUESTIONS = (
    Multiple(
        "what_changes",
        "Which changes turn a GAN into the WGAN of the 2017 paper?",
        "'Remove the log and clip the weights' is the short story; the sigmoid, the sign, the "
        "optimiser and the number of critic steps belong to it.",
        options=(
            Option(
                "The critic's output has no sigmoid.",
                "Needed: a score is any real number, not a probability.",
                True,
            ),
            Option(
                "The losses have no logarithm.", "Needed: they are plain means of scores.", True
            ),
            Option(
                "After each critic step every weight is clipped to [−c, c].",
                "Needed: it bounds the critic's slope, somehow.",
                True,
            ),
            Option(
                "The critic takes several steps for each generator step.",
                "Needed: Algorithm 1 takes 5.",
                True,
            ),
            Option(
                "The generator is trained on −log of the score.",
                "A score may be negative; the generator minimises minus the mean score.",
            ),
            Option(
                "The generator's weights are clipped, too.",
                "Only the critic's slope has to be bounded, by whatever constant.",
            ),
        ),
    ),
    Number(
        "bound",
        "A critic with layers $2\\to4\\to1$ and ReLU has its weights clipped at $c=0.1$. Each "
        "matrix of $n\\times m$ entries in $[-c,c]$ has spectral norm at most $c\\sqrt{nm}$. "
        "What is the product bound on the critic's slope?",
        "$0.1\\sqrt8\\cdot0.1\\sqrt4=0.0566$: nowhere near 1.",
        key=0.1 * 8**0.5 * 0.1 * 2,
        mistakes=(
            (0.08, "Both factors are the first layer's; the second matrix has 4 entries, not 8."),
            (0.01, "$c$ for each layer ignores the widths."),
            (0.1 * 8**0.5 + 0.2, "The norms multiply along the layers; they do not add."),
            (0.32, "$c$ times the number of entries bounds less tightly; take the root of it."),
            (1.0, "Clipping bounds the slope by *some* constant, here far below 1."),
        ),
    ),
    Single(
        "printed_distance",
        "Training with clipping prints 'W-dist: 0.0004' while an exact solver measures $W_1=0.4$ "
        "between the samples and the data. Why?",
        "With that network and $c=0.01$ the slope is at most 0.0232, so the printed number is at "
        "most $W_1/43$. It is no distance, and numbers of different critics cannot be compared.",
        options=(
            Option(
                "The clipped critic's slope is far below 1, and the score gap shrinks with it.",
                "Yes.",
                True,
            ),
            Option(
                "The generator has converged.",
                "An exact solver says that it has not.",
            ),
            Option(
                "The exact solver suffers from sampling noise of 0.4.",
                "There is a floor, but it lies at about 0.2 for these samples, and the printed "
                "number is a thousand times smaller.",
            ),
            Option(
                "The critic has overfitted.",
                "An overfitted critic finds too large a gap, not too small a one.",
            ),
        ),
    ),
    Single(
        "theorem_1",
        "Theorem 1 of the WGAN paper says that $W_1(P_\\text{data}, P_\\theta)$ is continuous in "
        "$\\theta$, and differentiable almost everywhere, if …",
        "Together with a condition on the expected local Lipschitz constants. Then the loss "
        "has a slope to follow wherever the generator starts.",
        options=(
            Option(
                "the generator g(θ, z) is continuous in θ, and locally Lipschitz.",
                "Yes: the theorem is about the generator.",
                True,
            ),
            Option(
                "the critic is continuous.",
                "The critic does not appear: the theorem speaks of $W_1$ itself.",
            ),
            Option(
                "the weights of the critic are clipped.",
                "Clipping is a way to *estimate* $W_1$; the theorem does not need it.",
            ),
            Option(
                "the two supports overlap.",
                "It is the point of $W_1$ that they need not.",
            ),
        ),
    ),
    Single(
        "optimality",
        "'In a WGAN the critic is trained to optimality, so training converges.' What is wrong?",
        "With finitely many critic steps convergence is not guaranteed, neither for clipping nor "
        "for the penalty.",
        options=(
            Option(
                "Algorithm 1 takes five critic steps, and the proof of convergence would need "
                "more than an optimal critic.",
                "Yes, twice.",
                True,
            ),
            Option(
                "Nothing: that is what the paper proves.",
                "The paper argues that one *may* train the critic longer without harm; its "
                "algorithm takes five steps.",
            ),
            Option(
                "Training the critic to optimality would make the gradient vanish.",
                "That is the discriminator of lesson 2; a Lipschitz critic keeps a slope.",
            ),
            Option(
                "It is true only for RMSprop.",
                "No optimiser makes five steps an optimum.",
            ),
        ),
    ),
    Single(
        "mode_collapse",
        "What does the WGAN paper report about mode collapse?",
        "An absence in some experiments is not a theorem. Count modes, over several seeds.",
        options=(
            Option("That its experiments showed none.", "Yes, and no more.", True),
            Option(
                "That the Wasserstein loss makes it impossible.",
                "Nobody has proved this, and users of the published code have reported it.",
            ),
            Option(
                "That it happens less often than with the penalty.",
                "The penalty came later, in another paper.",
            ),
            Option(
                "That the loss curve reveals it.",
                "No number in training counts modes; that has to be measured.",
            ),
        ),
    ),
    Order(
        "one_round",
        "Put one round of Algorithm 1 in order.",
        "A *fresh* real batch belongs to each critic step; code that reuses one batch five times "
        "trains another critic.",
        steps=(
            Step("Draw a fresh batch of data and fresh noise.", ""),
            Step(
                "Compute mean fake score − mean real score, and take an RMSprop step to lower it.",
                "there is nothing to score yet.",
            ),
            Step(
                "Clip every weight of the critic to [−c, c].",
                "clipping repairs what a step has done; the step comes first.",
            ),
            Step(
                "Go back to the start until the critic has had its five steps.",
                "the critic's step is not complete yet.",
            ),
            Step(
                "Lower minus the mean score of fresh fakes: one generator step.",
                "the critic takes all its steps before the generator moves.",
            ),
        ),
    ),
    Number(
        "hours",
        "30,000 generator steps of 100 images each, at 250 images per second. How many hours?",
        "$30{,}000\\cdot100/250$ seconds $=12{,}000$ s $=3.33$ h. The critic's five batches for "
        "each step are already in the measured speed.",
        key=30_000 * 100 / 250 / 3600,
        unit="hours",
        mistakes=(
            (30_000 / 250 / 3600, "Each step makes 100 images, not one."),
            (30_000 * 100 / 250 / 60, "Those are minutes."),
            (12_000, "Those are seconds."),
            (30_000 * 100 * 250 / 3600, "A higher speed must shorten the time: divide by it."),
        ),
    ),
    Single(
        "clipped_weights",
        "After training with $c=0.01$, where do most weights of the critic lie?",
        "Training pushes the critic to be as steep as it may, so it ends as a very simple "
        "function; with $c$ slightly too large or small, gradients explode or vanish with depth.",
        options=(
            Option("At the two ends, −c and c.", "Yes: two spikes.", True),
            Option(
                "Around 0, in a bell shape.",
                "That is how they start; maximising the score gap drives them apart.",
            ),
            Option(
                "Spread evenly over [−c, c].",
                "Nothing keeps a weight in the middle if the gap grows at the end.",
            ),
            Option(
                "At −c only, for features that predict nothing.",
                "Unpredictive features have gradients near 0 and stay where they are; the signs "
                "of the others follow the data.",
            ),
        ),
    ),
)

CARDS = (
    Card(
        "losses",
        "WGAN losses, to minimise",
        "Critic: mean fake score − mean real score. Generator: − mean fake score. No sigmoid, no "
        "logarithm.",
    ),
    Card(
        "critic",
        "Critic against discriminator",
        "A critic gives scores without a scale or a zero; a discriminator gives probabilities. "
        "Only differences of scores mean something.",
    ),
    Card(
        "algorithm",
        "Algorithm 1: the numbers",
        "$n_\\text{critic}=5$, RMSprop at $5\\cdot10^{-5}$, $c=0.01$, batches of 64. The authors' "
        "code adds 100 critic steps in each of the first 25 rounds and in every 500th.",
    ),
    Card(
        "clipping",
        "What does clipping guarantee?",
        "$K$-Lipschitz for *some* $K$, at most the product of $c\\sqrt{n\\,m}$ over the layers. "
        "Not 1, and not known exactly.",
    ),
    Card(
        "scale",
        "What does the dual value of a clipped critic measure?",
        "At most $K\\cdot W_1$, with an unknown $K$. It can show progress of *one* run; it is no "
        "distance.",
    ),
    Card(
        "theorem1",
        "Theorem 1 (WGAN)",
        "If the generator is continuous in its weights, so is $W_1$; if it is locally Lipschitz "
        "too, $W_1$ is differentiable almost everywhere. JS has no such luck.",
    ),
    Card(
        "theorem2",
        "Theorem 2 (WGAN)",
        "On a bounded set, convergence in KL implies convergence in JS and TV, and that implies "
        "convergence in $W_1$. None of these arrows can be turned round.",
    ),
    Card(
        "theorem3",
        "Theorem 3 (WGAN)",
        "With the best critic $f$: $\\nabla_\\theta W_1 = -E_z\\nabla_\\theta f(g_\\theta(z))$. "
        "The critic's slope is a force on each sample.",
    ),
    Card(
        "schedule",
        "Why may a critic be trained longer than a discriminator?",
        "A better discriminator flattens the saturating loss; a better Lipschitz critic only "
        "gives a better slope.",
    ),
    Card(
        "depth",
        "Clipping and depth",
        "Each layer multiplies the gradient by a factor set by $c$ and the width: slightly off, "
        "and through the eleven matrices between twelve hidden layers it explodes or vanishes.",
    ),
)
