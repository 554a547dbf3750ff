"""The derivations of lesson 1: Bayes, Gibbs, two Gaussians, least squares, likelihood."""

from __future__ import annotations

from course_utils.exercises.derivations.derivation import Derivation, Step

BAYES_RULE = Derivation(
    id="bayes_rule",
    lesson=1,
    title="Bayes' rule",
    claim=(
        r"For events with $0 < P(A) < 1$ and $P(B) > 0$, where $\bar A$ means *not A*: "
        r"$$P(A\mid B)=\frac{P(B\mid A)\,P(A)}{P(B\mid A)\,P(A)+P(B\mid\bar A)\,P(\bar A)}.$$"
    ),
    steps=(
        Step(
            "E",
            r"$P(A\mid B)=\dfrac{P(A\cap B)}{P(B)}$ and $P(B\mid A)=\dfrac{P(A\cap B)}{P(A)}$.",
            "The definition of conditional probability, read both ways.",
            "this is where the proof starts.",
            needs="",
        ),
        Step(
            "B",
            r"Therefore $P(A\cap B)=P(B\mid A)\,P(A)$.",
            "The second definition, multiplied by P(A).",
            "this rearranges a definition that has not been written down yet.",
        ),
        Step(
            "G",
            r"Put into the first definition: $P(A\mid B)=\dfrac{P(B\mid A)\,P(A)}{P(B)}$.",
            "The joint probability is replaced by the product.",
            "the joint probability has to be rewritten as a product first.",
        ),
        Step(
            "A",
            r"$B$ happens either with $A$ or without it, never both: "
            r"$P(B)=P(A\cap B)+P(\bar A\cap B)$.",
            "The probabilities of disjoint events add.",
            "this can come anywhere before P(B) is spelt out.",
            needs="",
        ),
        Step(
            "D",
            r"So $P(B)=P(B\mid A)\,P(A)+P(B\mid\bar A)\,P(\bar A)$.",
            "The product rule for each of the two parts.",
            "this needs the split of B into two parts, and the product rule for each part.",
            needs="BA",
        ),
        Step(
            "H",
            r"With this denominator, $P(A\mid B)="
            r"\dfrac{P(B\mid A)\,P(A)}{P(B\mid A)\,P(A)+P(B\mid\bar A)\,P(\bar A)}$.",
            "Both pieces put together.",
            "numerator and denominator are not both at hand yet.",
            needs="GD",
        ),
    ),
    distractors=(
        Step(
            "C",
            r"By symmetry, $P(A\mid B)=P(B\mid A)$.",
            "",
            "the two conditionals share a numerator but not a denominator; they are equal only "
            "where P(A) = P(B) or the events exclude each other.",
        ),
        Step(
            "F",
            r"So $P(B)=P(B\mid A)+P(B\mid\bar A)$.",
            "",
            "each conditional has to be weighted by how often its condition occurs; this sum can "
            "exceed 1.",
        ),
    ),
    full=(
        r"For a test with sensitivity and specificity 0.95 and a prevalence of 0.01, the last line "
        r"reads $0.0095/(0.0095+0.0495)=0.161$: most positives are false, because the healthy are "
        r"so many. The two conditionals, 0.95 and 0.161, are far apart."
    ),
)

