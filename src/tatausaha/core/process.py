"""What one process holds beside the database: settings, keys, storage, mail, typesetting. Opened once at its start."""

from collections.abc import Awaitable, Callable

import msgspec

from tatausaha.core import background
from tatausaha.core.db import DB
from tatausaha.core.i18n import load_locales
from tatausaha.core.logs import open_logs
from tatausaha.core.mail import Mailer
from tatausaha.core.master_keys import MasterKeys, open_master_keys
from tatausaha.core.pdf import Typesetter
from tatausaha.core.storage import Storage, open_storage
from tatausaha.settings import Settings


class Process(msgspec.Struct, frozen=True):
    """The tools of this process."""

    settings: Settings
    master_keys: MasterKeys
    storage: Storage
    mailer: Mailer | None
    typesetter: Typesetter


_open: list[Process] = []
_closers: list[Callable[[], Awaitable[None]]] = []


def when_closing(close: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """Register what a module holds open and must close with the process, while its loop still turns."""
    _closers.append(close)
    return close


async def open_process(settings: Settings, *, connections: int, patience: float) -> Process:
    """Open the pool and the tools; `patience` is how many seconds a caller waits for a connection."""
    open_logs()
    load_locales(settings.frontend / "locales")
    await DB.connect(settings.database_url, max_size=connections, acquire_seconds=patience)
    _open[:] = [
        Process(
            settings=settings,
            master_keys=open_master_keys(settings.keys_url),
            storage=open_storage(settings.storage_url),
            mailer=Mailer(settings.smtp_url, settings.mail_sender) if settings.smtp_url else None,
            typesetter=Typesetter(settings.frontend / "templates", settings.frontend / "dist" / "fonts"),
        )
    ]
    return _open[0]


async def close_process() -> None:
    """Finish what was begun and close what is open; the tools hold nothing open."""
    await background.settled()
    for close in _closers:
        await close()
    _open.clear()
    await DB.disconnect()


def tools() -> Process:
    """The tools of this process; it is an error of the program to ask before they are open."""
    return _open[0]
