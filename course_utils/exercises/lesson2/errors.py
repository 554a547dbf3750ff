"""Lesson 2: errors to find.

The errors are real: they stand in published course notes and in widely copied implementations.
Each exhibit is quoted above its table, line by line, as the lesson shows it.
"""

from __future__ import annotations

from course_utils.exercises.engine import Table
from course_utils.exercises.tables import choice, exact

# The proof of V(D*) = 2 JS − 2 log 2, as course notes have it:
#   A  V(D*) = E_data[log p_data/(p_data + p_g)] + E_g[log p_g/(p_data + p_g)]
#   B        = E_data[log ½p_data/(½(p_data + p_g))] + E_g[log ½p_g/(½(p_data + p_g))]
#   C        = E_data[log p_data/p_m] + E_g[log p_g/p_m] − 2 log 2,  p_m = ½ (p_data + p_g)
#   D        = D(p_data‖p_m) + D(p_g‖p_m) − 2 log 2
#   E        "the constant can be ignored, so we get" JS(p_data, p_g)
ERROR_PROOF = Table(
    id="error_js_proof",
    lesson=2,
    title="Find the error: what the best discriminator leaves",
    entries={
        "the first wrong line": choice(
            "E",
            {
                "A": "This puts D* into V; nothing is lost.",
                "B": "Numerator and denominator are both halved; nothing changes.",
                "C": "Each logarithm gives up one log 2; there are two.",
                "D": "These are two divergences by definition.",
            },
        ),
        "(line D + 2 log 2) / line E": exact(
            2.0, (1.0, "Compute both numbers: they are not equal."), (0.5, "This is upside down.")
        ),
        "does the slip change the gradient that the generator receives?": choice(
            "yes", {"no": "A gradient scales with the factor that was lost."}
        ),
    },
    hints=(
        "Evaluate each line at P and Q: lines A to D give the same number.",
        "JS = ½ D(p‖m) + ½ D(q‖m). How many JS are there in line D?",
    ),
)

# "If the discriminator is perfect, its gradient is zero almost everywhere, so the generator
# cannot learn." Take a generated sample that the discriminator gives the logit −10.
ERROR_PERFECT = Table(
    id="error_perfect_discriminator",
    lesson=2,
    title="Find the error: a perfect discriminator leaves no gradient",
    entries={
        "for which loss does the statement hold?": choice(
            "saturating",
            {
                "non-saturating": "Its slope in the logit is close to 1 there.",
                "both": "Compare the two slopes.",
                "neither": "One of the two slopes does vanish.",
            },
        ),
        "what do Arjovsky and Bottou find wrong with -log D instead?": choice(
            "unstable gradients",
            {
                "vanishing gradients": "Its slope in the logit is close to 1 there.",
                "infinite loss": "The loss grows only linearly in the logit.",
                "no gradient at equality": "At equality D* is ½, and so is the slope in the logit.",
            },
        ),
    },
    hints=(
        "Take slopes without their sign, with D = sigmoid(l).",
        "d log(1 − D)/dl = −D and d(−log D)/dl = −(1 − D).",
    ),
)

# How course notes build the value function:
#   A  G wants to maximise E[D(G(z))].
#   B  That is the same as minimising E[1 − D(G(z))],
#   C  the probability that D thinks the samples are not fake.
#   D  D wants to maximise E[D(x)] + E[1 − D(G(z))].
#   E  We can take logarithms without changing the optimisation.
ERROR_LOGS = Table(
    id="error_taking_logs",
    lesson=2,
    title="Find the error: taking logarithms",
    entries={
        "the line whose words say the opposite of its formula": choice(
            "C",
            {
                "A": "G does want its samples to be called real.",
                "B": "1 minus it is smallest where it is largest.",
                "D": "D is to be high on data and low on samples: the words fit.",
                "E": "This line has no formula; it is wrong in another way.",
            },
        ),
        "the line that changes the game": choice(
            "E",
            {
                "A": "This is what G wants.",
                "B": "1 minus it is smallest where it is largest.",
                "C": "Its words are wrong, but the formula stays the same.",
                "D": "This is what D wants, with a linear score.",
            },
        ),
        "best D(1) for line D's score": exact(
            1.0,
            (2 / 3, "This is the best D for the logarithmic score."),
            (0.0, "The data put more mass on 1 than the generator does."),
        ),
        "line D's score at its best D": exact(
            1.25,
            (0.25, "This is the total variation distance; the score starts from 1."),
            (1.5, "Weigh each point with its mass."),
            (1.0, "A discriminator that guesses scores this."),
        ),
    },
    hints=(
        "Use data P = (0.5, 0.5) and generator Q = (0.75, 0.25) throughout; D*(0) = 0.4 and "
        "D*(1) = 2/3.",
        "A score that is linear in D(x) is best at one of the ends, 0 or 1: the larger mass wins. "
        "Its value is 1 plus the total variation distance.",
    ),
)

# The lines of a published GAN listing that concern the scale of the images:
#   A  x_train = x_train / 255
#   B  noise = np.random.normal(0, 1, (batch, latent_dim))
#   C  generator: ..., Dense(28 * 28), Activation('tanh')
#   D  discriminator: Flatten, Dense(512), LeakyReLU(0.2), Dense(1), Activation('sigmoid')
# A successor scales with (x - 125) / 125 instead.
ERROR_SCALE = Table(
    id="error_image_scale",
    lesson=2,
    title="Find the error: images on two scales",
    entries={
        "the two lines that do not fit each other": choice(
            "A and C",
            {
                "A and B": "Noise needs no particular scale.",
                "B and C": "Noise needs no particular scale.",
                "A and D": "A discriminator can take any scale, as long as fakes share it.",
                "C and D": "A discriminator can take any scale, as long as data share it.",
            },
        ),
        "what gives generated images away at once": choice(
            "negative pixels",
            {
                "the noise": "The discriminator never sees it.",
                "blur": "No learning is needed to see this; look at the range.",
                "their size": "Both are 28 × 28.",
            },
        ),
        "largest pixel after (x - 125) / 125": exact(
            1.04, (1.0, "Pixels go up to 255, not to 250."), (130.0, "Divide as well.")
        ),
    },
    hints=(
        "Pixels are whole numbers from 0 to 255. Which numbers reach the discriminator from data, "
        "and which from the generator?",
        "tanh takes values between −1 and 1; line A leaves real images between 0 and 1.",
    ),
)

ERRORS = (ERROR_PROOF, ERROR_PERFECT, ERROR_LOGS, ERROR_SCALE)
