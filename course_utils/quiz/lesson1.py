"""Lesson 1: belief, divergence, likelihood and a first generative model."""

from course_utils.quiz.questions import Card, Multiple, Number, Option, Order, Single, Step

QUESTIONS = (
    Number(
        "posterior",
        "A test is right 95 % of the time, for the ill and for the healthy. In a clinic where "
        "10 % of the patients have the disease, what is $P(\\text{ill}\\mid\\text{positive})$?",
        "Of 1,000 patients 95 are ill and test positive, and 45 are healthy and test positive: "
        "$95/140 = 0.679$.",
        key=0.095 / 0.14,
        mistakes=(
            (0.95, "That is $P(\\text{positive}\\mid\\text{ill})$: the prior has been forgotten."),
            (0.095, "That is the joint probability of being ill and testing positive; divide it."),
            (0.14, "That is $P(\\text{positive})$, the number to divide by."),
            (0.045 / 0.14, "That is the share of the positives who are healthy."),
            (0.161, "That is the answer for a prevalence of 1 %; here it is 10 %."),
        ),
    ),
    Multiple(
        "kl_properties",
        "Which statements about $D(P\\|Q)$ are true for all distributions on a finite set?",
        "It is a measure of surprise in excess, not a distance: neither symmetry nor the "
        "triangle inequality holds, and there is no ceiling.",
        options=(
            Option("It is never negative.", "This is Gibbs' inequality, and it is true.", True),
            Option("It is 0 only where P = Q.", "Equality in Gibbs' inequality asks for it.", True),
            Option(
                "It is infinite where Q gives no mass to something that P can produce.",
                "One term is then $p\\log(p/0)$ with $p > 0$, so this is true.",
                True,
            ),
            Option(
                "Swapping P and Q does not change it.",
                "$D(P\\|Q)$ averages under $P$, the other under $Q$; in general they differ.",
            ),
            Option(
                "It is at most ln 2.",
                "That is the ceiling of the Jensen–Shannon divergence; this one has none.",
            ),
            Option(
                "A detour is never shorter: D(P‖R) ≤ D(P‖Q) + D(Q‖R).",
                "The triangle inequality fails for $D$; lesson 3 measures how often.",
            ),
        ),
    ),
    Single(
        "symmetric_pair",
        "For $Q = (0.75, 0.25)$ and $R = (0.25, 0.75)$ both $D(Q\\|R)$ and $D(R\\|Q)$ are "
        "$0.549$ nats. What does this pair show?",
        "Take $(0.5, 0.5)$ and $(0.75, 0.25)$ instead: 0.144 one way and 0.131 the other.",
        options=(
            Option(
                "Exchanging the two states turns one pair into the other; in general the two "
                "directions differ.",
                "Yes: the reflection swaps $Q$ and $R$ and leaves the sum unchanged.",
                True,
            ),
            Option(
                "KL is asymmetric, as the two different arguments show.",
                "The two numbers are equal, so this pair cannot show an asymmetry.",
            ),
            Option(
                "KL is symmetric whenever both distributions have full support.",
                "Full support makes both directions finite, not equal.",
            ),
            Option(
                "One of the two numbers must be a mistake.",
                "Both are $\\tfrac12\\ln 3$; recompute one of them by hand.",
            ),
        ),
    ),
    Number(
        "gaussian_kl",
        "What is $D\\left(N(0,1)\\,\\|\\,N(3,1)\\right)$, in nats?",
        "With equal variances it is $(\\mu_1-\\mu_2)^2/(2\\sigma^2) = 9/2$: it grows with the "
        "square of the gap.",
        key=4.5,
        unit="nats",
        mistakes=(
            (9, "The squared gap is divided by $2\\sigma^2$, not by $\\sigma^2$."),
            (3, "That is the distance between the means, which is $W_1$ of lesson 3."),
            (1.5, "The gap enters squared."),
            (4.5 / 0.6931471805599453, "Those are bits; the course counts in nats."),
            (4, "The terms $\\tfrac12$ and $-\\tfrac12$ cancel: nothing is left to subtract."),
        ),
    ),
    Order(
        "mle_is_kl",
        "Put the argument in order: why maximum likelihood picks the model of smallest "
        "$D(P\\|Q_\\theta)$.",
        "The limit matters: for a finite sample the average likelihood is only an estimate of "
        "the expectation, and the divergence from the *empirical* distribution to a density is "
        "infinite.",
        steps=(
            Step(
                "Divide the log-likelihood of N independent points by N.",
                "",
            ),
            Step(
                "As N grows, this average tends to E over P of log q(x).",
                "there is no average yet to which the law of large numbers could apply.",
            ),
            Step(
                "That expectation equals −H(P) − D(P‖Q).",
                "there is no expectation under P yet that could be rewritten.",
            ),
            Step(
                "H(P) does not depend on the model's parameters.",
                "the entropy has not appeared yet.",
            ),
            Step(
                "So the largest likelihood belongs to the smallest divergence.",
                "this is the conclusion; something it rests on is still missing above it.",
            ),
        ),
    ),
    Single(
        "density",
        "A Gaussian model of the time you take to work, in hours, has the value 2.4 at half an "
        "hour. What is this number?",
        "The probability of a *span* is about the density times its length: of a trip between 29 "
        "and 31 minutes, $2.4\\cdot\\frac{2}{60} = 0.08$.",
        options=(
            Option(
                "A density, per hour: in minutes it would be 0.04.",
                "Yes.",
                True,
            ),
            Option(
                "The probability of a trip of half an hour.",
                "A single point of a continuous distribution has probability 0, and no probability "
                "exceeds 1; this number has a unit, and probabilities have none.",
            ),
            Option(
                "The mean number of trips of that length.",
                "Nothing has been counted; the model says how probable each span of time is.",
            ),
            Option(
                "A mistake, since densities lie between 0 and 1.",
                "Densities may exceed 1: only the area under them is bounded.",
            ),
        ),
    ),
    Single(
        "least_squares",
        "Minimising the mean squared error is the same as maximising a Gaussian likelihood …",
        "Then the error enters the log-likelihood with the same factor $-1/(2\\sigma^2)$ for "
        "every point, and everything else is constant.",
        options=(
            Option(
                "if all points share one σ, held fixed while the curve is fitted.", "Yes.", True
            ),
            Option(
                "always.",
                "If $\\sigma$ varies from point to point, likelihood weighs each error by "
                "$1/\\sigma_i^2$ and the two disagree.",
            ),
            Option(
                "only if the inputs are Gaussian.",
                "The inputs are given; the assumption is about the noise on the outputs.",
            ),
            Option(
                "only in the limit of many points.",
                "It holds for any number of points: the two functions turn at the same place.",
            ),
        ),
    ),
    Single(
        "likelihood_and_samples",
        "A model of sound writes a perfect second of music one time in a million and hiss "
        "otherwise. How can its likelihood be nearly that of the perfect model $p$?",
        "Log-likelihoods of so many numbers run into the thousands of nats and grow with the "
        "length; 13.8 nats vanish beside them.",
        options=(
            Option(
                "It loses at most ln 1,000,000 = 13.8 nats in total, whatever the dimension.",
                "Yes: $\\log(10^{-6}p + \\dots) \\ge \\log p - \\ln 10^6$.",
                True,
            ),
            Option(
                "Data of high dimension have higher log-likelihoods.",
                "That compares data sets, not models; the point is how little the noise costs.",
            ),
            Option(
                "The noise resembles the data.",
                "Nothing is assumed about $q$; the bound holds for pure noise.",
            ),
            Option(
                "It cannot: nearly all of its samples are bad.",
                "Likelihood looks at the data under the model, never at the model's samples.",
            ),
        ),
    ),
    Single(
        "forward_fit",
        "The data are $\\tfrac12N(1,1)+\\tfrac12N(9,1)$ and the model is one Gaussian. "
        "Which one minimises $D(\\text{data}\\|\\text{model})$?",
        "Forward divergence matches the moments: mean 5 and variance $16 + 1$.",
        options=(
            Option("N(5, 4.12²), which covers both modes and the gap between.", "Yes.", True),
            Option(
                "N(9, 1), which sits on one mode.",
                "That is a minimum of the *reverse* divergence; forward, half of the data would "
                "be almost impossible under it, and that is punished hard.",
            ),
            Option(
                "N(5, 1), between the modes.",
                "Hardly any data lie there: nearly every point would be punished.",
            ),
            Option(
                "Both modes are equally good, so there is no minimum.",
                "That is the reverse divergence, which has two minima; forward has exactly one.",
            ),
        ),
    ),
)

