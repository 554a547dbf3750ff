"""Looking over the shoulder of an answer that draws its own random numbers.

Two right answers draw different mixing weights ε, so their penalties differ. What they have in
common is seen by a :class:`Watched` network, which writes down where its slope counts: each
point lies between a real sample and its fake one, every sample has an ε of its own, and the
value returned is the penalty *at the points whose slopes are in it*.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from course_utils.exercises.networks import tensor


class Notebook(list):
    """Entries in the order in which things happened; a copied network goes on writing here."""

    def __deepcopy__(self, _memo):
        return self


# What may be seen on the way through a watched network, and what comes next on the way back.
GIVEN, SCORES, SCORE_GRADIENT = "what was given", "scores", "their gradient"
SLOPE, BEYOND = "the slope", "the gradient of the slope"
BACKWARD = {GIVEN: SLOPE, SCORES: SCORE_GRADIENT, SLOPE: BEYOND, SCORE_GRADIENT: None}
FORWARD = {SCORES: SLOPE}  # torch.func's forward mode, where the slope arrives with the scores


class _Note(torch.autograd.Function):
    """Hands a batch on unchanged and shows it, inside torch.func's transforms too.

    ``record.see(stage, batch, lasting)`` is called on the way forward, and with the next stage's
    gradient on the way back; `lasting` tells whether that gradient can be differentiated again.
    """

    @staticmethod
    def forward(x, record, stage, lasting):
        record.see(stage, x.detach().clone(), lasting)
        return x.clone()

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.record, ctx.stage = inputs[1], inputs[2]

    @staticmethod
    def backward(ctx, gradient):
        following = BACKWARD.get(ctx.stage)
        if following is not None:
            lasting = torch.is_grad_enabled()
            gradient = _Note.apply(gradient, ctx.record, following, lasting)
        return gradient, None, None, None

    @staticmethod
    def jvp(ctx, tangent, *_):
        following = FORWARD.get(ctx.stage)
        if following is not None:
            tangent = _Note.apply(tangent, ctx.record, following, True)
        return tangent

    @staticmethod
    def vmap(info, in_dims, x, record, stage, lasting):
        if in_dims[0] is not None:
            x = x.movedim(in_dims[0], 0)
        return _Note.apply(x, record, stage, lasting), None if in_dims[0] is None else 0


def backward_pass() -> int:
    """The number of the backward pass that is going on, -1 outside of one."""
    return torch._C._current_graph_task_id()


class _Made:
    """What a generator is given and what it makes, written down at once."""

    def __init__(self, notes: Notebook, kind: str):
        self._notes, self._kind = notes, kind

    def see(self, stage: str, batch: Tensor, _lasting: bool) -> None:
        if stage == GIVEN:
            self._notes.append((self._kind, batch))


class _Scored:
    """One call of a critic: which of its rows count for what is written down when it does.

    Scores that are only printed, logged or plotted leave no trace. ``("scored", pass, rows)``
    means that in this backward pass the scores of these rows were differentiated;
    ``("sloped", pass, rows)`` that the *slopes* at these rows were.
    """

    def __init__(self, notes: Notebook):
        self._notes = notes
        self._rows = torch.empty(0)
        self._differentiated: dict[int, Tensor] = {}
        self._with_slope = torch.zeros(0, dtype=torch.bool)

    def see(self, stage: str, batch: Tensor, lasting: bool) -> None:
        if stage == GIVEN:
            self._rows = batch
        elif stage == SCORES:
            self._one_row_for_each_score(batch)
        elif stage == SCORE_GRADIENT:
            self._differentiated[backward_pass()] = asked = self._asked(batch)
            self._notes.append(("scored", backward_pass(), self._rows[asked]))
        elif stage == SLOPE and lasting:
            asked = self._differentiated.get(backward_pass())
            if asked is None:  # forward mode: there was no gradient of the scores before
                asked = torch.ones(len(self._rows), dtype=torch.bool)
                self._notes.append(("scored", backward_pass(), self._rows))
            self._with_slope |= asked
        elif stage == BEYOND:
            self._notes.append(("sloped", backward_pass(), self._rows[self._with_slope]))

    def _one_row_for_each_score(self, scores: Tensor) -> None:
        count = scores.numel()
        fits = count and self._rows.numel() % count == 0
        self._rows = self._rows.reshape(count, -1) if fits else self._rows
        self._with_slope = torch.zeros(len(self._rows), dtype=torch.bool)

    def _asked(self, gradient: Tensor) -> Tensor:
        """Which rows the gradient of the scores is not 0 for."""
        if gradient.numel() == len(self._rows):
            return gradient.reshape(-1) != 0
        return torch.ones(len(self._rows), dtype=torch.bool)


class Watched(nn.Module):
    """A network that writes down in ``notes`` what it is given.

    With an `output` it writes at once, what it is given and what it makes, as ``(kind, batch)``.
    Without one it makes scores, and writes down which rows count: see :class:`_Scored`.

    Parameters
    ----------
    network : Module
    notes : Notebook
    kind : str
        What to call a batch that a generator is given.
    output : str
        What to call a batch it makes; "" for a network that makes scores.
    """

    def __init__(self, network: nn.Module, notes: Notebook, kind: str = "", output: str = ""):
        super().__init__()
        self.network, self.notes, self.kind, self.output = network, notes, kind, output

    def forward(self, x: Tensor) -> Tensor:
        if self.output:
            made = self.network(_Note.apply(x, _Made(self.notes, self.kind), GIVEN, False))
            return _Note.apply(made, _Made(self.notes, self.output), GIVEN, False)
        record = _Scored(self.notes)
        scores = self.network(_Note.apply(x, record, GIVEN, False))
        return _Note.apply(scores, record, SCORES, False)


def rows_in(notes: Notebook, kind: str) -> list[Tensor]:
    """The rows of every entry of a kind, "scored" or "sloped"."""
    return [entry[1] for what, *entry in notes if what == kind]


class TwoSlopes(nn.Module):
    """``x ↦ s(x)·w·x`` with s = `steep` where the first entry of x is positive, else `gentle`.

    Its slope ``s(x)·‖w‖`` differs from sample to sample, yet not between a real and a fake
    sample that share their first entry: the penalty is known whatever ε was drawn.
    """

    def __init__(self, weight, steep: float, gentle: float, *, flat: bool = False):
        super().__init__()
        self.weight = nn.Parameter(tensor(weight).flatten())
        self.steep, self.gentle = nn.Parameter(tensor(steep)), nn.Parameter(tensor(gentle))
        self.flat = flat

    def forward(self, x: Tensor) -> Tensor:
        x = x.flatten(1)
        scores = torch.where(x[:, 0] > 0, self.steep, self.gentle) * (x @ self.weight)
        return scores if self.flat else scores[:, None]


def parameter_gradient(value, network: nn.Module) -> np.ndarray:
    """d value / d parameters as one array; zeros where no gradient arrives."""
    parameters = list(network.parameters())
    found = [None] * len(parameters)
    if isinstance(value, Tensor) and value.requires_grad:
        found = torch.autograd.grad(value.sum(), parameters, allow_unused=True, retain_graph=True)
    return np.concatenate(
        [
            np.zeros(p.numel()) if g is None else g.detach().double().numpy().ravel()
            for p, g in zip(parameters, found, strict=True)
        ]
    )


def slopes(critic: nn.Module, x: Tensor) -> Tensor:
    """``‖∇ₓ f(x)‖₂`` for each sample, differentiable."""
    x = x.detach().requires_grad_(True)
    (gradient,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return torch.linalg.vector_norm(gradient.flatten(1), dim=1)


# --- points between real and fake samples ---------------------------------------------------


@dataclass(frozen=True)
class Points:
    """What the critic was shown, held against the pairs of real and fake samples.

    A batch may be paired in any way, as long as each sample has one partner: the points of a
    penalty lie between samples of the two distributions, whichever were drawn together.

    Attributes
    ----------
    shown : int
        How many points there were.
    x : Tensor, shape (m, ...)
        One point for each real sample that has one, in the order of these.
    on_line : float
        Share of all points that lie on the line through a real and a fake sample.
    covered : float
        Share of the real samples, or else of the fake ones, with a point on a line of theirs.
    epsilon : array, shape (m,)
        Weight of the real sample in each point.
    shuffled : bool
        Whether the partner of a real sample is not always the fake one of the same place.
    """

    shown: int
    x: Tensor
    on_line: float
    covered: float
    epsilon: np.ndarray
    shuffled: bool = False


def locate(seen: list[Tensor], real: Tensor, fake: Tensor) -> Points:
    """Find the pair and the ε of every point that the critic was shown, in whatever order.

    Parameters
    ----------
    seen : list of Tensor
        The batches, each with one sample or more.
    """
    start, end = fake.flatten(1), real.flatten(1)
    rows = [batch.reshape(-1, start.shape[1]) for batch in seen]
    points = torch.cat(rows) if rows else start[:0]
    points, start, end = points.double(), start.double(), end.double()
    if len(points) == 0:
        return Points(0, real[:0], 0.0, 0.0, np.empty(0))

    tolerance = 1e-4 * float((end - start).norm(dim=1).mean())
    for pairs in (_in_order, _any_order, _any_pairs):
        ends, starts = pairs(points, start, end, tolerance)
        weight, distance = _along(points, start[starts], end[ends])
        near = distance < tolerance
        if near.all():
            break
    paired, first = np.unique(ends[near].numpy(), return_index=True)
    chosen = torch.nonzero(near)[:, 0][first]
    partners = np.unique(starts[near].numpy())
    return Points(
        len(points),
        points[chosen].to(real.dtype).reshape(-1, *real.shape[1:]),
        float(near.double().mean()),
        min(len(paired), len(partners)) / len(real),
        weight[chosen].numpy(),
        bool((starts != ends)[near].any()),
    )


def _along(points: Tensor, start: Tensor, end: Tensor) -> tuple[Tensor, Tensor]:
    """Each point's weight of the end of its line, and its distance from that line."""
    line, offset = end - start, points - start
    weight = (offset * line).sum(-1) / line.square().sum(-1)
    return weight, (offset - weight[..., None] * line).norm(dim=-1)


