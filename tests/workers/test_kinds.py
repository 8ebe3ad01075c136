"""The worker processes know all that the web knows."""

import subprocess
import sys

from litestar import Litestar

from tatausaha.core.change_kinds import KINDS

ASK = (
    "from workers.runtime import register_handlers; register_handlers();"
    "from tatausaha.core.change_kinds import KINDS; print(*sorted(KINDS))"
)


def test_workers_can_tell_about_every_kind_of_change(app: Litestar) -> None:
    told = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=True).stdout.split()

    assert {kind for kind in KINDS if not kind.startswith("test")} - set(told) == set()
