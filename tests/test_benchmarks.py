"""The pieces of the benchmarks: what they compare is what they say. No timings."""

import json

import nbformat
import pytest
import torch
from torch import nn

from benchmarks import calibrate, growth, operations, planning, recipe, reference, report, tests
from benchmarks import time_to_quality as quality
from course_utils import datasets, models
from course_utils.exercises import boxes
from course_utils.objectives import gradient_penalty
from course_utils.training import TrainConfig, train


@pytest.fixture(scope="module")
def digits():
    torch.manual_seed(0)
    images = torch.randint(256, (256, 28, 28), dtype=torch.uint8)
    return datasets.ImageSet("mnist", images, torch.zeros(256, dtype=torch.long), datasets.DIGITS)


# --- the reference recipe ---------------------------------------------------------------------


def test_reference_networks_are_the_published_ones():
    generator, critic = reference.make_generator(), reference.make_critic()
    assert operations.widths(generator) == (100, 128, 256, 512, 1024, 784)
    assert operations.widths(critic) == (784, 512, 256, 1)
    norms = [m for m in generator if isinstance(m, nn.BatchNorm1d)]
    assert [(m.num_features, m.eps) for m in norms] == [(256, 0.8), (512, 0.8), (1024, 0.8)]
    leaks = [m.negative_slope for n in (generator, critic) for m in n if type(m) is nn.LeakyReLU]
    assert leaks == [0.2] * 6
    weights = sum(a * b + b for a, b in ((784, 512), (512, 256), (256, 1)))
    assert models.n_parameters(critic) == weights
    images = generator(torch.randn(7, 100))
    assert images.shape == (7, 1, 28, 28)
    assert images.abs().max() <= 1
    assert critic(images).shape == (7, 1)


def test_reference_steps_are_counted_as_the_recipe_says(digits):
    run = reference.Run(digits, "in_memory", seed=0)
    calls = []
    for name in ("critic_optimizer", "generator_optimizer"):
        optimizer = getattr(run, name)
        assert optimizer.defaults["lr"] == 2e-4
        assert optimizer.defaults["betas"] == (0.5, 0.999)
        optimizer.register_step_post_hook(lambda *_, name=name: calls.append(name))
    run.step()
    run.step()
    assert calls == (["critic_optimizer"] * 5 + ["generator_optimizer"]) * 2
    assert run.images_seen == 2 * 5 * 64


def test_both_feeds_give_the_same_images_scaled_alike(digits):
    published = next(reference.as_published(digits))
    assert published.shape == (64, 1, 28, 28)
    gaps = published.flatten(1)[:, None] - digits.scaled().flatten(1)  # (64, 256, 784)
    assert gaps.abs().amax(dim=2).amin(dim=1).max() < 1e-6  # each is one of the images
    assert next(reference.in_memory(digits)).shape == (64, 1, 28, 28)


def test_reference_penalty_is_the_packages_up_to_lambda(digits):
    critic = reference.make_critic()
    real, fake = digits.sample(64), torch.randn(64, 1, 28, 28)
    torch.manual_seed(1)
    theirs = reference.gradient_penalty(critic, real, fake)
    torch.manual_seed(1)
    ours = gradient_penalty(critic, real, fake, lambda_gp=10)
    assert 10 * theirs.item() == pytest.approx(ours.item(), rel=1e-4)


# --- counting ---------------------------------------------------------------------------------


def test_operations_of_a_reference_step_by_hand_and_by_torch(digits):
    run = reference.Run(digits, "in_memory", seed=0)
    by_hand = operations.by_hand(
        reference.GENERATOR_WIDTHS, reference.CRITIC_WIDTHS, 64, 5, double_backward=True
    )
    assert operations.counted(run.step) == by_hand


def test_operations_of_our_step_by_hand_and_by_torch(digits):
    generator = models.mlp_generator(9, models.IMAGE_SHAPE, (16, 24), batch_norm=True)
    critic = models.mlp_critic(models.IMAGE_SHAPE, (32, 8))

    def steps(n):
        config = TrainConfig(n_steps=n, batch_size=48, latent_dim=9, n_critic=3)
        train(generator, critic, digits.sample, recipe.OBJECTIVE, config)

    one = operations.counted(lambda: steps(2)) - operations.counted(lambda: steps(1))
    by_hand = operations.by_hand((9, 16, 24, 784), (784, 32, 8, 1), 48, 3, double_backward=False)
    assert one == pytest.approx(by_hand, rel=0.02)  # the loop may save a little, and has


