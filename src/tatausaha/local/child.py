"""One program that is kept alive, and its present process."""

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

import msgspec

from tatausaha.local import launch

log = logging.getLogger(__name__)

CHECK_EVERY = 0.05  # seconds between two looks at a program
STEADY_AFTER = 10.0  # seconds after which earlier failures are forgotten
LONGEST_PAUSE = 30.0  # seconds before a program that keeps failing is tried again
STOP_WITHIN = 20.0  # seconds a program has to end in order, before it is killed
READY_WITHIN = 60.0
LARGEST_LOG = 20_000_000  # bytes; looked at when a program starts


class LocalError(Exception):
    """Something on this machine stands in the way; the message says what, and how to mend it."""


class Account(msgspec.Struct, frozen=True):
    """A user of this machine, as whom a child runs."""

    uid: int = -1
    gid: int = -1


class Program(msgspec.Struct, frozen=True):
    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = {}  # in addition to the parent's
    account: Account = Account()  # by default, the parent's own
    stop_signal: signal.Signals = signal.SIGTERM
    ready: Callable[[], bool] | None = None
    bury: Callable[[], None] | None = None  # clears what the dead leave behind and their group does not show


class Child:
    """One program and its present process."""

    def __init__(self, program: Program, output: Path | None) -> None:
        self.program = program
        self.output = output
        self.process: subprocess.Popen[bytes] | None = None
        self.failures = 0
        self.next_start = 0.0
        self.started = 0.0

    def start(self) -> None:
        program = self.program
        launcher = [sys.executable, "-I", "-S", launch.__file__, str(int(program.stop_signal)), str(os.getpid())]
        account = [str(program.account.uid), str(program.account.gid)]
        stream = self._open_output()
        self.process = subprocess.Popen(
            [*launcher, *account, *program.argv],
            env={**os.environ, **program.env},
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT if stream else None,
            cwd="/" if program.account.uid >= 0 else None,
            start_new_session=True,
        )
        if stream:
            stream.close()
        self.started = time.monotonic()

    def wait_until_ready(self, stopping: threading.Event) -> None:
        deadline = time.monotonic() + READY_WITHIN
        while self.program.ready and not self.program.ready():
            if self.ended() or time.monotonic() > deadline:
                raise LocalError(f"{self.program.name} did not start. {self._last_words()}")
            if stopping.wait(CHECK_EVERY):
                return

    def ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def revive(self) -> None:
        """Start the program again when it has ended, after a pause that doubles with every quick failure."""
        if not self.ended():
            return
        if self.process is not None:
            self._plan_restart(self.process)
        if time.monotonic() >= self.next_start:
            self.start()

    def _plan_restart(self, process: subprocess.Popen[bytes]) -> None:
        lived = time.monotonic() - self.started
        self.failures = 1 if lived > STEADY_AFTER else self.failures + 1
        pause = min(LONGEST_PAUSE, 0.05 * 2**self.failures)
        self.next_start = time.monotonic() + pause
        why = f", see {self.output}" if self.output else ""
        log.warning("%s ended with %s%s; again in %.1f s", self.program.name, process.returncode, why, pause)
        self._bury(process)

    def _bury(self, process: subprocess.Popen[bytes]) -> None:
        """End what the program started and left behind: it would hold locks, sockets and memory."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        if self.program.bury:
            self.program.bury()
        self.process = None

    def stop(self) -> None:
        process = self.process
        if process is None:
            return
        process.send_signal(self.program.stop_signal)
        try:
            process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            log.warning("%s did not end within %.0f s and was killed", self.program.name, STOP_WITHIN)
            process.kill()
            process.wait()
        self._bury(process)

    def _open_output(self) -> IO[bytes] | None:
        if self.output is None:
            return None
        if self.output.exists() and self.output.stat().st_size > LARGEST_LOG:
            self.output.replace(self.output.with_suffix(".old.log"))
        return self.output.open("ab")

    def _last_words(self) -> str:
        if self.output is None or not self.output.exists():
            return ""
        lines = self.output.read_text(errors="replace").splitlines()[-5:]
        return f"The end of {self.output}:\n" + "\n".join(lines)
