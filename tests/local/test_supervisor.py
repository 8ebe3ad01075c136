import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tatausaha.local.child import LocalError, Program
from tatausaha.local.supervisor import Supervisor

Eventually = Callable[[Callable[[], object]], None]
SLEEP = [sys.executable, "-S", "-c", "import time; time.sleep(600)"]


def alive(pid: int) -> bool:
    """Whether the process runs; one that ended and waits to be collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_killed_program_is_started_again(eventually: Eventually) -> None:
    supervisor = Supervisor()
    supervisor.add("sleeper", SLEEP)
    with supervisor:
        first = supervisor.pid("sleeper")
        assert first
        os.kill(first, signal.SIGKILL)
        eventually(lambda: supervisor.pid("sleeper") not in {None, first})
        second = supervisor.pid("sleeper")
    assert second
    assert not alive(second)


def test_what_a_killed_program_had_started_is_ended_too(tmp_path: Path, eventually: Eventually) -> None:
    note = tmp_path / "pids"
    parent = (
        f"import subprocess; p = subprocess.Popen({SLEEP!r}); open({str(note)!r}, 'a').write(f'{{p.pid}}\\n'); p.wait()"
    )
    supervisor = Supervisor()
    supervisor.add("parent", [sys.executable, "-c", parent])
    with supervisor:
        eventually(note.exists)
        eventually(lambda: note.read_text().endswith("\n"))
        grandchild = int(note.read_text())
        os.kill(supervisor.pid("parent") or 0, signal.SIGKILL)
        eventually(lambda: not alive(grandchild))


def test_programs_stop_in_the_reverse_order_of_their_start(tmp_path: Path) -> None:
    note = tmp_path / "order"
    supervisor = Supervisor()
    for name in ("first", "second", "third"):
        ready = tmp_path / name
        script = f"trap 'echo {name} >> {note}; exit 0' TERM; touch {ready}; while :; do sleep 0.02; done"
        supervisor.add_program(Program(name, ["/bin/sh", "-c", script], ready=ready.exists))
    with supervisor:
        pass
    assert note.read_text().split() == ["third", "second", "first"]


def test_a_program_that_cannot_start_is_explained_and_nothing_is_left(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path / "logs")
    supervisor.add("sleeper", SLEEP)
    supervisor.add_program(Program("broken", ["/bin/sh", "-c", "echo no such door; exit 3"], ready=lambda: False))
    with pytest.raises(LocalError, match=r"(?s)broken did not start.*no such door"):
        supervisor.start()
    assert supervisor.pid("sleeper") is None


def test_a_program_that_keeps_failing_is_tried_less_and_less_often(tmp_path: Path, eventually: Eventually) -> None:
    note = tmp_path / "starts"
    supervisor = Supervisor()
    supervisor.add("failing", ["/bin/sh", "-c", f"date +%s%N >> {note}; exit 1"])
    with supervisor:
        eventually(lambda: note.exists() and len(note.read_text().split()) >= 5)
    starts = [int(line) for line in note.read_text().split()]
    assert starts[4] - starts[3] > starts[1] - starts[0]


def test_everything_ends_when_the_supervisor_itself_is_killed(tmp_path: Path, eventually: Eventually) -> None:
    note = tmp_path / "pid"
    script = (
        "from tatausaha.local.supervisor import Supervisor\n"
        f"s = Supervisor(); s.add('sleeper', {SLEEP!r}); s.start()\n"
        f"open({str(note)!r}, 'w').write(f\"{{s.pid('sleeper')}}\\n\"); s.wait()"
    )
    with subprocess.Popen([sys.executable, "-c", script]) as process:
        eventually(lambda: note.exists() and note.read_text().endswith("\n"))
        sleeper = int(note.read_text())
        assert alive(sleeper)
        process.kill()
    eventually(lambda: not alive(sleeper))
