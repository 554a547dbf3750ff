"""Lesson 5: errors to find.

The errors are real: they stand in course notes, in a summary notebook and in widely copied
listings. Each exhibit is quoted above its table as the lesson shows it.
"""

from __future__ import annotations

from course_utils.exercises.engine import Entry, Table
from course_utils.exercises.tables import choice, exact, judged

# --- ε and the norm on images -----------------------------------------------------------

RIGHT = "right"
RAISES = "raises an error"
ROWS = "mixes row by row"
SQUARE = "makes a batch of every pair"
OUTCOMES = (RIGHT, RAISES, ROWS, SQUARE)


def outcome(key: str, why: str) -> Entry:
    """What becomes of an ε; `why` for every other choice."""
    wrong = {word: why for word in OUTCOMES if word != key}
    return choice(key, wrong)


ERROR_EPSILON_SHAPES = Table(
    id="error_epsilon_shapes",
    lesson=5,
    title="Find the error: the shape of ε",
    entries={
        "torch.rand(64, 1), images (64, 1, 28, 28)": outcome(
            RAISES, "From the right: 1 against 28, then 64 against 28."
        ),
        "torch.rand(28, 1), images (28, 1, 28, 28)": outcome(
            ROWS, "From the right: 1 against 28, then 28 against the 28 *rows*."
        ),
        "torch.rand(64, 1, 1), images (64, 1, 28, 28)": outcome(
            SQUARE, "The 64 meets the channel axis of size 1, which stretches to 64."
        ),
        "norms that gradient.norm(2, dim=1) gives on (64, 1, 28, 28)": exact(
            50176.0,
            (64.0, "`dim=1` removes the channel axis alone."),
            (784.0, "This is for one image."),
            rtol=1e-6,
        ),
    },
    hints=(
        "Write the two shapes one under the other, aligned at the right. Sizes must agree, or "
        "one of them be 1 or absent.",
        "(64, 1) under (64, 1, 28, 28) puts 64 under a 28. With 28 images of 28 rows the same "
        "mistake passes unnoticed.",
    ),
)

# --- the verdict on slopes --------------------------------------------------------------

# Slopes measured at five points x̂: 0.2, 0.6, 1.0, 1.0 and 2.2.
ERROR_SLOPE_VERDICT = Table(
    id="error_slope_verdict",
    lesson=5,
    title="Find the error: 'mean near 1, so properly 1-Lipschitz'",
    entries={
        "share of the points steeper than 1": exact(
            0.2, (0.6, "Two of them have slope exactly 1, which is allowed."), (0.4, "Recount.")
        ),
        "the Lipschitz constant is at least": exact(
            2.2,
            (1.0, "A mean bounds nothing; the constant is a supremum."),
            (0.2, "The steepest point decides."),
        ),
        "besides the mean, report": choice(
            "maximum and share above 1, also off the lines",
            {
                "the median": "It hides the steepest point even better.",
                "the standard deviation on the same points": "It sees no other place.",
            },
        ),
    },
    hints=(
        "1-Lipschitz: *no* two points are further apart in f than in x. Which statistic of the "
        "slopes speaks of 'no point'?",
        "Penalties: the mean over the five of (slope − 1)², times 10; one-sided, only 2.2 pays.",
    ),
)

# --- the argument for the penalty -------------------------------------------------------

ERROR_JUSTIFICATION = Table(
    id="error_justification",
    lesson=5,
    title="Find the errors: an argument for the penalty",
    entries={
        "C  A and B for this one pair bound the whole ‖∇f(x̂)‖ by 1": judged(
            False, "They bound the slope in the direction x − y; across it f may be steep."
        ),
        "D  on a convex domain, ‖∇f‖ ≤ 1 everywhere makes f 1-Lipschitz": judged(
            True, "The line between two points stays inside, and B applies to it."
        ),
        "E  so a 1-Lipschitz f has ‖∇f‖ = 1": judged(
            False, "At most 1: a constant has 0. This argument carries the one-sided penalty."
        ),
        "F  the optimal f has slope 1 almost everywhere in space": judged(
            False, "On the lines between coupled points, not elsewhere."
        ),
    },
    hints=(
        "Test each line on f(x₁, x₂) = 5 x₂ with x and y on the first axis, and on a constant.",
        "For 5 x₂ the pair x, y on the first axis sees no change at all, yet the slope is 5.",
    ),
)

# --- overfitting ------------------------------------------------------------------------

ERROR_OVERFITTING = Table(
    id="error_overfitting",
    lesson=5,
    title="Find the errors: 'WGAN-GP addresses overfitting'",
    entries={
        "the penalty keeps the critic from overfitting": judged(
            False, "On a thousand digits it overfits plainly: the paper's own figure shows it."
        ),
        "it is the generator that overfits first": judged(
            False, "The generator never sees a real image; the critic does."
        ),
        "as samples improve, the estimate mean real − mean fake score tends to": choice(
            "fall",
            {"rise": "Better samples are harder to tell from data; mind the sign of the loss."},
        ),
    },
    hints=(
        "Who sees the real images, and could learn them by heart? Who never sees them?",
        "To *detect* overfitting is one thing, to prevent it another.",
    ),
)

# --- two listings -----------------------------------------------------------------------

# Lines of two published keys for the WGAN-GP exercise, in PyTorch's words:
#   A  images = (images - 127.5) / 127.5                  # and the generator ends in tanh
#   B  images = (images - 125) / 125                      # the other key
#   C  critic = Sequential(Conv2d(…), BatchNorm2d(64), LeakyReLU(0.2), …)
#   D  epsilon = torch.rand(32, 1, 1, 1)                  # whatever the batch
#   E  penalty = ((gradient.flatten(1).norm(dim=1) - 1) ** 2).mean()
#   F  optimizer = RMSprop(critic.parameters(), lr=5e-5)
#   G  generator_loss = -critic(generator(z)).mean()      # z of the last critic step
#   H  shown = 0.5 * samples + 1                          # back to [0, 1] for the picture

ERROR_LISTING = Table(
    id="error_wgan_gp_listing",
    lesson=5,
    title="Find the errors: two published keys",
    entries={
        "D: what happens on a last batch of 16 images": choice(
            RAISES,
            {
                RIGHT: "32 against 16 in front.",
                "16 of the ε are ignored": "Broadcasting never drops entries.",
            },
        ),
        "E is right": judged(True, "One norm for each sample, then the mean of the squares."),
        "F is Algorithm 1's setting": judged(
            False, "That is WGAN with clipping; WGAN-GP uses Adam with 1e-4."
        ),
        "G differs from Algorithm 1": judged(
            True, "Fresh noise for every update, the generator's too."
        ),
        "H: what white, 1, becomes": exact(1.5, (1.0, "Follow what the line computes.")),
    },
    hints=(
        "Compare line by line with Algorithm 1, and put the extreme values in: 0 and 255, −1 "
        "and 1.",
        "Three kinds of fault: a range that does not fit tanh, a line that works for one batch "
        "size, and a setting from another paper.",
    ),
)

ERRORS = (
    ERROR_EPSILON_SHAPES,
    ERROR_SLOPE_VERDICT,
    ERROR_JUSTIFICATION,
    ERROR_OVERFITTING,
    ERROR_LISTING,
)
