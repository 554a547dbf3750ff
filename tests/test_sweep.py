"""Sweeps: the same rows wherever they are run, none lost with a worker, none made twice."""

import csv
import os
import random
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from functools import partial
from pathlib import Path

import pytest
import sweep_cases
from scipy.stats import binomtest

from course_utils.__main__ import main
from course_utils.cli import sweep
from course_utils.cli.sweep import plans, report, rows
from course_utils.cli.sweep.executing import ATTEMPTS, DaskCluster, LocalPool, outcomes
from course_utils.cli.sweep.space import OBJECTIVES, SETTINGS, SweepError

BELOW_HALF = rows.Criterion("w1", above=False, thresholds=(0.5,))


def seeded(n_seeds, objectives=("gan",), **chosen):
    return plans.plan("ring", objectives, range(n_seeds), [chosen])


def on_disk(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def without_seconds(found):
    return {case: {**row, "seconds": ""} for case, row in found.items()}


# --- what is tried --------------------------------------------------------------------------


def test_every_setting_of_a_training_and_every_objective_can_be_tried():
    from course_utils.objectives import OBJECTIVES as TABLE
    from course_utils.training import TrainConfig

    not_tried = {"seed", "log_every", "evaluate_every", "checkpoint_every"}
    assert {field.name for field in fields(TrainConfig)} - not_tried <= set(SETTINGS)
    assert tuple(TABLE) == OBJECTIVES


def test_a_grid_is_every_combination_once():
    chosen = plans.vary(["lr=1e-4,1e-3,1e-4", "n_critic=1,5"])
    plan = plans.plan("ring", ("gan", "wgan_gp"), [0, 1, 2], plans.grid(chosen))
    assert len(plan.cases) == len({case.id for case in plan.cases}) == 2 * 2 * 2 * 3
    seen = {(c.objective, c.seed, c.settings["lr"], c.settings["n_critic"]) for c in plan.cases}
    assert len(seen) == 24
    assert plan.varied == ("n_critic", "lr")


def test_what_is_not_varied_is_as_in_the_papers():
    ((gan, wgan),) = (trial.values() for trial in seeded(1, ("gan", "wgan_clip")).trials)
    assert (gan.settings["n_critic"], gan.settings["lr"]) == (1, 2e-4)
    assert gan.settings["betas"] == (0.5, 0.999)
    assert (wgan.settings["n_critic"], wgan.settings["optimizer"]) == (5, "rmsprop")


def test_a_setting_that_does_not_matter_makes_no_second_case():
    choices = plans.grid(plans.vary(["clip_value=0.01,0.1", "betas=0/0.9,0.5/0.9"]))
    plan = plans.plan("ring", ("gan", "wgan_clip"), [0], choices)
    by_name = {name: [c for c in plan.cases if c.objective == name] for name in plan.objectives}
    assert len(by_name["gan"]) == 2  # no weights to clip: the two rates alone
    assert len(by_name["wgan_clip"]) == 2  # RMSprop: the two clip values alone
    assert len(plan.trials) == 4


def test_a_random_sample_is_its_seeds_and_can_be_extended():
    chosen = plans.vary(["lr=1e-4..1e-2", "n_critic=1..3", "leak=0,0.2"])
    drawn = plans.sample(chosen, 50, seed=3)
    assert drawn == plans.sample(chosen, 50, seed=3) != plans.sample(chosen, 50, seed=4)
    assert drawn[:20] == plans.sample(chosen, 20, seed=3)
    assert {choice["n_critic"] for choice in drawn} == {1, 2, 3}
    assert all(set(choice) == set(chosen) for choice in drawn)
    assert len({tuple(choice.values()) for choice in drawn}) == 50


def test_a_learning_rate_is_drawn_evenly_over_its_decades():
    rates = [choice["lr"] for choice in plans.sample(plans.vary(["lr=1e-4..1e-2"]), 600, seed=0)]
    assert min(rates) >= 1e-4 and max(rates) <= 1e-2
    assert 0.4 < sum(rate < 1e-3 for rate in rates) / 600 < 0.6  # evenly in lr: 0.09


def test_without_a_choice_random_architectures_are_drawn():
    drawn = plans.sample(plans.vary(["n_steps=7"]), 40, seed=0)
    table = {name for name, setting in SETTINGS.items() if setting.drawn}
    assert set(drawn[0]) == table | {"n_steps"}
    assert {choice["n_steps"] for choice in drawn} == {7}
    for name in table:
        assert len({choice[name] for choice in drawn}) == len(SETTINGS[name].drawn)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--vary", "learning_rate=1"], "there is no setting 'learning_rate'; there are: n_steps"),
        (["--vary", "n_critic=0"], "n_critic is a whole number, at least 1"),
        (["--vary", "lr=fast"], "lr is a positive number"),
        (["--vary", "lr=nan"], "lr is a positive number"),
        (["--vary", "optimizer=adamw"], "one of adam, rmsprop, sgd"),
        (["--vary", "batch_norm=maybe"], "yes or no"),
        (["--vary", "betas=0.5"], "as in 0.5/0.999"),
        (["--vary", "lr"], "write --vary lr=value"),
        (["--vary", "lr=1e-4..1e-2"], "ranges need --random"),
        (["--random", "3", "--vary", "lr=1e-2..1e-4"], "from a smaller number to a larger"),
        (["--random", "3", "--vary", "optimizer=adam..sgd"], "has no ranges"),
        (["--random", "5", "--vary", "leak=0,0.2"], "only 2 different combinations exist"),
        (["--random", "9", "--vary", "n_critic=1..3"], "hardly hold so many"),
        (["--vary", "lr=1", "--vary", "lr=2"], "given twice"),
        (["--objectives", "gan,wgan-gp"], "no objective 'wgan-gp'; there are: gan_saturating"),
        (["--seeds", "4-"], "as in 0-4"),
        (["--seeds", "4-2"], "names no seed"),
        (["--success-above", "frechet=3"], "the measures of ring are w1, modes, within"),
        (["--success-below", "w1"], "write a number"),
        (["--workers", "0"], "at least one"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(arguments, told, tmp_path):
    with pytest.raises(SystemExit) as refusal:
        main(["sweep", "--data", "ring", "--out", str(tmp_path / "s.csv"), *arguments])
    assert told in str(refusal.value) and "\n" not in str(refusal.value)
    assert not (tmp_path / "s.csv").exists()


def test_help_and_refusals_wait_for_no_torch_and_no_dask():
    code = (
        "import sys, course_utils.cli.sweep\n"
        "from course_utils.__main__ import main\n"
        "try: main(['sweep', '--help'])\n"
        "except SystemExit: pass\n"
        "print({'torch', 'dask', 'distributed', 'numpy'} & set(sys.modules))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "table of random architectures" in told.stdout
    assert told.stdout.splitlines()[-1] == "set()"


# --- one case -------------------------------------------------------------------------------


def real_plan():
    short = {"n_steps": 6, "batch_size": 16, "latent_dim": 3}
    return plans.plan("ring", ("gan", "wgan_gp"), [0, 1], [short])


def test_threads_of_one_process_do_not_disturb_each_other():
    import torch

    from course_utils.cli.sweep.cases import run_case

    state = torch.get_rng_state()
    alone = [run_case(case) for case in real_plan().cases]
    assert torch.equal(state, torch.get_rng_state())
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(run_case, real_plan().cases))
    assert len({outcome["w1"] for outcome in alone}) == 4
    for one, other in zip(alone, together, strict=True):
        assert {**one, "seconds": 0} == {**other, "seconds": 0}


def test_images_are_judged_by_the_classifier():
    from course_utils.cli.sweep.cases import run_case

    (case,) = plans.plan("mnist", ("wgan_gp",), [0], [{"n_steps": 2, "n_critic": 1}]).cases
    outcome = run_case(case)
    assert set(rows.MEASURED["mnist"]) <= set(outcome) <= set(rows.COLUMNS)
    assert 1 <= outcome["classifier_score"] <= 10 and outcome["frechet"] > 10
    assert not outcome["diverged"] and not outcome["error"]


def test_settings_reach_the_networks_and_the_penalty():
    from torch import nn

    from course_utils.cli.sweep import cases

    (case,) = plans.plan(
        "mnist", ("wgan_gp",), [0],
        [{"generator_depth": 3, "generator_width": 17, "critic_depth": 1, "critic_width": 19,
          "leak": 0.0, "batch_norm": False, "lambda_gp": 3.0}],
    ).cases  # fmt: skip
    objective = cases._objective(case)
    generator, critic = cases._networks(case, objective)
    widths = [
        [m.out_features for m in net if isinstance(m, nn.Linear)] for net in (generator, critic)
    ]
    assert widths == [[17, 17, 17, 784], [19, 1]]
    assert any(isinstance(m, nn.ReLU) for m in critic)
    assert not any(isinstance(m, nn.BatchNorm1d) for m in generator)
    assert objective.constraint.lambda_gp == 3.0


def test_tanh_stands_in_all_hidden_layers():
    from torch import nn

    from course_utils.cli.sweep import cases

    (case,) = plans.plan("mnist", ("gan",), [0], [{"tanh": True, "critic_depth": 3}]).cases
    generator, critic = cases._networks(case, cases._objective(case))
    assert [sum(type(m) is nn.Tanh for m in net) for net in (generator, critic)] == [2 + 1, 3]
    assert not any(isinstance(m, nn.ReLU | nn.LeakyReLU) for m in (*generator, *critic))


def test_divergence_is_a_result(tmp_path):
    from course_utils.cli.sweep.cases import run_case

    plan = seeded(1, n_steps=50, optimizer="sgd", lr=1e12)
    outcome = run_case(plan.cases[0])
    with rows.Table(tmp_path / "s.csv", plan, BELOW_HALF) as table:
        row = table.add(plan.cases[0], outcome)
    assert (row["diverged"], row["success"], row["w1"]) == ("1", "0", "")
    assert "no longer a finite number" in row["error"]


def test_an_error_of_a_case_is_a_result_but_missing_data_end_the_sweep(monkeypatch):
    from course_utils import datasets
    from course_utils.cli.sweep import cases

    def breaks(error):
        def judged(case):
            raise error

        monkeypatch.setattr(cases, "_judged", judged)
        return cases.run_case(seeded(1).cases[0])

    assert breaks(MemoryError("no room"))["error"] == "MemoryError: no room"
    with pytest.raises(datasets.DataError):
        breaks(datasets.DataError("mnist is missing"))


# --- the table on disk ----------------------------------------------------------------------


@pytest.fixture
def half_done(tmp_path):
    """A sweep of six cases, three of them on disk."""
    plan, path = seeded(6), tmp_path / "s.csv"
    with rows.Table(path, plan, BELOW_HALF) as table:
        for case in plan.cases[:3]:
            table.add(case, {"w1": 0.4, "seconds": 1.0, "diverged": False, "error": 'a,\n"b"'})
    return plan, path


def test_a_row_is_on_disk_when_its_case_is_finished(tmp_path):
    plan = seeded(2)
    with rows.Table(tmp_path / "s.csv", plan, BELOW_HALF) as table:
        for n_done, case in enumerate(plan.cases, start=1):
            table.add(case, {"w1": 0.1 * n_done, "seconds": 1.0, "diverged": False, "error": ""})
            found = on_disk(tmp_path / "s.csv")  # while the table is still open
            assert len(found) == n_done and found[-1]["w1"] == str(0.1 * n_done)
    assert tuple(found[0]) == rows.COLUMNS
    assert [row["seed"] for row in found] == ["0", "1"]
    assert {"objective": "gan", "lr": "0.0002", "success": "1"}.items() <= found[0].items()


def test_a_table_is_read_back_as_it_was_written(half_done):
    plan, path = half_done
    before = path.read_bytes()
    with rows.Table(path, plan, BELOW_HALF) as table:
        assert list(table.rows) == [case.id for case in plan.cases[:3]] and not table.repaired
        assert [dict(row) for row in table.rows.values()] == on_disk(path)
    assert path.read_bytes() == before and before.count(b"\n") == 4


def test_whatever_a_crash_leaves_of_the_last_line_is_mended(half_done):
    plan, path = half_done
    whole = path.read_bytes()
    last = whole[:-1].rfind(b"\n") + 1
    for cut in range(last + 1, len(whole)):
        path.write_bytes(whole[:cut])
        with rows.Table(path, plan, BELOW_HALF) as table:
            assert table.repaired and len(table.rows) == 2
        assert path.read_bytes() == whole[:last]


def test_a_crash_within_the_header_is_mended(tmp_path):
    path = tmp_path / "s.csv"
    path.write_bytes(b"case,data,obj")
    with rows.Table(path, seeded(1), BELOW_HALF) as table:
        table.add(seeded(1).cases[0], {"w1": 0.3})
    assert tuple(on_disk(path)[0]) == rows.COLUMNS


@pytest.mark.parametrize("content", ["x,y\n1,2\n", "x,y", "case,data\n1,2\n", "\n"])
def test_a_file_that_is_no_sweep_is_left_alone(content, tmp_path):
    path = tmp_path / "s.csv"
    path.write_text(content)
    with pytest.raises(SweepError, match="does not have the columns of a sweep"):
        rows.Table(path, seeded(1), BELOW_HALF)
    assert path.read_text() == content


def test_another_sweep_is_refused_and_a_larger_one_goes_on(half_done):
    _, path = half_done
    before = path.read_bytes()
    with pytest.raises(SweepError, match="3 are not of this sweep"):
        rows.Table(path, seeded(6, lr=0.5), BELOW_HALF)
    with pytest.raises(SweepError, match="3 cases; 1 are not"):
        rows.Table(path, seeded(2), BELOW_HALF)
    with rows.Table(path, seeded(9), BELOW_HALF) as table:
        assert len(table.rows) == 3
    assert path.read_bytes() == before


def test_a_damaged_row_is_named(half_done):
    plan, path = half_done
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([*lines[:2], "what is this\n", *lines[2:]]))
    with pytest.raises(SweepError, match="line 3"):
        rows.Table(path, plan, BELOW_HALF)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (b"0.0002", b"0.5", "settings are not those"),
        (b",0.4,", b",abc,", "w1 is 'abc', and should be a number"),
        (b'"a,', b'"a\xff,', "cannot be read"),
        (b'"a,', b'a,"', "columns"),
        (b'"a, ', b'"a, "', "cannot be read"),
        (b",1.0,0,", b",1.0,no,", "diverged is 'no', and should be 0 or 1"),
        (b"\n", b"", "columns"),
    ],
    ids=["settings", "number", "bytes", "quote", "open quote", "flag", "glued"],
)
def test_a_row_that_cannot_be_right_is_named_by_its_line(before, after, said, half_done):
    plan, path = half_done
    lines = path.read_bytes().splitlines(keepends=True)
    assert before in lines[2]
    lines[2] = lines[2].replace(before, after)
    path.write_bytes(b"".join(lines))
    with pytest.raises(SweepError, match=f"line 3.*{said}"):
        rows.Table(path, plan, BELOW_HALF)
    assert path.read_bytes() == b"".join(lines), "it is the user's to mend"