def test_a_product_is_counted_as_multiplications_and_additions():
    a, b = torch.randn(3, 5), torch.randn(5, 7)
    assert operations.counted(lambda: a @ b) == 2 * 3 * 5 * 7


# --- what is made of the measurements -----------------------------------------------------------


def curve(kind, frechet, seconds=(1, 5, 10), seed=0):
    return {
        "kind": kind, "seed": seed, "due": list(seconds), "seconds": list(seconds),
        "frechet": list(frechet),
    }  # fmt: skip


def test_ratio_counts_from_the_first_look_at_or_below_the_goal():
    curves = [curve("ours", (90, 50, 30)), curve("in_memory", (99, 80, 50))]
    found = quality.compare(curves, "in_memory")
    assert found["per_seed"] == [{"seed": 0, "goal": 50, "seconds": 5, "ratio": 2.0}]
    assert found["better_at_every_later_time"]


def test_a_goal_never_reached_is_no_success():
    curves = [curve("ours", (90, 80, 60)), curve("in_memory", (99, 80, 50))]
    found = quality.compare(curves, "in_memory")
    assert found["per_seed"][0]["seconds"] is None
    assert found["ratio"] == 0
    assert not found["better_at_every_later_time"]


def test_being_overtaken_later_is_seen_in_the_medians():
    curves = [curve("ours", (9, 8, 8.5), seed=s) for s in range(3)]
    curves += [curve("in_memory", (20, 15, 8.4), seed=s) for s in range(3)]
    assert not quality.compare(curves, "in_memory")["better_at_every_later_time"]


def test_looks_end_at_the_budget_and_are_shared():
    ours = quality.times_within(240, quality.LOOKS)
    theirs = quality.times_within(240, quality.REFERENCE_LOOKS)
    assert ours[-1] == theirs[-1] == 240
    assert set(theirs) <= set(ours)
    assert quality.times_within(2, quality.LOOKS) == (*(k / 4 for k in range(1, 8)), 2)


def test_a_curve_is_of_the_weights_at_each_look_and_scored_after_the_run(monkeypatch):
    clock, scored = [0.0], []
    monkeypatch.setattr(quality.time, "perf_counter", lambda: clock[0])
    monkeypatch.setattr(quality, "frechet", lambda g, _: scored.append(1) or g.weight.item())
    watch = quality.Stopwatch((1.0, 2.0), latent_dim=1)
    generator = nn.Linear(1, 1, bias=False)
    with pytest.raises(quality.Enough):
        for _ in range(10):
            clock[0] += 0.75
            generator.weight.data.fill_(clock[0])
            watch.glance(generator)
    assert not scored
    generator.weight.data.fill_(-1)
    assert watch.seconds == watch.distances() == [1.5, 2.25]


def test_exponents_of_powers():
    assert growth.exponent([1, 10, 100], [3, 30, 300]) == pytest.approx(1)
    assert growth.exponent([1, 10, 100], [7, 7, 7]) == pytest.approx(0)


def test_slowest_tests_come_from_every_run_of_pytest():
    output = "1.20s call     tests/a.py::x\nnoise\n  30.00s setup    tests/b.py::y\n"
    assert tests.slowest(output, 1) == [{"seconds": 30.0, "test": "tests/b.py::y (setup)"}]


def test_a_failing_test_run_leaves_all_it_said(tmp_path, monkeypatch):
    monkeypatch.setattr(tests, "LOG", tmp_path / "bench" / "tests.log")
    monkeypatch.setenv("TQDM_DISABLE", "1")  # set for the benchmarks alone, not for what they run
    said = 'echo "why it failed, bars: ${TQDM_DISABLE:-as usual}" >&2; echo "1 failed, 2 passed"'
    value = tests.measure(lambda _: None, command=("sh", "-c", f"{said}; exit 1"))
    assert not value["passed"] and value["summary"] == ["1 failed, 2 passed"]
    assert "why it failed, bars: as usual\n" in tests.LOG.read_text()
    assert str(tests.LOG) in tests.lines(value)[0].what


