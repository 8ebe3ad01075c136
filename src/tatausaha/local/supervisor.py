"""Child processes that are kept alive, end with their parent, and are stopped in the reverse order of their start."""

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tatausaha.local.child import CHECK_EVERY, Child, LocalError, Program


class Supervisor:
    """Starts programs in the order in which they were added, restarts those that end, stops them in reverse.

    One thread starts and watches them all, since the kernel ties a child's end to the thread that started it.
    """

    def __init__(self, logs: Path | None = None) -> None:
        """Programs write to a file each in the folder `logs`, or where the parent writes."""
        self._logs = logs
        self._children: dict[str, Child] = {}
        self._stopping = threading.Event()
        self._ready = threading.Event()
        # Waited for in place of the thread: Python 3.11 takes a thread for ended when Ctrl-C interrupts its join.
        self._ended = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)

    def add(self, name: str, argv: Sequence[str], env: Mapping[str, str] | None = None) -> None:
        """Name a program to be started; `env` is added to the parent's environment."""
        self.add_program(Program(name, argv, env or {}))

    def add_program(self, program: Program) -> None:
        output = self._logs / f"{program.name}.log" if self._logs else None
        self._children[program.name] = Child(program, output)

    def start(self) -> None:
        """Start everything and return when it is ready. Raises LocalError, with nothing left running."""
        if self._logs:
            self._logs.mkdir(parents=True, exist_ok=True)
        self._thread.start()
        try:
            self._ready.wait()
        except BaseException:  # Ctrl-C while starting
            self.stop()
            raise
        if self._failure:
            self._thread.join()
            raise self._failure

    def wait(self) -> None:
        """Wait until another thread or a signal handler calls `stop`."""
        self._ended.wait()

    def stop(self) -> None:
        """Stop everything, last started first, and wait for its end. Calling it again does nothing."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._ended.wait()

    def pid(self, name: str) -> int | None:
        """The process id of a program at this moment; None while it is down."""
        process = self._children[name].process
        return process.pid if process and process.poll() is None else None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self) -> None:
        try:
            self._start_all()
            self._ready.set()
            while not self._stopping.wait(CHECK_EVERY):
                for child in self._children.values():
                    child.revive()
        except (OSError, LocalError) as error:
            self._failure = error
        finally:
            for child in reversed(self._children.values()):
                child.stop()
            self._ended.set()
            self._ready.set()

    def _start_all(self) -> None:
        for child in self._children.values():
            child.start()
            child.wait_until_ready(self._stopping)