GIBBS_INEQUALITY = Derivation(
    id="gibbs_inequality",
    lesson=1,
    title="Gibbs' inequality",
    claim=(
        r"For distributions P and Q on a finite set, with masses $p$ and $q$, "
        r"$$D(P\|Q)=\sum_{x:\,p(x)>0}p(x)\log\frac{p(x)}{q(x)}\;\ge\;0,$$ "
        r"and it is 0 only if $P=Q$."
    ),
    steps=(
        Step(
            "F",
            r"Let $S=\{x: p(x)>0\}$. If $q(x)=0$ somewhere on $S$, then $D(P\|Q)=\infty>0$ and "
            r"there is nothing to show; from here on, let $q>0$ on $S$.",
            "The logarithms below must be finite.",
            "the set S has to be known before anything is summed over it.",
            needs="",
        ),
        Step(
            "C",
            r"For every $t>0$, $\log t\le t-1$, with equality only at $t=1$.",
            "The logarithm is strictly concave, and t − 1 is its tangent at 1.",
            "this can come anywhere before it is used.",
            needs="",
        ),
        Step(
            "H",
            r"$-D(P\|Q)=\sum_{x\in S}p(x)\log\dfrac{q(x)}{p(x)}$.",
            "The minus sign turns the fraction over.",
            "this sum runs over a set, and takes logarithms, that are not settled yet.",
            needs="F",
        ),
        Step(
            "A",
            r"$-D(P\|Q)\le\sum_{x\in S}p(x)\left(\dfrac{q(x)}{p(x)}-1\right)$.",
            "The bound on the logarithm with t = q(x)/p(x), times p(x) > 0, in every term.",
            "this bounds each logarithm of a sum; both the bound and the sum must stand already.",
            needs="CH",
        ),
        Step(
            "E",
            r"The right-hand side is "
            r"$\sum_{x\in S}q(x)-\sum_{x\in S}p(x)=\sum_{x\in S}q(x)-1\le 0$.",
            "All the mass of P lies on S, and at most all the mass of Q does.",
            "there is no right-hand side yet.",
        ),
        Step(
            "G",
            r"So $D(P\|Q)\ge 0$. If it is 0, both inequalities are equalities: the first gives "
            r"$q(x)=p(x)$ on $S$, the second that Q has no mass outside $S$; so $P=Q$.",
            "Equality in a sum of inequalities means equality in each term of positive weight.",
            "this is the conclusion.",
        ),
    ),
    distractors=(
        Step(
            "B",
            r"Every term $p(x)\log\frac{p(x)}{q(x)}$ is at least 0, and so is their sum.",
            "",
            "a term is negative wherever q(x) > p(x); only the sum is not.",
        ),
        Step(
            "D",
            r"As the logarithm is concave, "
            r"$\sum_{x\in S}p(x)\log\frac{q(x)}{p(x)}\ge\log\sum_{x\in S}q(x)$.",
            "",
            "Jensen's inequality for a concave function goes the other way.",
        ),
    ),
    full=(
        r"Jensen's inequality, the right way round, gives the same in one line: "
        r"$-D(P\|Q)\le\log\sum_S q\le\log 1=0$. With $P=(0.5,0.5)$ and $Q=(0.75,0.25)$ the "
        r"terms are $-0.203$ and $0.347$: one is negative, their sum $0.144$ is not."
    ),
)

GAUSSIAN_KL = Derivation(
    id="gaussian_kl_derivation",
    lesson=1,
    title="KL divergence of two Gaussians",
    claim=(
        r"For $P=N(\mu_1,\sigma_1^2)$ and $Q=N(\mu_2,\sigma_2^2)$ on the line: "
        r"$$D(P\|Q)=\log\frac{\sigma_2}{\sigma_1}"
        r"+\frac{\sigma_1^2+(\mu_1-\mu_2)^2}{2\sigma_2^2}-\frac12 .$$"
    ),
    steps=(
        Step(
            "D",
            r"$D(P\|Q)=\mathbb E\,[\log p(X)-\log q(X)]$, where $X\sim N(\mu_1,\sigma_1^2)$.",
            "The definition: a mean under P, the first argument.",
            "the definition comes first.",
            needs="",
        ),
        Step(
            "G",
            r"$\log p(x)=-\frac12\log 2\pi-\log\sigma_1-\dfrac{(x-\mu_1)^2}{2\sigma_1^2}$, and "
            r"$\log q(x)$ is the same with $\mu_2,\sigma_2$.",
            "The logarithm of the Gaussian density.",
            "this can come anywhere before the logarithms are put in.",
            needs="",
        ),
        Step(
            "B",
            r"$D(P\|Q)=\log\dfrac{\sigma_2}{\sigma_1}-\dfrac{\mathbb E(X-\mu_1)^2}{2\sigma_1^2}"
            r"+\dfrac{\mathbb E(X-\mu_2)^2}{2\sigma_2^2}$.",
            "The two terms with 2π cancel; the mean of a sum is the sum of the means.",
            "this puts the two log-densities into the definition; both must be there.",
            needs="DG",
        ),
        Step(
            "F",
            r"$\mathbb E(X-\mu_1)^2=\sigma_1^2$.",
            "The variance of X, which is drawn from P.",
            "it has not been said yet what X is.",
            needs="D",
        ),
        Step(
            "A",
            r"$\mathbb E(X-\mu_2)^2=\mathbb E\big((X-\mu_1)+(\mu_1-\mu_2)\big)^2"
            r"=\sigma_1^2+(\mu_1-\mu_2)^2$.",
            "Expand the square: the cross term is 2(μ₁ − μ₂) E(X − μ₁) = 0.",
            "expanding the square leaves E(X − μ₁)², which must be known.",
            needs="F",
        ),
        Step(
            "E",
            r"$D(P\|Q)=\log\dfrac{\sigma_2}{\sigma_1}-\dfrac12"
            r"+\dfrac{\sigma_1^2+(\mu_1-\mu_2)^2}{2\sigma_2^2}$.",
            "Both means are put in.",
            "the two means that enter here are not both known yet.",
            needs="BA",
        ),
    ),
    distractors=(
        Step(
            "C",
            r"$\mathbb E(X-\mu_2)^2=\sigma_2^2$.",
            "",
            "X is drawn from P; its mean squared distance from μ₂ is not the variance of Q.",
        ),
        Step(
            "H",
            r"$\mathbb E(X-\mu_2)^2=(\mu_1-\mu_2)^2$.",
            "",
            "this puts X at its mean and forgets that X spreads around it.",
        ),
    ),
    full=(
        r"From $N(0,1)$ to $N(1,2^2)$ this is $\log 2+\frac28-\frac12=0.4431$, and the other way "
        r"round $-\log 2+\frac52-\frac12=1.3069$. With equal variances it is "
        r"$(\mu_1-\mu_2)^2/2\sigma^2$, the same in both directions. (Bishop, *Pattern Recognition "
        r"and Machine Learning*, exercise 1.30.)"
    ),
)

