"""The loop: seven objectives, one result from a seed, resumable, interruptible, honest."""

import copy
import os
import signal
from dataclasses import replace

import pytest
import torch
from torch import nn

from course_utils import checkpoints, models, run_context
from course_utils.datasets import eight_gaussians, three_gaussians
from course_utils.objectives import OBJECTIVES, FunctionLoss, FunctionPenalty, WassersteinLoss
from course_utils.parallel import Alone
from course_utils.training import TrainConfig, TrainingDiverged, critic_update, fit_critic, train

EVERY = pytest.mark.parametrize("name", OBJECTIVES)


def networks(objective, batch_norm=False):
    torch.manual_seed(11)
    return (
        models.mlp_generator(2, hidden=(16, 16), batch_norm=batch_norm),
        models.mlp_critic(hidden=(16, 16), spectral_norm=objective.spectral_norm),
    )


def run(name, *, batch_norm=False, on_step=None, evaluate=None, checkpoint=None, **settings):
    objective = OBJECTIVES[name]
    config = TrainConfig.for_objective(
        objective, **{"n_steps": 12, "batch_size": 8, "log_every": 4, **settings}
    )
    pair = networks(objective, batch_norm)
    history = train(
        *pair, eight_gaussians, objective, config, on_step, evaluate=evaluate, checkpoint=checkpoint
    )
    return pair, history


def weights(pair):
    return torch.cat([v.double().flatten() for net in pair for v in net.state_dict().values()])


@EVERY
def test_both_networks_learn_and_the_seed_decides(name):
    before = weights(networks(OBJECTIVES[name]))
    pair, history = run(name)
    torch.rand(5)  # whatever was drawn meanwhile must not matter
    again, _ = run(name)
    other, _ = run(name, seed=1)
    assert torch.equal(weights(pair), weights(again))
    assert not torch.equal(weights(pair), weights(other))
    for net, old in zip(pair, networks(OBJECTIVES[name]), strict=True):
        assert any(
            not torch.equal(p, q) for p, q in zip(net.parameters(), old.parameters(), strict=True)
        )
        assert all(p.requires_grad for p in net.parameters())
    assert weights(pair).isfinite().all() and len(before) == len(weights(pair))
    assert [row["step"] for row in history.rows] == [1, 4, 8, 12]


@EVERY
def test_a_killed_run_resumes_bit_for_bit(name, tmp_path):
    settings = {"ema": 0.9, "lr_decay": True, "checkpoint_every": 5, "batch_norm": True}
    whole, history = run(name, **settings)

    class Killed(Exception):
        pass

    def kill(record):
        if record.step == 8:
            raise Killed

    with pytest.raises(Killed):
        run(name, on_step=kill, checkpoint=tmp_path, **settings)
    resumed, rest = run(name, checkpoint=tmp_path, **settings)
    assert torch.equal(weights(whole), weights(resumed))
    assert torch.equal(weights([history.generator]), weights([rest.generator]))
    assert [row["step"] for row in rest.rows] == [1, 4, 8, 12]
    drop = {"seconds", "processor_seconds"}
    assert [{k: v for k, v in r.items() if k not in drop} for r in rest.rows] == [
        {k: v for k, v in r.items() if k not in drop} for r in history.rows
    ]


def test_the_callers_random_stream_is_left_alone():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    pair = networks(OBJECTIVES["wgan_gp"])
    torch.manual_seed(5)
    train(*pair, eight_gaussians, OBJECTIVES["wgan_gp"], TrainConfig(n_steps=2, batch_size=4))
    assert torch.equal(torch.rand(3), expected)


def test_evaluating_and_watching_do_not_change_the_run():
    def evaluate(generator):
        return {"noise": generator(torch.randn(7, 2)).mean()}

    plain, _ = run("wgan_gp", batch_norm=True)
    watched, history = run(
        "wgan_gp", batch_norm=True, evaluate=evaluate, evaluate_every=3, on_step=lambda r: None
    )
    assert torch.equal(weights(plain), weights(watched))
    assert history.curve("noise")[0].tolist() == [3, 6, 9, 12]


