"""What a process does after its answer has left, so that neither the answer nor its time tells what was found.

Only for what may be lost with the process and asked for again; everything else is a job.
"""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from tatausaha.core.faults import without_values

log = logging.getLogger("tatausaha.background")
_going: set[asyncio.Task[None]] = set()


def later(work: Coroutine[Any, Any, None]) -> None:
    """Begin `work` without waiting for it. Call it outside any scope."""
    task = asyncio.get_running_loop().create_task(work)
    _going.add(task)
    task.add_done_callback(_ended)


async def settled() -> None:
    """Wait for everything that was begun."""
    while _going:
        await asyncio.wait(set(_going))
        await asyncio.sleep(0)  # the callbacks take what ended off the list


def _ended(task: asyncio.Task[None]) -> None:
    _going.discard(task)
    if not task.cancelled() and (error := task.exception()):
        log.error("%s failed", task.get_name(), exc_info=without_values(error))
