"""The derivations of lessons 2 and 5: JS and the GAN, the gradient of a critic."""

from __future__ import annotations

from course_utils.exercises.derivations.derivation import Derivation, Step

JSD_PROOF = Derivation(
    id="jsd_proof",
    lesson=2,
    title="The GAN value at the optimal discriminator",
    claim=(
        r"Let $p=p_\text{data}$ and $q=p_g$ be densities, $m=\frac12(p+q)$, and let "
        r"$V(G,D)=\mathbb E_{x\sim p}\log D(x)+\mathbb E_z\log(1-D(G(z)))$. Then "
        r"$$\max_D V(G,D)=2\,\mathrm{JS}(p,q)-2\log 2,\qquad "
        r"\mathrm{JS}(p,q)=\tfrac12D(p\|m)+\tfrac12D(q\|m).$$"
    ),
    steps=(
        Step(
            "G",
            r"As $G(z)$ has density $q$, "
            r"$V(G,D)=\int\big[p(x)\log D(x)+q(x)\log(1-D(x))\big]\,dx$.",
            "A mean over z of a function of G(z) is a mean over q.",
            "this is where the proof starts: both means as one integral.",
            needs="",
        ),
        Step(
            "B",
            r"At each $x$, the integrand is concave in $D(x)$, and its derivative "
            r"$\dfrac{p}{D}-\dfrac{q}{1-D}$ is 0 at $D^*(x)=\dfrac{p(x)}{p(x)+q(x)}$ alone.",
            "The integral is largest when the integrand is largest at every x. Where p or q is 0, "
            "the maximum lies at the edge, D = 0 or 1, and the formula gives it too.",
            "there is no integrand yet to maximise.",
        ),
        Step(
            "E",
            r"$V(G,D^*)=\int p\log\dfrac{p}{p+q}\,dx+\int q\log\dfrac{q}{p+q}\,dx$.",
            "Put D* in; 1 − D* = q/(p + q).",
            "this puts the best D into the integral; it has to be found first.",
        ),
        Step(
            "H",
            r"$\dfrac{p}{p+q}=\dfrac12\cdot\dfrac{p}{m}$ and "
            r"$\dfrac{q}{p+q}=\dfrac12\cdot\dfrac{q}{m}$.",
            "p + q = 2m.",
            "this can come anywhere before it is used.",
            needs="",
        ),
        Step(
            "A",
            r"$V(G,D^*)=\int p\log\dfrac{p}{m}\,dx+\int q\log\dfrac{q}{m}\,dx-2\log 2$.",
            "Each of the two integrals gives off log ½ times a total mass of 1.",
            "this rewrites the fractions in V(G, D*); both the fractions and V(G, D*) are needed.",
            needs="EH",
        ),
        Step(
            "D",
            r"The two integrals are $D(p\|m)+D(q\|m)=2\,\mathrm{JS}(p,q)$.",
            "JS carries a factor ½ in front of each divergence.",
            "the integrals this speaks of are not there yet.",
        ),
        Step(
            "I",
            r"So $\max_D V(G,D)=2\,\mathrm{JS}(p,q)-2\log 2$.",
            "The last two lines together.",
            "this is the conclusion.",
        ),
    ),
    distractors=(
        Step(
            "F",
            r"The two integrals are $D(p\|m)+D(q\|m)=\mathrm{JS}(p,q)$.",
            "",
            "a factor is lost: compare with the definition of JS in the claim.",
        ),
        Step(
            "C",
            r"As logarithms do not move an optimum, $\mathbb E\log D(x)$ may be replaced by "
            r"$\log\mathbb E\,D(x)$.",
            "",
            "an increasing function of the whole moves no optimum, but here the logarithm stands "
            "inside the mean; without it the best D is a hard 0 or 1.",
        ),
    ),
    full=(
        r"For $p=(0.5,0.5)$ and $q=(0.75,0.25)$, $\mathrm{JS}=0.033822$ and the value is "
        r"$2\cdot 0.033822-1.386294=-1.318650$. As $\mathrm{JS}\ge 0$, with 0 only at $p=q$, the "
        r"generator's best value is $-2\log 2$. A generator minimises JS only against a "
        r"discriminator that is optimal, and only with this loss, not with $-\log D(G(z))$."
    ),
)

