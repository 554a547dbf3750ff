"""Lesson 5: the gradient penalty, and how to judge what a model makes."""

from course_utils.quiz.questions import Card, Multiple, Number, Option, Order, Single, Step

QUESTIONS = (
    Single(
        "earth_mover",
        "Generator and data do not overlap at all. Why does the earth mover's distance still "
        "teach the generator something, and JS nothing?",
        "This is the situation at the start of training, where every sample is a fake at first "
        "sight.",
        options=(
            Option(
                "It charges for the distance the earth has to travel, so coming nearer is "
                "cheaper; JS stands at ln 2 near and far.",
                "Yes.",
                True,
            ),
            Option(
                "It is always larger than JS, so its gradient is larger.",
                "Size is not slope: a large constant has no gradient, either.",
            ),
            Option(
                "It does not depend on the densities, so it cannot saturate.",
                "It depends on where the mass lies; that is its strength.",
            ),
            Option(
                "Its gradient grows with the distance.",
                "For a translation the slope is 1 at any distance.",
            ),
        ),
    ),
    Single(
        "dual",
        "In $W_1(P,Q)=\\max_f\\,E_Pf-E_Qf$, what would happen without the condition that $f$ is "
        "1-Lipschitz?",
        "With slope at most $K$ the maximum is $K\\cdot W_1$. So the constraint sets the scale, "
        "and a constraint that is only nearly kept gives a nearly right scale.",
        options=(
            Option(
                "The maximum would be infinite for any P ≠ Q: multiply f by a large number.",
                "Yes.",
                True,
            ),
            Option(
                "Nothing: the best f is 1-Lipschitz by itself.",
                "$2f$ scores twice as much as $f$; nothing stops it.",
            ),
            Option(
                "The maximum would be the Jensen–Shannon divergence.",
                "JS has a dual form as well, but with logarithms that bound it.",
            ),
            Option(
                "The maximum would be smaller, as more functions compete.",
                "More competitors can only raise a maximum.",
            ),
        ),
    ),
    Single(
        "critic_loss",
        "Which is the critic's loss of WGAN-GP, to be *minimised*?",
        "The penalty is added whatever the signs of the scores, since it must be made small.",
        options=(
            Option(
                "mean f(fake) − mean f(real) + λ · mean (‖∇f(x̂)‖ − 1)²",
                "Yes.",
                True,
            ),
            Option(
                "mean f(real) − mean f(fake) + λ · mean (‖∇f(x̂)‖ − 1)²",
                "Minimised, this lowers the scores of the data and raises those of the fakes.",
            ),
            Option(
                "mean f(fake) − mean f(real) − λ · mean (‖∇f(x̂)‖ − 1)²",
                "Minimised, this *rewards* slopes far from 1.",
            ),
            Option(
                "mean f(fake) − mean f(real) + λ · mean (‖∇f(x̂)‖² − 1)",
                "This has no minimum at slope 1: it pulls every slope to 0.",
            ),
            Option(
                "mean f(fake) − mean f(real) + λ · (mean ‖∇f(x̂)‖ − 1)²",
                "The square stands outside the mean: slopes 0 and 2 would cost nothing.",
            ),
        ),
    ),
    Multiple(
        "interpolates",
        "Why is the slope penalised at random points between real and fake samples?",
        "It is a choice that works, not the only one: penalising at real points alone (R1) works "
        "as well and has a proof of local convergence.",
        options=(
            Option(
                "Checking every point of the space is impossible, and these points lie where the "
                "generator's gradients pass.",
                "It is true: this is the practical reason.",
                True,
            ),
            Option(
                "On the straight lines of an optimal coupling the best critic has slope 1.",
                "It is true, under conditions: the paper's Proposition 1.",
                True,
            ),
            Option(
                "The random pairs of a batch follow the optimal coupling.",
                "They are independent pairs; nobody has matched them.",
            ),
            Option(
                "Slope 1 at these points makes the critic 1-Lipschitz everywhere.",
                "Nothing is said about other points, and the penalty is soft at these.",
            ),
            Option(
                "They are the only points where a penalty can work.",
                "Penalties at real points, or at fakes, work too.",
            ),
        ),
    ),
    Number(
        "three_masses",
        "Positions $0, 2, 3$; masses $P=(0.3, 0.3, 0.4)$ and $Q=(0.1, 0.6, 0.3)$. What is $W_1$?",
        "$0.2\\cdot2+|{-0.1}|\\cdot1=0.5$. As earth: 0.2 moves from 0 to 2 at distance 2, and "
        "0.1 moves from 3 to 2 at distance 1.",
        key=0.5,
        mistakes=(
            (0.3, "The gaps are 2 and 1 long; or you subtracted where signs differ."),
            (0.1, "The CDFs differ with opposite signs; take absolute values before adding."),
            (0.6, "That is the sum of $|p-q|$, twice the total variation."),
        ),
    ),
    Multiple(
        "what_is_fixed",
        "Which problems of the original GAN does WGAN-GP address?",
        "Less collapse is an observation, not a guarantee; and the price is a second derivative "
        "and several critic steps for each generator step.",
        options=(
            Option(
                "Vanishing gradients when the supports do not overlap.",
                "It does: the critic keeps a slope there.",
                True,
            ),
            Option(
                "A loss that says nothing about progress.",
                "It does, within one run and while the critic does not overfit.",
                True,
            ),
            Option(
                "No likelihood of a given image.",
                "A WGAN samples, and still cannot evaluate a density.",
            ),
            Option(
                "The cost of training.",
                "It costs more: five critic steps, each with a derivative of a derivative.",
            ),
            Option(
                "That any network architecture trains well.",
                "In the paper's own test 90 of 200 random architectures fail with it, too; "
                "critics with batch norm break the penalty.",
            ),
        ),
    ),
    Number(
        "penalty_value",
        "A critic has slope 4 at every point. What is its gradient penalty for $\\lambda=5$?",
        "$5\\,(4-1)^2=45$, and the one-sided penalty is the same here, since 4 > 1.",
        key=45,
        mistakes=(
            (80, "The penalty is on the distance of the slope from 1, not on the slope."),
            (1125, "The norm is not squared before 1 is subtracted."),
            (75, "$\\lambda$ times 4² − 1: square the difference, not the slope."),
            (15, "The difference is squared."),
            (9, "Multiply by $\\lambda$."),
        ),
    ),
    Single(
        "epsilon",
        "Images of shape (64, 1, 28, 28). Which shape must the random weights $\\epsilon$ have?",
        "For a batch of 28 the shape (28, 1) would run, silently, with another weight for every "
        "*row* of an image.",
        options=(
            Option("(64, 1, 1, 1)", "Yes: one weight for each image.", True),
            Option(
                "(64, 1)",
                "Broadcasting aligns shapes from the right: this meets the 28 × 28 pixels, and "
                "raises an error.",
            ),
            Option(
                "(1,)",
                "One weight for the whole batch: all the points lie at the same fraction of "
                "their lines.",
            ),
            Option(
                "(64, 1, 28, 28)",
                "One weight for each pixel: the points no longer lie on the lines between images.",
            ),
            Option(
                "(64, 1, 1)",
                "Aligned from the right this makes (64, 64, 28, 28): every image with every "
                "weight, without a warning.",
            ),
        ),
    ),
    Single(
        "mean_slope",
        "On a batch of interpolates the critic's mean gradient norm is 1.00. Is it 1-Lipschitz?",
        "Report the maximum and the share of violations, at interpolates, data, fakes and "
        "elsewhere.",
        options=(
            Option(
                "Unknown: half the slopes may exceed 1, and other points were not looked at.",
                "Yes: Lipschitz is about the largest slope.",
                True,
            ),
            Option(
                "Yes, that is what the penalty enforces.",
                "A soft penalty on an average enforces nothing at every point.",
            ),
            Option(
                "Yes, at least on the data.",
                "Interpolates are not data, and a mean is not a maximum.",
            ),
            Option(
                "No: a 1-Lipschitz function has slope below 1 everywhere.",
                "Slope 1 is allowed; more is not.",
            ),
        ),
    ),
    Single(
        "overfitting",
        "With 1,000 training digits, minus the critic loss rises on the training set and falls "
        "on held-out digits. What has happened?",
        "From then on the loss no longer says anything about the samples.",
        options=(
            Option(
                "The critic has learned the training digits by heart.",
                "Yes: it is the critic that overfits first, faster than the generator.",
                True,
            ),
            Option(
                "The generator copies the training digits.",
                "That would *lower* the critic's gap on the training set.",
            ),
            Option(
                "Nothing: the gradient penalty prevents overfitting.",
                "The paper shows this very curve for WGAN-GP.",
            ),
            Option(
                "The learning rate is too high.",
                "A smaller rate delays it; with so few digits the critic gets there all the same.",
            ),
        ),
    ),
    Order(
        "penalty_steps",
        "Put the computation of the gradient penalty in order.",
        "`create_graph=True` is what lets the penalty's own gradient reach the critic's weights.",
        steps=(
            Step("Draw one ε for each sample and mix real and fake into x̂.", ""),
            Step("Mark x̂ as needing a gradient and score it.", "there is no x̂ yet."),
            Step(
                "Differentiate the sum of the scores by x̂, keeping the graph.",
                "x̂ has not been scored.",
            ),
            Step(
                "Take the norm over all axes but the first.",
                "there is no gradient to take a norm of.",
            ),
            Step("Average (norm − 1)² and multiply by λ.", "the norms come first."),
        ),
    ),
)

