"""Lesson 5: penalties by hand, and what the penalty does and does not achieve.

Gulrajani et al., *Improved training of Wasserstein GANs* (2017); Petzka et al., *On the
regularization of Wasserstein GANs* (2018); Mescheder et al., *Which training methods for GANs do
actually converge?* (2018).
"""

from __future__ import annotations

from course_utils.exercises.engine import Entry, Table
from course_utils.exercises.tables import choice, exact, judged

# --- penalties by hand ------------------------------------------------------------------

ON_THE_NORM = "The penalty is not on the norm, but on its distance from 1."
SQUARED_NORM = "You compared the squared norm with 1."

PENALTY_BY_HAND = Table(
    id="penalty_by_hand",
    lesson=5,
    title="What a slope costs",
    entries={
        "a constant critic, λ = 10": exact(
            10.0,
            (0.0, "Its slope is 0, and that is not 1."),
            (1.0, "λ is missing."),
        ),
        "slope ½ everywhere, λ = 10, one-sided": Entry(
            0.0, mistakes=((2.5, "That is the two-sided penalty; ½ is within the bound."),)
        ),
        "f(x) = 3 x₁ + 4 x₂ + 7, λ = 10": exact(
            160.0,
            (360.0, "The norm is Euclidean, not the sum of absolute values."),
            (90.0, "The norm is Euclidean, not the largest entry."),
            (5760.0, SQUARED_NORM),
            (50.0, ON_THE_NORM),
            (16.0, "λ is missing."),
        ),
        "slope 0 at half of the points and 2 at the others, λ = 10": exact(
            10.0,
            (0.0, "You averaged the slopes first; every point pays for its own."),
            (5.0, "Slope 0 costs as much as slope 2 does."),
            (20.0, "This is a sum; the penalty is a mean over the points."),
        ),
    },
    hints=(
        "The penalty is λ times the mean of (slope − 1)² over the points; the one-sided penalty "
        "replaces slope − 1 by 0 where it is negative.",
        "A linear critic w·x + b has the slope ‖w‖ everywhere: √(3² + 4²) in the third row.",
    ),
)

BATCH_NORM_BUG = Table(
    id="batch_norm_bug",
    lesson=5,
    title="One norm for the whole batch",
    entries={
        "batch of 64": exact(
            49.0,
            (3969.0, "The squares of 64 slopes add up to 64; take the root."),
            (0.0, "That is the right penalty; here all gradients go into one norm."),
            (7.0, "The square is missing."),
            (64.0, "Subtract 1 from the norm before squaring."),
        ),
        "slope that the faulty penalty asks for, batch of 64": exact(
            1 / 8,
            (1.0, "At slope 1 the faulty penalty is 49."),
            (1 / 64, "Squares add up; the root of 64 counts."),
            (8.0, "It is the other way round: the more samples, the flatter."),
        ),
    },
    hints=(
        "n samples with gradients of length 1 each, written one after the other, make a vector "
        "of length √n.",
        "The faulty penalty with λ = 1 is (√n − 1)²; at slope c it is (c√n − 1)².",
    ),
)

LAMBDA_AND_SLOPE = Table(
    id="lambda_and_slope",
    lesson=5,
    title="How far λ lets the slope go: f(x) = a·x, all data at 4, all fakes at 0",
    entries={
        "best a, λ = 10": exact(
            1.2,
            (1.0, "Beyond 1 every bit of slope still gains 4, and costs nothing at first."),
            (1.4, "The derivative of λ(a − 1)² has a factor 2."),
            (0.2, "This is the excess over 1."),
            (0.8, "The gap −4a rewards steep slopes."),
        ),
        "mean real − mean fake score there": exact(
            4.8,
            (4.0, "That is W₁; this critic is steeper than 1."),
            (4.4, "The estimate leaves the penalty out."),
            (-4.8, "The critic scores real samples higher."),
        ),
        "best a, λ = 10, one-sided penalty": exact(
            1.2, (1.0, "Above 1 the two penalties are the same.")
        ),
    },
    hints=(
        "The critic's loss is −4a + λ(a − 1)². Set its derivative in a to 0.",
        "a = 1 + 4/(2λ): the penalty allows an excess of distance/(2λ).",
    ),
)

# --- what is claimed --------------------------------------------------------------------