def test_a_case_with_two_rows_is_named(half_done):
    plan, path = half_done
    path.write_text(path.read_text() + path.read_text().splitlines(keepends=True)[1])
    with pytest.raises(SweepError, match=r"line 5: its case has a row already"):
        rows.Table(path, plan, BELOW_HALF)


@pytest.mark.parametrize("room", range(0, 300, 23))
def test_a_disk_that_fills_within_a_row_leaves_a_table_that_goes_on(room, half_done):
    resource = pytest.importorskip("resource")
    plan, path = half_done
    before = path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with rows.Table(path, plan, BELOW_HALF) as table:
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + room, limits[1]))
        try:  # the last write that fits takes a part, as on a disk that is filling up
            with pytest.raises(SweepError, match="make room"):
                table.add(plan.cases[3], {"w1": 0.3, "error": 200 * "x"})
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert path.read_bytes() == before
        table.add(plan.cases[3], {"w1": 0.3})
    with rows.Table(path, plan, BELOW_HALF) as table:
        assert len(table.rows) == 4 and not table.repaired


def test_two_sweeps_do_not_write_one_file(half_done):
    plan, path = half_done
    stricter = rows.Criterion("w1", above=False, thresholds=(0.4,))  # the file is replaced
    with (
        rows.Table(path, plan, stricter),
        pytest.raises(SweepError, match="being written by another sweep"),
    ):
        rows.Table(path, plan, BELOW_HALF)


