"""Grade a class: every submission once, each on disk as soon as it is done."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict

from course_utils.exercises import outcome as o
from course_utils.exercises.index import LESSONS
from course_utils.grading.confine import Limits
from course_utils.grading.extract import extract
from course_utils.grading.notebooks import Unreadable, read_notebook
from course_utils.grading.sandbox import Sandbox, SandboxFailed
from course_utils.grading.store import Store
from course_utils.grading.submissions import Submission
from course_utils.grading.verdicts import Judge, Verdict
from course_utils.waiting import finished


def grade_notebook(data: bytes, lesson: int, seed: int, sandbox: Sandbox) -> list[dict]:
    """The verdicts on one notebook, as plain values for JSON."""
    try:
        cells, _ = read_notebook(data)
        extracted = extract(lesson, cells)
        verdicts = Judge(seed, sandbox).judge_all(extracted)
        remarks = extracted.remarks
    except SandboxFailed:
        raise
    except Unreadable:  # which is remarked where the file was chosen
        remarks, verdicts = [], nothing(lesson)
    except Exception as problem:  # whatever a stranger's file does to us: a row, never the class
        remarks = [f"the notebook could not be graded ({type(problem).__name__}: {problem})"[:300]]
        verdicts = nothing(lesson)
    rows = [asdict(verdict) for verdict in verdicts]
    if rows and remarks:
        rows[0]["notebook"] = remarks
    return rows


def nothing(lesson: int) -> list[Verdict]:
    """What stands where there is no readable notebook."""
    return [Verdict(name, o.NOT_ATTEMPTED) for name in LESSONS[lesson]]


def grade_all(
    submissions: list[Submission], store: Store, workers: int, limits: Limits, **sandboxing
) -> Iterator[Submission]:
    """Grade what is not yet in `store`; yields each submission once it is there.

    Parameters
    ----------
    submissions : list of Submission
        Those whose lesson is known.
    store : Store
        Where verdicts are kept.
    workers : int
        Sandboxes at work at the same time.
    limits : Limits
        For each answer.
    **sandboxing
        Passed to :class:`~course_utils.grading.sandbox.Sandbox`.
    """
    waiting = iter(submissions)
    free: queue.SimpleQueue[Sandbox] = queue.SimpleQueue()
    sandboxes = []
    stopping = threading.Event()

    def grade(submission: Submission) -> Submission:
        sandbox = free.get()
        try:
            if not stopping.is_set():
                data = submission.read()
                rows = grade_notebook(data, submission.lesson, store.seed, sandbox)
                store.keep(store.key(submission.digest, submission.lesson), rows)
            return submission
        finally:
            free.put(sandbox)

    running: set[Future] = set()
    pool = ThreadPoolExecutor(workers)
    try:
        for submission in waiting:
            if store.load(store.key(submission.digest, submission.lesson)) is not None:
                yield submission
                continue
            if len(sandboxes) < workers:
                sandboxes.append(Sandbox(limits, **sandboxing))
                free.put(sandboxes[-1])
            running.add(pool.submit(grade, submission))
            while len(running) >= 2 * workers:  # no more than these are in memory
                for future in finished(running):
                    running.remove(future)
                    yield future.result()
        while running:
            for future in finished(running):
                running.remove(future)
                yield future.result()
    finally:
        stopping.set()
        pool.shutdown(cancel_futures=True)
        for sandbox in sandboxes:
            sandbox.close()
