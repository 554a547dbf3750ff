"""The derivations of lesson 3: the triangle inequality, weak duality, Kantorovich–Rubinstein.

One letter means one thing: ``f`` is 1-Lipschitz, ``u`` and ``v`` are the two potentials of a
linear program, ``π`` is a plan, ``d`` the distance.
"""

from __future__ import annotations

from course_utils.exercises.derivations.derivation import Derivation, Step

W1_TRIANGLE = Derivation(
    id="w1_triangle",
    lesson=3,
    title="No detour is shorter",
    claim=(
        r"For distributions with masses $p$, $r$, $q$ on a finite set with a metric $d$, all "
        r"$r(z)>0$: $$W_1(P,Q)\le W_1(P,R)+W_1(R,Q).$$"
    ),
    steps=(
        Step(
            "C",
            r"Let $\pi$ be a cheapest plan from $P$ to $R$, and $\rho$ a cheapest plan from $R$ to "
            r"$Q$.",
            "On a finite set there is one: a continuous function on a closed, bounded set.",
            "this is where the proof starts.",
            needs="",
        ),
        Step(
            "F",
            r"What arrives at $z$ is carried on in proportion: let "
            r"$\sigma(x,y)=\sum_z\dfrac{\pi(x,z)\,\rho(z,y)}{r(z)}$.",
            "Of the r(z) that passes z, the share ρ(z, y)/r(z) goes on to y.",
            "the two plans that it joins have not been chosen.",
        ),
        Step(
            "A",
            r"$\sigma$ is a plan from $P$ to $Q$: $\sum_y\sigma(x,y)=\sum_z\pi(x,z)=p(x)$ and "
            r"$\sum_x\sigma(x,y)=\sum_z\rho(z,y)=q(y)$.",
            "The marginals of π and ρ at z are both r(z), and cancel.",
            "there is no σ yet.",
        ),
        Step(
            "E",
            r"So $W_1(P,Q)\le\sum_{x,y}\sigma(x,y)\,d(x,y)$",
            "The cheapest plan costs no more than this one.",
            "first show that σ is a plan at all.",
        ),
        Step(
            "B",
            r"$\le\sum_{x,y,z}\dfrac{\pi(x,z)\,\rho(z,y)}{r(z)}\,\big(d(x,z)+d(z,y)\big)$",
            "The triangle inequality of d, journey by journey.",
            "there is no cost yet to be bounded.",
        ),
        Step(
            "G",
            r"$=\sum_{x,z}\pi(x,z)\,d(x,z)+\sum_{z,y}\rho(z,y)\,d(z,y)=W_1(P,R)+W_1(R,Q)$.",
            "Sum over y in the first part and over x in the second.",
            "this adds up two legs that have not been written down.",
        ),
    ),
    distractors=(
        Step(
            "D",
            r"Let $\sigma(x,y)=\pi(x,y)+\rho(x,y)$.",
            "",
            "its rows sum to p + r, so it is no plan from P to Q.",
        ),
        Step(
            "H",
            r"$\sigma$ is a *cheapest* plan from $P$ to $Q$.",
            "",
            "it need not be: two good legs may make a silly journey. The proof does without.",
        ),
    ),
    full=(
        r"The plan $\sigma$ is two plans *glued* at $R$. If $R$ lies on the way, nothing is lost: "
        r"in the table above $W_1(P,S)=W_1(P,R)+W_1(R,S)=2$. Where $r(z)=0$ nothing passes $z$, "
        r"and its terms are left out."
    ),
)

WEAK_DUALITY = Derivation(
    id="weak_duality",
    lesson=3,
    title="Prices never prove too much",
    claim=(
        r"For every plan $\pi$ from $P$ to $Q$ and every 1-Lipschitz $f$: "
        r"$$\sum_x f(x)\,p(x)-\sum_y f(y)\,q(y)\le\sum_{x,y}\pi(x,y)\,d(x,y).$$"
    ),
    steps=(
        Step(
            "D",
            r"$\sum_x f(x)\,p(x)-\sum_y f(y)\,q(y)=\sum_{x,y}\pi(x,y)\,\big(f(x)-f(y)\big)$",
            "The rows of π sum to p, its columns to q.",
            "this is where the proof starts.",
            needs="",
        ),
        Step(
            "B",
            r"$\le\sum_{x,y}\pi(x,y)\,d(x,y)$.",
            "No entry of π is negative, and f(x) − f(y) ≤ d(x, y) for each pair.",
            "the prices must first be sorted by journeys.",
        ),
    ),
    distractors=(
        Step(
            "A",
            r"$\sum_x f(x)\,p(x)-\sum_y f(y)\,q(y)=\sum_{x,y}p(x)\,q(y)\,d(x,y)$",
            "",
            "that is the cost of the independent plan, and no price is in it.",
        ),
        Step(
            "C",
            r"$=\sum_{x,y}\pi(x,y)\,d(x,y)$.",
            "",
            "equal only where every journey that carries mass goes down at the full slope; in "
            "general f(x) − f(y) is smaller than d(x, y).",
        ),
    ),
    full=(
        r"So *any* prices of slope at most 1 are a proof that *no* plan costs less than they earn, "
        r"and *any* plan is a proof that no prices earn more than it costs. Where the two meet, "
        r"both are the best there are. And they meet only where every journey of the plan goes "
        r"down at the full slope: $f(x)-f(y)=d(x,y)$ wherever $\pi(x,y)>0$."
    ),
)