PROPOSITION_1 = Table(
    id="proposition_1_says",
    lesson=5,
    title="What Proposition 1 says",
    entries={
        "the lines on which the optimal critic has slope 1 join": choice(
            "optimally coupled pairs",
            {
                "any real and fake pair": "Only pairs that an optimal plan moves onto each other.",
                "nearest neighbours": "The nearest sample need not be where the plan sends it.",
            },
        ),
        "the proposition assumes that under the optimal plan": choice(
            "no mass stays where it is",
            {
                "all mass stays where it is": "Then there would be no line at all.",
                "P and Q have the same mean": "The means may be anything.",
            },
        ),
        "off the coupled lines the optimal f may have slope ½": judged(
            True, "The proposition speaks of the coupled lines alone."
        ),
    },
    hints=(
        "Read the statement with three questions: for which function, at which points, under "
        "which assumption?",
        "The function is an optimal potential of P and Q; the points lie between x and y drawn "
        "*together* from an optimal plan; and the plan must not leave mass in place.",
    ),
)

WHY_INTERPOLATES = Table(
    id="why_interpolates",
    lesson=5,
    title="Why look between the samples?",
    entries={
        "W₁'s dual needs |slope| ≤ 1": choice(
            "everywhere",
            {
                "at real and fake samples": "A function may jump between them.",
                "on the lines between samples": "The dual asks for it on the whole space.",
            },
        ),
        "penalising slopes at real samples alone can work as well": judged(
            True, "It does: that is R1, which provably converges near the solution."
        ),
        "a good reason to look there all the same": choice(
            "fakes pass there on their way to the data",
            {
                "the lines are the transport paths": "Their ends are paired at random.",
                "the best critic has slope 1 at every such point": "On coupled lines only.",
            },
        ),
    },
    hints=(
        "Separate what duality demands, what a batch can check, and what is merely sensible.",
        "Mescheder et al. (2018) study penalties at the real samples, R1, and Petzka et al. "
        "(2018) the lines between random pairs.",
    ),
)

WHAT_IS_FIXED = Table(
    id="what_is_fixed",
    lesson=5,
    title="Which problems of GANs does WGAN-GP solve?",
    entries={
        "a better critic no longer means a vanishing gradient for the generator": judged(
            True, "With slopes near 1 where samples lie, the generator is told where to go."
        ),
        "mode collapse is impossible": judged(
            False, "It is rarer in experiments; nothing forbids it."
        ),
        "the critic's loss on training images says when to stop": judged(
            False, "The critic can learn its training images by heart; use held-out images too."
        ),
        "the model gives the likelihood of an image": judged(
            False, "The generator only makes samples, as in every GAN."
        ),
    },
    hints=(
        "Ask of each: is it proved, is it measured, or is it hoped?",
        "The first is a consequence of the bounded slope. What would a proof of any other be?",
    ),
)

ARCHITECTURES = Table(
    id="paper_architectures",
    lesson=5,
    title="Two hundred architectures",
    entries={
        "score 7: share on which both fail": exact(
            0.45, (0.55, "This is the share on which at least one succeeds.")
        ),
        "'WGAN-GP works well with any architecture'": choice(
            "overstated",
            {
                "shown": "At score 7 it fails on at least 90 of 200.",
                "refuted in every case": "It does train many; only 'any' is too much.",
            },
        ),
    },
    hints=(
        "The paper trains 200 random architectures twice, as a standard GAN and with the "
        "penalty, and counts how many reach an inception score: at 7 both fail on 90, at 9 on "
        "all 200.",
        "At least one succeeds wherever not both fail.",
    ),
)

ALGORITHM_1 = Table(
    id="algorithm_1",
    lesson=5,
    title="Algorithm 1 and what surrounds it",
    entries={
        "Adam's first averaging rate β₁": Entry(
            0.0,
            mistakes=(
                (0.5, "So do the authors' scripts; Algorithm 1 says otherwise."),
                (0.9, "That is Adam's default."),
            ),
        ),
        "what speaks against batch norm in the critic": choice(
            "it ties the samples of a batch together",
            {
                "it is slow": "The penalty is slower.",
                "it keeps the critic from learning": "It often helps; here it contradicts the "
                "penalty.",
            },
        ),
        "what the paper recommends in its place": choice(
            "layer norm",
            {
                "dropout": "It makes the critic's slope random.",
                "weight clipping": "That is what the penalty replaces.",
            },
        ),
    },
    hints=(
        "The paper states its defaults at the head of Algorithm 1, and speaks of batch norm in "
        "section 4.",
        "The penalty is on the slope of *each* score in *its own* sample. In which layers does a "
        "score depend on the other samples of the batch?",
    ),
)

TABLES = (
    PENALTY_BY_HAND,
    BATCH_NORM_BUG,
    LAMBDA_AND_SLOPE,
    PROPOSITION_1,
    WHY_INTERPOLATES,
    WHAT_IS_FIXED,
    ARCHITECTURES,
    ALGORITHM_1,
)