def _in_order(points: Tensor, start: Tensor, _end: Tensor, _tolerance: float):
    """The two samples of each point, if points come as the samples do."""
    pair = torch.arange(len(points)) % len(start)
    return pair, pair


def _any_order(points: Tensor, start: Tensor, end: Tensor, _tolerance: float):
    """The two samples of the same place in the batch whose line is nearest to each point."""
    pair = _along(points[:, None], start, end)[1].argmin(1)
    return pair, pair


AT_ONCE = 20  # points whose lines to all samples are looked at together


def _any_pairs(points: Tensor, start: Tensor, end: Tensor, tolerance: float):
    """The two samples that are most nearly in line with each point, whatever their places.

    Where this holds of few of the first points, it is not asked of the others.
    """
    ends, starts = _any_order(points, start, end, tolerance)
    ends, starts = ends.clone(), starts.clone()
    for chunk in torch.arange(len(points)).split(AT_ONCE):
        to_start, to_end = (
            torch.nn.functional.normalize(samples - points[chunk, None], dim=2)
            for samples in (start, end)
        )
        in_line = (to_end @ to_start.mT).abs().flatten(1).argmax(1)
        one, other = in_line // len(start), in_line % len(start)
        found = _along(points[chunk], start[other], end[one])[1] < tolerance
        ends[chunk] = torch.where(found, one, ends[chunk])
        starts[chunk] = torch.where(found, other, starts[chunk])
        if 2 * int(found.sum()) < len(chunk):
            break
    return ends, starts