def test_another_threshold_judges_anew_what_was_measured(half_done):
    plan, path = half_done
    strict = rows.Criterion("w1", above=False, thresholds=(0.4,))
    before = on_disk(path)
    with rows.Table(path, plan, strict) as table:
        table.add(plan.cases[3], {"w1": 0.3})
    after = on_disk(path)
    assert [row["success"] for row in before] == ["1", "1", "1"]
    assert [row["success"] for row in after] == ["0", "0", "0", "1"]  # strictly below
    judged = ("criterion", "success")
    for row, same in zip(before, after[:3], strict=True):
        assert {**row, **dict.fromkeys(judged)} == {**same, **dict.fromkeys(judged)}


# --- running it -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cluster():
    """A real Dask cluster: two worker processes of this machine, on loopback."""
    import dask
    from distributed import LocalCluster

    with (
        dask.config.set({"distributed.scheduler.allowed-failures": ATTEMPTS - 1}),
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1",
            dashboard_address="127.0.0.1:0", silence_logs=50,
        ) as found,
    ):  # fmt: skip
        yield found.scheduler_address


@pytest.fixture(params=["local", "dask"])
def place(request):
    if request.param == "local":
        return LocalPool(2)
    return DaskCluster(request.getfixturevalue("cluster"))


def test_the_case_of_a_killed_worker_is_run_again(place, tmp_path):
    plan = seeded(8)
    function = partial(sweep_cases.fatal_once, folder=tmp_path)
    found = sweep.sweep(plan, BELOW_HALF, tmp_path / "s.csv", place, function)
    assert {row["seed"]: row["w1"] for row in found.values()} == {
        str(seed): str(seed / 10) for seed in range(8)
    }
    assert sweep_cases.begun(tmp_path)[sweep_cases.FATAL] == 2
    assert len(on_disk(tmp_path / "s.csv")) == 8
    assert not any(row["error"] for row in found.values())