def test_every_critic_update_gets_a_fresh_batch():
    batches = []

    def sample(n):
        batches.append(three_gaussians(n))
        return batches[-1]

    objective = OBJECTIVES["wgan_gp"]
    config = TrainConfig(n_steps=3, batch_size=4, n_critic=5)
    history = train(*networks(objective), sample, objective, config)
    assert len(batches) == 15 and len({float(b.sum()) for b in batches}) == 15
    assert history.last("samples_seen") == 15 * 4


def test_the_head_start_is_the_authors_schedule():
    config = TrainConfig(n_critic=5, critic_head_start=True)
    counts = [config.critic_updates(step) for step in (1, 25, 26, 499, 500, 501, 1000)]
    assert counts == [100, 100, 5, 5, 100, 5, 100]


def test_an_average_that_grows_is_that_of_the_last_tenth():
    growing, fixed = TrainConfig(ema=0.998, ema_grows=True), TrainConfig(ema=0.998)
    assert growing.average_decay(1) == fixed.average_decay(1) == 0
    assert fixed.average_decay(2) == 0.998 == growing.average_decay(10_000)
    # the average of 1, 2, 3, … lies a tenth of the way back as soon as the start is forgotten
    average = 0.0
    for step in range(1, 3001):
        average += (1 - growing.average_decay(step)) * (step - average)
    assert (3000 - average) / 3000 == pytest.approx(1 / 11, abs=0.01)


def test_samples_come_from_the_average_that_the_settings_ask_for():
    def first_layer(**settings):
        torch.manual_seed(2)
        return run("wgan_gp", n_steps=12, lr=0.01, **settings)[1].generator[0].weight.detach()

    own, short = first_layer(), first_layer(ema=0.9)
    growing = first_layer(ema=0.9, ema_grows=True)
    # ten steps of a long average stay near the start; a tenth of ten steps is the last one or two
    assert (growing - own).norm() < 0.5 * (short - own).norm()


@pytest.mark.parametrize("decay", [False, True])
def test_the_critic_may_have_a_rate_of_its_own(decay):
    """With plain Adam a first step is as long as the rate, and the second of two half of that."""
    start = [net.state_dict() for net in networks(OBJECTIVES["gan"])]
    settings = {"optimizer": "adam", "betas": (0.0, 0.0), "n_critic": 1, "lr_decay": decay}

    def longest_moves(n_steps):
        pair, _ = run("gan", lr=1e-3, critic_lr_factor=0.25, n_steps=n_steps, **settings)
        return [
            max(float((value - before[name]).abs().max()) for name, value in now.items())
            for before, now in zip(start, (net.state_dict() for net in pair), strict=True)
        ]

    for n_steps, expected in ((1, 1.0), (2, 1.5 if decay else 2.0)):
        of_generator, of_critic = longest_moves(n_steps)
        assert of_generator == pytest.approx(expected * 1e-3, rel=0.02)
        assert of_critic == pytest.approx(expected * 0.25e-3, rel=0.02)


def test_a_critic_that_learns_alone_has_that_rate_too():
    def end(factor, lr):
        _, critic = networks(OBJECTIVES["gan"])
        config = TrainConfig(n_steps=3, lr=lr, critic_lr_factor=factor)
        fit_critic(critic, eight_gaussians, three_gaussians, OBJECTIVES["gan"], config)
        return weights([critic])

    assert torch.equal(end(0.5, 2e-3), end(1.0, 1e-3))
    assert not torch.equal(end(0.5, 2e-3), end(1.0, 2e-3))


