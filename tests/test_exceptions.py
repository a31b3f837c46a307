"""How a command ends when nobody reads what it says, with real pipes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

WORK = """
import sys
from pathlib import Path
from news_event_tagger.exceptions import InputError, note, run_command

def main():
    note("first of two notes")
    print("a line", file=sys.stderr)
    Path(sys.argv[1]).write_text("whole")
    {end}

run_command(main)
"""


def run(program: str, *arguments: object, out: bool = True, err: bool = True, unbuffered: str = "") -> tuple[int, str]:
    """Exit status and standard error of a program; what it writes to a stream that is not asked for, nobody reads."""
    read, closed = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            [sys.executable, "-c", program, *map(str, arguments)],
            stdout=subprocess.PIPE if out else closed,
            stderr=subprocess.PIPE if err else closed,
            env=os.environ | {"PYTHONUNBUFFERED": unbuffered},
            timeout=60,
        )
    finally:
        os.close(closed)
    return done.returncode, (done.stderr or b"").decode()


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("end", ["print('x')", "print('x' * 100_000)", "print('x'); sys.exit(1)"])
def test_who_closes_standard_output_has_lost_nothing(tmp_path: Path, end: str, unbuffered: str) -> None:
    status, said = run(WORK.format(end=end), tmp_path / "out", out=False, unbuffered=unbuffered)
    assert status == 0
    assert "Traceback" not in said
    assert "Exception ignored" not in said
    assert (tmp_path / "out").read_text(encoding="utf-8") == "whole"


def test_a_fault_of_the_users_is_told_though_nobody_reads_the_output(tmp_path: Path) -> None:
    status, said = run(WORK.format(end="print('x'); raise InputError('f:1: no good')"), tmp_path / "out", out=False)
    assert status == 2
    assert said.splitlines()[-1] == "error: f:1: no good"


@pytest.mark.parametrize("out", [True, False])
@pytest.mark.parametrize("end", ["pass", "print('x')"])
def test_a_command_goes_on_when_nobody_reads_its_notes(tmp_path: Path, end: str, out: bool) -> None:
    assert run(WORK.format(end=end), tmp_path / "out", out=out, err=False)[0] == 0
    assert (tmp_path / "out").read_text(encoding="utf-8") == "whole"


def test_the_end_of_another_pipe_is_an_error(tmp_path: Path) -> None:
    status, said = run(WORK.format(end="raise BrokenPipeError(32, 'Broken pipe', 'worker')"), tmp_path / "out")
    assert status == 2
    assert said.splitlines()[-1] == "error: worker: Broken pipe"


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_closed_streams_are_no_fault(tmp_path: Path, closed: str) -> None:
    program = WORK.format(end="print('x')")
    command = f'"$0" -c "$1" "$2" {closed}'
    done = subprocess.run(["sh", "-c", command, sys.executable, program, tmp_path / "out"], capture_output=True)
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_behind_standard_output_is_an_error(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", WORK.format(end="print('x')"), tmp_path / "out"], stdout=full, stderr=subprocess.PIPE
        )
    assert done.returncode == 2
    assert done.stderr.decode().splitlines()[-1] == "error: file system: No space left on device"
