"""Lesson 4: errors to find.

The errors are real: they stand in course notes, on a forum and in a widely copied listing. Each
exhibit is quoted above its table, line by line, as the lesson shows it.
"""

from __future__ import annotations

import math

from course_utils.exercises.engine import Entry, Table
from course_utils.exercises.tables import choice, exact

# A sixth of all mass goes from each of two modes to the third, over √13 and over 5.
_MISSING_MODE = (math.sqrt(13) + 5) / 6

# Lines of a widely copied listing of WGAN with weight clipping, in PyTorch's words:
#   A  critic = Sequential(Linear(784, 256), BatchNorm1d(256), LeakyReLU(0.2), Linear(256, 1))
#   B  loss = critic(fake).mean() - critic(real).mean(); loss.backward(); optimizer.step()
#   C  for values in critic.state_dict().values(): values.clamp_(-0.01, 0.01)
#   D  print("W distance:", 1 - loss.item())
#   E  all five critic updates use one and the same batch of real images
ERROR_LISTING = Table(
    id="error_wgan_listing",
    lesson=4,
    title="Find the errors: a listing of WGAN",
    entries={
        "the line that clips what is no weight": choice(
            "C",
            {
                "A": "Nothing is clipped here; but look at what this layer keeps besides weights.",
                "B": "Nothing is clipped here.",
                "D": "Nothing is clipped here.",
                "E": "Nothing is clipped here.",
            },
        ),
        "factor on its output in evaluation mode, if the running variance was 1": exact(
            10.0,
            (100.0, "Batch norm divides by the standard deviation, the root of the variance."),
            (0.1, "Dividing by a smaller number makes it larger."),
        ),
        "the line that prints something else than it says": choice(
            "D",
            {
                "A": "Nothing is printed here.",
                "B": "Nothing is printed here, and the loss is right.",
                "C": "Nothing is printed here.",
                "E": "Nothing is printed here.",
            },
        ),
        "the line that departs from Algorithm 1's sampling": choice(
            "E",
            {
                "A": "No samples are drawn here.",
                "B": "No samples are drawn here.",
                "C": "No samples are drawn here.",
                "D": "No samples are drawn here.",
            },
        ),
    },
    hints=(
        "A state dict holds parameters and buffers. Which buffers does BatchNorm1d keep?",
        "In evaluation mode batch norm divides by the root of the running variance.",
        "Algorithm 1 samples a batch of data inside the loop over critic updates.",
    ),
)

# "No mode collapse (in practice)", from a list of the WGAN's advantages. Take data with equal
# mass at (0, 0), (3, 3) and (−2, 3), and a generator with half its mass at each of the first two.
ERROR_COLLAPSE = Table(
    id="error_no_mode_collapse",
    lesson=4,
    title="Find the error: no mode collapse",
    entries={
        "what the WGAN paper itself says": choice(
            "none seen in its experiments",
            {
                "proved impossible": "There is no such theorem.",
                "impossible for small c": "There is no such theorem.",
                "rarer than in a GAN, as measured": "It reports what it saw and measures no rate.",
            },
        ),
        "'the WGAN cares more about dropped modes', as some notes say, is": choice(
            "unproven",
            {
                "proved": "W₁ charges for a lost mode by its mass and distance; that trained WGANs "
                "lose fewer is no theorem.",
                "refuted": "No one has shown the contrary either; it is simply not shown.",
            },
        ),
        "W1 between these data and this generator": exact(
            _MISSING_MODE,
            (2 * _MISSING_MODE, "Each of the two modes gives up a sixth, not a third."),
            (6 * _MISSING_MODE, "Weigh each way with the mass that takes it."),
            (3 * _MISSING_MODE, "This is the mean length of the two ways; weigh with the mass."),
        ),
        "it is no minimum of W1; can training stop there all the same?": choice(
            "yes",
            {
                "no": "Finite critics, few steps and a weak signal can leave it there; users have "
                "reported it.",
            },
        ),
    },
    hints=(
        "The data have a third at each mode, the generator a half at two of them: where is too "
        "much, and how much?",
        "A sixth goes from (0, 0) to (−2, 3), a distance of √13; a sixth from (3, 3), a distance "
        "of 5.",
    ),
)

# From a forum's explanation of the paper:
#   A  The paper proposes the earth mover's distance where supports do not overlap.
#   B  Theorem 1: the critic is continuous in its parameters and locally Lipschitz, so W is
#      continuous and almost everywhere differentiable.
#   C  A discriminator trained too well lets the gradients vanish.
#   D  Clipping the weights bounds the slope of the critic.
#   E  By clipping, the growth of the critic is made almost linear.
#   F  All there is to do: remove the log from the loss, and clip the weights.
_LINES = {
    "A": "This line is right.",
    "B": "This line is wrong, but not in this way.",
    "C": "This line is right, for the saturating loss.",
    "D": "This line is right.",
    "E": "This line is wrong, but not in this way.",
    "F": "This line is wrong, but not in this way.",
}


def _line(key: str) -> Entry:
    return choice(key, {line: text for line, text in _LINES.items() if line != key})


ERROR_FORUM = Table(
    id="error_forum_summary",
    lesson=4,
    title="Find the errors: a summary on a forum",
    entries={
        "the line that names the wrong network": _line("B"),
        "the line that claims more than a bounded slope": _line("E"),
        "of the six changes (log, sigmoid, sign, clipping, RMSprop, n_critic), line F omits": exact(
            4.0,
            (5.0, "Clipping and the logarithm are named."),
            (6.0, "Clipping and the logarithm are named."),
            (1.0, "There are more: look at Algorithm 1, and at the output of the network."),
            (2.0, "There are more: look at Algorithm 1, and at the output of the network."),
            (3.0, "There are more: look at Algorithm 1, and at the output of the network."),
        ),
    },
    hints=(
        "Whose parameters are θ in theorem 1? And is sin(2x), of slope at most 2, almost linear?",
        "Of six changes — no logarithm, no sigmoid, the sign and meaning of the loss, clipping, "
        "RMSprop, five critic steps — how many does line F name?",
    ),
)

ERRORS = (ERROR_LISTING, ERROR_COLLAPSE, ERROR_FORUM)