def test_a_generator_can_start_from_the_first_two_moments_of_images():
    """What enters the tanh, by its samples, is held against images put through its inverse."""
    torch.manual_seed(4)
    mixing = torch.randn(36, 12) / 12**0.5
    images = torch.tanh(0.4 * torch.randn(4000, 12) @ mixing.T - 0.3).reshape(-1, 1, 6, 6)
    generator = models.mlp_generator(8, (1, 6, 6), (256, 24), batch_norm=True)
    models.start_as_he(generator)

    def moments():
        with torch.no_grad():
            x = generator[:-2](torch.randn(4000, 8))
        return x.mean(0), torch.cov(x.T)

    wanted = torch.atanh(0.95 * images.flatten(1))
    mean, covariance = wanted.mean(0), torch.cov(wanted.T)

    def off(moment, aim):
        return float((moment - aim).norm() / aim.norm())

    before_mean, before_covariance = moments()
    assert off(before_mean, mean) > 0.5 and off(before_covariance, covariance) > 0.9
    models.start_as_gaussian(generator, images)
    now_mean, now_covariance = moments()
    assert off(now_mean, mean) < 0.1
    assert off(now_covariance, covariance) < 0.8  # .5 to .7: its neurons are not uncorrelated
    assert float(now_covariance.trace()) == pytest.approx(float(covariance.trace()), rel=0.1)


def test_seconds_are_those_of_steps_also_in_a_checkpoint_and_not_of_looks(tmp_path, monkeypatch):
    now, saved = [0.0], {}
    monkeypatch.setattr(run_context.time, "perf_counter", lambda: now[0])

    def pass_time(seconds, value):
        now[0] += seconds
        return value

    class Kept(Alone):
        def save(self, folder, state):
            pass_time(1000, None)
            saved[state["step"]] = state["seconds"]

    objective = OBJECTIVES["gan"]
    config = TrainConfig(
        n_steps=8, n_critic=1, batch_size=4, log_every=3, evaluate_every=4, checkpoint_every=5
    )
    history = train(
        *networks(objective), lambda n: pass_time(1, eight_gaussians(n)), objective, config,
        lambda _: pass_time(10, None), evaluate=lambda _: pass_time(100, {"looks": 1.0}),
        checkpoint=tmp_path, peers=Kept(),
    )  # fmt: skip
    steps, seconds = history.curve("seconds")
    assert steps.tolist() == seconds.tolist() == [1, 3, 4, 6, 8]
    assert saved == {5: 5, 8: 8}


def test_he_start_reaches_dense_and_convolutional_layers_and_leaves_spectral_norm_alone():
    torch.manual_seed(0)
    critic, normed = models.conv_critic(16), models.mlp_critic((2,), (8,), spectral_norm=True)
    before = copy.deepcopy(normed.state_dict())
    models.start_as_he(critic, normed)
    for layer in critic:
        if isinstance(layer, nn.Linear | nn.Conv2d) and len(layer.weight) > 1:
            inputs = layer.weight[0].numel()
            assert layer.weight.var().item() == pytest.approx(2 / inputs, rel=0.3)
            assert not layer.bias.any()
    assert all(torch.equal(value, before[name]) for name, value in normed.state_dict().items())


def test_the_estimate_leaves_the_penalty_out():
    _, history = run("wgan_gp", log_every=1)
    for row in history.rows:
        assert row["wasserstein_estimate"] == pytest.approx(
            row["penalty"] - row["critic_loss"], abs=1e-5
        )


def test_betas_may_be_written_as_in_the_papers():
    whole, _ = run("wgan_gp", betas=(0, 0.9))
    spelt, _ = run("wgan_gp", betas=(0.0, 0.9))
    assert torch.equal(weights(whole), weights(spelt))


def test_gan_records_no_wasserstein_estimate():
    _, history = run("gan")
    with pytest.raises(KeyError, match=r"wasserstein_estimate.*critic_loss"):
        history.curve("wasserstein_estimate")


def test_clipped_weights_stay_in_the_box():
    (_, critic), _ = run("wgan_clip")
    assert max(p.abs().max() for p in critic.parameters()) <= 0.01