CARDS = (
    Card(
        "bayes",
        "Bayes' rule, in odds",
        "Posterior odds = prior odds × likelihood ratio: "
        "$\\frac{P(A\\mid x)}{P(B\\mid x)} = "
        "\\frac{P(A)}{P(B)}\\cdot\\frac{P(x\\mid A)}{P(x\\mid B)}$.",
    ),
    Card(
        "entropy",
        "Entropy $H(P)$",
        "$-\\sum_x p(x)\\log p(x)$: the mean surprise. Between 0 (certain) and $\\log n$ "
        "(uniform).",
    ),
    Card(
        "cross_entropy",
        "Cross-entropy $H(P,Q)$",
        "$-\\sum_x p(x)\\log q(x) = H(P) + D(P\\|Q)$: the mean surprise of someone who believes "
        "$Q$ while $P$ is true.",
    ),
    Card(
        "kl",
        "$D(P\\|Q)$, and what it is when $q = 0 < p$ somewhere",
        "$\\sum_x p(x)\\log\\frac{p(x)}{q(x)}$; infinite there. Terms with $p = 0$ count 0.",
    ),
    Card(
        "gibbs",
        "Why is $D(P\\|Q)\\ge 0$?",
        "$\\log t\\le t-1$, so $\\sum p\\log\\frac{q}{p}\\le\\sum p\\left(\\frac{q}{p}-1\\right)"
        "\\le 0$; equality only where $p = q$.",
    ),
    Card(
        "gaussian_kl",
        "$D$ between two Gaussians on the line",
        "$\\ln\\frac{\\sigma_2}{\\sigma_1}+\\frac{\\sigma_1^2+(\\mu_1-\\mu_2)^2}{2\\sigma_2^2}"
        "-\\frac12$. For equal $\\sigma$ it grows with the square of the gap.",
    ),
    Card(
        "directions",
        "Forward or reverse divergence: which covers, which seeks?",
        "$D(\\text{data}\\|\\text{model})$ covers every mode (maximum likelihood). "
        "$D(\\text{model}\\|\\text{data})$ settles on one.",
    ),
    Card(
        "mse",
        "When is least squares maximum likelihood?",
        "For Gaussian noise with one fixed $\\sigma$. The likeliest $\\sigma^2$ is then the mean "
        "squared error itself.",
    ),
    Card(
        "mle",
        "What does maximum likelihood minimise?",
        "In the limit of many points, $D(\\text{data}\\|\\text{model})$. For a finite sample it "
        "is an estimate of it, up to the entropy of the data.",
    ),
    Card(
        "density",
        "Density against probability",
        "A density has a unit, may exceed 1 and depends on the units; a probability is an area "
        "under it.",
    ),
    Card(
        "two_families",
        "The two families of divergences",
        "$f$-divergences compare by ratio (KL, JS); integral probability metrics compare by a "
        "witness function ($W_1$, MMD). Total variation belongs to both.",
    ),
)
