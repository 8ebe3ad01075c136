"""What a list or a file of items is filtered by."""

from typing import Literal
from uuid import UUID

import msgspec

State = Literal["", "low", "stocked", "archived"]
STATES: tuple[State, ...] = ("low", "stocked", "archived")


class Wanted(msgspec.Struct, frozen=True):
    """A filter over items; everything left out means all that are in use."""

    client_id: UUID | None = None
    q: str = ""
    category: str = ""
    place_id: UUID | None = None
    state: State = ""
