"""The container file without a container: its steps, and what it starts, without rights."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest

from course_utils import places

ROOT = places.ROOT
DOCKERFILE = (ROOT / "binder" / "Dockerfile").read_text()
BWRAP = shutil.which("bwrap")


def steps(word):
    return re.findall(rf"^{word} (.*)$", DOCKERFILE, re.MULTILINE)


def test_it_runs_as_somebody_without_rights_and_sets_no_token():
    last = max(DOCKERFILE.rfind(f"\n{word} ") for word in ("RUN", "COPY"))
    assert DOCKERFILE.rfind("\nUSER ${NB_USER}") > last
    assert not re.search(r"(?i)token|password|allow-root", "".join(steps("CMD|ENTRYPOINT|ENV")))


def test_what_it_calls_is_there():
    assert steps("RUN")[1] == "python start.py --torch cpu setup"
    entry = json.loads(steps("ENTRYPOINT")[0])
    assert entry[:2] == ["python", "-m"]
    assert (ROOT / (entry[2].replace(".", "/") + ".py")).exists()
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".venv", ".git", "work", "build"} <= set(ignored)
    assert not {"data", "notebooks", "locks"} & set(ignored)


def until_listening(address, server):
    """Jupyter prints its address a moment before it takes calls there."""
    parts = urllib.parse.urlsplit(address)
    for _ in range(600):
        try:
            socket.create_connection((parts.hostname, parts.port), timeout=30).close()
            return
        except ConnectionRefusedError:
            assert server.poll() is None, "the server has ended"
            time.sleep(0.1)


@pytest.fixture
def served(tmp_path):
    """What the container starts, as user 1000, where all but the home is read-only."""
    if sys.platform != "linux" or BWRAP is None:
        pytest.skip("no bubblewrap here, which plays the container")
    home = tmp_path / "home"
    home.mkdir()
    command = [
        BWRAP, "--unshare-user", "--uid", "1000", "--gid", "1000", "--die-with-parent",
        "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--bind", str(home), str(home),
        "--chdir", str(home),
        sys.executable, "-m", "course_utils.lab.container",
        sys.executable, "-m", "jupyter_server", "--ServerApp.base_url=/user/anna/",
        "--IdentityProvider.token=from-the-hub", "--ServerApp.ip=127.0.0.1",
        "--ServerApp.port=0", "--no-browser",
    ]  # fmt: skip
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(home), "COURSE_WORK": str(home / "course"),
        "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    server = subprocess.Popen(
        command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        said = []
        for line in server.stdout:
            said.append(line)
            if found := re.search(r"http://(?:127\.0\.0\.1|localhost):\d+/user/anna/", line):
                until_listening(found.group(), server)
                yield found.group(), home
                break
        else:
            pytest.fail("the server did not start:\n" + "".join(said))
    finally:
        server.kill()
        server.communicate()


def ask(address, token=None):
    request = urllib.request.Request(address)
    if token:
        request.add_header("Authorization", f"token {token}")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, None


def test_it_serves_the_lessons_on_the_hubs_terms_from_a_read_only_course(served):
    address, home = served
    assert ask(address + "api/contents")[0] == 403
    status, listing = ask(address + "api/contents", "from-the-hub")
    names = {entry["name"] for entry in listing["content"]}
    assert status == 200 and names == {lesson.name for lesson in places.lessons()}
    assert {path.name for path in (home / "course").glob("*.ipynb")} == names


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "course").write_text("")
    ran = subprocess.run(
        [sys.executable, "-m", "course_utils.lab.container", "never", "run"],
        env=os.environ | {"COURSE_WORK": str(tmp_path / "course"), "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 1 and "is a file" in ran.stderr and "Traceback" not in ran.stderr
