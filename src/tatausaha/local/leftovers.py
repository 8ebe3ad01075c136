"""Processes of an earlier start that still hold a server's data. A server works in its data folder, which betrays it.

A killed PostgreSQL leaves its backends: each is a session of its own, outside of the process group, and a busy one
would go on for long and keep the next server from starting. A killed supervisor leaves servers that just shut down.
"""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

PATIENCE = 20.0  # seconds for an earlier server to end in order


def end_leftovers(data: Path) -> None:
    """Kill every process that works in the folder."""
    for pid in _working_in(data):
        os.kill(pid, signal.SIGKILL)


def wait_for_leftovers(data: Path) -> None:
    """Let processes that work in the folder end; after a while, kill them."""
    deadline = time.monotonic() + PATIENCE
    while any(_working_in(data)):
        if time.monotonic() > deadline:
            end_leftovers(data)
        time.sleep(0.02)


def _working_in(data: Path) -> Iterator[int]:
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").samefile(data):
                yield int(entry.name)
        except OSError:
            continue  # it ended meanwhile, or is not ours to see