def test_a_case_that_kills_every_worker_is_given_up_alone(place, tmp_path):
    plan = seeded(6)
    function = partial(sweep_cases.fatal_always, folder=tmp_path)
    found = sweep.sweep(plan, BELOW_HALF, tmp_path / "s.csv", place, function)
    errors = {int(row["seed"]): row["error"] for row in found.values()}
    assert "worker lost" in errors.pop(sweep_cases.FATAL) and set(errors.values()) == {""}
    # Dask blames whoever was on a dying worker, so there a suspect has its attempts alone as well
    most = ATTEMPTS if isinstance(place, LocalPool) else 2 * ATTEMPTS
    assert ATTEMPTS <= sweep_cases.begun(tmp_path)[sweep_cases.FATAL] <= most
    (lost,) = [row for row in on_disk(tmp_path / "s.csv") if row["error"]]
    assert (lost["w1"], lost["success"], lost["diverged"]) == ("", "0", "0")


def test_nothing_is_done_twice_after_a_stop(place, tmp_path):
    plan, path = seeded(6), tmp_path / "s.csv"
    with pytest.raises(ModuleNotFoundError):
        sweep.sweep(plan, BELOW_HALF, path, place, partial(sweep_cases.breaks_off, folder=tmp_path))
    first = {int(row["seed"]) for row in on_disk(path)}
    # a folder of its own: a Dask worker may still end, unseen, a case of the sweep that stopped
    second, third = tmp_path / "second", tmp_path / "third"
    second.mkdir()
    third.mkdir()
    found = sweep.sweep(plan, BELOW_HALF, path, place, partial(sweep_cases.measured, folder=second))
    assert sweep_cases.FATAL not in first
    assert sweep_cases.begun(second) == dict.fromkeys(set(range(6)) - first, 1)
    assert sorted(int(row["seed"]) for row in on_disk(path)) == list(range(6)) and len(found) == 6
    again = sweep.sweep(plan, BELOW_HALF, path, place, partial(sweep_cases.measured, folder=third))
    assert again == found and not sweep_cases.begun(third)