def test_the_file_keeps_what_was_there(tmp_path):
    path = tmp_path / "build" / "bench.json"
    report.keep("emd", {"a": 1}, path)
    report.keep("tests", {"b": 2}, path)
    report.keep("emd", {"a": 3}, path)
    assert json.loads(path.read_text()) == {"emd": {"a": 3}, "tests": {"b": 2}}
    with pytest.raises(ValueError, match="JSON"):
        report.keep("emd", float("nan"), path)
    assert report.read(path)["emd"] == {"a": 3}


def test_table_says_what_was_met_and_what_was_not():
    text = report.table(
        [
            ("emd", report.Line("plan", "0.9x", "<= 1.2x", True)),
            ("emd", report.Line("line", "1.5x", "<= 1.2x", False)),
            ("cuda", report.Line("no device", "not measured")),
        ]
    )
    header, rule, *rows = text.splitlines()
    assert header.split() == ["what", "measured", "target", "met"]
    assert set(rule) == {"-", " "}
    assert [row.split()[-1] for row in rows] == ["yes", "NO", "measured"]
    assert [row.split()[0] for row in rows] == ["emd", "line", "cuda"]


def test_the_plan_is_computed_or_says_what_is_missing():
    assert "lessons" in planning.page({})
    watched = {"machine": {"quiet": True}, "finished": True}
    found = {
        "machine": dict.fromkeys(("processor", "cores", "memory_gb", "torch", "torch_threads"), 2),
        "lessons": watched
        | {
            "pace": "standard",
            "lessons": {"01": {"minutes": 6, "cpu_minutes": 12, "peak_mb": 500}},
        },
        "growth": watched
        | {"axes": {"exercises": {"sizes": [43], "cpu_seconds": [0.1], "memory_mb": [400]}}},
        "startup": watched | {"first_cell_seconds": {"5": 2.0}},
        "large_images": watched | {"batch_size": 64, "seconds_a_step": {"wgan_gp": 7.2}},
        "roofline_share": watched
        | {"critic_images_per_second": 9000, "achieved_gflops": 50, "share": 0.5},
    }
    page = " ".join(planning.page(found).split())
    assert "1,000 × 0.20 × 3 = 600 CPU hours" in page
    assert "43 × 0.100 + 2.0 = 6.3 CPU seconds" in page
    assert "= 160 hours" in page
    assert "| wgan_gp | 7.20 | 8.9 | 200 | 2 |" in page


# --- calibration ----------------------------------------------------------------------------


def notebook_with(*outputs):
    cell = nbformat.v4.new_code_cell("...", id="here")
    for bundle in outputs:
        cell.outputs.append(
            nbformat.v4.new_output("display_data", data={"text/plain": bundle.text})
        )
    return nbformat.v4.new_notebook(cells=[cell])


def test_calibration_reads_what_claims_print():
    shown = notebook_with(
        boxes.claim("It grows: twice.", True, "2.1 | 2.2"), boxes.claim("It shrinks.", False, "")
    )
    assert calibrate.claims(shown) == [
        ["here", "It grows: twice.", "2.1 | 2.2", True],
        ["here", "It shrinks.", "", False],
    ]


def test_the_page_of_claims_marks_the_seed_that_failed():
    common = {"lesson": 4, "cpu_s": 9.0, "peak_mb": 800, "longest_cell": [3.0, "run"]}
    runs = [
        common | {"seed": 1, "claims": [["here", "It grows.", "0.9", False]], "errors": ["…"]},
        common | {"seed": 0, "claims": [["here", "It grows.", "2 | 1", True]], "errors": []},
    ]
    page = calibrate.page("quick", runs)
    assert "| claim | seed 0 | seed 1 |" in page
    assert "| It grows. | 2 \\| 1 | 0.9 ✘ |" in page


def test_lessons_that_were_not_calibrated_keep_their_tables():
    def ran(lesson, measured):
        return {
            "lesson": lesson, "seed": 0, "cpu_s": 9.0, "peak_mb": 800, "longest_cell": [3.0, "run"],
            "claims": [["here", "It grows.", measured, True]], "errors": [],
        }  # fmt: skip

    whole = calibrate.page("quick", [ran(2, "0.2"), ran(4, "0.4"), ran(5, "0.5")])
    assert calibrate.page("quick", [], whole) == whole
    assert calibrate.page("quick", [ran(4, "0.8")], whole) == whole.replace("0.4", "0.8")
