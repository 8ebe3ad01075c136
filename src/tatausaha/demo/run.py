"""`tata demo`: the whole product on one machine, with two firms in it and a month end that happens before one's eyes."""

import asyncio
import logging
import os
import time
from datetime import date

import msgspec

from tatausaha.core.dates import Period
from tatausaha.core.process import close_process, open_process
from tatausaha.demo.mailbox import mailbox
from tatausaha.demo.memory import recall
from tatausaha.demo.world import make_world
from tatausaha.local.installation import installation
from tatausaha.settings import Settings, SettingsError, load


def main(exit_after: bool) -> int:
    """Make the world, run the month end, serve until Ctrl-C; with `exit_after` end before serving.

    Gives 0 only if every independent count agrees. Raises SettingsError or LocalError with a sentence.
    """
    settings = load(os.environ)
    if not settings.embedded:
        raise SettingsError("The demo runs on servers of its own. Unset TATA_DATABASE_URL and TATA_REDIS_URL for it.")
    settings.home.mkdir(parents=True, exist_ok=True)
    print("Starting PostgreSQL, Redis, the web, the workers")
    with mailbox(settings.home / "mail", settings.home / "logs") as smtp_url:
        own = msgspec.structs.replace(settings, smtp_url=settings.smtp_url or smtp_url)
        with installation(own) as running:
            asyncio.run(_tell(running.settings))
            if not exit_after:
                print("Ctrl-C stops it.")
                running.supervisor.wait()
    return 0


async def _tell(settings: Settings) -> None:
    memory = recall(settings.home / "demo.json", str(Period.of(date.today())))
    await open_process(settings, connections=8, patience=30)
    logging.disable(logging.INFO)
    try:
        began = time.monotonic()
        await make_world(memory)
        print(f"world in {time.monotonic() - began:.1f} s")
    finally:
        await close_process()
