"""Jobs that make trouble, run by real workers beside the product's own."""

import os
import signal
from typing import ClassVar

from tatausaha.core import audit
from tatausaha.core.claims import Claim
from tatausaha.core.outbox import Job
from workers.runtime import handles


class Poison(Job, frozen=True):
    """Kills the process that runs it."""

    kind: ClassVar[str] = "trouble.poison"
    max_attempts: ClassVar[int] = 3


class Neighbour(Job, frozen=True):
    """Leaves one line in the record, and would leave two if it took effect twice."""

    kind: ClassVar[str] = "trouble.neighbour"
    max_attempts: ClassVar[int] = 20


@handles(Poison)
async def die(job: Poison, claim: Claim) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@handles(Neighbour)
async def leave_a_line(job: Neighbour, claim: Claim) -> None:
    async with claim.finishing():
        await audit.record("passed", "job", claim.row.id)