MSE_IS_MLE = Derivation(
    id="mse_is_mle",
    lesson=1,
    title="Least squares is maximum likelihood",
    claim=(
        r"Let $y_i=f_\theta(x_i)+\text{noise}$ with independent noise from $N(0,\sigma^2)$, **one "
        r"fixed $\sigma$ for all $i$**. Then the $\theta$ of largest likelihood are the $\theta$ "
        r"of smallest mean squared error. Write $\hat y_i=f_\theta(x_i)$."
    ),
    steps=(
        Step(
            "B",
            r"$p(y_i\mid x_i,\theta)=\dfrac{1}{\sigma\sqrt{2\pi}}"
            r"\exp\!\left(-\dfrac{(y_i-\hat y_i)^2}{2\sigma^2}\right)$ for each $i$.",
            "The noise y − ŷ is Gaussian with mean 0.",
            "this can come anywhere before the densities are put in.",
            needs="",
        ),
        Step(
            "H",
            r"$L(\theta)=\prod_i p(y_i\mid x_i,\theta)$.",
            "The observations are independent.",
            "the likelihood is defined before it is worked on.",
            needs="",
        ),
        Step(
            "D",
            r"$\log L(\theta)=\sum_i\log p(y_i\mid x_i,\theta)$ is largest at the same $\theta$ as "
            r"$L(\theta)$.",
            "The logarithm is increasing, and turns the product into a sum.",
            "there is no likelihood yet to take the logarithm of.",
            needs="H",
        ),
        Step(
            "A",
            r"$\log L(\theta)=-n\log(\sigma\sqrt{2\pi})"
            r"-\dfrac{1}{2\sigma^2}\sum_i(y_i-\hat y_i)^2$.",
            "The logarithm of each Gaussian density, summed.",
            "this puts the Gaussian densities into the sum of logarithms; both are needed.",
            needs="BD",
        ),
        Step(
            "F",
            r"As $\sigma$ is fixed, the first term and the factor $\frac{1}{2\sigma^2}>0$ do not "
            r"depend on $\theta$.",
            "Only the sum of squares moves with θ.",
            "the terms this speaks of are not there yet.",
        ),
        Step(
            "C",
            r"So $\log L$ is largest exactly where $\sum_i(y_i-\hat y_i)^2$ is smallest, that is, "
            r"where $\frac1n\sum_i(y_i-\hat y_i)^2$ is.",
            "A constant minus a positive multiple of the sum; dividing by n moves no minimum.",
            "this is the conclusion.",
        ),
    ),
    distractors=(
        Step(
            "E",
            r"$p(y_i\mid x_i,\theta)=\dfrac{1}{\sigma\sqrt{2\pi}}"
            r"\cdot\dfrac{\exp\!\left(-(y_i-\hat y_i)^2\right)}{2\sigma^2}$ for each $i$.",
            "",
            "the division by 2σ² belongs inside the exponential.",
        ),
        Step(
            "G",
            r"Even if each $i$ had its own $\sigma_i$, the factors $\frac{1}{2\sigma_i^2}$ would "
            r"be constants, and constants do not move the minimum.",
            "",
            "unequal factors weigh the squares differently, and that does move the minimum: it is "
            "weighted least squares.",
        ),
    ),
    full=(
        r"If $\sigma$ is estimated as well, the same $\theta$ is found, and then "
        r"$\hat\sigma^2=\frac1n\sum_i(y_i-\hat y_i)^2$: the mean squared error itself. If each "
        r"point has its own $\sigma_i$, likelihood weighs point $i$ by $1/\sigma_i^2$, and plain "
        r"least squares no longer maximises it."
    ),
)

