"""Lesson 3: couplings, the earth mover's distance, and its dual."""

from course_utils.quiz.questions import Card, Multiple, Number, Option, Order, Single, Step

QUESTIONS = (
    Number(
        "cdf",
        "Positions $0, 2, 5$; masses $P=(0.6, 0.4, 0)$ and $Q=(0.1, 0.4, 0.5)$. What is $W_1$?",
        "The CDFs differ by 0.5 over a gap of 2 and again over a gap of 3: "
        "$0.5\\cdot2+0.5\\cdot3=2.5$.",
        key=2.5,
        mistakes=(
            (1.0, "The gaps between the positions are 2 and 3, not 1 and 1."),
            (0.5, "That is the total variation: how much must move, not how far."),
            (5.0, "Only half of the mass has to travel."),
            (1.5, "Both gaps count, the one from 0 to 2 and the one from 2 to 5."),
            (1.25, "The area between the CDFs is not halved."),
        ),
    ),
    Multiple(
        "coupling",
        "Which conditions make a table $\\pi$ a coupling of $P$ and $Q$?",
        "Cost plays no part: every way of moving the earth is a coupling, good or bad.",
        options=(
            Option("No entry is negative.", "Negative earth cannot be carried: needed.", True),
            Option("Its rows sum to P.", "Everything at a source has to leave it: needed.", True),
            Option("Its columns sum to Q.", "Every target has to get its share: needed.", True),
            Option(
                "It is the product of P and Q.",
                "That is *one* coupling, usually a wasteful one.",
            ),
            Option(
                "It is a square table.",
                "Sources and targets may differ in number.",
            ),
            Option(
                "Its cost is as small as possible.",
                "That singles out an *optimal* coupling.",
            ),
        ),
    ),
    Single(
        "one_way",
        "Which of these pairs has a $W_1$ that is *larger* than the distance between its means?",
        "Where all the mass moves one way, the CDFs do not cross, and $W_1$ is the distance "
        "between the means. Where some moves each way, it is more.",
        options=(
            Option(
                "U[0, 2] and U[0.5, 1.5]",
                "Yes: the means agree, and mass moves in from both ends, $\\tfrac14$ on average.",
                True,
            ),
            Option(
                "N(0, 1) and N(4, 1)",
                "The CDFs do not cross: every grain moves by 4, as the mean does.",
            ),
            Option(
                "U[0, 1] and U[3, 5]",
                "Some mass moves further than the rest, but all of it to the right: 3.5, as the "
                "mean does.",
            ),
            Option(
                "a point mass at 0, and half at 1 and half at 3",
                "All mass moves to the right, by 2 on average, as the mean does.",
            ),
        ),
    ),
    Single(
        "parallel_lines",
        "The data lie evenly on a circle of radius 1 in the plane, the model's samples on the "
        "circle of radius $1+\\theta$ around the same centre, $\\theta>0$. Which statement is "
        "right?",
        "JS and TV jump at 0 and are flat elsewhere; $W_1$ has slope 1 and says which way to go.",
        options=(
            Option(
                "W₁ = θ, JS = ln 2, KL = ∞.",
                "Yes: every grain moves straight inwards, and the circles share no point.",
                True,
            ),
            Option(
                "W₁ = θ, and both KL and JS saturate at ln 2.",
                "JS does; KL is infinite, which is worse than saturated.",
            ),
            Option(
                "All of them grow with θ.",
                "JS and TV see only that the circles do not meet, not how far apart they are.",
            ),
            Option(
                "W₁ is infinite, because the circles share no point.",
                "$W_1$ moves mass across any gap, at the price of the gap.",
            ),
        ),
    ),
    Number(
        "linear_slope",
        "A critic of three inputs is $f(x) = 2x_1 - 6x_2 + 3x_3 + 9$. By how much must it be "
        "divided to become exactly 1-Lipschitz, for Euclidean distances?",
        "For a linear function the constant is exactly $\\|w\\|_2 = \\sqrt{4+36+9} = 7$; the "
        "offset plays no part.",
        key=7.0,
        mistakes=(
            (11, "Add squares, not absolute values, and take the root."),
            (49, "Take the root of the sum of squares."),
            (6, "That is the steepest *axis*; a slanted direction is steeper."),
            (-1, "Signs do not cancel: square the weights first."),
            (16, "The offset does not make a function steeper."),
        ),
    ),
    Single(
        "lipschitz",
        "Which function is Lipschitz on the whole line?",
        "A slope that is bounded everywhere is what counts, not smoothness.",
        options=(
            Option("|x|", "Yes: slope 1, though it has a corner.", True),
            Option(
                "x²", "Smooth, but its slope $2x$ grows without bound: no single constant will do."
            ),
            Option("√|x|", "Its slope is infinite at 0."),
            Option("eˣ", "Smooth, but its slope grows without bound."),
        ),
    ),
    Order(
        "weak_duality",
        "Put the easy half of the Kantorovich–Rubinstein theorem in order: no 1-Lipschitz $f$ "
        "scores more than the cheapest plan costs.",
        "The hard half says that some $f$ reaches the cost; linear programming duality, or the "
        "c-transform, provides it.",
        steps=(
            Step("Take any coupling π of P and Q and any 1-Lipschitz f.", ""),
            Step(
                "Σ f(x) p(x) − Σ f(y) q(y) = Σ π(x, y) (f(x) − f(y)), because π has the "
                "marginals p and q.",
                "neither $\\pi$ nor $f$ has been introduced.",
            ),
            Step(
                "f(x) − f(y) ≤ |x − y| for every pair.",
                "first write the score in terms of pairs.",
            ),
            Step(
                "So the score is at most Σ π(x, y) |x − y|, since no entry of π is negative.",
                "the bound for each pair has not been given.",
            ),
            Step(
                "This holds for every π and every f, so the largest score is at most the smallest "
                "cost.",
                "there is no inequality yet to take the best of.",
            ),
        ),
    ),
    Single(
        "thirds",
        "A colleague's histogram of 200 measurements was rounded to two digits and sums to 1.02. "
        "You want its $W_1$ to a model. What should you do?",
        "Libraries differ in what they do silently: some normalise, some raise, and the linear "
        "program has no solution at all.",
        options=(
            Option(
                "Ask for the 200 counts and divide them by 200.",
                "Yes: then the total is 1, and a plan exists.",
                True,
            ),
            Option(
                "Compute with the rounded numbers; the difference is rounding.",
                "Where should the surplus of 0.02 go? A CDF that ends at 1.02 adds to the area all "
                "the way to the last state.",
            ),
            Option(
                "Take 0.02 away from the largest bar.",
                "That is a distribution, but not the one that was measured.",
            ),
            Option(
                "Divide the resulting distance by 1.02.",
                "The result was not computed from distributions; scaling does not repair it.",
            ),
        ),
    ),
    Single(
        "translation",
        "A point mass slides along the line towards the data, another point mass. What is "
        "$\\frac{d}{d\\theta}W_1$ on the way?",
        "A constant slope leads home from any distance, but it does not shrink near the goal: "
        "an optimiser with a fixed step will rattle around it.",
        options=(
            Option("±1 all the way, and it jumps at the goal.", "Yes.", True),
            Option(
                "It shrinks to 0 as the goal comes near.",
                "That is a squared distance; $W_1$ is the distance itself.",
            ),
            Option("0 except at the goal.", "That is JS, flat wherever the masses do not meet."),
            Option(
                "It grows with the distance.",
                "The distance grows; its slope does not.",
            ),
        ),
    ),
)