def test_a_critic_step_by_hand():
    """One SGD step on a linear critic: w + lr · (mean real − mean fake), on numbers of our own."""
    critic = nn.Linear(2, 1, bias=False)
    start = critic.weight.detach().clone()
    real, fake = torch.tensor([[1.0, 2.0], [3.0, 4.0]]), torch.tensor([[0.0, 1.0], [0.0, 0.0]])
    critic.weight.grad = torch.full_like(critic.weight, 99.0)  # left over from an earlier step
    values = critic_update(
        critic, real, fake, OBJECTIVES["wgan_sn"], torch.optim.SGD(critic.parameters(), lr=0.1)
    )
    gap = torch.tensor([[2.0, 2.5]])
    assert torch.allclose(critic.weight, start + 0.1 * gap)
    assert values["wasserstein_estimate"].item() == pytest.approx((start * gap).sum().item())


def test_a_students_own_functions_drive_the_loop():
    calls = []

    def own_loss(real_scores, fake_scores):
        calls.append("loss")
        return fake_scores.mean() - real_scores.mean()

    def own_penalty(critic, real, fake):
        calls.append("penalty")
        return 10 * (critic(real) ** 2).mean()

    objective = replace(
        OBJECTIVES["wgan_gp"],
        loss=FunctionLoss(own_loss, WassersteinLoss().generator_loss),
        constraint=FunctionPenalty(own_penalty),
    )
    train(*networks(objective), eight_gaussians, objective, TrainConfig(n_steps=2, n_critic=3))
    assert calls.count("loss") == calls.count("penalty") == 6


def test_fit_critic_leaves_the_generator_out():
    objective = OBJECTIVES["wgan_gp"]
    generator, critic = networks(objective)
    before = weights([generator])
    history = fit_critic(
        critic,
        eight_gaussians,
        lambda n: generator(torch.randn(n, 2)),
        objective,
        TrainConfig(n_steps=30, lr=1e-3),
    )
    assert torch.equal(before, weights([generator]))
    assert history.last("samples_seen") == 30 * 64 and history.generator is None
    assert (
        history.curve("wasserstein_estimate")[1][-1] > history.curve("wasserstein_estimate")[1][0]
    )


def test_learning_rates_fall_to_zero():
    seen = []
    objective = OBJECTIVES["gan"]
    pair = networks(objective)
    at_end = {}

    def on_step(record):
        seen.append(weights(pair))
        at_end[record.step] = seen[-1]

    train(
        *pair, eight_gaussians, objective,
        TrainConfig(n_steps=200, log_every=1, lr=1e-2, betas=(0.5, 0.999), lr_decay=True), on_step,
    )  # fmt: skip
    early = (at_end[11] - at_end[10]).norm()
    assert (at_end[200] - at_end[199]).norm() < 0.05 * early


def test_the_average_is_that_of_weights_and_of_batch_norm_statistics():
    objective = OBJECTIVES["gan"]
    generator, critic = networks(objective, batch_norm=True)
    config = TrainConfig(n_steps=20, batch_size=8, log_every=1, lr=1e-2, ema=0.8)
    expected = {}

    def by_hand(record):
        for name, value in generator.state_dict().items():
            if name not in expected or not value.is_floating_point():
                expected[name] = value.clone()
            else:
                expected[name] = 0.8 * expected[name] + 0.2 * value
        assert record.generator is not generator
        torch.testing.assert_close(record.generator.state_dict(), expected)

    train(generator, critic, eight_gaussians, objective, config, by_hand)
    assert "1.running_mean" in expected and "1.num_batches_tracked" in expected