MLE_IS_MIN_KL = Derivation(
    id="mle_is_min_kl",
    lesson=1,
    title="Maximum likelihood minimises a KL divergence",
    claim=(
        r"Let $x_1,x_2,\dots$ be independent draws from $p_\text{data}$, and let "
        r"$\mathbb E_\text{data}\log p_\text{data}$ be finite. **In the limit of infinitely many "
        r"draws**, to maximise the likelihood of a model $p_\theta$ is to minimise "
        r"$D(p_\text{data}\|p_\theta)$."
    ),
    steps=(
        Step(
            "C",
            r"The $\theta$ that maximises $\prod_{i=1}^n p_\theta(x_i)$ maximises "
            r"$\frac1n\sum_{i=1}^n\log p_\theta(x_i)$.",
            "The logarithm is increasing, and dividing by n moves no maximum.",
            "this is where the likelihood enters; it comes first.",
            needs="",
        ),
        Step(
            "F",
            r"For each $\theta$, this mean tends to $\mathbb E_\text{data}\log p_\theta(x)$ as "
            r"$n\to\infty$.",
            "The law of large numbers, for a mean of independent draws.",
            "there is no mean over the draws yet that could tend to anything.",
        ),
        Step(
            "D",
            r"$\mathbb E_\text{data}\log p_\text{data}(x)$ does not depend on $\theta$.",
            "It is minus the entropy of the data, and finite.",
            "this can come anywhere before it is used.",
            needs="",
        ),
        Step(
            "A",
            r"So to maximise the limit is to minimise "
            r"$\mathbb E_\text{data}\log p_\text{data}(x)-\mathbb E_\text{data}\log p_\theta(x)$.",
            "Turn the sign and add a constant: the same θ is best.",
            "this subtracts the limit from a constant; both are needed before.",
            needs="FD",
        ),
        Step(
            "G",
            r"That difference is $\mathbb E_\text{data}\log\dfrac{p_\text{data}(x)}{p_\theta(x)}"
            r"=D(p_\text{data}\|p_\theta)$.",
            "The definition: the mean is taken under the data, the first argument.",
            "there is no difference yet that this could name.",
        ),
        Step(
            "B",
            r"In the limit, then, maximum likelihood picks the $\theta$ with the smallest "
            r"$D(p_\text{data}\|p_\theta)$.",
            "Where the convergence is uniform in θ, the best θ converges too.",
            "this is the conclusion.",
        ),
    ),
    distractors=(
        Step(
            "E",
            r"For every $n$, $\frac1n\sum_{i=1}^n\log p_\theta(x_i)"
            r"=\mathbb E_\text{data}\log p_\theta(x)$.",
            "",
            "for finite n the two differ by chance; they agree only in the limit, or on average.",
        ),
        Step(
            "H",
            r"That difference is $\mathbb E_{p_\theta}\log\dfrac{p_\theta(x)}{p_\text{data}(x)}"
            r"=D(p_\theta\|p_\text{data})$.",
            "",
            "the draws come from the data, so the mean is under the data; this is the reverse "
            "divergence.",
        ),
    ),
    full=(
        r"Why not say it for finite $n$, with the empirical distribution in place of "
        r"$p_\text{data}$? For a finite set of outcomes one may. But the divergence from a finite "
        r"sample to a density is infinite for every $\theta$: all its mass sits on points to which "
        r"the model gives probability 0. The limit is what carries the statement over."
    ),
)

BANK = (BAYES_RULE, GIBBS_INEQUALITY, GAUSSIAN_KL, MSE_IS_MLE, MLE_IS_MIN_KL)