def test_the_same_case_gives_the_same_row_here_and_on_a_cluster(cluster, tmp_path):
    from course_utils.cli.sweep.cases import run_case

    plan = plans.Plan(real_plan().trials[:1])
    local = sweep.sweep(plan, BELOW_HALF, tmp_path / "local.csv", LocalPool(1), run_case)
    dask = sweep.sweep(plan, BELOW_HALF, tmp_path / "dask.csv", DaskCluster(cluster), run_case)
    assert without_seconds(local) == without_seconds(dask)
    assert len({row["w1"] for row in local.values()}) == 2 and len(local) == 2


def test_a_scheduler_that_is_not_there_is_named():
    with pytest.raises(SweepError, match="no Dask scheduler answers at nowhere"):
        DaskCluster("nowhere://here").open()


def test_a_scheduler_that_goes_away_ends_the_sweep_with_the_way_on(tmp_path):
    from distributed import LocalCluster

    class Leaving(DaskCluster):
        """Its scheduler ends when it has been handed a case."""

        def open(self):
            executor = super().open()
            submit = executor.submit

            def submit_and_end(*arguments):
                future = submit(*arguments)
                cluster.close()
                return future

            executor.submit = submit_and_end
            return executor

    with LocalCluster(
        n_workers=0,
        processes=True,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        silence_logs=50,
    ) as cluster:
        place = Leaving(cluster.scheduler_address)
        function = partial(sweep_cases.measured, folder=tmp_path)
        with pytest.raises(SweepError, match="the same command"):
            sweep.sweep(seeded(1), BELOW_HALF, tmp_path / "s.csv", place, function)
    assert on_disk(tmp_path / "s.csv") == []


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="signals go as they will")
def test_a_ctrl_c_that_does_not_wake_the_main_thread_is_seen(interruptible):
    begun, end, too_late = threading.Event(), threading.Event(), threading.Event()
    main_thread = threading.get_ident()

    def endless(_case):
        begun.set()
        end.wait()
        return {}

    class Here:
        at_once, gives_up = 1, ()

        def open(self):
            return ThreadPoolExecutor(1)

        def stop(self, executor):
            end.set()
            executor.shutdown()

        close = stop

    def interrupt():
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # so this thread gets it
        begun.wait()
        places = [None, *range(100)]
        while len(set(places)) > 1:  # it has not lain down yet
            frame = sys._current_frames()[main_thread]
            places = [*places[1:], (frame.f_code, frame.f_lasti)]
            end.wait(0.001)  # lets it go on
        os.kill(os.getpid(), signal.SIGINT)
        if not end.wait(20):
            too_late.set()
            end.set()

    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        threading.Thread(target=interrupt, daemon=True).start()
        with pytest.raises(KeyboardInterrupt):
            list(outcomes(seeded(1).cases, endless, Here()))
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    assert not too_late.is_set()


