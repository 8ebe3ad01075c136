"""One line above every page of those who work: what all of them, or some, must know before they begin something.

A capability says what, by what the session told of the person; it asks the database nothing.
"""

from collections.abc import Callable
from typing import Literal

import msgspec

from tatausaha.core.i18n import Text
from tatausaha.core.web.viewer import Viewer


class Banner(msgspec.Struct, frozen=True):
    """A sentence and what it means, with the one thing to do where this person can do it.

    The pages whose address begins with `home` say more than the banner themselves.
    """

    tone: Literal["progress", "waiting", "attention"]
    title: Text
    words: tuple[Text, ...]
    link: str = ""
    label: Text | None = None
    home: str = ""


Maker = Callable[[Viewer], Banner | None]
_makers: list[Maker] = []


def shows(maker: Maker) -> Maker:
    """Register who may have something to say above every page."""
    _makers.append(maker)
    return maker


def banner(viewer: Viewer | None, here: str) -> Banner | None:
    """What this person must know now. People of clients are told nothing of the provider's own affairs."""
    if viewer is None or viewer.is_portal:
        return None
    found = next((found for maker in _makers if (found := maker(viewer))), None)
    return None if found and found.home and here.startswith(found.home) else found