CARDS = (
    Card(
        "penalty",
        "Gradient penalty",
        "$\\lambda\\,E_{\\hat x}\\left(\\|\\nabla f(\\hat x)\\|_2-1\\right)^2$ with "
        "$\\hat x=\\epsilon x+(1-\\epsilon)G(z)$, $\\epsilon\\sim U[0,1]$ per sample, "
        "$\\lambda=10$.",
    ),
    Card(
        "one_sided",
        "One-sided penalty (WGAN-LP)",
        "$\\lambda\\,E\\left(\\max(0,\\|\\nabla f\\|-1)\\right)^2$: 1-Lipschitz asks for a slope "
        "of *at most* 1.",
    ),
    Card(
        "proposition",
        "Proposition 1 (WGAN-GP)",
        "Along the lines of an optimal coupling the best critic has slope 1, almost surely under "
        "that coupling, if paired points differ. It says nothing about other lines.",
    ),
    Card(
        "batch_norm",
        "Why no batch norm in the critic?",
        "The penalty speaks of the gradient at *one* input; batch norm ties each score to the "
        "whole batch. Use layer norm, or none.",
    ),
    Card(
        "optimiser",
        "WGAN-GP: optimiser",
        "Algorithm 1: Adam at $10^{-4}$ with $\\beta=(0,0.9)$, $n_\\text{critic}=5$. Many "
        "programs use $\\beta_1=0.5$.",
    ),
    Card(
        "spectral",
        "Spectral normalisation",
        "Divide each weight matrix by its largest singular value: every layer, hence the critic, "
        "is 1-Lipschitz everywhere. A constraint, not another divergence.",
    ),
    Card(
        "frechet",
        "Fréchet distance (as in FID)",
        "$\\|\\mu_1-\\mu_2\\|^2+\\text{tr}\\left(C_1+C_2-2(C_1C_2)^{1/2}\\right)$ on features of "
        "a classifier. It has a floor above 0, and compares only with the same classifier.",
    ),
    Card(
        "inception",
        "Inception score",
        "$\\exp E\\,D(p(y\\mid x)\\,\\|\\,p(y))$: from 1 to the number of classes. It never looks "
        "at the data, so a memorised image per class scores full marks.",
    ),
    Card(
        "precision_recall",
        "Precision and recall of samples",
        "Precision: are the samples realistic? Recall: is all of the data covered? One number "
        "hides which of the two fails.",
    ),
    Card(
        "limits",
        "What WGAN-GP does not solve",
        "No likelihood; higher cost; sensitive to architecture all the same; the critic can "
        "overfit; convergence is not guaranteed with finitely many critic steps.",
    ),
    Card(
        "zero_norm",
        "The norm's gradient at zero",
        "Not a number: one such sample spoils every weight. Add a tiny number under the root.",
    ),
)
