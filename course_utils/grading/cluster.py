"""Grade on a Dask cluster: each worker has a sandbox of its own, and the bytes are the same."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from course_utils.grading.confine import Limits
from course_utils.grading.run import grade_notebook
from course_utils.grading.sandbox import Sandbox
from course_utils.grading.store import Store, course_version
from course_utils.grading.submissions import Submission

IN_FLIGHT = 4  # notebooks per thread that are on their way or waiting
_HERE = threading.local()


class OtherVersion(RuntimeError):
    """A worker runs another version of the course."""


def grade_remotely(data: bytes, lesson: int, seed: int, limits: dict, version: str) -> list[dict]:
    """On a worker: the verdicts on one notebook; the sandbox stays warm for the next."""
    if course_version() != version:
        raise OtherVersion(
            f"A worker has the course in version {course_version()}, the grader in {version}: "
            "install the same on all."
        )
    sandbox = getattr(_HERE, "sandbox", None)
    if sandbox is None or _HERE.limits != limits:
        if sandbox is not None:
            sandbox.close()
        _HERE.sandbox, _HERE.limits = Sandbox(Limits(**limits)), limits
    return grade_notebook(data, lesson, seed, _HERE.sandbox)


def grade_on_cluster(
    submissions: list[Submission], store: Store, address: str, limits: Limits
) -> Iterator[Submission]:
    """Like :func:`~course_utils.grading.run.grade_all`, on the cluster at `address`."""
    from distributed import Client, as_completed

    with Client(address) as client:
        threads = sum(client.nthreads().values()) or 1
        futures: dict = {}
        completed = as_completed()

        def collect(future) -> Submission:
            submission = futures.pop(future)
            store.keep(store.key(submission.digest, submission.lesson), future.result())
            return submission

        for submission in submissions:
            if store.load(store.key(submission.digest, submission.lesson)) is not None:
                yield submission
                continue
            future = client.submit(
                grade_remotely,
                submission.read(),
                submission.lesson,
                store.seed,
                limits.as_dict(),
                store.version,
                pure=False,
            )
            futures[future] = submission
            completed.add(future)
            if len(futures) >= IN_FLIGHT * threads:
                yield collect(next(completed))
        while futures:
            yield collect(next(completed))