@pytest.mark.parametrize("how", ["ctrl-c", "killed", "asked to in the background"])
def test_an_end_before_its_time_leaves_a_valid_table_and_no_process(how, tmp_path, interruptible):
    path = tmp_path / "s.csv"
    options = ["--data", "ring", "--objectives", "gan", "--vary", "n_steps=1,9999999"]
    command = [sys.executable, "-m", "course_utils", "sweep", *options]
    if "background" in how:  # as nohup and & start it
        command = ["sh", "-c", "trap '' INT; exec \"$@\"", "sh", *command]
    with subprocess.Popen(
        [*command, "--workers", "1", "--out", str(path)],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        cwd=Path(__file__).parents[1],
    ) as running:
        too_long = threading.Timer(150, os.killpg, (running.pid, signal.SIGKILL))
        too_long.daemon = True
        too_long.start()
        first = running.stderr.readline()
        if how == "ctrl-c":
            os.killpg(running.pid, signal.SIGINT)  # to all of the group, as a terminal does
        elif "background" in how:
            os.killpg(running.pid, signal.SIGINT)
            running.terminate()
        else:
            running.kill()  # the command alone, as when memory runs out
        told = running.stderr.read()  # ends when the last process has closed it
        assert too_long.is_alive(), "a worker outlived the command"
        too_long.cancel()
    assert first.startswith("[1/2] gan seed 0 n_steps=1:")
    if how != "killed":
        assert running.returncode == 130
        assert "the same command again goes on" in told and "Traceback" not in told
    (row,) = on_disk(path)
    assert row["n_steps"] == "1"


# --- what comes out of it -------------------------------------------------------------------