def flag(condition) -> np.ndarray:
    """1.0 or 0.0: a property that every right answer has."""
    return np.array(float(condition))


def own_epsilon(epsilon: np.ndarray) -> np.ndarray:
    """1 if most samples have an ε that no other has; two may be close by chance."""
    if len(epsilon) < 2:
        return flag(False)
    return flag(np.mean(np.diff(np.sort(epsilon)) < 1e-5) < 0.5)


def uniform(values: np.ndarray) -> np.ndarray:
    """1 if `values` pass for uniform on [0, 1].

    The Kolmogorov–Smirnov distance of n uniform values exceeds √(ln(2/α)/2n) with probability
    below α (Dvoretzky–Kiefer–Wolfowitz); α is 1e-7. The mean of (ε − ½)² is 1/12, with a standard
    deviation of 1/√(180 n); more than 5.5 of these from it is as rare, if n is not small.
    """
    n = len(values)
    if n == 0:
        return flag(False)
    if values.min() < -1e-4 or values.max() > 1 + 1e-4:
        return flag(False)
    ordered, rank = np.sort(values), np.arange(1, n + 1) / n
    distance = max(np.abs(rank - ordered).max(), np.abs(rank - 1 / n - ordered).max())
    if distance >= math.sqrt(math.log(2 / 1e-7) / (2 * n)):
        return flag(False)
    spread = np.mean((values - 0.5) ** 2)
    return flag(n < 100 or abs(spread - 1 / 12) < 5.5 / math.sqrt(180 * n))


def close(a, b, tolerance: float = 5e-4) -> np.ndarray:
    """1 if two arrays agree to a relative `tolerance`."""
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape or not np.isfinite(a).all():
        return flag(False)
    return flag(np.abs(a - b).max(initial=0.0) <= tolerance * (np.abs(b).max(initial=0.0) + 1e-3))