CARDS = (
    Card(
        "coupling",
        "Coupling (transport plan)",
        "A non-negative table $\\pi$ whose rows sum to $P$ and whose columns sum to $Q$: how "
        "much goes from where to where.",
    ),
    Card(
        "w1",
        "$W_1$ by plans",
        "$\\min_\\pi\\sum\\pi(x,y)\\,\\|x-y\\|$: the least total of mass times distance.",
    ),
    Card(
        "cdf",
        "$W_1$ on the line",
        "$\\int|F_P(x)-F_Q(x)|\\,dx$: the area between the CDFs. Mind uneven gaps.",
    ),
    Card(
        "dual",
        "Kantorovich–Rubinstein",
        "$W_1(P,Q)=\\max_f\\;E_P f-E_Q f$ over all 1-Lipschitz $f$. That $f$ is what a critic "
        "looks for.",
    ),
    Card(
        "lipschitz",
        "1-Lipschitz, and how it relates to the gradient",
        "$|f(x)-f(y)|\\le\\|x-y\\|$ for all pairs. On a convex domain: gradient norm at most 1 "
        "wherever there is a gradient. *At most*, not equal.",
    ),
    Card(
        "axioms",
        "What makes $W_1$ a metric?",
        "Never negative; 0 only for $P=Q$; symmetric; no detour is shorter. KL fails the last two.",
    ),
    Card(
        "parallel",
        "Parallel lines at distance $\\theta\\ne0$",
        "$W_1=|\\theta|$, $\\text{JS}=\\ln2$, $\\text{TV}=1$, $\\text{KL}=\\infty$. Only the "
        "first has a useful slope.",
    ),
    Card(
        "gaussians",
        "$W_1$ of two Gaussians",
        "$|\\mu_1-\\mu_2|$ only for equal standard deviations. $N(0,1)$ and $N(0,2^2)$: "
        "$\\sqrt{2/\\pi}=0.798$.",
    ),
    Card(
        "rank",
        "Marginal constraints of an $n\\times m$ plan: how many are independent?",
        "$n+m-1$: rows and columns add up to the same total.",
    ),
    Card(
        "floor",
        "$W_1$ between two samples of the *same* distribution",
        "Not 0, unless the law is discrete: about 0.22 for 64 points of $N(0,1)$, 0.056 for "
        "1,024. It falls slowly, more slowly still in high dimension. Always compare with this "
        "floor.",
    ),
    Card(
        "ipm",
        "Integral probability metric",
        "$\\sup_{f\\in F}E_Pf-E_Qf$. Slope at most 1: $W_1$. Values within $\\pm\\tfrac12$: TV. "
        "A kernel's unit ball: MMD.",
    ),
)