WGAN_GP_PROPOSITION_1 = Derivation(
    id="wgan_gp_proposition_1",
    lesson=5,
    title="The gradient of an optimal critic",
    claim=(
        r"Let $f^*$ be a differentiable 1-Lipschitz maximiser of "
        r"$\mathbb E_{y\sim p_\text{data}}f(y)-\mathbb E_{x\sim p_g}f(x)$, $\pi$ an optimal "
        r"coupling of pairs $(x,y)$, $x$ generated and $y$ real, with $\pi(x=y)=0$, and "
        r"$x_t=(1-t)x+ty$ for $0\le t\le 1$. Then for $\pi$-almost every pair "
        r"$$\nabla f^*(x_t)=v=\frac{y-x}{\|y-x\|},$$ so that the gradient has norm 1 almost "
        r"everywhere under $p_\text{data}$ and $p_g$, and along the lines between coupled points."
    ),
    steps=(
        Step(
            "F",
            r"$\mathbb E_\pi\,[f^*(y)-f^*(x)]=W_1=\mathbb E_\pi\|y-x\|$.",
            "f* is optimal in the dual and π in the primal; the marginals of π are p_g and p_data.",
            "this can come anywhere before the two means are compared.",
            needs="",
        ),
        Step(
            "B",
            r"$f^*(y)-f^*(x)\le\|y-x\|$ for all $x$ and $y$.",
            "f* is 1-Lipschitz.",
            "this can come anywhere before it is used.",
            needs="",
        ),
        Step(
            "H",
            r"Therefore $f^*(y)-f^*(x)=\|y-x\|$ for $\pi$-almost every pair.",
            "The difference of the two sides is nowhere negative and has mean 0.",
            "this compares a mean with a bound; both must be there.",
            needs="FB",
        ),
        Step(
            "D",
            r"For such a pair, $f^*(x_t)-f^*(x)=t\,\|y-x\|$ for every $t\in[0,1]$.",
            "From x to x_t the critic rises at most t‖y−x‖, from x_t to y at most (1−t)‖y−x‖; it "
            "rises ‖y−x‖ in all, so both bounds are met.",
            "this needs pairs between which the critic rises as steeply as it may.",
        ),
        Step(
            "A",
            r"As $x\ne y$ and $f^*$ is differentiable, the derivative in $t$ gives "
            r"$\langle\nabla f^*(x_t),v\rangle=1$.",
            "Chain rule, divided by ‖y−x‖ > 0. At t = 0 and 1 a one-sided derivative is enough.",
            "the critic must be known along the line before it is differentiated there.",
        ),
        Step(
            "G",
            r"$\|\nabla f^*(x_t)\|\le 1$.",
            "A differentiable 1-Lipschitz function has no steeper slope in any direction.",
            "this can come anywhere before it is used.",
            needs="",
        ),
        Step(
            "J",
            r"So $\|\nabla f^*(x_t)-v\|^2=\|\nabla f^*(x_t)\|^2-2\langle\nabla f^*(x_t),v\rangle"
            r"+1\le 1-2+1=0$, and $\nabla f^*(x_t)=v$.",
            "A vector of length at most 1 whose component along v is 1 is v itself.",
            "this needs the slope along the line and the bound on the whole gradient.",
            needs="AG",
        ),
    ),
    distractors=(
        Step(
            "C",
            r"Therefore $f^*(y)-f^*(x)=\|y-x\|$ for every generated $x$ and every real $y$.",
            "",
            "this holds for coupled pairs only; a randomly drawn real point is in general not the "
            "partner of a given generated point.",
        ),
        Step(
            "E",
            r"By the mean value theorem there is a $t$ with "
            r"$\langle\nabla f^*(x_t),v\rangle=1$, so $\|\nabla f^*\|=1$ on the whole line.",
            "",
            "the theorem speaks of one t and of one direction; the claim is about every t and the "
            "whole gradient.",
        ),
        Step(
            "I",
            r"A function is 1-Lipschitz when $\|\nabla f\|\le 1$, so an optimal critic has "
            r"$\|\nabla f\|=1$ everywhere.",
            "",
            "a bound from above forces nothing to 1: away from the coupled lines the slope of an "
            "optimal critic may be smaller.",
        ),
    ),
    full=(
        r"Mind what is assumed. If the two distributions share mass, an optimal coupling may leave "
        r"it where it is: then $\pi(x=y)>0$, and there the gradient may have any norm up to 1. And "
        r"the penalty of WGAN-GP joins real and generated points *at random*, not as coupled by "
        r"$\pi$, so its lines are not those of the proposition. A slope of at most 1 is what "
        r"Lipschitz asks for; to pull it *up* to 1 everywhere is a choice, which WGAN-LP does not "
        r"make."
    ),
)
