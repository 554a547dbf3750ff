"""The command line: one table of commands, and nothing imported that is not asked for."""

import io
import subprocess
import sys

import pytest

from course_utils import __main__ as command_line
from course_utils.lab import launcher


def run_python(code):
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("arguments", [["--help"], ["lab", "--help"]])
def test_help_and_lab_never_load_torch(arguments):
    result = run_python(
        "import sys\n"
        "from course_utils.__main__ import main\n"
        f"try:\n    main({arguments})\nexcept SystemExit as end:\n    assert end.code == 0\n"
        "print('torch loaded:', 'torch' in sys.modules)\n"
    )
    assert result.returncode == 0, result.stderr
    assert "torch loaded: False" in result.stdout


def test_help_names_every_command_in_one_line(capsys):
    with pytest.raises(SystemExit):
        command_line.main(["--help"])
    shown = capsys.readouterr().out
    for name, command in command_line.COMMANDS.items():
        assert any(
            line.split()[:1] == [name] and command.help in line for line in shown.split("\n")
        )


@pytest.mark.parametrize(("given", "browser"), [([], True), (["--no-browser"], False)])
def test_lab_opens_the_course(monkeypatch, given, browser):
    seen = []
    monkeypatch.setattr(launcher, "open_lab", lambda *, browser, extra: seen.append(browser))
    command_line.main(["lab", *given])
    assert seen == [browser]


@pytest.mark.parametrize("wrong", [[], ["lob"], ["--no-browser", "lab"]])
def test_an_unknown_command_is_refused_with_the_known_ones(wrong, capsys):
    with pytest.raises(SystemExit) as end:
        command_line.main(wrong)
    assert end.value.code == 2
    assert "usage: course_utils" in capsys.readouterr().err


def test_a_broken_command_breaks_no_other(monkeypatch):
    missing = command_line.Command("course_utils.no_such_module", "not there")
    monkeypatch.setitem(command_line.COMMANDS, "sweep", missing)
    monkeypatch.setattr(launcher, "open_lab", lambda *, browser, extra: None)
    command_line.main(["lab"])
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        command_line.main(["sweep"])


FEW_LETTERS = pytest.mark.parametrize("encoding", ["cp1252", "cp437", "cp932"])


def console(monkeypatch, encoding):
    """Standard output as a console of Windows takes it: few letters, and an error for others."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", stream)
    return stream


@FEW_LETTERS
@pytest.mark.parametrize("command", list(command_line.COMMANDS))
def test_a_console_of_few_letters_is_enough(monkeypatch, encoding, command):
    """`sweep --help` has a ₁, which no console of Windows knows."""
    shown = console(monkeypatch, encoding)
    with pytest.raises(SystemExit) as end:
        command_line.main([command, "--help"])
    assert end.value.code == 0
    shown.flush()
    assert b"usage: course_utils" in shown.buffer.getvalue()


@FEW_LETTERS
def test_what_a_console_does_not_know_is_printed_as_a_code(monkeypatch, encoding):
    shown = console(monkeypatch, encoding)
    command_line._print_what_the_console_can()
    print("W₁ ✔", flush=True)
    assert shown.buffer.getvalue().split() == [rb"W\u2081", rb"\u2714"]