def test_divergence_names_step_quantity_and_remedy(tmp_path):
    calls = iter(range(100))

    def breaks_at_six(n):
        batch = eight_gaussians(n)
        return batch * float("nan") if next(calls) == 5 else batch

    objective = OBJECTIVES["gan"]
    config = TrainConfig(n_steps=20, n_critic=1, log_every=10, checkpoint_every=3)
    with pytest.raises(TrainingDiverged, match=r"step 6: critic_loss.*learning rate"):
        train(*networks(objective), breaks_at_six, objective, config, checkpoint=tmp_path)
    state = checkpoints.load(tmp_path)
    assert state["step"] == 3, "the last good checkpoint stays"
    assert all(v.isfinite().all() for v in state["parts"]["generator"].values())


def test_an_interrupt_ends_cleanly_with_what_was_learnt(tmp_path, interruptible):
    def press_stop(record):
        if record.step == 4:
            os.kill(os.getpid(), signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    _, history = run("wgan_gp", on_step=press_stop, checkpoint=tmp_path, n_steps=1000)
    assert history.interrupted and history.rows[-1]["step"] < 10
    assert signal.getsignal(signal.SIGINT) is before
    assert checkpoints.load(tmp_path)["step"] == history.rows[-1]["step"]


def test_the_stop_button_ends_all_of_many_unwatched_runs(interruptible):
    draws = iter(range(10_000))

    def presses_stop(n):
        if next(draws) == 3:
            os.kill(os.getpid(), signal.SIGINT)
        return eight_gaussians(n)

    objective = OBJECTIVES["gan"]
    with pytest.raises(KeyboardInterrupt):
        train(*networks(objective), presses_stop, objective, TrainConfig(n_steps=1000, n_critic=1))
    assert next(draws) < 10


def test_a_long_run_shows_a_bar_and_takes_it_away_again(monkeypatch, capsys):
    monkeypatch.setattr(run_context.LateBar, "patience", -1.0)
    run("gan")
    shown = capsys.readouterr().err
    assert "/12" in shown, "of how many"
    assert not shown.split("\r")[-1].strip(), "the last thing written wipes the line"
    run("gan", on_step=lambda record: None)
    assert not capsys.readouterr().err, "whoever watches shows progress as they like"


# --- errors ---------------------------------------------------------------------------------


def test_spectral_norm_is_asked_for():
    objective = OBJECTIVES["wgan_sn"]
    with pytest.raises(ValueError, match="spectral_norm=True"):
        train(
            models.mlp_generator(2), models.mlp_critic(), eight_gaussians, objective, TrainConfig()
        )


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"n_steps": 0}, "n_steps"),
        ({"optimizer": "lion"}, "lion"),
        ({"lr": -1.0}, "lr must"),
        ({"critic_lr_factor": 0.0}, "critic_lr_factor must"),
        ({"ema": 1.0}, "ema"),
    ],
)
def test_impossible_settings_are_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        TrainConfig(**wrong)


class Halved(nn.Sequential):
    """A network that says of itself how its layers are used."""

    def forward(self, x):
        return super().forward(x) / 2


def test_batches_made_together_are_those_made_one_by_one():
    torch.manual_seed(3)
    for network, z in (
        (models.mlp_generator(3, (2,), (16, 8), batch_norm=True), torch.randn(4, 9, 3)),
        (models.conv_generator(5, channels=4), torch.randn(3, 6, 5)),
        (Halved(nn.Linear(3, 4)), torch.randn(2, 7, 3)),
        (models.conv_critic(2), (torch.randn(2, 1, 28, 28), torch.randn(5, 1, 28, 28))),
        (nn.Sequential(nn.Linear(3, 4), nn.Softmax(dim=0)), torch.randn(2, 7, 3)),
    ):
        twin = copy.deepcopy(network)
        together, singly = models.forward_batches(network, list(z)), [twin(batch) for batch in z]
        for ours, theirs in zip(together, singly, strict=True):
            assert torch.allclose(ours, theirs, atol=1e-6)
        for ours, theirs in zip(network.buffers(), twin.buffers(), strict=True):
            assert torch.allclose(ours, theirs, atol=1e-6)  # batch norm has met them one by one