@pytest.mark.parametrize(("successes", "trials"), [(0, 7), (3, 7), (7, 7), (41, 200)])
def test_the_interval_is_wilsons(successes, trials):
    oracle = binomtest(successes, trials).proportion_ci(method="wilson")
    assert report.wilson(successes, trials) == pytest.approx((oracle.low, oracle.high), abs=1e-6)


@pytest.fixture
def compared():
    """Two objectives on five seeds: who passes w1 < 0.5 is known, one diverged, one unfinished."""
    plan = seeded(5, ("gan", "wgan_gp"))
    values = {"gan": (0.1, 0.6, 0.7, "", 0.9), "wgan_gp": (0.2, 0.3, 0.8, 0.4, None)}
    found = {}
    for seed, trial in enumerate(plan.trials):
        for name, case in trial.items():
            value = values[name][seed]
            if value is not None:
                facts = {"objective": name, "w1": str(value), "diverged": str(int(value == ""))}
                found[case.id] = {**facts, "error": "diverged" if value == "" else ""}
    return plan, found


def test_the_summary_counts_as_table_2_does(compared):
    judge = rows.Criterion("w1", above=False, thresholds=(0.5, 0.15))
    lines = [line.split() for line in report.summary(*compared, judge).splitlines()]
    assert ["gan", "5", "1", "4%", "to", "62%", "1", "0"] in lines
    assert ["wgan_gp", "4", "3", "30%", "to", "95%", "0", "0"] in lines
    # only gan, only wgan_gp, both, neither, in the four trials that both finished
    assert ["0.5", "0", "2", "1", "1"] in lines
    assert ["0.15", "1", "0", "0", "3"] in lines


def test_no_winner_is_named_that_the_intervals_do_not_bear_out(compared):
    assert "No objective is clearly ahead" in report.finding(report.rates(*compared, BELOW_HALF))
    none = {"gan": report.Rate(0, 9, 9, 0, ()), "wgan_gp": report.Rate(0, 9, 9, 0, ())}
    assert report.finding(none) == "No case succeeds"
    clear = {
        "gan": report.Rate(5, 100, 0, 0, ()),
        "wgan_gp": report.Rate(60, 100, 0, 0, ()),
    }
    assert report.finding(clear) == "wgan_gp succeeds most often, in 60 of 100 cases"


@pytest.mark.parametrize("above", [True, False])
def test_the_curves_of_the_picture_are_the_counts(above):
    import numpy as np

    from course_utils.plots.sweep_figures import success_rates

    draws = random.Random(0)
    values = tuple(sorted(draws.uniform(0, 10) for _ in range(7)))
    rate = report.Rate(3, 9, 2, 0, values)
    fig = success_rates({"gan": rate}, "title", measure="score", threshold=5.0, above=above)
    left, right = fig.axes
    assert "3 of 9" in [label.get_text() for label in left.texts]
    x, y = next(line for line in right.lines if line.get_label() == "gan").get_data()
    for threshold in np.linspace(min(*values, 5), max(*values, 5), 40):
        passed = sum(v > threshold if above else v < threshold for v in values)
        crossed = (np.asarray(x) > threshold if above else np.asarray(x) < threshold).nonzero()[0]
        assert y[crossed[-1]] == pytest.approx(100 * passed / 9)


def test_the_command_ends_with_rows_a_table_and_a_picture(tmp_path, capsys):
    path = tmp_path / "deep" / "s.csv"
    main(["sweep", "--data", "ring", "--objectives", "gan,wgan_lp", "--vary", "n_steps=1",
          "--workers", "1", "--out", str(path)])  # fmt: skip
    told = capsys.readouterr()
    assert len(on_disk(path)) == 2 and "only wgan_lp" in told.out
    assert path.with_suffix(".png").read_bytes().startswith(b"\x89PNG")
    assert str(path.with_suffix(".png")) in told.out


def test_a_dry_run_names_the_cases_and_does_nothing(tmp_path, capsys):
    path = tmp_path / "s.csv"
    main(
        ["sweep", "--random", "200", "--objectives", "gan,wgan_gp", "--out", str(path), "--dry-run"]
    )
    first, *named = capsys.readouterr().out.splitlines()
    assert first == "400 cases, 200 trials of each objective" and len(named) == 400
    assert len({line.split()[0] for line in named}) == 400 and "critic_depth=" in named[0]
    assert not path.exists()