KANTOROVICH_RUBINSTEIN = Derivation(
    id="kantorovich_rubinstein",
    lesson=3,
    title="Kantorovich–Rubinstein duality",
    claim=(
        r"On a finite set with a metric $d$, for distributions with masses $p$ and $q$: "
        r"$$W_1(P,Q)=\min_{\pi\in\Pi(P,Q)}\sum_{x,y}\pi(x,y)\,d(x,y)"
        r"=\max_{f\text{ 1-Lipschitz}}\;\sum_x f(x)\,(p(x)-q(x)).$$"
    ),
    steps=(
        Step(
            "D",
            r"$W_1$ is a linear program: minimise $\sum\pi(x,y)\,d(x,y)$ over $\pi\ge 0$ with "
            r"$\sum_y\pi(x,y)=p(x)$ and $\sum_x\pi(x,y)=q(y)$.",
            "The definition of a coupling, written as constraints.",
            "this is where the proof starts: the problem itself.",
            needs="",
        ),
        Step(
            "G",
            r"One multiplier for each constraint: $W_1=\min_{\pi\ge 0}\max_{u,v}\;\sum\pi d"
            r"+\sum_x u(x)\big(p(x)-\sum_y\pi(x,y)\big)+\sum_y v(y)\big(q(y)-\sum_x\pi(x,y)\big)$.",
            "The inner maximum is +∞ as soon as a marginal is wrong, and Σ π d otherwise.",
            "multipliers belong to constraints, which must be stated first.",
        ),
        Step(
            "B",
            r"*Strong duality*, a theorem about linear programs: with a finite optimum there is no "
            r"gap, so min and max change places: $W_1=\max_{u,v}\Big[\sum up+\sum vq"
            r"+\min_{\pi\ge 0}\sum\pi(x,y)\,\big(d(x,y)-u(x)-v(y)\big)\Big]$.",
            "π(x, y) = p(x) q(y) is allowed and no cost is negative, so the optimum is finite.",
            "there is no min and max yet to exchange.",
        ),
        Step(
            "H",
            r"The inner minimum is 0 if $u(x)+v(y)\le d(x,y)$ for all $x,y$, and $-\infty$ if not; "
            r"so $W_1=\max\big\{\sum up+\sum vq:\ u(x)+v(y)\le d(x,y)\big\}$.",
            "Where a bracket is negative, π can be made as large as one likes there.",
            "there is no inner minimum over π yet.",
        ),
        Step(
            "A",
            r"For such $u,v$ let $f(x)=\min_y\,(d(x,y)-v(y))$. Then $f$ is 1-Lipschitz, "
            r"$u\le f$ and $v\le -f$.",
            "By the triangle inequality each x ↦ d(x, y) − v(y) is 1-Lipschitz, so their minimum "
            "is. The constraint gives u ≤ f, and y = x in the minimum gives f(x) ≤ −v(x).",
            "u and v are not yet tied together by a constraint, which this uses.",
        ),
        Step(
            "F",
            r"So $\sum up+\sum vq\le\sum f\,(p-q)$; and for every 1-Lipschitz $f$ the pair "
            r"$u=f$, $v=-f$ is allowed, as $f(x)-f(y)\le d(x,y)$.",
            "The masses p and q are not negative, so larger u and v give a larger value.",
            "f has to be there, with its bounds on u and v.",
        ),
        Step(
            "I",
            r"Hence $W_1(P,Q)=\max_{f\text{ 1-Lipschitz}}\sum_x f(x)\,(p(x)-q(x))$.",
            "The two maxima bound each other.",
            "this is the conclusion.",
        ),
    ),
    distractors=(
        Step(
            "C",
            r"The inner minimum is 0 if $u(x)+v(y)\ge d(x,y)$ for all $x,y$, and $-\infty$ if not.",
            "",
            "with a negative bracket, a large π makes the sum as small as one likes; look at the "
            "direction of the inequality.",
        ),
        Step(
            "E",
            r"The best $v$ is always $-u$, so $W_1=\max_u\sum u\,(p-q)$ over all functions $u$.",
            "",
            "with no bound on its slope, u can be multiplied by 1000, and the value with it.",
        ),
    ),
    full=(
        r"On the points 0 and 1 with $p=(0.5,0.5)$, $q=(0.75,0.25)$, moving a quarter of the mass "
        r"over distance 1 costs 0.25, and $f(x)=x$ gives $0.5-0.25=0.25$: neither side can do "
        r"better, and each proves the other optimal. A critic network plays the part of $f$; what "
        r"keeps its slope at most 1 is the business of lessons 4 and 5."
    ),
)

BANK = (W1_TRIANGLE, WEAK_DUALITY, KANTOROVICH_RUBINSTEIN)
